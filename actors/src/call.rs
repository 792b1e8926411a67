//! Telephone calls as they go by: many events of several telephones become one call, missed or
//! answered, told once.

use std::collections::BTreeMap;

use frontdesk_core::{Fact, Stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::turn::Turn;
use crate::{facts, missed_call};

/// The fact that tells where the telephones of a call are:
/// `{call, sequence, at_ms?, legs: [{id, code, is_missed?}]}`.
pub const CALL_PROGRESS: &str = "call_progress";

/// Calls of one conversation that are remembered: those under way, and the last ones that ended.
const CALLS_MAX: usize = 4;
/// Telephones of one call.
const LEGS_MAX: usize = 16;

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    #[serde(rename = "c")]
    id: String,
    /// The last event of each telephone: its place in the call, and where it was.
    #[serde(rename = "l", default, skip_serializing_if = "BTreeMap::is_empty")]
    legs: BTreeMap<String, (u64, Leg)>,
    /// When the first telephone was answered, in milliseconds since the Unix epoch.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    answered_at_ms: Option<i64>,
    /// It has ended and was told.
    #[serde(rename = "t", default)]
    is_told: bool,
}

/// Where a telephone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Leg {
    Ringing,
    Talking,
    /// Somebody talked on it.
    Ended,
    /// Nobody took it; a mailbox is nobody.
    Unanswered,
}

impl Leg {
    fn after(before: Option<Self>, code: &str) -> Self {
        match code {
            "Answered" | "Hold" | "Parked" => Self::Talking,
            "Disconnected" | "Gone" if matches!(before, Some(Self::Talking | Self::Ended)) => Self::Ended,
            "Disconnected" | "Gone" | "VoiceMail" | "VoiceMailScreening" => Self::Unanswered,
            _ => Self::Ringing,
        }
    }
}

/// Takes an event of a call in.
pub(crate) fn progress(turn: &mut Turn<'_>, fact: &Fact) {
    let (Some(id), Some(sequence)) = (fact.data["call"].as_str(), fact.data["sequence"].as_u64()) else {
        turn.decide("call", "names no call: ignored");
        return;
    };
    let at_ms = fact.data["at_ms"].as_i64();
    let mut call = remembered(turn, id);
    for leg in fact.data["legs"].as_array().into_iter().flatten() {
        call.take(leg, sequence, at_ms);
    }
    if !call.is_told && call.is_over() {
        call.is_told = true;
        tell(turn, &call, at_ms);
    } else {
        turn.decide("call", "goes on");
    }
    turn.state.calls.push(call);
}

fn remembered(turn: &mut Turn<'_>, id: &str) -> Call {
    let calls = &mut turn.state.calls;
    if let Some(place) = calls.iter().position(|call| call.id == id) {
        return calls.remove(place);
    }
    while calls.len() >= CALLS_MAX {
        calls.remove(0);
    }
    Call {
        id: id.to_owned(),
        legs: BTreeMap::new(),
        answered_at_ms: None,
        is_told: false,
    }
}

impl Call {
    /// Events come in any order: of each telephone the latest counts.
    fn take(&mut self, leg: &Json, sequence: u64, at_ms: Option<i64>) {
        let (Some(id), Some(code)) = (leg["id"].as_str(), leg["code"].as_str()) else {
            return;
        };
        let before = self.legs.get(id).copied();
        let is_late = before.is_some_and(|(latest, _)| sequence <= latest);
        let is_one_too_many = before.is_none() && self.legs.len() >= LEGS_MAX;
        let where_now = Leg::after(before.map(|(_, leg)| leg), code);
        if where_now == Leg::Talking && self.answered_at_ms.is_none() {
            self.answered_at_ms = at_ms;
        }
        if !is_late && !is_one_too_many {
            self.legs.insert(id.to_owned(), (sequence, where_now));
        }
    }

    fn is_over(&self) -> bool {
        let has_ended = |leg: &(u64, Leg)| matches!(leg.1, Leg::Ended | Leg::Unanswered);
        !self.legs.is_empty() && self.legs.values().all(has_ended)
    }

    fn was_answered(&self) -> bool {
        self.legs.values().any(|leg| leg.1 == Leg::Ended)
    }
}

