//! Whose account at a provider is used: a tenant's own one where it has one, else the installation's.
//!
//! ```text
//!  webhook ─► doors: the installation's, then the tenants' ─► the one that believes it speaks for its holder alone
//!  outbox  ─► the tenant's own sender ─ none? ─► the installation's
//! ```
//!
//! A tenant's account that cannot be used (its secrets cannot be opened, or it lacks a part) is shut,
//! never replaced by the installation's: nothing comes in or goes out over it until it is mended.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use frontdesk_core::TenantId;
use frontdesk_core::ports::outbox::Sender;
use frontdesk_core::ports::registry::{Credential, Registry};
use frontdesk_core::ports::store;

use super::credentials::{self, Provider};
use super::doors::{Door, Doors};
use super::{Channel, Config, Outside, Request, Standing, Webhook};
use crate::revision::Revision;
use crate::vault::Vault;

/// Every account, by whose it is.
pub struct Accounts {
    environment: Vec<Channel>,
    settings: Config,
    /// Where the providers are, and nothing else.
    bare: Config,
    /// The accounts at the providers' twins, while those run.
    twins: Option<Config>,
    outside: Outside,
    vault: Arc<Vault>,
    own: ArcSwap<Own>,
    revision: Revision,
}

/// Tenants' own accounts, and the ways in that there are with them.
#[derive(Default)]
struct Own {
    accounts: HashMap<TenantId, HashMap<&'static str, Arc<Account>>>,
    doors: Doors,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts")
            .field("own", &self.own.load().accounts.keys())
            .finish_non_exhaustive()
    }
}

/// A tenant's own account at a provider.
pub struct Account {
    /// Its parts as stored.
    pub credentials: Vec<Credential>,
    /// Its channels, or why it is shut.
    pub channels: Result<Vec<Channel>, String>,
    /// What it consists of, as a digest; empty while it is shut.
    pub fingerprint: String,
    /// It is the installation's account too: what comes in over that one is believed to be theirs.
    pub is_shared: bool,
    /// It is the account at the provider's twin: nothing reaches real people.
    pub is_sandbox: bool,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("channels", &self.channels)
            .field("is_sandbox", &self.is_sandbox)
            .finish_non_exhaustive()
    }
}

/// The way out for a tenant.
pub(super) enum Exit {
    /// Over this account.
    Open(Arc<dyn Sender>),
    /// The tenant's own account cannot be used, and no other one is.
    Shut(String),
    /// There is no such way.
    None,
}

impl Accounts {
    /// The installation's accounts: those of `settings`, or those at the twins while there are none.
    #[must_use]
    pub fn new(settings: &Config, twins: Option<Config>, outside: Outside, vault: Arc<Vault>) -> Self {
        let environment = super::all(twins.as_ref().unwrap_or(settings), &outside);
        let doors = Doors::new(&environment, []);
        Self {
            environment,
            settings: settings.clone(),
            bare: settings.without_accounts(),
            twins,
            outside,
            vault,
            own: ArcSwap::from_pointee(Own {
                accounts: HashMap::new(),
                doors,
            }),
            revision: Revision::default(),
        }
    }

