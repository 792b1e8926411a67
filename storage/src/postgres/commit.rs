//! The group commit: many turns, one statement.
//!
//! Duplicates and conflicts are rare, so the statement is tried first. It fails as a whole when
//! there are any, and only then is it asked which, in a transaction that locks what it asks about.

use std::collections::HashMap;

use frontdesk_core::ports::store::{Committed, Error};
use frontdesk_core::{ConversationId, DedupeKey, Message, Outcome, Receipt, Turn};
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use uuid::Uuid;

use super::{Postgres, files, ledger, outbox};
use crate::batch::{Batch, ContactRow, LeadRow, NewsletterRow, rounds};
use crate::books::{Entry, Sums, entries};
use crate::codec::{extras, from_column, outcome_columns, to_column, to_json};
use crate::error::port;
use crate::rows;

const GROUP: &str = include_str!("commit.sql");

/// How often a group is judged anew when others commit between the judgement and the write.
const ATTEMPTS_MAX: u32 = 4;

const RECEIVE: &str = "
    INSERT INTO receipts
        (dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (dedupe) DO NOTHING";

const VERSIONS: &str = "
    SELECT id, version FROM conversations WHERE id = ANY($1) ORDER BY id FOR UPDATE";

const RECEIPTS: &str = "
    SELECT dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason
    FROM receipts WHERE dedupe = ANY($1)";

/// Makes way for the receipt of an event that was parked and has its turn after all.
const RESOLVE: &str = "
    UPDATE dead_letters SET resolved_at = $2 WHERE id = $1 AND resolved_at IS NULL";
const FORGET_PARKED: &str = "
    DELETE FROM receipts WHERE dedupe = $1 AND outcome = 'parked'";

pub(super) async fn commit(db: &Postgres, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
    if turns.is_empty() {
        return Ok(Vec::new());
    }
    if !turns.iter().any(|turn| turn.is_replay) {
        match write_all(db, turns).await {
            Ok(()) => return Ok(vec![Committed::Done; turns.len()]),
            Err(error) if !is_lost_race(&error) => return Err(port(error)),
            Err(_) => {}
        }
    }
    let mut attempt = 1;
    loop {
        match commit_judged(db, turns).await {
            Ok(answers) => return answers,
            Err(error) if attempt == ATTEMPTS_MAX || !is_lost_race(&error) => return Err(port(error)),
            Err(_) => attempt += 1,
        }
    }
}

/// Records events that were refused.
pub(super) async fn refuse(db: &Postgres, receipts: &[Receipt]) -> Result<(), Error> {
    let mut transaction = db.writers.begin().await.map_err(port)?;
    let mut new = Vec::with_capacity(receipts.len());
    for receipt in receipts {
        if receive(&mut transaction, receipt).await? {
            new.push(receipt);
        }
    }
    let entries = entries(new.into_iter(), false);
    ledger::enter(&mut transaction, &entries).await.map_err(port)?;
    transaction.commit().await.map_err(port)
}

/// Commits all turns, or none and an error.
async fn write_all(db: &Postgres, turns: &[Turn]) -> Result<(), sqlx::Error> {
    let turns: Vec<&Turn> = turns.iter().collect();
    let batch = Batch::of(&turns);
    let parts = Parts::of(&batch);
    if batch.status_changes.is_empty() && batch.files.is_empty() && parts.are_one() {
        let mut connection = db.writers.acquire().await?;
        return parts.write(&mut connection, &turns, 0).await;
    }
    let mut transaction = db.writers.begin().await?;
    write(&mut transaction, &turns).await?;
    transaction.commit().await
}

/// Commits the turns that stand up to what is stored.
async fn commit_judged(db: &Postgres, turns: &[Turn]) -> Result<Result<Vec<Committed>, Error>, sqlx::Error> {
    let mut transaction = db.writers.begin().await?;
    let answers = match judge(&mut transaction, turns).await {
        Ok(answers) => answers,
        Err(error) => return Ok(Err(error)),
    };
    let is_done = |answer: &Committed| matches!(answer, Committed::Done);
    let accepted: Vec<&Turn> = turns
        .iter()
        .zip(&answers)
        .filter_map(|(turn, answer)| is_done(answer).then_some(turn))
        .collect();
    for turn in accepted.iter().filter(|turn| turn.is_replay) {
        resolve(&mut transaction, turn).await?;
    }
    write(&mut transaction, &accepted).await?;
    transaction.commit().await?;
    Ok(Ok(answers))
}

/// Whether somebody else was first with the same row: a duplicate key, a version that is not next
/// (division by zero, see the statement), a deadlock, a serialization failure.
fn is_lost_race(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| ["23505", "22012", "40P01", "40001"].contains(&code.as_ref()))
}

