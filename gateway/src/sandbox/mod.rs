//! Twins of the providers: they answer our calls like them, sign like them, and fail on demand.
//!
//! ```text
//!  channels/…/send ─► /sandbox/<provider>/… ─► Twin ─► a phone's screen        (Desk)
//!                          checks strictly       │
//!  channels/…      ◄── /webhooks/… ◄── signed ───┘  statuses, and what is written on the phone
//! ```
//!
//! They run inside `frontdesk serve` while no account is set up at any provider, with secrets of
//! their own. Everything goes over the real surface: nothing in the channels knows of them.
//!
//! A twin of one more channel is a file here with a [`Twin`], and a line in [`Sandbox::new`].

mod approved;
mod call;
mod control;
mod desk;
mod faults;
mod gupshup;
mod meta;
mod pairs;
mod phone;
mod retell;
mod ringcentral;
mod textmagic;
mod twilio;
mod yelp;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::store::Error;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use call::{Call, CallEnd};
pub use control::router as control_router;
pub use desk::{Desk, Hook, Missed};
pub use faults::{Fault, Kind};
pub use phone::{Line, Shown};

use crate::channels::{self, Config};

/// The setting that keeps the root of the generated secrets.
const SEED: &str = "sandbox_seed";

/// The twin of one channel's provider.
pub trait Twin: Send + Sync + 'static {
    /// The channel's name.
    fn name(&self) -> &'static str;

    /// The provider's API, as far as we call it, under the provider's own paths; nothing where
    /// several channels share one.
    fn api(self: Arc<Self>) -> Router {
        Router::new()
    }

    /// The webhooks that tell of what a customer writes: one to everybody who listens.
    fn told(&self, said: &Said) -> Vec<Hook>;

    /// What becomes of one of them that does not come: of a provider that cannot be asked what was
    /// written, it must come again.
    fn missed(&self) -> Missed {
        Missed::Lost
    }

    /// The webhooks that tell of a call, in their order; `None` where the provider carries none.
    fn rung(&self, _call: &Call) -> Option<Vec<Hook>> {
        None
    }

    /// Whether customers can call.
    fn takes_calls(&self) -> bool {
        false
    }

    /// How one of them was answered.
    fn answered(&self, _hook: &Hook, _status: u16) {}

    /// Whatever proves a webhook, for the person who wants to send one: name and value.
    fn secrets(&self) -> Vec<(&'static str, String)>;
}

