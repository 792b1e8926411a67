//! How long every list, search and report takes on a database that has grown.
//!
//! `cargo bench -p frontdesk-storage --bench pages` fills a database of its own on Postgres, if
//! `FRONTDESK_TEST_POSTGRES` is set, with as many conversations as `FRONTDESK_BENCH_CONVERSATIONS` says
//! (1,000,000), and SQLite with a tenth of them, each of five turns and ten messages; and reads each
//! page several times: of every tenant, of one that has half of the rows, of one with few. Whatever
//! takes longer than a page may is marked, and the program ends with 1.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot be set up ends at once")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use frontdesk_core::ports::desk::{Filter, Order, Search};
use frontdesk_core::ports::reader::{Cursor, LeadFilter, MessageFilter, Page, Scope};
use frontdesk_core::{ChannelKind, ConversationStatus, DeliveryStatus, TenantId, Timestamp};
use frontdesk_storage::{Config, Database, open};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};
use tempfile::TempDir;
use uuid::Uuid;

/// What a page may take.
const PAGE_MAX: Duration = Duration::from_millis(50);
/// How often each is read.
const ROUNDS: usize = 15;
/// From one conversation to the next.
const APART_MS: i64 = 90_000;
/// When the first one began.
const BEGAN: i64 = 1_700_000_000_000;

/// The rows, for SQLite: `?1` conversations, each with five turns, as many receipts and ten messages; half
/// of the people are known, a quarter reads the newsletter.
const SQLITE: [&str; 9] = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO conversations (number, id, tenant, channel, address, shard, version, last_seq, status, snapshot, created_at, updated_at)
     SELECT i, randomblob(16), CASE WHEN i % 2 = 0 THEN 'half' WHEN i % 1000 = 1 THEN 'few' ELSE 'tenant-' || (i % 40) END,
            CASE i % 4 WHEN 0 THEN 'sms' WHEN 1 THEN 'whatsapp' ELSE 'web_chat' END, '+1' || (2000000000 + i), 0, 5, 10,
            CASE WHEN i % 1500 = 0 THEN 'needs_person' WHEN i % 1700 = 0 THEN 'with_person' WHEN i % 3 = 0 THEN 'open' ELSE 'done' END,
            '{\"schema\":1,\"language\":\"en\",\"intent\":\"reservation\"}', 1700000000000 + i * 90000, 1700000000000 + i * 90000 FROM n",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO turns SELECT number, turn, created_at + turn * 1000, '{\"event\":{\"kind\":\"message\"},\"decisions\":[]}'
     FROM conversations CROSS JOIN v WHERE ?1 > 0",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO messages (conversation, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT number, turn * 2 - 1, randomblob(16), 'user', 'Hello, a table for ' || (number % 50), NULL,
            created_at + turn * 1000, 'delivered', 5, NULL, NULL, tenant
     FROM conversations CROSS JOIN v WHERE ?1 > 0",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO messages (conversation, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT number, turn * 2, randomblob(16), 'bot', 'Could you share your full name?', NULL,
            created_at + turn * 1000, CASE WHEN number % 2500 < 2 THEN 'failed' ELSE 'sent' END,
            CASE WHEN number % 2500 < 2 THEN 4 ELSE 3 END, NULL, NULL, tenant
     FROM conversations CROSS JOIN v WHERE ?1 > 0",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO receipts SELECT number, randomblob(16), randomblob(16), tenant, channel, id, 'message', created_at, 'processed', 1, NULL
     FROM conversations CROSS JOIN v WHERE ?1 > 0",
    "INSERT INTO contacts (id, tenant, person, name, phone, email, conversation_id, created_at, updated_at)
     SELECT randomblob(16), tenant, address, 'Maria ' || number, address, 'maria' || number || '@example.com', id, created_at, created_at
     FROM conversations WHERE number % 4 < 2",
    "INSERT INTO leads (id, tenant, person, source, status, name, phone, email, context, channel, conversation_id, created_at, updated_at)
     SELECT randomblob(16), tenant, address, CASE WHEN number % 100 < 2 THEN 'BOOKING' ELSE 'CHAT' END,
            CASE WHEN number % 50 < 2 THEN 'new' ELSE 'handled' END, 'Maria ' || number, address, 'maria' || number || '@example.com', '{}',
            channel, id, created_at, created_at
     FROM conversations WHERE number % 4 < 2",
    "INSERT INTO newsletter (id, tenant, email, source, email_consent, sms_consent, subscribed_at)
     SELECT randomblob(16), tenant, 'maria' || number || '@example.com', 'CHAT', 1, 0, created_at FROM conversations WHERE number % 8 < 2",
    "INSERT INTO consents (id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at)
     SELECT randomblob(16), tenant, channel, id, address, 'newsletter', 1, 'News?', 'yes', created_at FROM conversations WHERE number % 8 < 2",
];

