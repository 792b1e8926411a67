//! What colleagues set up for their own work: replies they have ready, filters of the inbox, columns of
//! lists.

use async_trait::async_trait;
use uuid::Uuid;

use super::store::Error;
use crate::{TenantId, Timestamp, UserId};

/// Canned replies of a tenant.
pub const CANNED_REPLIES_MAX: u32 = 200;
/// Saved views of a user.
pub const SAVED_VIEWS_MAX: u32 = 20;

/// A reply that colleagues have ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannedReply {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub tenant: TenantId,
    /// What is typed for it; unique in the tenant.
    pub shortcut: String,
    /// The words, with placeholders such as `{name}`.
    pub text: String,
    /// Grows with every change; 0 is not stored yet.
    pub revision: u64,
    /// What the colleague who last changed it was called then.
    pub author: String,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What became of a canned reply that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored.
    Done,
    /// Somebody else has changed or removed it since.
    Conflict,
    /// Another one has its shortcut.
    Taken,
    /// The tenant has [`CANNED_REPLIES_MAX`] others.
    Full,
}

/// A filter of the inbox under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Whose.
    pub user: UserId,
    /// Its name; unique for the user.
    pub name: String,
    /// The query of its address.
    pub query: String,
    /// When it was saved.
    pub at: Timestamp,
}

/// What colleagues set up for their own work.
#[async_trait]
pub trait Presets: Send + Sync + 'static {
    /// The canned replies of a tenant, by shortcut.
    async fn canned_replies(&self, tenant: &TenantId) -> Result<Vec<CannedReply>, Error>;

    /// Adds a canned reply of revision 0, or changes the one that still has the given revision.
    async fn put_canned_reply(&self, reply: &CannedReply) -> Result<Put, Error>;

    /// Removes a tenant's canned reply while it still has this revision; `false` when it has another one, or
    /// the tenant has no such reply.
    async fn remove_canned_reply(&self, tenant: &TenantId, id: Uuid, revision: u64) -> Result<bool, Error>;

    /// The views of a user, by name.
    async fn saved_views(&self, user: UserId) -> Result<Vec<SavedView>, Error>;

    /// Saves a view, or replaces the one of its name; `false` when the user has
    /// [`SAVED_VIEWS_MAX`] others.
    async fn save_view(&self, view: &SavedView) -> Result<bool, Error>;

    /// The columns of a list that a user wants to see no more, in their order.
    async fn hidden_columns(&self, user: UserId, list: &str) -> Result<Vec<String>, Error>;

    /// Writes down which columns of a list a user wants to see no more.
    async fn hide_columns(&self, user: UserId, list: &str, columns: &[String]) -> Result<(), Error>;

    /// Removes a view of a user.
    async fn remove_view(&self, user: UserId, name: &str) -> Result<(), Error>;
}
