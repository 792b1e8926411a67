//! Effects leave in line, under one owner, and their end is written down.

use std::sync::Arc;

use frontdesk_core::ports::outbox::{Cargo, Claim, Entry, Settled, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::Store;
use frontdesk_core::{DeliveryStatus, Emission, Epoch, OutboxId, StatusChange, Stream, Turn};
use futures_util::future::join_all;

use crate::place::Place;
use crate::samples::{at, claim, conversation, entry, everything, turn};

fn queued(address: &str, version: u64, lane: &str) -> Turn {
    let mut turn = turn(address, version);
    turn.outbox = vec![entry(&turn, 0, lane)];
    turn
}

fn settle(entry: &Entry, result: Settled) -> Settlement {
    Settlement {
        id: entry.id,
        epoch: entry.epoch,
        result,
        at: at(50_000),
    }
}

fn sent(external_id: &str) -> Settled {
    Settled::Sent {
        external_id: Some(external_id.to_owned()),
    }
}

fn ids(entries: &[Entry]) -> Vec<OutboxId> {
    entries.iter().map(|entry| entry.id).collect()
}

async fn answer_of(store: &Arc<dyn Store>, address: &str) -> (DeliveryStatus, Option<String>, Option<String>) {
    let messages = store.history(conversation(address), 1, 1).await.unwrap();
    (
        messages[0].status,
        messages[0].reason.clone(),
        messages[0].external_id.clone(),
    )
}

pub async fn entries_of_a_lane_leave_one_after_the_other(place: Place) {
    let store = &place.store;
    let first = queued("a", 1, "sms");
    let mut second = queued("a", 2, "sms");
    second.outbox.push(Entry {
        cargo: Cargo::Emission(Emission {
            name: "lead.created".to_owned(),
            lane: "webhook".to_owned(),
            stream: Stream::Good,
            key: "k".to_owned(),
            body: serde_json::json!({"name": "Ana", "none": null}),
        }),
        ..entry(&second, 1, "webhook")
    });
    let other = queued("b", 1, "sms");
    store.commit(std::slice::from_ref(&first)).await.unwrap();
    store.commit(&[second.clone(), other.clone()]).await.unwrap();

    let claimed = store.claim(&claim(7, 9_000, 10)).await.unwrap();
    let expected = [&first.outbox[0], &other.outbox[0], &second.outbox[1]];
    let expected = expected.map(|entry| Entry {
        epoch: Epoch(7),
        ..entry.clone()
    });
    let mut sorted = claimed.clone();
    sorted.sort_by_key(|entry| entry.ordinal);
    let (mut by_conversation, mut wanted) = (sorted.clone(), expected.to_vec());
    by_conversation.sort_by_key(|entry| entry.id);
    wanted.sort_by_key(|entry| entry.id);
    assert_eq!(by_conversation, wanted);
    assert_eq!(store.claim(&claim(7, 9_000, 10)).await.unwrap(), []);

    let ends: Vec<_> = claimed.iter().map(|entry| settle(entry, sent("p1"))).collect();
    store.settle(&ends).await.unwrap();
    let next = store.claim(&claim(7, 9_000, 10)).await.unwrap();
    assert_eq!(ids(&next), [second.outbox[0].id]);
}

pub async fn an_entry_waits_for_its_hour(place: Place) {
    let store = &place.store;
    let mut turns = [queued("a", 1, "sms"), queued("b", 1, "sms"), queued("c", 1, "sms")];
    turns[0].outbox[0].not_before = at(30_000);
    turns[1].outbox[0].not_before = at(20_000);
    turns[2].outbox[0].not_before = at(10_000);
    store.commit(&turns).await.unwrap();
    assert_eq!(store.claim(&claim(1, 9_999, 10)).await.unwrap(), []);
    let earliest = store.claim(&claim(1, 20_000, 1)).await.unwrap();
    assert_eq!(ids(&earliest), [turns[2].outbox[0].id]);
    let next = store.claim(&claim(1, 20_000, 10)).await.unwrap();
    assert_eq!(ids(&next), [turns[1].outbox[0].id]);
    // A later entry of the same lane waits with the one before it.
    store.commit(&[queued("a", 2, "sms")]).await.unwrap();
    assert_eq!(store.claim(&claim(1, 20_000, 10)).await.unwrap(), []);
}

pub async fn the_carried_message_follows_the_entry(place: Place) {
    let store = &place.store;
    store.commit(&[queued("a", 1, "sms")]).await.unwrap();
    let reason = "provider is busy".to_owned();
    let entry = store.claim(&claim(1, 5_000, 1)).await.unwrap().remove(0);
    assert_eq!(entry.attempts, 0);
    let retry = Settled::RetryAt {
        at: at(60_000),
        reason: reason.clone(),
    };
    store.settle(&[settle(&entry, retry)]).await.unwrap();
    assert_eq!(
        answer_of(store, "a").await,
        (DeliveryStatus::Retrying, Some(reason), None)
    );
    assert_eq!(store.claim(&claim(1, 59_999, 1)).await.unwrap(), []);

    let entry = store.claim(&claim(1, 60_000, 1)).await.unwrap().remove(0);
    assert_eq!((entry.attempts, entry.not_before), (1, at(60_000)));
    store.settle(&[settle(&entry, sent("SM1"))]).await.unwrap();
    let wanted = (DeliveryStatus::Sent, None, Some("SM1".to_owned()));
    assert_eq!(answer_of(store, "a").await, wanted);

    for (address, result, status) in [
        (
            "b",
            Settled::Unknown {
                reason: "lost".to_owned(),
            },
            DeliveryStatus::Unknown,
        ),
        (
            "c",
            Settled::Dead {
                reason: "lost".to_owned(),
            },
            DeliveryStatus::Failed,
        ),
    ] {
        store.commit(&[queued(address, 1, "sms")]).await.unwrap();
        let entry = store.claim(&claim(1, 60_000, 1)).await.unwrap().remove(0);
        store.settle(&[settle(&entry, result)]).await.unwrap();
        assert_eq!(answer_of(store, address).await, (status, Some("lost".to_owned()), None));
        // Both are an end: the line goes on.
        let next = queued(address, 2, "sms");
        store.commit(std::slice::from_ref(&next)).await.unwrap();
        let claimed = store.claim(&claim(1, 60_000, 1)).await.unwrap();
        assert_eq!(ids(&claimed), [next.outbox[0].id]);
        store.settle(&[settle(&claimed[0], sent("SM2"))]).await.unwrap();
    }
    store.settle(&[]).await.unwrap();
}

pub async fn a_report_that_came_first_is_not_undone(place: Place) {
    let store = &place.store;
    store.commit(&[queued("a", 1, "sms")]).await.unwrap();
    let entry = store.claim(&claim(1, 5_000, 1)).await.unwrap().remove(0);
    let mut report = turn("a", 2);
    report.status_changes = vec![StatusChange {
        from_seq: 2,
        up_to_seq: 2,
        status: DeliveryStatus::Delivered,
        reason: None,
    }];
    store.commit(&[report]).await.unwrap();
    store.settle(&[settle(&entry, sent("SM1"))]).await.unwrap();
    let wanted = (DeliveryStatus::Delivered, None, Some("SM1".to_owned()));
    assert_eq!(answer_of(store, "a").await, wanted);
}

pub async fn a_settlement_of_another_epoch_is_left_alone(place: Place) {
    let store = &place.store;
    store
        .commit(&[queued("a", 1, "sms"), queued("b", 1, "sms")])
        .await
        .unwrap();
    let entry = store.claim(&claim(1, 5_000, 1)).await.unwrap().remove(0);
    let stale = Settlement {
        epoch: Epoch(0),
        ..settle(&entry, sent("SM1"))
    };
    store.settle(&[stale]).await.unwrap();
    let address = entry.address.as_str().to_owned();
    assert_eq!(answer_of(store, &address).await.0, DeliveryStatus::Pending);
    // The true owner's word counts, once.
    store.settle(&[settle(&entry, sent("SM2"))]).await.unwrap();
    store.settle(&[settle(&entry, sent("SM3"))]).await.unwrap();
    assert_eq!(answer_of(store, &address).await.2.as_deref(), Some("SM2"));
}

pub async fn an_entry_handed_back_counts_no_attempt(place: Place) {
    let store = &place.store;
    store.commit(&[queued("a", 1, "sms")]).await.unwrap();
    let entry = store.claim(&claim(1, 5_000, 1)).await.unwrap().remove(0);
    store
        .settle(&[settle(&entry, Settled::Released { at: at(6_000) })])
        .await
        .unwrap();
    assert_eq!(answer_of(store, "a").await, (DeliveryStatus::Pending, None, None));
    assert_eq!(store.claim(&claim(1, 5_999, 1)).await.unwrap(), []);
    let again = store.claim(&claim(2, 6_000, 1)).await.unwrap().remove(0);
    assert_eq!((again.attempts, again.epoch), (0, Epoch(2)));
    let waiting = Settled::Waiting {
        at: at(9_000),
        reason: "the token has ended".to_owned(),
    };
    store.settle(&[settle(&again, waiting)]).await.unwrap();
    let told = Some("the token has ended".to_owned());
    assert_eq!(answer_of(store, "a").await, (DeliveryStatus::Retrying, told, None));
    assert_eq!(store.claim(&claim(2, 8_999, 1)).await.unwrap(), []);
    let again = store.claim(&claim(2, 9_000, 1)).await.unwrap().remove(0);
    assert_eq!(again.attempts, 0, "an account that is refused counts none either");
}

pub async fn who_stands_behind_is_put_off_with_the_first(place: Place) {
    let store = &place.store;
    let turns = [1, 2, 3].map(|version| queued("a", version, "sms"));
    store.commit(&turns[..1]).await.unwrap();
    store.commit(&turns[1..2]).await.unwrap();
    let first = store.claim(&claim(1, 5_000, 10)).await.unwrap().remove(0);
    let put_off = settle(&first, Settled::Released { at: at(6_000) });
    store.settle(&[put_off]).await.unwrap();
    store.commit(&turns[2..]).await.unwrap();
    for turn in &turns {
        assert_eq!(store.claim(&claim(1, 5_999, 10)).await.unwrap(), []);
        let next = store.claim(&claim(1, 6_000, 10)).await.unwrap();
        assert_eq!(ids(&next), [turn.outbox[0].id]);
        assert_eq!(next[0].not_before, at(6_000));
        store.settle(&[settle(&next[0], sent("p"))]).await.unwrap();
    }
}

pub async fn claims_whose_answer_was_lost_are_found(place: Place) {
    let store = &place.store;
    store
        .commit(&[queued("a", 1, "sms"), queued("b", 1, "sms"), queued("c", 1, "sms")])
        .await
        .unwrap();
    let claimed = store.claim(&claim(4, 5_000, 2)).await.unwrap();
    let mut found = store.claimed(&everything(4)).await.unwrap();
    found.sort_by_key(|entry| (entry.not_before, entry.ordinal, entry.id));
    assert_eq!(found, claimed);
    store.settle(&[settle(&claimed[0], sent("SM1"))]).await.unwrap();
    assert_eq!(store.claimed(&everything(4)).await.unwrap(), claimed[1..]);
    for others in [everything(5), Arc::new(Ownership::default())] {
        assert_eq!(store.claimed(&others).await.unwrap(), []);
    }
}

pub async fn abandoned_claims_are_asked_after(place: Place) {
    let store = &place.store;
    store
        .commit(&[queued("a", 1, "sms"), queued("b", 1, "sms")])
        .await
        .unwrap();
    let lost = store.claim(&claim(1, 5_000, 1)).await.unwrap().remove(0);
    assert_eq!(store.abandon_claims(&everything(1)).await.unwrap(), 0);
    assert_eq!(store.abandon_claims(&everything(2)).await.unwrap(), 1);
    assert_eq!(store.abandon_claims(&everything(3)).await.unwrap(), 0);
    let (status, reason, _) = answer_of(store, &lost.address).await;
    assert_eq!(status, DeliveryStatus::Unknown);
    assert!(reason.is_some());
    // The dead owner's late word changes nothing; the entry that was not claimed still leaves.
    store.settle(&[settle(&lost, sent("SM1"))]).await.unwrap();
    assert_eq!(answer_of(store, &lost.address).await.0, DeliveryStatus::Unknown);
    let mut rest = store.claim(&claim(2, 6_000, 10)).await.unwrap();
    rest.sort_by_key(|entry| entry.id != lost.id);
    assert_eq!(rest.len(), 2);
    assert_eq!((rest[0].id, rest[0].attempts), (lost.id, 1));
    // It may have left from the moment on at which it was claimed, however often it is asked after.
    assert_eq!((rest[0].unsure_since, rest[1].unsure_since), (Some(at(5_000)), None));
    assert_eq!(store.abandon_claims(&everything(3)).await.unwrap(), 2);
    let mut again = store.claim(&claim(3, 7_000, 10)).await.unwrap();
    again.sort_by_key(|entry| entry.id != lost.id);
    assert_eq!(again[0].unsure_since, Some(at(5_000)));
    assert_eq!(again[1].unsure_since, Some(at(6_000)));
    store.settle(&[settle(&again[0], sent("SM2"))]).await.unwrap();
    let wanted = (DeliveryStatus::Sent, None, Some("SM2".to_owned()));
    assert_eq!(answer_of(store, &lost.address).await, wanted);
}

pub async fn nobody_waits_for_a_message_that_is_asked_after(place: Place) {
    let store = &place.store;
    let turns = [1, 2, 3].map(|version| queued("a", version, "sms"));
    store.commit(&turns[..1]).await.unwrap();
    store.commit(&turns[1..2]).await.unwrap();
    let lost = store.claim(&claim(1, 5_000, 10)).await.unwrap().remove(0);
    let unsure = Settled::Unsure {
        since: at(5_000),
        at: at(60_000),
        reason: "cut off".to_owned(),
    };
    store.settle(&[settle(&lost, unsure)]).await.unwrap();
    let wanted = (DeliveryStatus::Unknown, Some("cut off".to_owned()), None);
    assert_eq!(answer_of(store, "a").await, wanted);
    store.commit(&turns[2..]).await.unwrap();
    for turn in &turns[1..] {
        let next = store.claim(&claim(1, 6_000, 10)).await.unwrap();
        assert_eq!(ids(&next), [turn.outbox[0].id]);
        store.settle(&[settle(&next[0], sent("p"))]).await.unwrap();
    }
    let asked = store.claim(&claim(1, 60_000, 10)).await.unwrap();
    assert_eq!(ids(&asked), [lost.id]);
    // Not tried after all: it is still to be asked after.
    store
        .settle(&[settle(&asked[0], Settled::Released { at: at(61_000) })])
        .await
        .unwrap();
    let asked = store.claim(&claim(1, 61_000, 10)).await.unwrap().remove(0);
    assert_eq!((asked.unsure_since, asked.attempts), (Some(at(5_000)), 1));
}

pub async fn claims_respect_shards(place: Place) {
    let store = &place.store;
    let turns = ["a", "b", "c"].map(|address| queued(address, 1, "sms"));
    store.commit(&turns).await.unwrap();
    let owned = |epochs: &[(usize, i64)]| -> Arc<Ownership> {
        let shards = epochs
            .iter()
            .map(|(index, epoch)| (turns[*index].shard(), Epoch(*epoch)));
        Arc::new(shards.collect())
    };
    let request = |owned| Claim {
        owned,
        now: at(9_000),
        limit: 10,
    };
    let none = store.claim(&request(Arc::new(Ownership::default()))).await.unwrap();
    assert_eq!(none, []);
    let claimed = store.claim(&request(owned(&[(0, 3), (1, 4)]))).await.unwrap();
    let mut epochs: Vec<_> = claimed
        .iter()
        .map(|entry| (entry.address.as_str(), entry.epoch))
        .collect();
    epochs.sort_unstable();
    assert_eq!(epochs, [("a", Epoch(3)), ("b", Epoch(4))]);
    assert_eq!(store.abandon_claims(&owned(&[(0, 3), (1, 5)])).await.unwrap(), 1);
    assert_eq!(answer_of(store, "a").await.0, DeliveryStatus::Pending);
    assert_eq!(answer_of(store, "b").await.0, DeliveryStatus::Unknown);
}

pub async fn two_claims_never_take_the_same_entry(place: Place) {
    let store = &place.store;
    let other = place.open_again().await.store;
    let turns: Vec<Turn> = (0..60).map(|index| queued(&format!("q{index}"), 1, "sms")).collect();
    store.commit(&turns).await.unwrap();
    let requests = (0..12).map(|index| {
        let store = if index % 2 == 0 { store } else { &other };
        let request = claim(1, 9_000, 7);
        async move { store.claim(&request).await.unwrap() }
    });
    let mut claimed: Vec<OutboxId> = join_all(requests).await.iter().flat_map(|part| ids(part)).collect();
    loop {
        let rest = store.claim(&claim(1, 9_000, 7)).await.unwrap();
        if rest.is_empty() {
            break;
        }
        claimed.extend(ids(&rest));
    }
    let mut wanted: Vec<OutboxId> = turns.iter().map(|turn| turn.outbox[0].id).collect();
    claimed.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(claimed, wanted);
}
