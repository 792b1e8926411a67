//! The twin of RingCentral: tokens, text messages, the message store, events with our token.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use frontdesk_core::{DeliveryStatus, Timestamp};
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::desk::{has_basic, lost_answer, slow_down};
use super::{Desk, Hook, Kind, Line, PICTURE, PICTURE_TYPE, Said, Twin, picture};
use crate::channels::ringcentral::{Config, NAME, PATH};

/// Messages that the store remembers.
const STORED_MAX: usize = 1_000;
/// Characters of a text.
const TEXT_CHARACTERS_MAX: usize = 1_000;
/// The first id given; the provider's are of this size.
const FIRST_ID: u64 = 3_062_991_514_000;
/// The token that is granted; an expired one is any other.
const ACCESS_TOKEN: &str = "sandbox-access-token";
/// A number whose owner has opted out, which is told in the record.
const OPTED_OUT: &str = "+15005550004";

pub(super) struct RingCentral {
    config: Config,
    desk: Arc<Desk>,
    stored: Mutex<VecDeque<Value>>,
    next_id: AtomicU64,
}

impl RingCentral {
    pub(super) fn new(config: Config, desk: Arc<Desk>) -> Self {
        let started = u64::try_from(desk.now().as_millis()).unwrap_or_default();
        Self {
            config,
            desk,
            stored: Mutex::default(),
            next_id: AtomicU64::new(FIRST_ID + started),
        }
    }

    fn event(&self, filter: &str, body: &Value) -> Hook {
        let now = self.desk.now().to_string();
        let number = self.next_id.fetch_add(1, Ordering::Relaxed);
        let envelope = json!({
            "uuid": number.to_string(),
            "event": format!("/restapi/v1.0/account/809646016/extension/62989300001/{filter}"),
            "timestamp": now,
            "subscriptionId": "7e4a7486-8df9-4195-8aef-b8d81d3345f6",
            "ownerId": "62989300001",
            "body": body,
        });
        let token = self.config.verification_token.expose_secret().to_owned();
        Hook {
            path: PATH.to_owned(),
            headers: vec![(HeaderName::from_static("verification-token"), token)],
            media_type: "application/json; charset=UTF-8",
            body: envelope.to_string().into(),
        }
    }

    /// Takes a message that passed every check; its record.
    fn take(&self, message: &Message) -> Value {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let now = self.desk.now().to_string();
        let to = &message.to[0].phone_number;
        let record = json!({
            "id": id, "type": "SMS", "direction": "Outbound", "availability": "Alive", "priority": "Normal",
            "from": {"phoneNumber": message.from.phone_number}, "to": [{"phoneNumber": to}],
            "subject": message.text, "messageStatus": "Queued",
            "creationTime": now, "lastModifiedTime": now,
        });
        let line = Line {
            channel: NAME.to_owned(),
            customer: to.clone(),
            business: message.from.phone_number.clone(),
        };
        let mut later = record.clone();
        if to == OPTED_OUT {
            later["messageStatus"] = "SendingFailed".into();
            later["deliveryErrorCode"] = "SMS-RC-413".into();
        } else {
            later["messageStatus"] = "Delivered".into();
            self.desk.show(&line, &id.to_string(), &message.text, Vec::new());
            self.desk.tick(&line, &id.to_string(), DeliveryStatus::Delivered);
        }
        let mut stored = self.stored.lock();
        if stored.len() == STORED_MAX {
            stored.pop_back();
        }
        stored.push_front(later);
        drop(stored);
        let changed = json!({"lastUpdated": now, "changes": [{"type": "SMS", "newCount": 0, "updatedCount": 1}]});
        self.desk.post_later(NAME, vec![self.event("message-store", &changed)]);
        record
    }
}

impl Twin for RingCentral {
    fn name(&self) -> &'static str {
        NAME
    }

    fn api(self: Arc<Self>) -> Router {
        Router::new()
            .route("/restapi/oauth/token", post(token))
            .route("/restapi/v1.0/account/~/extension/~", get(extension))
            .route("/restapi/v1.0/account/~/extension/~/sms", post(create))
            .route("/restapi/v1.0/account/~/extension/~/message-store", get(list))
            .route(
                "/restapi/v1.0/account/~/extension/~/message-store/{id}/content/{part}",
                get(file),
            )
            .with_state(self)
    }

    fn told(&self, said: &Said) -> Hook {
        let text = if said.is_picture() { "" } else { &said.text };
        let mut body = received(&said.id, &said.line, text, said.at_ms);
        if said.is_picture() {
            let store = "restapi/v1.0/account/~/extension/~/message-store";
            body["attachments"] = json!([{
                "id": 1, "type": "MmsAttachment", "contentType": PICTURE_TYPE, "size": PICTURE.len(),
                "uri": format!("{}/{store}/{}/content/1", self.config.api_base, said.id),
            }]);
        }
        body["eventType"] = "Create".into();
        self.event("message-store/instant?type=SMS", &body)
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        let token = self.config.verification_token.expose_secret().to_owned();
        vec![("verification", token)]
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Number {
    phone_number: String,
}

/// A message as it was asked for.
#[derive(Deserialize)]
struct Message {
    from: Number,
    to: Vec<Number>,
    text: String,
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({
        "errorCode": code, "message": message, "errors": [{"errorCode": code, "message": message}],
    });
    (status, Json(body)).into_response()
}

fn is_granted(headers: &HeaderMap) -> bool {
    let expected = format!("Bearer {ACCESS_TOKEN}");
    headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes) == Some(expected.as_bytes())
}

