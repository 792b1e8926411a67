//! Every address of the console and of the API, each role, the own and another business. What is walked
//! is what is served: the console's table of pages and the API's description of itself.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::registry::{ApiKey, Role};
use frontdesk_core::ports::watch::{Cause, Trouble};
use frontdesk_core::{ApiKeyId, ChannelKind, DedupeKey, InboundEvent, Payload, UserMessage};
use gateway::console::{Needs, routes};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Http, TestApp, fresh};

const OURS: &str = "demo-catering";
const THEIRS: &str = "demo-academy";
/// Nobody else may read these.
const SECRETS: [&str; 3] = ["Ana Secretive", "+14155550177", "secretive@example.com"];

/// Something of everything, of one business.
struct Estate {
    conversation: String,
    contact: String,
    other_contact: String,
    lead: String,
    merge: String,
    letter: String,
    alarm: String,
    user: String,
    key: String,
}

impl Estate {
    async fn of(app: &TestApp) -> Self {
        for (name, phone, email) in [
            (SECRETS[0], SECRETS[1], SECRETS[2]),
            ("Ana Twin", "+14155550178", "twin@example.com"),
            ("Ana Triplet", "+14155550179", "triplet@example.com"),
        ] {
            let form = json!({ "tenant": OURS, "name": name, "phone": phone, "email": email });
            assert_eq!(app.anonymous().post("/api/v1/public/leads", &form).await.status, 201);
        }
        let leads = app.admin().items("/api/v1/leads").await;
        let lead = leads.iter().find(|lead| lead["name"] == SECRETS[0]).unwrap();
        let contacts = app.admin().items("/api/v1/contacts").await;
        let contact = |name: &str| {
            let found = contacts.iter().find(|contact| contact["name"] == name).unwrap();
            found["id"].as_str().unwrap().to_owned()
        };
        let (kept, merged) = (contact(SECRETS[0]), contact("Ana Triplet"));
        let mut admin = app.signed_in(Role::Admin, Some(OURS)).await;
        let path = format!("/console/contacts/{kept}");
        let done = admin.submit(&format!("{path}/merge"), &[("other", &merged)]).await;
        assert_eq!(done.status, 303, "{}", done.text);
        let page = admin.get(&path).await.text;
        let (_, rest) = page.split_once("/console/merges/").unwrap();
        Self {
            conversation: lead["conversation_id"].as_str().unwrap().to_owned(),
            lead: lead["id"].as_str().unwrap().to_owned(),
            contact: kept,
            other_contact: contact("Ana Twin"),
            merge: rest.split('/').next().unwrap().to_owned(),
            letter: park(app).await,
            alarm: raise(app).await,
            user: app.user(Role::Viewer, Some(OURS)).await.id.to_string(),
            key: key(app).await,
        }
    }

    /// An address with each of its places filled by something that is there. One of an unknown kind fails:
    /// whoever adds it says what stands there.
    fn address(&self, path: &str) -> String {
        let mut before = "";
        let mut parts = Vec::new();
        for part in path.split('/') {
            parts.push(if part.starts_with('{') {
                match (before, part) {
                    ("conversations", _) => &self.conversation,
                    ("contacts", _) => &self.contact,
                    ("leads", _) => &self.lead,
                    ("merges", _) => &self.merge,
                    ("dead-letters", _) => &self.letter,
                    ("alarms", _) => &self.alarm,
                    ("users", _) => &self.user,
                    ("keys", _) => &self.key,
                    ("tenants", _) => OURS,
                    ("settings", _) => "business",
                    ("history" | "messages" | "files", _) => "1",
                    ("channels", _) => "sms",
                    ("accounts", _) => "twilio",
                    ("{seq}", "{index}") => "0",
                    _ => panic!("what stands at {part} of {path}?"),
                }
            } else {
                part
            });
            before = part;
        }
        parts.join("/")
    }
}

async fn park(app: &TestApp) -> String {
    let dedupe = DedupeKey::derive(&OURS.parse().unwrap(), ChannelKind::WebChat, &[&fresh("m")]);
    let payload = Payload::Message(UserMessage::default());
    let now = app.clock().now();
    let letter = DeadLetter {
        event: InboundEvent::new(
            OURS.parse().unwrap(),
            ChannelKind::WebChat,
            fresh("thread"),
            dedupe,
            now,
            payload,
        ),
        error: "the step panicked".to_owned(),
        attempts: 3,
        parked_at: now,
    };
    app.database.store.park(&letter).await.unwrap();
    letter.event.id.to_string()
}

async fn raise(app: &TestApp) -> String {
    let now = app.clock().now();
    let trouble = Trouble {
        cause: Cause::InboundSilent,
        subject: "twilio_sms:+14155550100".to_owned(),
        tenant: OURS.parse().unwrap(),
        count: 1,
        moment: now,
    };
    let id = Uuid::now_v7();
    assert!(app.database.watch.raise(id, &trouble, now).await.unwrap());
    id.to_string()
}

async fn key(app: &TestApp) -> String {
    let key = ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        secret_hash: [7; 32],
        tenant: OURS.parse().unwrap(),
        role: Role::Viewer,
        created_at: app.clock().now(),
    };
    app.database.registry.add_key(&key).await.unwrap();
    key.id.0.to_string()
}

