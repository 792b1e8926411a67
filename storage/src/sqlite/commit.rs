//! The group commit: many turns, one transaction.
//!
//! The rows that every turn has (conversation, receipt, turn, messages) are bound one by one, the
//! others come as JSON; see [`super::statement`]. Duplicates and conflicts are rare, so everything is
//! written first, and only when fewer rows changed than were given is it asked which stood there
//! already. The numbers that rows refer to are remembered; the others are read.

use std::collections::{BTreeMap, HashMap};

use frontdesk_core::ports::store::{Committed, Error};
use frontdesk_core::{ConversationId, DedupeKey, Message, Outcome, Receipt, Turn};
use sqlx::sqlite::SqliteConnection;

use super::statement::{MOST, Statement, repeat, statement};
use super::{Sqlite, begin, files, ledger, outbox, records, timers};
use crate::batch::Batch;
use crate::books::{Entry, Sums, entries};
use crate::codec::{extras, from_json, outcome_columns, to_column};
use crate::error::port;
use crate::rows;

/// All of it is one row: a row each would wake the waiting task once a row. Here and below a list is
/// joined, not looked into with `IN`, for which it would be put in order in a table of its own first.
const HEADS: Statement = statement!(
    "SELECT json_group_array(json_array(lower(hex(id)), number, version))
     FROM (VALUES ",
    "(?)",
    ") CROSS JOIN conversations ON id = column1"
);

const LAST_NUMBER: &str = "
    SELECT coalesce(max(number), 0) FROM conversations";

/// `OR FAIL` here and below: a failed statement need not be undone by itself, because then the
/// whole transaction is; undoing it would take a copy of every page it changes.
const WRITE_HEADS: Statement = statement!(
    "INSERT OR FAIL INTO conversations
         (number, id, tenant, channel, address, owner, shard, version, last_seq, status, snapshot,
          created_at, updated_at)
     SELECT *, column12 FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (number) DO UPDATE
     SET owner = coalesce(owner, excluded.owner), version = excluded.version, last_seq = excluded.last_seq,
         status = excluded.status, snapshot = excluded.snapshot, updated_at = excluded.updated_at
     WHERE id = excluded.id AND version = excluded.version - 1"
);

/// Events that were refused or parked when their conversation did not exist yet. Asked apart: a
/// statement that looks into the table it writes keeps all its rows aside first.
const RECEIVED_BEFORE: Statement = statement!(
    "SELECT EXISTS (SELECT 1 FROM (VALUES ",
    "(?)",
    ") CROSS JOIN receipts ON conversation = 0 AND dedupe = column1)"
);

const TAKE: Statement = statement!(
    "INSERT OR FAIL INTO receipts
         (conversation, dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (conversation, dedupe) DO NOTHING"
);

const RECEIVE: Statement = statement!(
    "INSERT OR FAIL INTO receipts
         (conversation, dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM receipts WHERE conversation = 0 AND dedupe = column2)
     ON CONFLICT (conversation, dedupe) DO NOTHING"
);

const APPEND_TURNS: Statement = statement!(
    "INSERT OR FAIL INTO turns (conversation, version, at, record)
     SELECT * FROM (VALUES ",
    "(?,?,?,?)",
    ") WHERE column1 IS NOT NULL"
);

const APPEND_MESSAGES: Statement = statement!(
    "INSERT OR FAIL INTO messages
         (conversation, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL"
);

const RECEIPTS: Statement = statement!(
    "SELECT dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason
     FROM (VALUES ",
    "(?,?)",
    ") JOIN receipts ON conversation IN (0, column1) AND dedupe = column2"
);

/// Makes way for the receipt of an event that was parked and has its turn after all.
const RESOLVE: &str = "
    UPDATE dead_letters SET resolved_at = ?2 WHERE id = ?1 AND resolved_at IS NULL";
const FORGET_PARKED: &str = "
    DELETE FROM receipts WHERE conversation IN (0, ?1) AND dedupe = ?2 AND outcome = 'parked'";

/// Changes when another process has written.
const DATA_VERSION: &str = "
    PRAGMA data_version";

/// Where a conversation stands: its number and its version.
type Heads = HashMap<ConversationId, (i64, u64)>;

/// A turn and the number of its conversation.
#[derive(Clone, Copy)]
pub(super) struct Placed<'t> {
    pub(super) number: i64,
    pub(super) turn: &'t Turn,
}

pub(super) async fn commit(db: &Sqlite, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
    if turns.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = db.writer.lock().await?;
    if !turns.iter().any(|turn| turn.is_replay) && commit_all(db, &mut connection, turns).await? {
        return Ok(vec![Committed::Done; turns.len()]);
    }
    let mut transaction = begin(&mut connection).await?;
    let heads = heads(&mut transaction, turns.iter().map(|turn| turn.conversation)).await?;
    let receipts = receipts(&mut transaction, turns, &heads).await?;
    let answers: Vec<Committed> = turns.iter().map(|turn| judge(turn, &heads, &receipts)).collect();
    let is_done = |answer: &Committed| matches!(answer, Committed::Done);
    let accepted: Vec<&Turn> = turns
        .iter()
        .zip(&answers)
        .filter_map(|(turn, answer)| is_done(answer).then_some(turn))
        .collect();
    for turn in accepted.iter().filter(|turn| turn.is_replay) {
        resolve(&mut transaction, turn, &heads).await?;
    }
    let placed = place(&mut transaction, &accepted, &heads).await?;
    if !write(&mut transaction, &placed).await? {
        return Err(Error::Invalid("a batch held two turns of one conversation".to_owned()));
    }
    transaction.commit().await.map_err(port)?;
    db.checkpointer.committed(accepted.len());
    Ok(answers)
}

/// Commits all turns, or none of them and `false`.
async fn commit_all(db: &Sqlite, connection: &mut SqliteConnection, turns: &[Turn]) -> Result<bool, Error> {
    let mut transaction = begin(connection).await?;
    let data_version = sqlx::query_scalar(DATA_VERSION)
        .fetch_one(&mut *transaction)
        .await
        .map_err(port)?;
    db.numbers.keep_while(data_version);
    let mut heads = Heads::with_capacity(turns.len());
    let mut unknown = Vec::new();
    for turn in turns {
        if let Some(number) = db.numbers.get(turn.conversation) {
            // Its version is checked as it is written.
            heads.insert(turn.conversation, (number, turn.version.saturating_sub(1)));
        } else {
            unknown.push(turn.conversation);
        }
    }
    heads.extend(self::heads(&mut transaction, unknown.into_iter()).await?);
    if turns.iter().all(|turn| is_next(turn, &heads)) {
        let all: Vec<&Turn> = turns.iter().collect();
        let placed = place(&mut transaction, &all, &heads).await?;
        if write(&mut transaction, &placed).await? {
            transaction.commit().await.map_err(port)?;
            let numbers = placed.iter().map(|placed| (placed.turn.conversation, placed.number));
            db.numbers.remember(numbers);
            db.checkpointer.committed(turns.len());
            return Ok(true);
        }
    }
    transaction.rollback().await.map_err(port)?;
    Ok(false)
}

/// Records events that were refused.
pub(super) async fn refuse(db: &Sqlite, receipts: &[Receipt]) -> Result<(), Error> {
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
    receive(&mut transaction, receipts).await?;
    transaction.commit().await.map_err(port)
}

/// Writes receipts of events that have no turn; the ones that stand there already stay.
pub(super) async fn receive(connection: &mut SqliteConnection, receipts: &[Receipt]) -> Result<(), Error> {
    let heads = heads(connection, receipts.iter().map(|receipt| receipt.conversation)).await?;
    let number = |receipt: &Receipt| heads.get(&receipt.conversation).map_or(0, |head| head.0);
    // Alike by alike, so that it is known what the new ones among them come to.
    let mut alike: BTreeMap<_, Vec<(i64, &Receipt)>> = BTreeMap::new();
    for receipt in receipts {
        let (outcome, _, _) = outcome_columns(&receipt.outcome);
        let group = (receipt.tenant.as_str(), receipt.channel.code(), outcome);
        alike.entry(group).or_default().push((number(receipt), receipt));
    }
    for group in alike.values() {
        let new = write_receipts(connection, &RECEIVE, group).await?;
        let received = group.iter().map(|(_, receipt)| *receipt).take(new);
        ledger::enter(connection, &entries(received, false)).await?;
    }
    Ok(())
}

async fn heads(
    connection: &mut SqliteConnection,
    ids: impl ExactSizeIterator<Item = ConversationId>,
) -> Result<Heads, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    let ids: Vec<ConversationId> = ids.collect();
    for chunk in ids.chunks(MOST) {
        let query = chunk
            .iter()
            .fold(HEADS.for_rows(chunk.len()), |query, id| query.bind(id.0));
        let row = query.fetch_one(&mut *connection).await.map_err(port)?;
        let heads: Vec<(ConversationId, i64, u64)> = from_json("heads", rows::get(&row, 0)?)?;
        found.extend(heads.into_iter().map(|(id, number, version)| (id, (number, version))));
    }
    Ok(found)
}

fn is_next(turn: &Turn, heads: &Heads) -> bool {
    turn.version == heads.get(&turn.conversation).map_or(0, |head| head.1) + 1
}

/// Decides a turn by what is stored.
fn judge(turn: &Turn, heads: &Heads, receipts: &HashMap<DedupeKey, Receipt>) -> Committed {
    match receipts.get(&turn.receipt.dedupe) {
        Some(receipt) if !(turn.is_replay && receipt.outcome == Outcome::Parked) => {
            Committed::Duplicate(receipt.clone())
        }
        _ if is_next(turn, heads) => Committed::Done,
        _ => Committed::Conflict,
    }
}

/// Writes turns, or tells by `false` that some of their events have a receipt or some are not next;
/// then the transaction must not be committed.
async fn write(connection: &mut SqliteConnection, placed: &[Placed<'_>]) -> Result<bool, Error> {
    let receipts: Vec<(i64, &Receipt)> = placed
        .iter()
        .map(|placed| (placed.number, &placed.turn.receipt))
        .collect();
    if is_any_received(connection, &receipts).await?
        || write_receipts(connection, &TAKE, &receipts).await? != placed.len()
        || write_heads(connection, placed).await? != placed.len()
    {
        return Ok(false);
    }
    append(connection, placed).await?;
    let received = placed.iter().map(|placed| &placed.turn.receipt);
    ledger::enter(connection, &entries(received, true)).await?;

    timers::write(connection, placed).await?;
    let turns: Vec<&Turn> = placed.iter().map(|placed| placed.turn).collect();
    let batch = Batch::of(&turns);
    outbox::write(connection, &batch).await?;
    records::write(connection, placed, &batch).await?;
    files::attach(connection, &batch).await?;
    Ok(true)
}

/// Gives each turn the number of its conversation: the next free one when it is new. The
/// transaction holds the write lock, so nobody else takes the same.
async fn place<'t>(
    connection: &mut SqliteConnection,
    turns: &[&'t Turn],
    heads: &Heads,
) -> Result<Vec<Placed<'t>>, Error> {
    let mut last: i64 = if turns.iter().all(|turn| heads.contains_key(&turn.conversation)) {
        0
    } else {
        sqlx::query_scalar(LAST_NUMBER)
            .fetch_one(connection)
            .await
            .map_err(port)?
    };
    let mut number = |turn: &Turn| match heads.get(&turn.conversation) {
        Some((number, _)) => *number,
        None => {
            last += 1;
            last
        }
    };
    let mut placed: Vec<Placed<'_>> = turns
        .iter()
        .map(|turn| Placed {
            number: number(turn),
            turn,
        })
        .collect();
    // Neighbours are written one after the other.
    placed.sort_unstable_by_key(|placed| placed.number);
    Ok(placed)
}

/// Returns how many were new, or next.
async fn write_heads(connection: &mut SqliteConnection, placed: &[Placed<'_>]) -> Result<usize, Error> {
    WRITE_HEADS
        .execute(connection, placed, |query, Placed { number, turn }| {
            query
                .bind(*number)
                .bind(turn.conversation.0)
                .bind(turn.tenant.as_str())
                .bind(turn.channel.code())
                .bind(turn.address.as_str())
                .bind(turn.owner.as_deref())
                .bind(turn.shard().0)
                .bind(to_column(turn.version))
                .bind(to_column(turn.last_seq))
                .bind(turn.status.code())
                .bind(turn.snapshot.as_str())
                .bind(turn.at.as_millis())
        })
        .await
}

/// Whether any of these events was received before its conversation began.
async fn is_any_received(connection: &mut SqliteConnection, receipts: &[(i64, &Receipt)]) -> Result<bool, Error> {
    for chunk in receipts.chunks(MOST) {
        let query = chunk
            .iter()
            .fold(RECEIVED_BEFORE.for_rows(chunk.len()), |query, (_, receipt)| {
                query.bind(receipt.dedupe.0)
            });
        let row = query.fetch_one(&mut *connection).await.map_err(port)?;
        if rows::get(&row, 0)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns how many were not there yet.
async fn write_receipts(
    connection: &mut SqliteConnection,
    statement: &Statement,
    receipts: &[(i64, &Receipt)],
) -> Result<usize, Error> {
    statement
        .execute(connection, receipts, |query, (number, receipt)| {
            let (outcome, seq, reason) = outcome_columns(&receipt.outcome);
            query
                .bind(*number)
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
async fn append(connection: &mut SqliteConnection, placed: &[Placed<'_>]) -> Result<(), Error> {
    APPEND_TURNS
        .execute(connection, placed, |query, Placed { number, turn }| {
            query
                .bind(*number)
                .bind(to_column(turn.version))
                .bind(turn.at.as_millis())
                .bind(turn.record.as_str())
        })
        .await?;
    let messages: Vec<(&Placed<'_>, &Message)> = placed
        .iter()
        .flat_map(|placed| placed.turn.messages.iter().map(move |message| (placed, message)))
        .collect();
    APPEND_MESSAGES
        .execute(connection, &messages, |query, (placed, message)| {
            query
                .bind(placed.number)
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
                .bind(placed.turn.tenant.as_str())
        })
        .await?;
    Ok(())
}

async fn receipts(
    connection: &mut SqliteConnection,
    turns: &[Turn],
    heads: &Heads,
) -> Result<HashMap<DedupeKey, Receipt>, Error> {
    let mut found = HashMap::new();
    let number = |turn: &Turn| heads.get(&turn.conversation).map_or(0, |head| head.0);
    for chunk in turns.chunks(MOST) {
        let query = chunk.iter().fold(RECEIPTS.for_rows(chunk.len()), |query, turn| {
            query.bind(number(turn)).bind(turn.receipt.dedupe.0)
        });
        for row in query.fetch_all(&mut *connection).await.map_err(port)? {
            let receipt = rows::receipt(&row)?;
            found.insert(receipt.dedupe, receipt);
        }
    }
    Ok(found)
}

/// Ends the wait of a parked event whose turn is being committed.
async fn resolve(connection: &mut SqliteConnection, turn: &Turn, heads: &Heads) -> Result<(), Error> {
    let forgotten = sqlx::query(FORGET_PARKED)
        .bind(heads.get(&turn.conversation).map_or(0, |head| head.0))
        .bind(turn.receipt.dedupe.0)
        .execute(&mut *connection)
        .await
        .map_err(port)?;
    let sums = Sums {
        parked: -to_column(forgotten.rows_affected()),
        ..Sums::default()
    };
    ledger::enter(connection, &[Entry::of(&turn.receipt, sums)]).await?;
    sqlx::query(RESOLVE)
        .bind(turn.receipt.event.dead_letter().0)
        .bind(turn.at.as_millis())
        .execute(connection)
        .await
        .map_err(port)?;
    Ok(())
}
