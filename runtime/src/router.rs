//! From an event to the conversation it belongs to: found, or woken.
//!
//! One lock of many guards finding, waking, admitting and sending, so a conversation is never woken
//! twice and none leaves memory with an event in its mailbox. Nothing is awaited under it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::{Behaviour, ConversationId, InboundEvent, Payload};
use parking_lot::Mutex;
use ractor::{ActorCell, ActorRef, ActorRuntime, ActorStatus};
use tokio::sync::oneshot;

use crate::admission::Presence;
use crate::conversation::{Delivery, Host};
use crate::error::Refused;
use crate::runtime::{Delivered, Services};

/// How many locks the conversations are spread over.
const SHARDS: usize = 64;

type Actor = ActorRef<Box<Delivery>>;

/// A live conversation.
struct Entry {
    actor: Actor,
    presence: Arc<Presence>,
}

/// The live conversations.
pub(crate) struct Router {
    shards: [Mutex<HashMap<ConversationId, Entry>>; SHARDS],
    supervisors: Vec<ActorCell>,
}

/// The end of an event that was let in.
pub(crate) type Answer = oneshot::Receiver<Result<Delivered, Refused>>;

impl Router {
    pub fn new(supervisors: Vec<ActorCell>) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            supervisors,
        }
    }

    /// Hands an event to its conversation.
    pub fn send<B: Behaviour>(
        &self,
        services: &Arc<Services<B>>,
        event: InboundEvent,
        is_replay: bool,
    ) -> Result<Answer, Refused> {
        let is_word = !matches!(event.payload, Payload::Timer { .. });
        let (answer, outcome) = oneshot::channel();
        let mut shard = self.shard(event.conversation).lock();
        let admit = |presence| services.admission.admit(presence).map_err(|_| services.busy());
        let found = shard.get(&event.conversation).filter(|entry| is_alive(&entry.actor));
        let (actor, permit) = if let Some(Entry { actor, presence }) = found {
            let permit = admit(presence)?;
            if is_word {
                presence.hear(services.uptime_ms());
            }
            (actor.clone(), permit)
        } else {
            // Admitted first: what is refused wakes nobody.
            let presence = services.presence(&event.tenant);
            let permit = admit(&presence)?;
            let actor = self.wake(services, event.conversation)?;
            let entry = Entry {
                actor: actor.clone(),
                presence,
            };
            shard.insert(event.conversation, entry);
            (actor, permit)
        };
        let delivery = Box::new(Delivery {
            event,
            is_replay,
            answer,
            permit,
        });
        actor.cast(delivery).map_err(|_| Refused::Unavailable)?;
        Ok(outcome)
    }

    fn wake<B: Behaviour>(&self, services: &Arc<Services<B>>, id: ConversationId) -> Result<Actor, Refused> {
        let supervisor = self.supervisors[usize::from(id.shard().0) % self.supervisors.len()].clone();
        let host = Host(Arc::clone(services));
        match ActorRuntime::spawn_linked_instant(None, host, (), supervisor) {
            Ok((actor, _)) => Ok(actor),
            Err(error) => {
                tracing::error!(%error, "a conversation could not be started");
                Err(Refused::Unavailable)
            }
        }
    }

    /// Conversations in memory.
    pub fn live(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    /// Lets conversations leave memory that nobody has spoken in since `idle` ago, and the longest
    /// idle ones above `live_max`. Their state is in the store. Returns how many left.
    pub fn sweep(&self, now_ms: u64, idle: Duration, live_max: usize) -> usize {
        let idle_ms = u64::try_from(idle.as_millis()).unwrap_or(u64::MAX);
        let mut threshold = now_ms.saturating_sub(idle_ms);
        let live = self.live();
        if live > live_max {
            threshold = threshold.max(self.threshold_of_longest(live - live_max));
        }
        self.shards
            .iter()
            .map(|shard| sweep_shard(&mut shard.lock(), threshold))
            .sum()
    }

    /// Lets conversations leave memory whose rows were removed; `false` when one of them is at work.
    pub fn forget(&self, ids: &[ConversationId]) -> bool {
        ids.iter().fold(true, |all, id| {
            let mut shard = self.shard(*id).lock();
            let is_busy = shard.get(id).is_some_and(|entry| !entry.presence.is_idle());
            if is_busy {
                return false;
            }
            if let Some(entry) = shard.remove(id) {
                entry.actor.stop(None);
            }
            all
        })
    }

    /// The last word of the `count`-th longest idle conversation.
    fn threshold_of_longest(&self, count: usize) -> u64 {
        let mut words: Vec<u64> = Vec::new();
        for shard in &self.shards {
            words.extend(shard.lock().values().map(|entry| entry.presence.last_word_ms()));
        }
        let index = count.min(words.len()).saturating_sub(1);
        if words.is_empty() {
            return 0;
        }
        *words.select_nth_unstable(index).1
    }

    fn shard(&self, id: ConversationId) -> &Mutex<HashMap<ConversationId, Entry>> {
        &self.shards[usize::from(id.shard().0) % SHARDS]
    }
}

fn sweep_shard(shard: &mut HashMap<ConversationId, Entry>, threshold: u64) -> usize {
    let before = shard.len();
    shard.retain(|_, entry| {
        let leaves = entry.presence.is_idle() && entry.presence.last_word_ms() <= threshold;
        if leaves {
            entry.actor.stop(None);
        }
        !leaves
    });
    if shard.capacity() > 64 && shard.len() * 4 < shard.capacity() {
        shard.shrink_to_fit();
    }
    before - shard.len()
}

fn is_alive(actor: &Actor) -> bool {
    !matches!(actor.get_status(), ActorStatus::Stopping | ActorStatus::Stopped)
}
