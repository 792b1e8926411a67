//! Read models: pages for the API and the console.
//!
//! Every method demands a [`Scope`], so that no query can be written that forgets whose data it
//! reads.

use async_trait::async_trait;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::store::Error;
use crate::records::{Consent, Contact, Lead, Subscription};
use crate::{
    ChannelKind, ConversationId, ConversationStatus, DeadLetterId, Message, Personal, RecordId, TenantId, Timestamp,
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

    /// Contacts.
    async fn contacts(&self, scope: &Scope, page: Page) -> Result<Rows<Contact>, Error>;

    /// Leads.
    async fn leads(&self, scope: &Scope, wanted: &LeadFilter, page: Page) -> Result<Rows<Lead>, Error>;

    /// One lead.
    async fn lead(&self, scope: &Scope, id: RecordId) -> Result<Option<Lead>, Error>;

    /// Newsletter subscriptions, ended ones included.
    async fn newsletter(&self, scope: &Scope, page: Page) -> Result<Rows<Subscription>, Error>;

    /// Words of consent and refusal: of everybody, or of one subject (a person key or an address).
    async fn consents(&self, scope: &Scope, subject: Option<&str>, page: Page) -> Result<Rows<Consent>, Error>;

    /// What each source of leads brought in, of the leads first heard of from `from` on and before
    /// `until`; by tenant and source.
    async fn sources(&self, scope: &Scope, from: Timestamp, until: Timestamp) -> Result<Vec<SourceRow>, Error>;

    /// Dead letters, the resolved ones only when asked for.
    async fn dead_letters(&self, scope: &Scope, resolved: bool, page: Page) -> Result<Rows<DeadLetterRow>, Error>;

    /// The ledger, by tenant and channel.
    async fn ledger(&self, scope: &Scope) -> Result<Vec<LedgerRow>, Error>;
}
