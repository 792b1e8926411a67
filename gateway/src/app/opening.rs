//! What has to be there before anything works: descriptors, an address, a database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use frontdesk_core::ports::hot::Hot;
use frontdesk_storage::{Config, Database, OpenError};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

use crate::config::Settings;

/// How long a database that does not answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// The first pause between two tries; doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(250);
/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Lets the process have as many descriptors as the system allows: one socket is one.
pub fn raise_descriptor_limit() {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open sockets could not be raised");
    }
}

/// Takes the address to serve on.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on. Is another server running there? Set FRONTDESK_LISTEN for another address.")
    })
}

/// Opens the database; one that is merely away is waited for.
pub async fn database(config: &Config) -> anyhow::Result<Database> {
    let give_up = Instant::now() + PATIENCE;
    let mut pause = PAUSE_MIN;
    loop {
        match frontdesk_storage::open(config).await {
            Ok(database) => return Ok(database),
            Err(error @ (OpenError::Unreachable(_) | OpenError::Timeout)) if Instant::now() + pause < give_up => {
                tracing::warn!(%error, retry_ms = pause.as_millis(), "waiting for the database");
                sleep(pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
            Err(error) => {
                return Err(error)
                    .context("The database cannot be opened. Check DATABASE_URL, or FRONTDESK_DATA for SQLite.");
            }
        }
    }
}

/// Opens the hot store, where one is set. One that is away keeps nothing from starting.
pub fn hot(settings: &Settings) -> anyhow::Result<Option<Arc<dyn Hot>>> {
    let open = |url: &SecretString| frontdesk_storage::hot(url.expose_secret());
    settings
        .redis_url()
        .map(open)
        .transpose()
        .context("Redis cannot be used. Check REDIS_URL.")
}
