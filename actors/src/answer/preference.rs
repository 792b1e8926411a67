//! Of several numbers or addresses in a message the one to use.

use std::ops::Range;
use std::sync::LazyLock;

use super::text::phrases::{Flat, Phrases};
use super::text::{Kind, Text};

static AGAINST: LazyLock<Phrases> = LazyLock::new(|| list("against"));
static FOR: LazyLock<Phrases> = LazyLock::new(|| list("for"));
static FIRST: LazyLock<Phrases> = LazyLock::new(|| list("first"));
static SECOND: LazyLock<Phrases> = LazyLock::new(|| list("second"));
static CORRECTION: LazyLock<Phrases> = LazyLock::new(|| list("correction"));

fn list(section: &str) -> Phrases {
    Phrases::new(include_str!("preference.txt"), section)
}

/// The index of the candidate to use, given the tokens each takes; `None` without any.
///
/// What stands around a candidate speaks for or against it ("use", "not", "my wife's"),
/// and a correction before it makes it better than the one it corrects. Of equals the
/// first wins: people lead with the one they mean.
#[must_use]
pub(super) fn choose(text: &Text, spans: &[Range<usize>]) -> Option<usize> {
    let scores = scores(text, spans);
    let best = *scores.iter().max()?;
    scores.iter().position(|&score| score == best)
}

/// Of two, the place of the one that the person says to use: "the second is better".
#[must_use]
pub(super) fn place_said(text: &Text) -> Option<usize> {
    if SECOND.are_in(text) {
        Some(1)
    } else {
        FIRST.are_in(text).then_some(0)
    }
}

/// Whether what stands between two tokens corrects what was before.
#[must_use]
pub(super) fn is_corrected_between(text: &Text, from: usize, to: usize) -> bool {
    CORRECTION.are_in_flat(&text.part(from, to))
}

fn scores(text: &Text, spans: &[Range<usize>]) -> Vec<i32> {
    let mut scores: Vec<i32> = Vec::with_capacity(spans.len());
    let mut before_from = sentence_start(text, spans.first().map_or(0, |span| span.start));
    for (index, span) in spans.iter().enumerate() {
        let next = spans
            .get(index + 1)
            .map_or_else(|| text.tokens().len(), |next| next.start);
        let after_to = own_words_end(text, span.end, next);
        let before = weigh(text.part(before_from, span.start));
        let mut score = before + weigh(text.part(span.end, after_to));
        let is_correction = index > 0 && before >= 0 && is_corrected_between(text, spans[index - 1].end, span.start);
        if is_correction {
            score = score.max(scores[index - 1] + 1);
        }
        scores.push(score);
        before_from = after_to;
    }
    scores
}

fn weigh(flat: Flat<'_>) -> i32 {
    let against = AGAINST.are_in_flat(&flat);
    let rest = AGAINST.blanked(flat);
    i32::from(FOR.are_in_flat(&rest)) - 2 * i32::from(against)
}

fn sentence_start(text: &Text, before: usize) -> usize {
    (0..before)
        .rfind(|&at| matches!(text.word(at), "." | "?"))
        .map_or(0, |at| at + 1)
}

/// The end of the words after a candidate that are about it: "is my old one", "(work)",
/// ", that's my wife's". Before another candidate other words are about that one.
fn own_words_end(text: &Text, from: usize, next: usize) -> usize {
    let is_last = next == text.tokens().len();
    let first = (from..next).find(|&at| !text.is_clause_mark(at)).unwrap_or(next);
    let is_tied = text.kind(from) == Some(Kind::Mark('(')) || is_tie(text.word(first));
    if !is_tied && (first > from || !is_last) {
        return from;
    }
    (first..next)
        .find(|&at| text.is_clause_mark(at) || is_joint(text.word(at)))
        .unwrap_or(next)
}

fn is_tie(word: &str) -> bool {
    matches!(
        word,
        "is" | "was"
            | "thats"
            | "on"
            | "меня"
            | "мене"
            | "that"
            | "its"
            | "it"
            | "which"
            | "es"
            | "era"
            | "eso"
            | "ese"
            | "esta"
            | "este"
            | "то"
            | "это"
            | "це"
            | "был"
            | "був"
            | "моя"
            | "мой"
            | "мій"
            | "ya"
            | "больше"
            | "більше"
            | "уже"
            | "вже"
            | "doesnt"
            | "isnt"
    )
}

fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "but"
            | "or"
            | "use"
            | "y"
            | "pero"
            | "o"
            | "usa"
            | "и"
            | "а"
            | "но"
            | "или"
            | "і"
            | "й"
            | "але"
            | "або"
    )
}
