//! Servers that die and come back. Each test has a server of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use frontdesk_core::ports::store::{Committed, Error};
use frontdesk_storage::{Config, open};
use tempfile::TempDir;

use crate::hot::warm;
use crate::place::{Place, admin};
use crate::samples::{conversation, turn};

/// How long a server may take to start or to be noticed again.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until the answer is there, and fails when it does not come.
async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "{what} in vain for {PATIENCE:?}");
        tokio::task::yield_now().await;
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server process that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_redis(port: u16, dir: &Path) -> Server {
    let child = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .current_dir(dir)
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is installed: ./test.sh sees to it");
    Server(child)
}

#[tokio::test]
async fn redis_is_used_again_after_it_came_back() {
    let dir = TempDir::new().unwrap();
    let port = free_port();
    // Nobody listens yet, and that must not matter.
    let hot = frontdesk_storage::hot(&format!("redis://127.0.0.1:{port}/")).unwrap();
    let turn = turn("a", 1);
    let put = [warm(&turn)];
    for _ in 0..2 {
        let start = Instant::now();
        hot.put(&put).await.unwrap_err();
        hot.load(&[turn.conversation]).await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(1));

        let server = start_redis(port, dir.path());
        eventually("redis asked", || async { hot.put(&put).await.ok() }).await;
        assert_eq!(hot.load(&[turn.conversation]).await.unwrap(), [warm(&turn).stored]);
        drop(server);
    }
    hot.load(&[turn.conversation]).await.unwrap_err();
}

/// A Postgres of one test. Refuses to run as root, so root runs it as the user `postgres`.
struct Postgres {
    bin: PathBuf,
    dir: TempDir,
    port: u16,
}

impl Postgres {
    fn install() -> Self {
        let dir = TempDir::new().unwrap();
        let bin = std::fs::read_dir("/usr/lib/postgresql")
            .expect("postgres is installed: ./test.sh sees to it")
            .map(|entry| entry.unwrap().path().join("bin"))
            .max()
            .expect("a version of postgres");
        let postgres = Self {
            bin,
            dir,
            port: free_port(),
        };
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(postgres.dir.path()).status();
            assert!(owned.unwrap().success());
        }
        postgres.run("initdb", &["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]);
        postgres
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn start(&self) {
        let sockets = self.dir.path().display();
        let options = format!("-p {} -k {sockets} -c listen_addresses=127.0.0.1", self.port);
        self.run(
            "pg_ctl",
            &["start", "-w", "-o", &options, "-l", &format!("{sockets}/log")],
        );
    }

    fn stop(&self) {
        self.run("pg_ctl", &["stop", "-w", "-m", "immediate"]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.bin.join(program);
        let data = self.dir.path().join("data");
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let status = command
            .arg("-D")
            .arg(data)
            .args(arguments)
            .current_dir(self.dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "postgres did not do {arguments:?}");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

#[tokio::test]
async fn postgres_is_used_again_after_it_came_back() {
    let server = Postgres::install();
    server.start();
    let config = Config {
        url: Some(server.address("postgres")),
        ..Config::default()
    };
    let db = open(&config).await.unwrap();
    let store = &db.store;
    store.commit(&[turn("a", 1)]).await.unwrap();

    server.stop();
    let start = Instant::now();
    for _ in 0..2 {
        let error = store.commit(&[turn("a", 2)]).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
        let error = store.ping().await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
        let error = db.registry.revision().await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
    }
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());

    server.start();
    eventually("postgres asked", || async { store.ping().await.ok() }).await;
    let turns = [turn("a", 2)];
    let answer = eventually("committed", || async { store.commit(&turns).await.ok() }).await;
    assert_eq!(answer, [Committed::Done]);
    eventually("read", || async { db.registry.revision().await.ok() }).await;
    assert_eq!(store.load(&[conversation("a")]).await.unwrap()[0].version, 2);
}

pub async fn cut_connections_are_replaced(place: Place) {
    let store = &place.store;
    let server = crate::place::server("FRONTDESK_TEST_POSTGRES");
    let name = place.url().rsplit('/').next().unwrap();
    for version in 1..=5 {
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin(&server, cut).await;
        let turns = [turn("a", version)];
        let answer = eventually("committed", || async { store.commit(&turns).await.ok() }).await;
        // A commit whose answer was lost is found done already.
        assert!(!answer.contains(&Committed::Conflict), "{answer:?}");
    }
    assert_eq!(store.load(&[conversation("a")]).await.unwrap()[0].version, 5);
}

#[tokio::test]
async fn connections_cut_by_postgres_are_replaced() {
    crate::place::postgres(cut_connections_are_replaced).await;
}
