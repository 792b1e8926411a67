//! WhatsApp over Gupshup: JSON to an address that carries a secret, forms out.
//!
//! Our address is the app's name. Gupshup has an id of its own for every message of ours beside
//! WhatsApp's: the one we are given when we send is `id` in some events and `gsId` in others.

mod errors;
mod read;
mod send;
mod wire;

use std::sync::Arc;

use frontdesk_core::{ChannelKind, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

pub use self::read::read;
use self::send::GupshupSender;
use super::config::is_set;
use super::media::Kept;
use super::{Channel, Denied, Item, Outside, Request, Unreadable, Webhook};

/// The channel's name.
pub const NAME: &str = "gupshup";
/// Where Gupshup tells of everything.
pub const PATH: &str = "/webhooks/gupshup";

/// Our account at Gupshup.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Proves who we are when we send.
    pub api_key: SecretString,
    /// The app that news in WhatsApp's own words are for: those do not name it.
    pub app_name: String,
    /// The number that messages leave from.
    pub source_number: String,
    /// The key in the address of our webhook: Gupshup signs nothing.
    pub webhook_secret: SecretString,
    /// Scheme and host of the API.
    pub api_base: String,
}

/// The channel over one account.
#[must_use]
pub fn channel(config: &Config, outside: &Outside) -> Channel {
    let webhook: Arc<dyn Webhook> = Arc::new(GupshupWebhook { config: config.clone() });
    let sender = Arc::new(GupshupSender::new(config.clone(), outside.clone()));
    Channel {
        name: NAME,
        kind: ChannelKind::Whatsapp,
        webhooks: vec![(PATH, webhook)],
        sender: Some(Arc::clone(&sender) as _),
        inbox: None,
        media: Some(Arc::new(Kept {
            base: config.api_base.clone(),
            hosts: &["gupshup.io"],
            proof: None,
        })),
        check: Some(sender),
        subscription: None,
    }
}

/// Everything Gupshup tells. The acknowledgement has no body: in old apps it went to the person.
#[derive(Debug)]
struct GupshupWebhook {
    config: Config,
}

impl Webhook for GupshupWebhook {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Whatsapp
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        if !is_set(&self.config.webhook_secret) {
            Err(Denied::NotConfigured)
        } else if request.query("key").is_none() {
            Err(Denied::Missing)
        } else if request.has_key(self.config.webhook_secret.expose_secret()) {
            Ok(())
        } else {
            Err(Denied::Wrong)
        }
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        read(&self.config, &request.body)
    }
}

#[cfg(test)]
mod tests;
