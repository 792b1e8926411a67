//! The edges of Frontdesk and their wiring.
//!
//! ```text
//!  server ─► routes ─┬─► channels/   a provider's words to events, and back
//!                    ├─► sandbox/    twins of the providers, while no account is set up
//!                    ├─► api/        for a tenant's developers: conversations, leads, the ledger
//!                    ├─► console/    for its people: the inbox, lists, settings
//!                    ├─► pages       the demo site and the widget
//!                    └─► health      signs of life
//!                              │
//!                app: storage, tenants, runtime, providers/ (what leaves), all wired
//!                              ▲
//!                cli ── config: defaults, file, environment
//! ```
//!
//! What is deliberately absent: dialogue (`frontdesk-actors`), scheduling (`frontdesk-runtime`) and
//! SQL (`frontdesk-storage`).
//!
//! Start reading at [`app`], then `channels/web_chat`.

pub mod api;
pub mod app;
mod batching;
mod books;
pub mod channels;
pub mod cli;
pub mod config;
pub mod console;
pub mod files;
pub mod health;
pub mod links;
pub mod metrics;
pub mod operator;
mod pages;
pub mod people;
pub mod providers;
mod recount;
pub mod retention;
mod revision;
pub mod routes;
pub mod sandbox;
pub mod server;
mod slim;
mod spreadsheet;
pub mod telemetry;
pub mod tenants;
pub mod vault;
pub mod watch;
