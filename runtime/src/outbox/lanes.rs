//! Lanes: each tenant's way to each receiver has its own rate and its own places, and each
//! receiver one breaker, so that a noisy tenant or a broken receiver holds up nobody else.

use std::collections::HashMap;
use std::time::Duration;

use frontdesk_core::TenantId;
use frontdesk_core::ports::outbox::{Entry, SendError, Sent};
use tokio::time::Instant;

use crate::breaker::{Breaker, Gate};
use crate::config::{Outbox as Config, millis};
use crate::limits::Bucket;
use crate::metrics::BREAKERS_OPENED;

/// How long an entry is put off that finds no place.
const NO_PLACE: Duration = Duration::from_millis(100);

/// Whether an entry may leave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    Now,
    In(Duration),
}

pub(crate) struct Lanes {
    config: Config,
    lanes: HashMap<(TenantId, String), Lane>,
    breakers: HashMap<String, Breaker>,
}

struct Lane {
    bucket: Bucket,
    in_flight: usize,
}

impl Lanes {
    pub fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            lanes: HashMap::new(),
            breakers: HashMap::new(),
        }
    }

    /// Lets an entry leave, or says when to ask again.
    pub fn admit(&mut self, entry: &Entry, now: Instant) -> Leave {
        let config = &self.config;
        let breaker = self
            .breakers
            .entry(entry.lane.clone())
            .or_insert_with(|| Breaker::new(config.breaker_failures, millis(config.breaker_rest_ms)));
        match breaker.gate(now) {
            Gate::Pass => {}
            Gate::Wait => return Leave::In(NO_PLACE),
            Gate::ShutUntil(until) => return Leave::In(until.saturating_duration_since(now)),
        }
        let lane = self
            .lanes
            .entry((entry.tenant.clone(), entry.lane.clone()))
            .or_insert_with(|| Lane {
                bucket: Bucket::new(config.lane_rate_per_second, config.lane_burst, now),
                in_flight: 0,
            });
        if lane.in_flight >= config.lane_concurrency_max.max(1) {
            return Leave::In(NO_PLACE);
        }
        if let Err(wait) = lane.bucket.take(now) {
            return Leave::In(wait);
        }
        lane.in_flight += 1;
        breaker.begin();
        Leave::Now
    }

    /// A send has ended.
    pub fn ended(&mut self, entry: &Entry, result: &Result<Sent, SendError>, now: Instant) {
        if let Some(lane) = self.lanes.get_mut(&(entry.tenant.clone(), entry.lane.clone())) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
        }
        let Some(breaker) = self.breakers.get_mut(&entry.lane) else {
            return;
        };
        match result {
            // The receiver is well, whatever it thinks of this entry.
            Ok(_) | Err(SendError::Permanent { .. }) => breaker.succeeded(),
            Err(SendError::Transient { .. } | SendError::Unknown { .. }) => {
                if breaker.failed(now) {
                    metrics::counter!(BREAKERS_OPENED, "lane" => entry.lane.clone()).increment(1);
                    tracing::warn!(lane = %entry.lane, "a receiver keeps failing; sending rests");
                }
            }
        }
        self.forget_quiet(now);
    }

    /// Bounds the table by what is in use.
    fn forget_quiet(&mut self, now: Instant) {
        if self.lanes.len() > 1_024 {
            self.lanes
                .retain(|_, lane| lane.in_flight > 0 || !lane.bucket.is_full(now));
        }
        if self.breakers.len() > 1_024 {
            self.breakers.retain(|_, breaker| !breaker.is_calm());
        }
    }
}
