//! Calls of providers' APIs: bounded in time and size, without redirects, and with every way of
//! failing told apart by what it means for a message.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use frontdesk_core::ports::outbox::SendError;
use metrics::counter;
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};

use crate::metrics::ACCOUNT_FAULTS;
use crate::providers::http::{client, not_answered, retry_after_ms};

/// How long a provider may take to answer: shorter than the outbox's patience, so that there is time
/// left to ask what became of a call.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(6);
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// The longest pause after a provider has refused for the time being.
const PAUSE_MAX_MS: u64 = 10 * 60 * 1_000;

/// A client of providers' APIs.
#[derive(Clone, Debug)]
pub struct Caller {
    client: reqwest::Client,
}

/// What a provider answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

impl Caller {
    /// A client with connections of its own.
    ///
    /// # Errors
    ///
    /// The TLS backend cannot be initialised.
    pub fn new() -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: client(ANSWER_TIMEOUT)?,
        })
    }

    /// A `POST` to be filled.
    pub fn post(&self, url: &str) -> RequestBuilder {
        self.client.post(url)
    }

    /// A `GET` to be filled.
    pub fn get(&self, url: &str) -> RequestBuilder {
        self.client.get(url)
    }

    /// A `PUT` to be filled.
    pub fn put(&self, url: &str) -> RequestBuilder {
        self.client.put(url)
    }

    /// A `DELETE`.
    pub fn delete(&self, url: &str) -> RequestBuilder {
        self.client.delete(url)
    }

    /// Sends a request and reads the answer whole.
    ///
    /// # Errors
    ///
    /// No answer: refused for certain, or unknown. An answer with an error's status is an answer.
    pub async fn call(&self, request: RequestBuilder) -> Result<Answer, SendError> {
        let mut response = request.send().await.map_err(|error| not_answered(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| not_answered(&error))? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(unknown("the provider's answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body: body.freeze(),
        })
    }

    /// Asks for a token, with which no message can leave: whoever does not answer is asked again.
    ///
    /// # Errors
    ///
    /// No answer: refused for certain, or [`SendError::Transient`].
    pub async fn call_for_token(&self, request: RequestBuilder) -> Result<Answer, SendError> {
        self.call(request).await.map_err(|error| match error {
            SendError::Unknown { reason } => SendError::Transient {
                reason,
                retry_after_ms: None,
            },
            error => error,
        })
    }
}

impl Answer {
    /// The body as JSON of a type; `None` when it is none.
    #[must_use]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Refused for now, with the provider's own wish when to come again.
    #[must_use]
    pub fn later(&self, reason: impl Into<String>) -> SendError {
        SendError::Transient {
            reason: reason.into(),
            retry_after_ms: retry_after_ms(&self.headers),
        }
    }
}

/// How long a provider is left alone that has refused for the time being and names none, after `attempts` tries
/// before this one: 4, 16, 64 … seconds.
#[must_use]
pub fn pause_ms(attempts: u32) -> u64 {
    let seconds = 4_u64.saturating_pow(attempts.saturating_add(1));
    seconds.saturating_mul(1_000).min(PAUSE_MAX_MS)
}

/// Nothing will leave over this account until somebody has looked.
pub fn alarm(sender: &'static str, what: &str) {
    counter!(ACCOUNT_FAULTS, "sender" => sender).increment(1);
    tracing::error!(sender, "{what}");
}

/// Nobody can tell whether it was taken.
#[must_use]
pub fn unknown(reason: &str) -> SendError {
    SendError::Unknown {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refused_is_left_alone_for_longer_each_time() {
        let pauses: Vec<u64> = (0..4).map(pause_ms).collect();
        assert_eq!(pauses, [4_000, 16_000, 64_000, 256_000]);
        assert_eq!(pause_ms(u32::MAX), PAUSE_MAX_MS);
    }
}
