//! The ways in and out: one folder per channel. What a provider calls things stops at the edge of
//! its folder.
//!
//! ```text
//!  request ─► Webhook::greet ─► verify ─► read ─► Item … ─► route: our address → tenant
//!             handshake         raw bytes  pure               │
//!                                                             ▼
//!  Webhook::accept ◄── every turn is durable ◄── Runtime::deliver, in order per conversation
//!
//!  outbox ─► sender of the lane ─► provider's API ─► Sent | SendError (later, never, unknown)
//! ```
//!
//! # Adding a channel
//!
//! 1. A folder `channels/<name>/` with
//!    - `wire.rs`: the provider's types, nowhere else;
//!    - `mod.rs`: a [`Webhook`]: how a request is proved ([`Webhook::verify`], over the raw bytes, in
//!      constant time) and what it says ([`Webhook::read`], pure: a request in, [`Item`]s out);
//!    - `send.rs`: a [`Sender`], which maps the provider's refusals to [`SendError`] and, where they
//!      say something of the address or the account, a [`Fault`](frontdesk_core::Fault);
//!    - `inbox.rs`, where the provider can tell what people wrote: an [`Inbox`], by which messages are
//!      found that no webhook brought;
//!    - `subscription.rs`, where the provider takes a subscription that ends: a [`Subscribe`];
//!    - `samples/`: bodies as the provider sends them, driven through `tests/it/<name>.rs`;
//!    - `fn channel(&Config, &Outside) -> Channel`, which names its paths and its sender.
//! 2. A section of [`Config`] with its credentials, their names in the environment in `config.rs`, what
//!    a tenant's own account consists of in `credentials.rs`, and a line in [`all`].
//! 3. A twin in `sandbox/<name>.rs`, so that it can be tried without an account.
//!
//! An `Item` names our address (`ours`) and theirs; everything else is done here: whose it is, the
//! dedupe key, bounds, order, the time limit, receipts of what nobody owns, parking of what cannot be
//! read. A report refers to a message of ours by [`Which`]; out of order, it never moves a status
//! backwards. What a parser does not know it returns as a [`News::Fact`]: recorded, and never an error
//! to the provider.
//!
//! A reply leaves through the sender and the address of ours that the person wrote to: an event
//! carries them as its lane (`twilio_sms:+14155550100`), and the sender finds its own address with
//! `Entry::our_address`. An entry for a bare channel (`sms`) goes to the tenant's first address there.

mod accounts;
pub mod address;
mod button;
mod call;
mod call_step;
mod claims;
mod config;
pub mod credentials;
mod dispatch;
mod doors;
pub mod forms;
mod grant;
pub mod gupshup;
mod holding;
mod inbox;
pub mod instagram;
mod intake;
pub mod media;
pub mod messenger;
pub mod meta;
mod multipart;
mod news;
mod parts;
mod referral;
mod request;
pub mod retell;
pub mod ringcentral;
mod segments;
mod text;
pub mod textmagic;
pub mod twilio_sms;
pub mod web_chat;
pub mod whatsapp_cloud;
pub mod yelp;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{SendError, Sender};
use frontdesk_core::ports::reports::Reports;
use frontdesk_core::ports::upkeep::Subscription;
use frontdesk_core::{ChannelKind, TenantId, Timestamp};
use url::Url;

pub use accounts::{Account, Accounts};
pub use call_step::{CallStep, call_step};
pub use config::Config;
pub use doors::ACCOUNT;
pub use grant::{GRANT, Safe};
pub use holding::{Holding, OwnSubscription};
pub use inbox::{Asked, Inbox, Page, Written};
pub use intake::{Again, Intake, ReplayError, Replayed, Replays, Taken, router};
pub use news::{Echo, Item, News, Report, Which};
pub use parts::Mark;
pub use request::{Request, digest, sha256};
pub use segments::{Segments, count as count_segments, cut as cut_to_segments};

use crate::tenants::Directory;
use crate::watch::Signs;
use call::Caller;
use dispatch::Dispatcher;
use media::Media;

