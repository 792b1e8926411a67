//! The inbox: the queue, a conversation, a colleague's part in it, and what changes meanwhile.

use frontdesk_core::ports::registry::Role;
use gateway::console::routes;
use serde_json::json;

use crate::support::{Browser, Chat, Page, Phone, TestApp, fresh, fresh_number, within};

const TENANT: &str = "demo-catering";
/// The academy's number on WhatsApp.
const ACADEMY: &str = "DemoApp";

/// A visitor who has asked for a person, and the address of the conversation.
pub async fn waiting(app: &TestApp) -> (Chat, String) {
    let mut chat = app.chat().await;
    let welcome = chat.hello().await;
    chat.ask("operator please").await;
    let id = welcome["conversationId"].as_str().unwrap();
    (chat, format!("/console/conversations/{id}"))
}

/// Does something the way our script does.
pub async fn act(browser: &mut Browser, path: &str, text: &str) -> Page {
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
async fn whoever_has_opted_out_waits_for_nobody() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let queue = "/console/inbox?view=needs_person";
    let waits = |page: &Page| page.text.contains(&path) && page.text.contains("class=\"wait\"");
    assert!(waits(&olga.get(queue).await));
    chat.say("STOP").await;
    let page = olga.get(queue).await;
    assert!(!waits(&page), "{}", page.text);
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

/// Who looks after the conversation of a page.
fn holder(page: &str) -> String {
    let value = page.split("name=\"had\" value=\"").nth(1).expect("it is somebody's");
    value.split('"').next().unwrap().to_owned()
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
    let had = |user: &str| [("key".to_owned(), fresh("key")), ("had".to_owned(), user.to_owned())];
    let release = format!("{path}/unassign");
    for (user, status) in [(uuid::Uuid::nil().to_string(), 409), (holder(&page), 303)] {
        let fields = had(&user);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(olga.submit(&release, &fields).await.status, status, "it was {user}'s");
    }
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
            let act = [("key", "k"), ("text", "I am from elsewhere"), ("sure", "yes")];
            let timer = [("name", "nudge"), ("due", "1"), ("act", "fire")];
            other.submit(&address, &[&act[..], &timer[..]].concat()).await
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

/// The fields of the form that moves a timer, as the page shows them.
fn timer(page: &str, name: &str) -> (String, String) {
    let form = page
        .split("<form")
        .find(|form| form.contains("/timers\"") && form.contains(&format!("value=\"{name}\"")));
    let form = form.unwrap_or_else(|| panic!("no timer {name} in {page}"));
    let due = form.split("name=\"due\" value=\"").nth(1).unwrap();
    (name.to_owned(), due.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_timer_is_moved_by_hand_once_and_written_down() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "gupshup", &fresh_number(), ACADEMY);
    phone.write("Hello, I want to know about the course").await;
    phone.reply(1).await;
    let path = format!("/console/conversations/{}", phone.conversation(&app).await);
    let mut olga = app.signed_in(Role::Operator, Some("demo-academy")).await;
    let page = olga.get(&path).await.text;
    assert!(page.contains("Reminder"), "{page}");
    let (name, due) = timer(&page, "nudge");
    let timers = format!("{path}/timers");

    let fire = [("name", name.as_str()), ("due", due.as_str()), ("act", "fire")];
    for _ in 0..2 {
        assert_eq!(olga.submit(&timers, &fire).await.status, 303);
    }
    phone.reply(2).await;
    let page = olga.get(&path).await.text;
    assert_eq!(page.matches("did not wait for a timer").count(), 1, "{page}");

    let (name, due) = timer(&page, "nudge");
    let cancel = [("name", name.as_str()), ("due", due.as_str()), ("act", "cancel")];
    assert_eq!(olga.submit(&timers, &cancel).await.status, 303);
    let page = olga.get(&path).await.text;
    assert!(!page.contains("value=\"nudge\""), "{page}");
    for odd in [("act", "explode"), ("due", "soon")] {
        let fields = [("name", "nudge"), ("due", "1"), ("act", "fire"), odd];
        assert!(
            (400..500).contains(&olga.submit(&timers, &fields).await.status),
            "{odd:?}"
        );
    }
    assert_eq!(phone.replies().await.len(), 2, "reminded once");
    let mut admin = app.signed_in(Role::Admin, Some("demo-academy")).await;
    let log = admin.get("/console/audit").await.text;
    assert_eq!(
        (log.matches("timer.fire").count(), log.matches("timer.cancel").count()),
        (1, 1),
        "{log}"
    );
    app.stop().await;
}

#[tokio::test]
async fn conversations_are_tagged_filtered_and_handed_over() {
    let app = TestApp::start().await;
    let (_chat, path) = waiting(&app).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let pavlo = app.user(Role::Operator, Some(TENANT)).await;
    let (viewer, stranger) = (
        app.user(Role::Viewer, Some(TENANT)).await,
        app.user(Role::Operator, Some("demo-academy")).await,
    );
    for (text, status) in [
        ("<i>VIP</i>", 303),
        ("  late   order ", 303),
        ("", 422),
        (&"x".repeat(31), 422),
    ] {
        assert_eq!(
            act(&mut olga, &format!("{path}/tags"), text).await.status,
            status,
            "{text}"
        );
    }
    let page = olga.get("/console/inbox?view=needs_person&tag=late+order").await.text;
    assert!(
        page.contains(&id) && page.contains("&#60;i&#62;VIP&#60;/i&#62;"),
        "{page}"
    );
    for filter in ["tag=VIP", "channel=sms", "assignee=me", "view=done&tag=late+order"] {
        let page = olga.get(&format!("/console/inbox?{filter}")).await.text;
        assert!(!page.contains(&id), "{filter}: {page}");
    }
    assert_eq!(
        act(&mut olga, &format!("{path}/tags/remove"), "late order")
            .await
            .status,
        303
    );
    assert!(!olga.get("/console/inbox?tag=late+order").await.text.contains(&id));

    let assign = format!("{path}/assign");
    for nobody in [viewer.id.to_string(), stranger.id.to_string(), "somebody".to_owned()] {
        assert_eq!(
            olga.submit(&assign, &[("to", nobody.as_str())]).await.status,
            422,
            "{nobody}"
        );
    }
    assert_eq!(olga.submit(&assign, &[]).await.status, 303);
    assert!(olga.get("/console/inbox?assignee=me").await.text.contains(&id));
    let to = pavlo.id.to_string();
    assert_eq!(
        olga.submit(&assign, &[("to", to.as_str())]).await.status,
        409,
        "it is hers meanwhile"
    );
    let page = olga.get(&path).await.text;
    let had = page
        .split("name=\"had\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let handed = [("to", to.as_str()), ("had", had.as_str())];
    assert_eq!(olga.submit(&assign, &handed).await.status, 303);
    assert!(!olga.get("/console/inbox?assignee=me").await.text.contains(&id));
    assert!(
        olga.get(&format!("/console/inbox?assignee={to}"))
            .await
            .text
            .contains(&id)
    );
    app.stop().await;
}

#[tokio::test]
async fn a_filter_is_saved_by_whoever_uses_it() {
    let app = TestApp::start().await;
    let mut olga = app.signed_in(Role::Viewer, Some(TENANT)).await;
    let mut other = app.signed_in(Role::Viewer, Some(TENANT)).await;
    let query = "view=open&channel=sms&order=oldest";
    let saved = olga
        .submit("/console/views", &[("name", " <b>SMS</b> "), ("query", query)])
        .await;
    assert_eq!((saved.status, saved.location), (303, format!("/console/inbox?{query}")));
    for name in ["", &"x".repeat(41)] {
        assert_eq!(
            olga.submit("/console/views", &[("name", name), ("query", query)])
                .await
                .status,
            422
        );
    }
    let page = olga.get("/console/inbox").await.text;
    assert!(page.contains("&#60;b&#62;SMS&#60;/b&#62;"), "{page}");
    assert!(
        page.contains("/console/inbox?view=open&#38;channel=sms&#38;order=oldest"),
        "{page}"
    );
    assert!(!other.get("/console/inbox").await.text.contains("SMS&#60;"));
    let name = [("name", "<b>SMS</b>"), ("query", "view=open&next=//evil.example")];
    let removed = olga.submit("/console/views/remove", &name).await;
    assert_eq!(removed.location, "/console/inbox?view=open");
    assert!(!olga.get("/console/inbox").await.text.contains("SMS&#60;"));
    app.stop().await;
}
