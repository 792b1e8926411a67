//! Messages that their provider took and told of later: refused for the time being, or in part.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::support::{Forger, Phone, Provider, TestApp, eventually};

/// Where the messages of a phone's conversation are listed.
async fn messages_of(app: &TestApp, phone: &Phone) -> String {
    format!("/api/v1/conversations/{}/messages", phone.conversation(app).await)
}

/// The last message of ours, once it is `status`.
async fn last_is(app: &TestApp, path: &str, status: &str) -> Value {
    eventually(&format!("the last message is {status}"), || async {
        let messages = app.admin().items(path).await;
        let ours = messages.into_iter().rfind(|message| message["role"] != "user")?;
        (ours["status"] == status).then_some(ours)
    })
    .await
}

/// Gupshup takes what is one too many for a person, and tells so afterwards; its twin takes one in three seconds to
/// this one.
#[tokio::test]
async fn one_too_many_for_a_person_is_sent_again_later() {
    let app = TestApp::start().await;
    let ours = Provider::named("gupshup").ours;
    let phone = Phone::new(&app, "gupshup", "+15005550007", ours);
    phone.write("Здравствуйте, хочу узнать про курс").await;
    phone.reply(1).await;
    phone.press("Новая профессия").await;
    let path = messages_of(&app, &phone).await;
    let waits = last_is(&app, &path, "retrying").await;
    let reason = waits["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("131056"), "{waits}");
    assert!(waits["external_id"].is_null(), "{waits}");
    phone.reply(2).await;
    phone.all_reach(&app, &["read", "replied", "validated"]).await;
    let conversation = app.admin().get(path.trim_end_matches("/messages")).await.json();
    assert_eq!(
        conversation["state"]["ticket"],
        Value::Null,
        "nobody is troubled: {conversation}"
    );
    assert_eq!(phone.replies().await.len(), 2, "and nothing is said twice");
    app.assert_balanced().await;
}

/// What a provider tells of the last message, in its own words.
fn failure(provider: &Provider, customer: &str, id: &str, code: i64) -> String {
    let number = customer.trim_start_matches('+');
    let told = match provider.name {
        "gupshup" => json!({"app": provider.ours, "timestamp": 1, "version": 2, "type": "message-event", "payload": {
            "id": id, "type": "failed", "destination": number, "payload": {"code": code, "reason": "x"}}}),
        _ => json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
            "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": provider.ours}, "statuses": [{
                "id": id, "status": "failed", "timestamp": "1", "recipient_id": number,
                "errors": [{"code": code, "title": "x"}]}]}}]}]}),
    };
    told.to_string()
}

#[tokio::test]
async fn what_is_refused_for_the_time_being_is_sent_again_once_however_often_that_is_told() {
    let app = TestApp::start().await;
    let forger = &Forger::new(&app).await;
    let each = [
        ("whatsapp_cloud", 130_429),
        ("whatsapp_cloud", 131_016),
        ("gupshup", 4001),
    ];
    join_all(each.map(|(name, code)| {
        let app = &app;
        async move {
            let provider = Provider::named(name);
            let phone = Phone::at(app, provider);
            phone.write("hello").await;
            phone.reply(1).await;
            phone.all_reach(app, &["read"]).await;
            let path = messages_of(app, &phone).await;
            phone.fault("missing_webhook", 100).await;
            let words = json!({"by": "Ana", "text": "We are looking into it."});
            let said = app.admin().post(&path, &words).await;
            assert_eq!(said.status, 200, "{name}: {said:?}");
            let taken = last_is(app, &path, "sent").await;
            let id = taken["external_id"].as_str().unwrap();
            let told = failure(provider, &phone.customer, id, code);
            for _ in 0..2 {
                assert_eq!(forger.post(provider, &told).await.status, 200, "{name}");
            }
            let waits = last_is(app, &path, "retrying").await;
            assert!(
                waits["reason"].as_str().unwrap().contains(&code.to_string()),
                "{name}: {waits}"
            );
            phone.fault("missing_webhook", 0).await;
            let arrived = last_is(app, &path, "read").await;
            assert_ne!(arrived["external_id"], taken["external_id"], "{name}");
            assert_eq!(arrived["seq"], taken["seq"], "{name}");
            let shown = phone.replies().await.len();
            assert_eq!(shown, 3, "{name}: it is known to the twin by both tries");
            assert_eq!(forger.post(provider, &told).await.status, 200, "{name}");
            assert_eq!(last_is(app, &path, "read").await["seq"], taken["seq"], "{name}");
            assert_eq!(phone.replies().await.len(), shown, "{name}");
        }
    }))
    .await;
    app.assert_balanced().await;
}

