//! Files that go with messages and are kept by us: what visitors upload, and colleagues.
//!
//! ```text
//!  reserve ─► add_part … ─► complete ─► a message carries it (Store::commit) ─► part …
//!     │                        │
//!     └── remove ◄── refused   └── sweep: no message came for it
//! ```

use async_trait::async_trait;

use super::reader::Scope;
use super::store::Error;
use crate::{ConversationId, FileId, Personal, TenantId, Timestamp};

/// Bytes of a part; the last one of a file may be shorter. Small enough that writing one keeps nobody
/// who shares the database waiting.
pub const PART_BYTES: usize = 256 * 1024;

/// A file as it is known, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// In which conversation; it may not exist yet.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// What its sender calls it.
    pub name: Personal,
    /// Media type, by its content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When its upload began.
    pub uploaded_at: Timestamp,
    /// The message that carries it; `None` while there is none.
    pub seq: Option<u64>,
}

/// How much is kept. Uploads that begin in the same instant may exceed it by what they bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Files of one conversation.
    pub conversation_files_max: u32,
    /// Bytes of all files of one tenant.
    pub tenant_bytes_max: u64,
}

/// Whether there is room for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// There is, and it is kept for this file.
    Done,
    /// The conversation has as many files as it may.
    ConversationFull,
    /// The tenant's files have as many bytes as they may.
    TenantFull,
}

/// Where files are kept.
#[async_trait]
pub trait Files: Send + Sync + 'static {
    /// Keeps room for a file whose size is known. The same file twice is one.
    async fn reserve(&self, file: &File, quota: Quota) -> Result<Reserved, Error>;

    /// Adds a part of [`PART_BYTES`], counted from 0, in place of one that is there already.
    async fn add_part(&self, id: FileId, part: u32, content: &[u8]) -> Result<(), Error>;

    /// All parts are there: from now on the file can be found.
    async fn complete(&self, id: FileId, media_type: &str) -> Result<(), Error>;

    /// A file that is complete.
    async fn file(&self, scope: &Scope, id: FileId) -> Result<Option<File>, Error>;

    /// A part of a file's content; `None` beyond its end.
    async fn part(&self, id: FileId, part: u32) -> Result<Option<Vec<u8>>, Error>;

    /// Removes a file that no message carries, content and all.
    async fn remove(&self, id: FileId) -> Result<(), Error>;

    /// Removes files that no message carries and whose upload began before `before`, at most `limit`;
    /// returns how many.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, Error>;

    /// Removes every file of a conversation, content and all; returns how many.
    async fn remove_of_conversation(&self, scope: &Scope, id: ConversationId) -> Result<u64, Error>;
}
