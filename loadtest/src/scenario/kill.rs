//! The server dies at random moments, again and again, while visitors go on talking.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::history::{self, Claim};
use super::{Bar, Settings};
use crate::client::{Conversation, Error, Socket};
use crate::clock;
use crate::fleet::{self, Progress};
use crate::process::{Plan, Server};
use crate::report::{Figure, Outcome};
use crate::verify::Finding;

/// How long the server may live once it is ready.
const LIFE_MS: std::ops::RangeInclusive<u64> = 20..=600;
/// One kill in so many comes while the server is still starting.
const KILLED_STARTING_ONE_IN: u32 = 6;
/// How long after its start such a server is killed.
const START_MS: std::ops::RangeInclusive<u64> = 0..=150;
/// A visitor thinks this long before the next message, so that turns of many are in flight at any moment.
const THINK_MS: std::ops::RangeInclusive<u64> = 0..=20;
/// A visitor whose connection broke waits this long before it connects again.
const RECONNECT_MS: std::ops::RangeInclusive<u64> = 5..=50;
/// After the last round, how long visitors may take to end what they began.
const FINISH_WITHIN: Duration = Duration::from_secs(60);
/// A starting server gets this long.
const READY_WITHIN: Duration = Duration::from_secs(60);

#[derive(Debug)]
struct Shared {
    settings: Settings,
    next_visitor: AtomicU64,
    is_stopping: AtomicBool,
    turns: AtomicU64,
    reconnects: AtomicU64,
}

impl Shared {
    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }
}

/// What one client brings home.
#[derive(Debug, Default)]
struct Harvest {
    claims: Vec<Claim>,
    findings: Vec<Finding>,
    failures: Vec<String>,
}

/// Kills the server `rounds` times under load, then checks every thread.
///
/// # Errors
///
/// When there is no server to start, or it does not start.
pub async fn run(settings: &Settings, rounds: u32) -> Result<Outcome> {
    let plan = settings
        .plan
        .as_ref()
        .context("kill starts and kills the server itself: --server is needed")?;
    let server = plan.start_ready(READY_WITHIN).await?;
    let reference = history::reference(settings, settings.turns_per_conversation).await?;
    let shared = Arc::new(Shared {
        settings: settings.clone(),
        next_visitor: AtomicU64::new(0),
        is_stopping: AtomicBool::new(false),
        turns: AtomicU64::new(0),
        reconnects: AtomicU64::new(0),
    });
    let clients = tokio::spawn(fleet::run(settings.threads, settings.connections, {
        let shared = Arc::clone(&shared);
        move |seat| client(Arc::clone(&shared), seat.client as u64)
    }));
    let progress = Arc::<Progress>::default();
    let bar = Bar::follow("kill", "rounds", Some(rounds.into()), &progress, settings.show_progress);
    let mut rng = StdRng::seed_from_u64(settings.seed);
    let killed = kill_rounds(plan, server, rounds, &mut rng, &progress).await;
    drop(bar);
    shared.is_stopping.store(true, Ordering::Relaxed);
    // When the server did not come back, the clients give up by themselves; say why first.
    let (server, slowest_start) = killed?;
    let harvests = clients.await??;

    let mut outcome = Outcome::new("kill", settings);
    let mut claims = Vec::new();
    for harvest in harvests {
        claims.extend(harvest.claims);
        outcome.find(harvest.findings);
        harvest.failures.into_iter().for_each(|failure| outcome.fail(failure));
    }
    let acknowledged: usize = claims
        .iter()
        .map(|claim| claim.sent.acks.iter().flatten().count())
        .sum();
    outcome.figures.extend([
        Figure::new("rounds", f64::from(rounds), "kills"),
        Figure::new("conversations", claims.len() as f64, "threads"),
        Figure::new("acknowledged messages", acknowledged as f64, "messages"),
        Figure::new("reconnects", shared.reconnects.load(Ordering::Relaxed) as f64, "times"),
        Figure::new("slowest start to ready", slowest_start.as_secs_f64() * 1000.0, "ms"),
    ]);
    if acknowledged == 0 {
        outcome.fail("nothing was acknowledged: the run proves nothing");
    }
    history::verify(settings, claims, &reference, &mut outcome).await?;
    outcome
        .figures
        .push(Figure::new("violations", outcome.findings_total as f64, "found"));
    server.kill().await?;
    Ok(outcome)
}

