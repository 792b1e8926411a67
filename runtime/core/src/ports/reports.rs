//! What providers tell of messages of ours after they have taken them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::store::Error;
use crate::{ConversationId, DeliveryStatus, Timestamp};

/// Messages of ours by the ids that providers have for them.
#[async_trait]
pub trait Reports: Send + Sync + 'static {
    /// The message of ours that a provider calls by this id, be it one it was sent under or the other one;
    /// however long ago it was said.
    async fn message_called(&self, conversation: ConversationId, id: &str) -> Result<Option<Called>, Error>;

    /// Notes the other id of a message of ours; the first one that is noted stays.
    async fn note_other_id(&self, conversation: ConversationId, seq: u64, id: &str) -> Result<(), Error>;

    /// Notes how a part of a message of ours fares, and tells how all of it does. `None` when there is no such
    /// message.
    async fn tell_part(
        &self,
        conversation: ConversationId,
        seq: u64,
        part: &PartStatus<'_>,
    ) -> Result<Option<(DeliveryStatus, Option<String>)>, Error>;

    /// Whether a message of ours left under this id, and is to be found there still.
    async fn departure(&self, conversation: ConversationId, seq: u64, id: &str) -> Result<Departure, Error>;

    /// Takes a message that left under this id back, to be sent once more at `at`: its provider took it, and
    /// told later that for the time being it does not. `false` when it left under another id since, or is no
    /// longer kept; so one refusal leads to one more try, however often it is told.
    async fn try_again(
        &self,
        conversation: ConversationId,
        seq: u64,
        id: &str,
        at: Timestamp,
        reason: &str,
    ) -> Result<bool, Error>;

    /// When our messages were said, since this moment, that left or may have left; one in several parts is
    /// there as often. Oldest first, at most `limit`, the newest.
    async fn said_since(
        &self,
        conversation: ConversationId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Timestamp>, Error>;
}

/// A message of ours, found by an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called {
    /// Its place in the conversation.
    pub seq: u64,
    /// In how many parts it left.
    pub parts: u32,
}

/// Whether a message left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It is on its way: under which id is not noted yet.
    Open,
    /// It left, after so many tries.
    Left {
        /// Those made so far.
        attempts: u32,
    },
    /// It is tried again, or was.
    Again,
    /// Nothing of the kind is kept.
    Gone,
}

/// How one part of a message fares.
#[derive(Clone, Copy, Debug)]
pub struct PartStatus<'a> {
    /// The provider's id of the part.
    pub id: &'a str,
    /// Of how many parts it is one.
    pub of: u32,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// Why, in plain words.
    pub reason: Option<&'a str>,
}

/// The ids of a message that left in several parts stand in one text with this between them.
pub const BETWEEN_IDS: char = ' ';

/// How a message fares that left in several parts, each told of by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    of: u32,
    told: BTreeMap<String, Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    status: DeliveryStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Parts {
    /// Notes how one part fares; like a whole message it is never moved back.
    pub fn tell(&mut self, part: &PartStatus<'_>) {
        self.of = self.of.max(part.of);
        let news = Part {
            status: part.status,
            reason: part.reason.map(str::to_owned),
        };
        // Of more parts than there are, some were told of under another id before.
        let is_full = self.told.len() >= self.of as usize;
        match self.told.get_mut(part.id) {
            Some(known) if known.status.may_become(news.status) => *known = news,
            Some(_) => {}
            None if is_full => {}
            None => {
                self.told.insert(part.id.to_owned(), news);
            }
        }
    }

    /// How the message fares: it failed with any of its parts, and has come no further than the last of them.
    #[must_use]
    pub fn whole(&self) -> (DeliveryStatus, Option<String>) {
        let failed = self.told.values().find(|part| part.status == DeliveryStatus::Failed);
        if let Some(part) = failed {
            let reason = part.reason.as_deref().unwrap_or("it does not say why");
            let told = format!("one of its {} parts did not arrive: {reason}", self.of);
            return (DeliveryStatus::Failed, Some(told));
        }
        let slowest = self
            .told
            .values()
            .map(|part| part.status)
            .min_by_key(|status| status.rank());
        match slowest {
            Some(status) if self.told.len() >= self.of as usize => (status, None),
            _ => (DeliveryStatus::Pending, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(news: &[(&str, DeliveryStatus)]) -> (DeliveryStatus, Option<String>) {
        let mut parts = Parts::default();
        for (id, status) in news {
            parts.tell(&PartStatus {
                id,
                of: 2,
                status: *status,
                reason: (*status == DeliveryStatus::Failed).then_some("out of reach"),
            });
        }
        parts.whole()
    }

    #[test]
    fn a_message_has_come_as_far_as_the_last_of_its_parts() {
        use DeliveryStatus::{Delivered, Failed, Pending, Read, Sent};
        for (news, expected) in [
            (&[("a", Delivered)][..], Pending),
            (&[("a", Read), ("b", Sent)], Sent),
            (&[("a", Read), ("b", Delivered), ("b", Sent)], Delivered),
            (&[("a", Read), ("b", Delivered), ("b", Read)], Read),
            (&[("a", Delivered), ("c", Delivered), ("b", Sent)], Delivered),
            (&[("a", Failed), ("b", Read)], Failed),
            (&[("a", Failed), ("b", Read), ("a", Delivered)], Delivered),
        ] {
            assert_eq!(told(news).0, expected, "{news:?}");
        }
        let reason = told(&[("a", Sent), ("b", Failed)]).1.unwrap();
        assert!(reason.contains("one of its 2 parts") && reason.contains("out of reach"));
    }
}
