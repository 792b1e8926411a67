//! What an administrator sets up.

use async_trait::async_trait;
use frontdesk_core::ports::registry::{
    AccountSeen, ApiKey, Credential, REVISIONS_KEPT, Registry, RevisionRow, Route, TenantRow, User,
};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ApiKeyId, ChannelKind, Epoch, Language, TenantId, Timestamp};
use sqlx::sqlite::SqliteConnection;

use super::{Sqlite, begin};
use crate::codec::{self, from_column, to_column};
use crate::error::port;
use crate::rows;

const TENANTS: &str = "
    SELECT id, manifest, revision, created_at, updated_at FROM tenants ORDER BY id";

const PUT_TENANT: &str = "
    INSERT INTO tenants (id, manifest, revision, created_at, updated_at) VALUES (?1, ?2, 1, ?3, ?3)
    ON CONFLICT (id) DO UPDATE
    SET manifest = excluded.manifest, revision = revision + 1, updated_at = excluded.updated_at
    RETURNING revision";

const REPLACE_TENANT: &str = "
    UPDATE tenants SET manifest = ?2, revision = revision + 1, updated_at = ?3
    WHERE id = ?1 AND revision = ?4 RETURNING revision";

const ADD_TENANT: &str = "
    INSERT INTO tenants (id, manifest, revision, created_at, updated_at) VALUES (?1, ?2, 1, ?3, ?3)
    ON CONFLICT (id) DO NOTHING RETURNING revision";

const KEEP_MANIFEST: &str = "
    INSERT INTO manifests (tenant, revision, manifest, author, published_at) VALUES (?1, ?2, ?3, ?4, ?5)";

const DROP_MANIFESTS: &str = "
    DELETE FROM manifests WHERE tenant = ?1 AND revision <= ?2";

const REVISIONS: &str = "
    SELECT revision, author, published_at FROM manifests
    WHERE tenant = ?1 AND revision < ?2 ORDER BY revision DESC LIMIT ?3";

const MANIFEST: &str = "
    SELECT manifest FROM manifests WHERE tenant = ?1 AND revision = ?2";

const COUNT: &str = "
    UPDATE counters SET value = value + 1 WHERE name = ?1 RETURNING value";

const REVISION: &str = "
    SELECT value FROM counters WHERE name = 'revision'";

const ROUTES: &str = "
    SELECT channel, address, tenant, provider FROM routes ORDER BY channel, address";

const ADD_ROUTE: &str = "
    INSERT INTO routes (channel, address, tenant, provider) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (channel, address) DO UPDATE SET provider = excluded.provider
    WHERE routes.tenant = excluded.tenant AND excluded.provider <> coalesce(routes.provider, '')";

const ROUTE_TENANT: &str = "
    SELECT tenant FROM routes WHERE channel = ?1 AND address = ?2";

const REMOVE_ROUTE: &str = "
    DELETE FROM routes WHERE channel = ?1 AND address = ?2 AND tenant = ?3";

