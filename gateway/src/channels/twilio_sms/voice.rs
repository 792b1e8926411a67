//! Telephone calls to a number at Twilio: they ring where the business answers them, and whoever calls in vain is
//! known. Twilio is told what to do with a call in the very answer to its webhook.
//!
//! ```text
//!  it rings ──► <Dial> the business's telephone ──► how that went ──► <Hangup>
//!          └──► <Reject>, where no telephone is set up: a missed call
//!  any number of status callbacks beside it; the last one tells the end, should the others not come
//! ```

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use frontdesk_core::{ChannelKind, Fact, Timestamp};
use serde_json::json;

use super::wire::{self, required};
use super::{NAME, Proof};
use crate::channels::{CallStep, Denied, Item, News, Request, Unreadable, Webhook, call_step};

/// Where Twilio tells of calls, and asks what to do with them.
pub const VOICE_PATH: &str = "/webhooks/twilio/voice";

/// How long the business's telephone rings, in seconds.
const RINGS_S: u32 = 20;

/// Calls of people.
#[derive(Debug)]
pub(super) struct Calls {
    pub(super) proof: Proof,
    /// The telephone that takes them; empty where there is none.
    pub(super) forward_to: String,
}

/// What a webhook is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// A call rings, and Twilio waits for what to do.
    Rings,
    /// The business's telephone was tried.
    Tried,
    /// An assistant that talked has left the call.
    Talked,
    /// The call got further; nothing is asked.
    Told,
}

impl Moment {
    fn of(fields: &HashMap<String, String>) -> Self {
        if fields.contains_key("DialCallStatus") {
            Self::Tried
        } else if fields.contains_key("SessionId") {
            Self::Talked
        } else if fields.contains_key("CallbackSource") || fields.contains_key("SequenceNumber") {
            Self::Told
        } else {
            Self::Rings
        }
    }
}

impl Calls {
    fn is_forwarded(&self) -> bool {
        !self.forward_to.is_empty()
    }

    /// What Twilio is to do, in its own markup.
    fn orders(&self, request: &Request) -> String {
        let order = match Moment::of(&wire::fields(request)) {
            Moment::Rings if self.is_forwarded() => {
                let base = self.proof.public_url.as_str().trim_end_matches('/');
                let action = escaped(&format!("{base}{}", request.uri));
                let number = escaped(&self.forward_to);
                format!(
                    r#"<Dial timeout="{RINGS_S}" answerOnBridge="true" action="{action}" method="POST"><Number>{number}</Number></Dial>"#
                )
            }
            Moment::Rings => r#"<Reject reason="busy"/>"#.to_owned(),
            Moment::Tried | Moment::Talked => "<Hangup/>".to_owned(),
            Moment::Told => String::new(),
        };
        format!(r#"<?xml version="1.0" encoding="UTF-8"?><Response>{order}</Response>"#)
    }
}

impl Webhook for Calls {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Voice
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        self.proof.check(request)
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        read(&wire::fields(request), self.is_forwarded())
    }

    fn accept(&self, request: &Request) -> Response {
        let markup = HeaderValue::from_static("text/xml");
        ([(header::CONTENT_TYPE, markup)], self.orders(request)).into_response()
    }

    fn deadline(&self) -> Duration {
        // The caller hears nothing meanwhile.
        Duration::from_secs(8)
    }
}

