//! WhatsApp over Gupshup, through the real surface, with its twin on the other side.

use futures_util::future::join_all;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::support::{Forger, Phone, Provider, TestApp, eventually, fresh, fresh_number};

const CHANNEL: &str = "gupshup";
const OURS: &str = "DemoApp";

/// The funnel of an online school, in Russian, with buttons.
#[tokio::test]
async fn a_lead_is_collected() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, CHANNEL, &fresh_number(), OURS);
    phone.write("Здравствуйте, хочу узнать про курс").await;
    phone.press("Новая профессия").await;
    phone.reply(2).await;
    phone.write("10 часов").await;
    phone.reply(3).await;
    phone.write("Меня зовут Анна Ковалёва").await;
    phone.reply(4).await;
    phone.write("anna.kovaleva@example.com").await;
    phone.reply(5).await;
    phone.press("Да").await;
    phone.reply(6).await;
    let leads = app.admin().items("/api/v1/leads?limit=200").await;
    let lead = leads.iter().find(|lead| lead["phone"] == phone.customer.as_str());
    let lead = lead.unwrap_or_else(|| panic!("{leads:?}"));
    assert_eq!(
        (&lead["name"], &lead["email"], &lead["source"]),
        (
            &json!("Анна Ковалёва"),
            &json!("anna.kovaleva@example.com"),
            &json!("WHATSAPP")
        )
    );
    assert_eq!(lead["context"]["goal"], "career", "{lead}");
    phone.all_reach(&app, &["read", "replied", "validated"]).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn an_error_before_whatsapp_is_told_with_its_reason() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, CHANNEL, "+15005550009", OURS);
    phone.write("Здравствуйте").await;
    let reason = phone.failure(&app).await;
    assert!(reason.contains("1002"), "{reason}");
}

/// Gupshup names its own id at first, WhatsApp's and its own later on, and after a week WhatsApp's alone.
#[tokio::test]
async fn a_status_is_understood_by_either_id_after_a_restart_too() {
    let mut app = TestApp::start().await;
    let provider = Provider::named(CHANNEL);
    let customer = fresh_number();
    let phone = Phone::new(&app, CHANNEL, &customer, OURS);
    phone.write("Здравствуйте").await;
    phone.reply(1).await;
    phone.all_reach(&app, &["read", "replied", "validated"]).await;

    phone.fault("missing_webhook", 4).await;
    let number = customer.trim_start_matches('+');
    let now = app.clock().now().as_millis();
    let envelope = |kind: &str, payload: Value| json!({"app": OURS, "timestamp": now, "version": 2, "type": kind, "payload": payload});
    let written = json!({"id": fresh("ABEG"), "source": number, "type": "text", "payload": {"text": "Новая профессия"},
        "sender": {"phone": number, "name": "Sam", "country_code": "", "dial_code": ""}});
    let forger = Forger::new(&app).await;
    let answer = forger.post(provider, &envelope("message", written).to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    phone.reply(2).await;
    let own_id = phone.replies().await[1]["id"].as_str().unwrap().to_owned();
    let event = |id: &str, kind: &str, told: Value| {
        envelope(
            "message-event",
            json!({"id": id, "type": kind, "destination": number, "payload": told}),
        )
    };
    for (told, status) in [
        (
            event(&own_id, "enqueued", json!({"whatsappMessageId": "gBEGother"})),
            "sent",
        ),
        (event("gBEGother", "delivered", json!({"ts": now / 1_000})), "delivered"),
        (event("gBEGother", "read", json!({"ts": now / 1_000})), "read"),
    ] {
        let forger = Forger::new(&app).await;
        assert_eq!(forger.post(provider, &told.to_string()).await.status, 200);
        let phone = Phone::new(&app, CHANNEL, &customer, OURS);
        let path = format!("/api/v1/conversations/{}/messages", phone.conversation(&app).await);
        eventually(&format!("the last message is {status}"), || async {
            let messages = app.admin().items(&path).await;
            (messages.last()?["status"] == status).then_some(())
        })
        .await;
        app = app.restart().await;
    }
    app.assert_balanced().await;
}

#[tokio::test]
async fn only_the_secret_address_is_believed_and_answered_with_nothing() {
    let app = TestApp::start().await;
    let trial = json!({"app": OURS, "timestamp": 1, "version": 2, "type": "user-event",
        "payload": {"phone": "callbackSetPhone", "type": "sandbox-start"}});
    for path in ["/webhooks/gupshup", "/webhooks/gupshup?key=guess"] {
        assert_eq!(app.anonymous().post(path, &trial).await.status, 403, "{path}");
    }
    let accounts = gateway::sandbox::accounts(&*app.database.registry, app.address)
        .await
        .unwrap();
    let key = accounts.gupshup.webhook_secret.expose_secret().to_owned();
    let answer = app
        .anonymous()
        .post(&format!("/webhooks/gupshup?key={key}"), &trial)
        .await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
}

#[tokio::test]
async fn every_sample_reaches_its_conversation() {
    let app = TestApp::start().await;
    let accounts = gateway::sandbox::accounts(&*app.database.registry, app.address)
        .await
        .unwrap();
    let key = accounts.gupshup.webhook_secret.expose_secret().to_owned();
    let path = format!("/webhooks/gupshup?key={key}");
    let mut payloads: Vec<Value> = Vec::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/channels/gupshup/samples")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("inbound") || name.starts_with("event") || name.starts_with("user_event") {
            payloads.push(serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap());
        }
    }
    assert!(payloads.len() >= 16, "{}", payloads.len());
    let client = app.anonymous();
    for answer in join_all(payloads.iter().map(|payload| client.post(&path, payload))).await {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let row = app.ledger("demo-academy", "whatsapp").await.unwrap();
    assert_eq!(row["parked"], 0, "{row}");
    eventually("the conversation is there", || async {
        let rows = app.admin().items("/api/v1/conversations?limit=200").await;
        rows.into_iter().find(|row| row["address"] == "+919876543210")
    })
    .await;
    app.assert_balanced().await;
}
