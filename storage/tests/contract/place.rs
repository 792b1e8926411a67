//! Where a test's data lives, and how it is cleared away.

use std::fmt::Debug;
use std::panic::resume_unwind;
use std::sync::Arc;

use frontdesk_core::ports::access::Access;
use frontdesk_core::ports::books::Books;
use frontdesk_core::ports::desk::Desk;
use frontdesk_core::ports::files::Files;
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
use frontdesk_runtime::testing::MemoryStore;
use frontdesk_storage::{Config, Database, open};
use tempfile::TempDir;

/// A store of one test alone.
pub struct Place {
    pub store: Arc<dyn Store>,
    kind: Kind,
}

enum Kind {
    /// A double for tests of other crates: turns alone.
    Memory(MemoryStore),
    /// Everything there is.
    Database(Box<Database>, Config),
}

impl Place {
    async fn database(config: Config) -> Self {
        let db = open(&config).await.unwrap();
        Self {
            store: db.store.clone(),
            kind: Kind::Database(Box::new(db), config),
        }
    }

    fn memory(store: MemoryStore) -> Self {
        Self {
            store: Arc::new(store.clone()),
            kind: Kind::Memory(store),
        }
    }

    /// Opens the store once more, as another process would.
    pub async fn open_again(&self) -> Self {
        match &self.kind {
            Kind::Memory(store) => Self::memory(store.clone()),
            Kind::Database(_, config) => Self::database(config.clone()).await,
        }
    }

    pub fn reader(&self) -> &Arc<dyn Reader> {
        &self.parts().0.reader
    }

    pub fn books(&self) -> &Arc<dyn Books> {
        &self.parts().0.books
    }

    pub fn recount(&self) -> &Arc<dyn Recount> {
        &self.parts().0.recount
    }

    pub fn registry(&self) -> &Arc<dyn Registry> {
        &self.parts().0.registry
    }

    pub fn access(&self) -> &Arc<dyn Access> {
        &self.parts().0.access
    }

    pub fn retention(&self) -> &Arc<dyn Retention> {
        &self.parts().0.retention
    }

    pub fn desk(&self) -> &Arc<dyn Desk> {
        &self.parts().0.desk
    }

    pub fn watch(&self) -> &Arc<dyn Watch> {
        &self.parts().0.watch
    }

    pub fn upkeep(&self) -> &Arc<dyn Upkeep> {
        &self.parts().0.upkeep
    }

    pub fn people(&self) -> &Arc<dyn People> {
        &self.parts().0.people
    }

    pub fn reports(&self) -> &Arc<dyn Reports> {
        &self.parts().0.reports
    }

    /// The names of all tables.
    pub async fn tables(&self) -> Vec<String> {
        let config = self.parts().1;
        match &config.url {
            Some(url) => {
                let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
                sqlx::query_scalar(sql).fetch_all(&pool(url)).await.unwrap()
            }
            None => {
                let url = format!("sqlite:{}/frontdesk.db", config.data_dir.display());
                let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
                let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1";
                sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
            }
        }
    }

    /// Does to the tables what no port would.
    pub async fn execute(&self, sql: &'static str) {
        let config = self.parts().1;
        match &config.url {
            Some(url) => {
                sqlx::query(sql).execute(&pool(url)).await.unwrap();
            }
            None => {
                let url = format!("sqlite:{}/frontdesk.db", config.data_dir.display());
                let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
                sqlx::query(sql).execute(&pool).await.unwrap();
            }
        }
    }

    /// Leaves the database as a version without books did.
    pub async fn forget_books(&self) {
        if self.tables().await.iter().any(|table| table == "ledger_journal") {
            self.execute("DELETE FROM ledger_journal").await;
        }
        self.execute("DELETE FROM ledger").await;
        self.execute("DELETE FROM ledger_opening").await;
    }

    /// Everything the database holds: the bytes of its files, or the rows of every table.
    pub async fn bytes(&self) -> String {
        let config = self.parts().1;
        let mut all = String::new();
        match &config.url {
            Some(url) => {
                let pool = pool(url);
                for table in self.tables().await {
                    let sql = format!("SELECT row_to_json(t)::text FROM {table} t");
                    let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                        .fetch_all(&pool)
                        .await
                        .unwrap();
                    all.extend(rows);
                }
            }
            None => {
                for file in std::fs::read_dir(&config.data_dir).unwrap() {
                    let bytes = std::fs::read(file.unwrap().path()).unwrap();
                    all.push_str(&String::from_utf8_lossy(&bytes));
                }
            }
        }
        all
    }

    pub fn files(&self) -> &Arc<dyn Files> {
        &self.parts().0.files
    }

    pub fn presets(&self) -> &Arc<dyn Presets> {
        &self.parts().0.presets
    }

    pub fn second_steps(&self) -> &Arc<dyn SecondSteps> {
        &self.parts().0.second_steps
    }

    pub fn pulse(&self) -> &Arc<dyn Pulse> {
        &self.parts().0.pulse
    }

    /// The address of the database.
    pub fn url(&self) -> &str {
        self.parts().1.url.as_deref().expect("a database with an address")
    }

    fn parts(&self) -> (&Database, &Config) {
        match &self.kind {
            Kind::Memory(_) => panic!("this test needs a database"),
            Kind::Database(db, config) => (&**db, config),
        }
    }
}

/// Runs a test on the memory store.
pub async fn memory<F: Future<Output = ()>>(test: impl FnOnce(Place) -> F) {
    test(Place::memory(MemoryStore::default())).await;
}

/// Runs a test on SQLite, in a directory of its own.
pub async fn sqlite<F: Future<Output = ()>>(test: impl FnOnce(Place) -> F) {
    let dir = TempDir::new().unwrap();
    let config = Config {
        data_dir: dir.path().join("data"),
        ..Config::default()
    };
    test(Place::database(config).await).await;
}

/// Runs a test on Postgres, in a database of its own.
pub async fn postgres<F>(test: impl FnOnce(Place) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = server("FRONTDESK_TEST_POSTGRES");
    let name = format!("contract_{}", uuid::Uuid::new_v4().simple());
    admin(&server, format!("CREATE DATABASE {name}")).await;
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let config = Config {
        url: Some(format!("{base}/{name}")),
        ..Config::default()
    };
    let place = Place::database(config).await;
    let ended = tokio::spawn(test(place)).await;
    admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(error) = ended {
        resume_unwind(error.into_panic());
    }
}

/// The address of a server that tests need.
pub fn server(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run ./test.sh, which starts the server"))
}

fn pool(url: &str) -> sqlx::PgPool {
    sqlx::PgPool::connect_lazy(url).unwrap()
}

/// Executes one administrative statement, made of names that the tests choose.
pub async fn admin(server: &str, sql: String) {
    use sqlx::{ConnectOptions, Executor};

    let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
}

/// The error of a call that must fail.
pub fn failure<T: Debug, E>(result: Result<T, E>) -> E {
    match result {
        Ok(value) => panic!("expected a failure, got {value:?}"),
        Err(error) => error,
    }
}
