//! Messages whose webhook never comes are found at the provider.

use serde_json::{Value, json};

use super::support::{PROVIDERS, Phone, TestApp, eventually, fresh};

/// Asks all the time, and for what was written a moment ago.
const EAGER: &str = "[reconciliation]\nevery_ms = 100\nsettle_ms = 0";

async fn recovered(app: &TestApp, tenant: &str, channel: &str) -> u64 {
    let row = app.ledger(tenant, channel).await;
    row.map_or(0, |row| row["recovered"].as_u64().unwrap())
}

/// Waits for the account's mark: what was written before it is not ours to answer.
async fn until_watched(app: &TestApp, lane: &str) {
    eventually("the account is looked at", || async {
        app.database.watch.inbox_mark(lane).await.unwrap()
    })
    .await;
}

#[tokio::test]
async fn what_no_webhook_brought_is_found_once_and_in_order() {
    let app = TestApp::with_settings(EAGER).await;
    for provider in PROVIDERS.iter().filter(|provider| provider.tells_inbox) {
        let lane = format!("{}:{}", provider.name, provider.ours);
        until_watched(&app, &lane).await;
        let phone = Phone::at(&app, provider);
        let before = recovered(&app, provider.tenant, provider.kind).await;
        phone.fault("missing_webhook", 2).await;
        assert_eq!(phone.write("Hi! Do you do parties for 10 people?").await, None);
        assert_eq!(phone.write("I am Maria Lopez").await, None);
        let messages = phone.said(&app, 2).await;
        let texts: Vec<&Value> = messages.iter().map(|message| &message["content"]["text"]).collect();
        assert_eq!(
            texts,
            ["Hi! Do you do parties for 10 people?", "I am Maria Lopez"],
            "{}",
            provider.name
        );
        for message in &messages {
            assert!(message["recovered_from"].is_string(), "{message}");
        }
        // Its webhooks work again: what they bring is not found once more.
        assert_eq!(phone.write("maria@example.com").await, Some(200));
        let messages = phone.said(&app, 3).await;
        assert_eq!(messages[2]["recovered_from"], Value::Null, "{}", messages[2]);
        assert_eq!(
            recovered(&app, provider.tenant, provider.kind).await,
            before + 2,
            "{}",
            provider.name
        );
    }
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_webhook_that_comes_after_all_is_a_duplicate() {
    let app = TestApp::with_settings(EAGER).await;
    until_watched(&app, "twilio_sms:+14155550100").await;
    let phone = Phone::at(&app, &PROVIDERS[0]);
    let id = fresh("SM");
    phone.fault("missing_webhook", 1).await;
    phone.write_as(&id, "hello").await;
    phone.said(&app, 1).await;
    phone.write_as(&id, "hello").await;
    phone.write("and another one").await;
    assert_eq!(phone.said(&app, 2).await.len(), 2);
    assert_eq!(recovered(&app, "demo-catering", "sms").await, 1);
}

#[tokio::test]
async fn what_was_written_before_the_account_was_ours_is_left_alone() {
    let app = TestApp::start().await;
    let phone = Phone::at(&app, &PROVIDERS[0]);
    phone.fault("missing_webhook", 1).await;
    phone.write("hello").await;
    let app = app.restart_with(EAGER).await;
    until_watched(&app, "twilio_sms:+14155550100").await;
    assert_eq!(recovered(&app, "demo-catering", "sms").await, 0);
    let none = app.admin().get("/api/v1/ledger").await.json();
    assert_eq!(none["lines"], json!([]));
}
