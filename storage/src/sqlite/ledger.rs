//! The ledger, and the books it is read from: every transaction that writes or removes receipts or turns
//! enters what that comes to.

use async_trait::async_trait;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::books::{Audited, Books};
use frontdesk_core::ports::reader::{LedgerRow, Scope};
use frontdesk_core::ports::store::Error;
use sqlx::sqlite::SqliteConnection;

use super::statement::{Statement, Values};
use super::{Sqlite, begin};
use crate::books::{Entry, Line};
use crate::error::port;
use crate::rows;

/// Adds to what is in the books.
macro_rules! add_up {
    () => {
        "ON CONFLICT (tenant, channel) DO UPDATE
         SET processed = processed + excluded.processed, parked = parked + excluded.parked,
             refused = refused + excluded.refused, turns = turns + excluded.turns"
    };
}

/// Takes the receipts of a condition out of the books; they are removed next.
macro_rules! unbook_receipts {
    ($($condition:expr),+) => {
        concat!(
            "INSERT INTO ledger (tenant, channel, processed, parked, refused, turns)
             SELECT tenant, channel, -sum(outcome = 'processed'), -sum(outcome = 'parked'), -sum(outcome = 'refused'), 0
             FROM receipts WHERE ", $($condition),+, " GROUP BY tenant, channel ",
            add_up!()
        )
    };
}

/// The same of turns.
macro_rules! unbook_turns {
    ($($condition:expr),+) => {
        concat!(
            "INSERT INTO ledger (tenant, channel, processed, parked, refused, turns)
             SELECT tenant, channel, 0, 0, 0, -count(*)
             FROM turns JOIN conversations ON number = conversation WHERE ", $($condition),+, " GROUP BY tenant, channel ",
            add_up!()
        )
    };
}

pub(super) use {add_up, unbook_receipts, unbook_turns};

pub(super) const ENTER: Statement = Statement::new(
    "INSERT OR FAIL INTO ledger (tenant, channel, processed, parked, refused, turns)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?)",
    concat!(") WHERE column1 IS NOT NULL ", add_up!()),
);

const LEDGER: &str = "
    SELECT tenant, channel, sum(processed) + sum(parked) + sum(refused) AS receipts, sum(processed) AS processed,
           sum(parked) AS parked, sum(refused) AS refused, sum(recovered) AS recovered, sum(turns) AS turns,
           sum(waiting) AS waiting
    FROM (SELECT tenant, channel, processed, parked, refused, turns, 0 AS recovered, 0 AS waiting
          FROM ledger WHERE ?1 IS NULL OR tenant = ?1
          UNION ALL
          SELECT tenant, channel, 0, 0, 0, 0, count(*), 0
          FROM recoveries WHERE ?1 IS NULL OR tenant = ?1 GROUP BY tenant, channel
          UNION ALL
          SELECT tenant, channel, 0, 0, 0, 0, 0, count(*)
          FROM dead_letters WHERE resolved_at IS NULL AND (?1 IS NULL OR tenant = ?1) GROUP BY tenant, channel)
    GROUP BY tenant, channel HAVING receipts <> 0 OR sum(turns) <> 0 OR sum(recovered) <> 0 OR sum(waiting) <> 0
    ORDER BY tenant, channel";

const OPENED: &str = "
    SELECT at FROM ledger_opening";

const FIRST_OPENING: &str = "
    INSERT INTO ledger_opening (only_row, at) VALUES (1, ?1) ON CONFLICT DO NOTHING";

const NEXT_OPENING: &str = "
    UPDATE ledger_opening SET at = ?1 WHERE at = ?2";

/// The rows and the books at one moment, each column counted from rows of its own table.
const AUDIT: &str = "
    SELECT tenant, channel, sum(processed), sum(parked), sum(refused), sum(turns),
           sum(booked_processed), sum(booked_parked), sum(booked_refused), sum(booked_turns)
    FROM (SELECT tenant, channel, sum(outcome = 'processed') AS processed, sum(outcome = 'parked') AS parked,
                 sum(outcome = 'refused') AS refused, 0 AS turns, 0 AS booked_processed, 0 AS booked_parked,
                 0 AS booked_refused, 0 AS booked_turns
          FROM receipts GROUP BY tenant, channel
          UNION ALL
          SELECT c.tenant, c.channel, 0, 0, 0, count(*), 0, 0, 0, 0
          FROM turns t JOIN conversations c ON c.number = t.conversation GROUP BY c.tenant, c.channel
          UNION ALL
          SELECT tenant, channel, 0, 0, 0, 0, processed, parked, refused, turns FROM ledger)
    GROUP BY tenant, channel ORDER BY tenant, channel";

/// Writes into the books, in the caller's transaction.
pub(super) async fn enter(connection: &mut SqliteConnection, entries: &[Entry<'_>]) -> Result<(), Error> {
    ENTER.execute(connection, entries, bind).await.map(drop)
}

pub(super) fn bind(values: Values, entry: &Entry<'_>) -> Values {
    values
        .text(entry.tenant)
        .text(entry.channel)
        .bind(entry.sums.processed)
        .bind(entry.sums.parked)
        .bind(entry.sums.refused)
        .bind(entry.sums.turns)
}

/// The ledger, by tenant and channel.
pub(super) async fn ledger(db: &Sqlite, scope: &Scope) -> Result<Vec<LedgerRow>, Error> {
    let rows = sqlx::query(LEDGER)
        .bind(scope.tenant().map(frontdesk_core::TenantId::as_str))
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    rows.iter().map(rows::ledger).collect()
}

async fn lines(db: &Sqlite) -> Result<Vec<Line>, Error> {
    let rows = sqlx::query(AUDIT).fetch_all(&db.readers).await.map_err(port)?;
    rows.iter().map(Line::read).collect()
}

#[async_trait]
impl Books for Sqlite {
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
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let query = match known {
            None => sqlx::query(FIRST_OPENING).bind(at.as_millis()),
            Some(known) => sqlx::query(NEXT_OPENING).bind(at.as_millis()).bind(known.as_millis()),
        };
        let is_first = query.execute(&mut *transaction).await.map_err(port)?.rows_affected() > 0;
        if is_first {
            enter(&mut transaction, &lacking).await?;
            transaction.commit().await.map_err(port)?;
        }
        Ok(is_first)
    }

    /// There is one writer, so nothing waits to be added up.
    async fn post(&self, _limit: u32) -> Result<u64, Error> {
        Ok(0)
    }

    async fn audit(&self) -> Result<Vec<Audited>, Error> {
        lines(self).await?.iter().map(Line::audited).collect()
    }
}
