//! Conversations that nobody speaks in leave memory.

use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::Behaviour;
use tokio_util::sync::CancellationToken;

use crate::config::millis;
use crate::metrics::{EVENTS_WAITING, LIVE_CONVERSATIONS, SESSIONS};
use crate::runtime::Services;
use crate::supervisor::root::Service;

/// Looks now and then who may go, and writes the gauges on the way.
pub(crate) struct Sweeper<B: Behaviour> {
    pub services: Arc<Services<B>>,
}

#[async_trait]
impl<B: Behaviour> Service for Sweeper<B> {
    fn name(&self) -> &'static str {
        "sweeper"
    }

    async fn run(&self, stop: &CancellationToken) {
        let config = &self.services.config.passivation;
        while stop
            .run_until_cancelled(tokio::time::sleep(millis(config.sweep_ms.max(1))))
            .await
            .is_some()
        {
            self.services.loader.sweep();
            let Some(router) = self.services.router.get() else {
                continue;
            };
            let left = router.sweep(self.services.uptime_ms(), millis(config.idle_ms), config.live_max);
            self.services.metrics.passivations.increment(left as u64);
            self.gauge(router.live());
        }
    }
}

impl<B: Behaviour> Sweeper<B> {
    #[expect(clippy::cast_precision_loss, reason = "gauges")]
    fn gauge(&self, live: usize) {
        metrics::gauge!(LIVE_CONVERSATIONS).set(live as f64);
        metrics::gauge!(EVENTS_WAITING).set(self.services.admission.waiting() as f64);
        metrics::gauge!(SESSIONS).set(self.services.rooms.sessions() as f64);
    }
}
