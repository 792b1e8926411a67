//! Forgetting what a tenant no longer wants kept.
//!
//! Forgetting goes in batches, each a transaction of its own, so that whoever works meanwhile hardly
//! waits; a batch that was interrupted is begun again.

use async_trait::async_trait;

use super::reader::Cursor;
use super::store::Error;
use crate::{OutboxId, TenantId, Timestamp};

/// What one batch did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// How many were forgotten.
    pub count: u64,
    /// Where the next batch goes on; `None` when all were looked at.
    pub next: Option<Cursor>,
}

/// What one batch of the outbox did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tidied {
    /// How many entries were removed.
    pub count: u64,
    /// After which the next batch goes on; `None` when all were looked at.
    pub next: Option<OutboxId>,
}

/// Forgets.
#[async_trait]
pub trait Retention: Send + Sync + 'static {
    /// Forgets what was said, decided, received and noted in a tenant's conversations without a turn
    /// since `before`, beginning after the place `after`, the oldest first. What wakes a conversation
    /// stays: who comes back is known, and who opted out stays so. Conversations that are with people,
    /// or should be, are left alone, and so is what waits among the dead letters. The ledger balances
    /// before and after.
    async fn forget_conversations(
        &self,
        tenant: &TenantId,
        before: Timestamp,
        after: Option<Cursor>,
    ) -> Result<Forgotten, Error>;

    /// Forgets a batch of the tenant's dead letters that were dealt with before `before`; returns how
    /// many, 0 when none is left.
    async fn forget_dead_letters(&self, tenant: &TenantId, before: Timestamp) -> Result<u64, Error>;

    /// Forgets a batch of the log of who did what for the tenant before `before`; returns how many, 0
    /// when none is left.
    async fn forget_audit(&self, tenant: &TenantId, before: Timestamp) -> Result<u64, Error>;

    /// Removes a batch of what was sent and taken before `before`, of all tenants, beginning after
    /// `after`, the oldest first. Its message knows what became of it. What waits, failed or is unknown
    /// stays: somebody may have to look.
    async fn forget_sent(&self, before: Timestamp, after: Option<OutboxId>) -> Result<Tidied, Error>;
}
