//! Moves what the write-ahead log holds into the file, beside the commits instead of within one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use frontdesk_core::ports::store::Error;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::Writer;
use crate::error::port;

/// Pages in the log at which a commit makes the checkpoint itself: only reached when the
/// checkpointer cannot keep up.
pub(super) const AUTO_PAGES: &str = "65536";

/// Turns after which the log is worth moving: some 64 MiB.
const TURNS: u64 = 16_384;

/// Pages that may be left for the moment in which the writer waits: they are synced to disk, and
/// every turn that comes meanwhile is late.
const TAIL_PAGES: i64 = 256;

/// Rounds beside the writer before it has to wait for whatever is left.
const ROUNDS_MAX: u32 = 8;

/// How often a log that grows slowly is moved.
const INTERVAL: Duration = Duration::from_secs(60);

/// The background task that checkpoints. Ends when it is dropped.
pub(super) struct Checkpointer {
    turns: AtomicU64,
    wake: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Checkpointer {
    /// Starts the task. `connection` is its own, `writer` is borrowed for the end of each round.
    pub(super) fn start(mut connection: SqliteConnection, writer: Arc<Writer>) -> Self {
        let wake = Arc::new(Notify::new());
        let woken = wake.clone();
        let task = tokio::spawn(async move {
            loop {
                // Either end of the wait is a reason to look.
                let _ = tokio::time::timeout(INTERVAL, woken.notified()).await;
                if let Err(error) = checkpoint(&mut connection, &writer).await {
                    tracing::warn!(%error, "the write-ahead log could not be moved into the file");
                }
            }
        });
        Self {
            turns: AtomicU64::new(0),
            wake,
            task,
        }
    }

    /// Counts committed turns, and wakes the task when they are many.
    pub(super) fn committed(&self, turns: usize) {
        let turns = turns as u64;
        if self.turns.fetch_add(turns, Ordering::Relaxed) + turns >= TURNS {
            self.turns.store(0, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Moves most of the log while commits go on, then the short rest while they wait, so that the
/// log starts from its beginning again instead of growing.
async fn checkpoint(connection: &mut SqliteConnection, writer: &Writer) -> Result<(), Error> {
    for _ in 0..ROUNDS_MAX {
        let (_, pages, moved): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)")
            .fetch_one(&mut *connection)
            .await
            .map_err(port)?;
        if pages - moved <= TAIL_PAGES {
            break;
        }
    }
    let mut connection = writer.lock().await?;
    sqlx::query("PRAGMA wal_checkpoint(RESTART)")
        .fetch_one(&mut *connection)
        .await
        .map_err(port)?;
    Ok(())
}
