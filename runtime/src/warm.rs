//! Copies of fresh snapshots for the hot store, made behind everybody's back: losing one costs a
//! slower wake-up, nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::ports::hot::{Hot, Unavailable, Warm};
use frontdesk_core::{ConversationId, Turn};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::compose::stored;
use crate::config;
use crate::error::Refused;
use crate::metrics::{HOT_DROPPED, HOT_ERRORS};
use crate::supervisor::root::{Service, collect};

/// The queue of copies; nothing when there is no hot store.
pub(crate) struct WarmQueue(Option<mpsc::Sender<Errand>>);

/// What is done to the hot store, in order.
enum Errand {
    Keep(Warm),
    /// Forgets conversations, after everything that was to be kept of them before.
    Forget(Vec<ConversationId>, oneshot::Sender<bool>),
}

/// The loop that empties it.
pub(crate) struct Copier {
    queue: Mutex<mpsc::Receiver<Errand>>,
    hot: Arc<dyn Hot>,
    config: config::Hot,
}

impl WarmQueue {
    /// The queue, and the service that copies.
    pub fn new(config: &config::Hot, hot: Option<&Arc<dyn Hot>>) -> (Self, Option<Arc<Copier>>) {
        let Some(hot) = hot else {
            return (Self(None), None);
        };
        let (to, from) = mpsc::channel(config.queue_max.max(1));
        let copier = Copier {
            queue: Mutex::new(from),
            hot: Arc::clone(hot),
            config: config.clone(),
        };
        (Self(Some(to)), Some(Arc::new(copier)))
    }

    /// Copies a committed turn, unless too many wait.
    pub fn put(&self, turn: &Turn) {
        let Some(queue) = &self.0 else { return };
        let Ok(place) = queue.try_reserve() else {
            metrics::counter!(HOT_DROPPED).increment(1);
            return;
        };
        place.send(Errand::Keep(Warm {
            stored: stored(turn),
            messages: turn.messages.clone(),
        }));
    }

    /// Forgets conversations, copies under way included.
    pub async fn forget(&self, ids: &[ConversationId]) -> Result<(), Refused> {
        let Some(queue) = &self.0 else { return Ok(()) };
        let (answer, outcome) = oneshot::channel();
        let errand = Errand::Forget(ids.to_vec(), answer);
        queue.send(errand).await.map_err(|_| Refused::ShuttingDown)?;
        match outcome.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Refused::Unavailable),
        }
    }
}

#[async_trait]
impl Service for Copier {
    fn name(&self) -> &'static str {
        "copier"
    }

    async fn run(&self, stop: &CancellationToken) {
        let mut queue = self.queue.lock().await;
        let mut errands = Vec::new();
        while collect(&mut queue, &mut errands, self.config.batch_max.max(1), stop).await {
            let mut warm = Vec::with_capacity(errands.len());
            for errand in errands.drain(..) {
                match errand {
                    Errand::Keep(conversation) => warm.push(conversation),
                    Errand::Forget(ids, answer) => {
                        self.put(&mut warm).await;
                        // Whoever asked may have gone; it asks again.
                        let _ = answer.send(self.done(self.hot.forget(&ids)).await);
                    }
                }
            }
            self.put(&mut warm).await;
        }
    }
}

impl Copier {
    async fn put(&self, warm: &mut Vec<Warm>) {
        if !warm.is_empty() {
            self.done(self.hot.put(warm)).await;
            warm.clear();
        }
    }

    async fn done(&self, call: impl Future<Output = Result<(), Unavailable>>) -> bool {
        let deadline = config::millis(self.config.deadline_ms);
        let is_done = matches!(timeout(deadline, call).await, Ok(Ok(())));
        if !is_done {
            metrics::counter!(HOT_ERRORS).increment(1);
        }
        is_done
    }
}
