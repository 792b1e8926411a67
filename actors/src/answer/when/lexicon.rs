//! What single words mean for dates, times and head counts.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::answer::text::{WordMap, is_cyrillic};

/// The part of the day a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// "madrugada": between midnight and sunrise.
    Dawn,
    /// Until noon, which "las 12 de la mañana" is.
    Morning,
    /// After noon; Spanish "tarde" reaches into the evening.
    Afternoon,
    /// "дня", "lunch": around noon.
    Day,
    /// The evening; Spanish "noche" included.
    Evening,
    /// "ночи", "at night": late evening or before dawn.
    Night,
}

/// The meaning of one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lex {
    /// Monday is 1.
    Weekday(i8),
    /// January is 1.
    Month(i8),
    /// Days from today.
    Day(i8),
    /// This evening.
    Tonight,
    /// Spanish "mañana": tomorrow, or the morning after an article.
    Manana,
    /// A part of the day.
    Part(Part),
    /// 12:00.
    Noon,
    /// 24:00.
    Midnight,
    /// Before noon.
    Am,
    /// After noon.
    Pm,
    /// "hour", "часов".
    Hour,
    /// "o'clock".
    OClock,
    /// "minutes".
    Minute,
    /// "days".
    DayUnit,
    /// "week".
    Week,
    /// "month".
    MonthUnit,
    /// "years": an age or a year.
    Year,
    /// Saturday or Sunday.
    Weekend,
    /// "half", "media", "пол", "пів".
    Half,
    /// "quarter", "cuarto", "чверть".
    Quarter,
    /// "past".
    Past,
    /// "to", "till".
    To,
    /// A preposition only times take.
    At,
    /// Russian and Ukrainian "в": at a time, on a day.
    InV,
    /// "на": for a time, a day or a head count.
    Na,
    /// "for", "para".
    For,
    /// The Spanish article of hours.
    Las,
    /// "on".
    On,
    /// "after".
    After,
    /// "before".
    Before,
    /// "until", "до".
    Until,
    /// "from", "с".
    From,
    /// "between".
    Between,
    /// "or".
    Or,
    /// "and".
    And,
    /// "in", "через", "dentro": elapsed time follows.
    InElapsed,
    /// "за": elapsed time, or minutes before an hour.
    Za,
    /// "без": minutes before an hour.
    Without,
    /// "not": what follows is denied.
    Not,
    /// "move", "перенести": a booking changes.
    Move,
    /// "with".
    With,
    /// "including": who is counted already.
    Including,
    /// "plus".
    Plus,
    /// "no": what stood before is withdrawn.
    No,
    /// "actually", "точнее": what stood before is replaced.
    Fix,
    /// "next".
    Next,
    /// "this", "ближайший".
    This,
    /// "coming".
    Coming,
    /// "last".
    Last,
    /// "around".
    About,
    /// "7ish".
    Ish,
    /// "sharp".
    Sharp,
    /// Articles and "of".
    The,
    /// People who need a seat.
    People,
    /// Children who need a seat.
    Child,
    /// A currency.
    Money,
    /// A table or a booking.
    Table,
    /// A street.
    Street,
    /// Something numbered: a room, an order.
    Label,
    /// "th" after digits.
    OrdinalTail,
    /// "числа": a day of the month.
    DateNoun,
    /// Anything else.
    Other,
}

