//! The scenarios: what the clients do, and what is said about it.
//!
//! | scenario | clients | result |
//! |---|---|---|
//! | [`chat`] | take whole dialogues, as fast as answered or at a fixed rate | turns a second, latencies |
//! | [`idle`] | stop in the middle of a dialogue and stay connected | memory per conversation |
//! | [`storm`] | send everything again, out of order, with reconnects | exactly once, or not |
//! | [`kill`] | go on while the server is killed and started again | nothing lost, doubled, reordered, or not |
//! | [`restart`] | come back all at once to a server that knows them | conversations brought back a second |
//! | [`webhooks`] | are a provider: signed messages of many people | acknowledgements a second, latencies, the ledger |
//! | [`channels`] | write over every channel while its provider fails | nothing lost, doubled, out of order, or not |
//! | [`pages`] | is one colleague who looks at every page of the console | how long each takes |
//! | [`ceiling`] | the same as `chat`, against servers that do less | ratios |

pub mod ceiling;
pub mod channels;
pub mod chat;
pub mod idle;
pub mod kill;
pub mod pages;
pub mod restart;
pub mod storm;
pub mod webhooks;

mod history;
mod progress;

use std::sync::Arc;
use std::time::Duration;

use crate::client::Run;
use crate::process::Plan;
use crate::target::Target;

pub use progress::Bar;

/// What every scenario needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server listens.
    pub target: Target,
    /// How to start the server, when this program does.
    pub plan: Option<Plan>,
    /// The server's process, when it is watched.
    pub pid: Option<u32>,
    /// Names of threads and tenant.
    pub run: Arc<Run>,
    /// Clients.
    pub connections: usize,
    /// Threads the clients run on.
    pub threads: usize,
    /// How long is measured.
    pub duration: Duration,
    /// How long runs before it is measured.
    pub warm_up: Duration,
    /// The longest wait for one answer.
    pub timeout: Duration,
    /// Turns all clients take a second; without one, each takes the next as soon as the last is answered.
    pub rate: Option<f64>,
    /// Turns of one dialogue, after which a client goes on with a new thread.
    pub turns_per_conversation: usize,
    /// Seed of every random choice.
    pub seed: u64,
    /// Whether to draw progress bars (only on a terminal).
    pub show_progress: bool,
}

impl Settings {
    /// The same with threads of its own: two measurements of one server must not meet in a thread.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self {
            run: Arc::new(Run::new(self.run.tenant())),
            ..self.clone()
        }
    }

    /// How long clients may take to connect: a base, and a share for each.
    #[must_use]
    pub fn connect_deadline(&self) -> Duration {
        self.timeout + Duration::from_millis(5) * u32::try_from(self.connections).unwrap_or(u32::MAX)
    }
}
