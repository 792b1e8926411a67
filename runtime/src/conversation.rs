//! The actor that hosts a conversation: one event at a time, each of them one turn.
//!
//! ```text
//!  event ─► seen before? ─► load ─► owner? ─► step ─► commit ─► release: sockets, timers, outbox
//!                             ▲                 │ panic    │ conflict
//!                             └── forget ◄──────┴──────────┘      three strikes: parked
//! ```

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::store::{Committed, Stored};
use frontdesk_core::{Author, Behaviour, DedupeKey, InboundEvent, Message, Outcome, Payload, TimerChange, Turn};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::admission::Permit;
use crate::commit::Failed;
use crate::compose::{Memory, compose, receipt, stored};
use crate::error::Refused;
use crate::live::Live;
use crate::runtime::{Delivered, Services};

/// Events a live conversation recognises without asking the database.
const RECENT_MAX: usize = 16;
/// Messages that sockets are told of after the fact; with more they resume by themselves.
const MISSED_MAX: u32 = 64;

/// An event on its way, and who waits for its end.
pub(crate) struct Delivery {
    pub event: InboundEvent,
    /// It was parked before and is tried again.
    pub is_replay: bool,
    pub answer: oneshot::Sender<Result<Delivered, Refused>>,
    /// Held until the end.
    pub permit: Permit,
}

/// The actor; what it knows is in its state.
pub(crate) struct Host<B: Behaviour>(pub Arc<Services<B>>);

/// What a live conversation remembers.
pub(crate) struct Conversation<B: Behaviour> {
    memory: Option<Memory<B::State>>,
    /// The hot store was wrong about it: load from the database.
    is_suspect: bool,
    recent: VecDeque<(DedupeKey, Delivered)>,
    /// The last message that open sockets were told of; `None` before anything was loaded.
    told_seq: Option<u64>,
}

impl<B: Behaviour> Actor for Host<B> {
    type Msg = Box<Delivery>;
    type State = Conversation<B>;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Self::Msg>, (): ()) -> Result<Self::State, ActorProcessingErr> {
        Ok(Conversation {
            memory: None,
            is_suspect: false,
            recent: VecDeque::new(),
            told_seq: None,
        })
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        delivery: Box<Delivery>,
        conversation: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let Delivery {
            event,
            is_replay,
            answer,
            permit,
        } = *delivery;
        // Boxed: ractor keeps room for this future in every actor, idle or not, for its whole life.
        let result = Box::pin(conversation.deal(&self.0, event, is_replay)).await;
        drop(permit);
        // Nobody waits any more: the turn stands, and whoever asks again gets the same answer.
        let _ = answer.send(result);
        Ok(())
    }
}

/// How an attempt at a turn ended.
enum Attempt {
    Over(Result<Delivered, Refused>),
    /// Somebody else changed the conversation.
    Conflict,
    /// The turn itself failed, for this reason.
    Strike(String),
}

impl<B: Behaviour> Conversation<B> {
    async fn deal(
        &mut self,
        services: &Services<B>,
        event: InboundEvent,
        is_replay: bool,
    ) -> Result<Delivered, Refused> {
        if let Some((_, known)) = self.recent.iter().find(|(dedupe, _)| *dedupe == event.dedupe) {
            services.metrics.duplicates.increment(1);
            return Ok(Delivered {
                is_duplicate: true,
                ..*known
            });
        }
        let (mut strikes, mut conflicts) = (0, 0);
        loop {
            match self.attempt(services, &event, is_replay).await {
                Attempt::Over(result) => {
                    if let Ok(delivered) = result {
                        self.remember(event.dedupe, delivered);
                    }
                    return result;
                }
                Attempt::Conflict => {
                    services.metrics.conflicts.increment(1);
                    conflicts += 1;
                    self.forget();
                    if conflicts > services.config.supervision.conflicts_max {
                        return Err(services.busy());
                    }
                }
                Attempt::Strike(reason) => {
                    services.metrics.strikes.increment(1);
                    strikes += 1;
                    self.forget();
                    if strikes >= services.config.supervision.strikes_max {
                        return park(services, event, strikes, reason).await;
                    }
                }
            }
        }
    }

    /// From here on only what the database says counts.
    fn forget(&mut self) {
        self.memory = None;
        self.is_suspect = true;
    }

    fn remember(&mut self, dedupe: DedupeKey, delivered: Delivered) {
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((dedupe, delivered));
    }

