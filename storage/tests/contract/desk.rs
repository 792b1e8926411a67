//! The desk where colleagues work.

use frontdesk_core::ports::desk::{QueueCounts, QueueRow};
use frontdesk_core::ports::reader::{Page, Rows, Scope};
use frontdesk_core::{Author, ConversationId, ConversationStatus, Turn};

use crate::place::Place;
use crate::samples::{FIRST, at, event, event_for, of, turn_of};

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
