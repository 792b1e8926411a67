//! How our accounts stand at their providers, and whose turn it is to look.

use async_trait::async_trait;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::upkeep::{AccountState, Claim, Upkeep};
use frontdesk_core::{TenantId, Timestamp};

use super::Sqlite;
use crate::codec::to_column;
use crate::error::port;
use crate::rows;

// A subscription that was made for another account is let go of.
const CLAIM: &str = "
    INSERT INTO account_states (tenant, provider, fingerprint, due_at) VALUES (?1, ?2, ?3, ?5)
    ON CONFLICT (tenant, provider) DO UPDATE
    SET due_at = excluded.due_at, fingerprint = excluded.fingerprint,
        subscription_id = CASE WHEN account_states.fingerprint = excluded.fingerprint
                               THEN account_states.subscription_id END
    WHERE account_states.due_at <= ?4 OR account_states.fingerprint <> excluded.fingerprint
    RETURNING tenant, provider, fingerprint, due_at, checked_at, ends_at, subscription_id, subscription_ends_at,
              failing_part, failing_since, failing_count, failing_error";

const SETTLE: &str = "
    UPDATE account_states
    SET due_at = ?5, checked_at = ?6, ends_at = ?7, subscription_id = ?8, subscription_ends_at = ?9,
        failing_part = ?10, failing_since = ?11, failing_count = ?12, failing_error = ?13
    WHERE tenant = ?1 AND provider = ?2 AND fingerprint = ?3 AND due_at = ?4";

const STATES: &str = "
    SELECT tenant, provider, fingerprint, due_at, checked_at, ends_at, subscription_id, subscription_ends_at,
           failing_part, failing_since, failing_count, failing_error
    FROM account_states ORDER BY tenant, provider";

const FORGET: &str = "
    DELETE FROM account_states WHERE tenant = ?1 AND provider = ?2";

#[async_trait]
impl Upkeep for Sqlite {
    async fn claim(&self, claim: Claim<'_>) -> Result<Option<AccountState>, Error> {
        let mut connection = self.writer.lock().await?;
        let row = sqlx::query(CLAIM)
            .bind(claim.tenant.as_str())
            .bind(claim.provider)
            .bind(claim.fingerprint)
            .bind(claim.now.as_millis())
            .bind(claim.until.as_millis())
            .fetch_optional(&mut *connection)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::account_state).transpose()
    }

    async fn settle(&self, state: &AccountState, claimed_until: Timestamp) -> Result<bool, Error> {
        let (subscription, failing) = (state.subscription.as_ref(), state.failing.as_ref());
        let mut connection = self.writer.lock().await?;
        let settled = sqlx::query(SETTLE)
            .bind(state.tenant.as_str())
            .bind(&state.provider)
            .bind(&state.fingerprint)
            .bind(claimed_until.as_millis())
            .bind(state.due_at.as_millis())
            .bind(state.checked_at.map(Timestamp::as_millis))
            .bind(state.ends_at.map(Timestamp::as_millis))
            .bind(subscription.map(|subscription| &subscription.id))
            .bind(subscription.map(|subscription| subscription.ends_at.as_millis()))
            .bind(failing.map(|failing| failing.part.code()))
            .bind(failing.map(|failing| failing.since.as_millis()))
            .bind(failing.map(|failing| to_column(failing.count)))
            .bind(failing.map(|failing| &failing.error))
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(settled.rows_affected() > 0)
    }

    async fn states(&self) -> Result<Vec<AccountState>, Error> {
        let rows = sqlx::query(STATES).fetch_all(&self.readers).await.map_err(port)?;
        rows.iter().map(rows::account_state).collect()
    }

    async fn forget(&self, tenant: &TenantId, provider: &str) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(FORGET)
            .bind(tenant.as_str())
            .bind(provider)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }
}
