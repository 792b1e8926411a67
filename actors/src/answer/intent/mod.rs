//! What a caller or a first message wants.
//!
//! Nobody can list how people say it, so it is learnt from lines with their intent:
//!
//! ```text
//!  training/intent/*.txt ── learn ──► weights.bin        `cargo run -p frontdesk-actors --example learn_intent`
//!                                        │
//!  message ── signs: kinds of words, ────┤
//!             their neighbours, letters  ▼
//!                                   a score for each intent; the best one wins
//! ```
//!
//! `kinds.txt` says what words are about (a dish, a day, a trade), so that a line about pizza
//! teaches what to make of borscht. Moving or cancelling a booking is a reservation, a complaint
//! beats the booking it is about, and what was bought is an order.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::text::Text;

mod kinds;
mod learn;
mod signs;

pub use learn::{Lesson, lessons};
use signs::{BUCKETS, each_sign};

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intent {
    /// To book, change or cancel a table, an appointment or an event.
    Reservation,
    /// To know something: hours, address, menu, prices.
    Info,
    /// To complain.
    Complaint,
    /// To order or buy something, or to ask after such an order.
    Order,
    /// To work here.
    Job,
    /// To sell something to the business.
    Spam,
    /// Anything else.
    Other,
}

impl Intent {
    /// In the order of their weights.
    pub const ALL: [Self; 7] = [
        Self::Reservation,
        Self::Info,
        Self::Complaint,
        Self::Order,
        Self::Job,
        Self::Spam,
        Self::Other,
    ];
}

/// Reads what a message wants.
#[must_use]
pub fn read(text: &Text) -> Intent {
    Model::BUILT_IN.intent(text)
}

/// Reads what a message wants where it is plain: what may as well want nothing is `None`, and so
/// is what wants nothing.
#[must_use]
pub fn read_plain(text: &Text) -> Option<Intent> {
    Model::BUILT_IN.plain_intent(text)
}

/// How far ahead of [`Intent::Other`] a plain intent is.
const PLAIN_LEAD: i32 = 60;

type Scores = [i32; Intent::ALL.len()];

/// How much each sign of a message speaks for each intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// A signed byte for each intent, bucket after bucket.
    weights: Cow<'static, [u8]>,
}

impl Model {
    const BUILT_IN: Self = Self {
        weights: Cow::Borrowed(include_bytes!("weights.bin")),
    };

    /// The table as it is kept in `weights.bin`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.weights
    }

    /// The intent that most speaks for.
    #[must_use]
    pub fn intent(&self, text: &Text) -> Intent {
        best(&self.scores(text))
    }

    fn plain_intent(&self, text: &Text) -> Option<Intent> {
        let scores = self.scores(text);
        let intent = best(&scores);
        let lead = scores[intent as usize] - scores[Intent::Other as usize];
        (lead >= PLAIN_LEAD).then_some(intent)
    }

    fn scores(&self, text: &Text) -> Scores {
        let mut scores = Scores::default();
        each_sign(text, |bucket| {
            let from = bucket * scores.len();
            for (score, weight) in scores.iter_mut().zip(&self.weights[from..]) {
                *score += i32::from(weight.cast_signed());
            }
        });
        scores
    }
}

/// The first of the highest.
fn best<T: Copy + Ord>(scores: &[T; Intent::ALL.len()]) -> Intent {
    let by_score = |(at, intent): (usize, Intent)| (scores[at], std::cmp::Reverse(at), intent);
    let (_, _, intent) = Intent::ALL
        .into_iter()
        .enumerate()
        .map(by_score)
        .max_by_key(|&(score, at, _)| (score, at))
        .expect("there are intents");
    intent
}

const _: () = assert!(include_bytes!("weights.bin").len() == BUCKETS * Intent::ALL.len());
