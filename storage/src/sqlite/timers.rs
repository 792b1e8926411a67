//! Timers: set and cancelled by turns, read ahead by due time.

use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{TimerChange, Timestamp};
use uuid::Uuid;

use super::Sqlite;
use super::statement::{Statement, Values};
use super::turns::Placed;
use crate::codec::to_json;
use crate::error::port;
use crate::rows;

pub(super) const REMOVE: Statement = Statement::new(
    "DELETE FROM timers WHERE (conversation, name) IN (
         SELECT t.conversation, t.name
         FROM (VALUES ",
    "(?,?,?)",
    ") JOIN timers t ON t.conversation = column1 AND t.name = column2 AND t.due_at = coalesce(column3, t.due_at))",
);

pub(super) const SET: Statement = Statement::new(
    "INSERT INTO timers (conversation, name, conversation_id, due_at, shard)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (conversation, name) DO UPDATE SET due_at = excluded.due_at",
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
      AND t.shard IN (SELECT value ->> 0 FROM jsonb_each(?6))
    ORDER BY t.due_at, t.conversation_id, t.name LIMIT ?5";

/// A timer that a turn removes; only if it is due at this moment, if one is told.
pub(super) type Removed<'t> = (i64, &'t str, Option<Timestamp>);

/// A timer that a turn sets.
pub(super) type Set<'t> = (Placed<'t>, &'t str, Timestamp);

/// What turns change. What is removed and set by one turn is just set.
pub(super) fn changes<'t>(placed: &[Placed<'t>]) -> (Vec<Removed<'t>>, Vec<Set<'t>>) {
    let (mut removed, mut set) = (Vec::new(), Vec::new());
    for placed in placed {
        let turn = placed.turn;
        let is_set = |name| {
            let mut changes = turn.timers.iter();
            changes.any(|change| matches!(change, TimerChange::Set { name: other, .. } if other == name))
        };
        for change in &turn.timers {
            match change {
                TimerChange::Set { name, due } => set.push((*placed, name.0.as_str(), *due)),
                TimerChange::Fired { name, .. } | TimerChange::Remove { name } if is_set(name) => {}
                TimerChange::Fired { name, due } => removed.push((placed.number, name.0.as_str(), Some(*due))),
                TimerChange::Remove { name } => removed.push((placed.number, name.0.as_str(), None)),
            }
        }
    }
    (removed, set)
}

pub(super) fn bind_removed(values: Values, (number, name, due): &Removed<'_>) -> Values {
    values.bind(*number).text(*name).bind(due.map(Timestamp::as_millis))
}

pub(super) fn bind_set(values: Values, (Placed { number, turn }, name, due): &Set<'_>) -> Values {
    values
        .bind(*number)
        .text(*name)
        .bind(turn.conversation.0)
        .bind(due.as_millis())
        .bind(turn.shard().0)
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
