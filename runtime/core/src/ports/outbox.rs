//! What shall leave, and how its leaving ended.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::placement::Ownership;
use crate::{ChannelKind, Content, ConversationId, Epoch, Fault, OutboxId, Personal, TenantId, Timestamp};

/// The way out of an entry: a receiver (`webhook`, `model`), a channel (`sms`: whichever account of
/// the tenant's comes first), or one account of ours (`twilio_sms:+14155550100`: the sender's name, a
/// colon, our address).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lane(Arc<str>);

impl Lane {
    /// One account of ours.
    #[must_use]
    pub fn of_account(sender: &str, our_address: &str) -> Self {
        Self(format!("{sender}:{our_address}").into())
    }

    /// The lane as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The sender that takes what leaves over it.
    #[must_use]
    pub fn sender(&self) -> &str {
        Self::sender_of(&self.0)
    }

    /// The same of a lane as stored.
    #[must_use]
    pub fn sender_of(lane: &str) -> &str {
        lane.split_once(':').map_or(lane, |(sender, _)| sender)
    }
}

impl From<String> for Lane {
    fn from(lane: String) -> Self {
        Self(lane.into())
    }
}

impl From<Lane> for String {
    fn from(lane: Lane) -> Self {
        lane.0.as_ref().to_owned()
    }
}

/// One effect on its way out.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id; also the idempotency key towards whoever can use one.
    pub id: OutboxId,
    /// The conversation it belongs to; entries of one conversation and lane leave in order.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// The channel of the conversation.
    pub channel: ChannelKind,
    /// The other side's address on it.
    pub address: Personal,
    /// The sending account or receiver, see [`Lane`]. One lane of one tenant has its
    /// own rate limit and its own breaker.
    pub lane: String,
    /// Its place among the entries of its conversation.
    pub ordinal: u64,
    /// What leaves.
    pub cargo: Cargo,
    /// Not before this moment.
    pub not_before: Timestamp,
    /// How often it was tried or asked after.
    pub attempts: u32,
    /// Under which epoch it is claimed; meaningless before it is.
    pub epoch: Epoch,
    /// An earlier try may have been taken, at this moment at the soonest: before anything is sent, the
    /// receiver is asked what became of it.
    pub unsure_since: Option<Timestamp>,
}

impl Entry {
    /// The name of the sender that takes it.
    #[must_use]
    pub fn sender(&self) -> &str {
        Lane::sender_of(&self.lane)
    }

    /// The address of ours it leaves from, where the lane is an account.
    #[must_use]
    pub fn our_address(&self) -> Option<&str> {
        self.lane.split_once(':').map(|(_, address)| address)
    }
}

/// What leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cargo", rename_all = "snake_case")]
pub enum Cargo {
    /// A message to the person.
    Message {
        /// Its place in the conversation.
        seq: u64,
        /// What it says.
        content: Content,
    },
    /// News for another system.
    Emission(crate::Emission),
    /// A question whose answer returns as an event.
    Inquiry(crate::Inquiry),
}

/// A request for work.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Of which shards, under which epochs.
    pub owned: Arc<Ownership>,
    /// Entries due by this moment.
    pub now: Timestamp,
    /// How many at most.
    pub limit: u32,
}

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Which entry.
    pub id: OutboxId,
    /// The epoch it was claimed under.
    pub epoch: Epoch,
    /// Its end, or the next try.
    pub result: Settled,
    /// When.
    pub at: Timestamp,
}

/// The end of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The receiver has it.
    Sent {
        /// As [`Sent::external_id`].
        external_id: Option<String>,
    },
    /// Refused for now.
    RetryAt {
        /// The next try.
        at: Timestamp,
        /// Why, in plain words.
        reason: String,
    },
    /// Handed over, but the answer was lost: the receiver will be asked what became of it.
    Unsure {
        /// When it was handed over, at the soonest.
        since: Timestamp,
        /// When to ask.
        at: Timestamp,
        /// Why, in plain words.
        reason: String,
    },
    /// Handed over, but the answer was lost: sent or not, nobody can tell.
    Unknown {
        /// Why, in plain words.
        reason: String,
    },
    /// Given up; a person can look at it and send it again.
    Dead {
        /// Why, in plain words.
        reason: String,
    },
    /// The account it leaves by was refused: it waits until that is mended. Counts as no attempt.
    Waiting {
        /// The next try.
        at: Timestamp,
        /// Why, in plain words.
        reason: String,
    },
    /// Not tried: handed back as it was, to be claimed again (shutdown, open breaker).
    Released {
        /// The next try.
        at: Timestamp,
    },
}

/// Why a receiver did not take an entry. The adapter that knows the provider decides which it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Certainly not taken, and later it may be: refused connection, 429, 503.
    #[error("refused for now: {reason}")]
    Transient {
        /// Why, in plain words without personal data.
        reason: String,
        /// How long the receiver asks to wait, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// Not tried: our own pace, or the receiver's wish to be left alone, does not allow it yet. Counts
    /// as no attempt.
    #[error("not now: to be tried in {wait_ms} ms")]
    NotNow {
        /// How long to wait, in milliseconds.
        wait_ms: u64,
    },
    /// Certainly not taken, and never will be: wrong address, bad request.
    #[error("refused: {reason}")]
    Permanent {
        /// Why, in plain words without personal data.
        reason: String,
        /// What that says of the address or the account.
        fault: Option<Fault>,
    },
    /// May have been taken: the connection broke after the request was written.
    #[error("no answer: {reason}")]
    Unknown {
        /// Why, in plain words without personal data.
        reason: String,
    },
}

impl SendError {
    /// Certainly not taken, for a reason that says nothing of the address or the account.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self::Permanent {
            reason: reason.into(),
            fault: None,
        }
    }
}

/// What a receiver answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// The receiver's id of it. Of a message that left in several parts the ids of all, in order, with
    /// [`BETWEEN_IDS`](super::reports::BETWEEN_IDS) between them.
    pub external_id: Option<String>,
    /// The answer to an inquiry.
    pub answer: Option<Value>,
}

/// The way out: one implementation per receiver, found by [`Entry::sender`].
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// Hands one entry over. Called under a deadline; being dropped midway counts as
    /// [`SendError::Unknown`].
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError>;

    /// Whether the receiver recognises [`Entry::id`] when it comes twice: then a lost answer is
    /// simply tried again.
    fn is_idempotent(&self) -> bool {
        false
    }

    /// Asks the receiver for an entry that was handed over at `since` or later and whose answer was
    /// lost. `None` when it is not to be found (it may still be on its way) or the receiver cannot be
    /// asked. Called under a deadline.
    ///
    /// # Errors
    ///
    /// The receiver did not tell.
    async fn trace(&self, _entry: &Entry, _since: Timestamp) -> Result<Option<Sent>, SendError> {
        Ok(None)
    }
}
