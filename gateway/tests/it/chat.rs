//! A visitor's conversation: from the first word to the lead, over lost connections and in two tabs.

use serde_json::{Value, json};

use crate::support::{Chat, TestApp, eventually, fresh};

/// The seqs of all messages after `from`, in the order they come, and the frames themselves.
async fn resumed(chat: &mut Chat, from: u64) -> Vec<Value> {
    let welcome = chat.resume(from).await;
    assert_eq!(welcome["type"], "welcome", "{welcome}");
    let last = welcome["seq"].as_u64().unwrap();
    let mut frames = Vec::new();
    while frames
        .last()
        .map_or(from, |frame: &Value| frame["seq"].as_u64().unwrap())
        < last
    {
        frames.push(chat.next_of("message").await);
    }
    frames
}

#[tokio::test]
async fn a_visitor_becomes_a_lead() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let welcome = chat.hello().await;
    assert_eq!(welcome["seq"], 0);
    assert_eq!(welcome["threadId"], chat.thread.as_str());
    let phone = format!("+1213{:07}", 5_550_100 + u32::from(app.address.port()) % 99);
    let email = format!("{}@example.com", fresh("john"));
    for words in [
        "Hi, I'd like to book a party",
        "Sure, it's John Smith",
        &phone,
        &email,
        "yes",
    ] {
        chat.ask(words).await;
    }
    let lead = eventually("the lead", || async {
        let leads = app.admin().items("/api/v1/leads").await;
        leads.into_iter().find(|lead| lead["email"] == email.as_str())
    })
    .await;
    assert_eq!(lead["name"], "John Smith");
    assert_eq!(lead["phone"], phone.as_str());
    assert_eq!(lead["tenant"], "demo-catering");
    assert_eq!(lead["conversation_id"], welcome["conversationId"]);
    let subscriptions = app.admin().items("/api/v1/newsletter").await;
    let subscription = subscriptions.iter().find(|row| row["email"] == email.as_str());
    assert_eq!(subscription.expect("a subscription")["email_consent"], true);

    let mut returning = chat.again().await;
    assert_eq!(returning.hello().await["contact"]["name"], "John Smith");
}

#[tokio::test]
async fn what_the_page_knows_is_used() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let mut hello = chat.hello_frame();
    hello["userName"] = "Ana García".into();
    hello["userPhone"] = "(213) 555-0188".into();
    hello["newsletterConsent"] = false.into();
    chat.send(&hello).await;
    chat.next_of("welcome").await;
    chat.ask("hello").await;
    let lead = eventually("the lead", || async {
        let leads = app.admin().items("/api/v1/leads").await;
        leads.into_iter().find(|lead| lead["phone"] == "+12135550188")
    })
    .await;
    assert_eq!(lead["name"], "Ana García");
}

#[tokio::test]
async fn what_the_site_says_of_a_visitor_is_kept_with_the_lead() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let mut hello = chat.hello_frame();
    hello["userName"] = "Olga Ortiz".into();
    hello["userPhone"] = "(213) 555-0189".into();
    hello["userEmail"] = "olga@example.com".into();
    hello["newsletterConsent"] = true.into();
    hello["newsletterTextVersion"] = "2025-01".into();
    hello["attributes"] = json!({"plan": "gold"});
    chat.send(&hello).await;
    chat.next_of("welcome").await;
    let asked = chat.ask("hello").await;
    assert!(!asked.contains("email"), "it is known: {asked}");
    let lead = eventually("the lead", || async {
        let leads = app.admin().items("/api/v1/leads").await;
        leads.into_iter().find(|lead| lead["email"] == "olga@example.com")
    })
    .await;
    assert_eq!(lead["context"]["attributes"], json!({"plan": "gold"}));
    let turns = app
        .admin()
        .items(&format!(
            "/api/v1/conversations/{}/turns",
            lead["conversation_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(turns[0]["record"]["event"]["known"]["newsletter_version"], "2025-01");
}

#[tokio::test]
async fn the_first_message_serves_as_hello() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let mut frame = chat.message_frame("m1", "hi");
    frame.as_object_mut().unwrap().remove("tenant");
    chat.send(&frame).await;
    assert_eq!(chat.next().await["type"], "welcome");
    let ack = chat.next().await;
    assert_eq!(ack, json!({"type": "ack", "id": "m1", "seq": 1}));
    let reply = chat.next().await;
    assert_eq!(
        (&reply["type"], &reply["seq"], &reply["role"]),
        (&json!("message"), &json!(2), &json!("bot"))
    );
    assert!(reply["timestamp"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_message_sent_twice_is_one_message() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let first = chat.say_as("same", "hi").await;
    chat.next_of("message").await;
    assert_eq!(chat.say_as("same", "hi").await, first);
    chat.assert_quiet().await;
    let mut other = chat.again().await;
    other.hello().await;
    assert_eq!(other.say_as("same", "hi").await, first);
    assert_eq!(other.hello().await["seq"], 2);
}

#[tokio::test]
async fn everything_after_the_last_seen_comes_once_and_in_order() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let mut ids = Vec::new();
    for words in ["hi", "John Smith", "213 555 0123"] {
        let id = fresh("m");
        chat.say_as(&id, words).await;
        ids.push(id);
    }
    let all = resumed(&mut chat.again().await, 0).await;
    let seqs: Vec<u64> = all.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    let own: Vec<&str> = all
        .iter()
        .filter(|frame| frame["role"] == "user")
        .map(|frame| frame["id"].as_str().unwrap())
        .collect();
    assert_eq!(own, ids);

    let later = resumed(&mut chat.again().await, 3).await;
    assert_eq!(later, all[3..]);
    let mut up_to_date = chat.again().await;
    up_to_date.resume(seqs.len() as u64).await;
    up_to_date.assert_quiet().await;
}

#[tokio::test]
async fn a_resume_beyond_the_end_is_refused_and_a_correct_one_works_on_the_same_socket() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    chat.ask("hi").await;
    let mut other = chat.again().await;
    assert_eq!(other.resume(3).await["code"], "bad_resume");
    assert_eq!(resumed(&mut other, 1).await.len(), 1);
}

#[tokio::test]
async fn a_long_conversation_is_resumed_whole() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let mut last = 0;
    while last < 210 {
        last = chat.say("what are your prices?").await;
    }
    let all = resumed(&mut chat.again().await, 0).await;
    let seqs: Vec<u64> = all.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    assert!(seqs.len() as u64 >= last);
}

