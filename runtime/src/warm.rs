//! Copies of fresh snapshots for the hot store, made behind everybody's back: losing one costs a
//! slower wake-up, nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::Turn;
use frontdesk_core::ports::hot::{Hot, Warm};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::compose::stored;
use crate::config;
use crate::metrics::{HOT_DROPPED, HOT_ERRORS};
use crate::supervisor::root::{Service, collect};

/// The queue of copies; nothing when there is no hot store.
pub(crate) struct WarmQueue(Option<mpsc::Sender<Warm>>);

/// The loop that empties it.
pub(crate) struct Copier {
    queue: Mutex<mpsc::Receiver<Warm>>,
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
        place.send(Warm {
            stored: stored(turn),
            messages: turn.messages.clone(),
        });
    }
}

#[async_trait]
impl Service for Copier {
    fn name(&self) -> &'static str {
        "copier"
    }

    async fn run(&self, stop: &CancellationToken) {
        let mut queue = self.queue.lock().await;
        let mut warm = Vec::new();
        let deadline = config::millis(self.config.deadline_ms);
        while collect(&mut queue, &mut warm, self.config.batch_max.max(1), stop).await {
            if !matches!(timeout(deadline, self.hot.put(&warm)).await, Ok(Ok(()))) {
                metrics::counter!(HOT_ERRORS).increment(1);
            }
            warm.clear();
        }
    }
}