/// The same rows for Postgres.
const POSTGRES: [&str; 9] = [
    "INSERT INTO conversations (id, tenant, channel, address, shard, version, last_seq, status, snapshot, created_at, updated_at)
     SELECT gen_random_uuid(), CASE WHEN i % 2 = 0 THEN 'half' WHEN i % 1000 = 1 THEN 'few' ELSE 'tenant-' || (i % 40) END,
            CASE i % 4 WHEN 0 THEN 'sms' WHEN 1 THEN 'whatsapp' ELSE 'web_chat' END, '+1' || (2000000000 + i), 0, 5, 10,
            CASE WHEN i % 1500 = 0 THEN 'needs_person' WHEN i % 1700 = 0 THEN 'with_person' WHEN i % 3 = 0 THEN 'open' ELSE 'done' END,
            '{\"schema\":1,\"language\":\"en\",\"intent\":\"reservation\"}', 1700000000000 + i * 90000, 1700000000000 + i * 90000
     FROM generate_series(1::bigint, $1) AS i",
    "INSERT INTO turns SELECT id, turn, created_at + turn * 1000, '{\"event\":{\"kind\":\"message\"},\"decisions\":[]}'
     FROM conversations, generate_series(1, 5) AS turn WHERE $1::bigint > 0",
    "INSERT INTO messages (conversation_id, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT id, turn * 2 - 1, gen_random_uuid(), 'user', 'Hello, a table for ' || (created_at / 90000 % 50), NULL,
            created_at + turn * 1000, 'delivered', 5, NULL, NULL, tenant
     FROM conversations, generate_series(1, 5) AS turn WHERE $1::bigint > 0",
    "INSERT INTO messages (conversation_id, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT id, turn * 2, gen_random_uuid(), 'bot', 'Could you share your full name?', NULL,
            created_at + turn * 1000, CASE WHEN created_at / 90000 % 2500 < 2 THEN 'failed' ELSE 'sent' END,
            CASE WHEN created_at / 90000 % 2500 < 2 THEN 4 ELSE 3 END, NULL, NULL, tenant
     FROM conversations, generate_series(1, 5) AS turn WHERE $1::bigint > 0",
    "INSERT INTO receipts SELECT gen_random_uuid(), gen_random_uuid(), tenant, channel, id, 'message', created_at, 'processed', 1, NULL
     FROM conversations, generate_series(1, 5) WHERE $1::bigint > 0",
    "INSERT INTO contacts (id, tenant, person, name, phone, email, conversation_id, created_at, updated_at)
     SELECT gen_random_uuid(), tenant, address, 'Maria ' || n, address, 'maria' || n || '@example.com', id, created_at, created_at
     FROM (SELECT *, (created_at - 1700000000000) / 90000 AS n FROM conversations) AS c WHERE n % 4 < 2 AND $1::bigint > 0",
    "INSERT INTO leads (id, tenant, person, source, status, name, phone, email, context, channel, conversation_id, created_at, updated_at)
     SELECT gen_random_uuid(), tenant, address, CASE WHEN n % 100 < 2 THEN 'BOOKING' ELSE 'CHAT' END,
            CASE WHEN n % 50 < 2 THEN 'new' ELSE 'handled' END, 'Maria ' || n, address, 'maria' || n || '@example.com', '{}',
            channel, id, created_at, created_at
     FROM (SELECT *, (created_at - 1700000000000) / 90000 AS n FROM conversations) AS c WHERE n % 4 < 2 AND $1::bigint > 0",
    "INSERT INTO newsletter (id, tenant, email, source, email_consent, sms_consent, subscribed_at)
     SELECT gen_random_uuid(), tenant, 'maria' || n || '@example.com', 'CHAT', true, false, created_at
     FROM (SELECT *, (created_at - 1700000000000) / 90000 AS n FROM conversations) AS c WHERE n % 8 < 2 AND $1::bigint > 0",
    "INSERT INTO consents (id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at)
     SELECT gen_random_uuid(), tenant, channel, id, address, 'newsletter', true, 'News?', 'yes', created_at
     FROM (SELECT *, (created_at - 1700000000000) / 90000 AS n FROM conversations) AS c WHERE n % 8 < 2 AND $1::bigint > 0",
];

