//! Yelp's API: leads and their events, and replies. There is no idempotency key: before a reply whose
//! answer was lost is given up, the events are read again.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Fault, Timestamp};
use reqwest::{RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::timeout;

use super::wire::{Event, Events, Lead};
use super::{Config, NAME};
use crate::channels::call::{Answer, Caller, alarm};
use crate::channels::claims::Claims;
use crate::channels::config::is_set;
use crate::channels::grant::Grants;
use crate::channels::parts::Parts;
use crate::channels::{Check, Outside, Standing, text};

/// Characters of one reply.
const TEXT_CHARACTERS_MAX: usize = 4_000;
/// How long is waited for the id of a reply that Yelp has taken.
const NAMED_WITHIN: Duration = Duration::from_secs(2);
/// How far Yelp's clock may be behind ours.
const CLOCKS_APART_MS: i64 = 5_000;

/// One account.
pub(super) struct Account {
    pub(super) config: Config,
    pub(super) outside: Outside,
    /// Renewed accesses, where the account has a refresh token.
    grants: Option<Grants>,
    claims: Claims,
}

impl Account {
    pub(super) fn new(config: Config, outside: Outside) -> Self {
        let safe = outside.safe.clone().filter(|_| is_set(&config.refresh_token));
        let grants = safe.map(|safe| {
            let (clock, first) = (Arc::clone(&outside.clock), (&config.api_key, &config.refresh_token));
            Grants::new(safe, clock, outside.account.as_ref(), NAME, first)
        });
        Self {
            config,
            claims: Claims::new(outside.reports.clone()),
            outside,
            grants,
        }
    }

    /// The access in force; a new one where that was `refused`.
    async fn access(&self, refused: Option<&SecretString>) -> Result<SecretString, SendError> {
        match &self.grants {
            Some(grants) => grants.access(refused, self).await,
            None => Ok(self.config.api_key.clone()),
        }
    }

    /// One call with the access in force, and one more when that was refused and can be renewed.
    async fn call(&self, request: impl Fn(&Caller) -> RequestBuilder + Sync) -> Result<Answer, SendError> {
        let caller = &self.outside.caller;
        let access = self.access(None).await?;
        let answer = caller.call(request(caller).bearer_auth(access.expose_secret())).await?;
        if answer.status != StatusCode::UNAUTHORIZED || self.grants.is_none() {
            return Ok(answer);
        }
        let access = self.access(Some(&access)).await?;
        caller.call(request(caller).bearer_auth(access.expose_secret())).await
    }

    /// The last events of a lead, oldest first.
    pub(super) async fn events(&self, lead: &str) -> Result<Vec<Event>, SendError> {
        let events: Events = self.get(&format!("leads/{lead}/events?limit=20")).await?;
        Ok(events.events)
    }

    /// A lead.
    pub(super) async fn lead(&self, lead: &str) -> Result<Lead, SendError> {
        self.get(&format!("leads/{lead}")).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, SendError> {
        let url = self.url(path);
        let answer = self.call(|caller| caller.get(&url)).await?;
        if !answer.status.is_success() {
            return Err(judge(&answer));
        }
        answer
            .json()
            .ok_or_else(|| answer.later("Yelp's answer cannot be read"))
    }

    async fn post(&self, entry: &Entry, words: &str) -> Result<Sent, SendError> {
        let started = self.outside.clock.now();
        let url = self.url(&format!("leads/{}/events", &*entry.address));
        let reply = json!({"request_content": words, "request_type": "TEXT"});
        let lost = match self.call(|caller| caller.post(&url).json(&reply)).await {
            Ok(answer) if answer.status.is_success() => return Ok(self.name(entry, words, started).await),
            Ok(answer) if !answer.status.is_server_error() => return Err(judge(&answer)),
            Ok(answer) => judge(&answer),
            Err(lost @ SendError::Unknown { .. }) => lost,
            Err(error) => return Err(error),
        };
        self.look_up(entry, words, started).await.ok_or(lost)
    }

    /// The answer to a reply does not name it: it is read, so that the same words are not taken for it later. It was
    /// taken all the same when it cannot be read in time.
    pub(super) async fn name(&self, entry: &Entry, words: &str, started: Timestamp) -> Sent {
        let found = timeout(NAMED_WITHIN, self.look_up(entry, words, started)).await;
        found.ok().flatten().unwrap_or_default()
    }

    /// Looks for a reply of ours, made since `started`, that is known to be no other.
    async fn look_up(&self, entry: &Entry, words: &str, started: Timestamp) -> Option<Sent> {
        let earliest = started.as_millis() - CLOCKS_APART_MS;
        let is_ours = |event: &Event| {
            !event.is_of_consumer()
                && event.words().as_deref() == Some(words)
                && event.created_ms().is_some_and(|created| created >= earliest)
        };
        let events = self.events(&entry.address).await.ok()?;
        let found = events.into_iter().filter(is_ours).map(|event| event.id).collect();
        self.claims.claim(entry, found).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}/v3/{path}", self.config.api_base.trim_end_matches('/'))
    }
}

#[async_trait]
impl Sender for Account {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Message { content, .. } = &entry.cargo else {
            return Err(SendError::permanent("only messages leave by Yelp"));
        };
        if !is_set(&self.config.api_key) {
            return Err(SendError::Permanent {
                reason: "no account at Yelp is set up".to_owned(),
                fault: Some(Fault::Account),
            });
        }
        let mut parts = Parts::default();
        for part in &text::parts(&text::plain(content), TEXT_CHARACTERS_MAX) {
            parts.note(self.post(entry, part).await)?;
        }
        Ok(parts.sent())
    }

    async fn trace(&self, entry: &Entry, since: Timestamp) -> Result<Option<Sent>, SendError> {
        let Cargo::Message { content, .. } = &entry.cargo else {
            return Ok(None);
        };
        let mut parts = Parts::default();
        for part in text::parts(&text::plain(content), TEXT_CHARACTERS_MAX) {
            let Some(found) = self.look_up(entry, &part, since).await else {
                return Ok(None);
            };
            parts.note(Ok(found))?;
        }
        Ok(Some(parts.sent()))
    }
}

/// What an answer other than success means.
fn judge(answer: &Answer) -> SendError {
    let status = answer.status;
    let permanent = |reason: &str, fault| SendError::Permanent {
        reason: format!("{reason} (Yelp {})", status.as_u16()),
        fault,
    };
    match status {
        StatusCode::TOO_MANY_REQUESTS => answer.later("Yelp asks to slow down"),
        status if status.is_server_error() => answer.later(format!("Yelp is in trouble ({})", status.as_u16())),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            alarm(
                NAME,
                "Yelp refuses our account; look at its token and its access to leads",
            );
            permanent("Yelp does not let our account in", Some(Fault::Account))
        }
        StatusCode::NOT_FOUND => permanent("Yelp knows no such lead of ours", None),
        _ => permanent("Yelp refused it", None),
    }
}

#[async_trait]
impl Check for Account {
    /// There is nothing to ask for but leads: whoever may ask for one is told that there is no such lead.
    async fn check(&self) -> Result<Standing, SendError> {
        let url = self.url("leads/frontdesk-check");
        let answer = self.call(|caller| caller.get(&url)).await?;
        if answer.status.is_success() || answer.status == StatusCode::NOT_FOUND {
            Ok(Standing::default())
        } else {
            Err(judge(&answer))
        }
    }
}
