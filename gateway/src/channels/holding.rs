//! Every account that is to be looked after: the installation's, and each tenant's own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::TenantId;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::ports::upkeep::AccountState;
use tokio::time::timeout;

use super::accounts::Accounts;
use super::credentials::{PROVIDERS, Provider};
use super::media::Media;
use super::{Channel, Check, Inbox, Subscribe};

/// How long whoever removes an account waits for its provider.
const GOODBYE: Duration = Duration::from_secs(10);

/// An account that can be used.
#[derive(Clone)]
pub struct Holding {
    /// Whose; [`TenantId::nobody`] is the installation.
    pub tenant: TenantId,
    /// At which provider.
    pub provider: &'static Provider,
    /// What it consists of, as a digest.
    pub fingerprint: String,
    /// Asks the provider whether it accepts the account.
    pub check: Option<Arc<dyn Check>>,
    /// Keeps the provider telling us of events.
    pub subscription: Option<Arc<dyn Subscribe>>,
}

impl fmt::Debug for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Holding")
            .field("tenant", &self.tenant)
            .field("provider", &self.provider.name)
            .finish_non_exhaustive()
    }
}

impl Holding {
    fn new(tenant: TenantId, provider: &'static Provider, fingerprint: String, channels: &[Channel]) -> Self {
        let served = || {
            let channels = channels.iter();
            channels.filter(|channel| provider.channels.contains(&channel.name))
        };
        Self {
            tenant,
            provider,
            fingerprint,
            check: served().find_map(|channel| channel.check.clone()),
            subscription: served().find_map(|channel| channel.subscription.clone()),
        }
    }
}

/// What keeps a provider telling us of an account.
pub struct OwnSubscription(Arc<dyn Subscribe>);

impl fmt::Debug for OwnSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnSubscription").finish_non_exhaustive()
    }
}

impl OwnSubscription {
    /// Has the provider tell us no more.
    ///
    /// # Errors
    ///
    /// It does not hear us now: the subscription ends by itself, later.
    pub async fn end(self) -> Result<(), SendError> {
        let ended = timeout(GOODBYE, self.0.unsubscribe()).await.unwrap_or_else(|_| {
            Err(SendError::Transient {
                reason: "it took too long".to_owned(),
                retry_after_ms: None,
            })
        });
        ended.inspect_err(|error| {
            tracing::warn!(%error, "the subscription of an account that was removed could not be ended");
        })
    }
}

impl Accounts {
    /// What tells what people wrote to a tenant over a channel.
    #[must_use]
    pub fn inbox(&self, tenant: &TenantId, channel: &str) -> Option<Arc<dyn Inbox>> {
        let found = self.serving(tenant, |known| {
            let inbox = known.inbox.clone();
            inbox.filter(|_| known.name == channel)
        });
        found.into_iter().next()
    }

    /// Where the providers that serve a tenant keep what people sent it. No other account's proof is
    /// shown for it: an address that a tenant's own webhook named may be anybody's.
    #[must_use]
    pub fn media(&self, tenant: &TenantId) -> Vec<Arc<dyn Media>> {
        self.serving(tenant, |known| known.media.clone())
    }

    /// How the account that serves a tenant stands: its own one, or the installation's.
    #[must_use]
    pub fn state_of<'a>(
        &self,
        tenant: &TenantId,
        provider: &Provider,
        states: &'a [AccountState],
    ) -> Option<&'a AccountState> {
        let own = self.of(tenant, provider.name);
        let holder = match own.as_deref() {
            Some(account) if !account.is_shared => tenant.clone(),
            _ => TenantId::nobody(),
        };
        let mut states = states.iter();
        states.find(|state| state.tenant == holder && state.provider == provider.name)
    }

    /// What keeps the provider telling us of a tenant's own account: taken before that is removed, to be
    /// ended when nobody renews it any more.
    #[must_use]
    pub fn own_subscription(&self, tenant: &TenantId, provider: &Provider) -> Option<OwnSubscription> {
        let own = self.of(tenant, provider.name);
        let own = own.as_deref().filter(|account| !account.is_shared)?;
        let channels = own.channels.iter().flatten();
        let mut served = channels.filter(|channel| provider.channels.contains(&channel.name));
        served
            .find_map(|channel| channel.subscription.clone())
            .map(OwnSubscription)
    }

    /// The accounts that can be used. One that a tenant shares with the installation is the
    /// installation's.
    #[must_use]
    pub fn holdings(&self) -> Vec<Holding> {
        let shared = PROVIDERS.iter().filter(|provider| self.stands_for_all(provider));
        let shared = shared.map(|provider| {
            let fingerprint = self.fingerprint(provider);
            Holding::new(TenantId::nobody(), provider, fingerprint, self.environment())
        });
        let own = self.owned().into_iter().filter(|(_, _, account)| !account.is_shared);
        let own = own.filter_map(|(tenant, provider, account)| {
            let channels = account.channels.as_ref().ok()?;
            Some(Holding::new(tenant, provider, account.fingerprint.clone(), channels))
        });
        shared.chain(own).collect()
    }
}
