//! What providers make of our messages beside taking them: how fast, to whom, and when they may come.

use std::time::{Duration, Instant};

use frontdesk_core::ports::clock::Clock;
use frontdesk_runtime::SystemClock;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::support::{Forger, PROVIDERS, Phone, Provider, TestApp, eventually, fresh, fresh_number, fresh_scoped_id};

#[tokio::test]
async fn who_asks_to_wait_is_asked_no_sooner() {
    let app = TestApp::start().await;
    let each = PROVIDERS.iter().map(|provider| {
        let app = &app;
        async move {
            let phone = Phone::at(app, provider);
            phone.slow_down(3).await;
            let began = Instant::now();
            phone.write("hello").await;
            phone.reply(1).await;
            // Without the wish it is tried again after a second.
            assert!(began.elapsed() >= Duration::from_secs(3), "{}", provider.name);
        }
    });
    join_all(each).await;
}

#[tokio::test]
async fn an_account_leaves_at_its_own_pace() {
    let app = TestApp::with_settings("[runtime.outbox]\nlane_rate_per_second = 2\nlane_burst = 1").await;
    let provider = Provider::named("twilio_sms");
    let phones: Vec<Phone> = (0..5).map(|_| Phone::at(&app, provider)).collect();
    let began = Instant::now();
    join_all(phones.iter().map(|phone| phone.write("hello"))).await;
    join_all(phones.iter().map(|phone| phone.reply(1))).await;
    assert!(
        began.elapsed() >= Duration::from_secs(2),
        "four wait half a second each"
    );
    let other = Phone::at(&app, Provider::named("textmagic"));
    other.write("hello").await;
    other.reply(1).await;
    app.assert_balanced().await;
}

/// WhatsApp takes fewer messages to one person than to many; the twin takes one in three seconds to this one.
#[tokio::test]
async fn a_person_is_written_to_no_faster_than_whatsapp_allows() {
    let app = TestApp::start().await;
    let ours = Provider::named("whatsapp_cloud").ours;
    let phone = Phone::new(&app, "whatsapp_cloud", "+15005550007", ours);
    phone.write("Hi! I want to book for 10 people").await;
    phone.reply(1).await;
    let began = Instant::now();
    phone.write("My name is Maria Lopez").await;
    let waits = eventually("it waits", || async {
        let path = format!("/api/v1/conversations/{}/messages", phone.conversation(&app).await);
        let messages = app.admin().items(&path).await;
        let waiting = messages.into_iter().find(|message| message["status"] == "retrying")?;
        Some(waiting["reason"].as_str().unwrap_or_default().to_owned())
    })
    .await;
    assert!(waits.contains("131056"), "{waits}");
    let other = Phone::new(&app, "whatsapp_cloud", &fresh_number(), ours);
    other.write("hello").await;
    other.reply(1).await;
    assert!(phone.reply(2).await.contains("email"));
    assert!(began.elapsed() >= Duration::from_secs(4));
    phone.all_reach(&app, &["read", "replied", "validated"]).await;
    app.assert_balanced().await;
}

