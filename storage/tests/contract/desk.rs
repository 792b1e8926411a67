//! The desk where colleagues work.

use frontdesk_core::ports::desk::{Assignment, DayCounts, Note, QueueCounts, QueueRow, Search};
use frontdesk_core::ports::reader::{Page, Rows, Scope};
use frontdesk_core::records::{ContactChange, LeadChange, PersonKey, Record};
use frontdesk_core::{Author, ConversationId, ConversationStatus, RecordId, Turn, UserId};
use serde_json::Map;
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{FIRST, at, conversation, event, event_for, of, tenant, turn_of};

fn turn_in(address: &str, number: i64, status: ConversationStatus) -> Turn {
    Turn {
        status,
        ..turn_of(&event(address, number), 1)
    }
}

fn ids(rows: &Rows<QueueRow>) -> Vec<ConversationId> {
    rows.items.iter().map(|row| row.conversation.id).collect()
}

/// Two of each status, the second one later, and one of another tenant that needs a person.
async fn fill(place: &Place) -> Vec<Turn> {
    let mut turns = Vec::new();
    for (index, status) in ConversationStatus::ALL.into_iter().enumerate() {
        for twin in 0..2 {
            let number = i64::try_from(index * 2 + twin + 1).unwrap();
            turns.push(turn_in(&format!("p{number}"), number, status));
        }
    }
    turns.push(Turn {
        status: ConversationStatus::NeedsPerson,
        ..turn_of(&event_for("other", "p1", 9), 1)
    });
    place.store.commit(&turns).await.unwrap();
    turns
}

pub async fn the_queue_shows_last_words_by_status(place: Place) {
    let turns = fill(&place).await;
    let desk = place.desk();
    for (index, status) in ConversationStatus::ALL.into_iter().enumerate() {
        let newest_first = [turns[index * 2 + 1].conversation, turns[index * 2].conversation];
        let rows = desk.queue(&of("acme"), Some(status), FIRST).await.unwrap();
        assert_eq!(ids(&rows), newest_first, "{status:?}");
        let page = Page { after: None, limit: 1 };
        let first = desk.queue(&of("acme"), Some(status), page).await.unwrap();
        let page = Page {
            after: first.next,
            limit: 1,
        };
        let second = desk.queue(&of("acme"), Some(status), page).await.unwrap();
        assert_eq!(
            (ids(&second), second.next),
            (newest_first[1..].to_vec(), None),
            "{status:?}"
        );
    }
    let all = desk.queue(&Scope::All, None, FIRST).await.unwrap();
    assert_eq!(all.items.len(), 9);
    let row = &all.items[0];
    assert_eq!(row.conversation.tenant.as_str(), "other");
    assert_eq!(row.last, Some((Author::Bot, "message 2".into())));
    assert_eq!(row.state.get(), r#"{"version":1}"#);
}

pub async fn who_waits_comes_by_the_last_turn(place: Place) {
    let turns = fill(&place).await;
    let (first, second) = (&turns[2], &turns[3]);
    let again = Turn {
        status: ConversationStatus::NeedsPerson,
        at: at(99_000),
        messages: Vec::new(),
        last_seq: 2,
        ..turn_of(&event("p3", 50), 2)
    };
    assert_eq!(again.conversation, first.conversation);
    place.store.commit(&[again]).await.unwrap();
    let status = Some(ConversationStatus::NeedsPerson);
    let rows = place.desk().queue(&of("acme"), status, FIRST).await.unwrap();
    assert_eq!(ids(&rows), [first.conversation, second.conversation]);
}

pub async fn those_who_wait_are_counted_up_to_a_bound(place: Place) {
    fill(&place).await;
    let counts = |needs_person, with_person| QueueCounts {
        needs_person,
        with_person,
    };
    let desk = place.desk();
    assert_eq!(desk.queue_counts(&Scope::All, 100).await.unwrap(), counts(3, 2));
    assert_eq!(desk.queue_counts(&of("acme"), 100).await.unwrap(), counts(2, 2));
    assert_eq!(desk.queue_counts(&Scope::All, 1).await.unwrap(), counts(1, 1));
    assert_eq!(desk.queue_counts(&of("nobody"), 100).await.unwrap(), counts(0, 0));
}

/// Ana, who said something of her own, and Борис, who has an email.
async fn fill_people(place: &Place) {
    let contact = |number: u128, name: &str, phone: &str, email: Option<&str>| {
        Record::Contact(ContactChange {
            id: RecordId(Uuid::from_u128(number)),
            key: PersonKey::phone(phone),
            name: Some(name.into()),
            phone: Some(phone.into()),
            phone_extension: None,
            email: email.map(Into::into),
            language: None,
        })
    };
    let mut ana = turn_of(&event("p1", 1), 1);
    ana.records = vec![contact(1, "Ana López", "+15550101", None)];
    ana.messages[0].content.text = "a 100% vegan menu, please".into();
    let mut boris = turn_of(&event("p2", 2), 1);
    boris.records = vec![contact(2, "Борис", "+15550202", Some("boris@example.com"))];
    let mut foreign = turn_of(&event_for("other", "p1", 3), 1);
    foreign.records = vec![contact(3, "Ana Other", "+15550303", None)];
    place.store.commit(&[ana, boris, foreign]).await.unwrap();
}

pub async fn people_are_found_by_name_email_phone_and_words(place: Place) {
    fill_people(&place).await;
    let (ana, boris) = (conversation("p1"), conversation("p2"));
    let names = |names: &[&str]| Search {
        names: names.iter().map(|name| (*name).into()).collect(),
        ..Search::default()
    };
    let email = |email: &str| Search {
        email: Some(email.into()),
        ..Search::default()
    };
    let phone = |phone: &str| Search {
        phone: Some(phone.into()),
        ..Search::default()
    };
    let words = |words: &str| Search {
        words: Some(words.into()),
        ..Search::default()
    };
    for (search, found) in [
        (names(&["Ana"]), vec![ana]),
        (names(&["бо", "Бо"]), vec![boris]),
        (names(&["López"]), vec![]),
        (email("boris@"), vec![boris]),
        (phone("+1555"), vec![boris, ana]),
        (phone("+15550303"), vec![]),
        (words("Vegan menu"), vec![ana]),
        (words("message 2"), vec![boris, ana]),
        (Search::default(), vec![]),
    ] {
        let rows = place.desk().search(&of("acme"), &search).await.unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row.conversation.id).collect();
        assert_eq!(ids, found, "{search:?}");
    }
    let all = place.desk().search(&Scope::All, &names(&["Ana"])).await.unwrap();
    assert_eq!(all.len(), 2);
}

