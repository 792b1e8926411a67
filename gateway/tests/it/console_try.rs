//! Try it: the phone on screen, from what is written to the reply and its ticks.

use frontdesk_core::ports::registry::Role;

use crate::support::{Browser, TestApp, eventually, fresh_number};

const OURS: &str = "twilio_sms:+14155550100";

fn page(customer: &str) -> String {
    url::form_urlencoded::Serializer::new("/console/try?".to_owned())
        .append_pair("to", OURS)
        .append_pair("from", customer)
        .finish()
}

async fn write(browser: &mut Browser, customer: &str, text: &str) -> u16 {
    let fields = [("to", OURS), ("from", customer), ("text", text)];
    browser.submit("/console/try/messages", &fields).await.status
}

/// The screen once it shows something.
async fn shows(browser: &Browser, app: &TestApp, customer: &str, what: &str) -> String {
    eventually(what, || async {
        let mut other = Browser::new(app.address);
        other.cookie.clone_from(&browser.cookie);
        let page = other.get(&page(customer)).await.text;
        page.contains(what).then_some(page)
    })
    .await
}

#[tokio::test]
async fn what_is_written_on_the_phone_is_answered_there() {
    let app = TestApp::start().await;
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let start = olga.get("/console/try").await;
    assert_eq!(start.status, 303);
    assert!(start.location.starts_with("/console/try?to="), "{}", start.location);
    let customer = fresh_number();
    assert_eq!(olga.get(&page(&customer)).await.status, 200);
    assert_eq!(write(&mut olga, &customer, "A party for 10 <b>people</b>").await, 303);
    let screen = shows(&olga, &app, &customer, "data-status=\"delivered\"").await;
    assert!(screen.contains("A party for 10 &#60;b&#62;people"), "{screen}");
    assert!(screen.contains("/console/conversations/"), "{screen}");
    assert_eq!(write(&mut olga, &customer, "  ").await, 422);
    app.stop().await;
}

#[tokio::test]
async fn nobody_writes_to_a_business_of_others() {
    let app = TestApp::start().await;
    let customer = fresh_number();
    let mut theirs = app.signed_in(Role::Operator, Some("demo-academy")).await;
    assert_eq!(write(&mut theirs, &customer, "hello").await, 404);
    let elsewhere = theirs.get(&page(&customer)).await;
    assert_eq!(elsewhere.status, 303, "sent to a place of their own");
    assert!(!elsewhere.location.contains("14155550100"), "{}", elsewhere.location);
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    assert_eq!(write(&mut viewer, &customer, "hello").await, 403);
    app.stop().await;
}

#[tokio::test]
async fn a_call_that_is_placed_becomes_a_lead() {
    for (phone, tenant) in [
        ("calls:ringcentral:+16573900100", "demo-catering"),
        ("calls:twilio_sms:+14155550100", "demo-catering"),
        ("calls:retell:agent_demo_restaurant", "demo-restaurant"),
    ] {
        calls_become_leads(phone, tenant).await;
    }
}

async fn calls_become_leads(phone: &str, tenant: &str) {
    let app = TestApp::start().await;
    let mut olga = app.signed_in(Role::Operator, Some(tenant)).await;
    for (end, shown, call_type, seconds) in [
        ("missed", "Called; nobody answered", "missed", None),
        ("voicemail", "Called; the mailbox answered", "missed", None),
        ("answered", "Called; somebody answered", "answered", Some(65)),
    ] {
        let customer = fresh_number();
        let page = url::form_urlencoded::Serializer::new("/console/try?".to_owned())
            .append_pair("to", phone)
            .append_pair("from", &customer)
            .finish();
        assert!(olga.get(&page).await.text.contains("Place a call."));
        let fields = [("to", phone), ("from", customer.as_str()), ("end", end)];
        assert_eq!(olga.submit("/console/try/calls", &fields).await.status, 303, "{end}");
        let leads = app.admin().items("/api/v1/leads?limit=200").await;
        let own: Vec<_> = leads.iter().filter(|lead| lead["phone"] == customer.as_str()).collect();
        let [lead] = own.as_slice() else {
            panic!("{end}: {leads:?}")
        };
        assert_eq!(
            (&lead["source"], &lead["context"]["call_type"]),
            (&"PHONE".into(), &call_type.into())
        );
        assert_eq!(lead["context"]["call_seconds"].as_u64(), seconds, "{end}: {lead}");
        let screen = olga.get(&page).await.text;
        let href = format!("/console/leads/{}", lead["id"].as_str().unwrap());
        assert!(screen.contains(shown) && screen.contains(&href), "{end}: {screen}");
    }
    let customer = fresh_number();
    for (path, field, status) in [
        ("/console/try/calls", ("end", "busy"), 422),
        ("/console/try/messages", ("text", "hello"), 404),
    ] {
        let fields = [("to", phone), ("from", customer.as_str()), field];
        assert_eq!(olga.submit(path, &fields).await.status, status, "{path}");
    }
    let fields = [("to", OURS), ("from", customer.as_str()), ("end", "missed")];
    assert_eq!(
        olga.submit("/console/try/calls", &fields).await.status,
        404,
        "texts only"
    );
    app.assert_balanced().await;
    app.stop().await;
}

#[tokio::test]
async fn a_provider_that_fails_loses_nothing() {
    let app = TestApp::start().await;
    let customer = fresh_number();
    let mut admin = app.signed_in(Role::Admin, None).await;
    admin.get(&page(&customer)).await;
    let fault = [
        ("to", OURS),
        ("from", &customer),
        ("kind", "server_error"),
        ("count", "1"),
    ];
    assert_eq!(admin.submit("/console/try/faults", &fault).await.status, 303);
    assert!(admin.get(&page(&customer)).await.text.contains("1 to come"));
    let unknown = [
        ("to", OURS),
        ("from", &customer),
        ("kind", "earthquake"),
        ("count", "1"),
    ];
    assert_eq!(admin.submit("/console/try/faults", &unknown).await.status, 422);

    write(&mut admin, &customer, "A party for 10 people").await;
    let screen = shows(&admin, &app, &customer, "data-status=\"delivered\"").await;
    assert!(!screen.contains("to come"), "{screen}");

    let mut own = app.signed_in(Role::Admin, Some("demo-catering")).await;
    own.get(&page(&customer)).await;
    assert_eq!(own.submit("/console/try/faults", &fault).await.status, 403);
    app.assert_balanced().await;
    app.stop().await;
}

#[tokio::test]
async fn nobody_is_a_customer_who_cannot_be() {
    let app = TestApp::start().await;
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let seen = olga.get(&page("12")).await;
    assert_eq!(seen.status, 422);
    assert!(
        seen.text.contains("not a phone number with its country"),
        "{}",
        seen.text
    );
    assert!(
        seen.text.contains("value=\"12\""),
        "what was typed stays: {}",
        seen.text
    );
    assert_eq!(write(&mut olga, "12", "hello").await, 422);
    for (channel, from, to) in [
        ("messenger", "psid-206", "104020918399999"),
        ("whatsapp_cloud", "12", "106540352242922"),
        ("twilio_sms", "12", "+14155550100"),
    ] {
        let said = serde_json::json!({"from": from, "to": to, "text": "hello"});
        let refused = app
            .admin()
            .post(&format!("/api/v1/sandbox/{channel}/messages"), &said)
            .await;
        assert_eq!(refused.status, 400, "{channel}");
        assert!(refused.text.contains("'from' is not"), "{}", refused.text);
    }
    app.stop().await;
}
