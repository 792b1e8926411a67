//! Receipts of refused events: written behind the refusal, at a bounded rate, so that a flood of
//! foreign attempts does no harm.

use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::Receipt;
use frontdesk_core::ports::store::Store;
use parking_lot::Mutex as SyncMutex;
use tokio::sync::{Mutex, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::limits::Bucket;
use crate::metrics::REFUSED;
use crate::supervisor::root::{Service, collect};

/// Receipts that may wait.
const QUEUE_MAX: usize = 1_024;
/// Receipts in one write.
const BATCH_MAX: usize = 128;

/// The queue of refusals.
pub(crate) struct Refusals {
    queue: mpsc::Sender<Receipt>,
    bucket: SyncMutex<Bucket>,
}

/// The loop that writes them.
pub(crate) struct Clerk {
    queue: Mutex<mpsc::Receiver<Receipt>>,
    store: Arc<dyn Store>,
}

impl Refusals {
    /// The queue, and the service that writes.
    pub fn new(per_second_max: u32, store: &Arc<dyn Store>) -> (Self, Arc<Clerk>) {
        let (to, from) = mpsc::channel(QUEUE_MAX);
        let bucket = Bucket::new(per_second_max, per_second_max, Instant::now());
        let clerk = Clerk {
            queue: Mutex::new(from),
            store: Arc::clone(store),
        };
        (
            Self {
                queue: to,
                bucket: SyncMutex::new(bucket),
            },
            Arc::new(clerk),
        )
    }

    /// Writes a refusal down, or only counts it when there are too many.
    pub fn add(&self, receipt: Receipt) {
        let is_written = self.bucket.lock().take(Instant::now()).is_ok() && self.queue.try_send(receipt).is_ok();
        metrics::counter!(REFUSED, "written" => if is_written { "yes" } else { "no" }).increment(1);
    }
}

#[async_trait]
impl Service for Clerk {
    fn name(&self) -> &'static str {
        "clerk"
    }

    async fn run(&self, stop: &CancellationToken) {
        let mut queue = self.queue.lock().await;
        let mut receipts = Vec::new();
        while collect(&mut queue, &mut receipts, BATCH_MAX, stop).await {
            if let Err(error) = self.store.refuse(&receipts).await {
                tracing::warn!(%error, refusals = receipts.len(), "refusals could not be written down");
            }
            receipts.clear();
        }
    }
}