const ADD_USER: &str = "
    INSERT INTO users (id, email, password_hash, role, tenant, name, language, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (email) DO NOTHING";

const USERS: &str = "
    SELECT id, email, password_hash, role, tenant, name, language, created_at FROM users ORDER BY email";

const ADD_KEY: &str = "
    INSERT INTO api_keys (id, secret_hash, tenant, role, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

const KEYS: &str = "
    SELECT id, secret_hash, tenant, role, created_at FROM api_keys WHERE tenant = ?1 ORDER BY created_at DESC, id DESC";

const REMOVE_KEY: &str = "
    DELETE FROM api_keys WHERE id = ?1 AND tenant = ?2";

const KEY: &str = "
    SELECT id, secret_hash, tenant, role, created_at FROM api_keys WHERE secret_hash = ?1";

const CREDENTIALS: &str = "
    SELECT tenant, provider, name, key_id, sealed, set_by, set_at FROM credentials ORDER BY tenant, provider, name";

const PUT_CREDENTIAL: &str = "
    INSERT INTO credentials (tenant, provider, name, key_id, sealed, set_by, set_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (tenant, provider, name) DO UPDATE
    SET key_id = excluded.key_id, sealed = excluded.sealed, set_by = excluded.set_by, set_at = excluded.set_at
    WHERE excluded.set_at >= credentials.set_at";

/// When a part of an account was last set that is one of these.
const ACCOUNT_SET_AT: &str = "
    SELECT max(set_at) FROM credentials WHERE tenant = ?1 AND provider = ?2 AND name IN (SELECT value FROM json_each(?3))";

const REMOVE_CREDENTIALS: &str = "
    DELETE FROM credentials WHERE tenant = ?1 AND provider = ?2";

const SETTING: &str = "
    SELECT value FROM settings WHERE name = ?1";

const ADD_SETTING: &str = "
    INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";

/// Raises a counter by one and returns it.
pub(super) async fn count(connection: &mut SqliteConnection, name: &str) -> Result<i64, Error> {
    sqlx::query_scalar(COUNT)
        .bind(name)
        .fetch_one(connection)
        .await
        .map_err(port)
}

/// Keeps a manifest that was published, and not too many before it.
async fn keep(
    connection: &mut SqliteConnection,
    id: &TenantId,
    revision: i64,
    manifest: &str,
    author: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query(KEEP_MANIFEST)
        .bind(id.as_str())
        .bind(revision)
        .bind(manifest)
        .bind(author)
        .bind(now.as_millis())
        .execute(&mut *connection)
        .await
        .map_err(port)?;
    sqlx::query(DROP_MANIFESTS)
        .bind(id.as_str())
        .bind(revision.saturating_sub(to_column(REVISIONS_KEPT)))
        .execute(&mut *connection)
        .await
        .map_err(port)?;
    count(connection, "revision").await?;
    Ok(())
}

/// Whether nobody has set a part of an account since it was seen.
async fn is_as_seen(connection: &mut SqliteConnection, account: &AccountSeen<'_>) -> Result<bool, Error> {
    let set_at: Option<i64> = sqlx::query_scalar(ACCOUNT_SET_AT)
        .bind(account.tenant.as_str())
        .bind(account.provider)
        .bind(serde_json::json!(account.parts).to_string())
        .fetch_one(connection)
        .await
        .map_err(port)?;
    Ok(set_at == account.set_at.map(Timestamp::as_millis))
}

async fn write_credentials(connection: &mut SqliteConnection, credentials: &[Credential]) -> Result<(), Error> {
    for credential in credentials {
        sqlx::query(PUT_CREDENTIAL)
            .bind(credential.tenant.as_str())
            .bind(credential.provider.as_str())
            .bind(credential.name.as_str())
            .bind(credential.key_id.as_str())
            .bind(&credential.sealed[..])
            .bind(credential.set_by.as_str())
            .bind(credential.set_at.as_millis())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
    }
    Ok(())
}

/// `false` when there was none.
async fn erase_credentials(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    provider: &str,
) -> Result<bool, Error> {
    let erased = sqlx::query(REMOVE_CREDENTIALS)
        .bind(tenant.as_str())
        .bind(provider)
        .execute(connection)
        .await
        .map_err(port)?;
    Ok(erased.rows_affected() > 0)
}

#[async_trait]
impl Registry for Sqlite {
    async fn tenants(&self) -> Result<Vec<TenantRow>, Error> {
        let rows = sqlx::query(TENANTS).fetch_all(&self.readers).await.map_err(port)?;
        let tenant = |row| {
            Ok(TenantRow {
                id: codec::tenant(rows::get(row, 0)?)?,
                manifest: rows::get(row, 1)?,
                revision: from_column(rows::get(row, 2)?),
                created_at: rows::time(row, 3)?,
                updated_at: rows::time(row, 4)?,
            })
        };
        rows.iter().map(tenant).collect()
    }

    async fn put_tenant(&self, id: &TenantId, manifest: &str, now: Timestamp) -> Result<u64, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let revision: i64 = sqlx::query_scalar(PUT_TENANT)
            .bind(id.as_str())
            .bind(manifest)
            .bind(now.as_millis())
            .fetch_one(&mut *transaction)
            .await
            .map_err(port)?;
        keep(&mut transaction, id, revision, manifest, None, now).await?;
        transaction.commit().await.map_err(port)?;
        Ok(from_column(revision))
    }

    async fn replace_tenant(
        &self,
        id: &TenantId,
        manifest: &str,
        revision: u64,
        author: &str,
        now: Timestamp,
    ) -> Result<Option<u64>, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let query = match revision {
            0 => sqlx::query_scalar(ADD_TENANT),
            _ => sqlx::query_scalar(REPLACE_TENANT),
        };
        let query = query.bind(id.as_str()).bind(manifest).bind(now.as_millis());
        let query = if revision == 0 {
            query
        } else {
            query.bind(to_column(revision))
        };
        let stored: Option<i64> = query.fetch_optional(&mut *transaction).await.map_err(port)?;
        if let Some(revision) = stored {
            keep(&mut transaction, id, revision, manifest, Some(author), now).await?;
        }
        transaction.commit().await.map_err(port)?;
        Ok(stored.map(from_column))
    }

    async fn revisions(&self, id: &TenantId, before: Option<u64>, limit: u32) -> Result<Vec<RevisionRow>, Error> {
        let rows = sqlx::query(REVISIONS)
            .bind(id.as_str())
            .bind(before.map_or(i64::MAX, to_column))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        let revision = |row| {
            Ok(RevisionRow {
                revision: from_column(rows::get(row, 0)?),
                author: rows::get(row, 1)?,
                published_at: rows::time(row, 2)?,
            })
        };
        rows.iter().map(revision).collect()
    }

    async fn manifest(&self, id: &TenantId, revision: u64) -> Result<Option<String>, Error> {
        sqlx::query_scalar(MANIFEST)
            .bind(id.as_str())
            .bind(to_column(revision))
            .fetch_optional(&self.readers)
            .await
            .map_err(port)
    }

    async fn revision(&self) -> Result<u64, Error> {
        sqlx::query_scalar(REVISION)
            .fetch_one(&self.readers)
            .await
            .map(from_column)
            .map_err(port)
    }

    async fn routes(&self) -> Result<Vec<Route>, Error> {
        let rows = sqlx::query(ROUTES).fetch_all(&self.readers).await.map_err(port)?;
        let route = |row| {
            Ok(Route {
                channel: codec::channel(rows::get(row, 0)?)?,
                address: rows::get(row, 1)?,
                tenant: codec::tenant(rows::get(row, 2)?)?,
                provider: rows::get(row, 3)?,
            })
        };
        rows.iter().map(route).collect()
    }

    async fn add_route(&self, route: &Route) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let added = sqlx::query(ADD_ROUTE)
            .bind(route.channel.code())
            .bind(route.address.as_str())
            .bind(route.tenant.as_str())
            .bind(route.provider.as_deref())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        if added.rows_affected() > 0 {
            count(&mut transaction, "revision").await?;
        }
        let tenant: String = sqlx::query_scalar(ROUTE_TENANT)
            .bind(route.channel.code())
            .bind(route.address.as_str())
            .fetch_one(&mut *transaction)
            .await
            .map_err(port)?;
        transaction.commit().await.map_err(port)?;
        Ok(tenant == route.tenant.as_str())
    }

    async fn remove_route(&self, channel: ChannelKind, address: &str, tenant: &TenantId) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let removed = sqlx::query(REMOVE_ROUTE)
            .bind(channel.code())
            .bind(address)
            .bind(tenant.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        let is_removed = removed.rows_affected() > 0;
        if is_removed {
            count(&mut transaction, "revision").await?;
        }
        transaction.commit().await.map_err(port)?;
        Ok(is_removed)
    }

    async fn add_user(&self, user: &User) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let added = sqlx::query(ADD_USER)
            .bind(user.id.0)
            .bind(user.email.as_str())
            .bind(user.password_hash.as_str())
            .bind(user.role.code())
            .bind(user.tenant.as_ref().map(TenantId::as_str))
            .bind(user.name.as_deref())
            .bind(user.language.map(Language::code))
            .bind(user.created_at.as_millis())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(added.rows_affected() > 0)
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        let rows = sqlx::query(USERS).fetch_all(&self.readers).await.map_err(port)?;
        rows.iter().map(rows::user).collect()
    }

    async fn add_key(&self, key: &ApiKey) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        sqlx::query(ADD_KEY)
            .bind(key.id.0)
            .bind(&key.secret_hash[..])
            .bind(key.tenant.as_str())
            .bind(key.role.code())
            .bind(key.created_at.as_millis())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(())
    }

    async fn keys(&self, tenant: &TenantId) -> Result<Vec<ApiKey>, Error> {
        let rows = sqlx::query(KEYS)
            .bind(tenant.as_str())
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::key).collect()
    }

    async fn remove_key(&self, id: ApiKeyId, tenant: &TenantId) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let removed = sqlx::query(REMOVE_KEY)
            .bind(id.0)
            .bind(tenant.as_str())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        Ok(removed.rows_affected() > 0)
    }

    async fn key(&self, secret_hash: &[u8; 32]) -> Result<Option<ApiKey>, Error> {
        let row = sqlx::query(KEY)
            .bind(&secret_hash[..])
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::key).transpose()
    }

    async fn credentials(&self) -> Result<Vec<Credential>, Error> {
        let rows = sqlx::query(CREDENTIALS).fetch_all(&self.readers).await.map_err(port)?;
        let credential = |row| {
            Ok(Credential {
                tenant: codec::tenant(rows::get(row, 0)?)?,
                provider: rows::get(row, 1)?,
                name: rows::get(row, 2)?,
                key_id: rows::get(row, 3)?,
                sealed: rows::get(row, 4)?,
                set_by: rows::get(row, 5)?,
                set_at: rows::time(row, 6)?,
            })
        };
        rows.iter().map(credential).collect()
    }

    async fn put_credentials(&self, credentials: &[Credential]) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        count(&mut transaction, "revision").await?;
        write_credentials(&mut transaction, credentials).await?;
        transaction.commit().await.map_err(port)
    }

    async fn change_account(&self, account: &AccountSeen<'_>, credentials: &[Credential]) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        count(&mut transaction, "revision").await?;
        if !is_as_seen(&mut transaction, account).await? {
            return Ok(false);
        }
        write_credentials(&mut transaction, credentials).await?;
        transaction.commit().await.map_err(port)?;
        Ok(true)
    }

    async fn remove_credentials(&self, tenant: &TenantId, provider: &str) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        count(&mut transaction, "revision").await?;
        if !erase_credentials(&mut transaction, tenant, provider).await? {
            return Ok(false);
        }
        transaction.commit().await.map_err(port)?;
        Ok(true)
    }

    async fn remove_account(&self, account: &AccountSeen<'_>) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        count(&mut transaction, "revision").await?;
        let is_removed = is_as_seen(&mut transaction, account).await?
            && erase_credentials(&mut transaction, account.tenant, account.provider).await?;
        if is_removed {
            transaction.commit().await.map_err(port)?;
        }
        Ok(is_removed)
    }

    async fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        sqlx::query_scalar(SETTING)
            .bind(name)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)
    }

    async fn setting_or(&self, name: &str, value: &str) -> Result<String, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        sqlx::query(ADD_SETTING)
            .bind(name)
            .bind(value)
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        let stored = sqlx::query_scalar(SETTING)
            .bind(name)
            .fetch_one(&mut *transaction)
            .await
            .map_err(port)?;
        transaction.commit().await.map_err(port)?;
        Ok(stored)
    }

    async fn next_epoch(&self) -> Result<Epoch, Error> {
        let mut connection = self.writer.lock().await?;
        count(&mut connection, "epoch").await.map(Epoch)
    }
}
