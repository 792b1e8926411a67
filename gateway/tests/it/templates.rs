//! Approved texts outside of a channel's window, and a person's own words, through the real surface.

use frontdesk_core::ports::registry::Role;
use gateway::channels::meta;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::support::{Answer, Phone, TestApp, eventually, fresh_number, fresh_scoped_id};

const CLOUD: &str = "whatsapp_cloud";
const NUMBER: &str = "106540352242922";

/// A colleague writes on the business's own phone to somebody who never wrote: no window is open.
async fn write_first(app: &TestApp, customer: &str) {
    let echo = json!({"from": "15550783881", "to": &customer[1..], "id": format!("wamid.{customer}"),
        "timestamp": "1795222800", "type": "text", "text": {"body": "Ana from Ember & Oak here"}});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "smb_message_echoes", "value": {"messaging_product": "whatsapp",
        "metadata": {"phone_number_id": NUMBER}, "message_echoes": [echo]}}]}]})
    .to_string();
    let accounts = gateway::sandbox::accounts(&*app.database.registry, app.address)
        .await
        .unwrap();
    let signature = meta::sign(accounts.meta.app_secret.expose_secret(), body.as_bytes());
    let answer = app
        .anonymous()
        .post_raw(meta::PATH, &[(meta::SIGNATURE, &signature)], "application/json", body)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn send(app: &TestApp, conversation: &str, template: &str) -> Answer {
    let path = format!("/api/v1/conversations/{conversation}/templates");
    app.admin()
        .post(&path, &json!({"by": "Ana", "template": template}))
        .await
}

/// What was said last in a conversation, once it has come to this status.
async fn last(app: &TestApp, conversation: &str, status: &str) -> Value {
    let path = format!("/api/v1/conversations/{conversation}/messages");
    eventually(&format!("the last message is {status}"), || async {
        let messages = app.admin().items(&path).await;
        messages.last().filter(|message| message["status"] == status).cloned()
    })
    .await
}

#[tokio::test]
async fn outside_of_the_window_an_approved_text_leaves_and_free_words_do_not() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, CLOUD, &fresh_number(), NUMBER);
    write_first(&app, &phone.customer).await;
    let id = phone.conversation(&app).await;

    let free = json!({"by": "Ana", "text": "Are you still there?"});
    let path = format!("/api/v1/conversations/{id}/messages");
    assert_eq!(app.admin().post(&path, &free).await.status, 200);
    let held = last(&app, &id, "failed").await;
    let reason = held["reason"].as_str().unwrap();
    assert!(reason.contains("only approved texts"), "{held}");

    let offered = app.admin().get(&format!("/api/v1/conversations/{id}/templates")).await;
    let offered = offered.json();
    assert_eq!(offered[0]["key"], "go_on", "{offered}");
    assert_eq!(
        offered[0]["words"],
        "Hi there, this is Ember & Oak Hibachi. Shall we go on with your booking?"
    );
    assert_eq!(offered[1]["is_complete"], false, "no day is known: {offered}");
    assert_eq!(send(&app, &id, "day_reminder").await.status, 400);
    assert_eq!(send(&app, &id, "go_on").await.status, 200);
    let sent = last(&app, &id, "read").await;
    assert_eq!(sent["content"]["text"], offered[0]["words"], "{sent}");
    let shown = phone.replies().await;
    assert_eq!(shown.len(), 1, "the free words never left: {shown:?}");
    assert_eq!(
        (&shown[0]["text"], &shown[0]["is_template"]),
        (&offered[0]["words"], &json!(true))
    );
    app.assert_balanced().await;
}

#[tokio::test]
async fn gupshup_has_its_own_ids_and_place_for_templates() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "gupshup", &fresh_number(), "DemoApp");
    phone.write("Здравствуйте, хочу узнать про курс").await;
    phone.reply(1).await;
    let id = phone.conversation(&app).await;
    assert_eq!(send(&app, &id, "go_on").await.status, 200);
    let words = "Здравствуйте, это Академия «Вершина». Продолжим подбирать курс?";
    assert_eq!(phone.reply(2).await, words);
    assert_eq!(phone.replies().await[1]["is_template"], true);
    last(&app, &id, "read").await;
}

