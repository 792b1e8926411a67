//! Fills a database with the rows of a business that has grown.

use frontdesk_storage::{Config, open};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

/// What every business is set up from.
const MANIFEST: &str = include_str!("../../../actors/demo/demo-catering.toml");

/// How many conversations, and when they began.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many.
    pub conversations: i64,
    /// When the first one began, in milliseconds since 1970.
    pub began: i64,
}

impl Size {
    /// From one conversation to the next, in milliseconds.
    const APART_MS: i64 = 90_000;

    /// So many, the last one of which begins now.
    pub fn until(now_ms: i64, conversations: i64) -> Self {
        Self {
            conversations,
            began: now_ms - conversations * Self::APART_MS,
        }
    }

    /// When the conversation in the middle began.
    pub const fn middle(self) -> i64 {
        self.began + self.conversations / 2 * Self::APART_MS
    }

    /// When the last one began.
    pub const fn end(self) -> i64 {
        self.began + self.conversations * Self::APART_MS
    }

    /// A statement with its numbers in it, and what every business is set up from.
    fn fill_in(self, statement: &str) -> AssertSqlSafe<String> {
        let values = [
            ("{conversations}", self.conversations.to_string()),
            ("{began}", self.began.to_string()),
            ("{apart}", Self::APART_MS.to_string()),
            ("{manifest}", MANIFEST.replace('\'', "''")),
        ];
        let filled = values
            .iter()
            .fold(statement.to_owned(), |sql, (name, value)| sql.replace(name, value));
        AssertSqlSafe(filled)
    }
}

/// The rows, for SQLite: conversations, each with five turns, as many receipts and ten messages; half of the
/// people are known, a quarter reads the newsletter.
const SQLITE: [&str; 12] = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {conversations})
     INSERT INTO conversations (number, id, tenant, channel, address, shard, version, last_seq, status, snapshot, created_at, updated_at)
     SELECT i, randomblob(16), CASE WHEN i % 2 = 0 THEN 'half' WHEN i % 1000 = 1 THEN 'few' ELSE 'tenant-' || (i % 40) END,
            CASE i % 4 WHEN 0 THEN 'sms' WHEN 1 THEN 'whatsapp' ELSE 'web_chat' END, '+1' || (2000000000 + i), 0, 5, 10,
            CASE WHEN i % 1500 = 0 THEN 'needs_person' WHEN i % 1700 = 0 THEN 'with_person' WHEN i % 3 = 0 THEN 'open' ELSE 'done' END,
            '{\"schema\":1,\"language\":\"en\",\"intent\":\"reservation\"}', {began} + i * {apart}, {began} + i * {apart} FROM n",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO turns SELECT number, turn, created_at + turn * 1000, '{\"event\":{\"kind\":\"message\"},\"decisions\":[]}'
     FROM conversations CROSS JOIN v",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO messages (conversation, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT number, turn * 2 - 1, randomblob(16), 'user', 'Hello, a table for ' || (number % 50), NULL,
            created_at + turn * 1000, 'delivered', 5, NULL, NULL, tenant
     FROM conversations CROSS JOIN v",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO messages (conversation, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT number, turn * 2, randomblob(16), 'bot', 'Could you share your full name?', NULL,
            created_at + turn * 1000, CASE WHEN number % 2500 < 2 THEN 'failed' ELSE 'sent' END,
            CASE WHEN number % 2500 < 2 THEN 4 ELSE 3 END, NULL, NULL, tenant
     FROM conversations CROSS JOIN v",
    "WITH RECURSIVE v(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM v WHERE turn < 5)
     INSERT INTO receipts SELECT number, randomblob(16), randomblob(16), tenant, channel, id, 'message', created_at, 'processed', 1, NULL
     FROM conversations CROSS JOIN v",
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
    "INSERT INTO addresses (conversation, kind, address, conversation_id, tenant, person, channel, is_proved, is_joined, at)
     SELECT number, said.key, iif(said.key = 'phone', address, 'maria' || number || '@example.com'), conversations.id, tenant, address,
            channel, said.value, 1, created_at
     FROM conversations CROSS JOIN json_each('{\"phone\":1,\"email\":0}') AS said WHERE number % 4 < 2",
    "INSERT INTO tenants (id, manifest, revision, created_at, updated_at)
     SELECT tenant, '{manifest}', 1, {began}, {began} FROM (SELECT DISTINCT tenant FROM conversations)",
    "INSERT INTO manifests (tenant, revision, manifest, published_at) SELECT id, revision, manifest, updated_at FROM tenants",
];

