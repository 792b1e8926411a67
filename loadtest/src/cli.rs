//! The command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::bench;
use crate::ceiling;
use crate::client::{DIALOGUE_TURNS, Run};
use crate::process::{Plan, Server};
use crate::report::Report;
use crate::scenario::{self, Settings};
use crate::target::Target;

/// No run is longer than this, whatever is asked for.
const DURATION_MAX_SECONDS: u64 = 4 * 3600;
/// Descriptors of this process besides its sockets.
const DESCRIPTORS_BESIDES: usize = 64;
/// Every client stands for many visitors, one after the other, and would be taken for a flood.
const FLOOD_LIMITS: [(&str, &str); 2] = [
    ("FRONTDESK__CHAT__FRAMES_PER_SECOND", "100000"),
    ("FRONTDESK__CHAT__FRAME_BURST", "100000"),
];
/// A starting server gets this long.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// Drives a running Frontdesk over real sockets, on loopback only.
#[derive(Debug, Parser)]
#[command(name = "loadtest", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs one scenario.
    Run {
        scenario: Scenario,
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Starts a server and measures the whole table of targets.
    Bench {
        #[command(flatten)]
        options: Box<Options>,
        /// Conversations in the database of the start-up measurement (0: leave it out).
        #[arg(long, default_value_t = 1_000_000)]
        stored: u64,
    },
    /// Serves one of the ceilings; started by `ceiling` and `bench`.
    #[command(hide = true)]
    CeilingServer {
        kind: ceiling::Kind,
        #[arg(long, env = "FRONTDESK_LISTEN")]
        listen: SocketAddr,
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database: Option<String>,
        #[arg(long, env = "FRONTDESK_DATA")]
        data: PathBuf,
    },
}

/// What the clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// Whole dialogues, closed loop or at --rate.
    Chat,
    /// Connected in mid-dialogue: memory per conversation.
    Idle,
    /// Everything again, out of order, with reconnects; checks exactly-once.
    Storm,
    /// SIGKILL at random moments under load; checks that nothing is lost or doubled. Needs --server.
    Kill,
    /// Everybody comes back after a restart. Needs --server.
    Restart,
    /// Signed webhooks of a provider, closed loop or at --rate. Needs --server.
    Webhooks,
    /// Customers of every channel while their providers fail; checks that nothing is lost, doubled or out of order.
    /// Needs --server.
    Channels,
    /// Every page of the console on the database there is; fails when one takes longer than a page may. Needs --server.
    Pages,
    /// Ratios to a bare echo and a bare group commit.
    Ceiling,
}

