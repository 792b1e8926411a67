//! The ledger, and the books it is read from: every transaction that writes or removes receipts or turns
//! appends an entry of what that comes to, and a background job adds entries up. Two commits that added
//! to the same sum would wait for each other's disk.

use async_trait::async_trait;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::books::{Audited, Books};
use frontdesk_core::ports::reader::{LedgerRow, Scope};
use frontdesk_core::ports::store::Error;
use sqlx::postgres::PgConnection;

use super::Postgres;
use crate::books::{Entry, Line};
use crate::codec::from_column;
use crate::error::port;
use crate::rows;

/// Takes receipts that a statement removes, `gone`, out of the books.
macro_rules! unbook_receipts {
    () => {
        "INSERT INTO ledger_journal (tenant, channel, processed, parked, refused, turns)
         SELECT tenant, channel, -count(*) FILTER (WHERE outcome = 'processed'),
                -count(*) FILTER (WHERE outcome = 'parked'), -count(*) FILTER (WHERE outcome = 'refused'), 0
         FROM gone GROUP BY tenant, channel"
    };
}

/// The same of turns.
macro_rules! unbook_turns {
    () => {
        "INSERT INTO ledger_journal (tenant, channel, processed, parked, refused, turns)
         SELECT tenant, channel, 0, 0, 0, -count(*)
         FROM gone JOIN conversations ON conversations.id = gone.conversation_id GROUP BY tenant, channel"
    };
}

pub(super) use {unbook_receipts, unbook_turns};

const ENTER: &str = "
    INSERT INTO ledger_journal (tenant, channel, processed, parked, refused, turns) VALUES ($1, $2, $3, $4, $5, $6)";

const LEDGER: &str = "
    SELECT tenant, channel, (sum(processed) + sum(parked) + sum(refused))::bigint, sum(processed)::bigint,
           sum(parked)::bigint, sum(refused)::bigint, sum(recovered)::bigint, sum(turns)::bigint, sum(waiting)::bigint
    FROM (SELECT tenant, channel, processed, parked, refused, turns, 0 AS recovered, 0 AS waiting
          FROM ledger WHERE $1::text IS NULL OR tenant = $1
          UNION ALL
          SELECT tenant, channel, processed, parked, refused, turns, 0, 0
          FROM ledger_journal WHERE $1::text IS NULL OR tenant = $1
          UNION ALL
          SELECT tenant, channel, 0, 0, 0, 0, count(*), 0
          FROM recoveries WHERE $1::text IS NULL OR tenant = $1 GROUP BY tenant, channel
          UNION ALL
          SELECT tenant, channel, 0, 0, 0, 0, 0, count(*)
          FROM dead_letters WHERE resolved_at IS NULL AND ($1::text IS NULL OR tenant = $1) GROUP BY tenant, channel) AS sums
    GROUP BY tenant, channel
    HAVING sum(processed) + sum(parked) + sum(refused) <> 0 OR sum(turns) <> 0 OR sum(recovered) <> 0 OR sum(waiting) <> 0
    ORDER BY tenant, channel";

const OPENED: &str = "
    SELECT at FROM ledger_opening";

const FIRST_OPENING: &str = "
    INSERT INTO ledger_opening (only_row, at) VALUES (1, $1) ON CONFLICT DO NOTHING";

const NEXT_OPENING: &str = "
    UPDATE ledger_opening SET at = $1 WHERE at = $2";

/// Two nodes take different entries, and a sum that both add to is locked in the same order.
const POST: &str = "
    WITH taken AS (
        DELETE FROM ledger_journal
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM ledger_journal LIMIT $1 FOR UPDATE SKIP LOCKED))
        RETURNING tenant, channel, processed, parked, refused, turns
    ),
    added AS (
        INSERT INTO ledger (tenant, channel, processed, parked, refused, turns)
        SELECT tenant, channel, sum(processed)::bigint, sum(parked)::bigint, sum(refused)::bigint, sum(turns)::bigint
        FROM taken GROUP BY tenant, channel ORDER BY tenant, channel
        ON CONFLICT (tenant, channel) DO UPDATE
        SET processed = ledger.processed + excluded.processed, parked = ledger.parked + excluded.parked,
            refused = ledger.refused + excluded.refused, turns = ledger.turns + excluded.turns
    )
    SELECT count(*) FROM taken";