/// One way in: the addresses a provider calls, how it proves itself, and what it says.
#[async_trait]
pub trait Webhook: Send + Sync + 'static {
    /// The provider's stable name in logs and metrics.
    fn provider(&self) -> &'static str;

    /// The channel that a request counts for which cannot be read.
    fn kind(&self) -> ChannelKind;

    /// Answers a handshake, before any proof is asked for; `None` when it is none.
    fn greet(&self, _request: &Request) -> Option<Response> {
        None
    }

    /// Checks that the request comes from the provider: over the raw bytes, in constant time.
    ///
    /// # Errors
    ///
    /// It does not, or nobody can tell: without a configured secret nothing is accepted.
    fn verify(&self, request: &Request, now: Timestamp) -> Result<(), Denied>;

    /// Reads what a proved request says. Pure.
    ///
    /// # Errors
    ///
    /// It is not what the provider documents; it is then kept among the dead letters.
    fn read(&self, request: &Request) -> Result<Vec<Item>, Unreadable>;

    /// Everything a request leads to: what it says, and what it says must be asked for. Only what a
    /// provider tells by mere hints needs more than [`Webhook::read`].
    ///
    /// # Errors
    ///
    /// It is not what the provider documents, or the provider did not answer the question.
    async fn gather(&self, request: &Request) -> Result<Vec<Item>, Ungathered> {
        Ok(self.read(request)?)
    }

    /// What the provider expects as an acknowledgement of this request.
    fn accept(&self, _request: &Request) -> Response {
        StatusCode::OK.into_response()
    }

    /// How long the provider waits; later it is told to come again.
    fn deadline(&self) -> Duration {
        Duration::from_secs(8)
    }
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No secret is set up to check it with.
    NotConfigured,
    /// It carries no proof.
    Missing,
    /// Its proof is wrong.
    Wrong,
    /// Its proof is too old, or of the future.
    Stale,
}

impl Denied {
    /// The stable name in metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::Missing => "missing",
            Self::Wrong => "wrong",
            Self::Stale => "stale",
        }
    }
}

/// A request that is proved, but not what the provider documents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Why a request led to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Ungathered {
    /// It is not what the provider documents.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The provider hinted at something and did not tell it: later it may.
    #[error("asking for more failed: {0}")]
    Unanswered(#[from] SendError),
}

impl Unreadable {
    /// For this reason, told without personal data.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl From<serde_json::Error> for Unreadable {
    /// Where it broke, without quoting what stood there.
    fn from(error: serde_json::Error) -> Self {
        let kind = match error.classify() {
            serde_json::error::Category::Data => "fields of the wrong type",
            serde_json::error::Category::Eof => "JSON that ends too early",
            serde_json::error::Category::Io | serde_json::error::Category::Syntax => "no JSON",
        };
        Self(format!("{kind}, line {} column {}", error.line(), error.column()))
    }
}

/// What a channel is built with.
#[derive(Clone)]
pub struct Outside {
    /// Calls providers.
    pub caller: Caller,
    /// How the outside sees us: providers sign it, and are told it.
    pub public_url: Url,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Whose account it is; `None` is the installation's.
    pub account: Option<TenantId>,
    /// Where an access is kept that is renewed with tokens good for one time; without it none is renewed.
    pub safe: Option<Safe>,
    /// What is known of the messages that left before; without it only those are known that left since the start.
    pub reports: Option<Arc<dyn Reports>>,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl Outside {
    /// Everything a channel needs besides its credentials.
    ///
    /// # Errors
    ///
    /// The TLS backend cannot be initialised.
    pub fn new(public_url: Url, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        Ok(Self {
            caller: Caller::new()?,
            public_url,
            clock,
            account: None,
            safe: None,
            reports: None,
        })
    }

    /// With what is known of the messages that left before.
    #[must_use]
    pub fn with_reports(self, reports: &Arc<dyn Reports>) -> Self {
        Self {
            reports: Some(Arc::clone(reports)),
            ..self
        }
    }

    /// With a place for accesses that are renewed.
    #[must_use]
    pub fn with_safe(self, safe: Safe) -> Self {
        Self {
            safe: Some(safe),
            ..self
        }
    }
}

/// Asks a provider whether it accepts our account. Sends nothing to anybody.
#[async_trait]
pub trait Check: Send + Sync + 'static {
    /// Asks.
    ///
    /// # Errors
    ///
    /// The provider refuses the account, or does not answer.
    async fn check(&self) -> Result<Standing, SendError>;
}

