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

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use frontdesk_core::ports::reports::{Called, Departure, PartStatus};
    use frontdesk_core::ports::store::Error;
    use frontdesk_core::{ChannelKind, Content, ConversationId, DeliveryStatus, Epoch, TenantId, Timestamp};
    use uuid::Uuid;

    use super::*;

    /// A log in which the third message is called `m3`, and that may be away.
    struct Log {
        is_away: bool,
    }

    #[async_trait]
    impl Reports for Log {
        async fn message_called(&self, _: ConversationId, id: &str) -> Result<Option<Called>, Error> {
            if self.is_away {
                return Err(Error::Unavailable("away".into()));
            }
            Ok((id == "m3").then_some(Called { seq: 3, parts: 1 }))
        }

        async fn note_other_id(&self, _: ConversationId, _: u64, _: &str) -> Result<(), Error> {
            unreachable!("a claim notes nothing")
        }

        async fn tell_part(
            &self,
            _: ConversationId,
            _: u64,
            _: &PartStatus<'_>,
        ) -> Result<Option<(DeliveryStatus, Option<String>)>, Error> {
            unreachable!("a claim tells nothing")
        }

        async fn departure(&self, _: ConversationId, _: u64, _: &str) -> Result<Departure, Error> {
            unreachable!("a claim asks for nothing else")
        }

        async fn try_again(&self, _: ConversationId, _: u64, _: &str, _: Timestamp, _: &str) -> Result<bool, Error> {
            unreachable!("a claim sends nothing")
        }

        async fn said_since(&self, _: ConversationId, _: Timestamp, _: u32) -> Result<Vec<Timestamp>, Error> {
            unreachable!("a claim asks for nothing else")
        }
    }

    fn entry(seq: u64) -> Entry {
        Entry {
            id: OutboxId(Uuid::from_u128(u128::from(seq))),
            conversation: ConversationId(Uuid::nil()),
            tenant: TenantId::nobody(),
            channel: ChannelKind::Sms,
            address: "+12125550123".into(),
            lane: "sms".to_owned(),
            ordinal: seq,
            cargo: Cargo::Message {
                seq,
                content: Content::text("Are you still there?"),
            },
            not_before: Timestamp::from_millis(0),
            attempts: 1,
            epoch: Epoch::default(),
            unsure_since: None,
        }
    }

    async fn claim(claims: &Claims, seq: u64, found: &[&str]) -> Option<String> {
        let found = found.iter().map(|id| (*id).to_owned()).collect();
        claims.claim(&entry(seq), found).await?.external_id
    }

    #[tokio::test]
    async fn what_left_before_the_start_is_known_to_be_another_message() {
        let claims = Claims::new(Some(Arc::new(Log { is_away: false })));
        assert_eq!(claim(&claims, 5, &["m3"]).await, None);
        assert_eq!(claim(&claims, 3, &["m3"]).await.as_deref(), Some("m3"), "that is it");
        assert_eq!(claim(&claims, 5, &["m3", "m5"]).await.as_deref(), Some("m5"));
        assert_eq!(claim(&claims, 7, &["m5"]).await, None, "it is not written down yet");
        let none_is_told = Claims::new(Some(Arc::new(Log { is_away: true })));
        assert_eq!(claim(&none_is_told, 5, &["m3"]).await, None, "asked again later");
    }
}
