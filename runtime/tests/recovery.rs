//! The way out and the way back in.

use std::time::Duration;

use frontdesk_core::DeliveryStatus;
use frontdesk_core::ports::outbox::Cargo;
use frontdesk_runtime::testing::{Call, EntryState, Reply};
use frontdesk_runtime::{Refused, StartError};
use tokio::time::Instant;

use crate::support::{World, chat, send, sms, until};

#[tokio::test(start_paused = true)]
async fn what_was_accepted_is_finished_and_nothing_more_is() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.hold(Call::Commit);
    let waiting: Vec<_> = (0..20)
        .map(|index| send(&runtime, chat(&format!("t{}", index % 5), index, "hello")))
        .collect();
    until("all are accepted", || runtime.stats().events_waiting == 20).await;
    let ending = tokio::spawn({
        let runtime = runtime.clone();
        async move { runtime.shutdown().await }
    });
    tokio::task::yield_now().await;
    assert_eq!(
        runtime.deliver(chat("late", 1, "hello")).await,
        Err(Refused::ShuttingDown)
    );
    world.store.release();
    ending.await.unwrap();
    for answer in waiting {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(
        runtime.deliver(chat("late", 1, "hello")).await,
        Err(Refused::ShuttingDown)
    );
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn with_nothing_to_do_it_ends_at_once() {
    let world = World::new();
    let runtime = world.start().await;
    runtime
        .deliver(sms("+1", 1, "hello; timer nudge 3600000"))
        .await
        .unwrap();
    until("it has left", || {
        !world.sender.attempts().is_empty() && runtime.stats().sends_in_flight == 0
    })
    .await;
    let started = Instant::now();
    runtime.shutdown().await;
    assert!(
        started.elapsed() < Duration::from_millis(500),
        "{:?}",
        started.elapsed()
    );
    runtime.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn sends_under_way_are_waited_for_and_their_answers_told() {
    let world = World::new();
    let runtime = world.start().await;
    let event = sms("+1", 1, "ask sms name; quiet");
    world.store.hold(Call::Settle);
    runtime.deliver(event.clone()).await.unwrap();
    until("it is asked", || !world.sender.attempts().is_empty()).await;
    let ending = tokio::spawn(async move { runtime.shutdown().await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!ending.is_finished());
    world.store.release();
    ending.await.unwrap();
    assert_eq!(world.rows.outbox()[0].state, EntryState::Sent);
    assert_eq!(world.rows.records(event.conversation).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_send_that_hangs_does_not_hold_up_the_end_and_is_unknown_afterwards() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply([Reply::Hang]);
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    runtime.deliver(sms("+1", 2, "hello")).await.unwrap();
    until("it is being sent", || runtime.stats().sends_in_flight == 1).await;
    let started = Instant::now();
    runtime.shutdown().await;
    let bounds = &world.config.shutdown;
    let at_most = Duration::from_millis(bounds.outbox_ms + bounds.stop_ms);
    assert!(started.elapsed() <= at_most, "{:?}", started.elapsed());

    let _again = world.start().await;
    until("the next one has left", || world.sender.attempts().len() == 2).await;
    until("the first one is given up", || {
        world.rows.outbox()[0].state == EntryState::Unknown
    })
    .await;
    assert_eq!(world.sender.attempts().len(), 2, "it is asked after, not sent again");
    let messages = world.rows.messages(sms("+1", 1, "").conversation);
    assert_eq!(messages[1].status, DeliveryStatus::Unknown);
}

#[tokio::test(start_paused = true)]
async fn an_inquiry_that_a_dead_process_was_asking_is_answered_all_the_same() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply([Reply::Hang]);
    let event = sms("+1", 1, "ask sms name; quiet");
    runtime.deliver(event.clone()).await.unwrap();
    until("it is being asked", || runtime.stats().sends_in_flight == 1).await;
    runtime.shutdown().await;

    let _again = world.start().await;
    let heard = || world.texts(event.conversation).last().cloned().unwrap_or_default();
    until("the conversation hears", || heard().starts_with("name: ")).await;
    assert_eq!(world.rows.outbox()[0].state, EntryState::Unknown);
    assert_eq!(heard(), "name: the receiver does not know of it");
    let asked = world.sender.attempts();
    let asked = asked
        .iter()
        .filter(|(_, entry)| matches!(entry.cargo, Cargo::Inquiry(_)));
    assert_eq!(asked.count(), 1, "it is not asked twice");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_does_not_hold_up_the_end() {
    let world = World::new();
    let runtime = world.start().await;
    world.store.hold(Call::Commit);
    world.store.hold(Call::DueTimers);
    world.store.hold(Call::Claim);
    let answer = send(&runtime, chat("t", 1, "hello"));
    until("it waits", || runtime.stats().events_waiting == 1).await;
    let started = Instant::now();
    runtime.shutdown().await;
    let bounds = &world.config.shutdown;
    let at_most = Duration::from_millis(bounds.drain_ms + bounds.outbox_ms + bounds.stop_ms);
    assert!(
        started.elapsed() <= at_most + Duration::from_millis(100),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(answer.await.unwrap(), Err(Refused::Unavailable));
}

#[tokio::test(start_paused = true)]
async fn after_the_end_nobody_waits_for_ever() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(chat("t", 1, "hello")).await.unwrap();
    runtime.shutdown().await;
    let id = chat("t", 1, "").conversation;
    until("the tree is gone", || runtime.stats().events_waiting == 0).await;
    let asked = tokio::time::timeout(Duration::from_secs(30), runtime.stored(id)).await;
    assert!(asked.expect("an answer").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_new_start_goes_on_where_the_last_one_ended() {
    let world = World::new();
    for number in 0..5 {
        let runtime = world.start().await;
        let delivered = runtime.deliver(chat("t", number, "hello")).await.unwrap();
        assert_eq!((delivered.seq, delivered.version), (number * 2 + 1, number + 1));
        if number > 0 {
            assert!(
                runtime
                    .deliver(chat("t", number - 1, "hello"))
                    .await
                    .unwrap()
                    .is_duplicate
            );
        }
        runtime.shutdown().await;
    }
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn settings_that_cannot_work_are_refused() {
    let mut world = World::new();
    world.config.timers.retry_ms = 0;
    let ports = frontdesk_runtime::Ports {
        store: std::sync::Arc::new(world.rows.clone()),
        hot: None,
        origins: None,
        clock: std::sync::Arc::new(world.clock.clone()),
        placement: std::sync::Arc::new(frontdesk_runtime::LocalPlacement::new(frontdesk_core::Epoch(1))),
        tenants: std::sync::Arc::new(frontdesk_runtime::testing::EveryTenant),
        senders: std::collections::HashMap::new(),
    };
    let started =
        frontdesk_runtime::Runtime::start(world.config.clone(), frontdesk_runtime::testing::Echo, ports).await;
    assert!(matches!(started, Err(StartError::Setting(_))));
}
