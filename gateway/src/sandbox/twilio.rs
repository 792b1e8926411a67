//! The twin of Twilio: the Messages resource, signed forms.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use frontdesk_core::{DeliveryStatus, Timestamp};
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::desk::{has_basic, lost_answer, slow_down};
use super::{Call, CallEnd, Desk, Hook, Kind, Line, PICTURE_TYPE, Said, Shown, Twin, picture};
use crate::channels::twilio_sms::{Config, INBOUND_PATH, NAME, VOICE_PATH, sign};

/// Messages that the list remembers.
const LISTED_MAX: usize = 1_000;
/// Characters of a text.
const TEXT_CHARACTERS_MAX: usize = 1_600;
/// A number whose owner has said STOP to the carrier.
const OPTED_OUT: &str = "+15005550004";
/// People who are remembered to have said STOP.
const OPTED_OUT_MAX: usize = 10_000;
/// A number that is nobody's.
const INVALID: &str = "+15005550001";
/// A number in a country that the account may not send to.
const FORBIDDEN_REGION: &str = "+15005550003";
/// A number whose phone is out of reach, which is told hours later.
const UNREACHABLE: &str = "+15005550009";

pub(super) struct Twilio {
    config: Config,
    desk: Arc<Desk>,
    messages: Mutex<VecDeque<Stored>>,
    /// Who has said STOP: customer and business.
    opted_out: Mutex<HashSet<Line>>,
    counter: AtomicU64,
}

#[derive(Clone)]
struct Stored {
    sid: String,
    from: String,
    to: String,
    body: String,
    created: Timestamp,
    direction: &'static str,
}

impl Stored {
    fn json(&self, account_sid: &str) -> Value {
        json!({
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": jiff::fmt::rfc2822::to_string(&self.created.to_jiff().to_zoned(jiff::tz::TimeZone::UTC))
                .unwrap_or_default(),
            "direction": self.direction,
            "error_code": null,
            "error_message": null,
            "from": self.from,
            "num_media": "0",
            "num_segments": "1",
            "sid": self.sid,
            "status": "queued",
            "to": self.to,
        })
    }
}

impl Twilio {
    pub(super) fn new(config: Config, desk: Arc<Desk>) -> Self {
        Self {
            config,
            desk,
            messages: Mutex::default(),
            opted_out: Mutex::default(),
            counter: AtomicU64::new(0),
        }
    }

    /// Ids that no earlier start has given.
    fn sid(&self) -> String {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        format!("SM{:020x}{number:012x}", self.desk.now().as_millis())
    }

    fn is_ours(&self, account: &str, headers: &HeaderMap) -> bool {
        account == self.config.account_sid
            && has_basic(
                headers,
                &self.config.account_sid,
                self.config.auth_token.expose_secret(),
            )
    }

    fn signed(&self, url: &str, path: String, form: &[(String, String)]) -> Hook {
        let signature = sign(self.config.auth_token.expose_secret(), url, form);
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        Hook {
            path,
            headers: vec![(HeaderName::from_static("x-twilio-signature"), signature)],
            media_type: "application/x-www-form-urlencoded",
            body: body.into(),
        }
    }

    /// What customers wrote.
    fn written(&self) -> Vec<Stored> {
        let stored = |(line, shown): (Line, Shown)| Stored {
            sid: shown.id,
            from: line.customer,
            to: line.business,
            body: shown.text,
            created: Timestamp::from_millis(shown.at_ms),
            direction: "inbound",
        };
        self.desk.written(NAME).into_iter().map(stored).collect()
    }

