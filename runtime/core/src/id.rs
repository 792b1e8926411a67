use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ChannelKind, Timestamp};

/// Root of the names that conversations and dedupe keys are derived from. Never change it: every
/// stored id depends on it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6672_6f6e_7464_4573_8b1e_0f5d_2c4a_9b70);

/// Hashes parts into a UUID. Each part is preceded by its length, so that ("ab", "c") and
/// ("a", "bc") differ.
fn hash(parts: &[&[u8]]) -> Uuid {
    let mut name = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        name.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        name.extend_from_slice(part);
    }
    Uuid::new_v5(&NAMESPACE, &name)
}

/// A time-ordered id (the layout of UUIDv7, RFC 9562) whose random bits come from `seed`: the same
/// seed at the same millisecond is the same id.
fn ordered(at: Timestamp, seed: Uuid) -> Uuid {
    let millis = u64::try_from(at.as_millis()).unwrap_or(0);
    let entropy: [u8; 10] = seed.as_bytes()[..10].try_into().expect("ten of sixteen bytes");
    uuid::Builder::from_unix_timestamp_millis(millis, &entropy).into_uuid()
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// One conversation, derived from (tenant, channel, address).
    ConversationId
}
uuid_id! {
    /// One inbound event; ordered by the time it was received.
    EventId
}
uuid_id! {
    /// One message of a conversation.
    MessageId
}
uuid_id! {
    /// One entry of the outbox.
    OutboxId
}
uuid_id! {
    /// A contact, lead, subscription, consent or ticket.
    RecordId
}
uuid_id! {
    /// One parked event.
    DeadLetterId
}
uuid_id! {
    /// A file that was uploaded to us.
    FileId
}
uuid_id! {
    /// A person who signs in to the console.
    UserId
}
uuid_id! {
    /// A tenant's API key (not its secret).
    ApiKeyId
}
uuid_id! {
    /// The identity of an inbound event: the same provider message is the same key, whenever and
    /// however often it arrives.
    DedupeKey
}

impl ConversationId {
    /// Derives the id of the conversation that `address` has with `tenant` over `channel`.
    #[must_use]
    pub fn derive(tenant: &TenantId, channel: ChannelKind, address: &str) -> Self {
        Self(hash(&[
            b"conversation",
            tenant.as_str().as_bytes(),
            channel.code().as_bytes(),
            address.as_bytes(),
        ]))
    }

    /// The shard this conversation lives on, for good.
    #[must_use]
    pub fn shard(self) -> ShardId {
        let bytes = self.0.as_bytes();
        ShardId(u16::from_be_bytes([bytes[0], bytes[1]]) % ShardId::COUNT)
    }
}

impl DedupeKey {
    /// Derives the key of an event from what its sender calls it. `parts` must tell it from every
    /// other event of the tenant's channel, and include whatever authenticates the sender, so that
    /// nobody can use up another one's key.
    #[must_use]
    pub fn derive(tenant: &TenantId, channel: ChannelKind, parts: &[&str]) -> Self {
        let mut all: Vec<&[u8]> = vec![b"event", tenant.as_str().as_bytes(), channel.code().as_bytes()];
        all.extend(parts.iter().map(|part| part.as_bytes()));
        Self(hash(&all))
    }
}

impl FileId {
    /// Derives the id of a file that is uploaded to a conversation from what its sender calls the
    /// upload: one that breaks off and is tried again is the same file.
    #[must_use]
    pub fn derive(conversation: ConversationId, parts: &[&str]) -> Self {
        let mut all: Vec<&[u8]> = vec![b"file", conversation.0.as_bytes()];
        all.extend(parts.iter().map(|part| part.as_bytes()));
        Self(hash(&all))
    }
}

impl OutboxId {
    /// When the event came in whose turn it is of, to the millisecond.
    #[must_use]
    pub fn received_at(self) -> Timestamp {
        received_at(self.0)
    }
}

/// The moment that an id of [`ordered`] begins with.
fn received_at(id: Uuid) -> Timestamp {
    let (seconds, nanos) = id.get_timestamp().map_or((0, 0), |stamp| stamp.to_unix());
    Timestamp::from_millis(i64::try_from(seconds).unwrap_or(0) * 1_000 + i64::from(nanos / 1_000_000))
}

