//! Servers that do less than Frontdesk, to hold it against what the machine can do.

mod commit;
mod echo;
mod rows;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::routing::get;
use clap::ValueEnum;

/// Buffers are what Frontdesk's chat socket has, so that the comparison is of work, not of settings.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// The longest frame.
const MAX_FRAME_BYTES: usize = 64 * 1024;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Sends every frame back.
    Echo,
    /// Group-commits the rows of a turn and answers.
    Commit,
}

impl Kind {
    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Commit => "commit",
        }
    }
}

/// Serves the chat socket's address and `/ready` on `listen` until killed. What it commits goes to `database`, or to
/// SQLite under `data`.
///
/// # Errors
///
/// When it cannot listen or the database cannot be opened.
pub async fn serve(kind: Kind, listen: SocketAddr, database: Option<String>, data: PathBuf) -> Result<()> {
    anyhow::ensure!(listen.ip().is_loopback(), "{listen} is not a loopback address");
    let chat = match kind {
        Kind::Echo => get(echo::upgrade),
        Kind::Commit => get(commit::upgrade).with_state(commit::open(database, data).await?),
    };
    let router = Router::new()
        .route("/ws/chat", chat)
        .route("/ready", get(|| async { "ready" }));
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |tcp| {
        // Without this the kernel holds small frames back; a socket that refuses is only slower.
        drop(tcp.set_nodelay(true));
    });
    axum::serve(listener, router).await.context("cannot serve")
}
