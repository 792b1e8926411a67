//! Doubles for tests, of this crate and of others: a store in memory that keeps the contract of the
//! databases, a clock that is moved by hand, a sender that remembers, a store that fails on demand,
//! and a dialogue that does what it is told.

mod clock;
mod echo;
mod faulty;
mod sender;
mod store;
mod tables;

pub use clock::ManualClock;
pub use echo::{Echo, EveryTenant, Heard};
pub use faulty::{Call, Fault, FaultyStore};
pub use sender::{RecordingSender, Reply};
pub use store::MemoryStore;
pub use tables::{EntryState, OutboxRow};
