//! Timers: set and cancelled by turns, read ahead by due time.

use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::timers::{DueTimer, Window};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::statement::execute_json;
use super::{Sqlite, rows};
use crate::batch::Batch;
use crate::codec::to_json;
use crate::error::port;

const REMOVE: &str = "
    DELETE FROM timers WHERE (conversation, name, due_at) IN
        (SELECT t.conversation, t.name, coalesce(value ->> 'due_at', t.due_at)
         FROM json_each(?1)
         JOIN conversations c ON c.id = unhex(value ->> 'conversation_id', '-')
         JOIN timers t ON t.conversation = c.number AND t.name = value ->> 'name')";

const SET: &str = "
    INSERT INTO timers (conversation, name, conversation_id, due_at, shard)
    SELECT c.number, value ->> 'name', c.id, value ->> 'due_at', c.shard
    FROM json_each(?1) JOIN conversations c ON c.id = unhex(value ->> 'conversation_id', '-')
    WHERE true
    ON CONFLICT (conversation, name) DO UPDATE SET due_at = excluded.due_at";

const DUE: &str = "
    SELECT t.due_at, t.name, t.conversation_id, c.tenant, c.channel, c.address
    FROM timers t JOIN conversations c ON c.number = t.conversation
    WHERE t.due_at <= ?1 AND (t.due_at, t.conversation_id, t.name) > (?2, ?3, ?4)
    ORDER BY t.due_at, t.conversation_id, t.name LIMIT ?5";

const DUE_IN_SHARDS: &str = "
    SELECT t.due_at, t.name, t.conversation_id, c.tenant, c.channel, c.address
    FROM timers t JOIN conversations c ON c.number = t.conversation
    WHERE t.due_at <= ?1 AND (t.due_at, t.conversation_id, t.name) > (?2, ?3, ?4)
      AND t.shard IN (SELECT value ->> 0 FROM json_each(?6))
    ORDER BY t.due_at, t.conversation_id, t.name LIMIT ?5";

pub(super) async fn write(connection: &mut SqliteConnection, batch: &Batch<'_>) -> Result<(), Error> {
    execute_json(connection, REMOVE, &batch.timers_removed).await?;
    execute_json(connection, SET, &batch.timers_set).await?;
    Ok(())
}

pub(super) async fn due_timers(db: &Sqlite, window: &Window) -> Result<Vec<DueTimer>, Error> {
    let is_sole = window.owned.sole_epoch().is_some();
    let (due, conversation, name) = match &window.after {
        Some((due, conversation, name)) => (due.as_millis(), conversation.0, name.0.as_str()),
        None => (i64::MIN, Uuid::nil(), ""),
    };
    let query = sqlx::query(if is_sole { DUE } else { DUE_IN_SHARDS })
        .bind(window.until.as_millis())
        .bind(due)
        .bind(conversation)
        .bind(name)
        .bind(window.limit);
    let query = if is_sole {
        query
    } else {
        query.bind(shards(&window.owned))
    };
    let rows = query.fetch_all(&db.readers).await.map_err(port)?;
    rows.iter().map(rows::due_timer).collect()
}

/// The owned shards with their epochs, as `[[shard, epoch], …]`.
pub(super) fn shards(owned: &Ownership) -> String {
    to_json(&owned.iter().collect::<Vec<_>>())
}
