//! RingCentral's error codes and delivery codes, and what they mean for a message.

use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{DeliveryStatus, Fault};

use super::NAME;
use super::wire::Refusal;
use crate::channels::call::{Answer, alarm};

/// What an answer other than success means. Being asked to slow down is seen to elsewhere.
pub(super) fn judge(answer: &Answer) -> SendError {
    let status = answer.status.as_u16();
    if status >= 500 {
        return answer.later(format!("RingCentral is in trouble ({status})"));
    }
    let refusal: Refusal = answer.json().unwrap_or_default();
    let code = refusal.error_code;
    let (fault, words) = match (status, code.as_str()) {
        (_, "MSG-243") => (Some(Fault::OptedOut), "the person blocks our number"),
        (_, "MSG-245" | "MSG-310") => (Some(Fault::WrongAddress), "this is not a phone number it can send to"),
        (_, "MSG-240") => (None, "our account may not send to this country"),
        (_, "MSG-246") => (
            Some(Fault::WrongAddress),
            "this is an extension, which takes no text messages",
        ),
        (_, "SUB-521" | "SUB-525") => (
            None,
            "our webhook did not answer RingCentral's handshake in time; it must be reached at PUBLIC_URL",
        ),
        (401 | 403, _) => (Some(Fault::Account), "RingCentral does not let our account send"),
        _ => (None, "RingCentral refused it"),
    };
    if fault == Some(Fault::Account) {
        alarm(
            NAME,
            "RingCentral refuses our account; look at its permissions and its number",
        );
    }
    let named = if code.is_empty() { status.to_string() } else { code };
    SendError::Permanent {
        reason: format!("{words} (RingCentral {named})"),
        fault,
    }
}

/// How far a message has come by its record; `None` for a status that says nothing of it.
pub(super) fn delivery(status: &str, error: Option<&str>) -> Option<(DeliveryStatus, Option<String>, Option<Fault>)> {
    let reached = match status {
        "Queued" | "Sent" => DeliveryStatus::Sent,
        "Delivered" => DeliveryStatus::Delivered,
        "DeliveryFailed" | "SendingFailed" => {
            let error = error.unwrap_or_default();
            let (fault, words) = failure(error);
            let reason = format!("{words} (RingCentral {error})");
            return Some((DeliveryStatus::Failed, Some(reason), fault));
        }
        _ => return None,
    };
    Some((reached, None, None))
}

/// `SMS-RC-413`: the part in the middle says who refused, the last one why.
fn failure(error: &str) -> (Option<Fault>, &'static str) {
    match error.rsplit('-').next().unwrap_or_default() {
        "413" => (Some(Fault::OptedOut), "the person has opted out at the carrier"),
        "410" | "411" => (Some(Fault::WrongAddress), "nobody can be reached at this number"),
        "430" => (None, "the carrier took it for spam"),
        "403" | "450" | "451" | "452" => (Some(Fault::Account), "our number has reached its limits"),
        "412" => (None, "the phone is out of reach"),
        _ => (None, "the carrier does not say why"),
    }
}
