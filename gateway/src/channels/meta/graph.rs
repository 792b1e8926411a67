//! Calls of the Graph API.

use std::fmt;

use async_trait::async_trait;
use axum::http::header::CONTENT_TYPE;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{Fault, Timestamp};
use reqwest::RequestBuilder;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::Config;
use super::errors::{self, Meaning};
use crate::channels::call::{Answer, alarm};
use crate::channels::config::is_set;
use crate::channels::{Check, Outside, Standing};

/// What Meta knows of a token.
#[derive(Deserialize)]
struct Debugged {
    data: TokenFacts,
}

#[derive(Deserialize)]
struct TokenFacts {
    #[serde(default)]
    is_valid: bool,
    /// In seconds since the Unix epoch; 0 is never.
    #[serde(default)]
    expires_at: i64,
}

#[async_trait]
impl Check for Graph {
    async fn check(&self) -> Result<Standing, SendError> {
        self.token().await
    }
}

/// The Graph API under our app's token, for one channel.
pub struct Graph {
    sender: &'static str,
    config: Config,
    outside: Outside,
    /// The channel's own codes, asked before those of all.
    codes: fn(i64, i64) -> Option<Meaning>,
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph")
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// For one channel, whose error codes and subcodes `codes` explains.
    pub fn new(
        sender: &'static str,
        config: &Config,
        outside: &Outside,
        codes: fn(i64, i64) -> Option<Meaning>,
    ) -> Self {
        Self {
            sender,
            config: config.clone(),
            outside: outside.clone(),
            codes,
        }
    }

    /// Asks a node, such as `104020918399999/conversations?platform=messenger`.
    ///
    /// # Errors
    ///
    /// Refused, or no answer.
    pub async fn get(&self, node: &str) -> Result<Answer, SendError> {
        let request = self.outside.caller.get(&self.config.url(node));
        self.call(request, 0).await
    }

    /// Asks a node for what need not be told; `None` when it was not.
    pub async fn look(&self, node: &str) -> Option<Answer> {
        if !is_set(&self.config.access_token) {
            return None;
        }
        let request = self
            .outside
            .caller
            .get(&self.config.url(node))
            .bearer_auth(self.config.access_token.expose_secret());
        let answer = self.outside.caller.call(request).await.ok()?;
        answer.status.is_success().then_some(answer)
    }

    /// Posts to a node, such as `106540352242922/messages`; `attempts` is how often that was tried.
    ///
    /// # Errors
    ///
    /// Refused, or nobody can tell.
    pub async fn post(&self, node: &str, body: &Value, attempts: u32) -> Result<Answer, SendError> {
        let request = self
            .outside
            .caller
            .post(&self.config.url(node))
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        self.call(request, attempts).await
    }

    /// Asks about our token.
    async fn token(&self) -> Result<Standing, SendError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("input_token", self.config.access_token.expose_secret())
            .finish();
        let answer = self.get(&format!("debug_token?{query}")).await?;
        let Some(Debugged { data }) = answer.json::<Debugged>() else {
            return Err(answer.later("Meta's answer cannot be read"));
        };
        if !data.is_valid {
            return Err(SendError::Permanent {
                reason: "Meta does not accept our token any more".to_owned(),
                fault: Some(Fault::Account),
            });
        }
        let ends_at = (data.expires_at > 0).then(|| Timestamp::from_millis(data.expires_at.saturating_mul(1_000)));
        Ok(Standing { ends_at })
    }

    async fn call(&self, request: RequestBuilder, attempts: u32) -> Result<Answer, SendError> {
        if !is_set(&self.config.access_token) {
            return Err(SendError::Permanent {
                reason: "no app at Meta is set up".to_owned(),
                fault: Some(Fault::Account),
            });
        }
        let request = request.bearer_auth(self.config.access_token.expose_secret());
        let answer = self.outside.caller.call(request).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let error = errors::judge(&answer, attempts, self.codes);
        if let SendError::Permanent {
            fault: Some(Fault::Account),
            reason,
        } = &error
        {
            alarm(self.sender, reason);
        }
        Err(error)
    }
}
