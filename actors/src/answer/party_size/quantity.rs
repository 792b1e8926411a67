//! How many: "4", "5 or 6", "8-10", "a couple of", "two dozen", "three couples".

use super::PARTY_MAX;
use crate::answer::when::clock;
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
            // "4, maybe 6", "4 but maybe 6"
            let is_perhaps = (line.what(end) == Some(What::Comma) || line.is_word(end, &["but", "pero", "но", "але"]))
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
        What::Word(Lex::The) if couple_of_measure(line, at + 1).is_some() => couple_of_measure(line, at + 1),
        What::Word(Lex::The) if line.is_word(at + 1, &["dozen", "couple", "par"]) => {
            let people = if line.is_word(at + 1, &["dozen"]) { 12 } else { 2 };
            Some((
                people,
                at + 2 + usize::from(line.is_word(at + 2, &["of"]) && !line.is_word(at + 3, &["us"])),
            ))
        }
        What::Word(Lex::Half) if measure(line.word(at + 1)) == Some(12) => Some((6, at + 2)),
        What::Word(Lex::Half) if measure(line.word(at + 2)) == Some(12) => Some((6, at + 3)),
        What::Word(_) => {
            if let Some(size) = measure(line.word(at)) {
                // Russian says "десятка два" for about twenty.
                let times = line
                    .number(at + 1)
                    .filter(|times| times.digits == 0 && times.value < 10 && size == 10);
                let after = at + 1 + usize::from(times.is_some());
                let end = after + usize::from(line.is_word(after, &["of", "de"]));
                return Some((size * times.map_or(1, |times| times.value), end));
            }
            let people = match line.word(at) {
                _ if couple_of_measure(line, at).is_some() => return couple_of_measure(line, at),
                "couple" | "пара" | "пару" | "парочка" | "par" | "pareja" => 2,
                "полдюжины" | "півдюжини" => 6,
                _ => return None,
            };
            Some((people, at + 1 + usize::from(line.is_word(at + 1, &["of", "de"]))))
        }
        _ => None,
    }
}

/// "10 to 12", "between 20 and 25": a range said for a head count, and the place after it.
pub(crate) fn range_at(line: &Line<'_>, at: usize) -> Option<(u32, usize)> {
    let is_between = line.lex(at) == Lex::Between;
    let lower = line.number(at + usize::from(is_between))?;
    let joint = at + 1 + usize::from(is_between);
    let is_joint = if is_between {
        line.lex(joint) == Lex::And
    } else {
        matches!(line.lex(joint), Lex::To | Lex::Until) || line.is_word(joint, &["a"])
    };
    let upper = line
        .number(joint + 1)
        .filter(|upper| is_joint && upper.value > lower.value)?;
    let is_people = upper.value <= PARTY_MAX && !clock::is_counted(line, joint + 2);
    (is_people && !is_time_after(line.lex(joint + 2))).then_some((upper.value, joint + 2))
}

const fn is_time_after(lex: Lex) -> bool {
    matches!(lex, Lex::Am | Lex::Pm | Lex::OClock | Lex::Hour | Lex::Part(_))
}

/// "a couple of dozen", "пара десятков".
fn couple_of_measure(line: &Line<'_>, at: usize) -> Option<(u32, usize)> {
    let of = line.skip(at + 1, &[Lex::The]);
    let size = measure(line.word(of)).filter(|_| line.is_word(at, &["couple", "par", "пара", "пару"]))?;
    Some((2 * size, of + 1))
}

/// What a word counts in: twelves, tens, twenties.
pub(super) fn measure(word: &str) -> Option<u32> {
    Some(match word {
        "dozen" | "dozens" | "docena" | "docenas" | "дюжина" | "дюжину" | "дюжины" | "дюжини" | "дюжин" => {
            12
        }
        "decena" | "decenas" | "десяток" | "десятка" | "десятки" | "десятков" | "десятків" => {
            10
        }
        "veintena" => 20,
        "treintena" => 30,
        "centenar" | "сотня" | "сотню" | "сотни" | "сотні" => 100,
        _ => return None,
    })
}

/// Whether a word counts people in pairs: "couples", "parejas", "две пары".
pub(super) fn is_couples(word: &str) -> bool {
    matches!(word, "couples" | "parejas" | "пары" | "пари" | "пар")
}

/// "two dozen" is 24, "three couples" are six.
fn of_measure(count: u32, word: &str) -> Option<u32> {
    let size = measure(word).or_else(|| is_couples(word).then_some(2))?;
    count.checked_mul(size).filter(|people| *people <= PARTY_MAX)
}
