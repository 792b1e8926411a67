//! What the way of a message tells of the person: an opt-out at the carrier, an address where nobody
//! is.

use frontdesk_core::{DeliveryStatus, Fault};

use crate::control;
use crate::turn::Turn;

/// Messages in a row to an address where nobody is; from then on nothing leaves until the person
/// writes.
pub(crate) const UNDELIVERED_MAX: u8 = 3;

/// Heeds news of a delivery.
pub(crate) fn heed(turn: &mut Turn<'_>, status: DeliveryStatus, fault: Option<Fault>) {
    if matches!(status, DeliveryStatus::Delivered | DeliveryStatus::Read) {
        turn.state.undelivered = 0;
    }
    let Some(fault) = fault else { return };
    turn.decide(format!("delivery.{}", fault.code()), "heeded");
    match fault {
        Fault::OptedOut => control::opted_out_elsewhere(turn),
        Fault::WrongAddress => turn.state.undelivered = turn.state.undelivered.saturating_add(1),
        // Says nothing of the person: the message shows its reason, and the account raises the alarm.
        Fault::OutsideWindow | Fault::Account => {}
    }
}
