//! What the Graph API's errors mean for a message. Each channel has codes of its own beside these.

use frontdesk_core::Fault;
use frontdesk_core::ports::outbox::SendError;
use serde::Deserialize;

use crate::channels::call::{Answer, pause_ms};

/// A code, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// In plain words.
    pub words: &'static str,
    /// What follows.
    pub verdict: Verdict,
}

/// What follows from an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Later it may be taken.
    Later,
    /// Later, and with every time much later: too much went to this one person.
    LaterToThisPerson,
    /// Never, and that says this of the address or the account.
    Never(Option<Fault>),
}

impl Meaning {
    /// Of words and what follows.
    #[must_use]
    pub const fn new(words: &'static str, verdict: Verdict) -> Self {
        Self { words, verdict }
    }

    /// What the code says of the address or the account.
    #[must_use]
    pub const fn fault(&self) -> Option<Fault> {
        match self.verdict {
            Verdict::Never(fault) => fault,
            Verdict::Later | Verdict::LaterToThisPerson => None,
        }
    }

    /// Whether it may be taken later.
    #[must_use]
    pub const fn is_for_now(&self) -> bool {
        matches!(self.verdict, Verdict::Later | Verdict::LaterToThisPerson)
    }

    /// In plain words, with the code for whoever looks it up.
    #[must_use]
    pub fn told(&self, code: i64) -> String {
        format!("{} (Meta {code})", self.words)
    }
}

/// The codes that every channel at Meta has.
pub const fn general(code: i64) -> Meaning {
    let account = Verdict::Never(Some(Fault::Account));
    match code {
        1 | 2 | 1200 => Meaning::new("Meta is in trouble for the moment", Verdict::Later),
        4 | 32 | 613 | 80006 | 80007 => Meaning::new("Meta asks to slow down", Verdict::Later),
        190 => Meaning::new("Meta does not accept our token any more", account),
        0 | 3 | 10 | 200..=299 => Meaning::new("our app at Meta lacks a permission", account),
        368 => Meaning::new("Meta has blocked our account", account),
        100 => Meaning::new("Meta does not understand the request", Verdict::Never(None)),
        _ => Meaning::new("Meta refused it", Verdict::Never(None)),
    }
}

/// The answer to a call that was refused.
#[derive(Debug, Default, Deserialize)]
struct Refusal {
    error: Details,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    code: i64,
    error_subcode: i64,
}

/// What an answer other than success means, after `attempts` tries before this one.
pub(super) fn judge(answer: &Answer, attempts: u32, codes: fn(i64, i64) -> Option<Meaning>) -> SendError {
    let status = answer.status.as_u16();
    let Some(Refusal { error }) = answer.json::<Refusal>() else {
        return judge_status(answer, status);
    };
    let meaning = codes(error.code, error.error_subcode).unwrap_or_else(|| general(error.code));
    let reason = meaning.told(error.code);
    match meaning.verdict {
        Verdict::Later => answer.later(reason),
        Verdict::LaterToThisPerson => SendError::Transient {
            reason,
            retry_after_ms: Some(pause_ms(attempts)),
        },
        // A code nobody knows, in an answer that says "not now".
        Verdict::Never(None) if status == 429 || status >= 500 => answer.later(reason),
        Verdict::Never(fault) => SendError::Permanent { reason, fault },
    }
}

fn judge_status(answer: &Answer, status: u16) -> SendError {
    let reason = format!("Meta answered {status}");
    match status {
        429 | 500.. => answer.later(reason),
        401 | 403 => SendError::Permanent {
            reason,
            fault: Some(Fault::Account),
        },
        _ => SendError::permanent(reason),
    }
}
