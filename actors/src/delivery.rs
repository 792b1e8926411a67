//! What the way of a message tells of the person: an opt-out at the carrier, an address where nobody
//! is.

use frontdesk_core::{DeliveryStatus, Effect, Fault, StatusChange, Transport};

use crate::turn::Turn;
use crate::{control, handoff};

/// Messages in a row to an address where nobody is; from then on nothing leaves until the person
/// writes.
pub(crate) const UNDELIVERED_MAX: u8 = 3;

/// Heeds news of a delivery. What failed for no fault of the address is left to a colleague.
pub(crate) fn heed(turn: &mut Turn<'_>, change: &StatusChange, fault: Option<Fault>) {
    let status = change.status;
    turn.effect(Effect::Status(change.clone()));
    if matches!(status, DeliveryStatus::Delivered | DeliveryStatus::Read) {
        turn.state.undelivered = 0;
    }
    if let Some(fault) = fault {
        turn.decide(format!("delivery.{}", fault.code()), "heeded");
    }
    match fault {
        Some(Fault::OptedOut) => control::opted_out_elsewhere(turn),
        Some(Fault::WrongAddress) => turn.state.undelivered = turn.state.undelivered.saturating_add(1),
        Some(Fault::OutsideWindow | Fault::Account) | None if status == DeliveryStatus::Failed => {
            handoff::undelivered(turn);
            turn.effect(Effect::Status(StatusChange {
                status: DeliveryStatus::Escalated,
                ..change.clone()
            }));
        }
        Some(Fault::OutsideWindow | Fault::Account) | None => {}
    }
}

/// The person has written: what was said before is answered, and where they told something new,
/// answered well.
pub(crate) fn answered(turn: &mut Turn<'_>) {
    if turn.event.channel.profile().transport == Transport::Outbox {
        let status = if turn.has_news {
            DeliveryStatus::Validated
        } else {
            DeliveryStatus::Replied
        };
        move_earlier(turn, status);
    }
}

/// A colleague has dealt with what went wrong.
pub(crate) fn seen_to(turn: &mut Turn<'_>) {
    if turn.event.channel.profile().transport == Transport::Outbox && turn.state.ticket.is_some() {
        move_earlier(turn, DeliveryStatus::Resolved);
    }
}

fn move_earlier(turn: &mut Turn<'_>, status: DeliveryStatus) {
    turn.effect(Effect::Status(StatusChange {
        from_seq: 0,
        up_to_seq: StatusChange::EARLIER,
        status,
        reason: None,
    }));
}
