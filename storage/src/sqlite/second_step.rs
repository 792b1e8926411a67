//! The second step of signing in.

use async_trait::async_trait;
use frontdesk_core::ports::registry::User;
use frontdesk_core::ports::second_step::{BegunSignIn, SecondStep, SecondSteps};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{Timestamp, UserId};
use sqlx::sqlite::SqliteConnection;

use super::{Sqlite, begin};
use crate::codec::to_column;
use crate::error::port;
use crate::rows;

const SECOND_STEP: &str = "
    SELECT s.user_id, s.key_id, s.sealed, s.began_at, s.confirmed_at,
           (SELECT count(*) FROM recovery_codes r WHERE r.user_id = s.user_id)
    FROM second_steps s WHERE s.user_id = ?1";

const SECOND_STEPS: &str = "
    SELECT s.user_id, s.key_id, s.sealed, s.began_at, s.confirmed_at,
           (SELECT count(*) FROM recovery_codes r WHERE r.user_id = s.user_id)
    FROM second_steps s ORDER BY s.user_id";

const PROPOSE: &str = "
    INSERT INTO second_steps (user_id, key_id, sealed, began_at, last_code) VALUES (?1, ?2, ?3, ?4, 0)
    ON CONFLICT (user_id) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, began_at = excluded.began_at
    WHERE second_steps.confirmed_at IS NULL";

const CONFIRM: &str = "
    UPDATE second_steps SET confirmed_at = ?4, last_code = ?3
    WHERE user_id = ?1 AND sealed = ?2 AND confirmed_at IS NULL";

const ADD_RECOVERY_CODE: &str = "
    INSERT INTO recovery_codes (user_id, code_hash) VALUES (?1, ?2)";

const USE_CODE: &str = "
    UPDATE second_steps SET last_code = ?2 WHERE user_id = ?1 AND last_code < ?2 AND confirmed_at IS NOT NULL";

const USE_RECOVERY_CODE: &str = "
    DELETE FROM recovery_codes WHERE user_id = ?1 AND code_hash = ?2";

/// Takes the lock of the row, so that of two who replace the codes the later one's stay.
const TOUCH: &str = "
    UPDATE second_steps SET last_code = last_code WHERE user_id = ?1 AND confirmed_at IS NOT NULL";

const RESEAL: &str = "
    UPDATE second_steps SET key_id = ?3, sealed = ?4 WHERE user_id = ?1 AND sealed = ?2";

const REMOVE_RECOVERY_CODES: &str = "
    DELETE FROM recovery_codes WHERE user_id = ?1";

const REMOVE: &str = "
    DELETE FROM second_steps WHERE user_id = ?1";

const REMOVE_ENDED: &str = "
    DELETE FROM begun_sign_ins WHERE expires_at <= ?1";

