//! What cannot be listed is learnt: small linear models over what of a message speaks for a label.
//!
//! ```text
//!  training/… lines below their [label] ── learn ──► *.bin     `cargo run -p frontdesk-actors --example learn`
//!                                                      │
//!  message ── signs: kinds of words, their ────────────┤
//!             neighbours, runs of letters              ▼
//!                                          a score for each label; the best one wins
//! ```
//!
//! `kinds.txt` says what words are about (a dish, a day, a trade), so that a line about pizza
//! teaches what to make of borscht. `docs/decisions/0007` says why it is done so.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::text::Text;

mod kinds;
mod learn;
mod signs;

pub use learn::{Lesson, lessons};
use signs::each_sign;

/// How much each sign of a message speaks for each of `N` labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model<const N: usize> {
    /// A signed byte for each label, row after row; signs find their row by hash.
    weights: Cow<'static, [u8]>,
}

impl<const N: usize> Model<N> {
    /// A table as [`Self::as_bytes`] gives it.
    pub(crate) const fn built_in(weights: &'static [u8]) -> Self {
        assert!(weights.len().is_multiple_of(N), "rows are whole");
        assert!((weights.len() / N).is_power_of_two(), "rows are as many as were learnt");
        Self {
            weights: Cow::Borrowed(weights),
        }
    }

    /// The table as it is kept in a file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.weights
    }

    /// The place of the label that most speaks for.
    #[must_use]
    pub fn label(&self, text: &Text) -> usize {
        best(&self.scores(text))
    }

    /// The same if it is `lead` or more ahead of the label at `other`, and is another one.
    #[must_use]
    pub fn label_ahead_of(&self, other: usize, lead: i32, text: &Text) -> Option<usize> {
        let scores = self.scores(text);
        let label = best(&scores);
        (label != other && scores[label] - scores[other] >= lead).then_some(label)
    }

    /// The place of the label that most speaks for, and how far it is ahead of the label at `other` and of the next
    /// best one.
    #[must_use]
    pub fn leads(&self, other: usize, text: &Text) -> (usize, i32, i32) {
        let scores = self.scores(text);
        let label = best(&scores);
        let rest = (0..N).filter(|&at| at != label).map(|at| scores[at]);
        let next = rest.max().unwrap_or(i32::MIN / 2);
        (label, scores[label] - scores[other], scores[label] - next)
    }

    fn scores(&self, text: &Text) -> [i32; N] {
        let mut scores = [0; N];
        let rows = self.weights.len() / N;
        each_sign(text, |sign| {
            let from = sign % rows * N;
            for (score, weight) in scores.iter_mut().zip(&self.weights[from..]) {
                *score += i32::from(weight.cast_signed());
            }
        });
        scores
    }
}

/// The place of the first of the highest.
fn best<T: Copy + Ord>(scores: &[T]) -> usize {
    let places = 0..scores.len();
    places.max_by_key(|&at| (scores[at], Reverse(at))).unwrap_or(0)
}
