//! What makes many conversations run.

mod clock;
pub mod config;
mod error;
mod live;
mod placement;
mod runtime;

pub use clock::SystemClock;
pub use config::Config;
pub use error::{Refused, ReplayError, StartError};
pub use frontdesk_core::ports::outbox;
pub use live::{Live, Membership, next_session};
pub use placement::LocalPlacement;
pub use runtime::{Delivered, Ports, Runtime, Stats, Tenants};
