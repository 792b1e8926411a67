//! Bringing conversations back: their rows and their messages.

use frontdesk_core::ConversationId;
use frontdesk_core::Message;
use frontdesk_core::ports::store::{Error, Stored};

use super::Sqlite;
use super::statement::{MOST, Script, Statement, length};
use crate::codec::to_column;
use crate::error::port;
use crate::rows;

const LOAD: Statement = Statement::new(
    "SELECT id, owner, version, last_seq, status, snapshot FROM (VALUES ",
    "(?)",
    ") CROSS JOIN conversations ON id = column1",
);

const HISTORY: &str = "
    SELECT id, seq, author, text, content, at, status, reason, external_id
    FROM messages
    WHERE conversation = (SELECT number FROM conversations WHERE id = ?1) AND seq > ?2
    ORDER BY seq LIMIT ?3";

pub(super) async fn load(db: &Sqlite, ids: &[ConversationId]) -> Result<Vec<Stored>, Error> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(MOST) {
        let script = Script::default().rows(&LOAD, length(chunk.len()), chunk, |values, id| values.bind(id.0));
        for row in script.fetch(&db.readers).await? {
            found.push(rows::stored(&row)?);
        }
    }
    Ok(found)
}

pub(super) async fn history(
    db: &Sqlite,
    id: ConversationId,
    after_seq: u64,
    limit: u32,
) -> Result<Vec<Message>, Error> {
    let rows = sqlx::query(HISTORY)
        .bind(id.0)
        .bind(to_column(after_seq))
        .bind(limit)
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    rows.iter().map(rows::message).collect()
}
