//! What leaves: added by turns, claimed by an owner, settled after each attempt. A message that is
//! asked after is never sent again, so nobody in line waits for it.

use frontdesk_core::ports::outbox::{Claim, Entry, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{DeliveryStatus, Epoch};
use sqlx::sqlite::SqliteConnection;

use super::statement::execute_json;
use super::timers::shards;
use super::{Sqlite, begin};
use crate::batch::{Batch, StatusRow, rounds};
use crate::codec::to_json;
use crate::error::port;
use crate::rows;
use crate::settlement::SettlementRow;

/// Whoever stands behind others is due no sooner than they are: see [`FOLLOW`].
pub(super) const ADD: &str = "
    INSERT INTO outbox
        (id, conversation_id, tenant, channel, address, shard, lane, ordinal, cargo, seq,
         state, not_before, attempts, epoch)
    SELECT unhex(value ->> 'id', '-'), unhex(value ->> 'conversation_id', '-'), value ->> 'tenant',
           value ->> 'channel', value ->> 'address', value ->> 'shard', value ->> 'lane', value ->> 'ordinal',
           value ->> 'cargo', value ->> 'seq', 'pending',
           max(value ->> 'not_before', coalesce(
               (SELECT max(earlier.not_before) FROM outbox earlier
                WHERE earlier.conversation_id = unhex(value ->> 'conversation_id', '-')
                  AND earlier.lane = value ->> 'lane' AND earlier.state IN ('pending', 'sending')
                  AND (earlier.unsure_since IS NULL OR earlier.seq IS NULL)), 0)),
           value ->> 'attempts', 0
    FROM jsonb_each(?)";

pub(super) const CHANGE_STATUS: &str = "
    UPDATE messages
    SET status = change.status, rank = change.rank, reason = change.reason
    FROM (SELECT c.number, value ->> 'from_seq' AS from_seq, value ->> 'up_to_seq' AS up_to_seq,
                 value ->> 'status' AS status, value ->> 'rank' AS rank, value ->> 'after' AS after,
                 value ->> 'reason' AS reason
          FROM jsonb_each(?) JOIN conversations c ON c.id = unhex(value ->> 'conversation_id', '-')) AS change
    WHERE messages.conversation = change.number
      AND messages.seq BETWEEN change.from_seq AND change.up_to_seq
      AND messages.author IN ('bot', 'operator')
      AND (change.after >> messages.rank) & 1 = 1";

const CLAIM: &str = "
    UPDATE outbox SET state = 'sending', epoch = ?3, claimed_at = ?1
    WHERE rowid IN (
        SELECT o.rowid FROM outbox o
        WHERE o.state = 'pending' AND o.not_before <= ?1
          AND NOT EXISTS (
              SELECT 1 FROM outbox earlier
              WHERE earlier.conversation_id = o.conversation_id AND earlier.lane = o.lane
                AND earlier.ordinal < o.ordinal AND earlier.state IN ('pending', 'sending')
                AND (earlier.unsure_since IS NULL OR earlier.seq IS NULL))
        ORDER BY o.not_before, o.ordinal, o.id LIMIT ?2)
    RETURNING id, conversation_id, tenant, channel, address, lane, ordinal, cargo, not_before, attempts, epoch,
              unsure_since";

const CLAIM_IN_SHARDS: &str = "
    UPDATE outbox SET state = 'sending', epoch = owned.epoch, claimed_at = ?1
    FROM (SELECT value ->> 0 AS shard, value ->> 1 AS epoch FROM jsonb_each(?3)) AS owned
    WHERE owned.shard = outbox.shard AND outbox.rowid IN (
        SELECT o.rowid FROM outbox o
        WHERE o.state = 'pending' AND o.not_before <= ?1
          AND o.shard IN (SELECT value ->> 0 FROM jsonb_each(?3))
          AND NOT EXISTS (
              SELECT 1 FROM outbox earlier
              WHERE earlier.conversation_id = o.conversation_id AND earlier.lane = o.lane
                AND earlier.ordinal < o.ordinal AND earlier.state IN ('pending', 'sending')
                AND (earlier.unsure_since IS NULL OR earlier.seq IS NULL))
        ORDER BY o.not_before, o.ordinal, o.id LIMIT ?2)
    RETURNING id, conversation_id, tenant, channel, address, lane, ordinal, cargo, not_before, attempts,
              outbox.epoch, unsure_since";

const CLAIMED: &str = "
    SELECT o.id, o.conversation_id, o.tenant, o.channel, o.address, o.lane, o.ordinal, o.cargo, o.not_before,
           o.attempts, o.epoch, o.unsure_since
    FROM outbox o JOIN jsonb_each(?1) AS owned ON owned.value ->> 0 = o.shard
    WHERE o.state = 'sending' AND o.epoch = owned.value ->> 1";

const SETTLE_MESSAGES: &str = "
    UPDATE messages
    SET external_id = coalesce(messages.external_id, ended.external_id),
        reason = iif(messages.rank < ended.rank, ended.reason, messages.reason),
        status = iif(messages.rank < ended.rank, ended.status, messages.status),
        rank = max(messages.rank, ended.rank)
    FROM (SELECT c.number, o.seq, value ->> 'status' AS status, value ->> 'rank' AS rank,
                 value ->> 'reason' AS reason, value ->> 'external_id' AS external_id
          FROM jsonb_each(?1)
          JOIN outbox o ON o.id = unhex(value ->> 'id', '-')
          JOIN conversations c ON c.id = o.conversation_id
          WHERE o.state = 'sending' AND o.epoch = value ->> 'epoch' AND value ->> 'status' IS NOT NULL) AS ended
    WHERE messages.conversation = ended.number AND messages.seq = ended.seq";

const SETTLE: &str = "
    UPDATE outbox
    SET state = ended.state, not_before = coalesce(ended.not_before, outbox.not_before),
        attempts = outbox.attempts + ended.tried, reason = ended.reason, external_id = ended.external_id,
        settled_at = ended.at, unsure_since = coalesce(ended.unsure_since, outbox.unsure_since)
    FROM (SELECT unhex(value ->> 'id', '-') AS id, value ->> 'epoch' AS epoch, value ->> 'state' AS state,
                 value ->> 'not_before' AS not_before, value ->> 'tried' AS tried, value ->> 'reason' AS reason,
                 value ->> 'external_id' AS external_id, value ->> 'at' AS at,
                 value ->> 'unsure_since' AS unsure_since
          FROM jsonb_each(?1)) AS ended
    WHERE outbox.id = ended.id AND outbox.state = 'sending' AND outbox.epoch = ended.epoch";

/// Puts off what stands behind entries that were put off. Whoever claims looks at everything that is
/// due, so a receiver that is away would have each look go through all that waits behind its firsts.
const FOLLOW: &str = "
    UPDATE outbox
    SET not_before = first.not_before
    FROM (SELECT o.conversation_id, o.lane, o.ordinal, o.not_before
          FROM jsonb_each(?1) JOIN outbox o ON o.id = unhex(value ->> 'id', '-')
          WHERE o.state = 'pending' AND value ->> 'not_before' IS NOT NULL
            AND (o.unsure_since IS NULL OR o.seq IS NULL)) AS first
    WHERE outbox.conversation_id = first.conversation_id AND outbox.lane = first.lane
      AND outbox.ordinal > first.ordinal AND outbox.state IN ('pending', 'sending')
      AND outbox.state = 'pending' AND outbox.not_before < first.not_before";

const ABANDON_MESSAGES: &str = "
    UPDATE messages
    SET status = ?2, rank = ?3, reason = ?4
    FROM (SELECT c.number, o.seq
          FROM jsonb_each(?1) AS owned
          JOIN outbox o ON o.shard = owned.value ->> 0
          JOIN conversations c ON c.id = o.conversation_id
          WHERE o.state = 'sending' AND o.epoch < owned.value ->> 1 AND o.seq IS NOT NULL) AS lost
    WHERE messages.conversation = lost.number AND messages.seq = lost.seq AND messages.rank < ?3";

const ABANDON: &str = "
    UPDATE outbox
    SET state = 'pending', attempts = attempts + 1, reason = ?2,
        unsure_since = coalesce(unsure_since, claimed_at, not_before)
    FROM jsonb_each(?1) AS owned
    WHERE owned.value ->> 0 = outbox.shard AND outbox.state = 'sending' AND outbox.epoch < owned.value ->> 1";

/// Why an entry's end is unknown when its owner ended.
const OWNER_ENDED: &str = "the process ended while sending";

/// Changes of messages such that no conversation is among them twice; whatever stands before them is
/// written.
pub(super) async fn all_but_last_round<'r>(
    connection: &mut SqliteConnection,
    batch: &'r Batch<'r>,
) -> Result<Vec<&'r StatusRow<'r>>, Error> {
    let mut rounds = rounds(&batch.status_changes, StatusRow::conversation);
    let last = rounds.pop().unwrap_or_default();
    for round in rounds {
        execute_json(connection, CHANGE_STATUS, &round).await?;
    }
    Ok(last)
}

