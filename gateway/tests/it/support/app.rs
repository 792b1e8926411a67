use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::registry::{ApiKey, Role};
use frontdesk_core::{ApiKeyId, TenantId};
use frontdesk_runtime::SystemClock;
use frontdesk_storage::Database;
use gateway::api::secret_hash;
use gateway::app::App;
use gateway::config::Settings;
use secrecy::ExposeSecret;
use tempfile::{NamedTempFile, TempDir};
use tokio::net::TcpListener;

use super::{Chat, Http, fresh};

pub const ADMIN_TOKEN: &str = "tests-0123456789abcdef0123456789abcdef";

/// A running server with a data directory of its own.
pub struct TestApp {
    pub address: SocketAddr,
    /// The same database, as a second process sees it.
    pub database: Database,
    app: App,
    data: TempDir,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with("", |database| database).await
    }

    /// With more settings, TOML.
    pub async fn with_settings(more: &str) -> Self {
        Self::with(more, |database| database).await
    }

    /// With more settings and another database than the one opened.
    pub async fn with(more: &str, replace: impl FnOnce(Database) -> Database) -> Self {
        Self::on(TempDir::new().unwrap(), more, replace).await
    }

    /// On a directory that outlives it.
    pub async fn in_directory(data: &Path, more: &str) -> anyhow::Result<Self> {
        let settings = settings(data, more);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let opened = frontdesk_storage::open(&settings.storage).await.unwrap();
        let database = opened.clone();
        let app = App::start_on(settings, listener, opened).await?;
        Ok(Self {
            address: app.address,
            database,
            app,
            data: TempDir::new().unwrap(),
        })
    }

    async fn on(data: TempDir, more: &str, replace: impl FnOnce(Database) -> Database) -> Self {
        let settings = settings(data.path(), more);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let opened = frontdesk_storage::open(&settings.storage).await.unwrap();
        let database = frontdesk_storage::open(&settings.storage).await.unwrap();
        let app = App::start_on(settings, listener, replace(opened)).await.unwrap();
        Self {
            address: app.address,
            database,
            app,
            data,
        }
    }

    /// Stops in order and starts again on the same data.
    pub async fn restart(self) -> Self {
        self.restart_with("").await
    }

    /// The same, with more settings.
    pub async fn restart_with(self, more: &str) -> Self {
        let Self {
            app, data, database, ..
        } = self;
        drop(database);
        app.stop().await;
        Self::on(data, more, |database| database).await
    }

    /// Stops in order.
    pub async fn stop(self) {
        self.app.stop().await;
    }

    /// A client with the administrator's token.
    pub fn admin(&self) -> Http {
        Http::new(self.address, Some(ADMIN_TOKEN))
    }

    /// A client without credentials.
    pub fn anonymous(&self) -> Http {
        Http::new(self.address, None)
    }

    /// A client with a new key of a tenant.
    pub async fn key(&self, tenant: &str, role: Role) -> Http {
        let secret = fresh("key");
        let now = SystemClock.now();
        let key = ApiKey {
            id: ApiKeyId(uuid::Uuid::new_v4()),
            secret_hash: secret_hash(&secret),
            tenant: tenant.parse::<TenantId>().unwrap(),
            role,
            created_at: now,
        };
        self.database.registry.add_key(&key).await.unwrap();
        Http::new(self.address, Some(&secret))
    }

    /// Adds a tenant, or changes one, and waits until it is served.
    pub async fn put_tenant(&self, id: &str, manifest: &str) {
        let id: TenantId = id.parse().unwrap();
        frontdesk_actors::Tenant::parse(&id, manifest).expect("a manifest without faults");
        self.database
            .registry
            .put_tenant(&id, manifest, SystemClock.now())
            .await
            .unwrap();
        let path = format!("/api/v1/public/widget/{id}");
        super::eventually("the tenant is served", || async {
            (self.anonymous().get(&path).await.status == 200).then_some(())
        })
        .await;
    }

    /// Lets the caterer write to people at any hour, and goes by another name from then on.
    pub async fn keep_awake(&self) {
        let (id, manifest) = frontdesk_actors::demo::MANIFESTS[0];
        let awake = "[profile]\nquiet_hours = \"none\"\nname = \"Awake ";
        self.put_tenant(id, &manifest.replacen("[profile]\nname = \"", awake, 1))
            .await;
        super::eventually("nobody sleeps", || async {
            let look = self
                .anonymous()
                .get(&format!("/api/v1/public/widget/{id}"))
                .await
                .json();
            look["name"].as_str()?.starts_with("Awake ").then_some(())
        })
        .await;
    }

    /// A secret of the twin of a channel's provider.
    pub fn sandbox_secret(&self, channel: &str, name: &str) -> String {
        let sandbox = self.app.sandbox().expect("no account is set up in tests");
        let twin = sandbox.twin(channel).unwrap_or_else(|| panic!("no twin of {channel}"));
        let found = twin.secrets().into_iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("no {name} of {channel}")).1
    }

    /// A row of the ledger.
    pub async fn ledger(&self, tenant: &str, channel: &str) -> Option<serde_json::Value> {
        let ledger = self.admin().get("/api/v1/ledger").await.json();
        let rows = ledger["lines"].as_array().unwrap_or_else(|| panic!("{ledger}")).clone();
        rows.into_iter()
            .find(|row| row["tenant"] == tenant && row["channel"] == channel)
    }

    /// Every event received was dealt with.
    pub async fn assert_balanced(&self) {
        let ledger = self.admin().get("/api/v1/ledger").await.json();
        assert_eq!(ledger["is_balanced"], true, "{ledger}");
    }

    /// A socket that has said nothing yet.
    pub async fn chat(&self) -> Chat {
        Chat::connect(self.address, None).await.unwrap()
    }

    /// The token of the first user's link.
    pub fn first_sign_in(&self) -> Option<&str> {
        self.app.first_sign_in.as_ref().map(|token| token.expose_secret())
    }

    /// Runs a command of the binary on the same data: exit code and both outputs.
    pub async fn command(&self, environment: &[(&str, String)], arguments: &[&str]) -> (i32, String) {
        super::process::command(self.data.path(), self.address, environment, arguments, "").await
    }

    /// Everything the database's files hold, as text.
    pub fn files(&self) -> String {
        let files = std::fs::read_dir(self.data.path()).unwrap();
        let bytes = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap());
        String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned()
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(SystemClock)
    }
}

fn settings(data: &Path, more: &str) -> Settings {
    let mut file = NamedTempFile::new().unwrap();
    let data = data.display();
    let own =
        format!("admin_token = \"{ADMIN_TOKEN}\"\n{more}\n[storage]\ndata_dir = \"{data}\"\n[log]\nlevel = \"warn\"\n");
    file.write_all(own.as_bytes()).unwrap();
    Settings::load(Some(file.path())).unwrap()
}
