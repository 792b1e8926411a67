//! The handle everybody else holds.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::hot::Hot;
use frontdesk_core::ports::outbox::Sender;
use frontdesk_core::ports::placement::Placement;
use frontdesk_core::ports::store::{Error, Store, Stored};
use frontdesk_core::{
    Behaviour, ConversationId, DeadLetterId, InboundEvent, Message, Receipt, SessionId, TenantId, Timestamp,
};
use ractor::{Actor, ActorRef};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, timeout};

use crate::activation::Loader;
use crate::admission::{Admission, Presence};
use crate::changes::{Changed, Changes};
use crate::commit::Committer;
use crate::config::{Config, millis};
use crate::error::{Refused, ReplayError, StartError};
use crate::live::{Live, Membership, Rooms};
use crate::metrics::Metrics;
use crate::moments::Moments;
use crate::outbox::{Outbox, Places};
use crate::passivation::Sweeper;
use crate::refusals::Refusals;
use crate::resting::Resting;
use crate::router::Router;
use crate::supervisor::root::{Ask, Part, Phase, Plan, Root, Service};
use crate::timers::Timers;
use crate::warm::WarmQueue;

/// What a tenant has configured, by its name.
pub trait Tenants<B: Behaviour>: Send + Sync + 'static {
    /// The tenant as it is now; called for every event, so it must be cheap.
    fn get(&self, id: &TenantId) -> Option<Arc<B::Tenant>>;
}

/// What is known of a conversation before it begins, outside of it.
#[async_trait]
pub trait Origins<B: Behaviour>: Send + Sync + 'static {
    /// The state that a conversation begins with whose first event this is.
    async fn begin(&self, event: &InboundEvent) -> Result<B::State, Error>;
}

/// What the runtime needs from the outside.
pub struct Ports<B: Behaviour> {
    /// Where conversations live for good.
    pub store: Arc<dyn Store>,
    /// The accelerator, where there is one.
    pub hot: Option<Arc<dyn Hot>>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Which shards are ours.
    pub placement: Arc<dyn Placement>,
    /// What tenants have configured.
    pub tenants: Arc<dyn Tenants<B>>,
    /// What conversations begin with; `None` is nothing.
    pub origins: Option<Arc<dyn Origins<B>>>,
    /// The ways out, by lane.
    pub senders: HashMap<String, Arc<dyn Sender>>,
}

impl<B: Behaviour> fmt::Debug for Ports<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports")
            .field("lanes", &self.senders.keys())
            .finish_non_exhaustive()
    }
}

/// What became of an event that was accepted. The turn is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The `seq` of the event's own message; 0 when it carried none.
    pub seq: u64,
    /// The conversation's version after the turn, as far as known; 0 when not.
    pub version: u64,
    /// The event was dealt with before and changed nothing.
    pub is_duplicate: bool,
}

/// How much is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Conversations in memory.
    pub live_conversations: usize,
    /// Events accepted and not answered yet.
    pub events_waiting: usize,
    /// Turns waiting to be committed.
    pub turns_waiting: usize,
    /// Timers in memory.
    pub timers_waiting: usize,
    /// Outbox entries claimed and not settled yet.
    pub sends_in_flight: usize,
    /// Sockets open.
    pub sessions: usize,
}

/// What every part of the runtime works with.
pub(crate) struct Services<B: Behaviour> {
    pub config: Config,
    pub behaviour: B,
    pub store: Arc<dyn Store>,
    pub hot: Option<Arc<dyn Hot>>,
    pub clock: Arc<dyn Clock>,
    pub placement: Arc<dyn Placement>,
    pub tenants: Arc<dyn Tenants<B>>,
    pub origins: Option<Arc<dyn Origins<B>>>,
    pub admission: Admission,
    pub rooms: Arc<Rooms>,
    pub changes: Changes,
    pub committer: Committer,
    pub loader: Loader,
    pub warm: WarmQueue,
    pub refusals: Refusals,
    /// When a timer comes due next.
    pub timers: Moments,
    /// When something may leave next.
    pub outbox: Moments,
    /// The lines before full lanes.
    pub places: Arc<Places>,
    /// Outbox entries claimed and not settled yet.
    pub sends: AtomicUsize,
    /// Receivers that keep failing.
    pub resting: Resting,
    pub metrics: Arc<Metrics>,
    /// Set once the supervisors run.
    pub router: OnceLock<Router>,
    started: Instant,
}

