use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{FileId, MessageId, Personal, Timestamp};

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The person on the other side.
    User,
    /// The dialogue.
    Bot,
    /// A colleague of the business.
    Operator,
}

impl Author {
    /// The stable name in frames, the API and the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Bot => "bot",
            Self::Operator => "operator",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::User, Self::Bot, Self::Operator]
            .into_iter()
            .find(|author| author.code() == code)
    }
}

/// An answer offered as a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    /// What the button shows.
    pub label: String,
    /// What comes back as the message's text when it is pressed.
    pub value: String,
}

impl QuickReply {
    /// The answers as words, for where there are no buttons: numbered, so that a number is an answer;
    /// unnumbered where they have numbers of their own, which could be taken for one another.
    #[must_use]
    pub fn listed(replies: &[Self]) -> String {
        let labels = replies.iter().map(|reply| reply.label.as_str());
        if labels.clone().any(|label| label.contains(char::is_numeric)) {
            return format!("({})", labels.collect::<Vec<_>>().join(" / "));
        }
        let numbered = labels.zip(1..).map(|(label, number)| format!("{number}. {label}"));
        numbered.collect::<Vec<_>>().join("\n")
    }
}

/// A picture with words and an optional link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Heading.
    pub title: String,
    /// Words below the heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Address of the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Where a press leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A file that goes with a message: at the provider, kept as a link, or one of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Media type: of a file of ours by its content, of others as the provider names it.
    pub media_type: String,
    /// Where the provider keeps it; for a file of ours, where a person without a chat fetches it,
    /// and empty where a link is made each time it is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Size in bytes, where told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// What its sender calls it, where told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// The file, where it is one of ours (see [`crate::ports::files::Files`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileId>,
}

/// A text that a provider has approved, with its blanks filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// What the tenant's manifest calls it.
    pub key: String,
    /// Its language, as providers write it: `en_US`.
    pub locale: String,
    /// What fills its blanks, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Personal>,
    /// Its name or id, by the sender that has it: `whatsapp_cloud`, `gupshup`.
    pub ids: BTreeMap<String, String>,
}

/// How words pass that come after the end of a channel's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// As a text that the provider has approved.
    Template(Approved),
    /// As a person's own words, which are taken for longer than a bot's.
    Person,
}

/// What a message says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The words.
    pub text: Personal,
    /// Answers offered as buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<QuickReply>,
    /// Cards shown below the words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The name to show with the words, where a colleague wrote them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// How it passes after the end of the channel's window; `None` while that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<Passage>,
    /// When a person wrote it, where no webhook brought it and it was found at the provider later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered_from: Option<Timestamp>,
    /// When a person wrote it, where it reached us late (see [`crate::LATE_AFTER`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_from: Option<Timestamp>,
}

impl Content {
    /// Words alone.
    pub fn text(text: impl Into<Personal>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Whether there is nothing but words.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.quick_replies.is_empty()
            && self.cards.is_empty()
            && self.attachments.is_empty()
            && self.signed_by.is_none()
            && self.passage.is_none()
            && self.recovered_from.is_none()
            && self.late_from.is_none()
    }
}

/// How far an outbound message has come. An inbound one is `Delivered` from the start.
///
/// ```text
/// Pending ─► Sent ─► Delivered ─► Read ─► Replied ─► Validated
///    │        └─► Failed ─► Escalated ─► Resolved
///    └─► Retrying ─► Sent | Escalated          Unknown: sent or not, nobody can tell yet
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Committed, not handed to the channel yet.
    Pending,
    /// The provider refused for now; tried again later.
    Retrying,
    /// The provider has it.
    Sent,
    /// The person's device has it.
    Delivered,
    /// The person has seen it.
    Read,
    /// The person has answered it.
    Replied,
    /// The answer was understood.
    Validated,
    /// The provider says it cannot be delivered.
    Failed,
    /// Given to a person to look at.
    Escalated,
    /// A person has dealt with it.
    Resolved,
    /// Handed to the provider, but the answer was lost.
    Unknown,
}

impl DeliveryStatus {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 11] = [
        Self::Pending,
        Self::Retrying,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Replied,
        Self::Validated,
        Self::Failed,
        Self::Escalated,
        Self::Resolved,
        Self::Unknown,
    ];

    /// Those that ask for a person: it did not arrive, nobody can tell, or it was given to somebody.
    pub const TROUBLED: [Self; 3] = [Self::Unknown, Self::Failed, Self::Escalated];

    /// The stable name in the API and the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Retrying => "retrying",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Replied => "replied",
            Self::Validated => "validated",
            Self::Failed => "failed",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Position on the way to the person; a later report never moves a message back on it.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Retrying => 1,
            Self::Unknown => 2,
            Self::Sent => 3,
            Self::Failed => 4,
            Self::Delivered => 5,
            Self::Read => 6,
            Self::Replied => 7,
            Self::Validated => 8,
            Self::Escalated => 9,
            Self::Resolved => 10,
        }
    }
}

