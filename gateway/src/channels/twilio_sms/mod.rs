//! Text messages and telephone calls over Twilio: signed forms in, the Messages resource out.

mod errors;
mod inbox;
mod send;
mod signature;
mod voice;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use frontdesk_core::{ChannelKind, DeliveryStatus, Fault, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use self::send::TwilioSender;
use self::wire::{Inbound, StatusCallback};
use super::call::alarm;
use super::config::is_set;
use super::media::Kept;
use super::{Channel, Denied, Item, News, Outside, Report, Request, Unreadable, Webhook, Which};

pub use signature::sign;
pub use voice::VOICE_PATH;

/// The channel's name.
pub const NAME: &str = "twilio_sms";
/// Where Twilio tells of messages.
pub const INBOUND_PATH: &str = "/webhooks/twilio/sms";
/// Where Twilio tells how ours fare.
pub const STATUS_PATH: &str = "/webhooks/twilio/status";

/// What Twilio reads as "no reply from here": ours leave by the API.
const NO_REPLY: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

/// Our account at Twilio.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `AC…`.
    pub account_sid: String,
    /// Signs what Twilio sends, and proves who we are.
    pub auth_token: SecretString,
    /// The number that messages leave from which nobody's number is known for.
    pub from_number: String,
    /// The telephone that takes calls to our numbers; without one they are refused as busy.
    pub forward_to: String,
    /// Scheme and host of the API.
    pub api_base: String,
}

/// The channel over one account.
#[must_use]
pub fn channel(config: &Config, outside: &Outside) -> Channel {
    let proof = Proof {
        auth_token: config.auth_token.clone(),
        public_url: outside.public_url.clone(),
    };
    let sender = Arc::new(TwilioSender::new(config.clone(), outside.clone()));
    Channel {
        name: NAME,
        kind: ChannelKind::Sms,
        webhooks: vec![
            (INBOUND_PATH, Arc::new(Messages { proof: proof.clone() })),
            (STATUS_PATH, Arc::new(Statuses { proof: proof.clone() })),
            (
                VOICE_PATH,
                Arc::new(voice::Calls {
                    proof,
                    forward_to: config.forward_to.clone(),
                }),
            ),
        ],
        sender: Some(Arc::clone(&sender) as _),
        inbox: Some(Arc::clone(&sender) as _),
        media: Some(Arc::new(Kept {
            base: config.api_base.clone(),
            hosts: &[],
            proof: Some((config.account_sid.clone(), config.auth_token.clone())),
        })),
        check: Some(sender),
        subscription: None,
    }
}

/// What a signature is checked with.
#[derive(Clone, Debug)]
struct Proof {
    auth_token: SecretString,
    public_url: Url,
}

impl Proof {
    fn check(&self, request: &Request) -> Result<(), Denied> {
        if !is_set(&self.auth_token) {
            return Err(Denied::NotConfigured);
        }
        let given = request.header("x-twilio-signature").ok_or(Denied::Missing)?;
        if signature::is_valid(self.auth_token.expose_secret(), &self.public_url, request, given) {
            Ok(())
        } else {
            Err(Denied::Wrong)
        }
    }
}

/// What people write.
#[derive(Debug)]
struct Messages {
    proof: Proof,
}

#[async_trait]
impl Webhook for Messages {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        self.proof.check(request)
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        let inbound = Inbound::parse(&wire::fields(request))?;
        Ok(vec![Item {
            kind: ChannelKind::Sms,
            sender: NAME,
            ours: inbound.to,
            theirs: inbound.from,
            also: None,
            id: inbound.message_sid,
            news: News::Message(inbound.message),
        }])
    }

    fn accept(&self, _: &Request) -> Response {
        no_reply()
    }

    fn deadline(&self) -> Duration {
        // Twilio waits 15 seconds in all and does not ask twice by itself.
        Duration::from_secs(10)
    }
}

/// How messages of ours fare.
#[derive(Debug)]
struct Statuses {
    proof: Proof,
}

#[async_trait]
impl Webhook for Statuses {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        self.proof.check(request)
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        let callback = StatusCallback::parse(&wire::fields(request))?;
        let Some(report) = report(&callback, request.query("seq")) else {
            // A step on Twilio's own way that says nothing of the person's.
            return Ok(Vec::new());
        };
        Ok(vec![Item {
            kind: ChannelKind::Sms,
            sender: NAME,
            id: format!("{}:{}", callback.message_sid, callback.status),
            ours: callback.from,
            theirs: callback.to,
            also: None,
            news: News::Report(report),
        }])
    }

    fn accept(&self, _: &Request) -> Response {
        no_reply()
    }

    fn deadline(&self) -> Duration {
        Duration::from_secs(10)
    }
}

/// We wrote the mark into the address of the callback: so a message is recognised even when the answer to its
/// sending was lost.
fn report(callback: &StatusCallback, mark: Option<String>) -> Option<Report> {
    let status = match callback.status.as_str() {
        "sent" | "queued" | "accepted" | "sending" => DeliveryStatus::Sent,
        "delivered" | "partially_delivered" => DeliveryStatus::Delivered,
        "read" => DeliveryStatus::Read,
        "undelivered" | "failed" | "canceled" => DeliveryStatus::Failed,
        _ => return None,
    };
    let is_failed = status == DeliveryStatus::Failed;
    let code = callback.error_code.filter(|_| is_failed);
    let reason = is_failed.then(|| match code {
        Some(code) => errors::describe(code),
        None => format!("Twilio says: {}", callback.status),
    });
    let fault = code.and_then(errors::fault);
    if fault == Some(Fault::Account) {
        alarm(NAME, errors::ACCOUNT_TROUBLE);
    }
    Some(Report {
        of: match mark.and_then(|mark| mark.parse().ok()) {
            Some(mark) => Which::Marked(mark, callback.message_sid.clone()),
            None => Which::Id(callback.message_sid.clone()),
        },
        status,
        reason,
        fault,
        is_for_now: false,
        other_id: None,
    })
}

fn no_reply() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"))], NO_REPLY).into_response()
}

#[cfg(test)]
mod tests;
