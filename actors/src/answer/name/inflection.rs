//! Russian and Ukrainian names in the case a wording puts them in: "запишите на Эльвиру" is Эльвира.

use super::words;
use crate::answer::text::fold;

/// Endings of the cases after "на", "на имя", "от", "для", and the one of the name itself.
const ENDINGS: [(&str, &str); 9] = [
    ("у", "а"),
    ("ю", "я"),
    ("ы", "а"),
    ("и", "а"),
    ("и", "я"),
    ("ії", "ія"),
    ("а", ""),
    ("я", "й"),
    ("я", "ь"),
];

/// Endings of surnames in the same cases.
const SURNAME_ENDINGS: [(&str, &str); 21] = [
    ("ову", "ова"),
    ("еву", "ева"),
    ("єву", "єва"),
    ("ину", "ина"),
    ("скую", "ская"),
    ("ську", "ська"),
    ("ова", "ов"),
    ("ева", "ев"),
    ("ина", "ин"),
    ("ского", "ский"),
    ("ського", "ський"),
    ("овой", "ова"),
    ("евой", "ева"),
    ("ской", "ская"),
    ("ської", "ська"),
    ("вны", "вна"),
    ("вни", "вна"),
    ("вну", "вна"),
    ("ича", "ич"),
    ("енка", "енко"),
    ("чука", "чук"),
];

/// Puts a given name, and the surname after it, back into the form it has as a name; words
/// that are names as they stand, or that no known name is behind, stay.
pub(super) fn undo(words: &mut [String]) {
    let Some((first, rest)) = words.split_first_mut() else {
        return;
    };
    if words::is_given(&fold(first)) {
        return;
    }
    let known = ENDINGS
        .iter()
        .filter_map(|(ending, own)| exchanged(first, ending, own))
        .find(|name| words::is_given(&fold(name)));
    let Some(name) = known else { return };
    *first = name;
    for surname in rest {
        let known = SURNAME_ENDINGS
            .iter()
            .find_map(|(ending, own)| exchanged(surname, ending, own));
        if let Some(known) = known {
            *surname = known;
        }
    }
}

fn exchanged(word: &str, ending: &str, own: &str) -> Option<String> {
    word.strip_suffix(ending).map(|stem| format!("{stem}{own}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(name: &str) -> String {
        let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        undo(&mut words);
        words.join(" ")
    }

    #[test]
    fn names_come_back_in_their_own_form() {
        assert_eq!(undone("Эльвиру"), "Эльвира");
        assert_eq!(undone("Анну Петрову"), "Анна Петрова");
        assert_eq!(undone("Олега"), "Олег");
        assert_eq!(undone("Сергея Иванова"), "Сергей Иванов");
        assert_eq!(undone("Марію"), "Марія");
        assert_eq!(undone("Ольги Сергеевны Мироновой"), "Ольга Сергеевна Миронова");
    }

    #[test]
    fn names_that_are_none_of_it_stay() {
        for name in ["Саша", "Цой", "Иванову"] {
            assert_eq!(undone(name), name);
        }
    }
}
