//! Events that failed wait for a person, and have their turn after all or not.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::store::Committed;
use frontdesk_core::ports::timers::Window;
use frontdesk_core::{InboundEvent, Outcome, Payload, TimerChange};

use crate::place::Place;
use crate::samples::{at, event, event_for, everything, receipt, tenant, turn, turn_of};

fn letter(event: &InboundEvent) -> DeadLetter {
    DeadLetter {
        event: event.clone(),
        error: "panicked".to_owned(),
        attempts: 3,
        parked_at: at(90_000),
    }
}

pub async fn a_parked_event_waits_until_its_turn(place: Place) {
    let store = &place.store;
    store.commit(&[turn("a", 1)]).await.unwrap();
    let parked = event("a", 2);
    let id = parked.id.dead_letter();
    store.park(&letter(&parked)).await.unwrap();
    assert_eq!(store.parked(id, None).await.unwrap(), Some(letter(&parked)));

    // It comes again by itself: still parked.
    let by_itself = store.commit(&[turn_of(&parked, 2)]).await.unwrap();
    assert_eq!(by_itself, [Committed::Duplicate(receipt(&parked, Outcome::Parked))]);
    // It fails again when it is tried again.
    let again = DeadLetter {
        error: "panicked anew".to_owned(),
        attempts: 6,
        ..letter(&parked)
    };
    store.park(&again).await.unwrap();
    assert_eq!(store.parked(id, None).await.unwrap(), Some(again));

    // It succeeds, beside a turn that is no replay.
    let mut replay = turn_of(&parked, 2);
    replay.is_replay = true;
    replay.at = at(95_000);
    let batch = [turn("b", 1), replay.clone()];
    assert_eq!(store.commit(&batch).await.unwrap(), [Committed::Done, Committed::Done]);
    assert_eq!(store.parked(id, None).await.unwrap(), None);

    // And only once.
    replay.version = 3;
    let answers = store.commit(std::slice::from_ref(&replay)).await.unwrap();
    assert_eq!(answers, [Committed::Duplicate(replay.receipt)]);
}

pub async fn a_dealt_with_event_is_not_parked(place: Place) {
    let store = &place.store;
    let done = turn("a", 1);
    store.commit(std::slice::from_ref(&done)).await.unwrap();
    let event = event("a", 1);
    store.park(&letter(&event)).await.unwrap();
    assert_eq!(store.parked(event.id.dead_letter(), None).await.unwrap(), None);
    let answers = store.commit(std::slice::from_ref(&done)).await.unwrap();
    assert_eq!(answers, [Committed::Duplicate(done.receipt)]);
}

pub async fn the_same_event_parks_once(place: Place) {
    let store = &place.store;
    let first = event("a", 1);
    // The provider delivers it once more, later: another event, the same identity.
    let mut second = event("a", 2);
    second.dedupe = first.dedupe;
    store.park(&letter(&first)).await.unwrap();
    store.park(&letter(&second)).await.unwrap();
    assert!(store.parked(first.id.dead_letter(), None).await.unwrap().is_some());
    assert_eq!(store.parked(second.id.dead_letter(), None).await.unwrap(), None);
}

pub async fn a_parked_timer_is_no_longer_set(place: Place) {
    let store = &place.store;
    let mut first = turn("a", 1);
    let set = |name: &str| TimerChange::Set {
        name: name.into(),
        due: at(5_000),
    };
    first.timers = vec![set("nudge"), set("resume")];
    store.commit(&[first]).await.unwrap();
    for (number, due) in [(2, 4_000), (3, 5_000)] {
        let mut fired = event("a", number);
        fired.payload = Payload::Timer {
            name: "nudge".into(),
            due: at(due),
        };
        store.park(&letter(&fired)).await.unwrap();
        let window = Window {
            owned: everything(1),
            until: at(9_000),
            after: None,
            limit: 10,
        };
        let set = store.due_timers(&window).await.unwrap().len();
        // A timer that was set anew to another hour is another timer.
        assert_eq!(set, if due == 5_000 { 1 } else { 2 });
    }
}

pub async fn letters_are_of_one_tenant(place: Place) {
    let store = &place.store;
    let event = event_for("acme", "a", 1);
    let id = event.id.dead_letter();
    store.park(&letter(&event)).await.unwrap();
    assert_eq!(store.parked(id, Some(&tenant("other"))).await.unwrap(), None);
    assert!(store.parked(id, Some(&tenant("acme"))).await.unwrap().is_some());
}

pub async fn a_letter_is_dealt_with_otherwise_once(place: Place) {
    let store = &place.store;
    let parked = event("a", 1);
    store.park(&letter(&parked)).await.unwrap();
    store.resolve(&event("b", 1), "read_again", at(95_000)).await.unwrap();
    assert!(store.parked(parked.id.dead_letter(), None).await.unwrap().is_some());

    store.resolve(&parked, "read_again", at(95_000)).await.unwrap();
    assert_eq!(store.parked(parked.id.dead_letter(), None).await.unwrap(), None);
    store.resolve(&parked, "and once more", at(96_000)).await.unwrap();
    let refused = Outcome::Refused {
        reason: "read_again".to_owned(),
    };
    let answers = store.commit(&[turn_of(&parked, 1)]).await.unwrap();
    assert_eq!(answers, [Committed::Duplicate(receipt(&parked, refused))]);
    // A letter that had its turn keeps the receipt of that.
    let done = turn("c", 1);
    store.commit(std::slice::from_ref(&done)).await.unwrap();
    store.resolve(&event("c", 1), "read_again", at(97_000)).await.unwrap();
    let answers = store.commit(std::slice::from_ref(&done)).await.unwrap();
    assert_eq!(answers, [Committed::Duplicate(done.receipt)]);
}
