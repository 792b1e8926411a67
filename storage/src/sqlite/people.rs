//! Who the business knows: profiles, people brought together and told apart.

use async_trait::async_trait;
use frontdesk_core::ports::people::{
    Arrival, Erasure, ErasureOrder, Export, Known, MergeOrder, Merged, People, Profile, Sealer, Shown, Spoken, Tagged,
    Tagging,
};
use frontdesk_core::ports::reader::{Page, Rows, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::records::{Contact, PROVED_ADDRESS};
use frontdesk_core::{ConversationId, Personal, RecordId, TenantId, Timestamp};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::columns::{contact, conversation, lead};
use super::{Sqlite, arrivals, begin, contact_tags, erasure, tags};
use crate::codec::to_json;
use crate::error::port;
use crate::rows;

/// A contact and everybody it is one with, whoever points at whom; the one that speaks for all first.
const KIN: &str = concat!(
    "
    WITH RECURSIVE kin (id, up) AS (
        SELECT id, merged_into FROM contacts WHERE id = ?1 AND (?2 IS NULL OR tenant = ?2)
        UNION
        SELECT c.id, c.merged_into FROM kin JOIN contacts c ON c.merged_into = kin.id OR c.id = kin.up)
    SELECT ",
    contact!(),
    ", person
    FROM contacts WHERE id IN (SELECT id FROM kin)
    ORDER BY merged_into IS NOT NULL, created_at, id"
);

const ADDRESSES: &str = "
    SELECT kind, address, is_proved, conversation_id, channel, at FROM addresses
    WHERE tenant = ?1 AND person IN (SELECT value FROM json_each(?2)) ORDER BY at, kind, address LIMIT 200";

const SPOKEN: &str = concat!(
    "
    SELECT ",
    conversation!(),
    ", snapshot
    FROM conversations
    WHERE id IN (SELECT conversation_id FROM addresses
                 WHERE tenant = ?1 AND person IN (SELECT value FROM json_each(?2)))
    ORDER BY updated_at DESC, id LIMIT 100"
);

/// Sorted by what no index holds: without statistics, SQLite would rather walk all leads in their order than look a
/// few people up. The same below.
const LEADS: &str = concat!(
    "
    SELECT ",
    lead!(),
    "
    FROM leads WHERE tenant = ?1 AND person IN (SELECT value FROM json_each(?2)) ORDER BY +created_at DESC, id"
);

const MERGES: &str = "
    SELECT id, tenant, kept, merged, reason, by_whom, at, undone_at, undone_by FROM merges
    WHERE tenant = ?1 AND (kept IN (SELECT unhex(value, '-') FROM json_each(?2))
                           OR merged IN (SELECT unhex(value, '-') FROM json_each(?2)))
    ORDER BY at DESC, id LIMIT 100";

const LOOKALIKES: &str = concat!(
    "
    SELECT ",
    contact!(),
    "
    FROM contacts
    WHERE tenant = ?1 AND person NOT IN (SELECT value FROM json_each(?2))
      AND person IN (SELECT other.person
                     FROM addresses own CROSS JOIN addresses other INDEXED BY addresses_by_address
                       ON other.tenant = own.tenant AND other.address = own.address AND other.kind = own.kind
                     WHERE own.tenant = ?1 AND own.person IN (SELECT value FROM json_each(?2))
                       AND own.kind IN ('phone', 'email'))
    ORDER BY +created_at, id LIMIT 20"
);

const CONTACT_OF: &str = "
    SELECT c.id FROM addresses a JOIN contacts c ON c.tenant = a.tenant AND c.person = a.person
    WHERE a.conversation = (SELECT number FROM conversations WHERE id = ?1) AND (?2 IS NULL OR a.tenant = ?2)
    ORDER BY a.is_proved DESC, a.at LIMIT 1";

const PROVED_CONVERSATIONS: &str = concat!(
    "
    WITH RECURSIVE kin (id, up) AS (
        SELECT c.id, c.merged_into FROM addresses a JOIN contacts c ON c.tenant = a.tenant AND c.person = a.person
        WHERE a.tenant = ?1 AND a.kind = ?2 AND a.address = ?3 AND a.is_proved
        UNION
        SELECT c.id, c.merged_into FROM kin JOIN contacts c ON c.merged_into = kin.id OR c.id = kin.up)
    SELECT ",
    conversation!(),
    ", snapshot
    FROM conversations
    WHERE id IN (SELECT conversation_id FROM addresses
                 WHERE tenant = ?1 AND is_proved
                   AND person IN (SELECT person FROM contacts WHERE id IN (SELECT id FROM kin)))
    ORDER BY updated_at DESC, id LIMIT 20"
);

/// A second order with the same id changes nothing.
const NOTE_MERGE: &str = "
    INSERT INTO merges (id, tenant, kept, merged, reason, by_whom, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (id) DO NOTHING";

const POINT: &str = "
    UPDATE contacts SET merged_into = ?2 WHERE id = ?1 AND tenant = ?3";

const UNMERGE: &str = "
    UPDATE merges SET undone_at = ?2, undone_by = ?3
    WHERE id = ?1 AND undone_at IS NULL AND (?4 IS NULL OR tenant = ?4) RETURNING tenant, kept, merged";

const UNPOINT: &str = "
    UPDATE contacts SET merged_into = NULL WHERE id = ?1 AND merged_into = ?2 AND tenant = ?3";

const TO_JOIN: &str = "
    SELECT tenant, conversation, kind, address FROM addresses
    WHERE is_proved AND NOT is_joined ORDER BY at LIMIT ?1";

const JOINED: &str = "
    UPDATE addresses SET is_joined = 1 WHERE conversation = ?1 AND kind = ?2 AND address = ?3";

const HOLDERS: &str = "
    SELECT DISTINCT c.id FROM addresses a JOIN contacts c ON c.tenant = a.tenant AND c.person = a.person
    WHERE a.tenant = ?1 AND a.kind = ?2 AND a.address = ?3 AND a.is_proved LIMIT 20";

const TOLD_APART: &str = "
    SELECT EXISTS (SELECT 1 FROM merges WHERE undone_at IS NOT NULL
                   AND ((kept = ?1 AND merged = ?2) OR (kept = ?2 AND merged = ?1)))";

/// A contact and those it is one with.
pub(super) struct Kin {
    pub(super) contacts: Vec<Contact>,
    pub(super) persons: Vec<String>,
}

impl Kin {
    /// The contact that speaks for all.
    fn first(&self) -> Option<&Contact> {
        self.contacts.first()
    }

    fn is(&self, contact: RecordId) -> bool {
        self.contacts.iter().any(|one| one.id == contact)
    }
}

pub(super) async fn kin<'c>(
    connection: impl sqlx::SqliteExecutor<'c>,
    tenant: Option<&str>,
    contact: RecordId,
) -> Result<Kin, Error> {
    let rows = sqlx::query(KIN)
        .bind(contact.0)
        .bind(tenant)
        .fetch_all(connection)
        .await
        .map_err(port)?;
    Ok(Kin {
        contacts: rows.iter().map(rows::contact).collect::<Result<_, _>>()?,
        persons: rows.iter().map(|row| rows::get(row, 11)).collect::<Result<_, _>>()?,
    })
}

/// Lets the second contact point at the first.
async fn join(
    connection: &mut SqliteConnection,
    (keep, merged): (&Contact, &Contact),
    (id, reason, by, at): (Uuid, &str, &str, Timestamp),
) -> Result<(), Error> {
    let noted = sqlx::query(NOTE_MERGE)
        .bind(id)
        .bind(keep.tenant.as_str())
        .bind(keep.id.0)
        .bind(merged.id.0)
        .bind(reason)
        .bind(by)
        .bind(at.as_millis())
        .execute(&mut *connection)
        .await
        .map_err(port)?;
    if noted.rows_affected() > 0 {
        sqlx::query(POINT)
            .bind(merged.id.0)
            .bind(keep.id.0)
            .bind(keep.tenant.as_str())
            .execute(&mut *connection)
            .await
            .map_err(port)?;
        contact_tags::hand_over(connection, (keep.id, merged.id), at).await?;
    }
    Ok(())
}

/// Brings together who has proved an address, the oldest contact speaking for all.
async fn join_holders(
    connection: &mut SqliteConnection,
    (tenant, kind, address): (&str, &str, &str),
    now: Timestamp,
) -> Result<(), Error> {
    let holders: Vec<Uuid> = sqlx::query_scalar(HOLDERS)
        .bind(tenant)
        .bind(kind)
        .bind(address)
        .fetch_all(&mut *connection)
        .await
        .map_err(port)?;
    let mut people: Vec<Contact> = Vec::new();
    for holder in holders {
        let kin = kin(&mut *connection, Some(tenant), RecordId(holder)).await?;
        people.extend(kin.contacts.into_iter().next());
    }
    people.sort_by_key(|contact| (contact.created_at, contact.id.0));
    people.dedup_by_key(|contact| contact.id);
    let Some((keep, others)) = people.split_first() else {
        return Ok(());
    };
    for other in others {
        let is_told_apart: bool = sqlx::query_scalar(TOLD_APART)
            .bind(keep.id.0)
            .bind(other.id.0)
            .fetch_one(&mut *connection)
            .await
            .map_err(port)?;
        if !is_told_apart {
            // The same two are joined once.
            let id = Uuid::new_v5(&keep.id.0, other.id.0.as_bytes());
            join(connection, (keep, other), (id, PROVED_ADDRESS, "frontdesk", now)).await?;
        }
    }
    Ok(())
}

#[async_trait]
impl People for Sqlite {
    async fn profile(&self, scope: &Scope, contact: RecordId) -> Result<Option<Profile>, Error> {
        let Kin { mut contacts, persons } = kin(&self.readers, scope.tenant().map(TenantId::as_str), contact).await?;
        if contacts.is_empty() {
            return Ok(None);
        }
        let ids = to_json(&contacts.iter().map(|contact| contact.id).collect::<Vec<_>>());
        let contact = contacts.remove(0);
        let persons = to_json(&persons);
        let of = |sql: &'static str, names: &str| {
            sqlx::query(sql)
                .bind(contact.tenant.as_str().to_owned())
                .bind(names.to_owned())
                .fetch_all(&self.readers)
        };
        let addresses = of(ADDRESSES, &persons).await.map_err(port)?;
        let conversations = of(SPOKEN, &persons).await.map_err(port)?;
        let leads = of(LEADS, &persons).await.map_err(port)?;
        let merges = of(MERGES, &ids).await.map_err(port)?;
        let lookalikes = of(LOOKALIKES, &persons).await.map_err(port)?;
        Ok(Some(Profile {
            addresses: addresses.iter().map(rows::address).collect::<Result<_, _>>()?,
            conversations: conversations.iter().map(rows::spoken).collect::<Result<_, _>>()?,
            leads: leads.iter().map(rows::lead).collect::<Result<_, _>>()?,
            merges: merges.iter().map(rows::merge).collect::<Result<_, _>>()?,
            lookalikes: lookalikes.iter().map(rows::contact).collect::<Result<_, _>>()?,
            merged: contacts,
            contact,
        }))
    }

    async fn contact_of(&self, scope: &Scope, conversation: ConversationId) -> Result<Option<RecordId>, Error> {
        let tenant = scope.tenant().map(TenantId::as_str);
        let found: Option<Uuid> = sqlx::query_scalar(CONTACT_OF)
            .bind(conversation.0)
            .bind(tenant)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        let Some(found) = found else { return Ok(None) };
        let kin = kin(&self.readers, tenant, RecordId(found)).await?;
        Ok(kin.first().map(|contact| contact.id))
    }

    async fn proved_conversations(&self, tenant: &TenantId, kind: &str, address: &str) -> Result<Vec<Spoken>, Error> {
        let rows = sqlx::query(PROVED_CONVERSATIONS)
            .bind(tenant.as_str())
            .bind(kind)
            .bind(address)
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::spoken).collect()
    }

    async fn tag(&self, scope: &Scope, order: &Tagging) -> Result<Tagged, Error> {
        contact_tags::tag(self, scope, order).await
    }

    async fn tags_in_use(&self, scope: &Scope, limit: u32) -> Result<Vec<String>, Error> {
        tags::in_use(self, tags::OF_PEOPLE, scope, limit).await
    }

    async fn merge(&self, scope: &Scope, order: &MergeOrder) -> Result<Merged, Error> {
        let tenant = scope.tenant().map(TenantId::as_str);
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let keep = kin(&mut *transaction, tenant, order.keep).await?;
        let merged = kin(&mut *transaction, tenant, order.merge).await?;
        let (Some(first), Some(second)) = (keep.first(), merged.first()) else {
            return Ok(Merged::NotFound);
        };
        if first.tenant != second.tenant {
            return Ok(Merged::NotFound);
        }
        if keep.is(second.id) {
            return Ok(Merged::Already);
        }
        let note = (order.id, "colleague", order.by.as_str(), order.at);
        join(&mut transaction, (first, second), note).await?;
        transaction.commit().await.map_err(port)?;
        Ok(Merged::Done)
    }

    async fn unmerge(&self, scope: &Scope, merge: Uuid, by: &str, at: Timestamp) -> Result<bool, Error> {
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        let undone = sqlx::query(UNMERGE)
            .bind(merge)
            .bind(at.as_millis())
            .bind(by)
            .bind(scope.tenant().map(TenantId::as_str))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(port)?;
        let Some(row) = undone else { return Ok(false) };
        sqlx::query(UNPOINT)
            .bind(rows::get::<Uuid>(&row, 2)?)
            .bind(rows::get::<Uuid>(&row, 1)?)
            .bind(rows::get::<String>(&row, 0)?)
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
        transaction.commit().await.map_err(port)?;
        Ok(true)
    }

    async fn join_proved(&self, now: Timestamp, limit: u32) -> Result<u32, Error> {
        // Nearly always there is nothing, and the writer is left alone.
        let waiting = sqlx::query(TO_JOIN)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let mut connection = self.writer.lock().await?;
        let mut transaction = begin(&mut connection).await?;
        for row in &waiting {
            let (tenant, conversation): (String, i64) = (rows::get(row, 0)?, rows::get(row, 1)?);
            let (kind, address): (String, String) = (rows::get(row, 2)?, rows::get(row, 3)?);
            join_holders(&mut transaction, (&tenant, &kind, &address), now).await?;
            sqlx::query(JOINED)
                .bind(conversation)
                .bind(kind)
                .bind(address)
                .execute(&mut *transaction)
                .await
                .map_err(port)?;
        }
        transaction.commit().await.map_err(port)?;
        Ok(u32::try_from(waiting.len()).unwrap_or(u32::MAX))
    }

    async fn export(&self, scope: &Scope, contact: RecordId) -> Result<Option<Export>, Error> {
        erasure::export(self, scope, contact).await
    }

    async fn erase(&self, scope: &Scope, order: &ErasureOrder, seal: Sealer<'_>) -> Result<Option<Erasure>, Error> {
        erasure::erase(self, scope, order, seal).await
    }

    async fn unswept(&self) -> Result<Vec<(Uuid, Vec<ConversationId>)>, Error> {
        erasure::unswept(self).await
    }

    async fn swept(&self, erasure: Uuid, at: Timestamp) -> Result<bool, Error> {
        erasure::swept(self, erasure, at).await
    }

    async fn erasures(&self, scope: &Scope, page: Page) -> Result<Rows<Erasure>, Error> {
        erasure::list(self, scope, page).await
    }

    async fn arrived(&self, arrivals: &[Arrival]) -> Result<Vec<Known>, Error> {
        arrivals::arrived(self, arrivals).await
    }

    async fn begun_as(&self, shown: &[Shown]) -> Result<Vec<Option<Personal>>, Error> {
        arrivals::begun_as(self, shown).await
    }
}
