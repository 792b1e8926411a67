//! The desk where colleagues work: the queue of conversations, and what colleagues keep of them.

use async_trait::async_trait;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::reader::{ConversationRow, Page, Rows, Scope};
use super::store::Error;
use crate::{Author, ConversationId, ConversationStatus, Personal, RecordId, TenantId, Timestamp, UserId};

/// A conversation in the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// The row.
    pub conversation: ConversationRow,
    /// The dialogue's state.
    pub state: Box<RawValue>,
    /// Who wrote last, and the beginning of it; `None` when nobody has written.
    pub last: Option<(Author, Personal)>,
}

/// Conversations that are with people, or should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// A person was called and has not come yet.
    pub needs_person: u64,
    /// A person has it.
    pub with_person: u64,
}

/// What somebody looks for among conversations. Each part that is given finds on its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Beginnings of a contact's name, in the ways it may be written; two at most are looked for.
    pub names: Vec<Personal>,
    /// The beginning of a contact's email, lower-cased.
    pub email: Option<Personal>,
    /// The beginning of a contact's phone, in E.164.
    pub phone: Option<Personal>,
    /// Words said in one of the newest conversations.
    pub words: Option<Personal>,
}

/// What a colleague wrote down about a conversation, for colleagues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: Uuid,
    /// About which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// Who wrote it.
    pub user: UserId,
    /// What they were called then.
    pub author: String,
    /// The words.
    pub text: Personal,
    /// When.
    pub at: Timestamp,
}

/// Who looks after a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// Who.
    pub user: UserId,
    /// What they were called then.
    pub name: String,
    /// Since when.
    pub at: Timestamp,
}

/// What one day brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayCounts {
    /// How many days after the first one.
    pub day: u32,
    /// Conversations begun.
    pub conversations: u64,
    /// Leads heard of for the first time.
    pub leads: u64,
}

/// What colleagues see and keep of conversations.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// Conversations with the last words of each. Those that are with people or should be come by
    /// their last turn, all others by their first one; newest first.
    async fn queue(
        &self,
        scope: &Scope,
        status: Option<ConversationStatus>,
        page: Page,
    ) -> Result<Rows<QueueRow>, Error>;

    /// How many are with people or should be, each counted up to `max`.
    async fn queue_counts(&self, scope: &Scope, max: u32) -> Result<QueueCounts, Error>;

    /// Conversations that are looked for, the last active first, 50 at most. Words are looked for
    /// in the 1,000 newest conversations.
    async fn search(&self, scope: &Scope, search: &Search) -> Result<Vec<QueueRow>, Error>;

    /// What days brought, from `since` on in steps of 24 hours; days without anything are absent.
    async fn days(&self, scope: &Scope, since: Timestamp) -> Result<Vec<DayCounts>, Error>;

    /// Adds a note; one that is there already stays as it is.
    async fn add_note(&self, note: &Note) -> Result<(), Error>;

    /// The newest notes about a conversation, newest first, at most `limit`.
    async fn notes(&self, scope: &Scope, id: ConversationId, limit: u32) -> Result<Vec<Note>, Error>;

    /// Gives a conversation to a colleague, whoever had it.
    async fn assign(&self, assignment: &Assignment) -> Result<(), Error>;

    /// Takes a conversation from whoever has it.
    async fn unassign(&self, scope: &Scope, id: ConversationId) -> Result<(), Error>;

    /// Who looks after a conversation.
    async fn assignment(&self, scope: &Scope, id: ConversationId) -> Result<Option<Assignment>, Error>;

    /// Marks leads as handled, or as new again; those that are so already and other tenants' are left
    /// alone. Returns how many were marked. News of the person makes a lead new again.
    async fn mark_leads(&self, scope: &Scope, ids: &[RecordId], is_handled: bool) -> Result<u64, Error>;
}
