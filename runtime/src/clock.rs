//! The system's clock: the only place that reads it.

use std::time::{SystemTime, UNIX_EPOCH};

use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;

/// The clock of the machine, in UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}
