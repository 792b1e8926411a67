//! What the business keeps is one row a person, whoever writes from wherever.

use frontdesk_core::ports::reader::{LeadFilter, Page, Scope, SourceRow};
use frontdesk_core::ports::store::Committed;
use frontdesk_core::records::{
    ConsentGiven, ContactChange, LeadChange, NewsletterChange, PersonKey, Proved, Record, TicketChange,
};
use frontdesk_core::{Language, Turn};
use serde_json::json;

use crate::place::Place;
use crate::samples::{FIRST, at, conversation, event, event_for, of, turn, turn_of};

fn with(mut turn: Turn, records: Vec<Record>) -> Turn {
    turn.records = records;
    turn
}

fn contact(turn: &Turn, name: Option<&str>, email: Option<&str>) -> Record {
    Record::Contact(ContactChange {
        id: turn.receipt.event.record(0),
        key: PersonKey::phone("+15550001"),
        name: name.map(Into::into),
        phone: Some("+15550001".into()),
        phone_extension: name.map(|_| "9".into()),
        email: email.map(Into::into),
        language: name.map(|_| Language::Es),
        proved: Proved::default(),
    })
}

fn lead(turn: &Turn, source: &str, name: Option<&str>, context: serde_json::Value) -> Record {
    let serde_json::Value::Object(context) = context else {
        panic!("a context is an object");
    };
    Record::Lead(LeadChange {
        id: turn.receipt.event.record(1),
        key: PersonKey::phone("+15550001"),
        source: source.to_owned(),
        name: name.map(Into::into),
        phone: None,
        email: None,
        context,
        proved: Proved::default(),
    })
}

fn newsletter(turn: &Turn, email_consent: bool, sms_consent: bool) -> Record {
    Record::Newsletter(NewsletterChange {
        id: turn.receipt.event.record(2),
        email: "ana@example.com".into(),
        name: email_consent.then(|| "Ana".into()),
        phone: None,
        source: format!("VERSION {}", turn.version),
        email_consent: Some(email_consent),
        sms_consent: Some(sms_consent),
        is_confirmed: false,
    })
}

pub async fn a_person_is_one_contact_per_tenant(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let first = turn("a", 1);
    let mut second = turn_of(&event("b", 2), 1);
    let stranger = turn_of(&event_for("other", "a", 1), 1);
    let records = vec![contact(&first, Some("Ana"), None)];
    let id = first.receipt.event.record(0);
    store.commit(&[with(first, records)]).await.unwrap();
    second.records = vec![contact(&second, None, Some("ana@example.com"))];
    let records = vec![contact(&stranger, Some("Eve"), None)];
    store.commit(&[second, with(stranger, records)]).await.unwrap();

    let contacts = reader.contacts(&of("acme"), None, FIRST).await.unwrap().items;
    assert_eq!(contacts.len(), 1);
    let ana = &contacts[0];
    assert_eq!(ana.id, id);
    assert_eq!(ana.name, Some("Ana".into()));
    assert_eq!(ana.phone, Some("+15550001".into()));
    assert_eq!(ana.phone_extension, Some("9".into()));
    assert_eq!(ana.email, Some("ana@example.com".into()));
    assert_eq!(ana.language, Some(Language::Es));
    assert_eq!(ana.conversation, conversation("b"));
    assert_eq!((ana.created_at, ana.updated_at), (at(1_000), at(2_000)));
    assert_eq!(reader.contacts(&Scope::All, None, FIRST).await.unwrap().items.len(), 2);
}

pub async fn what_is_known_already_is_not_written_again(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let say = |version: u64, email: Option<&str>, context: serde_json::Value| {
        let turn = turn("a", version);
        let records = vec![
            contact(&turn, Some("Ana"), email),
            lead(&turn, "site", Some("Ana"), context),
        ];
        with(turn, records)
    };
    store.commit(&[say(1, None, json!({"guests": 4}))]).await.unwrap();
    let written = async || {
        let contacts = reader.contacts(&Scope::All, None, FIRST).await.unwrap().items;
        let leads = reader.leads(&Scope::All, &LeadFilter::default(), FIRST).await.unwrap();
        (contacts[0].updated_at, leads.items[0].updated_at)
    };
    store.commit(&[say(2, None, json!({"guests": 4}))]).await.unwrap();
    assert_eq!(written().await, (at(1_000), at(1_000)));
    let email = Some("ana@example.com");
    store.commit(&[say(3, email, json!({"guests": 4}))]).await.unwrap();
    assert_eq!(written().await, (at(3_000), at(1_000)));
    store.commit(&[say(4, email, json!({"guests": 5}))]).await.unwrap();
    assert_eq!(written().await, (at(3_000), at(4_000)));
    // In words from another conversation they are news of where the person writes.
    let other = turn_of(&event("b", 9), 1);
    let records = vec![contact(&other, None, None), lead(&other, "site", None, json!({}))];
    store.commit(&[with(other, records)]).await.unwrap();
    assert_eq!(written().await, (at(9_000), at(9_000)));
}

