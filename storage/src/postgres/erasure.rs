//! All rows of a person: handed out, or erased.
//!
//! What belongs to the person is gathered first (contacts, addresses, conversations, dead letters that
//! mention them); every table is then asked by one condition about that, to export it and to erase it
//! alike. So what is exported is what would be erased.

use std::collections::BTreeMap;

use frontdesk_core::ports::people::{Doomed, Erasure, ErasureOrder, Export, Seal, Sealer, Whom};
use frontdesk_core::ports::reader::{Cursor, Page, Rows, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ConversationId, RecordId, TenantId, Timestamp};
use serde_json::{Map, Value};
use sqlx::Transaction;
use sqlx::postgres::{PgConnection, PgRow};
use uuid::Uuid;

use super::gathering::{contact, gather, gather_thread};
use super::ledger::{unbook_receipts, unbook_turns};
use super::{Postgres, pages, people};
use crate::codec::{self, ERASED_SUBJECT, from_json, page_rows, to_json, with_json};
use crate::error::port;
use crate::rows;

/// A table that holds people's data: all rows of a person, and their end.
struct Holding {
    table: &'static str,
    select: &'static str,
    delete: &'static str,
}

/// A [`Holding`] by the condition its rows meet; `$1` is the erasure.
macro_rules! holding {
    ($table:literal, $($condition:expr),+) => {
        Holding {
            table: $table,
            select: concat!("SELECT row_to_json(held)::text FROM ", $table, " AS held WHERE ", $($condition),+),
            delete: concat!("DELETE FROM ", $table, " WHERE ", $($condition),+),
        }
    };
}

/// The same of rows that are in the books: `$gone` is what a row that goes is booked by, `$unbook` takes
/// those out.
macro_rules! booked {
    ($table:literal, $gone:literal, $unbook:expr, $($condition:expr),+) => {
        Holding {
            table: $table,
            select: concat!("SELECT row_to_json(held)::text FROM ", $table, " AS held WHERE ", $($condition),+),
            delete: concat!(
                "WITH gone AS (DELETE FROM ", $table, " WHERE ", $($condition),+, " RETURNING ", $gone, "),
                      unbooked AS (", $unbook, ")
                 SELECT 1 FROM gone"
            ),
        }
    };
}

/// What was gathered of one kind.
macro_rules! gathered {
    ($column:literal) => {
        concat!(
            " IN (SELECT ",
            $column,
            " FROM erasure_scope WHERE erasure = $1 AND ",
            $column,
            " IS NOT NULL)"
        )
    };
}

/// Rows of the person's business alone.
macro_rules! own {
    () => {
        "tenant = (SELECT tenant FROM erasure_scope WHERE erasure = $1 LIMIT 1) AND "
    };
}

/// Every table with people's data, in an order in which conditions still find what they need. A test
/// holds the list against the tables there are.
const HOLDINGS: [Holding; 19] = [
    holding!("messages", "conversation_id", gathered!("conversation_id")),
    booked!(
        "turns",
        "conversation_id",
        unbook_turns!(),
        "conversation_id",
        gathered!("conversation_id")
    ),
    holding!("timers", "conversation_id", gathered!("conversation_id")),
    booked!(
        "receipts",
        "tenant, channel, outcome",
        unbook_receipts!(),
        "(conversation_id",
        gathered!("conversation_id"),
        " OR event_id",
        gathered!("row_id"),
        ")"
    ),
    holding!(
        "dead_letters",
        "(conversation_id",
        gathered!("conversation_id"),
        " OR id",
        gathered!("row_id"),
        ")"
    ),
    holding!("outbox", "conversation_id", gathered!("conversation_id")),
    holding!("notes", "conversation_id", gathered!("conversation_id")),
    // Their content goes with them.
    holding!("files", "conversation_id", gathered!("conversation_id")),
    holding!("assignments", "conversation_id", gathered!("conversation_id")),
    holding!("conversation_tags", "conversation_id", gathered!("conversation_id")),
    holding!("tickets", "conversation_id", gathered!("conversation_id")),
    holding!("recoveries", "conversation_id", gathered!("conversation_id")),
    holding!(
        "consents",
        own!(),
        "(conversation_id",
        gathered!("conversation_id"),
        " OR subject",
        gathered!("person"),
        " OR subject",
        gathered!("address"),
        ")"
    ),
    holding!(
        "newsletter",
        own!(),
        "(email",
        gathered!("address"),
        " OR phone",
        gathered!("address"),
        ")"
    ),
    holding!("leads", own!(), "person", gathered!("person")),
    holding!(
        "merges",
        own!(),
        "(kept",
        gathered!("row_id"),
        " OR merged",
        gathered!("row_id"),
        ")"
    ),
    holding!(
        "addresses",
        own!(),
        "(person",
        gathered!("person"),
        " OR conversation_id",
        gathered!("conversation_id"),
        ")"
    ),
    holding!("contact_tags", own!(), "contact_id", gathered!("row_id")),
    holding!("contacts", own!(), "person", gathered!("person")),
];

