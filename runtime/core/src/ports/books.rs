//! The books behind the ledger: sums by tenant and channel that every commit adds to, so that no page
//! has to count the rows.
//!
//! Whoever writes or removes receipts and turns writes into the books in the same transaction what that
//! comes to. The books therefore say what the rows say, at any moment; [`Books::audit`] proves it by
//! counting.

use async_trait::async_trait;

use super::store::Error;
use crate::{ChannelKind, TenantId, Timestamp};

/// What there is of one tenant's channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Receipts of events of which a turn was taken.
    pub processed: u64,
    /// Receipts of events that wait among the dead letters.
    pub parked: u64,
    /// Receipts of events that were not accepted.
    pub refused: u64,
    /// Turns.
    pub turns: u64,
}

/// The rows of one tenant's channel against the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// What was counted, row by row.
    pub counted: Totals,
    /// What the books say.
    pub booked: Totals,
}

impl Audited {
    /// Whether the books say what the rows say.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.counted == self.booked
    }
}

/// Keeps the books.
#[async_trait]
pub trait Books: Send + Sync + 'static {
    /// Since when the books hold everything; `None` while what was there before them has not been counted.
    async fn opened_at(&self) -> Result<Option<Timestamp>, Error>;

    /// Counts all rows and enters what the books lack, unless somebody has done so since `known`, which is
    /// what [`Books::opened_at`] said; returns whether it was done. Nobody waits meanwhile. It takes as long
    /// as reading the database does.
    async fn open(&self, known: Option<Timestamp>, at: Timestamp) -> Result<bool, Error>;

    /// Adds up at most `limit` entries that commits left; returns how many there were.
    async fn post(&self, limit: u32) -> Result<u64, Error>;

    /// Counts all rows and sets them beside the books of the same moment, by tenant and channel.
    async fn audit(&self) -> Result<Vec<Audited>, Error>;
}
