//! The report of sources, and the sums of days that are over that it adds up.

use async_trait::async_trait;
use frontdesk_core::ports::reader::{Scope, SourceRow};
use frontdesk_core::ports::recount::Recount;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{TenantId, Timestamp};
use sqlx::sqlite::SqliteConnection;

use super::{Sqlite, begin};
use crate::error::port;
use crate::rows;
use crate::spans::{Parts, Round, SPAN_MS, Step};

/// Up to which span days are counted. Read before the sums: it only grows.
const COUNTED: &str = "
    SELECT until FROM source_round";

/// Spans that are counted, and leads before and after them. A subscription in force is found by its address,
/// so each lead is looked at once.
const SOURCES: &str = "
    SELECT tenant, source, sum(leads), sum(with_name), sum(with_phone), sum(with_email),
           sum(with_consent)
    FROM (SELECT tenant, source, leads, with_name, with_phone, with_email, with_consent
          FROM source_sums WHERE (?1 IS NULL OR tenant = ?1) AND span >= ?2 AND span < ?3
          UNION ALL
          SELECT l.tenant, l.source, count(*), count(l.name), count(l.phone), count(l.email), count(n.id)
          FROM leads l
          LEFT JOIN newsletter n ON n.tenant = l.tenant AND n.email = l.email AND n.unsubscribed_at IS NULL
          WHERE (?1 IS NULL OR l.tenant = ?1) AND l.created_at >= ?4 AND l.created_at < ?5
          GROUP BY l.tenant, l.source
          UNION ALL
          SELECT l.tenant, l.source, count(*), count(l.name), count(l.phone), count(l.email), count(n.id)
          FROM leads l
          LEFT JOIN newsletter n ON n.tenant = l.tenant AND n.email = l.email AND n.unsubscribed_at IS NULL
          WHERE (?1 IS NULL OR l.tenant = ?1) AND l.created_at >= ?6 AND l.created_at < ?7
          GROUP BY l.tenant, l.source)
    GROUP BY tenant, source ORDER BY tenant, source";

const ROUND: &str = "
    SELECT until, next, due_at FROM source_round";

/// The next moment at which a lead was first heard of.
const NEXT_LEAD: &str = "
    SELECT min(created_at) FROM leads WHERE created_at >= ?1";

/// Also of spans whose leads were all erased.
const CLEAR: &str = "
    DELETE FROM source_sums WHERE span >= ?1 AND span < ?2";

const COUNT: &str = "
    INSERT INTO source_sums (tenant, span, source, leads, with_name, with_phone, with_email, with_consent)
    SELECT l.tenant, ?1, l.source, count(*), count(l.name), count(l.phone), count(l.email), count(n.id)
    FROM leads l
    LEFT JOIN newsletter n ON n.tenant = l.tenant AND n.email = l.email AND n.unsubscribed_at IS NULL
    WHERE l.created_at >= ?2 AND l.created_at < ?3
    GROUP BY l.tenant, l.source";

const GO_ON: &str = "
    UPDATE source_round SET until = ?1, next = ?2, due_at = ?3";

/// What each source brought in, by tenant and source.
pub(super) async fn sources(
    db: &Sqlite,
    scope: &Scope,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<SourceRow>, Error> {
    let counted: i64 = sqlx::query_scalar(COUNTED).fetch_one(&db.readers).await.map_err(port)?;
    let parts = Parts::of(from, until, counted);
    let rows = sqlx::query(SOURCES)
        .bind(scope.tenant().map(TenantId::as_str))
        .bind(parts.spans.0)
        .bind(parts.spans.1)
        .bind(parts.head.0)
        .bind(parts.head.1)
        .bind(parts.tail.0)
        .bind(parts.tail.1)
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    rows.iter().map(rows::source).collect()
}

/// Takes a step of a round.
async fn take(connection: &mut SqliteConnection, step: Step) -> Result<(), Error> {
    let (from, end) = step.cleared;
    let cleared = sqlx::query(CLEAR).bind(from).bind(end);
    cleared.execute(&mut *connection).await.map_err(port)?;
    if let Some(span) = step.counted {
        let counted = sqlx::query(COUNT)
            .bind(span)
            .bind(span * SPAN_MS)
            .bind((span + 1) * SPAN_MS);
        counted.execute(&mut *connection).await.map_err(port)?;
    }
    let go_on = sqlx::query(GO_ON)
        .bind(step.round.until)
        .bind(step.round.next)
        .bind(step.round.due_at);
    go_on.execute(connection).await.map(drop).map_err(port)
}

#[async_trait]
impl Recount for Sqlite {
    async fn recount_sources(&self, now: Timestamp, next_round: Timestamp) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let row = sqlx::query(ROUND).fetch_one(&mut *transaction).await.map_err(port)?;
        let round = Round {
            until: rows::get(&row, 0)?,
            next: rows::get(&row, 1)?,
            due_at: rows::get(&row, 2)?,
        };
        if round.due_at > now.as_millis() {
            return Ok(false);
        }
        let lead: Option<i64> = sqlx::query_scalar(NEXT_LEAD)
            .bind(round.next * SPAN_MS)
            .fetch_one(&mut *transaction)
            .await
            .map_err(port)?;
        let step = round.step(lead, now, next_round);
        take(&mut transaction, step).await?;
        transaction.commit().await.map_err(port)?;
        Ok(step.counted.is_some())
    }
}
