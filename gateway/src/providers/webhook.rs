//! News of leads for a tenant's own system, posted and signed after Standard Webhooks
//! (<https://www.standardwebhooks.com>): headers `webhook-id`, `webhook-timestamp` and
//! `webhook-signature`. The receiver deduplicates by `webhook-id`, so a lost answer is tried again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use frontdesk_actors::{Dialogue, Webhook};
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Emission, TenantId, Timestamp};
use frontdesk_runtime::Tenants;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use secrecy::ExposeSecret;
use serde_json::json;
use sha2::Sha256;

use super::http::{client, not_answered, retry_after_ms};
use crate::links::{Links, NewsletterLink, Wish};

/// The lane whose entries this sender takes.
pub const LANE: &str = "webhook";

/// The news that asks for the email of the double opt-in: it gets the links for it.
const NEWSLETTER_REQUESTED: &str = "newsletter.requested";

/// How long a receiver may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Posts emissions to the webhook of their tenant.
pub struct WebhookSender {
    client: reqwest::Client,
    tenants: Arc<dyn Tenants<Dialogue>>,
    links: Links,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for WebhookSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSender").finish_non_exhaustive()
    }
}

impl WebhookSender {
    /// A sender for all tenants.
    ///
    /// # Errors
    ///
    /// The TLS backend cannot be initialised.
    pub fn new(
        tenants: Arc<dyn Tenants<Dialogue>>,
        links: Links,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: client(ANSWER_TIMEOUT)?,
            tenants,
            links,
            clock,
        })
    }

    fn webhook(&self, tenant: &TenantId) -> Result<Webhook, SendError> {
        let found = self
            .tenants
            .get(tenant)
            .and_then(|tenant| tenant.settings().webhook.clone());
        found.ok_or_else(|| SendError::permanent("the tenant has no webhook any more"))
    }
}

#[async_trait]
impl Sender for WebhookSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Emission(emission) = &entry.cargo else {
            return Err(SendError::permanent("only emissions leave by webhook"));
        };
        let webhook = self.webhook(&entry.tenant)?;
        let id = entry.id.to_string();
        let seconds = self.clock.now().as_millis() / 1_000;
        let body = body(entry, emission, &self.links);
        let request = self
            .client
            .post(&webhook.url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", seconds)
            .header(
                "webhook-signature",
                signature(webhook.secret.expose_secret(), &id, seconds, &body),
            )
            .body(body);
        let answer = request.send().await.map_err(|error| not_answered(&error))?;
        judge(answer.status(), answer.headers())
    }

    fn is_idempotent(&self) -> bool {
        true
    }
}

fn body(entry: &Entry, emission: &Emission, links: &Links) -> String {
    let mut data = emission.body.clone();
    if emission.name == NEWSLETTER_REQUESTED
        && let Some(email) = emission.body["email"].as_str()
    {
        for (field, wish) in [("confirm_url", Wish::Confirm), ("unsubscribe_url", Wish::Unsubscribe)] {
            let link = NewsletterLink {
                tenant: entry.tenant.clone(),
                email: email.into(),
                wish,
            };
            data[field] = links.newsletter(&link).into();
        }
    }
    json!({
        "type": emission.name,
        "timestamp": happened_at(entry).to_string(),
        "tenant": entry.tenant,
        "conversation": entry.conversation,
        "stream": emission.stream,
        "key": emission.key,
        "data": data,
    })
    .to_string()
}

/// When the event came in that the news are of. It is part of the entry's id, so that every try says
/// the same.
fn happened_at(entry: &Entry) -> Timestamp {
    let (seconds, nanos) = entry.id.0.get_timestamp().map_or((0, 0), |at| at.to_unix());
    let seconds = i64::try_from(seconds).unwrap_or(0);
    Timestamp::from_millis(seconds * 1_000 + i64::from(nanos / 1_000_000))
}

/// `v1,` and the HMAC-SHA-256 of `id.seconds.body` in base64. A secret that starts with `whsec_`
/// holds its key in base64, any other one is the key.
fn signature(secret: &str, id: &str, seconds: i64, body: &str) -> String {
    let decoded = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

fn judge(status: StatusCode, headers: &HeaderMap) -> Result<Sent, SendError> {
    let reason = format!("the receiver answered {status}");
    match status {
        status if status.is_success() => Ok(Sent::default()),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(SendError::Transient {
            reason,
            retry_after_ms: retry_after_ms(headers),
        }),
        status if status.is_server_error() => Err(SendError::Transient {
            reason,
            retry_after_ms: retry_after_ms(headers),
        }),
        _ => Err(SendError::permanent(reason)),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::RETRY_AFTER;

    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn signs_like_the_reference_libraries() {
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn answers_are_told_apart() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "7".parse().unwrap());
        assert!(judge(StatusCode::NO_CONTENT, &headers).is_ok());
        for status in [429, 408, 500, 503] {
            let judged = judge(StatusCode::from_u16(status).unwrap(), &headers);
            let Err(SendError::Transient { retry_after_ms, .. }) = judged else {
                panic!("{status}: {judged:?}");
            };
            assert_eq!(retry_after_ms, Some(7_000));
        }
        for status in [301, 400, 401, 404, 410] {
            let judged = judge(StatusCode::from_u16(status).unwrap(), &headers);
            assert!(
                matches!(judged, Err(SendError::Permanent { .. })),
                "{status}: {judged:?}"
            );
        }
    }
}
