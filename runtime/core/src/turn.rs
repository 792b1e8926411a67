use serde::{Deserialize, Serialize};

use crate::ports::outbox::Entry;
use crate::records::Record;
use crate::{
    ChannelKind, ConversationId, DedupeKey, EventId, Message, Personal, ShardId, StatusChange, TenantId, TimerName,
    Timestamp,
};

/// Everything one event changes. Committed whole or not at all.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// The other side's address.
    pub address: Personal,
    /// The first sender, where the channel has senders.
    pub owner: Option<Personal>,
    /// The conversation's version after this turn: 1 creates it, any other demands that the stored
    /// one is exactly one less.
    pub version: u64,
    /// The `seq` of the conversation's last message after this turn.
    pub last_seq: u64,
    /// Where the conversation stands after this turn.
    pub status: ConversationStatus,
    /// The state after this turn, as JSON.
    pub snapshot: String,
    /// What was received and what was decided, as JSON `{event, decisions, effects}`.
    pub record: String,
    /// What is kept of the event itself.
    pub receipt: Receipt,
    /// The event was parked before and is tried again: its receipt may exist, as parked.
    pub is_replay: bool,
    /// New messages, by `seq`.
    pub messages: Vec<Message>,
    /// News of earlier outbound messages.
    pub status_changes: Vec<StatusChange>,
    /// Timers set and cancelled, at most one change a name.
    pub timers: Vec<TimerChange>,
    /// What shall leave.
    pub outbox: Vec<Entry>,
    /// Records of the business.
    pub records: Vec<Record>,
    /// When the turn was taken.
    pub at: Timestamp,
}

impl Turn {
    /// The shard of the conversation.
    #[must_use]
    pub fn shard(&self) -> ShardId {
        self.conversation.shard()
    }
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    /// The bot has it.
    #[default]
    Open,
    /// A person was called and has not come yet.
    NeedsPerson,
    /// A person has it.
    WithPerson,
    /// Nothing is left to do.
    Done,
}

impl ConversationStatus {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 4] = [Self::Open, Self::NeedsPerson, Self::WithPerson, Self::Done];

    /// The stable name in the API and the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::NeedsPerson => "needs_person",
            Self::WithPerson => "with_person",
            Self::Done => "done",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// The proof that an inbound event was dealt with: every one has exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The event's identity.
    pub dedupe: DedupeKey,
    /// The event's id.
    pub event: EventId,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// For which conversation.
    pub conversation: ConversationId,
    /// The kind of payload, see [`crate::Payload::kind`].
    pub kind: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A turn was taken.
    Processed {
        /// The `seq` its own message got; 0 when it carried none.
        seq: u64,
    },
    /// Failed thrice; waits among the dead letters.
    Parked,
    /// Not accepted, for this reason (a stable code).
    Refused {
        /// Why.
        reason: String,
    },
}

/// A change of a conversation's timers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimerChange {
    /// Sets it, replacing one of the same name.
    Set {
        /// Which one.
        name: TimerName,
        /// When it comes due.
        due: Timestamp,
    },
    /// Removes it because it came due, unless it was set anew since.
    Fired {
        /// Which one.
        name: TimerName,
        /// The hour it came due.
        due: Timestamp,
    },
    /// Removes it.
    Remove {
        /// Which one.
        name: TimerName,
    },
}
