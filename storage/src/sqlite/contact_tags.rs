//! The tags of people.

use frontdesk_core::ports::desk::TAGS_MAX;
use frontdesk_core::ports::people::{Tagged, Tagging};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{RecordId, TenantId, Timestamp};
use sqlx::sqlite::SqliteConnection;

use super::{Sqlite, begin};
use crate::codec::to_json;
use crate::error::port;
use crate::rows;

const PUT_ON: &str = "
    INSERT INTO contact_tags (contact_id, tag, tenant, since, at)
    SELECT c.id, ?2, c.tenant, c.created_at, ?4
    FROM json_each(?1) AS wanted CROSS JOIN contacts c INDEXED BY contacts_by_id ON c.id = unhex(wanted.value, '-')
    WHERE (?3 IS NULL OR c.tenant = ?3) AND (SELECT count(*) FROM contact_tags t WHERE t.contact_id = c.id) < ?5
    ON CONFLICT (contact_id, tag) DO NOTHING RETURNING contact_id, tenant";

/// Whoever was to get it and lacks it then has no room for it.
const LACKING: &str = "
    SELECT count(*)
    FROM json_each(?1) AS wanted CROSS JOIN contacts c INDEXED BY contacts_by_id ON c.id = unhex(wanted.value, '-')
    WHERE (?3 IS NULL OR c.tenant = ?3)
      AND NOT EXISTS (SELECT 1 FROM contact_tags t WHERE t.contact_id = c.id AND t.tag = ?2)";

const TAKE_OFF: &str = "
    DELETE FROM contact_tags
    WHERE contact_id IN (SELECT unhex(value, '-') FROM json_each(?1)) AND tag = ?2 AND (?3 IS NULL OR tenant = ?3)
    RETURNING contact_id, tenant";

const HAND_OVER: &str = "
    INSERT INTO contact_tags (contact_id, tag, tenant, since, at)
    SELECT kept.id, t.tag, kept.tenant, kept.created_at, ?3
    FROM contacts kept JOIN contact_tags t ON t.contact_id = ?2
    WHERE kept.id = ?1
    ON CONFLICT (contact_id, tag) DO NOTHING";

/// Puts a tag on people, or takes it off.
pub(super) async fn tag(db: &Sqlite, scope: &Scope, order: &Tagging) -> Result<Tagged, Error> {
    let contacts = to_json(&order.contacts);
    let tenant = scope.tenant().map(TenantId::as_str);
    let mut connection = db.writer.lock().await?;
    let mut transaction = begin(&mut connection).await?;
    let query = sqlx::query(if order.is_put_on { PUT_ON } else { TAKE_OFF })
        .bind(contacts.as_str())
        .bind(order.tag.as_str())
        .bind(tenant);
    let query = if order.is_put_on {
        let others_max = i64::try_from(TAGS_MAX).unwrap_or(i64::MAX);
        query.bind(order.at.as_millis()).bind(others_max)
    } else {
        query
    };
    let changed = query.fetch_all(&mut *transaction).await.map_err(port)?;
    let full: i64 = if order.is_put_on {
        let lacking = sqlx::query_scalar(LACKING)
            .bind(contacts.as_str())
            .bind(order.tag.as_str())
            .bind(tenant);
        lacking.fetch_one(&mut *transaction).await.map_err(port)?
    } else {
        0
    };
    transaction.commit().await.map_err(port)?;
    rows::tagged(&changed, full)
}

/// Gives the contact that stays the tags of the one that points at it from now on; both keep them when they are told
/// apart again.
pub(super) async fn hand_over(
    connection: &mut SqliteConnection,
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
