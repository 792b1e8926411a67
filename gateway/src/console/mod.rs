//! The console: where a business's people see what happens, and step in. Pages at `/console`,
//! written on the server, with small scripts on top.
//!
//! ```text
//!  request ─► gate (session, role, form) ─► handler ─► read models ─► template ─► page
//!                                              │
//!                                              └─► Runtime::deliver, and the audit log
//! ```
//!
//! # To add a page
//!
//! 1. Its words: a struct of texts in `texts/`, a row each in four languages, and a line in `all_texts!`.
//! 2. Its template in `templates/console/`, `{% extends "console/layout.html" %}`. A struct with
//!    `#[derive(Template)]` and a field `shell: Shell`; the values are escaped by askama. Forms hold
//!    `<input type="hidden" name="csrf" value="{{ shell.csrf }}">`. No inline script or style: the
//!    policy forbids them. Lists take the pattern of `audit.rs` with `console/macros.html`.
//! 3. Its handler in a file of its own: it takes `session::Shared`, a [`Colleague`] and what the
//!    address holds, reads with `colleague.scope` and never without, and answers with `shell::html`
//!    or an [`Error`]. Whatever changes something ends with `Console::audit` and a redirect (303).
//! 4. Its row in [`routes`]: address, method, and who may. A page without a row is not there, and the
//!    table is what `tests/it/console_access.rs` walks: every row, every role, own and other tenants.
//! 5. If it belongs in the navigation: a `shell::Section` and a line in `layout.html`.
//! 6. Its line in `e2e/console-pages.test.mjs`, where every page is looked at in every size and language.
//!
//! Scripts and styles are in `web/console/`, served below `/assets/console/`.

mod account;
mod acts;
mod alarms;
mod audit;
mod canned;
mod contact;
mod conversation;
mod csrf;
mod devices;
mod error;
mod events;
mod files;
mod gate;
mod home;
mod inbox;
mod known;
mod ledger;
mod list;
mod lockout;
mod notes;
pub mod password;
mod records;
mod search;
mod second_step;
mod session;
mod shell;
mod sign_in;
mod sources;
mod tabs;
mod tags;
mod tally;
mod tenants;
pub mod texts;
mod thread;
mod timers;
mod try_it;
mod users;
mod views;
mod wanted;
mod window;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use frontdesk_actors::Dialogue;
use frontdesk_core::ports::access::Access;
use frontdesk_core::ports::books::Books;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::desk::Desk;
use frontdesk_core::ports::presets::Presets;
use frontdesk_core::ports::pulse::Pulse;
use frontdesk_core::ports::reader::{DeadLetterRow, MessageRow, Reader};
use frontdesk_core::ports::registry::{Registry, Role};
use frontdesk_core::ports::second_step::SecondSteps;
use frontdesk_core::ports::upkeep::Upkeep;
use frontdesk_core::ports::watch::Watch;
use frontdesk_core::records::{Consent, Contact, Lead, Subscription};
use frontdesk_runtime::Runtime;
use frontdesk_storage::Database;
use secrecy::SecretString;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use alarms::told;
pub use csrf::Csrf;
pub use error::Error;
pub use gate::Needs;
pub use session::Colleague;
pub use sign_in::first_sign_in;

use crate::channels::media::Library;
use crate::channels::{Accounts, Replays};
use crate::files::Files;
use crate::people::Keeper;
use crate::sandbox::Sandbox;
use crate::tenants::Directory;
use gate::Gate;
use password::Passwords;
use tally::Tally;

/// Streams of events at once: one an open page.
const STREAMS_MAX: usize = 1_000;
/// Excel files written at once.
const WORKBOOKS_MAX: usize = 4;

