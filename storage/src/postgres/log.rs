//! The list of all messages: which ones first, by an index, then what is shown of them.

use frontdesk_core::ports::reader::{
    Cursor, MESSAGES_LOOKED_AT_MAX, MESSAGES_OF_ALL_LOOKED_AT_MAX, MessageFilter, MessageRow, Page, Rows, Scope,
    TrafficRow,
};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ChannelKind, TenantId, Timestamp};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::Postgres;
use crate::codec::{before, chosen, like_patterns, page_limit};
use crate::error::port;
use crate::rows;

/// Candidates from a place on. The order of parameters: time and id of the last one seen, how many are
/// looked at, tenant, the ranks of the wanted statuses as bits, channel, whether inbound, patterns of
/// the words.
macro_rules! candidates {
    ($head:literal, $from:literal, $condition:literal) => {
        concat!(
            $head,
            "SELECT m.id, m.at,
                    ($5::integer >> m.rank) & 1 = 1
                    AND ($6::text IS NULL OR (SELECT channel FROM conversations c WHERE c.id = m.conversation_id) = $6)
                    AND ($7::boolean IS NULL OR (m.author = 'user') = $7)
                    AND ($8::text[] IS NULL OR EXISTS (SELECT 1 FROM unnest($8) AS words WHERE m.text ILIKE words ESCAPE '!')),
                    m.conversation_id, m.seq
             FROM ",
            $from,
            " WHERE ",
            $condition,
            " AND ($4::text IS NULL OR m.tenant = $4) ORDER BY m.at DESC, m.id DESC LIMIT $3"
        )
    };
}

const OF_TENANT: &str = candidates!("", "messages m", "m.tenant = $4 AND (m.at, m.id) < ($1, $2)");

/// The newest of each tenant are the newest of all. The tenants are found by skipping through the index.
const OF_ALL: &str = candidates!(
    "WITH RECURSIVE whose (tenant) AS (
         SELECT min(tenant) FROM messages
         UNION ALL
         SELECT (SELECT min(n.tenant) FROM messages n WHERE n.tenant > whose.tenant) FROM whose
         WHERE whose.tenant IS NOT NULL) ",
    "(SELECT own.* FROM whose CROSS JOIN LATERAL (
          SELECT * FROM messages n WHERE n.tenant = whose.tenant AND (n.at, n.id) < ($1, $2)
          ORDER BY n.at DESC, n.id DESC LIMIT $3) AS own
      ORDER BY own.at DESC, own.id DESC LIMIT $3) AS m",
    "true"
);

const TROUBLED_OF_TENANT: &str = candidates!(
    "",
    "message_troubles t JOIN messages m ON m.conversation_id = t.conversation_id AND m.seq = t.seq",
    "t.tenant = $4 AND (t.at, t.id) < ($1, $2)"
);

const TROUBLED_OF_ALL: &str = candidates!(
    "",
    "message_troubles t JOIN messages m ON m.conversation_id = t.conversation_id AND m.seq = t.seq",
    "(t.at, t.id) < ($1, $2)"
);

const SHOWN: &str = "
    SELECT m.id, m.seq, m.author, m.text, m.content, m.at, m.status, m.reason, m.external_id,
           c.id, c.tenant, c.channel, c.address, c.snapshot
    FROM unnest($1::uuid[], $2::bigint[]) AS wanted (conversation_id, seq)
    JOIN messages m ON m.conversation_id = wanted.conversation_id AND m.seq = wanted.seq
    JOIN conversations c ON c.id = m.conversation_id
    WHERE $3::text IS NULL OR c.tenant = $3";

