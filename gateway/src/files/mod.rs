//! Files that go with messages: taken from visitors and colleagues, kept in the database, given out
//! by links that end.
//!
//! ```text
//!  upload ─► room? ─► first part: what is it? ─► parts ─► complete ─► a message names it
//!                          │                                             │
//!                          └── refused, removed           link ─► /f/… ◄─┘ always saved, never shown
//! ```
//!
//! Nothing that was uploaded is ever a page of ours: every answer with a file tells the browser to
//! keep it, and not to run it if it does not listen.

mod download;
mod kind;
mod name;
mod upload;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::files::{self, File, Quota};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store;
use frontdesk_core::{Attachment, ConversationId, FileId, TenantId};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub use download::{Content, answer};
pub use kind::{accept, recognise};
pub use name::{clean, disposition};
pub use upload::Upload;

use crate::links::{FileLink, Links};

/// Bytes of one file that a colleague sends.
pub const COLLEAGUE_BYTES_MAX: u64 = 25_000_000;
/// Links made within so long of each other are the same, so that a browser fetches a picture once.
const LINK_STEP_MS: i64 = 10 * 60 * 1_000;
/// How often files are looked for that no message came for.
const SWEEP_PAUSE: Duration = Duration::from_secs(60);
/// Files removed in one go.
const SWEEP_MAX: u32 = 100;

/// Settings of files.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Files of one conversation.
    pub per_conversation_max: u32,
    /// Bytes of all files of one tenant.
    pub per_tenant_bytes_max: u64,
    /// Uploads under way at once; more are refused with 503.
    pub uploads_max: usize,
    /// How long one upload may take, in milliseconds.
    pub upload_timeout_ms: u64,
    /// How long an upload may say nothing, in milliseconds.
    pub silence_timeout_ms: u64,
    /// How long a link to a file is good, in milliseconds.
    pub link_ms: u64,
    /// How long a link is good that is sent to a person without a chat, in milliseconds.
    pub sent_link_ms: u64,
    /// How long a file is kept that no message came for, in milliseconds.
    pub unsent_ms: u64,
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The tenant takes no files.
    #[error("No files can be sent here.")]
    NotTaken,
    /// There is nothing in it.
    #[error("The file is empty.")]
    Empty,
    /// It is larger than allowed.
    #[error("The file is too large: {bytes_max} bytes at most.")]
    TooLarge {
        /// Bytes of one file.
        bytes_max: u64,
    },
    /// Its content is of no type that is taken.
    #[error("Files of this type are not taken. The type is told by the content, not by the name.")]
    WrongType,
    /// The conversation has as many files as it may.
    #[error("This conversation has as many files as it may have.")]
    ConversationFull,
    /// The tenant's files have as many bytes as they may.
    #[error("There is no room for more files.")]
    TenantFull,
    /// The connection broke, fell silent, or brought another number of bytes than it said.
    #[error("The file did not arrive whole. Send it again.")]
    BrokenOff,
    /// Too many uploads at once; later it will work.
    #[error("Too many files are on their way. Try again in a moment.")]
    Busy,
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Refused {
    /// The stable code, and the HTTP status it goes with.
    #[must_use]
    pub const fn parts(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotTaken => (StatusCode::FORBIDDEN, "files_not_taken"),
            Self::Empty => (StatusCode::UNPROCESSABLE_ENTITY, "file_empty"),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "file_too_large"),
            Self::WrongType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "file_wrong_type"),
            Self::ConversationFull => (StatusCode::CONFLICT, "files_conversation_full"),
            Self::TenantFull => (StatusCode::INSUFFICIENT_STORAGE, "files_full"),
            Self::BrokenOff => (StatusCode::BAD_REQUEST, "file_broken_off"),
            Self::Busy | Self::Store(store::Error::Unavailable(_)) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Store(store::Error::Invalid(_)) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

/// What takes files and gives them out.
pub struct Files {
    config: Config,
    store: Arc<dyn files::Files>,
    links: Links,
    clock: Arc<dyn Clock>,
    places: Semaphore,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Files {
    /// Files in a database.
    #[must_use]
    pub fn new(config: Config, store: Arc<dyn files::Files>, links: Links, clock: Arc<dyn Clock>) -> Self {
        Self {
            places: Semaphore::new(config.uploads_max.min(Semaphore::MAX_PERMITS)),
            config,
            store,
            links,
            clock,
        }
    }

    /// A file of a conversation; `None` where there is no such file, whoever else may have it.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn of_conversation(
        &self,
        tenant: &TenantId,
        conversation: ConversationId,
        id: FileId,
    ) -> Result<Option<File>, store::Error> {
        let found = self.store.file(&Scope::Tenant(tenant.clone()), id).await?;
        Ok(found.filter(|file| file.conversation == conversation))
    }

    /// A link to a file, below our address: good for the time that is set for links, and a little more.
    #[must_use]
    pub fn link(&self, id: FileId) -> String {
        self.link_for(id, self.config.link_ms)
    }

    /// What a message carries of a file; `is_fetched` where the person gets it by a link among the
    /// words instead of in a chat.
    #[must_use]
    pub fn attachment(&self, file: File, is_fetched: bool) -> Attachment {
        let url = match is_fetched {
            true => self.links.absolute(&self.link_for(file.id, self.config.sent_link_ms)),
            false => String::new(),
        };
        Attachment {
            media_type: file.media_type,
            url,
            bytes: Some(file.bytes),
            name: Some(file.name),
            file: Some(file.id),
        }
    }

    /// The file of a link that is still good.
    ///
    /// # Errors
    ///
    /// There is no such link or file, the link has ended, or the database is away.
    pub async fn followed(&self, token: &str) -> Result<Content, Unreachable> {
        let link = self.links.read_file(token).ok_or(Unreachable::Unknown)?;
        if link.expires_at <= self.clock.now() {
            return Err(Unreachable::Expired);
        }
        let file = self.store.file(&Scope::All, link.file).await?;
        let file = file.ok_or(Unreachable::Unknown)?;
        Ok(Content::of(file, Arc::clone(&self.store)))
    }

    /// Removes files that no message came for, until `stop`.
    pub async fn sweep(self: Arc<Self>, stop: CancellationToken) {
        while stop
            .run_until_cancelled(tokio::time::sleep(SWEEP_PAUSE))
            .await
            .is_some()
        {
            let before = self.clock.now().as_millis() - millis(self.config.unsent_ms);
            let before = frontdesk_core::Timestamp::from_millis(before);
            match self.store.sweep(before, SWEEP_MAX).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "files were removed that no message came for"),
                Err(error) => tracing::debug!(%error, "files could not be looked through"),
            }
        }
    }

    const fn quota(&self) -> Quota {
        Quota {
            conversation_files_max: self.config.per_conversation_max,
            tenant_bytes_max: self.config.per_tenant_bytes_max,
        }
    }

    fn link_for(&self, file: FileId, lasts_ms: u64) -> String {
        let earliest = self.clock.now().as_millis().saturating_add(millis(lasts_ms));
        let expires_at = (earliest / LINK_STEP_MS + 1).saturating_mul(LINK_STEP_MS);
        self.links.file(&FileLink {
            file,
            expires_at: frontdesk_core::Timestamp::from_millis(expires_at),
        })
    }
}

/// Why a link leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// Nobody made it, or its file is gone.
    #[error("there is no such file")]
    Unknown,
    /// Its time is over.
    #[error("the link has ended")]
    Expired,
    /// The database did not tell.
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn millis(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