    /// Acts upon a code word by itself, as Twilio does, and confirms it; tells which one it was.
    fn heed(&self, said: &Said) -> Option<&'static str> {
        let word = said.text.trim().to_lowercase();
        let (kind, answer) = match word.as_str() {
            "stop" | "unsubscribe" | "end" | "quit" | "stopall" | "revoke" | "optout" | "cancel" => {
                let mut opted_out = self.opted_out.lock();
                if opted_out.len() < OPTED_OUT_MAX {
                    opted_out.insert(said.line.clone());
                }
                (
                    "STOP",
                    "You have successfully been unsubscribed. Reply START to resubscribe.",
                )
            }
            "start" | "unstop" if self.opted_out.lock().remove(&said.line) => (
                "START",
                "You have successfully been re-subscribed. Reply STOP to unsubscribe.",
            ),
            "help" | "info" => ("HELP", "Reply STOP to unsubscribe. Msg&Data Rates May Apply."),
            _ => return None,
        };
        self.desk.show(&said.line, &self.sid(), answer, Vec::new());
        Some(kind)
    }

    /// Takes a message that passed every check.
    fn take(&self, letter: &Letter) -> Stored {
        let stored = Stored {
            sid: self.sid(),
            from: letter.from.clone(),
            to: letter.to.clone(),
            body: letter.body.clone(),
            created: self.desk.now(),
            direction: "outbound-api",
        };
        let mut messages = self.messages.lock();
        if messages.len() == LISTED_MAX {
            messages.pop_back();
        }
        messages.push_front(stored.clone());
        drop(messages);
        self.desk
            .show(&line(&stored.to, &stored.from), &stored.sid, &stored.body, Vec::new());
        self.tell_statuses(&stored, letter.callback.as_deref());
        stored
    }

    fn tell_statuses(&self, stored: &Stored, callback: Option<&str>) {
        let line = line(&stored.to, &stored.from);
        let steps: &[(&str, Option<&str>)] = if stored.to == UNREACHABLE {
            &[("sent", None), ("undelivered", Some("30003"))]
        } else {
            self.desk.tick(&line, &stored.sid, DeliveryStatus::Delivered);
            &[("sent", None), ("delivered", None)]
        };
        let Some(url) = callback.and_then(|callback| Url::parse(callback).ok()) else {
            return;
        };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let hooks = steps.iter().map(|(status, error)| {
            let mut form = vec![
                ("SmsSid".to_owned(), stored.sid.clone()),
                ("SmsStatus".to_owned(), (*status).to_owned()),
                ("MessageStatus".to_owned(), (*status).to_owned()),
                ("To".to_owned(), stored.to.clone()),
                ("MessageSid".to_owned(), stored.sid.clone()),
                ("AccountSid".to_owned(), self.config.account_sid.clone()),
                ("From".to_owned(), stored.from.clone()),
                ("ApiVersion".to_owned(), "2010-04-01".to_owned()),
            ];
            form.extend(error.map(|code| ("ErrorCode".to_owned(), code.to_owned())));
            self.signed(url.as_str(), path.clone(), &form)
        });
        self.desk.post_later(NAME, hooks.collect());
    }
}