pub async fn many_records_of_one_batch_are_kept(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let turns: Vec<Turn> = (0..300)
        .map(|number| {
            let turn = turn(&format!("p{number}"), 1);
            let mut contact = ContactChange {
                id: turn.receipt.event.record(0),
                key: PersonKey::phone(&format!("+1555{number:04}")),
                name: Some(format!("P{number}").into()),
                phone: None,
                phone_extension: None,
                email: None,
                language: None,
                proved: Proved::default(),
            };
            if number == 299 {
                contact.key = PersonKey::phone("+15550000");
            }
            with(turn, vec![Record::Contact(contact)])
        })
        .collect();
    assert_eq!(store.commit(&turns).await.unwrap(), vec![Committed::Done; 300]);
    let mut contacts = reader.contacts(&Scope::All, None, FIRST).await.unwrap();
    let mut after = contacts.next;
    while after.is_some() {
        let page = reader
            .contacts(&Scope::All, None, Page { after, ..FIRST })
            .await
            .unwrap();
        contacts.items.extend(page.items);
        after = page.next;
    }
    let contacts = contacts.items;
    assert_eq!(contacts.len(), 299);
    // Of the same person the later word counts, however many stand between.
    assert!(contacts.iter().any(|contact| contact.name == Some("P299".into())));
    assert!(!contacts.iter().any(|contact| contact.name == Some("P0".into())));
}

pub async fn one_person_twice_in_a_batch_is_one_row(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let turns: Vec<Turn> = ["a", "b", "c"]
        .iter()
        .map(|address| {
            let turn = turn(address, 1);
            let name = (*address == "b").then_some("Ana");
            let is_wanted = *address != "c";
            let records = vec![
                contact(&turn, name, None),
                lead(&turn, address, name, json!({ (*address): true })),
                newsletter(&turn, is_wanted, false),
            ];
            with(turn, records)
        })
        .collect();
    assert_eq!(store.commit(&turns).await.unwrap(), vec![Committed::Done; 3]);
    let contacts = reader.contacts(&Scope::All, None, FIRST).await.unwrap().items;
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].name, Some("Ana".into()));
    let leads = reader
        .leads(&Scope::All, &LeadFilter::default(), FIRST)
        .await
        .unwrap()
        .items;
    assert_eq!(leads.len(), 1);
    assert_eq!(json!(leads[0].context), json!({"a": true, "b": true, "c": true}));
    let subscriptions = reader.newsletter(&Scope::All, FIRST).await.unwrap().items;
    assert_eq!(subscriptions.len(), 1);
    assert!(subscriptions[0].unsubscribed_at.is_some());
}

pub async fn a_lead_keeps_its_first_source_and_merges_its_context(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let first = turn("a", 1);
    let context = json!({"event": "wedding", "guests": 40, "it's \"odd\"": {"a": 1}, "when": null});
    let records = vec![lead(&first, "CHAT", Some("Ana"), context)];
    let id = first.receipt.event.record(1);
    store.commit(&[with(first, records)]).await.unwrap();
    let second = turn("a", 2);
    let context = json!({"guests": 60, "it's \"odd\"": {"b": [true, "x"]}, "event": null});
    let records = vec![lead(&second, "FORM", None, context)];
    store.commit(&[with(second, records)]).await.unwrap();

    let stored = reader.lead(&of("acme"), id).await.unwrap().unwrap();
    assert_eq!((stored.source.as_str(), stored.status.as_str()), ("CHAT", "new"));
    assert_eq!(stored.name, Some("Ana".into()));
    let merged = json!({"event": null, "guests": 60, "it's \"odd\"": {"b": [true, "x"]}, "when": null});
    assert_eq!(json!(stored.context), merged);
    assert_eq!((stored.created_at, stored.updated_at), (at(1_000), at(2_000)));
    assert_eq!(reader.lead(&of("other"), id).await.unwrap(), None);
}

