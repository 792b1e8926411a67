//! Contacts, leads and newsletter subscriptions.

use std::sync::Arc;

use axum::extract::State;
use frontdesk_core::{Personal, RecordId, records};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
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
        Self {
            id: row.id.0,
            tenant: row.tenant.into(),
            name: words(row.name),
            phone: words(row.phone),
            phone_extension: words(row.phone_extension),
            email: words(row.email),
            language: row.language.map(frontdesk_core::Language::code),
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

/// Lists contacts
#[utoipa::path(get, path = "/api/v1/contacts", tag = "people", params(PageQuery),
    responses((status = 200, body = Listed<Contact>)))]
pub async fn contacts(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Contact>>, Error> {
    let rows = api.reader.contacts(&caller.scope, page.page()?).await?;
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
    let rows = api.reader.leads(&caller.scope, page.page()?).await?;
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
