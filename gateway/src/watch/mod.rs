//! Notices what nobody tells: messages that no webhook brought, people who stop writing, providers
//! that are no longer believed, receivers that keep failing.
//!
//! ```text
//!  Signs ◄── intake, senders            what is seen in passing, in memory
//!  reconciliation ──► providers         "what was written to us?" ──► intake, marked as found
//!  upkeep ──► providers                 accepted? until when? subscriptions made and renewed ──► store
//!  alarms: signs + store ──► habits, bounds ──► open | closed ──► console, log, /metrics
//! ```

mod alarms;
mod habit;
mod reconciliation;
mod rounds;
mod signs;
mod upkeep;

pub use alarms::{Alarms, Config as AlarmsConfig};
pub use habit::{HOURS_KEPT, Silence, USUAL_MIN, silence};
pub use reconciliation::{Config as ReconciliationConfig, Reconciliation};
pub use rounds::every;
pub use signs::{HOUR_MS, Proofs, Refusals, Signs};
pub use upkeep::{Config as UpkeepConfig, Upkeep};
