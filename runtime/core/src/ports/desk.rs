//! The desk where colleagues work: the queue of conversations.

use async_trait::async_trait;
use serde_json::value::RawValue;

use super::reader::{ConversationRow, Page, Rows, Scope};
use super::store::Error;
use crate::{Author, ConversationStatus, Personal};

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
}
