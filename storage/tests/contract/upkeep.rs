//! How our accounts stand, and whose turn it is to look.

use frontdesk_core::ports::upkeep::{AccountState, Claim, Failing, Part, Subscription, Upkeep};

use crate::place::Place;
use crate::samples::{at, tenant};

const LEASE_MS: i64 = 1_000;

/// Claims the account as it is made of `fingerprint`, at a moment.
async fn claim(upkeep: &dyn Upkeep, fingerprint: &str, now: i64) -> Option<AccountState> {
    let claim = Claim {
        tenant: &tenant("acme"),
        provider: "carrier",
        fingerprint,
        now: at(now),
        until: at(now + LEASE_MS),
    };
    upkeep.claim(claim).await.unwrap()
}

fn seen(due_at: i64) -> AccountState {
    AccountState {
        tenant: tenant("acme"),
        provider: "carrier".to_owned(),
        fingerprint: "one".to_owned(),
        due_at: at(due_at),
        checked_at: Some(at(70)),
        ends_at: Some(at(900_000)),
        subscription: Some(Subscription {
            id: "s1".to_owned(),
            ends_at: at(50_000),
        }),
        failing: Some(Failing {
            part: Part::Subscription,
            since: at(60),
            count: 2,
            error: "it is away".to_owned(),
        }),
    }
}

pub async fn an_account_is_claimed_by_one_until_it_is_due(place: Place) {
    let upkeep = &**place.upkeep();
    let first = claim(upkeep, "one", 10).await.unwrap();
    assert_eq!((first.due_at, first.checked_at), (at(10 + LEASE_MS), None));
    assert_eq!(claim(upkeep, "one", 20).await, None, "somebody is at it");
    let again = claim(upkeep, "one", 10 + LEASE_MS).await;
    assert!(again.is_some(), "whoever was at it has not come back");
    let rivals = (0..8).map(|_| claim(upkeep, "one", 10_000));
    let claimed = futures_util::future::join_all(rivals).await;
    assert_eq!(claimed.iter().flatten().count(), 1, "{claimed:?}");
}

pub async fn what_was_seen_is_kept_while_the_claim_holds(place: Place) {
    let upkeep = &**place.upkeep();
    let first = claim(upkeep, "one", 10).await.unwrap();
    assert!(upkeep.settle(&seen(5_000), first.due_at).await.unwrap());
    assert_eq!(upkeep.states().await.unwrap(), [seen(5_000)]);
    assert_eq!(claim(upkeep, "one", 4_999).await, None);
    let second = claim(upkeep, "one", 5_000).await.unwrap();
    assert_eq!(second, seen(5_000 + LEASE_MS), "what is known comes back");
    let third = claim(upkeep, "one", 7_000).await.unwrap();
    let well = AccountState {
        failing: None,
        subscription: None,
        ends_at: None,
        ..seen(9_000)
    };
    assert!(!upkeep.settle(&well, second.due_at).await.unwrap(), "it came too late");
    assert!(upkeep.settle(&well, third.due_at).await.unwrap());
    assert_eq!(upkeep.states().await.unwrap(), [well]);
    upkeep.forget(&tenant("acme"), "another").await.unwrap();
    assert_eq!(upkeep.states().await.unwrap().len(), 1);
    upkeep.forget(&tenant("acme"), "carrier").await.unwrap();
    assert_eq!(upkeep.states().await.unwrap(), []);
}

pub async fn an_account_that_changed_is_claimed_at_once(place: Place) {
    let upkeep = &**place.upkeep();
    let first = claim(upkeep, "one", 10).await.unwrap();
    upkeep.settle(&seen(5_000), first.due_at).await.unwrap();
    let changed = claim(upkeep, "two", 20).await.unwrap();
    assert_eq!(
        (changed.fingerprint.as_str(), &changed.subscription),
        ("two", &None),
        "that subscription was the other account's"
    );
    assert_eq!(changed.failing, seen(0).failing);
    assert!(
        !upkeep.settle(&seen(9_000), first.due_at).await.unwrap(),
        "it was the other account that was seen"
    );
    assert_eq!(claim(upkeep, "two", 30).await, None);
}
