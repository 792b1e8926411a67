//! Calls of other systems: the client, and what a failed call means.

use std::time::Duration;

use frontdesk_core::ports::outbox::SendError;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::redirect;

/// How long a receiver may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A client whose calls take at most `answer_timeout`.
///
/// # Errors
///
/// The TLS backend cannot be initialised.
pub fn client(answer_timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(answer_timeout)
        // A redirect would carry a person's details to a host that nobody configured.
        .redirect(redirect::Policy::none())
        .user_agent(concat!("frontdesk/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// What it means that there was no answer. The address is left out of the reasons: it may carry a
/// secret in its path.
#[must_use]
pub fn not_answered(error: &reqwest::Error) -> SendError {
    if error.is_connect() {
        return SendError::Transient {
            reason: "the receiver does not accept connections".to_owned(),
            retry_after_ms: None,
        };
    }
    if error.is_builder() {
        return SendError::permanent("the receiver's address is not valid");
    }
    let reason = if error.is_timeout() {
        "the receiver did not answer in time"
    } else {
        "the connection broke before the receiver answered"
    };
    SendError::Unknown {
        reason: reason.to_owned(),
    }
}

/// `Retry-After` in its form of seconds; a date is left to the own backoff.
#[must_use]
pub fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    seconds.checked_mul(1_000)
}
