//! Why the runtime did not do what was asked.

use std::time::Duration;

use frontdesk_core::ports::store;

/// Why an event was not accepted, or a question not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too much is waiting; the same event may be accepted later.
    #[error("busy")]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// The conversation belongs to somebody else.
    #[error("the conversation belongs to somebody else")]
    Forbidden,
    /// There is no such tenant.
    #[error("there is no such tenant")]
    UnknownTenant,
    /// The store cannot be reached. The event may or may not have been stored: sending it again is
    /// safe and gives certainty.
    #[error("the store is not available")]
    Unavailable,
    /// The event failed too often and waits among the dead letters, with a receipt.
    #[error("the event failed and is parked")]
    Parked,
    /// The process is about to end and accepts no more.
    #[error("shutting down")]
    ShuttingDown,
}

/// Why the runtime did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store refused the first calls.
    #[error("the store is not available")]
    Store(#[from] store::Error),
    /// The supervision tree could not be built.
    #[error("the supervision tree could not be built: {0}")]
    Supervision(String),
    /// The settings cannot work.
    #[error("invalid setting: {0}")]
    Setting(&'static str),
}

/// Why a dead letter was not replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is no such letter, or it was dealt with, or it is another tenant's.
    #[error("there is no such dead letter waiting")]
    NotFound,
    /// It was tried and refused again.
    #[error(transparent)]
    Refused(#[from] Refused),
}
