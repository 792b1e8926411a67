//! Timers fire once, in time, whatever happens in between.

use std::time::Duration;

use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;
use frontdesk_runtime::testing::{Call, Fault};

use crate::support::{World, chat, until};

fn turns(world: &World, thread: &str) -> usize {
    world.rows.records(chat(thread, 1, "").conversation).len()
}

/// When the last turn of a conversation was taken, after `start`.
fn last_after(world: &World, thread: &str, start: Timestamp) -> Duration {
    let messages = world.rows.messages(chat(thread, 1, "").conversation);
    messages.last().unwrap().at.since(start)
}

#[tokio::test(start_paused = true)]
async fn a_timer_fires_once_in_time() {
    let world = World::new();
    let runtime = world.start().await;
    for (thread, after_ms) in [("soon", 700), ("later", 45_000), ("beyond", 200_000)] {
        let start = world.clock.now();
        runtime
            .deliver(chat(thread, 1, &format!("timer nudge {after_ms}")))
            .await
            .unwrap();
        until("it has fired", || turns(&world, thread) == 2).await;
        let took = last_after(&world, thread, start);
        let due = Duration::from_millis(after_ms);
        assert!(
            took >= due && took <= due + Duration::from_millis(150),
            "{thread}: {took:?}"
        );
    }
    tokio::time::sleep(Duration::from_secs(120)).await;
    for thread in ["soon", "later", "beyond"] {
        assert_eq!(turns(&world, thread), 2);
    }
    assert!(world.rows.timers().is_empty());
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_timer_cancelled_or_set_anew_does_not_fire_as_before() {
    let world = World::new();
    let runtime = world.start().await;
    let start = world.clock.now();
    runtime.deliver(chat("gone", 1, "timer nudge 5000")).await.unwrap();
    runtime.deliver(chat("moved", 1, "timer nudge 5000")).await.unwrap();
    runtime.deliver(chat("gone", 2, "cancel nudge")).await.unwrap();
    runtime.deliver(chat("moved", 2, "timer nudge 20000")).await.unwrap();
    until("the moved one has fired", || turns(&world, "moved") == 3).await;
    assert!(last_after(&world, "moved", start) >= Duration::from_secs(20));
    assert_eq!(turns(&world, "gone"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_timer_set_to_an_hour_that_has_come_fires_every_time() {
    let world = World::new();
    let runtime = world.start().await;
    let hour = format!("at nudge {}", world.clock.now().as_millis());
    for number in 1..=3 {
        runtime.deliver(chat("t", number, &hour)).await.unwrap();
        let wanted = usize::try_from(number).unwrap() * 2;
        until("it has fired", || turns(&world, "t") == wanted).await;
    }
    assert!(world.rows.timers().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_came_due_while_nobody_looked_fires_in_pages() {
    let world = World::with(|config| {
        config.timers.batch_max = 7;
        config.timers.in_flight_max = 3;
        config.timers.window_max = 20;
    });
    let first = world.start().await;
    for index in 0..100 {
        let text = format!("timer nudge {}", 1_000 + index * 10);
        first.deliver(chat(&format!("t{index}"), 1, &text)).await.unwrap();
    }
    first.shutdown().await;
    world.clock.advance(Duration::from_secs(3_600));
    let _second = world.start().await;
    until("all have fired", || world.rows.timers().is_empty()).await;
    for index in 0..100 {
        assert_eq!(turns(&world, &format!("t{index}")), 2);
    }
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn more_timers_than_are_kept_fire_in_time() {
    let world = World::with(|config| {
        config.timers.batch_max = 5;
        config.timers.window_max = 10;
    });
    let first = world.start().await;
    for index in 0..40 {
        let text = format!("timer nudge {}", 10_000 + index * 1_000);
        first.deliver(chat(&format!("t{index}"), 1, &text)).await.unwrap();
    }
    first.shutdown().await;
    let start = world.clock.now();
    // Only what this one reads itself is known to it.
    let _second = world.start().await;
    until("all have fired", || world.rows.timers().is_empty()).await;
    for index in 0..40_u64 {
        let took = last_after(&world, &format!("t{index}"), start);
        let due = Duration::from_millis(10_000 + index * 1_000);
        assert!(
            took <= due + Duration::from_secs(1),
            "t{index} was due at {due:?}, fired at {took:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_delays_but_does_not_lose_a_timer() {
    for fault in [Fault::Before, Fault::Panic] {
        let world = World::new();
        let runtime = world.start().await;
        runtime.deliver(chat("t", 1, "timer nudge 40000")).await.unwrap();
        world.store.roll(move |call| (call == Call::DueTimers).then_some(fault));
        tokio::time::sleep(Duration::from_secs(100)).await;
        assert_eq!(turns(&world, "t"), 1);
        let calls = world.calls_during(Call::DueTimers, Duration::from_secs(60)).await;
        assert!((1..=800).contains(&calls), "tried again with pauses: {calls}");
        world.store.heal();
        until("it has fired", || turns(&world, "t") == 2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_cannot_be_stored_is_tried_again() {
    let world = World::with(|config| config.commit.deadline_ms = 100);
    let runtime = world.start().await;
    runtime.deliver(chat("t", 1, "timer nudge 1000")).await.unwrap();
    world.store.roll(|call| (call == Call::Commit).then_some(Fault::Before));
    tokio::time::sleep(Duration::from_secs(10)).await;
    world.store.heal();
    until("it has fired", || turns(&world, "t") == 2).await;
    assert!(world.rows.timers().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_parked_timer_is_not_told_again() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(chat("t", 1, "timer nudge 1000")).await.unwrap();
    let mut commits = 0;
    world.store.roll(move |call| {
        commits += u32::from(call == Call::Commit);
        (call == Call::Commit && commits <= 3).then_some(Fault::Invalid)
    });
    until("it is parked", || world.rows.dead_letters().len() == 1).await;
    assert!(world.rows.timers().is_empty());
    runtime.shutdown().await;
    let again = world.start().await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(turns(&world, "t"), 1);
    let letter = world.rows.dead_letters().remove(0);
    again.replay(letter.event.id.dead_letter(), None).await.unwrap();
    assert_eq!(turns(&world, "t"), 2);
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn an_idle_runtime_reads_timers_rarely() {
    let world = World::new();
    let _runtime = world.start().await;
    let calls = world.calls_during(Call::DueTimers, Duration::from_secs(600)).await;
    assert!((1..=25).contains(&calls), "{calls}");
}
