//! What is kept to notice that something stays away.

use frontdesk_core::Outcome;
use frontdesk_core::ports::reader::{Page, Scope};
use frontdesk_core::ports::watch::{Cause, HourCount, Recovery, Refusal, Trouble};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{FIRST, at, event, of, receipt, tenant, turn};

const LANE: &str = "carrier:+1555";

pub async fn a_mark_only_moves_on(place: Place) {
    let watch = place.watch();
    assert_eq!(watch.inbox_mark(LANE).await.unwrap(), None);
    for (moment, kept) in [(5_000, 5_000), (3_000, 5_000), (8_000, 8_000)] {
        watch.move_inbox_mark(LANE, at(moment)).await.unwrap();
        assert_eq!(watch.inbox_mark(LANE).await.unwrap(), Some(at(kept)));
    }
    assert_eq!(watch.inbox_mark("carrier:+1556").await.unwrap(), None);
}

pub async fn whatever_has_a_receipt_is_received(place: Place) {
    let watch = place.watch();
    let (taken, refused, parked, unknown) = (event("a", 1), event("a", 2), event("b", 3), event("a", 4));
    place.store.commit(&[turn("a", 1)]).await.unwrap();
    let reason = Outcome::Refused {
        reason: "forbidden".to_owned(),
    };
    place.store.refuse(&[receipt(&refused, reason)]).await.unwrap();
    let letter = frontdesk_core::ports::dead_letters::DeadLetter {
        event: parked.clone(),
        error: "panicked".to_owned(),
        attempts: 3,
        parked_at: at(1),
    };
    place.store.park(&letter).await.unwrap();
    for (event, expected) in [(taken, true), (refused, true), (parked, true), (unknown, false)] {
        let found = watch.is_received(event.conversation, event.dedupe).await.unwrap();
        assert_eq!(found, expected, "{event:?}");
    }
}

pub async fn recoveries_are_counted_once(place: Place) {
    let watch = place.watch();
    let recovery = |number: i64| {
        let event = event("a", number);
        Recovery {
            dedupe: event.dedupe,
            tenant: event.tenant,
            channel: event.channel,
            conversation: event.conversation,
            lane: LANE.to_owned(),
            sent_at: at(number * 1_000),
            found_at: at(number * 1_000 + 500),
        }
    };
    for number in [1, 2, 2, 3] {
        watch.note_recovery(&recovery(number)).await.unwrap();
    }
    let since = |moment| async move { watch.recoveries_since(LANE, at(moment)).await.unwrap() };
    assert_eq!((since(0).await, since(2_500).await, since(9_000).await), (3, 2, 0));
    watch.forget_recovery(recovery(3).dedupe).await.unwrap();
    assert_eq!(since(0).await, 2);
    assert_eq!(watch.recoveries_since("carrier:+1556", at(0)).await.unwrap(), 0);
}

pub async fn hours_are_counted_and_forgotten(place: Place) {
    let watch = place.watch();
    let hour = |lane: &str, hour, count| HourCount {
        lane: lane.to_owned(),
        hour,
        count,
    };
    watch
        .count_inbound(&[hour("b", 10, 1), hour("a", 11, 2), hour("a", 10, 3)])
        .await
        .unwrap();
    watch.count_inbound(&[hour("a", 11, 5)]).await.unwrap();
    watch.count_inbound(&[]).await.unwrap();
    let all = [hour("a", 10, 3), hour("a", 11, 7), hour("b", 10, 1)];
    assert_eq!(watch.inbound_hours(0).await.unwrap(), all);
    assert_eq!(watch.inbound_hours(11).await.unwrap(), all[1..2]);
    watch.forget_inbound_hours(11).await.unwrap();
    assert_eq!(watch.inbound_hours(0).await.unwrap(), all[1..2]);
}

pub async fn a_refusal_lasts_until_it_ends_or_is_long_ago(place: Place) {
    let watch = place.watch();
    let refusal = |lane: &str, count, moment, is_told_late| Refusal {
        tenant: tenant("acme"),
        lane: lane.to_owned(),
        since: at(moment),
        count,
        is_told_late,
        last_at: at(moment),
    };
    watch.note_refusals(&[]).await.unwrap();
    watch
        .note_refusals(&[refusal("b", 1, 5, false), refusal("a", 2, 10, true)])
        .await
        .unwrap();
    let later = [refusal("a", 3, 30, false), refusal("a", 1, 20, false)];
    watch.note_refusals(&later).await.unwrap();
    let summed = Refusal {
        count: 6,
        last_at: at(30),
        ..refusal("a", 0, 10, true)
    };
    let all = [summed, refusal("b", 1, 5, false)];
    assert_eq!(watch.refusals(at(0)).await.unwrap(), all);
    assert_eq!(watch.refusals(at(6)).await.unwrap(), all[..1]);
    watch.end_refusal(&tenant("other"), "a").await.unwrap();
    watch.forget_refusals(at(6)).await.unwrap();
    assert_eq!(watch.refusals(at(0)).await.unwrap(), all[..1]);
    watch.end_refusal(&tenant("acme"), "a").await.unwrap();
    assert_eq!(watch.refusals(at(0)).await.unwrap(), []);
}

