//! WhatsApp over the Cloud API, through the real surface, with its twin on the other side.

use std::time::Duration;

use frontdesk_core::ports::clock::Clock;
use frontdesk_runtime::SystemClock;
use gateway::channels::meta;
use secrecy::ExposeSecret;
use serde_json::json;

use super::support::{Phone, TestApp, eventually, fresh_number};

const CHANNEL: &str = "whatsapp_cloud";
const OURS: &str = "106540352242922";

#[tokio::test]
async fn a_lead_is_collected() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, CHANNEL, &fresh_number(), OURS);
    phone.write("Hi! I want to book for 10 people").await;
    phone.reply(1).await;
    // Who is offered the profile's name may still say their own.
    phone.write("My name is Maria Lopez").await;
    phone.reply(2).await;
    phone.write("maria.lopez@example.com").await;
    assert!(phone.reply(3).await.contains("newsletter"));
    phone.press("Yes").await;
    phone.reply(4).await;
    let lead = eventually("the lead is complete", || async {
        let leads = app.admin().items("/api/v1/leads?limit=200").await;
        leads
            .into_iter()
            .find(|lead| lead["phone"] == phone.customer.as_str() && lead["email"].is_string())
    })
    .await;
    assert_eq!(
        (&lead["name"], &lead["email"], &lead["source"]),
        (
            &json!("Maria Lopez"),
            &json!("maria.lopez@example.com"),
            &json!("WHATSAPP")
        )
    );
    let newsletter = app.admin().items("/api/v1/newsletter?limit=200").await;
    assert!(
        newsletter.iter().any(|row| row["email"] == "maria.lopez@example.com"),
        "{newsletter:?}"
    );
    phone.all_reach(&app, &["read", "replied", "validated"]).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn an_error_that_comes_late_is_told_with_its_reason() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, CHANNEL, "+15005550009", OURS);
    phone.write("hello").await;
    let reason = phone.failure(&app).await;
    assert!(reason.contains("131026"), "{reason}");
}

#[tokio::test]
async fn a_person_without_a_number_is_answered_too() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, CHANNEL, "US.13491208655302741918", OURS);
    phone.write("Hi, do you have space for 12 on Friday?").await;
    phone.reply(1).await;
    phone.all_reach(&app, &["read"]).await;
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    let shown = app.admin().get(&path).await.json();
    assert!(shown["state"]["answers"]["phone"].is_null(), "{shown}");
}

#[tokio::test]
async fn nothing_is_believed_without_a_signature() {
    let app = TestApp::start().await;
    let body = json!({"object": "whatsapp_business_account", "entry": []});
    let answer = app.anonymous().post("/webhooks/meta", &body).await;
    assert_eq!(answer.status, 403);
    let guess = "/webhooks/meta?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1";
    assert_eq!(app.anonymous().get(guess).await.status, 403);

    let stranger = Phone::new(&app, CHANNEL, &fresh_number(), "1");
    assert_eq!(stranger.write("who owns this number?").await, Some(200));
    assert_eq!(app.ledger("nobody", "whatsapp").await.unwrap()["refused"], 1);
    app.assert_balanced().await;
}

/// A message as Meta signs it, from somebody who shows a number, an id, or both.
async fn hear(app: &TestApp, number: Option<&str>, id: Option<&str>, mid: &str, text: &str) {
    hear_written(app, (number, id), Duration::ZERO, mid, text).await;
}