/// What a provider says to a template it has not approved is told, and given to a colleague.
#[tokio::test]
async fn a_template_that_is_not_approved_is_told_with_its_reason() {
    let app = TestApp::start().await;
    for (key, channel, ours, tenant, from, to, code) in [
        (
            "one",
            CLOUD,
            NUMBER,
            "demo-catering",
            "\"booking_go_on\"",
            "\"never_approved\"",
            "132001",
        ),
        (
            "two",
            CLOUD,
            NUMBER,
            "demo-catering",
            "\"en_US\"",
            "\"en_GB\"",
            "132001",
        ),
        (
            "three",
            "gupshup",
            "DemoApp",
            "demo-academy",
            "4a1f0001\"",
            "4a1f0009\"",
            "4003",
        ),
    ] {
        let mut manifests = frontdesk_actors::demo::MANIFESTS.iter();
        let (_, manifest) = manifests.find(|(id, _)| *id == tenant).unwrap();
        let own_key = format!("key = \"{key}\"");
        let manifest = manifest.replace(from, to).replace("key = \"go_on\"", &own_key);
        app.put_tenant(tenant, &manifest).await;
        let phone = Phone::new(&app, channel, &fresh_number(), ours);
        phone.write("Hello").await;
        phone.reply(1).await;
        let id = phone.conversation(&app).await;
        eventually("the changed template is offered and sent", || async {
            (send(&app, &id, key).await.status == 200).then_some(())
        })
        .await;
        let escalated = last(&app, &id, "escalated").await;
        let reason = escalated["reason"].as_str().unwrap();
        assert!(reason.contains(code), "{code}: {escalated}");
    }
}

/// What Meta tells of a person arrives beside the conversation; what it does not tell changes nothing.
#[tokio::test]
async fn a_profile_is_looked_up_at_the_first_words() {
    let app = TestApp::start().await;
    let state = async |phone: &Phone| {
        let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
        app.admin().get(&path).await.json()["state"].clone()
    };
    let messenger = Phone::new(&app, "messenger", &fresh_scoped_id(), "104020918399999");
    messenger.write("Hi, I want to book a party").await;
    eventually("Messenger's name is offered", || async {
        (state(&messenger).await["offered_name"] == "Sam Sandbox").then_some(())
    })
    .await;
    messenger.reply(1).await;
    // Colleagues see it before it is confirmed.
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let page = format!("/console/conversations/{}", messenger.conversation(&app).await);
    for page in ["/console/inbox", &page] {
        let page = olga.get(page).await.text;
        assert!(page.contains("Sam Sandbox"), "{page}");
    }
    messenger.write("hmm").await;
    assert!(messenger.reply(2).await.contains("Sam Sandbox"));
    messenger.press("Yes").await;
    messenger.reply(3).await;
    assert_eq!(state(&messenger).await["answers"]["name"], "Sam Sandbox");

    let instagram = Phone::new(&app, "instagram", &fresh_scoped_id(), "17841405822304914");
    instagram.write("hello").await;
    let known = eventually("Instagram's user name is kept", || async {
        let state = state(&instagram).await;
        (state["attributes"]["instagram"] == "@sam.sandbox").then_some(state)
    })
    .await;
    assert!(
        known["offered_name"].is_null() && known["answers"]["name"].is_null(),
        "{known}"
    );

    let private = Phone::new(&app, "messenger", "1545042000000001", "104020918399999");
    private.write("Hi, I want to book a party").await;
    private.reply(1).await;
    private.write("Maria Lopez").await;
    private.reply(2).await;
    let known = state(&private).await;
    assert_eq!(known["answers"]["name"], "Maria Lopez", "{known}");
    assert!(known["offered_name"].is_null(), "{known}");
    app.assert_balanced().await;
}
