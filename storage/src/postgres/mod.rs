//! The ports on Postgres: a pool that writes, a pool that reads, one statement a group of turns. That
//! statement (`commit.sql`) also writes what has files of its own on SQLite.

mod access;
mod arrivals;
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
mod outbox;
mod pages;
mod people;
mod presets;
mod pulse;
mod queue;
mod reader;
mod registry;
mod reports;
mod retention;
mod second_step;
mod sources;
mod store;
mod tags;
mod timers;
mod upkeep;
mod watch;

use std::time::Duration;

use frontdesk_core::ports::store::Error;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};

use crate::config::{Config, Durability};
use crate::error::{OpenError, unavailable};

/// After so long without use a connection is tried before it is given out.
const IDLE_TRUSTED: Duration = Duration::from_secs(1);

/// Writers find every row by its key. The planner is told so, and plans each statement once: what
/// it would make of the statistics of a table that was empty a second ago is worse, and planning
/// costs more than executing.
const WRITER_PLANS: [(&str, &str); 7] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_material", "off"),
    ("jit", "off"),
    ("work_mem", "16MB"),
];

/// Readers find rows by an index, too: the statistics of a table that filled up a second ago would
/// have it read whole for each conversation that comes back. Nothing that a page reads is worth workers of
/// its own: starting them takes longer than the read, 10 to 20 ms.
const READER_PLANS: [(&str, &str); 4] = [
    ("default_transaction_read_only", "on"),
    ("enable_seqscan", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("jit", "off"),
];

/// One Postgres database.
pub(crate) struct Postgres {
    writers: PgPool,
    readers: PgPool,
    deadline: Duration,
}

impl Postgres {
    /// Connects, and brings the tables up to date.
    pub(crate) async fn open(config: &Config, url: &str) -> Result<Self, OpenError> {
        let base = options(config, url)?;
        let mut connection = tokio::time::timeout(config.acquire_timeout(), base.connect())
            .await
            .map_err(|_| OpenError::Timeout)?
            .map_err(OpenError::Unreachable)?;
        // A migration may take longer than a statement of a running server.
        let unlimited = sqlx::query("SET statement_timeout = 0");
        unlimited
            .execute(&mut connection)
            .await
            .map_err(OpenError::Unreachable)?;
        sqlx::migrate!("migrations/postgres")
            .run_direct(None, &mut connection, false)
            .await?;
        connection.close().await.map_err(OpenError::Unreachable)?;

        let synchronous_commit = match config.durability {
            Durability::Full => "on",
            Durability::Normal => "off",
        };
        let writer = base
            .clone()
            .options(WRITER_PLANS)
            .options([("synchronous_commit", synchronous_commit)]);
        let reader = base.options(READER_PLANS);
        Ok(Self {
            writers: pool(config, config.write_connections, writer),
            readers: pool(config, config.read_connections, reader),
            deadline: config.acquire_timeout() + config.statement_timeout(),
        })
    }

    /// Bounds a call from this side too: a network that swallows packets lets nobody else do it.
    async fn within<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::time::timeout(self.deadline, call).await.map_err(unavailable)?
    }
}

fn options(config: &Config, url: &str) -> Result<PgConnectOptions, OpenError> {
    let options: PgConnectOptions = url.parse().map_err(OpenError::Address)?;
    let statement_timeout = config.statement_timeout_ms.to_string();
    Ok(options
        .application_name("frontdesk")
        .options([
            ("statement_timeout", statement_timeout.as_str()),
            ("idle_in_transaction_session_timeout", statement_timeout.as_str()),
        ])
        .disable_statement_logging())
}

fn pool(config: &Config, connections: u32, options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(config.acquire_timeout())
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for >= IDLE_TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}
