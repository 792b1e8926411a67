//! How long every list, search and report takes on a database that has grown.
//!
//! `cargo bench -p frontdesk-storage --bench pages` fills a database of its own on Postgres, if
//! `FRONTDESK_TEST_POSTGRES` is set, with as many conversations as `FRONTDESK_BENCH_CONVERSATIONS` says
//! (1,000,000), and SQLite with a tenth of them, each of five turns and ten messages; and reads each
//! page several times: of every tenant, of one that has half of the rows, of one with few. Whatever
//! takes longer than a page may is marked, and the program ends with 1.
//!
//! `… --bench pages -- fill <directory | postgres://…>` only fills a database, for `loadtest run pages` to ask a
//! server about: SQLite's in that directory, or the empty one on Postgres.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot be set up ends at once")]

mod fill;

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use frontdesk_core::ports::desk::{Filter, Order, Search};
use frontdesk_core::ports::reader::{Cursor, LeadFilter, MessageFilter, Page, Scope};
use frontdesk_core::{ChannelKind, ConversationStatus, DeliveryStatus, TenantId, Timestamp};
use frontdesk_storage::{Config, Database, open};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor};
use tempfile::TempDir;
use uuid::Uuid;

use fill::Size;

/// What a page may take.
const PAGE_MAX: Duration = Duration::from_millis(50);
/// How often each is read.
const ROUNDS: usize = 15;

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
async fn pages(db: &Database, size: Size) -> bool {
    let end = size.end();
    let first = Page { after: None, limit: 50 };
    let middle = Page {
        after: Some(Cursor {
            at: Timestamp::from_millis(size.middle()),
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
        time!(slow, name, "contacts", reader.contacts(scope, None, first));
        time!(slow, name, "contacts, further on", reader.contacts(scope, None, middle));
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

async fn sqlite(size: Size) -> bool {
    let dir = TempDir::new().unwrap();
    let config = Config {
        data_dir: dir.path().to_owned(),
        ..Config::default()
    };
    fill::fill(&config, size).await;
    let conversations = size.conversations;
    println!("SQLite, {conversations} conversations: median and longest of {ROUNDS}");
    pages(&open(&config).await.unwrap(), size).await
}

async fn postgres(server: &str, size: Size) -> bool {
    let name = format!("pages_{}", Uuid::new_v4().simple());
    let options: PgConnectOptions = server.parse().unwrap();
    let mut admin = options.connect().await.unwrap();
    admin
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let config = at(&format!("{base}/{name}"));
    fill::fill(&config, size).await;
    let conversations = size.conversations;
    println!("Postgres, {conversations} conversations: median and longest of {ROUNDS}");
    let db = open(&config).await.unwrap();
    let is_slow = pages(&db, size).await;
    drop(db);
    admin
        .execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
        .await
        .unwrap();
    is_slow
}

/// The database at an address of Postgres, or SQLite's in a directory.
fn at(place: &str) -> Config {
    if place.starts_with("postgres") {
        return Config {
            url: Some(place.to_owned()),
            ..Config::default()
        };
    }
    Config {
        data_dir: place.into(),
        ..Config::default()
    }
}

fn main() -> ExitCode {
    let conversations = std::env::var("FRONTDESK_BENCH_CONVERSATIONS").map_or(1_000_000, |count| {
        count.parse().expect("FRONTDESK_BENCH_CONVERSATIONS is a number")
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let of = |conversations| Size::until(i64::try_from(now).unwrap(), conversations);
    let place = std::env::args().skip_while(|word| word != "fill").nth(1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let is_slow = runtime.block_on(async {
        if let Some(place) = place {
            fill::fill(&at(&place), of(conversations)).await;
            return false;
        }
        let mut is_slow = sqlite(of(conversations / 10)).await;
        match std::env::var("FRONTDESK_TEST_POSTGRES") {
            Ok(server) => is_slow |= postgres(&server, of(conversations)).await,
            Err(_) => eprintln!("FRONTDESK_TEST_POSTGRES is not set: only SQLite is measured"),
        }
        is_slow
    });
    if is_slow { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
