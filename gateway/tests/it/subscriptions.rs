//! RingCentral's subscriptions: made, renewed, replaced. By its twin in simulated time, and between two
//! servers of which one is the provider.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use frontdesk_core::TenantId;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::upkeep::{AccountState, Subscription};
use frontdesk_runtime::SystemClock;
use frontdesk_runtime::testing::ManualClock;
use gateway::channels::ringcentral::{self, Config, NAME, PATH};
use gateway::channels::{Outside, Subscribe};
use gateway::sandbox::{Line, Sandbox, Written};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::support::{Browser, Phone, TestApp, eventually, fresh_number};

const OURS: &str = "+16573900100";
const ACCOUNTS: &str = "/console/tenants/demo-catering/accounts";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How our webhook behaves.
const WELL: u8 = 0;
const SAYS_NOTHING_BACK: u8 = 1;
const REFUSES: u8 = 2;

/// The twin, and a webhook of ours that behaves as it is told; in simulated time.
struct Stage {
    clock: ManualClock,
    config: Config,
    sandbox: Sandbox,
    account: Arc<dyn Subscribe>,
    address: SocketAddr,
    behaviour: Arc<AtomicU8>,
}

impl Stage {
    async fn set() -> Self {
        let clock = ManualClock::at(SystemClock.now());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let config = Config {
            client_id: "app".to_owned(),
            client_secret: "client-secret".to_owned().into(),
            jwt: "a-jwt".to_owned().into(),
            verification_token: "rc-verify".to_owned().into(),
            api_base: format!("http://{address}/sandbox/{NAME}"),
        };
        let accounts = gateway::channels::Config {
            ringcentral: config.clone(),
            ..Default::default()
        };
        let time: Arc<dyn Clock> = Arc::new(clock.clone());
        let sandbox = Sandbox::new(&accounts, address, Arc::clone(&time), CancellationToken::new()).unwrap();
        let behaviour = Arc::new(AtomicU8::new(WELL));
        let app = sandbox.api().merge(webhook(Arc::clone(&behaviour)));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let public_url = format!("http://{address}").parse().unwrap();
        let channel = ringcentral::channel(&config, &Outside::new(public_url, time).unwrap());
        Self {
            clock,
            config,
            sandbox,
            account: channel.subscription.unwrap(),
            address,
            behaviour,
        }
    }

    fn behave(&self, behaviour: u8) {
        self.behaviour.store(behaviour, Ordering::Relaxed);
    }

    async fn subscribe(&self, known: Option<&Subscription>) -> Result<Subscription, SendError> {
        self.account.subscribe(known.map(|known| known.id.as_str())).await
    }

    /// A customer writes; how our webhook answered, if it was called.
    async fn say(&self) -> Option<u16> {
        let line = Line {
            channel: NAME.to_owned(),
            customer: fresh_number(),
            business: OURS.to_owned(),
        };
        let Written { status, .. } = self.sandbox.say(line, "hello", None, None).await.unwrap();
        status
    }

