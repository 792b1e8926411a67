//! The API for a tenant's developers: `/api/v1/…`, described by `/api/openapi.json`.
//!
//! Every handler takes a [`Caller`], whose scope reaches the database unchanged: another tenant's
//! rows are not found, never forbidden, so that nobody learns they exist.
#![expect(unused_qualifications, reason = "the macros of utoipa qualify what they need not")]

mod accounts;
mod alarms;
mod audit;
mod contacts;
mod conversations;
mod credentials;
pub mod cursor;
mod dead_letters;
mod documentation;
mod error;
pub(crate) mod extract;
mod files;
mod forms;
mod ledger;
mod newsletter;
mod operator;
mod page;
mod people;
mod public;
mod reports;
mod tenants;

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use axum::Json;
use axum::response::Html;
use axum::routing::{get, options};
use documentation::BearerToken;
use frontdesk_actors::Dialogue;
use frontdesk_core::ports::access::Access;
use frontdesk_core::ports::books::Books;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::reader::Reader;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::upkeep::Upkeep;
use frontdesk_core::ports::watch::Watch;
use frontdesk_runtime::Runtime;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::channels::forms::Forms;
use crate::channels::{Accounts, Replays};
use crate::files::Files;
use crate::links::Links;
use crate::people::Keeper;
use crate::tenants::Directory;

pub use credentials::{Caller, secret_hash};
pub use error::{Error, not_found};
pub use files::file_name;
pub use reports::{Source, report as report_sources};

/// What the handlers work with.
pub struct Api {
    /// Read models.
    pub reader: Arc<dyn Reader>,
    /// What the ledger is read from.
    pub books: Arc<dyn Books>,
    /// Alarms.
    pub watch: Arc<dyn Watch>,
    /// Businesses' own accounts at providers.
    pub accounts: Arc<Accounts>,
    /// How accounts at providers stand.
    pub upkeep: Arc<dyn Upkeep>,
    /// The log of who did what.
    pub access: Arc<dyn Access>,
    /// Tenants and keys.
    pub registry: Arc<dyn Registry>,
    /// Who the business knows.
    pub keeper: Keeper,
    /// The tenants being served.
    pub tenants: Arc<Directory>,
    /// The conversations.
    pub runtime: Runtime<Dialogue>,
    /// The second chance of dead letters.
    pub replays: Arc<Replays>,
    /// Links in emails.
    pub links: Links,
    /// Files that go with messages.
    pub files: Arc<Files>,
    /// What the forms of web sites share.
    pub forms: Forms,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// [`secret_hash`] of the administrator's token.
    pub admin_token_hash: [u8; 32],
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Frontdesk",
        description = "Conversations, leads and what became of them. \
            Send `Authorization: Bearer <token>`: the administrator's token sees every tenant, a tenant's key its own. \
            Lists are newest first; follow `next` until it is null. \
            Errors are `application/problem+json` with a stable `code`."
    ),
    modifiers(&BearerToken),
    security(("bearer" = []))
)]
struct Description;

/// The files that links lead to; apart, because what is packed already is not compressed again.
pub fn files(api: Arc<Api>) -> axum::Router {
    axum::Router::new()
        .route("/f/{token}", get(files::follow))
        .with_state(api)
}

/// The routes, with their description served beside them.
pub fn router(api: Arc<Api>) -> axum::Router {
    let (router, description) = OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::show))
        .routes(routes!(conversations::turns))
        .routes(routes!(conversations::messages))
        .routes(routes!(operator::take_over))
        .routes(routes!(operator::arrived))
        .routes(routes!(operator::send_again))
        .routes(routes!(operator::say))
        .routes(routes!(operator::give_back))
        .routes(routes!(operator::templates))
        .routes(routes!(operator::send_template))
        .routes(routes!(people::contacts))
        .routes(routes!(contacts::show))
        .routes(routes!(contacts::merge))
        .routes(routes!(contacts::unmerge))
        .routes(routes!(contacts::export))
        .routes(routes!(contacts::erase))
        .routes(routes!(contacts::erase_thread))
        .routes(routes!(contacts::erasures))
        .routes(routes!(people::leads))
        .routes(routes!(people::lead))
        .routes(routes!(people::newsletter))
        .routes(routes!(newsletter::table))
        .routes(routes!(people::consents))
        .routes(routes!(reports::sources))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::replay))
        .routes(routes!(ledger::show))
        .routes(routes!(ledger::refused))
        .routes(routes!(alarms::list))
        .routes(routes!(alarms::acknowledge))
        .routes(routes!(tenants::list))
        .routes(routes!(accounts::list))
        .routes(routes!(accounts::set, accounts::remove))
        .routes(routes!(accounts::check))
        .routes(routes!(public::widget))
        .routes(routes!(files::upload))
        .routes(routes!(files::look_up, files::withdraw))
        .routes(routes!(forms::look))
        .routes(routes!(forms::quote))
        .routes(routes!(forms::booking))
        .route("/api/v1/public/leads", options(forms::preflight))
        .route("/api/v1/bookings", options(forms::preflight))
        .route("/api/v1/public/files/{tenant}", options(files::preflight))
        .route("/api/v1/public/files/{tenant}/{id}", options(files::preflight))
        .route("/n/{token}", get(newsletter::show).post(newsletter::follow))
        .with_state(api)
        .split_for_parts();
    let page = documentation::render(&description);
    let description = Arc::new(description);
    router
        .route("/api/openapi.json", get(move || ready(Json(Arc::clone(&description)))))
        .route("/api/docs", get(move || ready(Html(page.clone()))))
}
