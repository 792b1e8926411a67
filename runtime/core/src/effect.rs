use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ports::outbox::Lane;
use crate::records::Record;
use crate::{Author, Content, DeliveryStatus, StatusChange, Timestamp};

/// What a step wants done. Happens after the turn is durable, in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Says something to the person.
    Say(Say),
    /// Sets a timer, replacing one of the same name.
    SetTimer {
        /// Its name within the conversation.
        name: TimerName,
        /// When it comes due.
        due: Timestamp,
    },
    /// Cancels a timer; one that is not set is fine.
    CancelTimer {
        /// Its name within the conversation.
        name: TimerName,
    },
    /// Asks something that takes time (a model, a profile, a checkout); the answer returns as
    /// [`crate::Payload::Answer`].
    Ask(Inquiry),
    /// Tells another system (CRM, ads, a webhook).
    Emit(Emission),
    /// Writes a record of the business.
    Record(Record),
    /// Moves the delivery status of earlier outbound messages.
    Status(StatusChange),
}

/// One message to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// `Bot`, or `Operator` for a colleague's words.
    pub author: Author,
    /// What is said.
    pub content: Content,
    /// `Pending` to send it; any other status keeps it in the log unsent, with the reason.
    pub status: DeliveryStatus,
    /// Why it is held back, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Not before this moment (quiet hours); `None` is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// The account of ours it leaves from; `None` is the tenant's first one on the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
}

impl Say {
    /// Words of the bot, to be sent now.
    #[must_use]
    pub const fn bot(content: Content) -> Self {
        Self {
            author: Author::Bot,
            content,
            status: DeliveryStatus::Pending,
            reason: None,
            not_before: None,
            lane: None,
        }
    }

    /// Words of a colleague, to be sent now.
    #[must_use]
    pub const fn operator(content: Content) -> Self {
        Self {
            author: Author::Operator,
            content,
            status: DeliveryStatus::Pending,
            reason: None,
            not_before: None,
            lane: None,
        }
    }
}

/// The name of a timer within its conversation, such as `nudge` or `resume`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimerName(pub String);

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for TimerName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// A question to something slow. Leaves through the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inquiry {
    /// The step's own name for it, unique in the conversation; returns with the answer.
    pub name: String,
    /// Who is asked: the outbox lane.
    pub lane: String,
    /// What is asked.
    pub body: Value,
}

/// Which of the two strictly separated streams an emission belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Understood and wanted.
    Good,
    /// Noise, refusals, rejects.
    Noise,
}

/// News for another system. Leaves through the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Emission {
    /// What happened: `lead.created`, `qualify.q1` …
    pub name: String,
    /// To whom: the outbox lane.
    pub lane: String,
    /// Which stream it belongs to.
    pub stream: Stream,
    /// The receiver deduplicates by this key.
    pub key: String,
    /// The details.
    pub body: Value,
}
