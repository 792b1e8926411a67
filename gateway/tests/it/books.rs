//! The ledger of a database that is older than its books: counted in the background, said meanwhile.

use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::books::{Audited, Books};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store::Error;
use frontdesk_storage::Database;
use tokio::sync::watch;

use crate::support::{Process, TestApp, eventually};

/// Books that are opened when the test says so.
struct Late {
    inner: Arc<dyn Books>,
    is_counted: watch::Receiver<bool>,
}

#[async_trait]
impl Books for Late {
    async fn opened_at(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.is_counted.borrow().then_some(Timestamp::from_millis(1)))
    }

    async fn open(&self, _known: Option<Timestamp>, _at: Timestamp) -> Result<bool, Error> {
        let mut is_counted = self.is_counted.clone();
        is_counted.wait_for(|is_counted| *is_counted).await.unwrap();
        Ok(true)
    }

    async fn post(&self, limit: u32) -> Result<u64, Error> {
        self.inner.post(limit).await
    }

    async fn audit(&self) -> Result<Vec<Audited>, Error> {
        self.inner.audit().await
    }
}

#[tokio::test]
async fn an_update_says_that_it_counts_what_was_there() {
    let (counted, is_counted) = watch::channel(false);
    let late = |database: Database| Database {
        books: Arc::new(Late {
            inner: Arc::clone(&database.books),
            is_counted,
        }),
        ..database
    };
    let app = TestApp::with("", late).await;
    app.chat().await.say("hi").await;
    let early = app.admin().get("/api/v1/ledger").await;
    assert_eq!((early.status, early.code().as_str()), (503, "counting"));
    let mut olga = app.signed_in(Role::Viewer, None).await;
    let ledger = olga.get("/console/ledger").await.text;
    assert!(
        ledger.contains("are being counted") && !ledger.contains("Balanced"),
        "{ledger}"
    );
    let home = olga.get("/console").await.text;
    assert!(home.contains("events are being counted"), "{home}");

    counted.send(true).unwrap();
    eventually("the ledger is shown", || async {
        let ledger = app.admin().get("/api/v1/ledger").await;
        (ledger.status == 200).then(|| assert_eq!(ledger.json()["is_balanced"], true))
    })
    .await;
    let home = olga.get("/console").await.text;
    assert!(home.contains("<b>1</b><span>events in, all accounted for"), "{home}");
    assert!(olga.get("/console/ledger").await.text.contains("Balanced"));
    eventually("the sums are told to whoever watches", || async {
        let metrics = app.anonymous().get("/metrics").await.text;
        let is_told = |line: &&str| line.starts_with("frontdesk_ledger_unbalanced 0");
        metrics.lines().find(is_told)?;
        assert!(
            metrics.contains("frontdesk_ledger_events{channel=\"web_chat\",outcome=\"processed\"}"),
            "{metrics}"
        );
        Some(())
    })
    .await;
    app.stop().await;
}

#[tokio::test]
async fn the_command_counts_every_row() {
    let server = Process::start().await;
    server.chat().await.say("hi").await;
    let (code, text) = server.command(&["ledger"], "").await;
    assert!(code == 0 && text.contains("Balanced: 1 events"), "{text}");
    assert!(!text.contains("Counted anew"), "{text}");
    let (code, text) = server.command(&["ledger", "--reopen"], "").await;
    assert!(
        code == 0 && text.contains("Counted anew") && text.contains("Balanced: 1 events"),
        "{text}"
    );
}
