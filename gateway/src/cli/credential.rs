//! `frontdesk tenant credential`: tenants' own accounts at providers.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use frontdesk_core::TenantId;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::second_step::SecondSteps;
use frontdesk_runtime::SystemClock;
use frontdesk_storage::Database;
use secrecy::SecretString;

use super::admin::find;
use crate::app;
use crate::channels::credentials::{self, Change, Provider};
use crate::config::Settings;
use crate::vault::{Place, Vault};

/// Who sets what is set here.
const SET_BY: &str = "command line";
/// Bytes of standard input.
const INPUT_BYTES_MAX: u64 = 64 * 1024;

/// Commands about tenants' own accounts.
#[derive(Debug, Subcommand)]
pub enum Credential {
    /// Lists what is set, without the values.
    List {
        /// Only this tenant's.
        tenant: Option<TenantId>,
    },
    /// Sets parts of an account; the others stay.
    Set {
        /// Whose account.
        tenant: TenantId,
        /// At which provider: twilio, textmagic, ringcentral, meta, gupshup, yelp.
        provider: String,
        /// Parts as name=value; - reads them from standard input, one a line, out of sight of others.
        #[arg(required = true)]
        parts: Vec<String>,
    },
    /// Removes an account: the installation's is used again.
    Remove {
        /// Whose account.
        tenant: TenantId,
        /// At which provider.
        provider: String,
    },
    /// Seals everything anew under the first key of FRONTDESK_MASTER_KEY.
    Rotate,
}

impl Credential {
    /// Does it.
    pub async fn run(self, database: &Database, settings: &Settings) -> anyhow::Result<()> {
        let registry = &*database.registry;
        match self {
            Self::List { tenant } => list(registry, tenant.as_ref()).await,
            Self::Set {
                tenant,
                provider,
                parts,
            } => set(registry, settings, &tenant, known(&provider)?, &parts).await,
            Self::Remove { tenant, provider } => remove(database, settings, &tenant, known(&provider)?).await,
            Self::Rotate => rotate(registry, &*database.second_steps, settings).await,
        }
    }
}

fn known(name: &str) -> anyhow::Result<&'static Provider> {
    let names = credentials::PROVIDERS.iter().map(|provider| provider.name);
    credentials::provider(name).ok_or_else(|| {
        let names = names.collect::<Vec<_>>().join(", ");
        anyhow!("There is no provider {name}. There are: {names}.")
    })
}

async fn list(registry: &dyn Registry, tenant: Option<&TenantId>) -> anyhow::Result<()> {
    for row in registry.credentials().await? {
        if tenant.is_none_or(|tenant| *tenant == row.tenant) {
            println!(
                "{:<32} {:<12} {:<20} key {}  set {} by {}",
                row.tenant, row.provider, row.name, row.key_id, row.set_at, row.set_by
            );
        }
    }
    Ok(())
}

async fn set(
    registry: &dyn Registry,
    settings: &Settings,
    tenant: &TenantId,
    provider: &'static Provider,
    parts: &[String],
) -> anyhow::Result<()> {
    find(registry, tenant).await?;
    let given = read(parts)?;
    let mut stored = registry.credentials().await?;
    stored.retain(|row| row.tenant == *tenant && row.provider == provider.name);
    let vault = Vault::open_or_generate(&settings.master_key, &settings.storage.data_dir)?;
    let change = Change {
        tenant,
        provider,
        set_by: SET_BY,
        now: SystemClock.now(),
    };
    let changed = change
        .seal(&vault, &stored, &given)
        .with_context(|| format!("The account at {} cannot be set.", provider.title))?;
    registry.put_credentials(&changed).await?;
    println!(
        "{tenant} uses its own account at {}. A running server takes it over within seconds.",
        provider.title
    );
    Ok(())
}

async fn remove(
    database: &Database,
    settings: &Settings,
    tenant: &TenantId,
    provider: &'static Provider,
) -> anyhow::Result<()> {
    // Taken before the account is gone that it is ended with; one that cannot be opened can be removed, too.
    let subscription = match app::accounts(settings, database, Arc::new(SystemClock)).await {
        Ok((accounts, _)) => accounts.own_subscription(tenant, provider),
        Err(error) => {
            eprintln!("{} cannot be told: {error:#}", provider.title);
            None
        }
    };
    if !database.registry.remove_credentials(tenant, provider.name).await? {
        bail!("{tenant} has no account of its own at {}.", provider.title);
    }
    println!("{tenant} uses the installation's account at {} again.", provider.title);
    let Some(subscription) = subscription else {
        return Ok(());
    };
    if let Err(error) = subscription.end().await {
        eprintln!(
            "{} was not told to send no more events of it, which it stops by itself later: {error}",
            provider.title
        );
    }
    Ok(())
}

fn read(parts: &[String]) -> anyhow::Result<HashMap<String, SecretString>> {
    let mut input = String::new();
    if parts.iter().any(|part| Path::new(part) == Path::new("-")) {
        io::stdin()
            .take(INPUT_BYTES_MAX)
            .read_to_string(&mut input)
            .context("Standard input is not text.")?;
    }
    let given = parts.iter().map(String::as_str).filter(|part| *part != "-");
    let lines = input.lines().map(str::trim).filter(|line| !line.is_empty());
    given
        .chain(lines)
        .map(|part| {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| anyhow!("A part is given as name=value."))?;
            Ok((name.trim().to_owned(), value.to_owned().into()))
        })
        .collect()
}

async fn rotate(registry: &dyn Registry, second_steps: &dyn SecondSteps, settings: &Settings) -> anyhow::Result<()> {
    let vault = Vault::open_or_generate(&settings.master_key, &settings.storage.data_dir)?;
    let mut resealed = Vec::new();
    for row in registry
        .credentials()
        .await?
        .iter()
        .filter(|row| !vault.is_current(&row.key_id))
    {
        let secret = vault
            .unseal(row)
            .with_context(|| format!("{} of {} at {} cannot be opened.", row.name, row.tenant, row.provider))?;
        let place = Place {
            tenant: &row.tenant,
            provider: &row.provider,
            name: &row.name,
        };
        resealed.push(vault.seal(place, &secret, &row.set_by, row.set_at)?);
    }
    registry.put_credentials(&resealed).await?;
    let count = resealed.len() + rotate_second_steps(second_steps, &vault).await?;
    println!("{count} secrets were sealed anew; all are under the first key.");
    Ok(())
}

/// Seals what colleagues' codes are made from anew, and returns how many that were.
async fn rotate_second_steps(second_steps: &dyn SecondSteps, vault: &Vault) -> anyhow::Result<usize> {
    let mut count = 0;
    let all = second_steps.second_steps().await?;
    for step in all.iter().filter(|step| !vault.is_current(&step.key_id)) {
        let secret = vault
            .unseal_second_step(step)
            .with_context(|| format!("The second step of the colleague {} cannot be opened.", step.user))?;
        let sealed = vault.seal_second_step(step.user, &secret)?;
        // Whoever has set up another one meanwhile sealed it under the key in force.
        count += usize::from(
            second_steps
                .reseal_second_step(step, &sealed.key_id, &sealed.bytes)
                .await?,
        );
    }
    Ok(count)
}
