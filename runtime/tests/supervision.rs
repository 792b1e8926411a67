//! What dies is started again, and takes nobody with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use frontdesk_core::{Behaviour, InboundEvent, Step, TenantId, Timestamp};
use frontdesk_runtime::testing::{Call, Echo, EveryTenant, Fault, Heard};
use frontdesk_runtime::{Refused, ReplayError, Tenants};

use crate::support::{World, chat, until};

#[tokio::test(start_paused = true)]
async fn three_strikes_park_an_event_and_the_next_one_goes_on() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(chat("t", 1, "hello")).await.unwrap();
    let poison = chat("t", 2, "panic");
    assert_eq!(runtime.deliver(poison.clone()).await, Err(Refused::Parked));
    let letters = world.rows.dead_letters();
    assert_eq!((letters.len(), letters[0].attempts), (1, 3));
    assert_eq!(letters[0].event.id, poison.id);
    let next = runtime.deliver(chat("t", 3, "hello")).await.unwrap();
    assert_eq!((next.seq, next.version), (3, 2));
    // The provider sends it again: still the same letter.
    assert_eq!(runtime.deliver(poison.clone()).await, Err(Refused::Parked));
    assert_eq!(world.rows.dead_letters().len(), 1);
    world.assert_balanced();
}

/// Panics on every event while it is blown.
struct Fuse(Arc<AtomicBool>);

impl Behaviour for Fuse {
    type Tenant = ();
    type State = Heard;

    fn step(&self, tenant: &(), state: &Heard, event: &InboundEvent, now: Timestamp) -> Step<Heard> {
        assert!(!self.0.load(Ordering::Relaxed), "blown");
        Echo.step(tenant, state, event, now)
    }
}

#[tokio::test(start_paused = true)]
async fn a_parked_event_has_its_turn_when_it_is_replayed() {
    let world = World::new();
    let is_blown = Arc::new(AtomicBool::new(true));
    let runtime = world
        .start_with(Fuse(Arc::clone(&is_blown)), Arc::new(EveryTenant))
        .await;
    let event = chat("t", 1, "hello");
    let id = event.id.dead_letter();
    assert_eq!(runtime.deliver(event.clone()).await, Err(Refused::Parked));
    let again = runtime.replay(id, None).await;
    assert!(matches!(again, Err(ReplayError::Refused(Refused::Parked))), "{again:?}");
    let foreign: TenantId = "other".parse().unwrap();
    is_blown.store(false, Ordering::Relaxed);
    assert!(matches!(
        runtime.replay(id, Some(&foreign)).await,
        Err(ReplayError::NotFound)
    ));

    let delivered = runtime.replay(id, Some(&event.tenant)).await.unwrap();
    assert_eq!(
        (delivered.seq, delivered.version, delivered.is_duplicate),
        (1, 1, false)
    );
    assert!(matches!(runtime.replay(id, None).await, Err(ReplayError::NotFound)));
    assert!(runtime.deliver(event).await.unwrap().is_duplicate);
    assert!(world.rows.dead_letters().is_empty());
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_even_be_parked_is_not_acknowledged() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.fail(Call::Park, [Fault::Before]);
    let poison = chat("t", 1, "panic");
    assert_eq!(runtime.deliver(poison.clone()).await, Err(Refused::Unavailable));
    assert_eq!(runtime.deliver(poison).await, Err(Refused::Parked));
    world.assert_balanced();
}

/// Lets the actor die in the middle of an event: its second question panics.
struct Mine(AtomicU32);

impl Tenants<Echo> for Mine {
    fn get(&self, _: &TenantId) -> Option<Arc<()>> {
        assert_ne!(self.0.fetch_add(1, Ordering::Relaxed), 3, "trodden on");
        Some(Arc::new(()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_died_comes_back_with_its_next_event() {
    let world = World::new();
    let runtime = world.start_with(Echo, Arc::new(Mine(AtomicU32::new(0)))).await;
    runtime.deliver(chat("t", 1, "hello")).await.unwrap();
    let event = chat("t", 2, "hello");
    assert_eq!(runtime.deliver(event.clone()).await, Err(Refused::Unavailable));
    until("its permit is given back", || runtime.stats().events_waiting == 0).await;
    let again = runtime.deliver(event.clone()).await.unwrap();
    assert_eq!((again.seq, again.version, again.is_duplicate), (3, 2, false));
    assert_eq!(world.texts(event.conversation)[3], "hello #2");
}

#[tokio::test(start_paused = true)]
async fn every_service_is_started_again_after_a_panic() {
    let world = World::new();
    let runtime = world.start().await;
    for call in [Call::DueTimers, Call::Claim, Call::Load, Call::Commit] {
        world.store.fail(call, [Fault::Panic]);
    }
    let mut number = 0;
    let event = loop {
        number += 1;
        let event = crate::support::sms(&format!("+1555{number}"), 1, "hello; timer nudge 100");
        if runtime.deliver(event.clone()).await.is_ok() {
            break event;
        }
        assert!(number < 10, "never recovered");
    };
    until("the timer has fired", || {
        world.rows.records(event.conversation).len() == 2
    })
    .await;
    until("both answers have left", || world.sender.attempts().len() >= 2).await;
    let lost = crate::support::sms("+15551", 1, "hello; timer nudge 100");
    runtime.deliver(lost).await.unwrap();
    world.assert_balanced();
}