/// Times what a block reads, and prints it in a line.
macro_rules! time {
    ($slow:ident, $scope:expr, $name:literal, $read:expr) => {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            $read.await.unwrap();
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let (median, longest) = (times[ROUNDS / 2], times[ROUNDS - 1]);
        let mark = if median > PAGE_MAX { "  TOO SLOW" } else { "" };
        println!("  {:<12} {:<28} {median:>10.1?} {longest:>10.1?}{mark}", $scope, $name);
        $slow |= median > PAGE_MAX;
    };
}

/// Reads every page; whether one was too slow.
async fn pages(db: &Database, conversations: i64) -> bool {
    let end = BEGAN + conversations * APART_MS;
    let first = Page { after: None, limit: 50 };
    let middle = Page {
        after: Some(Cursor {
            at: Timestamp::from_millis(BEGAN + conversations / 2 * APART_MS),
            id: Uuid::nil(),
        }),
        limit: 50,
    };
    let of = |name: &str| Scope::Tenant(name.parse::<TenantId>().unwrap());
    // The rows were written by nobody who keeps the books.
    let (opened, begun) = (db.books.opened_at().await.unwrap(), Instant::now());
    db.books.open(opened, Timestamp::from_millis(end)).await.unwrap();
    println!("  the ledger's first count took {:.1?}", begun.elapsed());
    let (now, begun) = (Timestamp::from_millis(end), Instant::now());
    while db.recount.recount_sources(now, now).await.unwrap() {}
    println!("  a round of the sources took {:.1?}", begun.elapsed());
    let mut slow = false;
    for (name, scope) in [("every tenant", Scope::All), ("half", of("half")), ("few", of("few"))] {
        let (reader, desk, scope) = (&db.reader, &db.desk, &scope);
        let days = |days: i64| Timestamp::from_millis(end - days * 86_400_000);
        let newest = Order::NewestFirst;
        let (any, waiting) = (Filter::default(), Filter::of(Some(ConversationStatus::NeedsPerson)));
        let (open, done) = (
            Filter::of(Some(ConversationStatus::Open)),
            Filter::of(Some(ConversationStatus::Done)),
        );
        let rare = Filter {
            channel: Some(ChannelKind::Voice),
            ..Filter::default()
        };
        time!(slow, name, "conversations", reader.conversations(scope, None, first));
        time!(
            slow,
            name,
            "conversations, further on",
            reader.conversations(scope, None, middle)
        );
        time!(slow, name, "queue", desk.queue(scope, &any, newest, first));
        time!(
            slow,
            name,
            "queue, needs a person",
            desk.queue(scope, &waiting, newest, first)
        );
        time!(slow, name, "queue, open", desk.queue(scope, &open, newest, first));
        time!(slow, name, "queue, done", desk.queue(scope, &done, newest, first));
        time!(
            slow,
            name,
            "queue, longest wait",
            desk.queue(scope, &waiting, Order::OldestFirst, first)
        );
        time!(
            slow,
            name,
            "queue, of a channel nobody uses",
            desk.queue(scope, &rare, newest, first)
        );
        time!(slow, name, "counts of who waits", desk.queue_counts(scope, 1_000));
        // The page remembers the days that are over: this is what is counted again.
        let until = Timestamp::from_millis(i64::MAX);
        time!(slow, name, "the day", db.pulse.counts(scope, days(1), until));
        time!(slow, name, "first replies", db.pulse.first_replies(scope, days(1), 200));
        time!(slow, name, "failed sends", db.pulse.failed_sends(scope, days(1), 100));
        let search = |names: &[&str], email: Option<&str>, phone: Option<&str>, words: Option<&str>| Search {
            names: names.iter().map(|name| (*name).into()).collect(),
            email: email.map(Into::into),
            phone: phone.map(Into::into),
            words: words.map(Into::into),
        };
        let found = search(&["Maria 10", "maria 10"], Some("maria 10"), None, Some("Maria 10"));
        time!(slow, name, "search, a name", desk.search(scope, &found));
        let found = search(&["nobody"], Some("maria5000"), Some("+12000500"), Some("table for 7"));
        time!(slow, name, "search, all parts", desk.search(scope, &found));
        let said = MessageFilter::default();
        time!(slow, name, "messages", reader.message_log(scope, &said, first));
        time!(
            slow,
            name,
            "messages, further on",
            reader.message_log(scope, &said, middle)
        );
        let troubled = MessageFilter {
            statuses: DeliveryStatus::TROUBLED.to_vec(),
            ..MessageFilter::default()
        };
        time!(
            slow,
            name,
            "messages, in trouble",
            reader.message_log(scope, &troubled, first)
        );
        let unsaid = MessageFilter {
            words: Some("words nobody said".into()),
            channel: Some(ChannelKind::Voice),
            ..MessageFilter::default()
        };
        time!(
            slow,
            name,
            "messages, words nobody said",
            reader.message_log(scope, &unsaid, first)
        );
        time!(slow, name, "contacts", reader.contacts(scope, first));
        time!(slow, name, "contacts, further on", reader.contacts(scope, middle));
        let leads = |source: Option<&str>, is_new| LeadFilter {
            source: source.map(str::to_owned),
            is_new,
        };
        time!(slow, name, "leads", reader.leads(scope, &leads(None, false), first));
        time!(
            slow,
            name,
            "leads, further on",
            reader.leads(scope, &leads(None, false), middle)
        );
        time!(slow, name, "leads, new", reader.leads(scope, &leads(None, true), first));
        time!(
            slow,
            name,
            "leads, bookings",
            reader.leads(scope, &leads(Some("BOOKING"), false), first)
        );
        time!(
            slow,
            name,
            "leads, calls",
            reader.leads(scope, &leads(Some("PHONE"), false), first)
        );
        time!(
            slow,
            name,
            "leads, new bookings",
            reader.leads(scope, &leads(Some("BOOKING"), true), first)
        );
        time!(slow, name, "newsletter", reader.newsletter(scope, first));
        time!(slow, name, "consents", reader.consents(scope, None, first));
        time!(
            slow,
            name,
            "consents of a person",
            reader.consents(scope, Some("+12000000008"), first)
        );
        time!(slow, name, "dead letters", reader.dead_letters(scope, false, first));
        time!(slow, name, "sources, 30 days", reader.sources(scope, days(30), until));
        time!(
            slow,
            name,
            "sources, ever",
            reader.sources(scope, Timestamp::from_millis(0), until)
        );
        time!(slow, name, "ledger", reader.ledger(scope));
        time!(slow, name, "audit log", db.access.audit_log(scope, first));
    }
    slow
}

