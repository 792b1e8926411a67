//! Yelp's access ends, and each renewal brings another refresh token: stored before it is used, asked
//! for by one node, and asked for again after an end at the worst moment. By its twin, in simulated time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_runtime::SystemClock;
use frontdesk_runtime::testing::ManualClock;
use frontdesk_storage::Database;
use futures_util::future::join;
use gateway::channels::yelp::{self, Config, NAME};
use gateway::channels::{Check, GRANT, Outside, Safe};
use gateway::sandbox::Sandbox;
use gateway::vault::Vault;
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

const KEY: &str = "0123456789abcdef0123456789abcdef";
/// Longer than an access lasts.
const LATER: Duration = Duration::from_secs(2 * 60 * 60);

struct Stage {
    clock: ManualClock,
    config: Config,
    url: Url,
    database: Database,
    renewals: Arc<AtomicU32>,
    data: TempDir,
}

impl Stage {
    async fn set() -> Self {
        let clock = ManualClock::at(SystemClock.now());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let config = Config {
            api_key: "the-first-access".to_owned().into(),
            client_id: "app".to_owned(),
            client_secret: "client-secret".to_owned().into(),
            refresh_token: "the-first-refresh".to_owned().into(),
            webhook_secret: "hook".to_owned().into(),
            api_base: format!("http://{address}/sandbox/{NAME}"),
        };
        let accounts = gateway::channels::Config {
            yelp: config.clone(),
            ..Default::default()
        };
        let time: Arc<dyn Clock> = Arc::new(clock.clone());
        let sandbox = Sandbox::new(&accounts, address, time, CancellationToken::new()).unwrap();
        let renewals = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&renewals);
        let app = sandbox.api().layer(from_fn(move |request: Request, next: Next| {
            if request.uri().path().ends_with("/oauth2/token") {
                counted.fetch_add(1, Ordering::Relaxed);
            }
            next.run(request)
        }));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        // What the account was set up with has ended long ago.
        let config = Config {
            api_key: "an-access-that-has-ended".to_owned().into(),
            ..config
        };
        let data = TempDir::new().unwrap();
        let storage = frontdesk_storage::Config {
            data_dir: data.path().to_owned(),
            ..Default::default()
        };
        Self {
            clock,
            config,
            url: format!("http://{address}").parse().unwrap(),
            database: frontdesk_storage::open(&storage).await.unwrap(),
            renewals,
            data,
        }
    }

    /// A node; one without a key can store nothing.
    fn node_with(&self, vault: Vault) -> Arc<dyn Check> {
        self.node_of(&self.config, vault)
    }

    fn node_of(&self, config: &Config, vault: Vault) -> Arc<dyn Check> {
        let outside = Outside::new(self.url.clone(), Arc::new(self.clock.clone())).unwrap();
        let safe = Safe {
            registry: Arc::clone(&self.database.registry),
            upkeep: Arc::clone(&self.database.upkeep),
            vault: Arc::new(vault),
        };
        yelp::channel(config, &outside.with_safe(safe)).check.unwrap()
    }

    fn node(&self) -> Arc<dyn Check> {
        let key = KEY.to_owned().into();
        self.node_with(Vault::open(&key, self.data.path()).unwrap())
    }

    fn renewals(&self) -> u32 {
        self.renewals.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn an_access_is_renewed_when_it_ends_and_outlives_a_restart() {
    let stage = Stage::set().await;
    let node = stage.node();
    for round in 1..=3 {
        node.check().await.unwrap();
        node.check().await.unwrap();
        assert_eq!(stage.renewals(), round, "once each time that it ends");
        stage.clock.advance(LATER);
    }
    node.check().await.unwrap();
    let restarted = stage.node();
    restarted.check().await.unwrap();
    assert_eq!(stage.renewals(), 4, "what is stored is in force");
    stage.clock.advance(LATER);
    restarted.check().await.unwrap();
    assert_eq!(stage.renewals(), 5, "the newest refresh token was stored, too");
    let rows = stage.database.registry.credentials().await.unwrap();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.provider.as_str(), row.name.as_str()), (NAME, GRANT));
    assert!(!row.sealed.windows(6).any(|window| window == b"access"), "it is sealed");
}

#[tokio::test]
async fn of_two_nodes_one_renews() {
    let stage = Stage::set().await;
    let (one, other) = (stage.node(), stage.node());
    for round in 1..=3 {
        let (first, second) = join(one.check(), other.check()).await;
        first.unwrap();
        second.unwrap();
        assert_eq!(stage.renewals(), round);
        stage.clock.advance(LATER);
    }
}

#[tokio::test]
async fn what_could_not_be_stored_was_not_used_so_that_the_next_one_begins_where_it_was() {
    let stage = Stage::set().await;
    // Without a key nothing can be sealed.
    let unable = stage.node_with(Vault::default());
    for _ in 0..2 {
        let error = unable.check().await.unwrap_err();
        assert!(matches!(error, SendError::Transient { .. }), "{error:?}");
    }
    assert_eq!(stage.renewals(), 1, "the answer is kept until it can be stored");
    // The process ends. Nobody has used what it was given, so the token before still opens.
    drop(unable);
    let node = stage.node();
    node.check().await.unwrap();
    assert_eq!(stage.renewals(), 2);
    stage.clock.advance(LATER);
    node.check().await.unwrap();
}

#[tokio::test]
async fn a_refresh_token_that_is_spent_is_told_and_another_one_begins_anew() {
    let stage = Stage::set().await;
    let node = stage.node();
    for _ in 0..2 {
        node.check().await.unwrap();
        stage.clock.advance(LATER);
    }
    // The database is lost, and with it the newest token.
    let empty = Stage::set().await;
    let lost = empty.node_of(
        &stage.config,
        Vault::open(&KEY.to_owned().into(), empty.data.path()).unwrap(),
    );
    let error = lost.check().await.unwrap_err();
    let SendError::Permanent { reason, fault } = &error else {
        panic!("{error:?}")
    };
    assert!(reason.contains("refresh token") && fault.is_some(), "{error:?}");
    assert!(!reason.contains(stage.config.refresh_token.expose_secret()));
}
