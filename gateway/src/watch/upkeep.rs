//! Looks after our accounts at providers: asks whether each is accepted and until when, and keeps the
//! subscriptions to their events alive.
//!
//! ```text
//!  each account ─► claim ─ not due, or another node is at it ─► nothing
//!                    │
//!                    ▼
//!            accepted? ─► subscription made, renewed, replaced ─► settle: what was seen, when again
//! ```
//!
//! What was seen is in the database: a restart asks nothing that is not due, and the alarms, the console
//! and every node know the same. A claim that is not settled, because its node ended, is due again soon.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::store;
use frontdesk_core::ports::upkeep::{self, AccountState, Claim, Failing, Part};
use futures_util::{StreamExt, stream};
use metrics::counter;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::every;
use crate::channels::{Accounts, Holding, credentials};
use crate::metrics::ACCOUNT_CHECKS;

/// How long one account may take.
const ACCOUNT_DEADLINE: Duration = Duration::from_secs(40);
/// How long nobody else looks at an account that is being looked at: longer than that may take.
const CLAIM: Duration = Duration::from_secs(60);
/// Accounts looked at at once.
const AT_ONCE: usize = 4;
/// The pause after failures doubles so often at most.
const DOUBLINGS_MAX: u32 = 10;
/// A pause is cut by up to this share, so that accounts set up together are not looked at together.
const JITTER: f64 = 0.2;

/// How often is looked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The pause between two looks for accounts that are due, in milliseconds; 0 never looks.
    pub every_ms: u64,
    /// How long after it was well an account is looked at again, in milliseconds.
    pub check_ms: u64,
    /// The same after it failed for the first time; doubles with each failure, up to the above.
    pub retry_ms: u64,
}

