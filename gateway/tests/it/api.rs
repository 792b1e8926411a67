//! Who may see what, page by page.

use std::collections::HashSet;

use frontdesk_core::ports::registry::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, fresh};

const LISTS: [&str; 8] = [
    "alarms",
    "conversations",
    "contacts",
    "leads",
    "newsletter",
    "consents",
    "dead-letters",
    "tenants",
];

#[tokio::test]
async fn without_credentials_there_is_nothing() {
    let app = TestApp::start().await;
    let stranger = app.anonymous();
    for list in LISTS.iter().chain(&["ledger"]) {
        let answer = stranger.get(&format!("/api/v1/{list}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{list}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let wrong = crate::support::Http::new(app.address, Some("wrong"));
    assert_eq!(wrong.get("/api/v1/leads").await.status, 401);
}

#[tokio::test]
async fn another_tenants_things_are_not_there() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let id = chat.hello().await["conversationId"].as_str().unwrap().to_owned();
    chat.say("hi").await;
    let own = app.key("demo-catering", Role::Admin).await;
    let other = app.key("demo-academy", Role::Admin).await;
    for path in ["", "/turns", "/messages"] {
        let path = format!("/api/v1/conversations/{id}{path}");
        assert_eq!(own.get(&path).await.status, 200, "{path}");
        let hidden = other.get(&path).await;
        assert_eq!((hidden.status, hidden.code().as_str()), (404, "not_found"), "{path}");
    }
    for act in ["take-over", "give-back"] {
        let answer = other
            .post(&format!("/api/v1/conversations/{id}/{act}"), &json!({"by": "Eve"}))
            .await;
        assert_eq!(answer.status, 404, "{act}");
    }
    assert_eq!(own.items("/api/v1/conversations").await.len(), 1);
    assert!(other.items("/api/v1/conversations").await.is_empty());
    let tenants = other.items("/api/v1/tenants").await;
    assert_eq!(tenants.len(), 1);
    assert_eq!(tenants[0]["id"], "demo-academy");
    assert!(app.admin().items("/api/v1/tenants").await.len() >= 5);
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let app = TestApp::start().await;
    let mut expected = HashSet::new();
    for _ in 0..7 {
        let mut chat = app.chat().await;
        expected.insert(chat.hello().await["conversationId"].as_str().unwrap().to_owned());
        chat.say("hi").await;
    }
    let admin = app.admin();
    let mut seen = Vec::new();
    let mut path = "/api/v1/conversations?limit=3".to_owned();
    loop {
        let page = admin.get(&path).await.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/conversations?limit=3&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.into_iter().collect::<HashSet<_>>(), expected);
    let with_person = admin.items("/api/v1/conversations?status=with_person").await;
    assert!(with_person.is_empty());
}

#[tokio::test]
async fn nonsense_is_told_in_a_sentence() {
    let app = TestApp::start().await;
    for (path, status, code) in [
        ("/api/v1/leads?limit=0", 400, "bad_request"),
        ("/api/v1/leads?limit=many", 400, "bad_request"),
        ("/api/v1/leads?after=nowhere", 400, "bad_request"),
        ("/api/v1/leads/not-an-id", 400, "bad_request"),
        ("/api/v1/conversations?status=asleep", 400, "bad_request"),
        ("/api/v1/leads/00000000-0000-0000-0000-000000000000", 404, "not_found"),
        ("/api/v1/nothing", 404, "not_found"),
    ] {
        let answer = app.admin().get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
        assert!(
            answer.json()["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
    }
    let answer = app.admin().post("/api/v1/leads", &json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (405, "method_not_allowed"));
}

#[tokio::test]
async fn the_ledger_balances() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    chat.say_as("m1", "hi").await;
    chat.say_as("m1", "hi").await;
    let ledger = app.admin().get("/api/v1/ledger").await.json();
    assert_eq!(ledger["is_balanced"], true);
    assert_eq!(ledger["lines"][0]["receipts"], 1);
}

/// Every address of the API, as a developer would try them, is in its description.
#[tokio::test]
async fn the_description_names_every_address() {
    let app = TestApp::start().await;
    let description = app.anonymous().get("/api/openapi.json").await.json();
    let described: HashSet<&str> = description["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut expected: HashSet<String> = LISTS.iter().map(|list| format!("/api/v1/{list}")).collect();
    for path in [
        "",
        "/turns",
        "/messages",
        "/messages/{seq}/arrived",
        "/messages/{seq}/send-again",
        "/templates",
        "/take-over",
        "/give-back",
    ] {
        expected.insert(format!("/api/v1/conversations/{{id}}{path}"));
    }
    for path in [
        "contacts/{id}",
        "contacts/{id}/merge",
        "contacts/{id}/export",
        "contacts/{id}/erase",
        "conversations/{id}/erase",
        "merges/{id}/undo",
        "erasures",
        "leads/{id}",
        "alarms/{id}/acknowledge",
        "dead-letters/{id}/replay",
        "ledger",
        "ledger/refused",
        "tenants/{tenant}/accounts",
        "tenants/{tenant}/accounts/{provider}",
        "tenants/{tenant}/accounts/{provider}/check",
        "public/widget/{tenant}",
        "public/files/{tenant}",
        "public/files/{tenant}/{id}",
        "public/forms/{tenant}",
        "public/leads",
        "newsletter.csv",
        "bookings",
        "reports/sources",
    ] {
        expected.insert(format!("/api/v1/{path}"));
    }
    assert_eq!(
        described.into_iter().map(str::to_owned).collect::<HashSet<_>>(),
        expected
    );
    let page = app.anonymous().get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("/api/v1/conversations/{id}/take-over"));
}

#[tokio::test]
async fn a_change_of_a_tenant_is_in_force_within_seconds() {
    let app = TestApp::start().await;
    let manifest = frontdesk_actors::demo::MANIFESTS[0].1;
    let id = fresh("t").chars().take(20).collect::<String>();
    app.put_tenant(&id, manifest).await;
    app.put_tenant(&id, &manifest.replacen("name = \"", "name = \"New ", 1))
        .await;
    let look: Value = crate::support::eventually("the new name", || async {
        let look = app.anonymous().get(&format!("/api/v1/public/widget/{id}")).await.json();
        look["name"]
            .as_str()
            .is_some_and(|name| name.starts_with("New "))
            .then_some(look)
    })
    .await;
    for field in [
        "tenant",
        "language",
        "languages",
        "region",
        "color",
        "greeting",
        "newsletterText",
        "newsletterTextVersion",
    ] {
        assert!(!look[field].is_null(), "{field} of {look}");
    }
    assert_eq!(app.anonymous().get("/api/v1/public/widget/nobody").await.status, 404);
}

#[tokio::test]
async fn the_widgets_words_are_in_the_visitors_language() {
    let app = TestApp::start().await;
    let greetings = [("en", "Hi!"), ("es", "¡Hola!")];
    for (accepted, expected) in [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.5, es;q=0.9", "es"),
        ("fr, uk, es", "es"),
        ("es;q=0, en;q=0.1", "en"),
        ("*", "en"),
        ("q=;;,,es;q=x", "es"),
        ("", "en"),
    ] {
        let path = "/api/v1/public/widget/demo-catering";
        let answer = app.anonymous().get_with(path, ("accept-language", accepted)).await;
        assert_eq!(answer.header("content-language"), expected, "{accepted}");
        assert!(answer.header("vary").contains("accept-language"));
        let look = answer.json();
        assert_eq!(look["language"], "en", "the tenant's own");
        let (_, start) = greetings.iter().find(|(language, _)| *language == expected).unwrap();
        assert!(look["greeting"].as_str().unwrap().starts_with(start), "{look}");
        assert_eq!(
            look["newsletterText"].as_str().unwrap().starts_with("Quiero"),
            expected == "es"
        );
    }
}

#[tokio::test]
async fn the_widgets_look_tells_corner_avatar_and_hours() {
    let app = TestApp::start().await;
    let look = app.anonymous().get("/api/v1/public/widget/demo-catering").await.json();
    assert_eq!((&look["corner"], &look["avatarUrl"]), (&"right".into(), &Value::Null));
    let openings = look["openings"].as_array().unwrap();
    assert!(openings.len() > 6, "{look}");
    assert!(openings[0]["until"].as_str() > openings[0]["from"].as_str());

    let manifest = frontdesk_actors::demo::MANIFESTS[0].1;
    let entries = "[profile]\ncorner = \"left\"\navatar_url = \"https://example.com/a.png\"";
    let id = fresh("t").chars().take(20).collect::<String>();
    app.put_tenant(&id, &manifest.replacen("[profile]", entries, 1)).await;
    let look = app.anonymous().get(&format!("/api/v1/public/widget/{id}")).await.json();
    assert_eq!(look["corner"], "left");
    assert_eq!(look["avatarUrl"], "https://example.com/a.png");
}

/// A page of another site has to be able to read that there is none, or it would ask again.
#[tokio::test]
async fn an_unknown_tenant_is_told_to_every_site() {
    let app = TestApp::start().await;
    for id in ["nobody", "No Name", "%20"] {
        let answer = app.anonymous().get(&format!("/api/v1/public/widget/{id}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{id}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
}