/// What the newest messages tell, of the tenants in `whose`. The order of parameters: since when is
/// counted, how many are looked at, tenant.
macro_rules! traffic {
    ($whose:literal) => {
        concat!(
            "WITH RECURSIVE whose (tenant) AS (",
            $whose,
            ")
             SELECT own.tenant, c.channel, own.author = 'user' AS is_inbound, max(own.at),
                    count(*) FILTER (WHERE own.at >= $1), count(*)
             FROM ",
            "whose CROSS JOIN LATERAL (
             SELECT n.tenant, n.conversation_id, n.author, n.at FROM messages n WHERE n.tenant = whose.tenant
             ORDER BY n.at DESC, n.id DESC LIMIT $2) AS own JOIN conversations c ON c.id = own.conversation_id",
            " GROUP BY own.tenant, c.channel, is_inbound ORDER BY own.tenant, c.channel, is_inbound"
        )
    };
}

const TRAFFIC: &str = traffic!(
    "SELECT min(tenant) FROM messages
     UNION ALL
     SELECT (SELECT min(n.tenant) FROM messages n WHERE n.tenant > whose.tenant) FROM whose
     WHERE whose.tenant IS NOT NULL AND $3::text IS NULL"
);

const TRAFFIC_OF_TENANT: &str = traffic!("SELECT $3::text");

/// What goes over the channels.
pub(super) async fn traffic(
    db: &Postgres,
    scope: &Scope,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<TrafficRow>, Error> {
    let tenant = scope.tenant().map(TenantId::as_str);
    let rows = sqlx::query(if tenant.is_some() { TRAFFIC_OF_TENANT } else { TRAFFIC })
        .bind(since.as_millis())
        .bind(i64::from(limit))
        .bind(tenant)
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    rows.iter().map(rows::traffic).collect()
}

/// A page of the list.
pub(super) async fn message_log(
    db: &Postgres,
    scope: &Scope,
    wanted: &MessageFilter,
    page: Page,
) -> Result<Rows<MessageRow>, Error> {
    let limit = match scope {
        _ if wanted.is_whole() => page_limit(page),
        Scope::All if !wanted.is_troubled() => i64::from(MESSAGES_OF_ALL_LOOKED_AT_MAX),
        Scope::All | Scope::Tenant(_) => i64::from(MESSAGES_LOOKED_AT_MAX),
    };
    let found = candidates(db, scope, wanted, page, limit).await?;
    let places: Vec<(Cursor, bool)> = found.iter().map(rows::candidate).collect::<Result<_, _>>()?;
    let (ids, next) = chosen(page, &places, limit);
    let (mut conversations, mut seqs): (Vec<Uuid>, Vec<i64>) = (Vec::new(), Vec::new());
    for (row, (place, _)) in found.iter().zip(&places) {
        if ids.contains(&place.id) {
            conversations.push(rows::get(row, 3)?);
            seqs.push(rows::get(row, 4)?);
        }
    }
    let shown = sqlx::query(SHOWN)
        .bind(conversations)
        .bind(seqs)
        .bind(scope.tenant().map(TenantId::as_str))
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    let mut items: Vec<MessageRow> = shown.iter().map(rows::message_row).collect::<Result<_, _>>()?;
    items.sort_by_key(|row| ids.iter().position(|id| *id == row.message.id.0));
    Ok(Rows { items, next })
}

async fn candidates(
    db: &Postgres,
    scope: &Scope,
    wanted: &MessageFilter,
    page: Page,
    limit: i64,
) -> Result<Vec<PgRow>, Error> {
    let sql = match (wanted.is_troubled(), scope.tenant()) {
        (false, None) => OF_ALL,
        (false, Some(_)) => OF_TENANT,
        (true, None) => TROUBLED_OF_ALL,
        (true, Some(_)) => TROUBLED_OF_TENANT,
    };
    let (at, id) = before(page);
    sqlx::query(sql)
        .bind(at)
        .bind(id)
        .bind(limit)
        .bind(scope.tenant().map(TenantId::as_str))
        .bind(i32::try_from(wanted.ranks()).unwrap_or(i32::MAX))
        .bind(wanted.channel.map(ChannelKind::code))
        .bind(wanted.is_inbound)
        .bind(wanted.words.as_ref().map(|words| like_patterns(words)))
        .fetch_all(&db.readers)
        .await
        .map_err(port)
}
