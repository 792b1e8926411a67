//! What a tenant no longer wants kept is forgotten, and nothing else.

use frontdesk_core::ports::access::AuditEntry;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::{Settled, Settlement};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::{ConversationStatus, UserId};
use uuid::Uuid;

use crate::books::prove;
use crate::place::Place;
use crate::samples::{FIRST, at, claim, conversation, entry, event, event_for, everything, of, tenant, turn_of};

pub async fn what_was_said_long_ago_is_forgotten(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    let mut waiting = turn_of(&event("waits", 1), 1);
    waiting.status = ConversationStatus::NeedsPerson;
    let turns = [
        turn_of(&event("old", 1), 1),
        turn_of(&event("fresh", 90), 1),
        turn_of(&event("back", 1), 1),
        waiting,
        turn_of(&event_for("other", "theirs", 1), 1),
    ];
    store.commit(&turns).await.unwrap();
    store.commit(&[turn_of(&event("back", 95), 2)]).await.unwrap();
    let letter = DeadLetter {
        event: event("old", 2),
        error: "panicked".to_owned(),
        attempts: 3,
        parked_at: at(2_000),
    };
    store.park(&letter).await.unwrap();

    let forgotten = place
        .retention()
        .forget_conversations(&tenant("acme"), at(50_000), None)
        .await
        .unwrap();
    assert_eq!((forgotten.count, forgotten.next), (1, None));
    for (address, messages) in [("old", 0), ("fresh", 2), ("back", 4), ("waits", 2)] {
        let id = conversation(address);
        let said = reader.messages(&of("acme"), id, 0, 100).await.unwrap();
        assert_eq!(said.len(), messages, "{address}");
        let turns = reader.turns(&of("acme"), id, 0, 100).await.unwrap();
        assert_eq!(turns.len(), messages / 2, "{address}");
        assert!(
            reader.conversation(&of("acme"), id).await.unwrap().is_some(),
            "{address}"
        );
    }
    let ledger = reader.ledger(&Scope::All).await.unwrap();
    assert!(ledger.iter().all(|row| row.is_balanced()), "{ledger:?}");
    assert_eq!(
        (ledger[0].receipts, ledger[0].parked),
        (5, 1),
        "what is parked still waits"
    );
    assert_eq!(ledger[1].receipts, 1, "another tenant's is kept");
    prove(&place).await;

    let acme = tenant("acme");
    let again = place.retention().forget_conversations(&acme, at(50_000), None).await;
    assert_eq!(again.unwrap().count, 0);
    let next = turn_of(&event("old", 96), 2);
    let committed = store.commit(&[next]).await.unwrap();
    assert_eq!(committed.len(), 1);
    let said = reader.messages(&of("acme"), conversation("old"), 0, 100).await.unwrap();
    assert_eq!(
        said.iter().map(|message| message.seq).collect::<Vec<_>>(),
        [3, 4],
        "it goes on where it was"
    );
}

