//! Text messages and calls over RingCentral, through the real surface, with its twin on the other
//! side.

use serde_json::{Value, json};

use super::support::{Phone, Provider, TestApp, eventually, fresh_number};

const OURS: &str = "+16573900100";

#[tokio::test]
async fn a_lead_is_collected_and_every_reply_is_delivered() {
    let app = TestApp::start().await;
    let phone = Phone::at(&app, Provider::named("ringcentral"));
    phone.write("do you have Saturday open for 20 people").await;
    assert!(phone.reply(1).await.contains("full name"));
    // Name and email at once: neither is asked for again.
    phone.write("John Smith, john.smith@example.com").await;
    assert!(phone.reply(2).await.contains("newsletter"));
    phone.write("yes please").await;
    phone.reply(3).await;

    let lead = phone.lead(&app).await;
    assert_eq!(
        (&lead["name"], &lead["email"], &lead["source"]),
        (&json!("John Smith"), &json!("john.smith@example.com"), &json!("SMS"))
    );
    phone.until_delivered(&app).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn an_opt_out_found_in_the_store_is_an_opt_out() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "ringcentral", "+15005550004", OURS);
    phone.write("hello").await;
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    eventually("the opt-out is known", || async {
        let shown = app.admin().get(&path).await.json();
        (shown["state"]["is_opted_out"] == true).then_some(())
    })
    .await;
}

/// An event of a call, as RingCentral sends it.
fn call_event(caller: &str, sequence: u64, code: &str, missed: bool) -> Value {
    json!({
        "uuid": format!("{caller}-{sequence}"),
        "event": "/restapi/v1.0/account/809646016/extension/62989300001/telephony/sessions",
        "body": {
            "sequence": sequence,
            "telephonySessionId": format!("s-{caller}"),
            "eventTime": format!("2026-11-21T01:20:{:02}.000Z", sequence * 10),
            "parties": [{
                "id": "p-1", "direction": "Inbound", "missedCall": missed,
                "from": {"phoneNumber": caller}, "to": {"phoneNumber": OURS},
                "status": {"code": code},
            }],
        },
    })
}

#[tokio::test]
async fn a_missed_call_becomes_a_lead_once() {
    let app = TestApp::start().await;
    let token = app.sandbox_secret("ringcentral", "verification");
    let caller = fresh_number();
    for (sequence, code, missed) in [(1, "Setup", false), (2, "Proceeding", false), (4, "Disconnected", true)] {
        let event = call_event(&caller, sequence, code, missed);
        for _ in 0..2 {
            let headers = [("verification-token", token.as_str())];
            let answer = app
                .anonymous()
                .post_json("/webhooks/ringcentral", &headers, &event)
                .await;
            assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        }
    }
    let leads = app.admin().items("/api/v1/leads?limit=200").await;
    let own: Vec<&Value> = leads.iter().filter(|lead| lead["phone"] == caller.as_str()).collect();
    let [lead] = own.as_slice() else { panic!("{leads:?}") };
    assert_eq!(
        (&lead["source"], &lead["context"]["call_type"]),
        (&json!("PHONE"), &json!("missed"))
    );
    app.assert_balanced().await;
}

#[tokio::test]
async fn whoever_called_in_vain_gets_one_text_from_the_number_they_called() {
    let app = TestApp::start().await;
    app.keep_awake().await;
    let phone = Phone::at(&app, Provider::named("ringcentral"));
    let token = app.sandbox_secret("ringcentral", "verification");
    for call in ["first", "second"] {
        for (sequence, code, is_missed) in [(1, "Proceeding", false), (2, "Disconnected", true)] {
            let mut event = call_event(&phone.customer, sequence, code, is_missed);
            event["uuid"] = format!("{call}-{sequence}").into();
            event["body"]["telephonySessionId"] = format!("s-{call}").into();
            let headers = [("verification-token", token.as_str())];
            let answer = app
                .anonymous()
                .post_json("/webhooks/ringcentral", &headers, &event)
                .await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
    }
    let words = phone.reply(1).await;
    assert!(
        words.starts_with("Sorry we missed your call! This is Awake "),
        "{words}"
    );
    phone.write("Hi, I want to book for 10 people").await;
    let next = phone.reply(2).await;
    assert!(next.contains("full name"), "the second call said nothing: {next}");
    phone.until_delivered(&app).await;
    let leads = app.admin().items("/api/v1/leads?limit=200").await;
    let own: Vec<&Value> = leads
        .iter()
        .filter(|lead| lead["phone"] == phone.customer.as_str())
        .collect();
    assert!(
        own.iter().any(|lead| lead["context"]["call_type"] == "missed"),
        "{own:?}"
    );
    app.assert_balanced().await;
}

#[tokio::test]
async fn the_handshake_is_answered_and_no_stranger_believed() {
    let app = TestApp::start().await;
    let greeting = app
        .anonymous()
        .post_form("/webhooks/ringcentral", &[("validation-token", "abc-123")], "")
        .await;
    assert_eq!((greeting.status, greeting.header("validation-token")), (200, "abc-123"));
    let event = call_event("+12125550123", 1, "Setup", false);
    for headers in [vec![], vec![("verification-token", "wrong")]] {
        let answer = app
            .anonymous()
            .post_json("/webhooks/ringcentral", &headers, &event)
            .await;
        assert_eq!(answer.status, 403);
    }
}
