//! People are looked for in lists by the beginning of what is known of them.

use frontdesk_core::ports::desk::Search;
use frontdesk_core::ports::reader::{Cursor, LeadFilter, Page, Scope, SubscriptionFilter};
use frontdesk_core::records::{ContactChange, LeadChange, NewsletterChange, PersonKey, Proved, Record};
use frontdesk_core::{Personal, RecordId, Turn};

use crate::place::Place;
use crate::samples::{FIRST, event_for, of, turn_of};

/// A turn in which somebody tells who they are.
fn tells(tenant: &str, number: i64, name: &str, phone: &str, email: &str, source: &str) -> Turn {
    let mut turn = turn_of(&event_for(tenant, phone, number), 1);
    let (key, event) = (PersonKey::phone(phone), turn.receipt.event);
    let told = |text: &str| Some(Personal::from(text));
    turn.records = vec![
        Record::Contact(ContactChange {
            id: event.record(0),
            key: key.clone(),
            name: told(name),
            phone: told(phone),
            phone_extension: None,
            email: told(email),
            language: None,
            proved: Proved::default(),
        }),
        Record::Lead(LeadChange {
            id: event.record(1),
            key,
            source: source.to_owned(),
            name: told(name),
            phone: told(phone),
            email: told(email),
            context: serde_json::Map::new(),
            proved: Proved::default(),
        }),
        Record::Newsletter(NewsletterChange {
            id: event.record(2),
            email: email.into(),
            name: None,
            phone: None,
            source: source.to_owned(),
            email_consent: Some(true),
            sms_consent: None,
            is_confirmed: false,
        }),
    ];
    turn
}

async fn four(place: &Place) -> [Turn; 4] {
    let turns = [
        tells("acme", 1, "Maria Roja", "+14155550101", "maria@example.com", "CHAT"),
        tells("acme", 2, "Mariana Luz", "+14155550102", "luz@example.com", "BOOKING"),
        tells("acme", 3, "Pedro Sol", "+34600100200", "mar@example.com", "CHAT"),
        tells(
            "other",
            4,
            "Maria Theirs",
            "+14155550103",
            "maria.t@example.com",
            "CHAT",
        ),
    ];
    place.store.commit(&turns).await.unwrap();
    turns
}

fn search(name: Option<&str>, email: Option<&str>, phone: Option<&str>) -> Search {
    Search {
        names: name.map(Personal::from).into_iter().collect(),
        email: email.map(Personal::from),
        phone: phone.map(Personal::from),
        words: None,
    }
}

pub async fn people_are_found_by_beginnings(place: Place) {
    let turns = four(&place).await;
    let id = |index: usize, record| turns[index].receipt.event.record(record);
    let reader = place.reader();
    for (scope, wanted, found) in [
        (of("acme"), search(Some("Maria"), None, None), vec![1, 0]),
        (of("acme"), search(Some("Maria R"), None, None), vec![0]),
        (of("acme"), search(Some("Roja"), None, None), vec![]),
        (of("acme"), search(None, Some("mar"), None), vec![2, 0]),
        (of("acme"), search(None, None, Some("+1415555")), vec![1, 0]),
        (
            of("acme"),
            search(Some("Pedro"), Some("luz"), Some("+14155550101")),
            vec![2, 1, 0],
        ),
        (Scope::All, search(Some("Maria"), None, None), vec![3, 1, 0]),
        (of("other"), search(Some("Maria"), None, None), vec![3]),
        (of("nobody"), search(Some("Maria"), None, None), vec![]),
        (Scope::All, search(None, None, None), vec![]),
    ] {
        let contacts = reader.contacts_found(&scope, &wanted, FIRST).await.unwrap().items;
        let contacts: Vec<RecordId> = contacts.iter().map(|row| row.id).collect();
        let expected = |record| found.iter().map(|index| id(*index, record)).collect::<Vec<_>>();
        assert_eq!(contacts, expected(0), "{scope:?} {wanted:?}");
        let any = LeadFilter::default();
        let leads = reader.leads_found(&scope, &wanted, &any, FIRST).await.unwrap().items;
        let leads: Vec<RecordId> = leads.iter().map(|row| row.id).collect();
        assert_eq!(leads, expected(1), "{scope:?} {wanted:?}");
    }
    let bookings = LeadFilter {
        source: Some("BOOKING".to_owned()),
        is_new: true,
    };
    let maria = search(Some("Maria"), None, None);
    let found = reader
        .leads_found(&Scope::All, &maria, &bookings, FIRST)
        .await
        .unwrap()
        .items;
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [id(1, 1)]);
    place.desk().mark_leads(&Scope::All, &[id(1, 1)], true).await.unwrap();
    let found = reader
        .leads_found(&Scope::All, &maria, &bookings, FIRST)
        .await
        .unwrap()
        .items;
    assert!(found.is_empty());
}

pub async fn what_is_found_comes_in_pages(place: Place) {
    let turns = four(&place).await;
    let reader = place.reader();
    let maria = search(Some("Maria"), None, None);
    let mut after: Option<Cursor> = None;
    let mut seen = Vec::new();
    loop {
        let page = Page { after, limit: 1 };
        let part = reader.contacts_found(&Scope::All, &maria, page).await.unwrap();
        seen.extend(part.items.iter().map(|row| row.id));
        match part.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let id = |index: usize| turns[index].receipt.event.record(0);
    assert_eq!(seen, [id(3), id(1), id(0)]);
}

pub async fn subscriptions_are_found_and_told_apart(place: Place) {
    let turns = four(&place).await;
    let mut leaves = turn_of(&event_for("acme", "+14155550101", 9), 2);
    leaves.records = vec![Record::Newsletter(NewsletterChange {
        id: leaves.receipt.event.record(2),
        email: "maria@example.com".into(),
        name: None,
        phone: None,
        source: "CHAT".to_owned(),
        email_consent: Some(false),
        sms_consent: Some(false),
        is_confirmed: false,
    })];
    place.store.commit(&[leaves]).await.unwrap();
    let id = |index: usize| turns[index].receipt.event.record(2);
    let begins = |email: &str| SubscriptionFilter::Email(email.into());
    for (scope, wanted, found) in [
        (of("acme"), begins("mar"), vec![2, 0]),
        (Scope::All, begins("maria"), vec![3, 0]),
        (of("other"), begins("luz"), vec![]),
        (of("acme"), SubscriptionFilter::HasEnded(true), vec![0]),
        (Scope::All, SubscriptionFilter::HasEnded(true), vec![0]),
        (of("acme"), SubscriptionFilter::HasEnded(false), vec![2, 1]),
        (of("other"), SubscriptionFilter::HasEnded(true), vec![]),
    ] {
        let rows = place
            .reader()
            .subscriptions(&scope, &wanted, FIRST)
            .await
            .unwrap()
            .items;
        let ids: Vec<RecordId> = rows.iter().map(|row| row.id).collect();
        let expected: Vec<RecordId> = found.iter().map(|index| id(*index)).collect();
        assert_eq!(ids, expected, "{scope:?} {wanted:?}");
    }
}
