//! Events that failed for good.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{DeadLetterId, InboundEvent, Outcome, Payload, Receipt, TenantId, Timestamp};

use super::commit::receive;
use super::{Sqlite, begin, ledger};
use crate::books::{Entry, Sums};
use crate::codec::{from_json, to_column, to_json};
use crate::error::{port, unreadable};
use crate::rows;

/// A letter waits only while its event's own receipt says so: never for an event that has had its
/// turn, nor twice for one that came again.
const PARK: &str = "
    INSERT INTO dead_letters (id, tenant, channel, conversation_id, kind, event, error, attempts, parked_at)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
    WHERE EXISTS (
        SELECT 1 FROM receipts
        WHERE conversation IN (0, (SELECT number FROM conversations WHERE id = ?4))
          AND dedupe = ?10 AND event_id = ?11 AND outcome = 'parked')
    ON CONFLICT (id) DO UPDATE
    SET error = excluded.error, attempts = excluded.attempts, parked_at = excluded.parked_at";

const PARKED: &str = "
    SELECT event, error, attempts, parked_at FROM dead_letters
    WHERE id = ?1 AND resolved_at IS NULL AND (?2 IS NULL OR tenant = ?2)";

const RESOLVE: &str = "
    UPDATE dead_letters SET resolved_at = ?2 WHERE id = ?1 AND resolved_at IS NULL";

const REFUSE_PARKED: &str = "
    UPDATE receipts SET outcome = 'refused', reason = ?2
    WHERE conversation IN (0, (SELECT number FROM conversations WHERE id = ?3))
      AND dedupe = ?4 AND event_id = ?1 AND outcome = 'parked'";

/// A parked timer must not come due again after a restart.
const FORGET_TIMER: &str = "
    DELETE FROM timers
    WHERE conversation = (SELECT number FROM conversations WHERE id = ?1) AND name = ?2 AND due_at = ?3";

pub(super) async fn park(db: &Sqlite, letter: &DeadLetter) -> Result<(), Error> {
    let event = &letter.event;
    let receipt = Receipt {
        dedupe: event.dedupe,
        event: event.id,
        tenant: event.tenant.clone(),
        channel: event.channel,
        conversation: event.conversation,
        kind: event.payload.kind().to_owned(),
        received_at: event.received_at,
        outcome: Outcome::Parked,
    };
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
    receive(&mut transaction, &[receipt]).await?;
    sqlx::query(PARK)
        .bind(event.id.dead_letter().0)
        .bind(event.tenant.as_str())
        .bind(event.channel.code())
        .bind(event.conversation.0)
        .bind(event.payload.kind())
        .bind(to_json(event))
        .bind(letter.error.as_str())
        .bind(letter.attempts)
        .bind(letter.parked_at.as_millis())
        .bind(event.dedupe.0)
        .bind(event.id.0)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    if let Payload::Timer { name, due } = &event.payload {
        sqlx::query(FORGET_TIMER)
            .bind(event.conversation.0)
            .bind(name.0.as_str())
            .bind(due.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
    }
    transaction.commit().await.map_err(port)
}

pub(super) async fn parked(
    db: &Sqlite,
    id: DeadLetterId,
    tenant: Option<&TenantId>,
) -> Result<Option<DeadLetter>, Error> {
    let row = sqlx::query(PARKED)
        .bind(id.0)
        .bind(tenant.map(TenantId::as_str))
        .fetch_optional(&db.readers)
        .await
        .map_err(port)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(DeadLetter {
        event: from_json::<InboundEvent>("event", rows::get(&row, 0)?)?,
        error: rows::get(&row, 1)?,
        attempts: u32::try_from(rows::get::<i64>(&row, 2)?).map_err(|_| unreadable("attempts"))?,
        parked_at: rows::time(&row, 3)?,
    }))
}

pub(super) async fn resolve(db: &Sqlite, event: &InboundEvent, reason: &str, at: Timestamp) -> Result<(), Error> {
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
    let resolved = sqlx::query(RESOLVE)
        .bind(event.id.dead_letter().0)
        .bind(at.as_millis())
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    if resolved.rows_affected() == 0 {
        return Ok(());
    }
    let refused = sqlx::query(REFUSE_PARKED)
        .bind(event.id.0)
        .bind(reason)
        .bind(event.conversation.0)
        .bind(event.dedupe.0)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    let count = to_column(refused.rows_affected());
    let sums = Sums {
        parked: -count,
        refused: count,
        ..Sums::default()
    };
    let entry = Entry {
        tenant: event.tenant.as_str(),
        channel: event.channel.code(),
        sums,
    };
    ledger::enter(&mut transaction, &[entry]).await?;
    transaction.commit().await.map_err(port)
}
