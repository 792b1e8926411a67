//! Signed webhooks: how soon a provider hears that its message is durable, and whether the ledger adds up.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use hyper::StatusCode;
use serde::Deserialize;

use super::ceiling::{self, SHARE_OF_COMMIT};
use super::{Bar, Settings};
use crate::client::Post;
use crate::clock;
use crate::fleet::{self, Gate, Progress, Seat};
use crate::measure::{Recorder, Schedule};
use crate::process::{Plan, Server, Usage};
use crate::provider::{self, MESSAGES_EACH, Sink, Webhook};
use crate::report::{Figure, Outcome};

/// A starting server gets this long.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// WhatsApp wants fewer than one in a hundred answers to take longer.
const SLOW: Duration = Duration::from_secs(1);
/// How often one message is sent again while the server says that it is busy.
const AGAIN_MAX: u32 = 50;
/// The pause before that; a provider waits longer.
const AGAIN_PAUSE: Duration = Duration::from_millis(100);
/// Where the provider tells of everything.
const PATH: &str = "/webhooks/meta";
/// The token with which the ledger is read.
const TOKEN: &str = "loadtest-of-webhooks";

/// What all clients of a run share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    address: SocketAddr,
    gate: Gate,
    next_person: AtomicU64,
    progress: Arc<Progress>,
    acknowledged: AtomicU64,
    recorder: Mutex<Option<Recorder>>,
    failure: Mutex<Option<String>>,
}

/// Measures the bare group commit, then a server of its own under signed webhooks; `--rate` gives each its time,
/// without it every client sends the next one as soon as the last is acknowledged.
///
/// # Errors
///
/// When there is no server to start, or it cannot be reached.
pub async fn run(settings: &Settings) -> Result<Vec<Outcome>> {
    let plan = settings
        .plan
        .as_ref()
        .context("webhooks starts the server itself: --server is needed")?;
    let ceiling = ceiling::commit(settings).await?;
    let sink = Sink::start().await?;
    let mut plan = plan.clone();
    plan.environment.extend(sink.environment());
    plan.environment
        .push(("FRONTDESK_ADMIN_TOKEN".to_owned(), TOKEN.to_owned()));
    let server = plan.start_ready(READY_WITHIN).await?;
    let mut outcome = measure(settings, &plan, &server, &sink).await?;
    let rate = outcome.figure(RATE).unwrap_or(f64::NAN);
    let most = ceiling.figure("turns per second").unwrap_or(f64::NAN);
    outcome.figures.push(Figure::new(SHARE_OF_COMMIT, rate / most, "of 1"));
    server.kill().await?;
    Ok(vec![ceiling, outcome])
}

const RATE: &str = "acknowledged per second";

async fn measure(settings: &Settings, plan: &Plan, server: &Server, sink: &Sink) -> Result<Outcome> {
    let pid = server.pid()?;
    let base = format!("http://127.0.0.1:{}", plan.port);
    let shared = Arc::new(Shared {
        settings: settings.clone(),
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, plan.port)),
        gate: Gate::default(),
        next_person: AtomicU64::new(0),
        progress: Arc::default(),
        acknowledged: AtomicU64::new(0),
        recorder: Mutex::default(),
        failure: Mutex::default(),
    });
    let bar = Bar::follow("webhooks", "webhooks", None, &shared.progress, settings.show_progress);
    let clients = tokio::spawn(fleet::run(settings.threads, settings.connections, {
        let shared = Arc::clone(&shared);
        move |seat| client(Arc::clone(&shared), seat)
    }));
    let deadline = settings.connect_deadline();
    shared.gate.all_arrived(settings.connections, deadline).await?;
    let from = shared.gate.open() + settings.warm_up;
    clock::sleep_until(from).await;
    let before = Usage::of(pid)?;
    clock::sleep_until(from + settings.duration).await;
    let after = Usage::of(pid)?;
    clients.await.context("the clients ended early")??;
    drop(bar);

    let recorder = shared.recorder.lock().expect("nobody panics holding it").take();
    let recorder = recorder.context("nothing was acknowledged")?;
    let mut outcome = Outcome::new("webhooks", settings);
    let in_time = recorder.turns_in_time() as f64;
    let cpu = (after.cpu_seconds - before.cpu_seconds) * 1000.0 / in_time;
    outcome.figures.extend([
        Figure::new(RATE, in_time / settings.duration.as_secs_f64(), "webhooks/s"),
        Figure::new("longer than a second", recorder.share_acked_after(SLOW) * 100.0, "%"),
        Figure::new("server CPU per 1,000 webhooks", cpu, "s"),
        Figure::new("refused for now and repeated", recorder.busy() as f64, "times"),
        Figure::new("replies sent meanwhile", sink.taken() as f64, "messages"),
    ]);
    outcome.latencies = recorder.latencies().into_iter().skip(1).collect();
    outcome.per_second = recorder.per_second().to_vec();
    if let Some(failure) = shared.failure.lock().expect("nobody panics holding it").take() {
        outcome.fail(failure);
    }
    match check_ledger(&base, shared.acknowledged.load(Ordering::Relaxed)).await {
        Ok(processed) => outcome
            .figures
            .push(Figure::new("processed, by the ledger", processed as f64, "webhooks")),
        Err(error) => outcome.fail(format!("the ledger: {error:#}")),
    }
    Ok(outcome)
}

