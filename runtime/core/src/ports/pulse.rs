//! How the day goes, in numbers.

use async_trait::async_trait;

use super::reader::Scope;
use super::store::Error;
use crate::Timestamp;

/// What a span of time brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Conversations begun.
    pub conversations: u64,
    /// Leads heard of for the first time.
    pub leads: u64,
}

/// How the day goes.
#[async_trait]
pub trait Pulse: Send + Sync + 'static {
    /// What was begun from `from` on and before `until`.
    async fn counts(&self, scope: &Scope, from: Timestamp, until: Timestamp) -> Result<Counts, Error>;

    /// How long people waited for the first reply to their first words, whoever gave it, in
    /// milliseconds: of the newest conversations begun from `since` on, at most `limit`. Those
    /// without a reply yet are left out.
    async fn first_replies(&self, scope: &Scope, since: Timestamp, limit: u32) -> Result<Vec<u64>, Error>;

    /// How long people who called for a colleague waited for the colleague's first words, in
    /// milliseconds: of the newest calls from `since` on, at most `limit`. Those who still wait are
    /// left out.
    async fn first_human_replies(&self, scope: &Scope, since: Timestamp, limit: u32) -> Result<Vec<u64>, Error>;

    /// What did not leave from `since` on, and what may have left or not, counted up to `max`.
    async fn failed_sends(&self, scope: &Scope, since: Timestamp, max: u32) -> Result<u64, Error>;
}
