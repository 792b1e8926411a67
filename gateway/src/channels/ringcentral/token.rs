//! The short-lived token that calls are made with: fetched in one place and shared, because only
//! five may be asked for in a minute.

use std::time::Duration;

use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{Fault, Timestamp};
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use url::form_urlencoded;

use super::wire::Granted;
use super::{Config, NAME};
use crate::channels::Outside;
use crate::channels::call::alarm;

/// A token is renewed so long before its end.
const EARLY: Duration = Duration::from_secs(60);

/// The token of one account.
#[derive(Default)]
pub(super) struct Tokens {
    held: Mutex<Option<Token>>,
}

struct Token {
    access: SecretString,
    renewed_at: Timestamp,
}

impl Tokens {
    /// The token in force; a new one when there is none or it is about to end.
    pub(super) async fn access(&self, config: &Config, outside: &Outside) -> Result<SecretString, SendError> {
        let mut held = self.held.lock().await;
        let now = outside.clock.now();
        if let Some(token) = held.as_ref().filter(|token| now < token.renewed_at) {
            return Ok(token.access.clone());
        }
        let granted = fetch(config, outside).await?;
        let lasts = Duration::from_secs(granted.expires_in).saturating_sub(EARLY);
        let access = SecretString::from(granted.access_token);
        *held = Some(Token {
            access: access.clone(),
            renewed_at: now.plus(lasts),
        });
        Ok(access)
    }

    /// Lets go of a token that was refused.
    pub(super) async fn forget(&self) {
        *self.held.lock().await = None;
    }
}

async fn fetch(config: &Config, outside: &Outside) -> Result<Granted, SendError> {
    let base = config.api_base.trim_end_matches('/');
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
        .append_pair("assertion", config.jwt.expose_secret())
        .finish();
    let request = outside
        .caller
        .post(&format!("{base}/restapi/oauth/token"))
        .basic_auth(&config.client_id, Some(config.client_secret.expose_secret()))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form);
    let answer = outside.caller.call(request).await.map_err(|error| match error {
        // Nothing but a token was asked for: no message can have left.
        SendError::Unknown { reason } => SendError::Transient {
            reason,
            retry_after_ms: None,
        },
        error => error,
    })?;
    match answer.status.as_u16() {
        200..=299 => answer
            .json()
            .ok_or_else(|| answer.later("RingCentral's token cannot be read")),
        400 | 401 | 403 => {
            alarm(
                NAME,
                "RingCentral refuses our credentials; look at the application and its JWT",
            );
            Err(SendError::Permanent {
                reason: "RingCentral refuses our credentials".to_owned(),
                fault: Some(Fault::Account),
            })
        }
        status => Err(answer.later(format!("RingCentral grants no token ({status})"))),
    }
}
