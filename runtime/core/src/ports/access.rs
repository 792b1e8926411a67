//! Who signs in to the console, and what they did there.

use async_trait::async_trait;
use uuid::Uuid;

use super::reader::{Page, Rows, Scope};
use super::registry::{Role, User};
use super::store::Error;
use crate::{Language, TenantId, Timestamp, UserId};

/// A browser somebody is signed in with. Its token is known to that browser alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Who is signed in.
    pub user: UserId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was last prolonged.
    pub seen_at: Timestamp,
    /// When it ends unless it is prolonged.
    pub expires_at: Timestamp,
    /// What the browser said it is when they signed in; may be empty.
    pub device: String,
    /// The network address it was last prolonged from; may be empty.
    pub address: String,
}

/// Sessions that are read at once.
pub const SESSIONS_SHOWN: u32 = 100;

/// Something somebody did, for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id; ordered by time.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Whose data it concerned; `None` when the installation's.
    pub tenant: Option<TenantId>,
    /// Who.
    pub user: UserId,
    /// Their email at that time.
    pub email: String,
    /// What: a stable code such as `conversation.take_over`.
    pub act: String,
    /// What it was done to: an id or a short name, never a person's details.
    pub subject: String,
}

/// The users, their sessions and the log of what they did.
#[async_trait]
pub trait Access: Send + Sync + 'static {
    /// Whether anybody can sign in.
    async fn has_users(&self) -> Result<bool, Error>;

    /// The user with this email, lower-cased.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error>;

    /// Adds a user unless there is one; `false` when there is.
    async fn add_first_user(&self, user: &User) -> Result<bool, Error>;

    /// Writes what colleagues call a user, and the language they read; `false` when there is no such user.
    async fn change_profile(&self, user: UserId, name: &str, language: Option<Language>) -> Result<bool, Error>;

    /// Gives a user another role while it is still `was`; `false` when it is another one by now, or there
    /// is no such user.
    async fn change_role(&self, user: UserId, was: Role, role: Role) -> Result<bool, Error>;

    /// Replaces the hash of a user's password while it is still `was`; `false` when it is another one by
    /// now, or there is no such user.
    async fn change_password(&self, user: UserId, was: &str, hash: &str) -> Result<bool, Error>;

    /// Removes a user with their second step and ends their sessions; `false` when there is no such user.
    async fn remove_user(&self, user: UserId) -> Result<bool, Error>;

    /// Adds a session, and removes those that have ended.
    async fn open_session(&self, session: &Session) -> Result<(), Error>;

    /// The session with this hash and who is signed in, unless it has ended by `now`.
    async fn session(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<(Session, User)>, Error>;

    /// Writes down that a session is used: when it was seen, until when it lasts, from which address.
    async fn prolong_session(&self, session: &Session) -> Result<(), Error>;

    /// The sessions of a user that have not ended by `now`, the one seen last first, at most
    /// [`SESSIONS_SHOWN`].
    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Vec<Session>, Error>;

    /// Ends a session of a user; `false` when they have no such one.
    async fn end_session(&self, user: UserId, token_hash: &[u8; 32]) -> Result<bool, Error>;

    /// Ends every session of a user but this one, and every sign-in that waits for its code, and returns
    /// how many sessions there were.
    async fn end_other_sessions(&self, user: UserId, token_hash: &[u8; 32]) -> Result<u64, Error>;

    /// Ends every session of a user, and every sign-in that waits for its code, and returns how many there were.
    async fn end_sessions(&self, user: UserId) -> Result<u64, Error>;

    /// Counts an attempt to sign in and returns how many there were since the first one after
    /// `since`, this one included. Attempts before `since` are forgotten.
    async fn count_attempt(&self, account_hash: &[u8; 32], now: Timestamp, since: Timestamp) -> Result<u32, Error>;

    /// Forgets the attempts after one that succeeded.
    async fn forget_attempts(&self, account_hash: &[u8; 32]) -> Result<(), Error>;

    /// Writes down what somebody did.
    async fn audit(&self, entry: &AuditEntry) -> Result<(), Error>;

    /// What was done to any of these, of one tenant when the scope is one, newest first, at most `limit`.
    async fn audit_about(&self, scope: &Scope, subjects: &[String], limit: u32) -> Result<Vec<AuditEntry>, Error>;

    /// What was done, of one tenant when the scope is one, newest first.
    async fn audit_log(&self, scope: &Scope, page: Page) -> Result<Rows<AuditEntry>, Error>;
}
