//! Leads of Yelp, through the real surface, with its twin on the other side.

use serde_json::json;

use super::support::{Phone, TestApp, fresh};

const OURS: &str = "SoVHhx7Hel_XX0DKCLp72Q";

#[tokio::test]
async fn a_lead_is_answered_and_its_own_replies_are_not() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "yelp", &fresh("lead"), OURS);
    phone.write("My bathtub drains slowly").await;
    phone.reply(1).await;
    phone.write("9 am works").await;
    phone.reply(2).await;
    let conversation = phone.conversation(&app).await;
    let shown = app.admin().get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_ne!(
        shown.json()["status"],
        "with_person",
        "our own replies are no colleague's"
    );
    assert_eq!(phone.replies().await.len(), 2);
    app.assert_balanced().await;
}

#[tokio::test]
async fn the_address_proves_itself() {
    let app = TestApp::start().await;
    let trial = app.anonymous().get("/webhooks/yelp?verification=abc").await;
    assert_eq!((trial.status, trial.json()), (200, json!({"verification": "abc"})));
    let hint = json!({"object": "business", "data": {"id": OURS, "updates": []}});
    assert_eq!(app.anonymous().post("/webhooks/yelp", &hint).await.status, 403);
    let key = app.sandbox_secret("yelp", "webhook key");
    let path = format!("/webhooks/yelp?key={key}");
    assert_eq!(app.anonymous().post(&path, &hint).await.status, 200);
    assert_eq!(app.anonymous().post(&path, &json!({"object": 1})).await.status, 200);
    let letters = app.admin().items("/api/v1/dead-letters").await;
    assert_eq!(letters.len(), 1, "what cannot be read is kept: {letters:?}");
    app.assert_balanced().await;
}
