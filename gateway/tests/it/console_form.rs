//! The form over a manifest: changed, tried, published, brought back; two colleagues at once.

use frontdesk_core::ports::registry::Role;

use crate::support::{Browser, TestApp};

const TENANT: &str = "/console/tenants/demo-catering";
const ASK: &str = "playbook.steps[0].ask.en.any";

async fn manifest(app: &TestApp) -> (String, u64) {
    let rows = app.database.registry.tenants().await.unwrap();
    let row = rows.into_iter().find(|row| row.id.as_str() == "demo-catering").unwrap();
    (row.manifest, row.revision)
}

/// Publishes fields of a page of the form, over a revision.
async fn publish(browser: &mut Browser, sheet: &str, revision: u64, fields: &[(&str, &str)]) -> crate::support::Page {
    let revision = revision.to_string();
    let fields = [fields, &[("revision", &revision)]].concat();
    browser.submit(&format!("{TENANT}/settings/{sheet}"), &fields).await
}

#[tokio::test]
async fn a_question_is_changed_tried_published_and_brought_back() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let (before, revision) = manifest(&app).await;
    for page in [
        "",
        "/settings/chat",
        "/settings/questions",
        "/settings/answers",
        "/settings/words",
    ] {
        let page = admin.get(&format!("{TENANT}{page}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Ember &#38; Oak Hibachi"), "{}", page.text);
    }
    assert_eq!(admin.get(&format!("{TENANT}/settings/nothing")).await.status, 404);

    let words = "And who is <asking>?";
    let (given, lines) = (revision.to_string(), "Hi, a party for 10 people");
    let fields = [
        (ASK, words),
        ("revision", given.as_str()),
        ("lines", lines),
        ("channel", "whatsapp"),
    ];
    let tried = admin
        .submit(&format!("{TENANT}/settings/questions/check"), &fields)
        .await;
    assert_eq!(tried.status, 200);
    let escaped = "And who is &#60;asking&#62;?";
    let (_, rehearsal) = tried.text.split_once("class=\"rehearsed\"").unwrap();
    assert!(rehearsal.contains(escaped), "{rehearsal}");
    assert_eq!(manifest(&app).await.0, before, "trying stores nothing");

    let page = publish(&mut admin, "questions", revision, &[(ASK, words)]).await;
    assert_eq!(page.status, 303, "{}", page.text);
    assert!(admin.get(&page.location).await.text.contains("this is live now"));
    let (stored, published) = manifest(&app).await;
    let was = "Could you share your full name so I can personalize your experience?";
    assert_eq!(
        stored,
        before.replacen(was, words, 1),
        "everything else stays as it was"
    );
    assert_eq!(published, revision + 1);

    let history = admin.get(&format!("{TENANT}/history")).await.text;
    assert!(history.contains("Olga Operator"), "{history}");
    let old = format!("{TENANT}/history/{revision}");
    let comparison = admin.get(&old).await.text;
    assert!(comparison.contains(was) && comparison.contains(escaped), "{comparison}");
    let restore = format!("{old}/restore");
    assert_eq!(admin.submit(&restore, &[("live", &given)]).await.status, 409);
    let live = published.to_string();
    assert_eq!(admin.submit(&restore, &[("live", &live)]).await.status, 303);
    assert_eq!(manifest(&app).await, (before, revision + 2));
    app.stop().await;
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, None).await;
    let (before, revision) = manifest(&app).await;
    let fields = [
        ("profile.name", "Ana's <b>Kitchen</b>"),
        ("profile.hours.monday", "noon to five"),
        ("profile.webhook.url", "https://example.com/hook"),
    ];
    let page = publish(&mut admin, "business", revision, &fields).await;
    assert_eq!(page.status, 422);
    for field in ["profile.hours.monday", "profile.webhook.secret"] {
        let (_, rest) = page.text.split_once(&format!("data-fault=\"{field}\">")).unwrap();
        assert!(!rest.starts_with("</p>"), "{field} has a fault");
    }
    assert!(page.text.contains("value=\"noon to five\""), "{}", page.text);
    assert!(page.text.contains("Ana&#39;s &#60;b&#62;Kitchen"), "{}", page.text);
    assert!(!page.text.contains("<b>Kitchen"), "{}", page.text);
    assert_eq!(manifest(&app).await.0, before);

    let mended = [fields[0], ("profile.hours.monday", "12:00-17:00")];
    assert_eq!(publish(&mut admin, "business", revision, &mended).await.status, 303);
    let again = publish(&mut admin, "business", revision + 1, &mended).await;
    assert_eq!(
        (again.status, manifest(&app).await.1),
        (200, revision + 1),
        "nothing is different"
    );
    app.stop().await;
}

#[tokio::test]
async fn of_two_colleagues_the_second_sees_what_the_first_did() {
    let app = TestApp::start().await;
    let mut ana = app.signed_in(Role::Admin, None).await;
    let mut bo = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let (_, revision) = manifest(&app).await;
    let theirs = [("profile.name", "Theirs"), ("profile.region", "ES")];
    assert_eq!(publish(&mut ana, "business", revision, &theirs).await.status, 303);

    let own = [("profile.name", "Ours"), ("profile.quiet_hours", "none")];
    let page = publish(&mut bo, "business", revision, &own).await;
    assert_eq!(page.status, 409);
    assert!(
        page.text.contains("Your colleague wrote:</p>") || page.text.contains("<span>Theirs</span>"),
        "{}",
        page.text
    );
    assert!(
        page.text
            .contains(&format!("name=\"revision\" value=\"{}\"", revision + 1)),
        "{}",
        page.text
    );
    assert_eq!(
        manifest(&app).await.1,
        revision + 1,
        "nothing is overwritten in silence"
    );

    let merged = [own.as_slice(), &[("profile.region", "ES")]].concat();
    assert_eq!(publish(&mut bo, "business", revision + 1, &merged).await.status, 303);
    let (stored, _) = manifest(&app).await;
    for entry in ["name = \"Ours\"", "region = \"ES\"", "quiet_hours = \"none\""] {
        assert!(stored.contains(entry), "{stored}");
    }

    let facts = [("remove", "knowledge.facts[0]")];
    assert_eq!(publish(&mut ana, "answers", revision + 2, &facts).await.status, 303);
    let late = [("knowledge.facts[1].answer.en", "Something else.")];
    let page = publish(&mut bo, "answers", revision + 2, &late).await;
    assert_eq!(
        page.status, 409,
        "the places have moved: nothing is put into another answer"
    );
    assert!(page.text.contains("Something else."), "what was typed stays");
    assert!(!manifest(&app).await.0.contains("Something else."));
    app.stop().await;
}
