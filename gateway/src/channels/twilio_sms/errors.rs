//! Twilio's error codes, told at once or hours later, and what they mean for a message.

use frontdesk_core::Fault;
use frontdesk_core::ports::outbox::SendError;

use super::NAME;
use super::wire::Refusal;
use crate::channels::call::{Answer, alarm};

/// What whoever runs this is told.
pub(super) const ACCOUNT_TROUBLE: &str =
    "Twilio refuses our account; look at its credentials, balance and registration";

/// The queue of this sender is full.
const QUEUE_FULL: u32 = 21611;
/// Too many requests at once.
const TOO_MANY: u32 = 20429;

/// What a code says of the address or the account. Only what stops everybody's messages is our account's fault:
/// then they wait. What concerns one number, for now or for a whole region, fails, and is a colleague's.
pub(super) const fn fault(code: u32) -> Option<Fault> {
    match code {
        21610 => Some(Fault::OptedOut),
        21211 | 21217 | 21614 | 30005 | 30006 => Some(Fault::WrongAddress),
        63016 => Some(Fault::OutsideWindow),
        20003 | 20404 | 21212 | 21606 | 30002 | 30032 | 30034 => Some(Fault::Account),
        _ => None,
    }
}

/// Whether a code concerns whom we write to, and not us.
const fn is_about_them(code: u32) -> bool {
    matches!(code, 21211 | 21217 | 21408 | 21610 | 21612 | 21614)
}

/// A code in plain words.
pub(super) fn describe(code: u32) -> String {
    let words = match code {
        20003 => "Twilio does not accept our credentials",
        21211 | 21217 => "this is not a phone number",
        21408 => "our account may not send to this region",
        21212 | 21606 => "the number it leaves from is not ours or cannot send",
        21610 => "the person has opted out at the carrier",
        21612 => "there is no way from our number to this one",
        21614 => "this is not a mobile number",
        21617 => "the text is too long",
        30001 => "too much waits at Twilio",
        30002 => "our account is suspended",
        30003 => "the phone is out of reach",
        30004 => "the carrier or the person blocks the message",
        30005 => "nobody has this number",
        30006 => "this is a landline, or its carrier is out of reach",
        30007 => "the carrier took it for spam",
        30008 => "the carrier does not say why",
        30032 | 30034 => "our number is not registered for business messages",
        63016 => "WhatsApp's 24 hours are over: only a template may be sent",
        _ => "Twilio refused it",
    };
    format!("{words} (Twilio {code})")
}

/// What an answer other than success means.
pub(super) fn judge(answer: &Answer) -> SendError {
    let status = answer.status.as_u16();
    let code = answer.json::<Refusal>().unwrap_or_default().code;
    if status == 429 || code == TOO_MANY || code == QUEUE_FULL {
        return answer.later(format!("Twilio asks to slow down ({status})"));
    }
    if status >= 500 {
        return answer.later(format!("Twilio is in trouble ({status})"));
    }
    let fault = match status {
        // Twilio says 403 to what it does not do for anybody, too, and then why.
        401 => Some(Fault::Account),
        403 if !is_about_them(code) => Some(Fault::Account),
        _ => fault(code),
    };
    if fault == Some(Fault::Account) {
        alarm(NAME, ACCOUNT_TROUBLE);
    }
    let reason = match code {
        0 => format!("Twilio answered {status}"),
        code => describe(code),
    };
    SendError::Permanent { reason, fault }
}
