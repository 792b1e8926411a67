use std::sync::Arc;

use async_trait::async_trait;
use ractor::{Actor, ActorProcessingErr, ActorRef};

/// Work that never ends by itself: a committer lane, the timers, the outbox.
#[async_trait]
pub(crate) trait Service: Send + Sync + 'static {
    /// Its name in the log.
    fn name(&self) -> &'static str;

    /// Works until told to stop. May be dropped at any await and called again.
    async fn run(&self);
}

/// The actor around a service: its only message is to begin.
pub(super) struct ServiceActor;

pub(super) struct Run;

impl Actor for ServiceActor {
    type Msg = Run;
    type State = Arc<dyn Service>;
    type Arguments = Arc<dyn Service>;

    async fn pre_start(
        &self,
        myself: ActorRef<Run>,
        service: Arc<dyn Service>,
    ) -> Result<Arc<dyn Service>, ActorProcessingErr> {
        myself.send_message(Run)?;
        Ok(service)
    }

    async fn handle(
        &self,
        myself: ActorRef<Run>,
        _run: Run,
        service: &mut Arc<dyn Service>,
    ) -> Result<(), ActorProcessingErr> {
        service.run().await;
        myself.stop(None);
        Ok(())
    }
}
