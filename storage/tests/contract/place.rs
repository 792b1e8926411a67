//! Where a test's data lives, and how it is cleared away.

use std::fmt::Debug;
use std::panic::resume_unwind;

use frontdesk_storage::{Config, Database, open};
use tempfile::TempDir;

/// A database of one test alone.
pub struct Place {
    pub config: Config,
    pub db: Database,
    _dir: Option<TempDir>,
}

impl Place {
    /// Opens the database once more, as another process would.
    pub async fn open_again(&self) -> Database {
        open(&self.config).await.unwrap()
    }
}

/// Runs a test on SQLite, in a directory of its own.
pub async fn sqlite<F: Future<Output = ()>>(test: impl FnOnce(Place) -> F) {
    let dir = TempDir::new().unwrap();
    let config = Config {
        data_dir: dir.path().join("data"),
        ..Config::default()
    };
    let db = open(&config).await.unwrap();
    test(Place {
        config,
        db,
        _dir: Some(dir),
    })
    .await;
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
    let db = open(&config).await.unwrap();
    let place = Place { config, db, _dir: None };
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
