//! The tags there are, of conversations and of people.

use frontdesk_core::TenantId;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store::Error;

use super::Postgres;
use crate::error::port;

/// The statements over one table: of every tenant, and of one. One look at the index for each tag there is,
/// however many have it.
macro_rules! in_use {
    ($table:literal) => {
        [
            concat!(
                "WITH RECURSIVE used (tag) AS (
                     SELECT min(tag) FROM ",
                $table,
                "
                     UNION ALL
                     SELECT (SELECT min(tag) FROM ",
                $table,
                " t WHERE t.tag > used.tag)
                     FROM used WHERE used.tag IS NOT NULL AND $1::text IS NULL)
                 SELECT tag FROM used WHERE tag IS NOT NULL LIMIT $2"
            ),
            concat!(
                "WITH RECURSIVE used (tag) AS (
                     SELECT min(tag) FROM ",
                $table,
                " WHERE tenant = $1
                     UNION ALL
                     SELECT (SELECT min(tag) FROM ",
                $table,
                " t WHERE t.tenant = $1 AND t.tag > used.tag)
                     FROM used WHERE used.tag IS NOT NULL)
                 SELECT tag FROM used WHERE tag IS NOT NULL LIMIT $2"
            ),
        ]
    };
}

pub(super) const OF_CONVERSATIONS: [&str; 2] = in_use!("conversation_tags");
pub(super) const OF_PEOPLE: [&str; 2] = in_use!("contact_tags");

/// The tags there are.
pub(super) async fn in_use(
    db: &Postgres,
    [all, of_tenant]: [&'static str; 2],
    scope: &Scope,
    limit: u32,
) -> Result<Vec<String>, Error> {
    let tenant = scope.tenant().map(TenantId::as_str);
    sqlx::query_scalar(if tenant.is_some() { of_tenant } else { all })
        .bind(tenant)
        .bind(i64::from(limit))
        .fetch_all(&db.readers)
        .await
        .map_err(port)
}
