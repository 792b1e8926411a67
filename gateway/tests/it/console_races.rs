//! Two colleagues who save the same thing at the same moment: one does, the other one is told.

use std::collections::HashSet;

use frontdesk_core::ports::registry::Role;

use crate::support::{Browser, Page, TestApp};

const TENANT: &str = "demo-catering";
/// One race may be won by chance.
const ROUNDS: usize = 8;

/// The page's value of a hidden field.
fn shown(page: &str, name: &str) -> String {
    let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    let value = value.unwrap_or_else(|| panic!("no field {name}: {page}"));
    value.split('"').next().unwrap().to_owned()
}

/// Which of two who submitted at once did it.
async fn race(
    path: &str,
    (one, first): (&mut Browser, &[(&str, &str)]),
    (other, second): (&mut Browser, &[(&str, &str)]),
) -> [Page; 2] {
    let (first, second) = tokio::join!(one.submit(path, first), other.submit(path, second));
    let statuses = HashSet::from([first.status, second.status]);
    assert_eq!(
        statuses,
        HashSet::from([303, 409]),
        "{path}: {} {}",
        first.status,
        second.status
    );
    [first, second]
}

#[tokio::test]
async fn of_two_who_change_a_role_one_does_and_the_other_is_told() {
    let app = TestApp::start().await;
    let mut ana = app.signed_in(Role::Admin, Some(TENANT)).await;
    let mut bo = app.signed_in(Role::Admin, Some(TENANT)).await;
    for round in 0..ROUNDS {
        let user = app.user(Role::Viewer, Some(TENANT)).await;
        let path = format!("/console/users/{}/role", user.id);
        let [first, _] = race(
            &path,
            (&mut ana, &[("was", "viewer"), ("role", "operator")]),
            (&mut bo, &[("was", "viewer"), ("role", "admin")]),
        )
        .await;
        let stored = app.database.access.user_by_email(&user.email).await.unwrap().unwrap();
        let wanted = if first.status == 303 {
            Role::Operator
        } else {
            Role::Admin
        };
        assert_eq!(stored.role, wanted, "round {round}");
    }
    app.stop().await;
}

#[tokio::test]
async fn whoever_saves_their_name_keeps_no_role_that_was_taken_from_them() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, Some(TENANT)).await;
    for round in 0..ROUNDS {
        let user = app.user(Role::Admin, Some(TENANT)).await;
        let mut own = Browser::new(app.address);
        own.sign_in(&user.email, crate::support::PASSWORD).await;
        own.get("/console/account").await;
        let role = format!("/console/users/{}/role", user.id);
        let (saved, changed) = tokio::join!(
            own.submit("/console/account", &[("name", "Nina"), ("language", "es")]),
            admin.submit(&role, &[("was", "admin"), ("role", "viewer")]),
        );
        assert_eq!((saved.status, changed.status), (303, 303), "round {round}");
        let stored = app.database.access.user_by_email(&user.email).await.unwrap().unwrap();
        assert_eq!(
            (stored.role, stored.name.as_deref()),
            (Role::Viewer, Some("Nina")),
            "round {round}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn of_two_who_set_an_account_one_does_and_the_other_keeps_what_they_typed() {
    let app = TestApp::start().await;
    let mut ana = app.signed_in(Role::Admin, Some(TENANT)).await;
    let mut bo = app.signed_in(Role::Admin, Some(TENANT)).await;
    let accounts = format!("/console/tenants/{TENANT}/accounts");
    let path = format!("{accounts}/twilio");
    let sid = |of: char, round: usize| format!("AC{of}{round:031}");
    let mut last = String::from("0");
    for round in 0..ROUNDS {
        let (hers, his) = (sid('a', round), sid('b', round));
        let fields = |sid| {
            [
                ("seen", last.as_str()),
                ("account_sid", sid),
                ("auth_token", "0123456789abcdef0123456789abcdef"),
            ]
        };
        let [first, second] = race(&path, (&mut ana, &fields(&hers)), (&mut bo, &fields(&his))).await;
        let (kept, refused) = if first.status == 303 {
            (&hers, &second)
        } else {
            (&his, &first)
        };
        let typed = if first.status == 303 { &his } else { &hers };
        assert!(
            refused.text.contains("a colleague has set this account"),
            "{}",
            refused.text
        );
        assert!(
            refused.text.contains(typed.as_str()),
            "what was typed stays: {}",
            refused.text
        );
        let page = ana.get(&accounts).await.text;
        assert!(page.contains(kept.as_str()) && !page.contains(typed.as_str()), "{page}");
        let (_, card) = page.split_once("id=\"twilio\"").unwrap();
        let seen = shown(card, "seen");
        assert_ne!(seen, last, "each change is of a moment of its own");
        last = seen;
    }
    let stale = bo.submit(&format!("{path}/remove"), &[("seen", "1")]).await;
    assert_eq!(stale.status, 409, "{}", stale.text);
    let gone = bo.submit(&format!("{path}/remove"), &[("seen", &last)]).await;
    assert_eq!(gone.status, 303, "{}", gone.text);
    app.stop().await;
}
