//! The rows that turns are written as: in one script those that every turn has, in another one the rarer
//! ones, and with these the end of the transaction.

use frontdesk_core::ports::store::Error;
use frontdesk_core::{Message, Receipt, Turn};
use sqlx::sqlite::SqliteConnection;

use super::records::{
    ADDRESSES, CONSENTS, CONTACTS, LEADS, NEWSLETTER, bind_address, bind_consent, bind_contact, bind_lead,
    bind_subscription,
};
use super::statement::{FEWEST, MOST, Script, Statement, Values, length};
use super::{files, ledger, outbox, records, timers};
use crate::batch::Batch;
use crate::books::entries;
use crate::codec::{extras, outcome_columns, to_column};

/// `OR FAIL` here and below: a failed statement need not be undone by itself, because then the
/// whole transaction is; undoing it would take a copy of every page it changes.
///
/// The status of a row that is there is left to [`CHANGE_STATUS`]: a statement that may set it takes the row out
/// of every index over it and puts it back, whatever it was.
const WRITE_HEADS: Statement = Statement::new(
    "INSERT OR FAIL INTO conversations
         (number, id, tenant, channel, address, owner, shard, version, last_seq, status, snapshot,
          created_at, updated_at)
     SELECT *, column12 FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (number) DO UPDATE
     SET owner = coalesce(owner, excluded.owner), version = excluded.version, last_seq = excluded.last_seq,
         snapshot = excluded.snapshot, updated_at = excluded.updated_at
     WHERE id = excluded.id AND version = excluded.version - 1",
);

