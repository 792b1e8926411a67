//! A message as pieces: words with their meaning, numbers, written times and dates.

use super::lexicon::{Lex, lookup};
use crate::answer::text::numbers::{self, Class};
use crate::answer::text::{Kind, Text};

/// Digits from which a run of them is a phone or card number.
const PHONE_DIGITS_MIN: usize = 7;

/// Number words said one by one from which they are a phone number.
const SPOKEN_DIGITS_MIN: usize = 6;

/// What stands at one place of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A word.
    Word(Lex),
    /// A number in digits or words.
    Number(Number),
    /// "19:30", "19h30": certainly a time.
    Clock { hour: u32, minute: u32, is_exact: bool },
    /// Two numbers joined by `.`, `,`, `/` or `-`.
    Pair { left: Number, right: Number, mark: char },
    /// Three numbers joined by `.`, `/` or `-`.
    Triple([Number; 3]),
    /// A comma or bracket.
    Comma,
    /// A dash between words.
    Dash,
    /// A full stop or line end.
    Stop,
    /// A question mark.
    Question,
    /// A number that is certainly not a time, date or head count.
    Foreign,
}

/// A number and how it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// Its value.
    pub(crate) value: u32,
    /// Digits written; 0 for words.
    pub(crate) digits: usize,
    /// Whether it is written with a leading zero.
    pub(crate) has_zero: bool,
    /// "5th", "пятое".
    pub(crate) is_ordinal: bool,
    /// "двое".
    pub(crate) is_collective: bool,
}

impl Number {
    fn of_digits(digits: &str) -> Self {
        Self {
            value: digits.parse().unwrap_or(u32::MAX),
            digits: digits.len(),
            has_zero: digits.len() > 1 && digits.starts_with('0'),
            is_ordinal: false,
            is_collective: false,
        }
    }
}

/// A place of a message with the folded word that stands there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    /// What it is.
    pub(crate) what: What,
    /// The folded word, the last one of a number; empty for marks.
    pub(crate) word: &'a str,
    /// Whether it is glued to the piece before.
    pub(crate) is_glued: bool,
}

