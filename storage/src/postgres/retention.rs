//! Forgetting what a tenant no longer wants kept.

use async_trait::async_trait;
use frontdesk_core::ports::reader::Cursor;
use frontdesk_core::ports::retention::{Forgotten, Retention, Tidied};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{OutboxId, TenantId, Timestamp};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::Postgres;
use super::ledger::{unbook_receipts, unbook_turns};
use crate::codec::first_id;
use crate::error::port;
use crate::rows;

/// Conversations a batch looks at. Receipts are found by reading the table, so a batch is large.
const CONVERSATIONS: usize = 10_000;
/// Other rows of a batch.
const ROWS: i64 = 5_000;

/// What tells a conversation with something to forget from one that is forgotten already is its turns.
const OLD: &str = "
    SELECT id, created_at,
           updated_at < $4 AND status IN ('open', 'done')
           AND EXISTS (SELECT 1 FROM turns WHERE conversation_id = conversations.id)
    FROM conversations
    WHERE tenant = $1 AND (created_at, id) > ($2, $3) AND created_at < $4
    ORDER BY created_at, id LIMIT $5";

/// Nobody may write a turn between the look and the end of the batch.
const HOLD: &str = "
    SELECT id FROM conversations WHERE id = ANY($1) AND updated_at < $2 ORDER BY id FOR UPDATE";

const FORGET_TURNS: &str = concat!(
    "WITH gone AS (DELETE FROM turns WHERE conversation_id = ANY($1) RETURNING conversation_id) ",
    unbook_turns!()
);

const FORGET_MESSAGES: &str = "
    DELETE FROM messages WHERE conversation_id = ANY($1)";

/// Their parts go with them.
const FORGET_FILES: &str = "
    DELETE FROM files WHERE conversation_id = ANY($1)";

const FORGET_RECEIPTS: &str = concat!(
    "WITH gone AS (
         DELETE FROM receipts WHERE conversation_id = ANY($1) AND outcome <> 'parked' RETURNING tenant, channel, outcome) ",
    unbook_receipts!()
);

const FORGET_NOTES: &str = "
    DELETE FROM notes WHERE conversation_id = ANY($1)";

/// A nightly batch is no request: it may read a table, and take longer.
const PATIENT: &str = "
    SELECT set_config('statement_timeout', '600000', true), set_config('enable_hashjoin', 'on', true),
           set_config('enable_seqscan', 'on', true), set_config('plan_cache_mode', 'auto', true)";

const FORGET_DEAD_LETTERS: &str = "
    DELETE FROM dead_letters
    WHERE id IN (SELECT id FROM dead_letters
                 WHERE tenant = $1 AND parked_at < $2 AND resolved_at < $2 ORDER BY parked_at, id LIMIT $3)";

const FORGET_AUDIT: &str = "
    DELETE FROM audit
    WHERE id IN (SELECT id FROM audit WHERE tenant = $1 AND at < $2 ORDER BY at, id LIMIT $3)";

/// Ids begin with the time they were made at: nothing was settled before it was made.
const SENT: &str = "
    SELECT id, state = 'sent' AND settled_at < $2 FROM outbox
    WHERE id > $1 AND id < $3 ORDER BY id LIMIT $4";

const FORGET_SENT: &str = "
    DELETE FROM outbox WHERE id = ANY($1) AND state = 'sent'";

async fn forget(connection: &mut PgConnection, ids: &[Uuid]) -> Result<(), Error> {
    for statement in [
        FORGET_TURNS,
        FORGET_MESSAGES,
        FORGET_FILES,
        FORGET_RECEIPTS,
        FORGET_NOTES,
    ] {
        sqlx::query(statement)
            .bind(ids)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
    }
    Ok(())
}

#[async_trait]
impl Retention for Postgres {
    async fn forget_conversations(
        &self,
        tenant: &TenantId,
        before: Timestamp,
        after: Option<Cursor>,
    ) -> Result<Forgotten, Error> {
        let mut connection = self.writers.acquire().await.map_err(port)?;
        let mut transaction = connection.begin().await.map_err(port)?;
        sqlx::query(PATIENT).execute(&mut *transaction).await.map_err(port)?;
        let (at, id) = after.map_or((i64::MIN, Uuid::nil()), |cursor| (cursor.at.as_millis(), cursor.id));
        let seen = sqlx::query(OLD)
            .bind(tenant.as_str())
            .bind(at)
            .bind(id)
            .bind(before.as_millis())
            .bind(i64::try_from(CONVERSATIONS).unwrap_or(i64::MAX))
            .fetch_all(&mut *transaction)
            .await
            .map_err(port)?;
        let mut old: Vec<Uuid> = Vec::new();
        let mut last = None;
        for row in &seen {
            let id = rows::get(row, 0)?;
            last = Some(Cursor {
                at: rows::time(row, 1)?,
                id,
            });
            if rows::get(row, 2)? {
                old.push(id);
            }
        }
        let mut count = 0;
        if !old.is_empty() {
            let held: Vec<Uuid> = sqlx::query_scalar(HOLD)
                .bind(&old)
                .bind(before.as_millis())
                .fetch_all(&mut *transaction)
                .await
                .map_err(port)?;
            forget(&mut transaction, &held).await?;
            count = held.len() as u64;
        }
        transaction.commit().await.map_err(port)?;
        Ok(Forgotten {
            count,
            next: last.filter(|_| seen.len() == CONVERSATIONS),
        })
    }

    async fn forget_dead_letters(&self, tenant: &TenantId, before: Timestamp) -> Result<u64, Error> {
        let forgotten = sqlx::query(FORGET_DEAD_LETTERS)
            .bind(tenant.as_str())
            .bind(before.as_millis())
            .bind(ROWS)
            .execute(&self.writers)
            .await
            .map_err(port)?;
        Ok(forgotten.rows_affected())
    }

    async fn forget_audit(&self, tenant: &TenantId, before: Timestamp) -> Result<u64, Error> {
        let forgotten = sqlx::query(FORGET_AUDIT)
            .bind(tenant.as_str())
            .bind(before.as_millis())
            .bind(ROWS)
            .execute(&self.writers)
            .await
            .map_err(port)?;
        Ok(forgotten.rows_affected())
    }

    async fn forget_sent(&self, before: Timestamp, after: Option<OutboxId>) -> Result<Tidied, Error> {
        let seen = sqlx::query(SENT)
            .bind(after.map_or(Uuid::nil(), |after| after.0))
            .bind(before.as_millis())
            .bind(first_id(before))
            .bind(ROWS)
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        let mut sent: Vec<Uuid> = Vec::new();
        let mut last = None;
        for row in &seen {
            let id = rows::get(row, 0)?;
            last = Some(OutboxId(id));
            if rows::get::<Option<bool>>(row, 1)? == Some(true) {
                sent.push(id);
            }
        }
        let mut count = 0;
        if !sent.is_empty() {
            let forgotten = sqlx::query(FORGET_SENT).bind(&sent).execute(&self.writers).await;
            count = forgotten.map_err(port)?.rows_affected();
        }
        let is_full = i64::try_from(seen.len()).is_ok_and(|seen| seen == ROWS);
        Ok(Tidied {
            count,
            next: last.filter(|_| is_full),
        })
    }
}
