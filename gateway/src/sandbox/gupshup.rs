//! The twin of Gupshup: forms with a JSON message in them, and events whose ids swap on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use frontdesk_core::{DeliveryStatus, QuickReply};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::approved::Approved;
use super::desk::{lost_answer, slow_down};
use super::pairs::Pairs;
use super::{Desk, Hook, Kind, Line, Missed, PICTURE_TYPE, Said, Twin, picture};
use crate::channels::gupshup::{Config, NAME, PATH};

/// Free words are taken for so long after the person's last message.
const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// A number that is not on WhatsApp, which is told before WhatsApp has seen the message.
const NOT_ON_WHATSAPP: &str = "15005550009";

pub(super) struct Gupshup {
    config: Config,
    desk: Arc<Desk>,
    counter: AtomicU64,
    pairs: Pairs,
}

impl Gupshup {
    pub(super) fn new(config: Config, desk: Arc<Desk>) -> Self {
        Self {
            config,
            desk,
            counter: AtomicU64::new(0),
            pairs: Pairs::default(),
        }
    }

    fn is_ours(&self, headers: &HeaderMap) -> bool {
        let given = headers.get("apikey").map_or(&[][..], HeaderValue::as_bytes);
        given.ct_eq(self.config.api_key.expose_secret().as_bytes()).into()
    }

    fn hook(&self, app: &str, kind: &str, payload: Value) -> Hook {
        let body = json!({
            "app": app,
            "timestamp": self.desk.now().as_millis(),
            "version": 2,
            "type": kind,
            "payload": payload,
        });
        let key: String =
            form_urlencoded::byte_serialize(self.config.webhook_secret.expose_secret().as_bytes()).collect();
        Hook {
            path: format!("{PATH}?key={key}"),
            headers: Vec::new(),
            media_type: "application/json",
            body: body.to_string().into(),
        }
    }

    /// Takes a message that passed every check; tells Gupshup's id of it.
    fn take(&self, letter: &Letter) -> String {
        let line = Line {
            channel: NAME.to_owned(),
            customer: format!("+{}", letter.to),
            business: letter.app.clone(),
        };
        let own_id = Uuid::now_v7().to_string();
        if !self.pairs.admit(&line, self.desk.now().as_millis()) {
            let hook = self.failed(letter, &own_id, "131056", "Pair rate limit hit");
            self.desk.post_later(NAME, vec![hook]);
            return own_id;
        }
        match &letter.said {
            Saying::Words(text, buttons) => self.desk.show(&line, &own_id, text, buttons.clone()),
            Saying::Template(text) => self.desk.show_template(&line, &own_id, text),
            Saying::Nothing => {}
        }
        // Its ticks are of a message that is on the phone.
        self.desk.post_later(NAME, self.events(&line, letter, &own_id));
        own_id
    }

    /// A message that WhatsApp did not take, as it is told afterwards.
    fn failed(&self, letter: &Letter, own_id: &str, code: &str, reason: &str) -> Hook {
        let payload = json!({"id": own_id, "type": "failed", "destination": letter.to,
            "payload": {"code": code, "reason": reason}});
        self.hook(&letter.app, "message-event", payload)
    }

    /// What becomes of a message: first under Gupshup's id, then under WhatsApp's.
    fn events(&self, line: &Line, letter: &Letter, own_id: &str) -> Vec<Hook> {
        let event = |payload: Value| self.hook(&letter.app, "message-event", payload);
        if letter.to == NOT_ON_WHATSAPP {
            return vec![self.failed(letter, own_id, "1002", "Number Does Not Exist On WhatsApp")];
        }
        let refused = match letter.said {
            Saying::Nothing => Some(("4003", "Template did not match")),
            Saying::Words(..) if !self.desk.is_open(line, WINDOW) => {
                Some(("470", "Message failed to send because more than 24 hours have passed"))
            }
            Saying::Words(..) | Saying::Template(_) => None,
        };
        if let Some((code, reason)) = refused {
            return vec![self.failed(letter, own_id, code, reason)];
        }
        self.desk.tick(line, own_id, DeliveryStatus::Read);
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let whatsapp_id = format!("gBEG{:X}{number:08X}", self.desk.now().as_millis());
        let enqueued = event(json!({"id": own_id, "type": "enqueued", "destination": letter.to,
            "payload": {"whatsappMessageId": whatsapp_id, "type": "session"}}));
        let steps = ["sent", "delivered", "read"].into_iter().map(|step| {
            event(
                json!({"id": whatsapp_id, "gsId": own_id, "type": step, "destination": letter.to,
                "payload": {"ts": self.desk.now().as_millis() / 1_000}}),
            )
        });
        std::iter::once(enqueued).chain(steps).collect()
    }
}

impl Twin for Gupshup {
    fn name(&self) -> &'static str {
        NAME
    }

    fn api(self: Arc<Self>) -> Router {
        Router::new()
            .route("/wa/api/v1/msg", post(create))
            .route("/wa/api/v1/template/msg", post(create))
            .route("/media/{id}", get(async || picture()))
            .route("/sm/api/v2/wallet/balance", get(balance))
            .with_state(self)
    }

    fn told(&self, said: &Said) -> Vec<Hook> {
        let number = said.line.customer.trim_start_matches('+');
        let (kind, told) = match &said.button {
            Some(postback) => (
                "button_reply",
                json!({"title": said.text, "id": "", "reply": said.text, "postbackText": postback}),
            ),
            None if said.is_picture() => (
                "image",
                json!({
                    "url": format!("{}/media/{}", self.config.api_base, said.id),
                    "contentType": PICTURE_TYPE, "caption": "",
                }),
            ),
            None => ("text", json!({ "text": said.text })),
        };
        let payload = json!({
            "id": said.id,
            "source": number,
            "type": kind,
            "payload": told,
            "sender": {"phone": number, "name": "Sam Sandbox", "country_code": "", "dial_code": ""},
        });
        vec![self.hook(&said.line.business, "message", payload)]
    }

    fn missed(&self) -> Missed {
        Missed::SentAgain
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![
            ("api key", self.config.api_key.expose_secret().to_owned()),
            ("webhook secret", self.config.webhook_secret.expose_secret().to_owned()),
        ]
    }
}

