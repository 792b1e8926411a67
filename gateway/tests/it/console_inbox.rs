//! The inbox: the queue, a conversation, a colleague's part in it, and what changes meanwhile.

use frontdesk_core::ports::registry::Role;
use gateway::console::routes;
use serde_json::json;

use crate::support::{Browser, Chat, Page, TestApp, fresh, within};

const TENANT: &str = "demo-catering";

/// A visitor who has asked for a person, and the address of the conversation.
async fn waiting(app: &TestApp) -> (Chat, String) {
    let mut chat = app.chat().await;
    let welcome = chat.hello().await;
    chat.ask("operator please").await;
    let id = welcome["conversationId"].as_str().unwrap();
    (chat, format!("/console/conversations/{id}"))
}

/// Does something the way our script does.
async fn act(browser: &mut Browser, path: &str, text: &str) -> Page {
    let key = fresh("key");
    browser.submit(path, &[("key", &key), ("text", text)]).await
}

#[tokio::test]
async fn a_colleague_takes_over_writes_and_gives_back() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let queue = olga.get("/console/inbox").await;
    assert!(queue.text.contains(&path), "who waits is shown without being asked for");
    let page = olga.get(&path).await;
    assert!(
        page.text.contains("operator please") && page.text.contains("handoff.call"),
        "{}",
        page.text
    );

    let earlier = olga.get(&format!("{path}?before=2&view=all")).await;
    assert_eq!(earlier.text.matches("class=\"bubble\"").count(), 1, "{}", earlier.text);

    assert_eq!(act(&mut olga, &format!("{path}/take-over"), "").await.status, 303);
    chat.say("are you a robot?").await;
    let said = act(&mut olga, &format!("{path}/messages"), " No, I am <b>Olga</b>. ").await;
    assert_eq!(said.status, 303, "{}", said.text);
    let words = chat.next_of("message").await;
    assert_eq!(
        (&words["role"], &words["content"]),
        (&json!("operator"), &json!("No, I am <b>Olga</b>."))
    );
    let page = olga.get(&path).await;
    assert!(page.text.contains("Olga Operator took over"), "{}", page.text);
    assert!(
        page.text.contains("No, I am &#60;b&#62;Olga&#60;/b&#62;."),
        "{}",
        page.text
    );

    assert_eq!(act(&mut olga, &format!("{path}/give-back"), "").await.status, 303);
    chat.next_of("message").await;
    let mut admin = app.signed_in(Role::Admin, Some(TENANT)).await;
    let log = admin.get("/console/audit").await.text;
    for act in ["conversation.take_over", "conversation.say", "conversation.give_back"] {
        assert!(log.contains(act), "{act} in {log}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_same_form_twice_is_one_message() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let fields = [("key", "one-and-the-same"), ("text", "Hello!")];
    for _ in 0..2 {
        assert_eq!(olga.submit(&format!("{path}/messages"), &fields).await.status, 303);
    }
    assert_eq!(chat.next_of("message").await["content"], "Hello!");
    chat.assert_quiet().await;
    app.stop().await;
}

#[tokio::test]
async fn different_acts_of_one_page_are_all_done() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let fields = [("key", "of-the-page"), ("text", "Here I am.")];
    for act in ["take-over", "messages", "give-back"] {
        assert_eq!(olga.submit(&format!("{path}/{act}"), &fields).await.status, 303);
    }
    assert_eq!(chat.next_of("message").await["content"], "Here I am.");
    assert!(olga.get(&path).await.text.contains("gave it back to the bot"));
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let messages = format!("{path}/messages");
    for text in ["", "   ", &"x".repeat(4_001)] {
        assert_eq!(act(&mut olga, &messages, text).await.status, 422);
    }
    chat.ask("STOP").await;
    let refused = act(&mut olga, &messages, "please stay").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("opted out"), "{}", refused.text);
    let page = olga.get(&path).await.text;
    assert!(!page.contains("id=\"composer\""));
    assert!(
        page.contains("title=\"STOP\""),
        "the words of the refusal are kept: {page}"
    );
    app.stop().await;
}

