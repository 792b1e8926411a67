//! The channels over our accounts, or over the providers' twins while there is no account at all.

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::registry::Registry;
use frontdesk_storage::Database;
use tokio_util::sync::CancellationToken;

use crate::api::Api;
use crate::channels::{self, Accounts, Intake, Outside, Safe, credentials};
use crate::config::Settings;
use crate::sandbox::{self, Sandbox};
use crate::vault::{self, Vault};

/// The channels that providers serve.
pub struct Providers {
    /// Whose accounts they are served over.
    pub accounts: Arc<Accounts>,
    /// The twins, where they stand in.
    pub sandbox: Option<Arc<Sandbox>>,
}

impl Providers {
    /// Builds the channels; and the twins where no credentials are set at all.
    pub async fn open(
        settings: &Settings,
        database: &Database,
        clock: Arc<dyn Clock>,
        stop: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let listen = settings.listen;
        let (accounts, twins) = accounts(settings, database, Arc::clone(&clock)).await?;
        let sandbox = twins
            .map(|config| Sandbox::new(&config, listen, clock, stop.clone()))
            .transpose()
            .context("The providers' twins could not be started.")?;
        Ok(Self {
            accounts: Arc::new(accounts),
            sandbox: sandbox.map(Arc::new),
        })
    }

    /// The addresses that providers call, and the twins' own.
    pub fn router(&self, intake: &Arc<Intake>, api: &Arc<Api>) -> Router {
        let router = channels::router(intake);
        match &self.sandbox {
            Some(sandbox) => router
                .merge(sandbox.api())
                .merge(sandbox::control_router(Arc::clone(sandbox), Arc::clone(api))),
            None => router,
        }
    }
}

/// Everybody's accounts as they stand now, and those at the twins where no credentials are set at all.
pub async fn accounts(
    settings: &Settings,
    database: &Database,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<(Accounts, Option<channels::Config>)> {
    let registry = &*database.registry;
    let vault = Arc::new(vault(settings, registry).await?);
    let outside = Outside::new(settings.public_url(), clock)
        .context("The client for providers could not be started.")?
        .with_reports(&database.reports)
        .with_safe(Safe {
            registry: Arc::clone(&database.registry),
            upkeep: Arc::clone(&database.upkeep),
            vault: Arc::clone(&vault),
        });
    let twins = if settings.channels.has_credentials() {
        None
    } else {
        Some(sandbox::accounts(registry, settings.listen).await?)
    };
    let accounts = Accounts::new(&settings.channels, twins.clone(), outside, vault);
    accounts.refresh(registry).await?;
    Ok((accounts, twins))
}

/// What tenants' secrets are sealed under. A server that could not open them all does not start.
async fn vault(settings: &Settings, registry: &dyn Registry) -> anyhow::Result<Vault> {
    let stored = registry.credentials().await?;
    let directory = &settings.storage.data_dir;
    let vault = match Vault::open_or_generate(&settings.master_key, directory) {
        Err(error @ vault::Error::File(_)) if stored.is_empty() => {
            tracing::warn!(%error, "tenants can have no credentials of their own until FRONTDESK_MASTER_KEY is set");
            Vault::default()
        }
        opened => opened.context("Tenants' credentials cannot be opened.")?,
    };
    credentials::all_open(&vault, &stored)
        .map_err(|error| anyhow::anyhow!("{error} Set FRONTDESK_MASTER_KEY to the key they were sealed under."))?;
    Ok(vault)
}
