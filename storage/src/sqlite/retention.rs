//! Forgetting what a tenant no longer wants kept.

use async_trait::async_trait;
use frontdesk_core::ports::reader::Cursor;
use frontdesk_core::ports::retention::{Forgotten, Retention, Tidied};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{OutboxId, TenantId, Timestamp};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::ledger::{add_up, unbook_receipts, unbook_turns};
use super::statement::execute_json;
use super::{Sqlite, begin};
use crate::codec::first_id;
use crate::error::port;
use crate::rows;

/// Conversations a batch looks at. Nobody else writes meanwhile, so a batch is small.
const CONVERSATIONS: usize = 200;
/// Other rows of a batch.
const ROWS: i64 = 500;

/// What tells a conversation with something to forget from one that is forgotten already is its turns.
const OLD: &str = "
    SELECT number, created_at, id,
           updated_at < ?4 AND status IN ('open', 'done')
           AND EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.number)
    FROM conversations
    WHERE tenant = ?1 AND (created_at, id) > (?2, ?3) AND created_at < ?4
    ORDER BY created_at, id LIMIT ?5";

const UNBOOK_TURNS: &str = unbook_turns!("conversation IN (SELECT value FROM json_each(?1))");

const UNBOOK_RECEIPTS: &str =
    unbook_receipts!("conversation IN (SELECT value FROM json_each(?1)) AND outcome <> 'parked'");

const FORGET_TURNS: &str = "
    DELETE FROM turns WHERE conversation IN (SELECT value FROM json_each(?1))";

const FORGET_MESSAGES: &str = "
    DELETE FROM messages WHERE conversation IN (SELECT value FROM json_each(?1))";

/// Their parts go with them.
const FORGET_FILES: &str = "
    DELETE FROM files
    WHERE conversation_id IN (SELECT id FROM conversations WHERE number IN (SELECT value FROM json_each(?1)))";

const FORGET_RECEIPTS: &str = "
    DELETE FROM receipts WHERE conversation IN (SELECT value FROM json_each(?1)) AND outcome <> 'parked'";

const FORGET_NOTES: &str = "
    DELETE FROM notes
    WHERE conversation_id IN (SELECT id FROM conversations WHERE number IN (SELECT value FROM json_each(?1)))";

const FORGET_DEAD_LETTERS: &str = "
    DELETE FROM dead_letters
    WHERE id IN (SELECT id FROM dead_letters
                 WHERE tenant = ?1 AND parked_at < ?2 AND resolved_at < ?2 ORDER BY parked_at, id LIMIT ?3)";

const FORGET_AUDIT: &str = "
    DELETE FROM audit
    WHERE id IN (SELECT id FROM audit WHERE tenant = ?1 AND at < ?2 ORDER BY at, id LIMIT ?3)";

/// Ids begin with the time they were made at: nothing was settled before it was made.
const SENT: &str = "
    SELECT id, state = 'sent' AND settled_at < ?2 FROM outbox
    WHERE id > ?1 AND id < ?3 ORDER BY id LIMIT ?4";

const FORGET_SENT: &str = "
    DELETE FROM outbox WHERE id IN (SELECT unhex(value, '-') FROM json_each(?1)) AND state = 'sent'";

async fn forget(connection: &mut SqliteConnection, numbers: &[i64]) -> Result<(), Error> {
    for statement in [
        UNBOOK_TURNS,
        UNBOOK_RECEIPTS,
        FORGET_TURNS,
        FORGET_MESSAGES,
        FORGET_FILES,
        FORGET_RECEIPTS,
        FORGET_NOTES,
    ] {
        execute_json(connection, statement, numbers).await?;
    }
    Ok(())
}

#[async_trait]
impl Retention for Sqlite {
    async fn forget_conversations(
        &self,
        tenant: &TenantId,
        before: Timestamp,
        after: Option<Cursor>,
    ) -> Result<Forgotten, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
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
        let mut old: Vec<i64> = Vec::new();
        let mut last = None;
        for row in &seen {
            last = Some(Cursor {
                at: rows::time(row, 1)?,
                id: rows::get(row, 2)?,
            });
            if rows::get(row, 3)? {
                old.push(rows::get(row, 0)?);
            }
        }
        forget(&mut transaction, &old).await?;
        transaction.commit().await.map_err(port)?;
        Ok(Forgotten {
            count: old.len() as u64,
            next: last.filter(|_| seen.len() == CONVERSATIONS),
        })
    }

    async fn forget_dead_letters(&self, tenant: &TenantId, before: Timestamp) -> Result<u64, Error> {
        let mut connection = self.writer.lock().await?;
        let forgotten = sqlx::query(FORGET_DEAD_LETTERS)
            .bind(tenant.as_str())
            .bind(before.as_millis())
            .bind(ROWS)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(forgotten.rows_affected())
    }

    async fn forget_audit(&self, tenant: &TenantId, before: Timestamp) -> Result<u64, Error> {
        let mut connection = self.writer.lock().await?;
        let forgotten = sqlx::query(FORGET_AUDIT)
            .bind(tenant.as_str())
            .bind(before.as_millis())
            .bind(ROWS)
            .execute(&mut *connection)
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
            let mut connection = self.writer.lock().await?;
            count = execute_json(&mut connection, FORGET_SENT, &sent).await?;
        }
        let is_full = i64::try_from(seen.len()).is_ok_and(|seen| seen == ROWS);
        Ok(Tidied {
            count,
            next: last.filter(|_| is_full),
        })
    }
}
