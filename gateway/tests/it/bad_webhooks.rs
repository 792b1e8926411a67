//! What providers should not send, at every provider: answered as they expect, kept with the reason,
//! and read again once it can be.

use frontdesk_core::ChannelKind;
use frontdesk_core::ports::registry::Route;
use gateway::channels::NAMES;
use serde_json::{Value, json};

use super::support::{Forger, PROVIDERS, Phone, Provider, TestApp, eventually};

/// What becomes of a body that is not what the provider documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Kept among the dead letters, with the reason.
    Kept,
    /// It says nothing that concerns a conversation, and is at most counted.
    Harmless,
}
use Fate::{Harmless, Kept};

/// Bodies of every kind for each provider.
fn bad_bodies(provider: &Provider) -> Vec<(&'static str, String, Fate)> {
    let ours = provider.ours;
    if provider.name == "twilio_sms" {
        let form = |text: &str| text.replace("{ours}", &ours.replace('+', "%2B"));
        return vec![
            ("no form", "{\"a\":".to_owned(), Kept),
            ("nothing", String::new(), Kept),
            ("an id missing", form("From=%2B12125550123&To={ours}&Body=hi"), Kept),
            (
                "a number that is none",
                form("MessageSid=SM1&From=%2B12125550123&To={ours}&NumMedia=many"),
                Kept,
            ),
            (
                "no text at all",
                form("MessageSid=SM2&From=%2B12125550124&To={ours}"),
                Harmless,
            ),
        ];
    }
    let mut bodies = vec![
        ("cut off", format!("{{\"object\": \"page\", \"{}", provider.name), Kept),
        ("no JSON", format!("hello {}", provider.name), Kept),
        ("a list", json!([{"via": provider.name}]).to_string(), Kept),
    ];
    let of = |what: &'static str, body: Value, fate| (what, body.to_string(), fate);
    bodies.extend(match provider.name {
        "textmagic" => vec![
            of("an id missing", json!({"sender": "12125550123", "receiver": "447624800501", "text": "hi"}), Kept),
            of("fields of the wrong type", json!({"id": {}, "sender": [], "text": "hi"}), Kept),
            of("a trial of the address", json!({}), Harmless),
            of("an unknown status", json!({"id": 1, "sender": "447624800501", "receiver": "12125550123", "status": "?"}), Harmless),
        ],
        "ringcentral" => vec![
            of("fields of the wrong type", json!({"event": "/restapi/v1.0/message-store/instant", "body": {"id": []}}), Kept),
            of("no event", json!({"body": {}}), Kept),
            of("an unknown event", json!({"event": "/restapi/v1.0/subscription/~/renew", "body": {}}), Harmless),
            of("a date that does not exist", json!({"event": "/restapi/v1.0/x/message-store", "body": {"lastUpdated": "2026-02-30T25:00:00Z"}}), Kept),
        ],
        "messenger" | "instagram" => {
            let object = if provider.name == "messenger" { "page" } else { "instagram" };
            let event = |event: Value| json!({"object": object, "entry": [{"id": ours, "messaging": [event]}]});
            let ends = json!({"sender": {"id": "6000000000000001"}, "recipient": {"id": ours}});
            let with = |key: &str, value: Value| {
                let mut whole = ends.clone();
                whole[key] = value;
                event(whole)
            };
            vec![
                of("no object", json!({"entry": [], "via": provider.name}), Kept),
                of("a message of the wrong type", with("message", json!({"mid": 5})), Kept),
                of("an unknown event", with("brand_new", json!({"a": 1})), Harmless),
                of("an unknown object", json!({"object": "user", "entry": []}), Harmless),
            ]
        }
        "whatsapp_cloud" | "gupshup" => {
            let value = |list: &str, item: Value| {
                let mut value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": ours}});
                value[list] = json!([item]);
                json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]})
            };
            vec![
                of("a message of the wrong type", value("messages", json!({"from": "12125550123", "id": 7, "type": "text"})), Kept),
                of("a status of the wrong type", value("statuses", json!({"id": [], "recipient_id": "12125550123"})), Kept),
                of("an unknown kind", value("messages", json!({"from": "12125550125", "id": "wamid.new", "type": "hologram"})), Harmless),
            ]
        }
        "yelp" => vec![of("fields of the wrong type", json!({"event_type": 5, "data": "x"}), Kept)],
        other => panic!("no bodies for {other}"),
    });
    bodies
}

