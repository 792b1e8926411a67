//! What the business keeps: upserts by person, email or id.

use std::collections::HashMap;

use frontdesk_core::ports::store::Error;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::statement::{Statement, Values, execute_json};
use super::turns::Placed;
use crate::batch::{AddressRow, Batch, ConsentRow, ContactRow, LeadRow, NewsletterRow, rounds};
use crate::codec::to_json;

/// What somebody claims of a person replaces nothing that whoever holds the number has said. Here and
/// below what is known already is not written again: that would change the row's page, and an entry of
/// each index over one of the columns.
pub(super) const CONTACTS: Statement = Statement::new(
    "INSERT OR FAIL INTO contacts
         (id, tenant, person, name, phone, phone_extension, email, language, is_name_proved, is_phone_proved, is_email_proved,
          conversation_id, created_at, updated_at)
     SELECT *, column13 FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (tenant, person) DO UPDATE
     SET name = iif(is_name_proved AND NOT excluded.is_name_proved, name, coalesce(excluded.name, name)),
         phone = iif(is_phone_proved AND NOT excluded.is_phone_proved, phone, coalesce(excluded.phone, phone)),
         phone_extension = iif(is_phone_proved AND NOT excluded.is_phone_proved, phone_extension, coalesce(excluded.phone_extension, phone_extension)),
         email = iif(is_email_proved AND NOT excluded.is_email_proved, email, coalesce(excluded.email, email)),
         language = iif(is_phone_proved AND NOT excluded.is_phone_proved, language, coalesce(excluded.language, language)),
         is_name_proved = is_name_proved OR excluded.is_name_proved,
         is_phone_proved = is_phone_proved OR excluded.is_phone_proved,
         is_email_proved = is_email_proved OR excluded.is_email_proved,
         conversation_id = excluded.conversation_id, updated_at = excluded.updated_at
     WHERE conversation_id <> excluded.conversation_id OR is_name_proved < excluded.is_name_proved
        OR is_phone_proved < excluded.is_phone_proved OR is_email_proved < excluded.is_email_proved
        OR name IS NOT coalesce(excluded.name, name) OR phone IS NOT coalesce(excluded.phone, phone)
        OR phone_extension IS NOT coalesce(excluded.phone_extension, phone_extension)
        OR email IS NOT coalesce(excluded.email, email) OR language IS NOT coalesce(excluded.language, language)"
);

/// The context is merged field by field, as Postgres' `||` does it; `json_patch` would merge
/// deeper and drop nulls.
pub(super) const LEADS: Statement = Statement::new(
    "INSERT OR FAIL INTO leads
         (id, tenant, person, source, name, phone, email, context, channel, is_name_proved, is_phone_proved, is_email_proved,
          conversation_id, created_at, updated_at, status)
     SELECT *, column14, 'new' FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (tenant, person) DO UPDATE
     SET name = iif(is_name_proved AND NOT excluded.is_name_proved, name, coalesce(excluded.name, name)),
         phone = iif(is_phone_proved AND NOT excluded.is_phone_proved, phone, coalesce(excluded.phone, phone)),
         email = iif(is_email_proved AND NOT excluded.is_email_proved, email, coalesce(excluded.email, email)),
         is_name_proved = is_name_proved OR excluded.is_name_proved,
         is_phone_proved = is_phone_proved OR excluded.is_phone_proved,
         is_email_proved = is_email_proved OR excluded.is_email_proved,
         context = (
             SELECT iif(claimed, json_set(merged, '$.claimed', json_object('name', excluded.name,
                            'phone', excluded.phone, 'email', excluded.email)), merged)
             FROM (SELECT
                 (is_name_proved AND NOT excluded.is_name_proved AND excluded.name <> name)
                     OR (is_phone_proved AND NOT excluded.is_phone_proved AND excluded.phone <> phone)
                     OR (is_email_proved AND NOT excluded.is_email_proved AND excluded.email <> email) AS claimed,
                 iif(excluded.context IN ('{}', leads.context), leads.context, (
                     SELECT json_group_object(field, json(content))
                     FROM (SELECT old.key AS field, leads.context -> old.fullkey AS content
                           FROM json_each(leads.context) AS old
                           WHERE old.key NOT IN (SELECT key FROM json_each(excluded.context))
                           UNION ALL
                           SELECT new.key, excluded.context -> new.fullkey
                           FROM json_each(excluded.context) AS new))) AS merged)),
         status = 'new',
         conversation_id = excluded.conversation_id, updated_at = excluded.updated_at
     WHERE conversation_id <> excluded.conversation_id OR status <> 'new'
        OR is_name_proved < excluded.is_name_proved OR is_phone_proved < excluded.is_phone_proved
        OR is_email_proved < excluded.is_email_proved OR name IS NOT coalesce(excluded.name, name)
        OR phone IS NOT coalesce(excluded.phone, phone) OR email IS NOT coalesce(excluded.email, email)
        OR excluded.context NOT IN ('{}', context)"
);