const CHANGE_STATUS: Statement = Statement::new(
    "UPDATE OR FAIL conversations SET status = column2
     FROM (VALUES ",
    "(?,?)",
    ") WHERE number = column1 AND status <> column2",
);

const TAKE: Statement = Statement::new(
    "INSERT OR FAIL INTO receipts
         (conversation, dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (conversation, dedupe) DO NOTHING",
);

const APPEND_TURNS: Statement = Statement::new(
    "INSERT OR FAIL INTO turns (conversation, version, at, record)
     SELECT * FROM (VALUES ",
    "(?,?,?,?)",
    ") WHERE column1 IS NOT NULL",
);

const APPEND_MESSAGES: Statement = Statement::new(
    "INSERT OR FAIL INTO messages
         (conversation, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL",
);

/// A turn and the number of its conversation.
#[derive(Clone, Copy)]
pub(super) struct Placed<'t> {
    pub(super) number: i64,
    pub(super) turn: &'t Turn,
}

/// Writes turns and executes `end`, or tells by `false` that some of their events have a receipt or some
/// are not next; then the transaction must not be committed.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    placed: &[Placed<'_>],
    end: Option<&'static str>,
) -> Result<bool, Error> {
    for chunk in placed.chunks(MOST) {
        if !write_some(connection, chunk).await? {
            return Ok(false);
        }
    }
    write_rest(connection, placed, end).await?;
    Ok(true)
}

/// At most [`MOST`] turns: what every turn has.
async fn write_some(connection: &mut SqliteConnection, placed: &[Placed<'_>]) -> Result<bool, Error> {
    let turns = length(placed.len());
    let messages: Vec<(&Placed<'_>, &Message)> = placed
        .iter()
        .flat_map(|placed| placed.turn.messages.iter().map(move |message| (placed, message)))
        .collect();
    // What people say and what they are answered; more is rare, and the script has no other length for it.
    let (messages, more) = messages.split_at(messages.len().min(turns * 2));
    let received = placed.iter().map(|placed| &placed.turn.receipt);
    let entries = entries(received, true);
    let channels = if entries.len() <= FEWEST { FEWEST } else { turns };
    let script = Script::default()
        .rows(&TAKE, turns, placed, |values, placed| {
            bind_receipt(values, placed.number, &placed.turn.receipt)
        })
        .rows(&WRITE_HEADS, turns, placed, bind_head)
        .rows(&CHANGE_STATUS, turns, placed, |values, placed| {
            values.bind(placed.number).text(placed.turn.status.code())
        })
        .rows(&APPEND_TURNS, turns, placed, bind_turn)
        .rows(&APPEND_MESSAGES, turns * 2, messages, bind_message)
        .rows(&ledger::ENTER, channels, &entries, ledger::bind);
    let changed = script.execute(connection).await?;
    let all = placed.len() as u64;
    if changed.first() != Some(&all) || changed.get(1) != Some(&all) {
        return Ok(false);
    }
    APPEND_MESSAGES.execute(connection, more, bind_message).await?;
    Ok(true)
}

/// What few turns have. Lists that are longer than [`MOST`] go before the script, all but their end; in
/// the script all are of one length, so that there are few different scripts.
async fn write_rest(
    connection: &mut SqliteConnection,
    placed: &[Placed<'_>],
    end: Option<&'static str>,
) -> Result<(), Error> {
    let turns: Vec<&Turn> = placed.iter().map(|placed| placed.turn).collect();
    let batch = Batch::of(&turns);
    files::attach(connection, &batch).await?;
    records::write_tickets(connection, &batch).await?;
    let statuses = outbox::all_but_last_round(connection, &batch).await?;
    let subscriptions = records::all_but_last_round(connection, &batch).await?;
    let (removed, set) = timers::changes(placed);
    let addresses = records::addresses(placed, &batch);

    let removed = timers::REMOVE
        .all_but_last(connection, &removed, timers::bind_removed)
        .await?;
    let set = timers::SET.all_but_last(connection, &set, timers::bind_set).await?;
    let contacts = CONTACTS.all_but_last(connection, &batch.contacts, bind_contact).await?;
    let leads = LEADS.all_but_last(connection, &batch.leads, bind_lead).await?;
    let subscriptions = NEWSLETTER
        .all_but_last(connection, &subscriptions, bind_subscription)
        .await?;
    let consents = CONSENTS.all_but_last(connection, &batch.consents, bind_consent).await?;
    let addresses = ADDRESSES.all_but_last(connection, &addresses, bind_address).await?;

    let lists = [
        removed.len(),
        set.len(),
        contacts.len(),
        leads.len(),
        subscriptions.len(),
        consents.len(),
        addresses.len(),
    ];
    let mut script = Script::default();
    if let Some(longest) = lists.into_iter().max().filter(|longest| *longest > 0) {
        let length = length(longest);
        script = script
            .rows(&timers::REMOVE, length, removed, timers::bind_removed)
            .rows(&timers::SET, length, set, timers::bind_set)
            .rows(&CONTACTS, length, contacts, bind_contact)
            .rows(&LEADS, length, leads, bind_lead)
            .rows(&NEWSLETTER, length, subscriptions, bind_subscription)
            .rows(&CONSENTS, length, consents, bind_consent)
            .rows(&ADDRESSES, length, addresses, bind_address);
    }
    if !statuses.is_empty() || !batch.outbox.is_empty() {
        script = script
            .json(outbox::CHANGE_STATUS, &statuses)
            .json(outbox::ADD, &batch.outbox);
    }
    let script = end.into_iter().fold(script, Script::statement);
    script.execute(connection).await.map(drop)
}

fn bind_head(values: Values, Placed { number, turn }: &Placed<'_>) -> Values {
    values
        .bind(*number)
        .bind(turn.conversation.0)
        .text(turn.tenant.as_str())
        .text(turn.channel.code())
        .text(turn.address.as_str())
        .text(turn.owner.as_deref())
        .bind(turn.shard().0)
        .bind(to_column(turn.version))
        .bind(to_column(turn.last_seq))
        .text(turn.status.code())
        .text(turn.snapshot.as_str())
        .bind(turn.at.as_millis())
}

/// Of a conversation of this number.
pub(super) fn bind_receipt(values: Values, number: i64, receipt: &Receipt) -> Values {
    let (outcome, seq, reason) = outcome_columns(&receipt.outcome);
    values
        .bind(number)
        .bind(receipt.dedupe.0)
        .bind(receipt.event.0)
        .text(receipt.tenant.as_str())
        .text(receipt.channel.code())
        .bind(receipt.conversation.0)
        .text(receipt.kind.as_str())
        .bind(receipt.received_at.as_millis())
        .text(outcome)
        .bind(seq)
        .text(reason)
}

fn bind_turn(values: Values, Placed { number, turn }: &Placed<'_>) -> Values {
    values
        .bind(*number)
        .bind(to_column(turn.version))
        .bind(turn.at.as_millis())
        .text(turn.record.as_str())
}

fn bind_message(values: Values, (placed, message): &(&Placed<'_>, &Message)) -> Values {
    values
        .bind(placed.number)
        .bind(to_column(message.seq))
        .bind(message.id.0)
        .text(message.author.code())
        .text(message.content.text.as_str())
        .bind(extras(&message.content))
        .bind(message.at.as_millis())
        .text(message.status.code())
        .bind(message.status.rank())
        .text(message.reason.as_deref())
        .text(message.external_id.as_deref())
        .text(placed.turn.tenant.as_str())
}
