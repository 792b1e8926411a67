//! Runs many clients on a few threads of their own.
//!
//! Each thread has a current-thread runtime and keeps its clients: nothing is stolen, woken across threads or locked,
//! which leaves more of the machine to the server being measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio::task::JoinSet;

use crate::clock;

/// Connections being opened at once; more would overflow the server's backlog and wait for the kernel's retry, a
/// second later.
const CONNECTING_MAX: usize = 64;
/// With tokio's default, several hundred busy tasks on one thread starve the socket events for tens of milliseconds.
const GLOBAL_QUEUE_INTERVAL: u32 = 4;

/// Where a client sits.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    /// The client's number, from 0.
    pub client: usize,
    /// Its thread, from 0.
    pub thread: usize,
}

/// Runs `clients` clients on `threads` threads and returns what each made, by number.
///
/// # Errors
///
/// When a thread cannot start or a client panics.
pub async fn run<T, F, W>(threads: usize, clients: usize, work: F) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Fn(Seat) -> W + Clone + Send + 'static,
    W: Future<Output = T> + Send + 'static,
{
    ensure!(threads > 0, "at least one thread is needed");
    let mut pending = Vec::with_capacity(threads);
    for thread in 0..threads {
        let (done, finished) = oneshot::channel();
        let work = work.clone();
        let name = format!("clients-{thread}");
        std::thread::Builder::new()
            .name(name)
            .spawn(move || {
                // The receiver is gone only when the whole run was given up.
                drop(done.send(run_thread(thread, threads, clients, &work)));
            })
            .context("cannot start a thread for clients")?;
        pending.push(finished);
    }
    let mut all: Vec<(usize, T)> = Vec::with_capacity(clients);
    for finished in pending {
        all.extend(finished.await.context("a thread of clients ended early")??);
    }
    all.sort_by_key(|(client, _)| *client);
    Ok(all.into_iter().map(|(_, made)| made).collect())
}

fn run_thread<T, F, W>(thread: usize, threads: usize, clients: usize, work: &F) -> Result<Vec<(usize, T)>>
where
    T: Send + 'static,
    F: Fn(Seat) -> W,
    W: Future<Output = T> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .global_queue_interval(GLOBAL_QUEUE_INTERVAL)
        .build()
        .context("cannot build a runtime")?;
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for client in (thread..clients).step_by(threads) {
            let made = work(Seat { client, thread });
            tasks.spawn(async move { (client, made.await) });
        }
        let mut all = Vec::with_capacity(tasks.len());
        while let Some(made) = tasks.join_next().await {
            all.push(made.context("a client panicked")?);
        }
        Ok(all)
    })
}

/// Lets all clients connect, then starts them at one instant.
#[derive(Clone, Debug)]
pub struct Gate {
    shared: Arc<GateShared>,
}

#[derive(Debug)]
struct GateShared {
    arrived: AtomicUsize,
    news: Notify,
    start: watch::Sender<Option<Instant>>,
    connecting: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        let shared = GateShared {
            arrived: AtomicUsize::new(0),
            news: Notify::new(),
            start: watch::Sender::new(None),
            connecting: Semaphore::new(CONNECTING_MAX),
        };
        Self {
            shared: Arc::new(shared),
        }
    }
}

impl Gate {
    /// Runs `connect` when not too many others are connecting.
    pub async fn connecting<T>(&self, connect: impl Future<Output = T>) -> T {
        let _permit = self
            .shared
            .connecting
            .acquire()
            .await
            .expect("the semaphore is never closed");
        connect.await
    }

    /// Says that a client is ready, or has failed to be, and waits for the start.
    pub async fn arrive(&self) -> Instant {
        self.shared.arrived.fetch_add(1, Ordering::Relaxed);
        self.shared.news.notify_one();
        let mut start = self.shared.start.subscribe();
        loop {
            if let Some(at) = *start.borrow_and_update() {
                return at;
            }
            start.changed().await.expect("the gate holds the sender");
        }
    }

    /// Waits until `clients` have arrived, at most `timeout`.
    ///
    /// # Errors
    ///
    /// When some do not arrive in time.
    pub async fn all_arrived(&self, clients: usize, timeout: Duration) -> Result<()> {
        let arrived = || self.shared.arrived.load(Ordering::Relaxed);
        let all = async {
            while arrived() < clients {
                self.shared.news.notified().await;
            }
        };
        tokio::time::timeout(timeout, all)
            .await
            .with_context(|| format!("{} of {clients} clients were ready within {timeout:?}", arrived()))
    }

    /// Starts everybody a moment from now and returns when that is.
    pub fn open(&self) -> Instant {
        let start = clock::now() + Duration::from_millis(50);
        self.shared.start.send_replace(Some(start));
        start
    }

    /// Clients that have arrived.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.shared.arrived.load(Ordering::Relaxed)
    }
}

/// What is going on, for the progress bar.
#[derive(Debug, Default)]
pub struct Progress {
    /// Steps done: turns, conversations, rounds, as the scenario counts.
    pub done: AtomicU64,
    /// Things that went wrong so far.
    pub failed: AtomicU64,
}

impl Progress {
    /// One more step.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// One more failure.
    pub fn fail(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_client_runs_once_and_results_keep_their_order() {
        let made = run(3, 10, |seat| async move { (seat.client, seat.thread) })
            .await
            .unwrap();
        let expected: Vec<_> = (0..10).map(|client| (client, client % 3)).collect();
        assert_eq!(made, expected);
    }

    #[tokio::test]
    async fn the_gate_starts_everybody_at_one_instant() {
        let gate = Gate::default();
        let clients = tokio::spawn(run(2, 8, {
            let gate = gate.clone();
            move |_| {
                let gate = gate.clone();
                async move { gate.arrive().await }
            }
        }));
        gate.all_arrived(8, Duration::from_secs(10)).await.unwrap();
        let start = gate.open();
        let starts = clients.await.unwrap().unwrap();
        assert!(starts.iter().all(|at| *at == start));
    }

    #[tokio::test]
    async fn a_panicking_client_is_an_error() {
        let failed = run(
            1,
            2,
            |seat| async move { assert_ne!(seat.client, 1, "a client gives up") },
        )
        .await;
        assert!(failed.is_err());
    }
}
