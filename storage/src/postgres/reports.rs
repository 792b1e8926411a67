//! Messages of ours by the ids that providers have for them, and what becomes of them afterwards.

use async_trait::async_trait;
use frontdesk_core::ports::reports::{Called, Departure, PartStatus, Parts, Reports};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ConversationId, DeliveryStatus, Timestamp};
use uuid::Uuid;

use super::Postgres;
use crate::codec::{from_column, from_json, to_column, to_json};
use crate::departure::{EntryRow, departure, of_the_same_turn, parts};
use crate::error::port;

const MESSAGE_CALLED: &str = "
    SELECT seq, external_id FROM messages
    WHERE conversation_id = $1
      AND (external_id = $2 OR other_id = $2 OR position(' ' || $2 || ' ' IN ' ' || external_id || ' ') > 0) AND author <> 'user'
    ORDER BY seq DESC LIMIT 1";

const NOTE_OTHER_ID: &str = "
    UPDATE messages SET other_id = $3
    WHERE conversation_id = $1 AND seq = $2 AND author <> 'user'
      AND other_id IS NULL";

const PARTS: &str = "
    SELECT parts FROM messages
    WHERE conversation_id = $1 AND seq = $2 AND author <> 'user' FOR UPDATE";

const SET_PARTS: &str = "
    UPDATE messages SET parts = $3
    WHERE conversation_id = $1 AND seq = $2";

const MESSAGE_ID: &str = "
    SELECT id FROM messages
    WHERE conversation_id = $1 AND seq = $2 AND author <> 'user'";

const ENTRY: &str = "
    SELECT state, attempts, external_id, unsure_since FROM outbox
    WHERE id BETWEEN $1 AND $2 AND conversation_id = $3 AND seq = $4";

/// Whatever its provider has told of the message since it left stands in the way of another try.
const TAKE_BACK: &str = "
    UPDATE messages SET status = $4, rank = $5, reason = $6, external_id = NULL, other_id = NULL
    WHERE conversation_id = $1 AND seq = $2 AND author <> 'user'
      AND external_id = $3 AND rank <= $7";

const LEAVE_AGAIN: &str = "
    UPDATE outbox
    SET state = 'pending', not_before = $6, reason = $7, external_id = NULL, settled_at = NULL,
        unsure_since = NULL
    WHERE id BETWEEN $1 AND $2 AND conversation_id = $3 AND seq = $4
      AND state = 'sent' AND external_id = $5";

const SAID_SINCE: &str = "
    SELECT at, external_id FROM messages
    WHERE conversation_id = $1
      AND author <> 'user' AND at >= $2 AND status NOT IN ('pending', 'retrying')
    ORDER BY seq DESC LIMIT $3";

#[async_trait]
impl Reports for Postgres {
    async fn message_called(&self, conversation: ConversationId, id: &str) -> Result<Option<Called>, Error> {
        let called: Option<(i64, Option<String>)> = sqlx::query_as(MESSAGE_CALLED)
            .bind(conversation.0)
            .bind(id)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        Ok(called.map(|(seq, external_id)| Called {
            seq: from_column(seq),
            parts: parts(external_id.as_deref()),
        }))
    }

    async fn note_other_id(&self, conversation: ConversationId, seq: u64, id: &str) -> Result<(), Error> {
        let mut connection = self.writers.acquire().await.map_err(port)?;
        sqlx::query(NOTE_OTHER_ID)
            .bind(conversation.0)
            .bind(to_column(seq))
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn tell_part(
        &self,
        conversation: ConversationId,
        seq: u64,
        part: &PartStatus<'_>,
    ) -> Result<Option<(DeliveryStatus, Option<String>)>, Error> {
        let mut transaction = self.writers.begin().await.map_err(port)?;
        let known: Option<Option<String>> = sqlx::query_scalar(PARTS)
            .bind(conversation.0)
            .bind(to_column(seq))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(port)?;
        let Some(known) = known else {
            return Ok(None);
        };
        let mut parts: Parts = known.map_or_else(|| Ok(Parts::default()), |text| from_json("parts", &text))?;
        parts.tell(part);
        sqlx::query(SET_PARTS)
            .bind(conversation.0)
            .bind(to_column(seq))
            .bind(to_json(&parts))
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        transaction.commit().await.map_err(port)?;
        Ok(Some(parts.whole()))
    }

    async fn departure(&self, conversation: ConversationId, seq: u64, id: &str) -> Result<Departure, Error> {
        let Some((first, last)) = self.turn_of(conversation, seq).await? else {
            return Ok(Departure::Gone);
        };
        let entry: Option<EntryRow> = sqlx::query_as(ENTRY)
            .bind(first)
            .bind(last)
            .bind(conversation.0)
            .bind(to_column(seq))
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        Ok(departure(entry.as_ref(), id))
    }

    async fn try_again(
        &self,
        conversation: ConversationId,
        seq: u64,
        id: &str,
        at: Timestamp,
        reason: &str,
    ) -> Result<bool, Error> {
        let Some((first, last)) = self.turn_of(conversation, seq).await? else {
            return Ok(false);
        };
        let mut transaction = self.writers.begin().await.map_err(port)?;
        let taken_back = sqlx::query(TAKE_BACK)
            .bind(conversation.0)
            .bind(to_column(seq))
            .bind(id)
            .bind(DeliveryStatus::Retrying.code())
            .bind(i16::from(DeliveryStatus::Retrying.rank()))
            .bind(reason)
            .bind(i16::from(DeliveryStatus::Sent.rank()))
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        let leaves = sqlx::query(LEAVE_AGAIN)
            .bind(first)
            .bind(last)
            .bind(conversation.0)
            .bind(to_column(seq))
            .bind(id)
            .bind(at.as_millis())
            .bind(reason)
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        let is_both = taken_back.rows_affected() == 1 && leaves.rows_affected() == 1;
        if is_both {
            transaction.commit().await.map_err(port)?;
        }
        Ok(is_both)
    }

    async fn said_since(
        &self,
        conversation: ConversationId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Timestamp>, Error> {
        let said: Vec<(i64, Option<String>)> = sqlx::query_as(SAID_SINCE)
            .bind(conversation.0)
            .bind(since.as_millis())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        let mut moments: Vec<Timestamp> = said
            .iter()
            .flat_map(|(at, ids)| (0..parts(ids.as_deref())).map(|_| Timestamp::from_millis(*at)))
            .take(limit as usize)
            .collect();
        moments.reverse();
        Ok(moments)
    }
}

impl Postgres {
    /// Between which ids that stands which the turn left in which a message of ours was said.
    async fn turn_of(&self, conversation: ConversationId, seq: u64) -> Result<Option<(Uuid, Uuid)>, Error> {
        let message: Option<Uuid> = sqlx::query_scalar(MESSAGE_ID)
            .bind(conversation.0)
            .bind(to_column(seq))
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        Ok(message.map(of_the_same_turn))
    }
}
