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
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Column, Row, TypeInfo, ValueRef};
use uuid::Uuid;

use super::gathering::{contact, gather, gather_thread};
use super::ledger::{add_up, unbook_receipts, unbook_turns};
use super::{Sqlite, begin, pages};
use crate::codec::{self, ERASED_SUBJECT, page_rows, to_json, with_json};
use crate::error::port;
use crate::rows;

/// A table that holds people's data: all rows of a person, and their end.
struct Holding {
    table: &'static str,
    select: &'static str,
    /// Takes the rows out of the books, if they are in them.
    unbook: Option<&'static str>,
    delete: &'static str,
}

/// A [`Holding`] by the condition its rows meet; `?1` is the erasure.
macro_rules! holding {
    ($table:literal, $($condition:expr),+) => {
        Holding {
            table: $table,
            select: concat!("SELECT * FROM ", $table, " WHERE ", $($condition),+),
            unbook: None,
            delete: concat!("DELETE FROM ", $table, " WHERE ", $($condition),+),
        }
    };
}

/// The same of rows that are in the books.
macro_rules! booked {
    ($table:literal, $unbook:ident, $($condition:expr),+) => {
        Holding {
            unbook: Some($unbook!($($condition),+)),
            ..holding!($table, $($condition),+)
        }
    };
}

/// What was gathered of one kind.
macro_rules! gathered {
    ($column:literal) => {
        concat!(
            " IN (SELECT ",
            $column,
            " FROM erasure_scope WHERE erasure = ?1 AND ",
            $column,
            " IS NOT NULL)"
        )
    };
}

/// The numbers of the conversations.
macro_rules! numbers {
    () => {
        " IN (SELECT number FROM erasure_scope JOIN conversations ON conversations.id = erasure_scope.conversation_id
              WHERE erasure = ?1)"
    };
}

/// Rows of the person's business alone.
macro_rules! own {
    () => {
        "tenant = (SELECT tenant FROM erasure_scope WHERE erasure = ?1 LIMIT 1) AND "
    };
}

/// Every table with people's data, in an order in which conditions still find what they need. A test
/// holds the list against the tables there are.
const HOLDINGS: [Holding; 19] = [
    holding!("messages", "conversation", numbers!()),
    booked!("turns", unbook_turns, "conversation", numbers!()),
    holding!("timers", "conversation", numbers!()),
    booked!(
        "receipts",
        unbook_receipts,
        "(conversation",
        numbers!(),
        " OR conversation = 0 AND (conversation_id",
        gathered!("conversation_id"),
        " OR event_id",
        gathered!("row_id"),
        "))"
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
        " OR conversation",
        numbers!(),
        ")"
    ),
    holding!("contact_tags", own!(), "contact_id", gathered!("row_id")),
    holding!("contacts", own!(), "person", gathered!("person")),
];

/// Last, because the others are found by it.
const CONVERSATIONS: Holding = holding!("conversations", "id", gathered!("conversation_id"));

const DOOMED: &str = "
    SELECT channel, address, snapshot, id FROM conversations
    WHERE id IN (SELECT conversation_id FROM erasure_scope WHERE erasure = ?1)";

const SEAL: &str = "
    INSERT INTO sealed (tenant, hash, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

const UNSEAL: &str = "
    DELETE FROM sealed WHERE tenant = ?1 AND hash = ?2";

/// The id of a conversation is a hash of the address, which can be guessed.
const FORGET_SUBJECTS: &str = "
    UPDATE audit SET subject = ?2 WHERE subject IN (SELECT value FROM json_each(?1))";

const NOTE: &str = "
    INSERT INTO erasures (id, tenant, contact_id, by_whom, at, counts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const FIND: &str = "
    SELECT id, at, tenant, contact_id, by_whom, counts, swept_at FROM erasures
    WHERE id = ?1 AND (?2 IS NULL OR tenant = ?2)";

/// Until memory and the hot store are clear, the ids of the conversations are kept.
const TIDY_SCOPE: &str = "
    DELETE FROM erasure_scope WHERE erasure = ?1 AND conversation_id IS NULL";

const UNSWEPT: &str = "
    SELECT id, conversation_id FROM erasures LEFT JOIN erasure_scope ON erasure = id
    WHERE swept_at IS NULL ORDER BY at, id";

const FORGET_SCOPE: &str = "
    DELETE FROM erasure_scope WHERE erasure = ?1";

const SWEPT: &str = "
    UPDATE erasures SET swept_at = ?2 WHERE id = ?1";

/// All rows of a person.
pub(super) async fn export(db: &Sqlite, scope: &Scope, contact: RecordId) -> Result<Option<Export>, Error> {
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
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
fn row_as_json(row: &SqliteRow) -> Result<Map<String, Value>, Error> {
    let mut fields = Map::new();
    for (index, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(index).map_err(port)?;
        let value = match raw.type_info().name() {
            _ if raw.is_null() => Value::Null,
            "INTEGER" | "BOOLEAN" => rows::get::<i64>(row, index)?.into(),
            "REAL" => rows::get::<f64>(row, index)?.into(),
            "BLOB" => rows::get::<Uuid>(row, index)?.to_string().into(),
            _ => with_json(rows::get(row, index)?),
        };
        fields.insert(column.name().to_owned(), value);
    }
    Ok(fields)
}

/// Erases a person, and writes the proof.
pub(super) async fn erase(
    db: &Sqlite,
    scope: &Scope,
    order: &ErasureOrder,
    seal: Sealer<'_>,
) -> Result<Option<Erasure>, Error> {
    let known = contact(db, scope, order.whom).await?;
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
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
        if let Some(unbook) = holding.unbook {
            let unbooked = sqlx::query(unbook).bind(order.id).execute(&mut *transaction).await;
            unbooked.map_err(port)?;
        }
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
    // Held by the same lock as the numbers are remembered under.
    db.numbers.forget();
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
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    order: &ErasureOrder,
    seal: Sealer<'_>,
) -> Result<(), Error> {
    let doomed = sqlx::query(DOOMED)
        .bind(order.id)
        .fetch_all(&mut *connection)
        .await
        .map_err(port)?;
    let mut ids: Vec<Uuid> = Vec::with_capacity(doomed.len());
    for row in &doomed {
        ids.push(rows::get(row, 3)?);
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
    let forgotten = sqlx::query(FORGET_SUBJECTS).bind(to_json(&ids)).bind(ERASED_SUBJECT);
    forgotten.execute(connection).await.map(drop).map_err(port)
}

/// Erasures that memory and the hot store may not have followed yet.
pub(super) async fn unswept(db: &Sqlite) -> Result<Vec<(Uuid, Vec<ConversationId>)>, Error> {
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

/// Ends an erasure: its conversations' ids go, then what the log of the file still holds.
pub(super) async fn swept(db: &Sqlite, id: Uuid, at: Timestamp) -> Result<bool, Error> {
    let mut connection = db.writer.lock().await?;
    let (is_busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await
        .map_err(port)?;
    if is_busy != 0 {
        return Ok(false);
    }
    let mut transaction = begin(&mut connection).await?;
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
pub(super) async fn list(db: &Sqlite, scope: &Scope, page: Page) -> Result<Rows<Erasure>, Error> {
    let rows = pages::ERASURES.fetch(db, scope, page, None::<String>).await?;
    let items = rows.iter().map(rows::erasure).collect::<Result<_, _>>()?;
    Ok(page_rows(page, items, |erasure: &Erasure| Cursor {
        at: erasure.at,
        id: erasure.id,
    }))
}
