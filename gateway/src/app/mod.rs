//! Builds storage, runtime, channels and routes, and takes them apart again in order. The only
//! place that knows every crate.
//!
//! ```text
//!  start: database ─► tenants ─► runtime ─► routes ─► accept
//!  stop:  accept no more ─► sockets told and closed ─► turns finished, committed ─► gone
//! ```

mod first_start;
mod opening;
mod providers;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use frontdesk_actors::Dialogue;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::hot::Hot;
use frontdesk_core::ports::outbox::Sender;
use frontdesk_core::ports::registry::Registry;
use frontdesk_runtime::{LocalPlacement, Ports, Runtime, SystemClock};
use frontdesk_storage::Database;
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime as Executor};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::Api;
use crate::channels::forms::Forms;
use crate::channels::media::Library;
use crate::channels::web_chat::Chat;
use crate::channels::{self, Accounts, Intake, Replays};
use crate::config::Settings;
use crate::console::{self, Console};
use crate::files::Files;
use crate::health::Health;
use crate::links::Links;
use crate::metrics::TENANTS;
use crate::people::Keeper;
use crate::providers::peers::{self, PeerSender};
use crate::providers::webhook::{self, WebhookSender};
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::tenants::{self, Directory};
use crate::watch::{Alarms, Reconciliation, Signs, Upkeep};
use crate::{books, recount, retention, routes, telemetry};
use providers::Providers;
pub(crate) use providers::accounts;

/// How often a worker looks at the shared queue, in polls. With tokio's own default, many busy
/// conversations on few workers starve new arrivals for tens of milliseconds.
const GLOBAL_QUEUE_INTERVAL: u32 = 4;
/// How soon a change of a tenant made elsewhere is served.
const TENANTS_PAUSE: Duration = Duration::from_secs(1);
/// How often histograms are tidied.
const METRICS_PAUSE: Duration = Duration::from_secs(5);
/// How long stopping may take in all.
const STOP_DEADLINE: Duration = Duration::from_secs(14);

/// The threads that do the work.
///
/// # Errors
///
/// The system gives no threads.
pub fn executor(settings: &Settings) -> anyhow::Result<Executor> {
    let mut builder = Builder::new_multi_thread();
    if settings.worker_threads > 0 {
        builder.worker_threads(settings.worker_threads);
    }
    builder
        .enable_all()
        .global_queue_interval(GLOBAL_QUEUE_INTERVAL)
        .thread_name("frontdesk")
        .build()
        .context("The threads to work with could not be started.")
}

/// Serves until the process is told to end, then drains.
///
/// # Errors
///
/// What keeps it from starting, in sentences for the person who started it.
pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    telemetry::start_logging(&settings.log);
    let mut terminated = signal(SignalKind::terminate()).context("Signals cannot be listened to.")?;
    let mut interrupted = signal(SignalKind::interrupt()).context("Signals cannot be listened to.")?;
    let starting = App::start(settings);
    let app = tokio::select! {
        started = starting => started?,
        _ = terminated.recv() => return Ok(()),
        _ = interrupted.recv() => return Ok(()),
    };
    app.greet();
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    tracing::info!("stopping");
    app.stop().await;
    Ok(())
}

/// A running server.
#[derive(Debug)]
pub struct App {
    /// Where it is served.
    pub address: SocketAddr,
    /// The administrator's token, if it was generated just now.
    pub generated_token: Option<SecretString>,
    /// The token of the link that makes the first user, if there is none.
    pub first_sign_in: Option<SecretString>,
    public_url: String,
    backend: &'static str,
    stop: CancellationToken,
    server: Arc<Server>,
    chat: Arc<Chat>,
    runtime: Runtime<Dialogue>,
    sandbox: Option<Arc<Sandbox>>,
    tasks: TaskTracker,
}

