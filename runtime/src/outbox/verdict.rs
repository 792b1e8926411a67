//! How an attempt is written down.

use std::time::Duration;

use frontdesk_core::Timestamp;
use frontdesk_core::ports::outbox::{Entry, SendError, Sent, Settled};

use crate::config::{Outbox as Config, millis};
use crate::retry::Backoff;

/// From what the sender says to what is written.
pub(crate) fn judge(
    config: &Config,
    entry: &Entry,
    result: &Result<Sent, SendError>,
    is_idempotent: bool,
    now: Timestamp,
) -> Settled {
    match result {
        Ok(sent) => Settled::Sent {
            external_id: sent.external_id.clone(),
        },
        Err(SendError::NotNow { wait_ms }) => Settled::Released {
            at: now.plus(millis(*wait_ms)),
        },
        Err(SendError::Permanent { reason, .. }) => Settled::Dead { reason: reason.clone() },
        Err(SendError::Transient { reason, retry_after_ms }) => {
            again(config, entry, reason, retry_after_ms.map(millis), now)
        }
        Err(SendError::Unknown { reason }) if is_idempotent => again(config, entry, reason, None, now),
        Err(SendError::Unknown { reason }) => Settled::Unknown { reason: reason.clone() },
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
        Settled::Unknown { .. } => "unknown",
        Settled::Dead { .. } => "dead",
        Settled::Released { .. } => "released",
    }
}