/// Whoever opts out while a message waits for its second try does not get it.
#[tokio::test]
async fn who_opts_out_meanwhile_is_not_written_to_again() {
    let app = TestApp::start().await;
    let provider = Provider::named("whatsapp_cloud");
    let phone = Phone::at(&app, provider);
    phone.write("hello").await;
    phone.reply(1).await;
    phone.all_reach(&app, &["read"]).await;
    let path = messages_of(&app, &phone).await;
    phone.fault("missing_webhook", 3).await;
    let words = json!({"by": "Ana", "text": "We are looking into it."});
    assert_eq!(app.admin().post(&path, &words).await.status, 200);
    let taken = last_is(&app, &path, "sent").await;
    let told = failure(
        provider,
        &phone.customer,
        taken["external_id"].as_str().unwrap(),
        131_056,
    );
    assert_eq!(Forger::new(&app).await.post(provider, &told).await.status, 200);
    last_is(&app, &path, "retrying").await;
    phone.fault("missing_webhook", 0).await;
    phone.write("STOP").await;
    let held = eventually("it is held back", || async {
        let messages = app.admin().items(&path).await;
        let message = messages.into_iter().find(|message| message["seq"] == taken["seq"])?;
        (message["status"] == "failed").then_some(message)
    })
    .await;
    assert!(held["reason"].as_str().unwrap().contains("held back"), "{held}");
    let replies = phone.replies().await;
    let tries = replies
        .iter()
        .filter(|shown| shown["text"] == "We are looking into it.");
    assert_eq!(tries.count(), 1, "{replies:?}");
    app.assert_balanced().await;
}

/// A long text leaves in parts: it has arrived with the last of them, and failed with any.
#[tokio::test]
async fn a_text_in_parts_has_come_as_far_as_the_last_of_them() {
    let app = TestApp::start().await;
    let long = "We cook at your place, with all that belongs to it. ".repeat(60);
    for name in ["twilio_sms", "ringcentral", "textmagic"] {
        let phone = Phone::at(&app, Provider::named(name));
        phone.write("hello").await;
        phone.reply(1).await;
        let path = messages_of(&app, &phone).await;
        let words = json!({"by": "Ana", "text": long});
        assert_eq!(app.admin().post(&path, &words).await.status, 200, "{name}");
        let arrived = last_is(&app, &path, "delivered").await;
        let parts = arrived["external_id"].as_str().unwrap().split(' ').count();
        assert!(parts > 1, "{name}: {arrived}");
        assert_eq!(phone.replies().await.len(), 1 + parts, "{name}");
    }
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_part_that_fails_fails_the_message_and_one_that_arrives_does_not_deliver_it() {
    let app = TestApp::start().await;
    let provider = Provider::named("textmagic");
    let forger = Forger::new(&app).await;
    let phone = Phone::at(&app, provider);
    phone.write("hello").await;
    phone.reply(1).await;
    phone.all_reach(&app, &["delivered", "read"]).await;
    let path = messages_of(&app, &phone).await;
    phone.fault("missing_webhook", 100).await;
    let words = json!({"by": "Ana", "text": "We cook at your place, with all of it. ".repeat(60)});
    assert_eq!(app.admin().post(&path, &words).await.status, 200);
    let taken = last_is(&app, &path, "sent").await;
    let ids: Vec<&str> = taken["external_id"].as_str().unwrap().split(' ').collect();
    let tell = async |id: &str, letter: &str| {
        let told = json!({"id": id, "sender": provider.ours.trim_start_matches('+'), "status": letter,
            "receiver": phone.customer.trim_start_matches('+'), "messageTime": "2026-11-21T01:39:02+0000"});
        assert_eq!(forger.post(provider, &told.to_string()).await.status, 200);
    };
    for id in &ids[1..] {
        tell(id, "d").await;
    }
    assert_eq!(
        last_is(&app, &path, "sent").await["seq"],
        taken["seq"],
        "the first part is not there"
    );
    tell(ids[0], "f").await;
    let failed = last_is(&app, &path, "escalated").await;
    let reason = failed["reason"].as_str().unwrap();
    assert!(reason.contains(&format!("one of its {} parts", ids.len())), "{failed}");
    app.assert_balanced().await;
}
