//! Turns to store: small, plain, each part changed where a test needs it.

use std::sync::Arc;

use frontdesk_core::ports::outbox::{Cargo, Claim, Entry};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::reader::{Page, Scope};
use frontdesk_core::{
    Author, ChannelKind, Content, ConversationId, ConversationStatus, DedupeKey, DeliveryStatus, Epoch, InboundEvent,
    Message, Outcome, Payload, Receipt, TenantId, Timestamp, Turn, UserMessage,
};

pub const FIRST: Page = Page {
    after: None,
    limit: 100,
};

pub fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

pub fn of(name: &str) -> Scope {
    Scope::Tenant(tenant(name))
}

pub const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// What `address` wrote to the tenant `acme` as its `number`-th message, received at `number` s.
pub fn event(address: &str, number: i64) -> InboundEvent {
    event_for("acme", address, number)
}

pub fn event_for(tenant_name: &str, address: &str, number: i64) -> InboundEvent {
    let tenant = tenant(tenant_name);
    let id = format!("m{number}");
    let dedupe = DedupeKey::derive(&tenant, ChannelKind::Sms, &[address, &id]);
    let payload = Payload::Message(UserMessage {
        text: format!("words of {address}").into(),
        external_id: Some(id),
        ..UserMessage::default()
    });
    InboundEvent::new(tenant, ChannelKind::Sms, address, dedupe, at(number * 1_000), payload)
}

/// The `version`-th turn of a conversation: a message of the user and an answer.
pub fn turn(address: &str, version: u64) -> Turn {
    let number = i64::try_from(version).unwrap();
    turn_of(&event(address, number), version)
}

/// The turn that `event` leads to.
pub fn turn_of(event: &InboundEvent, version: u64) -> Turn {
    let seq = version * 2 - 1;
    let message = |ordinal: usize, author, status| Message {
        id: event.id.message(ordinal),
        seq: seq + ordinal as u64,
        author,
        content: Content::text(format!("message {}", seq + ordinal as u64)),
        at: event.received_at,
        status,
        reason: None,
        external_id: None,
    };
    Turn {
        conversation: event.conversation,
        tenant: event.tenant.clone(),
        channel: event.channel,
        address: event.address.clone(),
        owner: None,
        version,
        last_seq: seq + 1,
        status: ConversationStatus::Open,
        snapshot: format!("{{\"version\":{version}}}"),
        record: format!("{{\"event\":\"{version}\"}}"),
        receipt: receipt(event, Outcome::Processed { seq }),
        is_replay: false,
        messages: vec![
            message(0, Author::User, DeliveryStatus::Delivered),
            message(1, Author::Bot, DeliveryStatus::Pending),
        ],
        status_changes: Vec::new(),
        timers: Vec::new(),
        outbox: Vec::new(),
        records: Vec::new(),
        at: event.received_at,
    }
}

pub fn receipt(event: &InboundEvent, outcome: Outcome) -> Receipt {
    Receipt {
        dedupe: event.dedupe,
        event: event.id,
        tenant: event.tenant.clone(),
        channel: event.channel,
        conversation: event.conversation,
        kind: event.payload.kind().to_owned(),
        received_at: event.received_at,
        outcome,
    }
}

/// The `ordinal`-th entry of a turn, carrying its answer.
pub fn entry(turn: &Turn, ordinal: usize, lane: &str) -> Entry {
    Entry {
        id: turn.receipt.event.outbox(ordinal),
        conversation: turn.conversation,
        tenant: turn.tenant.clone(),
        channel: turn.channel,
        address: turn.address.clone(),
        lane: lane.to_owned(),
        ordinal: turn.version * 100 + ordinal as u64,
        cargo: Cargo::Message {
            seq: turn.last_seq,
            content: Content::text("an answer"),
        },
        not_before: turn.at,
        attempts: 0,
        epoch: Epoch::default(),
        unsure_since: None,
    }
}

pub fn everything(epoch: i64) -> Arc<Ownership> {
    Arc::new(Ownership::everything(Epoch(epoch)))
}

pub fn claim(epoch: i64, now: i64, limit: u32) -> Claim {
    Claim {
        owned: everything(epoch),
        now: at(now),
        limit,
    }
}

pub fn conversation(address: &str) -> ConversationId {
    ConversationId::derive(&tenant("acme"), ChannelKind::Sms, address)
}
