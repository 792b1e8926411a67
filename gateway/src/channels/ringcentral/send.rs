//! Messages to people, and what became of them. There is no idempotency key: a call whose answer was
//! lost is looked up in the message store. Whoever calls on after being asked to slow down is made to
//! wait longer, so nobody does.

use std::num::NonZeroU32;
use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Fault, Timestamp};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use metrics::counter;
use parking_lot::Mutex;
use reqwest::{RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::form_urlencoded;

use super::token::{Tokens, Ungranted};
use super::wire::{Record, Records};
use super::{Config, NAME, errors};
use crate::channels::call::{Answer, Caller};
use crate::channels::claims::Claims;
use crate::channels::config::is_set;
use crate::channels::parts::Parts;
use crate::channels::{Check, Outside, Standing, count_segments, text};
use crate::metrics::SMS_SEGMENTS;
use crate::providers::http::retry_after_ms;

/// Messages a minute that one account may send.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(40).expect("it is not zero");
/// Messages at once after a pause.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(10).expect("it is not zero");
/// Characters of one message.
const TEXT_CHARACTERS_MAX: usize = 1_000;
/// The wait when RingCentral names none.
const PENALTY_MS: u64 = 30_000;
/// How far RingCentral's clock may be behind ours.
const CLOCKS_APART: Duration = Duration::from_secs(3);
/// How long before its notice a change may have happened.
const NOTICED_WITHIN: Duration = Duration::from_secs(30);
/// How far back messages are looked for whose status changed.
const STATUS_PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);
/// Records asked for at once.
const RECORDS_MAX: &str = "100";

/// One account: its token, its pace, its penalty.
pub(super) struct Account {
    pub(super) config: Config,
    pub(super) outside: Outside,
    pub(super) tokens: Tokens,
    pace: DefaultDirectRateLimiter,
    silent_until: Mutex<Option<Timestamp>>,
    claims: Claims,
}

impl Account {
    pub(super) fn new(config: Config, outside: Outside) -> Self {
        let claims = Claims::new(outside.reports.clone());
        Self {
            config,
            outside,
            tokens: Tokens::default(),
            pace: RateLimiter::direct(Quota::per_minute(PER_MINUTE).allow_burst(AT_ONCE)),
            silent_until: Mutex::new(None),
            claims,
        }
    }

    /// Messages of ours whose record changed around `since`.
    pub(super) async fn sent_since(&self, since: Timestamp) -> Result<Vec<Record>, SendError> {
        let from = Timestamp::from_millis(since.as_millis() - duration_ms(STATUS_PATIENCE));
        let earliest = Timestamp::from_millis(since.as_millis() - duration_ms(NOTICED_WITHIN));
        let mut records = self.records(from).await?;
        records.retain(|record| record.modified_at().is_none_or(|moment| moment >= earliest));
        Ok(records)
    }

