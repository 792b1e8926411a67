//! Sums of days that are over, counted ahead of the reports that add them up.

use async_trait::async_trait;

use super::store::Error;
use crate::Timestamp;

/// Counts what is over, and counts it again now and then: a lead of last month may still get a phone
/// number, or be erased.
#[async_trait]
pub trait Recount: Send + Sync + 'static {
    /// Counts the leads of the next few days that are over, by tenant and source, unless the round rests.
    /// Whether there is more to count now; at the end of a round it is not, and the next one begins at
    /// `next_round`. Nodes share a round.
    async fn recount_sources(&self, now: Timestamp, next_round: Timestamp) -> Result<bool, Error>;
}
