//! Text messages over TextMagic: forms or JSON in, proved by a secret in the address; REST v2 out.

mod inbox;
mod send;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use frontdesk_core::{ChannelKind, DeliveryStatus, Timestamp, UserMessage};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use self::send::TextMagicSender;
use self::wire::{Call, Inbound};
use super::config::is_set;
use super::parts::Mark;
use super::{Channel, Denied, Item, News, Outside, Report, Request, Unreadable, Webhook, Which};

/// The channel's name.
pub const NAME: &str = "textmagic";
/// Where TextMagic tells of messages and of how ours fare.
pub const PATH: &str = "/webhooks/textmagic";
/// The same, as older set-ups have it.
const OLD_PATH: &str = "/webhook/textmagic";

/// Our account at TextMagic.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who we are.
    pub username: String,
    /// Proves it.
    pub api_key: SecretString,
    /// The number that messages leave from which nobody's number is known for.
    pub from_number: String,
    /// Stands in the address of our webhook: TextMagic does not sign.
    pub webhook_secret: SecretString,
    /// Scheme and host of the API.
    pub api_base: String,
}

/// The channel over one account.
#[must_use]
pub fn channel(config: &Config, outside: &Outside) -> Channel {
    let sender = Arc::new(TextMagicSender::new(config.clone(), outside));
    let callback: Arc<dyn Webhook> = Arc::new(Callback { config: config.clone() });
    Channel {
        name: NAME,
        kind: ChannelKind::Sms,
        webhooks: vec![(PATH, Arc::clone(&callback)), (OLD_PATH, callback)],
        sender: Some(Arc::clone(&sender) as _),
        inbox: Some(Arc::clone(&sender) as _),
        media: None,
        check: Some(sender),
        subscription: None,
    }
}

/// What people write, and how messages of ours fare.
#[derive(Debug)]
struct Callback {
    config: Config,
}

#[async_trait]
impl Webhook for Callback {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    /// TextMagic tries an address before it takes it.
    fn greet(&self, request: &Request) -> Option<Response> {
        matches!(request.method, Method::GET | Method::HEAD).then(|| StatusCode::OK.into_response())
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        if !is_set(&self.config.webhook_secret) {
            Err(Denied::NotConfigured)
        } else if request.has_key(self.config.webhook_secret.expose_secret()) {
            Ok(())
        } else if request.query("key").is_none() {
            Err(Denied::Missing)
        } else {
            Err(Denied::Wrong)
        }
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        let Some(call) = Call::parse(request)? else {
            // The trial of the address: a post without any field we know.
            return Ok(Vec::new());
        };
        let item = match call {
            Call::Inbound(inbound) => message(&self.config, inbound),
            Call::Status(status) => {
                let Some(reached) = reached(&status.letter) else {
                    return Ok(Vec::new());
                };
                Item {
                    kind: ChannelKind::Sms,
                    sender: NAME,
                    ours: status.sender,
                    theirs: status.receiver,
                    also: None,
                    news: News::Report(Report {
                        of: match status.reference {
                            Some(seq) => Which::Marked(Mark::new(seq, 1), status.id.clone()),
                            None => Which::Id(status.id.clone()),
                        },
                        status: reached,
                        reason: (reached == DeliveryStatus::Failed)
                            .then(|| format!("TextMagic could not deliver it (status {})", status.letter)),
                        fault: None,
                        is_for_now: false,
                        other_id: None,
                    }),
                    id: format!("{}:{}", status.id, status.letter),
                }
            }
        };
        Ok(vec![item])
    }
}

/// What a person wrote.
fn message(config: &Config, inbound: Inbound) -> Item {
    Item {
        kind: ChannelKind::Sms,
        sender: NAME,
        ours: inbound.receiver.unwrap_or_else(|| config.from_number.clone()),
        theirs: inbound.sender,
        also: None,
        news: News::Message(UserMessage {
            text: inbound.text,
            external_id: Some(inbound.id.clone()),
            sent_at: inbound.at,
            ..UserMessage::default()
        }),
        id: inbound.id,
    }
}

/// How far a message has come by TextMagic's letter; `None` for a letter that says nothing of it.
fn reached(letter: &str) -> Option<DeliveryStatus> {
    match letter {
        "q" | "s" | "r" | "a" | "b" | "p" => Some(DeliveryStatus::Sent),
        "d" => Some(DeliveryStatus::Delivered),
        "f" | "j" | "e" => Some(DeliveryStatus::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