pub async fn a_subscription_ends_and_begins_again(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let steps = [
        (true, false, None, 1_000),
        (true, true, None, 1_000),
        (false, false, Some(3_000), 1_000),
        (false, false, Some(3_000), 1_000),
        (false, true, None, 5_000),
    ];
    for (version, (email_consent, sms_consent, unsubscribed, subscribed)) in (1..).zip(steps) {
        let turn = turn("a", version);
        let records = vec![newsletter(&turn, email_consent, sms_consent)];
        store.commit(&[with(turn, records)]).await.unwrap();
        let stored = reader.newsletter(&of("acme"), FIRST).await.unwrap().items.remove(0);
        assert_eq!((stored.email_consent, stored.sms_consent), (email_consent, sms_consent));
        assert_eq!(stored.unsubscribed_at, unsubscribed.map(at), "step {version}");
        assert_eq!(stored.subscribed_at, at(subscribed), "step {version}");
        assert_eq!(stored.source, "VERSION 1");
        assert_eq!(stored.name, Some("Ana".into()));
    }
}

pub async fn a_confirmation_lasts_until_the_end(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let (said, unsaid) = (Some(true), None);
    let steps = [
        // What is written: email, text messages, confirmed; what stands then: both wishes, confirmed when.
        ((said, Some(true), false), (true, true, None)),
        ((unsaid, unsaid, true), (true, true, Some(2_000))),
        ((said, unsaid, true), (true, true, Some(2_000))),
        ((Some(false), unsaid, false), (false, true, Some(2_000))),
        ((unsaid, Some(false), false), (false, false, Some(2_000))),
        ((said, unsaid, false), (true, false, None)),
    ];
    for (version, ((email_consent, sms_consent, is_confirmed), wanted)) in (1..).zip(steps) {
        let turn = turn("a", version);
        let change = NewsletterChange {
            id: turn.receipt.event.record(2),
            email: "ana@example.com".into(),
            name: None,
            phone: None,
            source: "CHAT".to_owned(),
            email_consent,
            sms_consent,
            is_confirmed,
        };
        store
            .commit(&[with(turn, vec![Record::Newsletter(change)])])
            .await
            .unwrap();
        let stored = reader.newsletter(&of("acme"), FIRST).await.unwrap().items.remove(0);
        let (email, sms, confirmed) = wanted;
        assert_eq!(
            (stored.email_consent, stored.sms_consent),
            (email, sms),
            "step {version}"
        );
        assert_eq!(stored.confirmed_at, confirmed.map(at), "step {version}");
    }
}

pub async fn a_confirmation_of_nobody_is_nothing(place: Place) {
    let turn = turn("a", 1);
    let change = NewsletterChange {
        id: turn.receipt.event.record(2),
        email: "ana@example.com".into(),
        name: None,
        phone: None,
        source: "WEB_QUOTE".to_owned(),
        email_consent: None,
        sms_consent: None,
        is_confirmed: true,
    };
    let records = vec![Record::Newsletter(change)];
    place.store.commit(&[with(turn, records)]).await.unwrap();
    assert_eq!(place.reader().newsletter(&Scope::All, FIRST).await.unwrap().items, []);
}

pub async fn an_end_without_a_beginning_is_nothing(place: Place) {
    let turn = turn("a", 1);
    let records = vec![newsletter(&turn, false, false)];
    place.store.commit(&[with(turn, records)]).await.unwrap();
    assert_eq!(place.reader().newsletter(&Scope::All, FIRST).await.unwrap().items, []);
}

pub async fn consents_and_tickets_are_kept(place: Place) {
    let store = &place.store;
    let ticket = turn("a", 1).receipt.event.record(7);
    for version in 1..=3 {
        let turn = turn("a", version);
        let consent = Record::Consent(ConsentGiven {
            id: turn.receipt.event.record(3),
            subject: "phone:+15550001".into(),
            purpose: "newsletter".to_owned(),
            is_granted: version == 1,
            words_shown: "May we write to you?".to_owned(),
            words_said: "sure".into(),
        });
        let change = Record::Ticket(TicketChange {
            id: ticket,
            is_open: version != 2,
            reason: "asked".to_owned(),
            context: serde_json::Map::new(),
        });
        let answers = store.commit(&[with(turn, vec![consent, change])]).await.unwrap();
        assert_eq!(answers, [Committed::Done]);
    }
    // No port reads tickets yet; what matters here is that every statement is accepted.
    let stored = store.load(&[conversation("a")]).await.unwrap();
    assert_eq!(stored[0].version, 3);
}

