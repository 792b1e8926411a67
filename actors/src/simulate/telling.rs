//! What happened, in the words of the transcript.

use frontdesk_core::{Content, Payload, StatusChange, Timestamp};
use serde_json::Value as Json;

use crate::Tenant;

pub(super) fn who(payload: &Payload) -> &'static str {
    match payload {
        Payload::Message(_) => "person",
        Payload::Operator(_) => "colleague",
        Payload::Status { .. } | Payload::Timer { .. } | Payload::Answer(_) | Payload::Fact(_) => "outside",
    }
}

pub(super) fn what(payload: &Payload) -> String {
    use frontdesk_core::OperatorAct::{
        Arrived, CancelTimer, FireTimer, GiveBack, Say, SeenTo, SendAgain, SendTemplate, TakeOver, Test, Wrote,
    };
    match payload {
        Payload::Message(message) if message.attachments.is_empty() => message.text.as_str().to_owned(),
        Payload::Message(message) => format!("{} [{} files]", message.text.as_str(), message.attachments.len()),
        Payload::Operator(TakeOver { .. }) => "takes over".to_owned(),
        Payload::Operator(GiveBack { .. }) => "gives back".to_owned(),
        Payload::Operator(Say { text, .. }) => format!("writes: {}", text.as_str()),
        Payload::Operator(Arrived { seq, .. }) => format!("says that message {seq} arrived"),
        Payload::Operator(Test { .. }) => "tries whether a message comes through".to_owned(),
        Payload::Operator(SeenTo { seq, .. }) => format!("has seen to message {seq}"),
        Payload::Operator(SendAgain { seq, .. }) => format!("sends message {seq} again"),
        Payload::Operator(CancelTimer { name, .. }) => format!("cancels the timer {name}"),
        Payload::Operator(FireTimer { name, .. }) => format!("lets the timer {name} come due"),
        Payload::Operator(SendTemplate { key, .. }) => format!("sends the template {key}"),
        Payload::Operator(Wrote { text }) => format!("wrote elsewhere: {}", text.as_str()),
        Payload::Fact(fact) => format!("{} {}", fact.name, fact.data),
        Payload::Status { .. } | Payload::Timer { .. } | Payload::Answer(_) => payload.kind().to_owned(),
    }
}

pub(super) fn words(content: &Content) -> String {
    let buttons: String = content
        .quick_replies
        .iter()
        .map(|reply| format!(" [{}]", reply.label))
        .collect();
    format!("{}{buttons}", content.text.as_str())
}

/// Which messages have come how far.
pub(super) fn moved(change: &StatusChange) -> String {
    let status = change.status.code();
    match (change.from_seq, change.up_to_seq) {
        (from, up_to) if from == up_to => format!("message {from} is {status}"),
        (_, StatusChange::EARLIER) => format!("everything said before is {status}"),
        (from, up_to) => format!("messages {from}–{up_to} are {status}"),
    }
}

pub(super) fn local(moment: Timestamp, tenant: &Tenant) -> String {
    moment
        .to_jiff()
        .to_zoned(tenant.zone.clone())
        .strftime("%a %H:%M:%S")
        .to_string()
}

/// Top-level fields that differ between two snapshots.
pub(super) fn differences(before: &str, after: &str) -> Vec<String> {
    let read = |snapshot: &str| match serde_json::from_str(snapshot) {
        Ok(Json::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (before, after) = (read(before), read(after));
    let gone = before
        .keys()
        .filter(|field| !after.contains_key(*field))
        .map(|field| format!("{field} gone"));
    let changed = after
        .iter()
        .filter(|(field, value)| before.get(*field) != Some(value))
        .map(|(field, value)| format!("{field} = {value}"));
    gone.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use frontdesk_core::DeliveryStatus;

    use super::*;

    #[test]
    fn no_message_is_counted_that_is_not_there() {
        let change = |from_seq, up_to_seq| StatusChange {
            from_seq,
            up_to_seq,
            status: DeliveryStatus::Replied,
            reason: None,
        };
        for (from, up_to, told) in [
            (0, StatusChange::EARLIER, "everything said before is replied"),
            (3, 3, "message 3 is replied"),
            (3, 5, "messages 3–5 are replied"),
        ] {
            assert_eq!(moved(&change(from, up_to)), told);
        }
    }
}
