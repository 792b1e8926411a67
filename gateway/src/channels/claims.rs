//! Which of the messages at a provider are known to be which of ours.
//!
//! A provider without idempotency keys is asked by the words whether it took a message whose answer was lost. The
//! same words may have left a moment before, as a message of their own, and that one must not be taken for it: the
//! second would be shown as sent, and nobody would ever read it.

use std::collections::VecDeque;

use frontdesk_core::OutboxId;
use frontdesk_core::ports::outbox::Sent;
use parking_lot::Mutex;

/// Messages remembered per account: those of the seconds by which two clocks may differ. After a restart there are
/// none.
const REMEMBERED_MAX: usize = 1_024;

/// The messages an account has taken, newest last.
#[derive(Debug, Default)]
pub struct Claims(Mutex<VecDeque<(OutboxId, String)>>);

impl Claims {
    /// The provider has taken this message of ours, under this id where it told one.
    #[must_use]
    pub fn sent(&self, entry: OutboxId, external_id: Option<String>) -> Sent {
        if let Some(id) = &external_id {
            self.note(entry, id);
        }
        Sent {
            external_id,
            answer: None,
        }
    }

    /// The provider has this message of ours, or a part of it, under this id.
    pub fn note(&self, entry: OutboxId, external_id: &str) {
        let mut taken = self.0.lock();
        if taken.len() == REMEMBERED_MAX {
            taken.pop_front();
        }
        taken.push_back((entry, external_id.to_owned()));
    }

    /// Whether the provider's message is known to be another one of ours.
    #[must_use]
    pub fn is_of_another(&self, entry: OutboxId, external_id: &str) -> bool {
        let taken = self.0.lock();
        let mut claimants = taken.iter().filter(|(_, id)| id == external_id);
        claimants.any(|(claimant, _)| *claimant != entry)
    }
}
