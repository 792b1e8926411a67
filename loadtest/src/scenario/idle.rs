//! Many visitors in the middle of a dialogue: what they cost in memory while they stay, and after they left.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Bar, Settings};
use crate::client::{Peer, Visitor};
use crate::clock;
use crate::fleet::{self, Gate, Progress};
use crate::process::Usage;
use crate::report::{Figure, Outcome};

/// Turns each takes before it falls silent: the wish and the name; the bot waits for the phone.
const TURNS_BEFORE: usize = 2;
/// Memory is read once this long after the last turn, so that buffers in flight are gone.
const CALM: Duration = Duration::from_secs(2);
/// How often memory is read while it is given back.
const POLL: Duration = Duration::from_secs(1);
/// The name of the figure the benchmark reads.
pub const PER_CONVERSATION: &str = "memory per live conversation";
/// The name of the figure the benchmark reads.
pub const PER_PASSIVATED: &str = "memory per conversation after settling";

/// Connects, falls silent, reads the server's memory; disconnects, waits `settle` for memory to be given back.
///
/// # Errors
///
/// When the server's process is not known or the clients cannot connect.
pub async fn run(settings: &Settings, settle: Duration) -> Result<Outcome> {
    let pid = settings
        .pid
        .context("idle needs the server's process: --pid, or --server to start one")?;
    let before = Usage::of(pid)?.resident_bytes;
    let gate = Gate::default();
    let progress = Arc::<Progress>::default();
    let total = settings.connections as u64;
    let bar = Bar::follow("idle", "conversations", Some(total), &progress, settings.show_progress);
    let clients = tokio::spawn(fleet::run(settings.threads, settings.connections, {
        let (gate, progress, settings) = (gate.clone(), Arc::clone(&progress), settings.clone());
        move |seat| {
            let (gate, progress, settings) = (gate.clone(), Arc::clone(&progress), settings.clone());
            async move { client(&settings, &gate, &progress, seat.client as u64).await }
        }
    }));
    gate.all_arrived(settings.connections, settings.connect_deadline())
        .await?;
    drop(bar);
    clock::sleep(CALM).await;
    let during = Usage::of(pid)?.resident_bytes;
    gate.open();
    let errors: Vec<_> = clients.await??.into_iter().filter_map(Result::err).collect();
    let after = settled(pid, before, settle).await?;

    let mut outcome = Outcome::new("idle", settings);
    let connected = settings.connections as u64 - progress.failed.load(Ordering::Relaxed);
    let kib_each = |bytes: u64| bytes.saturating_sub(before) as f64 / 1024.0 / (connected.max(1)) as f64;
    let mib = |bytes: u64| bytes as f64 / 1024.0 / 1024.0;
    outcome.figures.extend([
        Figure::new("conversations", connected as f64, "connected, mid-dialogue"),
        Figure::new("memory before", mib(before), "MiB"),
        Figure::new("memory with all connected", mib(during), "MiB"),
        Figure::new(PER_CONVERSATION, kib_each(during), "KiB"),
        Figure::new("memory after settling", mib(after), "MiB"),
        Figure::new(PER_PASSIVATED, kib_each(after), "KiB"),
    ]);
    errors.into_iter().for_each(|error| outcome.fail(error));
    Ok(outcome)
}

async fn client(settings: &Settings, gate: &Gate, progress: &Progress, number: u64) -> Result<(), String> {
    let opened = gate.connecting(begin(settings, number)).await;
    match &opened {
        Ok(_) => progress.step(),
        Err(_) => progress.fail(),
    }
    let mut visitor = match opened {
        Ok(visitor) => visitor,
        Err(error) => {
            gate.arrive().await;
            return Err(error.to_string());
        }
    };
    let ended = tokio::select! {
        _ = gate.arrive() => None,
        error = visitor.stay() => Some(error),
    };
    if let Some(error) = ended {
        return Err(format!("a silent visitor lost the connection: {error}"));
    }
    visitor.close().await;
    Ok(())
}

async fn begin(settings: &Settings, number: u64) -> Result<Visitor, crate::client::Error> {
    let Settings {
        target, run, timeout, ..
    } = settings;
    let mut visitor = Visitor::open(target, Peer::Chat, run, number, *timeout).await?;
    for _ in 0..TURNS_BEFORE {
        visitor.take_turn().await?;
    }
    Ok(visitor)
}

/// Waits until memory is back to what it was, at most `settle`; returns the last reading.
async fn settled(pid: u32, before: u64, settle: Duration) -> Result<u64> {
    let deadline = clock::now() + settle;
    loop {
        let now = Usage::of(pid)?.resident_bytes;
        if now <= before || clock::now() >= deadline {
            return Ok(now);
        }
        clock::sleep(POLL.min(deadline.saturating_duration_since(clock::now()))).await;
    }
}
