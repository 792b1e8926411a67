//! Replies that colleagues keep ready.

use frontdesk_core::ports::registry::Role;

use crate::console_inbox::{act, waiting};
use crate::support::TestApp;

const TENANT: &str = "demo-catering";

#[tokio::test]
async fn replies_are_kept_ready_and_nobodys_work_is_overwritten() {
    let app = TestApp::start().await;
    let (mut chat, path) = waiting(&app).await;
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let mut pavlo = app.signed_in(Role::Operator, Some(TENANT)).await;
    let replies = "/console/replies";
    let text = "Hi {name}, this is {business}. <b>";
    let new = [("shortcut", "/Hello"), ("text", text)];
    assert_eq!(olga.submit(replies, &new).await.status, 303);
    for (shortcut, text) in [("hello", "again"), ("two words", "x"), ("", "x"), ("empty", " ")] {
        let page = olga.submit(replies, &[("shortcut", shortcut), ("text", text)]).await;
        assert_eq!(page.status, 422, "{shortcut}");
        assert!(page.text.contains("class=\"fault alert\""), "{}", page.text);
    }
    let page = olga.get(&path).await.text;
    assert!(
        page.contains("data-text=\"Hi {name}, this is Ember &#38; Oak Hibachi. &#60;b&#62;\""),
        "{page}"
    );
    let refused = act(&mut olga, &format!("{path}/messages"), "Hi {name}!").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Fill in {name} first"), "{}", refused.text);

    let page = olga.get(replies).await.text;
    let field = |name: &str| {
        let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let (id, revision) = (field("id"), field("revision"));
    let change = |text| {
        [
            ("id", id.as_str()),
            ("revision", revision.as_str()),
            ("shortcut", "hello"),
            ("text", text),
        ]
    };
    assert_eq!(pavlo.submit(replies, &change("Pavlo's")).await.status, 303);
    let late = olga.submit(replies, &change("Olga's")).await;
    assert_eq!(late.status, 422);
    assert!(late.text.contains("has changed this reply meanwhile"), "{}", late.text);
    assert!(
        late.text.contains("Olga&#39;s") && late.text.contains("Pavlo&#39;s"),
        "{}",
        late.text
    );

    let mut stranger = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert!(!stranger.get(replies).await.text.contains("hello"));
    assert_eq!(stranger.get("/console/replies?tenant=demo-catering").await.status, 404);
    let gone = |revision| [("id", id.as_str()), ("revision", revision)];
    let remove = "/console/replies/remove";
    assert_eq!(stranger.submit(remove, &gone("2")).await.status, 404);
    let late = olga.submit(remove, &gone(&revision)).await;
    assert_eq!(late.status, 409, "what Pavlo wrote is not removed unseen");
    assert_eq!(olga.submit(remove, &gone("2")).await.status, 303);
    assert_eq!(olga.submit(remove, &gone("2")).await.status, 404);
    chat.assert_quiet().await;
    app.stop().await;
}
