//! An access that is renewed with a token which is good for one time: each renewal brings the next one.
//!
//! ```text
//!  in force? ─► use it
//!      no ─► claim it ─► ask with the newest refresh token ─► sealed and stored ─► use it
//! ```
//!
//! Stored first, used then. Of several nodes one asks, and the others find what it stored. A provider lets
//! go of the old refresh token when the new access is first used; so whoever ends between the answer and
//! the store has used nothing, and the next one asks with the old token once more. Should a provider be
//! stricter than that, it refuses the old one, which is an account's trouble like any other: somebody has
//! to give us a new one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::ports::registry::{Credential, Registry};
use frontdesk_core::ports::store;
use frontdesk_core::ports::upkeep::{Claim, Upkeep};
use frontdesk_core::{TenantId, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::sha256;
use crate::vault::{Place, Vault};

/// The name under which a grant is stored beside the parts of its account.
pub const GRANT: &str = "grant";
/// Who sets it.
const SET_BY: &str = "frontdesk";
/// A grant is renewed so long before its end.
const EARLY: Duration = Duration::from_secs(60);
/// How long nobody else renews it: longer than a call may take.
const CLAIM: Duration = Duration::from_secs(20);
/// How long another node's renewal is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// The pause between two looks for it.
const PAUSE: Duration = Duration::from_millis(100);

/// Where grants are kept.
#[derive(Clone)]
pub struct Safe {
    /// The database's part for secrets.
    pub registry: Arc<dyn Registry>,
    /// Says whose turn it is.
    pub upkeep: Arc<dyn Upkeep>,
    /// Seals them.
    pub vault: Arc<Vault>,
}

impl fmt::Debug for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Safe")
            .field("vault", &self.vault)
            .finish_non_exhaustive()
    }
}

/// What a provider grants.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    /// Opens the API.
    pub access: SecretString,
    /// Brings the next grant; the old one still does where the provider names none.
    pub refresh: Option<SecretString>,
    /// How long the access is good.
    pub lasts: Duration,
}

/// Asks a provider for the next grant.
#[async_trait]
pub(super) trait Ask: Send + Sync {
    /// Asks.
    ///
    /// # Errors
    ///
    /// The provider refuses, or does not answer.
    async fn ask(&self, refresh: &SecretString) -> Result<Granted, SendError>;
}

/// The grants of one account.
pub(super) struct Grants {
    safe: Safe,
    clock: Arc<dyn Clock>,
    tenant: TenantId,
    provider: &'static str,
    /// What the account was set up with: an access whose end nobody knows, and its refresh token.
    first: Grant,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    grant: Option<Grant>,
    /// A grant that could not be stored: it is not used before it is.
    unstored: Option<Grant>,
}

/// A grant as it is sealed.
#[derive(Clone, Deserialize, Serialize)]
struct Grant {
    access: String,
    refresh: String,
    ends_at_ms: i64,
    /// The refresh token it goes back to, as a digest: with another one the account is another one.
    root: String,
}

impl Grant {
    fn is_good(&self, refused: Option<&SecretString>, now: Timestamp) -> bool {
        let is_refused = refused.is_some_and(|refused| refused.expose_secret() == self.access);
        !is_refused && !self.access.is_empty() && now.plus(EARLY).as_millis() < self.ends_at_ms
    }
}

impl Grants {
    /// For an account that was set up with a refresh token.
    pub(super) fn new(
        safe: Safe,
        clock: Arc<dyn Clock>,
        tenant: Option<&TenantId>,
        provider: &'static str,
        (access, refresh): (&SecretString, &SecretString),
    ) -> Self {
        let first = Grant {
            access: access.expose_secret().to_owned(),
            refresh: refresh.expose_secret().to_owned(),
            ends_at_ms: i64::MAX,
            root: sha256(refresh.expose_secret().as_bytes()),
        };
        Self {
            safe,
            clock,
            tenant: tenant.cloned().unwrap_or_else(TenantId::nobody),
            provider,
            first,
            held: Mutex::default(),
        }
    }

    /// The access in force, stored by whichever node, or a new one; `refused` is one that the provider
    /// does not take any more.
    pub(super) async fn access(
        &self,
        refused: Option<&SecretString>,
        ask: &dyn Ask,
    ) -> Result<SecretString, SendError> {
        let mut held = self.held.lock().await;
        if let Some(unstored) = held.unstored.take() {
            self.keep(&mut held, unstored).await?;
        }
        let now = self.clock.now();
        if let Some(grant) = held.grant.as_ref().filter(|grant| grant.is_good(refused, now)) {
            return Ok(grant.access.clone().into());
        }
        let give_up = Instant::now() + PATIENCE;
        let claimed_until = loop {
            let newest = self.newest().await?;
            if newest.is_good(refused, now) {
                let access = newest.access.clone();
                held.grant = Some(newest);
                return Ok(access.into());
            }
            if let Some(claimed_until) = self.claim().await? {
                break claimed_until;
            }
            if Instant::now() + PAUSE > give_up {
                let wait_ms = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
                return Err(SendError::NotNow { wait_ms });
            }
            sleep(PAUSE).await;
        };
        let renewed = self.renew(&mut held, refused, ask).await;
        self.release(claimed_until).await;
        renewed
    }

