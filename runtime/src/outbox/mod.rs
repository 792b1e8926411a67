//! What leaves: claimed from the store, sent, and its end written down.
//!
//! ```text
//!  claim ─► lane (tenant, account): rate, places, breaker ─► send ─► settle
//!    ▲        only the first of a conversation's line is ever claimed           │
//!    └───────────── sent · retry at · unknown · dead ◄─────────────────────────┘
//! ```
//!
//! A send whose outcome is not known is repeated only where the receiver recognises its id. A message
//! is asked after for a while: in our own log, where the receiver's reports come in, then at the
//! receiver. When it is found nowhere a person has to look.

mod answer;
mod lanes;
mod places;
mod verdict;
mod waiting;

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Claim, Entry, SendError, Sender, Sent, Settled, Settlement};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{Behaviour, ConversationId, OutboxId, TenantId, Timestamp};
use futures_util::FutureExt;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use self::lanes::{Lanes, Leave};
pub(crate) use self::places::Places;
use self::verdict::{AfterLoss, Known};
use self::waiting::{has_waited, is_reported, may_leave};
use crate::config::{Outbox as Config, millis};
use crate::metrics::{SENDS, SENDS_IN_FLIGHT};
use crate::runtime::Services;
use crate::supervisor::root::Service;

type Senders = HashMap<String, Arc<dyn Sender>>;

/// Sends what is due.
pub(crate) struct Outbox<B: Behaviour> {
    services: Arc<Services<B>>,
    senders: Arc<Senders>,
    desk: Mutex<Desk>,
}

/// What is under way. Outlives the loop, should that panic.
struct Desk {
    sends: JoinSet<Ended>,
    lanes: Lanes,
    /// Claimed and not settled.
    held: HashSet<OutboxId>,
    settled: Vec<Settlement>,
    /// Whose messages have a new status with what is settled.
    moved: Vec<(TenantId, ConversationId)>,
    /// A claim may have taken effect although its answer was lost.
    is_unsure: bool,
}

/// A send that has ended, and what is to be written of it.
struct Ended {
    entry: Entry,
    result: Result<Sent, SendError>,
    settlement: Settlement,
}

impl<B: Behaviour> Outbox<B> {
    pub fn new(services: &Arc<Services<B>>, senders: Senders) -> Self {
        Self {
            services: Arc::clone(services),
            senders: Arc::new(senders),
            desk: Mutex::new(Desk {
                sends: JoinSet::new(),
                lanes: Lanes::new(&services.config.outbox, &services.places),
                held: HashSet::new(),
                settled: Vec::new(),
                moved: Vec::new(),
                is_unsure: false,
            }),
        }
    }

    fn config(&self) -> &Config {
        &self.services.config.outbox
    }

    /// Takes what there is room for and begins to send it. `true` when there may be more.
    async fn begin(&self, desk: &mut Desk) -> bool {
        let room = self.config().in_flight_max.saturating_sub(desk.held.len());
        let limit = u32::try_from(room).unwrap_or(u32::MAX).min(self.config().claim_max);
        if limit == 0 {
            return false;
        }
        let now = self.services.clock.now();
        let (entries, is_more) = match self.take(desk, now, limit).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read; tried again");
                return false;
            }
        };
        for entry in entries {
            desk.held.insert(entry.id);
            match desk.lanes.admit(&entry, Instant::now()) {
                Leave::Now => {
                    let attempt = attempt(Arc::clone(&self.services), Arc::clone(&self.senders), entry);
                    desk.sends.spawn(attempt);
                }
                Leave::In(pause) => {
                    let at = now.plus(pause);
                    self.services.outbox.note(at);
                    desk.settled.push(settlement(&entry, Settled::Released { at }, now));
                }
            }
        }
        is_more
    }

    /// Claims; after a claim whose answer was lost, first finds what that one took.
    async fn take(&self, desk: &mut Desk, now: Timestamp, limit: u32) -> Result<(Vec<Entry>, bool), Error> {
        let owned = self.services.placement.owned();
        if desk.is_unsure {
            let mut entries = self.services.store.claimed(&owned).await?;
            entries.retain(|entry| !desk.held.contains(&entry.id));
            desk.is_unsure = false;
            return Ok((entries, true));
        }
        desk.is_unsure = true;
        let entries = self.services.store.claim(&Claim { owned, now, limit }).await?;
        desk.is_unsure = false;
        let is_full = entries.len() >= limit as usize;
        Ok((entries, is_full))
    }

    /// Writes down how sends ended; what could not be written stays in the list.
    async fn settle(&self, desk: &mut Desk) {
        if desk.settled.is_empty() {
            return;
        }
        match self.services.store.settle(&desk.settled).await {
            Ok(()) => {
                for settlement in desk.settled.drain(..) {
                    desk.held.remove(&settlement.id);
                }
                for (tenant, conversation) in desk.moved.drain(..) {
                    self.services.changes.tell(&tenant, conversation);
                }
                // The next in line of these conversations may leave now.
                self.services.outbox.ring();
            }
            Err(error) => {
                let sends = desk.settled.len();
                tracing::warn!(%error, sends, "ended sends could not be written down; tried again");
                tokio::time::sleep(millis(self.config().backoff_base_ms)).await;
            }
        }
    }

    fn end(&self, desk: &mut Desk, ended: Ended) {
        let Ended {
            entry,
            result,
            settlement,
        } = ended;
        desk.lanes.ended(&entry, &result, Instant::now());
        self.services
            .resting
            .note(entry.sender(), desk.lanes.is_resting(entry.sender()), settlement.at);
        if let Settled::RetryAt { at, .. }
        | Settled::Waiting { at, .. }
        | Settled::Unsure { at, .. }
        | Settled::Released { at } = &settlement.result
        {
            self.services.outbox.note(*at);
        }
        let name = verdict::name(&settlement.result);
        metrics::counter!(SENDS, "lane" => entry.sender().to_owned(), "result" => name).increment(1);
        desk.settled.push(settlement);
        desk.moved.push((entry.tenant, entry.conversation));
    }
}

