//! Businesses' own accounts over the API: who may, what is told, and what never is.

use frontdesk_core::ports::registry::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Answer, Http, TestApp, eventually};

const PATH: &str = "/api/v1/tenants/demo-catering/accounts";
const TOKEN: &str = "hush-hush-hush-hush";

fn twilio(token: &str) -> Value {
    json!({"by": "Ana", "parts": {"account_sid": "AC1", "auth_token": token}})
}

/// One call of each kind.
async fn every_call(http: &Http, tenant: &str) -> Vec<Answer> {
    let path = format!("/api/v1/tenants/{tenant}/accounts");
    let twilio_path = format!("{path}/twilio");
    vec![
        http.get(&path).await,
        http.put(&twilio_path, &twilio(TOKEN)).await,
        http.post(&format!("{twilio_path}/check"), &json!({})).await,
        http.ask(Method::DELETE, &twilio_path, &[]).await,
    ]
}

#[tokio::test]
async fn accounts_are_of_their_tenants_administrators_alone() {
    let app = TestApp::start().await;
    let key = |tenant: &'static str, role| app.key(tenant, role);
    let table = [
        (app.anonymous(), "demo-catering", 401),
        (key("demo-catering", Role::Viewer).await, "demo-catering", 403),
        (key("demo-catering", Role::Operator).await, "demo-catering", 403),
        (key("demo-academy", Role::Admin).await, "demo-catering", 404),
        (app.admin(), "no-such-tenant", 404),
        (app.admin(), "nobody", 404),
        (app.admin(), "%00", 404),
    ];
    for (caller, tenant, status) in &table {
        for answer in every_call(caller, tenant).await {
            assert_eq!(answer.status, *status, "{tenant}: {answer:?}");
        }
    }
    assert_eq!(app.database.registry.credentials().await.unwrap(), []);
    let own = key("demo-catering", Role::Admin).await;
    for caller in [own, app.admin()] {
        let statuses: Vec<u16> = every_call(&caller, "demo-catering")
            .await
            .iter()
            .map(|answer| answer.status)
            .collect();
        assert_eq!(statuses, [200, 200, 200, 204]);
    }
}

#[tokio::test]
async fn what_was_changed_stands_in_the_log_of_the_console() {
    let app = TestApp::start().await;
    let path = format!("{PATH}/twilio");
    assert_eq!(app.admin().put(&path, &twilio(TOKEN)).await.status, 200);
    let nothing = json!({"by": "Bob", "parts": {}});
    assert_eq!(app.admin().put(&path, &nothing).await.status, 200);
    assert_eq!(app.admin().ask(Method::DELETE, &path, &[]).await.status, 204);
    assert_eq!(app.admin().ask(Method::DELETE, &path, &[]).await.status, 404);
    let mut browser = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let log = browser.get("/console/audit").await.text;
    for (word, times) in [
        ("credential.set", 1),
        ("twilio: account_sid, auth_token", 1),
        ("Ana (API)", 1),
        ("credential.remove", 1),
        ("Bob", 0),
        (TOKEN, 0),
    ] {
        assert_eq!(log.matches(word).count(), times, "{word}");
    }
}

/// The row of a provider.
async fn row(http: &Http, provider: &str) -> Value {
    let rows = http.items(PATH).await;
    rows.into_iter().find(|row| row["provider"] == provider).unwrap()
}

#[tokio::test]
async fn what_is_set_is_told_and_never_what_it_is() {
    let app = TestApp::start().await;
    let admin = app.admin();
    assert_eq!(row(&admin, "twilio").await["serves"], "installation");
    let set = admin.put(&format!("{PATH}/twilio"), &twilio(TOKEN)).await;
    assert_eq!(set.status, 200, "{set:?}");
    let list = admin.get(PATH).await;
    for answer in [&set, &list] {
        assert!(
            !answer.text.contains("hush") && !answer.text.contains("AC1"),
            "{answer:?}"
        );
    }
    let twilio_row = row(&admin, "twilio").await;
    assert_eq!(twilio_row["serves"], "own");
    let part = |name: &str| {
        twilio_row["parts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|part| part["name"] == name)
            .unwrap()
    };
    assert_eq!(
        (&part("auth_token")["is_set"], &part("auth_token")["set_by"]),
        (&json!(true), &json!("Ana"))
    );
    assert_eq!(part("from_number")["is_set"], false);

    // The sandbox's own twin does not accept these.
    let checked = admin.post(&format!("{PATH}/twilio/check"), &json!({})).await.json();
    assert_eq!(checked["is_accepted"], false, "{checked}");
    assert!(
        checked["reason"].is_string() && !checked.to_string().contains("hush"),
        "{checked}"
    );
    let right = app.sandbox_secret("twilio_sms", "auth token");
    let set = admin
        .put(
            &format!("{PATH}/twilio"),
            &json!({"by": "Ana", "parts": {"auth_token": right}}),
        )
        .await;
    assert_eq!(set.status, 200, "{set:?}");
    let stored = app.database.registry.credentials().await.unwrap();
    assert_eq!(stored.len(), 2, "what was left out stays");

    for (body, why) in [
        (json!({"by": "Ana", "parts": {"password": "1"}}), "password"),
        (json!({"by": "Ana", "parts": {"auth_token": "a\nb"}}), "one line"),
        (json!({"by": " ", "parts": {}}), "'by'"),
        (json!({"parts": {}}), "by"),
        (json!({"by": "Ana", "parts": ["auth_token"]}), "JSON"),
    ] {
        let refused = admin.put(&format!("{PATH}/twilio"), &body).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(refused.text.contains(why), "{refused:?}");
    }
    assert_eq!(admin.put(&format!("{PATH}/nobody"), &twilio(TOKEN)).await.status, 404);
    let needed = admin
        .put(
            &format!("{PATH}/gupshup"),
            &json!({"by": "Ana", "parts": {"api_key": "1"}}),
        )
        .await;
    assert!(needed.status == 400 && needed.text.contains("app_name"), "{needed:?}");

    assert_eq!(
        admin.ask(Method::DELETE, &format!("{PATH}/twilio"), &[]).await.status,
        204
    );
    assert_eq!(
        admin.ask(Method::DELETE, &format!("{PATH}/twilio"), &[]).await.status,
        404
    );
    assert_eq!(row(&admin, "twilio").await["serves"], "installation");
}

#[tokio::test]
async fn how_an_account_stands_is_told() {
    let app = TestApp::with_settings("[upkeep]\nevery_ms = 50\ncheck_ms = 1000\nretry_ms = 50").await;
    let admin = app.admin();
    let ringcentral = eventually("it was looked at", || async {
        let row = row(&admin, "ringcentral").await;
        row["subscribed_until"].is_string().then_some(row)
    })
    .await;
    assert!(
        ringcentral["checked_at"].is_string() && ringcentral["error"].is_null(),
        "{ringcentral}"
    );
    admin.put(&format!("{PATH}/twilio"), &twilio("not-theirs")).await;
    let failing = eventually("it fails", || async {
        let row = row(&admin, "twilio").await;
        row["failing_since"].is_string().then_some(row)
    })
    .await;
    assert!(
        failing["error"].is_string() && !failing.to_string().contains("not-theirs"),
        "{failing}"
    );
}
