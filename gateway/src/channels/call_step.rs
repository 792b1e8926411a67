//! Steps of a telephone call, as the conversation understands them whoever carries the call.

use frontdesk_actors::CALL_PROGRESS;
use frontdesk_core::Fact;
use serde_json::json;

/// Where the one telephone of a call is that a provider tells of.
#[derive(Clone, Copy, Debug)]
pub struct CallStep<'a> {
    /// The call, by the provider's id of it.
    pub call: &'a str,
    /// The step's place in the call: of two steps the higher one counts, however they come.
    pub sequence: u64,
    /// Which telephone.
    pub leg: &'static str,
    /// `Proceeding`, `Answered` or `Disconnected`.
    pub code: &'static str,
    /// When, in milliseconds from any moment that all steps of the call have in common.
    pub at_ms: Option<i64>,
}

/// The fact that tells a step.
#[must_use]
pub fn call_step(step: &CallStep<'_>) -> Fact {
    Fact {
        name: CALL_PROGRESS.to_owned(),
        data: json!({
            "call": step.call,
            "sequence": step.sequence,
            "at_ms": step.at_ms,
            "legs": [{"id": step.leg, "code": step.code}],
        }),
    }
}
