//! What leaves: claimed from the store, sent, and its end written down.
//!
//! ```text
//!  claim ─► lane (tenant, name): rate, concurrency ─► breaker (name) ─► send ─► settle
//!    ▲        only the first of a conversation's line is ever claimed           │
//!    └───────────── sent · retry at · unknown · dead ◄─────────────────────────┘
//! ```
//!
//! A send whose outcome is not known is repeated only where the receiver recognises its id.

mod lanes;
mod verdict;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Cargo, Claim, Entry, SendError, Sender, Sent, Settled, Settlement};
use frontdesk_core::{Answered, Behaviour, DedupeKey, InboundEvent, Payload, Timestamp};
use futures_util::FutureExt;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use self::lanes::{Lanes, Leave};
use crate::config::{Outbox as Config, millis};
use crate::error::Refused;
use crate::metrics::{SENDS, SENDS_IN_FLIGHT};
use crate::runtime::Services;
use crate::supervisor::root::Service;

/// Sends what is due.
pub(crate) struct Outbox<B: Behaviour> {
    services: Arc<Services<B>>,
    senders: Arc<HashMap<String, Arc<dyn Sender>>>,
}

/// A send that has ended.
struct Ended {
    entry: Entry,
    result: Result<Sent, SendError>,
}

impl<B: Behaviour> Outbox<B> {
    pub fn new(services: Arc<Services<B>>, senders: HashMap<String, Arc<dyn Sender>>) -> Self {
        Self {
            services,
            senders: Arc::new(senders),
        }
    }

    fn config(&self) -> &Config {
        &self.services.config.outbox
    }

    /// Claims what there is room for and begins to send it. `true` when there may be more.
    async fn begin(&self, sends: &mut JoinSet<Ended>, lanes: &mut Lanes, settled: &mut Vec<Settlement>) -> bool {
        let room = self.config().in_flight_max.saturating_sub(sends.len());
        let limit = u32::try_from(room).unwrap_or(u32::MAX).min(self.config().claim_max);
        if limit == 0 {
            return false;
        }
        let claim = Claim {
            owned: self.services.placement.owned(),
            now: self.services.clock.now(),
            limit,
        };
        let entries = match self.services.store.claim(&claim).await {
            Ok(entries) => entries,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read; tried again");
                return false;
            }
        };
        let is_full = entries.len() >= limit as usize;
        for entry in entries {
            match lanes.admit(&entry, Instant::now()) {
                Leave::Now => {
                    sends.spawn(send(
                        Arc::clone(&self.senders),
                        entry,
                        millis(self.config().send_deadline_ms),
                    ));
                }
                Leave::In(pause) => {
                    let at = claim.now.plus(pause);
                    self.services.outbox.note(at);
                    settled.push(settlement(&entry, Settled::Released { at }, claim.now));
                }
            }
        }
        is_full
    }

    /// Judges how a send ended, tells the conversation what it asked for, and says what to write.
    async fn end(&self, ended: Ended, lanes: &mut Lanes) -> Settlement {
        let Ended { entry, result } = ended;
        lanes.ended(&entry, &result, Instant::now());
        let is_idempotent = self
            .senders
            .get(&entry.lane)
            .is_some_and(|sender| sender.is_idempotent());
        let now = self.services.clock.now();
        let mut verdict = verdict::judge(self.config(), &entry, &result, is_idempotent, now);
        if let Cargo::Inquiry(inquiry) = &entry.cargo {
            let answer = match (&verdict, result) {
                (Settled::Sent { .. }, Ok(sent)) => Some(Ok(sent.answer.unwrap_or(Value::Null))),
                (Settled::Dead { reason } | Settled::Unknown { reason }, _) => Some(Err(reason.clone())),
                _ => None,
            };
            if let Some(answer) = answer
                && let Err(refused) = self.answer(&entry, inquiry.name.clone(), answer, now).await
            {
                // Not told, so not over: asked again later.
                let at = now.plus(millis(self.config().backoff_base_ms));
                verdict = Settled::RetryAt {
                    at,
                    reason: format!("the answer was not taken: {refused}"),
                };
            }
        }
        if let Settled::RetryAt { at, .. } = &verdict {
            self.services.outbox.note(*at);
        }
        metrics::counter!(SENDS, "lane" => entry.lane.clone(), "result" => verdict::name(&verdict)).increment(1);
        settlement(&entry, verdict, now)
    }

    async fn answer(
        &self,
        entry: &Entry,
        inquiry: String,
        result: Result<Value, String>,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let dedupe = DedupeKey::derive(&entry.tenant, entry.channel, &["answer", &entry.id.to_string()]);
        let payload = Payload::Answer(Answered { inquiry, result });
        let event = InboundEvent::new(
            entry.tenant.clone(),
            entry.channel,
            entry.address.clone(),
            dedupe,
            now,
            payload,
        );
        match self.services.deliver(event, false).await {
            Ok(_) | Err(Refused::Parked | Refused::UnknownTenant) => Ok(()),
            Err(refused) => Err(refused),
        }
    }

    /// Writes down how sends ended; what could not be written stays in the list.
    async fn settle(&self, settled: &mut Vec<Settlement>) {
        if settled.is_empty() {
            return;
        }
        match self.services.store.settle(settled).await {
            Ok(()) => {
                settled.clear();
                // The next in line of these conversations may leave now.
                self.services.outbox.ring();
            }
            Err(error) => {
                tracing::warn!(%error, sends = settled.len(), "ended sends could not be written down; tried again");
                tokio::time::sleep(millis(self.config().backoff_base_ms)).await;
            }
        }
    }
}

