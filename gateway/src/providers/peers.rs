//! What a person's other conversations shall hear: an effect of one conversation becomes an event of
//! others.
//!
//! It leaves through the outbox like everything else, so it is durable with the turn that wanted it;
//! it arrives once, because the receivers know the entry by its id.

use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use frontdesk_actors::{Dialogue, Peer, PeerNews};
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{ConversationId, DedupeKey, Fact, InboundEvent, Payload};
use frontdesk_runtime::{Refused, Runtime};

pub use frontdesk_actors::PEER_LANE as LANE;

use crate::people::Keeper;

/// Delivers emissions to conversations.
pub struct PeerSender {
    /// Set once the conversations run: they are started with their senders.
    runtime: OnceLock<Runtime<Dialogue>>,
    keeper: Keeper,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for PeerSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerSender").finish_non_exhaustive()
    }
}

impl PeerSender {
    /// A sender that waits for the conversations to run.
    #[must_use]
    pub const fn new(keeper: Keeper, clock: Arc<dyn Clock>) -> Self {
        Self {
            runtime: OnceLock::new(),
            keeper,
            clock,
        }
    }

    /// The conversations run.
    pub fn connect(&self, runtime: Runtime<Dialogue>) {
        // A second call changes nothing: there is one runtime in a process.
        let _ = self.runtime.set(runtime);
    }

    async fn tell(
        &self,
        runtime: &Runtime<Dialogue>,
        entry: &Entry,
        peer: &Peer,
        may_begin: bool,
        fact: &Fact,
    ) -> Result<(), Refused> {
        let id = ConversationId::derive(&entry.tenant, peer.channel, &peer.address);
        let is_own = id == entry.conversation;
        if is_own || (!may_begin && runtime.stored(id).await?.is_none()) {
            return Ok(());
        }
        let dedupe = DedupeKey::derive(&entry.tenant, peer.channel, &["peers", &entry.id.to_string()]);
        let event = InboundEvent::new(
            entry.tenant.clone(),
            peer.channel,
            peer.address.clone(),
            dedupe,
            self.clock.now(),
            Payload::Fact(fact.clone()),
        );
        match runtime.deliver(event).await {
            // Parked is dealt with: it waits among the dead letters for a person.
            Ok(_) | Err(Refused::Parked) => Ok(()),
            Err(refused) => Err(refused),
        }
    }
}

#[async_trait]
impl Sender for PeerSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Emission(emission) = &entry.cargo else {
            return Err(SendError::permanent("only news leave for other conversations"));
        };
        let news: PeerNews = serde_json::from_value(emission.body.clone())
            .map_err(|_| SendError::permanent("the news for other conversations cannot be read"))?;
        let runtime = self
            .runtime
            .get()
            .ok_or_else(|| later("the conversations do not run yet"))?;
        let known = self
            .keeper
            .peers(entry, &news.to)
            .await
            .map_err(|error| later(&error.to_string()))?;
        let named = news.to.iter().map(|peer| (peer, news.may_begin));
        for (peer, may_begin) in named.chain(known.iter().map(|peer| (peer, false))) {
            self.tell(runtime, entry, peer, may_begin, &news.fact)
                .await
                .map_err(|refused| match refused {
                    Refused::UnknownTenant | Refused::Forbidden | Refused::Parked => {
                        SendError::permanent(refused.to_string())
                    }
                    Refused::Busy { .. } | Refused::Unavailable | Refused::ShuttingDown => later(&refused.to_string()),
                })?;
        }
        Ok(Sent::default())
    }

    fn is_idempotent(&self) -> bool {
        true
    }
}

fn later(reason: &str) -> SendError {
    SendError::Transient {
        reason: reason.to_owned(),
        retry_after_ms: None,
    }
}
