//! What is known of a message that has had to wait: whether it has arrived after all, and whether it may
//! still leave.

use std::time::Duration;

use frontdesk_core::ports::outbox::{Cargo, Entry};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{Behaviour, DeliveryStatus, Timestamp};

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
/// receiver that failed, an account that was refused.
pub(super) fn has_waited(entry: &Entry, now: Timestamp) -> bool {
    matches!(entry.cargo, Cargo::Message { .. }) && now.since(entry.id.received_at()) >= WAITED
}

/// Whether whoever a message is for has come to want no more of them while it waited.
pub(super) async fn is_silenced<B: Behaviour>(services: &Services<B>, entry: &Entry) -> Result<bool, Error> {
    let said_at = entry.id.received_at();
    let stored = services.store.load(&[entry.conversation]).await?;
    let states = stored.iter().map(|stored| serde_json::from_str(&stored.snapshot));
    Ok(states
        .flatten()
        .any(|state| services.behaviour.is_silenced(&state, said_at)))
}
