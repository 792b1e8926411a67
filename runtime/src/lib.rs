//! What makes many conversations run, on one node or several; knows no dialogue, no SQL, no
//! provider.
//!
//! ```text
//!  root
//!  ├── committers, loaders, timers, outbox, clerk, copier, sweeper    restarted alone
//!  └── shard supervisors
//!      └── one actor per live conversation                           started by its next event
//! ```
//!
//! A service that dies is started again and finds its queue as it was: the work is in the store or
//! in the queue, never in the service. A conversation that dies is started by its next event, from
//! its last committed snapshot; the event it died of was not acknowledged and comes again. A step
//! that panics does not take the actor with it: it is tried three times, each from the stored
//! state, then its event is parked among the dead letters and the next one goes on.
//!
//! What is deliberately absent: an own queue server, timers as tasks, awaiting a provider or a
//! model inside a turn.
//!
//! Start reading at [`Runtime::deliver`], then `router`, `conversation`, `commit`.

mod activation;
mod admission;
mod breaker;
mod changes;
mod clock;
mod commit;
mod compose;
pub mod config;
mod conversation;
mod error;
mod limits;
mod live;
mod metrics;
mod moments;
mod outbox;
mod passivation;
mod placement;
mod refusals;
mod resting;
mod retry;
mod router;
mod runtime;
mod supervisor;
#[cfg(any(test, feature = "test-util"))]
pub mod testing;
mod timers;
mod warm;

pub use changes::Changed;
pub use clock::SystemClock;
pub use config::Config;
pub use error::{Refused, ReplayError, StartError};
pub use live::{Live, Membership, next_session};
pub use placement::LocalPlacement;
pub use runtime::{Delivered, Origins, Ports, Runtime, Stats, Tenants};
