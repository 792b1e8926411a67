//! How a send ended returns to its conversation as an event, where the conversation should know:
//! the answer to an inquiry, and a message that was refused for good or of which nobody can tell.

use std::sync::Arc;

use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sent, Settled};
use frontdesk_core::{Answered, Behaviour, DedupeKey, DeliveryStatus, InboundEvent, Payload, Timestamp};
use serde_json::Value;

use crate::config::millis;
use crate::error::Refused;
use crate::runtime::Services;

/// Tells the conversation how its inquiry ended, or that its message was refused for good or lost. What was
/// not taken is not over: then the verdict is another try.
pub(super) async fn tell<B: Behaviour>(
    services: &Arc<Services<B>>,
    entry: &Entry,
    result: &Result<Sent, SendError>,
    verdict: Settled,
    now: Timestamp,
) -> Settled {
    let Some(payload) = news(entry, result, &verdict) else {
        return verdict;
    };
    match services.deliver(event(entry, payload, now), false).await {
        Ok(_) | Err(Refused::Parked | Refused::UnknownTenant) => verdict,
        Err(refused) => Settled::RetryAt {
            at: now.plus(millis(services.config.outbox.backoff_base_ms)),
            reason: format!("the answer was not taken: {refused}"),
        },
    }
}

fn news(entry: &Entry, result: &Result<Sent, SendError>, verdict: &Settled) -> Option<Payload> {
    match &entry.cargo {
        Cargo::Emission(_) => None,
        Cargo::Message { seq, .. } => match (verdict, result) {
            (Settled::Dead { reason }, Err(SendError::Permanent { fault, .. })) => Some(Payload::Status {
                from_seq: *seq,
                up_to_seq: *seq,
                status: DeliveryStatus::Failed,
                reason: Some(reason.clone()),
                fault: *fault,
            }),
            (Settled::Unknown { reason }, _) => Some(Payload::Status {
                from_seq: *seq,
                up_to_seq: *seq,
                status: DeliveryStatus::Unknown,
                reason: Some(reason.clone()),
                fault: None,
            }),
            _ => None,
        },
        Cargo::Inquiry(inquiry) => {
            let answer = match (verdict, result) {
                (Settled::Sent { .. }, Ok(sent)) => Ok(sent.answer.clone().unwrap_or(Value::Null)),
                (Settled::Dead { reason } | Settled::Unknown { reason }, _) => Err(reason.clone()),
                _ => return None,
            };
            Some(Payload::Answer(Answered {
                inquiry: inquiry.name.clone(),
                result: answer,
            }))
        }
    }
}

/// One entry is answered once, however often it is asked.
fn event(entry: &Entry, payload: Payload, now: Timestamp) -> InboundEvent {
    let dedupe = DedupeKey::derive(&entry.tenant, entry.channel, &["answer", &entry.id.to_string()]);
    let (tenant, address) = (entry.tenant.clone(), entry.address.clone());
    InboundEvent::new(tenant, entry.channel, address, dedupe, now, payload)
}
