//! Text messages over Twilio, through the real surface, with its twin on the other side.

use serde_json::json;

use super::support::{Phone, Provider, TestApp, eventually, fresh_number};

const OURS: &str = "+14155550100";

#[tokio::test]
async fn a_lead_is_collected_by_text_message() {
    let app = TestApp::start().await;
    let phone = Phone::at(&app, Provider::named("twilio_sms"));
    phone.write("Hi! Do you do parties for 10 people?").await;
    assert!(phone.reply(1).await.contains("full name"));
    phone.write("Maria Lopez").await;
    assert!(phone.reply(2).await.contains("email"));
    phone.write("maria.lopez@example.com").await;
    assert!(phone.reply(3).await.contains("newsletter"));
    phone.write("YES").await;
    phone.reply(4).await;

    let lead = phone.lead(&app).await;
    assert_eq!(
        (&lead["name"], &lead["email"], &lead["source"]),
        (&json!("Maria Lopez"), &json!("maria.lopez@example.com"), &json!("SMS"))
    );
    phone.until_delivered(&app).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn the_same_message_twice_is_one_turn() {
    let app = TestApp::start().await;
    let phone = Phone::at(&app, Provider::named("twilio_sms"));
    phone.fault("duplicate_webhook", 1).await;
    phone.write("hello").await;
    phone.reply(1).await;
    phone.write_as("SM-again", "I want to book").await;
    phone.write_as("SM-again", "I want to book").await;
    let conversation = phone.conversation(&app).await;
    let messages = app
        .admin()
        .items(&format!("/api/v1/conversations/{conversation}/messages"))
        .await;
    let own = messages.iter().filter(|message| message["role"] == "user");
    assert_eq!(own.count(), 2, "{messages:?}");
    app.assert_balanced().await;
}

#[tokio::test]
async fn an_opt_out_at_the_carrier_is_an_opt_out() {
    let app = TestApp::start().await;
    // The twin refuses this number as one whose owner has said STOP to the carrier.
    let phone = Phone::new(&app, "twilio_sms", "+15005550004", OURS);
    phone.write("hello").await;
    let conversation = phone.conversation(&app).await;
    let path = format!("/api/v1/conversations/{conversation}");
    let shown = eventually("it is known", || async {
        let shown = app.admin().get(&path).await.json();
        (shown["state"]["is_opted_out"] == true).then_some(shown)
    })
    .await;
    assert_eq!(shown["status"], "done");
    let messages = app.admin().items(&format!("{path}/messages")).await;
    let failed = messages.iter().find(|message| message["role"] == "bot").unwrap();
    assert_eq!(failed["status"], "failed");
    assert!(failed["reason"].as_str().unwrap().contains("opted out"), "{failed}");
    phone.write("are you there?").await;
    app.assert_balanced().await;
    assert_eq!(phone.replies().await.len(), 0);
}

#[tokio::test]
async fn an_error_that_comes_late_is_told_with_its_reason() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "twilio_sms", "+15005550009", OURS);
    phone.write("hello").await;
    let reason = phone.failure_of(&app).await;
    assert!(reason.contains("30003"), "{reason}");
}

#[tokio::test]
async fn nothing_is_believed_without_a_signature_and_nothing_is_lost_without_an_owner() {
    let app = TestApp::start().await;
    let form = "MessageSid=SM1&From=%2B12125550123&To=%2B14155550100&Body=hello";
    for headers in [vec![], vec![("x-twilio-signature", "AAAA")]] {
        let answer = app.anonymous().post_form("/webhooks/twilio/sms", &headers, form).await;
        assert_eq!(answer.status, 403);
    }
    assert!(app.ledger("nobody", "sms").await.is_none(), "nothing was stored");

    let stranger = Phone::new(&app, "twilio_sms", &fresh_number(), "+19995550199");
    assert_eq!(stranger.write("who owns this number?").await, Some(200));
    let row = app.ledger("nobody", "sms").await.unwrap();
    assert_eq!(row["refused"], 1, "{row}");
    app.assert_balanced().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_answered() {
    let app = TestApp::start().await;
    let phone = Phone::at(&app, Provider::named("twilio_sms"));
    assert_eq!(phone.write(&"a".repeat(100_000)).await, Some(200));
    assert_eq!(phone.write("control\u{7} \u{0}characters").await, Some(200));
    phone.reply(1).await;
    let letters = app.admin().items("/api/v1/dead-letters").await;
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert!(
        letter["error"].as_str().unwrap().contains("100000 characters"),
        "{letter}"
    );
    app.assert_balanced().await;
}

/// Twilio confirms STOP by itself, and refuses whatever else we would say.
#[tokio::test]
async fn a_stop_is_confirmed_once() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "twilio_sms", &fresh_number(), OURS);
    phone.write("Hi, I want to book for 10 people").await;
    phone.reply(1).await;
    phone.write("Stop").await;
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    let shown = app.admin().get(&path).await.json();
    assert_eq!(shown["state"]["is_opted_out"], true, "{shown}");
    let messages = app.admin().items(&format!("{path}/messages")).await;
    let ours = messages.iter().filter(|message| message["role"] == "bot");
    assert_eq!(ours.count(), 1, "nothing is said after the stop: {messages:?}");
    assert!(
        phone
            .reply(2)
            .await
            .starts_with("You have successfully been unsubscribed")
    );
    let consents = app.admin().items("/api/v1/consents?limit=200").await;
    let stops = consents.iter().filter(|consent| {
        consent["subject"].as_str().unwrap().ends_with(&phone.customer) && consent["is_granted"] == false
    });
    assert_eq!(stops.count(), 1, "{consents:?}");
    // The opt-out is over at both ends: what we say arrives.
    phone.write("START").await;
    assert!(phone.reply(4).await.contains("name"));
    app.assert_balanced().await;
}
