//! Timers as the store hands them out.

use std::sync::Arc;

use super::placement::Ownership;
use crate::{ChannelKind, ConversationId, Personal, TenantId, TimerName, Timestamp};

/// Which timers are wanted.
#[derive(Clone, Debug)]
pub struct Window {
    /// Of which shards.
    pub owned: Arc<Ownership>,
    /// Due at or before this moment.
    pub until: Timestamp,
    /// After this one, in the order (due, conversation, name); `None` from the start.
    pub after: Option<(Timestamp, ConversationId, TimerName)>,
    /// How many at most.
    pub limit: u32,
}

/// A timer and what is needed to make an event of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueTimer {
    /// When it comes due.
    pub due: Timestamp,
    /// Its name within the conversation.
    pub name: TimerName,
    /// Which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// The other side's address.
    pub address: Personal,
}