#[async_trait]
impl<B: Behaviour> Service for Outbox<B> {
    fn name(&self) -> &'static str {
        "outbox"
    }

    async fn run(&self, stop: &CancellationToken) {
        let mut desk = self.desk.lock().await;
        loop {
            // A send catches its own panics, so it ends with a result or not at all.
            while let Some(Ok(ended)) = desk.sends.try_join_next() {
                self.end(&mut desk, ended);
            }
            self.settle(&mut desk).await;
            self.services.sends.store(desk.held.len(), Ordering::Relaxed);
            #[expect(clippy::cast_precision_loss, reason = "a gauge")]
            metrics::gauge!(SENDS_IN_FLIGHT).set(desk.held.len() as f64);
            if stop.is_cancelled() && desk.held.is_empty() {
                return;
            }
            if !desk.settled.is_empty() {
                // They may have been written although the answer was lost. An entry claimed anew
                // before that is certain would take the old settlement for its own.
                continue;
            }
            self.services.outbox.take_due(self.services.clock.now());
            let is_more = !stop.is_cancelled() && self.begin(&mut desk).await;
            if is_more || !desk.settled.is_empty() {
                continue;
            }
            let poll = millis(self.config().poll_ms);
            tokio::select! {
                Some(Ok(ended)) = desk.sends.join_next() => self.end(&mut desk, ended),
                () = self.services.outbox.wait(&*self.services.clock, poll) => {}
                () = stop.cancelled(), if !stop.is_cancelled() => {}
            }
        }
    }
}

/// Hands one entry to its sender, judges how that ended and tells the conversation what it asked.
async fn attempt<B: Behaviour>(services: Arc<Services<B>>, senders: Arc<Senders>, entry: Entry) -> Ended {
    let config = &services.config.outbox;
    let began = services.clock.now();
    let (result, after_loss) = match senders.get(entry.sender()) {
        Some(sender) => {
            let after_loss = AfterLoss::of(&**sender, &entry);
            let result = match (entry.unsure_since, after_loss) {
                (Some(since), AfterLoss::Trace | AfterLoss::Leave) => trace(&services, &**sender, &entry, since).await,
                (None, _) if has_waited(&entry, began) => send_late(&services, &**sender, &entry).await,
                (None, _) | (Some(_), AfterLoss::Repeat) => send(&**sender, &entry, config).await,
            };
            (result, after_loss)
        }
        None => {
            let nobody = format!("nothing is set up to send over '{}'", entry.sender());
            (Err(SendError::permanent(nobody)), AfterLoss::Leave)
        }
    };
    let now = services.clock.now();
    let known = Known {
        after_loss,
        since: entry.unsure_since.unwrap_or(began),
    };
    let verdict = verdict::judge(config, &entry, &result, known, now);
    let verdict = answer::tell(&services, &entry, &result, verdict, now).await;
    Ended {
        settlement: settlement(&entry, verdict, now),
        entry,
        result,
    }
}

/// Asks what became of an earlier try. Whoever does not tell, or does not find it, leaves the question
/// open.
async fn trace<B: Behaviour>(
    services: &Services<B>,
    sender: &dyn Sender,
    entry: &Entry,
    since: Timestamp,
) -> Result<Sent, SendError> {
    if is_reported(services, entry).await {
        return Ok(Sent::default());
    }
    let open = |reason: String| SendError::Unknown { reason };
    let trace = AssertUnwindSafe(sender.trace(entry, since)).catch_unwind();
    match timeout(millis(services.config.outbox.send_deadline_ms), trace).await {
        Ok(Ok(Ok(Some(sent)))) => Ok(sent),
        Ok(Ok(Ok(None))) => Err(open("the receiver does not know of it".to_owned())),
        Ok(Ok(Err(error))) => Err(open(format!("the receiver does not tell: {error}"))),
        Ok(Err(_)) => Err(open("the sender panicked".to_owned())),
        Err(_) => Err(open("the receiver did not answer in time".to_owned())),
    }
}

/// Sends what has waited, unless nothing may leave any more to that person.
async fn send_late<B: Behaviour>(
    services: &Services<B>,
    sender: &dyn Sender,
    entry: &Entry,
) -> Result<Sent, SendError> {
    may_leave(services, entry).await?;
    send(sender, entry, &services.config.outbox).await
}

/// One send, within the deadline. A sender that panics leaves the question open.
async fn send(sender: &dyn Sender, entry: &Entry, config: &Config) -> Result<Sent, SendError> {
    let unknown = |reason: &str| SendError::Unknown {
        reason: reason.to_owned(),
    };
    let send = AssertUnwindSafe(sender.send(entry)).catch_unwind();
    match timeout(millis(config.send_deadline_ms), send).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(unknown("the sender panicked")),
        Err(_) => Err(unknown("the receiver did not answer in time")),
    }
}

fn settlement(entry: &Entry, result: Settled, at: Timestamp) -> Settlement {
    Settlement {
        id: entry.id,
        epoch: entry.epoch,
        result,
        at,
    }
}
