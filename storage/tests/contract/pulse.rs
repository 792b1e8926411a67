//! How the day goes.

use frontdesk_core::ports::outbox::{Settled, Settlement};
use frontdesk_core::ports::pulse::Counts;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::records::{LeadChange, PersonKey, Proved, Record, TicketChange};
use frontdesk_core::{Author, RecordId};
use serde_json::Map;
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{at, claim, entry, event, event_for, of, turn_of};

pub async fn spans_are_counted(place: Place) {
    let mut turns = Vec::new();
    for (number, ms) in [(1, 0), (2, 999), (3, 1_000)] {
        let mut turn = turn_of(&event(&format!("p{number}"), number), 1);
        turn.at = at(ms);
        turn.records = vec![Record::Lead(LeadChange {
            id: RecordId(Uuid::from_u128(u128::try_from(number).unwrap())),
            key: PersonKey::phone("+15550101"),
            source: "CHAT".to_owned(),
            name: None,
            phone: None,
            email: None,
            context: Map::new(),
            proved: Proved::default(),
        })];
        turns.push(turn);
    }
    place.store.commit(&turns).await.unwrap();
    let counts = |conversations, leads| Counts { conversations, leads };
    let pulse = place.pulse();
    for (scope, from, until, wanted) in [
        (of("acme"), 0, 1_000, counts(2, 1)),
        (Scope::All, 1, 2_000, counts(2, 0)),
        (of("acme"), 1_000, 1_001, counts(1, 0)),
        (of("nobody"), 0, 9_000, counts(0, 0)),
    ] {
        assert_eq!(
            pulse.counts(&scope, at(from), at(until)).await.unwrap(),
            wanted,
            "{scope:?} {from}"
        );
    }
}

pub async fn first_replies_are_timed(place: Place) {
    let mut fast = turn_of(&event("p1", 1), 1);
    fast.messages[1].at = at(1_250);
    let mut slow = turn_of(&event("p2", 2), 1);
    slow.messages.truncate(1);
    slow.last_seq = 1;
    let mut again = turn_of(&event("p2", 5), 2);
    again.messages.remove(0);
    again.messages[0].seq = 2;
    again.last_seq = 2;
    let mut waiting = turn_of(&event("p3", 3), 1);
    waiting.messages.truncate(1);
    waiting.last_seq = 1;
    place.store.commit(&[fast, slow, waiting]).await.unwrap();
    place.store.commit(&[again]).await.unwrap();
    let pulse = place.pulse();
    let mut replies = pulse.first_replies(&of("acme"), at(0), 10).await.unwrap();
    replies.sort_unstable();
    assert_eq!(replies, [250, 3_000]);
    assert_eq!(pulse.first_replies(&Scope::All, at(2_000), 10).await.unwrap(), [3_000]);
    assert_eq!(
        pulse.first_replies(&Scope::All, at(0), 1).await.unwrap(),
        [0_u64; 0],
        "the newest one waits"
    );
    assert_eq!(pulse.first_replies(&of("other"), at(0), 10).await.unwrap(), [0_u64; 0]);
}

pub async fn calls_for_a_colleague_are_timed(place: Place) {
    let ticket = |number| {
        Record::Ticket(TicketChange {
            id: RecordId(Uuid::from_u128(number)),
            is_open: true,
            reason: "asked".to_owned(),
            context: Map::new(),
        })
    };
    let mut early = turn_of(&event("p1", 1), 1);
    early.messages[1].author = Author::Operator;
    let mut called = turn_of(&event("p1", 10), 2);
    called.records = vec![ticket(1)];
    let mut answered = turn_of(&event("p1", 14), 3);
    answered.messages[1].author = Author::Operator;
    let mut waits = turn_of(&event("p2", 20), 1);
    waits.records = vec![ticket(2)];
    for turn in [early, called, answered, waits] {
        place.store.commit(&[turn]).await.unwrap();
    }
    let pulse = place.pulse();
    assert_eq!(
        pulse.first_human_replies(&of("acme"), at(0), 10).await.unwrap(),
        [4_000]
    );
    assert_eq!(
        pulse.first_human_replies(&Scope::All, at(10_001), 10).await.unwrap(),
        [0_u64; 0]
    );
    assert_eq!(
        pulse.first_human_replies(&of("other"), at(0), 10).await.unwrap(),
        [0_u64; 0]
    );
}

pub async fn what_did_not_leave_is_counted(place: Place) {
    let pulse = place.pulse();
    let mut turns = vec![
        turn_of(&event("p1", 1), 1),
        turn_of(&event("p2", 2), 1),
        turn_of(&event_for("other", "p3", 3), 1),
    ];
    for turn in &mut turns {
        turn.outbox = vec![entry(turn, 0, "lane")];
    }
    place.store.commit(&turns).await.unwrap();
    assert_eq!(pulse.failed_sends(&Scope::All, at(0), 10).await.unwrap(), 0);
    let claimed = place.store.claim(&claim(1, 10_000, 10)).await.unwrap();
    assert_eq!(claimed.len(), 3);
    let settlements: Vec<Settlement> = claimed
        .iter()
        .map(|entry| Settlement {
            id: entry.id,
            epoch: entry.epoch,
            at: at(5_000),
            result: if entry.tenant.as_str() == "other" {
                Settled::Unknown {
                    reason: "no answer".to_owned(),
                }
            } else {
                Settled::Dead {
                    reason: "refused".to_owned(),
                }
            },
        })
        .collect();
    place.store.settle(&settlements).await.unwrap();
    for (scope, since, max, wanted) in [
        (Scope::All, 0, 10, 3),
        (Scope::All, 0, 2, 2),
        (of("acme"), 5_000, 10, 2),
        (of("acme"), 5_001, 10, 0),
        (of("other"), 0, 10, 1),
    ] {
        assert_eq!(
            pulse.failed_sends(&scope, at(since), max).await.unwrap(),
            wanted,
            "{scope:?} {since}"
        );
    }
}
