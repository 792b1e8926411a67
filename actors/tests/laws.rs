//! What holds for every conversation, whatever happens in whatever order.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use frontdesk_actors::{Dialogue, PEER_LANE, State, Tenant, demo};
use frontdesk_core::{
    Attachment, Author, Behaviour, ChannelKind, ConversationStatus, DedupeKey, DeliveryStatus, Effect, Fact,
    InboundEvent, KnownFacts, Language, OperatorAct, Payload, Personal, Step, TenantId, Timestamp, UserMessage,
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// A step is asked again at most this often.
const REPROMPTS_MAX: u64 = 3;
/// Reminders in one conversation.
const NUDGES_MAX: u64 = 2;
/// What a state may take up, in bytes: it is written with every turn.
const SNAPSHOT_BYTES_MAX: usize = 4_096;

static TENANTS: LazyLock<Vec<(TenantId, Tenant)>> = LazyLock::new(|| {
    demo::MANIFESTS
        .iter()
        .map(|(id, manifest)| {
            let id: TenantId = id.parse().unwrap();
            let tenant = Tenant::parse(&id, manifest).unwrap();
            (id, tenant)
        })
        .collect()
});

/// What people write: answers, code words, questions, and things no program expects.
const UTTERANCES: &[&str] = &[
    "Hi, I want to book for 10 people",
    "hola, quiero una mesa para 4 mañana a las 8",
    "Здравствуйте, хочу записаться на курс",
    "вітаю",
    "Sure, it's John Smith",
    "me llamo Ana",
    "Олена Коваль",
    "+1 (555) 123-4567 ext 9",
    "my number is five five five two three four five six seven eight",
    "12",
    "john at example dot com",
    "ana@example.com",
    "a@b",
    "YES",
    "no thanks",
    "да",
    "ні",
    "maybe later",
    "I'd rather not say",
    "why do you need that?",
    "how much is it?",
    "do you have parking and vegan food?",
    "STOP",
    "stop",
    "стоп",
    "START",
    "pause 2 hours",
    "пауза",
    "HELP",
    "operator",
    "I want to talk to a human",
    "I can't stop thinking about your menu",
    "для своего бизнеса",
    "от 10 до 50 тысяч",
    "terraza",
    "evening",
    "$150-200",
    "90210",
    "thanks!",
    "bye",
    "",
    " ",
    "?",
    "....",
    "👍",
    "👨‍👩‍👧‍👦🎉🎉🎉",
    "{{ name }} {% if x %}",
    "<script>alert(1)</script>",
    "\u{202e}evil\u{202c} \u{200b}zero\u{200b}width",
    "ñ́̂̃ Z̷a̴l̵g̶o̸",
    "1e309 -0 NaN null",
    "'; DROP TABLE leads; --",
    "a\nb\tc",
    "2026-02-30T25:61",
];

/// What happens outside of the conversation.
const FACTS: &[&str] = &[
    "form_submitted",
    "follow_up",
    "follow_up",
    "person_known",
    "opted_out",
    "call_ended",
    "newsletter_confirmed",
    "newsletter_ended",
];

/// One thing that happens.
#[derive(Clone, Debug)]
enum Happening {
    Say(usize),
    SayLong(usize),
    SendFile,
    Claim(usize, usize),
    Know(usize),
    /// News from outside that is well-formed.
    Hear(usize),
    TakeOver,
    Write,
    GiveBack,
    /// Time passes and everything due fires.
    Wait(u64),
    /// A timer fires that is set, before its time.
    FireEarly,
    /// A timer fires that nobody set, or that was set anew.
    FireStale(usize),
    Receipt(usize),
    /// The last event arrives again.
    Again,
    /// An answer nobody waits for.
    Answer,
}

fn happening() -> impl Strategy<Value = Happening> {
    let utterance = 0..UTTERANCES.len();
    prop_oneof![
        12 => utterance.clone().prop_map(Happening::Say),
        1 => utterance.clone().prop_map(Happening::SayLong),
        1 => Just(Happening::SendFile),
        1 => (utterance.clone(), utterance.clone()).prop_map(|(name, phone)| Happening::Claim(name, phone)),
        1 => utterance.prop_map(Happening::Know),
        2 => (0..FACTS.len()).prop_map(Happening::Hear),
        1 => Just(Happening::TakeOver),
        1 => Just(Happening::Write),
        1 => Just(Happening::GiveBack),
        2 => (1_u64..200).prop_map(Happening::Wait),
        1 => Just(Happening::FireEarly),
        1 => (0_usize..4).prop_map(Happening::FireStale),
        1 => (0..DeliveryStatus::ALL.len()).prop_map(Happening::Receipt),
        1 => Just(Happening::Again),
        1 => Just(Happening::Answer),
    ]
}

/// A conversation with its store.
struct Conversation {
    tenant: usize,
    channel: ChannelKind,
    now: Timestamp,
    snapshot: String,
    status: ConversationStatus,
    timers: BTreeMap<String, Timestamp>,
    received: Vec<DedupeKey>,
    last: Option<InboundEvent>,
}

impl Conversation {
    fn new(tenant: usize, channel: ChannelKind) -> Self {
        Self {
            tenant,
            channel,
            now: Timestamp::from_millis(1_795_000_000_000),
            snapshot: "{}".to_owned(),
            status: ConversationStatus::Open,
            timers: BTreeMap::new(),
            received: Vec::new(),
            last: None,
        }
    }

    fn happen(&mut self, happening: &Happening) -> Result<(), TestCaseError> {
        let message = |text: String| UserMessage {
            text: text.into(),
            ..UserMessage::default()
        };
        let payload = match happening {
            Happening::Say(index) => Payload::Message(message(UTTERANCES[*index].to_owned())),
            Happening::SayLong(index) => Payload::Message(message(UTTERANCES[*index].repeat(80))),
            Happening::SendFile => Payload::Message(UserMessage {
                attachments: vec![Attachment {
                    media_type: "image/png".to_owned(),
                    url: "https://example.com/a.png".to_owned(),
                    ..Attachment::default()
                }],
                locale: Some(Language::Es),
                ..UserMessage::default()
            }),
            Happening::Claim(name, phone) => Payload::Message(UserMessage {
                known: KnownFacts {
                    name: Some(UTTERANCES[*name].into()),
                    phone: Some(UTTERANCES[*phone].into()),
                    email: Some(UTTERANCES[*name].into()),
                    newsletter_consent: Some(phone % 2 == 0),
                    newsletter_version: (phone % 3 == 0).then(|| UTTERANCES[*name].to_owned()),
                    attributes: [(UTTERANCES[*name].to_owned(), UTTERANCES[*phone].into())].into(),
                },
                ..message("hello".to_owned())
            }),
            Happening::Know(index) => Payload::Fact(Fact {
                name: "form_submitted".to_owned(),
                data: json!({ "name": UTTERANCES[*index], "email": "ana@example.com", "phone": 7, "x": [] }),
            }),
            Happening::Hear(index) => Payload::Fact(Fact {
                name: FACTS[*index].to_owned(),
                data: json!({
                    "form": "quote", "name": "John Smith", "phone": "+15552345678", "email": "john@example.com",
                    "preferred": "text", "guests": 12, "email_consent": index % 2 == 0, "sms_consent": true,
                    "call_type": "inbound", "duration_seconds": 60,
                }),
            }),
            Happening::TakeOver => Payload::Operator(OperatorAct::TakeOver { by: "tom".to_owned() }),
            Happening::Write => Payload::Operator(OperatorAct::Say {
                by: "tom".to_owned(),
                text: "Hello, Tom here.".into(),
                attachments: Vec::new(),
            }),
            Happening::GiveBack => Payload::Operator(OperatorAct::GiveBack { by: "tom".to_owned() }),
            Happening::Wait(minutes) => return self.wait(*minutes),
            Happening::FireEarly => match self.timers.iter().next() {
                Some((name, due)) => Payload::Timer {
                    name: name.as_str().into(),
                    due: *due,
                },
                None => return Ok(()),
            },
            Happening::FireStale(index) => Payload::Timer {
                name: ["nudge", "resume", "abandon", "other"][*index].into(),
                due: self.now,
            },
            Happening::Receipt(index) => Payload::Status {
                from_seq: 1,
                up_to_seq: 9,
                status: DeliveryStatus::ALL[*index],
                reason: None,
                fault: None,
            },
            Happening::Again => {
                let Some(event) = self.last.clone() else {
                    return Ok(());
                };
                return self.receive(&event);
            }
            Happening::Answer => Payload::Answer(frontdesk_core::Answered {
                inquiry: "anything".to_owned(),
                result: Err("timeout".to_owned()),
            }),
        };
        let event = self.event(payload);
        self.last = Some(event.clone());
        self.receive(&event)
    }

    fn event(&mut self, payload: Payload) -> InboundEvent {
        self.now = self.now.plus(Duration::from_millis(1));
        let (id, _) = &TENANTS[self.tenant];
        let dedupe = DedupeKey::derive(id, self.channel, &[&self.now.as_millis().to_string()]);
        let address = if self.channel.profile().tells_phone {
            "+15552345678"
        } else {
            "thread"
        };
        InboundEvent::new(id.clone(), self.channel, address, dedupe, self.now, payload)
    }

    fn wait(&mut self, minutes: u64) -> Result<(), TestCaseError> {
        let end = self.now.plus(Duration::from_secs(minutes * 60));
        let mut fired = 0;
        while let Some((due, name)) = self.timers.iter().map(|(name, due)| (*due, name.clone())).min()
            && due <= end
        {
            fired += 1;
            prop_assert!(fired < 50, "timers set each other without end");
            self.now = due.max(self.now);
            self.timers.remove(&name);
            let event = self.event(Payload::Timer {
                name: name.as_str().into(),
                due,
            });
            self.receive(&event)?;
        }
        self.now = end.max(self.now);
        Ok(())
    }

    /// Takes one event as the runtime does: twice is once, and the state goes through JSON.
    fn receive(&mut self, event: &InboundEvent) -> Result<(), TestCaseError> {
        if self.received.contains(&event.dedupe) {
            return Ok(());
        }
        self.received.push(event.dedupe);
        let (_, tenant) = &TENANTS[self.tenant];
        let before: State = serde_json::from_str(&self.snapshot).unwrap();
        let step = Dialogue.step(tenant, &before, event, self.now);
        let again = Dialogue.step(tenant, &before, event, self.now);
        prop_assert_eq!(&step.effects, &again.effects, "the same input gave two outputs");
        prop_assert_eq!(&step.state, &again.state);
        let snapshot = serde_json::to_string(&step.state).unwrap();
        let restored: State = serde_json::from_str(&snapshot).unwrap();
        prop_assert_eq!(&restored, &step.state, "a snapshot is another state");
        prop_assert!(
            snapshot.len() <= SNAPSHOT_BYTES_MAX,
            "{} bytes: {snapshot}",
            snapshot.len()
        );
        self.check(&before, &step)?;
        for effect in &step.effects {
            match effect {
                Effect::SetTimer { name, due } => {
                    prop_assert!(*due > self.now, "{name} is due at once");
                    self.timers.insert(name.0.clone(), *due);
                }
                Effect::CancelTimer { name } => {
                    self.timers.remove(&name.0);
                }
                _ => {}
            }
        }
        self.snapshot = snapshot;
        self.status = step.status;
        self.check_rest()
    }

    /// Laws of one turn.
    fn check(&self, before: &State, step: &Step<State>) -> Result<(), TestCaseError> {
        let (was, is) = (json_of(before), json_of(&step.state));
        let leaving: Vec<Author> = step
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Say(say) if say.status == DeliveryStatus::Pending => Some(say.author),
                _ => None,
            })
            .collect();
        let (was_out, is_out) = (was["is_opted_out"] == true, is["is_opted_out"] == true);
        if is_out {
            let confirmations = usize::from(!was_out);
            prop_assert!(leaving.len() <= confirmations, "{} left after opt-out", leaving.len());
        }
        let bot = leaving.iter().filter(|author| **author == Author::Bot).count();
        let had_person = self.status == ConversationStatus::WithPerson;
        if had_person && step.status == ConversationStatus::WithPerson && (was_out == is_out) {
            prop_assert_eq!(bot, 0, "the bot spoke while a person had the conversation");
        }
        prop_assert!(bot <= 1, "{bot} replies to one event");
        prop_assert!(is["awaited"]["n"].as_u64().unwrap_or(0) <= REPROMPTS_MAX);
        prop_assert!(is["nudges"].as_u64().unwrap_or(0) <= NUDGES_MAX);
        prop_assert!(
            !step
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::Emit(emission) if emission.lane != PEER_LANE)),
            "a tenant without a webhook tells nobody outside"
        );
        for decision in &step.decisions {
            for personal in ["example.com", "555", "Smith", "Коваль"] {
                prop_assert!(!decision.outcome.contains(personal), "{decision:?} tells who");
            }
        }
        Ok(())
    }

    /// Laws of what is stored.
    fn check_rest(&self) -> Result<(), TestCaseError> {
        let state: Json = serde_json::from_str(&self.snapshot).unwrap();
        let known: BTreeMap<String, Timestamp> =
            serde_json::from_value(state.get("timers").cloned().unwrap_or_else(|| json!({}))).unwrap();
        if known != self.timers {
            // Only a timer that fired before its time may be in the store and not be heeded.
            prop_assert!(known.iter().all(|(name, due)| self.timers.get(name) == Some(due)));
        }
        let is_over = self.status == ConversationStatus::Done || state["is_opted_out"] == true;
        if is_over {
            prop_assert!(known.is_empty(), "timers of a conversation that is over: {known:?}");
        }
        if let Some(asked) = state["awaited"]["s"].as_str() {
            prop_assert!(state["answers"].get(asked).is_none(), "`{asked}` is awaited and known");
        }
        Ok(())
    }
}

