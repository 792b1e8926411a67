//! The console's list of messages: whose they are, how they are found, and what a file of them holds.

use frontdesk_core::ports::registry::Role;

use crate::support::{Browser, TestApp};

const LIST: &str = "/console/messages";

async fn say(app: &TestApp, tenant: &str, text: &str) {
    let mut chat = app.chat().await;
    tenant.clone_into(&mut chat.tenant);
    chat.say(text).await;
}

#[tokio::test]
async fn messages_are_found_by_words_direction_channel_and_day() {
    let app = TestApp::start().await;
    say(&app, "demo-catering", "A banquet for forty").await;
    say(&app, "demo-academy", "Courses for beginners").await;
    let mut olga = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    let mut all = app.signed_in(Role::Operator, None).await;
    let found = async |browser: &mut Browser, query: &str| {
        let page = browser.read(&format!("{LIST}?{query}")).await;
        (
            page.contains("banquet for forty"),
            page.contains("Courses for beginners"),
        )
    };
    assert_eq!(
        found(&mut olga, "").await,
        (true, false),
        "nobody sees another business's"
    );
    assert_eq!(found(&mut all, "").await, (true, true));
    assert_eq!(found(&mut all, "tenant=demo-academy").await, (false, true));
    assert!(!found(&mut all, "q=BANQUET").await.1);
    assert!(!found(&mut olga, "q=courses").await.1);
    for (query, is_found) in [
        ("direction=in", true),
        ("direction=out", false),
        ("channel=web_chat", true),
        ("channel=sms", false),
        ("status=troubled", false),
        ("status=failed", false),
        ("until=2020-01-01", false),
        ("from=2020-01-01", true),
    ] {
        assert_eq!(found(&mut olga, query).await.0, is_found, "{query}");
    }
    assert_eq!(olga.get(&format!("{LIST}?tenant=demo-academy")).await.status, 404);
    assert_eq!(olga.get(&format!("{LIST}?channel=pigeon")).await.status, 404);
    assert_eq!(
        olga.get(&format!("{LIST}.csv")).await.status,
        403,
        "a viewer takes nothing along"
    );

    let page = olga.read(&format!("{LIST}?direction=in")).await;
    let (before, _) = page.rsplit_once("#m1\"").unwrap();
    let place = before.rsplit('"').next().unwrap();
    let thread = olga.read(place).await;
    assert!(
        thread.contains("id=\"m1\"") && thread.contains("banquet for forty"),
        "{thread}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_file_of_messages_holds_them_whole_and_no_formula() {
    let app = TestApp::start().await;
    let long = format!("=SUM(A1) {}end", "word ".repeat(100));
    say(&app, "demo-catering", &long).await;
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let file = olga.read(&format!("{LIST}.csv?direction=in")).await;
    assert!(file.contains(&format!("\"'{long}\"")), "{file}");
    assert_eq!(file.lines().count(), 2, "{file}");
    let excel = olga.get(&format!("{LIST}.xlsx")).await;
    assert_eq!(excel.status, 200);
    assert!(excel.text.starts_with("PK"));
    let page = olga.read(LIST).await;
    assert!(
        page.contains("=SUM(A1)") && !page.contains("word end"),
        "the list shows the beginning"
    );
    app.stop().await;
}
