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
//! 4. Its row in `routes.rs`: address, method, and who may. A page without a row is not there, and the
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
mod routes;
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

use frontdesk_actors::Dialogue;
use frontdesk_core::ports::access::Access;
use frontdesk_core::ports::books::Books;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::desk::Desk;
use frontdesk_core::ports::presets::Presets;
use frontdesk_core::ports::pulse::Pulse;
use frontdesk_core::ports::reader::Reader;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::second_step::SecondSteps;
use frontdesk_core::ports::upkeep::Upkeep;
use frontdesk_core::ports::watch::Watch;
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
pub use routes::{Route, router, routes};
pub use session::Colleague;
pub use sign_in::first_sign_in;

use crate::channels::media::Library;
use crate::channels::{Accounts, Replays};
use crate::files::Files;
use crate::people::Keeper;
use crate::sandbox::Sandbox;
use crate::tenants::Directory;
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
