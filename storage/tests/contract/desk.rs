//! The desk where colleagues work.

use frontdesk_core::ports::desk::{
    Assignee, Assignment, Filter, Note, Order, QueueCounts, QueueRow, Search, TAGS_MAX, Tag,
};
use frontdesk_core::ports::reader::{Page, Rows, Scope};
use frontdesk_core::records::{ContactChange, PersonKey, Proved, Record};
use frontdesk_core::{Author, ChannelKind, ConversationId, ConversationStatus, RecordId, Turn, UserId};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{FIRST, at, conversation, event, event_for, of, tenant, turn_of};

fn turn_in(address: &str, number: i64, status: ConversationStatus) -> Turn {
    Turn {
        status,
        ..turn_of(&event(address, number), 1)
    }
}

/// The first page of a queue, newest first.
async fn queue(place: &Place, scope: &Scope, filter: &Filter) -> Rows<QueueRow> {
    let page = place.desk().queue(scope, filter, Order::NewestFirst, FIRST).await;
    page.unwrap()
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
    let newest = Order::NewestFirst;
    for (index, status) in ConversationStatus::ALL.into_iter().enumerate() {
        let filter = Filter::of(Some(status));
        let newest_first = [turns[index * 2 + 1].conversation, turns[index * 2].conversation];
        let rows = queue(&place, &of("acme"), &filter).await;
        assert_eq!(ids(&rows), newest_first, "{status:?}");
        let page = Page { after: None, limit: 1 };
        let first = desk.queue(&of("acme"), &filter, newest, page).await.unwrap();
        let page = Page {
            after: first.next,
            limit: 1,
        };
        let second = desk.queue(&of("acme"), &filter, newest, page).await.unwrap();
        assert_eq!(
            (ids(&second), second.next),
            (newest_first[1..].to_vec(), None),
            "{status:?}"
        );
    }
    let all = queue(&place, &Scope::All, &Filter::default()).await;
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
    let filter = Filter::of(Some(ConversationStatus::NeedsPerson));
    let rows = queue(&place, &of("acme"), &filter).await;
    assert_eq!(ids(&rows), [first.conversation, second.conversation]);
}

pub async fn who_waits_longest_may_come_first(place: Place) {
    let turns = fill(&place).await;
    let filter = Filter::of(Some(ConversationStatus::NeedsPerson));
    let page = |after| Page { after, limit: 1 };
    let desk = place.desk();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let rows = desk.queue(&of("acme"), &filter, Order::OldestFirst, page(after)).await;
        let rows = rows.unwrap();
        seen.extend(ids(&rows));
        after = rows.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [turns[2].conversation, turns[3].conversation]);
}

fn tag(address: &str, name: &str, ms: i64) -> Tag {
    Tag {
        conversation: conversation(address),
        tenant: tenant("acme"),
        name: name.to_owned(),
        at: at(ms),
    }
}

pub async fn queues_are_filtered_by_channel_tag_and_assignee(place: Place) {
    fill(&place).await;
    let desk = place.desk();
    let olga = UserId(Uuid::from_u128(7));
    for (address, ms) in [("p3", 1), ("p1", 2)] {
        assert!(desk.add_tag(&tag(address, "vip", ms)).await.unwrap());
        let assignment = Assignment {
            conversation: conversation(address),
            tenant: tenant("acme"),
            user: olga,
            name: "Olga".to_owned(),
            at: at(10 - ms),
        };
        assert!(desk.assign(&assignment, None).await.unwrap());
    }
    assert!(desk.add_tag(&tag("p3", "late", 3)).await.unwrap());
    let (first, third) = (conversation("p1"), conversation("p3"));
    let any = Filter::default;
    let waits = Some(ConversationStatus::NeedsPerson);
    let vip = Some("vip".to_owned());
    for (filter, found) in [
        (
            Filter {
                tag: vip.clone(),
                ..any()
            },
            vec![first, third],
        ),
        (
            Filter {
                assignee: Some(Assignee::User(olga)),
                ..any()
            },
            vec![third, first],
        ),
        (
            Filter {
                tag: vip.clone(),
                assignee: Some(Assignee::User(olga)),
                status: waits,
                ..any()
            },
            vec![third],
        ),
        (
            Filter {
                tag: Some("late".to_owned()),
                ..any()
            },
            vec![third],
        ),
        (
            Filter {
                tag: Some("VIP".to_owned()),
                ..any()
            },
            vec![],
        ),
        (
            Filter {
                tag: vip.clone(),
                assignee: Some(Assignee::Nobody),
                ..any()
            },
            vec![],
        ),
        (
            Filter {
                assignee: Some(Assignee::Nobody),
                status: waits,
                ..any()
            },
            vec![conversation("p4")],
        ),
        (
            Filter {
                channel: Some(ChannelKind::Sms),
                status: waits,
                ..any()
            },
            vec![conversation("p4"), third],
        ),
        (
            Filter {
                channel: Some(ChannelKind::Voice),
                ..any()
            },
            vec![],
        ),
    ] {
        let rows = queue(&place, &of("acme"), &filter).await;
        assert_eq!((ids(&rows), rows.next), (found, None), "{filter:?}");
    }
    let rows = queue(
        &place,
        &Scope::All,
        &Filter {
            tag: vip.clone(),
            ..any()
        },
    )
    .await;
    let shown = &rows.items[1];
    assert_eq!(shown.assignee.as_deref(), Some("Olga"));
    assert_eq!(shown.tags, ["late", "vip"]);
    assert!(ids(&queue(&place, &of("other"), &Filter { tag: vip, ..any() }).await).is_empty());
    let page = Page { after: None, limit: 1 };
    let filter = Filter {
        assignee: Some(Assignee::User(olga)),
        ..any()
    };
    let part = desk
        .queue(&Scope::All, &filter, Order::NewestFirst, page)
        .await
        .unwrap();
    let page = Page {
        after: part.next,
        limit: 1,
    };
    let rest = desk
        .queue(&Scope::All, &filter, Order::NewestFirst, page)
        .await
        .unwrap();
    assert_eq!((ids(&part), ids(&rest)), (vec![third], vec![first]));
}

