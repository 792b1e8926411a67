//! Durable turns a second by batch size, beside the same rows written raw.
//!
//! `cargo bench -p frontdesk-storage` measures SQLite; with `FRONTDESK_TEST_POSTGRES` set, Postgres
//! too, in a database of its own.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot be set up ends at once")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use frontdesk_core::ports::store::Committed;
use frontdesk_core::records::{ContactChange, LeadChange, PersonKey, Proved, Record};
use frontdesk_core::{
    Author, ChannelKind, Content, ConversationStatus, DedupeKey, DeliveryStatus, InboundEvent, Message, Outcome,
    Payload, Receipt, TenantId, TimerChange, Timestamp, Turn, UserMessage,
};
use frontdesk_storage::{Config, Database, open};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Turns of one dialogue: the last one writes a contact and a lead.
const DIALOGUE: u64 = 5;

const BATCHES: [usize; 4] = [1, 16, 128, 512];

/// Conversations that go on at the same time.
const CONVERSATIONS: usize = 512;

/// Batches of turns without end: dialogues of five turns, new ones after old ones.
struct Turns {
    tenant: TenantId,
    versions: Vec<(u64, u64)>,
    next: usize,
    run: u128,
}

impl Turns {
    fn new() -> Self {
        Self {
            tenant: "demo-catering".parse().unwrap(),
            versions: vec![(0, 0); CONVERSATIONS],
            next: 0,
            run: uuid::Uuid::new_v4().as_u128(),
        }
    }

    fn batch(&mut self, size: usize) -> Vec<Turn> {
        (0..size).map(|_| self.turn()).collect()
    }

    fn turn(&mut self) -> Turn {
        let slot = self.next;
        self.next = (self.next + 1) % CONVERSATIONS;
        let (dialogue, version) = &mut self.versions[slot];
        if *version == DIALOGUE {
            (*dialogue, *version) = (*dialogue + 1, 0);
        }
        *version += 1;
        let address = format!("{:x}-{slot}-{dialogue}", self.run);
        sample(&self.tenant, &address, *version)
    }
}

/// A turn of the size that a real one has: some 2 KB of state, record and words.
fn sample(tenant: &TenantId, address: &str, version: u64) -> Turn {
    let at = Timestamp::from_millis(1_790_000_000_000 + i64::try_from(version).unwrap());
    let id = format!("client-message-{version}");
    let dedupe = DedupeKey::derive(tenant, ChannelKind::WebChat, &[address, &id]);
    let payload = Payload::Message(UserMessage::default());
    let event = InboundEvent::new(tenant.clone(), ChannelKind::WebChat, address, dedupe, at, payload);
    let seq = version * 2 - 1;
    let message = |ordinal: usize, author, text: &str| Message {
        id: event.id.message(ordinal),
        seq: seq + ordinal as u64,
        author,
        content: Content::text(text),
        at,
        status: DeliveryStatus::Delivered,
        reason: None,
        external_id: (ordinal == 0).then(|| id.clone()),
    };
    let records = if version == DIALOGUE {
        records(&event)
    } else {
        Vec::new()
    };
    Turn {
        conversation: event.conversation,
        tenant: tenant.clone(),
        channel: event.channel,
        address: event.address.clone(),
        owner: Some("visitor-0123456789abcdef".into()),
        version,
        last_seq: seq + 1,
        status: ConversationStatus::Open,
        snapshot: format!("{{\"slots\":\"{}\"}}", "state ".repeat(100)),
        record: format!("{{\"decisions\":\"{}\"}}", "why ".repeat(250)),
        receipt: Receipt {
            dedupe,
            event: event.id,
            tenant: tenant.clone(),
            channel: event.channel,
            conversation: event.conversation,
            kind: "message".to_owned(),
            received_at: at,
            outcome: Outcome::Processed { seq },
        },
        is_replay: false,
        messages: vec![
            message(0, Author::User, "me llamo Ana, my number is five five five 0123"),
            message(
                1,
                Author::Bot,
                "Thank you, Ana! And which email address may we write to?",
            ),
        ],
        status_changes: Vec::new(),
        timers: vec![TimerChange::Set {
            name: "nudge".into(),
            due: at.plus(Duration::from_secs(600)),
        }],
        outbox: Vec::new(),
        records,
        at,
    }
}

