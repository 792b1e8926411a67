//! Alarms open once, say what to do, and close by themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::routing::get;
use axum::{Json, Router};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::watch::{Cause, HourCount, Trouble};
use frontdesk_core::{TenantId, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::support::{Forger, Phone, Provider, TestApp, eventually};

/// Looks all the time.
const EAGER: &str = "[alarms]\nevery_ms = 50\nresting_ms = 0\n[reconciliation]\nevery_ms = 100\nsettle_ms = 0\n\
                     [runtime.outbox]\nbreaker_failures = 2\nbreaker_rest_ms = 500";
const HOUR: Duration = Duration::from_secs(60 * 60);
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

#[tokio::test]
async fn an_account_that_is_refused_afterwards_is_told_until_something_arrives() {
    let app = TestApp::with_settings(EAGER).await;
    let provider = Provider::named("whatsapp_cloud");
    let phone = Phone::at(&app, provider);
    phone.write("hello").await;
    phone.reply(1).await;
    phone.until_delivered(&app).await;
    let sent = phone.replies().await[0]["id"].as_str().unwrap().to_owned();
    let number = phone.customer.trim_start_matches('+').to_owned();
    let status = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": provider.ours},
            "statuses": [{
                "id": sent, "status": "failed", "timestamp": "1795222860", "recipient_id": number,
                "errors": [{"code": 131_042, "title": "Business eligibility payment issue"}],
            }],
        },
    }]}]});
    let forger = Forger::new(&app).await;
    assert_eq!(forger.post(provider, &status.to_string()).await.status, 200);
    let alarm = open(&app, "account_refused").await;
    assert_eq!(
        (&alarm["subject"], &alarm["tenant"]),
        (
            &json!(format!("whatsapp_cloud:{}", provider.ours)),
            &json!("demo-catering")
        )
    );
    let app = app.restart_with(EAGER).await;
    // Whatever opens from now on was noticed by a round of the new process.
    let forger = Forger::new(&app).await;
    for _ in 0..6 {
        assert_eq!(forger.post_unproved(provider, "{}").await.status, 403);
    }
    open(&app, "signatures_failing").await;
    assert_eq!(open(&app, "account_refused").await["id"], alarm["id"]);
    let all = alarms(&app, "/api/v1/alarms?closed=true").await;
    assert_eq!(all.len(), 2, "a restart forgets nothing: {all:?}");
    let phone = Phone::new(&app, provider.name, &phone.customer, provider.ours);
    phone.write("are you there?").await;
    until_over(&app, "account_refused").await;
}

#[tokio::test]
async fn what_another_node_sees_stays_until_no_node_sees_it() {
    let app = TestApp::with_settings(EAGER).await;
    let seen_elsewhere = |subject: &str| Trouble {
        cause: Cause::BreakerOpen,
        subject: subject.to_owned(),
        tenant: TenantId::nobody(),
        count: 0,
        moment: app.clock().now(),
    };
    let now = app.clock().now();
    // As a node that goes on seeing it, and one that has stopped doing so.
    for (subject, seen_at) in [
        ("seen", now.plus(HOUR)),
        ("unseen", Timestamp::from_millis(now.as_millis() - 3_600_000)),
    ] {
        let id = uuid::Uuid::now_v7();
        assert!(
            app.database
                .watch
                .raise(id, &seen_elsewhere(subject), seen_at)
                .await
                .unwrap()
        );
    }
    eventually("the one that nobody sees is over", || async {
        let all = alarms(&app, "/api/v1/alarms?closed=true").await;
        let is_over = |alarm: &Value| alarm["subject"] == "unseen" && alarm["closed_at"].is_string();
        all.iter().any(is_over).then_some(())
    })
    .await;
    assert_eq!(open(&app, "breaker_open").await["subject"], "seen");
}

/// Where Meta tells until when our token is good: until a moment in seconds, for ever with 0, no longer with -1.
async fn graph(ends_at: Arc<AtomicI64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answer = move || async move {
        let ends_at = ends_at.load(Ordering::Relaxed);
        Json(json!({"data": {"is_valid": ends_at >= 0, "expires_at": ends_at.max(0)}}))
    };
    let router = Router::new().route("/v25.0/debug_token", get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

#[tokio::test]
async fn a_token_that_ends_is_told_until_there_is_another_one() {
    let ends_at = Arc::new(AtomicI64::new(0));
    let base = graph(Arc::clone(&ends_at)).await;
    let app = TestApp::with_settings(&format!(
        "{EAGER}\n[upkeep]\nevery_ms = 50\ncheck_ms = 100\nretry_ms = 50\n[channels.meta]\napp_secret = \"secret\"\n\
         verify_token = \"verify\"\naccess_token = \"token\"\napi_base = \"{base}\"",
    ))
    .await;
    let now = app.clock().now().as_millis() / 1_000;
    let day = 24 * 60 * 60;
    ends_at.store(now + 8 * day, Ordering::Relaxed);
    eventually("its end is known", || async {
        let states = app.database.upkeep.states().await.unwrap();
        states[..].first()?.ends_at
    })
    .await;
    assert!(alarms(&app, "/api/v1/alarms").await.is_empty(), "that is a long time");

    ends_at.store(now + 3 * day, Ordering::Relaxed);
    let alarm = open(&app, "token_ending").await;
    assert_eq!((&alarm["subject"], &alarm["tenant"]), (&json!("meta"), &Value::Null));
    let metrics = app.anonymous().get("/metrics").await.text;
    assert!(
        metrics.contains("frontdesk_alarms_open{cause=\"token_ending\"}"),
        "{metrics}"
    );
    let mut admin = app.signed_in(Role::Admin, None).await;
    let page = admin.get("/console/alarms").await.text;
    assert!(page.contains("The access to meta ends"), "{page}");
    ends_at.store(now + 60 * day, Ordering::Relaxed);
    until_over(&app, "token_ending").await;

    // One that is no longer valid is worse.
    ends_at.store(-1, Ordering::Relaxed);
    open(&app, "account_failing").await;
    ends_at.store(0, Ordering::Relaxed);
    until_over(&app, "account_failing").await;
}
