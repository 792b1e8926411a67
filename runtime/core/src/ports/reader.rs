//! Read models: pages for the API and the console.
//!
//! Every method demands a [`Scope`], so that no query can be written that forgets whose data it
//! reads.

use async_trait::async_trait;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::desk::Search;
use super::store::Error;
use crate::records::{Consent, Contact, Lead, Subscription};
use crate::{
    ChannelKind, ConversationId, ConversationStatus, DeadLetterId, DeliveryStatus, EventId, Message, Personal,
    RecordId, TenantId, Timestamp,
};

/// Whose data may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every tenant's.
    All,
    /// One tenant's.
    Tenant(TenantId),
}

impl Scope {
    /// The only tenant allowed, if there is but one.
    #[must_use]
    pub const fn tenant(&self) -> Option<&TenantId> {
        match self {
            Self::All => None,
            Self::Tenant(tenant) => Some(tenant),
        }
    }
}

/// A place in a list that is ordered by creation, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Creation of the last row seen.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// After this row; `None` from the newest on.
    pub after: Option<Cursor>,
    /// How many rows at most, 1–200.
    pub limit: u32,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// Where the next part starts, if there is one.
    pub next: Option<Cursor>,
}

/// A conversation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConversationRow {
    /// Its id.
    pub id: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// The other side's address.
    pub address: Personal,
    /// Where it stands.
    pub status: ConversationStatus,
    /// How many turns it has had.
    pub version: u64,
    /// How many messages it has.
    pub last_seq: u64,
    /// First turn.
    pub created_at: Timestamp,
    /// Last turn.
    pub updated_at: Timestamp,
}

/// A conversation with its state.
#[derive(Clone, Debug, Serialize)]
pub struct ConversationDetail {
    /// The row.
    #[serde(flatten)]
    pub row: ConversationRow,
    /// The dialogue's state.
    pub state: Box<RawValue>,
    /// Timers that are set: name and due time.
    pub timers: Vec<TimerRow>,
}

/// A timer that is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimerRow {
    /// Its name.
    pub name: String,
    /// When it comes due.
    pub due: Timestamp,
}

/// A message in the list of all messages.
#[derive(Clone, Debug)]
pub struct MessageRow {
    /// The message.
    pub message: Message,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// The other side's address.
    pub address: Personal,
    /// The state of the dialogue, which knows what the other side is called.
    pub state: Box<RawValue>,
}

/// Messages looked at for one page of a filtered list of messages; the next page looks on from there.
pub const MESSAGES_LOOKED_AT_MAX: u32 = 1_000;
/// The same, where the newest of every tenant have to be put in order first.
pub const MESSAGES_OF_ALL_LOOKED_AT_MAX: u32 = 250;

/// Which messages are wanted; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Of these statuses; empty is of any. Those of [`DeliveryStatus::TROUBLED`] alone are found
    /// however far back they are.
    pub statuses: Vec<DeliveryStatus>,
    /// Over which channel.
    pub channel: Option<ChannelKind>,
    /// Those that people wrote, or those that we did.
    pub is_inbound: Option<bool>,
    /// Words in them, in any case of their letters.
    pub words: Option<Personal>,
}

impl MessageFilter {
    /// Whether nothing of what is looked at is left out: of all messages, or of those in trouble.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let is_any = self.statuses.is_empty()
            || self.is_troubled()
                && DeliveryStatus::TROUBLED
                    .iter()
                    .all(|status| self.statuses.contains(status));
        is_any && self.channel.is_none() && self.is_inbound.is_none() && self.words.is_none()
    }

    /// Whether only messages in trouble are wanted: they are few, and found on their own.
    #[must_use]
    pub fn is_troubled(&self) -> bool {
        !self.statuses.is_empty()
            && self
                .statuses
                .iter()
                .all(|status| DeliveryStatus::TROUBLED.contains(status))
    }

    /// The ranks of the wanted statuses, as bits; all of them when any status is wanted.
    #[must_use]
    pub fn ranks(&self) -> u32 {
        if self.statuses.is_empty() {
            return u32::MAX >> 1;
        }
        self.statuses.iter().fold(0, |ranks, status| ranks | 1 << status.rank())
    }
}

