//! The ports on SQLite: WAL, one writer, a read-only pool, a checkpointer.

mod access;
mod arrivals;
mod checkpoint;
mod columns;
mod commit;
mod contact_tags;
mod dead_letters;
mod desk;
mod erasure;
mod files;
mod find;
mod gathering;
mod ledger;
mod load;
mod log;
mod numbers;
mod outbox;
mod pages;
mod people;
mod presets;
mod pulse;
mod queue;
mod reader;
mod records;
mod registry;
mod reports;
mod retention;
mod second_step;
mod sources;
mod statement;
mod store;
mod tags;
mod timers;
mod transaction;
mod turns;
mod upkeep;
mod watch;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use frontdesk_core::ports::store::Error;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Transaction};
use tokio::sync::Mutex;

use crate::config::{Config, Durability};
use crate::error::{OpenError, port};
use checkpoint::Checkpointer;

/// The name of the file in the data directory.
const FILE: &str = "frontdesk.db";

/// How often migrations are tried; each try finds at least one more applied by somebody.
const MIGRATE_ATTEMPTS_MAX: u32 = 10;

/// How a transaction begins that may write: a read that later wants to write can fail without a wait.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// Memory for pages, in KiB, as SQLite takes it: negative.
const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-8192";

/// How much of the file readers map into memory, in bytes.
const READER_MAP: &str = "268435456";

/// One SQLite file.
pub(crate) struct Sqlite {
    writer: std::sync::Arc<Writer>,
    readers: SqlitePool,
    checkpointer: Checkpointer,
    numbers: numbers::Numbers,
}

/// The one connection that writes. Whoever waits is served in order.
struct Writer {
    connection: Mutex<SqliteConnection>,
    wait: Duration,
    /// A script has begun a transaction, and none is known to have ended it.
    is_open: AtomicBool,
}

impl Sqlite {
    /// Opens the file, makes it when it is missing, and brings its tables up to date.
    pub(crate) async fn open(config: &Config) -> Result<Self, OpenError> {
        let base = options(config)?;
        let mut connection = base
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("cache_size", WRITER_CACHE)
            .connect()
            .await
            .map_err(OpenError::Unreachable)?;
        migrate(&mut connection).await?;

        let readers = SqlitePoolOptions::new()
            .max_connections(config.read_connections.max(1))
            .acquire_timeout(config.acquire_timeout())
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(
                base.clone()
                    .read_only(true)
                    .pragma("cache_size", READER_CACHE)
                    .pragma("mmap_size", READER_MAP),
            );
        let writer = std::sync::Arc::new(Writer {
            connection: Mutex::new(connection),
            wait: config.acquire_timeout(),
            is_open: AtomicBool::new(false),
        });
        let connection = base.connect().await.map_err(OpenError::Unreachable)?;
        let checkpointer = Checkpointer::start(connection, writer.clone(), base.get_filename());
        Ok(Self {
            writer,
            readers,
            checkpointer,
            numbers: numbers::Numbers::default(),
        })
    }
}

/// Brings the tables up to date. SQLite has no lock that outlives a transaction, so of two
/// processes that start on an empty file one can lose the race for a migration: it looks again.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let migrator = sqlx::migrate!("migrations/sqlite");
    let mut attempt = 1;
    loop {
        match migrator.run_direct(None, connection, false).await {
            Ok(()) => return Ok(()),
            Err(error) if attempt == MIGRATE_ATTEMPTS_MAX => return Err(error.into()),
            Err(_) => attempt += 1,
        }
    }
}

/// Begins a transaction that may write.
async fn begin(connection: &mut SqliteConnection) -> Result<Transaction<'_, sqlx::Sqlite>, Error> {
    connection.begin_with(BEGIN).await.map_err(port)
}

fn options(config: &Config) -> Result<SqliteConnectOptions, OpenError> {
    let options = match &config.url {
        Some(url) => url.parse().map_err(OpenError::Address)?,
        None => {
            make_dir(&config.data_dir)?;
            SqliteConnectOptions::new().filename(config.data_dir.join(FILE))
        }
    };
    let synchronous = match config.durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Normal => SqliteSynchronous::Normal,
    };
    Ok(options
        .synchronous(synchronous)
        .auto_vacuum(SqliteAutoVacuum::None)
        .busy_timeout(config.acquire_timeout())
        .pragma("wal_autocheckpoint", checkpoint::AUTO_PAGES)
        .pragma("temp_store", "memory")
        // What is deleted or replaced is overwritten, not merely unlinked: it may be a person's.
        .pragma("secure_delete", "on")
        .thread_name(|number| format!("sqlite-{number}"))
        .disable_statement_logging())
}

/// Makes the data directory, readable by nobody else: it will hold people's words.
fn make_dir(path: &Path) -> Result<(), OpenError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| OpenError::DataDir {
        path: path.display().to_string(),
        source,
    })
}