/// Last, because the others are found by it.
const CONVERSATIONS: Holding = holding!("conversations", "id", gathered!("conversation_id"));

const DOOMED: &str = "
    SELECT channel, address, snapshot, id FROM conversations
    WHERE id IN (SELECT conversation_id FROM erasure_scope WHERE erasure = $1)
    ORDER BY id FOR UPDATE";

const SEAL: &str = "
    INSERT INTO sealed (tenant, hash, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

const UNSEAL: &str = "
    DELETE FROM sealed WHERE tenant = $1 AND hash = $2";

/// The id of a conversation is a hash of the address, which can be guessed.
const FORGET_SUBJECTS: &str = "
    UPDATE audit SET subject = $2 WHERE subject = ANY($1)";

const NOTE: &str = "
    INSERT INTO erasures (id, tenant, contact_id, by_whom, at, counts) VALUES ($1, $2, $3, $4, $5, $6)";

const FIND: &str = "
    SELECT id, at, tenant, contact_id, by_whom, counts, swept_at FROM erasures
    WHERE id = $1 AND ($2::text IS NULL OR tenant = $2)";

/// Until memory and the hot store are clear, the ids of the conversations are kept.
const TIDY_SCOPE: &str = "
    DELETE FROM erasure_scope WHERE erasure = $1 AND conversation_id IS NULL";

const UNSWEPT: &str = "
    SELECT id, conversation_id FROM erasures LEFT JOIN erasure_scope ON erasure = id
    WHERE swept_at IS NULL ORDER BY at, id";

const FORGET_SCOPE: &str = "
    DELETE FROM erasure_scope WHERE erasure = $1";

const SWEPT: &str = "
    UPDATE erasures SET swept_at = $2 WHERE id = $1";

/// A table without an index by conversation is read whole, which takes longer than a turn may.
const PATIENCE: &str = "
    SET LOCAL statement_timeout = '120s'";

/// Begins a transaction that nobody else changes people in.
async fn begin(db: &Postgres) -> Result<Transaction<'static, sqlx::Postgres>, Error> {
    let mut transaction = people::begin(db).await?;
    sqlx::query(PATIENCE).execute(&mut *transaction).await.map_err(port)?;
    Ok(transaction)
}

/// All rows of a person.
pub(super) async fn export(db: &Postgres, scope: &Scope, contact: RecordId) -> Result<Option<Export>, Error> {
    let mut transaction = begin(db).await?;
    // Gathered under an id of its own and rolled back: nothing is written.
    let id = Uuid::new_v4();
    if gather(&mut transaction, scope, id, contact).await?.is_none() {
        return Ok(None);
    }
    let mut export = Export::new();
    for holding in HOLDINGS.iter().chain([&CONVERSATIONS]) {
        let rows = sqlx::query(holding.select)
            .bind(id)
            .fetch_all(&mut *transaction)
            .await
            .map_err(port)?;
        export.insert(holding.table, rows.iter().map(row_as_json).collect::<Result<_, _>>()?);
    }
    transaction.rollback().await.map_err(port)?;
    Ok(Some(export))
}

/// A row of any table.
fn row_as_json(row: &PgRow) -> Result<Map<String, Value>, Error> {
    let fields: Map<String, Value> = from_json("row", rows::get(row, 0)?)?;
    let readable = |value| match value {
        Value::String(text) => with_json(text),
        other => other,
    };
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name, readable(value)))
        .collect())
}

