//! The answer to an inquiry returns to its conversation as an event.

use std::sync::Arc;

use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sent, Settled};
use frontdesk_core::{Answered, Behaviour, DedupeKey, InboundEvent, Payload, Timestamp};
use serde_json::Value;

use crate::config::millis;
use crate::error::Refused;
use crate::runtime::Services;

/// Tells the conversation how its inquiry ended, if this is one and it ended. An answer that was
/// not taken is not over: then the verdict is another try.
pub(super) async fn tell<B: Behaviour>(
    services: &Arc<Services<B>>,
    entry: &Entry,
    result: &Result<Sent, SendError>,
    verdict: Settled,
    now: Timestamp,
) -> Settled {
    let Cargo::Inquiry(inquiry) = &entry.cargo else {
        return verdict;
    };
    let answer = match (&verdict, result) {
        (Settled::Sent { .. }, Ok(sent)) => Ok(sent.answer.clone().unwrap_or(Value::Null)),
        (Settled::Dead { reason } | Settled::Unknown { reason }, _) => Err(reason.clone()),
        _ => return verdict,
    };
    let payload = Payload::Answer(Answered {
        inquiry: inquiry.name.clone(),
        result: answer,
    });
    match services.deliver(event(entry, payload, now), false).await {
        Ok(_) | Err(Refused::Parked | Refused::UnknownTenant) => verdict,
        Err(refused) => Settled::RetryAt {
            at: now.plus(millis(services.config.outbox.backoff_base_ms)),
            reason: format!("the answer was not taken: {refused}"),
        },
    }
}

/// One entry is answered once, however often it is asked.
fn event(entry: &Entry, payload: Payload, now: Timestamp) -> InboundEvent {
    let dedupe = DedupeKey::derive(&entry.tenant, entry.channel, &["answer", &entry.id.to_string()]);
    let (tenant, address) = (entry.tenant.clone(), entry.address.clone());
    InboundEvent::new(tenant, entry.channel, address, dedupe, now, payload)
}