impl<B: Behaviour> Services<B> {
    /// Milliseconds since the start, on a clock that never jumps.
    pub fn uptime_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub fn busy(&self) -> Refused {
        Refused::Busy {
            retry_after: self.admission.retry_after(),
        }
    }

    /// Of a conversation that is about to wake.
    pub fn presence(&self, tenant: &TenantId) -> Arc<Presence> {
        Arc::new(Presence::new(self.admission.tenant(tenant), self.uptime_ms()))
    }

    pub fn refuse(&self, receipt: Receipt) {
        self.refusals.add(receipt);
    }

    /// Hands an event to its conversation and waits for its end.
    pub async fn deliver(self: &Arc<Self>, event: InboundEvent, is_replay: bool) -> Result<Delivered, Refused> {
        if self.tenants.get(&event.tenant).is_none() {
            return Err(Refused::UnknownTenant);
        }
        let router = self.router.get().ok_or(Refused::Unavailable)?;
        let answer = router.send(self, event, is_replay)?;
        // The conversation died midway: whether the turn stands is not known.
        answer.await.unwrap_or(Err(Refused::Unavailable))
    }
}

/// A cheap handle of a running runtime.
pub struct Runtime<B: Behaviour> {
    inner: Arc<Inner<B>>,
}

struct Inner<B: Behaviour> {
    services: Arc<Services<B>>,
    root: ActorRef<Ask>,
    phases: Phases,
    is_closing: AtomicBool,
}

/// What stops first, and what stops last.
#[derive(Default)]
struct Phases {
    /// Makes work by itself: timers, outbox, sweeper.
    makers: Phase,
    /// Does the work of others: committers, loaders, clerk, copier.
    doers: Phase,
}

impl<B: Behaviour> Clone for Runtime<B> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<B: Behaviour> fmt::Debug for Runtime<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

impl<B: Behaviour> Runtime<B> {
    /// Builds the supervision tree and starts working.
    ///
    /// # Errors
    ///
    /// A setting cannot work, the store does not answer, or the tree cannot be built.
    pub async fn start(config: Config, behaviour: B, ports: Ports<B>) -> Result<Self, StartError> {
        config.check().map_err(StartError::Setting)?;
        ports.store.ping().await?;
        let abandoned = ports.store.abandon_claims(&ports.placement.owned()).await?;
        if abandoned > 0 {
            tracing::warn!(
                entries = abandoned,
                "sends that the process before was in the middle of are marked unknown"
            );
        }
        let phases = Phases::default();
        let (services, parts) = assemble(config, behaviour, ports, &phases);
        let plan = Plan {
            parts,
            shards: services.config.supervision.shards,
        };
        let failed = |error: &dyn fmt::Display| StartError::Supervision(error.to_string());
        let (root, _) = Actor::spawn(None, Root, plan).await.map_err(|error| failed(&error))?;
        let (answer, shards) = oneshot::channel();
        root.cast(Ask::Shards(answer)).map_err(|error| failed(&error))?;
        let shards = shards.await.map_err(|error| failed(&error))?;
        services.router.get_or_init(|| Router::new(shards));
        Ok(Self {
            inner: Arc::new(Inner {
                services,
                root,
                phases,
                is_closing: AtomicBool::new(false),
            }),
        })
    }

    /// Takes an event in. `Ok` means its turn is durable.
    ///
    /// # Errors
    ///
    /// See [`Refused`]; after `Busy` and `Unavailable` the same event may be sent again.
    pub async fn deliver(&self, event: InboundEvent) -> Result<Delivered, Refused> {
        self.check_open()?;
        self.inner.services.deliver(event, false).await
    }

    /// Tries a parked event again, of `tenant` only if one is given.
    ///
    /// # Errors
    ///
    /// There is no such letter waiting, or the event was refused again.
    pub async fn replay(&self, id: DeadLetterId, tenant: Option<&TenantId>) -> Result<Delivered, ReplayError> {
        self.check_open()?;
        let services = &self.inner.services;
        let letter = services
            .store
            .parked(id, tenant)
            .await
            .map_err(|error| unavailable(&error))?;
        let event = letter.ok_or(ReplayError::NotFound)?.event;
        Ok(services.deliver(event, true).await?)
    }

