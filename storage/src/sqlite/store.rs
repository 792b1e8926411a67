//! The store of turns, by the files that do it.

use async_trait::async_trait;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::{Claim, Entry, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::{Committed, Error, Store, Stored};
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{ConversationId, DeadLetterId, InboundEvent, Message, Receipt, TenantId, Timestamp, Turn};

use super::{Sqlite, commit, dead_letters, load, outbox, registry, timers};

#[async_trait]
impl Store for Sqlite {
    async fn commit(&self, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
        commit::commit(self, turns).await
    }

    async fn refuse(&self, receipts: &[Receipt]) -> Result<(), Error> {
        commit::refuse(self, receipts).await
    }

    async fn load(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Error> {
        load::load(self, ids).await
    }

    async fn history(&self, id: ConversationId, after_seq: u64, limit: u32) -> Result<Vec<Message>, Error> {
        load::history(self, id, after_seq, limit).await
    }

    async fn due_timers(&self, window: &Window) -> Result<Vec<DueTimer>, Error> {
        timers::due_timers(self, window).await
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Entry>, Error> {
        outbox::claim(self, claim).await
    }

    async fn claimed(&self, owned: &Ownership) -> Result<Vec<Entry>, Error> {
        outbox::claimed(self, owned).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<(), Error> {
        outbox::settle(self, settlements).await
    }

    async fn abandon_claims(&self, owned: &Ownership) -> Result<u64, Error> {
        outbox::abandon_claims(self, owned).await
    }

    async fn park(&self, letter: &DeadLetter) -> Result<(), Error> {
        dead_letters::park(self, letter).await
    }

    async fn parked(&self, id: DeadLetterId, tenant: Option<&TenantId>) -> Result<Option<DeadLetter>, Error> {
        dead_letters::parked(self, id, tenant).await
    }

    async fn resolve(&self, event: &InboundEvent, reason: &str, at: Timestamp) -> Result<(), Error> {
        dead_letters::resolve(self, event, reason, at).await
    }

    async fn ping(&self) -> Result<(), Error> {
        let mut connection = self.writer.lock().await?;
        registry::count(&mut connection, "ping").await.map(drop)
    }
}
