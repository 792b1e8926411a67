//! Moves what the write-ahead log holds into the file, beside the commits instead of within one.
//!
//! SQLite syncs the file only when a checkpoint has reached the end of the log, which under load none does
//! beside the commits: then the last one, for which they wait, would sync what all before it have left. So the
//! file is synced between the rounds, while commits go on, and the last round has little left to do:
//!
//! ```text
//! move, sync ─► move, sync ─► … ─► commits wait: move the rest, sync it, begin the log anew
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use frontdesk_core::ports::store::Error;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, spawn_blocking};

use super::Writer;
use crate::error::{port, unavailable};

/// Pages in the log at which a commit makes the checkpoint itself: only reached when the
/// checkpointer cannot keep up.
pub(super) const AUTO_PAGES: &str = "65536";

/// Pages after which the log is worth moving: 128 MiB. Pages that change often are moved once however often
/// they are in it.
const LOG_PAGES: u64 = 32_768;

/// What a commit adds to the log at most, nearly always: a page of each table and index, and more pages of
/// them with each turn. Measured: 18 to 26 pages of a turn alone, 170 of 60 turns, 400 of 246.
const PAGES_PER_COMMIT: u64 = 24;
const PAGES_PER_TURN: u64 = 2;

/// Pages that a round may move and be the last one beside the writer: what has come meanwhile is about as
/// much, and is left for the moment in which the writer waits.
const TAIL_PAGES: i64 = 256;

/// Rounds beside the writer before it has to wait for whatever is left.
const ROUNDS_MAX: u32 = 8;

/// How often a log that grows slowly is moved.
const INTERVAL: Duration = Duration::from_secs(60);

/// The background task that checkpoints. Ends when it is dropped.
pub(super) struct Checkpointer {
    pages: AtomicU64,
    wake: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Checkpointer {
    /// Starts the task for the database at `path`. `connection` is its own, `writer` is borrowed for the end of
    /// each checkpoint.
    pub(super) fn start(mut connection: SqliteConnection, writer: Arc<Writer>, path: &Path) -> Self {
        let wake = Arc::new(Notify::new());
        let woken = wake.clone();
        let mut database = Database::new(path);
        let task = tokio::spawn(async move {
            loop {
                // Either end of the wait is a reason to look.
                let _ = tokio::time::timeout(INTERVAL, woken.notified()).await;
                if let Err(error) = checkpoint(&mut connection, &writer, &mut database).await {
                    tracing::warn!(%error, "the write-ahead log could not be moved into the file");
                }
            }
        });
        Self {
            pages: AtomicU64::new(0),
            wake,
            task,
        }
    }

    /// Counts a commit of so many turns, and wakes the task when the log is long.
    pub(super) fn committed(&self, turns: usize) {
        let pages = PAGES_PER_COMMIT + PAGES_PER_TURN * turns as u64;
        if self.pages.fetch_add(pages, Ordering::Relaxed) + pages >= LOG_PAGES {
            self.pages.store(0, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The file itself, to sync it.
struct Database {
    path: PathBuf,
    /// Opened when it is needed first, and never closed: closing any descriptor of a file takes away the locks
    /// that this process has on it, which are SQLite's.
    file: Option<&'static File>,
}

impl Database {
    fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            file: None,
        }
    }

    /// Waits until everything written to the file is on disk.
    async fn sync(&mut self) -> Result<(), Error> {
        let known = self.file;
        let path = self.path.clone();
        let synced = spawn_blocking(move || {
            let file = match known {
                Some(file) => file,
                None => Box::leak(Box::new(File::open(path)?)),
            };
            file.sync_data().map(|()| file)
        });
        let file = synced.await.map_err(unavailable)?.map_err(unavailable)?;
        self.file = Some(file);
        Ok(())
    }
}

/// Moves most of the log while commits go on, then the short rest while they wait, so that the
/// log starts from its beginning again instead of growing.
async fn checkpoint(connection: &mut SqliteConnection, writer: &Writer, database: &mut Database) -> Result<(), Error> {
    let mut moved_before = 0;
    for _ in 0..ROUNDS_MAX {
        let (_, pages, moved): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)")
            .fetch_one(&mut *connection)
            .await
            .map_err(port)?;
        if moved < pages {
            database.sync().await?;
        }
        if moved - moved_before <= TAIL_PAGES {
            break;
        }
        moved_before = moved;
    }
    let mut connection = writer.lock().await?;
    sqlx::query("PRAGMA wal_checkpoint(RESTART)")
        .fetch_one(&mut *connection)
        .await
        .map_err(port)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::super::Sqlite;
    use super::*;
    use crate::config::Config;

    /// The beginning of a log says which one it is.
    async fn log(db: &Sqlite, path: &Path) -> Vec<u8> {
        let mut connection = db.writer.lock().await.unwrap();
        sqlx::raw_sql("CREATE TABLE IF NOT EXISTS lines (text TEXT); INSERT INTO lines VALUES ('a')")
            .execute(&mut *connection)
            .await
            .unwrap();
        std::fs::read(path).unwrap()[..32].to_vec()
    }

    #[tokio::test]
    async fn a_log_made_of_single_turns_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: dir.path().to_owned(),
            ..Config::default()
        };
        let db = Sqlite::open(&config).await.unwrap();
        let path = dir.path().join("frontdesk.db-wal");
        let first = log(&db, &path).await;
        for _ in 0..LOG_PAGES / PAGES_PER_COMMIT {
            db.checkpointer.committed(1);
        }
        let deadline = Instant::now() + Duration::from_secs(30);
        while log(&db, &path).await == first {
            assert!(Instant::now() < deadline, "the log goes on and on");
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn the_file_is_synced_again_and_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let mut database = Database::new(&path);
        assert!(database.sync().await.is_err(), "there is no file yet");
        std::fs::write(&path, "a").unwrap();
        database.sync().await.unwrap();
        let first = database.file.unwrap();
        database.sync().await.unwrap();
        assert!(std::ptr::eq(first, database.file.unwrap()), "it is opened once");
    }
}
