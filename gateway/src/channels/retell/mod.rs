//! Telephone calls that a voice agent at Retell takes: signed JSON in, nothing out.
//!
//! Our address is the agent's id, the person's their number in E.164. A call that shows none (withheld, or made
//! in a browser) is a conversation of its own.

mod account;
mod read;
mod signature;

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use frontdesk_core::{ChannelKind, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use self::account::Account;
use super::config::is_set;
use super::{Channel, Denied, Item, Outside, Request, Unreadable, Webhook};

pub use read::read;
pub use signature::sign;

/// The channel's name.
pub const NAME: &str = "retell";
/// Where Retell tells of calls.
pub const PATH: &str = "/webhooks/retell";
/// The header of every webhook.
pub const SIGNATURE: &str = "x-retell-signature";

/// Our account at Retell.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Signs what Retell sends, and proves who we are: the key with the webhook badge.
    pub api_key: SecretString,
    /// Scheme and host of the API.
    pub api_base: String,
}

/// The channel over one account.
#[must_use]
pub fn channel(config: &Config, outside: &Outside) -> Channel {
    let calls: Arc<dyn Webhook> = Arc::new(Calls {
        api_key: config.api_key.clone(),
    });
    Channel {
        name: NAME,
        kind: ChannelKind::Voice,
        webhooks: vec![(PATH, calls)],
        sender: None,
        inbox: None,
        media: None,
        check: Some(Arc::new(Account::new(config.clone(), outside.caller.clone()))),
        subscription: None,
    }
}

/// Everything Retell tells of calls.
#[derive(Debug)]
struct Calls {
    api_key: SecretString,
}

impl Webhook for Calls {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Voice
    }

    fn verify(&self, request: &Request, now: Timestamp) -> Result<(), Denied> {
        if !is_set(&self.api_key) {
            return Err(Denied::NotConfigured);
        }
        let given = request.header(SIGNATURE).ok_or(Denied::Missing)?;
        signature::check(self.api_key.expose_secret(), &request.body, given, now)
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        read(&request.body)
    }

    /// A call that rings asks what to take it with: as the agent is set up.
    fn accept(&self, request: &Request) -> Response {
        if read::is_ringing(&request.body) {
            Json(json!({"call_inbound": {}})).into_response()
        } else {
            axum::http::StatusCode::OK.into_response()
        }
    }

    /// Retell waits ten seconds.
    fn deadline(&self) -> Duration {
        Duration::from_secs(8)
    }
}

#[cfg(test)]
mod tests;