pub(super) async fn claim(db: &Sqlite, claim: &Claim) -> Result<Vec<Entry>, Error> {
    let mut connection = db.writer.lock().await?;
    let query = match claim.owned.sole_epoch() {
        Some(Epoch(epoch)) => sqlx::query(CLAIM)
            .bind(claim.now.as_millis())
            .bind(claim.limit)
            .bind(epoch),
        None => sqlx::query(CLAIM_IN_SHARDS)
            .bind(claim.now.as_millis())
            .bind(claim.limit)
            .bind(shards(&claim.owned)),
    };
    let rows = query.fetch_all(&mut *connection).await.map_err(port)?;
    let mut entries: Vec<Entry> = rows.iter().map(rows::entry).collect::<Result<_, _>>()?;
    entries.sort_by_key(|entry| (entry.not_before, entry.ordinal, entry.id));
    Ok(entries)
}

pub(super) async fn claimed(db: &Sqlite, owned: &Ownership) -> Result<Vec<Entry>, Error> {
    let query = sqlx::query(CLAIMED).bind(shards(owned));
    let rows = query.fetch_all(&db.readers).await.map_err(port)?;
    rows.iter().map(rows::entry).collect()
}

pub(super) async fn settle(db: &Sqlite, settlements: &[Settlement]) -> Result<(), Error> {
    if settlements.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = settlements.iter().map(SettlementRow::from).collect();
    let follow = rows.iter().any(SettlementRow::is_put_off).then_some(FOLLOW);
    let rows = to_json(&rows);
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
    for sql in [SETTLE_MESSAGES, SETTLE].into_iter().chain(follow) {
        sqlx::query(sql)
            .bind(rows.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
    }
    transaction.commit().await.map_err(port)
}

pub(super) async fn abandon_claims(db: &Sqlite, owned: &Ownership) -> Result<u64, Error> {
    let owned = shards(owned);
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
    sqlx::query(ABANDON_MESSAGES)
        .bind(owned.as_str())
        .bind(DeliveryStatus::Unknown.code())
        .bind(DeliveryStatus::Unknown.rank())
        .bind(OWNER_ENDED)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    let done = sqlx::query(ABANDON)
        .bind(owned)
        .bind(OWNER_ENDED)
        .execute(&mut *transaction)
        .await
        .map_err(port)?;
    transaction.commit().await.map_err(port)?;
    Ok(done.rows_affected())
}