/// What the handlers work with.
pub struct Console {
    /// Read models.
    pub reader: Arc<dyn Reader>,
    /// What the ledger is read from.
    pub books: Arc<dyn Books>,
    /// Tenants, users and keys.
    pub registry: Arc<dyn Registry>,
    /// Who signs in, and what they did.
    pub access: Arc<dyn Access>,
    /// The second step of signing in.
    pub second_steps: Arc<dyn SecondSteps>,
    /// Alarms.
    pub watch: Arc<dyn Watch>,
    /// How our accounts stand at their providers.
    pub upkeep: Arc<dyn Upkeep>,
    /// The queue of conversations.
    pub desk: Arc<dyn Desk>,
    /// Who the business knows.
    pub keeper: Keeper,
    /// What colleagues set up for their own work.
    pub presets: Arc<dyn Presets>,
    /// How the day goes.
    pub pulse: Arc<dyn Pulse>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Files that go with messages.
    pub files: Arc<Files>,
    /// Files that providers keep.
    pub media: Option<Arc<Library>>,
    /// The conversations.
    pub runtime: Runtime<Dialogue>,
    /// The second chance of dead letters.
    pub replays: Arc<Replays>,
    /// The tenants being served.
    pub tenants: Arc<Directory>,
    /// Whose accounts at providers are used.
    pub accounts: Arc<Accounts>,
    /// The providers' twins, while no account is set up.
    pub sandbox: Option<Arc<Sandbox>>,
    /// Ends the streams of events when the server ends.
    pub stop: CancellationToken,
    /// Places for streams of events.
    streams: Arc<Semaphore>,
    /// Places for Excel files being written.
    workbooks: Semaphore,
    passwords: Passwords,
    /// What spans of time that are over brought.
    tally: Tally,
    first_sign_in: Option<SecretString>,
    /// Scheme, host and port that browsers see.
    origin: String,
    /// How the outside sees us, without a slash at the end.
    public_url: String,
    /// A proxy of ours tells who asks.
    is_behind_proxy: bool,
    /// Browsers see `https`, so cookies can be kept to it.
    is_secure: bool,
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Console {
    /// A console on a database.
    ///
    /// # Errors
    ///
    /// The system gives no randomness.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a port of its own, named once, where all is wired"
    )]
    pub fn new(
        database: &Database,
        files: Arc<Files>,
        keeper: Keeper,
        runtime: Runtime<Dialogue>,
        replays: Arc<Replays>,
        tenants: Arc<Directory>,
        accounts: Arc<Accounts>,
        public_url: &Url,
    ) -> Result<Self, password::Error> {
        Ok(Self {
            reader: Arc::clone(&database.reader),
            books: Arc::clone(&database.books),
            registry: Arc::clone(&database.registry),
            access: Arc::clone(&database.access),
            second_steps: Arc::clone(&database.second_steps),
            watch: Arc::clone(&database.watch),
            upkeep: Arc::clone(&database.upkeep),
            desk: Arc::clone(&database.desk),
            clock: keeper.clock(),
            keeper,
            presets: Arc::clone(&database.presets),
            pulse: Arc::clone(&database.pulse),
            tally: Tally::default(),
            files,
            runtime,
            replays,
            tenants,
            accounts,
            sandbox: None,
            media: None,
            stop: CancellationToken::new(),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            workbooks: Semaphore::new(WORKBOOKS_MAX),
            passwords: Passwords::new()?,
            first_sign_in: None,
            origin: public_url.origin().ascii_serialization(),
            public_url: public_url.as_str().trim_end_matches('/').to_owned(),
            is_behind_proxy: false,
            is_secure: public_url.scheme() == "https",
        })
    }

    /// The same, ending its streams of events with the server.
    #[must_use]
    pub fn until(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    /// The same, with the token of the link for the first user, as long as there is none.
    #[must_use]
    pub fn with_first_sign_in(self, first_sign_in: Option<SecretString>) -> Self {
        Self { first_sign_in, ..self }
    }

    /// The same, with the files that providers keep.
    #[must_use]
    pub fn with_media(self, library: Library) -> Self {
        Self {
            media: Some(Arc::new(library)),
            ..self
        }
    }

    /// The same, believing what a proxy of ours says about who asks.
    #[must_use]
    pub fn behind_proxy(self, is_behind_proxy: bool) -> Self {
        Self {
            is_behind_proxy,
            ..self
        }
    }

    /// The same, with the providers' twins to try things on.
    #[must_use]
    pub fn with_sandbox(self, sandbox: Option<Arc<Sandbox>>) -> Self {
        Self { sandbox, ..self }
    }
}