/// Without any consent there is nothing to subscribe, only something to end. Who subscribes again
/// confirms again.
pub(super) const NEWSLETTER: Statement = Statement::new(
    "INSERT OR FAIL INTO newsletter
         (id, tenant, email, name, phone, source, email_consent, sms_consent, subscribed_at, confirmed_at)
     SELECT column1, column2, column3, column4, column5, column6, coalesce(column7, old.email_consent, false),
            coalesce(column8, old.sms_consent, false), column9, iif(column10, column9, NULL)
     FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?)",
    ") LEFT JOIN newsletter AS old ON old.tenant = column2 AND old.email = column3
     WHERE column1 IS NOT NULL AND (column7 OR column8 OR old.id IS NOT NULL)
     ON CONFLICT (tenant, email) DO UPDATE
     SET name = coalesce(excluded.name, name), phone = coalesce(excluded.phone, phone),
         email_consent = excluded.email_consent, sms_consent = excluded.sms_consent,
         subscribed_at = iif(unsubscribed_at IS NOT NULL AND (excluded.email_consent OR excluded.sms_consent),
                             excluded.subscribed_at, subscribed_at),
         confirmed_at = iif(unsubscribed_at IS NOT NULL AND (excluded.email_consent OR excluded.sms_consent),
                            excluded.confirmed_at, coalesce(confirmed_at, excluded.confirmed_at)),
         unsubscribed_at = iif(excluded.email_consent OR excluded.sms_consent,
                               NULL, coalesce(unsubscribed_at, excluded.subscribed_at))",
);

