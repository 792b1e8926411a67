//! One person over several channels: known again, brought together, handed out, erased.

use frontdesk_core::ChannelKind;
use frontdesk_core::ports::reader::{Page, Scope};
use frontdesk_core::ports::registry::{Role, Route};
use serde_json::{Value, json};

use crate::support::{Phone, Process, TestApp, eventually, fresh_number};

const SMS: &str = "+14155550100";
const WHATSAPP: &str = "106540352242988";

/// The contact with this phone number, once there is one.
async fn contact(app: &TestApp, phone: &str) -> Value {
    eventually("a contact", || async {
        let rows = app.admin().items("/api/v1/contacts?limit=200").await;
        rows.into_iter().find(|row| row["phone"] == phone)
    })
    .await
}

async fn profile(app: &TestApp, contact: &Value) -> Value {
    let path = format!("/api/v1/contacts/{}", contact["id"].as_str().unwrap());
    let answer = app.admin().get(&path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Gives the caterer a number on WhatsApp, beside the one for text messages.
async fn add_number(app: &TestApp) {
    let route = Route {
        channel: ChannelKind::Whatsapp,
        address: WHATSAPP.to_owned(),
        tenant: "demo-catering".parse().unwrap(),
        provider: Some("whatsapp_cloud".to_owned()),
    };
    assert!(app.database.registry.add_route(&route).await.unwrap());
    // Whoever serves a tenant that was added later serves the route as well.
    let (_, manifest) = frontdesk_actors::demo::MANIFESTS[0];
    app.put_tenant("later", manifest).await;
}

#[tokio::test]
async fn what_was_told_on_one_channel_is_not_asked_for_on_another() {
    let app = TestApp::start().await;
    add_number(&app).await;
    let number = fresh_number();
    let texting = Phone::new(&app, "twilio_sms", &number, SMS);
    texting.write("Hi! Book for 10 people").await;
    assert!(texting.reply(1).await.contains("name"));
    texting.write("Maria Lopez").await;
    texting.reply(2).await;

    let whatsapp = Phone::new(&app, "whatsapp_cloud", &number, WHATSAPP);
    whatsapp.write("Hello, me again").await;
    let first = whatsapp.reply(1).await;
    assert!(!first.contains("your name"), "{first}");
    assert!(first.contains("email"), "{first}");
    let profile = profile(&app, &contact(&app, &number).await).await;
    assert_eq!(profile["contact"]["name"], "Maria Lopez");
    assert_eq!(profile["conversations"].as_array().unwrap().len(), 2, "{profile}");
    let proved = profile["addresses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|known| known["is_proved"] == true);
    assert_eq!(proved.count(), 3, "the number twice, and WhatsApp's id: {profile}");
    app.stop().await;
}

#[tokio::test]
async fn a_number_that_a_visitor_types_proves_nothing() {
    let app = TestApp::start().await;
    let number = fresh_number();
    let texting = Phone::new(&app, "twilio_sms", &number, SMS);
    texting.write("Hi! Book for 10 people").await;
    texting.reply(1).await;
    texting.write("Maria Lopez").await;
    texting.reply(2).await;
    let mut chat = app.chat().await;
    chat.ask("hi").await;
    let asked = chat.ask("Eve Smith").await;
    assert!(!asked.contains("Maria"));
    chat.ask(&number).await;
    let profile = profile(&app, &contact(&app, &number).await).await;
    let of_chat = |known: &&Value| known["channel"] == "web_chat" && known["is_proved"] == true;
    assert_eq!(
        profile["addresses"].as_array().unwrap().iter().filter(of_chat).count(),
        0
    );
    app.stop().await;
}

#[tokio::test]
async fn who_types_a_number_replaces_nothing_of_who_holds_it() {
    let app = TestApp::start().await;
    let number = fresh_number();
    let texting = Phone::new(&app, "twilio_sms", &number, SMS);
    texting.write("Hi! Book for 10 people").await;
    texting.reply(1).await;
    texting.write("Maria Lopez").await;
    texting.reply(2).await;
    texting.write("maria@example.com").await;
    texting.reply(3).await;

    let mut chat = app.chat().await;
    chat.ask("hi").await;
    chat.ask("Eve Smith").await;
    chat.ask(&number).await;
    chat.ask("eve@example.com").await;
    let booking = json!({
        "name": "Bob Stone", "email": "bob@example.com", "phone": number, "preferredCommunication": "email",
        "eventDate": "2030-12-05", "eventTime": "18:30", "guestCount": 12, "address": "1 Main St, Oakland",
    });
    let claimed = async |name: &'static str| {
        let lead = eventually("the claim", || async {
            let leads = app.admin().items("/api/v1/leads?limit=200").await;
            leads
                .into_iter()
                .find(|lead| lead["context"]["claimed"]["name"] == name)
        })
        .await;
        assert_eq!(
            (&lead["name"], &lead["email"]),
            (&json!("Maria Lopez"), &json!("maria@example.com"))
        );
        let contact = contact(&app, &number).await;
        assert_eq!(contact["name"], "Maria Lopez");
        assert_eq!(contact["email"], "maria@example.com");
        lead
    };
    let lead = claimed("Eve Smith").await;
    assert_eq!(lead["context"]["claimed"]["email"], "eve@example.com");
    let answer = app.anonymous().post("/api/v1/bookings", &booking).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let lead = claimed("Bob Stone").await;

    let mut browser = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let page = browser
        .get(&format!("/console/leads/{}", lead["id"].as_str().unwrap()))
        .await;
    let shown = page.text.split_once("Bob Stone").expect("the claim is shown").1;
    assert!(
        shown.split("</dd>").next().unwrap().contains("claimed"),
        "as a claim: {shown}"
    );
    app.stop().await;
}

#[tokio::test]
async fn people_are_brought_together_and_told_apart_by_those_who_may() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let phone = Phone::new(&app, "twilio_sms", &fresh_number(), SMS);
        phone.write("Hi! Book for 10 people").await;
        phone.reply(1).await;
        ids.push(contact(&app, &phone.customer).await["id"].as_str().unwrap().to_owned());
    }
    let path = format!("/api/v1/contacts/{}/merge", ids[0]);
    let wish = json!({"by": "Olga", "other": ids[1]});
    let viewer = app.key("demo-catering", Role::Viewer).await;
    assert_eq!(viewer.post(&path, &wish).await.status, 403);
    let foreign = app.key("demo-academy", Role::Admin).await;
    assert_eq!(foreign.post(&path, &wish).await.status, 404);
    let operator = app.key("demo-catering", Role::Operator).await;
    let merged = operator.post(&path, &wish).await;
    assert_eq!(merged.status, 200, "{merged:?}");
    let merge = merged.json()["merges"][0].clone();
    assert_eq!((&merge["by"], &merge["reason"]), (&json!("Olga"), &json!("colleague")));
    assert_eq!(operator.post(&path, &wish).await.status, 409);
    let other = viewer.get(&format!("/api/v1/contacts/{}", ids[1])).await.json();
    assert_eq!(other["contact"]["id"], ids[0].as_str());

    let undo = format!("/api/v1/merges/{}/undo", merge["id"].as_str().unwrap());
    let by = json!({"by": "Olga"});
    assert_eq!(viewer.post(&undo, &by).await.status, 403);
    assert_eq!(foreign.post(&undo, &by).await.status, 404);
    assert_eq!(operator.post(&undo, &by).await.status, 204);
    assert_eq!(operator.post(&undo, &by).await.status, 404);
    let other = viewer.get(&format!("/api/v1/contacts/{}", ids[1])).await.json();
    assert_eq!(other["contact"]["id"], ids[1].as_str());
    app.stop().await;
}