async fn kill_rounds(
    plan: &Plan,
    mut server: Server,
    rounds: u32,
    rng: &mut StdRng,
    progress: &Progress,
) -> Result<(Server, Duration)> {
    let mut slowest = Duration::ZERO;
    for round in 1..=rounds {
        let life = Duration::from_millis(rng.random_range(LIFE_MS));
        clock::sleep(life).await;
        server.kill().await?;
        server = plan.start()?;
        if rng.random_ratio(1, KILLED_STARTING_ONE_IN) {
            clock::sleep(Duration::from_millis(rng.random_range(START_MS))).await;
            server.kill().await?;
            server = plan.start()?;
        }
        let took = server
            .ready(READY_WITHIN)
            .await
            .with_context(|| format!("after kill {round} of {rounds}"))?;
        slowest = slowest.max(took);
        progress.step();
    }
    Ok((server, slowest))
}

async fn client(shared: Arc<Shared>, client: u64) -> Harvest {
    let mut rng = StdRng::seed_from_u64(shared.settings.seed ^ client.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut harvest = Harvest::default();
    let mut give_up = None;
    while !shared.is_stopping() {
        let number = shared.next_visitor.fetch_add(1, Ordering::Relaxed);
        let mut conversation = Conversation::new(&shared.settings.run, number);
        let ended = dialogue(&shared, &mut conversation, &mut rng, &mut give_up).await;
        if let Err(error) = ended {
            harvest
                .failures
                .push(format!("{}: {error}", shared.settings.run.thread(number).thread));
        }
        let (sent, findings) = conversation.finish();
        harvest.findings.extend(findings);
        harvest.claims.push(Claim { sent, is_orderly: true });
    }
    harvest
}

/// One whole dialogue, over as many connections as it takes; at the end of the run it may stop between two turns.
async fn dialogue(
    shared: &Shared,
    conversation: &mut Conversation,
    rng: &mut StdRng,
    give_up: &mut Option<Instant>,
) -> Result<(), Error> {
    loop {
        match connection(shared, conversation, rng).await {
            Ok(()) => return Ok(()),
            Err(error @ (Error::Refused(_) | Error::Protocol(_))) => return Err(error),
            Err(error) => {
                // The server is away for good only once the killing is over.
                if shared.is_stopping() {
                    let deadline = *give_up.get_or_insert_with(|| clock::now() + FINISH_WITHIN);
                    if clock::now() > deadline {
                        return Err(error);
                    }
                }
            }
        }
        shared.reconnects.fetch_add(1, Ordering::Relaxed);
        clock::sleep(Duration::from_millis(rng.random_range(RECONNECT_MS))).await;
    }
}

/// Goes on with the dialogue until it is complete or the connection breaks.
async fn connection(shared: &Shared, conversation: &mut Conversation, rng: &mut StdRng) -> Result<(), Error> {
    let Settings {
        target,
        timeout,
        turns_per_conversation,
        ..
    } = &shared.settings;
    let mut socket = Socket::connect(target, *timeout).await?;
    conversation.resume(&mut socket, *timeout).await?;
    while conversation.is_waiting() || (conversation.turns_done() < *turns_per_conversation && !shared.is_stopping()) {
        conversation.take_turn(&mut socket, *timeout).await?;
        shared.turns.fetch_add(1, Ordering::Relaxed);
        clock::sleep(Duration::from_millis(rng.random_range(THINK_MS))).await;
    }
    socket.close().await;
    Ok(())
}
