//! The vocabulary of Frontdesk and its ports: plain data, no IO, no clock.
//!
//! One turn, as every other crate sees it:
//!
//! ```text
//!   InboundEvent ──► Behaviour::step(tenant, state, event, now) ──► Step { state, effects, decisions }
//!                                                                      │
//!                       Turn { snapshot, receipt, messages, timers, outbox, records } ◄──┘
//!                                                                      │ Store::commit(&[Turn])
//!                                                                      ▼
//!                                        acknowledge the sender · push to sockets · outbox lanes
//! ```
//!
//! Nothing the world can see happens before `commit` returned. What comes back (a delivery
//! receipt, a model's answer, a due timer, an operator's word) is one more [`InboundEvent`].
//!
//! What is deliberately absent: dialogue (`frontdesk-actors`), scheduling and supervision
//! (`frontdesk-runtime`), SQL (`frontdesk-storage`), providers (`gateway`).
//!
//! Start reading at [`InboundEvent`], then [`Effect`], then [`Turn`].

mod behaviour;
mod channel;
mod effect;
mod event;
mod id;
mod language;
mod mask;
mod message;
pub mod ports;
pub mod records;
mod time;
mod turn;

pub use behaviour::{Behaviour, Decision, Step};
pub use channel::{ChannelKind, ChannelProfile, Transport, UnknownChannel};
pub use effect::{Effect, Emission, Inquiry, Say, Stream, TimerName};
pub use event::{Answered, CarrierWord, Fact, InboundEvent, KnownFacts, LATE_AFTER, OperatorAct, Payload, UserMessage};
pub use id::{
    ApiKeyId, ConversationId, DeadLetterId, DedupeKey, Epoch, EventId, FileId, InvalidTenantId, MessageId, OutboxId,
    RecordId, SessionId, ShardId, TenantId, UserId,
};
pub use language::Language;
pub use mask::Personal;
pub use message::{
    Approved, Attachment, Author, Card, Content, DeliveryStatus, Fault, Message, Passage, QuickReply, StatusChange,
};
pub use time::Timestamp;
pub use turn::{ConversationStatus, Outcome, Receipt, TimerChange, Turn};