fn trouble(subject: &str, count: u64) -> Trouble {
    Trouble {
        cause: Cause::InboundSilent,
        subject: subject.to_owned(),
        tenant: tenant("acme"),
        count,
        moment: at(7_000),
    }
}

pub async fn an_alarm_opens_once_and_again_after_its_end(place: Place) {
    let watch = place.watch();
    let [first, second, third] = [1, 2, 3].map(Uuid::from_u128);
    assert!(watch.raise(first, &trouble("a", 4), at(10)).await.unwrap());
    assert!(!watch.raise(second, &trouble("a", 4), at(20)).await.unwrap());
    assert!(!watch.raise(second, &trouble("a", 9), at(20)).await.unwrap());
    assert!(watch.raise(second, &trouble("b", 1), at(20)).await.unwrap());

    let closed = watch.close_unseen(at(20), at(25)).await.unwrap();
    assert_eq!(closed, [], "both were seen since");
    watch.raise(third, &trouble("b", 1), at(28)).await.unwrap();
    // One whose clock is behind takes nothing back.
    watch.raise(third, &trouble("b", 1), at(15)).await.unwrap();
    let closed = watch.close_unseen(at(28), at(30)).await.unwrap();
    assert_eq!(closed.iter().map(|alarm| alarm.id).collect::<Vec<_>>(), [first]);
    assert_eq!(
        (&closed[0].trouble, closed[0].closed_at),
        (&trouble("a", 9), Some(at(30)))
    );
    assert_eq!(watch.close_unseen(at(28), at(40)).await.unwrap(), [], "one end");
    assert!(watch.raise(third, &trouble("a", 2), at(50)).await.unwrap());

    let open = watch.alarms(&Scope::All, false, FIRST).await.unwrap().items;
    assert_eq!(open.iter().map(|alarm| alarm.id).collect::<Vec<_>>(), [third, second]);
    let all = watch.alarms(&Scope::All, true, FIRST).await.unwrap().items;
    assert_eq!(all.len(), 3);
    assert_eq!(
        (&all[2].trouble, all[2].opened_at, all[2].closed_at),
        (&trouble("a", 9), at(10), Some(at(30)))
    );
}

pub async fn an_alarm_is_acknowledged_by_its_tenant(place: Place) {
    let watch = place.watch();
    let id = Uuid::from_u128(1);
    watch.raise(id, &trouble("a", 4), at(10)).await.unwrap();
    for (scope, by, is_done) in [
        (of("other"), "Eve", false),
        (of("acme"), "Ann", true),
        (Scope::All, "Bob", true),
    ] {
        assert_eq!(
            watch.acknowledge(&scope, id, by, at(20)).await.unwrap(),
            is_done,
            "{by}"
        );
    }
    assert!(
        !watch
            .acknowledge(&Scope::All, Uuid::from_u128(2), "Ann", at(20))
            .await
            .unwrap()
    );
    assert_eq!(watch.alarms(&of("other"), true, FIRST).await.unwrap().items, []);
    let shown = watch.alarms(&of("acme"), false, FIRST).await.unwrap().items;
    assert_eq!(shown[0].acknowledged, Some(("Ann".to_owned(), at(20))));
}

pub async fn alarms_are_paged_newest_first(place: Place) {
    let watch = place.watch();
    for number in 1..=3_u8 {
        let subject = number.to_string();
        let id = Uuid::from_u128(number.into());
        watch
            .raise(id, &trouble(&subject, 1), at(i64::from(number)))
            .await
            .unwrap();
    }
    let page = |after| Page { after, limit: 2 };
    let first = watch.alarms(&Scope::All, false, page(None)).await.unwrap();
    let rest = watch.alarms(&Scope::All, false, page(first.next)).await.unwrap();
    let subjects = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|alarm| alarm.trouble.subject.as_str());
    assert_eq!(subjects.collect::<Vec<_>>(), ["3", "2", "1"]);
    assert_eq!(rest.next, None);
}
