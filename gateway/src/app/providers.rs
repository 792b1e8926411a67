//! The channels over our accounts, or over the providers' twins while there is no account at all.

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::registry::Registry;
use tokio_util::sync::CancellationToken;

use crate::api::Api;
use crate::channels::{self, Channel, Intake, Outside};
use crate::config::Settings;
use crate::sandbox::{self, Sandbox};

/// The channels that providers serve.
pub struct Providers {
    /// All of them, with credentials or without.
    pub channels: Vec<Channel>,
    /// The twins, where they stand in.
    pub sandbox: Option<Arc<Sandbox>>,
}

impl Providers {
    /// Builds the channels; and the twins where no credentials are set at all.
    pub async fn open(
        settings: &Settings,
        registry: &dyn Registry,
        clock: Arc<dyn Clock>,
        stop: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let listen = settings.listen;
        let outside = Outside::new(settings.public_url(), Arc::clone(&clock))
            .context("The client for providers could not be started.")?;
        if settings.channels.has_credentials() {
            return Ok(Self {
                channels: channels::all(&settings.channels, &outside),
                sandbox: None,
            });
        }
        let config = sandbox::accounts(registry, listen).await?;
        let sandbox =
            Sandbox::new(&config, listen, clock, stop.clone()).context("The providers' twins could not be started.")?;
        Ok(Self {
            channels: channels::all(&config, &outside),
            sandbox: Some(Arc::new(sandbox)),
        })
    }

    /// The addresses that providers call, and the twins' own.
    pub fn router(&self, intake: &Arc<Intake>, api: &Arc<Api>) -> Router {
        let router = channels::router(intake, &self.channels);
        match &self.sandbox {
            Some(sandbox) => router
                .merge(sandbox.api())
                .merge(sandbox::control_router(Arc::clone(sandbox), Arc::clone(api))),
            None => router,
        }
    }
}