pub async fn many_are_forgotten_in_batches(place: Place) {
    const MANY: i64 = 450;
    let turns: Vec<_> = (0..MANY)
        .map(|number| turn_of(&event(&format!("p{number}"), 1 + number / 100), 1))
        .collect();
    for part in turns.chunks(100) {
        place.store.commit(part).await.unwrap();
    }
    let (mut after, mut count) = (None, 0);
    loop {
        let batch = place
            .retention()
            .forget_conversations(&tenant("acme"), at(60_000), after)
            .await
            .unwrap();
        count += batch.count;
        match batch.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(count, MANY.unsigned_abs());
    assert_eq!(place.reader().ledger(&Scope::All).await.unwrap(), []);
    prove(&place).await;
}

pub async fn dead_letters_and_the_log_are_forgotten_too(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    for (address, number) in [("a", 1), ("b", 2), ("c", 80)] {
        let letter = DeadLetter {
            event: event(address, number),
            error: "panicked".to_owned(),
            attempts: 3,
            parked_at: at(number * 1_000),
        };
        store.park(&letter).await.unwrap();
    }
    for (address, number) in [("a", 1), ("c", 80)] {
        let mut replay = turn_of(&event(address, number), 1);
        replay.is_replay = true;
        store.commit(&[replay]).await.unwrap();
    }
    let id = tenant("acme");
    assert_eq!(
        place
            .retention()
            .forget_dead_letters(&tenant("other"), at(50_000))
            .await
            .unwrap(),
        0
    );
    assert_eq!(place.retention().forget_dead_letters(&id, at(50_000)).await.unwrap(), 1);
    assert_eq!(place.retention().forget_dead_letters(&id, at(50_000)).await.unwrap(), 0);
    let left = reader.dead_letters(&of("acme"), true, FIRST).await.unwrap().items;
    assert_eq!(left.len(), 2, "those that wait are kept, and those dealt with lately");

    for (number, name) in [(1, "acme"), (2, "other"), (90, "acme")] {
        let entry = AuditEntry {
            id: Uuid::from_u128(number),
            at: at(i64::try_from(number).unwrap() * 1_000),
            tenant: Some(tenant(name)),
            user: UserId(Uuid::nil()),
            email: "ana@example.com".to_owned(),
            act: "test".to_owned(),
            subject: String::new(),
        };
        place.access().audit(&entry).await.unwrap();
    }
    assert_eq!(place.retention().forget_audit(&id, at(50_000)).await.unwrap(), 1);
    assert_eq!(place.retention().forget_audit(&id, at(50_000)).await.unwrap(), 0);
    let left = place.access().audit_log(&Scope::All, FIRST).await.unwrap().items;
    assert_eq!(left.len(), 2);
}

pub async fn what_was_sent_long_ago_leaves_the_outbox(place: Place) {
    const MANY: i64 = 1_100;
    let store = &place.store;
    let turn = |number: i64| {
        let mut turn = turn_of(&event(&format!("p{number}"), number), 1);
        turn.outbox = vec![entry(&turn, 0, "sms")];
        turn
    };
    let turns: Vec<_> = (1..=MANY).map(turn).collect();
    for part in turns.chunks(200) {
        store.commit(part).await.unwrap();
    }
    let claimed = store.claim(&claim(1, MANY * 1_000, 2_000)).await.unwrap();
    assert_eq!(i64::try_from(claimed.len()).unwrap(), MANY);
    let settle = |number: i64, settled_at: i64, result: Settled| {
        let id = turns[usize::try_from(number).unwrap() - 1].outbox[0].id;
        let epoch = claimed[0].epoch;
        Settlement {
            id,
            epoch,
            result,
            at: at(settled_at * 1_000),
        }
    };
    let sent = |number: i64, settled_at: i64| settle(number, settled_at, Settled::Sent { external_id: None });
    let dead = settle(
        1,
        2,
        Settled::Dead {
            reason: "refused".to_owned(),
        },
    );
    // The second is under way, the third was sent late.
    let mut settlements: Vec<_> = (4..=MANY).map(|number| sent(number, number + 1)).collect();
    settlements.extend([dead, sent(3, 5_000)]);
    for part in settlements.chunks(200) {
        store.settle(part).await.unwrap();
    }
    let forget = async |before: i64| {
        let (mut after, mut count) = (None, 0);
        loop {
            let batch = place.retention().forget_sent(at(before * 1_000), after).await.unwrap();
            count += batch.count;
            match batch.next {
                Some(next) => after = Some(next),
                None => return i64::try_from(count).unwrap(),
            }
        }
    };
    assert_eq!(
        forget(1_001).await,
        996,
        "from the fourth to the last that was settled before"
    );
    assert_eq!(forget(4_000).await, MANY - 999);
    assert_eq!(forget(4_000).await, 0);
    assert_eq!(forget(6_000).await, 1, "the one that was sent late");
    assert_eq!(store.claimed(&everything(1)).await.unwrap().len(), 1);
}
