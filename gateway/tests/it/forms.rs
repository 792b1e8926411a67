//! The forms of web sites, from the browser's request to the text message that confirms it.

use frontdesk_core::ports::registry::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, eventually, fresh};

fn quote(email: &str, phone: &str) -> Value {
    json!({
        "name": "Ana Reyes", "email": email, "phone": phone, "event_date": "2030-12-05", "guest_count": 12,
        "budget": "about $900", "location": "Oakland", "message": "Is the garden big enough?", "source": "quote",
    })
}

fn booking(email: &str, phone: &str) -> Value {
    json!({
        "name": "Ana Reyes", "email": email, "phone": phone, "preferredCommunication": "text",
        "eventDate": "2030-12-05", "eventTime": "18:30", "guestCount": 12, "address": "1 Main St, Oakland",
        "smsConsent": true,
    })
}

/// The first row of a list that fulfils a condition.
async fn find(app: &TestApp, list: &str, field: &str, value: &str) -> Option<Value> {
    let items = app.admin().items(&format!("/api/v1/{list}")).await;
    items.into_iter().find(|item| item[field] == value)
}

#[tokio::test]
async fn a_quote_is_a_contact_a_lead_and_a_subscription() {
    let app = TestApp::with_settings("[forms]\ndefault_tenant = \"demo-catering\"").await;
    let answer = app
        .anonymous()
        .post("/api/v1/public/leads", &quote("Ana@Example.com", "(415) 555-0100"))
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let received = answer.json();
    assert_eq!(
        (&received["status"], &received["reply_by"]),
        (&json!("received"), &json!("email"))
    );

    let lead = find(&app, "leads", "phone", "+14155550100").await.expect("a lead");
    assert_eq!(
        (&lead["source"], &lead["channel"]),
        (&json!("WEB_QUOTE"), &json!("form"))
    );
    assert_eq!(
        (&lead["name"], &lead["email"]),
        (&json!("Ana Reyes"), &json!("ana@example.com"))
    );
    let context = &lead["context"];
    for (field, value) in [
        ("party_size", json!(12)),
        ("datetime", json!("2030-12-05")),
        ("budget", json!("about $900")),
        ("location", json!("Oakland")),
        ("message", json!("Is the garden big enough?")),
    ] {
        assert_eq!(context[field], value, "{field}");
    }
    assert!(find(&app, "contacts", "phone", "+14155550100").await.is_some());
    let subscription = find(&app, "newsletter", "email", "ana@example.com")
        .await
        .expect("a subscription");
    assert_eq!(
        (&subscription["email_consent"], &subscription["sms_consent"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&subscription["source"], &subscription["confirmed_at"]),
        (&json!("WEB_QUOTE"), &Value::Null)
    );
}

#[tokio::test]
async fn a_booking_begins_the_conversation_by_text_message() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .post("/api/v1/bookings", &booking("tom@example.com", "415 555 0101"))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["reply_by"]),
        (201, &json!("text")),
        "{answer:?}"
    );
    let lead = find(&app, "leads", "phone", "+14155550101").await.expect("a lead");
    assert_eq!(
        (&lead["source"], &lead["context"]["datetime"]),
        (&json!("BOOKING"), &json!("2030-12-05T18:30"))
    );

    let begun = eventually("the conversation by text message", || async {
        find(&app, "conversations", "address", "+14155550101").await
    })
    .await;
    assert_eq!(begun["channel"], "sms");
    let id = begun["id"].as_str().unwrap();
    // By day it is said at once; by night a timer waits for the morning.
    let words = eventually("the follow-up, or the timer that waits for the morning", || async {
        let conversation = app.admin().get(&format!("/api/v1/conversations/{id}")).await.json();
        let said = app.admin().items(&format!("/api/v1/conversations/{id}/messages")).await;
        let timers = conversation["timers"].as_array().unwrap();
        match timers.iter().any(|timer| timer["name"] == "follow_up") {
            true => Some(None),
            false => said
                .first()
                .map(|first| Some(first["content"]["text"].as_str().unwrap().to_owned())),
        }
    })
    .await;
    if let Some(words) = words {
        assert!(words.contains("your booking request for 12 people"), "{words}");
    }
    let said = app.admin().items(&format!("/api/v1/conversations/{id}/messages")).await;
    assert!(said.len() <= 1, "{said:?}");
    // One person: the text messages wrote nothing of their own.
    let leads = app.admin().items("/api/v1/leads").await;
    assert_eq!(leads.iter().filter(|lead| lead["phone"] == "+14155550101").count(), 1);
}

