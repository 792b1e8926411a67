//! What a colleague does in a conversation, as an event: below both the API and the console.

use frontdesk_core::ports::reader::ConversationRow;
use frontdesk_core::{DedupeKey, InboundEvent, OperatorAct, Payload, Timestamp};

/// Characters of a colleague's message.
pub const TEXT_CHARACTERS_MAX: usize = 4_000;

/// The event of an act. The same `key` twice in a conversation is one act.
#[must_use]
pub fn event(row: ConversationRow, key: &str, now: Timestamp, act: OperatorAct) -> InboundEvent {
    let parts = ["operator", row.address.as_str(), key];
    let dedupe = DedupeKey::derive(&row.tenant, row.channel, &parts);
    InboundEvent::new(
        row.tenant,
        row.channel,
        row.address,
        dedupe,
        now,
        Payload::Operator(act),
    )
}