/// A message as it was asked for.
struct Letter {
    app: String,
    to: String,
    said: Saying,
}

/// What it says.
enum Saying {
    /// Free words, with buttons.
    Words(String, Vec<QuickReply>),
    /// A template that was approved, filled.
    Template(String),
    /// A template that was not approved, or whose blanks are not filled as they should be.
    Nothing,
}

impl Letter {
    fn check(config: &Config, headers: &HeaderMap, body: &[u8]) -> Result<Self, &'static str> {
        let media_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !media_type.starts_with("application/x-www-form-urlencoded") {
            return Err("Invalid content type");
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        let field = |name: &str| {
            let found = fields.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let to = field("destination");
        let is_number = |text: &str| (6..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if field("channel") != "whatsapp" || field("source") != config.source_number {
            return Err("Invalid Source");
        }
        if field("src.name") != config.app_name {
            return Err("Invalid App Details");
        }
        if !is_number(&to) {
            return Err("Invalid Destination");
        }
        let app = config.app_name.clone();
        let said = match field("template") {
            template if template.is_empty() => {
                let message: Value = serde_json::from_str(&field("message")).map_err(|_| "Invalid message json")?;
                let (text, buttons) = content(&message).ok_or("Invalid message json")?;
                Saying::Words(text, buttons)
            }
            template => template_of(&template)?,
        };
        Ok(Self { app, to, said })
    }
}

/// What a template says. Gupshup takes any that is written as it should be; whether there is such a one is
/// told later.
fn template_of(template: &str) -> Result<Saying, &'static str> {
    let template: Value = serde_json::from_str(template).map_err(|_| "Invalid template json")?;
    let id = template["id"].as_str().ok_or("Invalid template json")?;
    let params = template["params"].as_array().ok_or("Invalid template json")?;
    let text = Approved::of_id(id).and_then(|approved| approved.fill(params));
    Ok(text.map_or(Saying::Nothing, Saying::Template))
}

/// The words and the buttons of a message that is as documented.
fn content(message: &Value) -> Option<(String, Vec<QuickReply>)> {
    let words = |value: &Value, most: usize| {
        let text = value.as_str()?;
        (1..=most).contains(&text.chars().count()).then(|| text.to_owned())
    };
    let options = |value: &Value, most: usize, characters: usize| -> Option<Vec<QuickReply>> {
        let options = value.as_array().filter(|options| (1..=most).contains(&options.len()))?;
        let option = |option: &Value| {
            Some(QuickReply {
                label: words(&option["title"], characters)?,
                value: words(&option["postbackText"], 256)?,
            })
        };
        options.iter().map(option).collect()
    };
    match message["type"].as_str()? {
        "text" => Some((words(&message["text"], 4_096)?, Vec::new())),
        "image" => {
            let is_address = |value: &Value| value.as_str().is_some_and(|address| address.parse::<Url>().is_ok());
            let is_picture = is_address(&message["originalUrl"]) && is_address(&message["previewUrl"]);
            is_picture.then_some((words(&message["caption"], 1_024)?, Vec::new()))
        }
        "quick_reply" => Some((
            words(&message["content"]["text"], 1_024)?,
            options(&message["options"], 3, 20)?,
        )),
        "list" => {
            words(&message["globalButtons"][0]["title"], 20)?;
            Some((
                words(&message["body"], 1_024)?,
                options(&message["items"][0]["options"], 10, 24)?,
            ))
        }
        _ => None,
    }
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"status": "error", "message": message}))).into_response()
}

async fn balance(State(twin): State<Arc<Gupshup>>, headers: HeaderMap) -> Response {
    if !twin.is_ours(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "Invalid API Key Provided");
    }
    Json(json!({"status": "success", "walletResponse": {"currency": "USD", "currentBalance": 100.0}})).into_response()
}

async fn create(State(twin): State<Arc<Gupshup>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = twin.desk.befall_call(NAME).await;
    if let Some(fault) = &fault {
        match fault.kind {
            Kind::TooManyRequests => {
                return slow_down(fault, Json(json!({"status": "error", "message": "Too Many Requests"})));
            }
            Kind::ServerError | Kind::Timeout => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            _ => {}
        }
    }
    let is_expired = fault.is_some_and(|fault| fault.kind == Kind::ExpiredToken);
    if is_expired || !twin.is_ours(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "Authentication Failed");
    }
    match Letter::check(&twin.config, &headers, &body) {
        Err(message) => refusal(StatusCode::BAD_REQUEST, message),
        Ok(letter) => {
            let id = twin.take(&letter);
            if fault.is_some_and(|fault| fault.kind == Kind::LostAnswer) {
                return lost_answer();
            }
            let body = json!({"status": "submitted", "messageId": id});
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
    }
}