    async fn records(&self, from: Timestamp) -> Result<Vec<Record>, SendError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("messageType", "SMS")
            .append_pair("direction", "Outbound")
            .append_pair("dateFrom", &from.to_string())
            .append_pair("perPage", RECORDS_MAX)
            .finish();
        let url = self.url(&format!("message-store?{query}"));
        let answer = self.call(|caller| caller.get(&url)).await?;
        if !answer.status.is_success() {
            return Err(errors::judge(&answer));
        }
        let records: Option<Records> = answer.json();
        Ok(records.map_or_else(Vec::new, |page| page.records))
    }

    /// One call with the token in force, and one more when that was refused.
    pub(super) async fn call(&self, request: impl Fn(&Caller) -> RequestBuilder + Sync) -> Result<Answer, SendError> {
        self.check_penalty()?;
        let token = self.token().await?;
        let mut answer = self.call_with(&token, &request).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.tokens.forget(&token).await;
            answer = self.call_with(&self.token().await?, &request).await?;
        }
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.be_silent(&answer));
        }
        Ok(answer)
    }

    /// The token in force. Asking for one too often has its own penalty, which is kept like any other.
    pub(super) async fn token(&self) -> Result<SecretString, SendError> {
        let granted = self.tokens.access(&self.config, &self.outside).await;
        granted.map_err(|error| match error {
            Ungranted::Hasty(answer) => self.be_silent(&answer),
            Ungranted::Other(error) => error,
        })
    }

    async fn call_with(
        &self,
        token: &SecretString,
        request: &(impl Fn(&Caller) -> RequestBuilder + Sync),
    ) -> Result<Answer, SendError> {
        let caller = &self.outside.caller;
        caller.call(request(caller).bearer_auth(token.expose_secret())).await
    }

    /// Asks nothing more until the wait that RingCentral wants is over.
    fn be_silent(&self, answer: &Answer) -> SendError {
        let wait_ms = retry_after_ms(&answer.headers).unwrap_or(PENALTY_MS);
        let until = self.outside.clock.now().plus(Duration::from_millis(wait_ms));
        *self.silent_until.lock() = Some(until);
        SendError::NotNow { wait_ms }
    }

    fn check_penalty(&self) -> Result<(), SendError> {
        let now = self.outside.clock.now();
        match *self.silent_until.lock() {
            Some(until) if now < until => Err(SendError::NotNow {
                wait_ms: u64::try_from(until.since(now).as_millis()).unwrap_or(PENALTY_MS),
            }),
            _ => Ok(()),
        }
    }

    fn check_pace(&self) -> Result<(), SendError> {
        self.pace.check().map_err(|early| {
            let wait = early.wait_time_from(DefaultClock::default().now());
            SendError::NotNow {
                wait_ms: u64::try_from(wait.as_millis()).unwrap_or(PENALTY_MS) + 1,
            }
        })
    }

    async fn post(&self, entry: &Entry, from: &str, text: &str) -> Result<Sent, SendError> {
        let body = json!({
            "from": {"phoneNumber": from},
            "to": [{"phoneNumber": entry.address.as_str()}],
            "text": text,
        });
        let started = self.outside.clock.now();
        let url = self.url("sms");
        let lost = match self.call(|caller| caller.post(&url).json(&body)).await {
            Ok(answer) if answer.status.is_success() => {
                let id = answer.json::<Record>().map(|record| record.id);
                return Ok(self.claims.sent(entry, id));
            }
            Ok(answer) if !answer.status.is_server_error() => return Err(errors::judge(&answer)),
            Ok(answer) => errors::judge(&answer),
            Err(lost @ SendError::Unknown { .. }) => lost,
            Err(error) => return Err(error),
        };
        self.look_up(entry, text, started).await.ok_or(lost)
    }

    /// Looks for a message whose answer was lost, made since `started`.
    async fn look_up(&self, entry: &Entry, text: &str, started: Timestamp) -> Option<Sent> {
        let earliest = Timestamp::from_millis(started.as_millis() - duration_ms(CLOCKS_APART));
        let is_ours = |record: &Record| {
            record.subject == text
                && record
                    .to
                    .iter()
                    .any(|party| party.phone_number.as_deref() == Some(entry.address.as_str()))
                && record.created_at().is_some_and(|created| created >= earliest)
        };
        let records = self.records(earliest).await.ok()?;
        let found = records.into_iter().filter(is_ours).map(|record| record.id).collect();
        self.claims.claim(entry, found).await
    }

    pub(super) fn url(&self, what: &str) -> String {
        self.api_url(&format!("account/~/extension/~/{what}"))
    }

    pub(super) fn api_url(&self, path: &str) -> String {
        format!("{}/restapi/v1.0/{path}", self.config.api_base.trim_end_matches('/'))
    }
}

#[async_trait]
impl Sender for Account {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Message { content, .. } = &entry.cargo else {
            return Err(SendError::permanent("only messages leave by RingCentral"));
        };
        let our_address = entry.our_address().filter(|_| is_set(&self.config.jwt));
        let Some(from) = our_address else {
            return Err(SendError::Permanent {
                reason: "no account at RingCentral is set up".to_owned(),
                fault: Some(Fault::Account),
            });
        };
        self.check_penalty()?;
        self.check_pace()?;
        let mut parts = Parts::default();
        for part in &text::parts(&text::plain(content), TEXT_CHARACTERS_MAX) {
            parts.note(self.post(entry, from, part).await)?;
            let segments = u64::try_from(count_segments(part).count).unwrap_or(u64::MAX);
            counter!(SMS_SEGMENTS, "sender" => NAME).increment(segments);
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

#[async_trait]
impl Check for Account {
    async fn check(&self) -> Result<Standing, SendError> {
        let url = self.api_url("account/~/extension/~");
        let answer = self.call(|caller| caller.get(&url)).await?;
        if answer.status.is_success() {
            Ok(Standing::default())
        } else {
            Err(errors::judge(&answer))
        }
    }
}

fn duration_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
