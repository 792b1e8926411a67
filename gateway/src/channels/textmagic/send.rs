//! Messages to people, by REST v2. It knows no idempotency key: a message whose answer was lost is looked
//! for among the last ones sent, and our reference comes back with its statuses.

use std::fmt;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Fault, Timestamp};
use metrics::counter;
use reqwest::StatusCode;
use secrecy::ExposeSecret;
use serde_json::json;

use super::wire::{Listed, Page, Refusal, Taken};
use super::{Config, NAME};
use crate::channels::call::{Answer, Caller, alarm, unknown};
use crate::channels::claims::Claims;
use crate::channels::config::is_set;
use crate::channels::parts::Parts;
use crate::channels::{Check, Outside, Standing, count_segments, cut_to_segments, text};
use crate::metrics::SMS_SEGMENTS;

/// Segments that TextMagic joins to one message.
const SEGMENTS_MAX: usize = 6;
/// Messages looked through for one whose answer was lost.
const LOOKED_THROUGH: u32 = 100;
/// How far TextMagic's clock, which counts in seconds, may be behind ours.
const CLOCKS_APART_MS: i64 = 3_000;

/// Sends text messages over one account.
pub struct TextMagicSender {
    pub(super) config: Config,
    pub(super) caller: Caller,
    claims: Claims,
}

impl fmt::Debug for TextMagicSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextMagicSender").finish_non_exhaustive()
    }
}

impl TextMagicSender {
    pub(super) fn new(config: Config, outside: &Outside) -> Self {
        Self {
            config,
            caller: outside.caller.clone(),
            claims: Claims::new(outside.reports.clone()),
        }
    }

    async fn post(&self, entry: &Entry, from: &str, text: &str, seq: Option<u64>) -> Result<Sent, SendError> {
        let base = self.config.api_base.trim_end_matches('/');
        let mut body = json!({
            "text": text,
            "phones": entry.address.trim_start_matches('+'),
            "from": from.trim_start_matches('+'),
            "partsCount": SEGMENTS_MAX,
            "cutExtra": false,
        });
        if let Some(seq) = seq {
            body["referenceId"] = seq.into();
        }
        let request = self
            .caller
            .post(&format!("{base}/api/v2/messages"))
            .basic_auth(&self.config.username, Some(self.config.api_key.expose_secret()))
            .json(&body);
        let answer = self.caller.call(request).await?;
        if answer.status.is_success() {
            let id = answer.json::<Taken>().and_then(|taken| taken.message_id);
            return Ok(self.claims.sent(entry, id.map(|id| id.to_string())));
        }
        Err(judge(&answer))
    }

    /// The messages that left last, newest first.
    async fn last_sent(&self) -> Result<Vec<Listed>, SendError> {
        let base = self.config.api_base.trim_end_matches('/');
        let request = self
            .caller
            .get(&format!("{base}/api/v2/messages?page=1&limit={LOOKED_THROUGH}"))
            .basic_auth(&self.config.username, Some(self.config.api_key.expose_secret()));
        let answer = self.caller.call(request).await?;
        if !answer.status.is_success() {
            return Err(judge(&answer));
        }
        let page: Option<Page> = answer.json();
        Ok(page.map_or_else(Vec::new, |page| page.resources))
    }
}

#[async_trait]
impl Sender for TextMagicSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Message { seq, content } = &entry.cargo else {
            return Err(SendError::permanent("only messages leave by TextMagic"));
        };
        if !is_set(&self.config.api_key) {
            return Err(SendError::Permanent {
                reason: "no account at TextMagic is set up".to_owned(),
                fault: Some(Fault::Account),
            });
        }
        let from = entry.our_address().unwrap_or(&self.config.from_number);
        let texts = cut_to_segments(&text::plain(content), SEGMENTS_MAX);
        // A reference is a number: of a part it would not tell that there are others.
        let reference = Some(*seq).filter(|_| texts.len() == 1);
        let mut parts = Parts::default();
        for part in &texts {
            parts.note(self.post(entry, from, part, reference).await)?;
            let segments = u64::try_from(count_segments(part).count).unwrap_or(u64::MAX);
            counter!(SMS_SEGMENTS, "sender" => NAME).increment(segments);
        }
        Ok(parts.sent())
    }

    async fn trace(&self, entry: &Entry, since: Timestamp) -> Result<Option<Sent>, SendError> {
        let Cargo::Message { content, .. } = &entry.cargo else {
            return Ok(None);
        };
        let earliest = Timestamp::from_millis(since.as_millis() - CLOCKS_APART_MS);
        let listed = self.last_sent().await?;
        let mut parts = Parts::default();
        for part in cut_to_segments(&text::plain(content), SEGMENTS_MAX) {
            let is_ours = |message: &&Listed| {
                message.text == part
                    && message.receiver.trim_start_matches('+') == entry.address.trim_start_matches('+')
                    && message.sent_at().is_some_and(|sent_at| sent_at >= earliest)
            };
            let found = listed
                .iter()
                .filter(is_ours)
                .map(|message| message.id.to_string())
                .collect();
            let Some(sent) = self.claims.claim(entry, found).await else {
                return Ok(None);
            };
            parts.note(Ok(sent))?;
        }
        Ok(Some(parts.sent()))
    }
}

