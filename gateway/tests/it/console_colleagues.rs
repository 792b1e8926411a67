//! Two colleagues in one conversation.

use frontdesk_core::ports::registry::Role;

use crate::console_inbox::{act, waiting};
use crate::support::TestApp;

const TENANT: &str = "demo-catering";

#[tokio::test]
async fn two_colleagues_do_not_answer_over_each_other() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let mut pavlo = app.signed_in(Role::Operator, Some(TENANT)).await;
    let page = olga.get(&path).await.text;
    let seen = page
        .split("name=\"seen\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let messages = format!("{path}/messages");
    let say = |text, key| [("key", key), ("text", text), ("seen", seen.as_str())];
    assert_eq!(pavlo.submit(&messages, &say("I am Pavlo.", "p")).await.status, 303);
    assert_eq!(chat.next_of("message").await["content"], "I am Pavlo.");
    chat.say("and I am here").await;
    let late = olga.submit(&messages, &say("I am Olga.", "o")).await;
    assert_eq!(late.status, 409);
    assert!(
        late.text.contains("A colleague has answered meanwhile"),
        "{}",
        late.text
    );
    chat.assert_quiet().await;
    assert_eq!(act(&mut olga, &messages, "I am Olga.").await.status, 303);
    assert_eq!(chat.next_of("message").await["content"], "I am Olga.");
    app.stop().await;
}

#[tokio::test]
async fn colleagues_hear_of_each_others_notes_and_drafts() {
    let app = TestApp::start().await;
    let (_chat, path) = waiting(&app).await;
    let id = path.rsplit('/').next().unwrap();
    let olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let mut pavlo = app.signed_in(Role::Operator, Some(TENANT)).await;
    let mut events = olga.events(&format!("/console/events?conversation={id}")).await;
    events.until("event: queue\ndata: 1").await;
    pavlo.submit(&format!("{path}/typing"), &[]).await;
    events.until("event: drafting\ndata: Olga Operator").await;
    act(&mut pavlo, &format!("{path}/notes"), "Calls back.").await;
    events.until("event: thread\ndata: changed").await;
    drop(events);
    app.stop().await;
}