#[tokio::test]
async fn a_second_tab_sees_what_the_first_one_does() {
    let app = TestApp::start().await;
    let mut one = app.chat().await;
    one.hello().await;
    let mut two = one.again().await;
    two.hello().await;
    one.send(&json!({"type": "typing"})).await;
    assert_eq!(two.next().await, json!({"type": "typing", "role": "user"}));

    let seq = one.say_as("m1", "hi").await;
    let own = two.next_of("message").await;
    assert_eq!(
        (&own["id"], &own["role"], &own["seq"]),
        (&json!("m1"), &json!("user"), &json!(seq))
    );
    let reply = two.next_of("message").await;
    assert_eq!(one.next_of("message").await, reply);
    one.assert_quiet().await;
    two.assert_quiet().await;
}

#[tokio::test]
async fn a_socket_moves_to_another_thread() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    chat.ask("hi").await;
    let mut left_behind = chat.again().await;
    left_behind.hello().await;

    chat.thread = fresh("thread");
    assert_eq!(chat.hello().await["seq"], 0);
    left_behind.ask("still here").await;
    chat.assert_quiet().await;
    assert_eq!(chat.say("and here").await, 1);
}

#[tokio::test]
async fn reading_is_kept_when_it_advances() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let welcome = chat.hello().await;
    chat.ask("hi").await;
    let path = format!("/api/v1/conversations/{}", welcome["conversationId"].as_str().unwrap());
    for seq in [2, 2, 1, 99] {
        chat.send(&json!({"type": "read", "seq": seq})).await;
    }
    chat.assert_quiet().await;
    let messages = app.admin().items(&format!("{path}/messages")).await;
    assert_eq!(messages[1]["status"], "read");
    let turns = app.admin().items(&format!("{path}/turns")).await;
    assert_eq!(turns.len(), 2, "the message and one reading");
}

#[tokio::test]
async fn frames_sent_at_once_are_answered_in_order() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    chat.hello().await;
    for number in 1..=5 {
        let frame = chat.message_frame(&format!("m{number}"), "hi");
        chat.feed(&frame).await.unwrap();
    }
    chat.flush().await.unwrap();
    let mut last = 0;
    for number in 1..=5 {
        let ack = chat.next_of("ack").await;
        assert_eq!(ack["id"], format!("m{number}"));
        assert!(ack["seq"].as_u64().unwrap() > last);
        last = ack["seq"].as_u64().unwrap();
    }
}

#[tokio::test]
async fn a_tenant_can_demand_signed_visitors() {
    let app = TestApp::start().await;
    let demo = frontdesk_actors::demo::MANIFESTS[0].1;
    let manifest = demo.replace(
        "[profile.hours]",
        "[profile.identity]\nkey = \"0123456789abcdef\"\nrequired = true\n\n[profile.hours]",
    );
    app.put_tenant("signed", &manifest).await;
    let mut chat = app.chat().await;
    chat.tenant = "signed".to_owned();
    chat.user = "visitor-1".to_owned();
    assert_eq!(chat.resume(0).await["code"], "forbidden");
    let mut hello = chat.hello_frame();
    hello["userHash"] = PROOF[1..].into();
    chat.send(&hello).await;
    assert_eq!(chat.refusal().await, "forbidden");
    hello["userHash"] = PROOF.into();
    chat.send(&hello).await;
    chat.next_of("welcome").await;
    assert_eq!(chat.say("hi").await, 1);
}

/// HMAC-SHA-256 of "visitor-1" under "0123456789abcdef", computed with `openssl dgst -sha256 -hmac`.
const PROOF: &str = "38e8259a49267c029a9d924bf84c82117cfb7608b9fc5b861a367c9ea61b2d54";
