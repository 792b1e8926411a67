//! What a turn costs the dialogue alone: a visitor leaves a name, a phone number, an email and a
//! newsletter consent, over and over.
//!
//! `cargo bench -p frontdesk-actors` prints the time of a turn. For instructions instead of time,
//! run the built bench under `valgrind --tool=callgrind` with the number of dialogues as argument.

use std::hint::black_box;
use std::time::Instant;

use frontdesk_actors::{Dialogue, State, Tenant, demo, warm};
use frontdesk_core::{Behaviour, ChannelKind, DedupeKey, InboundEvent, Payload, TenantId, Timestamp, UserMessage};

/// Dialogues taken when no number is given.
const DIALOGUES: usize = 20_000;
/// One visitor, in the order in which the demo tenant asks.
const WORDS: [&str; 5] = [
    "Hi, I want to book for 10 people",
    "My name is Olena Kovalenko",
    "(212) 555-0143",
    "visitor1@example.com",
    "yes",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo's own arguments begin with dashes.
    let dialogues = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(DIALOGUES);
    warm();
    let (id, manifest) = demo::MANIFESTS[0];
    let id: TenantId = id.parse()?;
    let tenant = Tenant::parse(&id, manifest).map_err(|faults| format!("{faults:?}"))?;
    let events = WORDS.map(|words| event(&id, words));

    let started = Instant::now();
    for _ in 0..dialogues {
        dialogue(&tenant, &events);
    }
    let turns = f64::from(u32::try_from(dialogues * WORDS.len())?);
    println!("{:.2} µs a turn", started.elapsed().as_secs_f64() * 1e6 / turns);
    Ok(())
}

fn event(tenant: &TenantId, words: &str) -> InboundEvent {
    let message = UserMessage {
        text: words.into(),
        ..UserMessage::default()
    };
    let dedupe = DedupeKey::derive(tenant, ChannelKind::WebChat, &[words]);
    let now = Timestamp::from_millis(1_800_000_000_000);
    InboundEvent::new(
        tenant.clone(),
        ChannelKind::WebChat,
        "thread",
        dedupe,
        now,
        Payload::Message(message),
    )
}

fn dialogue(tenant: &Tenant, events: &[InboundEvent]) {
    let mut state = State::default();
    for event in events {
        let step = Dialogue.step(tenant, &state, event, event.received_at);
        state = black_box(step).state;
    }
}
