//! A message of ours is found by any id that its provider has for it, however long ago it was said, and what is
//! told of it afterwards is kept.

use frontdesk_core::ports::outbox::{Entry, Settled, Settlement};
use frontdesk_core::ports::reports::{Called, Departure, PartStatus};
use frontdesk_core::{DeliveryStatus, Turn};

use crate::place::Place;
use crate::samples::{at, claim, conversation, entry, turn};

/// A turn whose answer left under this id.
fn sent_as(mut turn: Turn, id: &str) -> Turn {
    turn.messages[1].external_id = Some(id.to_owned());
    turn
}

pub async fn a_message_is_found_by_either_of_its_ids(place: Place) {
    let (store, reports) = (&place.store, place.reports());
    let mut turns = vec![sent_as(turn("a", 1), "own-1")];
    turns[0].messages[0].external_id = Some("theirs".to_owned());
    turns.extend((2..300).map(|version| turn("a", version)));
    for turn in turns {
        store.commit(&[turn]).await.unwrap();
    }
    store.commit(&[sent_as(turn("b", 1), "own-b")]).await.unwrap();
    let (a, b) = (conversation("a"), conversation("b"));
    let called = async |of, id| {
        let called: Option<Called> = reports.message_called(of, id).await.unwrap();
        called.map(|called| called.seq)
    };
    assert_eq!(called(a, "own-1").await, Some(2), "the oldest of hundreds");
    assert_eq!(called(a, "other-1").await, None);

    reports.note_other_id(a, 2, "other-1").await.unwrap();
    reports.note_other_id(a, 2, "late").await.unwrap();
    assert_eq!(called(a, "other-1").await, Some(2));
    assert_eq!(called(a, "own-1").await, Some(2));
    assert_eq!(called(a, "late").await, None, "the first one stays");
    assert_eq!(called(b, "other-1").await, None, "of its own conversation");
    assert_eq!(called(a, "theirs").await, None, "that is the person's");
    reports.note_other_id(a, 1, "other-theirs").await.unwrap();
    assert_eq!(called(a, "other-theirs").await, None);
    reports.note_other_id(conversation("nobody"), 2, "x").await.unwrap();
}

fn queued(address: &str, version: u64) -> Turn {
    let mut turn = turn(address, version);
    turn.outbox = vec![entry(&turn, 0, "sms")];
    turn
}

/// Claims the one entry that is due, and notes that it was taken under this id.
async fn leave(place: &Place, now: i64, id: &str) -> Entry {
    let entry = place.store.claim(&claim(1, now, 1)).await.unwrap().remove(0);
    let taken = Settlement {
        id: entry.id,
        epoch: entry.epoch,
        result: Settled::Sent {
            external_id: Some(id.to_owned()),
        },
        at: at(now),
    };
    place.store.settle(&[taken]).await.unwrap();
    entry
}