/// To count is no request: it reads whole tables, and takes its time.
const PATIENT: &str = "
    SELECT set_config('statement_timeout', '3600000', true), set_config('enable_seqscan', 'on', true)";

/// The rows and the books at one moment, each column counted from rows of its own table.
const AUDIT: &str = "
    SELECT tenant, channel, sum(processed)::bigint, sum(parked)::bigint, sum(refused)::bigint, sum(turns)::bigint,
           sum(booked_processed)::bigint, sum(booked_parked)::bigint, sum(booked_refused)::bigint,
           sum(booked_turns)::bigint
    FROM (SELECT tenant, channel, count(*) FILTER (WHERE outcome = 'processed') AS processed,
                 count(*) FILTER (WHERE outcome = 'parked') AS parked,
                 count(*) FILTER (WHERE outcome = 'refused') AS refused, 0 AS turns, 0 AS booked_processed,
                 0 AS booked_parked, 0 AS booked_refused, 0 AS booked_turns
          FROM receipts GROUP BY tenant, channel
          UNION ALL
          SELECT c.tenant, c.channel, 0, 0, 0, count(*), 0, 0, 0, 0
          FROM turns t JOIN conversations c ON c.id = t.conversation_id GROUP BY c.tenant, c.channel
          UNION ALL
          SELECT tenant, channel, 0, 0, 0, 0, processed, parked, refused, turns FROM ledger
          UNION ALL
          SELECT tenant, channel, 0, 0, 0, 0, processed, parked, refused, turns FROM ledger_journal) AS lines
    GROUP BY tenant, channel ORDER BY tenant, channel";

/// Writes into the books, in the caller's transaction.
pub(super) async fn enter(connection: &mut PgConnection, entries: &[Entry<'_>]) -> Result<(), sqlx::Error> {
    for entry in entries {
        sqlx::query(ENTER)
            .bind(entry.tenant)
            .bind(entry.channel)
            .bind(entry.sums.processed)
            .bind(entry.sums.parked)
            .bind(entry.sums.refused)
            .bind(entry.sums.turns)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The ledger, by tenant and channel.
pub(super) async fn ledger(db: &Postgres, scope: &Scope) -> Result<Vec<LedgerRow>, Error> {
    let rows = sqlx::query(LEDGER)
        .bind(scope.tenant().map(frontdesk_core::TenantId::as_str))
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    rows.iter().map(rows::ledger).collect()
}

async fn lines(db: &Postgres) -> Result<Vec<Line>, Error> {
    let mut transaction = db.readers.begin().await.map_err(port)?;
    sqlx::query(PATIENT).execute(&mut *transaction).await.map_err(port)?;
    let rows = sqlx::query(AUDIT).fetch_all(&mut *transaction).await.map_err(port)?;
    transaction.commit().await.map_err(port)?;
    rows.iter().map(Line::read).collect()
}

#[async_trait]
impl Books for Postgres {
    async fn opened_at(&self) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> = sqlx::query_scalar(OPENED)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        Ok(at.map(Timestamp::from_millis))
    }

    async fn open(&self, known: Option<Timestamp>, at: Timestamp) -> Result<bool, Error> {
        // What is lacking stays the same, whatever is written after it was counted.
        let lines = lines(self).await?;
        let lacking: Vec<Entry<'_>> = lines.iter().filter_map(Line::lacking).collect();
        let mut transaction = self.writers.begin().await.map_err(port)?;
        let query = match known {
            None => sqlx::query(FIRST_OPENING).bind(at.as_millis()),
            Some(known) => sqlx::query(NEXT_OPENING).bind(at.as_millis()).bind(known.as_millis()),
        };
        let is_first = query.execute(&mut *transaction).await.map_err(port)?.rows_affected() > 0;
        if is_first {
            enter(&mut transaction, &lacking).await.map_err(port)?;
            transaction.commit().await.map_err(port)?;
        }
        Ok(is_first)
    }

    async fn post(&self, limit: u32) -> Result<u64, Error> {
        let mut connection = self.writers.acquire().await.map_err(port)?;
        let taken: i64 = sqlx::query_scalar(POST)
            .bind(i64::from(limit))
            .fetch_one(&mut *connection)
            .await
            .map_err(port)?;
        Ok(from_column(taken))
    }

    async fn audit(&self) -> Result<Vec<Audited>, Error> {
        lines(self).await?.iter().map(Line::audited).collect()
    }
}
