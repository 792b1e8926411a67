//! What belongs to a person, gathered before it is handed out or erased: contacts, addresses,
//! conversations, dead letters that mention them.

use frontdesk_core::ports::people::{People, Whom};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ConversationId, RecordId, TenantId};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::{Postgres, people};
use crate::codec::{self, derived_conversations};
use crate::error::port;

const GATHER_CONTACT: &str = "
    INSERT INTO erasure_scope (erasure, tenant, person, row_id)
    SELECT $1::uuid, tenant, person, id FROM contacts WHERE id = $2";

const GATHER_ADDRESSES: &str = "
    INSERT INTO erasure_scope (erasure, tenant, address)
    SELECT $1::uuid, $2::text, address FROM (
        SELECT address FROM addresses
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)
        UNION SELECT phone FROM contacts
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)
        UNION SELECT email FROM contacts
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)
        UNION SELECT phone FROM leads
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)
        UNION SELECT email FROM leads
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)) AS known
    WHERE address <> ''";

const GATHER_CONVERSATIONS: &str = "
    INSERT INTO erasure_scope (erasure, tenant, conversation_id)
    SELECT $1::uuid, $2::text, conversation_id FROM (
        SELECT conversation_id FROM addresses
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)
        UNION SELECT conversation_id FROM contacts
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)
        UNION SELECT conversation_id FROM leads
        WHERE tenant = $2 AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)) AS known";

const GATHER_CONVERSATION: &str = "
    INSERT INTO erasure_scope (erasure, tenant, conversation_id) VALUES ($1, $2, $3)";

const THREAD: &str = "
    SELECT tenant FROM conversations WHERE id = $1 AND ($2::text IS NULL OR tenant = $2)";

const GATHER_THREAD: &str = "
    INSERT INTO erasure_scope (erasure, tenant, conversation_id)
    SELECT $1::uuid, tenant, id FROM conversations WHERE id = $2";

const GATHER_THREAD_ADDRESS: &str = "
    INSERT INTO erasure_scope (erasure, tenant, address)
    SELECT $1::uuid, tenant, address FROM conversations WHERE id = $2";

const GATHER_THREAD_PERSONS: &str = "
    INSERT INTO erasure_scope (erasure, tenant, person)
    SELECT $1::uuid, tenant, person FROM (
        SELECT tenant, person FROM addresses WHERE conversation_id = $2
        UNION SELECT tenant, person FROM leads WHERE conversation_id = $2
        UNION SELECT tenant, person FROM contacts WHERE conversation_id = $2) AS spoken";

/// What nobody owns is looked through as well. Short texts would be found everywhere.
const GATHER_DEAD_LETTERS: &str = "
    INSERT INTO erasure_scope (erasure, tenant, row_id)
    SELECT $1::uuid, $2::text, id FROM dead_letters
    WHERE tenant IN ($2, 'nobody')
      AND EXISTS (SELECT 1 FROM erasure_scope
                  WHERE erasure = $1 AND length(address) > 6 AND strpos(event, ltrim(address, '+')) > 0)";

const ADDRESSES: &str = "
    SELECT DISTINCT address FROM erasure_scope WHERE erasure = $1 AND address IS NOT NULL";

const PROVED: &str = "
    SELECT DISTINCT address FROM addresses
    WHERE tenant = $2 AND is_proved AND person IN (SELECT person FROM erasure_scope WHERE erasure = $1)";

/// Gathers what belongs to a person; `None` when there is no such contact.
pub(super) async fn gather(
    connection: &mut PgConnection,
    scope: &Scope,
    erasure: Uuid,
    contact: RecordId,
) -> Result<Option<TenantId>, Error> {
    let kin = people::kin(&mut *connection, scope.tenant().map(TenantId::as_str), contact).await?;
    let Some(tenant) = kin.contacts.first().map(|contact| contact.tenant.clone()) else {
        return Ok(None);
    };
    for contact in &kin.contacts {
        gather_by(connection, GATHER_CONTACT, erasure, contact.id.0).await?;
    }
    gather_rest(connection, erasure, &tenant, &kin.persons).await?;
    Ok(Some(tenant))
}

/// Gathers what belongs to whoever has a conversation and no contact; `None` when there is no such
/// conversation.
pub(super) async fn gather_thread(
    connection: &mut PgConnection,
    scope: &Scope,
    erasure: Uuid,
    conversation: ConversationId,
) -> Result<Option<TenantId>, Error> {
    let tenant: Option<String> = sqlx::query_scalar(THREAD)
        .bind(conversation.0)
        .bind(scope.tenant().map(TenantId::as_str))
        .fetch_optional(&mut *connection)
        .await
        .map_err(port)?;
    let Some(tenant) = tenant else { return Ok(None) };
    let tenant = codec::tenant(&tenant)?;
    for sql in [GATHER_THREAD, GATHER_THREAD_ADDRESS, GATHER_THREAD_PERSONS] {
        gather_by(connection, sql, erasure, conversation.0).await?;
    }
    gather_rest(connection, erasure, &tenant, &[]).await?;
    Ok(Some(tenant))
}

/// Gathers what follows from the people who are gathered already.
async fn gather_rest(
    connection: &mut PgConnection,
    erasure: Uuid,
    tenant: &TenantId,
    persons: &[String],
) -> Result<(), Error> {
    for sql in [GATHER_ADDRESSES, GATHER_CONVERSATIONS] {
        gather_by(connection, sql, erasure, tenant.as_str().to_owned()).await?;
    }
    let addresses: Vec<String> = sqlx::query_scalar(ADDRESSES)
        .bind(erasure)
        .fetch_all(&mut *connection)
        .await
        .map_err(port)?;
    let proved: Vec<String> = sqlx::query_scalar(PROVED)
        .bind(erasure)
        .bind(tenant.as_str())
        .fetch_all(&mut *connection)
        .await
        .map_err(port)?;
    for conversation in derived_conversations(tenant, persons, &addresses, &proved) {
        sqlx::query(GATHER_CONVERSATION)
            .bind(erasure)
            .bind(tenant.as_str())
            .bind(conversation.0)
            .execute(&mut *connection)
            .await
            .map_err(port)?;
    }
    gather_by(connection, GATHER_DEAD_LETTERS, erasure, tenant.as_str().to_owned()).await
}

async fn gather_by<'q, T>(connection: &mut PgConnection, sql: &'static str, erasure: Uuid, by: T) -> Result<(), Error>
where
    T: sqlx::Encode<'q, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + 'q,
{
    let gathered = sqlx::query(sql).bind(erasure).bind(by).execute(connection).await;
    gathered.map(drop).map_err(port)
}

/// The contact that speaks for whoever is to be erased. Should they become one meanwhile, they are erased
/// by their conversation all the same.
pub(super) async fn contact(db: &Postgres, scope: &Scope, whom: Whom) -> Result<Option<RecordId>, Error> {
    match whom {
        Whom::Contact(contact) => Ok(Some(contact)),
        Whom::Conversation(conversation) => db.contact_of(scope, conversation).await,
    }
}
