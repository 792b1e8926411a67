//! Idle conversations leave memory and nothing is lost.

use std::time::Duration;

use frontdesk_core::{Answered, InboundEvent, Payload};

use frontdesk_runtime::testing::Call;

use crate::support::{World, chat, send, until};

#[tokio::test(start_paused = true)]
async fn an_idle_conversation_leaves_and_comes_back_as_it_was() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(chat("idle", 1, "hello")).await.unwrap();
    for number in 0..4 {
        tokio::time::sleep(Duration::from_secs(100)).await;
        runtime.deliver(chat("busy", number, "hello")).await.unwrap();
    }
    assert_eq!(runtime.stats().live_conversations, 1, "only the idle one has left");
    let back = runtime.deliver(chat("idle", 2, "hello")).await.unwrap();
    assert_eq!((back.seq, back.version), (3, 2));
    assert_eq!(world.texts(chat("idle", 1, "").conversation)[3], "hello #2");
}

#[tokio::test(start_paused = true)]
async fn above_the_ceiling_the_longest_idle_leave_first() {
    let world = World::with(|config| config.passivation.live_max = 10);
    let runtime = world.start().await;
    for index in 0..30 {
        runtime.deliver(chat(&format!("t{index}"), 1, "hello")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    until("the ceiling holds", || runtime.stats().live_conversations <= 10).await;
    assert_eq!(runtime.stats().live_conversations, 10);
}

#[tokio::test(start_paused = true)]
async fn leaving_at_every_moment_loses_no_event() {
    let world = World::with(|config| {
        config.passivation.idle_ms = 0;
        config.passivation.sweep_ms = 1;
    });
    let runtime = world.start().await;
    for round in 0..60 {
        let waiting: Vec<_> = (0..8)
            .map(|index| send(&runtime, chat(&format!("t{index}"), round, "hello")))
            .collect();
        tokio::time::sleep(Duration::from_millis(round % 3)).await;
        for answer in waiting {
            let delivered = answer.await.unwrap().unwrap();
            assert_eq!((delivered.seq, delivered.version), (round * 2 + 1, round + 1));
        }
    }
    until("all have left", || runtime.stats().live_conversations == 0).await;
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_was_removed_begins_anew() {
    let world = World::new();
    let runtime = world.start().await;
    let first = chat("gone", 1, "hello");
    runtime.deliver(first.clone()).await.unwrap();
    runtime.forget(&[first.conversation]).await.unwrap();
    assert_eq!(runtime.stats().live_conversations, 0);
    let back = runtime.deliver(chat("gone", 2, "hello")).await.unwrap();
    assert_eq!(
        (back.seq, back.version),
        (3, 2),
        "its row is still there: it is only out of memory"
    );
    // News of a conversation that is not there are too late to begin it.
    let late = Payload::Answer(Answered {
        inquiry: "who".to_owned(),
        result: Err("gone".to_owned()),
    });
    let late = InboundEvent {
        payload: late,
        ..chat("nobody", 1, "")
    };
    let delivered = runtime.deliver(late.clone()).await.unwrap();
    assert!(delivered.is_duplicate);
    assert!(runtime.stored(late.conversation).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_was_just_looked_at_is_not_read_again() {
    let world = World::new();
    let runtime = world.start().await;
    let looked = |id| {
        let runtime = runtime.clone();
        async move { runtime.stored(id).await.unwrap() }
    };
    let first = chat("new", 1, "hello");
    assert!(looked(first.conversation).await.is_none());
    runtime.deliver(first.clone()).await.unwrap();
    assert_eq!(world.store.calls(Call::Load), 1);

    runtime.forget(&[first.conversation]).await.unwrap();
    assert!(looked(first.conversation).await.is_some());
    tokio::time::sleep(Duration::from_secs(3)).await;
    let back = runtime.deliver(chat("new", 2, "hello")).await.unwrap();
    assert_eq!(back.version, 2);
    assert_eq!(world.store.calls(Call::Load), 3, "by then it counts for nothing");
}

#[tokio::test(start_paused = true)]
async fn a_look_that_is_out_of_date_costs_another_one_and_nothing_else() {
    let world = World::new();
    let (here, there) = (world.start().await, world.start().await);
    let id = chat("shared", 1, "").conversation;
    assert!(here.stored(id).await.unwrap().is_none());
    there.deliver(chat("shared", 1, "hello")).await.unwrap();
    let second = here.deliver(chat("shared", 2, "hello")).await.unwrap();
    assert_eq!((second.seq, second.version), (3, 2));
    assert_eq!(world.texts(id), ["hello", "hello #1", "hello", "hello #2"]);
}
