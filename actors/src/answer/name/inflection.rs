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
const SURNAME_ENDINGS: [(&str, &str); 28] = [
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
    ("щука", "щук"),
    ("юка", "юк"),
    ("цкого", "цкий"),
    ("цького", "цький"),
    ("цкую", "цкая"),
    ("цьку", "цька"),
    ("яна", "ян"),
];

/// Puts a given name, and the surname after it, back into the form it has as a name; words
/// that are names as they stand stay. A surname that stands first is put back where it can be
/// but a woman's: "Ковалеву" is Ковалева, "Иванова" may be her name or his in another case.
pub(super) fn undo(words: &mut [String]) {
    let Some((first, rest)) = words.split_first_mut() else {
        return;
    };
    if words::is_given(&fold(first)) {
        return;
    }
    let given = own_given(first);
    let is_surname = given.is_none();
    let Some(own) = given.or_else(|| own_surname(first).filter(|own| own.ends_with(['а', 'я']))) else {
        return;
    };
    *first = own;
    for word in rest {
        let given = if is_surname { own_given(word) } else { None };
        if let Some(own) = given.or_else(|| own_surname(word)) {
            *word = own;
        }
    }
}

fn own_given(word: &str) -> Option<String> {
    ENDINGS
        .iter()
        .filter_map(|(ending, own)| exchanged(word, ending, own))
        .find(|name| words::is_given(&fold(name)))
}

fn own_surname(word: &str) -> Option<String> {
    SURNAME_ENDINGS
        .iter()
        .find_map(|(ending, own)| exchanged(word, ending, own))
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
    fn surnames_come_back_before_the_given_name_and_alone() {
        assert_eq!(undone("Ковалеву"), "Ковалева");
        assert_eq!(undone("Ковалеву Ирину"), "Ковалева Ирина");
    }

    #[test]
    fn names_that_are_none_of_it_stay() {
        for name in ["Саша", "Цой", "Иванова"] {
            assert_eq!(undone(name), name);
        }
    }
}