#[tokio::test]
async fn the_same_form_twice_is_one() {
    let app = TestApp::start().await;
    let form = quote("eve@example.com", "415 555 0102");
    let key = fresh("key");
    let first = app
        .anonymous()
        .post_once("/api/v1/public/leads", &key, &form)
        .await
        .json();
    let again = app.anonymous().post_once("/api/v1/public/leads", &key, &form).await;
    assert_eq!((again.status, &again.json()["is_duplicate"]), (201, &json!(true)));
    assert_eq!(first["is_duplicate"], false);
    for is_duplicate in [false, true] {
        let form = quote("leo@example.com", "415 555 0103");
        let pressed = app.anonymous().post("/api/v1/public/leads", &form).await;
        assert_eq!(pressed.json()["is_duplicate"], is_duplicate);
    }
    let form_id = find(&app, "conversations", "address", "eve@example.com").await.unwrap()["id"].clone();
    let turns = app
        .admin()
        .items(&format!("/api/v1/conversations/{}/turns", form_id.as_str().unwrap()))
        .await;
    assert_eq!(turns.len(), 1);
}

#[tokio::test]
async fn every_fault_is_told_by_field() {
    let app = TestApp::start().await;
    let form = json!({ "name": "A", "email": "nowhere", "phone": "555", "event_date": "2030-02-30" });
    let answer = app.anonymous().post("/api/v1/public/leads", &form).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "invalid"));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    let faults: Vec<_> = problem["errors"].as_array().unwrap().iter().collect();
    let fields: Vec<_> = faults.iter().map(|fault| fault["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "email", "phone", "event_date"]);
    assert!(
        faults
            .iter()
            .all(|fault| fault["message"].as_str().is_some_and(|words| !words.is_empty()))
    );
    assert!(app.admin().items("/api/v1/leads").await.is_empty());

    for (body, status) in [("{", 400), ("[]", 400), ("null", 400), ("\"x\"", 400)] {
        let answer = app.anonymous().post_text("/api/v1/bookings", body).await;
        assert_eq!(answer.status, status, "{body}: {answer:?}");
    }
    let answer = app
        .anonymous()
        .post(
            "/api/v1/public/leads?tenant=nobody",
            &quote("a@example.com", "415 555 0104"),
        )
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn what_no_person_fills_in_is_forgotten() {
    let app = TestApp::start().await;
    let mut form = quote("bot@example.com", "415 555 0105");
    form["website"] = json!("https://spam.example");
    let answer = app.anonymous().post("/api/v1/public/leads", &form).await;
    assert_eq!((answer.status, &answer.json()["status"]), (201, &json!("received")));
    assert!(app.admin().items("/api/v1/conversations").await.is_empty());
}

#[tokio::test]
async fn one_sender_sends_only_so_much() {
    let app = TestApp::with_settings("[forms]\nper_address_per_minute = 3").await;
    for _ in 0..3 {
        let answer = app.anonymous().post("/api/v1/public/leads", &json!({})).await;
        assert_eq!(answer.status, 422);
    }
    let answer = app.anonymous().post("/api/v1/public/leads", &json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (429, "too_many"));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn only_the_tenants_sites_may_send() {
    let app = TestApp::start().await;
    let manifest = frontdesk_actors::demo::MANIFESTS[0].1;
    let sites = "[profile]\nallowed_origins = [\"https://party.example\"]\n";
    app.put_tenant("closed", &manifest.replacen("[profile]\n", sites, 1))
        .await;
    let path = "/api/v1/public/leads?tenant=closed";
    let form = quote("ana@example.com", "415 555 0106");
    let from = async |origin: &str| app.anonymous().post_from(path, origin, &form).await;
    let foreign = from("https://evil.example").await;
    assert_eq!((foreign.status, foreign.code().as_str()), (403, "foreign_origin"));
    assert_eq!(foreign.header("access-control-allow-origin"), "");
    let own = from("https://party.example").await;
    assert_eq!(own.status, 201, "{own:?}");
    assert_eq!(own.header("access-control-allow-origin"), "https://party.example");
    assert_eq!(own.header("vary"), "origin");

    let asked = app
        .anonymous()
        .preflight("/api/v1/bookings", "https://party.example")
        .await;
    assert_eq!(asked.status, 204);
    assert_eq!(asked.header("access-control-allow-methods"), "POST");
    assert!(asked.header("access-control-allow-headers").contains("idempotency-key"));
    assert_eq!(asked.header("access-control-allow-origin"), "https://party.example");
}

#[tokio::test]
async fn the_form_knows_its_words() {
    let app = TestApp::start().await;
    let path = "/api/v1/public/forms/demo-catering";
    let look = app.anonymous().get_with(path, ("accept-language", "es")).await;
    assert_eq!((look.status, look.header("content-language")), (200, "es"));
    assert_eq!(look.header("access-control-allow-origin"), "*");
    let look = look.json();
    assert!(look["newsletter_text"].as_str().unwrap().contains("ofertas"), "{look}");
    assert!(look["sms_consent_text"].as_str().unwrap().contains("STOP"), "{look}");
    assert_eq!(app.anonymous().get("/api/v1/public/forms/nobody").await.status, 404);
    // What was shown is what is recorded.
    app.anonymous()
        .post("/api/v1/bookings", &booking("mia@example.com", "415 555 0107"))
        .await;
    let own = app.key("demo-catering", Role::Viewer).await;
    let consents = own.items("/api/v1/consents?subject=phone:%2B14155550107").await;
    let purposes: Vec<_> = consents.iter().map(|row| row["purpose"].as_str().unwrap()).collect();
    assert_eq!(purposes.len(), 2, "{consents:?}");
    assert!(purposes.contains(&"newsletter") && purposes.contains(&"sms"));
    let other = app.key("demo-academy", Role::Viewer).await;
    assert!(other.items("/api/v1/consents").await.is_empty());
}

#[tokio::test]
async fn the_report_shows_what_each_source_brings() {
    let app = TestApp::start().await;
    app.anonymous()
        .post("/api/v1/public/leads", &quote("one@example.com", "415 555 0108"))
        .await;
    let mut second = quote("two@example.com", "415 555 0109");
    second["email_consent"] = json!(false);
    app.anonymous().post("/api/v1/public/leads", &second).await;
    let own = app.key("demo-catering", Role::Viewer).await;
    let report = own.get("/api/v1/reports/sources").await.json();
    let sources = report["sources"].as_array().unwrap();
    let row = |source: &str| sources.iter().find(|row| row["source"] == source).unwrap();
    let quotes = row("WEB_QUOTE");
    assert_eq!((&quotes["leads"], &quotes["name_share"]), (&json!(2), &json!(1.0)));
    assert_eq!(
        (&quotes["email_share"], &quotes["consent_share"]),
        (&json!(1.0), &json!(0.5))
    );
    // A source that brought nobody is a gap to be seen.
    assert_eq!(
        (&row("SMS")["leads"], &row("SMS")["name_share"]),
        (&json!(0), &Value::Null)
    );
    let later = own
        .get("/api/v1/reports/sources?from=2099-01-01T00:00:00Z")
        .await
        .json();
    assert!(later["sources"].as_array().unwrap().iter().all(|row| row["leads"] == 0));
    assert_eq!(own.get("/api/v1/reports/sources?from=yesterday").await.status, 400);
}
