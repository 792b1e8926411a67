//! From Retell's events to items. Pure.

use frontdesk_core::{ChannelKind, Fact};
use serde::Deserialize;
use serde_json::{Value, json};

use super::NAME;
use crate::channels::{CallStep, Item, News, Unreadable, call_step};

/// The events of a call that are steps of it.
const STARTED: &str = "call_started";
const ENDED: &str = "call_ended";
const ANALYZED: &str = "call_analyzed";
/// Asked before a call is taken.
const RINGING: &str = "call_inbound";
/// Under which names an analysis may tell what the caller is called, and their email: the business chooses them.
const NAMES: [&str; 4] = ["name", "customer_name", "caller_name", "full_name"];
const EMAILS: [&str; 3] = ["email", "customer_email", "caller_email"];

/// What every webhook has. Older accounts send `data`.
#[derive(Deserialize)]
struct Envelope {
    event: String,
    #[serde(alias = "data")]
    call: Option<Value>,
}

/// A call, as far as it concerns a conversation.
#[derive(Deserialize)]
struct Call {
    call_id: String,
    agent_id: String,
    #[serde(default)]
    direction: String,
    from_number: Option<String>,
    to_number: Option<String>,
    start_timestamp: Option<i64>,
    end_timestamp: Option<i64>,
    disconnection_reason: Option<String>,
    call_analysis: Option<Value>,
}

impl Call {
    fn is_outbound(&self) -> bool {
        self.direction == "outbound"
    }

    /// The person's number; of somebody who shows none, the call stands for them.
    fn person(&self) -> String {
        let number = if self.is_outbound() {
            &self.to_number
        } else {
            &self.from_number
        };
        let shown = number.clone().filter(|number| number.starts_with('+'));
        shown.unwrap_or_else(|| format!("anonymous:{}", self.call_id))
    }

    fn item(&self, id: &str, fact: Fact) -> Item {
        Item {
            kind: ChannelKind::Voice,
            sender: NAME,
            ours: self.agent_id.clone(),
            theirs: self.person().into(),
            also: None,
            id: format!("{}:{id}", self.call_id),
            news: News::Fact(fact),
        }
    }

    fn step(&self, event: &str, sequence: u64, code: &'static str, at_ms: Option<i64>) -> Item {
        let step = CallStep {
            call: &self.call_id,
            sequence,
            leg: "agent",
            code,
            at_ms,
        };
        self.item(event, call_step(&step))
    }

    /// The agent took it.
    fn started(&self) -> Option<Item> {
        let at_ms = self.start_timestamp?;
        Some(self.step(STARTED, 1, "Answered", Some(at_ms)))
    }

    /// A call that was taken says so once more: that it began may come later, or never. One of ours that nobody
    /// took is no missed call.
    fn ended(&self) -> Vec<Item> {
        if self.start_timestamp.is_none() && self.is_outbound() {
            let data = json!({"reason": self.disconnection_reason});
            return vec![self.item(ENDED, fact("call_unanswered", data))];
        }
        let end = self.step(ENDED, 2, "Disconnected", self.end_timestamp);
        self.started().into_iter().chain([end]).collect()
    }

    /// What the analysis found out about the caller, and what it says of the call.
    fn analyzed(&self) -> Item {
        let analysis = self.call_analysis.as_ref().unwrap_or(&Value::Null);
        let told = |names: &[&str]| {
            let own = &analysis["custom_analysis_data"];
            names.iter().find_map(|name| own[*name].as_str()).map(str::to_owned)
        };
        let data = json!({"name": told(&NAMES), "email": told(&EMAILS), "told": analysis});
        self.item(ANALYZED, fact(ANALYZED, data))
    }
}

/// Reads what a webhook tells.
///
/// # Errors
///
/// It is not what Retell documents.
pub fn read(body: &[u8]) -> Result<Vec<Item>, Unreadable> {
    let Envelope { event, call } = serde_json::from_slice(body)?;
    let raw = match call {
        Some(raw) => raw,
        // It rings: the events that follow tell what became of it.
        None if event == RINGING => return Ok(Vec::new()),
        // Chats, and whatever comes to be.
        None => return Ok(vec![of_no_call(&event, body)]),
    };
    let call = Call::deserialize(&raw)?;
    Ok(match event.as_str() {
        STARTED => call.started().into_iter().collect(),
        ENDED => call.ended(),
        ANALYZED => vec![call.analyzed()],
        _ => vec![call.item(&event, fact(&event, json!({"told": raw["call_status"]})))],
    })
}

/// Whether a webhook asks what to take a call with that rings.
pub(super) fn is_ringing(body: &[u8]) -> bool {
    serde_json::from_slice::<Envelope>(body).is_ok_and(|envelope| envelope.event == RINGING)
}

fn fact(name: &str, data: Value) -> Fact {
    Fact {
        name: name.to_owned(),
        data,
    }
}

/// Nobody's: it is recorded that it came.
fn of_no_call(event: &str, body: &[u8]) -> Item {
    Item {
        kind: ChannelKind::Voice,
        sender: NAME,
        ours: String::new(),
        theirs: String::new().into(),
        also: None,
        id: format!("{event}:{}", crate::channels::sha256(body)),
        news: News::Fact(fact(event, Value::Null)),
    }
}
