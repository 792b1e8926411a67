//! The root: infrastructure that is restarted alone, and the shard supervisors.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::shard::ShardSupervisor;
use crate::metrics::RESTARTS;

/// The pause before a service that died is started again, so that one that dies at once does not
/// take a core.
const RESTART_PAUSE: Duration = Duration::from_millis(100);

/// A part of the infrastructure: a loop whose queue outlives it.
#[async_trait]
pub(crate) trait Service: Send + Sync + 'static {
    /// Its name in logs.
    fn name(&self) -> &'static str;

    /// Works until told to stop. Called again after a panic: what was queued is still there.
    async fn run(&self, stop: &CancellationToken);
}

/// Waits for the next items of a service's queue, at most `max`. Once told to stop it takes what is
/// there without waiting; `false` is the end.
pub(crate) async fn collect<T>(
    queue: &mut mpsc::Receiver<T>,
    items: &mut Vec<T>,
    max: usize,
    stop: &CancellationToken,
) -> bool {
    tokio::select! {
        biased;
        count = queue.recv_many(items, max) => count > 0,
        () = stop.cancelled() => false,
    }
}

/// Services that stop together.
#[derive(Clone, Default)]
pub(crate) struct Phase {
    /// They are to finish what they have.
    pub stop: CancellationToken,
    /// One token for each that works.
    pub working: TaskTracker,
}

/// A service and when it stops.
#[derive(Clone)]
pub(crate) struct Part {
    pub service: Arc<dyn Service>,
    pub phase: Phase,
}

/// What the root starts.
pub(crate) struct Plan {
    pub parts: Vec<Part>,
    pub shards: usize,
}

/// Starts and watches everything.
pub(crate) struct Root;

/// The running tree.
pub(crate) struct Tree {
    plan: Plan,
    workers: Vec<ActorRef<Work>>,
}

/// What the root is asked.
pub(crate) enum Ask {
    /// The shard supervisors, in order.
    Shards(tokio::sync::oneshot::Sender<Vec<ActorCell>>),
}

impl Actor for Root {
    type Msg = Ask;
    type State = (Tree, Vec<ActorCell>);
    type Arguments = Plan;

    async fn pre_start(&self, myself: ActorRef<Ask>, plan: Plan) -> Result<Self::State, ActorProcessingErr> {
        let mut shards = Vec::with_capacity(plan.shards);
        for _ in 0..plan.shards.max(1) {
            let (shard, _) = Actor::spawn_linked(None, ShardSupervisor, (), myself.get_cell()).await?;
            shards.push(shard.get_cell());
        }
        let mut tree = Tree {
            plan,
            workers: Vec::new(),
        };
        for index in 0..tree.plan.parts.len() {
            let worker = tree.start(index, &myself).await?;
            tree.workers.push(worker);
        }
        Ok((tree, shards))
    }

    async fn handle(
        &self,
        _: ActorRef<Ask>,
        ask: Ask,
        (_, shards): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let Ask::Shards(to) = ask;
        // Nobody waits any more: the start was given up.
        let _ = to.send(shards.clone());
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Ask>,
        event: SupervisionEvent,
        (tree, _): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let (who, is_dead) = match event {
            SupervisionEvent::ActorFailed(who, _) => {
                tracing::error!("a part of the infrastructure died and is started again");
                (who, true)
            }
            SupervisionEvent::ActorTerminated(who, _, _) => (who, false),
            _ => return Ok(()),
        };
        let Some(index) = tree.workers.iter().position(|worker| worker.get_id() == who.get_id()) else {
            return Ok(());
        };
        let part = &tree.plan.parts[index];
        // One that died while stopping still has something to finish; one that ended then has not.
        if is_dead || !part.phase.stop.is_cancelled() {
            metrics::counter!(RESTARTS, "service" => part.service.name()).increment(1);
            tokio::time::sleep(RESTART_PAUSE).await;
            tree.workers[index] = tree.start(index, &myself).await?;
        }
        Ok(())
    }
}

impl Tree {
    async fn start(&self, index: usize, root: &ActorRef<Ask>) -> Result<ActorRef<Work>, ActorProcessingErr> {
        let part = self.plan.parts[index].clone();
        let (worker, _) = Actor::spawn_linked(None, Worker, part, root.get_cell()).await?;
        worker.cast(Work)?;
        Ok(worker)
    }
}

/// Runs one service.
struct Worker;

/// Begin.
pub(crate) struct Work;

impl Actor for Worker {
    type Msg = Work;
    type State = Part;
    type Arguments = Part;

    async fn pre_start(&self, _: ActorRef<Work>, part: Part) -> Result<Part, ActorProcessingErr> {
        Ok(part)
    }

    async fn handle(
        &self,
        myself: ActorRef<Work>,
        Work: Work,
        Part { service, phase }: &mut Part,
    ) -> Result<(), ActorProcessingErr> {
        let _working = phase.working.token();
        service.run(&phase.stop).await;
        myself.stop(None);
        Ok(())
    }
}
