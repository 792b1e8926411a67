//! Places in line: when an entry may leave whose lane is full.
//!
//! One after the other at the lane's own rate, so that a long line is not claimed and handed back over
//! and over. Whoever commits a new entry gives it its place at once: then it is claimed when it is due
//! and not before.

use std::collections::HashMap;
use std::time::Duration;

use frontdesk_core::TenantId;
use frontdesk_core::ports::outbox::Entry;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::config::Outbox as Config;

/// Lines kept before the ones are forgotten in which nobody stands.
const LINES_MAX: usize = 1_024;

/// The end of every line.
#[derive(Debug)]
pub(crate) struct Places {
    /// The next free place of each tenant's lane; one that has passed is a lane without a line.
    ends: Mutex<HashMap<(TenantId, String), Instant>>,
    /// From one place to the next.
    pace: Duration,
}

impl Places {
    pub fn new(config: &Config) -> Self {
        Self {
            ends: Mutex::default(),
            pace: Duration::from_secs(1) / config.lane_rate_per_second.max(1),
        }
    }

    /// The place of an entry that finds its lane full until `earliest`.
    pub fn take(&self, entry: &Entry, earliest: Instant, now: Instant) -> Instant {
        let mut ends = self.ends.lock();
        if ends.len() >= LINES_MAX {
            ends.retain(|_, end| *end > now);
        }
        let end = ends.entry(lane(entry)).or_insert(earliest);
        let place = earliest.max(*end);
        *end = place + self.pace;
        place
    }

    /// How long a new entry waits behind those that have their places; not at all where nobody does.
    pub fn join(&self, entry: &Entry, now: Instant) -> Duration {
        let mut ends = self.ends.lock();
        let Some(end) = ends.get_mut(&lane(entry)).filter(|end| **end > now) else {
            return Duration::ZERO;
        };
        let place = *end;
        *end = place + self.pace;
        place - now
    }
}

fn lane(entry: &Entry) -> (TenantId, String) {
    (entry.tenant.clone(), entry.lane.clone())
}
