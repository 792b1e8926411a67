//! Gupshup's error codes beside WhatsApp's own, told at once or in an event, and what they mean.

use frontdesk_core::Fault;
use frontdesk_core::ports::outbox::SendError;

use crate::channels::call::{Answer, alarm};
use crate::channels::meta::{Meaning, Verdict};
use crate::channels::whatsapp_cloud;

use super::NAME;

/// What whoever runs this is told.
const ACCOUNT_TROUBLE: &str = "Gupshup refuses our account; look at its key, wallet and app";

/// A code, understood.
pub(super) fn meaning(code: i64) -> Meaning {
    let outside = Verdict::Never(Some(Fault::OutsideWindow));
    match code {
        1002 => Meaning::new(
            "this number is not on WhatsApp",
            Verdict::Never(Some(Fault::WrongAddress)),
        ),
        1003 => Meaning::new("our wallet is empty", Verdict::Never(Some(Fault::Account))),
        1004..=1008 => Meaning::new(
            "more than 24 hours have passed since the person's last message: only a template may be sent",
            outside,
        ),
        1010 | 1011 => Meaning::new("the file could not be fetched or is too large", Verdict::Never(None)),
        1012 => Meaning::new("the person has opted out", Verdict::Never(Some(Fault::OptedOut))),
        4001 => Meaning::new("Gupshup asks to slow down", Verdict::Later),
        4002 => Meaning::new("WhatsApp gave Gupshup no proper answer", Verdict::Never(None)),
        4003 => Meaning::new("there is no such template", Verdict::Never(None)),
        0 => Meaning::new("Gupshup does not say why", Verdict::Never(None)),
        code => whatsapp_cloud::meaning(code),
    }
}

/// A code in plain words; an account in trouble raises the alarm.
pub(super) fn describe(code: i64) -> String {
    let meaning = meaning(code);
    if meaning.fault() == Some(Fault::Account) {
        alarm(NAME, ACCOUNT_TROUBLE);
    }
    format!("{} (Gupshup {code})", meaning.words)
}

/// What an answer other than success means.
pub(super) fn judge(answer: &Answer) -> SendError {
    let status = answer.status.as_u16();
    match status {
        429 => answer.later("Gupshup asks to slow down (429)"),
        500.. => answer.later(format!("Gupshup is in trouble ({status})")),
        401 | 403 => {
            alarm(NAME, ACCOUNT_TROUBLE);
            SendError::Permanent {
                reason: format!("Gupshup does not accept our key ({status})"),
                fault: Some(Fault::Account),
            }
        }
        _ => SendError::permanent(format!("Gupshup refused it ({status})")),
    }
}
