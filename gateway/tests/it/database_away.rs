//! The database goes away and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::{Claim, Entry, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::{Committed, Error, Store, Stored};
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{ConversationId, DeadLetterId, InboundEvent, Message, Receipt, TenantId, Timestamp, Turn};
use frontdesk_storage::Database;

use crate::support::{TestApp, eventually};

/// A store that can be taken away.
struct Severable {
    inner: Arc<dyn Store>,
    is_away: Arc<AtomicBool>,
}

impl Severable {
    fn reach(&self) -> Result<&dyn Store, Error> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(Error::Unavailable("taken away".into()));
        }
        Ok(&*self.inner)
    }
}

#[async_trait]
impl Store for Severable {
    async fn commit(&self, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
        self.reach()?.commit(turns).await
    }

    async fn refuse(&self, receipts: &[Receipt]) -> Result<(), Error> {
        self.reach()?.refuse(receipts).await
    }

    async fn load(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Error> {
        self.reach()?.load(ids).await
    }

    async fn history(&self, id: ConversationId, after_seq: u64, limit: u32) -> Result<Vec<Message>, Error> {
        self.reach()?.history(id, after_seq, limit).await
    }

    async fn due_timers(&self, window: &Window) -> Result<Vec<DueTimer>, Error> {
        self.reach()?.due_timers(window).await
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Entry>, Error> {
        self.reach()?.claim(claim).await
    }

    async fn claimed(&self, owned: &Ownership) -> Result<Vec<Entry>, Error> {
        self.reach()?.claimed(owned).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<(), Error> {
        self.reach()?.settle(settlements).await
    }

    async fn abandon_claims(&self, owned: &Ownership) -> Result<u64, Error> {
        self.reach()?.abandon_claims(owned).await
    }

    async fn park(&self, letter: &DeadLetter) -> Result<(), Error> {
        self.reach()?.park(letter).await
    }

    async fn parked(&self, id: DeadLetterId, tenant: Option<&TenantId>) -> Result<Option<DeadLetter>, Error> {
        self.reach()?.parked(id, tenant).await
    }

    async fn resolve(&self, event: &InboundEvent, reason: &str, at: Timestamp) -> Result<(), Error> {
        self.reach()?.resolve(event, reason, at).await
    }

    async fn ping(&self) -> Result<(), Error> {
        self.reach()?.ping().await
    }
}

#[tokio::test]
async fn senders_are_told_to_come_back_and_service_resumes_by_itself() {
    let is_away = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&is_away);
    let replace = |database: Database| Database {
        store: Arc::new(Severable {
            inner: Arc::clone(&database.store),
            is_away: switch,
        }),
        ..database
    };
    let hasty = "[runtime.commit]\ndeadline_ms = 200\n[runtime.activation]\ndeadline_ms = 200";
    let app = TestApp::with(hasty, replace).await;
    let mut chat = app.chat().await;
    let first = chat.say("hi").await;
    let status = || async { app.anonymous().get("/ready").await.status };

    is_away.store(true, Ordering::SeqCst);
    eventually("red", || async { (status().await == 503).then_some(()) }).await;
    chat.send(&chat.message_frame("later", "are you there?")).await;
    let error = chat.next_of("error").await;
    assert_eq!(
        (&error["code"], &error["retryable"]),
        (&"unavailable".into(), &true.into())
    );

    is_away.store(false, Ordering::SeqCst);
    eventually("green", || async { (status().await == 200).then_some(()) }).await;
    let second = chat.say_as("later", "are you there?").await;
    assert!(second > first);
    assert_eq!(chat.say_as("later", "are you there?").await, second);
}
