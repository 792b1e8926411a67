use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;
use tokio::time::Instant;

/// A clock that goes with tokio's, which tests pause, and can be set by hand on top of that.
#[derive(Clone, Debug)]
pub struct ManualClock {
    started: Instant,
    offset_ms: Arc<AtomicI64>,
}

impl ManualClock {
    /// Shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            started: Instant::now(),
            offset_ms: Arc::new(AtomicI64::new(now.as_millis())),
        }
    }

    /// Sets it forward without letting tokio's time pass.
    pub fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.offset_ms.fetch_add(by_ms, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.offset_ms.load(Ordering::Relaxed)).plus(self.started.elapsed())
    }
}
