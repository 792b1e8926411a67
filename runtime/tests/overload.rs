//! Too much at once is refused, never queued without bound, and costs nothing.

use std::time::Duration;

use frontdesk_runtime::Refused;
use frontdesk_runtime::testing::Call;

use crate::support::{World, chat, send, until};

const BUSY: Refused = Refused::Busy {
    retry_after: Duration::from_secs(1),
};

#[tokio::test(start_paused = true)]
async fn one_conversation_has_its_own_bound() {
    let world = World::with(|config| config.admission.per_conversation_max = 4);
    let runtime = world.start().await;
    world.store.hold(Call::Commit);
    let waiting: Vec<_> = (0..4)
        .map(|number| send(&runtime, chat("noisy", number, "hello")))
        .collect();
    until("all wait", || runtime.stats().events_waiting == 4).await;
    assert_eq!(runtime.deliver(chat("noisy", 4, "hello")).await, Err(BUSY));
    let other = send(&runtime, chat("calm", 1, "hello"));
    until("the other one is let in", || runtime.stats().events_waiting == 5).await;

    world.store.release();
    for answer in waiting {
        answer.await.unwrap().unwrap();
    }
    other.await.unwrap().unwrap();
    until("all are dealt with", || runtime.stats().events_waiting == 0).await;
    assert_eq!(runtime.deliver(chat("noisy", 4, "hello")).await.unwrap().seq, 9);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_wakes_nobody() {
    let world = World::with(|config| config.admission.per_tenant_max = 3);
    let runtime = world.start().await;
    world.store.hold(Call::Commit);
    let waiting: Vec<_> = (0..3)
        .map(|index| send(&runtime, chat(&format!("t{index}"), 1, "hello")))
        .collect();
    until("all wait", || runtime.stats().events_waiting == 3).await;
    for index in 0..100 {
        assert_eq!(
            runtime.deliver(chat(&format!("late{index}"), 1, "hello")).await,
            Err(BUSY)
        );
    }
    assert_eq!(runtime.stats().live_conversations, 3);
    world.store.release();
    for answer in waiting {
        answer.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_ends_in_turns_or_refusals() {
    let world = World::with(|config| {
        config.admission.total_max = 50;
        config.commit.queue_max = 8;
        config.commit.batch_turns_max = 4;
        config.activation.queue_max = 4;
    });
    let runtime = world.start().await;
    let waiting: Vec<_> = (0..500)
        .map(|number| send(&runtime, chat(&format!("t{}", number % 90), number, "hello")))
        .collect();
    let (mut turns, mut refused) = (0, 0);
    for answer in waiting {
        match answer.await.unwrap() {
            Ok(_) => turns += 1,
            Err(Refused::Busy { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(turns + refused, 500);
    assert!(turns >= 50, "{turns}");
    let stored: u64 = world.rows.conversations().iter().map(|stored| stored.version).sum();
    assert_eq!(stored, turns);
    world.assert_balanced();
    until("nothing waits", || runtime.stats().events_waiting == 0).await;
}
