//! The runtime as a whole, on a store in memory and in paused time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod commit;
mod outbox;
mod overload;
mod passivation;
mod recovery;
mod router;
mod simulation;
mod supervision;
mod support;
mod timers;
