//! What a colleague does in a conversation, as an event: below both the API and the console.

use frontdesk_actors::{OfferedText, State, Tenant};
use frontdesk_core::ports::reader::{ConversationDetail, ConversationRow};
use frontdesk_core::{DedupeKey, InboundEvent, OperatorAct, Payload, Timestamp};

/// Characters of a colleague's message.
pub const TEXT_CHARACTERS_MAX: usize = 4_000;

/// The approved texts that may be sent in a conversation, as the person would read them: those of its
/// tenant that its provider has, none on a channel that knows no such texts.
#[must_use]
pub fn offered(tenant: Option<&Tenant>, detail: &ConversationDetail, now: Timestamp) -> Vec<OfferedText> {
    let Some(tenant) = tenant.filter(|_| detail.row.channel.profile().takes_templates) else {
        return Vec::new();
    };
    let state: State = serde_json::from_str(detail.state.get()).unwrap_or_default();
    tenant.offered_texts(&state, now)
}

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