pub(super) const CONSENTS: Statement = Statement::new(
    "INSERT OR FAIL INTO consents
         (id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL",
);

const TICKETS_OPENED: &str = "
    INSERT INTO tickets (id, tenant, channel, conversation_id, reason, context, opened_at)
    SELECT unhex(value ->> 'id', '-'), value ->> 'tenant', value ->> 'channel',
           unhex(value ->> 'conversation_id', '-'), value ->> 'reason', value -> 'context', value ->> 'at'
    FROM jsonb_each(?1)
    WHERE true
    ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, context = excluded.context, closed_at = NULL";

const TICKETS_CLOSED: &str = "
    UPDATE tickets SET closed_at = ended.at
    FROM (SELECT unhex(value ->> 'id', '-') AS id, value ->> 'tenant' AS tenant, value ->> 'at' AS at
          FROM jsonb_each(?1)) AS ended
    WHERE tickets.id = ended.id AND tickets.tenant = ended.tenant AND tickets.closed_at IS NULL";

/// What was proved once stays proved. What is known already is left as it is.
pub(super) const ADDRESSES: Statement = Statement::new(
    "INSERT OR FAIL INTO addresses
         (conversation, conversation_id, tenant, person, channel, kind, address, is_proved, at)
     SELECT * FROM (VALUES ",
    "(?,?,?,?,?,?,?,?,?)",
    ") WHERE column1 IS NOT NULL
     ON CONFLICT (conversation, kind, address) DO UPDATE
     SET is_proved = is_proved OR excluded.is_proved, person = excluded.person
     WHERE is_proved < excluded.is_proved OR person <> excluded.person",
);

/// Most commits have none of these.
pub(super) async fn write_tickets(connection: &mut SqliteConnection, batch: &Batch<'_>) -> Result<(), Error> {
    execute_json(connection, TICKETS_OPENED, &batch.tickets_opened).await?;
    execute_json(connection, TICKETS_CLOSED, &batch.tickets_closed).await?;
    Ok(())
}

/// Changes of the newsletter such that nobody is among them twice; whatever stands before them is written.
pub(super) async fn all_but_last_round<'r>(
    connection: &mut SqliteConnection,
    batch: &'r Batch<'r>,
) -> Result<Vec<&'r NewsletterRow<'r>>, Error> {
    let mut rounds = rounds(&batch.newsletter, NewsletterRow::subscriber);
    let last = rounds.pop().unwrap_or_default();
    for round in rounds {
        NEWSLETTER.execute(connection, &round, bind_subscription).await?;
    }
    Ok(last)
}

/// Addresses, each with the number of its conversation.
pub(super) fn addresses<'r>(placed: &[Placed<'_>], batch: &'r Batch<'r>) -> Vec<(Option<i64>, &'r AddressRow<'r>)> {
    if batch.addresses.is_empty() {
        return Vec::new();
    }
    let numbers = placed.iter().map(|placed| (placed.turn.conversation.0, placed.number));
    let numbers: HashMap<Uuid, i64> = numbers.collect();
    let rows = batch.addresses.iter();
    rows.map(|row| (numbers.get(&row.conversation_id).copied(), row))
        .collect()
}

pub(super) fn bind_address(values: Values, (number, row): &(Option<i64>, &AddressRow<'_>)) -> Values {
    values
        .bind(*number)
        .bind(row.conversation_id)
        .text(row.tenant)
        .text(row.person)
        .text(row.channel)
        .text(row.kind)
        .text(row.address)
        .bind(row.is_proved)
        .bind(row.at)
}

pub(super) fn bind_contact(values: Values, row: &ContactRow<'_>) -> Values {
    values
        .bind(row.id)
        .text(row.tenant)
        .text(row.person)
        .text(row.name)
        .text(row.phone)
        .text(row.phone_extension)
        .text(row.email)
        .text(row.language)
        .bind(row.proved.name)
        .bind(row.proved.phone)
        .bind(row.proved.email)
        .bind(row.conversation_id)
        .bind(row.at)
}

pub(super) fn bind_lead(values: Values, row: &LeadRow<'_>) -> Values {
    values
        .bind(row.id)
        .text(row.tenant)
        .text(row.person)
        .text(row.source)
        .text(row.name)
        .text(row.phone)
        .text(row.email)
        .bind(to_json(row.context))
        .text(row.channel)
        .bind(row.proved.name)
        .bind(row.proved.phone)
        .bind(row.proved.email)
        .bind(row.conversation_id)
        .bind(row.at)
}

pub(super) fn bind_subscription(values: Values, row: &&NewsletterRow<'_>) -> Values {
    values
        .bind(row.id)
        .text(row.tenant)
        .text(row.email)
        .text(row.name)
        .text(row.phone)
        .text(row.source)
        .bind(row.email_consent)
        .bind(row.sms_consent)
        .bind(row.at)
        .bind(row.is_confirmed)
}

pub(super) fn bind_consent(values: Values, row: &ConsentRow<'_>) -> Values {
    values
        .bind(row.id)
        .text(row.tenant)
        .text(row.channel)
        .bind(row.conversation_id)
        .text(row.subject)
        .text(row.purpose)
        .bind(row.is_granted)
        .text(row.words_shown)
        .text(row.words_said)
        .bind(row.at)
}
