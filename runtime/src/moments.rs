//! The near future: when something comes due.
//!
//! Only moments are kept, rounded up to a tick, not what is due then: that is read from the store
//! at the moment itself, so a timer cancelled or set anew in between never fires by mistake, and
//! memory is bounded by the window whatever the number of timers.

use std::collections::BTreeSet;
use std::time::Duration;

use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// What one moment is rounded up to.
const TICK: Duration = Duration::from_millis(50);
/// The longest sleep before the clock is read again: it may have been set.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Moments up to a horizon, and a bell.
#[derive(Debug)]
pub(crate) struct Moments {
    near: Mutex<Near>,
    bell: Notify,
}

#[derive(Debug)]
struct Near {
    due: BTreeSet<Timestamp>,
    horizon: Timestamp,
}

impl Moments {
    /// Knows nothing beyond `horizon`.
    pub fn new(horizon: Timestamp) -> Self {
        Self {
            near: Mutex::new(Near {
                due: BTreeSet::new(),
                horizon,
            }),
            bell: Notify::new(),
        }
    }

    /// Something comes due then. Beyond the horizon it is left to whoever moves the horizon.
    pub fn note(&self, due: Timestamp) {
        let tick = i64::try_from(TICK.as_millis()).unwrap_or(i64::MAX);
        let rounded = Timestamp::from_millis(due.as_millis().div_euclid(tick).saturating_add(1).saturating_mul(tick));
        let mut near = self.near.lock();
        if rounded > near.horizon || !near.due.insert(rounded) {
            return;
        }
        let is_earliest = near.due.first() == Some(&rounded);
        drop(near);
        if is_earliest {
            self.bell.notify_one();
        }
    }

    /// From here on, moments up to `horizon` are kept. To be called before the store is asked for
    /// what is due until then, so that nothing falls between.
    pub fn extend(&self, horizon: Timestamp) {
        let mut near = self.near.lock();
        near.horizon = near.horizon.max(horizon);
    }

    /// Something is due now.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// Forgets moments that have come; tells whether there were any.
    pub fn take_due(&self, now: Timestamp) -> bool {
        let mut near = self.near.lock();
        let mut is_any = false;
        while near.due.first().is_some_and(|due| *due <= now) {
            near.due.pop_first();
            is_any = true;
        }
        is_any
    }

    /// How many moments are kept.
    pub fn len(&self) -> usize {
        self.near.lock().due.len()
    }

    /// Waits for the bell, the next moment, or `at_most`; also returns early now and then, so the
    /// caller looks at the clock again. Safe to drop.
    pub async fn wait(&self, clock: &dyn Clock, at_most: Duration) {
        let now = clock.now();
        let next = self.near.lock().due.first().map(|due| due.since(now));
        let pause = next.unwrap_or(LOOK_AGAIN).min(at_most).min(LOOK_AGAIN);
        tokio::select! {
            () = self.bell.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_moments_up_to_the_horizon_by_ticks() {
        let moments = Moments::new(Timestamp::from_millis(1_000));
        for due in [10, 11, 49, 120, 5_000] {
            moments.note(Timestamp::from_millis(due));
        }
        assert_eq!(moments.len(), 2);
        assert!(!moments.take_due(Timestamp::from_millis(49)));
        assert!(moments.take_due(Timestamp::from_millis(50)));
        assert_eq!(moments.len(), 1);

        moments.extend(Timestamp::from_millis(10_000));
        moments.note(Timestamp::from_millis(5_000));
        assert_eq!(moments.len(), 2);
    }
}