#[tokio::test]
async fn who_is_no_contact_is_erased_by_the_conversation() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    chat.ask("hi, this is Zebulon").await;
    let conversations = app.admin().items("/api/v1/conversations").await;
    let path = format!("/api/v1/conversations/{}", conversations[0]["id"].as_str().unwrap());
    let (erase, by) = (format!("{path}/erase"), json!({"by": "Olga"}));
    let operator = app.key("demo-catering", Role::Operator).await;
    assert_eq!(operator.post(&erase, &by).await.status, 403);
    let foreign = app.key("demo-academy", Role::Admin).await;
    assert_eq!(foreign.post(&erase, &by).await.status, 404);
    let own = app.key("demo-catering", Role::Admin).await;
    assert_eq!(own.post(&erase, &json!({})).await.status, 400);
    let proof = own.post(&erase, &by).await;
    assert_eq!(proof.status, 200, "{proof:?}");
    let proof = proof.json();
    assert_eq!(
        (&proof["by"], &proof["counts"]["conversations"]),
        (&json!("Olga"), &json!(1))
    );
    assert_eq!(own.get(&path).await.status, 404);
    assert_eq!(own.post(&erase, &by).await.status, 404, "once");
    let log = audit(&app).await;
    let entry = (
        "contact.erase".to_owned(),
        "Olga (API)".to_owned(),
        proof["id"].as_str().unwrap().to_owned(),
    );
    assert!(log.contains(&entry), "{log:?}");
    app.stop().await;
}

