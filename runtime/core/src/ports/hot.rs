//! The accelerator: recent snapshots and messages outside of the database. Losing it costs speed,
//! never data: what it says is checked by the version at the next commit.

use async_trait::async_trait;

use super::store::Stored;
use crate::{ConversationId, Message};

/// Why the accelerator did not answer. The caller goes on without it.
#[derive(Debug, thiserror::Error)]
#[error("the hot store is not available")]
pub struct Unavailable(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A conversation as it is after a commit, to be remembered.
#[derive(Clone, Debug)]
pub struct Warm {
    /// Its row.
    pub stored: Stored,
    /// Its new messages.
    pub messages: Vec<Message>,
}

/// Recent conversations, bounded in number of messages and in time.
#[async_trait]
pub trait Hot: Send + Sync + 'static {
    /// Remembers conversations. An older version never replaces a newer one.
    async fn put(&self, warm: &[Warm]) -> Result<(), Unavailable>;

    /// What is remembered of these; the others are absent.
    async fn load(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Unavailable>;

    /// The messages after `after_seq`, or `None` when not all of them are remembered.
    async fn history(&self, id: ConversationId, after_seq: u64) -> Result<Option<Vec<Message>>, Unavailable>;

    /// Forgets conversations.
    async fn forget(&self, ids: &[ConversationId]) -> Result<(), Unavailable>;
}
