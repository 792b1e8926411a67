//! Parked events and their second chance.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::registry::Role;
use frontdesk_core::{ChannelKind, DedupeKey, InboundEvent, Payload, Personal, TenantId, UserMessage};
use serde_json::json;

use crate::support::{TestApp, fresh};

/// Parks a message of a new thread, as if it had failed three times.
async fn park(app: &TestApp, tenant: &str) -> InboundEvent {
    let tenant: TenantId = tenant.parse().unwrap();
    let (user, thread, id) = (fresh("user"), fresh("thread"), fresh("m"));
    let dedupe = DedupeKey::derive(&tenant, ChannelKind::WebChat, &[&user, &thread, &id]);
    let message = UserMessage {
        text: "hi".into(),
        external_id: Some(id),
        ..UserMessage::default()
    };
    let event = InboundEvent {
        sender: Some(Personal::new(user)),
        ..InboundEvent::new(
            tenant,
            ChannelKind::WebChat,
            thread,
            dedupe,
            app.clock().now(),
            Payload::Message(message),
        )
    };
    let letter = DeadLetter {
        event: event.clone(),
        error: "the step panicked".to_owned(),
        attempts: 3,
        parked_at: app.clock().now(),
    };
    app.database.store.park(&letter).await.unwrap();
    event
}

#[tokio::test]
async fn a_parked_event_is_replayed_once() {
    let app = TestApp::start().await;
    let event = park(&app, "demo-catering").await;
    let admin = app.admin();
    let waiting = admin.items("/api/v1/dead-letters").await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["error"], "the step panicked");
    let path = format!("/api/v1/dead-letters/{}/replay", event.id);
    let replayed = admin.post(&path, &json!({})).await;
    assert_eq!(replayed.status, 200, "{replayed:?}");
    assert_eq!(replayed.json()["version"], 1);
    assert!(admin.items("/api/v1/dead-letters").await.is_empty());
    assert_eq!(admin.items("/api/v1/dead-letters?resolved=true").await.len(), 1);
    let messages = admin
        .items(&format!("/api/v1/conversations/{}/messages", event.conversation))
        .await;
    assert_eq!(messages[0]["role"], "user");
    assert_eq!(admin.post(&path, &json!({})).await.status, 404);
    assert_eq!(admin.get("/api/v1/ledger").await.json()["is_balanced"], true);
}

/// It is kept for a colleague, so the visitor is neither told to write it otherwise nor to send it again.
#[tokio::test]
async fn a_parked_message_sent_again_is_told_to_be_kept() {
    let app = TestApp::start().await;
    let event = park(&app, "demo-catering").await;
    let Payload::Message(message) = &event.payload else {
        panic!("not a message");
    };
    let mut chat = app.chat().await;
    chat.user = event.sender.as_ref().unwrap().as_str().to_owned();
    chat.thread = event.address.as_str().to_owned();
    let frame = chat.message_frame(message.external_id.as_deref().unwrap(), "hi");
    chat.send(&frame).await;
    let refusal = chat.next_of("error").await;
    assert_eq!(
        (&refusal["code"], &refusal["retryable"]),
        (&json!("parked"), &json!(false))
    );
    assert_eq!(chat.say("something else").await, 1, "the conversation goes on");
}

#[tokio::test]
async fn another_tenants_dead_letters_cannot_be_replayed() {
    let app = TestApp::start().await;
    let event = park(&app, "demo-catering").await;
    let other = app.key("demo-academy", Role::Admin).await;
    assert!(other.items("/api/v1/dead-letters").await.is_empty());
    let path = format!("/api/v1/dead-letters/{}/replay", event.id);
    assert_eq!(other.post(&path, &json!({})).await.status, 404);
    let viewer = app.key("demo-catering", Role::Viewer).await;
    assert_eq!(viewer.post(&path, &json!({})).await.status, 403);
}
