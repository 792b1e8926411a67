//! Digits that are no time, day or head count: phones, addresses, model numbers.

use super::piece::{Number, Piece, What};
use crate::answer::text::{Kind, Text};

/// Digits from which a run of them is a phone or card number.
const PHONE_DIGITS_MIN: usize = 7;
/// Number words said one by one from which they are a phone number.
const SPOKEN_DIGITS_MIN: usize = 6;

/// Digits inside an address, a user name or a model number: "john7@", "A380", "7b".
pub(super) fn is_part_of_a_name(text: &Text, at: usize) -> bool {
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
pub(super) fn phone_tokens(text: &Text, at: usize) -> Option<usize> {
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

pub(super) fn is_date_shape(parts: &[Number; 3]) -> bool {
    let [a, b, c] = parts;
    let is_year = |part: &Number| part.digits == 4 && (1900..2200).contains(&part.value);
    let is_day = |part: &Number| part.digits <= 2 && (1..=31).contains(&part.value);
    (is_year(a) && is_day(b) && is_day(c)) || (is_day(a) && is_day(b) && (is_year(c) || c.digits == 2))
}

/// "five five five one two three": digits of a phone said one by one.
pub(super) fn hide_spoken_digits(pieces: &mut [Piece<'_>]) {
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