/// Sees to it that a provider keeps telling us of events, where it takes a subscription that ends.
#[async_trait]
pub trait Subscribe: Send + Sync + 'static {
    /// Makes the subscription, or renews or replaces it, as far as is needed. `known` is the one that was
    /// made for this very account: any other may say what we do not know.
    ///
    /// # Errors
    ///
    /// The provider refuses, or does not answer. Whatever was there before is there still.
    async fn subscribe(&self, known: Option<&str>) -> Result<Subscription, SendError>;

    /// Ends whatever makes the provider tell us of this account's events.
    ///
    /// # Errors
    ///
    /// The provider refuses, or does not answer: it ends by itself, later.
    async fn unsubscribe(&self) -> Result<(), SendError>;
}

/// How an account stands at its provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When what it is proved with ends, where the provider tells and it does.
    pub ends_at: Option<Timestamp>,
}

/// A channel as it is wired: its ways in and its way out.
pub struct Channel {
    /// Its stable name: the first part of its lanes, and what a route is served by.
    pub name: &'static str,
    /// Which channel it is to the person.
    pub kind: ChannelKind,
    /// The addresses the provider calls, each with its reader.
    pub webhooks: Vec<(&'static str, Arc<dyn Webhook>)>,
    /// The way out, where it has one.
    pub sender: Option<Arc<dyn Sender>>,
    /// What people wrote, where the provider can tell.
    pub inbox: Option<Arc<dyn Inbox>>,
    /// Where the provider keeps what people sent, where it keeps it.
    pub media: Option<Arc<dyn Media>>,
    /// Asks the provider whether it accepts the account.
    pub check: Option<Arc<dyn Check>>,
    /// Keeps the provider telling us of events, where that is not set up once and for all.
    pub subscription: Option<Arc<dyn Subscribe>>,
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.webhooks.iter().map(|(path, _)| path).collect();
        f.debug_struct("Channel")
            .field("name", &self.name)
            .field("webhooks", &paths)
            .finish_non_exhaustive()
    }
}

/// Every channel that a provider serves. The list of channels.
#[must_use]
pub fn all(config: &Config, outside: &Outside) -> Vec<Channel> {
    vec![
        twilio_sms::channel(&config.twilio, outside),
        textmagic::channel(&config.textmagic, outside),
        ringcentral::channel(&config.ringcentral, outside),
        whatsapp_cloud::channel(&config.meta, outside),
        messenger::channel(&config.meta, outside),
        instagram::channel(&config.meta, outside),
        gupshup::channel(&config.gupshup, outside),
        yelp::channel(&config.yelp, outside),
        retell::channel(&config.retell, outside),
    ]
}

/// The name and the kind of every channel over which a provider carries words.
pub const NAMES: &[(&str, ChannelKind)] = &[
    (twilio_sms::NAME, ChannelKind::Sms),
    (textmagic::NAME, ChannelKind::Sms),
    (ringcentral::NAME, ChannelKind::Sms),
    (whatsapp_cloud::NAME, ChannelKind::Whatsapp),
    (messenger::NAME, ChannelKind::Messenger),
    (instagram::NAME, ChannelKind::Instagram),
    (gupshup::NAME, ChannelKind::Whatsapp),
    (yelp::NAME, ChannelKind::Marketplace),
];

/// The channels over which a provider tells of telephone calls.
pub const CALLS: &[&str] = &[twilio_sms::NAME, ringcentral::NAME, retell::NAME];
/// Before a channel's name: what it is served by are its calls.
const OF_CALLS: &str = "calls:";

