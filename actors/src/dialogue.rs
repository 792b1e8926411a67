//! One turn: the pieces in their fixed order.

use frontdesk_core::{Behaviour, ConversationStatus, InboundEvent, Step, Timestamp};

use crate::{State, Tenant};

/// The dialogue every conversation runs; what it says is the tenant's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dialogue;

impl Behaviour for Dialogue {
    type Tenant = Tenant;
    type State = State;

    fn step(&self, _tenant: &Tenant, state: &State, _event: &InboundEvent, _now: Timestamp) -> Step<State> {
        Step {
            state: state.clone(),
            effects: Vec::new(),
            decisions: Vec::new(),
            status: ConversationStatus::Open,
        }
    }
}
