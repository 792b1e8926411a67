//! Contacts, leads and newsletter subscriptions.

use std::sync::Arc;

use axum::extract::State;
use frontdesk_actors::answer::phone;
use frontdesk_core::ports::reader::LeadFilter;
use frontdesk_core::{Personal, RecordId, records};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::page::{Listed, PageQuery};
use super::{Api, Caller, Error, not_found};

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contact {
    /// Its id.
    id: Uuid,
    /// Whose.
    tenant: String,
    /// Name.
    name: Option<String>,
    /// Phone in E.164.
    phone: Option<String>,
    /// Extension of the phone.
    phone_extension: Option<String>,
    /// Email.
    email: Option<String>,
    /// The language they write: `en`, `es`, `ru` or `uk`.
    language: Option<&'static str>,
    /// The country of the phone number (ISO 3166).
    country: Option<String>,
    /// The time zone (IANA), where one is known; see `time_zone_source`.
    time_zone: Option<&'static str>,
    /// Where the time zone comes from: `phone_number`, a guess, as people keep their numbers.
    time_zone_source: Option<&'static str>,
    /// Words that colleagues put on them.
    tags: Vec<String>,
    /// The conversation they were last heard in.
    conversation_id: Uuid,
    /// First heard of, RFC 3339.
    created_at: String,
    /// Last changed, RFC 3339.
    updated_at: String,
}

fn words(text: Option<Personal>) -> Option<String> {
    text.map(Personal::into_string)
}

impl From<records::Contact> for Contact {
    fn from(row: records::Contact) -> Self {
        let place = row.phone.as_deref().map(phone::place).unwrap_or_default();
        Self {
            country: place.country,
            time_zone: place.time_zone,
            time_zone_source: place.time_zone.map(|_| "phone_number"),
            id: row.id.0,
            tenant: row.tenant.into(),
            name: words(row.name),
            phone: words(row.phone),
            phone_extension: words(row.phone_extension),
            email: words(row.email),
            language: row.language.map(frontdesk_core::Language::code),
            tags: row.tags,
            conversation_id: row.conversation.0,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

/// An interest in buying.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lead {
    /// Its id.
    id: Uuid,
    /// Whose.
    tenant: String,
    /// Where it came from first, such as `CHAT`.
    source: String,
    /// `new`, until a colleague says otherwise.
    status: String,
    /// Name.
    name: Option<String>,
    /// Phone in E.164.
    phone: Option<String>,
    /// Email.
    email: Option<String>,
    /// What they want.
    context: Map<String, Value>,
    /// The channel it came from first.
    channel: &'static str,
    /// The conversation it was last heard in.
    conversation_id: Uuid,
    /// First heard of, RFC 3339.
    created_at: String,
    /// Last changed, RFC 3339.
    updated_at: String,
}

impl From<records::Lead> for Lead {
    fn from(row: records::Lead) -> Self {
        Self {
            id: row.id.0,
            tenant: row.tenant.into(),
            source: row.source,
            status: row.status,
            name: words(row.name),
            phone: words(row.phone),
            email: words(row.email),
            context: row.context,
            channel: row.channel.code(),
            conversation_id: row.conversation.0,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

/// A subscription to the newsletter.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscription {
    /// Its id.
    id: Uuid,
    /// Whose.
    tenant: String,
    /// The address.
    email: String,
    /// Name.
    name: Option<String>,
    /// Phone in E.164.
    phone: Option<String>,
    /// Where it came from first, such as `CHAT`.
    source: String,
    /// Wants email.
    email_consent: bool,
    /// Wants text messages.
    sms_consent: bool,
    /// When they subscribed, RFC 3339.
    subscribed_at: String,
    /// When they followed the link sent to the address, RFC 3339; null until then.
    confirmed_at: Option<String>,
    /// When they left again, RFC 3339.
    unsubscribed_at: Option<String>,
}

impl From<records::Subscription> for Subscription {
    fn from(row: records::Subscription) -> Self {
        Self {
            id: row.id.0,
            tenant: row.tenant.into(),
            email: row.email.into_string(),
            name: words(row.name),
            phone: words(row.phone),
            source: row.source,
            email_consent: row.email_consent,
            sms_consent: row.sms_consent,
            subscribed_at: row.subscribed_at.to_string(),
            confirmed_at: row.confirmed_at.map(|at| at.to_string()),
            unsubscribed_at: row.unsubscribed_at.map(|at| at.to_string()),
        }
    }
}

/// Words of consent or refusal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consent {
    /// Its id.
    id: Uuid,
    /// Whose.
    tenant: String,
    /// Who: `phone:+15551234567`, `email:ana@example.com`, or an address on the channel.
    subject: String,
    /// To what: `newsletter`, `sms`, `contact` (words on the channel), `contact_everywhere`.
    purpose: String,
    /// Yes or no.
    is_granted: bool,
    /// The words shown.
    words_shown: String,
    /// The words said.
    words_said: String,
    /// Over which channel.
    channel: &'static str,
    /// In which conversation.
    conversation_id: Uuid,
    /// When, RFC 3339.
    at: String,
}

impl From<records::Consent> for Consent {
    fn from(row: records::Consent) -> Self {
        Self {
            id: row.id.0,
            tenant: row.tenant.into(),
            subject: row.subject.into_string(),
            purpose: row.purpose,
            is_granted: row.is_granted,
            words_shown: row.words_shown,
            words_said: row.words_said.into_string(),
            channel: row.channel.code(),
            conversation_id: row.conversation.0,
            at: row.at.to_string(),
        }
    }
}

/// Of whom.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SubjectQuery {
    /// `phone:+15551234567` or `email:ana@example.com`; everybody when absent.
    subject: Option<String>,
}

/// Lists words of consent and refusal
#[utoipa::path(get, path = "/api/v1/consents", tag = "people", params(SubjectQuery, PageQuery),
    responses((status = 200, body = Listed<Consent>)))]