#[tokio::test]
async fn somebody_is_found_taken_and_written_about() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let welcome = chat.hello().await;
    let mut frame = chat.message_frame("m1", "a vegan menu, please");
    frame["userName"] = json!("Zoe Search");
    frame["userPhone"] = json!("(415) 555-0198");
    chat.send(&frame).await;
    chat.next_of("message").await;
    let path = format!("/console/conversations/{}", welcome["conversationId"].as_str().unwrap());

    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let mut other = app.signed_in(Role::Operator, Some("demo-academy")).await;
    for (q, is_there) in [
        ("zoe", true),
        ("415%20555%200198", true),
        ("vegan", true),
        ("nobody", false),
    ] {
        let address = format!("/console/inbox?q={q}");
        assert_eq!(olga.get(&address).await.text.contains(&path), is_there, "{q}");
        assert!(!other.get(&address).await.text.contains(&path), "{q} from elsewhere");
    }

    let note = [("key", "once"), ("text", " <i>Calls back.</i> ")];
    for _ in 0..2 {
        assert_eq!(olga.submit(&format!("{path}/notes"), &note).await.status, 303);
    }
    assert_eq!(act(&mut olga, &format!("{path}/notes"), " ").await.status, 422);
    assert_eq!(act(&mut olga, &format!("{path}/assign"), "").await.status, 303);
    let page = olga.get(&path).await.text;
    assert_eq!(page.matches("&#60;i&#62;Calls back.&#60;/i&#62;").count(), 1, "{page}");
    assert!(page.contains("/unassign"), "{page}");
    assert_eq!(act(&mut olga, &format!("{path}/unassign"), "").await.status, 303);
    assert!(!olga.get(&path).await.text.contains("/unassign"));
    chat.assert_quiet().await;
    app.stop().await;
}

#[tokio::test]
async fn the_start_page_counts_and_shows_who_waits() {
    let app = TestApp::start().await;
    let (_chat, path) = waiting(&app).await;
    let mut ours = app.signed_in(Role::Viewer, Some(TENANT)).await;
    let page = ours.get("/console").await.text;
    assert!(page.contains(&path), "{page}");
    assert!(page.contains("<b>1</b><span>new conversations</span>"), "{page}");
    let mut theirs = app.signed_in(Role::Viewer, Some("demo-academy")).await;
    let page = theirs.get("/console").await.text;
    assert!(
        !page.contains(&path) && page.contains("<b>0</b><span>new conversations</span>"),
        "{page}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_conversation_is_of_its_tenant_alone() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let mut other = app.signed_in(Role::Admin, Some("demo-academy")).await;
    for route in routes()
        .iter()
        .filter(|route| route.path.starts_with("/console/conversations/{id}"))
    {
        let address = route
            .path
            .replace("{id}", &id)
            .replace("{seq}", "2")
            .replace("{index}", "0");
        let page = if route.method == "GET" {
            other.get(&address).await
        } else {
            act(&mut other, &address, "I am from elsewhere").await
        };
        assert_eq!(page.status, 404, "{} {address}", route.method);
    }
    let events = format!("/console/events?conversation={id}");
    assert_eq!(other.get(&events).await.status, 404);
    for page in ["/console/inbox", "/console/inbox?view=all"] {
        assert!(!other.get(page).await.text.contains(&id), "{page}");
    }
    chat.assert_quiet().await;

    let mut everybody = app.signed_in(Role::Viewer, None).await;
    let page = everybody.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("id=\"composer\""), "a viewer looks");
    app.stop().await;
}

#[tokio::test]
async fn our_script_gets_the_part_alone() {
    let app = TestApp::start().await;
    let (_chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    for (address, part) in [
        (path.as_str(), "id=\"log\""),
        ("/console/inbox?view=needs_person", "class=\"rows\""),
    ] {
        let page = olga.get_part(address).await;
        assert!(
            page.text.contains(part) && !page.text.contains("<html"),
            "{}",
            page.text
        );
    }
    let page = Browser::new(app.address).get_part(&path).await;
    assert_eq!(page.status, 401);
    assert!(page.text.starts_with("You are signed out."), "{}", page.text);
    app.stop().await;
}

#[tokio::test]
async fn the_open_page_hears_of_changes_until_the_session_or_the_server_ends() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let id = path.rsplit('/').next().unwrap();
    let olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let mut events = olga.events(&format!("/console/events?conversation={id}")).await;
    events.until("event: queue\ndata: 1").await;
    chat.send(&json!({"type": "typing"})).await;
    events.until("event: typing").await;
    chat.say("still there?").await;
    events.until("event: thread").await;
    within("the end of the server", app.stop()).await;
    events.end().await;
}