/// What a customer does on the phone.
#[derive(Clone, Debug)]
pub struct Said {
    /// Which line: the customer's address and ours.
    pub line: Line,
    /// The message's id at the provider.
    pub id: String,
    /// The words.
    pub text: String,
    /// The value of the button that was pressed, where one was.
    pub button: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// What a customer writes who sends a picture: this, and nothing else.
const CAMERA: &str = "📷";
/// The picture they send.
const PICTURE: &[u8] = include_bytes!("picture.png");
/// Its media type.
const PICTURE_TYPE: &str = "image/png";

impl Said {
    /// Whether a picture is sent instead of words.
    fn is_picture(&self) -> bool {
        self.text == CAMERA && self.button.is_none()
    }
}

/// The picture, as a provider gives it out.
fn picture() -> Response {
    ([(CONTENT_TYPE, PICTURE_TYPE)], PICTURE).into_response()
}

/// What became of what a customer wrote.
#[derive(Debug, Serialize)]
pub struct Written {
    /// The message's id at the provider.
    pub id: String,
    /// How our webhook answered; null when the webhook was held back by a fault.
    pub status: Option<u16>,
}

/// The twins of all channels.
pub struct Sandbox {
    desk: Arc<Desk>,
    twins: Vec<Arc<dyn Twin>>,
    api: Router,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.twins.iter().map(|twin| twin.name()).collect();
        f.debug_struct("Sandbox").field("twins", &names).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Twins that expect the credentials of `config`, and call the server that listens on `listen`.
    ///
    /// # Errors
    ///
    /// The TLS backend cannot be initialised.
    pub fn new(
        config: &Config,
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> Result<Self, reqwest::Error> {
        let desk = Arc::new(Desk::new(base(listen), clock, stop)?);
        let twilio = Arc::new(twilio::Twilio::new(config.twilio.clone(), Arc::clone(&desk)));
        let textmagic = Arc::new(textmagic::TextMagic::new(config.textmagic.clone(), Arc::clone(&desk)));
        let ringcentral = Arc::new(ringcentral::RingCentral::new(
            config.ringcentral.clone(),
            Arc::clone(&desk),
        ));
        let yelp = Arc::new(yelp::Yelp::new(config.yelp.clone(), Arc::clone(&desk)));
        let mut twins: Vec<Arc<dyn Twin>> = vec![twilio, textmagic, ringcentral, yelp];
        let meta = Arc::new(meta::Meta::new(config.meta.clone(), Arc::clone(&desk)));
        twins.extend(meta::twins(&meta));
        twins.push(Arc::new(retell::Retell::new(config.retell.clone(), Arc::clone(&desk))));
        twins.push(Arc::new(gupshup::Gupshup::new(
            config.gupshup.clone(),
            Arc::clone(&desk),
        )));
        let shared = Router::new().nest(meta::PREFIX, meta::api(&meta));
        let api = twins.iter().fold(shared, |router, twin| {
            router.nest(&prefix(twin.name()), Arc::clone(twin).api())
        });
        Ok(Self { desk, twins, api })
    }

    /// The providers' APIs.
    pub fn api(&self) -> Router {
        self.api.clone()
    }

    /// The twin of a channel.
    #[must_use]
    pub fn twin(&self, name: &str) -> Option<&Arc<dyn Twin>> {
        self.twins.iter().find(|twin| twin.name() == name)
    }

    /// All of them.
    #[must_use]
    pub fn twins(&self) -> &[Arc<dyn Twin>] {
        &self.twins
    }

    /// What they share: phones and faults.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// A customer writes: shows it on the phone and calls our webhook. `id` is the message's at the
    /// provider; a fresh one when absent. `None` when the line's channel has no twin.
    pub async fn say(&self, line: Line, text: &str, button: Option<String>, id: Option<String>) -> Option<Written> {
        let twin = self.twin(&line.channel)?;
        let said = Said {
            line,
            id: id.unwrap_or_else(|| Uuid::now_v7().simple().to_string()),
            text: text.to_owned(),
            button,
            at_ms: self.desk.now().as_millis(),
        };
        self.desk.show_said(&said);
        let status = self.post(&**twin, twin.told(&said)).await;
        Some(Written { id: said.id, status })
    }

    /// A customer calls, and the call ends so: shows it on the phone and calls our webhook. `None` when the
    /// line's channel carries no calls.
    pub async fn call(&self, line: Line, end: CallEnd) -> Option<Written> {
        let twin = self.twin(&line.channel)?;
        let call = Call {
            line,
            id: format!("s-{}", Uuid::now_v7().simple()),
            end,
            ended_at_ms: self.desk.now().as_millis(),
        };
        let hooks = twin.rung(&call)?;
        self.desk.show_call(&call);
        let status = self.post(&**twin, hooks).await;
        Some(Written { id: call.id, status })
    }

    /// Sends webhooks one after the other; tells how the last one was answered.
    async fn post(&self, twin: &dyn Twin, hooks: Vec<Hook>) -> Option<u16> {
        let mut status = None;
        for hook in hooks {
            status = self.desk.post(twin.name(), hook.clone(), twin.missed()).await;
            if let Some(status) = status {
                twin.answered(&hook, status);
            }
        }
        status
    }

    /// Waits until no webhook is on its way.
    pub async fn drained(&self) {
        self.desk.drained().await;
    }
}

/// Where the twin of a channel answers.
fn prefix(name: &str) -> String {
    format!("/sandbox/{name}")
}

/// How this process calls itself.
fn base(listen: SocketAddr) -> String {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}

/// Accounts at the twins: generated at the first start, and the same from then on.
///
/// # Errors
///
/// The database is away or refuses.
pub async fn accounts(registry: &dyn Registry, listen: SocketAddr) -> Result<Config, Error> {
    let fresh = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let seed = registry.setting_or(SEED, &fresh).await?;
    let secret = |name: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(seed.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(name.as_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..24])
    };
    let api_base = |name: &str| format!("{}{}", base(listen), prefix(name));
    Ok(Config {
        twilio: channels::twilio_sms::Config {
            account_sid: "AC00000000000000000000000000000001".to_owned(),
            auth_token: secret("twilio.auth_token").into(),
            from_number: "+14155550100".to_owned(),
            forward_to: "+14155550177".to_owned(),
            api_base: api_base(channels::twilio_sms::NAME),
        },
        textmagic: channels::textmagic::Config {
            username: "sandbox".to_owned(),
            api_key: secret("textmagic.api_key").into(),
            from_number: "+447624800500".to_owned(),
            webhook_secret: secret("textmagic.webhook_secret").into(),
            api_base: api_base(channels::textmagic::NAME),
        },
        ringcentral: channels::ringcentral::Config {
            client_id: "sandbox".to_owned(),
            client_secret: secret("ringcentral.client_secret").into(),
            jwt: secret("ringcentral.jwt").into(),
            verification_token: secret("ringcentral.verification_token").into(),
            api_base: api_base(channels::ringcentral::NAME),
        },
        gupshup: channels::gupshup::Config {
            api_key: secret("gupshup.api_key").into(),
            app_name: "DemoApp".to_owned(),
            source_number: "917834811114".to_owned(),
            webhook_secret: secret("gupshup.webhook_secret").into(),
            api_base: api_base(channels::gupshup::NAME),
        },
        meta: channels::meta::Config {
            app_secret: secret("meta.app_secret").into(),
            instagram_app_secret: String::new().into(),
            verify_token: secret("meta.verify_token").into(),
            access_token: secret("meta.access_token").into(),
            api_base: format!("{}{}", base(listen), meta::PREFIX),
            api_version: "v25.0".to_owned(),
        },
        yelp: channels::yelp::Config {
            api_key: secret("yelp.api_key").into(),
            client_id: "sandbox".to_owned(),
            client_secret: secret("yelp.client_secret").into(),
            refresh_token: secret("yelp.refresh_token").into(),
            webhook_secret: secret("yelp.webhook_secret").into(),
            api_base: api_base(channels::yelp::NAME),
        },
        retell: channels::retell::Config {
            api_key: secret("retell.api_key").into(),
            api_base: api_base(channels::retell::NAME),
        },
    })
}