pub async fn tags_are_put_on_once_and_taken_off(place: Place) {
    fill(&place).await;
    let desk = place.desk();
    let id = conversation("p1");
    for number in 0..TAGS_MAX {
        assert!(desk.add_tag(&tag("p1", &format!("t{number:02}"), 1)).await.unwrap());
    }
    assert!(desk.add_tag(&tag("p1", "t00", 2)).await.unwrap(), "it is there already");
    assert!(!desk.add_tag(&tag("p1", "one too many", 3)).await.unwrap());
    assert_eq!(desk.tags(&of("acme"), id).await.unwrap().len(), TAGS_MAX);
    assert!(desk.tags(&of("other"), id).await.unwrap().is_empty());
    desk.remove_tag(&of("other"), id, "t00").await.unwrap();
    desk.remove_tag(&of("acme"), id, "t01").await.unwrap();
    desk.add_tag(&tag("p2", "t00", 4)).await.unwrap();
    desk.add_tag(&tag("p2", "z", 4)).await.unwrap();
    let tags = desk.tags(&Scope::All, id).await.unwrap();
    assert_eq!(
        (tags.len(), tags[0].as_str(), tags[1].as_str()),
        (TAGS_MAX - 1, "t00", "t02")
    );
    for scope in [of("acme"), Scope::All] {
        let used = desk.tags_in_use(&scope, 100).await.unwrap();
        assert_eq!(used.len(), TAGS_MAX, "{used:?}");
        assert_eq!((used[0].as_str(), used[TAGS_MAX - 1].as_str()), ("t00", "z"));
        assert_eq!(desk.tags_in_use(&scope, 2).await.unwrap(), ["t00", "t02"]);
    }
    assert!(desk.tags_in_use(&of("other"), 100).await.unwrap().is_empty());
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
            proved: Proved::default(),
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

    let (olga, pavlo) = (UserId(Uuid::from_u128(7)), UserId(Uuid::from_u128(8)));
    let assignment = |user, name: &str| Assignment {
        conversation: id,
        tenant: tenant("acme"),
        user,
        name: name.to_owned(),
        at: at(1),
    };
    assert_eq!(desk.assignment(&Scope::All, id).await.unwrap(), None);
    let (hers, his) = (assignment(olga, "Olga"), assignment(pavlo, "Pavlo"));
    assert!(desk.assign(&hers, None).await.unwrap());
    assert!(!desk.assign(&his, None).await.unwrap(), "she was faster");
    assert!(desk.assign(&hers, None).await.unwrap(), "it is hers already");
    assert!(desk.assign(&his, Some(olga)).await.unwrap());
    assert_eq!(desk.assignment(&of("acme"), id).await.unwrap(), Some(his));
    assert_eq!(desk.assignment(&of("other"), id).await.unwrap(), None);
    assert!(!desk.unassign(&of("other"), id, pavlo).await.unwrap());
    assert!(!desk.unassign(&of("acme"), id, olga).await.unwrap(), "it is his by now");
    assert!(desk.assignment(&of("acme"), id).await.unwrap().is_some());
    assert!(desk.unassign(&of("acme"), id, pavlo).await.unwrap());
    assert_eq!(desk.assignment(&Scope::All, id).await.unwrap(), None);
}
