//! Who signs in to the console, and what they did there.

use frontdesk_core::ports::access::{AuditEntry, Session};
use frontdesk_core::ports::reader::{Page, Scope};
use frontdesk_core::ports::registry::{Role, User};
use frontdesk_core::{Language, UserId};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{FIRST, at, of, tenant};

fn user(number: u128, email: &str) -> User {
    User {
        id: UserId(Uuid::from_u128(number)),
        email: email.to_owned(),
        password_hash: "$argon2id$".to_owned(),
        role: Role::Operator,
        tenant: Some(tenant("acme")),
        name: None,
        language: None,
        created_at: at(5),
    }
}

fn session(number: u8, user: &User, created: i64, expires: i64) -> Session {
    Session {
        token_hash: [number; 32],
        user: user.id,
        created_at: at(created),
        seen_at: at(created),
        expires_at: at(expires),
        device: "Mozilla/5.0".to_owned(),
        address: "192.0.2.1".to_owned(),
    }
}

pub async fn users_are_found_changed_and_removed(place: Place) {
    let (access, registry) = (place.access(), place.registry());
    assert!(!access.has_users().await.unwrap());
    let (ana, bob) = (user(1, "ana@example.com"), user(2, "bob@example.com"));
    assert!(registry.add_user(&ana).await.unwrap());
    assert!(registry.add_user(&bob).await.unwrap());
    assert!(access.has_users().await.unwrap());
    assert_eq!(
        access.user_by_email("ana@example.com").await.unwrap(),
        Some(ana.clone())
    );
    assert_eq!(access.user_by_email("ann@example.com").await.unwrap(), None);

    assert!(access.change_profile(ana.id, "Ana", Some(Language::Es)).await.unwrap());
    assert!(access.change_role(ana.id, Role::Operator, Role::Admin).await.unwrap());
    assert!(
        !access.change_role(ana.id, Role::Operator, Role::Viewer).await.unwrap(),
        "somebody was faster"
    );
    assert!(
        access
            .change_password(ana.id, &ana.password_hash, "$argon2id$2")
            .await
            .unwrap()
    );
    assert!(
        !access
            .change_password(ana.id, &ana.password_hash, "$argon2id$3")
            .await
            .unwrap(),
        "it is another one by now"
    );
    let changed = User {
        password_hash: "$argon2id$2".to_owned(),
        role: Role::Admin,
        name: Some("Ana".to_owned()),
        language: Some(Language::Es),
        ..ana
    };
    assert_eq!(registry.users().await.unwrap(), [changed.clone(), bob.clone()]);
    let nobody = UserId(Uuid::from_u128(3));
    assert!(!access.change_profile(nobody, "Nobody", None).await.unwrap());
    assert!(!access.change_role(nobody, Role::Operator, Role::Admin).await.unwrap());
    assert!(!access.change_password(nobody, "", "$argon2id$2").await.unwrap());

    access.open_session(&session(1, &bob, 10, 100)).await.unwrap();
    assert!(access.remove_user(bob.id).await.unwrap());
    assert!(!access.remove_user(bob.id).await.unwrap());
    assert_eq!(access.session(&[1; 32], at(10)).await.unwrap(), None);
    assert_eq!(registry.users().await.unwrap(), [changed]);
}

pub async fn the_first_user_is_added_once(place: Place) {
    let access = place.access();
    let first = User {
        tenant: None,
        ..user(1, "ana@example.com")
    };
    assert!(access.add_first_user(&first).await.unwrap());
    assert!(!access.add_first_user(&user(2, "bob@example.com")).await.unwrap());
    assert_eq!(place.registry().users().await.unwrap(), [first]);
}

pub async fn sessions_last_until_they_end(place: Place) {
    let access = place.access();
    let ana = user(1, "ana@example.com");
    place.registry().add_user(&ana).await.unwrap();
    let opened = session(1, &ana, 10, 100);
    access.open_session(&opened).await.unwrap();
    let found = access.session(&[1; 32], at(99)).await.unwrap();
    assert_eq!(found, Some((opened, ana.clone())));
    assert_eq!(access.session(&[1; 32], at(100)).await.unwrap(), None);
    assert_eq!(access.session(&[2; 32], at(50)).await.unwrap(), None);

    let used = Session {
        seen_at: at(90),
        expires_at: at(190),
        address: "2001:db8::1".to_owned(),
        ..session(1, &ana, 10, 100)
    };
    access.prolong_session(&used).await.unwrap();
    let (prolonged, _) = access.session(&[1; 32], at(150)).await.unwrap().unwrap();
    assert_eq!(prolonged, used);
    assert!(!access.end_session(UserId(Uuid::from_u128(2)), &[1; 32]).await.unwrap());
    assert!(access.end_session(ana.id, &[1; 32]).await.unwrap());
    assert!(!access.end_session(ana.id, &[1; 32]).await.unwrap());
    assert_eq!(access.session(&[1; 32], at(150)).await.unwrap(), None);
}

