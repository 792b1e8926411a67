//! Turns are committed once, whole, in the order of their versions.

use frontdesk_core::ports::store::{Committed, Stored};
use frontdesk_core::{
    Content, ConversationStatus, DeliveryStatus, Language, Message, Outcome, QuickReply, StatusChange, Timestamp,
};

use crate::place::Place;
use crate::samples::{conversation, event, receipt, turn, turn_of};

pub async fn a_turn_is_stored_whole(place: Place) {
    let store = &place.store;
    let turn = turn("a", 1);
    assert_eq!(
        store.commit(std::slice::from_ref(&turn)).await.unwrap(),
        [Committed::Done]
    );
    let expected = Stored {
        id: turn.conversation,
        owner: None,
        version: 1,
        last_seq: 2,
        status: ConversationStatus::Open,
        snapshot: turn.snapshot.clone(),
    };
    let unknown = conversation("nobody");
    assert_eq!(store.load(&[unknown, turn.conversation]).await.unwrap(), [expected]);
    assert_eq!(store.history(turn.conversation, 0, 10).await.unwrap(), turn.messages);
    assert_eq!(store.commit(&[]).await.unwrap(), []);
    assert_eq!(store.load(&[]).await.unwrap(), []);
}

pub async fn a_later_turn_moves_the_conversation_on(place: Place) {
    let store = &place.store;
    store.commit(&[turn("a", 1)]).await.unwrap();
    let mut second = turn("a", 2);
    second.status = ConversationStatus::NeedsPerson;
    assert_eq!(
        store.commit(std::slice::from_ref(&second)).await.unwrap(),
        [Committed::Done]
    );
    let stored = store.load(&[second.conversation]).await.unwrap().remove(0);
    assert_eq!((stored.version, stored.last_seq), (2, 4));
    assert_eq!(stored.status, ConversationStatus::NeedsPerson);
    assert_eq!(stored.snapshot, second.snapshot);
    assert_eq!(store.history(second.conversation, 0, 10).await.unwrap().len(), 4);
}

pub async fn the_first_sender_stays_the_owner(place: Place) {
    let store = &place.store;
    for (version, owner) in [(1, None), (2, Some("ana")), (3, Some("eve")), (4, None)] {
        let mut turn = turn("a", version);
        turn.owner = owner.map(Into::into);
        assert_eq!(store.commit(&[turn]).await.unwrap(), [Committed::Done]);
    }
    let stored = store.load(&[conversation("a")]).await.unwrap().remove(0);
    assert_eq!(stored.owner, Some("ana".into()));
}

pub async fn the_same_event_twice_is_one_turn(place: Place) {
    let store = &place.store;
    let first = turn("a", 1);
    store.commit(std::slice::from_ref(&first)).await.unwrap();
    let mut again = turn_of(&event("a", 1), 2);
    again.receipt.received_at = Timestamp::from_millis(77);
    let answers = store.commit(&[again]).await.unwrap();
    assert_eq!(answers, [Committed::Duplicate(first.receipt)]);
    assert_eq!(store.load(&[first.conversation]).await.unwrap()[0].version, 1);
    assert_eq!(store.history(first.conversation, 0, 10).await.unwrap().len(), 2);
}

pub async fn a_version_that_is_not_next_is_a_conflict(place: Place) {
    let store = &place.store;
    assert_eq!(store.commit(&[turn("a", 2)]).await.unwrap(), [Committed::Conflict]);
    store.commit(&[turn("a", 1)]).await.unwrap();
    for version in [1, 3] {
        let late = turn_of(&event("a", 50), version);
        assert_eq!(store.commit(&[late]).await.unwrap(), [Committed::Conflict]);
    }
    assert_eq!(store.load(&[conversation("a")]).await.unwrap()[0].version, 1);
    // A conflict leaves no receipt: the event can still have its turn.
    let retried = turn_of(&event("a", 50), 2);
    assert_eq!(store.commit(&[retried]).await.unwrap(), [Committed::Done]);
}