    async fn token(&self) -> Answered {
        let url = format!("{}/restapi/oauth/token", self.config.api_base);
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a-jwt";
        let request = reqwest::Client::new()
            .post(url)
            .basic_auth("app", Some("client-secret"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        Answered::of(request).await
    }

    /// The subscriptions that the provider shows, asked for with a token of our own.
    async fn shown(&self) -> Vec<Value> {
        let token = self.token().await.body["access_token"].as_str().unwrap().to_owned();
        let url = format!("{}/restapi/v1.0/subscription", self.config.api_base);
        let shown = Answered::of(reqwest::Client::new().get(url).bearer_auth(token)).await;
        shown.body["records"].as_array().unwrap().clone()
    }
}

struct Answered {
    status: u16,
    body: Value,
}

impl Answered {
    async fn of(request: reqwest::RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        Self {
            status: answer.status().as_u16(),
            body: serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default(),
        }
    }
}

fn webhook(behaviour: Arc<AtomicU8>) -> Router {
    let answer = move |headers: HeaderMap| async move {
        let token = headers.get("validation-token");
        let behaviour = behaviour.load(Ordering::Relaxed);
        match token {
            Some(token) if behaviour == WELL => [("validation-token", token.clone())].into_response(),
            None if behaviour == REFUSES => StatusCode::FORBIDDEN.into_response(),
            _ => Response::default(),
        }
    };
    Router::new().route(PATH, post(answer))
}

#[tokio::test]
async fn a_subscription_is_kept_renewed_and_made_anew_when_it_has_ended() {
    let stage = Stage::set().await;
    let first = stage.subscribe(None).await.unwrap();
    assert_eq!(stage.shown().await.len(), 1, "the one that was there was taken over");
    assert_eq!(stage.subscribe(Some(&first)).await.unwrap(), first, "it is new enough");
    assert_eq!(stage.say().await, Some(200));

    stage.clock.advance(DAY * 4);
    let renewed = stage.subscribe(Some(&first)).await.unwrap();
    assert_eq!(renewed.id, first.id);
    assert!(renewed.ends_at > first.ends_at.plus(DAY * 3), "{renewed:?}");

    stage.clock.advance(DAY * 8);
    assert_eq!(stage.say().await, None, "nobody listens any more");
    let anew = stage.subscribe(Some(&renewed)).await.unwrap();
    assert_ne!(anew.id, renewed.id);
    assert_eq!(stage.say().await, Some(200));
    assert_eq!(stage.shown().await.len(), 1);
}

#[tokio::test]
async fn a_subscription_on_the_black_list_is_deleted_and_made_anew() {
    let stage = Stage::set().await;
    let first = stage.subscribe(None).await.unwrap();
    stage.behave(REFUSES);
    for _ in 0..3 {
        assert_eq!(stage.say().await, Some(403));
    }
    assert_eq!(stage.say().await, None, "it is on the black list");
    assert_eq!(stage.shown().await[0]["status"], "Blacklisted");
    stage.behave(WELL);
    let anew = stage.subscribe(Some(&first)).await.unwrap();
    assert_ne!(anew.id, first.id);
    let shown = stage.shown().await;
    assert_eq!((shown.len(), &shown[0]["status"]), (1, &json!("Active")));
    assert_eq!(stage.say().await, Some(200));
}

#[tokio::test]
async fn a_handshake_that_fails_is_told_and_what_was_there_stays() {
    let stage = Stage::set().await;
    let first = stage.subscribe(None).await.unwrap();
    stage.behave(SAYS_NOTHING_BACK);
    let error = stage.subscribe(None).await.unwrap_err().to_string();
    assert!(error.contains("handshake") && error.contains("SUB-525"), "{error}");
    assert_eq!(stage.shown().await[0]["id"], first.id.as_str());
    assert_eq!(stage.say().await, Some(200));
}

#[tokio::test]
async fn whoever_is_asked_to_slow_down_asks_nothing_until_the_wait_is_over() {
    let stage = Stage::set().await;
    for expected in [200, 200, 200, 200, 200, 429] {
        assert_eq!(stage.token().await.status, expected);
    }
    let told = |result: Result<Subscription, SendError>| match result {
        Err(SendError::NotNow { wait_ms }) => wait_ms,
        other => panic!("{other:?}"),
    };
    // A call within the wait starts it afresh, and our first one could not know of it.
    let wait_ms = told(stage.subscribe(None).await);
    assert!((50_000..=60_000).contains(&wait_ms), "{wait_ms}");
    stage.clock.advance(Duration::from_secs(40));
    let rest_ms = told(stage.subscribe(None).await);
    assert!(rest_ms <= 20_000, "{rest_ms}");
    stage.clock.advance(Duration::from_millis(rest_ms));
    stage.subscribe(None).await.unwrap();
}

#[tokio::test]
async fn the_credentials_that_were_refused_are_not_shown_again_at_once() {
    let stage = Stage::set().await;
    let config = Config {
        jwt: "another-jwt".to_owned().into(),
        ..stage.config.clone()
    };
    let public_url = format!("http://{}", stage.address).parse().unwrap();
    let outside = Outside::new(public_url, Arc::new(stage.clock.clone())).unwrap();
    let account = ringcentral::channel(&config, &outside).subscription.unwrap();
    for _ in 0..9 {
        let error = account.subscribe(None).await.unwrap_err();
        assert!(matches!(error, SendError::Permanent { .. }), "{error:?}");
    }
    assert_eq!(stage.token().await.status, 200, "the provider was not asked nine times");
}

/// A server whose RingCentral is the twin of another one.
async fn pair() -> (TestApp, TestApp) {
    pair_checked_every(300).await
}

/// The same whose accounts that are well are looked at so often, in milliseconds.
async fn pair_checked_every(check_ms: u32) -> (TestApp, TestApp) {
    let provider = TestApp::start().await;
    let tenant = "demo-catering".parse().unwrap();
    // The provider's own business answers nobody.
    let kind = frontdesk_core::ChannelKind::Sms;
    provider
        .database
        .registry
        .remove_route(kind, OURS, &tenant)
        .await
        .unwrap();
    let base = format!("http://{}/sandbox/ringcentral", provider.address);
    let settings = format!(
        "[channels.ringcentral]\napi_base = \"{base}\"\n[upkeep]\nevery_ms = 50\nretry_ms = 50\ncheck_ms = {check_ms}\n\
         [alarms]\nevery_ms = 50\nresting_ms = 0\nending_ms = 1000\n\
         [reconciliation]\nevery_ms = 200\nsettle_ms = 0\nlook_back_ms = 172800000\npages_max = 20\n"
    );
    (TestApp::with_settings(&settings).await, provider)
}

/// When the account was last set, as its form says it.
async fn last_set(admin: &mut Browser) -> String {
    let page = admin.get(ACCOUNTS).await.text;
    let (_, form) = page.split_once("accounts/ringcentral\"").unwrap();
    let (_, seen) = form.split_once("name=\"seen\" value=\"").unwrap();
    seen.split('"').next().unwrap().to_owned()
}

async fn set_up(app: &TestApp, provider: &TestApp, jwt: &str) {
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let secret = |name: &str| provider.sandbox_secret(NAME, name);
    let fields = [
        ("client_id", "sandbox".to_owned()),
        ("client_secret", secret("client secret")),
        ("jwt", jwt.to_owned()),
        ("verification_token", "of-our-own-choice".to_owned()),
        ("seen", last_set(&mut admin).await),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let saved = admin.submit(&format!("{ACCOUNTS}/ringcentral"), &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
}

/// A token of the account at the provider.
async fn token_at(provider: &TestApp) -> String {
    let assertion = provider.sandbox_secret(NAME, "jwt");
    let form = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
    let url = format!("http://{}/sandbox/ringcentral/restapi/oauth/token", provider.address);
    let request = reqwest::Client::new().post(url);
    let request = request.basic_auth("sandbox", Some(provider.sandbox_secret(NAME, "client secret")));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let granted = Answered::of(request.body(form)).await;
    granted.body["access_token"].as_str().unwrap().to_owned()
}

/// How many subscriptions the provider has for the tenant's own account.
async fn subscribed(provider: &TestApp, token: &str) -> usize {
    let url = format!(
        "http://{}/sandbox/ringcentral/restapi/v1.0/subscription",
        provider.address
    );
    let shown = Answered::of(reqwest::Client::new().get(url).bearer_auth(token)).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let records = shown.body["records"].as_array().unwrap();
    let is_own = |record: &&Value| record.to_string().contains("account=demo-catering");
    records.iter().filter(is_own).count()
}

/// How the tenant's own account stands, once that is as wanted.
async fn state(app: &TestApp, what: &str, is_wanted: impl Fn(&AccountState) -> bool) -> AccountState {
    let tenant: TenantId = "demo-catering".parse().unwrap();
    eventually(what, || async {
        let states = app.database.upkeep.states().await.unwrap();
        let own = states
            .into_iter()
            .find(|state| state.tenant == tenant && state.provider == NAME);
        own.filter(|state| is_wanted(state))
    })
    .await
}

#[tokio::test]
async fn a_tenants_own_account_is_subscribed_and_healed_by_itself() {
    let (app, provider) = pair().await;
    set_up(&app, &provider, &provider.sandbox_secret(NAME, "jwt")).await;
    let made = state(&app, "it is subscribed", |state| state.subscription.is_some()).await;
    let customer = fresh_number();
    let phone = Phone::new(&provider, NAME, &customer, OURS);
    assert_eq!(phone.write("hello, a table for two?").await, Some(200));
    assert!(
        phone.reply(1).await.contains("name"),
        "the answer left over the own account"
    );
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let page = admin.get(ACCOUNTS).await.text;
    assert!(page.contains("Its events are subscribed to until"), "{page}");

    // Somebody deletes it at the provider: it is made anew.
    let base = "/sandbox/ringcentral/restapi";
    let token = token_at(&provider).await;
    let id = made.subscription.unwrap().id;
    let url = format!("http://{}{base}/v1.0/subscription/{id}", provider.address);
    assert_eq!(
        Answered::of(reqwest::Client::new().delete(url).bearer_auth(token))
            .await
            .status,
        204
    );
    state(&app, "it is made anew", |state| {
        state.subscription.as_ref().is_some_and(|made| made.id != id)
    })
    .await;
    assert_eq!(phone.write("are you there?").await, Some(200));
    phone.said(&app, 2).await;
}

/// Whoever removes the account, the provider is told to tell no more.
async fn removed_by(remove: impl AsyncFnOnce(&TestApp, &TestApp)) {
    // A look that is under way meanwhile would not know of the removal.
    let (app, provider) = pair_checked_every(3_600_000).await;
    let token = token_at(&provider).await;
    set_up(&app, &provider, &provider.sandbox_secret(NAME, "jwt")).await;
    eventually("the provider knows of it", || async {
        (subscribed(&provider, &token).await == 1).then_some(())
    })
    .await;
    state(&app, "so do we", |state| state.subscription.is_some()).await;
    remove(&app, &provider).await;
    assert_eq!(subscribed(&provider, &token).await, 0);
}

#[tokio::test]
async fn whose_account_is_removed_in_the_console_is_told_of_no_more() {
    removed_by(async |app, _| {
        let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
        let seen = last_set(&mut admin).await;
        let path = format!("{ACCOUNTS}/ringcentral/remove");
        let removed = admin.submit(&path, &[("seen", &seen)]).await;
        assert_eq!(removed.status, 303, "{}", removed.text);
    })
    .await;
}

#[tokio::test]
async fn whose_account_is_removed_over_the_api_is_told_of_no_more() {
    removed_by(async |app, _| {
        let path = "/api/v1/tenants/demo-catering/accounts/ringcentral";
        assert_eq!(app.admin().ask(reqwest::Method::DELETE, path, &[]).await.status, 204);
    })
    .await;
}

#[tokio::test]
async fn whose_account_is_removed_on_the_command_line_is_told_of_no_more() {
    removed_by(async |app, provider| {
        let base = format!("http://{}/sandbox/ringcentral", provider.address);
        let remove = ["tenant", "credential", "remove", "demo-catering", NAME];
        let (code, said) = app.command(&[("RINGCENTRAL_API_BASE", base)], &remove).await;
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("uses the installation's account"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn an_account_that_fails_is_told_until_it_is_mended() {
    let (app, provider) = pair().await;
    set_up(&app, &provider, "not-the-jwt").await;
    let alarm = eventually("an alarm", || async {
        let open = app.admin().items("/api/v1/alarms").await;
        open.into_iter().find(|alarm| alarm["cause"] == "account_failing")
    })
    .await;
    assert_eq!(
        (&alarm["subject"], &alarm["tenant"]),
        (&json!("ringcentral"), &json!("demo-catering"))
    );
    let metrics = app.anonymous().get("/metrics").await.text;
    assert!(
        metrics.contains("frontdesk_alarms_open{cause=\"account_failing\"}"),
        "{metrics}"
    );
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let page = admin.get(ACCOUNTS).await.text;
    assert!(
        page.contains("failing since") && page.contains("refuses our credentials"),
        "{page}"
    );
    assert!(!page.contains("not-the-jwt"), "secrets are never shown");

    set_up(&app, &provider, &provider.sandbox_secret(NAME, "jwt")).await;
    state(&app, "it is well again", |state| {
        state.failing.is_none() && state.subscription.is_some()
    })
    .await;
    eventually("the alarm is over", || async {
        let open = app.admin().items("/api/v1/alarms").await;
        (!open.iter().any(|alarm| alarm["cause"] == "account_failing")).then_some(())
    })
    .await;
}