/// The same, written so long ago.
async fn hear_written(app: &TestApp, (number, id): (Option<&str>, Option<&str>), ago: Duration, mid: &str, text: &str) {
    let written_s = SystemClock.now().as_millis() / 1_000 - i64::try_from(ago.as_secs()).unwrap();
    let written = written_s.to_string();
    let mut message = json!({"id": mid, "timestamp": written, "type": "text", "text": {"body": text}});
    let mut contact = json!({"profile": {"name": "Zoë"}});
    if let Some(number) = number {
        message["from"] = number.into();
        contact["wa_id"] = number.into();
    }
    if let Some(id) = id {
        message["from_user_id"] = id.into();
        contact["user_id"] = id.into();
    }
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages", "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": OURS},
        "contacts": [contact], "messages": [message]}}]}]})
    .to_string();
    let accounts = gateway::sandbox::accounts(&*app.database.registry, app.address)
        .await
        .unwrap();
    let signature = meta::sign(accounts.meta.app_secret.expose_secret(), body.as_bytes());
    let answer = app
        .anonymous()
        .post_raw(meta::PATH, &[(meta::SIGNATURE, &signature)], "application/json", body)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn whoever_is_seen_with_a_number_or_an_id_has_one_conversation() {
    let app = TestApp::start().await;
    let (number, id) = (fresh_number(), "US.13491208655302741918");
    let digits = &number[1..];
    hear(&app, None, Some(id), "wamid.1", "Hi! Book for 10 people").await;
    hear(&app, Some(digits), Some(id), "wamid.2", "My name is Maria Lopez").await;
    hear(&app, Some(digits), None, "wamid.3", "maria.lopez@example.com").await;
    let rows = app.admin().items("/api/v1/conversations?limit=200").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["address"], id);

    let (number, id) = (fresh_number(), "US.999");
    let digits = &number[1..];
    hear(&app, Some(digits), Some(id), "wamid.4", "Hi! Book for 10 people").await;
    hear(&app, None, Some(id), "wamid.5", "My name is Jo Doe").await;
    let rows = app.admin().items("/api/v1/conversations?limit=200").await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().any(|row| row["address"] == number.as_str()), "{rows:?}");
    let contacts = app.admin().items("/api/v1/contacts?limit=200").await;
    assert_eq!(contacts.len(), 2, "{contacts:?}");
    app.assert_balanced().await;
}

#[tokio::test]
async fn what_was_written_hours_ago_is_kept_and_not_answered_as_new() {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    let app = TestApp::start().await;
    let (number, other) = (fresh_number(), fresh_number());
    let (person, stopping) = ((Some(&number[1..]), None), (Some(&other[1..]), None));
    hear_written(&app, person, 9 * HOUR, "wamid.1", "Hi! Book for 10 people").await;
    hear_written(&app, person, 8 * HOUR, "wamid.2", "My name is Maria Lopez").await;
    hear_written(&app, stopping, 9 * HOUR, "wamid.3", "STOP").await;

    let rows = app.admin().items("/api/v1/conversations?limit=200").await;
    let path = |address: &str| {
        let row = rows.iter().find(|row| row["address"] == address).unwrap();
        format!("/api/v1/conversations/{}", row["id"].as_str().unwrap())
    };
    let messages = app.admin().items(&format!("{}/messages", path(&number))).await;
    let roles: Vec<_> = messages.iter().map(|message| &message["role"]).collect();
    assert_eq!(roles, ["user", "user"], "{messages:?}");
    assert!(
        messages.iter().all(|message| message["late_from"].is_string()),
        "{messages:?}"
    );
    let shown = app.admin().get(&path(&number)).await.json();
    assert!(shown["state"]["ticket"].is_string(), "a colleague is called: {shown}");
    assert!(shown["state"]["timers"]["late"].is_number(), "{shown}");
    let stopped = app.admin().get(&path(&other)).await.json();
    assert_eq!(stopped["state"]["is_opted_out"], true, "{stopped}");

    // Whoever writes now is answered, and what they wrote before is known.
    hear(&app, Some(&number[1..]), None, "wamid.4", "Are you there?").await;
    let path = format!("{}/messages", path(&number));
    let messages = eventually("an answer", || async {
        let messages = app.admin().items(&path).await;
        messages
            .iter()
            .any(|message| message["role"] == "bot")
            .then_some(messages)
    })
    .await;
    assert!(messages[2]["late_from"].is_null(), "{messages:?}");
    let answers = messages.iter().filter(|message| message["role"] == "bot").count();
    assert_eq!(answers, 1, "{messages:?}");
    app.assert_balanced().await;
}
