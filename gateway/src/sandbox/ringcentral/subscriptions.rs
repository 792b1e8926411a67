//! Subscriptions to events: made with a handshake, ended by time, put onto the black list when their
//! webhooks fail.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use frontdesk_core::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Refusal, RingCentral, refusal};
use crate::sandbox::Hook;

/// Subscriptions of one account.
const SUBSCRIPTIONS_MAX: usize = 20;
/// The longest that one may be asked for, in seconds.
const LASTS_MAX_S: u64 = 315_360_000;
/// How long the receiver may take for the handshake.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(3);
/// Bytes of its answer, head and all.
const HANDSHAKE_BYTES_MAX: usize = 1_024;
/// Events in a row that were not taken, before the black list.
const FAILURES_MAX: u32 = 3;
const VALIDATION_TOKEN: HeaderName = HeaderName::from_static("validation-token");

/// A subscription.
#[derive(Clone)]
pub(super) struct Subscription {
    id: String,
    filters: Vec<String>,
    pub(super) address: String,
    pub(super) token: Option<String>,
    lasts_s: u64,
    ends_at: Timestamp,
    failures: u32,
    blacklisted_at: Option<Timestamp>,
}

impl Subscription {
    fn new(wanted: Wanted, now: Timestamp) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            filters: wanted.event_filters,
            address: wanted.delivery_mode.address,
            token: wanted.delivery_mode.verification_token,
            lasts_s: wanted.expires_in,
            ends_at: now.plus(Duration::from_secs(wanted.expires_in)),
            failures: 0,
            blacklisted_at: None,
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether an event of this kind is told.
    fn hears(&self, event: &str) -> bool {
        let wants = |filter: &String| filter.ends_with(&format!("/~/{event}"));
        self.blacklisted_at.is_none() && self.filters.iter().any(wants)
    }

    fn shown(&self) -> Value {
        let mut shown = json!({
            "id": self.id, "eventFilters": self.filters, "expirationTime": self.ends_at.to_string(),
            "expiresIn": self.lasts_s, "status": "Active",
            "deliveryMode": {"transportType": "WebHook", "encryption": false, "address": self.address},
        });
        if let Some(at) = self.blacklisted_at {
            shown["status"] = "Blacklisted".into();
            shown["blacklistedData"] = json!({"blacklistedAt": at.to_string(), "reason": "webhook failed"});
        }
        shown
    }
}

/// A subscription as it is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    event_filters: Vec<String>,
    delivery_mode: Delivery,
    expires_in: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    transport_type: String,
    address: String,
    verification_token: Option<String>,
}

impl Wanted {
    /// What every application starts with: events go to `address`.
    pub(super) fn everything(address: String, token: String, lasts: Duration) -> Self {
        let extension = "/restapi/v1.0/account/~/extension/~";
        let events = ["message-store/instant?type=SMS", "message-store", "telephony/sessions"];
        Self {
            event_filters: events.iter().map(|event| format!("{extension}/{event}")).collect(),
            delivery_mode: Delivery {
                transport_type: "WebHook".to_owned(),
                address,
                verification_token: Some(token),
            },
            expires_in: lasts.as_secs(),
        }
    }

    fn is_well(&self) -> bool {
        !self.event_filters.is_empty()
            && self.delivery_mode.transport_type == "WebHook"
            && self.delivery_mode.address.starts_with("http")
            && (1..=LASTS_MAX_S).contains(&self.expires_in)
    }
}

impl RingCentral {
    /// Adds a subscription that was shaken hands on.
    pub(super) fn subscribe(&self, wanted: Wanted) -> Value {
        let made = Subscription::new(wanted, self.desk.now());
        let shown = made.shown();
        self.subscriptions.lock().push(made);
        shown
    }

    /// The subscriptions that have not ended.
    fn in_force(&self) -> Vec<Subscription> {
        let now = self.desk.now();
        let mut subscriptions = self.subscriptions.lock();
        subscriptions.retain(|one| now < one.ends_at);
        subscriptions.clone()
    }

    /// The webhooks of an event.
    pub(super) fn hooks_of(&self, event: &str, body: &Value) -> Vec<Hook> {
        let hearing = self.in_force().into_iter().filter(|one| one.hears(event));
        hearing.map(|one| self.event(&one, event, body)).collect()
    }

