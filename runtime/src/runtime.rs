//! The handle everybody else holds.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::hot::Hot;
use frontdesk_core::ports::outbox::Sender;
use frontdesk_core::ports::placement::Placement;
use frontdesk_core::ports::store::{Store, Stored};
use frontdesk_core::{Behaviour, ConversationId, DeadLetterId, InboundEvent, Message, SessionId, TenantId};
use tokio::sync::mpsc;

use crate::config::Config;
use crate::error::{Refused, ReplayError, StartError};
use crate::live::{Live, Membership};

/// What a tenant has configured, by its name.
pub trait Tenants<B: Behaviour>: Send + Sync + 'static {
    /// The tenant as it is now; called for every event, so it must be cheap.
    fn get(&self, id: &TenantId) -> Option<Arc<B::Tenant>>;
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

/// A cheap handle of a running runtime.
pub struct Runtime<B: Behaviour> {
    behaviour: PhantomData<Arc<B>>,
}

impl<B: Behaviour> Clone for Runtime<B> {
    fn clone(&self) -> Self {
        Self { behaviour: PhantomData }
    }
}

impl<B: Behaviour> fmt::Debug for Runtime<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}

#[expect(clippy::unused_async, reason = "the signatures come first")]
impl<B: Behaviour> Runtime<B> {
    /// Builds the supervision tree and starts working.
    pub async fn start(_config: Config, _behaviour: B, ports: Ports<B>) -> Result<Self, StartError> {
        ports.store.ping().await?;
        Ok(Self { behaviour: PhantomData })
    }

    /// Takes an event in. `Ok` means its turn is durable.
    pub async fn deliver(&self, _event: InboundEvent) -> Result<Delivered, Refused> {
        Err(Refused::Unavailable)
    }

    /// Tries a parked event again.
    pub async fn replay(&self, _id: DeadLetterId, _tenant: Option<&TenantId>) -> Result<Delivered, ReplayError> {
        Err(ReplayError::NotFound)
    }

    /// A conversation as stored; reads are batched.
    pub async fn stored(&self, _id: ConversationId) -> Result<Option<Stored>, Refused> {
        Err(Refused::Unavailable)
    }

    /// Messages after `after_seq`, ascending, at most `limit`.
    pub async fn history(&self, _id: ConversationId, _after_seq: u64, _limit: u32) -> Result<Vec<Message>, Refused> {
        Err(Refused::Unavailable)
    }

    /// Sends what is committed in a conversation to a socket, until the membership is dropped. A
    /// socket whose channel is full is dropped from the room and sees its channel closed.
    #[must_use]
    pub fn join(&self, _id: ConversationId, _session: SessionId, _to: mpsc::Sender<Live>) -> Membership {
        Membership {}
    }

    /// Tells the other sockets of a conversation something volatile.
    pub fn publish(&self, _id: ConversationId, _from: Option<SessionId>, _what: Live) {}

    /// Whether the store answers a write.
    pub async fn ping(&self) -> Result<(), Refused> {
        Err(Refused::Unavailable)
    }

    /// How much is going on.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats::default()
    }

    /// Finishes what was accepted, within the bounds of the settings, and stops.
    pub async fn shutdown(&self) {}
}
