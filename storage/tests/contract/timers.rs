//! Timers are set by turns and read ahead by due time.

use std::sync::Arc;

use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{TimerChange, TimerName};

use crate::place::Place;
use crate::samples::{at, everything, turn};

fn set(name: &str, due: i64) -> TimerChange {
    TimerChange::Set {
        name: TimerName::from(name),
        due: at(due),
    }
}

fn window(until: i64, after: Option<&DueTimer>, limit: u32) -> Window {
    Window {
        owned: everything(1),
        until: at(until),
        after: after.map(|timer| (timer.due, timer.conversation, timer.name.clone())),
        limit,
    }
}

pub async fn a_timer_is_set_moved_and_removed(place: Place) {
    let store = &place.store;
    let mut first = turn("a", 1);
    first.timers = vec![set("nudge", 5_000), set("resume", 7_000)];
    store.commit(std::slice::from_ref(&first)).await.unwrap();
    let due = store.due_timers(&window(5_000, None, 10)).await.unwrap();
    let expected = DueTimer {
        due: at(5_000),
        name: "nudge".into(),
        conversation: first.conversation,
        tenant: first.tenant,
        channel: first.channel,
        address: first.address,
    };
    assert_eq!(due, [expected]);

    let mut second = turn("a", 2);
    second.timers = vec![
        set("nudge", 9_000),
        TimerChange::Remove { name: "resume".into() },
        TimerChange::Remove {
            name: "never set".into(),
        },
    ];
    store.commit(&[second]).await.unwrap();
    assert_eq!(store.due_timers(&window(8_999, None, 10)).await.unwrap(), []);
    let due = store.due_timers(&window(9_000, None, 10)).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].due, at(9_000));
}

pub async fn a_timer_that_fired_is_removed_unless_set_anew(place: Place) {
    let store = &place.store;
    let fired = |name: &str, due| TimerChange::Fired {
        name: TimerName::from(name),
        due: at(due),
    };
    let mut first = turn("a", 1);
    first.timers = vec![set("nudge", 5_000), set("resume", 7_000)];
    let mut other = turn("b", 1);
    other.timers = vec![set("nudge", 5_000)];
    store.commit(&[first, other]).await.unwrap();
    let mut second = turn("a", 2);
    second.timers = vec![fired("nudge", 5_000), fired("resume", 6_000), fired("never set", 1)];
    store.commit(&[second]).await.unwrap();
    let due = store.due_timers(&window(9_000, None, 10)).await.unwrap();
    let left: Vec<_> = due
        .iter()
        .map(|timer| (timer.address.as_str(), timer.name.0.as_str()))
        .collect();
    assert_eq!(left, [("b", "nudge"), ("a", "resume")]);
}

pub async fn windows_are_read_in_parts(place: Place) {
    let store = &place.store;
    let turns = ["a", "b", "c", "d"].map(|address| {
        let mut turn = turn(address, 1);
        turn.timers = vec![set("one", 1_000), set("two", 1_000), set("later", 2_000)];
        turn
    });
    store.commit(&turns).await.unwrap();
    let mut seen: Vec<DueTimer> = Vec::new();
    loop {
        let part = store.due_timers(&window(2_000, seen.last(), 5)).await.unwrap();
        if part.is_empty() {
            break;
        }
        seen.extend(part);
    }
    assert_eq!(seen.len(), 12);
    let keys: Vec<_> = seen
        .iter()
        .map(|timer| (timer.due, timer.conversation, timer.name.clone()))
        .collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "in order, each once");
}

pub async fn other_shards_timers_are_not_read(place: Place) {
    let store = &place.store;
    let turns = ["a", "b"].map(|address| {
        let mut turn = turn(address, 1);
        turn.timers = vec![set("nudge", 1_000)];
        turn
    });
    assert_ne!(turns[0].shard(), turns[1].shard());
    store.commit(&turns).await.unwrap();
    let mut owned = window(1_000, None, 10);
    owned.owned = Arc::new(Ownership::default());
    assert_eq!(store.due_timers(&owned).await.unwrap(), []);
    owned.owned = Arc::new(Ownership::from_iter([(turns[1].shard(), frontdesk_core::Epoch(3))]));
    let due = store.due_timers(&owned).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].conversation, turns[1].conversation);
}
