//! The twin of Retell: tells of the calls its voice agents take, signed as Retell signs.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{Call, CallEnd, Desk, Hook, Said, Twin};
use crate::channels::retell::{Config, NAME, PATH, SIGNATURE, sign};

/// How long the agent talks, in milliseconds.
const TALKS_MS: i64 = 65_000;

pub(super) struct Retell {
    config: Config,
    desk: Arc<Desk>,
}

impl Retell {
    pub(super) const fn new(config: Config, desk: Arc<Desk>) -> Self {
        Self { config, desk }
    }

    fn signed(&self, event: &str, call: &Value) -> Hook {
        let body = json!({"event": event, "call": call}).to_string();
        let now = self.desk.now().as_millis();
        let signature = sign(self.config.api_key.expose_secret(), body.as_bytes(), now);
        Hook {
            path: PATH.to_owned(),
            headers: vec![(HeaderName::from_static(SIGNATURE), signature)],
            media_type: "application/json",
            body: body.into(),
        }
    }
}

impl Twin for Retell {
    fn name(&self) -> &'static str {
        NAME
    }

    fn api(self: Arc<Self>) -> Router {
        Router::new()
            .route("/get-concurrency", get(concurrency))
            .with_state(self)
    }

    /// Nobody writes to a telephone.
    fn told(&self, _: &Said) -> Vec<Hook> {
        Vec::new()
    }

    fn takes_calls(&self) -> bool {
        true
    }

    /// An agent always answers: whoever is not answered was not connected.
    fn rung(&self, call: &Call) -> Option<Vec<Hook>> {
        let mut told = json!({
            "call_type": "phone_call", "call_id": call.id, "agent_id": call.line.business,
            "agent_version": 1, "agent_name": "Front desk", "direction": "inbound",
            "from_number": call.line.customer, "to_number": "+14155550100", "metadata": {},
        });
        let mut hooks = Vec::new();
        let reason = if call.end == CallEnd::Answered {
            told["start_timestamp"] = (call.ended_at_ms - TALKS_MS).into();
            told["call_status"] = "ongoing".into();
            hooks.push(self.signed("call_started", &told));
            told["call_status"] = "ended".into();
            told["duration_ms"] = TALKS_MS.into();
            "user_hangup"
        } else {
            told["call_status"] = "not_connected".into();
            told["duration_ms"] = 0.into();
            "concurrency_limit_reached"
        };
        told["end_timestamp"] = call.ended_at_ms.into();
        told["disconnection_reason"] = reason.into();
        hooks.push(self.signed("call_ended", &told));
        told["call_analysis"] = json!({
            "call_summary": "Somebody called.", "in_voicemail": false, "user_sentiment": "Neutral",
            "call_successful": call.end == CallEnd::Answered, "custom_analysis_data": {},
        });
        hooks.push(self.signed("call_analyzed", &told));
        Some(hooks)
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![("API key", self.config.api_key.expose_secret().to_owned())]
    }
}

/// How many calls are under way: what a key is tried with.
async fn concurrency(State(twin): State<Arc<Retell>>, headers: HeaderMap) -> Response {
    let expected = format!("Bearer {}", twin.config.api_key.expose_secret());
    let is_known = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|given| given.as_bytes() == expected.as_bytes());
    if !is_known {
        let error = json!({"status": "error", "message": "Invalid API key"});
        return (StatusCode::UNAUTHORIZED, Json(error)).into_response();
    }
    Json(json!({"current_concurrency": 0, "concurrency_limit": 20})).into_response()
}