#[derive(Deserialize)]
struct Ledger {
    is_balanced: bool,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    channel: String,
    processed: u64,
}

/// Every acknowledged message was processed, once.
async fn check_ledger(base: &str, acknowledged: u64) -> Result<u64> {
    let ask = reqwest::Client::new()
        .get(format!("{base}/api/v1/ledger"))
        .bearer_auth(TOKEN);
    let ledger: Ledger = ask.send().await?.error_for_status()?.json().await?;
    ensure!(ledger.is_balanced, "it is not balanced");
    let lines = ledger.lines.iter().filter(|line| line.channel == "whatsapp");
    let processed: u64 = lines.map(|line| line.processed).sum();
    // Delivery reports are events, too; this provider sends none.
    ensure!(
        processed == acknowledged,
        "{acknowledged} messages were acknowledged, {processed} processed"
    );
    Ok(processed)
}

/// One connection of the provider: person after person, message after message.
async fn client(shared: Arc<Shared>, seat: Seat) {
    let mut connection = Post::new(shared.address, shared.settings.timeout);
    let start = shared.gate.arrive().await;
    let settings = &shared.settings;
    let from = start + settings.warm_up;
    let end = from + settings.duration;
    let mut recorder = Recorder::new(from..end);
    let schedule = settings.rate.map(|rate| Schedule {
        rate,
        clients: settings.connections,
    });
    clock::sleep_until(start).await;
    let mut person = 0;
    for n in 0.. {
        let intended = schedule.map_or_else(clock::now, |schedule| start + schedule.intended(seat.client, n));
        if intended >= end {
            break;
        }
        clock::sleep_until(intended).await;
        if n % MESSAGES_EACH == 0 {
            person = shared.next_person.fetch_add(1, Ordering::Relaxed);
        }
        let unix_seconds = clock::unix_millis() / 1000;
        let webhook = provider::webhook(settings.run.name(), person, n % MESSAGES_EACH, unix_seconds);
        let sent = clock::now();
        match send(&mut connection, webhook).await {
            Ok(again) => {
                let acked = clock::now();
                recorder.turn(intended, sent, acked, acked, again);
                shared.acknowledged.fetch_add(1, Ordering::Relaxed);
                shared.progress.step();
            }
            Err(error) => {
                shared.progress.fail();
                let mut failure = shared.failure.lock().expect("nobody panics holding it");
                failure.get_or_insert(format!("{error:#}"));
                break;
            }
        }
    }
    let mut whole = shared.recorder.lock().expect("nobody panics holding it");
    match &mut *whole {
        Some(whole) => whole.add(&recorder),
        none => *none = Some(recorder),
    }
}

/// Sends it until it is acknowledged; returns how often it had to come again.
async fn send(connection: &mut Post, webhook: Webhook) -> Result<u32> {
    let began = Instant::now();
    let Webhook { body, signature } = webhook;
    let body = Bytes::from(body);
    let headers = [
        ("content-type", "application/json"),
        ("x-hub-signature-256", signature.as_str()),
    ];
    for again in 0..AGAIN_MAX {
        match connection.post(PATH, &headers, body.clone()).await? {
            StatusCode::OK => return Ok(again),
            StatusCode::SERVICE_UNAVAILABLE => clock::sleep(AGAIN_PAUSE).await,
            other => anyhow::bail!("a signed webhook was answered with {other}"),
        }
    }
    anyhow::bail!("a webhook was refused for {:?}", began.elapsed())
}
