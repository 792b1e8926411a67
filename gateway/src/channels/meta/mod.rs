//! What WhatsApp, Messenger and Instagram share at Meta: one app with one secret, one address that
//! serves them by the payload's `object`, one Graph API to send by.
//!
//! ```text
//!  GET  /webhooks/meta   the handshake: our token, their challenge
//!  POST /webhooks/meta   X-Hub-Signature-256 over the raw bytes
//!        object: whatsapp_business_account ─► whatsapp_cloud::read
//!                page                      ─► messenger::read ──┬─► messaging::read
//!                instagram                 ─► instagram::read ──┘
//! ```

mod errors;
mod graph;
mod inbox;
mod media;
mod messaging;
mod messaging_send;
mod signature;

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use frontdesk_core::{ChannelKind, Fact, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::config::is_set;
use super::{Denied, Item, News, Request, Unreadable, Webhook, instagram, messenger, sha256, whatsapp_cloud};

pub use errors::{Meaning, Verdict, general};
pub use graph::Graph;
pub use media::MetaMedia;
pub use messaging::{Platform, read as read_messaging};
pub use messaging_send::{Limits, MessagingSender};
#[cfg(test)]
pub use messaging_send::{parts as messaging_parts, specific as messaging_codes};
pub use signature::sign;

/// What the webhook goes by in logs and metrics.
pub const NAME: &str = "meta";
/// Where Meta tells of everything.
pub const PATH: &str = "/webhooks/meta";
/// The header with the signature.
pub const SIGNATURE: &str = "x-hub-signature-256";

/// Our app at Meta.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Signs what Meta sends.
    pub app_secret: SecretString,
    /// Signs what comes over Instagram's own login, where the app has one.
    pub instagram_app_secret: SecretString,
    /// What Meta shows at the handshake; ours to choose.
    pub verify_token: SecretString,
    /// Proves who we are when we send.
    pub access_token: SecretString,
    /// Scheme and host of the Graph API.
    pub api_base: String,
    /// Its version, such as `v25.0`.
    pub api_version: String,
}

impl Config {
    /// The address of a node of the Graph API.
    #[must_use]
    pub fn url(&self, node: &str) -> String {
        format!("{}/{}/{node}", self.api_base.trim_end_matches('/'), self.api_version)
    }
}

/// Everything Meta tells.
#[derive(Debug)]
pub struct MetaWebhook {
    config: Config,
}

impl MetaWebhook {
    /// For one app.
    #[must_use]
    pub const fn new(config: Config) -> Self {
        Self { config }
    }
}

/// What every payload has.
#[derive(Deserialize)]
struct Envelope {
    object: String,
    #[serde(default)]
    entry: Vec<Value>,
}

impl Webhook for MetaWebhook {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Messenger
    }

    fn greet(&self, request: &Request) -> Option<Response> {
        (request.method == Method::GET).then(|| handshake(&self.config, request))
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        let secrets = [&self.config.app_secret, &self.config.instagram_app_secret];
        if !secrets.into_iter().any(is_set) {
            return Err(Denied::NotConfigured);
        }
        let given = request.header(SIGNATURE).ok_or(Denied::Missing)?;
        let is_valid = |secret: &&SecretString| {
            is_set(secret) && signature::is_valid(secret.expose_secret(), &request.body, given)
        };
        if secrets.iter().any(is_valid) {
            Ok(())
        } else {
            Err(Denied::Wrong)
        }
    }

    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        read(&self.config, &request.body)
    }

    fn accept(&self, _: &Request) -> Response {
        "EVENT_RECEIVED".into_response()
    }
}

/// Reads a payload by its `object`. Pure.
///
/// # Errors
///
/// It is not what Meta documents.
pub fn read(config: &Config, body: &[u8]) -> Result<Vec<Item>, Unreadable> {
    let envelope: Envelope = serde_json::from_slice(body)?;
    match envelope.object.as_str() {
        "whatsapp_business_account" => {
            let source = whatsapp_cloud::Source {
                sender: whatsapp_cloud::NAME,
                ours: None,
                media_base: &config.url(""),
                path: PATH,
            };
            whatsapp_cloud::read(&source, envelope.entry)
        }
        "page" => messenger::read(envelope.entry),
        "instagram" => instagram::read(envelope.entry),
        object => Ok(vec![nobodys(ChannelKind::Messenger, NAME, object, &sha256(body))]),
    }
}

/// Something that concerns no person: it is counted, and that is all.
pub fn nobodys(kind: ChannelKind, sender: &'static str, what: &str, id: &str) -> Item {
    Item {
        kind,
        sender,
        ours: String::new(),
        theirs: String::new().into(),
        also: None,
        id: format!("{what}:{id}"),
        news: News::Fact(Fact {
            name: "account_news".to_owned(),
            data: Value::Null,
        }),
    }
}

/// The challenge back to whoever knows our token; as text, so that nobody's browser reads more into it.
fn handshake(config: &Config, request: &Request) -> Response {
    let expected = config.verify_token.expose_secret();
    let given = request.query("hub.verify_token").unwrap_or_default();
    let is_known = !expected.is_empty() && bool::from(given.as_bytes().ct_eq(expected.as_bytes()));
    let is_subscription = request.query("hub.mode").as_deref() == Some("subscribe");
    match request.query("hub.challenge") {
        Some(challenge) if is_known && is_subscription => {
            let plain = HeaderValue::from_static("text/plain; charset=utf-8");
            ([(header::CONTENT_TYPE, plain)], challenge).into_response()
        }
        _ => StatusCode::FORBIDDEN.into_response(),
    }
}

#[cfg(test)]
pub(super) mod tests;