    async fn attempt(&mut self, services: &Services<B>, event: &InboundEvent, is_replay: bool) -> Attempt {
        let memory = match self.load(services, event).await {
            Ok(memory) => memory,
            Err(attempt) => return attempt,
        };
        if let (Some(owner), Some(sender)) = (&memory.owner, &event.sender)
            && owner != sender
        {
            services.refuse(receipt(
                event,
                Outcome::Refused {
                    reason: "forbidden".to_owned(),
                },
            ));
            return Attempt::Over(Err(Refused::Forbidden));
        }
        let Some(tenant) = services.tenants.get(&event.tenant) else {
            return Attempt::Over(Err(Refused::UnknownTenant));
        };
        let now = services.clock.now();
        let step = || services.behaviour.step(&tenant, &memory.state, event, now);
        // The step is pure and its result is thrown away: nothing half-done can be seen after a panic.
        let step = match catch_unwind(AssertUnwindSafe(step)) {
            Ok(step) => step,
            // Its words may hold what the person said.
            Err(_) => return Attempt::Strike("the dialogue panicked".to_owned()),
        };
        let (mut turn, after) = match compose(event, memory, step, now, is_replay) {
            Ok(composed) => composed,
            Err(error) => return Attempt::Strike(format!("the turn cannot be written down: {error}")),
        };
        line_up(services, &mut turn);
        self.commit(services, event, turn, after).await
    }

    async fn load(&mut self, services: &Services<B>, event: &InboundEvent) -> Result<&Memory<B::State>, Attempt> {
        if self.memory.is_none() {
            let stored = match self.just_seen(services, event) {
                Some(stored) => stored,
                None => {
                    let stored = services.loader.load(event.conversation, self.is_suspect).await;
                    stored.map_err(|refused| Attempt::Over(Err(refused)))?
                }
            };
            let is_new = stored.is_none();
            let mut memory = Memory::read(stored)
                .map_err(|error| Attempt::Strike(format!("the stored state cannot be read: {error}")))?;
            if is_new {
                memory.state = Arc::new(begin(services, event).await?);
            }
            self.catch_up(services, event, memory.last_seq).await;
            self.memory = Some(memory);
        }
        self.memory.as_ref().ok_or(Attempt::Conflict)
    }

    /// What a socket has just read to say hello. Only for a message: from an old state it makes a turn
    /// that conflicts, while other events may have nothing to say to a conversation that is not there.
    fn just_seen(&self, services: &Services<B>, event: &InboundEvent) -> Option<Option<Stored>> {
        let seen = services.loader.just_seen(event.conversation);
        seen.filter(|_| !self.is_suspect && matches!(event.payload, Payload::Message(_)))
    }

    /// Tells open sockets what was committed unnoticed: a commit whose answer was lost.
    async fn catch_up(&mut self, services: &Services<B>, event: &InboundEvent, last_seq: u64) {
        let told_seq = self.told_seq.replace(last_seq).unwrap_or(last_seq);
        if told_seq >= last_seq || services.rooms.is_empty(event.conversation) {
            return;
        }
        // What cannot be read now is seen as a gap by the sockets, which resume.
        if let Ok(missed) = services.store.history(event.conversation, told_seq, MISSED_MAX).await {
            tell(services, event, missed);
        }
    }

    async fn commit(
        &mut self,
        services: &Services<B>,
        event: &InboundEvent,
        turn: Turn,
        after: Memory<B::State>,
    ) -> Attempt {
        let Some((turn, outcome)) = services.committer.commit(turn).await else {
            self.forget();
            return Attempt::Over(Err(Refused::Unavailable));
        };
        let is_own = matches!(&outcome, Ok(Committed::Duplicate(receipt)) if *receipt == turn.receipt);
        let outcome = if is_own && is_stored(services, &turn).await {
            Ok(Committed::Done)
        } else {
            outcome
        };
        match outcome {
            Ok(Committed::Done) => {
                let delivered = Delivered {
                    seq: match turn.receipt.outcome {
                        Outcome::Processed { seq } => seq,
                        Outcome::Parked | Outcome::Refused { .. } => 0,
                    },
                    version: after.version,
                    is_duplicate: false,
                };
                self.told_seq = Some(after.last_seq);
                self.memory = Some(after);
                self.is_suspect = false;
                release(services, event, turn);
                Attempt::Over(Ok(delivered))
            }
            Ok(Committed::Duplicate(receipt)) => {
                services.metrics.duplicates.increment(1);
                if is_own {
                    // An earlier commit of it took effect unheard, and more has happened since.
                    self.forget();
                }
                Attempt::Over(match receipt.outcome {
                    Outcome::Processed { seq } => Ok(Delivered {
                        seq,
                        version: 0,
                        is_duplicate: true,
                    }),
                    Outcome::Parked => Err(Refused::Parked),
                    Outcome::Refused { .. } => Err(Refused::Forbidden),
                })
            }
            Ok(Committed::Conflict) => Attempt::Conflict,
            Err(Failed::Unavailable) => {
                self.forget();
                Attempt::Over(Err(Refused::Unavailable))
            }
            Err(Failed::Invalid(reason)) => Attempt::Strike(reason),
        }
    }
}

