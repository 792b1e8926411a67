//! Batched loads: conversations that wake at the same time are read in one round.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ConversationId;
use frontdesk_core::ports::hot::Hot;
use frontdesk_core::ports::store::{Store, Stored};
use parking_lot::Mutex as SyncMutex;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::config;
use crate::error::Refused;
use crate::metrics::{HOT_ERRORS, Metrics};
use crate::supervisor::root::{Service, collect};

type Answer = Result<Option<Stored>, Refused>;

struct Wanted {
    id: ConversationId,
    /// The hot store was wrong: ask the database.
    is_certain: bool,
    answer: oneshot::Sender<Answer>,
}

/// How long a row that was just read stands for the next reading of it.
const FRESH_FOR: Duration = Duration::from_secs(2);
/// Rows kept for that.
const FRESH_MAX: usize = 4_096;

/// The queue of loads.
pub(crate) struct Loader {
    queue: mpsc::Sender<Wanted>,
    /// Rows that were read for somebody who is likely to wake their conversation next.
    fresh: SyncMutex<HashMap<ConversationId, (Instant, Option<Stored>)>>,
}

/// One of the loops that empty it.
pub(crate) struct Round {
    queue: Arc<Mutex<mpsc::Receiver<Wanted>>>,
    store: Arc<dyn Store>,
    hot: Option<Arc<dyn Hot>>,
    config: config::Activation,
    metrics: Arc<Metrics>,
}

impl Loader {
    /// The queue, and the services that read.
    pub fn new(
        config: &config::Activation,
        store: &Arc<dyn Store>,
        hot: Option<&Arc<dyn Hot>>,
        metrics: &Arc<Metrics>,
    ) -> (Self, Vec<Arc<Round>>) {
        let (to, from) = mpsc::channel(config.queue_max.max(1));
        let from = Arc::new(Mutex::new(from));
        let rounds = (0..config.rounds_max.max(1)).map(|_| {
            Arc::new(Round {
                queue: Arc::clone(&from),
                store: Arc::clone(store),
                hot: hot.cloned(),
                config: config.clone(),
                metrics: Arc::clone(metrics),
            })
        });
        let loader = Self {
            queue: to,
            fresh: SyncMutex::default(),
        };
        (loader, rounds.collect())
    }

    /// Loads a conversation from the database, and keeps the row a moment for its actor.
    pub async fn look(&self, id: ConversationId) -> Answer {
        let stored = self.load(id, true).await?;
        let now = Instant::now();
        let mut fresh = self.fresh.lock();
        if fresh.len() < FRESH_MAX {
            fresh.insert(id, (now, stored.clone()));
        }
        Ok(stored)
    }

    /// The row as it was looked at a moment ago, if it was. Somebody may have changed it since: a
    /// turn computed from it fails then, as from any old state.
    pub fn just_seen(&self, id: ConversationId) -> Option<Option<Stored>> {
        let (seen_at, stored) = self.fresh.lock().remove(&id)?;
        (seen_at.elapsed() <= FRESH_FOR).then_some(stored)
    }

    /// Forgets what was looked at too long ago.
    pub fn sweep(&self) {
        let mut fresh = self.fresh.lock();
        fresh.retain(|_, (seen_at, _)| seen_at.elapsed() <= FRESH_FOR);
        if fresh.capacity() > 64 && fresh.len() * 4 < fresh.capacity() {
            fresh.shrink_to_fit();
        }
    }

    /// Loads a conversation; `is_certain` passes the hot store by.
    pub async fn load(&self, id: ConversationId, is_certain: bool) -> Answer {
        let (answer, outcome) = oneshot::channel();
        let wanted = Wanted { id, is_certain, answer };
        self.queue.send(wanted).await.map_err(|_| Refused::ShuttingDown)?;
        outcome.await.unwrap_or(Err(Refused::Unavailable))
    }
}

#[async_trait]
impl Service for Round {
    fn name(&self) -> &'static str {
        "loader"
    }

    async fn run(&self, stop: &CancellationToken) {
        let mut wanted = Vec::new();
        loop {
            let mut queue = self.queue.lock().await;
            let is_any = collect(&mut queue, &mut wanted, self.config.batch_max.max(1), stop).await;
            drop(queue);
            if !is_any {
                return;
            }
            self.answer(&mut wanted).await;
        }
    }
}

impl Round {
    async fn answer(&self, wanted: &mut Vec<Wanted>) {
        let mut found = self.load_hot(wanted).await;
        let missing: Vec<ConversationId> = wanted
            .iter()
            .map(|wanted| wanted.id)
            .filter(|id| !found.contains_key(id))
            .collect();
        let loaded = if missing.is_empty() {
            Ok(Vec::new())
        } else {
            let deadline = config::millis(self.config.deadline_ms);
            timeout(deadline, self.store.load(&missing))
                .await
                .map_err(|_| ())
                .and_then(|loaded| loaded.map_err(|error| tracing::warn!(%error, "conversations could not be loaded")))
        };
        match loaded {
            Ok(loaded) => {
                self.metrics.activations.increment(loaded.len() as u64);
                found.extend(loaded.into_iter().map(|stored| (stored.id, stored)));
                for Wanted { id, answer, .. } in wanted.drain(..) {
                    // Cloned, as a socket and an actor may want the same one.
                    let _ = answer.send(Ok(found.get(&id).cloned()));
                }
            }
            Err(()) => {
                for Wanted { answer, .. } in wanted.drain(..) {
                    let _ = answer.send(Err(Refused::Unavailable));
                }
            }
        }
    }

    async fn load_hot(&self, wanted: &[Wanted]) -> HashMap<ConversationId, Stored> {
        let Some(hot) = &self.hot else {
            return HashMap::new();
        };
        let ids: Vec<ConversationId> = wanted.iter().filter(|one| !one.is_certain).map(|one| one.id).collect();
        let deadline = config::millis(self.config.hot_deadline_ms);
        match timeout(deadline, hot.load(&ids)).await {
            Ok(Ok(warm)) => warm.into_iter().map(|stored| (stored.id, stored)).collect(),
            Ok(Err(_)) | Err(_) => {
                metrics::counter!(HOT_ERRORS).increment(1);
                HashMap::new()
            }
        }
    }
}
