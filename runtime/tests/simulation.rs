//! Seeded lives of a runtime that crashes at any moment, over a store that fails before and after
//! taking effect, with events that come twice, late and out of order. Whatever happens, what was
//! acknowledged has exactly one turn, and what left has left once or is visibly unknown.
//!
//! `FRONTDESK_SIM_SEEDS` sets how many seeds are tried, `FRONTDESK_SIM_SEED` the only one.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender};
use frontdesk_core::{Author, DedupeKey, Epoch, EventId, InboundEvent, OutboxId, Outcome, Timestamp};
use frontdesk_runtime::testing::{
    Call, Echo, EntryState, EveryTenant, Fault, FaultyStore, ManualClock, MemoryStore, RecordingSender, Reply,
};
use frontdesk_runtime::{Config, LocalPlacement, Ports, Refused, Runtime};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::support::{LANE, sms};

const SEEDS: u64 = 200;
const CONVERSATIONS: u64 = 4;
const EVENTS: u64 = 6;

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match setting("FRONTDESK_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..setting("FRONTDESK_SIM_SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds {
        let run = catch_unwind(AssertUnwindSafe(|| Simulation::new(seed).run()));
        if let Err(panic) = run {
            eprintln!("the simulation failed; run it again with FRONTDESK_SIM_SEED={seed}");
            resume_unwind(panic);
        }
    }
}

/// SplitMix64: small, and the same everywhere.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// What the senders of events were told.
#[derive(Default)]
struct Told {
    acknowledged: HashMap<DedupeKey, u64>,
    parked: HashSet<DedupeKey>,
}

impl Told {
    fn is_over(&self, dedupe: DedupeKey) -> bool {
        self.acknowledged.contains_key(&dedupe) || self.parked.contains(&dedupe)
    }
}