/// More messages than WhatsApp takes at once leave by and by. One that is refused comes back as tried again over
/// one carrier, and is lost over the other, which tells it afterwards.
#[tokio::test]
async fn a_person_is_written_to_at_whatsapps_pace_before_it_refuses() {
    const MESSAGES: usize = 42;
    let app = TestApp::with_settings("[runtime.outbox]\nlane_rate_per_second = 100").await;
    let each = ["whatsapp_cloud", "gupshup"].map(|name| {
        let app = &app;
        async move {
            let phone = Phone::at(app, Provider::named(name));
            phone.write("hello").await;
            phone.reply(1).await;
            let path = format!("/api/v1/conversations/{}", phone.conversation(app).await);
            let taken = app
                .admin()
                .post(&format!("{path}/take-over"), &json!({"by": "Ana"}))
                .await;
            assert_eq!(taken.status, 200, "{name}: {taken:?}");
            for said in 2..=MESSAGES {
                let words = json!({"by": "Ana", "text": format!("And this ({said})")});
                let answer = app.admin().post(&format!("{path}/messages"), &words).await;
                assert_eq!(answer.status, 200, "{name}: {answer:?}");
            }
            eventually(&format!("{name}: everything arrives"), || async {
                let messages = app.admin().items(&format!("{path}/messages?limit=200")).await;
                let ours = messages.iter().filter(|message| message["role"] != "user");
                let statuses: Vec<&str> = ours.filter_map(|message| message["status"].as_str()).collect();
                let is_refused = |status: &&str| ["retrying", "failed", "escalated"].contains(status);
                assert!(!statuses.iter().any(is_refused), "{name}: {messages:?}");
                let arrived = statuses.iter().filter(|status| **status == "read").count();
                (arrived == MESSAGES).then_some(())
            })
            .await;
        }
    });
    join_all(each).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_number_of_nobody_is_written_to_three_times() {
    let app = TestApp::start().await;
    // The twin does not take this one for a phone number.
    let phone = Phone::new(&app, "twilio_sms", "+15005550001", "+14155550100");
    phone.write("hello").await;
    phone.failure(&app).await;
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    let taken = app
        .admin()
        .post(&format!("{path}/take-over"), &json!({"by": "Ana"}))
        .await;
    assert_eq!(taken.status, 200, "{taken:?}");
    for said in 2..=4 {
        let words = json!({"by": "Ana", "text": format!("Are you there? ({said})")});
        let answer = app.admin().post(&format!("{path}/messages"), &words).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        eventually(&format!("message {said} has ended"), || async {
            let messages = app.admin().items(&format!("{path}/messages")).await;
            let mut ours = messages.iter().filter(|message| message["role"] != "user");
            let ended = |message: &Value| message["status"] == "failed";
            (ours.clone().count() == said && ours.all(ended)).then_some(())
        })
        .await;
    }
    let messages = app.admin().items(&format!("{path}/messages")).await;
    let reasons: Vec<&str> = messages
        .iter()
        .filter_map(|message| message["reason"].as_str())
        .collect();
    assert_eq!(reasons.len(), 4, "{messages:?}");
    assert!(
        reasons[..3].iter().all(|reason| reason.contains("21211")),
        "{reasons:?}"
    );
    assert!(
        reasons[3].contains("nobody can be reached"),
        "not tried any more: {reasons:?}"
    );
    app.assert_balanced().await;
}

#[tokio::test]
async fn what_is_refused_for_one_country_holds_up_nobody_else() {
    let app = TestApp::with_settings("[alarms]\nevery_ms = 50").await;
    let provider = Provider::named("twilio_sms");
    // The twin's account may not send to where this one is.
    let phone = Phone::new(&app, provider.name, "+15005550003", provider.ours);
    phone.write("hello").await;
    let reason = phone.failure_of(&app).await;
    assert!(reason.contains("21408"), "{reason}");
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    eventually("it is a colleague's", || async {
        let status = app.admin().get(&path).await.json()["status"].clone();
        (status == "needs_person").then_some(())
    })
    .await;
    let other = Phone::at(&app, provider);
    other.write("hello").await;
    other.reply(1).await;
    let alarms = app.admin().items("/api/v1/alarms?closed=true").await;
    assert!(alarms.is_empty(), "the account is well: {alarms:?}");
    app.assert_balanced().await;
}

/// What somebody wrote to us of whom the provider thinks that they have not written for a day.
fn written(provider: &Provider, customer: &str) -> Value {
    let now = SystemClock.now().as_millis();
    let messaging = |object: &str| {
        json!({"object": object, "entry": [{"id": provider.ours, "time": now, "messaging": [{
            "sender": {"id": customer}, "recipient": {"id": provider.ours}, "timestamp": now,
            "message": {"mid": fresh("m"), "text": "hello"}}]}]})
    };
    let number = customer.trim_start_matches('+');
    match provider.name {
        "messenger" => messaging("page"),
        "instagram" => messaging("instagram"),
        "gupshup" => json!({"app": provider.ours, "timestamp": now, "version": 2, "type": "message", "payload": {
            "id": fresh("ABEG"), "source": number, "type": "text", "payload": {"text": "hello"},
            "sender": {"phone": number, "name": "Sam", "country_code": "", "dial_code": ""}}}),
        _ => json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
            "field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"phone_number_id": provider.ours}, "contacts": [{"wa_id": number}],
            "messages": [{"from": number, "id": fresh("wamid"), "timestamp": (now / 1_000).to_string(),
                "type": "text", "text": {"body": "hello"}}]}}]}]}),
    }
}

#[tokio::test]
async fn what_comes_outside_of_the_window_is_a_colleagues() {
    let app = TestApp::start().await;
    let forger = Forger::new(&app).await;
    for name in ["whatsapp_cloud", "gupshup", "messenger", "instagram"] {
        let provider = Provider::named(name);
        let customer = match provider.kind {
            "whatsapp" => fresh_number(),
            _ => fresh_scoped_id(),
        };
        // The twin has not heard from them.
        let answer = forger.post(provider, &written(provider, &customer).to_string()).await;
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
        let phone = Phone::new(&app, name, &customer, provider.ours);
        let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
        let reason = eventually(&format!("{name}: it is a colleague's"), || async {
            let messages = app.admin().items(&format!("{path}/messages")).await;
            let ours = messages.into_iter().find(|message| message["status"] == "escalated")?;
            Some(ours["reason"].as_str().unwrap_or_default().to_owned())
        })
        .await;
        assert!(reason.contains("24 hours"), "{name}: {reason}");
        assert_eq!(app.admin().get(&path).await.json()["status"], "needs_person", "{name}");
    }
    app.assert_balanced().await;
}
