//! Durable timers: a due one is an event like any other.
//!
//! The rows are in the store; in memory are only the moments of the near future. At such a moment
//! the store is asked what is due, and each is delivered. The turn removes the row; until it has,
//! the timer is told again, and the dedupe key makes that harmless.

use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{Behaviour, ConversationId, DedupeKey, InboundEvent, Payload, TimerName, Timestamp};
use futures_util::StreamExt;
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use crate::config::{Timers as Config, millis};
use crate::error::Refused;
use crate::metrics::{TIMERS_FIRED, TIMERS_WAITING};
use crate::runtime::Services;
use crate::supervisor::root::Service;

type Key = (ConversationId, TimerName, Timestamp);

/// Fires timers.
pub(crate) struct Timers<B: Behaviour>(pub Arc<Services<B>>);

impl<B: Behaviour> Timers<B> {
    fn config(&self) -> &Config {
        &self.0.config.timers
    }

    /// Notes the moments of a window and says when to look again: half a window from now, or at the
    /// last moment noted when there are more timers than are kept.
    async fn look_ahead(&self, now: Timestamp) -> Result<Timestamp, Error> {
        let window = millis(self.config().window_ms);
        let horizon = now.plus(window);
        self.0.timers.extend(horizon);
        let (mut after, mut left) = (None, self.config().window_max);
        loop {
            let timers = self.page(horizon, after).await?;
            timers.iter().for_each(|timer| self.0.timers.note(timer.due));
            if timers.len() < self.config().batch_max as usize {
                return Ok(now.plus(window / 2));
            }
            left = left.saturating_sub(timers.len());
            after = timers.last().map(place);
            if let Some((_, _, last)) = after.as_ref().filter(|_| left == 0) {
                let soonest = now.plus(millis(self.config().retry_ms));
                return Ok((*last).clamp(soonest, soonest.max(now.plus(window / 2))));
            }
        }
    }

    /// Delivers everything due; `false` when something has to be tried again.
    async fn fire(&self, now: Timestamp, stop: &CancellationToken) -> Result<bool, Error> {
        let (mut after, mut is_done) = (None, true);
        loop {
            let timers = self.page(now, after).await?;
            let is_last = timers.len() < self.config().batch_max as usize;
            after = timers.last().map(place);
            let failures = stream::iter(timers)
                .take_while(|_| std::future::ready(!stop.is_cancelled()))
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
            owned: self.0.placement.owned(),
            until,
            after: after.map(|(conversation, name, due)| (due, conversation, name)),
            limit: self.config().batch_max.max(1),
        };
        self.0.store.due_timers(&window).await
    }

    async fn deliver(&self, timer: DueTimer) -> bool {
        match self.0.deliver(event(timer, self.0.clock.now()), false).await {
            Ok(_) => {
                metrics::counter!(TIMERS_FIRED).increment(1);
                true
            }
            // Parking took the row; a tenant that is not there now is asked for at the next moment.
            Err(Refused::Parked | Refused::UnknownTenant) => true,
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
        let services = &self.0;
        let retry = millis(self.config().retry_ms);
        let mut look_at = services.clock.now();
        // What came due while nobody looked.
        services.timers.note(Timestamp::from_millis(0));
        while !stop.is_cancelled() {
            let now = services.clock.now();
            if now >= look_at {
                look_at = self.look_ahead(now).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "timers could not be read; tried again");
                    now.plus(retry)
                });
            }
            if services.timers.take_due(now) {
                let is_done = self.fire(now, stop).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "due timers could not be read; tried again");
                    false
                });
                if !is_done {
                    services.timers.note(services.clock.now().plus(retry));
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
