//! Why a message is not an answer: refusal, question back, later, or nothing of these.

use std::sync::LazyLock;

use super::NoAnswer;
use super::text::Text;
use super::text::phrases::{Flat, Phrases};

static LATER: LazyLock<Phrases> = LazyLock::new(|| phrases("later"));
static REFUSED: LazyLock<Phrases> = LazyLock::new(|| phrases("refused"));
static QUESTION: LazyLock<Phrases> = LazyLock::new(|| phrases("question"));
static NOT_REFUSED: LazyLock<Phrases> = LazyLock::new(|| phrases("not_refused"));

fn phrases(section: &str) -> Phrases {
    Phrases::new(include_str!("refusal.txt"), section)
}

/// Tells why a message in which no answer was found is none.
///
/// A wish to answer later wins over a refusal ("not now, I'll tell you tomorrow"),
/// and a refusal over a question ("no, why would I?").
#[must_use]
pub fn reason(text: &Text) -> NoAnswer {
    let rest = NOT_REFUSED.blanked(text.to_read());
    if LATER.are_in_flat(&rest) {
        NoAnswer::Later
    } else if REFUSED.are_in_flat(&rest) {
        NoAnswer::Refused
    } else if is_question(text) {
        NoAnswer::Question
    } else {
        NoAnswer::NotAnAnswer
    }
}

/// Whether the person wants to answer another time.
#[must_use]
pub fn is_later(text: &Text) -> bool {
    is_later_in(&text.to_read())
}

/// The same for a flat text, from which a caller may have blanked wordings.
#[must_use]
pub(super) fn is_later_in(flat: &Flat<'_>) -> bool {
    LATER.are_in_flat(flat)
}

/// Whether the person asks something, with or without a question mark.
#[must_use]
pub fn is_question(text: &Text) -> bool {
    text.flat().contains(" ? ") || asks_in(&text.to_read())
}

/// Whether a flat text, from which a caller may have blanked wordings, asks without a question mark.
#[must_use]
pub(super) fn asks_in(flat: &Flat<'_>) -> bool {
    QUESTION.are_in_flat(flat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason_of(message: &str) -> NoAnswer {
        reason(&Text::new(message))
    }

    #[test]
    fn the_four_reasons_are_told_apart() {
        assert_eq!(reason_of("I'd rather not say"), NoAnswer::Refused);
        assert_eq!(reason_of("а зачем"), NoAnswer::Question);
        assert_eq!(reason_of("давайте потім"), NoAnswer::Later);
        assert_eq!(reason_of("lovely weather"), NoAnswer::NotAnAnswer);
    }

    #[test]
    fn later_wins_over_no() {
        assert_eq!(reason_of("no, not now, maybe tomorrow"), NoAnswer::Later);
    }
}