/// The same rows for Postgres.
const POSTGRES: [&str; 12] = [
    "INSERT INTO conversations (id, tenant, channel, address, shard, version, last_seq, status, snapshot, created_at, updated_at)
     SELECT gen_random_uuid(), CASE WHEN i % 2 = 0 THEN 'half' WHEN i % 1000 = 1 THEN 'few' ELSE 'tenant-' || (i % 40) END,
            CASE i % 4 WHEN 0 THEN 'sms' WHEN 1 THEN 'whatsapp' ELSE 'web_chat' END, '+1' || (2000000000 + i), 0, 5, 10,
            CASE WHEN i % 1500 = 0 THEN 'needs_person' WHEN i % 1700 = 0 THEN 'with_person' WHEN i % 3 = 0 THEN 'open' ELSE 'done' END,
            '{\"schema\":1,\"language\":\"en\",\"intent\":\"reservation\"}', {began} + i * {apart}, {began} + i * {apart}
     FROM generate_series(1::bigint, {conversations}) AS i",
    "INSERT INTO turns SELECT id, turn, created_at + turn * 1000, '{\"event\":{\"kind\":\"message\"},\"decisions\":[]}'
     FROM conversations, generate_series(1, 5) AS turn",
    "INSERT INTO messages (conversation_id, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT id, turn * 2 - 1, gen_random_uuid(), 'user', 'Hello, a table for ' || (created_at / {apart} % 50), NULL,
            created_at + turn * 1000, 'delivered', 5, NULL, NULL, tenant
     FROM conversations, generate_series(1, 5) AS turn",
    "INSERT INTO messages (conversation_id, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
     SELECT id, turn * 2, gen_random_uuid(), 'bot', 'Could you share your full name?', NULL,
            created_at + turn * 1000, CASE WHEN created_at / {apart} % 2500 < 2 THEN 'failed' ELSE 'sent' END,
            CASE WHEN created_at / {apart} % 2500 < 2 THEN 4 ELSE 3 END, NULL, NULL, tenant
     FROM conversations, generate_series(1, 5) AS turn",
    "INSERT INTO receipts SELECT gen_random_uuid(), gen_random_uuid(), tenant, channel, id, 'message', created_at, 'processed', 1, NULL
     FROM conversations, generate_series(1, 5)",
    "INSERT INTO contacts (id, tenant, person, name, phone, email, conversation_id, created_at, updated_at)
     SELECT gen_random_uuid(), tenant, address, 'Maria ' || n, address, 'maria' || n || '@example.com', id, created_at, created_at
     FROM (SELECT *, (created_at - {began}) / {apart} AS n FROM conversations) AS c WHERE n % 4 < 2",
    "INSERT INTO leads (id, tenant, person, source, status, name, phone, email, context, channel, conversation_id, created_at, updated_at)
     SELECT gen_random_uuid(), tenant, address, CASE WHEN n % 100 < 2 THEN 'BOOKING' ELSE 'CHAT' END,
            CASE WHEN n % 50 < 2 THEN 'new' ELSE 'handled' END, 'Maria ' || n, address, 'maria' || n || '@example.com', '{}',
            channel, id, created_at, created_at
     FROM (SELECT *, (created_at - {began}) / {apart} AS n FROM conversations) AS c WHERE n % 4 < 2",
    "INSERT INTO newsletter (id, tenant, email, source, email_consent, sms_consent, subscribed_at)
     SELECT gen_random_uuid(), tenant, 'maria' || n || '@example.com', 'CHAT', true, false, created_at
     FROM (SELECT *, (created_at - {began}) / {apart} AS n FROM conversations) AS c WHERE n % 8 < 2",
    "INSERT INTO consents (id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at)
     SELECT gen_random_uuid(), tenant, channel, id, address, 'newsletter', true, 'News?', 'yes', created_at
     FROM (SELECT *, (created_at - {began}) / {apart} AS n FROM conversations) AS c WHERE n % 8 < 2",
    "INSERT INTO addresses (conversation_id, kind, address, tenant, person, channel, is_proved, is_joined, at)
     SELECT id, said.kind, CASE WHEN said.kind = 'phone' THEN address ELSE 'maria' || n || '@example.com' END, tenant, address,
            channel, said.is_proved, true, created_at
     FROM (SELECT *, (created_at - {began}) / {apart} AS n FROM conversations) AS c,
          (VALUES ('phone', true), ('email', false)) AS said (kind, is_proved) WHERE n % 4 < 2",
    "INSERT INTO tenants (id, manifest, revision, created_at, updated_at)
     SELECT tenant, '{manifest}', 1, {began}, {began} FROM (SELECT DISTINCT tenant FROM conversations) AS c",
    "INSERT INTO manifests (tenant, revision, manifest, published_at) SELECT id, revision, manifest, updated_at FROM tenants",
];

/// Fills a new database where SQLite keeps it, or the one on Postgres.
pub async fn fill(config: &Config, size: Size) {
    drop(open(config).await.unwrap());
    match &config.url {
        None => sqlite(config, size).await,
        Some(url) => postgres(url, size).await,
    }
}

async fn sqlite(config: &Config, size: Size) {
    let options = SqliteConnectOptions::new().filename(config.data_dir.join("frontdesk.db"));
    let mut connection = options.pragma("synchronous", "off").connect().await.unwrap();
    for statement in SQLITE {
        connection.execute(size.fill_in(statement)).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn postgres(url: &str, size: Size) {
    let options: PgConnectOptions = url.parse().unwrap();
    let options = options.options([("synchronous_commit", "off")]);
    let mut connection = options.connect().await.unwrap();
    // Nothing of it has to survive the server's end, so it need not be written twice.
    for table in ["conversations", "turns", "messages", "receipts"] {
        let sql = format!("ALTER TABLE {table} SET UNLOGGED");
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    for statement in POSTGRES {
        connection.execute(size.fill_in(statement)).await.unwrap();
    }
    connection.execute("VACUUM ANALYZE").await.unwrap();
    connection.close().await.unwrap();
}
