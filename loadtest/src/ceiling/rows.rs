//! Turns as the contact collection makes them, without the dialogue: the same rows of about the same size.

use frontdesk_core::records::{ConsentGiven, ContactChange, LeadChange, NewsletterChange, PersonKey, Proved, Record};
use frontdesk_core::{
    Author, ChannelKind, Content, ConversationId, ConversationStatus, DedupeKey, DeliveryStatus, EventId, Message,
    Outcome, Personal, Receipt, TenantId, Timestamp, Turn,
};
use serde_json::{Map, Value, json};

/// About as long as the replies of the demo tenant.
const REPLY: &str = "Thank you! And what is the best phone number to reach you at, in case we get cut off?";

/// One thread's memory: all that is kept between two turns.
#[derive(Debug)]
pub(super) struct Thread {
    tenant: TenantId,
    conversation: ConversationId,
    name: String,
    user: String,
    version: u64,
    last_seq: u64,
    phone: Option<String>,
    email: Option<String>,
}

impl Thread {
    /// A thread without messages.
    pub(super) fn new(tenant: TenantId, user: &str, name: &str) -> Self {
        Self {
            conversation: ConversationId::derive(&tenant, ChannelKind::WebChat, name),
            tenant,
            name: name.to_owned(),
            user: user.to_owned(),
            version: 0,
            last_seq: 0,
            phone: None,
            email: None,
        }
    }

    /// Its name, as the client says it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The rows of its next turn. The places of the two messages are `last_seq - 1` and `last_seq`.
    pub(super) fn next_turn(&mut self, id: &str, text: &str, at: Timestamp) -> Turn {
        self.version += 1;
        self.last_seq += 2;
        match self.version {
            3 => self.phone = Some(text.to_owned()),
            4 => self.email = Some(text.to_owned()),
            _ => {}
        }
        let dedupe = DedupeKey::derive(&self.tenant, ChannelKind::WebChat, &[&self.name, &self.user, id]);
        let event = EventId::new(dedupe, at);
        Turn {
            conversation: self.conversation,
            tenant: self.tenant.clone(),
            channel: ChannelKind::WebChat,
            address: Personal::from(self.name.as_str()),
            owner: Some(Personal::from(self.user.as_str())),
            version: self.version,
            last_seq: self.last_seq,
            status: ConversationStatus::Open,
            snapshot: self.snapshot().to_string(),
            record: self.record(event, id, text).to_string(),
            receipt: self.receipt(dedupe, event, at),
            is_replay: false,
            messages: self.messages(event, id, text, at),
            status_changes: Vec::new(),
            timers: Vec::new(),
            outbox: Vec::new(),
            records: self.records(event),
            at,
        }
    }

    fn receipt(&self, dedupe: DedupeKey, event: EventId, at: Timestamp) -> Receipt {
        Receipt {
            dedupe,
            event,
            tenant: self.tenant.clone(),
            channel: ChannelKind::WebChat,
            conversation: self.conversation,
            kind: "message".to_owned(),
            received_at: at,
            outcome: Outcome::Processed { seq: self.last_seq - 1 },
        }
    }

    fn messages(&self, event: EventId, id: &str, text: &str, at: Timestamp) -> Vec<Message> {
        let said = Message {
            id: event.message(0),
            seq: self.last_seq - 1,
            author: Author::User,
            content: Content::text(text),
            at,
            status: DeliveryStatus::Delivered,
            reason: None,
            external_id: Some(id.to_owned()),
        };
        let reply = Message {
            id: event.message(1),
            seq: self.last_seq,
            author: Author::Bot,
            content: Content::text(REPLY),
            at,
            status: DeliveryStatus::Sent,
            reason: None,
            external_id: None,
        };
        vec![said, reply]
    }

    /// Contact and lead from the phone on; subscription and consent at the end.
    fn records(&self, event: EventId) -> Vec<Record> {
        let Some(phone) = &self.phone else { return Vec::new() };
        let key = PersonKey::phone(phone);
        let personal = |text: &String| Personal::from(text.as_str());
        let (name, phone, email) = (
            Some(Personal::from("Maria")),
            Some(personal(phone)),
            self.email.as_ref().map(personal),
        );
        let mut records = vec![
            Record::Contact(ContactChange {
                id: event.record(0),
                key: key.clone(),
                name: name.clone(),
                phone: phone.clone(),
                phone_extension: None,
                email: email.clone(),
                language: None,
                proved: Proved::default(),
            }),
            Record::Lead(LeadChange {
                id: event.record(1),
                key,
                source: "CHAT".to_owned(),
                name: name.clone(),
                phone: phone.clone(),
                email: email.clone(),
                context: context(),
                proved: Proved::default(),
            }),
        ];
        if let Some(email) = email.filter(|_| self.version == 5) {
            records.push(Record::Newsletter(NewsletterChange {
                id: event.record(2),
                email: email.clone(),
                name,
                phone,
                source: "CHAT".to_owned(),
                email_consent: Some(true),
                sms_consent: Some(false),
                is_confirmed: false,
            }));
            records.push(Record::Consent(ConsentGiven {
                id: event.record(3),
                subject: email,
                purpose: "newsletter".to_owned(),
                is_granted: true,
                words_shown: "Would you like our newsletter? (1)".to_owned(),
                words_said: Personal::from("yes"),
            }));
        }
        records
    }

    fn snapshot(&self) -> Value {
        json!({
            "schema": 1, "language": "en", "intent": "reservation", "request": "Hi, I want to book for 10 people",
            "awaited": {"step": "phone", "attempts": 0, "asked_at": self.version},
            "answers": {"name": "Maria Smith", "phone": self.phone, "email": self.email, "party_size": 10},
            "refused": [], "postponed": [], "person": self.phone, "page": null, "is_subscribed": false,
        })
    }

    fn record(&self, event: EventId, id: &str, text: &str) -> Value {
        json!({
            "event": {"id": event, "kind": "message", "external_id": id, "text": text, "sender": self.user,
                "channel": "web_chat", "address": self.name},
            "decisions": [{"rule": "playbook", "outcome": "accepted"}, {"rule": "ask", "outcome": "next"}],
            "effects": [{"effect": "say", "text": REPLY}],
        })
    }
}

fn context() -> Map<String, Value> {
    let Value::Object(context) = json!({"channel": "web_chat", "intent": "reservation", "party_size": 10}) else {
        unreachable!("an object is written above")
    };
    context
}
