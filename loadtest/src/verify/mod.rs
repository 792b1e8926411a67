//! Says exactly what was lost, doubled or reordered. Pure: frames in, findings out.
//!
//! Two witnesses are asked. The [`Tracker`] watches what a client is given while it lives through crashes and
//! reconnects. [`check`] compares what the client sent and was promised with the history the server tells from the
//! beginning.

mod history;
mod tracker;

use serde::Serialize;

pub use history::{Entry, Reference, check};
pub use tracker::Tracker;

/// Something that must never be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Violation {
    /// An acknowledged message is not in the history.
    #[error("message {id} was acknowledged at seq {seq} and is not in the history")]
    Lost {
        /// Which message.
        id: String,
        /// What the acknowledgement said.
        seq: u64,
    },
    /// A message is in the history more than once.
    #[error("message {id} is in the history {times} times")]
    Doubled {
        /// Which message.
        id: String,
        /// How often.
        times: usize,
    },
    /// A message is in the history at another place than acknowledged.
    #[error("message {id} was acknowledged at seq {acknowledged} and is in the history at {found}")]
    Moved {
        /// Which message.
        id: String,
        /// What the acknowledgement said.
        acknowledged: u64,
        /// What the history says.
        found: u64,
    },
    /// The same message was acknowledged at two places.
    #[error("message {id} was acknowledged at seq {first} and again at {again}")]
    AckChanged {
        /// Which message.
        id: String,
        /// What was known.
        first: u64,
        /// What came later.
        again: u64,
    },
    /// The history does not count from 1 in steps of 1.
    #[error("the history says seq {found} where {expected} is next")]
    Gap {
        /// The next number.
        expected: u64,
        /// The number found.
        found: u64,
    },
    /// The history holds a message of the visitor that the visitor never sent.
    #[error("the history holds message {id}, which was never sent")]
    NeverSent {
        /// Which message.
        id: String,
    },
    /// The text of a message is not what was sent.
    #[error("the text of message {id} is not what was sent")]
    Altered {
        /// Which message.
        id: String,
    },
    /// Messages sent one after the other are in the history the other way round.
    #[error("message {id} stands before a message that was sent earlier")]
    Reordered {
        /// Which message.
        id: String,
    },
    /// A turn has another number of replies than the same turn of an undisturbed dialogue.
    #[error("message {id} has {found} replies where an undisturbed dialogue has {expected}")]
    Replies {
        /// The message answered, or empty for what stands before the first.
        id: String,
        /// The undisturbed dialogue's.
        expected: usize,
        /// This one's.
        found: usize,
    },
    /// A client was given the same message twice although it said what it had.
    #[error("seq {seq} was delivered twice")]
    DeliveredTwice {
        /// Which place.
        seq: u64,
    },
    /// A client was given a later message before an earlier one.
    #[error("seq {seq} was delivered after {after}")]
    DeliveredOutOfOrder {
        /// Which place.
        seq: u64,
        /// What had come before.
        after: u64,
    },
    /// A client was given later messages and never an earlier one.
    #[error("seq {seq} was never delivered, though later ones were")]
    NotDelivered {
        /// Which place.
        seq: u64,
    },
    /// The server broke the protocol where nothing was disturbed.
    #[error("{what}")]
    Protocol {
        /// What happened.
        what: String,
    },
}

/// A violation and where it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The thread, as the client names it.
    pub thread: String,
    /// What was seen there.
    pub violation: Violation,
}

impl Finding {
    /// Puts a name to the violations of one thread.
    pub fn of(thread: &str, violations: impl IntoIterator<Item = Violation>) -> impl Iterator<Item = Self> {
        violations.into_iter().map(move |violation| Self {
            thread: thread.to_owned(),
            violation,
        })
    }
}
