//! The twin of Meta's Graph API, which serves WhatsApp, Messenger and Instagram at one address, and of
//! its webhooks: signed over bytes in which everything beyond ASCII is escaped, as Meta's are.

mod messaging;
mod whatsapp;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::desk::{lost_answer, slow_down};
use super::pairs::Pairs;
use super::{Desk, Hook, Kind, PICTURE, PICTURE_TYPE, Twin, picture};
use crate::channels::meta::{Config, PATH, SIGNATURE, sign};
use crate::channels::{instagram, messenger, whatsapp_cloud};

use messaging::Messaging;
use whatsapp::Whatsapp;

/// Where it answers.
pub const PREFIX: &str = "/sandbox/meta";

/// What the twins of Meta's channels share.
pub struct Meta {
    config: Config,
    desk: Arc<Desk>,
    counter: AtomicU64,
    pairs: Pairs,
}

/// Why a call is refused: the status, the code, the subcode, and Meta's words.
struct Refusal {
    status: StatusCode,
    code: i64,
    subcode: i64,
    message: String,
}

impl Refusal {
    fn parameter(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: 100,
            subcode: 0,
            message: message.into(),
        }
    }

    fn body(&self) -> Value {
        let mut error = json!({
            "message": format!("(#{}) {}", self.code, self.message),
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": "AbCdEfGhIjKlMnOp",
        });
        if self.subcode != 0 {
            error["error_subcode"] = self.subcode.into();
        }
        json!({ "error": error })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.body())).into_response()
    }
}

impl Meta {
    pub fn new(config: Config, desk: Arc<Desk>) -> Self {
        Self {
            config,
            desk,
            counter: AtomicU64::new(0),
            pairs: Pairs::default(),
        }
    }

    /// A part of an id that no earlier start has given.
    fn serial(&self) -> String {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        format!("{:X}{number:08X}", self.desk.now().as_millis())
    }

    fn is_ours(&self, headers: &HeaderMap) -> bool {
        let expected = format!("Bearer {}", self.config.access_token.expose_secret());
        let given = headers
            .get(header::AUTHORIZATION)
            .map_or(&[][..], header::HeaderValue::as_bytes);
        given.ct_eq(expected.as_bytes()).into()
    }

    fn media_url(&self, id: &str) -> String {
        format!("{}/media/{id}", self.config.api_base)
    }

    /// A webhook as Meta sends it.
    fn signed(&self, payload: &Value) -> Hook {
        let body = escaped(payload);
        let signature = sign(self.config.app_secret.expose_secret(), body.as_bytes());
        Hook {
            path: PATH.to_owned(),
            headers: vec![(HeaderName::from_static(SIGNATURE), signature)],
            media_type: "application/json",
            body: body.into(),
        }
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![
            ("app secret", self.config.app_secret.expose_secret().to_owned()),
            ("verify token", self.config.verify_token.expose_secret().to_owned()),
            ("access token", self.config.access_token.expose_secret().to_owned()),
        ]
    }
}

