//! Messenger and Instagram, through the real surface, with their twin on the other side.

use futures_util::future::join_all;
use gateway::channels::meta;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::support::{Forger, Phone, Provider, TestApp, eventually, fresh_scoped_id};

const MESSENGER: &str = "104020918399999";
const INSTAGRAM: &str = "17841405822304914";

/// Posts a payload as Meta signs it.
async fn tell(app: &TestApp, payload: &Value) {
    let accounts = gateway::sandbox::accounts(&*app.database.registry, app.address)
        .await
        .unwrap();
    let body = payload.to_string();
    let signature = meta::sign(accounts.meta.app_secret.expose_secret(), body.as_bytes());
    let answer = app
        .anonymous()
        .post_raw(meta::PATH, &[(meta::SIGNATURE, &signature)], "application/json", body)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// What somebody sent from our side without our mark.
fn echo(object: &str, ours: &str, theirs: &str, mid: &str, text: &str) -> Value {
    json!({"object": object, "entry": [{"id": ours, "time": 1, "messaging": [{
        "sender": {"id": ours}, "recipient": {"id": theirs}, "timestamp": 1,
        "message": {"mid": mid, "is_echo": true, "text": text}}]}]})
}

async fn collect(channel: &'static str, ours: &str, source: &str) {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, channel, &fresh_scoped_id(), ours);
    phone.write("Hi! I want to book hibachi for 10 people").await;
    assert!(phone.reply(1).await.contains("name"));
    phone.write("Maria Lopez").await;
    assert!(phone.reply(2).await.contains("phone number"));
    phone.write("+1 415 555 0123").await;
    assert!(phone.reply(3).await.contains("email"));
    phone.write("maria.lopez@example.com").await;
    assert!(phone.reply(4).await.contains("email list"));
    phone.press("Yes").await;
    phone.reply(5).await;
    let leads = app.admin().items("/api/v1/leads?limit=200").await;
    let lead = leads.iter().find(|lead| lead["email"] == "maria.lopez@example.com");
    let lead = lead.unwrap_or_else(|| panic!("{leads:?}"));
    assert_eq!(
        (&lead["name"], &lead["phone"], &lead["source"]),
        (&json!("Maria Lopez"), &json!("+14155550123"), &json!(source))
    );
    phone.all_reach(&app, &["read", "replied", "validated"]).await;
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    let shown = app.admin().get(&path).await.json();
    assert_eq!(shown["status"], "done", "our own echoes are no colleague's: {shown}");
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_lead_is_collected_over_messenger() {
    collect("messenger", MESSENGER, "FACEBOOK").await;
}

#[tokio::test]
async fn a_lead_is_collected_over_instagram() {
    collect("instagram", INSTAGRAM, "INSTAGRAM").await;
}

#[tokio::test]
async fn a_colleague_in_the_providers_inbox_silences_the_bot() {
    let app = TestApp::start().await;
    for (channel, object, ours) in [("messenger", "page", MESSENGER), ("instagram", "instagram", INSTAGRAM)] {
        let phone = Phone::new(&app, channel, &fresh_scoped_id(), ours);
        phone.write("hello").await;
        phone.reply(1).await;
        let words = "Hi, this is Ana";
        tell(&app, &echo(object, ours, &phone.customer, "m_ana", words)).await;
        let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
        assert_eq!(
            app.admin().get(&path).await.json()["status"],
            "with_person",
            "{channel}"
        );
        phone.write("when can you come?").await;
        let messages = app.admin().items(&format!("{path}/messages")).await;
        let told: Vec<_> = messages.iter().map(|message| &message["role"]).collect();
        assert_eq!(told, ["user", "bot", "operator", "user"], "{channel}");
        assert_eq!(messages[2]["content"]["text"], words);
        assert_eq!(phone.replies().await.len(), 1, "{channel}: it is not sent again");
    }
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_person_who_has_blocked_the_page_is_told_with_the_reason() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "messenger", "1545041", MESSENGER);
    phone.write("hello").await;
    let reason = phone.failure(&app).await;
    assert!(reason.contains("551"), "{reason}");
}

/// Every recorded payload, as its provider signs it.
#[tokio::test]
async fn every_sample_reaches_its_conversation() {
    let app = TestApp::start().await;
    let (forger, meta) = (&Forger::new(&app).await, Provider::named("messenger"));
    let folders = [
        ("messenger", "messenger", "6789012345678901"),
        ("instagram", "instagram", "1254477777772919"),
        ("whatsapp_cloud", "whatsapp", "+16505551234"),
    ];
    for (folder, kind, person) in folders {
        let directory = format!("{}/src/channels/{folder}/samples", env!("CARGO_MANIFEST_DIR"));
        let payloads: Vec<Value> = std::fs::read_dir(directory)
            .unwrap()
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .map(|text| serde_json::from_slice(&text).unwrap())
            .filter(|payload: &Value| payload["object"].is_string())
            .collect();
        assert!(payloads.len() >= 8, "{folder}: {}", payloads.len());
        join_all(payloads.iter().map(|payload| async move {
            let answer = forger.post(meta, &payload.to_string()).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }))
        .await;
        let row = app.ledger("demo-catering", kind).await.unwrap();
        assert_eq!(row["parked"], 0, "{folder}: {row}");
        let rows = app.admin().items("/api/v1/conversations?limit=200").await;
        assert!(
            rows.iter()
                .any(|row| row["address"] == person && row["channel"] == kind && row["tenant"] == "demo-catering"),
            "{folder}: {rows:?}"
        );
    }
    eventually("the ledger is balanced", || async {
        let ledger = app.admin().get("/api/v1/ledger").await.json();
        (ledger["is_balanced"] == true).then_some(())
    })
    .await;
}

/// A fact with a card: shown as one, and neither its echo, which has no words, nor its statuses are taken for
/// anything but a part of the answer.
#[tokio::test]
async fn a_card_is_shown_with_the_answer_and_its_echo_is_no_colleague() {
    let app = TestApp::start().await;
    let (_, demo) = frontdesk_actors::demo::MANIFESTS
        .iter()
        .find(|(id, _)| *id == "demo-catering")
        .unwrap();
    let card = "card = { title.en = \"Our menu\", title.es = \"La carta\", url = \"https://example.com/menu\" }";
    let fact = "key = \"vegetarian\"\n";
    assert!(demo.contains(fact));
    let manifest = demo
        .replace(fact, &format!("{fact}{card}\n"))
        .replace("#b4431f", "#123456");
    app.put_tenant("demo-catering", &manifest).await;
    eventually("the new revision is served", || async {
        let served = app.anonymous().get("/api/v1/public/widget/demo-catering").await;
        served.json().to_string().contains("#123456").then_some(())
    })
    .await;
    for name in ["messenger", "instagram", "whatsapp_cloud"] {
        let provider = Provider::named(name);
        let phone = Phone::at(&app, provider);
        let channel = provider.name;
        phone.write("Do you cook for vegetarians?").await;
        let first = phone.reply(1).await;
        assert_eq!(
            first, "Our menu\nhttps://example.com/menu",
            "{channel}: the card goes ahead"
        );
        assert!(phone.reply(2).await.contains("tofu"), "{channel}");
        let path = format!("/api/v1/conversations/{}/messages", phone.conversation(&app).await);
        let stored = app.admin().items(&path).await;
        let ours: Vec<_> = stored.iter().filter(|message| message["role"] == "bot").collect();
        assert_eq!(ours.len(), 1, "{channel}: one message in two parts: {stored:?}");
        phone.all_reach(&app, &["read", "replied", "validated"]).await;
        phone.write("I see").await;
        phone.said(&app, 2).await;
        let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
        let shown = app.admin().get(&path).await.json();
        assert_ne!(shown["status"], "with_person", "{channel}: {shown}");
    }
    app.assert_balanced().await;
}
