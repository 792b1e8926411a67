//! How an attempt is written down.

use std::time::Duration;

use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent, Settled};
use frontdesk_core::{Fault, Timestamp};

use crate::config::{Outbox as Config, millis};
use crate::retry::Backoff;

/// What can be done about a send whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterLoss {
    /// Send it again: the receiver recognises it.
    Repeat,
    /// Ask the receiver for it, and wait for its reports.
    Trace,
    /// Nothing: a person has to look.
    Leave,
}

impl AfterLoss {
    /// What a receiver makes possible.
    pub(crate) fn of(sender: &dyn Sender, entry: &Entry) -> Self {
        if sender.is_idempotent() {
            Self::Repeat
        } else if matches!(entry.cargo, Cargo::Message { .. }) {
            Self::Trace
        } else {
            Self::Leave
        }
    }
}

/// What is known of an entry beside what its sender says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// What can be done when its answer was lost.
    pub(crate) after_loss: AfterLoss,
    /// When it was first handed over without an answer, or just now.
    pub(crate) since: Timestamp,
}

/// From what the sender says to what is written.
pub(crate) fn judge(
    config: &Config,
    entry: &Entry,
    result: &Result<Sent, SendError>,
    known: Known,
    now: Timestamp,
) -> Settled {
    match result {
        Ok(sent) => Settled::Sent {
            external_id: sent.external_id.clone(),
        },
        Err(SendError::NotNow { wait_ms }) => Settled::Released {
            at: now.plus(millis(*wait_ms)),
        },
        Err(SendError::Permanent { reason, fault }) if *fault == Some(Fault::Account) => {
            wait_for_account(config, entry, reason, now)
        }
        Err(SendError::Permanent { reason, .. }) => Settled::Dead { reason: reason.clone() },
        Err(SendError::Transient { reason, retry_after_ms }) => {
            again(config, entry, reason, retry_after_ms.map(millis), now)
        }
        Err(SendError::Unknown { reason }) => match known.after_loss {
            AfterLoss::Repeat => again(config, entry, reason, None, now),
            AfterLoss::Trace => ask_again(config, known.since, reason, now),
            AfterLoss::Leave => Settled::Unknown { reason: reason.clone() },
        },
    }
}

/// A message waits for its account to be mended, which is no fault of its own; until it is too old to be said
/// without a colleague.
fn wait_for_account(config: &Config, entry: &Entry, reason: &str, now: Timestamp) -> Settled {
    let reason = reason.to_owned();
    let is_message = matches!(entry.cargo, Cargo::Message { .. });
    if is_message && now.since(entry.id.received_at()) < millis(config.account_wait_ms) {
        Settled::Waiting {
            at: now.plus(millis(config.account_retry_ms)),
            reason,
        }
    } else {
        Settled::Dead { reason }
    }
}

/// The next question comes after as long as it has been open, and the last one when the receiver must
/// know.
fn ask_again(config: &Config, since: Timestamp, reason: &str, now: Timestamp) -> Settled {
    let open_for = now.since(since);
    if open_for >= millis(config.trace_for_ms) {
        return Settled::Unknown {
            reason: reason.to_owned(),
        };
    }
    Settled::Unsure {
        since,
        at: now.plus(open_for.max(millis(config.trace_base_ms))),
        reason: reason.to_owned(),
    }
}

fn again(config: &Config, entry: &Entry, reason: &str, asked: Option<Duration>, now: Timestamp) -> Settled {
    let attempts = entry.attempts.saturating_add(1);
    if attempts >= config.attempts_max {
        return Settled::Dead {
            reason: format!("given up after {attempts} tries: {reason}"),
        };
    }
    let backoff = Backoff {
        base: millis(config.backoff_base_ms),
        max: millis(config.backoff_max_ms),
    };
    let pause = backoff.after(attempts).max(asked.unwrap_or_default());
    Settled::RetryAt {
        at: now.plus(pause),
        reason: reason.to_owned(),
    }
}

/// The stable name of a verdict, for metrics.
pub(crate) const fn name(settled: &Settled) -> &'static str {
    match settled {
        Settled::Sent { .. } => "sent",
        Settled::RetryAt { .. } => "retry",
        Settled::Waiting { .. } => "waiting",
        Settled::Unsure { .. } => "unsure",
        Settled::Unknown { .. } => "unknown",
        Settled::Dead { .. } => "dead",
        Settled::Released { .. } => "released",
    }
}