impl Twin for Twilio {
    fn name(&self) -> &'static str {
        NAME
    }

    fn api(self: Arc<Self>) -> Router {
        Router::new()
            .route("/2010-04-01/Accounts/{sid}/Messages.json", post(create).get(list))
            .route("/2010-04-01/Accounts/{sid}/Messages/{message}/Media/{id}", get(media))
            .route("/2010-04-01/Accounts/{file}", get(account))
            .with_state(self)
    }

    fn takes_calls(&self) -> bool {
        true
    }

    /// It rings, and the business's telephone is tried; a mailbox is as good as nobody.
    fn rung(&self, call: &Call) -> Option<Vec<Hook>> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let told = |status: &str, more: &[(&str, &str)]| {
            let mut form = vec![
                pair("AccountSid", &self.config.account_sid),
                pair("ApiVersion", "2010-04-01"),
                pair("CallSid", &call.id),
                pair("CallStatus", status),
                pair("Direction", "inbound"),
                pair("From", &call.line.customer),
                pair("To", &call.line.business),
            ];
            form.extend(more.iter().map(|(name, value)| pair(name, value)));
            let url = format!("{}{VOICE_PATH}", self.desk.base());
            self.signed(&url, VOICE_PATH.to_owned(), &form)
        };
        let tried: &[(&str, &str)] = match call.end {
            CallEnd::Answered => &[("DialCallStatus", "completed"), ("DialCallDuration", "65")],
            CallEnd::Missed | CallEnd::Voicemail => &[("DialCallStatus", "no-answer")],
        };
        Some(vec![told("ringing", &[]), told("in-progress", tried)])
    }

    fn told(&self, said: &Said) -> Vec<Hook> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let (text, files) = match said.is_picture() {
            true => ("", "1"),
            false => (said.text.as_str(), "0"),
        };
        let mut form = vec![
            pair("ToCountry", "US"),
            pair("SmsMessageSid", &said.id),
            pair("NumMedia", files),
            pair("SmsSid", &said.id),
            pair("SmsStatus", "received"),
            pair("Body", text),
            pair("To", &said.line.business),
            pair("NumSegments", "1"),
            pair("MessageSid", &said.id),
            pair("AccountSid", &self.config.account_sid),
            pair("From", &said.line.customer),
            pair("ApiVersion", "2010-04-01"),
        ];
        if let Some(kind) = self.heed(said) {
            form.push(pair("OptOutType", kind));
        }
        if said.is_picture() {
            let (base, account) = (&self.config.api_base, &self.config.account_sid);
            let url = format!("{base}/2010-04-01/Accounts/{account}/Messages/{}/Media/ME1", said.id);
            form.extend([pair("MediaUrl0", &url), pair("MediaContentType0", PICTURE_TYPE)]);
        }
        let url = format!("{}{INBOUND_PATH}", self.desk.base());
        vec![self.signed(&url, INBOUND_PATH.to_owned(), &form)]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![
            ("account sid", self.config.account_sid.clone()),
            ("auth token", self.config.auth_token.expose_secret().to_owned()),
        ]
    }
}

fn line(customer: &str, business: &str) -> Line {
    Line {
        channel: NAME.to_owned(),
        customer: customer.to_owned(),
        business: business.to_owned(),
    }
}

/// A message as it was asked for.
struct Letter {
    to: String,
    from: String,
    body: String,
    callback: Option<String>,
}

impl Letter {
    /// Checks what Twilio checks; the code of the first thing that is wrong.
    fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, (u32, &'static str)> {
        let media_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !media_type.starts_with("application/x-www-form-urlencoded") {
            return Err((21602, "the body is no form"));
        }
        let mut letter = Self {
            to: String::new(),
            from: String::new(),
            body: String::new(),
            callback: None,
        };
        for (name, value) in form_urlencoded::parse(body).into_owned() {
            match name.as_str() {
                "To" => letter.to = value,
                "From" | "MessagingServiceSid" => letter.from = value,
                "Body" => letter.body = value,
                "StatusCallback" => letter.callback = Some(value),
                _ => {}
            }
        }
        letter.check()
    }

