//! Messages to people, by the Messages resource. It knows no idempotency key: a call whose answer
//! was lost is looked up in the list of messages before anything else is decided.

use std::fmt;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Fault, Timestamp};
use metrics::counter;
use reqwest::header::CONTENT_TYPE;
use secrecy::ExposeSecret;
use url::{Host, Url, form_urlencoded};

use super::wire::{Message, MessagePage};
use super::{Config, NAME, STATUS_PATH, errors};
use crate::channels::claims::Claims;
use crate::channels::config::is_set;
use crate::channels::parts::{Mark, Parts};
use crate::channels::{ACCOUNT, Check, Outside, Standing, count_segments, text};
use crate::metrics::SMS_SEGMENTS;

/// Characters of one message; Twilio cuts it into segments itself.
const TEXT_CHARACTERS_MAX: usize = 1_600;
/// Messages looked through for one whose answer was lost.
const LOOKED_THROUGH: u32 = 20;
/// How far Twilio's clock, which counts in seconds, may be behind ours.
const CLOCKS_APART_MS: i64 = 3_000;

/// Sends text messages over one account.
pub struct TwilioSender {
    pub(super) config: Config,
    pub(super) outside: Outside,
    claims: Claims,
}

impl fmt::Debug for TwilioSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TwilioSender").finish_non_exhaustive()
    }
}

/// One message on its way.
struct Letter<'a> {
    entry: &'a Entry,
    from: &'a str,
    body: &'a str,
    mark: Mark,
}

impl TwilioSender {
    pub(super) fn new(config: Config, outside: Outside) -> Self {
        Self {
            config,
            claims: Claims::new(outside.reports.clone()),
            outside,
        }
    }

    async fn post(&self, letter: &Letter<'_>) -> Result<Sent, SendError> {
        let request = self
            .outside
            .caller
            .post(&self.messages_url())
            .basic_auth(&self.config.account_sid, Some(self.config.auth_token.expose_secret()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.form(letter));
        let started = self.outside.clock.now();
        let answer = match self.outside.caller.call(request).await {
            Ok(answer) if answer.status.is_success() => answer,
            Ok(answer) if !answer.status.is_server_error() => return Err(errors::judge(&answer)),
            Ok(answer) => {
                return self
                    .look_up(letter, started)
                    .await
                    .ok_or_else(|| errors::judge(&answer));
            }
            Err(lost @ SendError::Unknown { .. }) => return self.look_up(letter, started).await.ok_or(lost),
            Err(error) => return Err(error),
        };
        // Taken, whatever the answer looks like: its callback will name it.
        let sid = answer.json::<Message>().map(|message| message.sid);
        Ok(self.claims.sent(letter.entry, sid))
    }

    fn form(&self, letter: &Letter<'_>) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", &letter.entry.address)
            .append_pair("From", letter.from)
            .append_pair("Body", letter.body);
        if let Some(url) = self.callback(letter.mark) {
            form.append_pair("StatusCallback", url.as_str());
        }
        form.finish()
    }

    /// Looks for a message whose answer was lost, made since `started`. Only finding it proves
    /// anything: it may still be on its way into the list.
    async fn look_up(&self, letter: &Letter<'_>, started: Timestamp) -> Option<Sent> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", &letter.entry.address)
            .append_pair("From", letter.from)
            .append_pair("PageSize", &LOOKED_THROUGH.to_string())
            .finish();
        let request = self
            .outside
            .caller
            .get(&format!("{}?{query}", self.messages_url()))
            .basic_auth(&self.config.account_sid, Some(self.config.auth_token.expose_secret()));
        let answer = self.outside.caller.call(request).await.ok()?;
        // An older one with the same words was a message of its own.
        let earliest = started.as_millis() - CLOCKS_APART_MS;
        let page: MessagePage = answer.json()?;
        let is_ours = |message: &Message| {
            message.body == letter.body
                && message.direction != "inbound"
                && message
                    .created_at()
                    .is_some_and(|created| created.as_millis() >= earliest)
        };
        let found = page
            .messages
            .into_iter()
            .filter(is_ours)
            .map(|message| message.sid)
            .collect();
        self.claims.claim(letter.entry, found).await
    }

    pub(super) fn messages_url(&self) -> String {
        let base = self.config.api_base.trim_end_matches('/');
        format!("{base}/2010-04-01/Accounts/{}/Messages.json", self.config.account_sid)
    }

    /// Where Twilio tells how the message fares; nowhere when it could not reach us.
    fn callback(&self, mark: Mark) -> Option<Url> {
        let is_local = |url: &Url| match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
            Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
            Some(Host::Domain(name)) => name == "localhost",
            None => true,
        };
        let api = Url::parse(&self.config.api_base).ok()?;
        let own = &self.outside.public_url;
        if is_local(own) && !is_local(&api) {
            return None;
        }
        let base = own.as_str().trim_end_matches('/');
        let mut callback = Url::parse(&format!("{base}{STATUS_PATH}?seq={mark}")).ok()?;
        if let Some(tenant) = &self.outside.account {
            callback.query_pairs_mut().append_pair(ACCOUNT, tenant.as_str());
        }
        Some(callback)
    }
}

#[async_trait]
impl Sender for TwilioSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Message { seq, content } = &entry.cargo else {
            return Err(SendError::permanent("only messages leave by Twilio"));
        };
        if !is_set(&self.config.auth_token) {
            return Err(SendError::Permanent {
                reason: "no account at Twilio is set up".to_owned(),
                fault: Some(Fault::Account),
            });
        }
        let from = entry.our_address().unwrap_or(&self.config.from_number);
        let bodies = text::parts(&text::plain(content), TEXT_CHARACTERS_MAX);
        let mark = Mark::new(*seq, bodies.len());
        let mut parts = Parts::default();
        for body in &bodies {
            let letter = Letter {
                entry,
                from,
                body,
                mark,
            };
            parts.note(self.post(&letter).await)?;
            let segments = u64::try_from(count_segments(body).count).unwrap_or(u64::MAX);
            counter!(SMS_SEGMENTS, "sender" => NAME).increment(segments);
        }
        Ok(parts.sent())
    }

    async fn trace(&self, entry: &Entry, since: Timestamp) -> Result<Option<Sent>, SendError> {
        let Cargo::Message { seq, content } = &entry.cargo else {
            return Ok(None);
        };
        let from = entry.our_address().unwrap_or(&self.config.from_number);
        let bodies = text::parts(&text::plain(content), TEXT_CHARACTERS_MAX);
        let mark = Mark::new(*seq, bodies.len());
        let mut parts = Parts::default();
        for body in &bodies {
            let letter = Letter {
                entry,
                from,
                body,
                mark,
            };
            let Some(found) = self.look_up(&letter, since).await else {
                return Ok(None);
            };
            parts.note(Ok(found))?;
        }
        Ok(Some(parts.sent()))
    }
}

#[async_trait]
impl Check for TwilioSender {
    async fn check(&self) -> Result<Standing, SendError> {
        let (base, sid) = (self.config.api_base.trim_end_matches('/'), &self.config.account_sid);
        let request = self
            .outside
            .caller
            .get(&format!("{base}/2010-04-01/Accounts/{sid}.json"))
            .basic_auth(sid, Some(self.config.auth_token.expose_secret()));
        let answer = self.outside.caller.call(request).await?;
        if answer.status.is_success() {
            Ok(Standing::default())
        } else {
            Err(errors::judge(&answer))
        }
    }
}