pub async fn what_is_looked_for_is_no_pattern(place: Place) {
    fill_people(&place).await;
    for (words, count) in [("100%", 1), ("1__%", 0), ("%", 1), ("!", 0), ("' OR 1=1 --", 0)] {
        let search = Search {
            words: Some(words.into()),
            ..Search::default()
        };
        let rows = place.desk().search(&of("acme"), &search).await.unwrap();
        assert_eq!(rows.len(), count, "{words}");
    }
}

pub async fn days_are_counted(place: Place) {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let mut turns = Vec::new();
    for (number, ms) in [(1, 0), (2, DAY_MS - 1), (3, 2 * DAY_MS)] {
        let mut turn = turn_of(&event(&format!("p{number}"), number), 1);
        turn.at = at(1_000_000 + ms);
        turn.records = vec![Record::Lead(LeadChange {
            id: RecordId(Uuid::from_u128(u128::try_from(number).unwrap())),
            key: PersonKey::phone("+15550101"),
            source: "CHAT".to_owned(),
            name: None,
            phone: None,
            email: None,
            context: Map::new(),
        })];
        turns.push(turn);
    }
    place.store.commit(&turns).await.unwrap();
    let counts = |day, conversations, leads| DayCounts {
        day,
        conversations,
        leads,
    };
    let desk = place.desk();
    let days = desk.days(&of("acme"), at(1_000_000)).await.unwrap();
    assert_eq!(days, [counts(0, 2, 1), counts(2, 1, 0)]);
    assert_eq!(desk.days(&Scope::All, at(1_000_001)).await.unwrap().len(), 2);
    assert_eq!(desk.days(&of("nobody"), at(0)).await.unwrap(), []);
}

pub async fn notes_and_assignments_are_of_their_tenant(place: Place) {
    let (desk, id) = (place.desk(), conversation("p1"));
    let note = |number: u128| Note {
        id: Uuid::from_u128(number),
        conversation: id,
        tenant: tenant("acme"),
        user: UserId(Uuid::from_u128(7)),
        author: "Olga".to_owned(),
        text: format!("note {number}").into(),
        at: at(i64::try_from(number).unwrap()),
    };
    for number in [1, 2, 3, 3] {
        desk.add_note(&note(number)).await.unwrap();
    }
    assert_eq!(desk.notes(&of("acme"), id, 2).await.unwrap(), [note(3), note(2)]);
    assert_eq!(desk.notes(&of("other"), id, 2).await.unwrap(), []);
    assert_eq!(desk.notes(&Scope::All, conversation("p2"), 2).await.unwrap(), []);

    let assignment = |name: &str| Assignment {
        conversation: id,
        tenant: tenant("acme"),
        user: UserId(Uuid::from_u128(7)),
        name: name.to_owned(),
        at: at(1),
    };
    assert_eq!(desk.assignment(&Scope::All, id).await.unwrap(), None);
    desk.assign(&assignment("Olga")).await.unwrap();
    desk.assign(&assignment("Pavlo")).await.unwrap();
    assert_eq!(
        desk.assignment(&of("acme"), id).await.unwrap(),
        Some(assignment("Pavlo"))
    );
    assert_eq!(desk.assignment(&of("other"), id).await.unwrap(), None);
    desk.unassign(&of("other"), id).await.unwrap();
    assert!(desk.assignment(&of("acme"), id).await.unwrap().is_some());
    desk.unassign(&of("acme"), id).await.unwrap();
    assert_eq!(desk.assignment(&Scope::All, id).await.unwrap(), None);
}