    /// A conversation as stored; reads are batched.
    ///
    /// # Errors
    ///
    /// The store is away.
    pub async fn stored(&self, id: ConversationId) -> Result<Option<Stored>, Refused> {
        self.inner.services.loader.look(id).await
    }

    /// Messages after `after_seq`, ascending, at most `limit`.
    ///
    /// # Errors
    ///
    /// The store is away.
    pub async fn history(&self, id: ConversationId, after_seq: u64, limit: u32) -> Result<Vec<Message>, Refused> {
        let services = &self.inner.services;
        if let Some(messages) = self.remembered(id, after_seq, limit).await {
            return Ok(messages);
        }
        let read = services.store.history(id, after_seq, limit);
        let deadline = millis(services.config.activation.deadline_ms);
        let messages = timeout(deadline, read).await.map_err(|_| Refused::Unavailable)?;
        messages.map_err(|error| unavailable(&error))
    }

    /// The same from the hot store, if it has everything up to the last message there is.
    async fn remembered(&self, id: ConversationId, after_seq: u64, limit: u32) -> Option<Vec<Message>> {
        let services = &self.inner.services;
        let hot = services.hot.as_ref()?;
        let last_seq = services.loader.load(id, true).await.ok()??.last_seq;
        let deadline = millis(services.config.activation.hot_deadline_ms);
        let mut messages = timeout(deadline, hot.history(id, after_seq)).await.ok()?.ok()??;
        let is_whole = messages.last().map_or(after_seq, |last| last.seq) >= last_seq;
        messages.truncate(limit as usize);
        is_whole.then_some(messages)
    }

    /// Drops conversations from memory and from the hot store, whose rows were removed.
    ///
    /// # Errors
    ///
    /// One of them is at work, or the hot store is away: to be tried again. Whatever they still
    /// remember finds the row gone at its next turn, and begins anew.
    pub async fn forget(&self, ids: &[ConversationId]) -> Result<(), Refused> {
        let services = &self.inner.services;
        let are_gone = services.router.get().is_none_or(|router| router.forget(ids));
        services.warm.forget(ids).await?;
        if are_gone { Ok(()) } else { Err(services.busy()) }
    }

    /// Sends what is committed in a conversation to a socket, until the membership is dropped. A
    /// socket whose channel is full is dropped from the room and sees its channel closed.
    pub fn join(&self, id: ConversationId, session: SessionId, to: mpsc::Sender<Live>) -> Membership {
        self.inner.services.rooms.join(id, session, to)
    }