#[derive(Debug, Default)]
struct Lexicon {
    words: WordMap<&'static str, Lex>,
    stems: WordMap<&'static str, Lex>,
    /// Long words by their first letter, for misspellings.
    spelled: HashMap<char, Vec<(&'static str, Lex)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| load(include_str!("words.txt")));

/// Letters an ending may have.
const ENDING_LETTERS_MAX: usize = 4;

/// Letters a word needs before a misspelling of it is accepted.
const SPELLED_LETTERS_MIN: usize = 6;

/// Words one letter away from a day or month that are words of their own.
const LOOKALIKES: [&str; 16] = [
    "завтрак",
    "завтрака",
    "завтраки",
    "завтраку",
    "sundae",
    "sundaes",
    "august",
    "partes",
    "manana",
    "октава",
    "monda",
    "ministro",
    "вторым",
    "вторых",
    "субботник",
    "marches",
];

/// The meaning of a folded word.
pub(crate) fn lookup(word: &str) -> Lex {
    let lexicon = &*LEXICON;
    if let Some(lex) = lexicon.words.get(word) {
        return *lex;
    }
    if LOOKALIKES.contains(&word) {
        return Lex::Other;
    }
    let mut end = word.len();
    if word.starts_with(is_cyrillic) {
        for _ in 0..=ENDING_LETTERS_MAX {
            if let Some(lex) = lexicon.stems.get(&word[..end]) {
                return *lex;
            }
            let Some((before, _)) = word[..end].char_indices().next_back() else {
                break;
            };
            end = before;
        }
    }
    misspelled(lexicon, word)
}

fn misspelled(lexicon: &Lexicon, word: &str) -> Lex {
    let letters = word.chars().count();
    let Some(first) = word.chars().next() else {
        return Lex::Other;
    };
    if !(SPELLED_LETTERS_MIN..=14).contains(&letters) {
        return Lex::Other;
    }
    let candidates = lexicon.spelled.get(&first).map_or(&[][..], Vec::as_slice);
    candidates
        .iter()
        .find(|(right, _)| is_one_edit_apart(word, right))
        .map_or(Lex::Other, |(_, lex)| *lex)
}

/// Whether one letter inserted, left out, replaced or swapped with its neighbour makes `a` into `b`.
pub(crate) fn is_one_edit_apart(a: &str, b: &str) -> bool {
    if a.len().abs_diff(b.len()) > 4 {
        return false;
    }
    let letters = a.chars().zip(b.chars()).take_while(|(left, right)| left == right);
    let common: usize = letters.map(|(letter, _)| letter.len_utf8()).sum();
    let (a, b) = (&a[common..], &b[common..]);
    let is_swap = {
        let (mut x, mut y) = (a.chars(), b.chars());
        let (x1, x2, y1, y2) = (x.next(), x.next(), y.next(), y.next());
        x1.is_some() && x2.is_some() && x1 == y2 && x2 == y1 && x.as_str() == y.as_str()
    };
    tail(a) == tail(b) || tail(a) == b || a == tail(b) || is_swap
}

/// All but the first letter.
fn tail(word: &str) -> &str {
    let mut letters = word.chars();
    letters.next();
    letters.as_str()
}

fn load(source: &'static str) -> Lexicon {
    let mut lexicon = Lexicon::default();
    for line in source.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (key, words) = line.split_once(": ").expect("each line is `kind: words`");
        let lex = meaning(key);
        let can_be_misspelled = matches!(
            lex,
            Lex::Weekday(_) | Lex::Month(_) | Lex::Day(_) | Lex::Part(_) | Lex::Tonight
        );
        for entry in words.split_whitespace() {
            let stem = entry.strip_suffix('~');
            let word = stem.unwrap_or(entry);
            let map = if stem.is_some() {
                &mut lexicon.stems
            } else {
                &mut lexicon.words
            };
            map.entry(word).or_insert(lex);
            let first = word.chars().next().expect("entries are not empty");
            if can_be_misspelled && word.chars().count() >= SPELLED_LETTERS_MIN {
                lexicon.spelled.entry(first).or_default().push((word, lex));
            }
        }
    }
    lexicon
}

fn meaning(key: &str) -> Lex {
    let (kind, value) = key.split_once(' ').unwrap_or((key, ""));
    let number = || value.parse().expect("the value is a number");
    match kind {
        "weekday" => Lex::Weekday(number()),
        "month" => Lex::Month(number()),
        "day" => Lex::Day(number()),
        "part" => Lex::Part(match value {
            "dawn" => Part::Dawn,
            "morning" => Part::Morning,
            "afternoon" => Part::Afternoon,
            "day" => Part::Day,
            "evening" => Part::Evening,
            _ => Part::Night,
        }),
        _ => plain_meaning(kind),
    }
}

fn plain_meaning(kind: &str) -> Lex {
    const KINDS: [(&str, Lex); 47] = [
        ("tonight", Lex::Tonight),
        ("manana", Lex::Manana),
        ("noon", Lex::Noon),
        ("midnight", Lex::Midnight),
        ("am", Lex::Am),
        ("pm", Lex::Pm),
        ("hour", Lex::Hour),
        ("oclock", Lex::OClock),
        ("minute", Lex::Minute),
        ("day_unit", Lex::DayUnit),
        ("week", Lex::Week),
        ("month_unit", Lex::MonthUnit),
        ("year", Lex::Year),
        ("weekend", Lex::Weekend),
        ("half", Lex::Half),
        ("quarter", Lex::Quarter),
        ("past", Lex::Past),
        ("to", Lex::To),
        ("at", Lex::At),
        ("in_v", Lex::InV),
        ("na", Lex::Na),
        ("for", Lex::For),
        ("las", Lex::Las),
        ("on", Lex::On),
        ("after", Lex::After),
        ("before", Lex::Before),
        ("until", Lex::Until),
        ("from", Lex::From),
        ("between", Lex::Between),
        ("or", Lex::Or),
        ("and", Lex::And),
        ("in_elapsed", Lex::InElapsed),
        ("za", Lex::Za),
        ("without", Lex::Without),
        ("not", Lex::Not),
        ("no", Lex::No),
        ("fix", Lex::Fix),
        ("next", Lex::Next),
        ("this", Lex::This),
        ("coming", Lex::Coming),
        ("last", Lex::Last),
        ("about", Lex::About),
        ("ish", Lex::Ish),
        ("sharp", Lex::Sharp),
        ("the", Lex::The),
        ("people", Lex::People),
        ("child", Lex::Child),
    ];
    const NOUNS: [(&str, Lex); 10] = [
        ("move", Lex::Move),
        ("with", Lex::With),
        ("including", Lex::Including),
        ("plus", Lex::Plus),
        ("money", Lex::Money),
        ("table", Lex::Table),
        ("street", Lex::Street),
        ("label", Lex::Label),
        ("ordinal_tail", Lex::OrdinalTail),
        ("date_noun", Lex::DateNoun),
    ];
    KINDS
        .iter()
        .chain(&NOUNS)
        .find(|(name, _)| *name == kind)
        .map(|(_, lex)| *lex)
        .expect("every kind of words.txt is listed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_and_misspelled_words_are_found() {
        assert_eq!(lookup("понедельника"), Lex::Weekday(1));
        assert_eq!(lookup("субботу"), Lex::Weekday(6));
        assert_eq!(lookup("tomorow"), Lex::Day(1));
        assert_eq!(lookup("saterday"), Lex::Weekday(6));
        assert_eq!(lookup("vieres"), Lex::Weekday(5));
        assert_eq!(lookup("thrusday"), Lex::Weekday(4));
    }

    #[test]
    fn lookalikes_are_not_days() {
        assert_eq!(lookup("завтрак"), Lex::Other);
        assert_eq!(lookup("sundae"), Lex::Other);
        assert_eq!(lookup("субботник"), Lex::Other);
    }

    #[test]
    fn edits_are_counted() {
        assert!(is_one_edit_apart("friday", "firday"));
        assert!(is_one_edit_apart("friday", "fridayy"));
        assert!(!is_one_edit_apart("friday", "frodoy"));
    }
}
