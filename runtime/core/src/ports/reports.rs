//! Which message of ours a provider means that has two ids for one.

use async_trait::async_trait;

use super::store::Error;
use crate::ConversationId;

/// Messages of ours by the ids that providers have for them.
#[async_trait]
pub trait Reports: Send + Sync + 'static {
    /// The `seq` of the message of ours that a provider calls by this id, be it the one it was sent under or
    /// the other one; however long ago it was said.
    async fn message_called(&self, conversation: ConversationId, id: &str) -> Result<Option<u64>, Error>;

    /// Notes the other id of a message of ours; the first one that is noted stays.
    async fn note_other_id(&self, conversation: ConversationId, seq: u64, id: &str) -> Result<(), Error>;
}
