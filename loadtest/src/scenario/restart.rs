//! A server that knows many conversations is killed; all visitors come back at once and say the next thing.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;

use super::history::{self, Claim};
use super::{Bar, Settings};
use crate::client::{Conversation, Error, Socket};
use crate::clock;
use crate::fleet::{self, Progress};
use crate::measure::{Latency, histogram};
use crate::report::{Figure, Outcome};

/// Turns taken before the server dies.
const TURNS_BEFORE: usize = 2;
/// A starting server gets this long.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// The name of the figure the benchmark reads.
pub const BROUGHT_BACK: &str = "brought back per second";
/// The name of the figure the benchmark reads.
pub const START: &str = "start to ready";

/// The conversations of one client, handed from its first life to its second.
type Luggage = Mutex<Vec<Conversation>>;

/// Begins `conversations` dialogues over the clients' sockets, kills the server, starts it, and has every dialogue
/// go on.
///
/// # Errors
///
/// When there is no server to start, or it does not start.
pub async fn run(settings: &Settings, conversations: usize) -> Result<Outcome> {
    let plan = settings
        .plan
        .as_ref()
        .context("restart starts and kills the server itself: --server is needed")?;
    let server = plan.start_ready(READY_WITHIN).await?;
    let reference = history::reference(settings, settings.turns_per_conversation).await?;
    let luggage: Arc<Vec<Luggage>> = Arc::new((0..settings.connections).map(|_| Luggage::default()).collect());
    let mut outcome = Outcome::new("restart", settings);

    for number in 0..conversations {
        let mut conversations = luggage[number % settings.connections]
            .lock()
            .expect("nobody panics holding it");
        conversations.push(Conversation::new(&settings.run, number as u64));
    }
    let before = life(settings, &luggage, conversations, "begin", TURNS_BEFORE).await?;
    before.failures.into_iter().for_each(|failure| outcome.fail(failure));
    server.kill().await?;
    let mut server = plan.start()?;
    let start = server.ready(READY_WITHIN).await?;
    let after = life(settings, &luggage, conversations, "return", 1).await?;
    after.failures.into_iter().for_each(|failure| outcome.fail(failure));

    outcome.figures.extend([
        Figure::new("conversations", conversations as f64, "threads"),
        Figure::new(START, start.as_secs_f64() * 1000.0, "ms"),
        Figure::new("all answered after", after.took.as_secs_f64() * 1000.0, "ms"),
        Figure::new(
            BROUGHT_BACK,
            after.done as f64 / after.took.as_secs_f64(),
            "conversations/s",
        ),
    ]);
    outcome.latencies = vec![Latency::of("hello → reply", &after.latency)];
    let claims = luggage
        .iter()
        .flat_map(|luggage| std::mem::take(&mut *luggage.lock().expect("as above")));
    let mut kept = Vec::with_capacity(conversations);
    for conversation in claims {
        let (sent, findings) = conversation.finish();
        outcome.find(findings);
        kept.push(Claim { sent, is_orderly: true });
    }
    history::verify(settings, kept, &reference, &mut outcome).await?;
    outcome
        .figures
        .push(Figure::new("violations", outcome.findings_total as f64, "found"));
    server.kill().await?;
    Ok(outcome)
}

/// What happened between a start and the last answer.
struct Life {
    done: usize,
    took: Duration,
    latency: Histogram<u32>,
    failures: Vec<String>,
}

/// Every client takes `turns` turns in each of its conversations, all clients at once.
async fn life(
    settings: &Settings,
    luggage: &Arc<Vec<Luggage>>,
    conversations: usize,
    title: &str,
    turns: usize,
) -> Result<Life> {
    let progress = Arc::<Progress>::default();
    let bar = Bar::follow(
        title,
        "conversations",
        Some(conversations as u64),
        &progress,
        settings.show_progress,
    );
    let from = clock::now();
    let results = fleet::run(settings.threads, settings.connections, {
        let (settings, luggage, progress) = (settings.clone(), Arc::clone(luggage), Arc::clone(&progress));
        move |seat| {
            let (settings, luggage, progress) = (settings.clone(), Arc::clone(&luggage), Arc::clone(&progress));
            async move {
                let mine = std::mem::take(&mut *luggage[seat.client].lock().expect("nobody panics holding it"));
                let (mine, times, failure) = client(&settings, mine, turns, &progress).await;
                *luggage[seat.client].lock().expect("nobody panics holding it") = mine;
                (times, failure)
            }
        }
    })
    .await?;
    drop(bar);
    let mut life = Life {
        done: 0,
        took: Duration::ZERO,
        latency: histogram(),
        failures: Vec::new(),
    };
    for (times, failure) in results {
        for (begun, answered) in times {
            life.done += 1;
            life.took = life.took.max(answered - from);
            let micros = u64::try_from((answered - begun).as_micros()).unwrap_or(u64::MAX);
            life.latency.saturating_record(micros.max(1));
        }
        life.failures.extend(failure);
    }
    Ok(life)
}

type Times = Vec<(Instant, Instant)>;

/// One client: one socket, thread after thread. Stops at the first failure, which fails the run.
async fn client(
    settings: &Settings,
    mut conversations: Vec<Conversation>,
    turns: usize,
    progress: &Progress,
) -> (Vec<Conversation>, Times, Option<String>) {
    let mut times = Vec::with_capacity(conversations.len());
    let took = async {
        let mut socket = Socket::connect(&settings.target, settings.timeout).await?;
        for conversation in &mut conversations {
            let begun = clock::now();
            conversation.resume(&mut socket, settings.timeout).await?;
            for _ in 0..turns {
                conversation.take_turn(&mut socket, settings.timeout).await?;
            }
            times.push((begun, clock::now()));
            progress.step();
        }
        socket.close().await;
        Ok::<_, Error>(())
    };
    let failure = took.await.err().map(|error| error.to_string());
    (conversations, times, failure)
}
