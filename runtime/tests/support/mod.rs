//! What every test starts from.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use frontdesk_core::ports::outbox::Sender;
use frontdesk_core::{
    Behaviour, ChannelKind, ConversationId, DedupeKey, Epoch, InboundEvent, Payload, TenantId, Timestamp, UserMessage,
};
use frontdesk_runtime::testing::{Call, Echo, EveryTenant, FaultyStore, ManualClock, MemoryStore, RecordingSender};
use frontdesk_runtime::{Config, Delivered, LocalPlacement, Ports, Refused, Runtime, Tenants};

/// The lane that every test can send over.
pub const LANE: &str = "sms";

/// A store and everything around it, which outlives the runtimes started on it.
pub struct World {
    pub rows: MemoryStore,
    pub store: Arc<FaultyStore>,
    pub clock: ManualClock,
    pub sender: Arc<RecordingSender>,
    pub config: Config,
    epoch: AtomicI64,
}

impl World {
    pub fn new() -> Self {
        let rows = MemoryStore::default();
        let clock = ManualClock::at(Timestamp::from_millis(1_700_000_000_000));
        Self {
            store: Arc::new(FaultyStore::new(Arc::new(rows.clone()))),
            sender: Arc::new(RecordingSender::new(&clock)),
            rows,
            clock,
            config: Config::default(),
            epoch: AtomicI64::new(0),
        }
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut world = Self::new();
        change(&mut world.config);
        world
    }

    /// Starts the echoing dialogue.
    pub async fn start(&self) -> Runtime<Echo> {
        self.start_with(Echo, Arc::new(EveryTenant)).await
    }

    pub async fn start_with<B: Behaviour>(&self, behaviour: B, tenants: Arc<dyn Tenants<B>>) -> Runtime<B> {
        let epoch = self.epoch.fetch_add(1, Ordering::Relaxed) + 1;
        let sender: Arc<dyn Sender> = Arc::clone(&self.sender) as _;
        let ports = Ports {
            store: Arc::clone(&self.store) as _,
            hot: None,
            origins: None,
            clock: Arc::new(self.clock.clone()),
            placement: Arc::new(LocalPlacement::new(Epoch(epoch))),
            tenants,
            senders: HashMap::from([(LANE.to_owned(), sender)]),
        };
        Runtime::start(self.config.clone(), behaviour, ports).await.unwrap()
    }

    pub fn texts(&self, id: ConversationId) -> Vec<String> {
        let messages = self.rows.messages(id);
        messages
            .iter()
            .map(|message| message.content.text.as_str().to_owned())
            .collect()
    }

    pub fn assert_balanced(&self) {
        for row in self.rows.ledger() {
            assert!(row.is_balanced(), "{row:?}");
        }
    }

    /// How often the store is called while tokio's time goes on for so long.
    pub async fn calls_during(&self, call: Call, pause: Duration) -> u64 {
        let before = self.store.calls(call);
        tokio::time::sleep(pause).await;
        self.store.calls(call) - before
    }
}

pub fn tenant() -> TenantId {
    "acme".parse().unwrap()
}

/// What somebody wrote in a chat as their `number`-th message.
pub fn chat(thread: &str, number: u64, text: &str) -> InboundEvent {
    message(ChannelKind::WebChat, thread, number, text)
}

/// The same over a channel whose answers leave through the outbox.
pub fn sms(address: &str, number: u64, text: &str) -> InboundEvent {
    message(ChannelKind::Sms, address, number, text)
}

fn message(channel: ChannelKind, address: &str, number: u64, text: &str) -> InboundEvent {
    let id = format!("m{number}");
    let dedupe = DedupeKey::derive(&tenant(), channel, &[address, &id]);
    let payload = Payload::Message(UserMessage {
        text: text.into(),
        external_id: Some(id),
        ..UserMessage::default()
    });
    let at = Timestamp::from_millis(1_700_000_000_000);
    InboundEvent::new(tenant(), channel, address, dedupe, at, payload)
}

/// Delivers in a task of its own.
pub fn send<B: Behaviour>(
    runtime: &Runtime<B>,
    event: InboundEvent,
) -> tokio::task::JoinHandle<Result<Delivered, Refused>> {
    let runtime = runtime.clone();
    tokio::spawn(async move { runtime.deliver(event).await })
}

/// Waits until something is so; fails when it is not within ten minutes of paused time.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..60_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}