    /// Tells which conversations change from now on, on this node. Whoever reads too slowly is told
    /// that changes were missed.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Changed> {
        self.inner.services.changes.watch()
    }

    /// Tells whoever watches that something about a conversation changed outside of its turns: a
    /// note, a tag, who looks after it. To be called once it is durable.
    pub fn announce(&self, tenant: &TenantId, id: ConversationId) {
        self.inner.services.changes.tell(tenant, id);
    }

    /// Tells the other sockets of a conversation something volatile.
    pub fn publish(&self, id: ConversationId, from: Option<SessionId>, what: Live) {
        let dropped = self.inner.services.rooms.publish(id, from, &what);
        self.inner.services.metrics.slow_sessions.increment(dropped as u64);
    }

    /// Whether the store answers a write.
    ///
    /// # Errors
    ///
    /// It does not, within the deadline of a load.
    pub async fn ping(&self) -> Result<(), Refused> {
        let services = &self.inner.services;
        let deadline = millis(services.config.activation.deadline_ms);
        let answer = timeout(deadline, services.store.ping())
            .await
            .map_err(|_| Refused::Unavailable)?;
        answer.map_err(|error| unavailable(&error))
    }

    /// The receivers that keep failing, so that sending to them rests, and since when.
    #[must_use]
    pub fn resting_receivers(&self) -> Vec<(String, Timestamp)> {
        self.inner.services.resting.all()
    }

    /// How much is going on.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let services = &self.inner.services;
        Stats {
            live_conversations: services.router.get().map_or(0, Router::live),
            events_waiting: services.admission.waiting(),
            turns_waiting: services.committer.waiting(),
            timers_waiting: services.timers.len(),
            sends_in_flight: services.sends.load(Ordering::Relaxed),
            sessions: services.rooms.sessions(),
        }
    }

    /// Finishes what was accepted, within the bounds of the settings, and stops. Nothing is
    /// accepted from here on.
    pub async fn shutdown(&self) {
        let Inner {
            services,
            root,
            phases: Phases { makers, doers },
            is_closing,
        } = &*self.inner;
        if is_closing.swap(true, Ordering::AcqRel) {
            return;
        }
        let bounds = &services.config.shutdown;
        makers.stop.cancel();
        if timeout(millis(bounds.drain_ms), self.drained()).await.is_err() {
            let events = services.admission.waiting();
            tracing::warn!(events, "stopped with events unanswered; they are sent again");
        }
        makers.working.close();
        if timeout(millis(bounds.outbox_ms), makers.working.wait()).await.is_err() {
            let sends = services.sends.load(Ordering::Relaxed);
            tracing::warn!(sends, "stopped with sends under way; the next start marks them unknown");
        }
        doers.stop.cancel();
        doers.working.close();
        if timeout(millis(bounds.stop_ms), doers.working.wait()).await.is_err() {
            tracing::warn!("stopped with turns uncommitted; their events are sent again");
        }
        root.stop(None);
    }

    async fn drained(&self) {
        while self.inner.services.admission.waiting() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn check_open(&self) -> Result<(), Refused> {
        if self.inner.is_closing.load(Ordering::Acquire) {
            Err(Refused::ShuttingDown)
        } else {
            Ok(())
        }
    }
}

fn unavailable(error: &Error) -> Refused {
    tracing::warn!(%error, "the store did not answer");
    Refused::Unavailable
}

/// Builds everything, and the list of what runs by itself.
fn assemble<B: Behaviour>(
    config: Config,
    behaviour: B,
    ports: Ports<B>,
    phases: &Phases,
) -> (Arc<Services<B>>, Vec<Part>) {
    let metrics = Arc::new(Metrics::new());
    let now = ports.clock.now();
    let (committer, lanes) = Committer::new(&config.commit, &ports.store, &metrics);
    let (loader, rounds) = Loader::new(&config.activation, &ports.store, ports.hot.as_ref(), &metrics);
    let (warm, copier) = WarmQueue::new(&config.hot, ports.hot.as_ref());
    let (refusals, clerk) = Refusals::new(config.admission.refusals_per_second_max, &ports.store);
    let services = Arc::new(Services {
        behaviour,
        store: ports.store,
        hot: ports.hot,
        clock: ports.clock,
        placement: ports.placement,
        tenants: ports.tenants,
        origins: ports.origins,
        admission: Admission::new(config.admission.clone()),
        changes: Changes::default(),
        rooms: Arc::new(Rooms::new(config.live.sessions_per_conversation_max)),
        committer,
        loader,
        warm,
        refusals,
        timers: Moments::new(now),
        outbox: Moments::new(Timestamp::from_millis(i64::MAX)),
        places: Arc::new(Places::new(&config.outbox)),
        sends: AtomicUsize::new(0),
        resting: Resting::default(),
        metrics,
        router: OnceLock::new(),
        started: Instant::now(),
        config,
    });
    let mut doers: Vec<Arc<dyn Service>> = vec![clerk];
    doers.extend(lanes.into_iter().map(|lane| lane as Arc<dyn Service>));
    doers.extend(rounds.into_iter().map(|round| round as Arc<dyn Service>));
    doers.extend(copier.map(|copier| copier as Arc<dyn Service>));
    let makers: Vec<Arc<dyn Service>> = vec![
        Arc::new(Timers(Arc::clone(&services))),
        Arc::new(Outbox::new(&services, ports.senders)),
        Arc::new(Sweeper {
            services: Arc::clone(&services),
        }),
    ];
    let part = |phase: &Phase| {
        let phase = phase.clone();
        move |service| Part {
            service,
            phase: phase.clone(),
        }
    };
    let mut parts: Vec<Part> = doers.into_iter().map(part(&phases.doers)).collect();
    parts.extend(makers.into_iter().map(part(&phases.makers)));
    (services, parts)
}
