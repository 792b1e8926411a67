//! What is known of a message that has had to wait: whether it has arrived after all, and whether it may
//! still leave.

use std::time::Duration;

use frontdesk_core::ports::outbox::{Cargo, Entry, SendError};
use frontdesk_core::{Behaviour, DeliveryStatus, Fault, Timestamp};

use crate::runtime::Services;

/// After so long an entry has waited: most leave at once.
const WAITED: Duration = Duration::from_secs(10);

/// Whether the receiver has reported on the message an entry carries: then it was taken.
pub(super) async fn is_reported<B: Behaviour>(services: &Services<B>, entry: &Entry) -> bool {
    let Cargo::Message { seq, .. } = &entry.cargo else {
        return false;
    };
    match services
        .store
        .history(entry.conversation, seq.saturating_sub(1), 1)
        .await
    {
        Ok(messages) => messages
            .iter()
            .any(|message| message.seq == *seq && message.status.rank() >= DeliveryStatus::Sent.rank()),
        Err(error) => {
            tracing::debug!(%error, "the log could not be asked for a report");
            false
        }
    }
}

/// Whether a message did not leave soon after what led to it, whatever held it up: by day, a full lane, a
/// receiver that failed or took it back, an account that was refused.
pub(super) fn has_waited(entry: &Entry, now: Timestamp) -> bool {
    let is_late = entry.attempts > 0 || now.since(entry.id.received_at()) >= WAITED;
    matches!(entry.cargo, Cargo::Message { .. }) && is_late
}

/// Whether what has waited may still leave, or why it may not.
///
/// # Errors
///
/// It may never leave, or nobody can tell now.
pub(super) async fn may_leave<B: Behaviour>(services: &Services<B>, entry: &Entry) -> Result<(), SendError> {
    let stored = services.loader.load(entry.conversation, true).await;
    let stored = stored.map_err(|_| SendError::NotNow {
        wait_ms: services.config.outbox.backoff_base_ms,
    })?;
    let stored = stored.ok_or_else(|| SendError::permanent("held back: the conversation is gone"))?;
    // What cannot be read may hold an opt-out.
    let state = serde_json::from_str(&stored.snapshot)
        .map_err(|_| SendError::permanent("held back: what the person wished cannot be read"))?;
    if services.behaviour.is_silenced(&state, entry.id.received_at()) {
        return Err(SendError::Permanent {
            reason: "held back: they wanted no more messages while it waited".to_owned(),
            fault: Some(Fault::OptedOut),
        });
    }
    Ok(())
}