impl EventId {
    /// The id of the event known by `dedupe` that came in at `received_at`.
    #[must_use]
    pub fn new(dedupe: DedupeKey, received_at: Timestamp) -> Self {
        Self(ordered(received_at, dedupe.0))
    }

    fn child(self, kind: &str, ordinal: usize) -> Uuid {
        let seed = hash(&[kind.as_bytes(), self.0.as_bytes(), &ordinal.to_be_bytes()]);
        ordered(received_at(self.0), seed)
    }

    /// The id of the `ordinal`-th message of this event's turn.
    #[must_use]
    pub fn message(self, ordinal: usize) -> MessageId {
        MessageId(self.child("message", ordinal))
    }

    /// The id of the `ordinal`-th outbox entry of this event's turn.
    #[must_use]
    pub fn outbox(self, ordinal: usize) -> OutboxId {
        OutboxId(self.child("outbox", ordinal))
    }

    /// The id of the `ordinal`-th record of this event's turn.
    #[must_use]
    pub fn record(self, ordinal: usize) -> RecordId {
        RecordId(self.child("record", ordinal))
    }

    /// The id under which this event is parked.
    #[must_use]
    pub fn dead_letter(self) -> DeadLetterId {
        DeadLetterId(self.0)
    }
}

/// A business that Frontdesk answers for: its short name in addresses and manifests.
///
/// 1–40 characters of `a-z`, `0-9` and inner hyphens.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(Arc<str>);

/// The text cannot be a tenant's short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tenant's short name has 1 to 40 characters of a-z, 0-9 and inner hyphens")]
pub struct InvalidTenantId;

impl TenantId {
    /// Whose the things are that belong to nobody: mail to an address without an owner, a request
    /// that could not be read. No tenant may take this name.
    #[must_use]
    pub fn nobody() -> Self {
        Self(Arc::from("nobody"))
    }

    /// The short name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = InvalidTenantId;

    fn from_str(text: &str) -> Result<Self, InvalidTenantId> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_valid = (1..=40).contains(&text.len())
            && text.bytes().all(allowed)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if is_valid {
            Ok(Self(Arc::from(text)))
        } else {
            Err(InvalidTenantId)
        }
    }
}

impl TryFrom<String> for TenantId {
    type Error = InvalidTenantId;

    fn try_from(text: String) -> Result<Self, InvalidTenantId> {
        text.parse()
    }
}

impl From<TenantId> for String {
    fn from(id: TenantId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One of the fixed number of shards that conversations hash to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShardId(pub u16);

impl ShardId {
    /// How many shards there are. Stored rows depend on it: it never changes.
    pub const COUNT: u16 = 1024;
}

/// The fencing token of a shard's owner: grows with every change of owner, so that a claim made
/// under an older one is told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub i64);

/// One open socket. Means nothing after the process has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant() -> TenantId {
        "demo-catering".parse().unwrap()
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let one = DedupeKey::derive(&tenant(), ChannelKind::WebChat, &["ab", "c"]);
        let other = DedupeKey::derive(&tenant(), ChannelKind::WebChat, &["a", "bc"]);
        assert_ne!(one, other);
    }

    #[test]
    fn ids_of_later_events_sort_later() {
        let key = DedupeKey::derive(&tenant(), ChannelKind::WebChat, &["m1"]);
        let early = EventId::new(key, Timestamp::from_millis(1_000));
        let late = EventId::new(key, Timestamp::from_millis(2_000));
        assert!(early < late);
        assert!(early.message(0) < late.message(0));
        assert_ne!(early.message(0), early.message(1));
        assert_eq!(early.message(1), early.message(1));
    }

    #[test]
    fn short_names_are_checked() {
        assert!("demo-catering".parse::<TenantId>().is_ok());
        for wrong in ["", "-a", "a-", "A", "a b", "é", &"x".repeat(41)] {
            assert!(wrong.parse::<TenantId>().is_err(), "{wrong:?}");
        }
    }
}