/// What was done, by whom, to what.
async fn audit(app: &TestApp) -> Vec<(String, String, String)> {
    let page = Page {
        after: None,
        limit: 100,
    };
    let scope = Scope::Tenant("demo-catering".parse().unwrap());
    let log = app.database.access.audit_log(&scope, page).await.unwrap();
    log.items
        .into_iter()
        .map(|entry| (entry.act, entry.email, entry.subject))
        .collect()
}

#[tokio::test]
async fn an_erased_person_is_nowhere_and_stays_left_alone() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "twilio_sms", &fresh_number(), SMS);
    phone.write("Hi! Book for 10 people").await;
    phone.reply(1).await;
    phone.write("Zebulon Quartermaine").await;
    phone.reply(2).await;
    phone.write("zebulon@example.com").await;
    phone.reply(3).await;
    phone.write("STOP").await;
    phone.reply(4).await;
    let id = contact(&app, &phone.customer).await["id"].as_str().unwrap().to_owned();
    let words = ["Zebulon", "zebulon@example.com", &phone.customer[1..]].map(str::to_owned);

    let export = format!("/api/v1/contacts/{id}/export");
    let operator = app.key("demo-catering", Role::Operator).await;
    assert_eq!(operator.get(&export).await.status, 403);
    let foreign = app.key("demo-academy", Role::Admin).await;
    assert_eq!(foreign.get(&export).await.status, 404);
    let exported = app.admin().get(&export).await;
    for word in &words {
        assert!(exported.text.contains(word), "{word} is not handed out");
        assert!(app.files().contains(word), "{word} is not even stored");
    }
    // Four of theirs and three of ours: what answers a STOP are the carrier's own words.
    assert_eq!(exported.json()["messages"].as_array().unwrap().len(), 7);

    let erase = format!("/api/v1/contacts/{id}/erase");
    let by = json!({"by": "Olga"});
    assert_eq!(operator.post(&erase, &by).await.status, 403);
    assert_eq!(foreign.post(&erase, &by).await.status, 404);
    let proof = app.admin().post(&erase, &by).await;
    assert_eq!(proof.status, 200, "{proof:?}");
    assert_eq!(proof.json()["counts"]["messages"], 7);
    assert_eq!(app.admin().post(&erase, &by).await.status, 404);
    eventually("it is swept", || async {
        let proofs = app.admin().items("/api/v1/erasures").await;
        proofs[0]["swept_at"].is_string().then_some(())
    })
    .await;
    let files = app.files();
    for word in &words {
        assert!(!files.contains(word), "{word} is still there");
    }
    assert!(foreign.items("/api/v1/erasures").await.is_empty());

    // Who had said STOP is still left alone, until they say START.
    phone.write("hello again").await;
    let row = contact(&app, &phone.customer).await;
    assert_eq!(row["name"], Value::Null);
    assert_eq!(phone.replies().await.len(), 4, "nothing leaves");
    phone.write("START").await;
    phone.reply(5).await;
    app.assert_balanced().await;
    app.stop().await;
}