/// Erases a person, and writes the proof.
pub(super) async fn erase(
    db: &Postgres,
    scope: &Scope,
    order: &ErasureOrder,
    seal: Sealer<'_>,
) -> Result<Option<Erasure>, Error> {
    let known = contact(db, scope, order.whom).await?;
    let mut transaction = begin(db).await?;
    let tenant = scope.tenant().map(TenantId::as_str);
    let done = sqlx::query(FIND)
        .bind(order.id)
        .bind(tenant)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(port)?;
    if let Some(row) = done {
        return rows::erasure(&row).map(Some);
    }
    let gathered = match known {
        Some(contact) => gather(&mut transaction, scope, order.id, contact).await?,
        None => match order.whom {
            Whom::Contact(_) => None,
            Whom::Conversation(id) => gather_thread(&mut transaction, scope, order.id, id).await?,
        },
    };
    let Some(tenant) = gathered else {
        return Ok(None);
    };
    let contact = known.unwrap_or(RecordId(order.id));
    keep_out(&mut transaction, &tenant, order, seal).await?;
    let mut counts = BTreeMap::new();
    for holding in HOLDINGS.iter().chain([&CONVERSATIONS]) {
        let gone = sqlx::query(holding.delete)
            .bind(order.id)
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        counts.insert(holding.table.to_owned(), gone.rows_affected());
    }
    sqlx::query(TIDY_SCOPE)
        .bind(order.id)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    sqlx::query(NOTE)
        .bind(order.id)
        .bind(tenant.as_str())
        .bind(contact.0)
        .bind(order.by.as_str())
        .bind(order.at.as_millis())
        .bind(to_json(&counts))
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    transaction.commit().await.map_err(port)?;
    Ok(Some(Erasure {
        id: order.id,
        tenant,
        contact,
        by: order.by.clone(),
        at: order.at,
        counts,
        swept_at: None,
    }))
}

/// Remembers who has opted out, and takes the conversations' ids out of the log.
async fn keep_out(
    connection: &mut PgConnection,
    tenant: &TenantId,
    order: &ErasureOrder,
    seal: Sealer<'_>,
) -> Result<(), Error> {
    let doomed = sqlx::query(DOOMED)
        .bind(order.id)
        .fetch_all(&mut *connection)
        .await
        .map_err(port)?;
    let mut ids: Vec<String> = Vec::with_capacity(doomed.len());
    for row in &doomed {
        ids.push(rows::get::<Uuid>(row, 3)?.to_string());
        let sealed = seal(Doomed {
            channel: codec::channel(rows::get(row, 0)?)?,
            address: rows::get(row, 1)?,
            snapshot: rows::get(row, 2)?,
        });
        let Some(Seal { hash, is_opted_out }) = sealed else {
            continue;
        };
        let query = sqlx::query(if is_opted_out { SEAL } else { UNSEAL })
            .bind(tenant.as_str())
            .bind(hash.to_vec());
        let query = if is_opted_out {
            query.bind(order.at.as_millis())
        } else {
            query
        };
        query.execute(&mut *connection).await.map_err(port)?;
    }
    let forgotten = sqlx::query(FORGET_SUBJECTS).bind(ids).bind(ERASED_SUBJECT);
    forgotten.execute(connection).await.map(drop).map_err(port)
}

/// Erasures that memory and the hot store may not have followed yet.
pub(super) async fn unswept(db: &Postgres) -> Result<Vec<(Uuid, Vec<ConversationId>)>, Error> {
    let rows = sqlx::query(UNSWEPT).fetch_all(&db.readers).await.map_err(port)?;
    let mut found: Vec<(Uuid, Vec<ConversationId>)> = Vec::new();
    for row in &rows {
        let id = rows::get(row, 0)?;
        if found.last().is_none_or(|last| last.0 != id) {
            found.push((id, Vec::new()));
        }
        let conversation: Option<Uuid> = rows::get(row, 1)?;
        if let Some((_, conversations)) = found.last_mut() {
            conversations.extend(conversation.map(ConversationId));
        }
    }
    Ok(found)
}

/// Ends an erasure: its conversations' ids go.
pub(super) async fn swept(db: &Postgres, id: Uuid, at: Timestamp) -> Result<bool, Error> {
    let mut transaction = begin(db).await?;
    sqlx::query(FORGET_SCOPE)
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    let done = sqlx::query(SWEPT)
        .bind(id)
        .bind(at.as_millis())
        .execute(&mut *transaction)
        .await;
    done.map_err(port)?;
    transaction.commit().await.map_err(port)?;
    Ok(true)
}

/// The proofs, newest first.
pub(super) async fn list(db: &Postgres, scope: &Scope, page: Page) -> Result<Rows<Erasure>, Error> {
    let rows = pages::ERASURES.fetch(db, scope, page, None::<String>).await?;
    let items = rows.iter().map(rows::erasure).collect::<Result<_, _>>()?;
    Ok(page_rows(page, items, |erasure: &Erasure| Cursor {
        at: erasure.at,
        id: erasure.id,
    }))
}
