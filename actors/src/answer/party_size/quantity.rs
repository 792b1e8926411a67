//! How many: "4", "5 or 6", "8-10", "a couple of", "two dozen", "three couples".

use super::PARTY_MAX;
use crate::answer::when::lexicon::Lex;
use crate::answer::when::line::Line;
use crate::answer::when::piece::What;

/// A quantity of people: "4", "5 or 6", "8-10", "a couple of", "half a dozen".
pub(crate) fn quantity(line: &Line<'_>, at: usize) -> Option<(u32, usize)> {
    match line.what(at)? {
        What::Number(number) if !number.is_ordinal && (1..=PARTY_MAX).contains(&number.value) => {
            if let Some(people) = of_measure(number.value, line.word(at + 1)) {
                return Some((people, at + 2));
            }
            let (people, end) = (number.value, at + 1);
            let is_perhaps = line.what(end) == Some(What::Comma)
                && line.is_word(
                    end + 1,
                    &[
                        "maybe",
                        "possibly",
                        "perhaps",
                        "может",
                        "може",
                        "quizas",
                        "quiza",
                        "возможно",
                        "можливо",
                    ],
                );
            let end = end + usize::from(is_perhaps);
            let is_range = is_perhaps
                || matches!(line.lex(end), Lex::Or | Lex::To)
                || line.what(end) == Some(What::Dash)
                || line.is_word(end, &["a", "maybe", "може", "может"]);
            if is_range
                && let Some(upper) = line
                    .number(end + 1)
                    .filter(|upper| upper.value > people && upper.value <= PARTY_MAX)
            {
                return Some((upper.value, end + 2));
            }
            Some((people, at + 1))
        }
        What::Pair { left, right, mark: '-' } if left.value <= right.value && right.value <= PARTY_MAX => {
            Some((right.value, at + 1))
        }
        What::Word(Lex::The) if line.is_word(at + 1, &["dozen", "couple"]) => {
            let people = if line.is_word(at + 1, &["dozen"]) { 12 } else { 2 };
            Some((
                people,
                at + 2 + usize::from(line.is_word(at + 2, &["of"]) && !line.is_word(at + 3, &["us"])),
            ))
        }
        What::Word(Lex::Half) if is_dozen(line.word(at + 1)) => Some((6, at + 2)),
        What::Word(Lex::Half) if is_dozen(line.word(at + 2)) => Some((6, at + 3)),
        What::Word(_) => {
            let people = match line.word(at) {
                word if is_dozen(word) => 12,
                "couple" | "пара" | "пару" | "par" | "pareja" => 2,
                _ => return None,
            };
            Some((people, at + 1 + usize::from(line.is_word(at + 1, &["of", "de"]))))
        }
        _ => None,
    }
}

/// Whether a word counts in twelves.
pub(super) fn is_dozen(word: &str) -> bool {
    matches!(
        word,
        "dozen" | "dozens" | "docena" | "docenas" | "дюжина" | "дюжину" | "дюжины" | "дюжини" | "дюжин"
    )
}

/// Whether a word counts people in pairs: "couples", "parejas", "две пары".
pub(super) fn is_couples(word: &str) -> bool {
    matches!(word, "couples" | "parejas" | "пары" | "пари" | "пар")
}

/// "two dozen" is 24, "three couples" are six.
fn of_measure(count: u32, word: &str) -> Option<u32> {
    let size = if is_dozen(word) {
        12
    } else if is_couples(word) {
        2
    } else {
        return None;
    };
    count.checked_mul(size).filter(|people| *people <= PARTY_MAX)
}
