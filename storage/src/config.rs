use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

/// Where data is kept, and how safely.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `postgres://…`, or `sqlite:<path>`; `None` is SQLite in [`Config::data_dir`]. May hold a
    /// password, so it is never printed.
    pub url: Option<String>,
    /// The directory of the SQLite file; made when it is missing.
    pub data_dir: PathBuf,
    /// What a commit survives.
    pub durability: Durability,
    /// Connections that only read. SQLite: beside its one writer. Postgres: for pages.
    pub read_connections: u32,
    /// Connections that write. Postgres only: SQLite has one writer.
    pub write_connections: u32,
    /// How long to wait for a connection, in milliseconds, before the database counts as away.
    pub acquire_timeout_ms: u64,
    /// How long one statement may take, in milliseconds.
    pub statement_timeout_ms: u64,
}

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// The loss of power: synced to disk before `commit` returns.
    #[default]
    Full,
    /// The end of the process, not the loss of power.
    Normal,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            url: None,
            data_dir: PathBuf::from("data"),
            durability: Durability::Full,
            read_connections: 4,
            write_connections: 4,
            acquire_timeout_ms: 2_000,
            statement_timeout_ms: 5_000,
        }
    }
}

impl Config {
    pub(crate) const fn acquire_timeout(&self) -> Duration {
        Duration::from_millis(self.acquire_timeout_ms)
    }

    pub(crate) const fn statement_timeout(&self) -> Duration {
        Duration::from_millis(self.statement_timeout_ms)
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("url", &self.url.as_ref().map(|_| "‹hidden›"))
            .field("data_dir", &self.data_dir)
            .field("durability", &self.durability)
            .field("read_connections", &self.read_connections)
            .field("write_connections", &self.write_connections)
            .field("acquire_timeout_ms", &self.acquire_timeout_ms)
            .field("statement_timeout_ms", &self.statement_timeout_ms)
            .finish()
    }
}
