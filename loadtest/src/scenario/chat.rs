//! Whole dialogues: as many turns as are answered, or a fixed number a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::{Bar, Settings, history};
use crate::client::{Error, Peer, Visitor};
use crate::clock;
use crate::fleet::{self, Gate, Progress, Seat};
use crate::measure::{Recorder, Schedule};
use crate::process::Usage;
use crate::report::{Figure, Outcome};

/// Failures kept word by word; all are counted.
const FAILURES_KEPT: usize = 20;
/// A client gives up after so many failures in a row.
const FAILURES_IN_A_ROW: u32 = 5;
/// A pause before connecting again.
const FAILURE_PAUSE: Duration = Duration::from_millis(100);

/// What a chat run measured, for those who compute with it.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Latencies and counts.
    pub recorder: Recorder,
    /// Turns answered a second, over the measured time.
    pub turns_per_second: f64,
    /// CPU the server used per 1,000 turns, in seconds, when its process is watched.
    pub cpu_per_1000: Option<f64>,
    /// Turns and connections that failed.
    pub failures: u64,
    /// The first few, in words.
    pub failure_texts: Vec<String>,
}

/// Runs the scenario and reports it.
///
/// # Errors
///
/// When a dialogue does not do what it is for, or the clients cannot connect.
pub async fn run(settings: &Settings) -> Result<Outcome> {
    history::reference(settings, settings.turns_per_conversation).await?;
    let measured = measure(settings, Peer::Chat).await?;
    Ok(outcome("chat", settings, &measured))
}

/// Puts a measurement into words and figures.
#[must_use]
pub fn outcome(name: &str, settings: &Settings, measured: &Measured) -> Outcome {
    let mut outcome = Outcome::new(name, settings);
    outcome
        .figures
        .push(Figure::new("turns per second", measured.turns_per_second, "turns/s"));
    outcome
        .figures
        .push(Figure::new("turns", measured.recorder.turns() as f64, "turns"));
    outcome
        .figures
        .push(Figure::new("reply p99", measured.recorder.reply_p99_ms(), "ms"));
    if let Some(cpu) = measured.cpu_per_1000 {
        outcome
            .figures
            .push(Figure::new("server CPU per 1,000 turns", cpu, "s"));
    }
    outcome.figures.push(Figure::new(
        "refused for now and repeated",
        measured.recorder.busy() as f64,
        "times",
    ));
    outcome
        .figures
        .push(Figure::new("failures", measured.failures as f64, "times"));
    outcome.latencies = measured.recorder.latencies();
    if settings.rate.is_none() {
        // As fast as answered, nothing is ever late: the clients' own delay means something at a fixed rate only.
        outcome.latencies.pop();
    }
    outcome.per_second = measured.recorder.per_second().to_vec();
    // What was answered after the end is no second of its own.
    outcome
        .per_second
        .truncate(usize::try_from(settings.duration.as_secs()).unwrap_or(usize::MAX));
    outcome.failures.clone_from(&measured.failure_texts);
    outcome.is_failed |= measured.failures > 0;
    outcome
}

/// What all clients of a run share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    peer: Peer,
    gate: Gate,
    next_visitor: AtomicU64,
    progress: Arc<Progress>,
    failures: Mutex<Vec<String>>,
    /// One per thread of clients; a lock nobody waits for.
    recorders: OnceLock<Vec<Mutex<Recorder>>>,
}

impl Shared {
    fn fail(&self, what: &Error) {
        self.progress.fail();
        let mut failures = self.failures.lock().expect("nobody panics holding it");
        if failures.len() < FAILURES_KEPT {
            failures.push(what.to_string());
        }
    }

    fn record(&self, seat: Seat, measured_from: Instant, turn: impl FnOnce(&mut Recorder)) {
        let window = measured_from..measured_from + self.settings.duration;
        let make = || {
            (0..self.settings.threads)
                .map(|_| Mutex::new(Recorder::new(window.clone())))
                .collect()
        };
        let recorders = self.recorders.get_or_init(make);
        turn(&mut recorders[seat.thread].lock().expect("nobody panics holding it"));
    }

    async fn open(&self) -> Result<Visitor, Error> {
        let number = self.next_visitor.fetch_add(1, Ordering::Relaxed);
        let Settings {
            target, run, timeout, ..
        } = &self.settings;
        self.gate
            .connecting(Visitor::open(target, self.peer, run, number, *timeout))
            .await
    }
}

