//! The group commit: many turns, one transaction.
//!
//! Duplicates and conflicts are rare, so everything is written first, and only when fewer rows changed
//! than were given is it asked which stood there already. The numbers that rows refer to are remembered;
//! the others are read. Nearly always it takes three messages to the connection's thread:
//!
//! ```text
//! BEGIN, what has to be known ─► what every turn has ─► what few turns have, COMMIT
//! ```

use std::collections::{BTreeMap, HashMap};

use frontdesk_core::ports::store::{Committed, Error};
use frontdesk_core::{ConversationId, DedupeKey, Outcome, Receipt, Turn};
use sqlx::sqlite::SqliteConnection;

use super::statement::{MOST, Script, Statement, length};
use super::turns::{Placed, bind_receipt, write};
use super::{BEGIN, Sqlite, begin, ledger};
use crate::books::{Entry, Sums, entries};
use crate::codec::{from_json, outcome_columns, to_column};
use crate::error::{port, unreadable};
use crate::rows;

/// All of it is one row: a row each would wake the waiting task once a row. Here and below a list is
/// joined, not looked into with `IN`, for which it would be put in order in a table of its own first.
const HEADS: Statement = Statement::new(
    "SELECT json_group_array(json_array(lower(hex(id)), number, version))
     FROM (VALUES ",
    "(?)",
    ") CROSS JOIN conversations ON id = column1",
);

const LAST_NUMBER: &str = "
    SELECT coalesce(max(number), 0) FROM conversations";

/// Events that were refused or parked when their conversation did not exist yet. Asked apart: a
/// statement that looks into the table it writes keeps all its rows aside first.
const RECEIVED_BEFORE: Statement = Statement::new(
    "SELECT EXISTS (SELECT 1 FROM (VALUES ",
    "(?)",
    ") CROSS JOIN receipts ON conversation = 0 AND dedupe = column1)",
);

const RECEIVE: Statement = Statement::new(
    "INSERT OR FAIL INTO receipts
         (conversation, dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM receipts WHERE conversation = 0 AND dedupe = column2)
     ON CONFLICT (conversation, dedupe) DO NOTHING",
);

const RECEIPTS: Statement = Statement::new(
    "SELECT dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason
     FROM (VALUES ",
    "(?,?)",
    ") JOIN receipts ON conversation IN (0, column1) AND dedupe = column2",
);

/// Makes way for the receipt of an event that was parked and has its turn after all.
const RESOLVE: &str = "
    UPDATE dead_letters SET resolved_at = ?2 WHERE id = ?1 AND resolved_at IS NULL";
const FORGET_PARKED: &str = "
    DELETE FROM receipts WHERE conversation IN (0, ?1) AND dedupe = ?2 AND outcome = 'parked'";

/// Changes when another process has written.
const DATA_VERSION: &str = "
    PRAGMA data_version";

const COMMIT: &str = "
    COMMIT";

/// Where a conversation stands: its number and its version.
type Heads = HashMap<ConversationId, (i64, u64)>;

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
    let last = sqlx::query_scalar(LAST_NUMBER)
        .fetch_one(&mut *transaction)
        .await
        .map_err(port)?;
    let placed = place(&accepted, &heads, last);
    if !write(&mut transaction, &placed, None).await? {
        return Err(Error::Invalid("a batch held two turns of one conversation".to_owned()));
    }
    transaction.commit().await.map_err(port)?;
    db.checkpointer.committed(accepted.len());
    Ok(answers)
}

/// Commits all turns, or none of them and `false`: then they have to be judged one by one.
async fn commit_all(db: &Sqlite, connection: &mut SqliteConnection, turns: &[Turn]) -> Result<bool, Error> {
    let transaction = db.writer.open_transaction();
    match try_all(db, connection, turns).await {
        Ok(Some(placed)) => {
            transaction.committed();
            let numbers = placed.iter().map(|placed| (placed.turn.conversation, placed.number));
            db.numbers.remember(numbers);
            db.checkpointer.committed(turns.len());
            Ok(true)
        }
        Ok(None) | Err(Error::Invalid(_)) => transaction.undo(connection).await.map(|()| false),
        Err(error) => {
            // The first error tells more; whoever comes next undoes it if this could not.
            let _ = transaction.undo(connection).await;
            Err(error)
        }
    }
}

/// The transaction of [`commit_all`], to its end; or `None`, or an error, when it has to be undone.
async fn try_all<'t>(
    db: &Sqlite,
    connection: &mut SqliteConnection,
    turns: &'t [Turn],
) -> Result<Option<Vec<Placed<'t>>>, Error> {
    let mut chunks = turns.chunks(MOST);
    let script = Script::default()
        .statement(BEGIN)
        .statement(DATA_VERSION)
        .statement(LAST_NUMBER);
    let script = chunks.next().into_iter().fold(script, ask_received);
    let rows = script.fetch(&mut *connection).await?;
    let [data_version, last, is_received] = rows.as_slice() else {
        return Err(unreadable("beginning"));
    };
    if rows::get(is_received, 0)? {
        return Ok(None);
    }
    for chunk in chunks {
        let rows = ask_received(Script::default(), chunk).fetch(&mut *connection).await?;
        if rows.first().map(|row| rows::get(row, 0)).transpose()? != Some(false) {
            return Ok(None);
        }
    }
    db.numbers.keep_while(rows::get(data_version, 0)?);
    let mut heads = Heads::with_capacity(turns.len());
    let mut unknown = Vec::new();
    for turn in turns {
        if let Some(number) = db.numbers.get(turn.conversation) {
            // Its version is checked as it is written.
            heads.insert(turn.conversation, (number, turn.version.saturating_sub(1)));
        } else if turn.version > 1 {
            unknown.push(turn.conversation);
        }
        // A conversation that begins is not looked up: if it is there, writing it fails.
    }
    heads.extend(self::heads(connection, unknown.into_iter()).await?);
    if !turns.iter().all(|turn| is_next(turn, &heads)) {
        return Ok(None);
    }
    let all: Vec<&Turn> = turns.iter().collect();
    let placed = place(&all, &heads, rows::get(last, 0)?);
    Ok(write(connection, &placed, Some(COMMIT)).await?.then_some(placed))
}

