//! The ledger's counts, which take long once much has come in: a page shows what was counted last, and
//! has it counted anew behind its back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::reader::{LedgerRow, Reader, Scope};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

/// What a page waits for new counts; most installations are counted by then.
const PAGE_WAITS: Duration = Duration::from_millis(60);
/// Counting takes at most a tenth of the time.
const REST: u32 = 9;

/// Counts, and of when they are.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Every tenant's and channel's.
    pub rows: Vec<LedgerRow>,
    /// When they were counted.
    pub at: Timestamp,
    /// Not before this they are counted again.
    rests_until: Timestamp,
}

/// What was counted last.
pub struct Tally {
    reader: Arc<dyn Reader>,
    clock: Arc<dyn Clock>,
    latest: ArcSwapOption<Counted>,
    /// Held while somebody counts.
    counting: Mutex<()>,
    tasks: TaskTracker,
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally").finish_non_exhaustive()
    }
}

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(reader: Arc<dyn Reader>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            reader,
            clock,
            latest: ArcSwapOption::empty(),
            counting: Mutex::new(()),
            tasks: TaskTracker::new(),
        })
    }

    /// The counts of a scope, fresh where that is quick; `None` while they are counted for the first time.
    pub async fn look(self: &Arc<Self>, scope: &Scope) -> Option<Counted> {
        let latest = self.latest.load_full();
        let rests = latest
            .as_ref()
            .is_some_and(|counted| self.clock.now() < counted.rests_until);
        if !rests {
            let own = Arc::clone(self);
            let counting = self.tasks.spawn(async move { own.count().await });
            // Whoever does not wait for the end leaves the task to finish by itself.
            let _ = tokio::time::timeout(PAGE_WAITS, counting).await;
        }
        let counted = self.latest.load_full()?;
        let own = |row: &&LedgerRow| scope.tenant().is_none_or(|tenant| row.tenant == *tenant);
        Some(Counted {
            rows: counted.rows.iter().filter(own).cloned().collect(),
            ..*counted
        })
    }

    /// Counts, unless somebody does already.
    async fn count(&self) {
        let Ok(_counting) = self.counting.try_lock() else {
            return;
        };
        let begun = self.clock.now();
        match self.reader.ledger(&Scope::All).await {
            Ok(rows) => {
                let at = self.clock.now();
                let took = at.since(begun);
                self.latest.store(Some(Arc::new(Counted {
                    rows,
                    at,
                    rests_until: at.plus(took * REST),
                })));
            }
            Err(error) => tracing::warn!(%error, "the ledger could not be counted"),
        }
    }
}