/// What went over one channel in one direction, among the newest messages of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficRow {
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// What people wrote, or what we did.
    pub is_inbound: bool,
    /// When the last one was said.
    pub last_at: Timestamp,
    /// How many since the moment asked for, of those looked at.
    pub count: u64,
    /// How many were looked at.
    pub looked_at: u64,
}

/// A turn in a list.
#[derive(Clone, Debug, Serialize)]
pub struct TurnRow {
    /// The conversation's version after it.
    pub version: u64,
    /// When it was taken.
    pub at: Timestamp,
    /// What was received and decided: `{event, decisions, effects}`.
    pub record: Box<RawValue>,
}

/// Which leads are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadFilter {
    /// Of this source only, such as `BOOKING`.
    pub source: Option<String>,
    /// Only those that nobody has handled yet.
    pub is_new: bool,
}

/// People found by one part of a search.
pub const FOUND_MAX: u32 = 200;

/// Which subscriptions are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionFilter {
    /// Those whose email begins so, lower-cased; [`FOUND_MAX`] at most.
    Email(Personal),
    /// Those that have ended, or have not.
    HasEnded(bool),
}

/// What one source of leads brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceRow {
    /// Whose.
    pub tenant: TenantId,
    /// The source, such as `CHAT`.
    pub source: String,
    /// How many people.
    pub leads: u64,
    /// Of these, with a name.
    pub with_name: u64,
    /// With a phone number.
    pub with_phone: u64,
    /// With an email address.
    pub with_email: u64,
    /// With a consent to the newsletter that is in force.
    pub with_consent: u64,
}

/// A dead letter in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetterRow {
    /// Its id.
    pub id: DeadLetterId,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// For which conversation.
    pub conversation: ConversationId,
    /// The kind of event.
    pub kind: String,
    /// What went wrong.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was parked.
    pub parked_at: Timestamp,
    /// When it was dealt with after all.
    pub resolved_at: Option<Timestamp>,
}

/// An event that was not accepted, in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    /// Its id.
    pub id: EventId,
    /// Whose; [`TenantId::nobody`] when no business has the address that was written to.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// The conversation that it was for; `None` where there is none.
    pub conversation: Option<ConversationId>,
    /// The kind of event.
    pub kind: String,
    /// Why: the stable name that stands in its receipt.
    pub reason: String,
    /// When it came in.
    pub received_at: Timestamp,
}

/// What became of the inbound events of one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// Events with a receipt.
    pub receipts: u64,
    /// … of which a turn was taken.
    pub processed: u64,
    /// … of which wait among the dead letters.
    pub parked: u64,
    /// … of which were not accepted.
    pub refused: u64,
    /// Events that no webhook brought and that were found at the provider.
    pub recovered: u64,
    /// Turns stored; equals `processed` or the ledger is broken.
    pub turns: u64,
    /// Dead letters waiting; equals `parked` or the ledger is broken.
    pub waiting: u64,
}

impl LedgerRow {
    /// Whether nothing was lost.
    #[must_use]
    pub const fn is_balanced(&self) -> bool {
        self.receipts == self.processed + self.parked + self.refused
            && self.turns == self.processed
            && self.waiting == self.parked
    }
}