/// What any of the console's forms asks for, so that none is refused for what it lacks.
fn form(estate: &Estate) -> [(&'static str, &str); 17] {
    [
        ("key", "once"),
        ("text", "hello"),
        ("tag", "vip"),
        ("was", "viewer"),
        ("role", "operator"),
        ("name", "nudge"),
        ("due", "1"),
        ("act", "cancel"),
        ("other", &estate.other_contact),
        ("contact", &estate.contact),
        ("live", "1"),
        ("seen", "0"),
        ("provider", "twilio_sms"),
        ("channel", "sms"),
        ("address", "+14155550188"),
        ("label", "a key"),
        ("sure", "yes"),
    ]
}

#[tokio::test]
async fn no_page_of_the_console_shows_or_does_anything_to_another_business() {
    let app = TestApp::start().await;
    let estate = Estate::of(&app).await;
    let fields = form(&estate);
    let mut stranger = app.signed_in(Role::Admin, Some(THEIRS)).await;
    let mut owner = app.signed_in(Role::Admin, Some(OURS)).await;
    for route in routes() {
        // Streams have no end; what is before the sign-in, and ends one, is looked at elsewhere.
        let is_own = route.path.starts_with("/console/account") || route.path == "/console/sign-out";
        if route.needs == Needs::Nothing || route.path == "/console/events" || is_own {
            continue;
        }
        let (has_place, is_read) = (route.path.contains('{'), route.method == "GET");
        let path = estate.address(route.path);
        let what = format!("{} {path}", route.method);
        let refused = match route.needs {
            Needs::Everywhere(_) => 403,
            _ => 404,
        };
        if is_read {
            let page = stranger.get(&path).await;
            if has_place || refused == 403 {
                assert_eq!(page.status, refused, "{what}");
                let own = owner.get(&path).await;
                let is_missing =
                    route.path.ends_with("/{index}") || route.path.ends_with("/heard") || route.path.ends_with("/sent");
                assert!(
                    refused == 403 || is_missing || own.status == 200,
                    "{what} of one's own: {}",
                    own.status
                );
            }
            for query in ["", "?tenant=demo-catering", "?show=all&q=Ana"] {
                let page = stranger.get(&format!("{path}{query}")).await;
                let told = SECRETS.iter().find(|secret| page.text.contains(**secret));
                assert_eq!(told, None, "{what}{query}");
            }
        } else if has_place {
            let page = stranger.submit(&path, &fields).await;
            assert_eq!(page.status, refused, "{what}: {}", page.text);
        }
    }
    // Nothing of it is gone or changed.
    for kept in [&estate.contact, &estate.other_contact] {
        let person = owner.get(&format!("/console/contacts/{kept}")).await;
        assert_eq!(person.status, 200);
    }
    let seen = owner.get("/console/audit").await.text;
    assert!(
        !seen.contains("contact.erase") && !seen.contains("key.remove"),
        "{seen}"
    );
    app.stop().await;
}

/// What any of the API's operations asks for.
fn body(estate: &Estate) -> Value {
    json!({
        "by": "Ana", "text": "hello", "template": "go_on", "other": estate.other_contact, "merge": estate.other_contact,
        "parts": {"account_sid": "AC1", "auth_token": "secret"}, "sure": true,
    })
}

async fn ask(client: &Http, method: &str, path: &str, body: &Value) -> crate::support::Answer {
    match method {
        "get" => client.get(path).await,
        "post" => client.post(path, body).await,
        "put" => client.put(path, body).await,
        "delete" => client.ask(reqwest::Method::DELETE, path, &[]).await,
        other => panic!("{other} {path}"),
    }
}

#[tokio::test]
async fn no_operation_of_the_api_tells_or_does_anything_to_another_business() {
    let app = TestApp::start().await;
    let estate = Estate::of(&app).await;
    let description = app.anonymous().get("/api/openapi.json").await.json();
    let (nobody, body) = (app.anonymous(), body(&estate));
    let viewer = app.key(OURS, Role::Viewer).await;
    let stranger = app.key(THEIRS, Role::Admin).await;
    let mut walked = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        // What a site's visitors use.
        if path.starts_with("/api/v1/public/") || path == "/api/v1/bookings" {
            continue;
        }
        let address = estate.address(path);
        for method in ["get", "post", "put", "delete", "patch"] {
            if operations.get(method).is_none() {
                continue;
            }
            walked += 1;
            let what = format!("{method} {address}");
            assert_eq!(
                ask(&nobody, method, &address, &body).await.status,
                401,
                "{what} by nobody"
            );
            let foreign = ask(&stranger, method, &address, &body).await;
            if path.contains('{') {
                assert!(
                    [403, 404].contains(&foreign.status),
                    "{what} from elsewhere: {foreign:?}"
                );
            }
            let told = SECRETS.iter().find(|secret| foreign.text.contains(**secret));
            assert_eq!(told, None, "{what} from elsewhere");
            if method != "get" {
                let looked = ask(&viewer, method, &address, &body).await;
                assert_eq!(looked.status, 403, "{what} by a viewer: {looked:?}");
            }
        }
    }
    assert!(walked > 25, "{walked} operations are described");
    app.stop().await;
}
