//! What leaves: added by turns, claimed by an owner, settled after each attempt. A message that is
//! asked after is never sent again, so nobody in line waits for it.

use frontdesk_core::ports::outbox::{Claim, Entry, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{DeliveryStatus, Epoch};
use sqlx::postgres::PgConnection;

use super::Postgres;
use super::timers::shards;
use crate::batch::{Batch, StatusRow, rounds};
use crate::codec::to_json;
use crate::error::port;
use crate::rows;
use crate::settlement::SettlementRow;

const CHANGE_STATUS: &str = "
    UPDATE messages
    SET status = change.status, rank = change.rank, reason = change.reason
    FROM json_to_recordset($1::json) AS change
        (conversation_id uuid, from_seq bigint, up_to_seq bigint, status text, rank smallint, after integer,
         reason text)
    WHERE messages.conversation_id = change.conversation_id
      AND messages.seq BETWEEN change.from_seq AND change.up_to_seq
      AND messages.author IN ('bot', 'operator')
      AND (change.after >> messages.rank) & 1 = 1";

const CLAIM: &str = "
    WITH due AS MATERIALIZED (
        SELECT o.id FROM outbox o
        WHERE o.state = 'pending' AND o.not_before <= $1
          AND NOT EXISTS (
              SELECT 1 FROM outbox earlier
              WHERE earlier.conversation_id = o.conversation_id AND earlier.lane = o.lane
                AND earlier.ordinal < o.ordinal AND earlier.state IN ('pending', 'sending')
                AND (earlier.unsure_since IS NULL OR earlier.seq IS NULL))
        ORDER BY o.not_before, o.ordinal, o.id LIMIT $2
        FOR UPDATE OF o SKIP LOCKED)
    UPDATE outbox o SET state = 'sending', epoch = $3, claimed_at = $1
    FROM due WHERE o.id = due.id
    RETURNING o.id, o.conversation_id, o.tenant, o.channel, o.address, o.lane, o.ordinal, o.cargo, o.not_before,
              o.attempts, o.epoch, o.unsure_since";

const CLAIM_IN_SHARDS: &str = "
    WITH due AS MATERIALIZED (
        SELECT o.id, owned.epoch FROM outbox o JOIN unnest($3::smallint[], $4::bigint[]) AS owned (shard, epoch)
            ON owned.shard = o.shard
        WHERE o.state = 'pending' AND o.not_before <= $1
          AND NOT EXISTS (
              SELECT 1 FROM outbox earlier
              WHERE earlier.conversation_id = o.conversation_id AND earlier.lane = o.lane
                AND earlier.ordinal < o.ordinal AND earlier.state IN ('pending', 'sending')
                AND (earlier.unsure_since IS NULL OR earlier.seq IS NULL))
        ORDER BY o.not_before, o.ordinal, o.id LIMIT $2
        FOR UPDATE OF o SKIP LOCKED)
    UPDATE outbox o SET state = 'sending', epoch = due.epoch, claimed_at = $1
    FROM due WHERE o.id = due.id
    RETURNING o.id, o.conversation_id, o.tenant, o.channel, o.address, o.lane, o.ordinal, o.cargo, o.not_before,
              o.attempts, o.epoch, o.unsure_since";

const CLAIMED: &str = "
    SELECT o.id, o.conversation_id, o.tenant, o.channel, o.address, o.lane, o.ordinal, o.cargo, o.not_before,
           o.attempts, o.epoch, o.unsure_since
    FROM outbox o JOIN unnest($1::smallint[], $2::bigint[]) AS owned (shard, epoch) ON owned.shard = o.shard
    WHERE o.state = 'sending' AND o.epoch = owned.epoch";

const SETTLE_MESSAGES: &str = "
    UPDATE messages
    SET external_id = coalesce(messages.external_id, ended.external_id),
        reason = CASE WHEN messages.rank < ended.rank THEN ended.reason ELSE messages.reason END,
        status = CASE WHEN messages.rank < ended.rank THEN ended.status ELSE messages.status END,
        rank = greatest(messages.rank, ended.rank)
    FROM (SELECT o.conversation_id, o.seq, end_of.status, end_of.rank, end_of.reason, end_of.external_id
          FROM json_to_recordset($1::json) AS end_of
              (id uuid, epoch bigint, status text, rank smallint, reason text, external_id text)
          JOIN outbox o ON o.id = end_of.id
          WHERE o.state = 'sending' AND o.epoch = end_of.epoch AND end_of.status IS NOT NULL) AS ended
    WHERE messages.conversation_id = ended.conversation_id AND messages.seq = ended.seq";

const SETTLE: &str = "
    UPDATE outbox
    SET state = ended.state, not_before = coalesce(ended.not_before, outbox.not_before),
        attempts = outbox.attempts + ended.tried, reason = ended.reason, external_id = ended.external_id,
        settled_at = ended.at, unsure_since = coalesce(ended.unsure_since, outbox.unsure_since)
    FROM json_to_recordset($1::json) AS ended
        (id uuid, epoch bigint, state text, not_before bigint, tried bigint, reason text, external_id text, at bigint,
         unsure_since bigint)
    WHERE outbox.id = ended.id AND outbox.state = 'sending' AND outbox.epoch = ended.epoch";

/// Puts off what stands behind entries that were put off. Whoever claims looks at everything that is
/// due, so a receiver that is away would have each look go through all that waits behind its firsts.
const FOLLOW: &str = "
    UPDATE outbox
    SET not_before = first.not_before
    FROM (SELECT o.conversation_id, o.lane, o.ordinal, o.not_before
          FROM json_to_recordset($1::json) AS ended (id uuid, not_before bigint) JOIN outbox o ON o.id = ended.id
          WHERE o.state = 'pending' AND ended.not_before IS NOT NULL
            AND (o.unsure_since IS NULL OR o.seq IS NULL)) AS first
    WHERE outbox.conversation_id = first.conversation_id AND outbox.lane = first.lane
      AND outbox.ordinal > first.ordinal AND outbox.state IN ('pending', 'sending')
      AND outbox.state = 'pending' AND outbox.not_before < first.not_before";

const ABANDON_MESSAGES: &str = "
    UPDATE messages
    SET status = $3, rank = $4, reason = $5
    FROM outbox o JOIN unnest($1::smallint[], $2::bigint[]) AS owned (shard, epoch) ON owned.shard = o.shard
    WHERE o.state = 'sending' AND o.epoch < owned.epoch
      AND messages.conversation_id = o.conversation_id AND messages.seq = o.seq AND messages.rank < $4";

const ABANDON: &str = "
    UPDATE outbox
    SET state = 'pending', attempts = attempts + 1, reason = $3,
        unsure_since = coalesce(unsure_since, claimed_at, not_before)
    FROM unnest($1::smallint[], $2::bigint[]) AS owned (shard, epoch)
    WHERE owned.shard = outbox.shard AND outbox.state = 'sending' AND outbox.epoch < owned.epoch";

/// Why an entry's end is unknown when its owner ended.
const OWNER_ENDED: &str = "the process ended while sending";

/// Moves the status of earlier messages on; entries are added by the group commit itself.
pub(super) async fn change_statuses(connection: &mut PgConnection, batch: &Batch<'_>) -> Result<(), sqlx::Error> {
    for round in rounds(&batch.status_changes, StatusRow::conversation) {
        sqlx::query(CHANGE_STATUS)
            .bind(to_json(&round))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(super) async fn claim(db: &Postgres, claim: &Claim) -> Result<Vec<Entry>, Error> {
    let (shards, epochs) = shards(&claim.owned);
    let query = match claim.owned.sole_epoch() {
        Some(Epoch(epoch)) => sqlx::query(CLAIM)
            .bind(claim.now.as_millis())
            .bind(i64::from(claim.limit))
            .bind(epoch),
        None => sqlx::query(CLAIM_IN_SHARDS)
            .bind(claim.now.as_millis())
            .bind(i64::from(claim.limit))
            .bind(shards)
            .bind(epochs),
    };
    let rows = query.fetch_all(&db.writers).await.map_err(port)?;
    let mut entries: Vec<Entry> = rows.iter().map(rows::entry).collect::<Result<_, _>>()?;
    entries.sort_by_key(|entry| (entry.not_before, entry.ordinal, entry.id));
    Ok(entries)
}

pub(super) async fn claimed(db: &Postgres, owned: &Ownership) -> Result<Vec<Entry>, Error> {
    let (shards, epochs) = shards(owned);
    let query = sqlx::query(CLAIMED).bind(shards).bind(epochs);
    let rows = query.fetch_all(&db.readers).await.map_err(port)?;
    rows.iter().map(rows::entry).collect()
}

pub(super) async fn settle(db: &Postgres, settlements: &[Settlement]) -> Result<(), Error> {
    if settlements.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = settlements.iter().map(SettlementRow::from).collect();
    let follow = rows.iter().any(SettlementRow::is_put_off).then_some(FOLLOW);
    let rows = to_json(&rows);
    let mut transaction = db.writers.begin().await.map_err(port)?;
    for sql in [SETTLE_MESSAGES, SETTLE].into_iter().chain(follow) {
        sqlx::query(sql)
            .bind(rows.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
    }
    transaction.commit().await.map_err(port)
}

pub(super) async fn abandon_claims(db: &Postgres, owned: &Ownership) -> Result<u64, Error> {
    let (shards, epochs) = shards(owned);
    let mut transaction = db.writers.begin().await.map_err(port)?;
    sqlx::query(ABANDON_MESSAGES)
        .bind(&shards)
        .bind(&epochs)
        .bind(DeliveryStatus::Unknown.code())
        .bind(i16::from(DeliveryStatus::Unknown.rank()))
        .bind(OWNER_ENDED)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    let done = sqlx::query(ABANDON)
        .bind(shards)
        .bind(epochs)
        .bind(OWNER_ENDED)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    transaction.commit().await.map_err(port)?;
    Ok(done.rows_affected())
}