async fn write(connection: &mut PgConnection, turns: &[&Turn]) -> Result<(), sqlx::Error> {
    let batch = Batch::of(turns);
    let parts = Parts::of(&batch);
    for round in 0..parts.rounds() {
        let turns = if round == 0 { turns } else { &[] };
        parts.write(connection, turns, round).await?;
    }
    files::attach(connection, &batch).await?;
    outbox::change_statuses(connection, &batch).await
}

/// Rows of which a statement may hold each key once, in rounds.
struct Parts<'b, 'a> {
    batch: &'b Batch<'a>,
    contacts: Vec<Vec<&'b ContactRow<'a>>>,
    leads: Vec<Vec<&'b LeadRow<'a>>>,
    newsletter: Vec<Vec<&'b NewsletterRow<'a>>>,
}

impl<'b, 'a> Parts<'b, 'a> {
    fn of(batch: &'b Batch<'a>) -> Self {
        Self {
            batch,
            contacts: rounds(&batch.contacts, ContactRow::person),
            leads: rounds(&batch.leads, LeadRow::person),
            newsletter: rounds(&batch.newsletter, NewsletterRow::subscriber),
        }
    }

    fn rounds(&self) -> usize {
        let parts = [self.contacts.len(), self.leads.len(), self.newsletter.len(), 1];
        parts.into_iter().max().unwrap_or(1)
    }

    fn are_one(&self) -> bool {
        self.rounds() == 1
    }

    /// Executes the statement of the group: the first round with everything, the others with what
    /// is left.
    async fn write(&self, connection: &mut PgConnection, turns: &[&Turn], round: usize) -> Result<(), sqlx::Error> {
        let mut turns = turns.to_vec();
        turns.sort_unstable_by_key(|turn| turn.conversation);
        let query = bind_messages(bind_turns(sqlx::query(GROUP), &turns), &turns);
        // Given with the messages: a join with the turns would compare each message with each turn.
        let said = turns
            .iter()
            .flat_map(|turn| turn.messages.iter().map(|_| turn.tenant.as_str()));
        let tenants: Vec<&str> = said.collect();
        let query = bind_contacts(query, part(&self.contacts, round));
        let query = bind_leads(query, part(&self.leads, round));
        let once = |rows: String| if round == 0 { rows } else { "[]".to_owned() };
        let batch = self.batch;
        query
            .bind(once(to_json(&batch.timers_removed)))
            .bind(once(to_json(&batch.timers_set)))
            .bind(once(to_json(&batch.outbox)))
            .bind(to_json(part(&self.newsletter, round)))
            .bind(once(to_json(&batch.consents)))
            .bind(once(to_json(&batch.tickets_opened)))
            .bind(once(to_json(&batch.tickets_closed)))
            .bind(once(to_json(&batch.addresses)))
            .bind(tenants)
            .execute(connection)
            .await?;
        Ok(())
    }
}

fn part<T>(parts: &[Vec<T>], round: usize) -> &[T] {
    parts.get(round).map_or(&[][..], Vec::as_slice)
}

type Binding<'q> = Query<'q, sqlx::Postgres, PgArguments>;

fn bind_turns<'q>(query: Binding<'q>, turns: &[&Turn]) -> Binding<'q> {
    let outcomes: Vec<_> = turns
        .iter()
        .map(|turn| outcome_columns(&turn.receipt.outcome))
        .collect();
    query
        .bind(column(turns, |turn| turn.conversation.0))
        .bind(column(turns, |turn| turn.tenant.as_str()))
        .bind(column(turns, |turn| turn.channel.code()))
        .bind(column(turns, |turn| turn.address.as_str()))
        .bind(column(turns, |turn| turn.owner.as_deref()))
        .bind(column(turns, |turn| i16::try_from(turn.shard().0).unwrap_or(i16::MAX)))
        .bind(column(turns, |turn| to_column(turn.version)))
        .bind(column(turns, |turn| to_column(turn.last_seq)))
        .bind(column(turns, |turn| turn.status.code()))
        .bind(column(turns, |turn| turn.snapshot.as_str()))
        .bind(column(turns, |turn| turn.record.as_str()))
        .bind(column(turns, |turn| turn.at.as_millis()))
        .bind(column(turns, |turn| turn.receipt.dedupe.0))
        .bind(column(turns, |turn| turn.receipt.event.0))
        .bind(column(turns, |turn| turn.receipt.kind.as_str()))
        .bind(column(turns, |turn| turn.receipt.received_at.as_millis()))
        .bind(column(&outcomes, |columns| columns.0))
        .bind(column(&outcomes, |columns| columns.1))
        .bind(column(&outcomes, |columns| columns.2))
}

