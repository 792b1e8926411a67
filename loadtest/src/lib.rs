//! Drives a running Frontdesk from outside, over real sockets, and says what it saw.
//!
//! ```text
//!  scenario ── many clients, on threads of their own ──► client ── WebSocket frames ──► frontdesk
//!     │            (fleet)                                  │                              ▲
//!     │                                                     ▼                              │
//!     │                                     measure: histograms, counters      process: start, SIGKILL,
//!     ▼                                     verify: tracker, history                 CPU and memory
//!  report ── a summary to read, JSON, HTML
//! ```
//!
//! What makes its numbers worth reading:
//!
//! - **Open loop.** At a fixed rate every turn has an intended time, drawn before the run; latency counts from
//!   there, so a server that stalls is charged for the turns it kept from being sent.
//! - **Ratios.** `ceiling` measures a bare echo, a bare group commit and Frontdesk with the same client, in one run.
//! - **Exact verification.** The fault scenarios know every message they sent and every sequence number they were
//!   given, and compare both with the history the server tells from the beginning.
//! - **Loopback only.** Any other address is refused.
//!
//! The clients share no code with the server they measure: their frames are their own, read from the protocol's
//! description. Only [`ceiling`] knows the store, to commit the same rows by the same statements.
//!
//! Start reading at [`scenario`].

pub mod bench;
pub mod ceiling;
pub mod cli;
pub mod client;
pub mod clock;
pub mod fleet;
pub mod measure;
pub mod process;
pub mod provider;
pub mod report;
pub mod scenario;
pub mod target;
pub mod verify;
pub mod wire;
