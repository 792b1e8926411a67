//! The twin of TextMagic: REST v2, callbacks in JSON with the secret in the address.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use frontdesk_core::DeliveryStatus;
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{has_basic, lost_answer, moment, slow_down};
use super::{Desk, Hook, Kind, Line, Said, Twin};
use crate::channels::count_segments;
use crate::channels::textmagic::{Config, NAME, PATH};

/// The first id given; the provider's are of this size.
const FIRST_ID: u64 = 49_575_710;
/// Messages that the list remembers.
const LISTED_MAX: usize = 1_000;
/// A number whose owner has unsubscribed.
const UNSUBSCRIBED: &str = "15005550004";
/// A number that cannot be delivered to.
const UNREACHABLE: &str = "15005550009";

pub(super) struct TextMagic {
    config: Config,
    desk: Arc<Desk>,
    next_id: AtomicU64,
    sent: Mutex<VecDeque<Value>>,
}

impl TextMagic {
    pub(super) fn new(config: Config, desk: Arc<Desk>) -> Self {
        // Ids that no earlier start has given.
        let started = u64::try_from(desk.now().as_millis()).unwrap_or_default();
        Self {
            config,
            desk,
            next_id: AtomicU64::new(FIRST_ID + started),
            sent: Mutex::default(),
        }
    }

    fn callback(&self, body: &Value) -> Hook {
        Hook {
            path: format!("{PATH}?key={}", self.config.webhook_secret.expose_secret()),
            headers: Vec::new(),
            media_type: "application/json",
            body: body.to_string().into(),
        }
    }

    /// Takes a message that passed every check; its id.
    fn take(&self, message: &Message) -> u64 {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let now = moment(self.desk.now().as_millis());
        let mut sent = self.sent.lock();
        sent.truncate(LISTED_MAX - 1);
        sent.push_front(json!({
            "id": id, "sender": message.from, "receiver": message.phones, "text": message.text,
            "messageTime": now, "status": "d", "referenceId": message.reference_id,
        }));
        drop(sent);
        let line = Line {
            channel: NAME.to_owned(),
            customer: format!("+{}", message.phones),
            business: format!("+{}", message.from),
        };
        let shown_id = id.to_string();
        self.desk.show(&line, &shown_id, &message.text, Vec::new());
        let last = if message.phones == UNREACHABLE { "f" } else { "d" };
        if last == "d" {
            self.desk.tick(&line, &shown_id, DeliveryStatus::Delivered);
        }
        let statuses = ["r", last].map(|letter| {
            self.callback(&json!({
                "id": id,
                "sender": message.from,
                "receiver": message.phones,
                "status": letter,
                "messageTime": now,
                "referenceId": message.reference_id,
            }))
        });
        self.desk.post_later(NAME, statuses.into());
        id
    }
}

impl Twin for TextMagic {
    fn name(&self) -> &'static str {
        NAME
    }

    fn api(self: Arc<Self>) -> Router {
        Router::new()
            .route("/api/v2/messages", post(create).get(list))
            .route("/api/v2/replies", get(replies))
            .route("/api/v2/user", get(user))
            .with_state(self)
    }

    fn told(&self, said: &Said) -> Vec<Hook> {
        vec![self.callback(&reply(&said.id, &said.line, &said.text, said.at_ms))]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![("webhook key", self.config.webhook_secret.expose_secret().to_owned())]
    }
}

/// A message as it was asked for. Lists are texts with commas, never arrays.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default)]
    text: String,
    #[serde(default)]
    phones: String,
    #[serde(default)]
    from: String,
    reference_id: Option<u64>,
    #[serde(default = "parts")]
    parts_count: usize,
    #[serde(default)]
    cut_extra: bool,
}

const fn parts() -> usize {
    6
}

impl Message {
    /// The field that is wrong, and why.
    fn fault(&self) -> Option<(&'static str, &'static str)> {
        let is_number = (8..=15).contains(&self.phones.len()) && self.phones.bytes().all(|byte| byte.is_ascii_digit());
        if self.text.is_empty() {
            Some(("text", "This value should not be blank."))
        } else if !is_number {
            Some(("phones", "Phone number is invalid"))
        } else if self.phones == UNSUBSCRIBED {
            Some(("phones", "Contact is unsubscribed"))
        } else if count_segments(&self.text).count > self.parts_count && !self.cut_extra {
            Some(("text", "The message is too long"))
        } else {
            None
        }
    }
}

