//! What a provider's request told, in our words: which account of ours, who, and what.

use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::{
    ChannelKind, ConversationId, DedupeKey, DeliveryStatus, Fact, Fault, InboundEvent, OperatorAct, Payload, Personal,
    TenantId, Timestamp, UserMessage,
};
use serde_json::Value;

use super::Unreadable;
use super::parts::Mark;

/// One thing that happened, of which a request may tell several.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Over which channel.
    pub kind: ChannelKind,
    /// Which sender of ours a reply leaves through, such as `twilio_sms`.
    pub sender: &'static str,
    /// Our address: a number, a page, an account. Decides whose it is.
    pub ours: String,
    /// The person's address. An empty one is refused.
    pub theirs: Personal,
    /// Another id under which the provider shows the same person: they are met under either.
    pub also: Option<Personal>,
    /// What the provider calls it: the same thing told twice has the same id, and no two things
    /// of one sender share one.
    pub id: String,
    /// What happened.
    pub news: News,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// The person wrote.
    Message(UserMessage),
    /// A message of ours got further, or did not.
    Report(Report),
    /// Something was sent from our side, by us or by a colleague at the provider's own inbox.
    Echo(Echo),
    /// A colleague did something at the provider's own inbox.
    Act(OperatorAct),
    /// This one thing is not what the provider documents; the rest of the request may be.
    Unreadable {
        /// Why.
        reason: Unreadable,
        /// Where it was told.
        path: &'static str,
        /// As it was told, alone in the frame of a request: so it can be read again.
        body: Value,
    },
    /// Anything else: a reaction, an edit, a finished call, a kind nobody knows.
    Fact(Fact),
}

/// A message from our side that the provider told of without our mark on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo {
    /// The provider's id of it.
    pub id: String,
    /// The words.
    pub text: Personal,
}

/// News of a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which one.
    pub of: Which,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// Why, in plain words without personal data.
    pub reason: Option<String>,
    /// What a failure says of the address or the account.
    pub fault: Option<Fault>,
    /// A failure for the time being: the provider may take the message later.
    pub is_for_now: bool,
    /// The other id that the provider has for the message, where it tells both: some news come under that one.
    pub other_id: Option<String>,
}

/// A message of ours, as the provider refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// By the mark that went along with it, and the provider's id of it or of the part that is meant.
    Marked(Mark, String),
    /// By the provider's id of it.
    Id(String),
    /// This one, by the provider's id of it, and all before it.
    UpTo(String),
    /// All up to and including this moment (a watermark).
    Until(Timestamp),
}

impl Which {
    /// The provider's id of the message or part that is meant, where it is one.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Marked(_, id) | Self::Id(id) => Some(id),
            Self::UpTo(_) | Self::Until(_) => None,
        }
    }
}

/// Everything of an [`Item`] but its news: where it was told, and by whom.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) kind: ChannelKind,
    pub(super) sender: &'static str,
    pub(super) ours: String,
    pub(super) theirs: Personal,
    also: Option<Personal>,
    id: String,
}

impl Item {
    /// What happened, and where that was told.
    pub(super) fn split(self) -> (Told, News) {
        let told = Told {
            kind: self.kind,
            sender: self.sender,
            ours: self.ours,
            theirs: self.theirs,
            also: self.also,
            id: self.id,
        };
        (told, self.news)
    }
}

impl Told {
    /// The conversation it concerns.
    pub(super) fn conversation(&self, tenant: &TenantId) -> ConversationId {
        ConversationId::derive(tenant, self.kind, &self.theirs)
    }

    /// The identity of the event in the tenant's channel.
    pub(super) fn dedupe(&self, tenant: &TenantId) -> DedupeKey {
        DedupeKey::derive(tenant, self.kind, &[self.sender, &self.ours, &self.id])
    }

    /// The account of ours it came in over.
    pub(super) fn lane(&self) -> Lane {
        Lane::of_account(self.sender, &self.ours)
    }

    /// The event for its conversation, with `payload` made of the news.
    pub(super) fn event(self, tenant: TenantId, payload: Payload, now: Timestamp) -> InboundEvent {
        let (dedupe, lane) = (self.dedupe(&tenant), self.lane());
        let mut event = InboundEvent::new(tenant, self.kind, self.theirs, dedupe, now, payload);
        event.also = self.also;
        event.lane = Some(lane);
        event
    }
}
