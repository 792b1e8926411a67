//! What the business keeps: upserts by person, email or id.

use frontdesk_core::ports::store::Error;
use sqlx::sqlite::SqliteConnection;

use super::statement::execute_json;
use crate::batch::{Batch, NewsletterRow, rounds};

const CONTACTS: &str = "
    INSERT INTO contacts
        (id, tenant, person, name, phone, phone_extension, email, language, conversation_id, created_at, updated_at)
    SELECT unhex(value ->> 'id', '-'), value ->> 'tenant', value ->> 'person', value ->> 'name', value ->> 'phone',
           value ->> 'phone_extension', value ->> 'email', value ->> 'language',
           unhex(value ->> 'conversation_id', '-'), value ->> 'at', value ->> 'at'
    FROM json_each(?1)
    WHERE true
    ON CONFLICT (tenant, person) DO UPDATE
    SET name = coalesce(excluded.name, name), phone = coalesce(excluded.phone, phone),
        phone_extension = coalesce(excluded.phone_extension, phone_extension),
        email = coalesce(excluded.email, email), language = coalesce(excluded.language, language),
        conversation_id = excluded.conversation_id, updated_at = excluded.updated_at";

/// The context is merged field by field, as Postgres' `||` does it; `json_patch` would merge
/// deeper and drop nulls.
const LEADS: &str = "
    INSERT INTO leads
        (id, tenant, person, source, status, name, phone, email, context, channel, conversation_id,
         created_at, updated_at)
    SELECT unhex(value ->> 'id', '-'), value ->> 'tenant', value ->> 'person', value ->> 'source', 'new',
           value ->> 'name', value ->> 'phone', value ->> 'email', value -> 'context', value ->> 'channel',
           unhex(value ->> 'conversation_id', '-'), value ->> 'at', value ->> 'at'
    FROM json_each(?1)
    WHERE true
    ON CONFLICT (tenant, person) DO UPDATE
    SET name = coalesce(excluded.name, name), phone = coalesce(excluded.phone, phone),
        email = coalesce(excluded.email, email),
        context = (
            SELECT json_group_object(field, json(content))
            FROM (SELECT old.key AS field, leads.context -> old.fullkey AS content
                  FROM json_each(leads.context) AS old
                  WHERE old.key NOT IN (SELECT key FROM json_each(excluded.context))
                  UNION ALL
                  SELECT new.key, excluded.context -> new.fullkey FROM json_each(excluded.context) AS new)),
        conversation_id = excluded.conversation_id, updated_at = excluded.updated_at";

/// Without any consent there is nothing to subscribe, only something to end.
const NEWSLETTER: &str = "
    INSERT INTO newsletter
        (id, tenant, email, name, phone, source, email_consent, sms_consent, subscribed_at)
    SELECT unhex(value ->> 'id', '-'), value ->> 'tenant', value ->> 'email', value ->> 'name', value ->> 'phone',
           value ->> 'source', value ->> 'email_consent', value ->> 'sms_consent', value ->> 'at'
    FROM json_each(?1)
    WHERE value ->> 'email_consent' OR value ->> 'sms_consent'
       OR EXISTS (SELECT 1 FROM newsletter
                  WHERE newsletter.tenant = value ->> 'tenant' AND newsletter.email = value ->> 'email')
    ON CONFLICT (tenant, email) DO UPDATE
    SET name = coalesce(excluded.name, name), phone = coalesce(excluded.phone, phone),
        email_consent = excluded.email_consent, sms_consent = excluded.sms_consent,
        subscribed_at = iif(unsubscribed_at IS NOT NULL AND (excluded.email_consent OR excluded.sms_consent),
                            excluded.subscribed_at, subscribed_at),
        unsubscribed_at = iif(excluded.email_consent OR excluded.sms_consent,
                              NULL, coalesce(unsubscribed_at, excluded.subscribed_at))";

const CONSENTS: &str = "
    INSERT INTO consents
        (id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at)
    SELECT unhex(value ->> 'id', '-'), value ->> 'tenant', value ->> 'channel',
           unhex(value ->> 'conversation_id', '-'), value ->> 'subject', value ->> 'purpose',
           value ->> 'is_granted', value ->> 'words_shown', value ->> 'words_said', value ->> 'at'
    FROM json_each(?1)";

const TICKETS_OPENED: &str = "
    INSERT INTO tickets (id, tenant, channel, conversation_id, reason, context, opened_at)
    SELECT unhex(value ->> 'id', '-'), value ->> 'tenant', value ->> 'channel',
           unhex(value ->> 'conversation_id', '-'), value ->> 'reason', value -> 'context', value ->> 'at'
    FROM json_each(?1)
    WHERE true
    ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, context = excluded.context, closed_at = NULL";

const TICKETS_CLOSED: &str = "
    UPDATE tickets SET closed_at = ended.at
    FROM (SELECT unhex(value ->> 'id', '-') AS id, value ->> 'tenant' AS tenant, value ->> 'at' AS at
          FROM json_each(?1)) AS ended
    WHERE tickets.id = ended.id AND tickets.tenant = ended.tenant AND tickets.closed_at IS NULL";

pub(super) async fn write(connection: &mut SqliteConnection, batch: &Batch<'_>) -> Result<(), Error> {
    execute_json(connection, CONTACTS, &batch.contacts).await?;
    execute_json(connection, LEADS, &batch.leads).await?;
    for round in rounds(&batch.newsletter, NewsletterRow::subscriber) {
        execute_json(connection, NEWSLETTER, &round).await?;
    }
    execute_json(connection, CONSENTS, &batch.consents).await?;
    execute_json(connection, TICKETS_OPENED, &batch.tickets_opened).await?;
    execute_json(connection, TICKETS_CLOSED, &batch.tickets_closed).await?;
    Ok(())
}