pub async fn sessions_are_listed_and_ended_by_their_user(place: Place) {
    let access = place.access();
    let (ana, bob) = (user(1, "ana@example.com"), user(2, "bob@example.com"));
    for user in [&ana, &bob] {
        place.registry().add_user(user).await.unwrap();
    }
    // Adding one removes those that ended before it was made, so the oldest is added first.
    for (number, user, created) in [(1, &ana, 10), (3, &bob, 20), (4, &ana, 20), (2, &ana, 30)] {
        access.open_session(&session(number, user, created, 100)).await.unwrap();
    }
    let numbers = async |user: &User, now| {
        let found = access.sessions(user.id, at(now)).await.unwrap();
        found.iter().map(|session| session.token_hash[0]).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&ana, 50).await, [2, 4, 1]);
    assert_eq!(
        access.sessions(ana.id, at(50)).await.unwrap()[1],
        session(4, &ana, 20, 100)
    );
    assert_eq!(numbers(&ana, 100).await, [0_u8; 0]);
    assert_eq!(access.end_other_sessions(ana.id, &[4; 32]).await.unwrap(), 2);
    assert_eq!(numbers(&ana, 50).await, [4]);
    assert_eq!(numbers(&bob, 50).await, [3]);
}

pub async fn sessions_of_a_user_end_together(place: Place) {
    let access = place.access();
    let (ana, bob) = (user(1, "ana@example.com"), user(2, "bob@example.com"));
    for user in [&ana, &bob] {
        place.registry().add_user(user).await.unwrap();
    }
    access.open_session(&session(1, &ana, 10, 20)).await.unwrap();
    // Adding one removes those that have ended.
    for (number, user) in [(2, &ana), (3, &ana), (4, &bob)] {
        access.open_session(&session(number, user, 30, 100)).await.unwrap();
    }
    assert_eq!(access.end_sessions(ana.id).await.unwrap(), 2);
    assert_eq!(access.end_sessions(ana.id).await.unwrap(), 0);
    assert!(access.session(&[4; 32], at(50)).await.unwrap().is_some());
}

pub async fn attempts_are_counted_within_their_window(place: Place) {
    let access = place.access();
    let (one, other) = ([1; 32], [2; 32]);
    for (now, wanted) in [(100, 1), (110, 2), (120, 3)] {
        assert_eq!(access.count_attempt(&one, at(now), at(now - 50)).await.unwrap(), wanted);
    }
    assert_eq!(access.count_attempt(&other, at(120), at(70)).await.unwrap(), 1);
    // The window begins with the first attempt, so trying on does not lock for longer.
    assert_eq!(access.count_attempt(&one, at(150), at(100)).await.unwrap(), 1);
    access.forget_attempts(&one).await.unwrap();
    assert_eq!(access.count_attempt(&one, at(151), at(101)).await.unwrap(), 1);
}

pub async fn the_log_is_of_the_scope(place: Place) {
    let access = place.access();
    let entry = |number: u128, name: Option<&str>| AuditEntry {
        id: Uuid::from_u128(number),
        at: at(i64::try_from(number).unwrap()),
        tenant: name.map(tenant),
        user: UserId(Uuid::from_u128(9)),
        email: "ana@example.com".to_owned(),
        act: "conversation.take_over".to_owned(),
        subject: format!("subject {number}"),
    };
    let entries = [
        entry(1, Some("acme")),
        entry(2, None),
        entry(3, Some("other")),
        entry(4, Some("acme")),
    ];
    for entry in &entries {
        access.audit(entry).await.unwrap();
        access.audit(entry).await.unwrap();
    }
    let all = access.audit_log(&Scope::All, FIRST).await.unwrap();
    assert_eq!(all.items.len(), 4);
    let page = Page { after: None, limit: 1 };
    let first = access.audit_log(&of("acme"), page).await.unwrap();
    assert_eq!(first.items, [entries[3].clone()]);
    let page = Page {
        after: first.next,
        limit: 1,
    };
    let second = access.audit_log(&of("acme"), page).await.unwrap();
    assert_eq!((second.items, second.next), (vec![entries[0].clone()], None));
}