    /// Asks for the next grant, unless somebody has stored one just before the claim.
    async fn renew(
        &self,
        held: &mut Held,
        refused: Option<&SecretString>,
        ask: &dyn Ask,
    ) -> Result<SecretString, SendError> {
        let now = self.clock.now();
        let newest = self.newest().await?;
        if newest.is_good(refused, now) {
            held.grant = Some(newest.clone());
            return Ok(newest.access.into());
        }
        let refresh = SecretString::from(newest.refresh);
        let granted = ask.ask(&refresh).await?;
        let next = granted.refresh.unwrap_or(refresh);
        let grant = Grant {
            access: granted.access.expose_secret().to_owned(),
            refresh: next.expose_secret().to_owned(),
            ends_at_ms: now.plus(granted.lasts).as_millis(),
            root: self.first.root.clone(),
        };
        self.keep(held, grant).await?;
        tracing::info!(provider = self.provider, tenant.id = %self.tenant, "an access was renewed");
        Ok(granted.access)
    }

    /// Stores a grant; only then it is used.
    async fn keep(&self, held: &mut Held, grant: Grant) -> Result<(), SendError> {
        match self.store(&grant).await {
            Ok(()) => {
                held.grant = Some(grant);
                Ok(())
            }
            Err(error) => {
                held.unstored = Some(grant);
                Err(error)
            }
        }
    }

    async fn store(&self, grant: &Grant) -> Result<(), SendError> {
        let text = serde_json::to_string(grant).expect("it is made of texts and a number");
        let sealed = self
            .safe
            .vault
            .seal(self.place(), &text.into(), SET_BY, self.clock.now());
        let sealed = sealed.map_err(|error| later(format!("a renewed access cannot be sealed: {error}")))?;
        self.safe.registry.put_credentials(&[sealed]).await.map_err(away)
    }

    /// The grant in the database that goes back to our refresh token; while there is none, what the
    /// account was set up with.
    async fn newest(&self) -> Result<Grant, SendError> {
        let is_ours =
            |row: &Credential| row.tenant == self.tenant && row.provider == self.provider && row.name == GRANT;
        let rows = self.safe.registry.credentials().await.map_err(away)?;
        let Some(row) = rows.into_iter().find(is_ours) else {
            return Ok(self.first.clone());
        };
        let opened = self.safe.vault.unseal(&row);
        let opened =
            opened.map_err(|error| SendError::permanent(format!("a renewed access cannot be opened: {error}")))?;
        let grant: Option<Grant> = serde_json::from_str(opened.expose_secret()).ok();
        let own = grant.filter(|grant| grant.root == self.first.root);
        Ok(own.unwrap_or_else(|| self.first.clone()))
    }

    const fn place(&self) -> Place<'_> {
        Place {
            tenant: &self.tenant,
            provider: self.provider,
            name: GRANT,
        }
    }

    /// What says whose turn it is to renew.
    fn turn(&self) -> String {
        format!("{} {GRANT}", self.provider)
    }

    async fn claim(&self) -> Result<Option<Timestamp>, SendError> {
        let now = self.clock.now();
        let claim = Claim {
            tenant: &self.tenant,
            provider: &self.turn(),
            fingerprint: GRANT,
            now,
            until: now.plus(CLAIM),
        };
        let claimed = self.safe.upkeep.claim(claim).await.map_err(away)?;
        Ok(claimed.map(|state| state.due_at))
    }

    /// Lets the next one have its turn; if that fails, the claim runs out by itself.
    async fn release(&self, claimed_until: Timestamp) {
        let states = self.safe.upkeep.states().await.unwrap_or_default();
        let turn = self.turn();
        let own = states
            .into_iter()
            .find(|state| state.tenant == self.tenant && state.provider == turn);
        if let Some(mut state) = own {
            state.due_at = self.clock.now();
            if let Err(error) = self.safe.upkeep.settle(&state, claimed_until).await {
                tracing::debug!(%error, "a claim was not given back; it runs out");
            }
        }
    }
}

fn later(reason: String) -> SendError {
    SendError::Transient {
        reason,
        retry_after_ms: None,
    }
}

fn away(error: store::Error) -> SendError {
    later(format!("a renewed access cannot be looked for: {error}"))
}