#[async_trait]
impl<B: Behaviour> Service for Outbox<B> {
    fn name(&self) -> &'static str {
        "outbox"
    }

    async fn run(&self, stop: &CancellationToken) {
        let mut sends = JoinSet::new();
        let mut lanes = Lanes::new(self.config());
        let mut settled = Vec::new();
        loop {
            while let Some(Ok(ended)) = sends.try_join_next() {
                settled.push(self.end(ended, &mut lanes).await);
            }
            self.settle(&mut settled).await;
            if stop.is_cancelled() && sends.is_empty() && settled.is_empty() {
                return;
            }
            #[expect(clippy::cast_precision_loss, reason = "a gauge")]
            metrics::gauge!(SENDS_IN_FLIGHT).set(sends.len() as f64);
            self.services.outbox.take_due(self.services.clock.now());
            let is_more = !stop.is_cancelled() && self.begin(&mut sends, &mut lanes, &mut settled).await;
            if is_more || !settled.is_empty() {
                continue;
            }
            let poll = millis(self.config().poll_ms);
            tokio::select! {
                Some(Ok(ended)) = sends.join_next() => settled.push(self.end(ended, &mut lanes).await),
                () = self.services.outbox.wait(&*self.services.clock, poll) => {}
                () = stop.cancelled(), if !stop.is_cancelled() => {}
            }
        }
    }
}

/// Hands one entry to its sender, within the deadline.
async fn send(senders: Arc<HashMap<String, Arc<dyn Sender>>>, entry: Entry, deadline: Duration) -> Ended {
    let result = match senders.get(&entry.lane) {
        None => Err(SendError::Permanent {
            reason: format!("nothing is set up to send over '{}'", entry.lane),
        }),
        Some(sender) => {
            let sending = AssertUnwindSafe(sender.send(&entry)).catch_unwind();
            let unknown = |reason: &str| SendError::Unknown {
                reason: reason.to_owned(),
            };
            match timeout(deadline, sending).await {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => Err(unknown("the sender failed midway")),
                Err(_) => Err(unknown("the receiver did not answer in time")),
            }
        }
    };
    Ended { entry, result }
}

fn settlement(entry: &Entry, result: Settled, at: Timestamp) -> Settlement {
    Settlement {
        id: entry.id,
        epoch: entry.epoch,
        result,
        at,
    }
}
