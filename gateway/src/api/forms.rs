//! The forms of web sites: taken in from anybody, since whoever fills one in has no credentials.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use frontdesk_actors::{FormKind, Preference, Tenant};
use frontdesk_core::{ChannelKind, TenantId};
use frontdesk_runtime::Refused;
use metrics::counter;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::not_found;
use super::extract::{Json, Path, Query};
use super::operator::word;
use super::public::accepted_language;
use super::{Api, Error};
use crate::channels::forms::{Judged, Sent};
use crate::channels::web_chat::Origin;
use crate::metrics::FORMS;

/// How long a browser may remember what a site is allowed, in seconds.
const PREFLIGHT_MAX_AGE_S: &str = "600";

/// A price is asked for. Names in camel case are understood as well.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body; the fields are read and checked one by one")]
pub struct QuoteForm {
    /// Whose form it is; the installation's default tenant when absent.
    tenant: Option<String>,
    /// 2–100 characters.
    name: String,
    /// An email address.
    email: String,
    /// 10–15 digits; local numbers belong to the tenant's region.
    phone: String,
    /// Such as `2026-12-05`.
    event_date: Option<String>,
    /// 1–10,000.
    guest_count: Option<u32>,
    /// In the person's words, up to 100 characters.
    budget: Option<String>,
    /// Up to 300 characters.
    location: Option<String>,
    /// Up to 2,000 characters.
    message: Option<String>,
    /// Agrees to the newsletter; `true` when absent.
    email_consent: Option<bool>,
    /// Agrees to text messages, and is answered by one; `false` when absent.
    sms_consent: Option<bool>,
    /// The language the form was shown in: `en`, `es`, `ru` or `uk`.
    language: Option<String>,
    /// The page the form was on, path only.
    page: Option<String>,
    /// Hidden from people: what fills it in is no person.
    website: Option<String>,
}

/// A date is to be booked. Names in camel case are understood as well.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body; the fields are read and checked one by one")]
pub struct BookingForm {
    /// Whose form it is; the installation's default tenant when absent.
    tenant: Option<String>,
    /// 2–100 characters.
    name: String,
    /// An email address.
    email: String,
    /// 10–15 digits; local numbers belong to the tenant's region.
    phone: String,
    /// How the person wants to hear back: `phone`, `text` or `email`.
    preferred_communication: String,
    /// Such as `2026-12-05`.
    event_date: String,
    /// Such as `18:30` or `6:30 PM`.
    event_time: String,
    /// 1–10,000.
    guest_count: u32,
    /// In one line, or with `street`, `city`, `state` and `zip`.
    #[schema(value_type = Option<String>)]
    address: Option<Value>,
    /// Up to 2,000 characters.
    message: Option<String>,
    /// Agrees to the newsletter; `true` when absent.
    email_consent: Option<bool>,
    /// Agrees to text messages; `false` when absent.
    sms_consent: Option<bool>,
    /// The language the form was shown in: `en`, `es`, `ru` or `uk`.
    language: Option<String>,
    /// The page the form was on, path only.
    page: Option<String>,
    /// Hidden from people: what fills it in is no person.
    website: Option<String>,
}

/// A form that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    /// What to name when asking about it.
    id: Uuid,
    /// `received`.
    status: &'static str,
    /// How the person will hear back: `phone`, `text` or `email`.
    #[schema(value_type = String)]
    reply_by: Preference,
    /// The same form had been taken in before.
    is_duplicate: bool,
}

/// Whose form it is, where the address tells it.
#[derive(Debug, Default, Deserialize)]
pub struct TenantQuery {
    tenant: Option<String>,
}

/// Takes in a request for a price
///
/// For pages of any site the tenant allows, so it takes no credentials. The same `Idempotency-Key` twice is
/// one form. Every fault of the fields is told at once, in `errors`.
#[utoipa::path(post, path = "/api/v1/public/leads", tag = "public", security(()), request_body = QuoteForm,
    responses((status = 201, body = Received), (status = 422, body = super::error::Problem),
        (status = 429, body = super::error::Problem), (status = 403, body = super::error::Problem)))]
pub async fn quote(
    state: State<Arc<Api>>,
    request: FormRequest,
    body: Result<Json<Map<String, Value>>, Error>,
) -> Response {
    take(state.0, FormKind::Quote, request, body).await
}

/// Takes in a request for a date
///
/// For pages of any site the tenant allows, so it takes no credentials. The same `Idempotency-Key` twice is
/// one form. Every fault of the fields is told at once, in `errors`.
#[utoipa::path(post, path = "/api/v1/bookings", tag = "public", security(()), request_body = BookingForm,
    responses((status = 201, body = Received), (status = 422, body = super::error::Problem),
        (status = 429, body = super::error::Problem), (status = 403, body = super::error::Problem)))]
pub async fn booking(
    state: State<Arc<Api>>,
    request: FormRequest,
    body: Result<Json<Map<String, Value>>, Error>,
) -> Response {
    take(state.0, FormKind::Booking, request, body).await
}

/// What the form on a page needs to know before it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormLook {
    /// The tenant's short name.
    tenant: String,
    /// What the business is called.
    name: String,
    /// The language of the texts.
    language: &'static str,
    /// Where local phone numbers belong (ISO 3166).
    region: String,
    /// The accent, `#rrggbb`.
    color: String,
    /// What is agreed to with the newsletter's box; null where there is no newsletter.
    newsletter_text: Option<String>,
    /// What is agreed to with the box for text messages; null where the tenant has no number to text from.
    sms_consent_text: Option<String>,
}