impl App {
    /// Opens the database, starts the conversations and serves.
    ///
    /// # Errors
    ///
    /// What is in the way, in sentences for the person who started it.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        opening::raise_descriptor_limit();
        // The address comes first: a second server on it must not disturb the first one's database.
        let listener = opening::listen(settings.listen).await?;
        let database = opening::database(&settings.storage).await?;
        Self::start_on(settings, listener, database).await
    }

    /// The same on a socket that listens and a database that is open already.
    ///
    /// # Errors
    ///
    /// What is in the way, in sentences for the person who started it.
    pub async fn start_on(mut settings: Settings, listener: TcpListener, database: Database) -> anyhow::Result<Self> {
        settings.listen = listener.local_addr().context("The listening socket has no address.")?;
        let hot = opening::hot(&settings)?;
        let metrics = telemetry::start_measuring().context("Measuring could not be started.")?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let registry = Arc::clone(&database.registry);
        if tenants::add_demo(&*registry, clock.now()).await? {
            tracing::info!("the demo tenants were added");
        }
        let token = first_start::admin_token(&*registry, settings.admin_token()).await?;
        let directory = Arc::new(Directory::default());
        directory.refresh(&*registry).await?;

        let stop = CancellationToken::new();
        let providers = Providers::open(&settings, &database, Arc::clone(&clock), &stop).await?;
        let links = Links::open(&*registry, settings.public_url()).await?;
        let keeper = Keeper::open(&*registry, Arc::clone(&database.people), Arc::clone(&clock)).await?;
        let peers = Arc::new(PeerSender::new(keeper.clone(), Arc::clone(&clock)));
        let signs = Arc::new(Signs::default());
        let mut senders = channels::senders(&providers.accounts, &directory, &signs, &clock);
        senders.insert(peers::LANE.to_owned(), Arc::clone(&peers) as _);
        let ports = ports(
            &database,
            hot,
            senders,
            keeper.clone(),
            links.clone(),
            Arc::clone(&directory),
            Arc::clone(&clock),
        )
        .await?;
        let runtime = Runtime::start(settings.runtime.clone(), Dialogue, ports)
            .await
            .context("The conversations could not be started.")?;
        peers.connect(runtime.clone());
        let intake = Arc::new(Intake::new(
            runtime.clone(),
            &database,
            Arc::clone(&signs),
            Arc::clone(&providers.accounts),
            Arc::clone(&directory),
            Arc::clone(&clock),
        ));
        let alarms = Alarms::new(
            settings.alarms.clone(),
            signs,
            &database,
            runtime.clone(),
            Arc::clone(&directory),
            Arc::clone(&clock),
        );
        let upkeep = Upkeep::new(
            settings.upkeep.clone(),
            Arc::clone(&providers.accounts),
            Arc::clone(&database.upkeep),
            Arc::clone(&database.registry),
            Arc::clone(&clock),
        );
        let replays = Arc::new(Replays::new(Arc::clone(&intake)));
        let reconciliation = Reconciliation::new(
            settings.reconciliation.clone(),
            Arc::clone(&providers.accounts),
            Arc::clone(&intake),
            Arc::clone(&directory),
            Arc::clone(&database.watch),
            Arc::clone(&clock),
        );
        let files = Arc::new(Files::new(
            settings.files.clone(),
            Arc::clone(&database.files),
            links.clone(),
            Arc::clone(&clock),
        ));
        let chat = Arc::new(Chat::new(
            settings.chat.clone(),
            settings.public_url(),
            runtime.clone(),
            Arc::clone(&directory),
            Arc::clone(&files),
            Arc::clone(&clock),
        ));
        let first_sign_in = console::first_sign_in(&*database.access, &*registry).await?;
        let console = Console::new(
            &database,
            Arc::clone(&files),
            keeper.clone(),
            runtime.clone(),
            Arc::clone(&replays),
            Arc::clone(&directory),
            Arc::clone(&providers.accounts),
            &settings.public_url(),
        )?
        .until(stop.clone())
        .with_first_sign_in(first_sign_in.clone())
        .with_media(Library::new(Arc::clone(&providers.accounts))?)
        .behind_proxy(settings.forms.is_behind_proxy)
        .with_sandbox(providers.sandbox.clone());
        let api = Arc::new(Api {
            reader: Arc::clone(&database.reader),
            books: Arc::clone(&database.books),
            watch: Arc::clone(&database.watch),
            accounts: Arc::clone(&providers.accounts),
            upkeep: Arc::clone(&database.upkeep),
            access: Arc::clone(&database.access),
            registry: Arc::clone(&registry),
            keeper: keeper.clone(),
            tenants: Arc::clone(&directory),
            runtime: runtime.clone(),
            replays,
            links,
            files: Arc::clone(&files),
            forms: Forms::new(settings.forms.clone(), settings.public_url()),
            clock,
            admin_token_hash: token.hash,
        });
        let health = Arc::new(Health::new(runtime.clone(), metrics.clone(), stop.clone()));
        let calls = providers.router(&intake, &api);
        let service = routes::service(
            &settings.http,
            Arc::clone(&chat),
            api,
            &Arc::new(console),
            health,
            calls,
        );

        let tasks = TaskTracker::new();
        tasks.spawn(books::run(
            Arc::clone(&database.books),
            Arc::clone(&database.reader),
            Arc::new(SystemClock),
            stop.clone(),
        ));
        tasks.spawn(recount::run(
            Arc::clone(&database.recount),
            Arc::new(SystemClock),
            stop.clone(),
        ));
        tasks.spawn(retention::tidy_outbox(
            Arc::clone(&database.retention),
            settings.retention,
            Arc::new(SystemClock),
            stop.clone(),
        ));
        tasks.spawn(retention::run(
            database.retention,
            Arc::clone(&directory),
            Arc::new(SystemClock),
            stop.clone(),
        ));
        tasks.spawn(follow(
            directory,
            Arc::clone(&providers.accounts),
            registry,
            stop.clone(),
        ));
        tasks.spawn(tidy(metrics, stop.clone()));
        tasks.spawn(reconciliation.run(stop.clone()));
        tasks.spawn(upkeep.run(stop.clone()));
        tasks.spawn(alarms.run(stop.clone()));
        tasks.spawn(keeper.tend(runtime.clone(), stop.clone()));
        tasks.spawn(files.sweep(stop.clone()));
        tasks.spawn_blocking(frontdesk_actors::warm);
        let server = Arc::new(Server::new(stop.clone()));
        let (accepting, bounds) = (Arc::clone(&server), settings.http.clone());
        tasks.spawn(async move { accepting.run(listener, service, &bounds).await });
        Ok(Self {
            address: settings.listen,
            generated_token: token.generated,
            first_sign_in,
            public_url: settings.public_url().as_str().trim_end_matches('/').to_owned(),
            backend: database.backend,
            stop,
            server,
            chat,
            runtime,
            sandbox: providers.sandbox,
            tasks,
        })
    }

    /// The providers' twins, while no account is set up.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.as_deref()
    }

    /// Tells the person who started it where to go.
    fn greet(&self) {
        let url = &self.public_url;
        println!(
            "Frontdesk {} on {} ({})",
            env!("CARGO_PKG_VERSION"),
            self.address,
            self.backend
        );
        println!("  demo site   {url}/");
        println!("  console     {url}/console");
        if let Some(token) = &self.first_sign_in {
            println!("              {url}/console/welcome/{}", token.expose_secret());
            println!("              (makes the first user; good until somebody has used it)");
        }
        println!("  API         {url}/api/docs");
        if let Some(token) = &self.generated_token {
            println!("  API token   {}", token.expose_secret());
            println!(
                "              (the administrator's; shown only now, set FRONTDESK_ADMIN_TOKEN for one of your own)"
            );
        }
        if let Some(sandbox) = &self.sandbox {
            println!("  sandbox     no account is set up at any provider: their twins stand in, with these secrets");
            for twin in sandbox.twins() {
                for (name, value) in twin.secrets() {
                    println!("              {:<16} {name:<16} {value}", twin.name());
                }
            }
        }
        tracing::info!(address = %self.address, backend = self.backend, "serving");
    }

    /// Stops accepting, tells the sockets, lets the conversations finish what they have begun, and
    /// returns within 14 seconds.
    pub async fn stop(self) {
        let deadline = Instant::now() + STOP_DEADLINE;
        self.stop.cancel();
        let drained = async {
            self.chat.close().await;
            self.server.drained().await;
        };
        let drain_deadline = deadline - STOP_DEADLINE * 3 / 4;
        if timeout_at(drain_deadline, drained).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        if timeout_at(deadline, self.runtime.shutdown()).await.is_err() {
            tracing::error!("the conversations did not finish in time; what was acknowledged is stored");
        }
        if let Some(sandbox) = &self.sandbox
            && timeout_at(deadline, sandbox.drained()).await.is_err()
        {
            tracing::warn!("some webhooks of the twins did not end in time");
        }
        self.tasks.close();
        if timeout_at(deadline, self.tasks.wait()).await.is_ok() {
            tracing::info!("stopped");
        }
    }
}

