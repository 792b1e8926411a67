//! The group commit: many turns, one transaction.
//!
//! The rows that every turn has (conversation, receipt, turn, messages) are bound one by one, the
//! others come as JSON; see [`super::statement`]. Duplicates and conflicts are rare, so the rows
//! are written first, and only when fewer changed than were given is it asked why.

use std::collections::HashMap;

use frontdesk_core::ports::store::{Committed, Error};
use frontdesk_core::{ConversationId, DedupeKey, Message, Outcome, Receipt, Turn};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::statement::{Statement, repeat, statement};
use super::{Sqlite, begin, outbox, records, rows, timers};
use crate::batch::Batch;
use crate::codec::{extras, from_column, outcome_columns, to_column};
use crate::error::port;

const CREATE: Statement = statement!(
    "INSERT INTO conversations
         (id, tenant, channel, address, owner, shard, version, last_seq, status, snapshot, created_at, updated_at)
     SELECT column1, column2, column3, column4, column5, column6, 1, column7, column8, column9, column10, column10
     FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (id) DO NOTHING"
);

const ADVANCE: Statement = statement!(
    "UPDATE conversations
     SET owner = coalesce(owner, column2), version = column3, last_seq = column4, status = column5,
         snapshot = column6, updated_at = column7
     FROM (VALUES ",
    "(?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL AND id = column1 AND version = column3 - 1"
);

const RECEIVE: Statement = statement!(
    "INSERT INTO receipts
         (dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (dedupe) DO NOTHING"
);

const APPEND_TURNS: Statement = statement!(
    "INSERT INTO turns (conversation_id, version, at, record)
     SELECT * FROM (VALUES ",
    "(?,?,?,?)",
    ") WHERE column1 IS NOT NULL"
);

const APPEND_MESSAGES: Statement = statement!(
    "INSERT INTO messages
         (conversation_id, seq, id, author, text, content, at, status, rank, reason, external_id)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL"
);

const VERSIONS: Statement = statement!("SELECT id, version FROM conversations WHERE id IN (", "?", ")");

const RECEIPTS: Statement = statement!(
    "SELECT dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason
     FROM receipts WHERE dedupe IN (",
    "?",
    ")"
);

/// Makes way for the receipt of an event that was parked and has its turn after all.
const RESOLVE: &str = "
    UPDATE dead_letters SET resolved_at = ?2 WHERE id = ?1 AND resolved_at IS NULL";
const FORGET_PARKED: &str = "
    DELETE FROM receipts WHERE dedupe = ?1 AND outcome = 'parked'";

pub(super) async fn commit(db: &Sqlite, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
    if turns.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = db.writer.lock().await?;
    if !turns.iter().any(|turn| turn.is_replay) {
        let mut transaction = begin(&mut connection).await?;
        if write(&mut transaction, &turns.iter().collect::<Vec<_>>()).await? {
            transaction.commit().await.map_err(port)?;
            db.checkpointer.committed(turns.len());
            return Ok(vec![Committed::Done; turns.len()]);
        }
        transaction.rollback().await.map_err(port)?;
    }
    let mut transaction = begin(&mut connection).await?;
    let answers = judge(&mut transaction, turns).await?;
    let is_done = |answer: &Committed| matches!(answer, Committed::Done);
    let accepted: Vec<&Turn> = turns
        .iter()
        .zip(&answers)
        .filter_map(|(turn, answer)| is_done(answer).then_some(turn))
        .collect();
    for turn in accepted.iter().filter(|turn| turn.is_replay) {
        resolve(&mut transaction, turn).await?;
    }
    if !write(&mut transaction, &accepted).await? {
        return Err(Error::Invalid("a batch held two turns of one conversation".to_owned()));
    }
    transaction.commit().await.map_err(port)?;
    db.checkpointer.committed(accepted.len());
    Ok(answers)
}

/// Records events that were refused.
pub(super) async fn refuse(db: &Sqlite, receipts: &[Receipt]) -> Result<(), Error> {
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
    receive(&mut transaction, &receipts.iter().collect::<Vec<_>>()).await?;
    transaction.commit().await.map_err(port)
}

/// Writes turns, or tells by `false` that some are duplicates or in conflict; then the
/// transaction must not be committed.
async fn write(connection: &mut SqliteConnection, turns: &[&Turn]) -> Result<bool, Error> {
    let (new, old): (Vec<&Turn>, Vec<&Turn>) = turns.iter().partition(|turn| turn.version == 1);
    let created = CREATE
        .execute(connection, &new, |query, turn| {
            query
                .bind(turn.conversation.0)
                .bind(turn.tenant.as_str())
                .bind(turn.channel.code())
                .bind(turn.address.as_str())
                .bind(turn.owner.as_deref())
                .bind(turn.shard().0)
                .bind(to_column(turn.last_seq))
                .bind(turn.status.code())
                .bind(turn.snapshot.as_str())
                .bind(turn.at.as_millis())
        })
        .await?;
    let advanced = ADVANCE
        .execute(connection, &old, |query, turn| {
            query
                .bind(turn.conversation.0)
                .bind(turn.owner.as_deref())
                .bind(to_column(turn.version))
                .bind(to_column(turn.last_seq))
                .bind(turn.status.code())
                .bind(turn.snapshot.as_str())
                .bind(turn.at.as_millis())
        })
        .await?;
    if created + advanced != turns.len() {
        return Ok(false);
    }
    let receipts: Vec<&Receipt> = turns.iter().map(|turn| &turn.receipt).collect();
    if receive(connection, &receipts).await? != turns.len() {
        return Ok(false);
    }
    append(connection, turns).await?;

    let batch = Batch::of(turns);
    timers::write(connection, &batch).await?;
    outbox::write(connection, &batch).await?;
    records::write(connection, &batch).await?;
    Ok(true)
}

pub(super) async fn receive(connection: &mut SqliteConnection, receipts: &[&Receipt]) -> Result<usize, Error> {
    RECEIVE
        .execute(connection, receipts, |query, receipt| {
            let (outcome, seq, reason) = outcome_columns(&receipt.outcome);
            query
                .bind(receipt.dedupe.0)
                .bind(receipt.event.0)
                .bind(receipt.tenant.as_str())
                .bind(receipt.channel.code())
                .bind(receipt.conversation.0)
                .bind(receipt.kind.as_str())
                .bind(receipt.received_at.as_millis())
                .bind(outcome)
                .bind(seq)
                .bind(reason)
        })
        .await
}

/// Appends what is only ever added: turns and messages.
async fn append(connection: &mut SqliteConnection, turns: &[&Turn]) -> Result<(), Error> {
    APPEND_TURNS
        .execute(connection, turns, |query, turn| {
            query
                .bind(turn.conversation.0)
                .bind(to_column(turn.version))
                .bind(turn.at.as_millis())
                .bind(turn.record.as_str())
        })
        .await?;
    let messages: Vec<(ConversationId, &Message)> = turns
        .iter()
        .flat_map(|turn| turn.messages.iter().map(|message| (turn.conversation, message)))
        .collect();
    APPEND_MESSAGES
        .execute(connection, &messages, |query, (conversation, message)| {
            query
                .bind(conversation.0)
                .bind(to_column(message.seq))
                .bind(message.id.0)
                .bind(message.author.code())
                .bind(message.content.text.as_str())
                .bind(extras(&message.content))
                .bind(message.at.as_millis())
                .bind(message.status.code())
                .bind(message.status.rank())
                .bind(message.reason.as_deref())
                .bind(message.external_id.as_deref())
        })
        .await?;
    Ok(())
}

/// Decides each turn by what is stored.
async fn judge(connection: &mut SqliteConnection, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
    let mut receipts = receipts(connection, turns).await?;
    let versions = versions(connection, turns).await?;
    let answer = |turn: &Turn| {
        if let Some(receipt) = receipts.get(&turn.receipt.dedupe) {
            let may_replace = turn.is_replay && receipt.outcome == Outcome::Parked;
            if !may_replace {
                return Committed::Duplicate(receipt.clone());
            }
        }
        let stored = versions.get(&turn.conversation.0).copied().unwrap_or(0);
        if turn.version != stored + 1 {
            return Committed::Conflict;
        }
        // The same event may stand in the batch once more.
        receipts.insert(turn.receipt.dedupe, turn.receipt.clone());
        Committed::Done
    };
    Ok(turns.iter().map(answer).collect())
}

async fn receipts(connection: &mut SqliteConnection, turns: &[Turn]) -> Result<HashMap<DedupeKey, Receipt>, Error> {
    let mut found = HashMap::new();
    for chunk in turns.chunks(super::statement::MANY) {
        let query = chunk.iter().fold(RECEIPTS.for_rows(chunk.len()), |query, turn| {
            query.bind(turn.receipt.dedupe.0)
        });
        for row in query.fetch_all(&mut *connection).await.map_err(port)? {
            let receipt = rows::receipt(&row)?;
            found.insert(receipt.dedupe, receipt);
        }
    }
    Ok(found)
}

async fn versions(connection: &mut SqliteConnection, turns: &[Turn]) -> Result<HashMap<Uuid, u64>, Error> {
    let mut found = HashMap::new();
    for chunk in turns.chunks(super::statement::MANY) {
        let query = chunk.iter().fold(VERSIONS.for_rows(chunk.len()), |query, turn| {
            query.bind(turn.conversation.0)
        });
        for row in query.fetch_all(&mut *connection).await.map_err(port)? {
            found.insert(rows::get(&row, 0)?, from_column(rows::get(&row, 1)?));
        }
    }
    Ok(found)
}

/// Ends the wait of a parked event whose turn is being committed.
async fn resolve(connection: &mut SqliteConnection, turn: &Turn) -> Result<(), Error> {
    sqlx::query(FORGET_PARKED)
        .bind(turn.receipt.dedupe.0)
        .execute(&mut *connection)
        .await
        .map_err(port)?;
    sqlx::query(RESOLVE)
        .bind(turn.receipt.event.dead_letter().0)
        .bind(turn.at.as_millis())
        .execute(connection)
        .await
        .map_err(port)?;
    Ok(())
}