struct Simulation {
    dice: Dice,
    rows: MemoryStore,
    now: Timestamp,
    epoch: i64,
    events: Vec<InboundEvent>,
    told: Arc<Mutex<Told>>,
    /// What receivers took, in order.
    taken: Vec<Entry>,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let events = (0..CONVERSATIONS * EVENTS)
            .map(|index| {
                let number = index / CONVERSATIONS;
                let text = match dice.below(12) {
                    0 => format!("timer a {}", dice.below(600)),
                    1 => format!("timer b {}; hi", dice.below(100)),
                    2 => "cancel a; hi".to_owned(),
                    3 => format!("ask {LANE} q{index}; hi"),
                    4 => format!("emit {LANE} k{index}"),
                    5 => "panic".to_owned(),
                    6 => "quiet".to_owned(),
                    _ => "hi; there".to_owned(),
                };
                sms(&format!("+{}", index % CONVERSATIONS), number, &text)
            })
            .collect();
        Self {
            dice,
            rows: MemoryStore::default(),
            now: Timestamp::from_millis(1_700_000_000_000),
            epoch: 0,
            events,
            told: Arc::default(),
            taken: Vec::new(),
        }
    }

    fn run(mut self) {
        let lives = 1 + self.dice.below(5);
        for _ in 0..lives {
            let moment = Duration::from_millis(self.dice.below(400));
            self.live(Some(moment));
        }
        self.live(None);
        self.check();
    }

    /// One process, from its start to its crash, or until everything is done.
    fn live(&mut self, crash_after: Option<Duration>) {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let (clock, sender) = tokio.block_on(async {
            let clock = ManualClock::at(self.now);
            let sender = Arc::new(RecordingSender::new(&clock));
            let store = FaultyStore::new(Arc::new(self.rows.clone()));
            if crash_after.is_some() {
                store.roll(faults(self.dice.clone()));
                sender.reply(self.replies());
            }
            self.epoch += 1;
            let work = self.work(Arc::new(store), clock.clone(), Arc::clone(&sender));
            match crash_after {
                Some(moment) => drop(tokio::time::timeout(moment, work).await),
                None => tokio::time::timeout(Duration::from_secs(600), work)
                    .await
                    .expect("everything is done in the end"),
            }
            (clock, sender)
        });
        let attempts = tokio.block_on(async { sender.attempts() });
        self.now = tokio.block_on(async { clock.now() });
        // The crash: every task is dropped wherever it is.
        drop(tokio);
        self.taken.extend(attempts.into_iter().map(|(_, entry)| entry));
        self.dice.next();
    }

    /// How receivers answer in one life: mostly they take it.
    fn replies(&mut self) -> Vec<Reply> {
        let replies = (0..40).map(|_| match self.dice.below(8) {
            0 => Reply::Fail(SendError::Transient {
                reason: "busy".to_owned(),
                retry_after_ms: None,
            }),
            1 => Reply::Answer(json!(1)),
            _ => Reply::Take,
        });
        replies.collect()
    }

    async fn work(&self, store: Arc<FaultyStore>, clock: ManualClock, sender: Arc<RecordingSender>) {
        let runtime = loop {
            let ports = Ports {
                store: Arc::clone(&store) as _,
                hot: None,
                origins: None,
                clock: Arc::new(clock.clone()),
                placement: Arc::new(LocalPlacement::new(Epoch(self.epoch))),
                tenants: Arc::new(EveryTenant),
                senders: HashMap::from([(LANE.to_owned(), Arc::clone(&sender) as Arc<dyn Sender>)]),
            };
            match Runtime::start(config(), Echo, ports).await {
                Ok(runtime) => break runtime,
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        let mut dice = self.dice.clone();
        let mut clients = tokio::task::JoinSet::new();
        for event in &self.events {
            for _ in 0..=dice.below(2) {
                let pause = Duration::from_millis(dice.below(300));
                let mut event = event.clone();
                if dice.below(2) == 0 {
                    // The provider sends it once more: another event, the same identity.
                    event.received_at = event.received_at.plus(pause);
                    event.id = EventId::new(event.dedupe, event.received_at);
                }
                clients.spawn(client(runtime.clone(), event, pause, Arc::clone(&self.told)));
            }
        }
        while let Some(ended) = clients.join_next().await {
            ended.unwrap();
        }
        while !self.is_quiet() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn is_quiet(&self) -> bool {
        let is_over = |state| !matches!(state, EntryState::Pending | EntryState::Sending);
        self.rows.timers().is_empty() && self.rows.outbox().iter().all(|row| is_over(row.state))
    }

    fn check(&self) {
        let told = self.told.lock();
        for event in &self.events {
            assert!(told.is_over(event.dedupe), "an event was never answered");
            let receipt = self.rows.receipt(event.dedupe).expect("a receipt");
            match receipt.outcome {
                Outcome::Processed { seq } => assert_eq!(told.acknowledged.get(&event.dedupe), Some(&seq)),
                Outcome::Parked => assert!(told.parked.contains(&event.dedupe)),
                Outcome::Refused { .. } => panic!("nothing was refused"),
            }
        }
        for row in self.rows.ledger() {
            assert!(row.is_balanced(), "{row:?}");
        }
        self.check_conversations(&told);
        self.check_effects();
    }

    /// Each event one turn, `seq` without gaps, the state as if nothing had ever failed.
    fn check_conversations(&self, told: &Told) {
        let mut turns: HashMap<EventId, u32> = HashMap::new();
        for stored in self.rows.conversations() {
            let records = self.rows.records(stored.id);
            assert_eq!(records.len() as u64, stored.version);
            for record in &records {
                let record: Value = serde_json::from_str(record).unwrap();
                let event = record["event"]["id"].as_str().unwrap().parse().unwrap();
                *turns.entry(event).or_default() += 1;
            }
            let messages = self.rows.messages(stored.id);
            let seqs: Vec<u64> = messages.iter().map(|message| message.seq).collect();
            assert_eq!(seqs, (1..=stored.last_seq).collect::<Vec<_>>());
            let counts: Vec<u64> = messages
                .iter()
                .filter(|message| message.author == Author::Bot)
                .filter_map(|message| message.content.text.rsplit_once('#')?.1.parse().ok())
                .collect();
            assert!(counts.is_sorted(), "the state went back: {counts:?}");
            assert!(counts.iter().all(|count| *count <= stored.version));
        }
        assert!(turns.values().all(|count| *count == 1), "an event has two turns");
        for dedupe in told.acknowledged.keys() {
            let event = self.rows.receipt(*dedupe).expect("a receipt").event;
            assert!(turns.contains_key(&event), "an acknowledged event has no turn");
        }
    }

    /// Each effect sent once or visibly unknown, in the order of its line.
    fn check_effects(&self) {
        let mut tries: HashMap<OutboxId, usize> = HashMap::new();
        let mut last: HashMap<_, u64> = HashMap::new();
        for entry in &self.taken {
            *tries.entry(entry.id).or_default() += 1;
            let last = last.entry((entry.conversation, entry.lane.clone())).or_default();
            assert!(entry.ordinal >= *last, "an effect overtook another one");
            assert_eq!(entry.unsure_since, None, "what may have left was sent again");
            *last = entry.ordinal;
        }
        let mut answers = HashSet::new();
        for stored in self.rows.conversations() {
            for record in self.rows.records(stored.id) {
                let record: Value = serde_json::from_str(&record).unwrap();
                if let Some(inquiry) = record["event"]["inquiry"].as_str() {
                    assert!(answers.insert(inquiry.to_owned()), "an inquiry was answered twice");
                }
            }
        }
        for row in self.rows.outbox() {
            let tries = tries.get(&row.entry.id).copied().unwrap_or(0);
            let counted = row.entry.attempts as usize;
            // A lost settlement is written again, never sent again; an unknown one may not have left.
            let is_unknown = row.state == EntryState::Unknown;
            assert!(is_unknown || row.state == EntryState::Sent, "{row:?}");
            // Whoever may have left is asked after, which counts too.
            let is_asked_after = row.entry.unsure_since.is_some();
            assert!(
                tries == counted || (is_asked_after && tries < counted),
                "{tries} tries: {row:?}"
            );
            if let Cargo::Inquiry(inquiry) = &row.entry.cargo
                && row.state == EntryState::Sent
            {
                assert!(answers.contains(&inquiry.name), "an answer was lost");
            }
        }
    }
}

/// Sends an event until it is told what became of it.
async fn client(runtime: Runtime<Echo>, event: InboundEvent, pause: Duration, told: Arc<Mutex<Told>>) {
    tokio::time::sleep(pause).await;
    loop {
        match runtime.deliver(event.clone()).await {
            Ok(delivered) => {
                let mut told = told.lock();
                let seq = *told.acknowledged.entry(event.dedupe).or_insert(delivered.seq);
                assert_eq!(seq, delivered.seq, "acknowledged as two things");
                return;
            }
            Err(Refused::Parked) => {
                told.lock().parked.insert(event.dedupe);
                return;
            }
            Err(Refused::Busy { .. } | Refused::Unavailable) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(other) => panic!("{other}"),
        }
    }
}

fn faults(mut dice: Dice) -> impl FnMut(Call) -> Option<Fault> + Send + 'static {
    move |call| match dice.below(60) {
        0..3 => Some(Fault::Before),
        3..6 => Some(Fault::After),
        // The start itself has nobody who would start it again.
        6 if !matches!(call, Call::Ping | Call::AbandonClaims) => Some(Fault::Panic),
        _ => None,
    }
}

/// Everything happens soon.
fn config() -> Config {
    let mut config = Config::default();
    config.admission.per_conversation_max = 5;
    config.commit.deadline_ms = 100;
    config.commit.batch_turns_max = 3;
    config.passivation.idle_ms = 10;
    config.passivation.sweep_ms = 7;
    config.timers.window_ms = 200;
    config.timers.batch_max = 2;
    config.timers.retry_ms = 20;
    config.outbox.poll_ms = 50;
    config.outbox.claim_max = 3;
    config.outbox.backoff_base_ms = 20;
    config.outbox.backoff_max_ms = 40;
    config.outbox.attempts_max = 100;
    config
}
