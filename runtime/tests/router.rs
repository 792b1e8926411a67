//! From an event to its conversation: one at a time, in order, for its owner only.

use std::sync::Arc;

use frontdesk_core::{Author, InboundEvent, Outcome, TenantId};
use frontdesk_runtime::testing::{Call, Echo};
use frontdesk_runtime::{Live, Refused, Tenants, next_session};
use tokio::sync::mpsc;

use crate::support::{World, chat, send, until};

#[tokio::test(start_paused = true)]
async fn events_of_a_conversation_have_their_turns_in_order() {
    let world = World::new();
    let runtime = world.start().await;
    let waiting: Vec<_> = (0..30)
        .map(|number| send(&runtime, chat("t", number, &number.to_string())))
        .collect();
    for (index, answer) in waiting.into_iter().enumerate() {
        let delivered = answer.await.unwrap().unwrap();
        assert_eq!(delivered.seq, index as u64 * 2 + 1);
    }
    let texts = world.texts(chat("t", 0, "").conversation);
    assert_eq!(texts.len(), 60);
    for (index, pair) in texts.chunks(2).enumerate() {
        assert_eq!(pair, [index.to_string(), format!("{index} #{}", index + 1)]);
    }
    assert_eq!(runtime.stats().live_conversations, 1);
}

#[tokio::test(start_paused = true)]
async fn the_same_event_at_once_is_one_turn() {
    let world = World::new();
    let runtime = world.start().await;
    let waiting: Vec<_> = (0..20).map(|_| send(&runtime, chat("t", 1, "hello"))).collect();
    let mut turns = 0;
    for answer in waiting {
        let delivered = answer.await.unwrap().unwrap();
        assert_eq!(delivered.seq, 1);
        turns += u32::from(!delivered.is_duplicate);
    }
    assert_eq!(turns, 1);
    assert_eq!(world.rows.records(chat("t", 1, "").conversation).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_long_gone_by_is_known_from_its_receipt() {
    let world = World::new();
    let runtime = world.start().await;
    for number in 1..=40 {
        runtime.deliver(chat("t", number, "hello")).await.unwrap();
    }
    let again = runtime.deliver(chat("t", 1, "hello")).await.unwrap();
    assert_eq!((again.seq, again.is_duplicate), (1, true));
    assert_eq!(runtime.deliver(chat("t", 41, "hello")).await.unwrap().seq, 81);
}

fn from(sender: &str, number: u64) -> InboundEvent {
    InboundEvent {
        sender: Some(sender.into()),
        ..chat("t", number, "hello")
    }
}

#[tokio::test(start_paused = true)]
async fn a_conversation_is_its_first_senders() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(from("ana", 1)).await.unwrap();
    let foreign = from("eve", 2);
    assert_eq!(runtime.deliver(foreign.clone()).await, Err(Refused::Forbidden));
    runtime.deliver(from("ana", 3)).await.unwrap();
    until("the refusal is written", || {
        world.rows.receipt(foreign.dedupe).is_some()
    })
    .await;
    let receipt = world.rows.receipt(foreign.dedupe).unwrap();
    assert!(matches!(receipt.outcome, Outcome::Refused { .. }), "{receipt:?}");
    assert_eq!(world.rows.records(foreign.conversation).len(), 2);
    world.assert_balanced();

    // Known from the store alone too.
    let other = world.start().await;
    assert_eq!(other.deliver(from("eve", 4)).await, Err(Refused::Forbidden));
}

struct Nobody;

impl Tenants<Echo> for Nobody {
    fn get(&self, _: &TenantId) -> Option<Arc<()>> {
        None
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_tenant_gets_no_turn() {
    let world = World::new();
    let runtime = world.start_with(Echo, Arc::new(Nobody)).await;
    assert_eq!(
        runtime.deliver(chat("t", 1, "hello")).await,
        Err(Refused::UnknownTenant)
    );
    assert_eq!(runtime.stats().live_conversations, 0);
}

#[tokio::test(start_paused = true)]
async fn sockets_hear_what_is_committed_but_not_their_own_words() {
    let world = World::new();
    let runtime = world.start().await;
    let (mine, other) = (next_session(), next_session());
    let (to_mine, mut at_mine) = mpsc::channel(8);
    let (to_other, mut at_other) = mpsc::channel(8);
    let mut event = chat("t", 1, "hello");
    event.origin = Some(mine);
    let _first = runtime.join(event.conversation, mine, to_mine);
    let _second = runtime.join(event.conversation, other, to_other);
    runtime.deliver(event).await.unwrap();
    let heard = |at: &mut mpsc::Receiver<Live>| {
        let mut authors = Vec::new();
        while let Ok(live) = at.try_recv() {
            match live {
                Live::Message(message) => authors.push((message.seq, message.author)),
                Live::Typing(_) | Live::Drafting { .. } => panic!("nobody typed"),
            }
        }
        authors
    };
    assert_eq!(heard(&mut at_mine), [(2, Author::Bot)]);
    assert_eq!(heard(&mut at_other), [(1, Author::User), (2, Author::Bot)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_can_be_asked_for_in_batches() {
    let world = World::new();
    let runtime = world.start().await;
    runtime.deliver(chat("t", 1, "hello")).await.unwrap();
    let id = chat("t", 1, "").conversation;
    let before = world.store.calls(Call::Load);
    let asked = (0..100).map(|_| runtime.stored(id));
    for stored in futures_util::future::join_all(asked).await {
        assert_eq!(stored.unwrap().unwrap().last_seq, 2);
    }
    assert!(world.store.calls(Call::Load) - before <= 3);
    assert_eq!(runtime.stored(chat("nobody", 1, "").conversation).await, Ok(None));
    let history = runtime.history(id, 1, 10).await.unwrap();
    assert_eq!(history.iter().map(|message| message.seq).collect::<Vec<_>>(), [2]);
}
