//! The same clients against servers that do less, then against Frontdesk: the results are ratios.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Settings, chat};
use crate::ceiling::Kind;
use crate::client::Peer;
use crate::process::{Plan, Server};
use crate::report::{Figure, Outcome};

/// A starting server gets this long.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// The name of the figure the benchmark reads.
pub const SHARE_OF_COMMIT: &str = "share of the bare group commit";

/// What the machine can do, in turns a second.
#[derive(Clone, Debug)]
pub struct Ceilings {
    /// The outcomes, to be reported.
    pub outcomes: Vec<Outcome>,
    /// Frames sent back as they came.
    pub echo: f64,
    /// Turns' rows group-committed and answered.
    pub commit: f64,
}

/// Measures the ceilings, then Frontdesk, one after the other with the same clients.
///
/// # Errors
///
/// When a server does not start or clients cannot connect.
pub async fn run(settings: &Settings) -> Result<Vec<Outcome>> {
    let mut ceilings = measure(settings).await?;
    // Started only now: an idle server would still wake up while the ceilings are measured.
    let server = match &settings.plan {
        Some(plan) => Some(plan.start_ready(READY_WITHIN).await?),
        None => None,
    };
    let pid = server.as_ref().map(Server::pid).transpose()?.or(settings.pid);
    let settings = Settings {
        pid,
        ..settings.afresh()
    };
    let measured = chat::measure(&settings, Peer::Chat).await?;
    let mut outcome = chat::outcome("frontdesk", &settings, &measured);
    outcome.figures.extend(ceilings.ratios(measured.turns_per_second));
    ceilings.outcomes.push(outcome);
    if let Some(server) = server {
        server.kill().await?;
    }
    Ok(ceilings.outcomes)
}

impl Ceilings {
    /// What share of each ceiling `turns_per_second` is.
    #[must_use]
    pub fn ratios(&self, turns_per_second: f64) -> Vec<Figure> {
        vec![
            Figure::new(SHARE_OF_COMMIT, turns_per_second / self.commit, "of 1"),
            Figure::new("share of the raw echo", turns_per_second / self.echo, "of 1"),
        ]
    }
}

/// Measures the servers that do less.
///
/// # Errors
///
/// When a server does not start or clients cannot connect.
pub async fn measure(settings: &Settings) -> Result<Ceilings> {
    let echo = against(settings, Kind::Echo, Peer::Echo).await?;
    let commit = against(settings, Kind::Commit, Peer::Chat).await?;
    Ok(Ceilings {
        echo: turns_per_second(&echo),
        commit: turns_per_second(&commit),
        outcomes: vec![echo, commit],
    })
}

/// Measures the bare group commit alone.
///
/// # Errors
///
/// When its server does not start or clients cannot connect.
pub async fn commit(settings: &Settings) -> Result<Outcome> {
    against(settings, Kind::Commit, Peer::Chat).await
}

fn turns_per_second(outcome: &Outcome) -> f64 {
    outcome.figure("turns per second").unwrap_or(f64::NAN)
}

/// Starts one of this program's own servers and measures it as [`chat`] does.
async fn against(settings: &Settings, kind: Kind, peer: Peer) -> Result<Outcome> {
    let data = tempfile::tempdir().context("no directory for temporary data")?;
    let (plan, server) = start(kind, settings, data.path()).await?;
    let settings = Settings {
        target: plan.target(),
        pid: Some(server.pid()?),
        plan: None,
        rate: None,
        ..settings.afresh()
    };
    let measured = chat::measure(&settings, peer).await?;
    server.kill().await?;
    Ok(chat::outcome(
        &format!("ceiling: {}", kind.name()),
        &settings,
        &measured,
    ))
}

async fn start(kind: Kind, settings: &Settings, data: &Path) -> Result<(Plan, Server)> {
    let program = std::env::current_exe().context("this program's own path is not known")?;
    let database = settings.plan.as_ref().and_then(|plan| plan.database.clone());
    let mut plan = Plan::new(&program, database, data).await?;
    plan.arguments = ["ceiling-server", kind.name()].map(str::to_owned).to_vec();
    let server = plan.start_ready(READY_WITHIN).await?;
    Ok((plan, server))
}