/// The job.
pub struct Upkeep {
    config: Config,
    accounts: Arc<Accounts>,
    upkeep: Arc<dyn upkeep::Upkeep>,
    registry: Arc<dyn Registry>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Upkeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upkeep")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Upkeep {
    /// Over the accounts, and what is kept of them.
    #[must_use]
    pub const fn new(
        config: Config,
        accounts: Arc<Accounts>,
        upkeep: Arc<dyn upkeep::Upkeep>,
        registry: Arc<dyn Registry>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            config,
            accounts,
            upkeep,
            registry,
            clock,
        }
    }

    /// Goes round until `stop`, the first time at once.
    pub async fn run(self, stop: CancellationToken) {
        if self.config.every_ms == 0 {
            return;
        }
        let pause = Duration::from_millis(self.config.every_ms);
        if stop.run_until_cancelled(self.round()).await.is_some() {
            every("upkeep", pause, stop, || self.round()).await;
        }
    }

    /// Looks at every account that is due.
    pub async fn round(&self) {
        // Nobody may bring back the subscription of an account that was just removed.
        if let Err(error) = self.accounts.refresh(&*self.registry).await {
            tracing::warn!(%error, "accounts could not be looked after; tried again");
            return;
        }
        let holdings = self.accounts.holdings();
        if let Err(error) = self.forget_others(&holdings).await {
            tracing::warn!(%error, "accounts could not be looked after; tried again");
            return;
        }
        let looked_at = stream::iter(holdings).map(|holding| async move {
            if let Err(error) = self.look_after(&holding).await {
                let provider = holding.provider.name;
                tracing::warn!(provider, tenant.id = %holding.tenant, %error, "how an account stands could not be kept");
            }
        });
        looked_at.buffer_unordered(AT_ONCE).collect::<()>().await;
    }

    /// Forgets accounts that were removed.
    async fn forget_others(&self, holdings: &[Holding]) -> Result<(), store::Error> {
        for state in self.upkeep.states().await? {
            let is_of = |holding: &Holding| holding.tenant == state.tenant && holding.provider.name == state.provider;
            // Others claim their turns at other things.
            let is_account = credentials::provider(&state.provider).is_some();
            if is_account && !holdings.iter().any(is_of) {
                self.upkeep.forget(&state.tenant, &state.provider).await?;
            }
        }
        Ok(())
    }

    async fn look_after(&self, holding: &Holding) -> Result<(), store::Error> {
        let now = self.clock.now();
        let claim = Claim {
            tenant: &holding.tenant,
            provider: holding.provider.name,
            fingerprint: &holding.fingerprint,
            now,
            until: now.plus(CLAIM),
        };
        let Some(mut state) = self.upkeep.claim(claim).await? else {
            return Ok(());
        };
        let claimed_until = state.due_at;
        let looked = timeout(ACCOUNT_DEADLINE, self.look_at(holding, &mut state)).await;
        let looked = looked.unwrap_or_else(|_| {
            let late = SendError::Transient {
                reason: "it took too long".to_owned(),
                retry_after_ms: None,
            };
            Err((Part::Account, late))
        });
        self.judge(holding, &mut state, looked);
        if !self.upkeep.settle(&state, claimed_until).await? {
            tracing::debug!(provider = %state.provider, "somebody else has looked at the account meanwhile");
        }
        Ok(())
    }

    /// Asks the provider; what it says is put into the state.
    async fn look_at(&self, holding: &Holding, state: &mut AccountState) -> Result<(), (Part, SendError)> {
        if let Some(check) = &holding.check {
            let standing = check.check().await.map_err(|error| (Part::Account, error))?;
            state.ends_at = standing.ends_at;
        }
        if let Some(subscription) = &holding.subscription {
            let known = state.subscription.as_ref().map(|known| known.id.as_str());
            let made = subscription.subscribe(known).await;
            state.subscription = Some(made.map_err(|error| (Part::Subscription, error))?);
        }
        Ok(())
    }

    /// Whether the account is well, and when it is looked at again.
    fn judge(&self, holding: &Holding, state: &mut AccountState, looked: Result<(), (Part, SendError)>) {
        let now = self.clock.now();
        state.checked_at = Some(now);
        let (wait, result) = match looked {
            Ok(()) => {
                state.failing = None;
                (self.until_next_check(state, now), "accepted")
            }
            // We are asked to slow down, which says nothing of the account.
            Err((_, SendError::NotNow { wait_ms })) => (self.bounded(wait_ms), "later"),
            Err((part, error)) => (self.failed(holding, state, part, &error), "failed"),
        };
        counter!(ACCOUNT_CHECKS, "provider" => holding.provider.name, "result" => result).increment(1);
        state.due_at = now.plus(wait);
    }

    fn until_next_check(&self, state: &AccountState, now: Timestamp) -> Duration {
        let pause = jittered(Duration::from_millis(self.config.check_ms));
        match &state.subscription {
            // In time for whatever comes in between.
            Some(subscription) => pause.min(subscription.ends_at.since(now) / 2),
            None => pause,
        }
    }

    /// Writes down the failure; how long to wait before the next look.
    fn failed(&self, holding: &Holding, state: &mut AccountState, part: Part, error: &SendError) -> Duration {
        let before = state.failing.take().filter(|failing| failing.part == part);
        let failing = Failing {
            part,
            since: before
                .as_ref()
                .map_or_else(|| self.clock.now(), |failing| failing.since),
            count: before.map_or(0, |failing| failing.count) + 1,
            error: error.to_string(),
        };
        tracing::warn!(provider = holding.provider.name, tenant.id = %holding.tenant, part = part.code(),
            count = failing.count, error = %failing.error, "an account of ours fails");
        let doublings = u32::try_from(failing.count - 1).unwrap_or(u32::MAX).min(DOUBLINGS_MAX);
        state.failing = Some(failing);
        let pause = Duration::from_millis(self.config.retry_ms).saturating_mul(1 << doublings);
        let pause = jittered(pause.min(Duration::from_millis(self.config.check_ms)));
        match error {
            SendError::Transient {
                retry_after_ms: Some(wait_ms),
                ..
            } => pause.max(self.bounded(*wait_ms)),
            _ => pause,
        }
    }

    /// The wait that a provider wants, within what we would wait by ourselves.
    fn bounded(&self, wait_ms: u64) -> Duration {
        Duration::from_millis(wait_ms.min(self.config.check_ms))
    }
}

fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(1.0 - JITTER * rand::random::<f64>())
}
