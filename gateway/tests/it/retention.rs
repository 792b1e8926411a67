//! What a tenant no longer wants kept is forgotten, and who comes back is known.

use std::time::Duration;

use frontdesk_actors::Retention;
use frontdesk_core::ports::reader::{Page, Scope};
use gateway::retention::sweep;

use crate::support::TestApp;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_conversation_is_forgotten_and_goes_on() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    chat.say("Hello there").await;
    let kept = Retention {
        conversations: Some(30),
        ..Retention::default()
    };
    let tenant = chat.tenant.parse().unwrap();
    let database = &app.database;
    let page = Page { after: None, limit: 1 };
    let rows = database.reader.conversations(&Scope::All, None, page).await.unwrap();
    let id = rows.items[0].id;

    let now = app.clock().now();
    let soon = sweep(&*database.retention, &tenant, kept, now.plus(29 * DAY))
        .await
        .unwrap();
    assert_eq!(soon.conversations, 0);
    let late = sweep(&*database.retention, &tenant, kept, now.plus(31 * DAY))
        .await
        .unwrap();
    assert_eq!(late.conversations, 1);
    let said = |after| database.reader.messages(&Scope::All, id, after, 100);
    assert_eq!(said(0).await.unwrap(), []);

    chat.say("Me again").await;
    let again = said(0).await.unwrap();
    assert!(again.len() >= 2 && again[0].seq > 1, "{again:?}");
    let ledger = database.reader.ledger(&Scope::Tenant(tenant)).await.unwrap();
    assert!(ledger.iter().all(|row| row.is_balanced()), "{ledger:?}");
    app.stop().await;
}
