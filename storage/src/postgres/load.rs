//! Bringing conversations back: their rows and their messages.

use frontdesk_core::ConversationId;
use frontdesk_core::Message;
use frontdesk_core::ports::store::{Error, Stored};
use uuid::Uuid;

use super::Postgres;
use crate::codec::to_column;
use crate::error::port;
use crate::rows;

const LOAD: &str = "
    SELECT id, owner, version, last_seq, status, snapshot FROM conversations WHERE id = ANY($1)";

const HISTORY: &str = "
    SELECT id, seq, author, text, content, at, status, reason, external_id
    FROM messages WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";

pub(super) async fn load(db: &Postgres, ids: &[ConversationId]) -> Result<Vec<Stored>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query(LOAD).bind(ids).fetch_all(&db.readers).await.map_err(port)?;
    rows.iter().map(rows::stored).collect()
}

pub(super) async fn history(
    db: &Postgres,
    id: ConversationId,
    after_seq: u64,
    limit: u32,
) -> Result<Vec<Message>, Error> {
    let rows = sqlx::query(HISTORY)
        .bind(id.0)
        .bind(to_column(after_seq))
        .bind(i64::from(limit))
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    rows.iter().map(rows::message).collect()
}
