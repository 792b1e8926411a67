//! Number words in four languages, alone and composed ("twenty five", "двести три").

use std::sync::LazyLock;

use super::{Kind, Text, WordMap};

/// What kind of number word a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// "five", "двадцать", "doscientos".
    Cardinal,
    /// "hundred", "тысяч": multiplies what stands before it.
    Multiplier,
    /// "fifth", "пятого".
    Ordinal,
    /// "трое", "вчетвером": how many people.
    Collective,
    /// "семёрка", "нулей": a digit by its noun.
    Noun,
}

/// A number word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its value.
    pub value: u32,
    /// How it is used.
    pub class: Class,
}

/// A number in a message: digits or composed number words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its value.
    pub value: u64,
    /// Tokens it takes.
    pub tokens: usize,
    /// Class of its last word; digits are cardinal.
    pub class: Class,
    /// Whether it was written in digits.
    pub is_digits: bool,
}

#[derive(Debug, Default)]
struct Lexicon {
    words: WordMap<&'static str, Word>,
    ordinal_stems: WordMap<&'static str, u32>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| load(include_str!("numbers.txt")));

/// Endings of Russian and Ukrainian ordinals.
const ORDINAL_ENDINGS: [&str; 36] = [
    "ый", "ой", "ий", "ая", "ое", "ее", "ье", "ья", "ые", "ого", "его", "ьего", "ього", "ому", "ему", "ьему", "ьому",
    "ым", "им", "ьим", "ом", "ем", "ую", "ью", "ьей", "ій", "ьою", "ою", "ої", "ых", "их", "а", "е", "у", "я", "ю",
];

/// The number word a folded word is, if any.
#[must_use]
pub fn word(folded: &str) -> Option<Word> {
    let lexicon = &*LEXICON;
    if let Some(found) = lexicon.words.get(folded) {
        return Some(*found);
    }
    if !folded.starts_with(super::is_cyrillic) {
        return None;
    }
    ORDINAL_ENDINGS.iter().find_map(|ending| {
        let stem = folded.strip_suffix(ending)?;
        let value = *lexicon.ordinal_stems.get(stem)?;
        Some(Word {
            value,
            class: Class::Ordinal,
        })
    })
}

/// The number that starts at token `at`: a run of digits, or the longest composition
/// of number words ("two hundred and five", "ciento veintitrés", "двадцать пятое").
/// Digits said one by one ("five five") are numbers of their own.
#[must_use]
pub fn at(text: &Text, at: usize) -> Option<Number> {
    if text.kind(at)? == Kind::Digits {
        let value = text.word(at).parse().ok()?;
        return Some(Number {
            value,
            tokens: 1,
            class: Class::Cardinal,
            is_digits: true,
        });
    }
    let mut total: u64 = 0;
    let mut group: u64 = 0;
    // The next part of a group must be smaller than this: 100 after hundreds, 10 after tens.
    let mut below: u64 = 1_000;
    let mut class = None;
    let mut tokens = 0;
    let mut next = at;
    while let Some(part) = word(text.word(next)) {
        let value = u64::from(part.value);
        match part.class {
            Class::Multiplier if value == 100 && group > 0 && group < 10 => {
                group *= 100;
                below = 100;
            }
            Class::Multiplier if value == 1_000 && total == 0 => {
                total = group.max(1) * 1_000;
                group = 0;
                below = 1_000;
            }
            Class::Multiplier => break,
            Class::Collective | Class::Noun if class.is_some() => break,
            _ if !fits(value, below, class.is_some()) => break,
            _ => {
                group += value;
                below = match value {
                    100.. => 100,
                    20..100 if value.is_multiple_of(10) => 10,
                    _ => 0,
                };
            }
        }
        class = Some(part.class);
        next += 1;
        tokens = next - at;
        if matches!(part.class, Class::Ordinal | Class::Collective | Class::Noun) {
            break;
        }
        next = skip_joint(text, next, below);
    }
    Some(Number {
        value: total + group,
        tokens,
        class: class?,
        is_digits: false,
    })
}

fn fits(value: u64, below: u64, has_part: bool) -> bool {
    value < below && (value > 0 || !has_part)
}

/// Skips "and", "y" and the hyphen inside a number: "two hundred and five", "treinta y dos".
fn skip_joint(text: &Text, next: usize, below: u64) -> usize {
    let is_joint = match text.word(next) {
        "and" => below == 100,
        "y" => below == 10,
        "" => text.kind(next) == Some(Kind::Mark('-')),
        _ => false,
    };
    let continues = || {
        word(text.word(next + 1))
            .is_some_and(|part| part.class != Class::Multiplier && fits(u64::from(part.value), below, true))
    };
    if is_joint && continues() { next + 1 } else { next }
}

fn load(source: &'static str) -> Lexicon {
    let mut lexicon = Lexicon::default();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let (key, words) = line.split_once(": ").expect("each line is `value: words`");
        let digits = key
            .find(|letter: char| letter.is_ascii_digit())
            .expect("a value has digits");
        let value: u32 = key[digits..].parse().expect("the value is a number");
        let class = match &key[..digits] {
            "" => Class::Cardinal,
            "x" => Class::Multiplier,
            "th" => Class::Ordinal,
            "people" => Class::Collective,
            _ => Class::Noun,
        };
        for entry in words.split_whitespace() {
            if let Some(stem) = entry.strip_prefix('~') {
                lexicon.ordinal_stems.insert(stem, value);
            } else {
                lexicon.words.entry(entry).or_insert(Word { value, class });
            }
        }
    }
    lexicon
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(message: &str) -> Vec<u64> {
        let text = Text::new(message);
        let mut found = Vec::new();
        let mut next = 0;
        while next < text.tokens().len() {
            match at(&text, next) {
                Some(number) => {
                    found.push(number.value);
                    next += number.tokens;
                }
                None => next += 1,
            }
        }
        found
    }

    #[test]
    fn number_words_compose() {
        assert_eq!(numbers("twenty-five people"), [25]);
        assert_eq!(numbers("two hundred and five"), [205]);
        assert_eq!(numbers("treinta y dos, ciento veintitrés"), [32, 123]);
        assert_eq!(numbers("двести сорок пять тысяч"), [245_000]);
        assert_eq!(numbers("п'ятсот двадцять три"), [523]);
        assert_eq!(numbers("two thousand twenty six"), [2026]);
    }

    #[test]
    fn digits_said_one_by_one_stay_apart() {
        assert_eq!(numbers("five five zero two"), [5, 5, 0, 2]);
        assert_eq!(numbers("двадцать ноль пять"), [20, 0, 5]);
        assert_eq!(numbers("twenty three forty"), [23, 40]);
        assert_eq!(numbers("fifteen five"), [15, 5]);
    }

    #[test]
    fn inflected_and_ordinal_forms_are_numbers() {
        assert_eq!(numbers("двадцать пятого"), [25]);
        assert_eq!(numbers("о сьомій, на трьох, вчетвером"), [7, 3, 4]);
        assert_eq!(word("третього").map(|word| word.class), Some(Class::Ordinal));
        assert_eq!(word("twelfth").map(|word| word.value), Some(12));
    }

    #[test]
    fn numbers_too_large_to_hold_are_no_numbers() {
        assert_eq!(numbers("99999999999999999999999"), [0_u64; 0]);
    }
}
