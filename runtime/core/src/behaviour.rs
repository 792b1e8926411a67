use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{ConversationStatus, Effect, InboundEvent, Timestamp};

/// What a conversation does, as the runtime sees it: a pure function.
///
/// `step` reads no clock, draws no random number and does no IO: the same input gives the same
/// output, for good. What a person says wrongly is a normal branch, never an error.
pub trait Behaviour: Send + Sync + 'static {
    /// What a tenant has configured, compiled.
    type Tenant: Send + Sync + 'static;
    /// What a conversation remembers. Old snapshots must stay readable: new fields have defaults.
    type State: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Takes one event in.
    fn step(
        &self,
        tenant: &Self::Tenant,
        state: &Self::State,
        event: &InboundEvent,
        now: Timestamp,
    ) -> Step<Self::State>;

    /// Whether what an event of `said_at` led to say may leave no more: asked of what has had to wait.
    fn is_silenced(&self, _state: &Self::State, _said_at: Timestamp) -> bool {
        false
    }
}

/// What one event led to.
#[derive(Clone, Debug)]
pub struct Step<S> {
    /// The state from here on.
    pub state: S,
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
    /// How it was decided, for the console and for explaining.
    pub decisions: Vec<Decision>,
    /// Where the conversation stands.
    pub status: ConversationStatus,
}

/// One thing that was understood or decided, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The piece or rule that decided, such as `interrupt.stop` or `playbook.phone`.
    pub rule: String,
    /// What it decided, in plain words without personal data.
    pub outcome: String,
}

impl Decision {
    /// A decision of `rule`.
    pub fn new(rule: impl Into<String>, outcome: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            outcome: outcome.into(),
        }
    }
}