/// Reads what a webhook tells of a call.
fn read(fields: &HashMap<String, String>, is_forwarded: bool) -> Result<Vec<Item>, Unreadable> {
    let call = required(fields, "CallSid")?;
    let direction = fields.get("Direction").map_or("inbound", String::as_str);
    if direction != "inbound" {
        // The leg to the business's own telephone.
        return Ok(Vec::new());
    }
    let ours = required(fields, "To")?;
    let caller = fields.get("From").filter(|number| is_shown(number)).cloned();
    let theirs = caller.unwrap_or_else(|| format!("anonymous:{call}"));
    let item = |id: &str, fact: Fact| Item {
        kind: ChannelKind::Voice,
        sender: NAME,
        ours: ours.clone(),
        theirs: theirs.clone().into(),
        also: None,
        id: format!("{call}:{id}"),
        news: News::Fact(fact),
    };
    let step = |sequence: u64, code: &'static str, at_ms: Option<i64>| {
        let step = CallStep {
            call: &call,
            sequence,
            leg: "call",
            code,
            at_ms,
        };
        item(&sequence.to_string(), call_step(&step))
    };
    // Only how long it took is told, and not when it began.
    let talked = |from: u64, seconds: Option<i64>| {
        let until = seconds.map(|seconds| seconds.saturating_mul(1_000));
        vec![
            step(from, "Answered", until.map(|_| 0)),
            step(from + 1, "Disconnected", until),
        ]
    };
    let seconds = |name: &str| fields.get(name).and_then(|seconds| seconds.parse::<i64>().ok());
    let status = |name: &str| fields.get(name).map_or("", String::as_str);
    Ok(match Moment::of(fields) {
        Moment::Rings if is_forwarded => vec![step(1, "Proceeding", None)],
        Moment::Rings => vec![step(1, "Disconnected", None)],
        Moment::Tried => match status("DialCallStatus") {
            "completed" | "answered" => talked(2, seconds("DialCallDuration")),
            _ => vec![step(2, "Disconnected", None)],
        },
        Moment::Talked => vec![item(
            "talked",
            Fact {
                name: "assistant_left".to_owned(),
                data: json!({"status": status("SessionStatus"), "error": fields.get("ErrorCode")}),
            },
        )],
        Moment::Told => match status("CallStatus") {
            "completed" => talked(4, seconds("CallDuration")),
            "busy" | "no-answer" | "failed" | "canceled" => vec![step(5, "Disconnected", None)],
            _ => Vec::new(),
        },
    })
}

/// Withheld numbers come as a word, or as the word's keys on a telephone.
fn is_shown(number: &str) -> bool {
    const ANONYMOUS: &str = "+266696687";
    number.starts_with('+') && number != ANONYMOUS
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(form: &str) -> HashMap<String, String> {
        url::form_urlencoded::parse(form.as_bytes()).into_owned().collect()
    }

    /// The steps that a body tells: sequence, code, moment.
    fn steps(form: &str, is_forwarded: bool) -> Vec<(u64, String, Option<i64>)> {
        let items = read(&fields(form), is_forwarded).unwrap();
        let step = |item: Item| {
            let News::Fact(fact) = item.news else {
                panic!("{item:?}")
            };
            assert_eq!(
                (item.ours.as_str(), item.theirs.as_str()),
                ("+14155550100", "+12125550123")
            );
            let code = fact.data["legs"][0]["code"].as_str().unwrap_or_default().to_owned();
            (
                fact.data["sequence"].as_u64().unwrap_or_default(),
                code,
                fact.data["at_ms"].as_i64(),
            )
        };
        items.into_iter().map(step).collect()
    }

    #[test]
    fn every_sample_is_a_step_of_the_call() {
        let step = |sequence, code: &str, at_ms| (sequence, code.to_owned(), at_ms);
        let rings = include_str!("samples/voice_inbound.form");
        assert_eq!(steps(rings, true), [step(1, "Proceeding", None)]);
        assert_eq!(
            steps(rings, false),
            [step(1, "Disconnected", None)],
            "nobody is there to take it"
        );
        let taken = include_str!("samples/voice_dial_action_completed.form");
        assert_eq!(
            steps(taken, true),
            [step(2, "Answered", Some(0)), step(3, "Disconnected", Some(73_000))]
        );
        for in_vain in [
            include_str!("samples/voice_dial_action_no_answer.form"),
            include_str!("samples/voice_dial_action_busy.form"),
        ] {
            assert_eq!(steps(in_vain, true), [step(2, "Disconnected", None)]);
        }
        let told = include_str!("samples/voice_call_status_completed.form");
        assert_eq!(
            steps(told, true),
            [step(4, "Answered", Some(0)), step(5, "Disconnected", Some(80_000))]
        );
        for left in [
            include_str!("samples/voice_connect_action_failed.form"),
            include_str!("samples/voice_connect_action_handoff.form"),
        ] {
            assert_eq!(steps(left, true).len(), 1);
        }
        let other_leg = rings.replace("Direction=inbound", "Direction=outbound-dial");
        assert_eq!(steps(&other_leg, true), []);
    }

    #[test]
    fn whoever_withholds_their_number_is_known_by_the_call() {
        for withheld in ["anonymous", "%2B266696687", ""] {
            let form = format!("CallSid=CA1&Direction=inbound&To=%2B14155550100&From={withheld}");
            let items = read(&fields(&form), true).unwrap();
            assert_eq!(items[0].theirs.as_str(), "anonymous:CA1", "{withheld}");
        }
        assert!(read(&fields("To=%2B14155550100"), true).is_err(), "no call");
        assert!(read(&fields("CallSid=CA1"), true).is_err(), "to nobody");
    }
}