async fn sqlite(conversations: i64) -> bool {
    let dir = TempDir::new().unwrap();
    let config = Config {
        data_dir: dir.path().to_owned(),
        ..Config::default()
    };
    drop(open(&config).await.unwrap());
    let options = SqliteConnectOptions::new().filename(dir.path().join("frontdesk.db"));
    let mut connection = options.pragma("synchronous", "off").connect().await.unwrap();
    for statement in SQLITE {
        sqlx::query(statement)
            .bind(conversations)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
    println!("SQLite, {conversations} conversations: median and longest of {ROUNDS}");
    pages(&open(&config).await.unwrap(), conversations).await
}

async fn postgres(server: &str, conversations: i64) -> bool {
    let name = format!("pages_{}", Uuid::new_v4().simple());
    let options: PgConnectOptions = server.parse().unwrap();
    let mut admin = options.connect().await.unwrap();
    admin
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let config = Config {
        url: Some(format!("{base}/{name}")),
        ..Config::default()
    };
    drop(open(&config).await.unwrap());
    let options = options.database(&name).options([("synchronous_commit", "off")]);
    let mut connection = options.connect().await.unwrap();
    // Nothing of it has to survive the server's end, so it need not be written twice.
    for table in ["conversations", "turns", "messages", "receipts"] {
        let sql = format!("ALTER TABLE {table} SET UNLOGGED");
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
    for statement in POSTGRES {
        sqlx::query(statement)
            .bind(conversations)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.execute("VACUUM ANALYZE").await.unwrap();
    connection.close().await.unwrap();
    println!("Postgres, {conversations} conversations: median and longest of {ROUNDS}");
    let db = open(&config).await.unwrap();
    let is_slow = pages(&db, conversations).await;
    drop(db);
    admin
        .execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
        .await
        .unwrap();
    is_slow
}

fn main() -> ExitCode {
    let conversations = std::env::var("FRONTDESK_BENCH_CONVERSATIONS").map_or(1_000_000, |count| {
        count.parse().expect("FRONTDESK_BENCH_CONVERSATIONS is a number")
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let is_slow = runtime.block_on(async {
        let mut is_slow = sqlite(conversations / 10).await;
        match std::env::var("FRONTDESK_TEST_POSTGRES") {
            Ok(server) => is_slow |= postgres(&server, conversations).await,
            Err(_) => eprintln!("FRONTDESK_TEST_POSTGRES is not set: only SQLite is measured"),
        }
        is_slow
    });
    if is_slow { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