pub async fn consents(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(of): Query<SubjectQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Consent>>, Error> {
    let subject = of.subject.as_deref();
    let rows = api.reader.consents(&caller.scope, subject, page.page()?).await?;
    Ok(Json(Listed::of(rows)))
}

/// Lists contacts
#[utoipa::path(get, path = "/api/v1/contacts", tag = "people", params(PageQuery),
    responses((status = 200, body = Listed<Contact>)))]
pub async fn contacts(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Contact>>, Error> {
    let rows = api.reader.contacts(&caller.scope, None, page.page()?).await?;
    Ok(Json(Listed::of(rows)))
}

/// Lists leads
#[utoipa::path(get, path = "/api/v1/leads", tag = "people", params(PageQuery),
    responses((status = 200, body = Listed<Lead>)))]
pub async fn leads(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Lead>>, Error> {
    let rows = api
        .reader
        .leads(&caller.scope, &LeadFilter::default(), page.page()?)
        .await?;
    Ok(Json(Listed::of(rows)))
}

/// Shows one lead
#[utoipa::path(get, path = "/api/v1/leads/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = Lead), (status = 404, body = super::error::Problem)))]
pub async fn lead(State(api): State<Arc<Api>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Lead>, Error> {
    let found = api.reader.lead(&caller.scope, RecordId(id)).await?;
    found.map(|row| Json(row.into())).ok_or_else(not_found("lead"))
}

/// Lists newsletter subscriptions, ended ones included
#[utoipa::path(get, path = "/api/v1/newsletter", tag = "people", params(PageQuery),
    responses((status = 200, body = Listed<Subscription>)))]
pub async fn newsletter(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Subscription>>, Error> {
    let rows = api.reader.newsletter(&caller.scope, page.page()?).await?;
    Ok(Json(Listed::of(rows)))
}
