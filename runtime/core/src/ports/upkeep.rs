//! How our accounts stand at their providers, as last seen, and whose turn it is to look.
//!
//! Nobody holds a lock: whoever claims an account moves the moment at which it is due, and while that
//! lies ahead nobody else claims it. A claim that its holder does not settle in time is anybody's.

use async_trait::async_trait;

use super::store::Error;
use crate::{TenantId, Timestamp};

/// How an account stands, as last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Whose; [`TenantId::nobody`] is the installation.
    pub tenant: TenantId,
    /// At which provider.
    pub provider: String,
    /// What the account consisted of then, as a digest.
    pub fingerprint: String,
    /// When it is to be looked at again.
    pub due_at: Timestamp,
    /// When it was last looked at; `None` while it never was.
    pub checked_at: Option<Timestamp>,
    /// When what it is proved with ends, where the provider tells and it does.
    pub ends_at: Option<Timestamp>,
    /// What makes the provider tell us of events, where it takes a subscription.
    pub subscription: Option<Subscription>,
    /// What has been going wrong with it.
    pub failing: Option<Failing>,
}

/// A subscription to a provider's events, which ends unless it is renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id at the provider.
    pub id: String,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// What has been going wrong with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// With which part of it.
    pub part: Part,
    /// Since when.
    pub since: Timestamp,
    /// How often in a row.
    pub count: u64,
    /// The last reason, in plain words, without secrets.
    pub error: String,
}

/// A part of an account that can fail by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The account: the provider does not accept it, or does not answer.
    Account,
    /// The subscription to its events.
    Subscription,
}

impl Part {
    /// The stable name in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Subscription => "subscription",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Account, Self::Subscription]
            .into_iter()
            .find(|part| part.code() == code)
    }
}

/// An account that somebody wants to look at.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Whose; [`TenantId::nobody`] is the installation.
    pub tenant: &'a TenantId,
    /// At which provider.
    pub provider: &'a str,
    /// What it consists of now, as a digest.
    pub fingerprint: &'a str,
    /// Now.
    pub now: Timestamp,
    /// Until when the claim lasts: nobody else gets the account before.
    pub until: Timestamp,
}

/// What is kept of our accounts at providers.
#[async_trait]
pub trait Upkeep: Send + Sync + 'static {
    /// Claims an account that is due, was never looked at, or consists of something else than when it
    /// was; `None` when it is not, or somebody has claimed it. What is known of it comes back, without
    /// the subscription of an account that has changed: it was made for the other one.
    async fn claim(&self, claim: Claim<'_>) -> Result<Option<AccountState>, Error>;

    /// Writes what was seen, while the claim that lasts until `claimed_until` holds; `false` when it does not.
    async fn settle(&self, state: &AccountState, claimed_until: Timestamp) -> Result<bool, Error>;

    /// All accounts that were ever looked at, by tenant and provider.
    async fn states(&self) -> Result<Vec<AccountState>, Error>;

    /// Forgets an account that is no more.
    async fn forget(&self, tenant: &TenantId, provider: &str) -> Result<(), Error>;
}
