//! `frontdesk replay`: another try for a parked event, beside a running server or without one.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use frontdesk_actors::Dialogue;
use frontdesk_core::ports::placement::{Ownership, Placement};
use frontdesk_core::{DeadLetterId, TenantId};
use frontdesk_runtime::{Ports, Runtime, SystemClock};
use frontdesk_storage::Database;

use crate::channels::{Accounts, Intake, Outside, ReplayError, Replayed, Replays, Safe};
use crate::config::Settings;
use crate::people::Keeper;
use crate::sandbox;
use crate::tenants::Directory;
use crate::vault::Vault;
use crate::watch::Signs;

/// Owns no shard: timers and outbox stay with the server. Should it have the conversation in
/// memory, its next turn finds the version changed and loads it again.
struct Guest;

impl Placement for Guest {
    fn owned(&self) -> Arc<Ownership> {
        Arc::default()
    }
}

/// Tries the event again and says what came of it.
pub async fn replay(
    settings: &Settings,
    database: &Database,
    id: DeadLetterId,
    tenant: Option<&TenantId>,
) -> anyhow::Result<()> {
    let tenants = Arc::new(Directory::default());
    tenants.refresh(&*database.registry).await?;
    let clock = Arc::new(SystemClock);
    let keeper = Keeper::open(
        &*database.registry,
        Arc::clone(&database.people),
        Arc::clone(&clock) as _,
    )
    .await?;
    let ports = Ports {
        store: Arc::clone(&database.store),
        hot: None,
        origins: Some(Arc::new(keeper)),
        clock,
        placement: Arc::new(Guest),
        tenants: Arc::clone(&tenants) as _,
        senders: HashMap::new(),
    };
    let runtime = Runtime::start(settings.runtime.clone(), Dialogue, ports).await?;
    let replays = replays(settings, database, &runtime, tenants).await?;
    let replayed = replays.replay(id, tenant).await;
    runtime.shutdown().await;
    match replayed {
        Ok(Replayed::Turn { version }) => {
            println!("Done: the conversation is at version {version} now.");
            Ok(())
        }
        Ok(Replayed::Request { items }) => {
            println!("Done: the request was read, and the {items} things it says were taken in.");
            Ok(())
        }
        Err(ReplayError::NotFound) => bail!("No such dead letter waits. List them with GET /api/v1/dead-letters."),
        Err(ReplayError::Refused(refused)) => bail!("It was tried and refused again: {refused}."),
        Err(ReplayError::Unreadable(reason)) => bail!("It still cannot be taken in: {reason}."),
    }
}

/// The readers of all channels: a request that could not be read may be readable now.
async fn replays(
    settings: &Settings,
    database: &Database,
    runtime: &Runtime<Dialogue>,
    tenants: Arc<Directory>,
) -> anyhow::Result<Replays> {
    let clock = Arc::new(SystemClock);
    let outside = Outside::new(settings.public_url(), Arc::clone(&clock) as _)
        .context("The client for providers could not be started.")?;
    let twins = if settings.channels.has_credentials() {
        None
    } else {
        Some(sandbox::accounts(&*database.registry, settings.listen).await?)
    };
    let vault = Arc::new(Vault::open(&settings.master_key, &settings.storage.data_dir)?);
    let outside = outside.with_reports(&database.reports).with_safe(Safe {
        registry: Arc::clone(&database.registry),
        upkeep: Arc::clone(&database.upkeep),
        vault: Arc::clone(&vault),
    });
    let accounts = Arc::new(Accounts::new(&settings.channels, twins, outside, vault));
    accounts.refresh(&*database.registry).await?;
    let signs = Arc::new(Signs::default());
    let intake = Intake::new(runtime.clone(), database, signs, accounts, tenants, clock);
    Ok(Replays::new(Arc::new(intake)))
}
