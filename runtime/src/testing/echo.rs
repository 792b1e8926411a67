use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::{
    Behaviour, Content, ConversationStatus, Decision, Effect, Emission, InboundEvent, Inquiry, OperatorAct, Payload,
    Say, StatusChange, Step, Stream, TenantId, Timestamp, UserMessage,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Tenants;

/// A dialogue that counts its events and does what the words say:
///
/// | words | effect |
/// |---|---|
/// | `timer <name> <ms>` | sets a timer so many milliseconds from now |
/// | `at <name> <ms>` | sets a timer to an hour, in milliseconds since the Unix epoch |
/// | `cancel <name>` | cancels it |
/// | `ask <lane> <name>` | asks, and says the answer when it comes |
/// | `emit <lane> <key>` | tells another system |
/// | `quiet` | nothing |
/// | `hush` | nothing, and what waits is not to leave either |
/// | `panic` | panics |
/// | anything else | says it back, with the number of the turn |
///
/// Several commands are separated by `;`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Echo;

/// What [`Echo`] remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// How many events it has had.
    pub events: u64,
    /// It was told to say no more.
    #[serde(default)]
    pub is_silenced: bool,
}

impl Behaviour for Echo {
    type Tenant = ();
    type State = Heard;

    fn step(&self, (): &(), state: &Heard, event: &InboundEvent, now: Timestamp) -> Step<Heard> {
        let events = state.events + 1;
        let mut is_silenced = state.is_silenced;
        let mut effects = Vec::new();
        match &event.payload {
            Payload::Message(UserMessage { text, .. }) => {
                for command in text.as_str().split(';') {
                    is_silenced |= command.trim() == "hush";
                    effects.extend(effect(command.trim(), events, now));
                }
            }
            Payload::Timer { name, .. } => effects.push(say(format!("timer {name}"))),
            Payload::Answer(answered) => {
                let answer = answered.result.as_ref().map_or_else(Clone::clone, Value::to_string);
                effects.push(say(format!("{}: {answer}", answered.inquiry)));
            }
            Payload::Operator(OperatorAct::Say { text, .. }) => {
                effects.push(Effect::Say(Say::operator(Content::text(text.as_str()))));
            }
            Payload::Status {
                from_seq,
                up_to_seq,
                status,
                reason,
                ..
            } => effects.push(Effect::Status(StatusChange {
                from_seq: *from_seq,
                up_to_seq: *up_to_seq,
                status: *status,
                reason: reason.clone(),
            })),
            Payload::Operator(_) | Payload::Fact(_) => {}
        }
        Step {
            state: Heard { events, is_silenced },
            effects,
            decisions: vec![Decision::new("echo", "said back")],
            status: ConversationStatus::Open,
        }
    }

    fn is_silenced(&self, state: &Heard, _: Timestamp) -> bool {
        state.is_silenced
    }
}

fn effect(command: &str, events: u64, now: Timestamp) -> Option<Effect> {
    let words: Vec<&str> = command.split_whitespace().collect();
    Some(match *words {
        ["timer", name, ms] => Effect::SetTimer {
            name: name.into(),
            due: now.plus(Duration::from_millis(ms.parse().unwrap_or(0))),
        },
        ["at", name, ms] => Effect::SetTimer {
            name: name.into(),
            due: Timestamp::from_millis(ms.parse().unwrap_or(0)),
        },
        ["cancel", name] => Effect::CancelTimer { name: name.into() },
        ["ask", lane, name] => Effect::Ask(Inquiry {
            name: name.to_owned(),
            lane: lane.to_owned(),
            body: Value::Null,
        }),
        ["emit", lane, key] => Effect::Emit(Emission {
            name: "echo".to_owned(),
            lane: lane.to_owned(),
            stream: Stream::Good,
            key: key.to_owned(),
            body: Value::Null,
        }),
        ["quiet" | "hush"] => return None,
        ["panic"] => panic!("told to panic"),
        _ => say(format!("{command} #{events}")),
    })
}

fn say(text: String) -> Effect {
    Effect::Say(Say::bot(Content::text(text)))
}

/// Every name is a tenant's.
#[derive(Clone, Copy, Debug, Default)]
pub struct EveryTenant;

impl<B: Behaviour<Tenant = ()>> Tenants<B> for EveryTenant {
    fn get(&self, _: &TenantId) -> Option<Arc<()>> {
        Some(Arc::new(()))
    }
}
