//! A shard supervisor: keeps the list of its conversations short, because ractor takes a
//! process-wide lock to link a child.

use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};

use crate::metrics::RESTARTS;

/// Watches conversations. One that died is forgotten by the router at its next event, which starts
/// it anew from its last committed snapshot: there is nothing to restart here and now.
pub(crate) struct ShardSupervisor;

impl Actor for ShardSupervisor {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<()>,
        event: SupervisionEvent,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorFailed(..) = event {
            metrics::counter!(RESTARTS, "service" => "conversation").increment(1);
            // The error may hold what the person said.
            tracing::error!("a conversation died; its next event starts it anew");
        }
        Ok(())
    }
}