impl DeliveryStatus {
    /// Whether a message of this status may become `next`: reports come in any order and never move
    /// one back, what never reached the person is not answered, and only what went wrong is given to
    /// a colleague.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        if self.rank() >= next.rank() {
            return false;
        }
        match next {
            Self::Pending | Self::Retrying | Self::Unknown | Self::Sent | Self::Failed => true,
            Self::Delivered | Self::Read => !matches!(self, Self::Escalated | Self::Resolved),
            Self::Replied | Self::Validated => {
                matches!(self, Self::Sent | Self::Delivered | Self::Read | Self::Replied)
            }
            Self::Escalated => matches!(self, Self::Pending | Self::Retrying | Self::Unknown | Self::Failed),
            Self::Resolved => matches!(self, Self::Unknown | Self::Failed | Self::Escalated),
        }
    }

    /// The ranks of the statuses that may become this one, as bits.
    #[must_use]
    pub fn ranks_before(self) -> u32 {
        let before = Self::ALL.into_iter().filter(|status| status.may_become(self));
        before.fold(0, |ranks, status| ranks | 1 << status.rank())
    }
}

/// What a delivery that failed for good says of the address or of our account. Providers tell it at
/// once or hours later; either way it reaches the conversation as [`crate::Payload::Status`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nobody can be reached at this address.
    WrongAddress,
    /// The person has opted out at the carrier or provider, which blocks us.
    OptedOut,
    /// The time in which this may be said freely is over.
    OutsideWindow,
    /// Our account cannot send: credentials, balance, registration. Concerns everybody.
    Account,
}

impl Fault {
    /// The stable name in logs, metrics and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongAddress => "wrong_address",
            Self::OptedOut => "opted_out",
            Self::OutsideWindow => "outside_window",
            Self::Account => "account",
        }
    }
}

/// A message as it stands in the log of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its place in the conversation: 1, 2, 3 …, whoever wrote it.
    pub seq: u64,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub content: Content,
    /// When it was said.
    pub at: Timestamp,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// Why the status is what it is, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The sender's own id of it: the client's for an inbound one, the provider's for an outbound one, as
    /// [`Sent::external_id`](crate::ports::outbox::Sent::external_id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// News of an outbound message's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// Messages of the author `Bot` or `Operator` up to and including this `seq` (see
    /// [`StatusChange::EARLIER`]) …
    pub up_to_seq: u64,
    /// … and from this one on.
    pub from_seq: u64,
    /// What is now known; applied only where a message may become that (see
    /// [`DeliveryStatus::may_become`]).
    pub status: DeliveryStatus,
    /// Why, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl StatusChange {
    /// In place of `up_to_seq`: the last messages before this turn, whatever their place.
    pub const EARLIER: u64 = u64::MAX;
}

#[cfg(test)]
mod tests {
    use super::DeliveryStatus::{
        Delivered, Escalated, Failed, Pending, Read, Replied, Resolved, Retrying, Sent, Unknown, Validated,
    };
    use super::*;

    /// Every transition there is; every other one is refused.
    const ALLOWED: [(DeliveryStatus, &[DeliveryStatus]); 11] = [
        (Pending, &[Retrying, Unknown, Sent, Failed, Delivered, Read, Escalated]),
        (Retrying, &[Unknown, Sent, Failed, Delivered, Read, Escalated]),
        (Unknown, &[Sent, Failed, Delivered, Read, Escalated, Resolved]),
        (Sent, &[Failed, Delivered, Read, Replied, Validated]),
        (Failed, &[Delivered, Read, Escalated, Resolved]),
        (Delivered, &[Read, Replied, Validated]),
        (Read, &[Replied, Validated]),
        (Replied, &[Validated]),
        (Validated, &[]),
        (Escalated, &[Resolved]),
        (Resolved, &[]),
    ];

    #[test]
    fn every_transition_is_allowed_or_refused_on_purpose() {
        for (status, allowed) in ALLOWED {
            for next in DeliveryStatus::ALL {
                assert_eq!(
                    status.may_become(next),
                    allowed.contains(&next),
                    "{} to {}",
                    status.code(),
                    next.code()
                );
            }
        }
    }

    #[test]
    fn answers_without_buttons_are_numbered_unless_they_have_numbers() {
        let listed = |labels: &[&str]| {
            let replies = labels.iter().map(|label| QuickReply {
                label: (*label).to_owned(),
                value: String::new(),
            });
            QuickReply::listed(&replies.collect::<Vec<_>>())
        };
        assert_eq!(listed(&["Inside", "On the terrace"]), "1. Inside\n2. On the terrace");
        assert_eq!(listed(&["60 minutes", "2 hours"]), "(60 minutes / 2 hours)");
    }

    #[test]
    fn ranks_tell_statuses_apart() {
        let ranks: std::collections::BTreeSet<u8> = DeliveryStatus::ALL.into_iter().map(DeliveryStatus::rank).collect();
        assert_eq!(ranks.len(), DeliveryStatus::ALL.len());
        assert_eq!(
            Replied.ranks_before(),
            1 << Sent.rank() | 1 << Delivered.rank() | 1 << Read.rank()
        );
    }
}