    fn check(self) -> Result<Self, (u32, &'static str)> {
        let is_number = |text: &str| {
            text.strip_prefix('+').is_some_and(|digits| {
                (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        if self.to.is_empty() {
            Err((21604, "A 'To' phone number is required."))
        } else if !is_number(&self.to) || self.to == INVALID {
            Err((21211, "Invalid 'To' Phone Number"))
        } else if self.from.is_empty() {
            Err((21603, "A 'From' phone number is required."))
        } else if self.body.is_empty() {
            Err((21602, "Message body is required."))
        } else if self.body.chars().count() > TEXT_CHARACTERS_MAX {
            Err((21617, "The concatenated message body exceeds the 1600 character limit"))
        } else if self.to == FORBIDDEN_REGION {
            Err((
                21408,
                "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
            ))
        } else if self.to == OPTED_OUT {
            Err((21610, "Attempt to send to unsubscribed recipient"))
        } else if self.callback.as_ref().is_some_and(|url| Url::parse(url).is_err()) {
            Err((21609, "The 'StatusCallback' URL is not a valid URL."))
        } else {
            Ok(self)
        }
    }
}

fn refusal(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({
        "code": code,
        "message": message,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status.as_u16(),
    });
    (status, Json(body)).into_response()
}

async fn media(
    State(twin): State<Arc<Twilio>>,
    Path((account, ..)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    match twin.is_ours(&account, &headers) {
        true => picture(),
        false => refusal(StatusCode::UNAUTHORIZED, 20003, "Authenticate"),
    }
}

async fn create(
    State(twin): State<Arc<Twilio>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = twin.desk.befall_call(NAME).await;
    match fault {
        Some(fault) if fault.kind == Kind::TooManyRequests => {
            return slow_down(
                &fault,
                Json(json!({"code": 20429, "message": "Too Many Requests", "status": 429})),
            );
        }
        Some(fault) if matches!(fault.kind, Kind::ServerError | Kind::Timeout) => {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        _ => {}
    }
    let is_expired = fault.is_some_and(|fault| fault.kind == Kind::ExpiredToken);
    if is_expired || !twin.is_ours(&account, &headers) {
        return refusal(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
    }
    match Letter::parse(&headers, &body) {
        Err((code, message)) => refusal(StatusCode::BAD_REQUEST, code, message),
        Ok(letter) if twin.opted_out.lock().contains(&line(&letter.to, &letter.from)) => refusal(
            StatusCode::BAD_REQUEST,
            21610,
            "Attempt to send to unsubscribed recipient",
        ),
        Ok(letter) => {
            let stored = twin.take(&letter);
            if fault.is_some_and(|fault| fault.kind == Kind::LostAnswer) {
                return lost_answer();
            }
            (StatusCode::CREATED, Json(stored.json(&twin.config.account_sid))).into_response()
        }
    }
}

async fn account(State(twin): State<Arc<Twilio>>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    match file.strip_suffix(".json") {
        Some(sid) if twin.is_ours(sid, &headers) => {
            Json(json!({"sid": sid, "friendly_name": "Sandbox", "status": "active", "type": "Full"})).into_response()
        }
        _ => refusal(StatusCode::UNAUTHORIZED, 20003, "Authenticate"),
    }
}

/// Which messages are wanted.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    to: Option<String>,
    from: Option<String>,
    #[serde(rename = "DateSent>")]
    sent_after: Option<jiff::Timestamp>,
    page_size: Option<usize>,
    page: Option<usize>,
}

impl Filter {
    fn takes(&self, message: &Stored) -> bool {
        let is_wanted = |wanted: &Option<String>, value: &String| wanted.as_ref().is_none_or(|wanted| wanted == value);
        // Like the provider, which knows days here.
        let day = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
        is_wanted(&self.to, &message.to)
            && is_wanted(&self.from, &message.from)
            && self
                .sent_after
                .is_none_or(|after| day(message.created.to_jiff()) >= day(after))
    }

    /// Path and query of the page after `page`.
    fn next(&self, account: &str, page: usize, size: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("To", &self.to), ("From", &self.from)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query
            .append_pair("PageSize", &size.to_string())
            .append_pair("Page", &(page + 1).to_string());
        format!("/2010-04-01/Accounts/{account}/Messages.json?{}", query.finish())
    }
}

async fn list(
    State(twin): State<Arc<Twilio>>,
    Path(account): Path<String>,
    Query(filter): Query<Filter>,
    headers: HeaderMap,
) -> Response {
    if !twin.is_ours(&account, &headers) {
        return refusal(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
    }
    let mut messages = twin.written();
    messages.extend(twin.messages.lock().iter().cloned());
    messages.retain(|message| filter.takes(message));
    messages.sort_by_key(|message| std::cmp::Reverse(message.created));
    let (page, size) = (filter.page.unwrap_or(0), filter.page_size.unwrap_or(50).clamp(1, 1_000));
    let has_more = messages.len() > (page + 1) * size;
    let listed: Vec<Value> = messages
        .iter()
        .skip(page * size)
        .take(size)
        .map(|message| message.json(&account))
        .collect();
    let next = has_more.then(|| filter.next(&account, page, size));
    Json(json!({"messages": listed, "page": page, "page_size": size, "next_page_uri": next})).into_response()
}