/// The state of a conversation that is about to begin. News of what was done in it do not begin it:
/// it has been removed, and they came too late.
async fn begin<B: Behaviour>(services: &Services<B>, event: &InboundEvent) -> Result<B::State, Attempt> {
    match event.payload {
        Payload::Message(_) | Payload::Operator(_) | Payload::Fact(_) => {}
        Payload::Status { .. } | Payload::Timer { .. } | Payload::Answer(_) => {
            let reason = "no_conversation".to_owned();
            services.refuse(receipt(event, Outcome::Refused { reason }));
            return Err(Attempt::Over(Ok(Delivered {
                seq: 0,
                version: 0,
                is_duplicate: true,
            })));
        }
    }
    let Some(origins) = &services.origins else {
        return Ok(B::State::default());
    };
    let begun = origins.begin(event).await;
    begun.map_err(|error| {
        tracing::warn!(%error, "what is known before a conversation could not be read");
        Attempt::Over(Err(Refused::Unavailable))
    })
}

/// Whether this very turn is what is stored: it took effect although the first answer was lost.
async fn is_stored<B: Behaviour>(services: &Services<B>, turn: &Turn) -> bool {
    let found = services.loader.load(turn.conversation, true).await;
    found.is_ok_and(|found| found == Some(stored(turn)))
}

/// What is to leave at once by a lane that is full gets its place in line.
fn line_up<B: Behaviour>(services: &Services<B>, turn: &mut Turn) {
    let (at, now) = (turn.at, Instant::now());
    for entry in turn.outbox.iter_mut().filter(|entry| entry.not_before <= at) {
        entry.not_before = at.plus(services.places.join(entry, now));
    }
}

/// The turn is durable: tells everybody who waits for its effects.
fn release<B: Behaviour>(services: &Services<B>, event: &InboundEvent, turn: Turn) {
    services.metrics.turns.increment(1);
    for timer in &turn.timers {
        if let TimerChange::Set { due, .. } = timer {
            services.timers.note(*due);
        }
    }
    for entry in &turn.outbox {
        services.outbox.note(entry.not_before);
    }
    services.warm.put(&turn);
    services.changes.tell(&turn.tenant, turn.conversation);
    if !services.rooms.is_empty(turn.conversation) {
        tell(services, event, turn.messages);
    }
}

/// Tells open sockets; the one an event came from gets an acknowledgement instead of its own words.
fn tell<B: Behaviour>(services: &Services<B>, event: &InboundEvent, messages: Vec<Message>) {
    for message in messages {
        let except = event.origin.filter(|_| message.author == Author::User);
        let dropped = services
            .rooms
            .publish(event.conversation, except, &Live::Message(Arc::new(message)));
        services.metrics.slow_sessions.increment(dropped as u64);
    }
}

async fn park<B: Behaviour>(
    services: &Services<B>,
    event: InboundEvent,
    attempts: u32,
    error: String,
) -> Result<Delivered, Refused> {
    tracing::error!(event.id = %event.id, conversation.id = %event.conversation, tenant.id = %event.tenant, %error,
        "an event failed too often and is parked among the dead letters");
    let letter = DeadLetter {
        event,
        error,
        attempts,
        parked_at: services.clock.now(),
    };
    services.store.park(&letter).await.map_err(|error| {
        tracing::error!(%error, "the event could not be parked");
        Refused::Unavailable
    })?;
    services.metrics.parked.increment(1);
    Err(Refused::Parked)
}
