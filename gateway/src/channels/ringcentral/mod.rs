//! Text messages and telephone calls over RingCentral: events of a subscription in, which we make and
//! renew, proved by the token we gave it; the REST API out.

mod errors;
mod inbox;
mod media;
mod send;
mod subscription;
mod token;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use frontdesk_core::{Attachment, ChannelKind, Fact, Timestamp, UserMessage};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq;

use self::send::Account;
use self::wire::{Body, Event, Sms, Telephony};
use super::config::is_set;
use super::{Channel, Denied, Item, News, Outside, Report, Request, Ungathered, Unreadable, Webhook, Which};

/// The channel's name.
pub const NAME: &str = "ringcentral";
/// Where RingCentral tells of everything.
pub const PATH: &str = "/webhooks/ringcentral";

/// The header of the handshake.
const VALIDATION_TOKEN: &str = "validation-token";
/// The header of every event.
const VERIFICATION_TOKEN: &str = "verification-token";
/// Characters of a handshake's token; the whole answer must stay below 1024 bytes.
const VALIDATION_TOKEN_MAX: usize = 512;

/// Our account at RingCentral.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The application.
    pub client_id: String,
    /// Proves it.
    pub client_secret: SecretString,
    /// The extension's permission, exchanged for short-lived tokens.
    pub jwt: SecretString,
    /// What our subscription makes RingCentral say with every event.
    pub verification_token: SecretString,
    /// Scheme and host of the API.
    pub api_base: String,
}

/// The channel over one account.
#[must_use]
pub fn channel(config: &Config, outside: &Outside) -> Channel {
    let account = Arc::new(Account::new(config.clone(), outside.clone()));
    let events: Arc<dyn Webhook> = Arc::new(Events {
        verification_token: config.verification_token.clone(),
        account: Arc::clone(&account),
    });
    Channel {
        name: NAME,
        kind: ChannelKind::Sms,
        webhooks: vec![(PATH, events)],
        sender: Some(Arc::clone(&account) as _),
        inbox: Some(Arc::clone(&account) as _),
        media: Some(Arc::clone(&account) as _),
        check: Some(Arc::clone(&account) as _),
        subscription: Some(account),
    }
}

/// The events of our subscription.
struct Events {
    verification_token: SecretString,
    account: Arc<Account>,
}

#[async_trait]
impl Webhook for Events {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    /// A new subscription is confirmed by saying its token back, within three seconds.
    fn greet(&self, request: &Request) -> Option<Response> {
        let token = request.headers.get(VALIDATION_TOKEN)?;
        let is_handshake = request.body.is_empty() && token.len() <= VALIDATION_TOKEN_MAX;
        is_handshake.then(|| {
            let mut response = StatusCode::OK.into_response();
            let headers = response.headers_mut();
            headers.insert(VALIDATION_TOKEN, token.clone());
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        })
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        if !is_set(&self.verification_token) {
            return Err(Denied::NotConfigured);
        }
        // Older subscriptions say it under the name of the handshake.
        let given = [VERIFICATION_TOKEN, VALIDATION_TOKEN]
            .into_iter()
            .find_map(|name| request.header(name))
            .ok_or(Denied::Missing)?;
        let expected = self.verification_token.expose_secret();
        if given.as_bytes().ct_eq(expected.as_bytes()).into() {
            Ok(())
        } else {
            Err(Denied::Wrong)
        }
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        let event: Event = serde_json::from_slice(&request.body)?;
        Ok(match event.body()? {
            Body::Sms(sms) => text_message(sms)?.into_iter().collect(),
            Body::Telephony(telephony) => calls(&telephony),
            Body::Changed { .. } | Body::Other => Vec::new(),
        })
    }

    /// That something changed in the message store is all such an event says: the statuses are
    /// asked for.
    async fn gather(&self, request: &Request) -> Result<Vec<Item>, Ungathered> {
        let items = self.read(request)?;
        let event: Event = serde_json::from_slice(&request.body).map_err(Unreadable::from)?;
        let Body::Changed { since } = event.body()? else {
            return Ok(items);
        };
        let records = self.account.sent_since(since).await?;
        Ok(records.into_iter().filter_map(status).collect())
    }

