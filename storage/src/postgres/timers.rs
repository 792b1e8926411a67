//! Timers: set and cancelled by turns, read ahead by due time.

use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::timers::{DueTimer, Window};
use uuid::Uuid;

use super::Postgres;
use crate::error::port;
use crate::rows;

const DUE: &str = "
    SELECT t.due_at, t.name, t.conversation_id, c.tenant, c.channel, c.address
    FROM timers t JOIN conversations c ON c.id = t.conversation_id
    WHERE t.due_at <= $1 AND (t.due_at, t.conversation_id, t.name) > ($2, $3, $4)
    ORDER BY t.due_at, t.conversation_id, t.name LIMIT $5";

const DUE_IN_SHARDS: &str = "
    SELECT t.due_at, t.name, t.conversation_id, c.tenant, c.channel, c.address
    FROM timers t JOIN conversations c ON c.id = t.conversation_id
    WHERE t.due_at <= $1 AND (t.due_at, t.conversation_id, t.name) > ($2, $3, $4)
      AND t.shard = ANY($6)
    ORDER BY t.due_at, t.conversation_id, t.name LIMIT $5";

pub(super) async fn due_timers(db: &Postgres, window: &Window) -> Result<Vec<DueTimer>, Error> {
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
        .bind(i64::from(window.limit));
    let query = if is_sole {
        query
    } else {
        query.bind(shards(&window.owned).0)
    };
    let rows = query.fetch_all(&db.readers).await.map_err(port)?;
    rows.iter().map(rows::due_timer).collect()
}

/// The owned shards, and their epochs in the same order.
pub(super) fn shards(owned: &Ownership) -> (Vec<i16>, Vec<i64>) {
    owned
        .iter()
        .map(|(shard, epoch)| (i16::try_from(shard.0).unwrap_or(i16::MAX), epoch.0))
        .unzip()
}
