//! What a conversation does: the pure dialogue of Frontdesk.
//!
//! A [`Tenant`] is a manifest (TOML), compiled. [`Dialogue`] takes one event at a time and runs
//! the pieces in a fixed order; the first one that has something to say ends the turn:
//!
//! ```text
//!  event ─► bookkeeping ─► interrupts ─► handoff gate ─► playbook ─► knowledge ─► fallback
//!           receipts,      stop, pause,  a person has    ask, accept, facts of     "a colleague
//!           timers, facts  start, help,  it: log only    ask again,   the tenant    will answer"
//!                          operator                      route
//!                                 │
//!                                 ▼
//!                       Step { state, effects, decisions, status }
//! ```
//!
//! No IO, no clock, no randomness: the same input gives the same output, for good. What people
//! write is read by [`answer`] and [`interrupts`]; what is deliberately absent is scheduling,
//! storage and sending, which the runtime does with the effects.
//!
//! Start reading at [`Dialogue`], then [`State`], then [`Tenant`].

pub mod answer;
mod blanks;
mod call;
mod concern;
mod control;
mod delivery;
pub mod demo;
mod dialogue;
mod facts;
mod form;
mod gate;
mod handoff;
pub mod interrupts;
mod knowledge;
mod language;
mod manifest;
mod missed_call;
mod moment;
mod person;
mod playbook;
mod profile;
mod reading;
pub mod simulate;
mod state;
mod turn;
pub mod understand;
mod warm;

pub use call::CALL_PROGRESS;
pub use dialogue::Dialogue;
pub use facts::{PEER_LANE, Peer, PeerNews};
pub use form::{Form, FormKind, Preference};
pub use manifest::{
    Corner, Draft, Entry, Fault, FileKind, FilePolicy, Identity, Localized, Newsletter, OfferedText, Opening,
    Retention, Settings, Tenant, Webhook, fill_fault,
};
pub use profile::PROFILE;
pub use state::{ContactView, Introduction, State};
pub use warm::warm;
