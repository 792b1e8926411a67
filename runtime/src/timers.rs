//! Durable timers: a due one is an event like any other.
//!
//! The rows are in the store; in memory are only the moments of the near future. At such a moment
//! the store is asked what is due, and each is delivered. The turn removes the row; until it has,
//! the timer is told again, and the dedupe key makes that harmless.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{Behaviour, ConversationId, DedupeKey, InboundEvent, Payload, TimerName, Timestamp};
use futures_util::StreamExt;
use futures_util::stream;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::config::{Timers as Config, millis};
use crate::error::Refused;
use crate::metrics::{TIMERS_FIRED, TIMERS_WAITING};
use crate::runtime::Services;
use crate::supervisor::root::Service;

/// Timers parked in this process's lifetime; they are not told again.
const PARKED_MAX: usize = 10_000;

type Key = (ConversationId, TimerName, Timestamp);

/// Fires timers.
pub(crate) struct Timers<B: Behaviour> {
    services: Arc<Services<B>>,
    parked: Mutex<HashSet<Key>>,
}

impl<B: Behaviour> Timers<B> {
    pub fn new(services: Arc<Services<B>>) -> Self {
        Self {
            services,
            parked: Mutex::default(),
        }
    }

    fn config(&self) -> &Config {
        &self.services.config.timers
    }

    /// Notes the moments up to the horizon.
    async fn look_ahead(&self, horizon: Timestamp) -> Result<(), Error> {
        self.services.timers.extend(horizon);
        let (mut after, mut left) = (None, self.config().window_max);
        while left > 0 {
            let timers = self.page(horizon, after).await?;
            timers.iter().for_each(|timer| self.services.timers.note(timer.due));
            left = left.saturating_sub(timers.len());
            after = timers.last().map(place);
            if timers.len() < self.config().batch_max as usize {
                break;
            }
        }
        Ok(())
    }

    /// Delivers everything due; `false` when something has to be tried again.
    async fn fire(&self, now: Timestamp, stop: &CancellationToken) -> Result<bool, Error> {
        let (mut after, mut is_done) = (None, true);
        loop {
            let timers = self.page(now, after).await?;
            let is_last = timers.len() < self.config().batch_max as usize;
            after = timers.last().map(place);
            let failures = stream::iter(timers)
                .map(|timer| self.deliver(timer))
                .buffer_unordered(self.config().in_flight_max.max(1))
                .filter(|is_delivered| std::future::ready(!is_delivered))
                .count()
                .await;
            is_done &= failures == 0;
            if is_last || stop.is_cancelled() {
                return Ok(is_done);
            }
        }
    }

    async fn page(&self, until: Timestamp, after: Option<Key>) -> Result<Vec<DueTimer>, Error> {
        let window = Window {
            owned: self.services.placement.owned(),
            until,
            after: after.map(|(conversation, name, due)| (due, conversation, name)),
            limit: self.config().batch_max.max(1),
        };
        self.services.store.due_timers(&window).await
    }

    async fn deliver(&self, timer: DueTimer) -> bool {
        let key = place(&timer);
        if self.parked.lock().contains(&key) {
            return true;
        }
        match self
            .services
            .deliver(event(timer, self.services.clock.now()), false)
            .await
        {
            Ok(_) => {
                metrics::counter!(TIMERS_FIRED).increment(1);
                true
            }
            Err(Refused::Parked) => {
                let mut parked = self.parked.lock();
                if parked.len() < PARKED_MAX {
                    parked.insert(key);
                }
                true
            }
            Err(_) => false,
        }
    }
}

fn place(timer: &DueTimer) -> Key {
    (timer.conversation, timer.name.clone(), timer.due)
}

fn event(timer: DueTimer, now: Timestamp) -> InboundEvent {
    let due = timer.due.as_millis().to_string();
    let parts = ["timer", timer.address.as_str(), timer.name.0.as_str(), due.as_str()];
    let dedupe = DedupeKey::derive(&timer.tenant, timer.channel, &parts);
    let payload = Payload::Timer {
        name: timer.name,
        due: timer.due,
    };
    InboundEvent::new(timer.tenant, timer.channel, timer.address, dedupe, now, payload)
}

#[async_trait]
impl<B: Behaviour> Service for Timers<B> {
    fn name(&self) -> &'static str {
        "timers"
    }

    async fn run(&self, stop: &CancellationToken) {
        let (services, window) = (&self.services, millis(self.config().window_ms));
        let retry = millis(self.config().retry_ms);
        let mut look_at = services.clock.now();
        let mut is_behind = true;
        while !stop.is_cancelled() {
            let now = services.clock.now();
            if now >= look_at {
                match self.look_ahead(now.plus(window)).await {
                    Ok(()) => look_at = now.plus(window / 2),
                    Err(error) => {
                        tracing::warn!(%error, "timers could not be read; tried again");
                        look_at = now.plus(retry);
                    }
                }
            }
            if services.timers.take_due(now) || is_behind {
                is_behind = !self.fire(now, stop).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "due timers could not be read; tried again");
                    false
                });
                if is_behind {
                    services.timers.note(now.plus(retry));
                    is_behind = false;
                }
            }
            #[expect(clippy::cast_precision_loss, reason = "a gauge")]
            metrics::gauge!(TIMERS_WAITING).set(services.timers.len() as f64);
            let until_look = look_at.since(services.clock.now());
            let wait = services.timers.wait(&*services.clock, until_look);
            stop.run_until_cancelled(wait).await;
        }
    }
}
