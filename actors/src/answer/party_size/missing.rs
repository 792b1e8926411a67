//! Who was counted and cannot come: "but two dropped out", "one of us can't make it".

use std::sync::LazyLock;

use super::{Count, quantity};
use crate::answer::text::Text;
use crate::answer::text::phrases::Phrases;
use crate::answer::when::lexicon::Lex;
use crate::answer::when::line::Line;

static ONE_MISSING: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new(include_str!("../party_size.txt"), "cannot_come"));

/// "one of us can't make it", "minus one".
pub(super) fn is_one_missing(text: &Text) -> bool {
    ONE_MISSING.are_in(text)
}

/// "but two dropped out", "pero dos no vienen", "но двое отпали"; one alone is a wording of its own.
pub(super) fn missing_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    if !line.is_word(line.before(at), &["but", "pero", "но", "але", "а"]) {
        return None;
    }
    let (people, end) = quantity(line, at).filter(|(people, _)| *people > 1)?;
    let says_so = (end..end + 3).find(|&at| {
        let is_verb = line.is_word(
            at,
            &[
                "dropped",
                "bailed",
                "canceled",
                "cancelled",
                "cant",
                "cannot",
                "wont",
                "cancelaron",
                "отпали",
                "отвалились",
                "відпали",
                "відмовились",
                "отказались",
            ],
        );
        let denies = matches!(line.lex(at), Lex::No | Lex::Not);
        is_verb
            || denies
                && line.is_word(
                    at + 1,
                    &[
                        "vienen",
                        "pueden",
                        "van",
                        "vendran",
                        "придут",
                        "смогут",
                        "будет",
                        "прийдуть",
                        "зможуть",
                        "буде",
                        "coming",
                    ],
                )
    })?;
    Some((Count::Missing(people), says_so + 2))
}
