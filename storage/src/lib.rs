//! The ports of Frontdesk on SQLite, Postgres and Redis.
//!
//! ```text
//!   open(config) ──► Database { store, reader, registry, … }   hot(redis address) ──► Hot
//!                       │                                          │
//!            sqlite/  one writer + read-only pool              redis/  recent snapshots
//!            postgres/  writers + readers, one statement           and messages; losing it
//!                       a group of turns                           costs speed, never data
//! ```
//!
//! `sqlite/` and `postgres/` have the same files with the same functions in the same order, and
//! pass the same suite (`tests/contract`); what a row says is read in one place for both (`rows/`).
//! All SQL of the project is here, and static.
//!
//! What is deliberately absent: retries (the caller's: every write can be repeated), caching of
//! conversations (the runtime's), and any knowledge of dialogue: a snapshot is a text.
//!
//! Start reading at `sqlite/commit.rs`.

mod batch;
mod books;
mod codec;
mod config;
mod departure;
mod error;
mod postgres;
mod redis;
mod rows;
mod settlement;
mod spans;
mod sqlite;

use std::fmt;
use std::sync::Arc;

use frontdesk_core::ports::access::Access;
use frontdesk_core::ports::books::Books;
use frontdesk_core::ports::desk::Desk;
use frontdesk_core::ports::files::Files;
use frontdesk_core::ports::hot::Hot;
use frontdesk_core::ports::people::People;
use frontdesk_core::ports::presets::Presets;
use frontdesk_core::ports::pulse::Pulse;
use frontdesk_core::ports::reader::Reader;
use frontdesk_core::ports::recount::Recount;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::reports::Reports;
use frontdesk_core::ports::retention::Retention;
use frontdesk_core::ports::second_step::SecondSteps;
use frontdesk_core::ports::store::Store;
use frontdesk_core::ports::upkeep::Upkeep;
use frontdesk_core::ports::watch::Watch;

pub use config::{Config, Durability};
pub use error::OpenError;

/// An open database.
#[derive(Clone)]
pub struct Database {
    /// Where turns go.
    pub store: Arc<dyn Store>,
    /// Where pages come from.
    pub reader: Arc<dyn Reader>,
    /// What the ledger is read from.
    pub books: Arc<dyn Books>,
    /// What counts ahead of reports.
    pub recount: Arc<dyn Recount>,
    /// What an administrator sets up.
    pub registry: Arc<dyn Registry>,
    /// Who signs in to the console.
    pub access: Arc<dyn Access>,
    /// Where colleagues work.
    pub desk: Arc<dyn Desk>,
    /// What is kept to notice that something stays away.
    pub watch: Arc<dyn Watch>,
    /// Messages of ours by the ids that providers have for them.
    pub reports: Arc<dyn Reports>,
    /// How our accounts stand at their providers.
    pub upkeep: Arc<dyn Upkeep>,
    /// Who the business knows.
    pub people: Arc<dyn People>,
    /// Files that go with messages.
    pub files: Arc<dyn Files>,
    /// What forgets.
    pub retention: Arc<dyn Retention>,
    /// What colleagues set up for their own work.
    pub presets: Arc<dyn Presets>,
    /// The second step of signing in.
    pub second_steps: Arc<dyn SecondSteps>,
    /// How the day goes.
    pub pulse: Arc<dyn Pulse>,
    /// `sqlite` or `postgres`.
    pub backend: &'static str,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

/// Opens the database and brings its tables up to date.
pub async fn open(config: &Config) -> Result<Database, OpenError> {
    match &config.url {
        Some(url) if url.starts_with("postgres:") || url.starts_with("postgresql:") => {
            let postgres = Arc::new(postgres::Postgres::open(config, url).await?);
            Ok(Database {
                store: postgres.clone(),
                reader: postgres.clone(),
                books: postgres.clone(),
                recount: postgres.clone(),
                registry: postgres.clone(),
                access: postgres.clone(),
                desk: postgres.clone(),
                watch: postgres.clone(),
                reports: postgres.clone(),
                upkeep: postgres.clone(),
                people: postgres.clone(),
                files: postgres.clone(),
                retention: postgres.clone(),
                presets: postgres.clone(),
                second_steps: postgres.clone(),
                pulse: postgres,
                backend: "postgres",
            })
        }
        Some(url) if !url.starts_with("sqlite:") => Err(OpenError::UnknownScheme),
        _ => {
            let sqlite = Arc::new(sqlite::Sqlite::open(config).await?);
            Ok(Database {
                store: sqlite.clone(),
                reader: sqlite.clone(),
                books: sqlite.clone(),
                recount: sqlite.clone(),
                registry: sqlite.clone(),
                access: sqlite.clone(),
                desk: sqlite.clone(),
                watch: sqlite.clone(),
                reports: sqlite.clone(),
                upkeep: sqlite.clone(),
                people: sqlite.clone(),
                files: sqlite.clone(),
                retention: sqlite.clone(),
                presets: sqlite.clone(),
                second_steps: sqlite.clone(),
                pulse: sqlite,
                backend: "sqlite",
            })
        }
    }
}

/// Brings the tables of the database up to date, and nothing else.
pub async fn migrate(config: &Config) -> Result<(), OpenError> {
    open(config).await.map(drop)
}

/// The hot store at a Redis address. Returns at once even when Redis is away: it is tried again
/// with every use, and in the background.
pub fn hot(address: &str) -> Result<Arc<dyn Hot>, OpenError> {
    Ok(Arc::new(redis::Hot::new(address)?))
}
