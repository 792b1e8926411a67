//! Who is let in: tokens that end, five of them a minute, and a penalty that starts afresh with every
//! call within it.

use std::collections::VecDeque;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::Timestamp;

use super::{Refusal, refusal};

/// How long a token is good.
pub(super) const TOKEN_LASTS: Duration = Duration::from_secs(60 * 60);
/// Tokens that may be asked for within a minute.
const WISHES_PER_MINUTE: usize = 5;
/// The stretch of time in which they are counted.
const MINUTE: Duration = Duration::from_secs(60);
/// Tokens in force at once; the oldest goes.
const TOKENS_MAX: usize = 16;

/// The gate of one account.
#[derive(Default)]
pub(super) struct Gate {
    tokens: VecDeque<(String, Timestamp)>,
    wishes: VecDeque<Timestamp>,
    penalty: Option<(Timestamp, Duration)>,
}

impl Gate {
    /// Counts a wish for a token, which may be one too many.
    pub(super) fn count(&mut self, now: Timestamp) -> Result<(), Refusal> {
        self.endure(now)?;
        self.wishes.retain(|at| now.since(*at) < MINUTE);
        if self.wishes.len() >= WISHES_PER_MINUTE {
            return Err(self.punish(now, MINUTE));
        }
        self.wishes.push_back(now);
        Ok(())
    }

    /// A new token.
    pub(super) fn grant(&mut self, now: Timestamp) -> String {
        let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        if self.tokens.len() == TOKENS_MAX {
            self.tokens.pop_front();
        }
        self.tokens.push_back((token.clone(), now.plus(TOKEN_LASTS)));
        token
    }

    /// Lets a call with a token in force pass.
    pub(super) fn admit(&mut self, headers: &HeaderMap, now: Timestamp) -> Result<(), Refusal> {
        self.endure(now)?;
        let given = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        let is_given = |token: &str| given == Some(format!("Bearer {token}").as_bytes());
        let mut tokens = self.tokens.iter();
        if tokens.any(|(token, ends_at)| now < *ends_at && is_given(token)) {
            Ok(())
        } else {
            Err(refusal(StatusCode::UNAUTHORIZED, "OAU-213", "Token not found"))
        }
    }

    /// Ends every token.
    pub(super) fn revoke(&mut self) {
        self.tokens.clear();
    }

    /// Asks to wait.
    pub(super) fn punish(&mut self, now: Timestamp, wait: Duration) -> Refusal {
        self.penalty = Some((now.plus(wait), wait));
        Refusal {
            wait: Some(wait),
            ..refusal(StatusCode::TOO_MANY_REQUESTS, "CMN-301", "Request rate exceeded")
        }
    }

    fn endure(&mut self, now: Timestamp) -> Result<(), Refusal> {
        match self.penalty {
            Some((until, wait)) if now < until => Err(self.punish(now, wait)),
            _ => Ok(()),
        }
    }
}