fn bind_messages<'q>(query: Binding<'q>, turns: &[&Turn]) -> Binding<'q> {
    let messages: Vec<(ConversationId, &Message)> = turns
        .iter()
        .flat_map(|turn| turn.messages.iter().map(|message| (turn.conversation, message)))
        .collect();
    let messages = messages.as_slice();
    query
        .bind(column(messages, |(conversation, _)| conversation.0))
        .bind(column(messages, |(_, message)| to_column(message.seq)))
        .bind(column(messages, |(_, message)| message.id.0))
        .bind(column(messages, |(_, message)| message.author.code()))
        .bind(column(messages, |(_, message)| message.content.text.as_str()))
        .bind(column(messages, |(_, message)| extras(&message.content)))
        .bind(column(messages, |(_, message)| message.at.as_millis()))
        .bind(column(messages, |(_, message)| message.status.code()))
        .bind(column(messages, |(_, message)| i16::from(message.status.rank())))
        .bind(column(messages, |(_, message)| message.reason.as_deref()))
        .bind(column(messages, |(_, message)| message.external_id.as_deref()))
}

fn bind_contacts<'q>(query: Binding<'q>, contacts: &[&ContactRow<'_>]) -> Binding<'q> {
    query
        .bind(column(contacts, |row| row.id))
        .bind(column(contacts, |row| row.tenant))
        .bind(column(contacts, |row| row.person))
        .bind(column(contacts, |row| row.name))
        .bind(column(contacts, |row| row.phone))
        .bind(column(contacts, |row| row.phone_extension))
        .bind(column(contacts, |row| row.email))
        .bind(column(contacts, |row| row.language))
        .bind(column(contacts, |row| row.proved.name))
        .bind(column(contacts, |row| row.proved.phone))
        .bind(column(contacts, |row| row.proved.email))
        .bind(column(contacts, |row| row.conversation_id))
        .bind(column(contacts, |row| row.at))
}

fn bind_leads<'q>(query: Binding<'q>, leads: &[&LeadRow<'_>]) -> Binding<'q> {
    query
        .bind(column(leads, |row| row.id))
        .bind(column(leads, |row| row.tenant))
        .bind(column(leads, |row| row.person))
        .bind(column(leads, |row| row.source))
        .bind(column(leads, |row| row.name))
        .bind(column(leads, |row| row.phone))
        .bind(column(leads, |row| row.email))
        .bind(column(leads, |row| to_json(row.context)))
        .bind(column(leads, |row| row.channel))
        .bind(column(leads, |row| row.proved.name))
        .bind(column(leads, |row| row.proved.phone))
        .bind(column(leads, |row| row.proved.email))
        .bind(column(leads, |row| row.conversation_id))
        .bind(column(leads, |row| row.at))
}

fn column<T: Copy, V>(rows: &[T], value: impl Fn(T) -> V) -> Vec<V> {
    rows.iter().map(|row| value(*row)).collect()
}

/// Writes the receipt of an event that has no turn, unless one stands there already; whether it did. The
/// caller enters it into the books.
pub(super) async fn receive(connection: &mut PgConnection, receipt: &Receipt) -> Result<bool, Error> {
    let (outcome, seq, reason) = outcome_columns(&receipt.outcome);
    let received = sqlx::query(RECEIVE)
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
        .execute(connection)
        .await
        .map_err(port)?;
    Ok(received.rows_affected() > 0)
}

/// Decides each turn by what is stored, and locks it.
async fn judge(connection: &mut PgConnection, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
    let versions = versions(connection, turns).await?;
    let mut receipts = receipts(connection, turns).await?;
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

async fn receipts(connection: &mut PgConnection, turns: &[Turn]) -> Result<HashMap<DedupeKey, Receipt>, Error> {
    let keys: Vec<Uuid> = turns.iter().map(|turn| turn.receipt.dedupe.0).collect();
    let rows = sqlx::query(RECEIPTS)
        .bind(keys)
        .fetch_all(connection)
        .await
        .map_err(port)?;
    rows.iter()
        .map(|row| rows::receipt(row).map(|receipt| (receipt.dedupe, receipt)))
        .collect()
}

async fn versions(connection: &mut PgConnection, turns: &[Turn]) -> Result<HashMap<Uuid, u64>, Error> {
    let ids: Vec<Uuid> = turns.iter().map(|turn| turn.conversation.0).collect();
    let rows = sqlx::query(VERSIONS)
        .bind(ids)
        .fetch_all(connection)
        .await
        .map_err(port)?;
    rows.iter()
        .map(|row| Ok((rows::get(row, 0)?, from_column(rows::get(row, 1)?))))
        .collect()
}

/// Ends the wait of a parked event whose turn is being committed.
async fn resolve(connection: &mut PgConnection, turn: &Turn) -> Result<(), sqlx::Error> {
    let forgotten = sqlx::query(FORGET_PARKED)
        .bind(turn.receipt.dedupe.0)
        .execute(&mut *connection)
        .await?;
    let sums = Sums {
        parked: -to_column(forgotten.rows_affected()),
        ..Sums::default()
    };
    ledger::enter(connection, &[Entry::of(&turn.receipt, sums)]).await?;
    sqlx::query(RESOLVE)
        .bind(turn.receipt.event.dead_letter().0)
        .bind(turn.at.as_millis())
        .execute(connection)
        .await?;
    Ok(())
}
