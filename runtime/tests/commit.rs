//! Group commit, and what becomes of a turn whose commit goes wrong.

use std::time::Duration;

use frontdesk_core::Author;
use frontdesk_core::ports::store::Store;
use frontdesk_runtime::testing::{Call, Fault};
use frontdesk_runtime::{Delivered, Live, Refused, next_session};
use tokio::sync::mpsc;

use crate::support::{World, chat, send, until};

const fn delivered(seq: u64, version: u64) -> Delivered {
    Delivered {
        seq,
        version,
        is_duplicate: false,
    }
}

#[tokio::test(start_paused = true)]
async fn turns_that_wait_share_a_transaction() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.hold(Call::Commit);
    let waiting: Vec<_> = (0..50)
        .map(|index| send(&runtime, chat(&format!("t{index}"), 1, "hello")))
        .collect();
    until("all turns wait", || {
        runtime.stats().turns_waiting + 1 >= 50 || world.store.calls(Call::Commit) > 0
    })
    .await;
    until("the events are in", || runtime.stats().events_waiting == 50).await;
    world.store.release();
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), Ok(delivered(1, 1)));
    }
    assert!(
        world.store.calls(Call::Commit) <= 2,
        "{}",
        world.store.calls(Call::Commit)
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_batch_is_halved_until_it_passes() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.hold(Call::Commit);
    let first = send(&runtime, chat("first", 1, "hello"));
    until("the first is being committed", || world.store.calls(Call::Commit) == 1).await;
    let waiting: Vec<_> = (0..4)
        .map(|index| send(&runtime, chat(&format!("t{index}"), 1, "hello")))
        .collect();
    until("the others wait", || runtime.stats().turns_waiting == 4).await;
    let mut calls = 0;
    world.store.roll(move |call| {
        calls += u32::from(call == Call::Commit);
        // The first one passes, then all four are refused together.
        (call == Call::Commit && calls == 2).then_some(Fault::Invalid)
    });
    world.store.release();
    assert_eq!(first.await.unwrap(), Ok(delivered(1, 1)));
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), Ok(delivered(1, 1)));
    }
    assert_eq!(world.store.calls(Call::Commit), 4);
}

#[tokio::test(start_paused = true)]
async fn a_turn_the_database_refuses_is_parked() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.fail(Call::Commit, [Fault::Invalid; 3]);
    assert_eq!(runtime.deliver(chat("t", 1, "hello")).await, Err(Refused::Parked));
    assert_eq!(runtime.deliver(chat("t", 2, "hello")).await, Ok(delivered(1, 1)));
    assert_eq!(world.rows.dead_letters()[0].attempts, 3);
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_failed_is_tried_again() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.fail(Call::Commit, [Fault::Before, Fault::Before]);
    assert_eq!(runtime.deliver(chat("t", 1, "hello")).await, Ok(delivered(1, 1)));
    assert_eq!(world.store.calls(Call::Commit), 3);
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_took_effect_unheard_is_one_turn_and_everybody_is_told() {
    let world = World::new();
    let runtime = world.start().await;
    let (to, mut at) = mpsc::channel(8);
    let event = chat("t", 1, "hello; timer nudge 500");
    let _membership = runtime.join(event.conversation, next_session(), to);
    world.store.fail(Call::Commit, [Fault::After]);
    assert_eq!(runtime.deliver(event.clone()).await, Ok(delivered(1, 1)));
    let heard = |live: Option<Live>| match live {
        Some(Live::Message(message)) => (message.seq, message.author),
        other => panic!("{other:?}"),
    };
    assert_eq!(heard(at.recv().await), (1, Author::User));
    assert_eq!(heard(at.recv().await), (2, Author::Bot));
    assert_eq!(runtime.deliver(chat("t", 2, "again")).await, Ok(delivered(3, 2)));
    assert_eq!(world.rows.records(event.conversation).len(), 2);
    // The timer set by it is known at once.
    until("the timer has fired", || {
        world.rows.records(event.conversation).len() == 3
    })
    .await;
    assert!(world.rows.timers().is_empty());
}

#[tokio::test(start_paused = true)]
async fn while_the_database_is_away_senders_are_told_and_may_come_again() {
    let world = World::new();
    let runtime = world.start().await;
    for fault in [Fault::Before, Fault::After] {
        let event = chat(&format!("{fault:?}"), 1, "hello");
        world.store.roll(move |call| (call == Call::Commit).then_some(fault));
        assert_eq!(runtime.deliver(event.clone()).await, Err(Refused::Unavailable));
        world.store.heal();
        let again = runtime.deliver(event.clone()).await.unwrap();
        assert_eq!((again.seq, again.is_duplicate), (1, fault == Fault::After));
        assert_eq!(world.rows.records(event.conversation).len(), 1);
        let next = runtime.deliver(chat(&format!("{fault:?}"), 2, "hello")).await;
        assert_eq!(next, Ok(delivered(3, 2)));
    }
    assert!(world.store.calls(Call::Commit) < 100, "tried with pauses");
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn sockets_are_told_later_of_what_was_committed_unheard() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(chat("t", 1, "hello")).await.unwrap();
    let (to, mut at) = mpsc::channel(8);
    let _membership = runtime.join(chat("t", 1, "").conversation, next_session(), to);
    world.store.roll(|call| (call == Call::Commit).then_some(Fault::After));
    assert_eq!(runtime.deliver(chat("t", 2, "hello")).await, Err(Refused::Unavailable));
    world.store.heal();
    runtime.deliver(chat("t", 3, "hello")).await.unwrap();
    let mut seqs = Vec::new();
    while let Ok(Live::Message(message)) = at.try_recv() {
        seqs.push(message.seq);
    }
    assert_eq!(seqs, [3, 4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_never_answers_is_given_up() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.hold(Call::Commit);
    let started = tokio::time::Instant::now();
    assert_eq!(runtime.deliver(chat("t", 1, "hello")).await, Err(Refused::Unavailable));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    world.store.release();
    assert_eq!(runtime.deliver(chat("t", 1, "hello")).await, Ok(delivered(1, 1)));
}

#[tokio::test(start_paused = true)]
async fn a_committer_that_died_is_started_again() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.fail(Call::Commit, [Fault::Panic]);
    let event = chat("t", 1, "hello");
    assert_eq!(runtime.deliver(event.clone()).await, Err(Refused::Unavailable));
    assert_eq!(runtime.deliver(event).await, Ok(delivered(1, 1)));
}

#[tokio::test(start_paused = true)]
async fn a_second_writer_makes_the_first_one_load_again() {
    let world = World::new();
    let runtime = world.start().await;
    let event = chat("t", 1, "hello");
    runtime.deliver(event.clone()).await.unwrap();
    // Another runtime on the same rows takes the next turn.
    let other = world.start().await;
    assert_eq!(other.deliver(chat("t", 2, "hello")).await, Ok(delivered(3, 2)));
    assert_eq!(runtime.deliver(chat("t", 3, "hello")).await, Ok(delivered(5, 3)));
    assert_eq!(world.texts(event.conversation)[5], "hello #3");
    assert_eq!(world.rows.load(&[event.conversation]).await.unwrap()[0].version, 3);
}
