//! Leads of Yelp: webhooks that only hint, events that are read afterwards, replies.

mod api;
mod token;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Json;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use frontdesk_core::{ChannelKind, Fact, KnownFacts, Timestamp, UserMessage};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use self::api::Account;
use self::wire::{Event, Hint, Lead, UpdateKind};
use super::config::is_set;
use super::{Channel, Denied, Echo, Item, News, Outside, Request, Ungathered, Unreadable, Webhook};

/// The channel's name.
pub const NAME: &str = "yelp";
/// Where Yelp tells that something happened.
pub const PATH: &str = "/webhooks/yelp";

/// Characters of the text that Yelp tries an address with.
const VERIFICATION_MAX: usize = 512;

/// Our account at Yelp.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The business user's access token; with a refresh token it is the first one.
    pub api_key: SecretString,
    /// The application, where access tokens are renewed.
    pub client_id: String,
    /// Proves it.
    pub client_secret: SecretString,
    /// The business user's refresh token as it was first granted; each renewal brings the next one.
    pub refresh_token: SecretString,
    /// Stands in the address of our webhook: Yelp does not sign.
    pub webhook_secret: SecretString,
    /// Scheme and host of the API.
    pub api_base: String,
}

/// The channel over one account.
#[must_use]
pub fn channel(config: &Config, outside: &Outside) -> Channel {
    let account = Arc::new(Account::new(config.clone(), outside.clone()));
    let hints: Arc<dyn Webhook> = Arc::new(Hints {
        webhook_secret: config.webhook_secret.clone(),
        account: Arc::clone(&account),
    });
    Channel {
        name: NAME,
        kind: ChannelKind::Marketplace,
        webhooks: vec![(PATH, hints)],
        sender: Some(Arc::clone(&account) as _),
        inbox: None,
        media: None,
        check: Some(account),
        subscription: None,
    }
}

/// The webhook: it carries no words.
struct Hints {
    webhook_secret: SecretString,
    account: Arc<Account>,
}

#[async_trait]
impl Webhook for Hints {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Marketplace
    }

    /// Yelp tries an address with a text that it wants to see again.
    fn greet(&self, request: &Request) -> Option<Response> {
        if request.method != Method::GET {
            return None;
        }
        let verification = request.query("verification")?;
        (verification.len() <= VERIFICATION_MAX).then(|| Json(json!({"verification": verification})).into_response())
    }

    fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
        if !is_set(&self.webhook_secret) {
            Err(Denied::NotConfigured)
        } else if request.has_key(self.webhook_secret.expose_secret()) {
            Ok(())
        } else if request.query("key").is_none() {
            Err(Denied::Missing)
        } else {
            Err(Denied::Wrong)
        }
    }

    /// The hints alone, as facts; [`Webhook::gather`] asks for what they are about.
    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable> {
        let hint: Hint = serde_json::from_slice(&request.body)?;
        let own = hint.updates()?.into_iter().map(|update| {
            let name = match update.kind {
                UpdateKind::Event => "lead_updated",
                UpdateKind::PhoneShared => "phone_shared",
                UpdateKind::PhoneWithdrawn => "phone_withdrawn",
            };
            let fact = Fact {
                name: name.to_owned(),
                data: json!({}),
            };
            item(update.business, update.lead, update.event, News::Fact(fact))
        });
        Ok(own.collect())
    }

    async fn gather(&self, request: &Request) -> Result<Vec<Item>, Ungathered> {
        let hint: Hint = serde_json::from_slice(&request.body).map_err(Unreadable::from)?;
        let mut items = Vec::new();
        for update in hint.updates()? {
            let (business, lead) = (&update.business, &update.lead);
            match update.kind {
                UpdateKind::Event => {
                    let events = self.account.events(lead).await?;
                    let details = if events.iter().any(Event::is_request) {
                        Some(self.account.lead(lead).await?)
                    } else {
                        None
                    };
                    items.extend(events.into_iter().filter_map(|event| {
                        let id = event.id.clone();
                        let news = news(event, details.as_ref())?;
                        Some(item(business.clone(), lead.clone(), id, news))
                    }));
                }
                UpdateKind::PhoneShared | UpdateKind::PhoneWithdrawn => {
                    let details = self.account.lead(lead).await?;
                    let is_shared = update.kind == UpdateKind::PhoneShared;
                    let fact = Fact {
                        name: if is_shared { "phone_shared" } else { "phone_withdrawn" }.to_owned(),
                        data: json!({"phone": details.phone_number.filter(|_| is_shared)}),
                    };
                    items.push(item(business.clone(), lead.clone(), update.event, News::Fact(fact)));
                }
            }
        }
        Ok(items)
    }

    fn deadline(&self) -> Duration {
        Duration::from_secs(12)
    }
}

fn item(business: String, lead: String, id: String, news: News) -> Item {
    Item {
        kind: ChannelKind::Marketplace,
        sender: NAME,
        ours: business,
        theirs: lead.into(),
        also: None,
        id,
        news,
    }
}

/// What an event of a lead tells; `None` for one without words. Our own replies come back, too, and
/// those of a colleague in Yelp's inbox look the same: the words tell them apart.
fn news(event: Event, details: Option<&Lead>) -> Option<News> {
    let is_request = event.is_request();
    let sent_at = event.created_ms().map(Timestamp::from_millis);
    let text = event.words()?;
    if !event.is_of_consumer() {
        return Some(News::Echo(Echo {
            id: event.id,
            text: text.into(),
        }));
    }
    let known = details.filter(|_| is_request).map(|lead| KnownFacts {
        name: lead
            .user
            .as_ref()
            .and_then(|user| Some(user.display_name.clone()?.into())),
        phone: lead.phone_number.clone().map(Into::into),
        ..KnownFacts::default()
    });
    Some(News::Message(UserMessage {
        text: text.into(),
        external_id: Some(event.id),
        sent_at,
        known: known.unwrap_or_default(),
        ..UserMessage::default()
    }))
}

#[cfg(test)]
mod tests;
