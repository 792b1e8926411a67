//! Group commit: turns of many conversations in one transaction.
//!
//! While one transaction is under way the next batch collects, so batches grow with the load and a
//! quiet system waits for nobody.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::Turn;
use frontdesk_core::ports::store::{Committed, Error, Store};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::config;
use crate::metrics::Metrics;
use crate::retry::Backoff;
use crate::supervisor::root::{Service, collect};

/// The first pause while the database is away.
const BACKOFF_BASE: Duration = Duration::from_millis(20);

/// Why a turn was not committed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// The database is away. Whether the turn took effect is not known.
    Unavailable,
    /// The database refuses this very turn.
    Invalid(String),
}

/// A turn and who waits for it. The turn comes back with the outcome.
struct Pending {
    turn: Turn,
    answer: oneshot::Sender<(Turn, Result<Committed, Failed>)>,
}

/// The queues of the committers.
pub(crate) struct Committer {
    lanes: Vec<mpsc::Sender<Pending>>,
}

/// One queue and the loop that empties it.
pub(crate) struct Lane {
    queue: Mutex<mpsc::Receiver<Pending>>,
    store: Arc<dyn Store>,
    config: config::Commit,
    metrics: Arc<Metrics>,
}

impl Committer {
    /// The queues, and a service for each.
    pub fn new(config: &config::Commit, store: &Arc<dyn Store>, metrics: &Arc<Metrics>) -> (Self, Vec<Arc<Lane>>) {
        let (lanes, services) = (0..store.commits_at_once().max(1))
            .map(|_| {
                let (to, from) = mpsc::channel(config.queue_max.max(1));
                let lane = Lane {
                    queue: Mutex::new(from),
                    store: Arc::clone(store),
                    config: config.clone(),
                    metrics: Arc::clone(metrics),
                };
                (to, Arc::new(lane))
            })
            .unzip();
        (Self { lanes }, services)
    }

    /// Commits a turn. `None` when the committer died midway: then the outcome is not known.
    pub async fn commit(&self, turn: Turn) -> Option<(Turn, Result<Committed, Failed>)> {
        let lane = usize::from(turn.shard().0) % self.lanes.len();
        let (answer, outcome) = oneshot::channel();
        self.lanes[lane].send(Pending { turn, answer }).await.ok()?;
        outcome.await.ok()
    }

    /// Turns that wait.
    pub fn waiting(&self) -> usize {
        self.lanes
            .iter()
            .map(|lane| lane.max_capacity() - lane.capacity())
            .sum()
    }
}

#[async_trait]
impl Service for Lane {
    fn name(&self) -> &'static str {
        "committer"
    }

    /// What was accepted before it was told to stop is finished.
    async fn run(&self, stop: &CancellationToken) {
        let mut queue = self.queue.lock().await;
        let mut pending = Vec::new();
        let batch_max = self.config.batch_turns_max.max(1);
        while collect(&mut queue, &mut pending, batch_max, stop).await {
            #[expect(clippy::cast_precision_loss, reason = "a gauge")]
            self.metrics.commit_queue.set(queue.len() as f64);
            while !pending.is_empty() {
                let rest = self.split_off(&mut pending);
                self.commit(std::mem::replace(&mut pending, rest)).await;
            }
        }
    }
}

impl Lane {
    /// Leaves what fits into one transaction and returns the rest: bounded in bytes, and no two
    /// turns of one conversation (the second can only come from an actor that replaced a dead one).
    fn split_off(&self, pending: &mut Vec<Pending>) -> Vec<Pending> {
        let mut bytes = 0;
        let mut conversations = HashSet::with_capacity(pending.len());
        let end = pending.iter().position(|Pending { turn, .. }| {
            let is_first = bytes == 0;
            bytes += size(turn);
            !conversations.insert(turn.conversation) || (bytes > self.config.batch_bytes_max && !is_first)
        });
        pending.split_off(end.unwrap_or(pending.len()))
    }

    async fn commit(&self, batch: Vec<Pending>) {
        // Turns of a batch that the database refuses are tried by halves until the culprit is alone.
        let mut batches = vec![batch];
        while let Some(batch) = batches.pop() {
            let (turns, answers): (Vec<Turn>, Vec<_>) =
                batch.into_iter().map(|pending| (pending.turn, pending.answer)).unzip();
            match self.try_until_deadline(&turns).await {
                Ok(outcomes) => {
                    for ((turn, answer), outcome) in turns.into_iter().zip(answers).zip(outcomes) {
                        // The actor may have been stopped: the turn stands, its sender asks again.
                        let _ = answer.send((turn, Ok(outcome)));
                    }
                }
                Err(Error::Invalid(_)) if turns.len() > 1 => {
                    let mut first: Vec<Pending> = turns
                        .into_iter()
                        .zip(answers)
                        .map(|(turn, answer)| Pending { turn, answer })
                        .collect();
                    let second = first.split_off(first.len() / 2);
                    batches.extend([second, first]);
                }
                Err(error) => {
                    for (turn, answer) in turns.into_iter().zip(answers) {
                        let failed = match &error {
                            Error::Unavailable(_) => Failed::Unavailable,
                            Error::Invalid(reason) => Failed::Invalid(reason.clone()),
                        };
                        let _ = answer.send((turn, Err(failed)));
                    }
                }
            }
        }
    }

    /// Tries again while the database is away: a commit that took effect before the connection
    /// broke answers `Duplicate`, which is just as good.
    async fn try_until_deadline(&self, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
        let deadline = Instant::now() + config::millis(self.config.deadline_ms);
        let backoff = Backoff {
            base: BACKOFF_BASE,
            max: config::millis(self.config.backoff_max_ms),
        };
        let mut failures = 0;
        loop {
            let started = Instant::now();
            let answer = timeout_at(deadline, self.store.commit(turns)).await;
            match answer.unwrap_or_else(|_| Err(Error::Unavailable("no answer in time".into()))) {
                Err(Error::Unavailable(source)) => {
                    failures += 1;
                    let pause = backoff.after(failures);
                    if Instant::now() + pause >= deadline {
                        tracing::warn!(error = %source, turns = turns.len(), "the database is away; senders are told");
                        return Err(Error::Unavailable(source));
                    }
                    tokio::time::sleep(pause).await;
                }
                result => {
                    self.metrics.commits.increment(1);
                    self.metrics.commit_seconds.record(started.elapsed());
                    #[expect(clippy::cast_precision_loss, reason = "a histogram")]
                    self.metrics.commit_turns.record(turns.len() as f64);
                    return result;
                }
            }
        }
    }
}

/// Roughly the bytes of a turn on its way to the database.
fn size(turn: &Turn) -> usize {
    let messages: usize = turn.messages.iter().map(|message| message.content.text.len()).sum();
    turn.snapshot.len() + turn.record.len() + messages
}
