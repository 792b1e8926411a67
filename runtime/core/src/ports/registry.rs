//! What an administrator sets up: tenants, routes, users, keys, settings.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::store::Error;
use crate::{ApiKeyId, ChannelKind, Language, TenantId, Timestamp, UserId};

/// A tenant as stored: a name and the manifest it was set up from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TenantRow {
    /// Its short name.
    pub id: TenantId,
    /// The manifest, TOML text.
    pub manifest: String,
    /// Grows with every change of the manifest.
    pub revision: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A manifest that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionRow {
    /// Which one, from 1.
    pub revision: u64,
    /// What the colleague who published it was called then; `None` is the command line.
    pub author: Option<String>,
    /// When it was published.
    pub published_at: Timestamp,
}

/// Manifests of a tenant that are kept; older ones go.
pub const REVISIONS_KEPT: u64 = 200;

/// Which tenant an address of ours belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The channel.
    pub channel: ChannelKind,
    /// Our address on it: a number, a page id, an agent id.
    pub address: String,
    /// Whose it is.
    pub tenant: TenantId,
    /// Which sender serves it, such as `twilio_sms`; `None` is whichever the message came in over.
    pub provider: Option<String>,
}

/// What someone may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Looks, and talks to people.
    Operator,
    /// Everything.
    Admin,
}

impl Role {
    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Viewer, Self::Operator, Self::Admin]
            .into_iter()
            .find(|role| role.code() == code)
    }
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their email, lower-cased; unique.
    pub email: String,
    /// Argon2 hash of the password, in PHC form.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
    /// Where; `None` is everywhere.
    pub tenant: Option<TenantId>,
    /// How colleagues call them.
    pub name: Option<String>,
    /// The language they read; `None` is the browser's.
    pub language: Option<Language>,
    /// When they were added.
    pub created_at: Timestamp,
}

/// A key for the API. Its secret is shown once and kept only as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
    /// Whose.
    pub tenant: TenantId,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One part of a tenant's account at a provider, sealed: a secret, a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Whose account.
    pub tenant: TenantId,
    /// At which provider.
    pub provider: String,
    /// Which part, such as `auth_token`.
    pub name: String,
    /// Which key it is sealed under.
    pub key_id: String,
    /// What only the holder of that key can read.
    pub sealed: Vec<u8>,
    /// Who set it.
    pub set_by: String,
    /// When it was set.
    pub set_at: Timestamp,
}

/// A tenant's account at a provider, as somebody saw it who wants to change it.
#[derive(Clone, Copy, Debug)]
pub struct AccountSeen<'a> {
    /// Whose account.
    pub tenant: &'a TenantId,
    /// At which provider.
    pub provider: &'a str,
    /// The parts that people set; others may change meanwhile.
    pub parts: &'a [&'a str],
    /// When one of them was last set; `None` when none was.
    pub set_at: Option<Timestamp>,
}

/// What an administrator sets up.
#[async_trait]
pub trait Registry: Send + Sync + 'static {
    /// All tenants, by short name.
    async fn tenants(&self) -> Result<Vec<TenantRow>, Error>;

    /// Adds a tenant or replaces its manifest; returns the new revision.
    async fn put_tenant(&self, id: &TenantId, manifest: &str, now: Timestamp) -> Result<u64, Error>;

    /// Replaces a tenant's manifest if it is still at `revision`, or with 0 adds a tenant that is not
    /// there yet; returns the new revision, `None` when somebody else was faster. `author` is kept with it.
    async fn replace_tenant(
        &self,
        id: &TenantId,
        manifest: &str,
        revision: u64,
        author: &str,
        now: Timestamp,
    ) -> Result<Option<u64>, Error>;

    /// The manifests of a tenant before `before` (`None` from the one in force on), newest first. The
    /// newest [`REVISIONS_KEPT`] are kept.
    async fn revisions(&self, id: &TenantId, before: Option<u64>, limit: u32) -> Result<Vec<RevisionRow>, Error>;

    /// The text of one of them.
    async fn manifest(&self, id: &TenantId, revision: u64) -> Result<Option<String>, Error>;

    /// A number that changes whenever any tenant, route or credential does; cheap to poll.
    async fn revision(&self) -> Result<u64, Error>;

    /// All routes, by channel and address.
    async fn routes(&self) -> Result<Vec<Route>, Error>;

    /// Adds a route, or sets its provider; `false` when the address is taken by another tenant.
    async fn add_route(&self, route: &Route) -> Result<bool, Error>;

    /// Removes a tenant's route; `false` when it has no such route.
    async fn remove_route(&self, channel: ChannelKind, address: &str, tenant: &TenantId) -> Result<bool, Error>;

    /// Adds a user; `false` when the email is taken.
    async fn add_user(&self, user: &User) -> Result<bool, Error>;

    /// All users, by email.
    async fn users(&self) -> Result<Vec<User>, Error>;

    /// Adds a key.
    async fn add_key(&self, key: &ApiKey) -> Result<(), Error>;

    /// The keys of a tenant, newest first.
    async fn keys(&self, tenant: &TenantId) -> Result<Vec<ApiKey>, Error>;

    /// Removes a tenant's key, which opens nothing from then on; `false` when it has no such key.
    async fn remove_key(&self, id: ApiKeyId, tenant: &TenantId) -> Result<bool, Error>;

    /// The key with this hash of a secret.
    async fn key(&self, secret_hash: &[u8; 32]) -> Result<Option<ApiKey>, Error>;

    /// The parts of all tenants' accounts, by tenant, provider and name.
    async fn credentials(&self) -> Result<Vec<Credential>, Error>;

    /// Writes parts of accounts, all or none; one that was set later than what is given stays.
    async fn put_credentials(&self, credentials: &[Credential]) -> Result<(), Error>;

    /// Writes parts of an account, all or none, while nobody has set a part of it since it was seen; `false`
    /// when somebody has.
    async fn change_account(&self, account: &AccountSeen<'_>, credentials: &[Credential]) -> Result<bool, Error>;

    /// Removes a tenant's account at a provider; `false` when it has none.
    async fn remove_credentials(&self, tenant: &TenantId, provider: &str) -> Result<bool, Error>;

    /// The same while nobody has set a part of it since it was seen; `false` when somebody has.
    async fn remove_account(&self, account: &AccountSeen<'_>) -> Result<bool, Error>;

    /// A setting of the installation, such as a generated secret.
    async fn setting(&self, name: &str) -> Result<Option<String>, Error>;

    /// Writes a setting if there is none, and returns the one in force.
    async fn setting_or(&self, name: &str, value: &str) -> Result<String, Error>;

    /// Raises the installation's epoch by one and returns it: the fencing token of a node that
    /// owns everything.
    async fn next_epoch(&self) -> Result<crate::Epoch, Error>;
}
