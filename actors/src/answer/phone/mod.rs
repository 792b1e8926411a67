//! A phone number, written or said, in E.164.
//!
//! ```text
//!  "not 212 555 0100, use two one two, five five five, oh one double nine ext 4"
//!      │ runs      digits and number words in a row, with what separates them
//!      ▼
//!   [212 555 0100]  [2 1 2 , 5 5 5 , 0 1 99 ext 4]
//!      │ dial      the tenant's region makes each a number, or does not
//!      ▼
//!   the one to use: "not" speaks against, "use" for
//! ```
//!
//! A number that libphonenumber calls invalid but possible is accepted: fictional
//! numbers and fresh ranges must not lock a person out.

use std::ops::Range;

use super::text::Text;
use super::{Asked, NoAnswer, email, preference, refusal};

mod area;
mod dial;
mod place;
mod runs;

pub use dial::warm;
pub use place::{Place, place};

/// A phone number with its extension apart.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    /// The number in E.164, as in `+15551234567`.
    pub e164: String,
    /// Digits to dial once connected.
    pub ext: Option<String>,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Phone(…)")
    }
}

/// A number found in a message, with the tokens it takes.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) phone: Phone,
    pub(super) tokens: Range<usize>,
}

/// Reads the phone number to use; `region` is the tenant's ISO 3166 code ("US").
///
/// # Errors
///
/// Why there is none: refused, a question back, later, or not an answer.
pub fn read(written: &str, region: &str, asked: &Asked) -> Result<Phone, NoAnswer> {
    read_text(&Text::new(written), region, asked)
}

/// Reads an already normalised message.
///
/// # Errors
///
/// As [`read`].
pub fn read_text(text: &Text, region: &str, asked: &Asked) -> Result<Phone, NoAnswer> {
    let has_email = runs::has_enough_digits(text) && text.clean().contains('@');
    let email = has_email.then(|| email::find(text, asked)).flatten();
    find(text, region, email.map(|email| email.tokens).as_ref())
        .map(|candidate| candidate.phone)
        .ok_or_else(|| refusal::reason(text))
}

/// The candidate to use, if any. The digits of an email address are no phone number.
pub(super) fn find(text: &Text, region: &str, email: Option<&Range<usize>>) -> Option<Candidate> {
    if !runs::has_enough_digits(text) {
        return None;
    }
    let mut runs = runs::read(text);
    area::join(text, &mut runs);
    let mut candidates: Vec<Candidate> = Vec::new();
    let is_in_email = |run: &runs::Run| email.is_some_and(|email| email.contains(&run.tokens.start));
    for run in runs.iter().filter(|run| !is_in_email(run)) {
        let dialled = dial::numbers(run, region);
        if let (true, Some(last)) = (dialled.is_empty(), candidates.last_mut()) {
            correct_tail(text, last, run);
        }
        candidates.extend(dialled);
    }
    let spans: Vec<_> = candidates.iter().map(|candidate| candidate.tokens.clone()).collect();
    let said = preference::place_said(text).filter(|_| candidates.len() == 2);
    let chosen = said.or_else(|| preference::choose(text, &spans))?;
    candidates.into_iter().nth(chosen)
}

/// "555 123 4567, sorry, 4568": the last digits said again.
fn correct_tail(text: &Text, last: &mut Candidate, run: &runs::Run) {
    let said = run.digits();
    let is_tail = (1..=4).contains(&said.len()) && !run.has_plus() && run.ext.is_none();
    // "0145 not 0144" denies what it says last;
    // "the last four are 0193" counts the digits it says next.
    let is_denied = matches!(
        text.word(run.tokens.start.wrapping_sub(1)),
        "not" | "не" | "last" | "ultimos" | "ultimas" | "последние" | "останні"
    );
    // "not 305 555 0143, its 0144"
    let is_put_right = matches!(text.word(last.tokens.start.wrapping_sub(1)), "not" | "не" | "no" | "ні")
        || preference::is_corrected_between(text, last.tokens.end, run.tokens.start);
    if is_tail && !is_denied && is_put_right {
        let kept = last.phone.e164.len() - said.len();
        last.phone.e164.replace_range(kept.., &said);
        last.tokens.end = run.tokens.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(message: &str) -> Option<String> {
        read(message, "US", &Asked::Phone).ok().map(|phone| phone.e164)
    }

    #[test]
    fn written_and_said_numbers_are_the_same() {
        let expected = Some("+15551234567".to_owned());
        assert_eq!(number("(555) 123-4567"), expected);
        assert_eq!(
            number("my number is five five five, one two three, four five six seven"),
            expected
        );
        assert_eq!(number("triple five one twenty three 45 67"), expected);
    }

    #[test]
    fn of_two_the_one_to_use_is_taken() {
        let expected = Some("+12125550199".to_owned());
        assert_eq!(number("not 212-555-0100, use 212-555-0199"), expected);
        assert_eq!(
            number("212-555-0199, that's my cell, 212-555-0100 is my wife's"),
            expected
        );
        assert_eq!(number("212 555 0100 no wait 212 555 0199"), expected);
        assert_eq!(number("212 555 0190, sorry, 0199"), expected);
        assert_eq!(number("not 212 555 0190, its 0199 at the end"), expected);
    }

    #[test]
    fn an_area_code_may_be_said_apart() {
        let expected = Some("+18085550142".to_owned());
        assert_eq!(number("area code is 808, then 555 0142"), expected);
        assert_eq!(number("555-0142, area code 808"), expected);
        assert_eq!(number("five five five oh one four two, area eight oh eight"), expected);
        assert_eq!(number("area 51 is where we meet, 555-0142"), None);
    }

    #[test]
    fn extensions_stand_apart() {
        let phone = read("+1 (555) 123-4567 ext 9", "US", &Asked::Phone).expect("a number");
        assert_eq!((phone.e164.as_str(), phone.ext.as_deref()), ("+15551234567", Some("9")));
    }

    #[test]
    fn other_numbers_are_none() {
        for message in [
            "table for 10",
            "$5551234567",
            "order 5551234567",
            "12/25/2026 19:00",
            "123-4567",
        ] {
            assert_eq!(number(message), None, "{message}");
        }
    }

    #[test]
    fn debug_output_hides_the_number() {
        let phone = read("5551234567", "US", &Asked::Phone).expect("a number");
        assert_eq!(format!("{phone:?}"), "Phone(…)");
    }
}
