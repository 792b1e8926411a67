//! What cannot be listed is learnt: small linear models over what of a message speaks for a label.
//!
//! ```text
//!  training/… lines below their [label] ── learn ──► *.bin     `cargo run -p frontdesk-actors --example learn`
//!                                                      │
//!  message ── signs: kinds of words, their ────────────┤
//!             neighbours, runs of letters              ▼
//!                                          odds of each label; the best one wins
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
    /// Row after row: the mark of the sign it belongs to, then a signed byte for each label.
    rows: Cow<'static, [u8]>,
}

/// What a weight of one is in the table.
const UNIT: u8 = 32;

impl<const N: usize> Model<N> {
    const ROW_BYTES: usize = N + 1;

    /// A table as [`Self::as_bytes`] gives it.
    pub(crate) const fn built_in(rows: &'static [u8]) -> Self {
        assert!(rows.len().is_multiple_of(Self::ROW_BYTES), "rows are whole");
        assert!(
            (rows.len() / Self::ROW_BYTES).is_power_of_two(),
            "rows are as many as were learnt"
        );
        Self {
            rows: Cow::Borrowed(rows),
        }
    }

    /// The table as it is kept in a file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.rows
    }

    /// How many rows the table has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len() / Self::ROW_BYTES
    }

    /// The place of the label that most speaks for.
    #[must_use]
    pub fn label(&self, text: &Text) -> usize {
        best(&self.scores(text))
    }

    /// The same if it is `lead` or more ahead of the label at `other`, and is another one. A lead of 100 makes a
    /// label about three times as likely as the other one, of 200 seven times.
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

    /// Hundredths of the logarithm of each label's odds.
    fn scores(&self, text: &Text) -> [i32; N] {
        let mut sums = [0; N];
        let mut known = 0_i32;
        each_sign(text, |sign| {
            let Some(row) = self.row(sign) else { return };
            known += 1;
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += i32::from(weight.cast_signed());
            }
        });
        // Many signs say the same thing: their weight grows with the root of their number, as it was learnt.
        let root = (known * 256).isqrt().max(1);
        sums.map(|sum| sum * 100 / i32::from(UNIT) * 16 / root)
    }

    /// The weights of a sign; none of one that was hardly ever met.
    fn row(&self, sign: u64) -> Option<&[u8]> {
        places(sign, self.rows()).find_map(|place| {
            let row = &self.rows[place * Self::ROW_BYTES..][..Self::ROW_BYTES];
            (row[0] == mark(sign)).then_some(&row[1..])
        })
    }
}

/// The rows a sign may have, neighbours of each other.
fn places(sign: u64, rows: usize) -> impl Iterator<Item = usize> {
    const WAYS: usize = 4;
    let home = (sign >> (u64::BITS - rows.trailing_zeros())) as usize;
    (0..WAYS).map(move |way| home ^ way)
}

/// What tells a sign from others that may have the same row.
const fn mark(sign: u64) -> u8 {
    (sign >> 20) as u8
}

/// The place of the first of the highest.
fn best<T: Copy + Ord>(scores: &[T]) -> usize {
    let places = 0..scores.len();
    places.max_by_key(|&at| (scores[at], Reverse(at))).unwrap_or(0)
}