/// Keeps what kind of call it was and how long it took, and tells the tenant's own system.
fn tell(turn: &mut Turn<'_>, call: &Call, ended_at_ms: Option<i64>) {
    let was_answered = call.was_answered();
    let kind = if was_answered { "answered" } else { "missed" };
    let seconds = match (call.answered_at_ms, ended_at_ms) {
        (Some(from), Some(until)) if was_answered => Some((until - from).max(0) / 1_000),
        _ => None,
    };
    turn.decide("call", format!("ended: {kind}"));
    facts::end_call(turn, &json!({"call_type": kind, "duration_seconds": seconds}));
    if !was_answered {
        missed_call::missed(turn);
    }
    let name = if was_answered { "call.ended" } else { "call.missed" };
    turn.emit(
        name,
        Stream::Good,
        |_| json!({"call": call.id, "duration_seconds": seconds}),
    );
}

#[cfg(test)]
mod tests {
    use frontdesk_core::{Behaviour, ChannelKind, Decision, DedupeKey, InboundEvent, Payload, Timestamp};

    use super::*;
    use crate::state::{State, Value};
    use crate::{Dialogue, Tenant, demo};

    /// How a call ends that goes by in these events `(sequence, second, leg, code)`.
    fn ends(events: &[(u64, i64, &str, &str)]) -> Vec<String> {
        let (id, manifest) = demo::MANIFESTS[0];
        let id = id.parse().unwrap();
        let tenant = Tenant::parse(&id, manifest).unwrap_or_else(|_| panic!("the demo manifest is well"));
        let mut state = State::default();
        let mut told = Vec::new();
        for (sequence, second, leg, code) in events {
            let fact = Fact {
                name: CALL_PROGRESS.to_owned(),
                data: json!({
                    "call": "s-1", "sequence": sequence, "at_ms": second * 1_000,
                    "legs": [{"id": leg, "code": code}],
                }),
            };
            let now = Timestamp::from_millis(1_800_000_000_000);
            let dedupe = DedupeKey::derive(&id, ChannelKind::Voice, &[&sequence.to_string(), leg]);
            let event = InboundEvent::new(
                id.clone(),
                ChannelKind::Voice,
                "+12125550123",
                dedupe,
                now,
                Payload::Fact(fact),
            );
            let step = Dialogue.step(&tenant, &state, &event, now);
            let is_end = |decision: &&Decision| decision.rule == "call" && decision.outcome.starts_with("ended");
            let ends = step.decisions.iter().filter(is_end);
            told.extend(ends.map(|decision| decision.outcome.clone()));
            state = step.state;
        }
        if let Some(Value::Count(seconds)) = state.answers.get("call_seconds") {
            told.push(format!("{seconds} s"));
        }
        told
    }

    #[test]
    fn a_call_is_told_once_as_what_it_was() {
        let answered = [
            (1, 0, "a", "Setup"),
            (3, 5, "a", "Answered"),
            (4, 65, "a", "Disconnected"),
        ];
        assert_eq!(ends(&answered), ["ended: answered", "60 s"]);
        let missed = [(1, 0, "a", "Proceeding"), (4, 30, "a", "Disconnected")];
        assert_eq!(ends(&missed), ["ended: missed"]);
        let mailbox = [
            (1, 0, "a", "Proceeding"),
            (4, 30, "a", "VoiceMail"),
            (5, 60, "a", "Disconnected"),
        ];
        assert_eq!(ends(&mailbox), ["ended: missed"]);
    }

    #[test]
    fn of_several_telephones_one_is_enough() {
        let events = [
            (1, 0, "a", "Proceeding"),
            (2, 0, "b", "Proceeding"),
            (3, 4, "b", "Answered"),
            (4, 4, "a", "Disconnected"),
            (5, 10, "b", "Disconnected"),
        ];
        assert_eq!(ends(&events), ["ended: answered", "6 s"]);
    }

    #[test]
    fn late_events_change_nothing() {
        let events = [
            (4, 65, "a", "Disconnected"),
            (1, 0, "a", "Setup"),
            (2, 1, "a", "Proceeding"),
            (4, 65, "a", "Disconnected"),
        ];
        assert_eq!(ends(&events), ["ended: missed"]);
    }
}