    /// Takes over what has changed in the database since the last time; `true` when something had. An
    /// account whose parts are the same goes on as it is.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn refresh(&self, registry: &dyn Registry) -> Result<bool, store::Error> {
        self.revision.follow(registry.revision(), self.load(registry)).await
    }

    async fn load(&self, registry: &dyn Registry) -> Result<(), store::Error> {
        let mut stored: HashMap<(TenantId, &'static str), Vec<Credential>> = HashMap::new();
        for credential in registry.credentials().await? {
            let provider = credentials::provider(&credential.provider);
            // A renewed access is kept beside the parts, and is none of them.
            if let Some(provider) = provider.filter(|provider| provider.has_part(&credential.name)) {
                let key = (credential.tenant.clone(), provider.name);
                stored.entry(key).or_default().push(credential);
            }
        }
        let before = self.own.load_full();
        let mut accounts: HashMap<TenantId, HashMap<&'static str, Arc<Account>>> = HashMap::new();
        for ((tenant, provider), parts) in stored {
            let known = before.accounts.get(&tenant).and_then(|own| own.get(provider));
            let account = match known.filter(|account| account.credentials == parts) {
                Some(account) => Arc::clone(account),
                None => Arc::new(self.open(&tenant, provider, parts)),
            };
            accounts.entry(tenant).or_default().insert(provider, account);
        }
        let own = accounts.iter().flat_map(|(tenant, accounts)| {
            let open = accounts.values().filter_map(|account| account.channels.as_deref().ok());
            open.map(move |channels| (tenant, channels))
        });
        let doors = Doors::new(&self.environment, own);
        self.own.store(Arc::new(Own { accounts, doors }));
        Ok(())
    }

    fn open(&self, tenant: &TenantId, provider: &'static str, credentials: Vec<Credential>) -> Account {
        let provider = credentials::provider(provider).expect("it is one of the list");
        let config = match self.config(provider, &credentials) {
            Ok(config) => config,
            Err(reason) => {
                tracing::error!(tenant.id = %tenant, provider = provider.name, reason,
                    "a tenant's own account cannot be used; nothing passes over it");
                return Account {
                    credentials,
                    channels: Err(reason),
                    fingerprint: String::new(),
                    is_shared: false,
                    is_sandbox: false,
                };
            }
        };
        let is_shared = self.is_shared(&config, provider);
        Account {
            credentials,
            fingerprint: config.fingerprint(provider, &self.outside.public_url),
            channels: Ok(self.channels(config, provider, tenant)),
            is_shared,
            is_sandbox: is_shared && self.twins.is_some(),
        }
    }

    /// The settings that stored parts stand for, or what is wrong with them.
    fn config(&self, provider: &Provider, credentials: &[Credential]) -> Result<Config, String> {
        let mut config = self.bare.clone();
        for credential in credentials {
            let value = self.vault.unseal(credential).map_err(|error| error.to_string())?;
            config.set(provider.name, &credential.name, &value);
        }
        let is_there = |name: &str| credentials.iter().any(|credential| credential.name == name);
        let needed = provider.parts.iter().filter(|part| part.is_required);
        match needed.into_iter().find(|part| !is_there(part.name)) {
            Some(part) => Err(format!("the account has no {}", part.name)),
            None => Ok(config),
        }
    }

    fn is_shared(&self, config: &Config, provider: &Provider) -> bool {
        self.in_force().shares_account(config, provider)
    }

    /// The installation's accounts, or those at the twins.
    fn in_force(&self) -> &Config {
        self.twins.as_ref().unwrap_or(&self.settings)
    }

    /// The channels over one account. The account of a twin is called where the twin is.
    fn channels(&self, mut config: Config, provider: &Provider, tenant: &TenantId) -> Vec<Channel> {
        if let Some(twins) = self
            .twins
            .as_ref()
            .filter(|twins| twins.shares_account(&config, provider))
        {
            config = twins.clone();
        }
        let outside = Outside {
            account: Some(tenant.clone()),
            ..self.outside.clone()
        };
        let mut channels = super::all(&config, &outside);
        channels.retain(|channel| provider.channels.contains(&channel.name));
        channels
    }

    /// The channels over the installation's accounts.
    #[must_use]
    pub fn environment(&self) -> &[Channel] {
        &self.environment
    }

    /// Whether the installation has an account at a provider.
    #[must_use]
    pub fn is_set_up(&self, provider: &Provider) -> bool {
        !self.settings.shares_account(&self.bare, provider)
    }

    /// Whether the installation, or the provider's twin for it, serves whoever has no account there.
    #[must_use]
    pub fn stands_for_all(&self, provider: &Provider) -> bool {
        self.twins.is_some() || self.is_set_up(provider)
    }

    /// What the installation's account at a provider consists of, as a digest.
    pub(super) fn fingerprint(&self, provider: &Provider) -> String {
        self.in_force().fingerprint(provider, &self.outside.public_url)
    }

    /// Every tenant's own account.
    pub(super) fn owned(&self) -> Vec<(TenantId, &'static Provider, Arc<Account>)> {
        let own = self.own.load();
        let each = own.accounts.iter().flat_map(|(tenant, accounts)| {
            let accounts = accounts.iter();
            accounts.filter_map(|(name, account)| {
                let provider = credentials::provider(name)?;
                Some((tenant.clone(), provider, Arc::clone(account)))
            })
        });
        each.collect()
    }

    /// Whether anything leaves over a channel.
    #[must_use]
    pub fn sends(&self, channel: &str) -> bool {
        let mut channels = self.environment.iter();
        channels.any(|known| known.name == channel && known.sender.is_some())
    }

    /// What seals tenants' secrets.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// A tenant's own account at a provider.
    #[must_use]
    pub fn of(&self, tenant: &TenantId, provider: &str) -> Option<Arc<Account>> {
        self.own.load().accounts.get(tenant)?.get(provider).cloned()
    }

    /// Whether a tenant has an account of its own for a channel, be it shut.
    #[must_use]
    pub fn has_own(&self, tenant: &TenantId, channel: &str) -> bool {
        credentials::provider_of(channel).is_some_and(|provider| {
            let own = self.own.load();
            own.accounts
                .get(tenant)
                .is_some_and(|accounts| accounts.contains_key(provider.name))
        })
    }

    /// Whether what came in over the account of `holder` may concern `tenant`: a tenant's account
    /// speaks for that tenant alone, the installation's for all that have none
    /// or the same.
    #[must_use]
    pub fn speaks_for(&self, holder: Option<&TenantId>, tenant: &TenantId, channel: &str) -> bool {
        match holder {
            Some(holder) => holder == tenant,
            None => credentials::provider_of(channel)
                .and_then(|provider| self.of(tenant, provider.name))
                .is_none_or(|own| own.is_shared),
        }
    }

    /// The channels that serve a tenant: over its own accounts where it has them, over the installation's
    /// elsewhere. Over an account that is shut nothing is served.
    pub(super) fn serving<T>(&self, tenant: &TenantId, find: impl Fn(&Channel) -> Option<T>) -> Vec<T> {
        let all = self.own.load();
        let own = all.accounts.get(tenant).into_iter().flat_map(HashMap::values);
        let own = own.filter_map(|account| account.channels.as_ref().ok()).flatten();
        let shared = self.environment.iter();
        let shared = shared.filter(|channel| !self.has_own(tenant, channel.name));
        own.filter_map(&find).chain(shared.filter_map(&find)).collect()
    }

    /// Asks the provider whether it accepts a tenant's own account, or the installation's where the tenant
    /// has none.
    ///
    /// # Errors
    ///
    /// It does not, or does not answer; in plain words.
    pub async fn check(&self, tenant: &TenantId, provider: &Provider) -> Result<Standing, String> {
        let check = |channels: &[Channel]| {
            let mut served = channels
                .iter()
                .filter(|channel| provider.channels.contains(&channel.name));
            served.find_map(|channel| channel.check.clone())
        };
        let check = match self.of(tenant, provider.name).as_deref() {
            Some(Account {
                channels: Ok(channels), ..
            }) => check(channels),
            Some(Account {
                channels: Err(reason), ..
            }) => return Err(reason.clone()),
            None => check(&self.environment),
        };
        let check = check.ok_or_else(|| "this provider cannot be asked".to_owned())?;
        check.check().await.map_err(|error| error.to_string())
    }

    /// The ways in at a path: the one that the request names, or all.
    #[must_use]
    pub(super) fn doors(&self, path: &str, request: &Request) -> Arc<[Door]> {
        self.own.load().doors.at(path, request)
    }

    /// What reads the requests to a path that come in over the account of `holder`; `None` is the
    /// installation's.
    #[must_use]
    pub(super) fn reader(&self, path: &str, holder: Option<&TenantId>) -> Option<Arc<dyn Webhook>> {
        self.own.load().doors.reader(path, holder)
    }

    /// The way out for a tenant over a channel.
    #[must_use]
    pub(super) fn exit(&self, tenant: &TenantId, channel: &str) -> Exit {
        let own = credentials::provider_of(channel).and_then(|provider| self.of(tenant, provider.name));
        let sender = |channels: &[Channel]| {
            let found = channels.iter().find(|known| known.name == channel);
            match found.and_then(|channel| channel.sender.as_ref()) {
                Some(sender) => Exit::Open(Arc::clone(sender)),
                None => Exit::None,
            }
        };
        match own.as_deref() {
            Some(Account {
                channels: Ok(channels), ..
            }) => sender(channels),
            Some(Account {
                channels: Err(reason), ..
            }) => Exit::Shut(reason.clone()),
            None => sender(&self.environment),
        }
    }
}