/// Pages for the API and the console.
#[async_trait]
pub trait Reader: Send + Sync + 'static {
    /// Conversations, optionally of one status only.
    async fn conversations(
        &self,
        scope: &Scope,
        status: Option<ConversationStatus>,
        page: Page,
    ) -> Result<Rows<ConversationRow>, Error>;

    /// One conversation.
    async fn conversation(&self, scope: &Scope, id: ConversationId) -> Result<Option<ConversationDetail>, Error>;

    /// Turns of a conversation after `after_version`, ascending.
    async fn turns(
        &self,
        scope: &Scope,
        id: ConversationId,
        after_version: u64,
        limit: u32,
    ) -> Result<Vec<TurnRow>, Error>;

    /// Messages of a conversation after `after_seq`, ascending.
    async fn messages(
        &self,
        scope: &Scope,
        id: ConversationId,
        after_seq: u64,
        limit: u32,
    ) -> Result<Vec<Message>, Error>;

    /// Messages of all conversations. A page of a filtered list may hold few rows, or none, and still
    /// have a next one: each looks at [`MESSAGES_LOOKED_AT_MAX`] messages at most.
    async fn message_log(&self, scope: &Scope, wanted: &MessageFilter, page: Page) -> Result<Rows<MessageRow>, Error>;

    /// What goes over the channels, by tenant, channel and direction: the last message, and how many
    /// since a moment. Of each tenant the newest `limit` messages are looked at.
    async fn traffic(&self, scope: &Scope, since: Timestamp, limit: u32) -> Result<Vec<TrafficRow>, Error>;

    /// Contacts: all of them, or those with a tag.
    async fn contacts(&self, scope: &Scope, tag: Option<&str>, page: Page) -> Result<Rows<Contact>, Error>;

    /// Contacts whose name, phone or email begins with what is looked for; those that were merged are
    /// found as the one they went into. Each part finds [`FOUND_MAX`] at most.
    async fn contacts_found(&self, scope: &Scope, search: &Search, page: Page) -> Result<Rows<Contact>, Error>;

    /// Leads of contacts whose name, phone or email begins with what is looked for.
    async fn leads_found(
        &self,
        scope: &Scope,
        search: &Search,
        wanted: &LeadFilter,
        page: Page,
    ) -> Result<Rows<Lead>, Error>;

    /// Leads.
    async fn leads(&self, scope: &Scope, wanted: &LeadFilter, page: Page) -> Result<Rows<Lead>, Error>;

    /// One lead.
    async fn lead(&self, scope: &Scope, id: RecordId) -> Result<Option<Lead>, Error>;

    /// Newsletter subscriptions, ended ones included.
    async fn newsletter(&self, scope: &Scope, page: Page) -> Result<Rows<Subscription>, Error>;

    /// Newsletter subscriptions that are wanted.
    async fn subscriptions(
        &self,
        scope: &Scope,
        wanted: &SubscriptionFilter,
        page: Page,
    ) -> Result<Rows<Subscription>, Error>;

    /// Words of consent and refusal: of everybody, or of one subject (a person key or an address).
    async fn consents(&self, scope: &Scope, subject: Option<&str>, page: Page) -> Result<Rows<Consent>, Error>;

    /// What each source of leads brought in, of the leads first heard of from `from` on and before
    /// `until`; by tenant and source.
    async fn sources(&self, scope: &Scope, from: Timestamp, until: Timestamp) -> Result<Vec<SourceRow>, Error>;

    /// Dead letters, the resolved ones only when asked for.
    async fn dead_letters(&self, scope: &Scope, resolved: bool, page: Page) -> Result<Rows<DeadLetterRow>, Error>;

    /// Dead letters of one channel, the resolved ones only when asked for.
    async fn dead_letters_of(
        &self,
        scope: &Scope,
        channel: ChannelKind,
        resolved: bool,
        page: Page,
    ) -> Result<Rows<DeadLetterRow>, Error>;

    /// Events that were not accepted.
    async fn refused(&self, scope: &Scope, page: Page) -> Result<Rows<RefusedRow>, Error>;

    /// The ledger, by tenant and channel.
    async fn ledger(&self, scope: &Scope) -> Result<Vec<LedgerRow>, Error>;
}