/// A row of the table of pages.
#[derive(Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its address, as axum writes it.
    pub path: &'static str,
    /// Who may.
    pub needs: Needs,
    handler: MethodRouter<Arc<Console>>,
}

fn route<H, T>(method: &Method, filter: MethodFilter, path: &'static str, needs: Needs, handler: H) -> Route
where
    H: Handler<T, Arc<Console>>,
    T: 'static,
{
    Route {
        method: method.clone(),
        path,
        needs,
        handler: on(filter, handler),
    }
}

/// A page to look at.
fn show<H, T>(path: &'static str, needs: Needs, handler: H) -> Route
where
    H: Handler<T, Arc<Console>>,
    T: 'static,
{
    route(&Method::GET, MethodFilter::GET, path, needs, handler)
}

/// Something to do.
fn act<H, T>(path: &'static str, needs: Needs, handler: H) -> Route
where
    H: Handler<T, Arc<Console>>,
    T: 'static,
{
    route(&Method::POST, MethodFilter::POST, path, needs, handler)
}

const NOBODY: Needs = Needs::Nothing;
const VIEWER: Needs = Needs::Role(Role::Viewer);
const OPERATOR: Needs = Needs::Role(Role::Operator);
const ADMIN: Needs = Needs::Role(Role::Admin);
const OWNER: Needs = Needs::Everywhere(Role::Admin);

/// Every page there is, and who may.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        show("/console/sign-in", NOBODY, sign_in::page),
        act("/console/sign-in", NOBODY, sign_in::sign_in),
        show("/console/sign-in/code", NOBODY, second_step::entry_page),
        act("/console/sign-in/code", NOBODY, second_step::check),
        show("/console/welcome/{token}", NOBODY, sign_in::welcome),
        act("/console/welcome/{token}", NOBODY, sign_in::add_first),
        act("/console/sign-out", VIEWER, sign_in::sign_out),
        show("/console", VIEWER, home::page),
        show("/console/inbox", VIEWER, inbox::page),
        show("/console/events", VIEWER, events::stream),
        act("/console/views", VIEWER, views::save),
        act("/console/views/remove", VIEWER, views::remove),
        show("/console/replies", VIEWER, canned::page),
        act("/console/replies", OPERATOR, canned::put),
        act("/console/replies/remove", OPERATOR, canned::remove),
        show("/console/conversations/{id}", VIEWER, conversation::page),
        act("/console/conversations/{id}/take-over", OPERATOR, acts::take_over),
        act("/console/conversations/{id}/give-back", OPERATOR, acts::give_back),
        act("/console/conversations/{id}/messages", OPERATOR, acts::say),
        act("/console/conversations/{id}/templates", OPERATOR, acts::send_template),
        act("/console/conversations/{id}/typing", OPERATOR, acts::typing),
        act(
            "/console/conversations/{id}/messages/{seq}/arrived",
            OPERATOR,
            acts::arrived,
        ),
        act(
            "/console/conversations/{id}/messages/{seq}/send-again",
            OPERATOR,
            acts::send_again,
        ),
        act("/console/conversations/{id}/files", OPERATOR, files::upload),
        show("/console/conversations/{id}/files/{seq}/{index}", VIEWER, files::fetch),
        act("/console/conversations/{id}/notes", OPERATOR, notes::add),
        act("/console/conversations/{id}/assign", OPERATOR, notes::assign),
        act("/console/conversations/{id}/unassign", OPERATOR, notes::unassign),
        act("/console/conversations/{id}/tags", OPERATOR, tags::add),
        act("/console/conversations/{id}/tags/remove", OPERATOR, tags::remove),
        act("/console/conversations/{id}/timers", OPERATOR, timers::act),
        show("/console/account", VIEWER, account::page),
        act("/console/account", VIEWER, account::save),
        act("/console/account/password", VIEWER, account::change_password),
        act(
            "/console/account/sign-out-everywhere",
            VIEWER,
            account::sign_out_everywhere,
        ),
        show("/console/account/second-step", VIEWER, second_step::setup_page),
        act("/console/account/second-step", VIEWER, second_step::begin),
        act("/console/account/second-step/confirm", VIEWER, second_step::confirm),
        act("/console/account/second-step/codes", VIEWER, second_step::replace_codes),
        act("/console/account/second-step/remove", VIEWER, second_step::remove),
        act("/console/account/devices/end", VIEWER, devices::end),
        act("/console/account/devices/end-others", VIEWER, devices::end_others),
        show("/console/audit", ADMIN, audit::page),
        show("/console/leads", VIEWER, records::page::<Lead>),
        show("/console/leads/{id}", VIEWER, records::lead),
        show("/console/leads.csv", OPERATOR, records::export::<Lead>),
        show("/console/leads.xlsx", OPERATOR, records::workbook::<Lead>),
        show("/console/contacts", VIEWER, records::page::<Contact>),
        show("/console/contacts.csv", OPERATOR, records::export::<Contact>),
        show("/console/contacts.xlsx", OPERATOR, records::workbook::<Contact>),
        show("/console/contacts/{id}", VIEWER, contact::page),
        show("/console/contacts/{id}/export", ADMIN, contact::export),
        act("/console/contacts/{id}/merge", OPERATOR, contact::merge),
        act("/console/contacts/{id}/erase", ADMIN, contact::erase),
        act("/console/conversations/{id}/erase", ADMIN, contact::erase_thread),
        act("/console/merges/{id}/undo", OPERATOR, contact::unmerge),
        show("/console/erasures", ADMIN, contact::erasures),
        show("/console/newsletter", VIEWER, records::page::<Subscription>),
        show("/console/newsletter.csv", OPERATOR, records::export::<Subscription>),
        show("/console/newsletter.xlsx", OPERATOR, records::workbook::<Subscription>),
        show("/console/consents", VIEWER, records::page::<Consent>),
        show("/console/consents.csv", OPERATOR, records::export::<Consent>),
        show("/console/consents.xlsx", OPERATOR, records::workbook::<Consent>),
        act("/console/leads/export", OPERATOR, records::export_ticked::<Lead>),
        act("/console/contacts/export", OPERATOR, records::export_ticked::<Contact>),
        act("/console/contacts/merge", OPERATOR, records::merge_contacts),
        act(
            "/console/newsletter/export",
            OPERATOR,
            records::export_ticked::<Subscription>,
        ),
        act("/console/newsletter/unsubscribe", OPERATOR, records::unsubscribe),
        act("/console/columns", VIEWER, records::choose_columns),
        show("/console/messages", VIEWER, records::page::<MessageRow>),
        show("/console/messages.csv", OPERATOR, records::export::<MessageRow>),
        show("/console/messages.xlsx", OPERATOR, records::workbook::<MessageRow>),
        act("/console/messages/see-to", OPERATOR, records::see_to_messages),
        show("/console/dead-letters", VIEWER, records::page::<DeadLetterRow>),
        show("/console/dead-letters.csv", OPERATOR, records::export::<DeadLetterRow>),
        show(
            "/console/dead-letters.xlsx",
            OPERATOR,
            records::workbook::<DeadLetterRow>,
        ),
        act("/console/leads/mark", OPERATOR, records::mark_leads),
        act("/console/dead-letters/replay", OPERATOR, records::replay_all),
        act("/console/dead-letters/{id}/replay", OPERATOR, records::replay),
        show("/console/alarms", VIEWER, alarms::page),
        act("/console/alarms/{id}/acknowledge", OPERATOR, alarms::acknowledge),
        show("/console/channels", VIEWER, tenants::all_channels),
        show("/console/sources", VIEWER, sources::page),
        show("/console/ledger", VIEWER, ledger::page),
        show("/console/try", OPERATOR, try_it::page),
        act("/console/try/messages", OPERATOR, try_it::write),
        act("/console/try/faults", OWNER, try_it::break_it),
        show("/console/tenants", ADMIN, tenants::list),
        show("/console/tenants.csv", ADMIN, tenants::export),
        show("/console/tenants.xlsx", ADMIN, tenants::workbook),
        act("/console/tenants", OWNER, tenants::add),
        show("/console/tenants/new", OWNER, tenants::new),
        show("/console/tenants/{id}", ADMIN, tenants::business),
        show("/console/tenants/{id}/settings/{sheet}", ADMIN, tenants::settings),
        act("/console/tenants/{id}/settings/{sheet}", ADMIN, tenants::publish),
        act(
            "/console/tenants/{id}/settings/{sheet}/check",
            ADMIN,
            tenants::check_settings,
        ),
        show("/console/tenants/{id}/text", ADMIN, tenants::text),
        act("/console/tenants/{id}/text", ADMIN, tenants::publish_text),
        act("/console/tenants/{id}/check", ADMIN, tenants::check),
        show("/console/tenants/{id}/history", ADMIN, tenants::history),
        show("/console/tenants/{id}/history/{revision}", ADMIN, tenants::compare),
        act(
            "/console/tenants/{id}/history/{revision}/restore",
            ADMIN,
            tenants::restore,
        ),
        show("/console/tenants/{id}/access", ADMIN, tenants::access),
        act("/console/tenants/{id}/routes", OWNER, tenants::add_route),
        act("/console/tenants/{id}/routes/remove", OWNER, tenants::remove_route),
        show("/console/tenants/{id}/channels", ADMIN, tenants::channels),
        show(
            "/console/tenants/{id}/channels/{kind}/heard",
            ADMIN,
            tenants::heard_test,
        ),
        show("/console/tenants/{id}/channels/{kind}/sent", ADMIN, tenants::sent_test),
        act("/console/tenants/{id}/channels/{kind}/test", ADMIN, tenants::send_test),
        show("/console/tenants/{id}/accounts", ADMIN, tenants::accounts),
        act(
            "/console/tenants/{id}/accounts/{provider}",
            ADMIN,
            tenants::save_account,
        ),
        act(
            "/console/tenants/{id}/accounts/{provider}/check",
            ADMIN,
            tenants::check_account,
        ),
        act(
            "/console/tenants/{id}/accounts/{provider}/remove",
            ADMIN,
            tenants::remove_account,
        ),
        act("/console/tenants/{id}/keys", ADMIN, tenants::add_key),
        act("/console/tenants/{id}/keys/{key}/remove", ADMIN, tenants::remove_key),
        show("/console/users", ADMIN, users::page),
        act("/console/users", ADMIN, users::add),
        act("/console/users/{id}/role", ADMIN, users::change_role),
        act(
            "/console/users/{id}/second-step/remove",
            ADMIN,
            users::reset_second_step,
        ),
        act("/console/users/{id}/remove", ADMIN, users::remove),
    ]
}

/// The pages, each behind its gate.
pub fn router(console: &Arc<Console>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let gate = Gate {
            console: Arc::clone(console),
            needs: route.needs,
        };
        router = router.route(route.path, route.handler.layer(from_fn_with_state(gate, gate::guard)));
    }
    router
        .route("/console/{*path}", axum::routing::any(gate::nothing_here))
        .with_state(Arc::clone(console))
}