fn ask_received(script: Script, turns: &[Turn]) -> Script {
    script.rows(&RECEIVED_BEFORE, length(turns.len()), turns, |values, turn| {
        values.bind(turn.receipt.dedupe.0)
    })
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
        let new = RECEIVE
            .execute(connection, group, |values, (number, receipt)| {
                bind_receipt(values, *number, receipt)
            })
            .await?;
        let received = group.iter().map(|(_, receipt)| *receipt);
        let received = received.take(usize::try_from(new).unwrap_or(usize::MAX));
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
        let script = Script::default().rows(&HEADS, length(chunk.len()), chunk, |values, id| values.bind(id.0));
        for row in script.fetch(&mut *connection).await? {
            let heads: Vec<(ConversationId, i64, u64)> = from_json("heads", rows::get(&row, 0)?)?;
            found.extend(heads.into_iter().map(|(id, number, version)| (id, (number, version))));
        }
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

/// Gives each turn the number of its conversation: the next free one when it is new. The
/// transaction holds the write lock, so nobody else takes the same.
fn place<'t>(turns: &[&'t Turn], heads: &Heads, mut last: i64) -> Vec<Placed<'t>> {
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
    placed
}

async fn receipts(
    connection: &mut SqliteConnection,
    turns: &[Turn],
    heads: &Heads,
) -> Result<HashMap<DedupeKey, Receipt>, Error> {
    let mut found = HashMap::new();
    let number = |turn: &Turn| heads.get(&turn.conversation).map_or(0, |head| head.0);
    for chunk in turns.chunks(MOST) {
        let script = Script::default().rows(&RECEIPTS, length(chunk.len()), chunk, |values, turn| {
            values.bind(number(turn)).bind(turn.receipt.dedupe.0)
        });
        for row in script.fetch(&mut *connection).await? {
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
