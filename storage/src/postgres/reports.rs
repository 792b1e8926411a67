//! Messages of ours by the ids that providers have for them.

use async_trait::async_trait;
use frontdesk_core::ConversationId;
use frontdesk_core::ports::reports::Reports;
use frontdesk_core::ports::store::Error;

use super::Postgres;
use crate::codec::{from_column, to_column};
use crate::error::port;

const MESSAGE_CALLED: &str = "
    SELECT seq FROM messages
    WHERE conversation_id = $1
      AND (external_id = $2 OR other_id = $2) AND author <> 'user'
    ORDER BY seq DESC LIMIT 1";

const NOTE_OTHER_ID: &str = "
    UPDATE messages SET other_id = $3
    WHERE conversation_id = $1 AND seq = $2 AND author <> 'user'
      AND other_id IS NULL";

#[async_trait]
impl Reports for Postgres {
    async fn message_called(&self, conversation: ConversationId, id: &str) -> Result<Option<u64>, Error> {
        let seq: Option<i64> = sqlx::query_scalar(MESSAGE_CALLED)
            .bind(conversation.0)
            .bind(id)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        Ok(seq.map(from_column))
    }

    async fn note_other_id(&self, conversation: ConversationId, seq: u64, id: &str) -> Result<(), Error> {
        let mut connection = self.writers.acquire().await.map_err(port)?;
        sqlx::query(NOTE_OTHER_ID)
            .bind(conversation.0)
            .bind(to_column(seq))
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }
}
