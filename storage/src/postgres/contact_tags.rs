//! The tags of people.

use frontdesk_core::ports::desk::TAGS_MAX;
use frontdesk_core::ports::people::{Tagged, Tagging};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{RecordId, TenantId, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Postgres;
use crate::error::port;
use crate::rows;

const PUT_ON: &str = "
    INSERT INTO contact_tags (contact_id, tag, tenant, since, at)
    SELECT c.id, $2, c.tenant, c.created_at, $4
    FROM contacts c
    WHERE c.id = ANY($1::uuid[]) AND ($3::text IS NULL OR c.tenant = $3) AND (SELECT count(*) FROM contact_tags t WHERE t.contact_id = c.id) < $5
    ON CONFLICT (contact_id, tag) DO NOTHING RETURNING contact_id, tenant";

/// Whoever was to get it and lacks it then has no room for it.
const LACKING: &str = "
    SELECT count(*)
    FROM contacts c
    WHERE c.id = ANY($1::uuid[]) AND ($3::text IS NULL OR c.tenant = $3)
      AND NOT EXISTS (SELECT 1 FROM contact_tags t WHERE t.contact_id = c.id AND t.tag = $2)";

const TAKE_OFF: &str = "
    DELETE FROM contact_tags
    WHERE contact_id = ANY($1::uuid[]) AND tag = $2 AND ($3::text IS NULL OR tenant = $3)
    RETURNING contact_id, tenant";

const HAND_OVER: &str = "
    INSERT INTO contact_tags (contact_id, tag, tenant, since, at)
    SELECT kept.id, t.tag, kept.tenant, kept.created_at, $3::bigint
    FROM contacts kept JOIN contact_tags t ON t.contact_id = $2
    WHERE kept.id = $1
    ON CONFLICT (contact_id, tag) DO NOTHING";

/// Puts a tag on people, or takes it off.
pub(super) async fn tag(db: &Postgres, scope: &Scope, order: &Tagging) -> Result<Tagged, Error> {
    let contacts: Vec<Uuid> = order.contacts.iter().map(|contact| contact.0).collect();
    let tenant = scope.tenant().map(TenantId::as_str);
    let query = sqlx::query(if order.is_put_on { PUT_ON } else { TAKE_OFF })
        .bind(&contacts)
        .bind(order.tag.as_str())
        .bind(tenant);
    let query = if order.is_put_on {
        let others_max = i64::try_from(TAGS_MAX).unwrap_or(i64::MAX);
        query.bind(order.at.as_millis()).bind(others_max)
    } else {
        query
    };
    let changed = query.fetch_all(&db.writers).await.map_err(port)?;
    let full: i64 = if order.is_put_on {
        let lacking = sqlx::query_scalar(LACKING)
            .bind(&contacts)
            .bind(order.tag.as_str())
            .bind(tenant);
        lacking.fetch_one(&db.writers).await.map_err(port)?
    } else {
        0
    };
    rows::tagged(&changed, full)
}

/// Gives the contact that stays the tags of the one that points at it from now on; both keep them when they are told
/// apart again.
pub(super) async fn hand_over(
    connection: &mut PgConnection,
    (kept, merged): (RecordId, RecordId),
    at: Timestamp,
) -> Result<(), Error> {
    sqlx::query(HAND_OVER)
        .bind(kept.0)
        .bind(merged.0)
        .bind(at.as_millis())
        .execute(connection)
        .await
        .map(drop)
        .map_err(port)
}
