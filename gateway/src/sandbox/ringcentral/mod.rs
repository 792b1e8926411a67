//! The twin of RingCentral: tokens that end, text messages, the message store, and events for whoever
//! has subscribed to them.

mod gate;
mod subscriptions;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post, put};
use frontdesk_core::{DeliveryStatus, Timestamp};
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use self::gate::Gate;
use self::subscriptions::{Subscription, Wanted};
use super::desk::{has_basic, lost_answer};
use super::{Call, CallEnd, Desk, Hook, Kind, Line, PICTURE, PICTURE_TYPE, Said, Twin, picture};
use crate::channels::ringcentral::{Config, NAME, PATH};

/// Messages that the store remembers.
const STORED_MAX: usize = 1_000;
/// Characters of a text.
const TEXT_CHARACTERS_MAX: usize = 1_000;
/// The first id given; the provider's are of this size.
const FIRST_ID: u64 = 3_062_991_514_000;
/// How long the subscription lasts that the account starts with.
const FIRST_LASTS: Duration = Duration::from_secs(24 * 60 * 60);
/// The event of a message that came in.
const INSTANT: &str = "message-store/instant?type=SMS";
/// The event of a call that goes on.
const TELEPHONY: &str = "telephony/sessions";
/// The event of any change in the message store.
const CHANGED: &str = "message-store";
/// A number whose owner has opted out, which is told in the record.
const OPTED_OUT: &str = "+15005550004";

pub(super) struct RingCentral {
    config: Config,
    desk: Arc<Desk>,
    stored: Mutex<VecDeque<Value>>,
    gate: Mutex<Gate>,
    subscriptions: Mutex<Vec<Subscription>>,
    next_id: AtomicU64,
}

impl RingCentral {
    pub(super) fn new(config: Config, desk: Arc<Desk>) -> Self {
        let started = u64::try_from(desk.now().as_millis()).unwrap_or_default();
        let twin = Self {
            config,
            desk,
            stored: Mutex::default(),
            gate: Mutex::default(),
            subscriptions: Mutex::default(),
            next_id: AtomicU64::new(FIRST_ID + started),
        };
        // Whoever tries a channel hears of what is written from the first moment on.
        let token = twin.config.verification_token.expose_secret().to_owned();
        let address = format!("{}{PATH}", twin.desk.base());
        twin.subscribe(Wanted::everything(address, token, FIRST_LASTS));
        twin
    }

    fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.gate.lock().admit(headers, self.desk.now())
    }

    fn event(&self, subscription: &Subscription, filter: &str, body: &Value) -> Hook {
        let now = self.desk.now().to_string();
        let number = self.next_id.fetch_add(1, Ordering::Relaxed);
        let envelope = json!({
            "uuid": number.to_string(),
            "event": format!("/restapi/v1.0/account/809646016/extension/62989300001/{filter}"),
            "timestamp": now,
            "subscriptionId": subscription.id(),
            "ownerId": "62989300001",
            "body": body,
        });
        let token = subscription.token.clone();
        Hook {
            path: subscription.address.clone(),
            headers: token
                .map(|token| (HeaderName::from_static("verification-token"), token))
                .into_iter()
                .collect(),
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
        self.desk.post_later(NAME, self.hooks_of(CHANGED, &changed));
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
            .route(
                "/restapi/v1.0/subscription",
                get(subscriptions::list).post(subscriptions::create),
            )
            .route(
                "/restapi/v1.0/subscription/{id}",
                put(subscriptions::update).delete(subscriptions::remove),
            )
            .route("/restapi/v1.0/subscription/{id}/renew", post(subscriptions::renew))
            .with_state(self)
    }

    fn told(&self, said: &Said) -> Vec<Hook> {
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
        self.hooks_of(INSTANT, &body)
    }

    fn takes_calls(&self) -> bool {
        true
    }

    fn rung(&self, call: &Call) -> Option<Vec<Hook>> {
        let steps = steps(call.end).iter().zip(1_u64..);
        let hooks = steps.flat_map(|(step, sequence)| self.hooks_of(TELEPHONY, &progress(call, step, sequence)));
        Some(hooks.collect())
    }

    fn answered(&self, hook: &Hook, status: u16) {
        self.told_of(&hook.path, status);
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        let token = self.config.verification_token.expose_secret().to_owned();
        vec![
            ("verification", token),
            ("client secret", self.config.client_secret.expose_secret().to_owned()),
            ("jwt", self.config.jwt.expose_secret().to_owned()),
        ]
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

/// A call that is refused.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    /// What is asked for in `Retry-After`.
    wait: Option<Duration>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { code, message, .. } = self;
        let body = json!({
            "errorCode": code, "message": message, "errors": [{"errorCode": code, "message": message}],
        });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(wait) = self.wait {
            let seconds = HeaderValue::from(wait.as_secs());
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

const fn refusal(status: StatusCode, code: &'static str, message: &'static str) -> Refusal {
    Refusal {
        status,
        code,
        message,
        wait: None,
    }
}

async fn token(State(twin): State<Arc<RingCentral>>, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, Refusal> {
    twin.gate.lock().count(twin.desk.now())?;
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
        return Err(refusal(
            StatusCode::UNAUTHORIZED,
            "OAU-140",
            "Invalid client or assertion",
        ));
    }
    let granted = twin.gate.lock().grant(twin.desk.now());
    Ok(Json(json!({
        "access_token": granted, "token_type": "bearer", "expires_in": gate::TOKEN_LASTS.as_secs(),
        "scope": "ReadMessages SMS SubscriptionWebhook", "owner_id": "62989300001",
    })))
}

async fn extension(State(twin): State<Arc<RingCentral>>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    twin.admit(&headers)?;
    let shown = json!({"id": 62_989_300_001_u64, "name": "Sandbox", "status": "Enabled", "type": "User"});
    Ok(Json(shown))
}

async fn create(State(twin): State<Arc<RingCentral>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let fault = twin.desk.befall_call(NAME).await;
    let is_of = |kind| fault.is_some_and(|fault| fault.kind == kind);
    if let Some(fault) = fault.filter(|fault| fault.kind == Kind::TooManyRequests) {
        let wait = Duration::from_secs(fault.value.unwrap_or(1));
        return Err(twin.gate.lock().punish(twin.desk.now(), wait));
    }
    if is_of(Kind::ServerError) || is_of(Kind::Timeout) {
        let message = "Service is temporarily unavailable";
        return Err(refusal(StatusCode::SERVICE_UNAVAILABLE, "CMN-201", message));
    }
    if is_of(Kind::ExpiredToken) {
        twin.gate.lock().revoke();
    }
    twin.admit(&headers)?;
    let Ok(message) = serde_json::from_slice::<Message>(&body) else {
        return Err(refusal(StatusCode::BAD_REQUEST, "CMN-101", "Parameter is invalid"));
    };
    let is_number = |number: &Number| number.phone_number.starts_with('+') && number.phone_number.len() > 8;
    let is_well = message.to.len() == 1
        && message.to.iter().all(is_number)
        && (1..=TEXT_CHARACTERS_MAX).contains(&message.text.chars().count());
    if !is_well {
        let message = "The number or the text is invalid";
        return Err(refusal(StatusCode::BAD_REQUEST, "MSG-245", message));
    }
    let record = twin.take(&message);
    if is_of(Kind::LostAnswer) {
        return Ok(lost_answer());
    }
    Ok(Json(record).into_response())
}

/// Where the telephone of a call is: the code, the reason, and how many seconds before the end.
type Step = (&'static str, Option<&'static str>, i64);

/// What a call goes through.
const fn steps(end: CallEnd) -> &'static [Step] {
    match end {
        CallEnd::Answered => &[
            ("Setup", None, 75),
            ("Proceeding", None, 74),
            ("Answered", None, 65),
            ("Disconnected", None, 0),
        ],
        CallEnd::Missed => &[
            ("Setup", None, 26),
            ("Proceeding", None, 25),
            ("Disconnected", Some("NoAnswer"), 0),
        ],
        CallEnd::Voicemail => &[
            ("Setup", None, 56),
            ("Proceeding", None, 55),
            ("VoiceMail", None, 30),
            ("Disconnected", None, 0),
        ],
    }
}

/// A step of a call, as its event tells it.
fn progress(call: &Call, (code, reason, before_end_s): &Step, sequence: u64) -> Value {
    let at = Timestamp::from_millis(call.ended_at_ms - before_end_s * 1_000);
    let mut status = json!({"code": code, "rcc": false});
    if let Some(reason) = reason {
        status["reason"] = (*reason).into();
    }
    json!({
        "sequence": sequence, "sessionId": call.id, "telephonySessionId": call.id, "eventTime": at.to_string(),
        "parties": [{
            "id": format!("p-{}-1", call.id), "direction": "Inbound",
            "from": {"phoneNumber": call.line.customer}, "to": {"phoneNumber": call.line.business},
            "status": status, "missedCall": reason.is_some(), "standAlone": false, "muted": false,
        }],
        "origin": {"type": "Call"},
    })
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

async fn file(State(twin): State<Arc<RingCentral>>, headers: HeaderMap) -> Result<Response, Refusal> {
    twin.admit(&headers)?;
    Ok(picture())
}

async fn list(
    State(twin): State<Arc<RingCentral>>,
    Query(filter): Query<Filter>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    twin.admit(&headers)?;
    if filter.direction.as_deref() == Some("Inbound") {
        return Ok(Json(twin.written(&filter)));
    }
    let stored = twin.stored.lock();
    let page: Vec<&Value> = stored.iter().take(100).collect();
    Ok(Json(json!({"records": page})))
}
