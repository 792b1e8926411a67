//! Whatever a client sends, it gets a code and a sentence, and the conversation goes on.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Chat, Closed, TestApp, fresh};

fn with(frame: &Value, field: &str, value: Value) -> Value {
    let mut frame = frame.clone();
    frame[field] = value;
    frame
}

/// The frame gets this code, with a sentence and whether to try again; then the conversation goes on.
async fn assert_refused(chat: &mut Chat, frame: &str, code: &str) {
    chat.send_text(frame).await;
    let error = chat.next_of("error").await;
    let shown: String = frame.chars().take(80).collect();
    assert_eq!(error["code"], code, "{shown}");
    assert!(
        error["message"].as_str().is_some_and(|text| text.ends_with('.')),
        "{error}"
    );
    let is_retryable = matches!(code, "rate_limited" | "busy" | "unavailable");
    assert_eq!(error["retryable"], is_retryable, "{error}");
}

#[tokio::test]
async fn every_bad_frame_has_its_code_and_the_conversation_goes_on() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    chat.hello().await;
    let fine = chat.message_frame("m1", "hi");
    let hello = chat.hello_frame();
    for (frame, code) in [
        ("not json".to_owned(), "bad_json"),
        ("[1]".to_owned(), "bad_frame"),
        (json!({"type": "dance"}).to_string(), "unknown_type"),
        (json!({"type": "message"}).to_string(), "bad_frame"),
        (with(&fine, "content", json!(7)).to_string(), "bad_frame"),
        (with(&fine, "id", json!("")).to_string(), "bad_frame"),
        (with(&fine, "id", json!("x".repeat(129))).to_string(), "bad_frame"),
        (with(&fine, "threadId", json!("tab\there")).to_string(), "bad_frame"),
        (with(&fine, "content", json!("  \n ")).to_string(), "empty"),
        (
            with(&fine, "content", json!("x".repeat(10_000))).to_string(),
            "too_long",
        ),
        (with(&fine, "content", json!("a\u{0}b")).to_string(), "bad_characters"),
        (
            with(&fine, "content", json!("a\u{1b}[31m")).to_string(),
            "bad_characters",
        ),
        (with(&fine, "tenant", json!("nobody")).to_string(), "unknown_tenant"),
        (
            with(&hello, "tenant", json!("No Such Tenant")).to_string(),
            "unknown_tenant",
        ),
        (with(&hello, "resumeFrom", json!(99)).to_string(), "bad_resume"),
        (with(&hello, "resumeFrom", json!("all")).to_string(), "bad_frame"),
    ] {
        assert_refused(&mut chat, &frame, code).await;
    }
    chat.send_message(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(chat.refusal().await, "bad_frame");
    assert_eq!(chat.say("hi").await, 1);
}

#[tokio::test]
async fn before_a_thread_is_open_there_is_nothing_to_type_into() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    for frame in [json!({"type": "typing"}), json!({"type": "read", "seq": 1})] {
        assert_refused(&mut chat, &frame.to_string(), "bad_frame").await;
    }
    chat.assert_quiet().await;
}

#[tokio::test]
async fn content_at_its_bounds_is_accepted() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    for content in [
        "ж".repeat(4_000),
        "line\r\nbreak\tand tab".to_owned(),
        "  trimmed  ".to_owned(),
    ] {
        chat.say(&content).await;
    }
    let mut other = chat.again().await;
    other.resume(0).await;
    let mut own = Vec::new();
    while own.len() < 3 {
        let frame = other.next_of("message").await;
        if frame["role"] == "user" {
            own.push(frame["content"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(own[1..], ["line\r\nbreak\tand tab", "trimmed"]);
}

/// Just above our bound, where the frame is still read, far above it, where it is not, and so far that
/// it does not fit into the buffers between: whoever sends the whole of it first still learns why.
#[tokio::test]
async fn a_frame_that_is_too_large_ends_the_socket_with_a_reason() {
    let app = TestApp::start().await;
    for bytes in [64 * 1024 + 1, 1024 * 1024, 16 * 1024 * 1024] {
        let mut chat = app.chat().await;
        chat.hello().await;
        chat.send_text("x".repeat(bytes)).await;
        assert_eq!(chat.refusal().await, "too_large", "{bytes}");
        assert_eq!(chat.closed().await.code, 1009, "{bytes}");
        let mut next = chat.again().await;
        assert_eq!(next.hello().await["seq"], 0);
    }
}

#[tokio::test]
async fn a_flood_is_refused_and_the_socket_lives() {
    let app = TestApp::with_settings("[chat]\nframes_per_second = 10\nframe_burst = 20").await;
    let mut chat = app.chat().await;
    for _ in 0..60 {
        chat.feed(&json!({"type": "ping"})).await.unwrap();
    }
    chat.flush().await.unwrap();
    let mut codes = Vec::new();
    for _ in 0..60 {
        codes.push(chat.next().await["type"].as_str().unwrap().to_owned());
    }
    let refused = codes.iter().filter(|kind| *kind == "error").count();
    assert!((20..=40).contains(&refused), "{refused} of 60 refused");
}

#[tokio::test]
async fn abuse_is_closed_with_a_reason() {
    let app = TestApp::with_settings("[chat]\nframes_per_second = 1\nframe_burst = 1").await;
    let mut chat = app.chat().await;
    let ping = json!({"type": "ping"});
    for _ in 0..2_000 {
        if chat.feed(&ping).await.is_err() {
            break;
        }
    }
    // The other side may have closed meanwhile; what it said is read all the same.
    drop(chat.flush().await);
    let expected = Closed {
        code: 1008,
        reason: "too many frames".to_owned(),
    };
    assert_eq!(chat.closed().await, expected);
}

#[tokio::test]
async fn a_foreign_thread_cannot_be_read_or_written() {
    let app = TestApp::start().await;
    let mut owner = app.chat().await;
    owner.ask("my secret is 42").await;

    let mut thief = app.chat().await;
    let own_thread = std::mem::replace(&mut thief.thread, owner.thread.clone());
    assert_eq!(thief.resume(0).await["code"], "forbidden");
    thief.send(&thief.message_frame("m1", "let me in")).await;
    assert_eq!(thief.refusal().await, "forbidden");
    owner.ask("still there?").await;
    thief.assert_quiet().await;

    thief.thread = own_thread;
    assert_eq!(thief.hello().await["seq"], 0);
    assert_eq!(thief.say("hi").await, 1);
}

#[tokio::test]
async fn a_refused_move_leaves_the_socket_in_its_thread() {
    let app = TestApp::start().await;
    let mut owner = app.chat().await;
    owner.say("mine").await;
    let mut other = app.chat().await;
    other.say("hello").await;
    let mut second_tab = other.again().await;
    second_tab.hello().await;

    let mut foreign = other.message_frame(&fresh("m"), "let me in");
    foreign["threadId"] = owner.thread.clone().into();
    other.send(&foreign).await;
    assert_eq!(other.refusal().await, "forbidden");

    let seq = second_tab.say("from the other tab").await;
    let seen = loop {
        let frame = other.next_of("message").await;
        if frame["seq"] == seq {
            break frame;
        }
    };
    assert_eq!(seen["content"], "from the other tab");
}