async fn waiting(app: &TestApp) -> Vec<Value> {
    app.admin().items("/api/v1/dead-letters?limit=200").await
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_with_its_reason_and_acknowledged() {
    let app = TestApp::start().await;
    let forger = Forger::new(&app).await;
    for provider in &PROVIDERS {
        for (what, body, fate) in bad_bodies(provider) {
            let before = waiting(&app).await;
            let answer = forger.post(provider, &body).await;
            let name = provider.name;
            assert_eq!(answer.status, 200, "{what} at {name}: {answer:?}");
            let after = waiting(&app).await;
            let kept = after.iter().find(|letter| !before.contains(letter));
            match fate {
                Kept => {
                    let letter = kept.unwrap_or_else(|| panic!("{what} at {name} is not kept"));
                    assert!(!letter["error"].as_str().unwrap().is_empty(), "{letter}");
                    // What cannot be read today cannot be read a moment later: it goes on waiting.
                    let path = format!("/api/v1/dead-letters/{}/replay", letter["id"].as_str().unwrap());
                    let replayed = app.admin().post(&path, &json!({})).await;
                    assert_eq!(replayed.status, 409, "{what} at {name}: {replayed:?}");
                    assert_eq!(waiting(&app).await, after, "{what} at {name}");
                }
                Harmless => assert_eq!(kept, None, "{what} at {name}"),
            }
        }
    }
    app.assert_balanced().await;
}

#[tokio::test]
async fn without_its_proof_nothing_is_stored_but_a_count() {
    let app = TestApp::start().await;
    let forger = Forger::new(&app).await;
    for provider in &PROVIDERS {
        for (what, body, _) in bad_bodies(provider) {
            if body.is_empty() {
                continue;
            }
            let answer = forger.post_unproved(provider, &body).await;
            assert_eq!(answer.status, 403, "{what} at {}", provider.name);
        }
    }
    let ledger = app.admin().get("/api/v1/ledger").await.json();
    assert_eq!(ledger["lines"], json!([]));
    let metrics = app.anonymous().get("/metrics").await.text;
    assert!(metrics.contains("frontdesk_webhook_denials_total"), "they are counted");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_unread() {
    let app = TestApp::start().await;
    let forger = Forger::new(&app).await;
    let body = "a".repeat(1024 * 1024 + 1);
    for provider in &PROVIDERS {
        assert_eq!(forger.post(provider, &body).await.status, 413, "{}", provider.name);
    }
    assert_eq!(waiting(&app).await.len(), 0);
}

#[tokio::test]
async fn words_of_every_kind_are_taken_at_every_provider() {
    let app = TestApp::start().await;
    for provider in &PROVIDERS {
        let phone = Phone::at(&app, provider);
        for (text, status) in [
            ("control\u{7} \u{0}\u{1b}[31mcharacters\u{202e}".to_owned(), 200),
            ("on 2026-02-30 at 25:61, my number is 000-000-0000".to_owned(), 200),
            ("😀".repeat(500), 200),
            ("a".repeat(100_000), 200),
        ] {
            let answer = phone.write(&text).await;
            assert_eq!(answer, Some(status), "{} characters at {}", text.len(), provider.name);
        }
        let said = phone.said(&app, 3).await;
        assert_eq!(said.len(), 3, "{}", provider.name);
        let first = said[0]["content"]["text"].as_str().unwrap();
        assert!(
            first.starts_with("control [31mcharacters"),
            "{first:?} at {}",
            provider.name
        );
        let letters = waiting(&app).await;
        let long = letters
            .iter()
            .filter(|letter| letter["error"].as_str().unwrap().contains("100000 characters"));
        let own = long.filter(|letter| letter["tenant"] == provider.tenant).count();
        assert!(own > 0, "{}: {letters:?}", provider.name);
    }
    app.assert_balanced().await;
}

#[tokio::test]
async fn mail_to_an_address_of_nobody_is_delivered_once_it_has_an_owner() {
    let app = TestApp::start().await;
    for (index, provider) in PROVIDERS
        .iter()
        .enumerate()
        .filter(|(_, provider)| provider.name != "yelp")
    {
        let ours = match provider.kind {
            "sms" => format!("+1212555019{index}"),
            "whatsapp" if provider.name == "gupshup" => "OtherApp".to_owned(),
            _ => format!("1784140000000000{index}"),
        };
        let phone = Phone::new(&app, provider.name, &provider.fresh_customer(), &ours);
        assert_eq!(
            phone.write("who owns this address?").await,
            Some(200),
            "{}",
            provider.name
        );
        let letters = waiting(&app).await;
        let letter = letters
            .iter()
            .find(|letter| letter["error"].as_str().unwrap().contains("no business has"));
        let letter = letter.unwrap_or_else(|| panic!("{}: {letters:?}", provider.name));
        let path = format!("/api/v1/dead-letters/{}/replay", letter["id"].as_str().unwrap());
        assert_eq!(app.admin().post(&path, &json!({})).await.status, 409, "still nobody's");

        let channel: ChannelKind = provider.kind.parse().unwrap();
        let name = NAMES
            .iter()
            .map(|(name, _)| *name)
            .find(|name| *name == provider.name)
            .unwrap();
        let route = Route {
            channel,
            address: ours,
            tenant: provider.tenant.parse().unwrap(),
            provider: Some(name.to_owned()),
        };
        assert!(app.database.registry.add_route(&route).await.unwrap());
        let replayed = eventually("the route is served", || async {
            let answer = app.admin().post(&path, &json!({})).await;
            (answer.status == 200).then(|| answer.json())
        })
        .await;
        assert_eq!(replayed["items"], 1, "{}: {replayed}", provider.name);
        assert_eq!(phone.said(&app, 1).await.len(), 1, "{}", provider.name);
        assert_eq!(app.admin().post(&path, &json!({})).await.status, 404, "only once");
    }
    assert_eq!(waiting(&app).await.len(), 0);
    app.assert_balanced().await;
}
