//! Where conversations live for good.

use async_trait::async_trait;

use super::dead_letters::DeadLetter;
use super::outbox::{Claim, Entry, Settlement};
use super::placement::Ownership;
use super::timers::{DueTimer, Window};
use crate::{ConversationId, ConversationStatus, InboundEvent, Message, Personal, Receipt, TenantId, Timestamp, Turn};

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached or is overloaded; the same call may succeed later. Whether a
    /// write took effect is not known: ask again, every write here can be repeated.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database refused the data or holds what cannot be read; trying again is useless.
    #[error("the database refused: {0}")]
    Invalid(String),
}

/// What became of one turn of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is durable.
    Done,
    /// Its event was dealt with before; this receipt says how. Nothing was changed.
    Duplicate(Receipt),
    /// Somebody else changed the conversation since its state was loaded. Nothing was changed:
    /// load it again.
    Conflict,
}

/// A conversation as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Which one.
    pub id: ConversationId,
    /// The first sender, where the channel has senders.
    pub owner: Option<Personal>,
    /// How many turns it has had.
    pub version: u64,
    /// The `seq` of its last message.
    pub last_seq: u64,
    /// Where it stands.
    pub status: ConversationStatus,
    /// Its state, as JSON.
    pub snapshot: String,
}

/// The store of turns. Every method takes many at once, because one database round for many
/// conversations is what makes the rest fast.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// How many calls of [`commit`](Self::commit) it is worth having under way at once: one for a
    /// store with one writer.
    fn commits_at_once(&self) -> usize {
        1
    }

    /// Commits each turn whole or not at all, all accepted ones in one transaction, and answers in
    /// the order given. A batch never holds two turns of one conversation. Durable on return.
    async fn commit(&self, turns: &[Turn]) -> Result<Vec<Committed>, Error>;

    /// Records events that were refused. One that has a receipt already keeps it.
    async fn refuse(&self, receipts: &[Receipt]) -> Result<(), Error>;

    /// Loads conversations; the ones that do not exist are absent. In no particular order.
    async fn load(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Error>;

    /// Messages of a conversation with `seq` greater than `after_seq`, ascending, at most `limit`.
    async fn history(&self, id: ConversationId, after_seq: u64, limit: u32) -> Result<Vec<Message>, Error>;

    /// Timers of the owned shards within a window, by due time, at most `limit`.
    async fn due_timers(&self, window: &Window) -> Result<Vec<DueTimer>, Error>;

    /// Takes outbox entries to send: due, not claimed under this epoch, and first in line for
    /// their conversation and lane.
    async fn claim(&self, claim: &Claim) -> Result<Vec<Entry>, Error>;

    /// The entries claimed under the current epochs and not settled. Whoever claims asks this after
    /// a claim whose answer was lost.
    async fn claimed(&self, owned: &Ownership) -> Result<Vec<Entry>, Error>;

    /// Writes down how attempts ended, together with the status of the messages they carried.
    /// An entry whose claim has passed to another epoch is left alone.
    async fn settle(&self, settlements: &[Settlement]) -> Result<(), Error>;

    /// Marks entries that an earlier owner was sending when it ended as unknown, and returns how
    /// many. To be called once for shards newly owned.
    async fn abandon_claims(&self, owned: &Ownership) -> Result<u64, Error>;

    /// Parks an event, with a receipt that says so. A parked timer is no longer set.
    async fn park(&self, letter: &DeadLetter) -> Result<(), Error>;

    /// A parked event that still waits, for another try. `tenant` restricts whose.
    async fn parked(&self, id: crate::DeadLetterId, tenant: Option<&TenantId>) -> Result<Option<DeadLetter>, Error>;

    /// Ends the wait of a parked event that was dealt with otherwise than by its own turn: its receipt
    /// says refused from then on, for `reason`. One that does not wait is left alone.
    async fn resolve(&self, event: &InboundEvent, reason: &str, at: Timestamp) -> Result<(), Error>;

    /// Whether the database answers a write.
    async fn ping(&self) -> Result<(), Error>;
}