/// JSON as Meta writes it: everything beyond ASCII as `\u00e4`, slashes as `\/`.
fn escaped(payload: &Value) -> String {
    let mut body = String::new();
    for character in payload.to_string().chars() {
        match character {
            '/' => body.push_str("\\/"),
            character if character.is_ascii() => body.push(character),
            character => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    body.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    body
}

/// The twins of Meta's channels.
pub fn twins(meta: &Arc<Meta>) -> Vec<Arc<dyn Twin>> {
    let messaging = |channel| Messaging {
        meta: Arc::clone(meta),
        channel,
    };
    vec![
        Arc::new(Whatsapp(Arc::clone(meta))),
        Arc::new(messaging(messenger::NAME)),
        Arc::new(messaging(instagram::NAME)),
    ]
}

/// The Graph API, as far as we call it.
pub fn api(meta: &Arc<Meta>) -> Router {
    Router::new()
        .route("/{version}/{node}/messages", post(create))
        .route("/{version}/{node}/conversations", get(conversations))
        .route("/{version}/{node}", get(node))
        .route("/media/{id}", get(content))
        .route("/{version}/debug_token", get(debug_token))
        .with_state(Arc::clone(meta))
}

/// Where the content of a file is.
/// Which fields of a node are wanted.
#[derive(Deserialize)]
struct Fields {
    fields: Option<String>,
}

/// A file of WhatsApp's, or the profile of a person where its fields are named.
async fn node(
    State(meta): State<Arc<Meta>>,
    Path((version, node)): Path<(String, String)>,
    Query(asked): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    if !meta.is_ours(&headers) {
        return expired().into_response();
    }
    if version != meta.config.api_version {
        return Refusal::parameter("Unknown path components").into_response();
    }
    if let Some(fields) = asked.fields {
        return match messaging::profile(&meta, &node, &fields) {
            Ok(told) => Json(told).into_response(),
            Err(refusal) => refusal.into_response(),
        };
    }
    Json(json!({
        "messaging_product": "whatsapp",
        "id": node,
        "url": meta.media_url(&node),
        "mime_type": PICTURE_TYPE,
        "file_size": PICTURE.len(),
    }))
    .into_response()
}

async fn content(State(meta): State<Arc<Meta>>, headers: HeaderMap) -> Response {
    match meta.is_ours(&headers) {
        true => picture(),
        false => expired().into_response(),
    }
}

/// Which channel a call is for. Instagram's accounts have ids that begin alike.
fn channel_of(node: &str, body: &Value) -> &'static str {
    if body.get("messaging_product").is_some() {
        whatsapp_cloud::NAME
    } else if node.starts_with("17841") {
        instagram::NAME
    } else {
        messenger::NAME
    }
}

async fn create(
    State(meta): State<Arc<Meta>>,
    Path((version, node)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let channel = channel_of(&node, &message);
    let fault = meta.desk.befall_call(channel).await;
    if let Some(fault) = &fault {
        match fault.kind {
            Kind::TooManyRequests => return slow_down(fault, Json(busy().body())),
            Kind::ServerError | Kind::Timeout => return trouble().into_response(),
            _ => {}
        }
    }
    let is_expired = fault.is_some_and(|fault| fault.kind == Kind::ExpiredToken);
    if is_expired || !meta.is_ours(&headers) {
        return expired().into_response();
    }
    let taken = check_frame(&meta, &version, &headers).and_then(|()| match channel {
        whatsapp_cloud::NAME => whatsapp::take(&meta, &node, &message),
        channel => messaging::take(&meta, channel, &node, &message),
    });
    match taken {
        Err(refusal) => refusal.into_response(),
        Ok(_) if fault.is_some_and(|fault| fault.kind == Kind::LostAnswer) => lost_answer(),
        Ok(answer) => Json(answer).into_response(),
    }
}

/// Which token is asked about.
#[derive(Deserialize)]
struct Token {
    input_token: String,
}

async fn debug_token(State(meta): State<Arc<Meta>>, Query(token): Query<Token>, headers: HeaderMap) -> Response {
    if !meta.is_ours(&headers) {
        return expired().into_response();
    }
    let is_valid = token.input_token == meta.config.access_token.expose_secret();
    Json(json!({"data": {"app_id": "1517776481860111", "type": "SYSTEM_USER", "is_valid": is_valid, "expires_at": 0}}))
        .into_response()
}

/// Which threads are wanted.
#[derive(Deserialize)]
struct Threads {
    platform: Option<String>,
    /// The one with this person alone.
    user_id: Option<String>,
    fields: Option<String>,
    limit: Option<usize>,
    after: Option<usize>,
}

async fn conversations(
    State(meta): State<Arc<Meta>>,
    Path((version, node)): Path<(String, String)>,
    Query(asked): Query<Threads>,
    headers: HeaderMap,
) -> Response {
    if !meta.is_ours(&headers) {
        return expired().into_response();
    }
    if version != meta.config.api_version {
        return Refusal::parameter("Unknown path components").into_response();
    }
    let channel = match asked.platform.as_deref() {
        Some("instagram") => instagram::NAME,
        Some("messenger") | None => messenger::NAME,
        Some(_) => return Refusal::parameter("Param platform must be one of {INSTAGRAM, MESSENGER}").into_response(),
    };
    let has_messages = asked.fields.is_some_and(|fields| fields.contains("messages"));
    let threads = messaging::threads(&meta, channel, &node, asked.user_id, has_messages);
    let (from, limit) = (asked.after.unwrap_or(0), asked.limit.unwrap_or(25).clamp(1, 100));
    let page: Vec<&Value> = threads.iter().skip(from).take(limit).collect();
    let mut answer = json!({ "data": page });
    if threads.len() > from + limit {
        answer["paging"] = json!({
            "cursors": {"after": (from + limit).to_string()},
            "next": format!("https://graph.facebook.com/{version}/{node}/conversations"),
        });
    }
    Json(answer).into_response()
}

fn check_frame(meta: &Meta, version: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    if version != meta.config.api_version {
        return Err(Refusal::parameter("Unknown path components"));
    }
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if media_type.starts_with("application/json") {
        Ok(())
    } else {
        Err(Refusal::parameter("The body is not JSON"))
    }
}

fn busy() -> Refusal {
    Refusal {
        status: StatusCode::TOO_MANY_REQUESTS,
        code: 4,
        subcode: 0,
        message: "Application request limit reached".to_owned(),
    }
}

fn trouble() -> Refusal {
    Refusal {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        code: 2,
        subcode: 0,
        message: "Service temporarily unavailable".to_owned(),
    }
}

fn expired() -> Refusal {
    Refusal {
        status: StatusCode::UNAUTHORIZED,
        code: 190,
        subcode: 463,
        message: "Error validating access token: Session has expired".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_escaped_as_on_the_wire_and_still_says_the_same() {
        let payload = json!({"text": "Zoë 😀 https://example.com/a"});
        let body = escaped(&payload);
        assert_eq!(body, r#"{"text":"Zo\u00eb \ud83d\ude00 https:\/\/example.com\/a"}"#);
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), payload);
    }
}