pub async fn the_good_turns_of_a_batch_are_committed(place: Place) {
    let store = &place.store;
    let done = turn("done", 1);
    store.commit(&[done.clone(), turn("old", 1)]).await.unwrap();
    let batch = [
        turn("new", 1),
        done.clone(),
        turn("old", 3),
        turn("absent", 4),
        turn("old", 2),
    ];
    let answers = store.commit(&batch[..4]).await.unwrap();
    let duplicate = Committed::Duplicate(done.receipt);
    assert_eq!(
        answers,
        [Committed::Done, duplicate, Committed::Conflict, Committed::Conflict]
    );
    assert_eq!(store.commit(&batch[4..]).await.unwrap(), [Committed::Done]);
    let stored = store
        .load(&["done", "new", "old", "absent"].map(conversation))
        .await
        .unwrap();
    let mut versions: Vec<u64> = stored.iter().map(|stored| stored.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 1, 2]);
}

pub async fn batches_of_every_size_are_committed(place: Place) {
    let store = &place.store;
    for size in [1_usize, 3, 4, 5, 63, 64, 65, 130, 700] {
        for version in [1, 2] {
            let turns: Vec<_> = (0..size)
                .map(|index| turn(&format!("{size}-{index}"), version))
                .collect();
            let answers = store.commit(&turns).await.unwrap();
            assert_eq!(answers, vec![Committed::Done; size]);
        }
        let ids: Vec<_> = (0..size)
            .map(|index| conversation(&format!("{size}-{index}")))
            .collect();
        let stored = store.load(&ids).await.unwrap();
        assert_eq!(stored.len(), size);
        assert!(stored.iter().all(|stored| stored.version == 2));
        let last = store.history(ids[size - 1], 0, 10).await.unwrap();
        assert_eq!(last.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}

pub async fn a_turn_of_many_messages_is_committed(place: Place) {
    let store = &place.store;
    let mut turns: Vec<_> = (0..5).map(|index| turn(&format!("m{index}"), 1)).collect();
    let first = turns[3].messages[0].clone();
    turns[3].messages = (1..=900)
        .map(|seq| Message {
            seq,
            id: turns[3].receipt.event.message(usize::try_from(seq).unwrap()),
            ..first.clone()
        })
        .collect();
    turns[3].last_seq = 900;
    assert_eq!(store.commit(&turns).await.unwrap(), vec![Committed::Done; 5]);
    for turn in &turns {
        let stored = store.history(turn.conversation, 0, 1_000).await.unwrap();
        assert_eq!(stored, turn.messages);
    }
}

pub async fn rich_content_comes_back(place: Place) {
    let store = &place.store;
    let mut turn = turn("a", 1);
    let message = &mut turn.messages[1];
    message.content = Content {
        quick_replies: vec![QuickReply {
            label: "Да, спасибо 👍".to_owned(),
            value: "it's \"yes\"\n".to_owned(),
        }],
        signed_by: Some("Zoë".to_owned()),
        ..Content::text("Ünï\tcode \\ 'quotes' \"marks\" ‹🙂›")
    };
    message.status = DeliveryStatus::Failed;
    message.reason = Some("outside of the window".to_owned());
    message.external_id = Some("wamid.1".to_owned());
    turn.snapshot = format!("{{\"language\":\"{}\"}}", Language::Uk.code());
    store.commit(std::slice::from_ref(&turn)).await.unwrap();
    assert_eq!(store.history(turn.conversation, 0, 10).await.unwrap(), turn.messages);
}

pub async fn refused_events_keep_their_first_receipt(place: Place) {
    let store = &place.store;
    let reason = |reason: &str| Outcome::Refused {
        reason: reason.to_owned(),
    };
    let refused = event("a", 1);
    let first = receipt(&refused, reason("forbidden"));
    store.refuse(std::slice::from_ref(&first)).await.unwrap();
    store.refuse(&[receipt(&refused, reason("later"))]).await.unwrap();
    store.refuse(&[]).await.unwrap();
    let answers = store.commit(&[turn_of(&refused, 1)]).await.unwrap();
    assert_eq!(answers, [Committed::Duplicate(first)]);
    assert_eq!(store.load(&[refused.conversation]).await.unwrap(), []);
}

pub async fn history_is_cut_by_seq_and_limit(place: Place) {
    let store = &place.store;
    for version in 1..=3 {
        store.commit(&[turn("a", version), turn("b", version)]).await.unwrap();
    }
    let seqs = |messages: Vec<Message>| messages.iter().map(|message| message.seq).collect::<Vec<_>>();
    let id = conversation("a");
    assert_eq!(seqs(store.history(id, 0, 100).await.unwrap()), [1, 2, 3, 4, 5, 6]);
    assert_eq!(seqs(store.history(id, 3, 2).await.unwrap()), [4, 5]);
    assert_eq!(seqs(store.history(id, 6, 2).await.unwrap()), [0; 0]);
}

pub async fn statuses_only_advance(place: Place) {
    let store = &place.store;
    store.commit(&[turn("a", 1), turn("b", 1)]).await.unwrap();
    let change = |from_seq, up_to_seq, status, reason: Option<&str>| StatusChange {
        from_seq,
        up_to_seq,
        status,
        reason: reason.map(ToOwned::to_owned),
    };
    let mut second = turn("a", 2);
    second.status_changes = vec![
        change(1, 2, DeliveryStatus::Delivered, None),
        change(1, 9, DeliveryStatus::Read, Some("seen")),
        change(1, 2, DeliveryStatus::Sent, Some("late")),
    ];
    store.commit(&[second]).await.unwrap();
    let messages = store.history(conversation("a"), 0, 10).await.unwrap();
    let status = |seq: usize| (messages[seq - 1].status, messages[seq - 1].reason.as_deref());
    assert_eq!(status(1), (DeliveryStatus::Delivered, None));
    assert_eq!(status(2), (DeliveryStatus::Read, Some("seen")));
    let other = store.history(conversation("b"), 0, 10).await.unwrap();
    assert_eq!(other[1].status, DeliveryStatus::Pending);

    // What never left is not answered; what failed is given to a colleague, and only that.
    let mut answered = turn("b", 2);
    answered.status_changes = vec![change(1, 2, DeliveryStatus::Replied, None)];
    let mut escalated = turn("a", 3);
    escalated.status_changes = vec![
        change(1, 2, DeliveryStatus::Escalated, None),
        change(1, 2, DeliveryStatus::Validated, None),
    ];
    store.commit(&[answered, escalated]).await.unwrap();
    let other = store.history(conversation("b"), 0, 10).await.unwrap();
    assert_eq!(other[1].status, DeliveryStatus::Pending);
    let messages = store.history(conversation("a"), 0, 10).await.unwrap();
    assert_eq!(messages[1].status, DeliveryStatus::Validated);
}

pub async fn everything_is_there_after_opening_again(place: Place) {
    place.store.commit(&[turn("a", 1)]).await.unwrap();
    let again = place.open_again().await;
    assert_eq!(again.store.load(&[conversation("a")]).await.unwrap().len(), 1);
    assert_eq!(again.store.commit(&[turn("a", 2)]).await.unwrap(), [Committed::Done]);
    // The first one sees what the second one did.
    assert_eq!(place.store.load(&[conversation("a")]).await.unwrap()[0].version, 2);
    let answers = place.store.commit(&[turn_of(&event("a", 9), 2)]).await.unwrap();
    assert_eq!(answers, [Committed::Conflict]);
}

pub async fn ping_answers(place: Place) {
    place.store.ping().await.unwrap();
}