/// What all scenarios can be told.
#[derive(Debug, Args)]
struct Options {
    /// The chat socket of a running server.
    #[arg(long, default_value = "ws://127.0.0.1:8080/ws/chat")]
    url: Target,
    /// Starts this server binary on a free port instead of using --url.
    #[arg(long)]
    server: Option<PathBuf>,
    /// DATABASE_URL of the started server; SQLite in a temporary directory without it.
    #[arg(long, requires = "server")]
    database: Option<String>,
    /// More environment of the started server, NAME=VALUE; may be repeated.
    #[arg(long, value_parser = parse_variable, requires = "server")]
    env: Vec<(String, String)>,
    /// Where the started server keeps data and log; a temporary directory without it.
    #[arg(long, requires = "server")]
    data_dir: Option<PathBuf>,
    /// The process of a running server, to watch its CPU and memory.
    #[arg(long, conflicts_with = "server")]
    pid: Option<u32>,
    /// Clients, each with a socket of its own [default: 500; 10000 for idle; 256 for webhooks; 64 for channels; 50 for storm and kill; 1 for pages].
    #[arg(long)]
    connections: Option<usize>,
    /// Seconds measured.
    #[arg(long, default_value_t = 10)]
    duration: u64,
    /// Seconds run before measuring.
    #[arg(long, default_value_t = 2)]
    warm_up: u64,
    /// Turns per second of all clients together, sent at fixed times; closed loop without it.
    #[arg(long)]
    rate: Option<f64>,
    /// Seed of every random choice; a random one is drawn and printed without it.
    #[arg(long)]
    seed: Option<u64>,
    /// The tenant talked to.
    #[arg(long, default_value = "demo-catering")]
    tenant: String,
    /// Turns before a client goes on as a new visitor with a new thread, on the same socket.
    #[arg(long, default_value_t = DIALOGUE_TURNS)]
    turns_per_conversation: usize,
    /// Threads the clients run on.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Seconds to wait for any one answer.
    #[arg(long, default_value_t = 30)]
    timeout: u64,
    /// kill: how often the server is killed.
    #[arg(long, default_value_t = 100)]
    rounds: u32,
    /// restart: conversations the server knows.
    #[arg(long, default_value_t = 10_000)]
    conversations: usize,
    /// pages: how often each page is asked for.
    #[arg(long, default_value_t = 200)]
    requests: u32,
    /// idle: seconds to wait for memory to be given back after everybody left.
    #[arg(long, default_value_t = 30)]
    settle: u64,
    /// Writes an HTML page with plots.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Writes the numbers as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draws no progress bars.
    #[arg(long)]
    quiet: bool,
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("`{text}` is not NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Does what the command line asks. The exit code is 1 when a scenario failed or found a violation.
///
/// # Errors
///
/// When it could not be done at all.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let report = match &cli.command {
        Command::CeilingServer {
            kind,
            listen,
            database,
            data,
        } => {
            ceiling::serve(*kind, *listen, database.clone(), data.clone()).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Run { scenario, options } => {
            let report = run_scenario(*scenario, options).await?;
            finish(&report, options)?;
            report
        }
        Command::Bench { options, stored } => {
            let prepared = Prepared::new(options, 500).await?;
            let report = bench::run(&prepared.settings, *stored).await?;
            finish(&report, options)?;
            report
        }
    };
    Ok(if report.is_failed() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn finish(report: &Report, options: &Options) -> Result<()> {
    println!("{}", report.text());
    report.write(options.json.as_deref(), options.report.as_deref())
}

async fn run_scenario(scenario: Scenario, options: &Options) -> Result<Report> {
    let connections = match scenario {
        Scenario::Chat | Scenario::Restart | Scenario::Ceiling => 500,
        Scenario::Idle => 10_000,
        // As many as keep the server busy: with fewer, each waits for its own commit and nobody for the server.
        Scenario::Webhooks => 256,
        Scenario::Channels => 64,
        Scenario::Storm | Scenario::Kill => 50,
        Scenario::Pages => 1,
    };
    let mut prepared = Prepared::new(options, connections).await?;
    eprintln!("seed {} · run {}", prepared.settings.seed, prepared.settings.run.name());
    // The others start the server themselves: when it is time, or again and again.
    let server = match scenario {
        Scenario::Kill
        | Scenario::Restart
        | Scenario::Webhooks
        | Scenario::Channels
        | Scenario::Pages
        | Scenario::Ceiling => None,
        Scenario::Chat | Scenario::Idle | Scenario::Storm => prepared.start().await?,
    };
    let settings = &prepared.settings;
    let settle = Duration::from_secs(options.settle);
    let outcomes = match scenario {
        Scenario::Chat => vec![scenario::chat::run(settings).await?],
        Scenario::Idle => vec![scenario::idle::run(settings, settle).await?],
        Scenario::Storm => vec![scenario::storm::run(settings).await?],
        Scenario::Kill => vec![scenario::kill::run(settings, options.rounds).await?],
        Scenario::Restart => vec![scenario::restart::run(settings, options.conversations).await?],
        Scenario::Webhooks => scenario::webhooks::run(settings).await?,
        Scenario::Channels => scenario::channels::run(settings).await?,
        Scenario::Pages => vec![scenario::pages::run(settings, options.requests).await?],
        Scenario::Ceiling => scenario::ceiling::run(settings).await?,
    };
    if let Some(server) = server {
        server.kill().await?;
    }
    Ok(Report {
        table: Vec::new(),
        outcomes,
    })
}

/// Settings, with the directory that must outlive the server.
struct Prepared {
    settings: Settings,
    _data: Option<tempfile::TempDir>,
}

impl Prepared {
    async fn new(options: &Options, default_connections: usize) -> Result<Self> {
        let connections = options.connections.unwrap_or(default_connections);
        ensure!(connections > 0, "--connections must be at least 1");
        ensure!(
            options.rate.is_none_or(|rate| rate.is_finite() && rate > 0.0),
            "--rate must be greater than 0"
        );
        ensure!(
            options.turns_per_conversation > 0,
            "--turns-per-conversation must be at least 1"
        );
        ensure!(
            (1..=DURATION_MAX_SECONDS).contains(&options.duration),
            "--duration is 1 to {DURATION_MAX_SECONDS} s"
        );
        ensure!(
            options.settle <= DURATION_MAX_SECONDS,
            "--settle is at most {DURATION_MAX_SECONDS} s"
        );
        check_descriptors(connections)?;
        let (data, plan) = match &options.server {
            None => (None, None),
            Some(server) => {
                let (data, plan) = plan(options, server).await?;
                (data, Some(plan))
            }
        };
        let settings = Settings {
            target: plan.as_ref().map_or_else(|| options.url.clone(), Plan::target),
            plan,
            pid: options.pid,
            run: Arc::new(Run::new(&options.tenant)),
            connections,
            threads: options.threads,
            duration: Duration::from_secs(options.duration),
            warm_up: Duration::from_secs(options.warm_up),
            timeout: Duration::from_secs(options.timeout),
            rate: options.rate,
            turns_per_conversation: options.turns_per_conversation,
            seed: options.seed.unwrap_or_else(rand::random),
            show_progress: !options.quiet,
        };
        Ok(Self { settings, _data: data })
    }

    /// Starts the server, where one is given, and watches it.
    async fn start(&mut self) -> Result<Option<Server>> {
        let Some(plan) = &self.settings.plan else {
            return Ok(None);
        };
        let server = plan.start_ready(READY_WITHIN).await?;
        self.settings.pid = Some(server.pid()?);
        Ok(Some(server))
    }
}

async fn plan(options: &Options, server: &Path) -> Result<(Option<tempfile::TempDir>, Plan)> {
    let server = server
        .canonicalize()
        .with_context(|| format!("there is no {}", server.display()))?;
    let (temporary, data) = match &options.data_dir {
        Some(data) => (
            None,
            data.canonicalize()
                .with_context(|| format!("there is no {}", data.display()))?,
        ),
        None => {
            let temporary = tempfile::tempdir().context("no directory for temporary data")?;
            let data = temporary.path().to_owned();
            (Some(temporary), data)
        }
    };
    let mut plan = Plan::new(&server, options.database.clone(), &data).await?;
    plan.environment = FLOOD_LIMITS
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    plan.environment.extend(options.env.iter().cloned());
    Ok((temporary, plan))
}

/// Every client is a descriptor here and another one in the server.
fn check_descriptors(connections: usize) -> Result<()> {
    let limits = std::fs::read_to_string("/proc/self/limits").context("cannot read this process's limits")?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .unwrap_or_default();
    let soft = line
        .split_ascii_whitespace()
        .next()
        .and_then(|soft| soft.parse::<usize>().ok());
    let needed = connections + DESCRIPTORS_BESIDES;
    ensure!(
        soft.is_none_or(|soft| soft >= needed),
        "{connections} connections need {needed} open files: run `ulimit -n {needed}` first"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn another_machine_is_refused_with_a_reason() {
        let refused = Cli::try_parse_from(["loadtest", "run", "chat", "--url", "ws://example.com/ws/chat"]);
        assert!(refused.unwrap_err().to_string().contains("not a loopback address"));
    }

    #[test]
    fn more_connections_than_descriptors_are_refused() {
        assert!(check_descriptors(usize::MAX / 2).is_err() || check_descriptors(1).is_ok());
        assert!(check_descriptors(1).is_ok());
    }
}