/// Shows what a tenant's forms say
///
/// For pages of any site, so it takes no credentials. Texts are in the first language of `Accept-Language`
/// that the tenant speaks, else in its own.
#[utoipa::path(get, path = "/api/v1/public/forms/{tenant}", tag = "public", security(()),
    params(("tenant" = String, Path, description = "the tenant's short name")),
    responses((status = 200, body = FormLook), (status = 404, body = super::error::Problem)))]
pub async fn look(State(api): State<Arc<Api>>, Path(id): Path<String>, request: HeaderMap) -> Response {
    let mut response = match find(&api, Some(&id)) {
        Ok((id, tenant)) => {
            let settings = tenant.settings();
            let language = accepted_language(&request, settings);
            let newsletter = settings.newsletter.as_ref();
            let look = FormLook {
                name: settings.name.clone(),
                language: language.code(),
                region: settings.region.clone(),
                color: settings.color.clone(),
                newsletter_text: newsletter.map(|newsletter| newsletter.text.get(language).clone()),
                sms_consent_text: can_text(&api, &id).then(|| tenant.sms_consent(language)),
                tenant: id.into(),
            };
            ([(header::CONTENT_LANGUAGE, language.code())], Json(look)).into_response()
        }
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

/// What a form's request says beside its body.
pub struct FormRequest {
    tenant: Option<String>,
    peer: IpAddr,
    headers: HeaderMap,
}

impl FromRequestParts<Arc<Api>> for FormRequest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Error> {
        let Query(query) = Query::<TenantQuery>::from_request_parts(parts, api).await?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self {
            tenant: query.tenant,
            peer: peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip()),
            headers: parts.headers.clone(),
        })
    }
}

/// Answers a browser that asks whether a page of another site may send a form. Whose form it will be
/// is not known yet, so the tenant is asked again when it comes.
pub async fn preflight(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    let origin = Origin::of(&headers, &api.forms.public_url);
    if !api.tenants.any(|tenant| origin.is_allowed_by(tenant.settings())) {
        return Error::ForeignOrigin.into_response();
    }
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, idempotency-key"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE_S),
    ];
    readable((StatusCode::NO_CONTENT, allowed).into_response(), &headers)
}

/// Lets the page that sent a request read its answer. Not for its cookies: none are looked at.
fn readable(mut response: Response, request: &HeaderMap) -> Response {
    let headers = response.headers_mut();
    if let Some(origin) = request.get(header::ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("retry-after"),
    );
    response
}

async fn take(
    api: Arc<Api>,
    kind: FormKind,
    request: FormRequest,
    body: Result<Json<Map<String, Value>>, Error>,
) -> Response {
    let answer = match body {
        Ok(Json(fields)) => receive(&api, kind, &request, &fields).await,
        Err(error) => Err(error),
    };
    let result = match &answer {
        Ok((result, _)) => *result,
        Err(Error::Invalid(_) | Error::BadRequest(_)) => "faulty",
        Err(Error::TooMany { .. }) => "too_many",
        Err(Error::ForeignOrigin) => return Error::ForeignOrigin.into_response(),
        Err(_) => "failed",
    };
    counter!(FORMS, "form" => kind.source(), "result" => result).increment(1);
    let response = match answer {
        Ok((_, received)) => (StatusCode::CREATED, Json(received)).into_response(),
        Err(error) => error.into_response(),
    };
    readable(response, &request.headers)
}

/// What became of the form, as it is counted, and what the sender is told.
async fn receive(
    api: &Api,
    kind: FormKind,
    request: &FormRequest,
    fields: &Map<String, Value>,
) -> Result<(&'static str, Received), Error> {
    let named = fields
        .get("tenant")
        .and_then(Value::as_str)
        .or(request.tenant.as_deref());
    let (id, tenant) = find(api, named)?;
    if !Origin::of(&request.headers, &api.forms.public_url).is_allowed_by(tenant.settings()) {
        return Err(Error::ForeignOrigin);
    }
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let key = header("idempotency-key")
        .map(|key| word("Idempotency-Key", key))
        .transpose()?;
    let sent = Sent {
        kind,
        fields,
        key,
        at: api.clock.now(),
    };
    let from = api.forms.sender(request.peer, header("x-forwarded-for"));
    match api.forms.judge(&id, &tenant, can_text(api, &id), from, sent) {
        Judged::Accepted { event, preferred } => {
            let id = event.id.0;
            let received = |is_duplicate| {
                let received = Received {
                    id,
                    status: "received",
                    reply_by: preferred,
                    is_duplicate,
                };
                ("received", received)
            };
            match api.runtime.deliver(*event).await {
                Ok(delivered) => Ok(received(delivered.is_duplicate)),
                // It is kept, and a colleague will see to it.
                Err(Refused::Parked) => Ok(received(false)),
                Err(refused) => Err(refused.into()),
            }
        }
        Judged::Trapped => {
            let received = Received {
                id: Uuid::new_v4(),
                status: "received",
                reply_by: Preference::Email,
                is_duplicate: false,
            };
            Ok(("trapped", received))
        }
        Judged::Faulty(faults) => Err(Error::Invalid(faults)),
        Judged::TooMany { retry_after_s } => Err(Error::TooMany { retry_after_s }),
    }
}

fn find(api: &Api, named: Option<&str>) -> Result<(TenantId, Arc<Tenant>), Error> {
    let id = match named {
        Some(name) => name.parse().map_err(|_| not_found("tenant")())?,
        None => api.forms.default_tenant().clone(),
    };
    let tenant = api.tenants.find(&id).ok_or_else(not_found("tenant"))?;
    Ok((id, tenant))
}

/// Whether the tenant has a number to text from.
fn can_text(api: &Api, id: &TenantId) -> bool {
    !api.tenants.routes_of(id, ChannelKind::Sms).is_empty()
}