/// Whatever an address of ours can be served by: as people choose it, the channel's name, and the kind.
pub fn served() -> impl Iterator<Item = (String, &'static str, ChannelKind)> {
    let words = NAMES.iter().map(|(name, kind)| ((*name).to_owned(), *name, *kind));
    let calls = CALLS
        .iter()
        .map(|name| (format!("{OF_CALLS}{name}"), *name, ChannelKind::Voice));
    words.chain(calls)
}

/// The ways out by the first part of their lanes: a channel's name, or a kind's code for whichever
/// address of the tenant's comes first.
#[must_use]
pub fn senders(
    accounts: &Arc<Accounts>,
    tenants: &Arc<Directory>,
    signs: &Arc<Signs>,
    clock: &Arc<dyn Clock>,
) -> HashMap<String, Arc<dyn Sender>> {
    let dispatcher = Dispatcher::new(
        Arc::clone(accounts),
        Arc::clone(tenants),
        Arc::clone(signs),
        Arc::clone(clock),
    );
    let dispatcher: Arc<dyn Sender> = Arc::new(dispatcher);
    let channels = accounts.environment().iter();
    channels
        .flat_map(|channel| [channel.name, channel.kind.code()])
        .map(|name| (name.to_owned(), Arc::clone(&dispatcher)))
        .collect()
}

#[cfg(test)]
mod tests {
    use frontdesk_runtime::SystemClock;

    use super::*;

    /// A message of each provider whose requests say when it was written.
    const TIMED: [(&str, &str, &[u8]); 6] = [
        (
            whatsapp_cloud::NAME,
            "application/json",
            include_bytes!("whatsapp_cloud/samples/text.json"),
        ),
        (
            messenger::NAME,
            "application/json",
            include_bytes!("messenger/samples/text.json"),
        ),
        (
            instagram::NAME,
            "application/json",
            include_bytes!("instagram/samples/text.json"),
        ),
        (
            gupshup::NAME,
            "application/json",
            include_bytes!("gupshup/samples/inbound_text.json"),
        ),
        (
            ringcentral::NAME,
            "application/json",
            include_bytes!("ringcentral/samples/sms_inbound.json"),
        ),
        (
            textmagic::NAME,
            "application/x-www-form-urlencoded",
            include_bytes!("textmagic/samples/inbound.form"),
        ),
    ];

    #[test]
    fn every_provider_that_tells_when_a_message_was_written_is_believed() {
        let url = Url::parse("https://example.com").unwrap();
        let outside = Outside::new(url, Arc::new(SystemClock)).unwrap();
        let channels = all(&Config::default(), &outside);
        let webhooks: HashMap<_, _> = channels.iter().flat_map(|channel| channel.webhooks.clone()).collect();
        let path = |name| match name {
            gupshup::NAME => gupshup::PATH,
            ringcentral::NAME => ringcentral::PATH,
            textmagic::NAME => textmagic::PATH,
            _ => meta::PATH,
        };
        for (name, media_type, body) in TIMED {
            let request = Request::post(path(name), media_type, body).unwrap();
            let items = webhooks[path(name)].read(&request).unwrap();
            let News::Message(message) = &items[0].news else {
                panic!("{name}: {items:?}");
            };
            // All of them were written in the night of November 21, 2026.
            let written = message.sent_at.unwrap_or_else(|| panic!("{name} tells no time"));
            assert_eq!(written.to_string()[..10], *"2026-11-21", "{name}");
        }
    }

    #[test]
    fn the_names_are_those_of_the_channels() {
        let url = Url::parse("https://example.com").unwrap();
        let outside = Outside::new(url, Arc::new(SystemClock)).unwrap();
        let channels = all(&Config::default(), &outside);
        let names = channels.iter().map(|channel| (channel.name, channel.kind));
        let (of_calls, of_words): (Vec<_>, Vec<_>) = names.partition(|(_, kind)| *kind == ChannelKind::Voice);
        assert_eq!(of_words, NAMES);
        for (name, _) in of_calls {
            assert!(CALLS.contains(&name), "{name}");
        }
        for name in CALLS {
            assert!(channels.iter().any(|channel| channel.name == *name), "{name}");
        }
    }
}
