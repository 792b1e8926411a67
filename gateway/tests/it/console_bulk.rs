//! What is done with several contacts, subscriptions and leads at once, and what a lead's page tells of it.

use frontdesk_core::ports::desk::TAGS_MAX;
use frontdesk_core::ports::registry::Role;
use serde_json::json;

use crate::support::{Browser, TestApp, fresh};

const TENANT: &str = "demo-catering";

/// A visitor who has told who they are, and wants news.
async fn lead(app: &TestApp, tenant: &str, name: &str, phone: &str) {
    let form =
        json!({ "tenant": tenant, "name": name, "phone": phone, "email": format!("{}@example.com", fresh("x")) });
    assert_eq!(app.anonymous().post("/api/v1/public/leads", &form).await.status, 201);
}

/// A colleague of a business that these have written to, one after the other.
async fn desk_of(app: &TestApp, names: &[&str]) -> Browser {
    for (index, name) in names.iter().enumerate() {
        lead(app, TENANT, name, &format!("+1415555010{index}")).await;
    }
    app.signed_in(Role::Operator, Some(TENANT)).await
}

/// Under what the row is ticked in which this stands.
fn tick(page: &str, words: &str) -> String {
    let row = page.split("<tr>").find(|row| row.contains(words));
    let row = row.unwrap_or_else(|| panic!("no row of {words}: {page}"));
    let (_, value) = row.split_once("name=\"id\" value=\"").expect("it can be ticked");
    value.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_ticked_rows_are_taken_along_and_no_others() {
    let app = TestApp::start().await;
    for (tenant, name, phone) in [
        (TENANT, "Ana Reyes", "+14155550101"),
        (TENANT, "Bea Bravo", "+14155550102"),
        ("demo-academy", "Carla Ortiz", "+14155550103"),
    ] {
        lead(&app, tenant, name, phone).await;
    }
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let mut all = app.signed_in(Role::Operator, None).await;
    for list in ["leads", "contacts", "newsletter"] {
        let (path, export) = (format!("/console/{list}"), format!("/console/{list}/export"));
        let everything = all.read(&path).await;
        let (ana, theirs) = (tick(&everything, "Ana Reyes"), tick(&everything, "Carla Ortiz"));
        let fields = [("id", ana.as_str()), ("id", theirs.as_str()), ("act", "csv")];
        let file = olga.submit(&export, &fields).await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8", "{list}");
        assert!(file.text.contains("Ana Reyes"), "{list}: {}", file.text);
        assert_eq!(file.text.lines().count(), 2, "{list}: {}", file.text);
        let excel = olga.submit(&export, &[("id", &ana), ("act", "xlsx")]).await;
        assert!(excel.status == 200 && excel.text.starts_with("PK"), "{list}");
        let none = olga.submit(&export, &[("act", "csv"), ("query", "q=ana")]).await;
        assert_eq!(
            (none.status, none.location),
            (303, format!("{path}?q=ana&told=nothing.0.0")),
            "{list}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn whoever_asked_elsewhere_is_unsubscribed_with_a_trace() {
    let app = TestApp::start().await;
    let mut olga = desk_of(&app, &["Ana Reyes", "Bea Bravo"]).await;
    let mut theirs = app.signed_in(Role::Operator, Some("demo-academy")).await;
    let (path, leave) = ("/console/newsletter", "/console/newsletter/unsubscribe");
    let ana = tick(&olga.read(path).await, "Ana Reyes");
    let fields = [("id", ana.as_str()), ("act", "unsubscribe")];
    assert_eq!(theirs.submit(leave, &fields).await.status, 303);
    let subscribed = format!("{path}?status=subscribed");
    assert!(olga.read(&subscribed).await.contains("Ana Reyes"));
    for _ in 0..2 {
        assert_eq!(olga.submit(leave, &fields).await.status, 303);
    }
    let page = olga.read(&subscribed).await;
    assert!(!page.contains("Ana Reyes") && page.contains("Bea Bravo"), "{page}");
    let mut admin = app.signed_in(Role::Admin, Some(TENANT)).await;
    let log = admin.read("/console/audit").await;
    assert_eq!(log.matches("newsletter.unsubscribe").count(), 1, "{log}");
    app.stop().await;
}

#[tokio::test]
async fn ticked_contacts_are_one_person_from_then_on() {
    let app = TestApp::start().await;
    let mut olga = desk_of(&app, &["Ana Reyes", "Ana Torres", "Bea Bravo"]).await;
    let page = olga.read("/console/contacts").await;
    let (first, second) = (tick(&page, "Ana Reyes"), tick(&page, "Ana Torres"));
    let fields = [("id", second.as_str()), ("id", first.as_str()), ("act", "merge")];
    let mut theirs = app.signed_in(Role::Operator, Some("demo-academy")).await;
    assert_eq!(theirs.submit("/console/contacts/merge", &fields).await.status, 303);
    // Nobody is brought together before somebody is sure.
    let question = olga.submit("/console/contacts/merge", &fields).await;
    assert_eq!(question.status, 200);
    let (before, after) = question.text.split_once("stays</span>").expect("who stays is said");
    assert!(
        before.contains("Ana Reyes") && !before.contains("Ana Torres"),
        "{before}"
    );
    assert!(after.contains("Ana Torres") && !after.contains("Bea Bravo"), "{after}");
    assert!(olga.read("/console/contacts").await.contains("Ana Torres"));
    let alone = olga.submit("/console/contacts/merge", &fields[1..]).await;
    assert!(olga.read(&alone.location).await.contains("Tick two people or more"));
    let sure = [&fields[..], &[("sure", "yes")]].concat();
    assert_eq!(olga.submit("/console/contacts/merge", &sure).await.status, 303);
    let page = olga.read("/console/contacts").await;
    assert!(!page.contains("Ana Torres") && page.contains("Bea Bravo"), "{page}");
    let person = olga.read(&format!("/console/contacts/{first}")).await;
    assert!(person.contains("Ana Torres") && person.contains("/undo"), "{person}");
    app.stop().await;
}

#[tokio::test]
async fn ticked_contacts_are_tagged_found_by_the_tag_and_freed_of_it() {
    let app = TestApp::start().await;
    let mut olga = desk_of(&app, &["Ana Reyes", "Ana Torres", "Bea Bravo"]).await;
    let (path, tags) = ("/console/contacts", "/console/contacts/tags");
    let page = olga.read(path).await;
    let (ana, torres) = (tick(&page, "Ana Reyes"), tick(&page, "Ana Torres"));
    let wish = |act, tag| [("id", ana.clone()), ("id", torres.clone()), ("act", act), ("tag", tag)];
    let tagging = |act: &str, tag: &str| wish(act.to_owned(), tag.to_owned());
    let mut theirs = app.signed_in(Role::Operator, Some("demo-academy")).await;
    assert_eq!(theirs.submit(tags, &pairs(&tagging("tag", "VIP"))).await.status, 303);
    assert!(!olga.read(path).await.contains("VIP"));

    for bad in ["", " ", &"x".repeat(31)] {
        assert_eq!(
            olga.submit(tags, &pairs(&tagging("tag", bad))).await.status,
            422,
            "{bad:?}"
        );
    }
    assert_eq!(
        olga.submit(tags, &pairs(&tagging("tag", " <b>VIP </b>"))).await.status,
        303
    );
    let found = olga.read(&format!("{path}?tag=%3Cb%3EVIP+%3C%2Fb%3E")).await;
    assert!(
        found.contains("Ana Reyes") && found.contains("Ana Torres") && !found.contains("Bea Bravo"),
        "{found}"
    );
    assert!(!found.contains("<b>VIP"), "a tag is text");
    let both = olga
        .read(&format!("{path}?tag=%3Cb%3EVIP+%3C%2Fb%3E&q=Ana+Reyes"))
        .await;
    assert!(both.contains("Ana Reyes") && !both.contains("Ana Torres"), "{both}");
    let lines = olga.read("/console/contacts.csv").await;
    assert_eq!(lines.matches("<b>VIP </b>").count(), 2, "{lines}");

    // On the page of one of them.
    let own = format!("{path}/{ana}");
    assert!(olga.read(&own).await.contains("&#60;b&#62;VIP"), "its page shows it");
    let tag = [("tag", "<b>VIP </b>")];
    assert_eq!(theirs.submit(&format!("{own}/tags/remove"), &tag).await.status, 404);
    assert_eq!(olga.submit(&format!("{own}/tags/remove"), &tag).await.status, 303);
    assert_eq!(
        olga.submit(&format!("{own}/tags"), &[("tag", "regular")]).await.status,
        303
    );
    let page = olga.read(&own).await;
    assert!(page.contains("regular") && page.contains("/tags/remove"), "{page}");
    let found = olga.read(&format!("{path}?tag=%3Cb%3EVIP+%3C%2Fb%3E")).await;
    assert!(!found.contains("Ana Reyes") && found.contains("Ana Torres"), "{found}");

    let mut admin = app.signed_in(Role::Admin, Some(TENANT)).await;
    let log = admin.read("/console/audit").await;
    assert_eq!(
        (log.matches("contact.tag").count(), log.matches("contact.untag").count()),
        (3, 1),
        "{log}"
    );
    app.stop().await;
}

#[tokio::test]
async fn whoever_has_no_room_for_a_tag_is_counted_with_the_reason() {
    let app = TestApp::start().await;
    let mut olga = desk_of(&app, &["Ana Reyes", "Bea Bravo"]).await;
    let (path, tags) = ("/console/contacts", "/console/contacts/tags");
    let page = olga.read(path).await;
    let (ana, bea) = (tick(&page, "Ana Reyes"), tick(&page, "Bea Bravo"));
    let own = format!("{path}/{ana}/tags");
    for number in 1..=TAGS_MAX {
        let tag = format!("tag {number}");
        assert_eq!(olga.submit(&own, &[("tag", &tag)]).await.status, 303);
    }
    let refused = olga.submit(&own, &[("tag", "VIP")]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("12 tags are as many as a person has"),
        "{}",
        refused.text
    );
    assert_eq!(
        olga.submit(&own, &[("tag", "tag 1")]).await.status,
        303,
        "it is there already"
    );

    let fields = [
        ("id", ana.as_str()),
        ("id", bea.as_str()),
        ("act", "tag"),
        ("tag", "VIP"),
    ];
    let done = olga.submit(tags, &fields).await;
    let page = olga.read(&done.location).await;
    assert!(
        page.contains("Tagged: 1. Left out, for they have 12 tags already: 1."),
        "{page}"
    );
    let none = olga.submit(tags, &fields[2..]).await;
    assert!(olga.read(&none.location).await.contains("No row is ticked."));
    app.stop().await;
}

/// The fields of a form, borrowed.
fn pairs<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn a_lead_tells_who_did_what_with_it_and_its_conversation() {
    let app = TestApp::start().await;
    let mut olga = desk_of(&app, &["Ana Reyes"]).await;
    let leads = olga.read("/console/leads").await;
    let id = tick(&leads, "Ana Reyes");
    // Whoever sees every business leaves a trace in this one, too.
    let mut all = app.signed_in(Role::Operator, None).await;
    let mark = [("id", id.as_str()), ("act", "handled")];
    for (colleague, told) in [
        (&mut all, "Marked as handled: 1."),
        (&mut olga, "Left as they were: 1."),
    ] {
        let marked = colleague.submit("/console/leads/mark", &mark).await;
        assert!(colleague.read(&marked.location).await.contains(told), "{told}");
    }
    let page = olga.read(&format!("/console/leads/{id}")).await;
    let (_, rest) = page.split_once("href=\"/console/conversations/").unwrap();
    let conversation = format!("/console/conversations/{}", rest.split('"').next().unwrap());
    let note = [("key", "once"), ("to", "")];
    assert_eq!(olga.submit(&format!("{conversation}/assign"), &note).await.status, 303);

    let page = olga.read(&format!("/console/leads/{id}")).await;
    let (_, history) = page.split_once("<h2>History</h2>").unwrap();
    let places: Vec<usize> = ["Assigned the conversation", "Marked as handled", "The lead came in"]
        .map(|what| history.find(what).unwrap_or_else(|| panic!("no {what}: {history}")))
        .into();
    assert!(places.is_sorted(), "newest first: {history}");
    assert_eq!(history.matches("Marked as handled").count(), 1, "it was so already");
    assert!(history.contains("Olga Operator"), "{history}");
    let mut theirs = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert_eq!(theirs.get(&format!("/console/leads/{id}")).await.status, 404);
    app.stop().await;
}
