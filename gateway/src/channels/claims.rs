//! Which of the messages at a provider are known to be which of ours.
//!
//! A provider without idempotency keys is asked by the words whether it took a message whose answer was lost. The
//! same words may have left a moment before, as a message of their own, and that one must not be taken for it: the
//! second would be shown as sent, and nobody would ever read it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use frontdesk_core::OutboxId;
use frontdesk_core::ports::outbox::{Cargo, Entry, Sent};
use frontdesk_core::ports::reports::Reports;
use parking_lot::Mutex;

/// Messages remembered per account: those of the seconds until what was answered is written down.
const REMEMBERED_MAX: usize = 1_024;

/// The messages an account has taken.
pub struct Claims {
    /// Those that are written down.
    kept: Option<Arc<dyn Reports>>,
    /// Those that may not be yet, newest last.
    taken: Mutex<VecDeque<(OutboxId, String)>>,
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").finish_non_exhaustive()
    }
}

impl Claims {
    /// Of an account whose messages are written down here.
    #[must_use]
    pub fn new(kept: Option<Arc<dyn Reports>>) -> Self {
        Self {
            kept,
            taken: Mutex::default(),
        }
    }

    /// The provider has taken this message of ours, under this id where it told one.
    #[must_use]
    pub fn sent(&self, entry: &Entry, external_id: Option<String>) -> Sent {
        if let Some(id) = &external_id {
            self.note(entry, id);
        }
        Sent {
            external_id,
            answer: None,
        }
    }

    /// The provider has this message of ours, or a part of it, under this id.
    fn note(&self, entry: &Entry, external_id: &str) {
        let mut taken = self.taken.lock();
        if taken.len() == REMEMBERED_MAX {
            taken.pop_front();
        }
        taken.push_back((entry.id, external_id.to_owned()));
    }

    /// The first of the provider's messages that can be this one of ours, by their ids, and now is known to be.
    pub async fn claim(&self, entry: &Entry, found: Vec<String>) -> Option<Sent> {
        for id in found {
            if !self.is_of_another(entry, &id).await {
                return Some(self.sent(entry, Some(id)));
            }
        }
        None
    }

    /// Whether the provider's message is known to be another one of ours. Nobody can tell while the store does
    /// not, and then it may be.
    async fn is_of_another(&self, entry: &Entry, external_id: &str) -> bool {
        let is_taken = {
            let taken = self.taken.lock();
            let mut claimants = taken.iter().filter(|(_, id)| id == external_id);
            claimants.any(|(claimant, _)| *claimant != entry.id)
        };
        let (false, Some(kept), Cargo::Message { seq, .. }) = (is_taken, &self.kept, &entry.cargo) else {
            return is_taken;
        };
        match kept.message_called(entry.conversation, external_id).await {
            Ok(called) => called.is_some_and(|called| called.seq != *seq),
            Err(error) => {
                tracing::debug!(%error, "whose message it is could not be asked");
                true
            }
        }
    }
}