    /// Slow answers get a subscription onto RingCentral's black list.
    fn deadline(&self) -> Duration {
        Duration::from_millis(2_700)
    }
}

/// A message of a person; `None` for our own, which the store shows us too.
fn text_message(sms: Sms) -> Result<Option<Item>, Unreadable> {
    if !sms.direction.eq_ignore_ascii_case("inbound") {
        return Ok(None);
    }
    let sent_at = sms.created_at();
    let ours = sms.to.iter().find(|to| to.target).or_else(|| sms.to.first());
    let ours = ours.and_then(|to| to.phone_number.clone());
    let attachments = sms
        .attachments
        .into_iter()
        .filter(|file| file.kind != "Text")
        .filter_map(|file| {
            Some(Attachment {
                url: file.uri?,
                media_type: file.content_type,
                bytes: file.size,
                ..Attachment::default()
            })
        });
    Ok(Some(Item {
        kind: ChannelKind::Sms,
        sender: NAME,
        ours: ours.ok_or_else(|| Unreadable::new("no number it was sent to"))?,
        theirs: sms.from.phone_number.unwrap_or_default().into(),
        also: None,
        news: News::Message(UserMessage {
            sent_at,
            text: sms.subject.into(),
            external_id: Some(sms.id.clone()),
            attachments: attachments.collect(),
            ..UserMessage::default()
        }),
        // The id of the message and not of the event: the same message found in the store is the same.
        id: sms.id,
    }))
}

/// The inbound calls that an event tells of: one conversation a caller and number of ours.
fn calls(telephony: &Telephony) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let inbound = telephony
        .parties
        .iter()
        .filter(|party| party.direction.eq_ignore_ascii_case("inbound"));
    for party in inbound {
        let Some(ours) = party.to.phone_number.clone() else {
            continue;
        };
        let call = &telephony.telephony_session_id;
        // A withheld number: the call is kept, and known by nothing else.
        let caller = party.from.phone_number.clone().filter(|number| number.starts_with('+'));
        let theirs = caller.unwrap_or_else(|| format!("anonymous:{call}"));
        let leg = json!({
            "id": party.id,
            "code": party.status.code,
            "reason": party.status.reason,
            "is_missed": party.missed_call,
        });
        let known = items
            .iter_mut()
            .find(|item| item.ours == ours && *item.theirs == *theirs);
        if let Some(Item {
            news: News::Fact(fact), ..
        }) = known
        {
            if let Some(legs) = fact.data["legs"].as_array_mut() {
                legs.push(leg);
            }
            continue;
        }
        items.push(Item {
            kind: ChannelKind::Voice,
            sender: NAME,
            ours,
            theirs: theirs.into(),
            also: None,
            id: format!("{call}:{}", telephony.sequence),
            news: News::Fact(Fact {
                name: frontdesk_actors::CALL_PROGRESS.to_owned(),
                data: json!({
                    "call": call,
                    "sequence": telephony.sequence,
                    "at_ms": telephony.at_ms(),
                    "legs": [leg],
                }),
            }),
        });
    }
    items
}

/// How a message of ours fares, from its record in the store.
fn status(record: wire::Record) -> Option<Item> {
    let (status, reason, fault) = errors::delivery(&record.message_status, record.delivery_error_code.as_deref())?;
    Some(Item {
        kind: ChannelKind::Sms,
        sender: NAME,
        ours: record.from?.phone_number?,
        theirs: record.to.into_iter().next()?.phone_number?.into(),
        also: None,
        id: format!("{}:{}", record.id, record.message_status),
        news: News::Report(Report {
            of: Which::Id(record.id),
            status,
            reason,
            fault,
            is_for_now: false,
            other_id: None,
        }),
    })
}

#[cfg(test)]
mod tests;