async fn token(State(twin): State<Arc<RingCentral>>, headers: HeaderMap, body: Bytes) -> Response {
    let config = &twin.config;
    let field = |wanted: &str| {
        form_urlencoded::parse(&body)
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let is_ours = has_basic(&headers, &config.client_id, config.client_secret.expose_secret())
        && field("assertion").as_deref() == Some(config.jwt.expose_secret())
        && field("grant_type").as_deref() == Some("urn:ietf:params:oauth:grant-type:jwt-bearer");
    if !is_ours {
        return refusal(StatusCode::UNAUTHORIZED, "OAU-140", "Invalid client or assertion");
    }
    Json(json!({
        "access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 3600,
        "scope": "ReadMessages SMS", "owner_id": "62989300001",
    }))
    .into_response()
}

async fn extension(headers: HeaderMap) -> Response {
    if !is_granted(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "OAU-213", "Token not found");
    }
    Json(json!({"id": 62_989_300_001_u64, "name": "Sandbox", "status": "Enabled", "type": "User"})).into_response()
}

async fn create(State(twin): State<Arc<RingCentral>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = twin.desk.befall_call(NAME).await;
    let is_of = |kind| fault.is_some_and(|fault| fault.kind == kind);
    if let Some(fault) = fault.filter(|fault| fault.kind == Kind::TooManyRequests) {
        return slow_down(
            &fault,
            Json(json!({"errorCode": "CMN-301", "message": "Request rate exceeded"})),
        );
    }
    if is_of(Kind::ServerError) || is_of(Kind::Timeout) {
        return refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "CMN-201",
            "Service is temporarily unavailable",
        );
    }
    if is_of(Kind::ExpiredToken) || !is_granted(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "OAU-213", "Token not found");
    }
    let Ok(message) = serde_json::from_slice::<Message>(&body) else {
        return refusal(StatusCode::BAD_REQUEST, "CMN-101", "Parameter is invalid");
    };
    let is_number = |number: &Number| number.phone_number.starts_with('+') && number.phone_number.len() > 8;
    let is_well = message.to.len() == 1
        && message.to.iter().all(is_number)
        && (1..=TEXT_CHARACTERS_MAX).contains(&message.text.chars().count());
    if !is_well {
        return refusal(StatusCode::BAD_REQUEST, "MSG-245", "The number or the text is invalid");
    }
    let record = twin.take(&message);
    if is_of(Kind::LostAnswer) {
        return lost_answer();
    }
    Json(record).into_response()
}

/// What a customer wrote, in an event and in the store.
fn received(id: &str, line: &Line, text: &str, at_ms: i64) -> Value {
    let at = Timestamp::from_millis(at_ms).to_string();
    json!({
        "id": id,
        "to": [{"phoneNumber": line.business, "target": true}],
        "from": {"phoneNumber": line.customer},
        "type": "SMS", "direction": "Inbound", "readStatus": "Unread", "messageStatus": "Received",
        "creationTime": at, "lastModifiedTime": at,
        "attachments": [{"id": id, "type": "Text", "contentType": "text/plain"}],
        "subject": text,
    })
}

/// Which messages are wanted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    direction: Option<String>,
    date_from: Option<jiff::Timestamp>,
    date_to: Option<jiff::Timestamp>,
    page: Option<usize>,
    per_page: Option<usize>,
}

impl RingCentral {
    /// What customers wrote, newest first, a page of it.
    fn written(&self, filter: &Filter) -> Value {
        let (page, size) = (
            filter.page.unwrap_or(1).max(1),
            filter.per_page.unwrap_or(100).clamp(1, 1_000),
        );
        let mut written = self.desk.written(NAME);
        written.retain(|(_, shown)| {
            let at = Timestamp::from_millis(shown.at_ms).to_jiff();
            filter.date_from.is_none_or(|from| at >= from) && filter.date_to.is_none_or(|to| at < to)
        });
        let records: Vec<Value> = written
            .iter()
            .skip((page - 1) * size)
            .take(size)
            .map(|(line, shown)| received(&shown.id, line, &shown.text, shown.at_ms))
            .collect();
        let total_pages = written.len().div_ceil(size);
        json!({"records": records, "paging": {"page": page, "perPage": size, "totalPages": total_pages}})
    }
}

async fn file(headers: HeaderMap) -> Response {
    match is_granted(&headers) {
        true => picture(),
        false => refusal(StatusCode::UNAUTHORIZED, "OAU-213", "Token not found"),
    }
}

async fn list(State(twin): State<Arc<RingCentral>>, Query(filter): Query<Filter>, headers: HeaderMap) -> Response {
    if !is_granted(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "OAU-213", "Token not found");
    }
    if filter.direction.as_deref() == Some("Inbound") {
        return Json(twin.written(&filter)).into_response();
    }
    let stored = twin.stored.lock();
    let page: Vec<&Value> = stored.iter().take(100).collect();
    Json(json!({"records": page})).into_response()
}
