//! A server as a process: started, watched, killed.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::clock;
use crate::target::Target;

/// How often a starting server is asked whether it is ready.
const READY_POLL: Duration = Duration::from_millis(5);
/// Linux reports CPU time in ticks of this many a second to every program, whatever the kernel uses inside.
const TICKS_PER_SECOND: f64 = 100.0;
/// Lines of a server's log shown when it fails to start.
const LAST_WORDS_LINES: usize = 10;
/// The longest answer to `/ready` that is read.
const MAX_ANSWER_BYTES: u64 = 16 * 1024;

/// How to start a server.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The binary.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// `DATABASE_URL`; without one it keeps its data in `data`.
    pub database: Option<String>,
    /// More environment, which wins.
    pub environment: Vec<(String, String)>,
    /// A directory for its data and its log.
    pub data: PathBuf,
    /// The port it shall listen on, of 127.0.0.1.
    pub port: u16,
}

impl Plan {
    /// A plan for `program` on a port that is free now, with its data under `data`.
    ///
    /// # Errors
    ///
    /// When no port is free.
    pub async fn new(program: &Path, database: Option<String>, data: &Path) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no free port")?;
        Ok(Self {
            program: program.to_owned(),
            arguments: Vec::new(),
            database,
            environment: Vec::new(),
            data: data.to_owned(),
            port: listener.local_addr()?.port(),
        })
    }

    /// The chat socket of the server once it runs.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::local(self.port)
    }

    /// Starts the server and does not wait for it.
    ///
    /// # Errors
    ///
    /// When the program cannot be started.
    pub fn start(&self) -> Result<Server> {
        let log_path = self.data.join("server.log");
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log_path)
            .context("cannot write the log")?;
        let child = self
            .run()
            .args(&self.arguments)
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        Ok(Server {
            child,
            port: self.port,
            log: log_path,
            started: clock::now(),
        })
    }

    /// The program in its environment, with nothing to do yet.
    fn run(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.data)
            .env("FRONTDESK_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("FRONTDESK_DATA", self.data.join("data"))
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command of the program on the server's data, to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or fails.
    pub async fn command(&self, arguments: &[&str]) -> Result<()> {
        let ran = self.run().args(arguments).output().await;
        let ran = ran.with_context(|| format!("cannot start {}", self.program.display()))?;
        let told = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "a command ended with {}:\n{told}", ran.status);
        Ok(())
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it cannot be started, ends, or is not ready within `timeout`.
    pub async fn start_ready(&self, timeout: Duration) -> Result<Server> {
        let mut server = self.start()?;
        server.ready(timeout).await?;
        Ok(server)
    }
}

/// A server this program started.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
    log: PathBuf,
    started: Instant,
}

impl Server {
    /// Its process id.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn pid(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }

    /// Waits for `/ready`; returns how long that took since the start.
    ///
    /// # Errors
    ///
    /// When the server ends or is not ready within `timeout`.
    pub async fn ready(&mut self, timeout: Duration) -> Result<Duration> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status} while starting:\n{}", self.last_words());
            }
            if is_ready(address).await {
                return Ok(self.started.elapsed());
            }
            if self.started.elapsed() > timeout {
                bail!("the server was not ready within {timeout:?}:\n{}", self.last_words());
            }
            clock::sleep(READY_POLL).await;
        }
    }

    /// The end of its log, for an error: the log itself may be in a directory that is about to be removed.
    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(LAST_WORDS_LINES)..].join("\n")
    }

    /// Ends it at once, as a power cut would end it, and waits until it is gone.
    ///
    /// # Errors
    ///
    /// When it cannot be killed.
    pub async fn kill(mut self) -> Result<ExitStatus> {
        self.child.start_kill().context("cannot kill the server")?;
        Ok(self.child.wait().await?)
    }
}

/// Whether `/ready` answers 200. A server that does not know `/ready` yet is not ready.
async fn is_ready(address: SocketAddr) -> bool {
    let ask = async {
        let mut tcp = TcpStream::connect(address).await?;
        tcp.write_all(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await?;
        let mut answer = Vec::new();
        tcp.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    match tokio::time::timeout(Duration::from_secs(2), ask).await {
        Ok(Ok(answer)) => answer.starts_with(b"HTTP/1.1 200"),
        Ok(Err(_)) | Err(_) => false,
    }
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// CPU time in user and kernel mode, all threads, in seconds.
    pub cpu_seconds: f64,
    /// Resident memory, in bytes.
    pub resident_bytes: u64,
}

impl Usage {
    /// Reads `/proc/<pid>`.
    ///
    /// # Errors
    ///
    /// When there is no such process.
    pub fn of(pid: u32) -> Result<Self> {
        let read = |file: &str| {
            fs::read_to_string(format!("/proc/{pid}/{file}")).with_context(|| format!("cannot watch process {pid}"))
        };
        let cpu_seconds = parse_cpu(&read("stat")?).context("cannot read /proc/…/stat")?;
        let resident_bytes = parse_resident(&read("status")?).context("cannot read /proc/…/status")?;
        Ok(Self {
            cpu_seconds,
            resident_bytes,
        })
    }
}

fn parse_cpu(stat: &str) -> Option<f64> {
    // The name stands in parentheses and may hold anything, so count from the last one.
    let mut fields = stat[stat.rfind(')')? + 1..].split_ascii_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let kernel: u32 = fields.next()?.parse().ok()?;
    Some((f64::from(user) + f64::from(kernel)) / TICKS_PER_SECOND)
}

fn parse_resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_files_are_read() {
        let stat = "42 (a) name) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 8 20 0 3 0 1 2 3";
        assert_eq!(parse_cpu(stat), Some(3.0));
        assert_eq!(
            parse_resident("Name:\tx\nVmRSS:\t    2048 kB\nVmData: 1 kB\n"),
            Some(2 * 1024 * 1024)
        );
        assert_eq!(parse_resident("Name:\tx\n"), None);
    }

    #[test]
    fn the_own_process_can_be_watched() {
        let usage = Usage::of(std::process::id()).unwrap();
        assert!(usage.resident_bytes > 0);
    }

    #[tokio::test]
    async fn a_server_that_ends_while_starting_is_an_error() {
        let data = tempfile::tempdir().unwrap();
        let plan = Plan::new(Path::new("/bin/false"), None, data.path()).await.unwrap();
        let failed = plan.start_ready(Duration::from_secs(30)).await.unwrap_err();
        assert!(failed.to_string().contains("ended"), "{failed:#}");
    }
}