/// What the conversations need from the outside; `senders` are the ones there are already.
async fn ports(
    database: &Database,
    hot: Option<Arc<dyn Hot>>,
    mut senders: HashMap<String, Arc<dyn Sender>>,
    keeper: Keeper,
    links: Links,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Ports<Dialogue>> {
    let webhook = WebhookSender::new(Arc::clone(&directory) as _, links, Arc::clone(&clock))
        .context("The client for webhooks could not be started.")?;
    senders.insert(webhook::LANE.to_owned(), Arc::new(webhook));
    let epoch = database.registry.next_epoch().await?;
    Ok(Ports {
        store: Arc::clone(&database.store),
        hot,
        clock,
        placement: Arc::new(LocalPlacement::new(epoch)),
        tenants: directory,
        origins: Some(Arc::new(keeper)),
        senders,
    })
}

/// Takes changes of tenants and their accounts over, made by whichever process, until `stop`.
async fn follow(
    directory: Arc<Directory>,
    accounts: Arc<Accounts>,
    registry: Arc<dyn Registry>,
    stop: CancellationToken,
) {
    loop {
        gauge!(TENANTS).set(u32::try_from(directory.ids().len()).unwrap_or(u32::MAX));
        if stop
            .run_until_cancelled(tokio::time::sleep(TENANTS_PAUSE))
            .await
            .is_none()
        {
            return;
        }
        match directory.refresh(&*registry).await {
            Ok(true) => tracing::info!("changes of tenants are in force"),
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "changes of tenants could not be looked for"),
        }
        if let Err(error) = accounts.refresh(&*registry).await {
            tracing::debug!(%error, "changes of accounts could not be looked for");
        }
    }
}

async fn tidy(metrics: PrometheusHandle, stop: CancellationToken) {
    while stop
        .run_until_cancelled(tokio::time::sleep(METRICS_PAUSE))
        .await
        .is_some()
    {
        metrics.run_upkeep();
    }
}
