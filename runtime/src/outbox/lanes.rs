//! Lanes: each tenant's way to each receiver has its own rate, its own places and its own breaker, so
//! that a noisy tenant, a broken receiver or an account that its provider refuses holds up nobody else.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::ports::outbox::{Entry, Lane as LaneName, SendError, Sent};
use frontdesk_core::{Fault, TenantId};
use tokio::time::Instant;

use super::places::Places;
use crate::breaker::{Breaker, Gate};
use crate::config::{Outbox as Config, millis};
use crate::limits::Bucket;
use crate::metrics::BREAKERS_OPENED;

/// How long at least an entry is put off that finds no place.
const NO_PLACE: Duration = Duration::from_millis(100);

/// Whether an entry may leave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    Now,
    In(Duration),
}

pub(crate) struct Lanes {
    config: Config,
    places: Arc<Places>,
    lanes: HashMap<(TenantId, String), Lane>,
}

struct Lane {
    bucket: Bucket,
    breaker: Breaker,
    in_flight: usize,
}

impl Lanes {
    pub fn new(config: &Config, places: &Arc<Places>) -> Self {
        Self {
            config: config.clone(),
            places: Arc::clone(places),
            lanes: HashMap::new(),
        }
    }

    /// Lets an entry leave, or says when to ask again.
    pub fn admit(&mut self, entry: &Entry, now: Instant) -> Leave {
        let config = &self.config;
        let lane = self
            .lanes
            .entry((entry.tenant.clone(), entry.lane.clone()))
            .or_insert_with(|| Lane {
                bucket: Bucket::new(config.lane_rate_per_second, config.lane_burst, now),
                breaker: Breaker::new(config.breaker_failures, millis(config.breaker_rest_ms)),
                in_flight: 0,
            });
        let earliest = match lane.breaker.gate(now) {
            Gate::ShutUntil(until) => Err(until),
            Gate::Wait => Err(now + NO_PLACE),
            Gate::Pass if lane.in_flight >= config.lane_concurrency_max.max(1) => Err(now + NO_PLACE),
            Gate::Pass => lane.bucket.take(now).map_err(|wait| now + wait),
        };
        if let Err(earliest) = earliest {
            let place = self.places.take(entry, earliest, now);
            return Leave::In(place.saturating_duration_since(now));
        }
        lane.in_flight += 1;
        lane.breaker.begin();
        Leave::Now
    }

    /// A send has ended.
    pub fn ended(&mut self, entry: &Entry, result: &Result<Sent, SendError>, now: Instant) {
        let Some(lane) = self.lanes.get_mut(&(entry.tenant.clone(), entry.lane.clone())) else {
            return;
        };
        lane.in_flight = lane.in_flight.saturating_sub(1);
        match result {
            Err(
                SendError::Transient { .. }
                | SendError::Unknown { .. }
                | SendError::Permanent {
                    fault: Some(Fault::Account),
                    ..
                },
            ) => {
                if lane.breaker.failed(now) {
                    metrics::counter!(BREAKERS_OPENED, "lane" => entry.sender().to_owned()).increment(1);
                    tracing::warn!(
                        tenant.id = %entry.tenant,
                        lane = entry.sender(),
                        "a receiver keeps failing; what one tenant sends over it rests"
                    );
                }
            }
            // The receiver is well, whatever it thinks of this entry.
            Ok(_) | Err(SendError::Permanent { .. }) => lane.breaker.succeeded(),
            Err(SendError::NotNow { .. }) => lane.breaker.not_tried(now),
        }
        self.forget_quiet(now);
    }

    /// Whether a receiver keeps failing somebody, so that what they send to it rests.
    pub fn is_resting(&self, sender: &str) -> bool {
        self.lanes
            .iter()
            .any(|((_, name), lane)| lane.breaker.is_open() && LaneName::sender_of(name) == sender)
    }

    /// Bounds the table by what is in use.
    fn forget_quiet(&mut self, now: Instant) {
        if self.lanes.len() > 1_024 {
            self.lanes.retain(|_, lane| {
                let is_new = lane.bucket.is_full(now) && lane.breaker.is_calm();
                lane.in_flight > 0 || !is_new
            });
        }
    }
}
