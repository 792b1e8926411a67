//! Who signs in to the console, and what they did there.

use async_trait::async_trait;
use frontdesk_core::ports::access::{Access, AuditEntry, SESSIONS_SHOWN, Session};
use frontdesk_core::ports::reader::{Cursor, Page, Rows, Scope};
use frontdesk_core::ports::registry::{Role, User};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{Language, TenantId, Timestamp, UserId};
use sqlx::Row;

use super::{Postgres, pages};
use crate::codec::page_rows;
use crate::error::port;
use crate::rows;

const HAS_USERS: &str = "
    SELECT EXISTS (SELECT 1 FROM users)";

const USER_BY_EMAIL: &str = "
    SELECT id, email, password_hash, role, tenant, name, language, created_at FROM users WHERE email = $1";

const ADD_FIRST_USER: &str = "
    INSERT INTO users (id, email, password_hash, role, tenant, name, language, created_at)
    SELECT $1, $2, $3, $4, $5::text, $6::text, $7::text, $8::bigint WHERE NOT EXISTS (SELECT 1 FROM users)
    ON CONFLICT (email) DO NOTHING";

const CHANGE_PROFILE: &str = "
    UPDATE users SET name = $2, language = $3 WHERE id = $1";

const CHANGE_ROLE: &str = "
    UPDATE users SET role = $3 WHERE id = $1 AND role = $2";

const CHANGE_PASSWORD: &str = "
    UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2";

const REMOVE_USER: &str = "
    DELETE FROM users WHERE id = $1";

const REMOVE_SECOND_STEP: &str = "
    DELETE FROM second_steps WHERE user_id = $1";

const REMOVE_RECOVERY_CODES: &str = "
    DELETE FROM recovery_codes WHERE user_id = $1";

const REMOVE_ENDED_SESSIONS: &str = "
    DELETE FROM sessions WHERE expires_at <= $1";

const ADD_SESSION: &str = "
    INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, device, address)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (token_hash) DO NOTHING";

const SESSION: &str = "
    SELECT u.id, u.email, u.password_hash, u.role, u.tenant, u.name, u.language, u.created_at,
           s.token_hash, s.user_id, s.created_at, s.seen_at, s.expires_at, s.device, s.address
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_hash = $1 AND s.expires_at > $2";

const SESSIONS: &str = "
    SELECT token_hash, user_id, created_at, seen_at, expires_at, device, address
    FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, token_hash LIMIT $3";

const PROLONG_SESSION: &str = "
    UPDATE sessions SET seen_at = $2, expires_at = $3, address = $4 WHERE token_hash = $1";

const END_SESSION: &str = "
    DELETE FROM sessions WHERE user_id = $1 AND token_hash = $2";

const END_OTHER_SESSIONS: &str = "
    DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2";

const END_SESSIONS: &str = "
    DELETE FROM sessions WHERE user_id = $1";

const END_BEGUN_SIGN_INS: &str = "
    DELETE FROM begun_sign_ins WHERE user_id = $1";

const REMOVE_OLD_ATTEMPTS: &str = "
    DELETE FROM sign_in_attempts WHERE began_at <= $1";

const COUNT_ATTEMPT: &str = "
    INSERT INTO sign_in_attempts (account_hash, attempts, began_at) VALUES ($1, 1, $2)
    ON CONFLICT (account_hash) DO UPDATE SET attempts = sign_in_attempts.attempts + 1
    RETURNING attempts";

const FORGET_ATTEMPTS: &str = "
    DELETE FROM sign_in_attempts WHERE account_hash = $1";

const ADD_AUDIT: &str = "
    INSERT INTO audit (id, at, tenant, user_id, email, act, subject) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (id) DO NOTHING";

const AUDIT_ABOUT: &str = "
    SELECT id, at, tenant, user_id, email, act, subject FROM audit
    WHERE subject = ANY($1) AND ($2::text IS NULL OR tenant = $2)
    ORDER BY at DESC, id DESC LIMIT $3";

