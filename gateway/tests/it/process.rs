//! The real binary: killed, asked to end, and administered beside.

use crate::support::{Process, first_words};

#[tokio::test]
async fn a_kill_in_the_middle_is_no_more_than_a_reconnect() {
    let mut server = Process::start().await;
    let mut chat = server.chat().await;
    chat.ask("hi").await;
    let seq = chat.say_as("m2", "John Smith").await;
    server.kill_and_restart().await;

    let mut again = server.chat().await;
    (again.user, again.thread) = (chat.user.clone(), chat.thread.clone());
    let welcome = again.resume(2).await;
    assert!(welcome["seq"].as_u64().unwrap() >= seq, "{welcome}");
    let own = again.next_of("message").await;
    assert_eq!((&own["id"], &own["seq"]), (&"m2".into(), &seq.into()));
    assert_eq!(again.next_of("message").await["role"], "bot");
    assert_eq!(again.say_as("m2", "John Smith").await, seq);
    again.ask("213 555 0147").await;
    let ledger = server.admin().get("/api/v1/ledger").await.json();
    assert_eq!(ledger["is_balanced"], true, "{ledger}");
}

#[tokio::test]
async fn it_ends_in_order_when_asked() {
    let server = Process::start().await;
    let mut chat = server.chat().await;
    chat.say("hi").await;
    let ending = tokio::spawn(server.terminate());
    assert_eq!(chat.closed().await.code, 1012);
    assert!(ending.await.unwrap(), "it ended with a failure");
}

#[tokio::test]
async fn the_first_start_tells_where_to_go_and_the_token() {
    let words = first_words().await;
    for part in ["http://127.0.0.1:", "/api/docs", "fd_admin_"] {
        assert!(words.contains(part), "{part} in {words}");
    }
}

#[tokio::test]
async fn commands_work_beside_the_server() {
    let server = Process::start().await;
    server.chat().await.say("hi").await;
    let (code, text) = server.command(&["ledger"], "").await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("demo-catering"), "{text}");
    let (code, text) = server.command(&["tenant", "list"], "").await;
    assert!(code == 0 && text.contains("demo-academy"), "{text}");
    let (code, text) = server.command(&["config"], "").await;
    assert!(
        code == 0 && text.contains("listen") && !text.contains(crate::support::ADMIN_TOKEN),
        "{text}"
    );
    let (code, text) = server
        .command(
            &["understand"],
            "{\"id\":1,\"task\":\"name\",\"text\":\"sure, it's john smith\"}\n",
        )
        .await;
    assert!(code == 0 && text.contains("John Smith"), "{text}");
    let (code, text) = server
        .command(&["replay", "00000000-0000-0000-0000-000000000000"], "")
        .await;
    assert!(code == 1 && text.contains("No such dead letter"), "{text}");

    let (code, text) = server
        .command(&["key", "add", "--tenant", "demo-catering", "--role", "viewer"], "")
        .await;
    assert_eq!(code, 0, "{text}");
    let key = text.split_whitespace().find(|word| word.len() > 30).expect("a key");
    let client = crate::support::Http::new(server.address, Some(key));
    assert_eq!(client.get("/api/v1/conversations").await.status, 200);
}

#[tokio::test]
async fn a_route_is_checked_and_can_be_taken_back() {
    let server = Process::start().await;
    let route = |act, channel, address| ["tenant", "route", act, "demo-catering", channel, address];
    for (channel, address, told) in [
        ("twilio_sms", "123", "123 is not a phone number"),
        ("messenger", "my-page", "my-page is not an id"),
        ("twilio", "+14155550177", "twilio_sms, textmagic"),
    ] {
        let (code, text) = server.command(&route("add", channel, address), "").await;
        assert!(code != 0 && text.contains(told), "{text}");
    }
    let listed = || async { server.command(&["tenant", "route", "list"], "").await.1 };
    let before = listed().await;
    let (code, text) = server.command(&route("add", "twilio_sms", "+14155550177"), "").await;
    assert_eq!(code, 0, "{text}");
    assert!(listed().await.contains("+14155550177"));
    let (code, text) = server.command(&route("remove", "twilio_sms", "+14155550177"), "").await;
    assert_eq!(code, 0, "{text}");
    assert_eq!(listed().await, before);
    let (code, text) = server.command(&route("remove", "twilio_sms", "+14155550177"), "").await;
    assert!(code == 1 && text.contains("route list"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_done_is_told_in_words_for_whoever_asked() {
    let server = Process::start().await;
    let (code, text) = server
        .command_with(&[("FRONTDESK_LISTEN", "foo".to_owned())], &["config"], "")
        .await;
    assert!(
        code == 1 && text.contains("listen (FRONTDESK_LISTEN): 'foo' is not an address") && !text.contains(".rs"),
        "{text}"
    );
    let (code, text) = server.command(&["simulate", "nowhere.toml"], "").await;
    assert!(
        code == 1 && text.starts_with("nowhere.toml cannot be read.\n  No such file"),
        "{text}"
    );
    let (code, text) = server.command(&["replay", "x"], "").await;
    assert!(code == 2 && text.contains("/api/v1/dead-letters"), "{text}");
    let (code, text) = server.command(&["--help"], "").await;
    assert!(
        code == 0 && text.starts_with("Answers every conversation a business gets"),
        "{text}"
    );

    let script = server.file("script.toml", "tenant = \"cafe-luna\"\n[[step]]\nsay = \"hi\"\n");
    let (code, text) = server.command(&["simulate", &script], "").await;
    assert!(
        code == 1 && text.contains("--manifest cafe-luna.toml") && text.contains("demo-catering"),
        "{text}"
    );
    let (_, manifest) = server.command(&["tenant", "export", "demo-academy"], "").await;
    let manifest = server.file("cafe-luna.toml", &manifest);
    let (code, text) = server
        .command(&["simulate", &script, "--manifest", &manifest], "")
        .await;
    assert_eq!(code, 0, "{text}");
}
