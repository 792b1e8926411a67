//! The desk where colleagues work: the queue of conversations, and what colleagues keep of them.

use async_trait::async_trait;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::reader::{ConversationRow, Page, Rows, Scope};
use super::store::Error;
use crate::{Author, ChannelKind, ConversationId, ConversationStatus, Personal, RecordId, TenantId, Timestamp, UserId};

/// Tags of one conversation, and of one person.
pub const TAGS_MAX: usize = 12;

/// Conversations looked at for one page of a filtered queue; the next page looks on from there.
pub const LOOKED_AT_MAX: u32 = 1_000;

/// A conversation in the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// The row.
    pub conversation: ConversationRow,
    /// The dialogue's state.
    pub state: Box<RawValue>,
    /// Who wrote last, and the beginning of it; `None` when nobody has written.
    pub last: Option<(Author, Personal)>,
    /// Who looks after it.
    pub assignee: Option<String>,
    /// Its tags, in their order.
    pub tags: Vec<String>,
}

/// Which conversations are wanted; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Where they stand.
    pub status: Option<ConversationStatus>,
    /// Over which channel.
    pub channel: Option<ChannelKind>,
    /// With this tag.
    pub tag: Option<String>,
    /// Who looks after them.
    pub assignee: Option<Assignee>,
}

impl Filter {
    /// All of a status.
    #[must_use]
    pub fn of(status: Option<ConversationStatus>) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// Whether the status alone decides.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.channel.is_none() && self.tag.is_none() && self.assignee.is_none()
    }

    /// Whether they are of a status that is with people or should be.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(
            self.status,
            Some(ConversationStatus::NeedsPerson | ConversationStatus::WithPerson)
        )
    }
}

/// Who looks after a conversation that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// This user.
    User(UserId),
    /// Nobody.
    Nobody,
}

/// In which order conversations come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    #[default]
    NewestFirst,
    /// Who has waited longest first.
    OldestFirst,
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

/// A word that a colleague put on a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// On which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// The word.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// What colleagues see and keep of conversations.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// Conversations with the last words of each. Those of one assignee come by when they were
    /// assigned, else those of one tag by when they got it, else those that are with people or
    /// should be by their last turn, and all others by their first one. A filtered page looks at
    /// [`LOOKED_AT_MAX`] conversations at most, so it may hold fewer rows than asked for and still
    /// have a next one.
    async fn queue(&self, scope: &Scope, filter: &Filter, order: Order, page: Page) -> Result<Rows<QueueRow>, Error>;

    /// How many are with people or should be, each counted up to `max`.
    async fn queue_counts(&self, scope: &Scope, max: u32) -> Result<QueueCounts, Error>;

    /// Conversations that are looked for, the last active first, 50 at most. Words are looked for
    /// in the 1,000 newest conversations.
    async fn search(&self, scope: &Scope, search: &Search) -> Result<Vec<QueueRow>, Error>;

    /// Adds a note; one that is there already stays as it is.
    async fn add_note(&self, note: &Note) -> Result<(), Error>;

    /// The newest notes about a conversation, newest first, at most `limit`.
    async fn notes(&self, scope: &Scope, id: ConversationId, limit: u32) -> Result<Vec<Note>, Error>;

    /// Gives a conversation to a colleague; `false` when it is somebody else's than `had` by now.
    async fn assign(&self, assignment: &Assignment, had: Option<UserId>) -> Result<bool, Error>;

    /// Takes a conversation from `had`; `false` when somebody else has it by now.
    async fn unassign(&self, scope: &Scope, id: ConversationId, had: UserId) -> Result<bool, Error>;

    /// Who looks after a conversation.
    async fn assignment(&self, scope: &Scope, id: ConversationId) -> Result<Option<Assignment>, Error>;

    /// Marks leads as handled, or as new again; those that are so already and other tenants' are left
    /// alone. Returns those that were marked, and whose they are. News of the person makes a lead new again.
    async fn mark_leads(
        &self,
        scope: &Scope,
        ids: &[RecordId],
        is_handled: bool,
    ) -> Result<Vec<(RecordId, TenantId)>, Error>;

    /// Puts a tag on a conversation, once; `false` when it has [`TAGS_MAX`] others.
    async fn add_tag(&self, tag: &Tag) -> Result<bool, Error>;

    /// Takes a tag off a conversation.
    async fn remove_tag(&self, scope: &Scope, id: ConversationId, name: &str) -> Result<(), Error>;

    /// The tags of a conversation, in their order.
    async fn tags(&self, scope: &Scope, id: ConversationId) -> Result<Vec<String>, Error>;

    /// The tags in use, in their order, at most `limit`.
    async fn tags_in_use(&self, scope: &Scope, limit: u32) -> Result<Vec<String>, Error>;
}