/// A session whose columns begin at `from`.
fn session(row: &sqlx::postgres::PgRow, from: usize) -> Result<Session, Error> {
    let hash: &[u8] = rows::get(row, from)?;
    Ok(Session {
        token_hash: hash
            .try_into()
            .map_err(|_| Error::Invalid("token_hash has not 32 bytes".to_owned()))?,
        user: UserId(rows::get(row, from + 1)?),
        created_at: rows::time(row, from + 2)?,
        seen_at: rows::time(row, from + 3)?,
        expires_at: rows::time(row, from + 4)?,
        device: rows::get(row, from + 5)?,
        address: rows::get(row, from + 6)?,
    })
}

fn audit_entry(row: &sqlx::postgres::PgRow) -> Result<AuditEntry, Error> {
    let tenant: Option<&str> = rows::get(row, 2)?;
    Ok(AuditEntry {
        id: rows::get(row, 0)?,
        at: rows::time(row, 1)?,
        tenant: tenant.map(crate::codec::tenant).transpose()?,
        user: UserId(rows::get(row, 3)?),
        email: rows::get(row, 4)?,
        act: rows::get(row, 5)?,
        subject: rows::get(row, 6)?,
    })
}

type Statement = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn bind_user(statement: &'static str, user: &User) -> Statement {
    sqlx::query(statement)
        .bind(user.id.0)
        .bind(user.email.clone())
        .bind(user.password_hash.clone())
        .bind(user.role.code())
        .bind(user.tenant.as_ref().map(|tenant| tenant.as_str().to_owned()))
        .bind(user.name.clone())
        .bind(user.language.map(Language::code))
}

impl Postgres {
    /// Executes a statement of its own and returns how many rows it changed.
    pub(super) async fn change(&self, statement: Statement) -> Result<u64, Error> {
        let done = statement.execute(&self.writers).await.map_err(port)?;
        Ok(done.rows_affected())
    }
}

