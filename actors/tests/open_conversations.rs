//! A manifest is published while conversations are open: they go on with it.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

use frontdesk_actors::{Dialogue, State, Tenant};
use frontdesk_core::{
    Behaviour, ChannelKind, DedupeKey, Effect, InboundEvent, Payload, Step, TenantId, Timestamp, UserMessage,
};

const PROFILE: &str = r#"version = 1
[profile]
name = "Café"
languages = ["en"]
region = "US"
time_zone = "America/New_York"
greeting = "Hi!"
"#;

fn tenant(steps: &str) -> Tenant {
    let id: TenantId = "cafe".parse().unwrap();
    Tenant::parse(&id, &format!("{PROFILE}\n[playbook]\nsteps = [{steps}]\n")).unwrap()
}

/// A conversation, and what was said last.
struct Talk {
    state: State,
    number: i64,
    said: String,
    decided: String,
}

impl Talk {
    fn new() -> Self {
        Self {
            state: State::default(),
            number: 0,
            said: String::new(),
            decided: String::new(),
        }
    }

    fn hear(&mut self, tenant: &Tenant, words: &str) {
        self.number += 1;
        let id: TenantId = "cafe".parse().unwrap();
        let now = Timestamp::from_millis(1_800_000_000_000 + self.number * 60_000);
        let dedupe = DedupeKey::derive(&id, ChannelKind::Sms, &[&self.number.to_string()]);
        let message = UserMessage {
            text: words.into(),
            ..UserMessage::default()
        };
        let event = InboundEvent::new(
            id,
            ChannelKind::Sms,
            "+12125550100",
            dedupe,
            now,
            Payload::Message(message),
        );
        let Step {
            state,
            effects,
            decisions,
            ..
        } = Dialogue.step(tenant, &self.state, &event, now);
        // As the store keeps it between two turns.
        self.state = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
        let said = effects.iter().filter_map(|effect| match effect {
            Effect::Say(say) => Some(say.content.text.as_str().to_owned()),
            _ => None,
        });
        self.said = said.collect::<Vec<_>>().join(" ");
        self.decided = format!("{decisions:?}");
    }
}

const FIRST: &str = r#"{ key = "color", accept = "text", ask = "Which colour?" },
    { key = "size", accept = "number", ask = "Which size?" }, { key = "name" }"#;

#[test]
fn what_was_answered_stays_and_what_is_new_is_asked() {
    let mut talk = Talk::new();
    talk.hear(&tenant(FIRST), "hello");
    talk.hear(&tenant(FIRST), "dark red");
    assert!(talk.said.contains("Which size?"), "{}", talk.said);

    let second = tenant(
        r#"{ key = "shape", accept = "text", ask = "Which shape?" },
        { key = "color", accept = "text", ask = "Which colour?" }, { key = "name" }"#,
    );
    talk.hear(&second, "42");
    assert!(
        talk.said.contains("Which shape?"),
        "a step that is gone is asked for no more: {}",
        talk.said
    );
    talk.hear(&second, "round");
    assert!(
        !talk.said.contains("colour") && talk.said.contains("name"),
        "{}",
        talk.said
    );
}

#[test]
fn a_renamed_step_keeps_its_answer_and_its_place() {
    let renamed = tenant(
        r#"{ key = "shade", was = ["color"], accept = "text", ask = "Which shade?" },
        { key = "number", was = ["size"], accept = "number", ask = "Which number?" }, { key = "name" }"#,
    );
    let mut talk = Talk::new();
    talk.hear(&tenant(FIRST), "hello");
    talk.hear(&tenant(FIRST), "dark red");
    talk.hear(&renamed, "42");
    assert!(
        talk.said.contains("name"),
        "42 answers what was asked under the old name: {}",
        talk.said
    );
    assert!(talk.decided.contains("`color` is now `shade`"), "{}", talk.decided);
    talk.hear(&renamed, "John Smith");
    assert!(
        !talk.said.contains("shade") && !talk.decided.contains("is now"),
        "{} {}",
        talk.said,
        talk.decided
    );
}

#[test]
fn a_name_that_is_in_use_is_no_former_one() {
    let id: TenantId = "cafe".parse().unwrap();
    let steps = r#"{ key = "shade", was = ["name"], accept = "text", ask = "Which?" }, { key = "name" }"#;
    let faults = Tenant::parse(&id, &format!("{PROFILE}\n[playbook]\nsteps = [{steps}]\n")).unwrap_err();
    assert!(faults[0].message.contains("still the key"), "{faults:?}");
}