#[tokio::test]
async fn the_command_hands_out_and_erases_beside_the_server() {
    let server = Process::start().await;
    let mut chat = server.chat().await;
    chat.ask("hi").await;
    chat.ask("Zebulon Quartermaine").await;
    chat.ask("213 555 0147").await;
    let contacts = server.admin().items("/api/v1/contacts").await;
    let id = contacts[0]["id"].as_str().unwrap();
    let (code, text) = server.command(&["contact", "export", id], "").await;
    assert!(code == 0 && text.contains("Zebulon Quartermaine"), "{text}");
    let foreign = ["contact", "erase", id, "--by", "Olga", "--tenant", "demo-academy"];
    assert_eq!(server.command(&foreign, "").await.0, 1);
    let (code, text) = server.command(&["contact", "erase", id, "--by", "Olga"], "").await;
    assert!(code == 0 && text.contains("\"conversations\": 1"), "{text}");
    assert!(server.admin().items("/api/v1/contacts").await.is_empty());
    eventually("the server has swept", || async {
        let proofs = server.admin().items("/api/v1/erasures").await;
        proofs[0]["swept_at"].is_string().then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_left_neither_phone_nor_email_is_erased_from_the_conversation_by_an_administrator() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let id = chat.hello().await["conversationId"].as_str().unwrap().to_owned();
    chat.say("Is there parking for the bus of Zebulon?").await;
    assert!(app.admin().items("/api/v1/contacts").await.is_empty());
    assert!(app.files().contains("the bus of Zebulon"));
    let page = format!("/console/conversations/{id}");
    let erase = format!("{page}/erase");
    let sure = [("sure", "yes")];
    let mut operator = app.signed_in(Role::Operator, Some("demo-catering")).await;
    assert!(!operator.get(&page).await.text.contains(&erase));
    let mut foreign = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert_eq!(foreign.submit(&erase, &sure).await.status, 404);
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    assert!(admin.get(&page).await.text.contains(&erase));
    assert_eq!(admin.submit(&erase, &[]).await.status, 422, "nobody was sure");
    assert_eq!(admin.submit(&erase, &sure).await.location, "/console/erasures");
    assert_eq!(admin.get(&page).await.status, 404);
    eventually("it is swept", || async {
        let proofs = app.admin().items("/api/v1/erasures").await;
        proofs[0]["swept_at"].is_string().then_some(())
    })
    .await;
    let files = app.files();
    assert!(!files.contains("the bus of Zebulon") && !files.contains(&id));
    app.assert_balanced().await;
}

#[tokio::test]
async fn the_command_erases_a_conversation_of_nobody_known() {
    let server = Process::start().await;
    let mut chat = server.chat().await;
    chat.ask("hi").await;
    let rows = server.admin().items("/api/v1/conversations").await;
    let id = rows[0]["id"].as_str().unwrap();
    let erase = ["contact", "erase", id, "--conversation", "--by", "Olga"];
    assert_eq!(
        server.command(&["contact", "erase", id, "--by", "Olga"], "").await.0,
        1,
        "it is no contact"
    );
    let (code, text) = server.command(&erase, "").await;
    assert!(code == 0 && text.contains("\"conversations\": 1"), "{text}");
    assert!(server.admin().items("/api/v1/conversations").await.is_empty());
    assert_eq!(server.command(&erase, "").await.0, 1);
}
