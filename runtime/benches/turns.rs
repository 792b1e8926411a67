//! What a turn costs the runtime itself: the echoing dialogue on a store that accepts everything
//! and keeps nothing.
//!
//! `cargo bench -p frontdesk-runtime` prints turns per second, CPU time per turn, and the memory of
//! a live conversation.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::{Claim, Entry, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::{Committed, Error, Store, Stored};
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{
    ChannelKind, ConversationId, DeadLetterId, DedupeKey, Epoch, InboundEvent, Message, Payload, Receipt, TenantId,
    Timestamp, Turn, UserMessage,
};
use frontdesk_runtime::testing::{Echo, EveryTenant};
use frontdesk_runtime::{Config, LocalPlacement, Ports, Runtime, SystemClock};

const CONVERSATIONS: usize = 500;
const TURNS: usize = 400;
const IDLE: usize = 50_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    tokio.block_on(async {
        let runtime = start().await?;
        round(&runtime, "warm", CONVERSATIONS, 50).await;
        let (cpu, started) = (cpu_time(), Instant::now());
        round(&runtime, "warm", CONVERSATIONS, TURNS).await;
        let turns = f64::from(u32::try_from(CONVERSATIONS * TURNS)?);
        println!("{:.0} turns/s", turns / started.elapsed().as_secs_f64());
        println!("{:.2} µs CPU a turn", (cpu_time() - cpu).as_secs_f64() * 1e6 / turns);

        let before = resident_kib();
        round(&runtime, "idle", IDLE, 1).await;
        let idle = f64::from(u32::try_from(IDLE)?);
        let kib = f64::from(u32::try_from(resident_kib() - before)?);
        println!("{:.2} KiB a live conversation", kib / idle);
        runtime.shutdown().await;
        Ok(())
    })
}

async fn start() -> Result<Runtime<Echo>, frontdesk_runtime::StartError> {
    let ports = Ports {
        store: Arc::new(Nowhere),
        hot: None,
        origins: None,
        clock: Arc::new(SystemClock),
        placement: Arc::new(LocalPlacement::new(Epoch(1))),
        tenants: Arc::new(EveryTenant),
        senders: HashMap::new(),
    };
    Runtime::start(Config::default(), Echo, ports).await
}

/// Each conversation says so many words, waiting for its answer each time; at most
/// [`CONVERSATIONS`] at once.
async fn round(runtime: &Runtime<Echo>, name: &'static str, conversations: usize, turns: usize) {
    for first in (0..conversations).step_by(CONVERSATIONS) {
        let mut clients = tokio::task::JoinSet::new();
        for index in first..(first + CONVERSATIONS).min(conversations) {
            let runtime = runtime.clone();
            clients.spawn(async move {
                for number in 0..turns {
                    let event = said(&format!("{name}{index}"), number, turns);
                    runtime.deliver(event).await.expect("the store accepts everything");
                }
            });
        }
        clients.join_all().await;
    }
}

fn said(thread: &str, number: usize, turns: usize) -> InboundEvent {
    let tenant: TenantId = "acme".parse().expect("a short name");
    let id = format!("{turns}-{number}");
    let dedupe = DedupeKey::derive(&tenant, ChannelKind::WebChat, &[thread, &id]);
    let payload = Payload::Message(UserMessage {
        text: "Do you have a table for four on Friday?".into(),
        external_id: Some(id),
        ..UserMessage::default()
    });
    let at = Timestamp::from_millis(1_700_000_000_000);
    InboundEvent::new(tenant, ChannelKind::WebChat, thread, dedupe, at, payload)
}

/// CPU time of the process so far, in the kernel's ticks of 10 ms.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse().ok())
        .unwrap_or(0)
}

/// Accepts every turn and keeps none.
struct Nowhere;

#[async_trait]
impl Store for Nowhere {
    async fn commit(&self, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
        Ok(vec![Committed::Done; turns.len()])
    }

    async fn refuse(&self, _: &[Receipt]) -> Result<(), Error> {
        Ok(())
    }

    async fn load(&self, _: &[ConversationId]) -> Result<Vec<Stored>, Error> {
        Ok(Vec::new())
    }

    async fn history(&self, _: ConversationId, _: u64, _: u32) -> Result<Vec<Message>, Error> {
        Ok(Vec::new())
    }

    async fn due_timers(&self, _: &Window) -> Result<Vec<DueTimer>, Error> {
        Ok(Vec::new())
    }

    async fn claim(&self, _: &Claim) -> Result<Vec<Entry>, Error> {
        Ok(Vec::new())
    }

    async fn claimed(&self, _: &Ownership) -> Result<Vec<Entry>, Error> {
        Ok(Vec::new())
    }

    async fn settle(&self, _: &[Settlement]) -> Result<(), Error> {
        Ok(())
    }

    async fn abandon_claims(&self, _: &Ownership) -> Result<u64, Error> {
        Ok(0)
    }

    async fn park(&self, _: &DeadLetter) -> Result<(), Error> {
        Ok(())
    }

    async fn parked(&self, _: DeadLetterId, _: Option<&TenantId>) -> Result<Option<DeadLetter>, Error> {
        Ok(None)
    }

    async fn resolve(&self, _: &InboundEvent, _: &str, _: Timestamp) -> Result<(), Error> {
        Ok(())
    }

    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}
