//! The chat of a web site: a WebSocket at `/ws/chat` that speaks JSON.
//!
//! ```text
//!  upgrade ─► socket::run ─► wire::parse ─► session ─► Runtime::deliver
//!  origin,      one task     text to        frame to         │ durable
//!  ceiling      a socket     a frame        an event         ▼
//!                   ▲                                  ack, then what was said
//!                   └── what happens in the thread (Live) ◄── the conversation's room
//! ```
//!
//! A socket is nothing but a window on its thread: losing it loses nothing, and a new one resumes
//! from the last message it has.

mod facts;
mod identity;
mod metrics;
mod origin;
mod session;
mod socket;
pub mod wire;

use std::fmt;
use std::sync::Arc;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use frontdesk_actors::Dialogue;
use frontdesk_core::TenantId;
use frontdesk_core::ports::clock::Clock;
use frontdesk_runtime::Runtime;
pub use identity::is_proven;
pub use origin::Origin;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use self::metrics::Metrics;
use self::wire::FRAME_BYTES_MAX;
use crate::api::Error;
use crate::files::Files;
use crate::tenants::Directory;

/// Bytes read from a socket at once, and kept for it: the default of 128 KiB would be most of what
/// an idle socket costs. Longer frames take more than one read.
const READ_BUFFER_BYTES: usize = 1024;
/// Bytes of answers that are gathered before they are written without a flush.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;
/// Bytes of answers that may wait for a slow reader.
const WRITE_BUFFER_BYTES_MAX: usize = 256 * 1024;

/// Settings of the chat.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Sockets at once; more are refused with 503.
    pub sockets_max: usize,
    /// Whose chat it is when a client names no tenant.
    pub default_tenant: TenantId,
    /// Frames a second that one socket may send for long.
    pub frames_per_second: u32,
    /// Frames that one socket may send at once.
    pub frame_burst: u32,
    /// Pause between signs of life, in milliseconds. After three without an answer the socket is closed.
    pub heartbeat_ms: u64,
    /// How long one write may take, in milliseconds.
    pub write_timeout_ms: u64,
    /// Messages that may wait for a socket; one that falls further behind is dropped and resumes.
    pub queue_max: usize,
}

/// What the sockets share.
pub struct Chat {
    config: Config,
    public_url: Url,
    runtime: Runtime<Dialogue>,
    tenants: Arc<Directory>,
    files: Arc<Files>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    places: Arc<Semaphore>,
    stop: CancellationToken,
    sockets: TaskTracker,
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Chat {
    /// A chat without sockets.
    #[must_use]
    pub fn new(
        config: Config,
        public_url: Url,
        runtime: Runtime<Dialogue>,
        tenants: Arc<Directory>,
        files: Arc<Files>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            places: Arc::new(Semaphore::new(config.sockets_max.min(Semaphore::MAX_PERMITS))),
            config,
            public_url,
            runtime,
            tenants,
            files,
            clock,
            metrics: Metrics::new(),
            stop: CancellationToken::new(),
            sockets: TaskTracker::new(),
        }
    }

    /// Closes every socket with a reason and waits until the last one is gone. Each has a bound of
    /// its own, so this ends.
    pub async fn close(&self) {
        self.stop.cancel();
        self.sockets.close();
        self.sockets.wait().await;
    }
}

/// `GET /ws/chat`: opens a socket.
///
/// # Errors
///
/// 426 for a request that is no WebSocket, 403 from a page that no tenant allows, 503 when there
/// are too many sockets or the server is about to end.
pub async fn upgrade(
    State(chat): State<Arc<Chat>>,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    let socket = socket.map_err(|_| Error::UpgradeRequired)?;
    let origin = Origin::of(&headers, &chat.public_url);
    if !chat.tenants.any(|tenant| origin.is_allowed_by(tenant.settings())) {
        return Err(Error::ForeignOrigin);
    }
    if chat.stop.is_cancelled() {
        return Err(Error::Unavailable);
    }
    let place = Arc::clone(&chat.places)
        .try_acquire_owned()
        .map_err(|_| Error::Busy { retry_after_s: 1 })?;
    // The bound of the socket itself lies above ours: a frame a little too large is read and
    // answered, and only a huge one is left unread.
    let upgrade = socket
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_frame_size(2 * FRAME_BYTES_MAX)
        .max_message_size(2 * FRAME_BYTES_MAX);
    Ok(upgrade.on_upgrade(move |socket| {
        let sockets = chat.sockets.clone();
        sockets.track_future(async move {
            let _place = place;
            let _open = chat.metrics.opened();
            let end = socket::run(socket, &chat, origin, &chat.stop).await;
            tracing::debug!(end = ?end, "a chat socket ended");
        })
    }))
}
