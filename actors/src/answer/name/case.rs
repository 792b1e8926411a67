//! How names are written: "john mcdonald" is John McDonald.

/// Writes a name that came in lower or upper case as names are written; a name in
/// mixed case is the person's own spelling and stays.
pub(super) fn written(words: &[String], is_particle: impl Fn(&str) -> bool) -> String {
    let is_shouted = words.iter().any(|word| word.chars().count() > 3) && words.iter().all(|word| is_upper(word));
    let mut name = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            name.push(' ');
        }
        let lower = word.to_lowercase();
        let is_inner = index > 0 && index + 1 < words.len();
        if is_inner && is_particle(&lower) && (is_lower(word) || is_shouted) {
            name.push_str(&lower);
        } else if is_lower(word) || is_shouted || is_shouting(word) || is_broken(word) {
            push_cased(&lower, &mut name);
        } else {
            name.push_str(word);
        }
    }
    name
}

fn is_upper(word: &str) -> bool {
    !word.chars().any(char::is_lowercase)
}

fn is_lower(word: &str) -> bool {
    !word.chars().any(char::is_uppercase)
}

/// "JOHN" is shouting, "JP" are initials.
fn is_shouting(word: &str) -> bool {
    !matches!(word, "II" | "III" | "IV")
        && is_upper(word)
        && word.chars().filter(|letter| letter.is_alphabetic()).count() > 2
}

/// "jOHN": caps lock.
fn is_broken(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_lowercase)
        && word.chars().filter(|letter| letter.is_uppercase()).count() > 1
        && letters.all(|letter| !letter.is_lowercase())
}

fn push_cased(lower: &str, name: &mut String) {
    for (index, part) in lower.split('-').enumerate() {
        if index > 0 {
            name.push('-');
        }
        let prefix = ["mc", "o'", "d'", "l'", "о'", "д'"]
            .into_iter()
            .find(|prefix| part.starts_with(prefix) && part.chars().count() > prefix.len() + 2);
        let rest = match prefix {
            Some(prefix) => {
                push_capital(prefix, name);
                &part[prefix.len()..]
            }
            None => part,
        };
        push_capital(rest, name);
    }
}

fn push_capital(word: &str, name: &mut String) {
    let mut letters = word.chars();
    name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    name.push_str(letters.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cased(name: &str) -> String {
        let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        written(&words, |word| matches!(word, "de" | "la" | "van"))
    }

    #[test]
    fn names_are_written_as_names() {
        assert_eq!(cased("john mcdonald"), "John McDonald");
        assert_eq!(cased("SEAN O'BRIEN"), "Sean O'Brien");
        assert_eq!(cased("juana de la cruz"), "Juana de la Cruz");
        assert_eq!(cased("jean-luc"), "Jean-Luc");
        assert_eq!(cased("олена коваленко"), "Олена Коваленко");
        assert_eq!(cased("DeShawn JP McBride"), "DeShawn JP McBride");
        assert_eq!(cased("李伟"), "李伟");
    }
}