#[async_trait]
impl Access for Postgres {
    async fn has_users(&self) -> Result<bool, Error> {
        sqlx::query_scalar(HAS_USERS)
            .fetch_one(&self.readers)
            .await
            .map_err(port)
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let row = sqlx::query(USER_BY_EMAIL)
            .bind(email)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::user).transpose()
    }

    async fn add_first_user(&self, user: &User) -> Result<bool, Error> {
        let added = bind_user(ADD_FIRST_USER, user).bind(user.created_at.as_millis());
        Ok(self.change(added).await? > 0)
    }

    async fn change_profile(&self, user: UserId, name: &str, language: Option<Language>) -> Result<bool, Error> {
        let changed = sqlx::query(CHANGE_PROFILE)
            .bind(user.0)
            .bind(name.to_owned())
            .bind(language.map(Language::code));
        Ok(self.change(changed).await? > 0)
    }

    async fn change_role(&self, user: UserId, was: Role, role: Role) -> Result<bool, Error> {
        let changed = sqlx::query(CHANGE_ROLE).bind(user.0).bind(was.code()).bind(role.code());
        Ok(self.change(changed).await? > 0)
    }

    async fn change_password(&self, user: UserId, was: &str, hash: &str) -> Result<bool, Error> {
        let changed = sqlx::query(CHANGE_PASSWORD)
            .bind(user.0)
            .bind(was.to_owned())
            .bind(hash.to_owned());
        Ok(self.change(changed).await? > 0)
    }

    async fn remove_user(&self, user: UserId) -> Result<bool, Error> {
        let mut transaction = self.writers.begin().await.map_err(port)?;
        for statement in [
            END_SESSIONS,
            END_BEGUN_SIGN_INS,
            REMOVE_RECOVERY_CODES,
            REMOVE_SECOND_STEP,
            REMOVE_USER,
        ] {
            let done = sqlx::query(statement)
                .bind(user.0)
                .execute(&mut *transaction)
                .await
                .map_err(port)?;
            if statement == REMOVE_USER && done.rows_affected() == 0 {
                return Ok(false);
            }
        }
        transaction.commit().await.map_err(port)?;
        Ok(true)
    }

    async fn open_session(&self, session: &Session) -> Result<(), Error> {
        let mut transaction = self.writers.begin().await.map_err(port)?;
        sqlx::query(REMOVE_ENDED_SESSIONS)
            .bind(session.created_at.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        sqlx::query(ADD_SESSION)
            .bind(&session.token_hash[..])
            .bind(session.user.0)
            .bind(session.created_at.as_millis())
            .bind(session.seen_at.as_millis())
            .bind(session.expires_at.as_millis())
            .bind(&session.device)
            .bind(&session.address)
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        transaction.commit().await.map_err(port)
    }

    async fn session(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<(Session, User)>, Error> {
        let row = sqlx::query(SESSION)
            .bind(&token_hash[..])
            .bind(now.as_millis())
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        let Some(row) = row else { return Ok(None) };
        let user = rows::user(&row)?;
        Ok(Some((session(&row, 8)?, user)))
    }

    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Vec<Session>, Error> {
        let rows = sqlx::query(SESSIONS)
            .bind(user.0)
            .bind(now.as_millis())
            .bind(i64::from(SESSIONS_SHOWN))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(|row| session(row, 0)).collect()
    }

    async fn prolong_session(&self, session: &Session) -> Result<(), Error> {
        let prolonged = sqlx::query(PROLONG_SESSION)
            .bind(session.token_hash.to_vec())
            .bind(session.seen_at.as_millis())
            .bind(session.expires_at.as_millis())
            .bind(session.address.clone());
        self.change(prolonged).await.map(drop)
    }

    async fn end_session(&self, user: UserId, token_hash: &[u8; 32]) -> Result<bool, Error> {
        let ended = sqlx::query(END_SESSION).bind(user.0).bind(token_hash.to_vec());
        Ok(self.change(ended).await? > 0)
    }

    async fn end_other_sessions(&self, user: UserId, token_hash: &[u8; 32]) -> Result<u64, Error> {
        self.change(sqlx::query(END_BEGUN_SIGN_INS).bind(user.0)).await?;
        let ended = sqlx::query(END_OTHER_SESSIONS).bind(user.0).bind(token_hash.to_vec());
        self.change(ended).await
    }

    async fn end_sessions(&self, user: UserId) -> Result<u64, Error> {
        self.change(sqlx::query(END_BEGUN_SIGN_INS).bind(user.0)).await?;
        self.change(sqlx::query(END_SESSIONS).bind(user.0)).await
    }

    async fn count_attempt(&self, account_hash: &[u8; 32], now: Timestamp, since: Timestamp) -> Result<u32, Error> {
        let mut transaction = self.writers.begin().await.map_err(port)?;
        sqlx::query(REMOVE_OLD_ATTEMPTS)
            .bind(since.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        let attempts: i32 = sqlx::query(COUNT_ATTEMPT)
            .bind(&account_hash[..])
            .bind(now.as_millis())
            .fetch_one(&mut *transaction)
            .await
            .and_then(|row| row.try_get(0))
            .map_err(port)?;
        transaction.commit().await.map_err(port)?;
        Ok(u32::try_from(attempts).unwrap_or(u32::MAX))
    }

    async fn forget_attempts(&self, account_hash: &[u8; 32]) -> Result<(), Error> {
        let forgotten = sqlx::query(FORGET_ATTEMPTS).bind(account_hash.to_vec());
        self.change(forgotten).await.map(drop)
    }

    async fn audit(&self, entry: &AuditEntry) -> Result<(), Error> {
        let added = sqlx::query(ADD_AUDIT)
            .bind(entry.id)
            .bind(entry.at.as_millis())
            .bind(entry.tenant.as_ref().map(|tenant| tenant.as_str().to_owned()))
            .bind(entry.user.0)
            .bind(entry.email.clone())
            .bind(entry.act.clone())
            .bind(entry.subject.clone());
        self.change(added).await.map(drop)
    }

    async fn audit_about(&self, scope: &Scope, subjects: &[String], limit: u32) -> Result<Vec<AuditEntry>, Error> {
        let rows = sqlx::query(AUDIT_ABOUT)
            .bind(subjects)
            .bind(scope.tenant().map(TenantId::as_str))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(audit_entry).collect()
    }

    async fn audit_log(&self, scope: &Scope, page: Page) -> Result<Rows<AuditEntry>, Error> {
        let rows = pages::AUDIT.fetch(self, scope, page, None::<&str>).await?;
        let items = rows.iter().map(audit_entry).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |entry: &AuditEntry| Cursor {
            at: entry.at,
            id: entry.id,
        }))
    }
}