    /// Counts what was not taken: too much of it in a row, and nothing is told any more.
    pub(super) fn told_of(&self, address: &str, status: u16) {
        let mut subscriptions = self.subscriptions.lock();
        let Some(one) = subscriptions.iter_mut().find(|one| one.address == address) else {
            return;
        };
        if status == 200 {
            one.failures = 0;
            return;
        }
        one.failures += 1;
        if one.failures >= FAILURES_MAX {
            one.blacklisted_at = Some(self.desk.now());
        }
    }

    /// Says a random token to an address that has to say it back.
    async fn shake_hands(&self, address: &str) -> Result<(), Refusal> {
        let token = Uuid::new_v4().to_string();
        let answer = self.desk.call(address, (VALIDATION_TOKEN, &token), HANDSHAKE_DEADLINE);
        let unreached = || {
            refusal(
                StatusCode::BAD_REQUEST,
                "SUB-521",
                "WebHook responds with incorrect HTTP status",
            )
        };
        let (status, headers, body) = answer.await.ok_or_else(unreached)?;
        let length: usize = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        let is_said = headers.get(VALIDATION_TOKEN).map(HeaderValue::as_bytes) == Some(token.as_bytes());
        if status != StatusCode::OK {
            return Err(unreached());
        }
        if !is_said || length + body.len() > HANDSHAKE_BYTES_MAX {
            let message = "WebHook response does not contain the validation token";
            return Err(refusal(StatusCode::BAD_REQUEST, "SUB-525", message));
        }
        Ok(())
    }
}

fn unknown() -> Refusal {
    refusal(StatusCode::NOT_FOUND, "SUB-502", "Subscription not found")
}

fn read(body: &[u8]) -> Result<Wanted, Refusal> {
    let wanted = serde_json::from_slice::<Wanted>(body).ok().filter(Wanted::is_well);
    wanted.ok_or_else(|| refusal(StatusCode::BAD_REQUEST, "CMN-101", "Parameter is invalid"))
}

pub(super) async fn list(State(twin): State<Arc<RingCentral>>, headers: HeaderMap) -> Result<Response, Refusal> {
    twin.admit(&headers)?;
    let shown: Vec<Value> = twin.in_force().iter().map(Subscription::shown).collect();
    Ok(Json(json!({"uri": "/restapi/v1.0/subscription", "records": shown})).into_response())
}

pub(super) async fn create(
    State(twin): State<Arc<RingCentral>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    twin.admit(&headers)?;
    let wanted = read(&body)?;
    if twin.in_force().len() >= SUBSCRIPTIONS_MAX {
        return Err(refusal(
            StatusCode::FORBIDDEN,
            "SUB-505",
            "Subscriptions limit exceeded",
        ));
    }
    twin.shake_hands(&wanted.delivery_mode.address).await?;
    Ok(Json(twin.subscribe(wanted)).into_response())
}

pub(super) async fn update(
    State(twin): State<Arc<RingCentral>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    twin.admit(&headers)?;
    let wanted = read(&body)?;
    if !twin.in_force().iter().any(|one| one.id == id) {
        return Err(unknown());
    }
    twin.shake_hands(&wanted.delivery_mode.address).await?;
    let now = twin.desk.now();
    let mut subscriptions = twin.subscriptions.lock();
    let one = subscriptions.iter_mut().find(|one| one.id == id).ok_or_else(unknown)?;
    // A change takes nobody off the black list.
    *one = Subscription {
        id,
        blacklisted_at: one.blacklisted_at,
        ..Subscription::new(wanted, now)
    };
    Ok(Json(one.shown()).into_response())
}

pub(super) async fn renew(
    State(twin): State<Arc<RingCentral>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    twin.admit(&headers)?;
    let now = twin.desk.now();
    let mut subscriptions = twin.subscriptions.lock();
    let mut own = subscriptions.iter_mut();
    let one = own.find(|one| one.id == id && now < one.ends_at).ok_or_else(unknown)?;
    one.ends_at = now.plus(Duration::from_secs(one.lasts_s));
    Ok(Json(one.shown()).into_response())
}

pub(super) async fn remove(
    State(twin): State<Arc<RingCentral>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    twin.admit(&headers)?;
    let mut subscriptions = twin.subscriptions.lock();
    let count = subscriptions.len();
    subscriptions.retain(|one| one.id != id);
    match subscriptions.len() < count {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(unknown()),
    }
}
