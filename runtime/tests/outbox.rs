//! What leaves: in order, as often as it must, or visibly not.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::ports::outbox::{Cargo, SendError, Sent};
use frontdesk_core::{DedupeKey, DeliveryStatus, InboundEvent, Payload, TenantId};
use frontdesk_runtime::testing::{Call, EntryState, Fault, RecordingSender, Reply};
use serde_json::json;

use crate::support::{World, sms, until};

fn transient(retry_after_ms: Option<u64>) -> Reply {
    Reply::Fail(SendError::Transient {
        reason: "busy".to_owned(),
        retry_after_ms,
    })
}

fn unknown() -> Reply {
    Reply::Fail(SendError::Unknown {
        reason: "cut off".to_owned(),
    })
}

fn state(world: &World, index: usize) -> Option<EntryState> {
    world.rows.outbox().get(index).map(|row| row.state)
}

fn status(world: &World, address: &str) -> DeliveryStatus {
    world.rows.messages(sms(address, 1, "").conversation)[1].status
}

/// The pauses between the tries, in seconds.
fn pauses(world: &World) -> Vec<u64> {
    let attempts = world.sender.attempts();
    attempts
        .windows(2)
        .map(|pair| pair[1].0.since(pair[0].0).as_secs())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn answers_of_a_conversation_leave_in_order_and_once() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply([transient(None), Reply::Take, transient(None)]);
    for number in 1..=10 {
        runtime.deliver(sms("+1", number, "hello")).await.unwrap();
        runtime.deliver(sms("+2", number, "hello")).await.unwrap();
    }
    until("all have left", || {
        world.rows.outbox().iter().all(|row| row.state == EntryState::Sent)
    })
    .await;
    for address in ["+1", "+2"] {
        let attempts = world.sender.attempts();
        let mut seqs: Vec<u64> = attempts
            .iter()
            .filter(|(_, entry)| entry.address.as_str() == address)
            .map(|(_, entry)| match &entry.cargo {
                Cargo::Message { seq, .. } => *seq,
                other => panic!("{other:?}"),
            })
            .collect();
        seqs.dedup();
        assert_eq!(seqs, (1..=10).map(|turn| turn * 2).collect::<Vec<_>>(), "{address}");
    }
    assert_eq!(world.sender.attempts().len(), 22);
    assert_eq!(status(&world, "+1"), DeliveryStatus::Sent);
    assert_eq!(runtime.stats().sends_in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_stays_away_is_tried_ever_more_rarely_then_given_up() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply(vec![transient(None); 6]);
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    runtime.deliver(sms("+1", 2, "hello")).await.unwrap();
    until("it is dead", || state(&world, 0) == Some(EntryState::Dead)).await;
    assert_eq!(pauses(&world)[..5], [1, 2, 4, 8, 16]);
    assert_eq!(status(&world, "+1"), DeliveryStatus::Failed);
    until("the line goes on", || state(&world, 1) == Some(EntryState::Sent)).await;
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_names_an_hour_is_asked_then() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply([transient(Some(30_000))]);
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    until("it has left", || state(&world, 0) == Some(EntryState::Sent)).await;
    assert_eq!(pauses(&world), [30]);
}

#[tokio::test(start_paused = true)]
async fn an_outcome_nobody_knows_is_not_repeated() {
    for reply in [unknown(), Reply::Hang, Reply::Panic] {
        let world = World::new();
        let runtime = world.start().await;
        world.sender.reply([reply]);
        runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
        runtime.deliver(sms("+1", 2, "hello")).await.unwrap();
        until("the line goes on", || state(&world, 1) == Some(EntryState::Sent)).await;
        assert_eq!(status(&world, "+1"), DeliveryStatus::Unknown);
        assert_eq!(state(&world, 0), Some(EntryState::Pending), "it is asked after");
        until("it is unknown", || state(&world, 0) == Some(EntryState::Unknown)).await;
        assert_eq!(status(&world, "+1"), DeliveryStatus::Unknown);
        assert_eq!(world.sender.attempts().len(), 2);
        let conversation = sms("+1", 1, "").conversation;
        until("a person is told", || world.rows.records(conversation).len() == 3).await;
        assert!(world.rows.records(conversation)[2].contains("unknown"));
        world.assert_balanced();
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_after_until_it_is_found() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply([unknown()]);
    let away = SendError::Unknown {
        reason: "away".to_owned(),
    };
    let found = Sent {
        external_id: Some("p1".to_owned()),
        answer: None,
    };
    world.sender.find([Ok(None), Err(away), Ok(Some(found))]);
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    until("it has left", || state(&world, 0) == Some(EntryState::Sent)).await;
    assert_eq!(status(&world, "+1"), DeliveryStatus::Sent);
    let message = &world.rows.messages(sms("+1", 1, "").conversation)[1];
    assert_eq!(message.external_id.as_deref(), Some("p1"));
    let sent_at = world.sender.attempts()[0].0;
    let pauses: Vec<_> = world
        .sender
        .traces()
        .iter()
        .map(|(asked_at, since)| (asked_at.since(sent_at).as_secs(), *since == sent_at))
        .collect();
    assert_eq!(pauses, [(2, true), (4, true), (8, true)]);
    assert_eq!(world.sender.attempts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_report_says_as_much_as_an_answer() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply([unknown()]);
    let event = sms("+1", 1, "hello");
    runtime.deliver(event.clone()).await.unwrap();
    until("it is asked after", || status(&world, "+1") == DeliveryStatus::Unknown).await;
    let report = Payload::Status {
        from_seq: 2,
        up_to_seq: 2,
        status: DeliveryStatus::Delivered,
        reason: None,
        fault: None,
    };
    let dedupe = DedupeKey::derive(&event.tenant, event.channel, &["report"]);
    let (tenant, address) = (event.tenant.clone(), event.address.clone());
    let report = InboundEvent::new(tenant, event.channel, address, dedupe, event.received_at, report);
    runtime.deliver(report).await.unwrap();
    until("it has left", || state(&world, 0) == Some(EntryState::Sent)).await;
    assert_eq!(world.sender.traces(), []);
    assert_eq!(world.sender.attempts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_process_was_sending_is_asked_after_by_the_next() {
    let world = World::new();
    world.sender.reply([Reply::Hang]);
    let first = world.start().await;
    first.deliver(sms("+1", 1, "hello")).await.unwrap();
    until("it is being sent", || world.sender.attempts().len() == 1).await;
    // The next process owns everything from its start on; the first one's end comes too late.
    world.sender.find([Ok(Some(Sent::default()))]);
    let next = world.start().await;
    until("it has left", || state(&world, 0) == Some(EntryState::Sent)).await;
    assert_eq!(status(&world, "+1"), DeliveryStatus::Sent);
    assert_eq!((world.sender.attempts().len(), world.sender.traces().len()), (1, 1));
    assert_eq!(next.stats().sends_in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_tried_counts_as_no_attempt() {
    let world = World::new();
    let runtime = world.start().await;
    let not_now = || Reply::Fail(SendError::NotNow { wait_ms: 30_000 });
    world.sender.reply((0..10).map(|_| not_now()).chain([Reply::Take]));
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    until("it has left", || state(&world, 0) == Some(EntryState::Sent)).await;
    let attempts = world.sender.attempts();
    assert_eq!(attempts.len(), 11);
    assert!(attempts.iter().all(|(_, entry)| entry.attempts == 0));
}

#[tokio::test(start_paused = true)]
async fn a_message_refused_for_good_is_told_to_its_conversation() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply([Reply::Fail(SendError::Permanent {
        reason: "opted out".to_owned(),
        fault: Some(frontdesk_core::Fault::OptedOut),
    })]);
    let event = sms("+1", 1, "hello");
    runtime.deliver(event.clone()).await.unwrap();
    until("it is told", || world.rows.records(event.conversation).len() == 2).await;
    let told = &world.rows.records(event.conversation)[1];
    assert!(told.contains("opted_out") && told.contains("failed"), "{told}");
    until("it is dead", || state(&world, 0) == Some(EntryState::Dead)).await;
    world.assert_balanced();
}

fn refused_account() -> Reply {
    Reply::Fail(SendError::Permanent {
        reason: "the token has ended".to_owned(),
        fault: Some(frontdesk_core::Fault::Account),
    })
}

#[tokio::test(start_paused = true)]
async fn messages_wait_in_their_order_for_an_account_that_is_refused() {
    let world = World::with(|config| config.outbox.breaker_failures = 3);
    let runtime = world.start().await;
    world.sender.reply((0..20).map(|_| refused_account()));
    let events = [1, 2, 3].map(|number| sms("+1", number, "hello"));
    for event in &events {
        runtime.deliver(event.clone()).await.unwrap();
    }
    until("it is tried again", || world.sender.attempts().len() >= 2).await;
    assert_eq!(state(&world, 0), Some(EntryState::Pending));
    assert_eq!(status(&world, "+1"), DeliveryStatus::Retrying);
    until("the account is mended", || {
        world.rows.outbox().iter().all(|row| row.state == EntryState::Sent)
    })
    .await;
    let attempts = world.sender.attempts();
    assert_eq!(attempts.len(), 23, "more tries than an entry has otherwise");
    assert!(
        attempts.iter().all(|(_, entry)| entry.attempts == 0),
        "none of them counts"
    );
    assert!(
        pauses(&world)[..20].iter().all(|pause| *pause >= 30),
        "{:?}",
        pauses(&world)
    );
    let ordinals: Vec<u64> = attempts.iter().map(|(_, entry)| entry.ordinal).collect();
    assert!(ordinals.is_sorted(), "{ordinals:?}");
    assert_eq!(world.rows.records(events[0].conversation).len(), 3, "nobody was called");
    world.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_account_does_not_leave_to_who_wants_no_more() {
    let world = World::new();
    let runtime = world.start().await;
    world.sender.reply((0..3).map(|_| refused_account()));
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    runtime.deliver(sms("+2", 1, "hello")).await.unwrap();
    until("both wait", || world.sender.attempts().len() == 2).await;
    runtime.deliver(sms("+1", 2, "hush")).await.unwrap();
    until("the other one has left", || state(&world, 1) == Some(EntryState::Sent)).await;
    until("it is held back", || state(&world, 0) == Some(EntryState::Dead)).await;
    let attempts = world.sender.attempts();
    let tries = |address: &str| {
        attempts
            .iter()
            .filter(|(_, entry)| entry.address.as_str() == address)
            .count()
    };
    assert_eq!((tries("+1"), tries("+2")), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_has_waited_too_long_for_its_account_is_told() {
    let world = World::with(|config| config.outbox.account_wait_ms = 120_000);
    let runtime = world.start().await;
    world.sender.reply((0..50).map(|_| refused_account()));
    let event = sms("+1", 1, "hello");
    runtime.deliver(event.clone()).await.unwrap();
    until("it is given up", || state(&world, 0) == Some(EntryState::Dead)).await;
    assert_eq!(world.sender.attempts().len(), 5, "every half a minute for two");
    let told = &world.rows.records(event.conversation)[1];
    assert!(told.contains("account") && told.contains("failed"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_recognises_repetitions_is_asked_again() {
    let mut world = World::new();
    world.sender = Arc::new(RecordingSender::new(&world.clock).idempotent());
    let runtime = world.start().await;
    world.sender.reply([unknown(), Reply::Hang]);
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    until("it has left", || state(&world, 0) == Some(EntryState::Sent)).await;
    let attempts = world.sender.attempts();
    assert_eq!(attempts.len(), 3);
    assert!(attempts.iter().all(|(_, entry)| entry.id == attempts[0].1.id));
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_nobody_serves_is_dead_at_once() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(sms("+1", 1, "emit nowhere k")).await.unwrap();
    until("it is dead", || state(&world, 0) == Some(EntryState::Dead)).await;
}

#[tokio::test(start_paused = true)]
async fn an_inquiry_is_answered_once() {
    let permanent = Reply::Fail(SendError::permanent("not today"));
    for (reply, said) in [
        (Reply::Answer(json!({"yes": 1})), "name: {\"yes\":1}"),
        (permanent, "name: not today"),
        (unknown(), "name: cut off"),
    ] {
        let world = World::new();
        let runtime = world.start().await;
        world.sender.reply([transient(None), reply]);
        // The settlement is lost once: the answer must not be told twice for that.
        world.store.fail(Call::Settle, [Fault::After, Fault::Before]);
        let event = sms("+1", 1, "ask sms name; quiet");
        runtime.deliver(event.clone()).await.unwrap();
        until("it is answered", || world.rows.records(event.conversation).len() == 2).await;
        tokio::time::sleep(Duration::from_secs(120)).await;
        assert_eq!(world.rows.records(event.conversation).len(), 2);
        assert_eq!(world.texts(event.conversation)[1], said);
        world.assert_balanced();
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_told_yet_is_told_later() {
    let world = World::with(|config| config.commit.deadline_ms = 50);
    let runtime = world.start().await;
    let event = sms("+1", 1, "ask sms name; quiet");
    runtime.deliver(event.clone()).await.unwrap();
    world.store.roll(|call| (call == Call::Commit).then_some(Fault::Before));
    until("it was asked", || world.sender.attempts().len() == 2).await;
    world.store.heal();
    until("it is answered", || world.rows.records(event.conversation).len() == 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_broken_receiver_is_left_in_peace() {
    let world = World::with(|config| {
        config.outbox.breaker_failures = 3;
        config.outbox.breaker_rest_ms = 60_000;
    });
    let runtime = world.start().await;
    world.sender.reply(vec![transient(None); 4]);
    for index in 0..3 {
        runtime.deliver(sms(&format!("+{index}"), 1, "hello")).await.unwrap();
    }
    until("the breaker opens", || world.sender.attempts().len() == 3).await;
    for index in 3..50 {
        runtime.deliver(sms(&format!("+{index}"), 1, "hello")).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(50)).await;
    assert_eq!(world.sender.attempts().len(), 3);
    // The probe fails: another rest, then everything leaves.
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert_eq!(world.sender.attempts().len(), 4);
    until("all have left", || {
        world.rows.outbox().iter().all(|row| row.state == EntryState::Sent)
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_refused_holds_up_no_other_tenant() {
    let world = World::with(|config| {
        config.outbox.breaker_failures = 1;
        config.outbox.breaker_rest_ms = 600_000;
    });
    let runtime = world.start().await;
    world.sender.reply([transient(None)]);
    runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
    until("the breaker opens", || world.sender.attempts().len() == 1).await;
    let InboundEvent {
        channel,
        address,
        received_at,
        payload,
        ..
    } = sms("+2", 1, "hello");
    let neighbour: TenantId = "globex".parse().unwrap();
    let dedupe = DedupeKey::derive(&neighbour, channel, &["m1"]);
    let event = InboundEvent::new(neighbour, channel, address, dedupe, received_at, payload);
    runtime.deliver(event).await.unwrap();
    until("the neighbour's has left", || {
        state(&world, 1) == Some(EntryState::Sent)
    })
    .await;
    assert_eq!(state(&world, 0), Some(EntryState::Pending), "its own account rests");
}

#[tokio::test(start_paused = true)]
async fn a_lane_keeps_its_rate_and_a_long_line_is_not_claimed_over_and_over() {
    let world = World::with(|config| {
        config.outbox.lane_rate_per_second = 10;
        config.outbox.lane_burst = 10;
    });
    let runtime = world.start().await;
    for index in 0..300 {
        runtime.deliver(sms(&format!("+{index}"), 1, "hello")).await.unwrap();
    }
    until("all have left", || {
        world.rows.outbox().iter().all(|row| row.state == EntryState::Sent)
    })
    .await;
    let attempts = world.sender.attempts();
    let took = attempts[299].0.since(attempts[0].0);
    assert!((25..=45).contains(&took.as_secs()), "{took:?}");
    assert!(
        world.store.calls(Call::Claim) < 1_500,
        "{}",
        world.store.calls(Call::Claim)
    );
}

#[tokio::test(start_paused = true)]
async fn who_comes_to_a_full_lane_has_a_place_in_line_from_the_start() {
    let world = World::with(|config| {
        config.outbox.lane_rate_per_second = 10;
        config.outbox.lane_burst = 1;
    });
    let runtime = world.start().await;
    for index in 0..2 {
        runtime.deliver(sms(&format!("+{index}"), 1, "hello")).await.unwrap();
    }
    let not_before = |index: usize| world.rows.outbox()[index].entry.not_before;
    let began = not_before(0);
    until("the second one is put off", || not_before(1) > began).await;
    for index in 2..20 {
        runtime.deliver(sms(&format!("+{index}"), 1, "hello")).await.unwrap();
        let step = not_before(index).since(not_before(index - 1));
        assert_eq!(step, Duration::from_millis(100), "{index}");
    }
    until("all have left", || {
        world.rows.outbox().iter().all(|row| row.state == EntryState::Sent)
    })
    .await;
    let settled = world.store.calls(Call::Settle);
    assert!(
        settled <= 21,
        "each was claimed and written down once, not {settled} times"
    );
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_took_effect_unheard_is_found_again() {
    for fault in [Fault::After, Fault::Before, Fault::Panic] {
        let world = World::new();
        let runtime = world.start().await;
        let mut claims = 0;
        runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
        world.store.roll(move |call| {
            claims += u32::from(call == Call::Claim);
            (call == Call::Claim && claims <= 3).then_some(fault)
        });
        until("it has left", || state(&world, 0) == Some(EntryState::Sent)).await;
        assert_eq!(world.sender.attempts().len(), 1);
        runtime.deliver(sms("+1", 2, "hello")).await.unwrap();
        until("the next one too", || state(&world, 1) == Some(EntryState::Sent)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_that_cannot_be_written_down_is_written_later() {
    for fault in [Fault::Before, Fault::After, Fault::Panic] {
        let world = World::new();
        let runtime = world.start().await;
        world.store.fail(Call::Settle, [fault, fault]);
        runtime.deliver(sms("+1", 1, "hello")).await.unwrap();
        until("it is written", || state(&world, 0) == Some(EntryState::Sent)).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(world.sender.attempts().len(), 1);
        assert_eq!(runtime.stats().sends_in_flight, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_outbox_asks_once_a_second() {
    let world = World::new();
    let _runtime = world.start().await;
    let calls = world.calls_during(Call::Claim, Duration::from_secs(100)).await;
    assert!((90..=110).contains(&calls), "{calls}");
}