fn json_of(state: &State) -> Json {
    serde_json::to_value(state).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_conversation_keeps_the_laws(
        tenant in 0..demo::MANIFESTS.len(),
        channel in 0..ChannelKind::ALL.len(),
        happenings in prop::collection::vec(happening(), 1..60),
    ) {
        let mut conversation = Conversation::new(tenant, ChannelKind::ALL[channel]);
        for happening in &happenings {
            conversation.happen(happening)?;
        }
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,200}", channel in 0..ChannelKind::ALL.len()) {
        let mut conversation = Conversation::new(0, ChannelKind::ALL[channel]);
        for said in ["hello", &text, &text] {
            let event = conversation.event(Payload::Message(UserMessage {
                text: Personal::from(said),
                ..UserMessage::default()
            }));
            conversation.receive(&event)?;
        }
    }

    #[test]
    fn no_manifest_is_too_strange(text in "(\\[|\\]|=|\"|\n|version|profile|playbook|steps|name|\\{|\\}|1|\\.|en| ){0,60}") {
        let id: TenantId = "any".parse().unwrap();
        let faults = Tenant::parse(&id, &text).unwrap_err();
        prop_assert!(!faults.is_empty());
        for fault in faults {
            prop_assert!(fault.line >= 1 && fault.column >= 1 && !fault.message.is_empty());
        }
    }
}