#[async_trait]
impl Check for TextMagicSender {
    async fn check(&self) -> Result<Standing, SendError> {
        let base = self.config.api_base.trim_end_matches('/');
        let request = self
            .caller
            .get(&format!("{base}/api/v2/user"))
            .basic_auth(&self.config.username, Some(self.config.api_key.expose_secret()));
        let answer = self.caller.call(request).await?;
        if answer.status.is_success() {
            Ok(Standing::default())
        } else {
            Err(judge(&answer))
        }
    }
}

/// What an answer other than success means.
pub(super) fn judge(answer: &Answer) -> SendError {
    let status = answer.status;
    match status {
        StatusCode::TOO_MANY_REQUESTS => return answer.later("TextMagic asks to slow down"),
        // A gateway that gave up says nothing of what stands behind it.
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
            return unknown("TextMagic did not answer in time");
        }
        status if status.is_server_error() => {
            return answer.later(format!("TextMagic is in trouble ({})", status.as_u16()));
        }
        _ => {}
    }
    let refusal: Refusal = answer.json().unwrap_or_default();
    let fault = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(Fault::Account),
        StatusCode::BAD_REQUEST => fault(&refusal),
        _ => None,
    };
    if fault == Some(Fault::Account) {
        alarm(
            NAME,
            "TextMagic refuses our account; look at its credentials and balance",
        );
    }
    let reason = match fault {
        Some(Fault::WrongAddress) => "this is not a phone number".to_owned(),
        Some(Fault::OptedOut) => "the person is on TextMagic's list of the unsubscribed".to_owned(),
        Some(Fault::Account) => "TextMagic refuses our account".to_owned(),
        Some(Fault::OutsideWindow) | None => format!("TextMagic answered {}", status.as_u16()),
    };
    SendError::Permanent { reason, fault }
}

/// The words are all there is: a validation error has one code for everything.
fn fault(refusal: &Refusal) -> Option<Fault> {
    let fields = refusal.errors.fields.values().map(ToString::to_string);
    let words = refusal
        .errors
        .common
        .iter()
        .cloned()
        .chain(fields)
        .chain([refusal.message.clone()])
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let says = |word: &str| words.contains(word);
    if says("unsubscribed") || says("blocked") {
        Some(Fault::OptedOut)
    } else if says("balance") || says("credit") {
        Some(Fault::Account)
    } else if refusal.errors.fields.contains_key("phones") {
        Some(Fault::WrongAddress)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        let answer = |status, body: &str| Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        let sample = include_str!("samples/error_400.json");
        for (status, body, expected) in [
            (400, sample, Some(Fault::WrongAddress)),
            (
                400,
                r#"{"errors":{"fields":{"phones":["Contact is unsubscribed"]}}}"#,
                Some(Fault::OptedOut),
            ),
            (
                400,
                r#"{"errors":{"common":["Insufficient balance"]}}"#,
                Some(Fault::Account),
            ),
            (400, "no JSON at all", None),
            (401, "{}", Some(Fault::Account)),
            (404, "{}", None),
        ] {
            let judged = judge(&answer(status, body));
            let SendError::Permanent { fault, .. } = judged else {
                panic!("{status} {body}: {judged:?}")
            };
            assert_eq!(fault, expected, "{status} {body}");
        }
        for status in [429, 500, 503] {
            assert!(
                matches!(judge(&answer(status, "")), SendError::Transient { .. }),
                "{status}"
            );
        }
        assert!(matches!(judge(&answer(504, "")), SendError::Unknown { .. }));
    }
}
