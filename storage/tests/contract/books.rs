//! The books behind the ledger say what the rows say, whatever is written and removed.

use frontdesk_core::Outcome;
use frontdesk_core::ports::books::Totals;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::reader::Scope;

use crate::place::Place;
use crate::samples::{at, event, event_for, receipt, tenant, turn_of};

/// Fails unless the books say what the rows say.
pub async fn prove(place: &Place) {
    let audited = place.books().audit().await.unwrap();
    assert!(audited.iter().all(|line| line.is_proved()), "{audited:#?}");
}

fn letter(number: i64) -> DeadLetter {
    DeadLetter {
        event: event("p1", number),
        error: "panicked".to_owned(),
        attempts: 3,
        parked_at: at(1),
    }
}

/// Every way into and out of the tables of receipts and turns but retention and erasure, whose own
/// tests prove the books.
async fn fill(place: &Place) {
    let store = &place.store;
    let turns = [
        turn_of(&event("p1", 1), 1),
        turn_of(&event("p2", 1), 1),
        turn_of(&event_for("other", "p3", 1), 1),
    ];
    store.commit(&turns).await.unwrap();
    // A duplicate and a conflict, with one good turn among them.
    let mixed = [
        turn_of(&event("p1", 1), 1),
        turn_of(&event("p2", 2), 7),
        turn_of(&event("p3", 2), 1),
    ];
    store.commit(&mixed).await.unwrap();
    let refused = |number| {
        let reason = "forbidden".to_owned();
        receipt(&event("p1", number), Outcome::Refused { reason })
    };
    let refusals = [refused(50), refused(50), refused(51)];
    store.refuse(&refusals).await.unwrap();
    store.refuse(&refusals).await.unwrap();
    for number in [60, 61, 62, 60] {
        store.park(&letter(number)).await.unwrap();
    }
    let mut replay = turn_of(&event("p1", 61), 2);
    replay.is_replay = true;
    store.commit(&[replay.clone()]).await.unwrap();
    store.commit(&[replay]).await.unwrap();
    store.resolve(&event("p1", 62), "read anew", at(90_000)).await.unwrap();
    store.resolve(&event("p1", 62), "read anew", at(90_000)).await.unwrap();
}

const ACME: Totals = Totals {
    processed: 4,
    parked: 1,
    refused: 3,
    turns: 4,
};

pub async fn the_books_say_what_the_rows_say(place: Place) {
    fill(&place).await;
    let audited = place.books().audit().await.unwrap();
    assert_eq!(audited.len(), 2);
    assert_eq!((&audited[0].tenant, audited[0].counted), (&tenant("acme"), ACME));
    assert_eq!(audited[0].booked, ACME);
    prove(&place).await;
}

pub async fn entries_are_added_up_once(place: Place) {
    fill(&place).await;
    let before = place.reader().ledger(&Scope::All).await.unwrap();
    let again = place.open_again().await;
    let (one, other) = tokio::join!(place.books().post(2), again.books().post(2));
    one.unwrap();
    other.unwrap();
    assert_eq!(place.reader().ledger(&Scope::All).await.unwrap(), before);
    while place.books().post(100).await.unwrap() > 0 {}
    assert_eq!(place.reader().ledger(&Scope::All).await.unwrap(), before);
    place.store.commit(&[turn_of(&event("p4", 1), 1)]).await.unwrap();
    prove(&place).await;
}

pub async fn what_was_there_before_the_books_is_counted_once(place: Place) {
    let (books, reader) = (place.books(), place.reader());
    assert!(
        books.opened_at().await.unwrap().is_some(),
        "an empty database has nothing to count"
    );
    fill(&place).await;
    let whole = reader.ledger(&Scope::All).await.unwrap();
    place.forget_books().await;
    assert_eq!(books.opened_at().await.unwrap(), None);

    place.store.commit(&[turn_of(&event("p4", 1), 1)]).await.unwrap();
    let again = place.open_again().await;
    let (one, other) = tokio::join!(books.open(None, at(1)), again.books().open(None, at(2)));
    assert!(one.unwrap() != other.unwrap(), "one of two that counted enters it");
    let opened = books.opened_at().await.unwrap();
    assert!(opened.is_some());
    assert!(!books.open(None, at(3)).await.unwrap());
    prove(&place).await;
    let ledger = reader.ledger(&Scope::All).await.unwrap();
    assert_eq!((ledger[0].processed, ledger[0].turns), (whole[0].processed + 1, 5));
    assert_eq!(ledger[1], whole[1]);
}

pub async fn a_difference_shows_until_the_books_are_opened_anew(place: Place) {
    fill(&place).await;
    place.execute("DELETE FROM turns WHERE version = 2").await;
    let audited = place.books().audit().await.unwrap();
    assert_eq!((audited[0].counted.turns, audited[0].booked.turns), (3, 4));
    assert!(!audited[0].is_proved() && audited[1].is_proved());
    let opened = place.books().opened_at().await.unwrap();
    assert!(place.books().open(opened, at(5)).await.unwrap());
    assert!(
        !place.books().open(opened, at(6)).await.unwrap(),
        "somebody has done so since"
    );
    prove(&place).await;
}