pub async fn consents_are_read_newest_first_and_by_person(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let consent = |turn: &Turn, subject: &str, is_granted| {
        Record::Consent(ConsentGiven {
            id: turn.receipt.event.record(3),
            subject: subject.into(),
            purpose: "newsletter".to_owned(),
            is_granted,
            words_shown: "May we write to you?".to_owned(),
            words_said: "sure".into(),
        })
    };
    for (version, subject) in [
        (1, "phone:+15550001"),
        (2, "email:eve@example.com"),
        (3, "phone:+15550001"),
    ] {
        let turn = turn("a", version);
        let records = vec![consent(&turn, subject, version == 1)];
        store.commit(&[with(turn, records)]).await.unwrap();
    }
    let elsewhere = turn_of(&event_for("other", "a", 9), 1);
    let records = vec![consent(&elsewhere, "phone:+15550001", true)];
    store.commit(&[with(elsewhere, records)]).await.unwrap();

    let read = async |scope, subject| reader.consents(&scope, subject, FIRST).await.unwrap().items;
    let ana = read(of("acme"), Some("phone:+15550001")).await;
    assert_eq!(ana.iter().map(|row| row.is_granted).collect::<Vec<_>>(), [false, true]);
    let first = &ana[1];
    assert_eq!((first.purpose.as_str(), first.at), ("newsletter", at(1_000)));
    assert_eq!(first.words_shown, "May we write to you?");
    assert_eq!(
        (first.words_said.as_str(), first.conversation),
        ("sure", conversation("a"))
    );
    assert_eq!(read(of("acme"), None).await.len(), 3);
    assert_eq!(read(Scope::All, None).await.len(), 4);
    assert_eq!(read(Scope::All, Some("phone:+15550001")).await.len(), 3);
    assert_eq!(read(of("nobody"), None).await, []);
    let page = Page { after: None, limit: 2 };
    let part = reader.consents(&of("acme"), None, page).await.unwrap();
    let rest = Page {
        after: part.next,
        limit: 2,
    };
    let rest = reader.consents(&of("acme"), None, rest).await.unwrap();
    assert_eq!((part.items.len(), rest.items.len(), rest.next), (2, 1, None));
}

pub async fn sources_count_what_they_brought_in(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    // Name, phone, email, subscribed; by source. The last one is of another tenant.
    let people = [
        ("acme", "CHAT", "cha", true, true, false),
        ("acme", "CHAT", "chb", false, true, true),
        ("acme", "SMS", "sms", true, false, false),
        ("other", "SMS", "oth", true, true, true),
    ];
    for (number, (tenant, source, person, has_name, has_email, is_subscribed)) in (1..).zip(people) {
        let mut turn = turn_of(&event_for(tenant, person, number), 1);
        let email = format!("{person}@example.com");
        let event = turn.receipt.event;
        let mut lead = lead(&turn, source, has_name.then_some("Ana"), json!({}));
        if let Record::Lead(change) = &mut lead {
            change.key = PersonKey::email(&email);
            change.email = has_email.then(|| email.as_str().into());
            change.phone = (source == "SMS").then(|| "+15550001".into());
        }
        let subscription = NewsletterChange {
            id: event.record(2),
            email: email.as_str().into(),
            name: None,
            phone: None,
            source: source.to_owned(),
            email_consent: Some(is_subscribed),
            sms_consent: None,
            is_confirmed: false,
        };
        turn.records = vec![lead, Record::Newsletter(subscription)];
        store.commit(&[turn]).await.unwrap();
    }
    let read = async |scope, from, until| {
        let rows = reader.sources(&scope, at(from), at(until)).await.unwrap();
        let counts = |row: &SourceRow| {
            let counts = [
                row.leads,
                row.with_name,
                row.with_phone,
                row.with_email,
                row.with_consent,
            ];
            (row.tenant.to_string(), row.source.clone(), counts)
        };
        rows.iter().map(counts).collect::<Vec<_>>()
    };
    let row = |tenant: &str, source: &str, counts| (tenant.to_owned(), source.to_owned(), counts);
    let (chat, sms) = (
        row("acme", "CHAT", [2, 1, 0, 2, 1]),
        row("acme", "SMS", [1, 1, 1, 0, 0]),
    );
    let other = row("other", "SMS", [1, 1, 1, 1, 1]);
    assert_eq!(read(of("acme"), 0, 90_000).await, [chat.clone(), sms.clone()]);
    assert_eq!(read(Scope::All, 0, 90_000).await, [chat, sms.clone(), other]);
    assert_eq!(read(of("acme"), 3_000, 4_000).await, [sms]);
    assert_eq!(
        read(of("acme"), 2_000, 3_000).await,
        [row("acme", "CHAT", [1, 0, 0, 1, 1])]
    );
    assert_eq!(read(of("nobody"), 0, 90_000).await, []);
}
