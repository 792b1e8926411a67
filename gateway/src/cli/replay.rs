//! `frontdesk replay`: another try for a parked event, beside a running server or without one.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::bail;
use frontdesk_actors::Dialogue;
use frontdesk_core::ports::placement::{Ownership, Placement};
use frontdesk_core::{DeadLetterId, TenantId};
use frontdesk_runtime::{Ports, ReplayError, Runtime, SystemClock};
use frontdesk_storage::Database;

use crate::config::Settings;
use crate::people::Keeper;
use crate::tenants::Directory;

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
        tenants,
        senders: HashMap::new(),
    };
    let runtime = Runtime::start(settings.runtime.clone(), Dialogue, ports).await?;
    let replayed = runtime.replay(id, tenant).await;
    runtime.shutdown().await;
    match replayed {
        Ok(delivered) => {
            println!("Done: the conversation is at version {} now.", delivered.version);
            Ok(())
        }
        Err(ReplayError::NotFound) => bail!("No such dead letter waits. List them with GET /api/v1/dead-letters."),
        Err(ReplayError::Refused(refused)) => bail!("It was tried and refused again: {refused}."),
    }
}
