//! Timers: set and cancelled by turns, read ahead by due time.

use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{TimerChange, Timestamp};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::Sqlite;
use super::commit::Placed;
use super::statement::{Statement, repeat, statement};
use crate::codec::to_json;
use crate::error::port;
use crate::rows;

const REMOVE: Statement = statement!(
    "DELETE FROM timers WHERE (conversation, name) IN (
         SELECT t.conversation, t.name
         FROM (VALUES ",
    "(?,?,?)",
    ") JOIN timers t ON t.conversation = column1 AND t.name = column2 AND t.due_at = coalesce(column3, t.due_at))"
);

const SET: Statement = statement!(
    "INSERT INTO timers (conversation, name, conversation_id, due_at, shard)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (conversation, name) DO UPDATE SET due_at = excluded.due_at"
);

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

pub(super) async fn write(connection: &mut SqliteConnection, placed: &[Placed<'_>]) -> Result<(), Error> {
    let mut removed: Vec<(i64, &str, Option<Timestamp>)> = Vec::new();
    let mut set: Vec<(Placed<'_>, &str, Timestamp)> = Vec::new();
    for placed in placed {
        for change in &placed.turn.timers {
            match change {
                TimerChange::Set { name, due } => set.push((*placed, &name.0, *due)),
                TimerChange::Fired { name, due } => removed.push((placed.number, &name.0, Some(*due))),
                TimerChange::Remove { name } => removed.push((placed.number, &name.0, None)),
            }
        }
    }
    REMOVE
        .execute(connection, &removed, |query, (number, name, due)| {
            query.bind(*number).bind(*name).bind(due.map(Timestamp::as_millis))
        })
        .await?;
    SET.execute(connection, &set, |query, (Placed { number, turn }, name, due)| {
        query
            .bind(*number)
            .bind(*name)
            .bind(turn.conversation.0)
            .bind(due.as_millis())
            .bind(turn.shard().0)
    })
    .await?;
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
