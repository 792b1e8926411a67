//! Pays beforehand what the first conversation would have to wait for.

use frontdesk_core::{Behaviour, ChannelKind, DedupeKey, InboundEvent, Payload, Timestamp, UserMessage};

use crate::{Dialogue, State, Tenant, answer, demo};

/// What touches every reader: the lists of wordings are compiled at their first use.
const MESSAGES: [&str; 6] = [
    "Hi, I want to book for 10 people next Saturday at 7 pm",
    "it's Ana Reyes, 212 555 0100",
    "why do you need it, who is this?",
    "thank you, bye",
    "maybe later, I don't know",
    "stop",
];

/// Compiles the lists of wordings and loads the numbering plans, which takes a good part of a
/// second. To be called once at start, from a thread that may block.
pub fn warm() {
    answer::phone::warm();
    for (id, manifest) in demo::MANIFESTS {
        let Ok(id) = id.parse() else { continue };
        let Ok(tenant) = Tenant::parse(&id, manifest) else {
            continue;
        };
        let now = Timestamp::from_millis(0);
        let mut state = State::default();
        for text in MESSAGES {
            let dedupe = DedupeKey::derive(&id, ChannelKind::WebChat, &[text]);
            let message = UserMessage {
                text: text.into(),
                ..UserMessage::default()
            };
            let payload = Payload::Message(message);
            let event = InboundEvent::new(id.clone(), ChannelKind::WebChat, "warm", dedupe, now, payload);
            state = Dialogue.step(&tenant, &state, &event, now).state;
        }
    }
}