pub async fn what_is_refused_afterwards_leaves_once_more(place: Place) {
    let (store, reports, a) = (&place.store, place.reports(), conversation("a"));
    let departure = async |id| reports.departure(a, 2, id).await.unwrap();
    assert_eq!(departure("p1").await, Departure::Gone);
    store.commit(&[queued("a", 1)]).await.unwrap();
    let first = store.claim(&claim(1, 5_000, 1)).await.unwrap().remove(0);
    assert_eq!(departure("p1").await, Departure::Open);
    let released = Settlement {
        id: first.id,
        epoch: first.epoch,
        result: Settled::Released { at: at(5_000) },
        at: at(5_000),
    };
    store.settle(&[released]).await.unwrap();
    leave(&place, 5_000, "p1").await;
    store.commit(&[queued("a", 2)]).await.unwrap();
    assert_eq!(departure("p1").await, Departure::Left { attempts: 1 });
    assert_eq!(departure("other").await, Departure::Again);

    let again = async |id| reports.try_again(a, 2, id, at(60_000), "too fast").await.unwrap();
    assert!(!again("other").await, "it left under another id");
    assert!(again("p1").await);
    assert!(!again("p1").await, "told twice, it is tried once");
    assert_eq!(departure("p1").await, Departure::Again);
    let message = store.history(a, 1, 1).await.unwrap().remove(0);
    assert_eq!(
        (message.status, message.reason.as_deref(), message.external_id),
        (DeliveryStatus::Retrying, Some("too fast"), None)
    );
    assert_eq!(
        store.claim(&claim(1, 59_999, 10)).await.unwrap(),
        [],
        "who stands behind waits too"
    );
    let second = leave(&place, 60_000, "p2").await;
    assert_eq!((second.id, second.attempts, second.unsure_since), (first.id, 1, None));
    assert_eq!(departure("p1").await, Departure::Again);
    assert_eq!(departure("p2").await, Departure::Left { attempts: 2 });
    let message = store.history(a, 1, 1).await.unwrap().remove(0);
    assert_eq!(
        (message.status, message.external_id.as_deref()),
        (DeliveryStatus::Sent, Some("p2"))
    );

    let mut read = turn("a", 3);
    read.status_changes = vec![frontdesk_core::StatusChange {
        from_seq: 2,
        up_to_seq: 2,
        status: DeliveryStatus::Read,
        reason: None,
    }];
    store.commit(&[read]).await.unwrap();
    assert!(!again("p2").await, "it has arrived");
    assert_eq!(departure("p2").await, Departure::Left { attempts: 2 });
}

pub async fn a_message_in_parts_has_come_as_far_as_the_last_of_them(place: Place) {
    let (store, reports, a) = (&place.store, place.reports(), conversation("a"));
    store.commit(&[queued("a", 1)]).await.unwrap();
    let tell = async |seq, id, status| {
        let part = PartStatus {
            id,
            of: 2,
            status,
            reason: None,
        };
        let whole = reports.tell_part(a, seq, &part).await.unwrap();
        whole.map(|(status, _)| status)
    };
    use DeliveryStatus::{Delivered, Pending, Read};
    assert_eq!(tell(2, "p1", Delivered).await, Some(Pending));
    leave(&place, 5_000, "p1 p2").await;
    for id in ["p1", "p2"] {
        let called = reports.message_called(a, id).await.unwrap();
        assert_eq!(called, Some(Called { seq: 2, parts: 2 }), "{id}");
    }
    for id in ["p", "p1 p2 ", "1", "2"] {
        assert_eq!(reports.message_called(a, id).await.unwrap(), None, "{id}");
    }
    assert_eq!(tell(2, "p2", Read).await, Some(Delivered));
    assert_eq!(tell(2, "p1", Read).await, Some(Read));
    assert_eq!(tell(1, "p1", Read).await, None, "that is the person's");
    assert_eq!(tell(9, "p1", Read).await, None);
}

pub async fn what_left_lately_is_told_part_by_part(place: Place) {
    let (store, reports, a) = (&place.store, place.reports(), conversation("a"));
    for (version, external_id) in [(1, Some("p1")), (2, Some("p2 p3")), (3, None)] {
        let mut turn = turn("a", version);
        turn.messages[1].at = at(i64::try_from(version).unwrap() * 1_000);
        turn.messages[1].external_id = external_id.map(str::to_owned);
        turn.messages[1].status = if external_id.is_some() {
            DeliveryStatus::Sent
        } else {
            DeliveryStatus::Pending
        };
        store.commit(&[turn]).await.unwrap();
    }
    let said = async |since, limit| reports.said_since(a, at(since), limit).await.unwrap();
    assert_eq!(said(0, 10).await, [at(1_000), at(2_000), at(2_000)]);
    assert_eq!(said(1_001, 10).await, [at(2_000), at(2_000)]);
    assert_eq!(said(0, 2).await, [at(2_000), at(2_000)]);
    assert_eq!(reports.said_since(conversation("b"), at(0), 10).await.unwrap(), []);
}
