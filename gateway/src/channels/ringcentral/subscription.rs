//! The subscription that makes RingCentral tell us of events. It ends unless it is renewed, and a
//! webhook that failed or was slow gets it onto a black list, where it stays until it is deleted.
//!
//! ```text
//!  none, or gone ───────────────► create          black list ► delete ► create
//!  made for other credentials ──► update          twice ─────► the other one is deleted
//!  ours, soon over ─────────────► renew           ours ──────► nothing
//!  the account is removed here ─► delete
//! ```

use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::ports::upkeep::Subscription;
use reqwest::StatusCode;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::send::Account;
use super::wire::{Subscribed, Subscriptions};
use super::{PATH, errors};
use crate::channels::call::Answer;
use crate::channels::{ACCOUNT, Subscribe};

/// What we want to hear of: text messages, what becomes of ours, calls.
const EVENTS: [&str; 3] = [
    "/restapi/v1.0/account/~/extension/~/message-store/instant?type=SMS",
    "/restapi/v1.0/account/~/extension/~/message-store",
    "/restapi/v1.0/account/~/extension/~/telephony/sessions",
];
/// How long a subscription is asked for.
const LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// With less than this left it is renewed: time for many tries.
const RENEWED_WITH: Duration = Duration::from_secs(4 * 24 * 60 * 60);

impl Account {
    /// Where RingCentral is to call us.
    fn address(&self) -> String {
        let base = self.outside.public_url.as_str().trim_end_matches('/');
        match &self.outside.account {
            Some(tenant) => format!("{base}{PATH}?{ACCOUNT}={tenant}"),
            None => format!("{base}{PATH}"),
        }
    }

    fn wanted(&self) -> Value {
        json!({
            "eventFilters": EVENTS,
            "deliveryMode": {
                "transportType": "WebHook",
                "address": self.address(),
                "verificationToken": self.config.verification_token.expose_secret(),
            },
            "expiresIn": LASTS.as_secs(),
        })
    }

    fn subscription_url(&self, rest: &str) -> String {
        self.api_url(&format!("subscription{rest}"))
    }

    /// Our subscriptions at our address; others of the same application are none of our business.
    async fn subscriptions(&self) -> Result<Vec<Subscribed>, SendError> {
        let url = self.subscription_url("");
        let answer = self.call(|caller| caller.get(&url)).await?;
        let all: Subscriptions = read(&answer)?;
        let address = self.address();
        Ok(all.records.into_iter().filter(|one| one.is_at(&address)).collect())
    }

    async fn create(&self) -> Result<Subscribed, SendError> {
        let (url, wanted) = (self.subscription_url(""), self.wanted());
        read(&self.call(|caller| caller.post(&url).json(&wanted)).await?)
    }

    /// Gives it our token and all of its time; `None` when it is gone.
    async fn update(&self, id: &str) -> Result<Option<Subscribed>, SendError> {
        let (url, wanted) = (self.subscription_url(&format!("/{id}")), self.wanted());
        there(&self.call(|caller| caller.put(&url).json(&wanted)).await?)
    }

    /// Gives it all of its time; `None` when it is gone.
    async fn renew(&self, id: &str) -> Result<Option<Subscribed>, SendError> {
        let url = self.subscription_url(&format!("/{id}/renew"));
        there(&self.call(|caller| caller.post(&url)).await?)
    }

    async fn delete(&self, id: &str) -> Result<(), SendError> {
        let url = self.subscription_url(&format!("/{id}"));
        let answer = self.call(|caller| caller.delete(&url)).await?;
        match answer.status {
            status if status.is_success() || status == StatusCode::NOT_FOUND => Ok(()),
            _ => Err(errors::judge(&answer)),
        }
    }

    /// The one that is kept, made what it should be.
    async fn keep(&self, kept: Subscribed, known: Option<&str>) -> Result<Option<Subscribed>, SendError> {
        if known != Some(kept.id.as_str()) {
            return self.update(&kept.id).await;
        }
        let now = self.outside.clock.now();
        match kept.ends_at() {
            Some(ends_at) if ends_at >= now.plus(RENEWED_WITH) => Ok(Some(kept)),
            _ => self.renew(&kept.id).await,
        }
    }
}

#[async_trait]
impl Subscribe for Account {
    async fn subscribe(&self, known: Option<&str>) -> Result<Subscription, SendError> {
        let (mut active, dead): (Vec<_>, Vec<_>) =
            self.subscriptions().await?.into_iter().partition(Subscribed::is_active);
        for one in dead {
            tracing::warn!(subscription = %one.id, "RingCentral has stopped telling us of events; made anew");
            self.delete(&one.id).await?;
        }
        let place = active.iter().position(|one| known == Some(one.id.as_str()));
        let kept = match place.or_else(|| (!active.is_empty()).then_some(0)) {
            Some(place) => self.keep(active.swap_remove(place), known).await?,
            None => None,
        };
        let kept = match kept {
            Some(kept) => kept,
            None => self.create().await?,
        };
        for doubled in active {
            self.delete(&doubled.id).await?;
        }
        let ends_at = kept.ends_at();
        Ok(Subscription {
            ends_at: ends_at.ok_or_else(|| unreadable("the end of RingCentral's subscription"))?,
            id: kept.id,
        })
    }

    async fn unsubscribe(&self) -> Result<(), SendError> {
        for one in self.subscriptions().await? {
            self.delete(&one.id).await?;
        }
        Ok(())
    }
}

fn there(answer: &Answer) -> Result<Option<Subscribed>, SendError> {
    match answer.status {
        StatusCode::NOT_FOUND => Ok(None),
        _ => read(answer).map(Some),
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, SendError> {
    if !answer.status.is_success() {
        return Err(errors::judge(answer));
    }
    answer.json().ok_or_else(|| unreadable("RingCentral's subscription"))
}

fn unreadable(what: &str) -> SendError {
    SendError::Transient {
        reason: format!("{what} cannot be read"),
        retry_after_ms: None,
    }
}
