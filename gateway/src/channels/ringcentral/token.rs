//! The short-lived token that calls are made with: fetched in one place and shared, because only
//! five may be asked for in a minute.

use std::time::Duration;

use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{Fault, Timestamp};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use url::form_urlencoded;

use super::wire::Granted;
use super::{Config, NAME};
use crate::channels::Outside;
use crate::channels::call::{Answer, alarm};

/// A token is renewed so long before its end.
const EARLY: Duration = Duration::from_secs(60);
/// The pause after our credentials were refused: the same ones are refused again, and each question
/// counts among the five.
const REFUSED_PAUSE: Duration = Duration::from_secs(15);

/// The token of one account.
#[derive(Default)]
pub(super) struct Tokens {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// Until when nothing is asked for after a refusal.
    refused_until: Option<Timestamp>,
}

struct Token {
    access: SecretString,
    renewed_at: Timestamp,
}

/// Why there is no token.
pub(super) enum Ungranted {
    /// Too many were asked for; the answer says how long to wait.
    Hasty(Answer),
    /// Anything else.
    Other(SendError),
}

impl From<SendError> for Ungranted {
    fn from(error: SendError) -> Self {
        Self::Other(error)
    }
}

impl Tokens {
    /// The token in force; a new one when there is none or it is about to end.
    pub(super) async fn access(&self, config: &Config, outside: &Outside) -> Result<SecretString, Ungranted> {
        let mut held = self.held.lock().await;
        let now = outside.clock.now();
        if let Some(token) = held.token.as_ref().filter(|token| now < token.renewed_at) {
            return Ok(token.access.clone());
        }
        if held.refused_until.is_some_and(|until| now < until) {
            return Err(refused().into());
        }
        let granted = match fetch(config, outside).await {
            Err(Ungranted::Other(error @ SendError::Permanent { .. })) => {
                held.refused_until = Some(now.plus(REFUSED_PAUSE));
                return Err(error.into());
            }
            granted => granted?,
        };
        let lasts = Duration::from_secs(granted.expires_in).saturating_sub(EARLY);
        let access = SecretString::from(granted.access_token);
        held.refused_until = None;
        held.token = Some(Token {
            access: access.clone(),
            renewed_at: now.plus(lasts),
        });
        Ok(access)
    }

    /// Lets go of a token that was refused; of no other one, which somebody else has fetched meanwhile.
    pub(super) async fn forget(&self, refused: &SecretString) {
        let mut held = self.held.lock().await;
        if held
            .token
            .as_ref()
            .is_some_and(|token| token.access.expose_secret() == refused.expose_secret())
        {
            held.token = None;
        }
    }
}

fn refused() -> SendError {
    SendError::Permanent {
        reason: "RingCentral refuses our credentials".to_owned(),
        fault: Some(Fault::Account),
    }
}

async fn fetch(config: &Config, outside: &Outside) -> Result<Granted, Ungranted> {
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
    let answer = outside.caller.call_for_token(request).await?;
    match answer.status {
        status if status.is_success() => {
            let granted = answer.json();
            granted.ok_or_else(|| answer.later("RingCentral's token cannot be read").into())
        }
        StatusCode::TOO_MANY_REQUESTS => Err(Ungranted::Hasty(answer)),
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            alarm(
                NAME,
                "RingCentral refuses our credentials; look at the application and its JWT",
            );
            Err(refused().into())
        }
        status => {
            let reason = format!("RingCentral grants no token ({})", status.as_u16());
            Err(answer.later(reason).into())
        }
    }
}
