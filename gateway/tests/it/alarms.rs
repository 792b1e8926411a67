//! Alarms open once, say what to do, and close by themselves.

use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::watch::HourCount;
use serde_json::{Value, json};

use super::support::{Forger, Phone, Provider, TestApp, eventually};

/// Looks all the time.
const EAGER: &str = "[alarms]\nevery_ms = 50\nresting_ms = 0\n[reconciliation]\nevery_ms = 100\nsettle_ms = 0\n\
                     [runtime.outbox]\nbreaker_failures = 2\nbreaker_rest_ms = 500";
const LANE: &str = "twilio_sms:+14155550100";

async fn alarms(app: &TestApp, path: &str) -> Vec<Value> {
    app.admin().items(path).await
}

/// The open alarm of a cause, once there is one.
async fn open(app: &TestApp, cause: &str) -> Value {
    eventually(&format!("an alarm {cause}"), || async {
        let open = alarms(app, "/api/v1/alarms").await;
        open.into_iter().find(|alarm| alarm["cause"] == cause)
    })
    .await
}

/// Waits until no alarm of a cause is open; the one that was has ended, and was the only one.
async fn until_over(app: &TestApp, cause: &str) {
    eventually(&format!("{cause} is over"), || async {
        let open = alarms(app, "/api/v1/alarms").await;
        (!open.iter().any(|alarm| alarm["cause"] == cause)).then_some(())
    })
    .await;
    let all = alarms(app, "/api/v1/alarms?closed=true").await;
    let own: Vec<&Value> = all.iter().filter(|alarm| alarm["cause"] == cause).collect();
    assert_eq!(own.len(), 1, "{own:?}");
    assert!(own[0]["closed_at"].is_string(), "{own:?}");
}

#[tokio::test]
async fn signatures_that_fail_are_told_until_they_are_right_again() {
    let app = TestApp::with_settings(EAGER).await;
    let forger = Forger::new(&app).await;
    let provider = Provider::named("twilio_sms");
    for _ in 0..6 {
        assert_eq!(
            forger
                .post_unproved(provider, "MessageSid=SM1&From=%2B1&To=%2B2")
                .await
                .status,
            403
        );
    }
    let alarm = open(&app, "signatures_failing").await;
    assert_eq!(
        (&alarm["subject"], &alarm["tenant"]),
        (&json!("twilio_sms"), &Value::Null)
    );
    assert!(alarm["advice"].as_str().unwrap().contains("PUBLIC_URL"), "{alarm}");
    let metrics = app.anonymous().get("/metrics").await.text;
    assert!(
        metrics.contains("frontdesk_alarms_open{cause=\"signatures_failing\"}"),
        "{metrics}"
    );

    let phone = Phone::at(&app, provider);
    for number in 0..8 {
        phone.write(&format!("message {number}")).await;
    }
    until_over(&app, "signatures_failing").await;
}

#[tokio::test]
async fn an_alarm_is_known_to_whoever_says_so_and_to_its_tenant_alone() {
    let app = TestApp::with_settings(EAGER).await;
    let hour = app.clock().now().as_millis() / 3_600_000;
    // Somebody wrote in every hour of three weeks, until ten hours ago.
    let counts: Vec<HourCount> = (hour - 21 * 24..hour - 10)
        .map(|hour| HourCount {
            lane: LANE.to_owned(),
            hour,
            count: 2,
        })
        .collect();
    app.database.watch.count_inbound(&counts).await.unwrap();
    // Habits are looked at when the server starts, and then every hour.
    let app = app.restart_with(EAGER).await;
    let alarm = open(&app, "inbound_silent").await;
    assert_eq!(
        (&alarm["subject"], &alarm["tenant"]),
        (&json!(LANE), &json!("demo-catering"))
    );
    assert_eq!(alarm["count"], 20, "{alarm}");

    let path = format!("/api/v1/alarms/{}/acknowledge", alarm["id"].as_str().unwrap());
    let stranger = app.key("demo-academy", Role::Admin).await;
    assert!(stranger.items("/api/v1/alarms").await.is_empty());
    assert_eq!(stranger.post(&path, &json!({})).await.status, 404);
    let viewer = app.key("demo-catering", Role::Viewer).await;
    assert_eq!(viewer.items("/api/v1/alarms").await.len(), 1);
    assert_eq!(viewer.post(&path, &json!({})).await.status, 403);

    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let home = olga.get("/console").await;
    assert!(
        home.text.contains("Nobody writes to twilio_sms:+14155550100 any more"),
        "{}",
        home.text
    );
    let path = format!("/console/alarms/{}/acknowledge", alarm["id"].as_str().unwrap());
    assert_eq!(olga.submit(&path, &[]).await.status, 303);
    let page = olga.get("/console/alarms").await;
    assert!(page.text.contains("Known to"), "{}", page.text);

    Phone::at(&app, Provider::named("twilio_sms"))
        .write("hello again")
        .await;
    until_over(&app, "inbound_silent").await;
}

