//! The edges of Frontdesk and their wiring.

// Division of work at this moment: `api/` and `providers/` are complete (wire
// `api::router(Arc<api::Api>)` and `providers::webhook::WebhookSender`); `config.rs`,
// `config.default.toml`, `cli/`, `tenants.rs` and `main.rs` are being written by the lead.
// `app.rs` (pub async fn serve(settings: config::Settings) -> anyhow::Result<()>), routes, pages,
// observability, socket, shutdown and tests are the gateway colleague's.
pub mod api;
pub mod channels;
pub mod cli;
pub mod config;
pub mod providers;
pub mod tenants;