impl Piece<'_> {
    /// The meaning of the word; `Other` for anything else.
    pub(crate) fn lex(&self) -> Lex {
        match self.what {
            What::Word(lex) => lex,
            _ => Lex::Other,
        }
    }

    /// The number, if it is one.
    pub(crate) fn number(&self) -> Option<Number> {
        match self.what {
            What::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// Cuts a message into pieces.
pub(crate) fn pieces(text: &Text) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(text.tokens().len());
    let mut at = 0;
    while at < text.tokens().len() {
        let (piece, tokens) = piece_at(text, at);
        if let Some(what) = piece {
            pieces.push(Piece {
                what,
                word: match what {
                    What::Word(_) => text.word(at),
                    What::Number(_) => text.word(at + tokens - 1),
                    _ => "",
                },
                is_glued: text.tokens()[at].is_glued,
            });
        }
        at += tokens;
    }
    hide_spoken_digits(&mut pieces);
    pieces
}

fn piece_at(text: &Text, at: usize) -> (Option<What>, usize) {
    match text.kind(at) {
        Some(Kind::Digits) => digits_at(text, at),
        Some(Kind::Word) => word_at(text, at),
        Some(Kind::Mark('+')) if text.kind(at + 1) == Some(Kind::Digits) => {
            let tokens = phone_tokens(text, at + 1).unwrap_or(0);
            if tokens > 0 {
                (Some(What::Foreign), tokens + 1)
            } else {
                (Some(What::Word(Lex::And)), 1)
            }
        }
        Some(Kind::Mark('(')) => match phone_tokens(text, at) {
            Some(tokens) => (Some(What::Foreign), tokens),
            None => (Some(What::Comma), 1),
        },
        Some(Kind::Mark('-')) if text.word(at + 1) == "ish" => (None, 1),
        Some(Kind::Mark(mark)) => (mark_at(text, at, mark), 1),
        Some(Kind::Emoji) | None => (None, 1),
    }
}

fn mark_at(text: &Text, at: usize, mark: char) -> Option<What> {
    match text.word(at) {
        _ if matches!(mark, '-' | '—') => Some(What::Dash),
        "." => Some(What::Stop),
        "?" => Some(What::Question),
        "," => Some(What::Comma),
        "@" | "$" | "€" | "£" | "₽" | "₴" | "%" | "&" | "+" => Some(What::Word(lookup(text.word(at)))),
        "#" => Some(What::Word(Lex::Label)),
        _ => None,
    }
}

/// Whether the word stands in an address: "bill@nye.org", "may@example.com".
fn is_in_address(text: &Text, at: usize) -> bool {
    let is_glued = |at: usize| text.tokens().get(at).is_some_and(|token| token.is_glued);
    let is_at = |at: usize| text.kind(at) == Some(Kind::Mark('@')) && is_glued(at);
    is_at(at.wrapping_sub(1)) && is_glued(at) || is_at(at + 1) && is_glued(at + 2)
}

fn word_at(text: &Text, at: usize) -> (Option<What>, usize) {
    if is_in_address(text, at) {
        return (Some(What::Foreign), 1);
    }
    if means_something_else(text, at) {
        return (Some(What::Word(Lex::Other)), 1);
    }
    if let Some(number) = numbers::at(text, at)
        && number.class != Class::Noun
        && !(number.tokens == 1 && is_article_or_fraction(text, at))
    {
        let what = What::Number(Number {
            value: u32::try_from(number.value).unwrap_or(u32::MAX),
            digits: 0,
            has_zero: false,
            is_ordinal: number.class == Class::Ordinal,
            is_collective: number.class == Class::Collective,
        });
        return (Some(what), number.tokens);
    }
    let word = text.word(at);
    if word == "o" && text.word(at + 1) == "clock" {
        return (Some(What::Word(Lex::OClock)), 2);
    }
    // "p.m.", "a. m.", "p m": one meaning over several tokens.
    if matches!(word, "p" | "a")
        && let Some(tokens) = meridiem_tokens(text, at)
    {
        let lex = if word == "p" { Lex::Pm } else { Lex::Am };
        return (Some(What::Word(lex)), tokens);
    }
    (Some(What::Word(lookup(word))), 1)
}

/// Words that look like numbers or days and mostly mean something else: English "once", "both", Russian "раз",
/// "другой" (another), which is "second" only in Ukrainian times and dates.
fn means_something_else(text: &Text, at: usize) -> bool {
    let before = text.word(at.wrapping_sub(1));
    match text.word(at) {
        // "we'd" folds to the short form of Wednesday.
        "wed" => text.said(at).contains('\''),
        "раз" | "both" => true,
        "once" => text.word_count() > 1 && !matches!(before, "las" | "para" | "somos" | "a" | "de" | "el" | "y"),
        word if word.starts_with("друг") => {
            let is_clock = matches!(before, "о" | "об" | "на" | "до" | "після" | "по")
                && matches!(word, "другій" | "другої" | "другу");
            let is_date = matches!(lookup(text.word(at + 1)), Lex::Month(_) | Lex::DateNoun | Lex::Hour);
            !is_clock && !is_date
        }
        _ => false,
    }
}

/// Spanish "un"/"una" and "cuarto" are numbers only where nothing else is meant;
/// the readers of times and head counts look at the words themselves.
fn is_article_or_fraction(text: &Text, at: usize) -> bool {
    match text.word(at) {
        "un" => true,
        "una" => text.word(at.wrapping_sub(1)) != "la",
        "cuarto" | "четверти" | "четверть" => true,
        _ => false,
    }
}

fn meridiem_tokens(text: &Text, at: usize) -> Option<usize> {
    let mut next = at + 1;
    if text.kind(next) == Some(Kind::Mark('.')) {
        next += 1;
    }
    if text.word(next) == "m" {
        let has_stop = text.kind(next + 1) == Some(Kind::Mark('.'))
            && text.tokens()[next + 1].is_glued
            && text.kind(at + 1) == Some(Kind::Mark('.'));
        return Some(next + 1 + usize::from(has_stop) - at);
    }
    // "7p", "11a" glued to their digits.
    let follows_digits = at > 0 && text.tokens()[at].is_glued && matches!(text.kind(at - 1), Some(Kind::Digits));
    follows_digits.then_some(1)
}

fn digits_at(text: &Text, at: usize) -> (Option<What>, usize) {
    let number = |index: usize| Number::of_digits(text.said(index));
    let glued_digits = |index: usize| {
        let tokens = text.tokens();
        tokens
            .get(index)
            .is_some_and(|token| token.kind == Kind::Digits && token.is_glued)
    };
    let glued_mark = |index: usize| match text.tokens().get(index) {
        Some(token) if token.is_glued => match token.kind {
            Kind::Mark(mark) => Some(mark),
            Kind::Word if matches!(text.word(index), "h" | "ч" | "х") => Some('h'),
            _ => None,
        },
        _ => None,
    };
    if let Some(lex) = short_day(text, at) {
        return (Some(What::Word(lex)), 2);
    }
    if is_part_of_a_name(text, at) {
        return (Some(What::Foreign), 1);
    }
    let joint = glued_mark(at + 1).filter(|_| glued_digits(at + 2));
    if let (Some(first), Some(second)) = (joint, glued_mark(at + 3).filter(|_| glued_digits(at + 4)))
        && first == second
        && matches!(first, '.' | '/' | '-')
        && !(glued_mark(at + 5) == Some(first) && glued_digits(at + 6))
    {
        let triple = [number(at), number(at + 2), number(at + 4)];
        if is_date_shape(&triple) {
            // "2026-12-24T19:30": the letter between date and time says nothing.
            let joins_time = text.word(at + 5) == "t" && glued_digits(at + 6);
            return (Some(What::Triple(triple)), 5 + usize::from(joins_time));
        }
    }
    if let Some(tokens) = phone_tokens(text, at) {
        return (Some(What::Foreign), tokens);
    }
    match joint {
        Some(mark @ (':' | 'h')) => {
            let (hour, minute) = (number(at), number(at + 2));
            let seconds = if glued_mark(at + 3) == Some(':') && glued_digits(at + 4) {
                2
            } else {
                0
            };
            let is_time = hour.value <= 24 && minute.value < 60 && minute.digits == 2;
            let is_exact = hour.has_zero || hour.value > 12 || hour.value == 0;
            let clock = What::Clock {
                hour: hour.value,
                minute: minute.value,
                is_exact,
            };
            let is_hours = mark == 'h' || is_time;
            (
                Some(if is_time && is_hours { clock } else { What::Foreign }),
                3 + seconds,
            )
        }
        Some(mark @ ('.' | ',' | '/' | '-' | '—')) => {
            let (left, right) = (number(at), number(at + 2));
            (
                Some(What::Pair {
                    left,
                    right,
                    mark: if mark == '—' { '-' } else { mark },
                }),
                3,
            )
        }
        _ => ordinal_or_number(text, at, number(at)),
    }
}

/// "2moro", "2nite".
fn short_day(text: &Text, at: usize) -> Option<Lex> {
    let is_two = text.word(at) == "2" && text.tokens().get(at + 1).is_some_and(|next| next.is_glued);
    match text.word(at + 1) {
        "moro" | "morro" | "morrow" | "mrw" if is_two => Some(Lex::Day(1)),
        "nite" | "night" if is_two => Some(Lex::Tonight),
        "day" if is_two => Some(Lex::Day(0)),
        _ => None,
    }
}

fn ordinal_or_number(text: &Text, at: usize, mut number: Number) -> (Option<What>, usize) {
    let tokens = text.tokens();
    let has_hyphen = text.kind(at + 1) == Some(Kind::Mark('-')) && tokens[at + 1].is_glued;
    let tail = at + 1 + usize::from(has_hyphen);
    let is_tail = tokens.get(tail).is_some_and(|token| token.is_glued)
        && (lookup(text.word(tail)) == Lex::OrdinalTail
            || matches!(text.word(tail), "o" | "a" | "st" | "rd" | "я" | "а"))
        && !(text.word(tail) == "a" && has_hyphen);
    if is_tail && text.word(tail) != "a" {
        number.is_ordinal = true;
        return (Some(What::Number(number)), tail + 1 - at);
    }
    // "4-х", "5-ти": a cardinal with its Russian or Ukrainian ending.
    let is_case = has_hyphen
        && matches!(
            text.word(tail),
            "х" | "ох" | "ти" | "ми" | "и" | "м" | "рох" | "ех" | "их"
        );
    (Some(What::Number(number)), if is_case { tail + 1 - at } else { 1 })
}

/// Digits inside an address, a user name or a model number: "john7@", "A380", "7b".
fn is_part_of_a_name(text: &Text, at: usize) -> bool {
    let tokens = text.tokens();
    let after_letters = tokens[at].is_glued
        && at > 0
        && match tokens[at - 1].kind {
            Kind::Word => !matches!(text.word(at - 1), "x" | "х" | "h" | "t"),
            Kind::Mark(mark) => matches!(mark, '@' | '_' | '#'),
            _ => false,
        };
    let before_at = tokens.get(at + 1).is_some_and(|next| {
        next.is_glued
            && matches!(next.kind, Kind::Mark('@' | '_' | '%'))
            && (next.kind != Kind::Mark('@')
                || tokens
                    .get(at + 2)
                    .is_some_and(|after| after.is_glued && after.kind == Kind::Word))
    });
    after_letters || before_at || text.word(at).len() > 8
}

/// Tokens of the phone number that starts at `at`, if one does.
fn phone_tokens(text: &Text, at: usize) -> Option<usize> {
    let mut digits = 0;
    let mut end = at;
    for (index, token) in text.tokens().iter().enumerate().skip(at) {
        match token.kind {
            Kind::Digits => {
                digits += token.end - token.start;
                end = index + 1;
            }
            Kind::Mark('(' | ')' | '-' | '.' | '+' | '/') => {}
            _ => break,
        }
    }
    (digits >= PHONE_DIGITS_MIN && !starts_with_date(text, at, end)).then_some(end - at)
}

fn starts_with_date(text: &Text, at: usize, end: usize) -> bool {
    (at..end).any(|index| {
        let is_digits = |offset: usize| text.kind(index + offset) == Some(Kind::Digits);
        let mark = |offset: usize| match text.kind(index + offset) {
            Some(Kind::Mark(mark)) => Some(mark),
            _ => None,
        };
        index + 5 <= end
            && is_digits(0)
            && is_digits(2)
            && is_digits(4)
            && mark(1).is_some()
            && mark(1) == mark(3)
            && is_date_shape(&[0, 2, 4].map(|offset| Number::of_digits(text.said(index + offset))))
    }) || looks_like_day_and_time(text, at, end)
}

/// "24.12 1930": at most two short groups and a time of four digits.
fn looks_like_day_and_time(text: &Text, at: usize, end: usize) -> bool {
    let groups: Vec<usize> = (at..end)
        .filter(|&index| text.kind(index) == Some(Kind::Digits))
        .map(|index| text.word(index).len())
        .collect();
    groups.iter().all(|&length| length <= 2)
        && groups.len() <= 5
        && text.kind(at) == Some(Kind::Digits)
        && text.said(at).len() < 3
        && (at..end).any(|index| matches!(text.kind(index), Some(Kind::Mark('.' | '/'))))
}

fn is_date_shape(parts: &[Number; 3]) -> bool {
    let [a, b, c] = parts;
    let is_year = |part: &Number| part.digits == 4 && (1900..2200).contains(&part.value);
    let is_day = |part: &Number| part.digits <= 2 && (1..=31).contains(&part.value);
    (is_year(a) && is_day(b) && is_day(c)) || (is_day(a) && is_day(b) && (is_year(c) || c.digits == 2))
}

/// "five five five one two three": digits of a phone said one by one.
fn hide_spoken_digits(pieces: &mut [Piece<'_>]) {
    let mut start = 0;
    while start < pieces.len() {
        let run = pieces[start..]
            .iter()
            .take_while(|piece| piece.number().is_some_and(|number| !number.is_ordinal))
            .count();
        if run >= SPOKEN_DIGITS_MIN {
            for piece in &mut pieces[start..start + run] {
                piece.what = What::Foreign;
            }
        }
        start += run.max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(message: &str) -> Vec<What> {
        pieces(&Text::new(message)).iter().map(|piece| piece.what).collect()
    }

    fn clock(hour: u32, minute: u32, is_exact: bool) -> What {
        What::Clock { hour, minute, is_exact }
    }

    #[test]
    fn written_times_are_one_piece() {
        assert_eq!(whats("7:30 19h30"), [clock(7, 30, false), clock(19, 30, true)]);
        assert!(matches!(
            whats("2026-12-24T19:30")[..],
            [What::Triple(_), What::Clock { .. }]
        ));
        assert!(matches!(whats("7 p.m.")[..], [What::Number(_), What::Word(Lex::Pm)]));
        assert!(matches!(whats("7p")[..], [What::Number(_), What::Word(Lex::Pm)]));
    }

    #[test]
    fn phones_and_names_are_foreign() {
        assert_eq!(whats("+1 (555) 123-4567"), [What::Foreign]);
        assert_eq!(whats("(305) 555-0199"), [What::Foreign]);
        assert_eq!(whats("555 123 4567"), [What::Foreign]);
        assert_eq!(whats("a380")[1], What::Foreign);
        assert!(
            whats("five five five one two three four")
                .iter()
                .all(|what| *what == What::Foreign)
        );
    }

    #[test]
    fn ordinals_keep_their_tail() {
        for written in ["5th", "5-го", "5го", "5º"] {
            let found = whats(written);
            assert!(
                matches!(
                    found[..],
                    [What::Number(Number {
                        value: 5,
                        is_ordinal: true,
                        ..
                    })]
                ),
                "{written}: {found:?}"
            );
        }
    }
}
