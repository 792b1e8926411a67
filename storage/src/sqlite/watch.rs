//! What is kept to notice that something stays away.

use async_trait::async_trait;
use frontdesk_core::ports::reader::{Cursor, Page, Rows, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::watch::{Alarm, HourCount, REFUSALS_MAX, Recovery, Refusal, Trouble, Watch};
use frontdesk_core::{ConversationId, DedupeKey, TenantId, Timestamp};
use uuid::Uuid;

use super::{Sqlite, begin, pages};
use crate::codec::{from_column, page_rows, to_column};
use crate::error::port;
use crate::rows;

const INBOX_MARK: &str = "
    SELECT up_to FROM inbox_marks WHERE lane = ?1";

const MOVE_INBOX_MARK: &str = "
    INSERT INTO inbox_marks (lane, up_to) VALUES (?1, ?2)
    ON CONFLICT (lane) DO UPDATE SET up_to = excluded.up_to WHERE inbox_marks.up_to < excluded.up_to";

const IS_RECEIVED: &str = "
    SELECT EXISTS (SELECT 1 FROM receipts
                   WHERE conversation IN (0, (SELECT number FROM conversations WHERE id = ?2)) AND dedupe = ?1)";

const NOTE_RECOVERY: &str = "
    INSERT INTO recoveries (dedupe, tenant, channel, conversation_id, lane, sent_at, found_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (dedupe) DO NOTHING";

const FORGET_RECOVERY: &str = "
    DELETE FROM recoveries WHERE dedupe = ?1";

const RECOVERIES_SINCE: &str = "
    SELECT count(*) FROM recoveries WHERE lane = ?1 AND found_at >= ?2";

const COUNT_INBOUND: &str = "
    INSERT INTO inbound_hours (lane, hour, count) VALUES (?1, ?2, ?3)
    ON CONFLICT (lane, hour) DO UPDATE SET count = inbound_hours.count + excluded.count";

const INBOUND_HOURS: &str = "
    SELECT lane, hour, count FROM inbound_hours WHERE hour >= ?1 ORDER BY lane, hour";

const FORGET_INBOUND_HOURS: &str = "
    DELETE FROM inbound_hours WHERE hour < ?1";

const NOTE_REFUSAL: &str = "
    INSERT INTO refusals (tenant, lane, since, count, is_told_late, last_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (tenant, lane) DO UPDATE
    SET count = refusals.count + excluded.count, is_told_late = refusals.is_told_late OR excluded.is_told_late,
        last_at = max(refusals.last_at, excluded.last_at)";

const END_REFUSAL: &str = "
    DELETE FROM refusals WHERE tenant = ?1 AND lane = ?2";

const FORGET_REFUSALS: &str = "
    DELETE FROM refusals WHERE last_at < ?1";

const REFUSALS: &str = "
    SELECT tenant, lane, since, count, is_told_late, last_at FROM refusals WHERE last_at >= ?1
    ORDER BY tenant, lane LIMIT ?2";

const RAISE: &str = "
    INSERT INTO alarms (id, cause, subject, tenant, count, moment, opened_at, seen_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
    ON CONFLICT (cause, subject, tenant) WHERE closed_at IS NULL DO UPDATE
    SET count = excluded.count, moment = excluded.moment,
        seen_at = max(coalesce(alarms.seen_at, 0), excluded.seen_at)
    RETURNING id";

const CLOSE_UNSEEN: &str = "
    UPDATE alarms SET closed_at = ?2 WHERE closed_at IS NULL AND coalesce(seen_at, opened_at) < ?1
    RETURNING id, cause, subject, tenant, count, moment, opened_at, closed_at, acknowledged_by, acknowledged_at";

const ACKNOWLEDGE: &str = "
    UPDATE alarms SET acknowledged_by = coalesce(acknowledged_by, ?3), acknowledged_at = coalesce(acknowledged_at, ?4)
    WHERE id = ?1 AND (?2 IS NULL OR tenant = ?2)";

#[async_trait]
impl Watch for Sqlite {
    async fn inbox_mark(&self, lane: &str) -> Result<Option<Timestamp>, Error> {
        let mark: Option<i64> = sqlx::query_scalar(INBOX_MARK)
            .bind(lane)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        Ok(mark.map(Timestamp::from_millis))
    }

    async fn move_inbox_mark(&self, lane: &str, up_to: Timestamp) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(MOVE_INBOX_MARK)
            .bind(lane)
            .bind(up_to.as_millis())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn is_received(&self, conversation: ConversationId, dedupe: DedupeKey) -> Result<bool, Error> {
        sqlx::query_scalar(IS_RECEIVED)
            .bind(dedupe.0)
            .bind(conversation.0)
            .fetch_one(&self.readers)
            .await
            .map_err(port)
    }

    async fn note_recovery(&self, recovery: &Recovery) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(NOTE_RECOVERY)
            .bind(recovery.dedupe.0)
            .bind(recovery.tenant.as_str())
            .bind(recovery.channel.code())
            .bind(recovery.conversation.0)
            .bind(recovery.lane.as_str())
            .bind(recovery.sent_at.as_millis())
            .bind(recovery.found_at.as_millis())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn forget_recovery(&self, dedupe: DedupeKey) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(FORGET_RECOVERY)
            .bind(dedupe.0)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn recoveries_since(&self, lane: &str, since: Timestamp) -> Result<u64, Error> {
        let count: i64 = sqlx::query_scalar(RECOVERIES_SINCE)
            .bind(lane)
            .bind(since.as_millis())
            .fetch_one(&self.readers)
            .await
            .map_err(port)?;
        Ok(from_column(count))
    }

    async fn count_inbound(&self, counts: &[HourCount]) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        for count in counts {
            sqlx::query(COUNT_INBOUND)
                .bind(count.lane.as_str())
                .bind(count.hour)
                .bind(to_column(count.count))
                .execute(&mut *transaction)
                .await
                .map_err(port)?;
        }
        transaction.commit().await.map_err(port)
    }

    async fn inbound_hours(&self, from_hour: i64) -> Result<Vec<HourCount>, Error> {
        let rows = sqlx::query(INBOUND_HOURS)
            .bind(from_hour)
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        let count = |row| {
            Ok(HourCount {
                lane: rows::get(row, 0)?,
                hour: rows::get(row, 1)?,
                count: from_column(rows::get(row, 2)?),
            })
        };
        rows.iter().map(count).collect()
    }

    async fn forget_inbound_hours(&self, before_hour: i64) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(FORGET_INBOUND_HOURS)
            .bind(before_hour)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn note_refusals(&self, refusals: &[Refusal]) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        for refusal in refusals {
            sqlx::query(NOTE_REFUSAL)
                .bind(refusal.tenant.as_str())
                .bind(refusal.lane.as_str())
                .bind(refusal.since.as_millis())
                .bind(to_column(refusal.count))
                .bind(refusal.is_told_late)
                .bind(refusal.last_at.as_millis())
                .execute(&mut *transaction)
                .await
                .map_err(port)?;
        }
        transaction.commit().await.map_err(port)
    }

    async fn end_refusal(&self, tenant: &TenantId, lane: &str) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(END_REFUSAL)
            .bind(tenant.as_str())
            .bind(lane)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn refusals(&self, since: Timestamp) -> Result<Vec<Refusal>, Error> {
        let rows = sqlx::query(REFUSALS)
            .bind(since.as_millis())
            .bind(i64::from(REFUSALS_MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::refusal).collect()
    }

    async fn forget_refusals(&self, before: Timestamp) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(FORGET_REFUSALS)
            .bind(before.as_millis())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn raise(&self, id: Uuid, trouble: &Trouble, now: Timestamp) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let written: Option<Uuid> = sqlx::query_scalar(RAISE)
            .bind(id)
            .bind(trouble.cause.code())
            .bind(trouble.subject.as_str())
            .bind(trouble.tenant.as_str())
            .bind(to_column(trouble.count))
            .bind(trouble.moment.as_millis())
            .bind(now.as_millis())
            .fetch_optional(&mut *connection)
            .await
            .map_err(port)?;
        Ok(written == Some(id))
    }

    async fn close_unseen(&self, since: Timestamp, now: Timestamp) -> Result<Vec<Alarm>, Error> {
        let mut connection = self.writer.lock().await?;
        let rows = sqlx::query(CLOSE_UNSEEN)
            .bind(since.as_millis())
            .bind(now.as_millis())
            .fetch_all(&mut *connection)
            .await
            .map_err(port)?;
        rows.iter().map(rows::alarm).collect()
    }

    async fn alarms(&self, scope: &Scope, with_closed: bool, page: Page) -> Result<Rows<Alarm>, Error> {
        let rows = pages::ALARMS.fetch(self, scope, page, with_closed).await?;
        let items = rows.iter().map(rows::alarm).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &Alarm| Cursor {
            at: row.opened_at,
            id: row.id,
        }))
    }

    async fn acknowledge(&self, scope: &Scope, id: Uuid, by: &str, now: Timestamp) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let done = sqlx::query(ACKNOWLEDGE)
            .bind(id)
            .bind(scope.tenant().map(TenantId::as_str))
            .bind(by)
            .bind(now.as_millis())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(done.rows_affected() > 0)
    }
}