const BEGIN: &str = "
    INSERT INTO begun_sign_ins (token_hash, user_id, expires_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (token_hash) DO NOTHING";

const BEGUN: &str = "
    SELECT u.id, u.email, u.password_hash, u.role, u.tenant, u.name, u.language, u.created_at
    FROM begun_sign_ins b JOIN users u ON u.id = b.user_id
    WHERE b.token_hash = ?1 AND b.expires_at > ?2";

const END: &str = "
    DELETE FROM begun_sign_ins WHERE token_hash = ?1";

/// Puts a user's recovery codes in the place of those there are.
async fn put_recovery_codes(connection: &mut SqliteConnection, user: UserId, hashes: &[[u8; 32]]) -> Result<(), Error> {
    sqlx::query(REMOVE_RECOVERY_CODES)
        .bind(user.0)
        .execute(&mut *connection)
        .await
        .map_err(port)?;
    for hash in hashes {
        sqlx::query(ADD_RECOVERY_CODE)
            .bind(user.0)
            .bind(&hash[..])
            .execute(&mut *connection)
            .await
            .map_err(port)?;
    }
    Ok(())
}

#[async_trait]
impl SecondSteps for Sqlite {
    async fn second_step(&self, user: UserId) -> Result<Option<SecondStep>, Error> {
        let row = sqlx::query(SECOND_STEP)
            .bind(user.0)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::second_step).transpose()
    }

    async fn second_steps(&self) -> Result<Vec<SecondStep>, Error> {
        let rows = sqlx::query(SECOND_STEPS).fetch_all(&self.readers).await.map_err(port)?;
        rows.iter().map(rows::second_step).collect()
    }

    async fn propose_second_step(
        &self,
        user: UserId,
        key_id: &str,
        sealed: &[u8],
        began_at: Timestamp,
    ) -> Result<bool, Error> {
        let proposed = sqlx::query(PROPOSE)
            .bind(user.0)
            .bind(key_id.to_owned())
            .bind(sealed.to_vec())
            .bind(began_at.as_millis());
        Ok(self.change(proposed).await? > 0)
    }

    async fn confirm_second_step(
        &self,
        user: UserId,
        sealed: &[u8],
        code_number: u64,
        recovery_hashes: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let confirmed = sqlx::query(CONFIRM)
            .bind(user.0)
            .bind(sealed)
            .bind(to_column(code_number))
            .bind(now.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        if confirmed.rows_affected() == 0 {
            return Ok(false);
        }
        put_recovery_codes(&mut transaction, user, recovery_hashes).await?;
        transaction.commit().await.map_err(port)?;
        Ok(true)
    }

    async fn use_code(&self, user: UserId, code_number: u64) -> Result<bool, Error> {
        let used = sqlx::query(USE_CODE).bind(user.0).bind(to_column(code_number));
        Ok(self.change(used).await? > 0)
    }

    async fn use_recovery_code(&self, user: UserId, hash: &[u8; 32]) -> Result<bool, Error> {
        let used = sqlx::query(USE_RECOVERY_CODE).bind(user.0).bind(hash.to_vec());
        Ok(self.change(used).await? > 0)
    }

    async fn replace_recovery_codes(&self, user: UserId, hashes: &[[u8; 32]]) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let touched = sqlx::query(TOUCH)
            .bind(user.0)
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        if touched.rows_affected() == 0 {
            return Ok(false);
        }
        put_recovery_codes(&mut transaction, user, hashes).await?;
        transaction.commit().await.map_err(port)?;
        Ok(true)
    }

    async fn reseal_second_step(&self, was: &SecondStep, key_id: &str, sealed: &[u8]) -> Result<bool, Error> {
        let resealed = sqlx::query(RESEAL)
            .bind(was.user.0)
            .bind(was.sealed.clone())
            .bind(key_id.to_owned())
            .bind(sealed.to_vec());
        Ok(self.change(resealed).await? > 0)
    }

    async fn remove_second_step(&self, user: UserId) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        put_recovery_codes(&mut transaction, user, &[]).await?;
        let removed = sqlx::query(REMOVE)
            .bind(user.0)
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        transaction.commit().await.map_err(port)?;
        Ok(removed.rows_affected() > 0)
    }

    async fn begin_sign_in(&self, begun: &BegunSignIn) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        sqlx::query(REMOVE_ENDED)
            .bind(begun.began_at.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        sqlx::query(BEGIN)
            .bind(&begun.token_hash[..])
            .bind(begun.user.0)
            .bind(begun.expires_at.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        transaction.commit().await.map_err(port)
    }

    async fn begun_sign_in(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<User>, Error> {
        let row = sqlx::query(BEGUN)
            .bind(&token_hash[..])
            .bind(now.as_millis())
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::user).transpose()
    }

    async fn end_begun_sign_in(&self, token_hash: &[u8; 32]) -> Result<bool, Error> {
        Ok(self.change(sqlx::query(END).bind(token_hash.to_vec())).await? > 0)
    }
}