#[tokio::test]
async fn webhooks_that_do_not_arrive_are_told() {
    let app = TestApp::with_settings(EAGER).await;
    eventually("the account is looked at", || async {
        app.database.watch.inbox_mark(LANE).await.unwrap()
    })
    .await;
    let phone = Phone::at(&app, Provider::named("twilio_sms"));
    phone.fault("missing_webhook", 1).await;
    phone.write("hello").await;
    let alarm = open(&app, "webhooks_missing").await;
    assert_eq!((&alarm["subject"], &alarm["count"]), (&json!(LANE), &json!(1)));
}

#[tokio::test]
async fn dead_letters_that_grow_are_told_over_a_restart_once() {
    let app = TestApp::with_settings(EAGER).await;
    let forger = Forger::new(&app).await;
    let provider = Provider::named("textmagic");
    for number in 0..5 {
        assert_eq!(forger.post(provider, &format!("no JSON {number}")).await.status, 200);
    }
    let alarm = open(&app, "dead_letters_growing").await;
    assert_eq!((&alarm["count"], &alarm["tenant"]), (&json!(5), &Value::Null));
    let app = app.restart_with(EAGER).await;
    assert_eq!(open(&app, "dead_letters_growing").await["id"], alarm["id"]);

    let letters = app.admin().items("/api/v1/dead-letters").await;
    let id = frontdesk_core::DeadLetterId(letters[0]["id"].as_str().unwrap().parse().unwrap());
    let letter = app.database.store.parked(id, None).await.unwrap().unwrap();
    app.database
        .store
        .resolve(&letter.event, "mended", app.clock().now())
        .await
        .unwrap();
    until_over(&app, "dead_letters_growing").await;
}

#[tokio::test]
async fn a_receiver_that_keeps_failing_is_told_until_it_takes_something() {
    let app = TestApp::with_settings(EAGER).await;
    let provider = Provider::named("yelp");
    let (one, other) = (Phone::at(&app, provider), Phone::at(&app, provider));
    one.fault("server_error", 4).await;
    one.write("The heater is broken").await;
    other.write("The tap drips").await;
    let alarm = open(&app, "breaker_open").await;
    assert_eq!(alarm["subject"], "yelp");
    one.reply(1).await;
    other.reply(1).await;
    until_over(&app, "breaker_open").await;
}

#[tokio::test]
async fn an_account_that_is_refused_is_told_until_it_is_let_in() {
    let app = TestApp::with_settings(EAGER).await;
    let provider = Provider::named("textmagic");
    let phone = Phone::at(&app, provider);
    phone.fault("expired_token", 1).await;
    phone.write("hello").await;
    let alarm = open(&app, "account_refused").await;
    assert_eq!(
        (&alarm["subject"], &alarm["tenant"]),
        (&json!("textmagic:+447624800501"), &json!("demo-catering"))
    );
    let other = Phone::at(&app, provider);
    other.write("hello").await;
    other.reply(1).await;
    until_over(&app, "account_refused").await;
}