/// Measures without reporting.
///
/// # Errors
///
/// When the clients cannot connect or the watched process ends.
pub async fn measure(settings: &Settings, peer: Peer) -> Result<Measured> {
    let shared = Arc::new(Shared {
        settings: settings.clone(),
        peer,
        gate: Gate::default(),
        next_visitor: AtomicU64::new(0),
        progress: Arc::default(),
        failures: Mutex::default(),
        recorders: OnceLock::new(),
    });
    let bar = Bar::follow("chat", "turns", None, &shared.progress, settings.show_progress);
    let clients = tokio::spawn(fleet::run(settings.threads, settings.connections, {
        let shared = Arc::clone(&shared);
        move |seat| client(Arc::clone(&shared), seat)
    }));
    shared
        .gate
        .all_arrived(settings.connections, settings.connect_deadline())
        .await?;
    let measured_from = shared.gate.open() + settings.warm_up;
    clock::sleep_until(measured_from).await;
    let before = settings.pid.map(Usage::of).transpose()?;
    clock::sleep_until(measured_from + settings.duration).await;
    let after = settings.pid.map(Usage::of).transpose()?;
    clients.await.context("the clients ended early")??;
    drop(bar);

    let mut recorder = Recorder::new(measured_from..measured_from + settings.duration);
    for seen in shared.recorders.get().into_iter().flatten() {
        recorder.add(&seen.lock().expect("nobody panics holding it"));
    }
    let turns = recorder.turns_in_time() as f64;
    let cpu = before
        .zip(after)
        .map(|(before, after)| after.cpu_seconds - before.cpu_seconds);
    let failure_texts = std::mem::take(&mut *shared.failures.lock().expect("nobody panics holding it"));
    Ok(Measured {
        turns_per_second: turns / settings.duration.as_secs_f64(),
        cpu_per_1000: cpu.filter(|_| turns > 0.0).map(|cpu| cpu * 1000.0 / turns),
        recorder,
        failures: shared.progress.failed.load(Ordering::Relaxed),
        failure_texts,
    })
}

/// One client: connects, waits for the start, takes turns until the end.
async fn client(shared: Arc<Shared>, seat: Seat) {
    let visitor = shared.open().await;
    let start = shared.gate.arrive().await;
    let mut client = Client {
        visitor: None,
        in_a_row: 0,
        seat,
        measured_from: start + shared.settings.warm_up,
        shared,
    };
    match visitor {
        Ok(visitor) => client.visitor = Some(visitor),
        Err(error) => client.shared.fail(&error),
    }
    clock::sleep_until(start).await;
    match client.shared.settings.rate {
        Some(rate) => client.at_rate(start, rate).await,
        None => client.as_answered().await,
    }
    if let Some(visitor) = client.visitor {
        visitor.close().await;
    }
}

struct Client {
    shared: Arc<Shared>,
    seat: Seat,
    measured_from: Instant,
    visitor: Option<Visitor>,
    in_a_row: u32,
}

impl Client {
    fn end(&self) -> Instant {
        self.measured_from + self.shared.settings.duration
    }

    /// Closed loop: the next turn as soon as the last is answered.
    async fn as_answered(&mut self) {
        while clock::now() < self.end() && self.in_a_row < FAILURES_IN_A_ROW {
            self.turn(None).await;
        }
    }

    /// Open loop: every turn at its time, or as soon after it as the one before is answered.
    async fn at_rate(&mut self, start: Instant, rate: f64) {
        let schedule = Schedule {
            rate,
            clients: self.shared.settings.connections,
        };
        let give_up = self.end() + self.shared.settings.timeout;
        for n in 0.. {
            let intended = start + schedule.intended(self.seat.client, n);
            if intended >= self.end() {
                return;
            }
            clock::sleep_until(intended).await;
            if clock::now() > give_up || self.in_a_row >= FAILURES_IN_A_ROW {
                self.shared.fail(&Error::Timeout(self.shared.settings.timeout));
                return;
            }
            self.turn(Some(intended)).await;
        }
    }

    /// Takes a turn and records it; a failure costs the connection.
    async fn turn(&mut self, intended: Option<Instant>) {
        match self.try_turn(intended).await {
            Ok(()) => self.in_a_row = 0,
            Err(error) => {
                self.shared.fail(&error);
                self.visitor = None;
                self.in_a_row += 1;
                clock::sleep(FAILURE_PAUSE).await;
            }
        }
    }

    async fn try_turn(&mut self, intended: Option<Instant>) -> Result<(), Error> {
        let visitor = match &mut self.visitor {
            Some(visitor) => visitor,
            none => none.insert(self.shared.open().await?),
        };
        let sent = clock::now();
        let intended = intended.unwrap_or(sent);
        let times = visitor.take_turn().await?;
        self.shared.record(self.seat, self.measured_from, |recorder| {
            recorder.turn(intended, sent, times.acked, times.replied, times.busy);
        });
        self.shared.progress.step();
        // The next dialogue's hello belongs to no turn: it is said at once, not when the next turn is due.
        if visitor.turns_taken() >= self.shared.settings.turns_per_conversation {
            let number = self.shared.next_visitor.fetch_add(1, Ordering::Relaxed);
            visitor.next_thread(number).await?;
        }
        Ok(())
    }
}