fn refusal(status: StatusCode, message: &str, fields: Value) -> Response {
    let body = json!({
        "code": status.as_u16(),
        "message": message,
        "errors": {"common": [], "fields": fields},
    });
    (status, Json(body)).into_response()
}

async fn create(State(twin): State<Arc<TextMagic>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = twin.desk.befall_call(NAME).await;
    let is_of = |kind| fault.is_some_and(|fault| fault.kind == kind);
    if let Some(fault) = fault.filter(|fault| fault.kind == Kind::TooManyRequests) {
        return slow_down(&fault, Json(json!({"code": 429, "message": "Too many requests"})));
    }
    if is_of(Kind::ServerError) || is_of(Kind::Timeout) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let is_ours = has_basic(&headers, &twin.config.username, twin.config.api_key.expose_secret());
    if is_of(Kind::ExpiredToken) || !is_ours {
        return refusal(StatusCode::UNAUTHORIZED, "Invalid credentials", json!({}));
    }
    let Ok(message) = serde_json::from_slice::<Message>(&body) else {
        return refusal(StatusCode::BAD_REQUEST, "Validation failed", json!({}));
    };
    if let Some((field, why)) = message.fault() {
        return refusal(StatusCode::BAD_REQUEST, "Validation failed", json!({field: [why]}));
    }
    let id = twin.take(&message);
    if is_of(Kind::LostAnswer) {
        return lost_answer();
    }
    let body = json!({
        "id": id, "href": format!("/api/v2/messages/{id}"), "type": "message", "sessionId": 34_436_259,
        "bulkId": null, "messageId": id, "scheduleId": null, "chatId": null,
    });
    (StatusCode::CREATED, Json(body)).into_response()
}

async fn user(State(twin): State<Arc<TextMagic>>, headers: HeaderMap) -> Response {
    if !has_basic(&headers, &twin.config.username, twin.config.api_key.expose_secret()) {
        return refusal(StatusCode::UNAUTHORIZED, "Invalid credentials", json!({}));
    }
    Json(json!({"id": 1, "username": twin.config.username, "status": "active", "balance": 100})).into_response()
}

/// Which part of a list is wanted.
#[derive(Deserialize)]
struct Part {
    #[serde(default = "first_page")]
    page: usize,
    #[serde(default = "page_size")]
    limit: usize,
}

const fn first_page() -> usize {
    1
}

const fn page_size() -> usize {
    10
}

async fn list(State(twin): State<Arc<TextMagic>>, Query(part): Query<Part>, headers: HeaderMap) -> Response {
    if !has_basic(&headers, &twin.config.username, twin.config.api_key.expose_secret()) {
        return refusal(StatusCode::UNAUTHORIZED, "Invalid credentials", json!({}));
    }
    let (page, limit) = (part.page.max(1), part.limit.clamp(1, 100));
    let sent = twin.sent.lock();
    let resources: Vec<&Value> = sent.iter().skip((page - 1) * limit).take(limit).collect();
    let pages = sent.len().div_ceil(limit);
    Json(json!({"page": page, "pageCount": pages, "limit": limit, "resources": resources})).into_response()
}

/// What a customer wrote, in a callback and in the list.
fn reply(id: &str, line: &Line, text: &str, at_ms: i64) -> Value {
    json!({
        "id": id,
        "sender": line.customer.trim_start_matches('+'),
        "receiver": line.business.trim_start_matches('+'),
        "messageTime": moment(at_ms),
        "text": text,
    })
}

async fn replies(State(twin): State<Arc<TextMagic>>, Query(part): Query<Part>, headers: HeaderMap) -> Response {
    if !has_basic(&headers, &twin.config.username, twin.config.api_key.expose_secret()) {
        return refusal(StatusCode::UNAUTHORIZED, "Invalid credentials", json!({}));
    }
    let (page, limit) = (part.page.max(1), part.limit.clamp(1, 100));
    let written = twin.desk.written(NAME);
    let resources: Vec<Value> = written
        .iter()
        .skip((page - 1) * limit)
        .take(limit)
        .map(|(line, shown)| reply(&shown.id, line, &shown.text, shown.at_ms))
        .collect();
    let page_count = written.len().div_ceil(limit).max(1);
    Json(json!({"page": page, "limit": limit, "pageCount": page_count, "resources": resources})).into_response()
}
