//! A colleague takes a conversation over, writes, and gives it back.

use frontdesk_core::ports::registry::Role;
use serde_json::json;

use crate::support::{TestApp, fresh};

#[tokio::test]
async fn a_colleague_takes_over_speaks_and_gives_back() {
    let app = TestApp::start().await;
    let operator = app.key("demo-catering", Role::Operator).await;
    let mut chat = app.chat().await;
    let welcome = chat.hello().await;
    chat.ask("hi").await;
    let path = format!("/api/v1/conversations/{}", welcome["conversationId"].as_str().unwrap());

    let answer = operator
        .post(&format!("{path}/take-over"), &json!({"by": "Olga"}))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(operator.get(&path).await.json()["status"], "with_person");
    chat.say("are you a robot?").await;

    let key = fresh("key");
    let body = json!({"by": "Olga", "text": "No, this is Olga."});
    let said = operator.post_once(&format!("{path}/messages"), &key, &body).await;
    assert_eq!(said.status, 200, "{said:?}");
    let words = chat.next_of("message").await;
    assert_eq!(
        (&words["role"], &words["content"]),
        (&json!("operator"), &json!("No, this is Olga."))
    );
    let again = operator.post_once(&format!("{path}/messages"), &key, &body).await;
    assert_eq!(again.status, 200, "{again:?}");
    chat.assert_quiet().await;

    let answer = operator
        .post(&format!("{path}/give-back"), &json!({"by": "Olga"}))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_ne!(operator.get(&path).await.json()["status"], "with_person");
    assert!(!chat.ask("thanks, what are your prices?").await.is_empty());
}

#[tokio::test]
async fn a_viewer_only_looks() {
    let app = TestApp::start().await;
    let viewer = app.key("demo-catering", Role::Viewer).await;
    let mut chat = app.chat().await;
    let welcome = chat.hello().await;
    chat.say("hi").await;
    let path = format!("/api/v1/conversations/{}", welcome["conversationId"].as_str().unwrap());
    assert_eq!(viewer.get(&path).await.status, 200);
    let answer = viewer.post(&format!("{path}/take-over"), &json!({"by": "Eve"})).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"));
}
