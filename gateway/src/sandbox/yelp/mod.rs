//! The twin of Yelp: leads with their events, hints without words, an access that is renewed.

mod tokens;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use frontdesk_core::DeliveryStatus;
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use self::tokens::Tokens;
use super::desk::{lost_answer, slow_down};
use super::{Desk, Hook, Kind, Line, Said, Twin};
use crate::channels::yelp::{Config, NAME, PATH};

/// Events that a lead remembers.
const EVENTS_MAX: usize = 20;
/// Leads that are remembered; beyond it the twin starts afresh.
const LEADS_MAX: usize = 2_000;

pub(super) struct Yelp {
    config: Config,
    desk: Arc<Desk>,
    leads: Mutex<HashMap<String, LeadLog>>,
    tokens: Mutex<Tokens>,
    next_id: AtomicU64,
}

struct LeadLog {
    business: String,
    events: VecDeque<Value>,
}

impl Yelp {
    pub(super) fn new(config: Config, desk: Arc<Desk>) -> Self {
        let started = u64::try_from(desk.now().as_millis()).unwrap_or_default();
        Self {
            config,
            desk,
            leads: Mutex::default(),
            tokens: Mutex::default(),
            next_id: AtomicU64::new(started),
        }
    }

    fn is_ours(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION);
        let given = given.and_then(|given| given.to_str().ok()?.strip_prefix("Bearer "));
        let now = self.desk.now();
        given.is_some_and(|given| self.tokens.lock().admits(&self.config, given, now))
    }

    /// Adds an event to a lead and hints at it.
    fn note(&self, business: &str, lead: &str, id: &str, user: &str, text: &str) -> Hook {
        let now = self.desk.now().to_string();
        let mut leads = self.leads.lock();
        if leads.len() >= LEADS_MAX && !leads.contains_key(lead) {
            leads.clear();
        }
        let log = leads.entry(lead.to_owned()).or_insert_with(|| LeadLog {
            business: business.to_owned(),
            events: VecDeque::new(),
        });
        let kind = if log.events.is_empty() { "RAQ_SUBMIT" } else { "TEXT" };
        if log.events.len() == EVENTS_MAX {
            log.events.pop_front();
        }
        log.events.push_back(json!({
            "id": id, "cursor": id, "time_created": now, "event_type": kind, "user_type": user,
            "user_display_name": "Austin D.", "event_content": {"text": text, "fallback_text": text},
        }));
        let hint = json!({
            "time": now, "object": "business",
            "data": {"id": business, "updates": [{
                "event_type": "NEW_EVENT", "event_id": id, "lead_id": lead, "interaction_time": now,
            }]},
        });
        Hook {
            path: format!("{PATH}?key={}", self.config.webhook_secret.expose_secret()),
            headers: Vec::new(),
            media_type: "application/json",
            body: hint.to_string().into(),
        }
    }
}

impl Twin for Yelp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn api(self: Arc<Self>) -> Router {
        Router::new()
            .route("/oauth2/token", post(token))
            .route("/v3/leads/{lead}", get(lead))
            .route("/v3/leads/{lead}/events", get(events).post(reply))
            .with_state(self)
    }

    fn told(&self, said: &Said) -> Vec<Hook> {
        let line = &said.line;
        vec![self.note(&line.business, &line.customer, &said.id, "CONSUMER", &said.text)]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![("webhook key", self.config.webhook_secret.expose_secret().to_owned())]
    }
}

fn refusal(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({"error": {"code": code, "description": code}}))).into_response()
}

async fn token(State(twin): State<Arc<Yelp>>, body: Bytes) -> Response {
    let fields: HashMap<_, _> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let config = &twin.config;
    let is_ours = field("grant_type") == "refresh_token"
        && field("client_id") == config.client_id
        && field("client_secret") == config.client_secret.expose_secret();
    if !is_ours {
        return refusal(StatusCode::UNAUTHORIZED, "INVALID_CLIENT");
    }
    let now = twin.desk.now();
    match twin.tokens.lock().renew(config, field("refresh_token"), now) {
        Some(renewed) => Json(renewed).into_response(),
        None => refusal(StatusCode::BAD_REQUEST, "INVALID_GRANT"),
    }
}

async fn lead(State(twin): State<Arc<Yelp>>, Path(lead): Path<String>, headers: HeaderMap) -> Response {
    if !twin.is_ours(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "TOKEN_INVALID");
    }
    let leads = twin.leads.lock();
    match leads.get(&lead) {
        Some(log) => Json(json!({
            "id": lead, "business_id": log.business, "user": {"display_name": "Austin D."},
            "project": {"survey_answers": []},
        }))
        .into_response(),
        None => refusal(StatusCode::NOT_FOUND, "LEAD_NOT_FOUND"),
    }
}

async fn events(State(twin): State<Arc<Yelp>>, Path(lead): Path<String>, headers: HeaderMap) -> Response {
    if !twin.is_ours(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "TOKEN_INVALID");
    }
    let leads = twin.leads.lock();
    match leads.get(&lead) {
        Some(log) => Json(json!({"events": log.events})).into_response(),
        None => refusal(StatusCode::NOT_FOUND, "LEAD_NOT_FOUND"),
    }
}

/// A reply as it was asked for.
#[derive(Deserialize)]
struct Reply {
    request_content: String,
    request_type: String,
}

async fn reply(State(twin): State<Arc<Yelp>>, Path(lead): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = twin.desk.befall_call(NAME).await;
    let is_of = |kind| fault.is_some_and(|fault| fault.kind == kind);
    if let Some(fault) = fault.filter(|fault| fault.kind == Kind::TooManyRequests) {
        return slow_down(&fault, Json(json!({"error": {"code": "TOO_MANY_REQUESTS_PER_SECOND"}})));
    }
    if is_of(Kind::ServerError) || is_of(Kind::Timeout) {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR");
    }
    if is_of(Kind::ExpiredToken) {
        twin.tokens.lock().revoke();
    }
    if !twin.is_ours(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "TOKEN_INVALID");
    }
    let reply = serde_json::from_slice::<Reply>(&body)
        .ok()
        .filter(|reply| reply.request_type == "TEXT" && !reply.request_content.is_empty());
    let business = twin.leads.lock().get(&lead).map(|log| log.business.clone());
    let (Some(reply), Some(business)) = (reply, business) else {
        return refusal(StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    };
    let id = format!("ev-{}", twin.next_id.fetch_add(1, Ordering::Relaxed));
    let line = Line {
        channel: NAME.to_owned(),
        customer: lead.clone(),
        business: business.clone(),
    };
    twin.desk.show(&line, &id, &reply.request_content, Vec::new());
    twin.desk.tick(&line, &id, DeliveryStatus::Delivered);
    // Our own reply is hinted at like anybody's.
    let hint = twin.note(&business, &lead, &id, "BUSINESS", &reply.request_content);
    twin.desk.post_later(NAME, vec![hint]);
    if is_of(Kind::LostAnswer) {
        return lost_answer();
    }
    (StatusCode::CREATED, Json(json!({}))).into_response()
}
