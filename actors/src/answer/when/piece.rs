//! A message as pieces: words with their meaning, numbers, written times and dates.

use super::foreign::{hide_spoken_digits, is_date_shape, is_part_of_a_name, phone_tokens};
use super::lexicon::{Lex, lookup};
use crate::answer::text::numbers::{self, Class};
use crate::answer::text::{Kind, Text};

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
    pub(super) fn of_digits(digits: &str) -> Self {
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
                    // A bracket explains what stands before it; a comma goes on.
                    What::Comma if text.kind(at) == Some(Kind::Mark('(')) => "(",
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
            is_collective: number.class == Class::Collective || is_of_people(text, at),
        });
        return (Some(what), number.tokens);
    }
    let word = text.word(at);
    if is_short_hours(text, at) {
        return (Some(What::Word(Lex::Hour)), 1);
    }
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

/// "на двох", "на трёх": a form that counts people; an hour is "на другу", "на два".
fn is_of_people(text: &Text, at: usize) -> bool {
    text.word(at.wrapping_sub(1)) == "на"
        && (matches!(text.word(at), "двух" | "трех" | "четырех") || text.word(at).ends_with("ох"))
}

/// "пт 19 год": Ukrainian hours cut short; after anything else a year of age or a year.
fn is_short_hours(text: &Text, at: usize) -> bool {
    let is_hour = || text.word(at - 1).parse().is_ok_and(|hour: u8| (1..=24).contains(&hour));
    text.word(at) == "год"
        && at > 1
        && is_hour()
        && (matches!(text.word(at - 2), "о" | "об" | "з" | "після" | "до")
            || matches!(lookup(text.word(at - 2)), Lex::Weekday(_) | Lex::Day(_)))
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