fn records(event: &InboundEvent) -> Vec<Record> {
    let key = PersonKey::phone(&event.address);
    vec![
        Record::Contact(ContactChange {
            id: event.id.record(0),
            key: key.clone(),
            name: Some("Ana".into()),
            phone: Some("+15550123".into()),
            phone_extension: None,
            email: Some("ana@example.com".into()),
            language: None,
            proved: Proved::default(),
        }),
        Record::Lead(LeadChange {
            id: event.id.record(1),
            key,
            source: "CHAT".to_owned(),
            name: Some("Ana".into()),
            phone: Some("+15550123".into()),
            email: Some("ana@example.com".into()),
            context: serde_json::Map::new(),
            proved: Proved::default(),
        }),
    ]
}

/// Commits `count` batches and returns how long the store took, without the making of the turns.
async fn commit(db: &Database, turns: &mut Turns, size: usize, count: u64) -> Duration {
    let mut spent = Duration::ZERO;
    for _ in 0..count {
        let batch = turns.batch(size);
        let start = Instant::now();
        let answers = db.store.commit(&batch).await.unwrap();
        spent += start.elapsed();
        assert!(answers.iter().all(|answer| *answer == Committed::Done));
    }
    spent
}

fn store(criterion: &mut Criterion, runtime: &Runtime, name: &str, db: &Database) {
    let mut turns = Turns::new();
    let mut group = criterion.benchmark_group(name);
    for size in BATCHES {
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter_custom(|count| runtime.block_on(commit(db, &mut turns, size, count)));
        });
        // The next size starts with whole dialogues.
        turns = Turns::new();
    }
    group.finish();
}

/// The ceiling: the same bytes in one table without keys, indexes or checks.
async fn raw(connection: &mut SqliteConnection, turns: &mut Turns, size: usize, count: u64) -> Duration {
    let mut spent = Duration::ZERO;
    for _ in 0..count {
        let batch = turns.batch(size);
        let start = Instant::now();
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
        for chunk in batch.chunks(16) {
            let sql = concat!(
                "INSERT INTO raw SELECT * FROM (VALUES (?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),",
                "(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?),(?,?,?,?))",
                " WHERE column1 IS NOT NULL"
            );
            let query = chunk.iter().fold(sqlx::query(sql), |query, turn| {
                let text = |index: usize| turn.messages[index].content.text.as_str();
                query
                    .bind(turn.snapshot.as_str())
                    .bind(turn.record.as_str())
                    .bind(text(0))
                    .bind(text(1))
            });
            query.execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
        spent += start.elapsed();
        black_box(&batch);
    }
    spent
}

fn sqlite(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let dir = TempDir::new().unwrap();
    let config = Config {
        data_dir: dir.path().to_owned(),
        ..Config::default()
    };
    let db = runtime.block_on(open(&config)).unwrap();
    store(criterion, &runtime, "sqlite", &db);

    let options = SqliteConnectOptions::new()
        .filename(dir.path().join("raw.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = runtime.block_on(options.connect()).unwrap();
    let table = connection.execute("CREATE TABLE raw (snapshot TEXT, record TEXT, asked TEXT, answered TEXT)");
    runtime.block_on(table).unwrap();
    let mut turns = Turns::new();
    let mut group = criterion.benchmark_group("sqlite raw rows");
    for size in BATCHES {
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter_custom(|count| runtime.block_on(raw(&mut connection, &mut turns, size, count)));
        });
    }
    group.finish();
}

fn postgres(criterion: &mut Criterion) {
    let Ok(server) = std::env::var("FRONTDESK_TEST_POSTGRES") else {
        eprintln!("FRONTDESK_TEST_POSTGRES is not set: only SQLite is measured");
        return;
    };
    let runtime = Runtime::new().unwrap();
    let name = format!("bench_{}", uuid::Uuid::new_v4().simple());
    let admin = |sql: String| {
        runtime.block_on(async {
            let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
            let mut connection = options.connect().await.unwrap();
            connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        });
    };
    admin(format!("CREATE DATABASE {name}"));
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let config = Config {
        url: Some(format!("{base}/{name}")),
        ..Config::default()
    };
    let db = runtime.block_on(open(&config)).unwrap();
    store(criterion, &runtime, "postgres", &db);
    drop(db);
    admin(format!("DROP DATABASE {name} WITH (FORCE)"));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4));
    targets = sqlite, postgres
}
criterion_main!(benches);
