//! One person in the console: everything known, brought together and told apart, handed out, erased.

use frontdesk_core::ports::registry::Role;

use crate::support::{Browser, Phone, TestApp, eventually, fresh_number};

const SMS: &str = "+14155550100";

/// Somebody who texted their name: the address of their page.
async fn meet(app: &TestApp, browser: &mut Browser, name: &str) -> (Phone, String) {
    let phone = Phone::new(app, "twilio_sms", &fresh_number(), SMS);
    phone.write("Hi! Book for 10 people").await;
    phone.reply(1).await;
    phone.write(name).await;
    phone.reply(2).await;
    let list = browser.get("/console/contacts").await.text;
    let (before, _) = list
        .split_once(&format!("\">{name}</a>"))
        .unwrap_or_else(|| panic!("{name} is not listed"));
    let (_, href) = before.rsplit_once("href=\"").unwrap();
    (phone, href.to_owned())
}

#[tokio::test]
async fn a_person_is_shown_with_where_it_is_known_from() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let (phone, page) = meet(&app, &mut browser, "Maria Lopez").await;
    let shown = browser.get(&page).await;
    assert_eq!(shown.status, 200);
    let conversation = format!("/console/conversations/{}", phone.conversation(&app).await);
    for part in [
        "Maria Lopez",
        "SMS",
        "proved",
        "America/New_York",
        conversation.as_str(),
        "/console/leads/",
    ] {
        assert!(shown.text.contains(part), "{part} in {}", shown.text);
    }
    assert!(shown.text.contains(&phone.customer[1..]));
    assert!(!shown.text.contains("/erase"), "an operator erases nobody");
    assert!(
        browser.get(&conversation).await.text.contains(&page),
        "the conversation leads here"
    );
    let mut foreign = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert_eq!(foreign.get(&page).await.status, 404);
    assert_eq!(foreign.get(&format!("{page}/export")).await.status, 404);
    app.stop().await;
}

#[tokio::test]
async fn people_are_brought_together_and_told_apart_with_a_second_thought() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let (_, one) = meet(&app, &mut browser, "Maria Lopez").await;
    let (_, other) = meet(&app, &mut browser, "Mary Lopes").await;
    browser.get(&one).await;
    let merge = format!("{one}/merge");
    assert_eq!(browser.submit(&merge, &[("other", "somebody")]).await.status, 422);
    // The address of the other page is as good as the id.
    let pasted = format!("https://desk.example{other}");
    let done = browser.submit(&merge, &[("other", &pasted)]).await;
    assert_eq!((done.status, done.location), (303, format!("{one}?joined=true")));
    let together = browser.get(&one).await.text;
    assert!(
        together.contains("Mary Lopes") && together.contains("by a colleague"),
        "{together}"
    );
    assert!(
        !browser.get("/console/contacts").await.text.contains("Mary Lopes"),
        "one row for one person"
    );

    let (_, rest) = together.split_once("/console/merges/").unwrap();
    let undo = format!("/console/merges/{}/undo", rest.split('/').next().unwrap());
    let contact = one.rsplit('/').next().unwrap();
    let done = browser.submit(&undo, &[("contact", contact)]).await;
    assert_eq!((done.status, done.location.as_str()), (303, one.as_str()));
    let evil = browser.submit(&undo, &[("contact", "https://evil.example")]).await;
    assert_eq!(evil.status, 404, "it was undone");
    assert!(browser.get("/console/contacts").await.text.contains("Mary Lopes"));
    let apart = browser.get(&one).await.text;
    assert!(
        apart.contains("told apart") && apart.matches("/console/conversations/").count() == 1,
        "{apart}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_person_is_handed_out_and_erased_by_an_administrator() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let (phone, page) = meet(&app, &mut browser, "Zebulon Quartermaine").await;
    browser.get(&page).await;
    let file = browser.get(&format!("{page}/export")).await;
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .ends_with(".json\"")
    );
    let rows: serde_json::Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(rows["contacts"][0]["name"], "Zebulon Quartermaine");
    let erase = format!("{page}/erase");
    assert_eq!(
        browser.submit(&erase, &[]).await.status,
        422,
        "nobody is erased by mistake"
    );
    let done = browser.submit(&erase, &[("sure", "yes")]).await;
    assert_eq!((done.status, done.location.as_str()), (303, "/console/erasures"));
    eventually("the proof is complete", || async {
        let proofs = app.admin().items("/api/v1/erasures").await;
        proofs[0]["swept_at"].is_string().then_some(())
    })
    .await;
    let proofs = browser.get("/console/erasures").await.text;
    assert!(proofs.contains("complete") && !proofs.contains("Zebulon"), "{proofs}");
    assert_eq!(browser.get(&page).await.status, 404);
    assert!(!app.files().contains(&phone.customer[1..]));
    let log = browser.get("/console/audit").await.text;
    assert!(log.contains("contact.erase") && log.contains("contact.export"), "{log}");
    app.stop().await;
}
