//! Sessions: a random token in a cookie, its hash in the store.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::ports::access::{AuditEntry, Session};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::{Role, User};
use frontdesk_core::ports::store;
use frontdesk_core::{TenantId, UserId};
use uuid::Uuid;

use super::texts::Texts;
use super::{Console, Csrf, Error};
use crate::api::secret_hash;
use crate::channels::forms;

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;
/// How long a session lasts without being used.
const IDLE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a session lasts however much it is used.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Characters kept of what a browser says it is.
const DEVICE_CHARACTERS_MAX: usize = 400;
/// How often use is written down.
const PROLONG_EVERY: Duration = Duration::from_secs(5 * 60);

/// From where a request comes. The gate of every page puts it there.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// What the browser says it is.
    pub device: String,
    /// The network address; empty when it is not known.
    pub address: String,
}

impl Origin {
    /// What a request tells of it.
    pub(super) fn of(console: &Console, request: &Request) -> Self {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let told = header("x-forwarded-for");
        let address = peer.map(|peer| forms::sender(console.is_behind_proxy, peer.0.ip(), told));
        let device = header("user-agent").unwrap_or_default();
        Self {
            device: device.chars().take(DEVICE_CHARACTERS_MAX).collect(),
            address: address.map(|address| address.to_string()).unwrap_or_default(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get().cloned().ok_or(Error::Internal)
    }
}

/// Somebody who is signed in. The guard of every page puts it there; see `gate.rs`.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Who.
    pub user: User,
    /// Whose data they may see.
    pub scope: Scope,
    /// What their forms have to bring along.
    pub csrf: Csrf,
    /// The console in their language.
    pub texts: &'static Texts,
    /// The session they are signed in with.
    pub session: [u8; 32],
}

impl Colleague {
    /// Whether they may do what this role may.
    #[must_use]
    pub fn may(&self, role: Role) -> bool {
        self.user.role >= role
    }

    /// How colleagues call them.
    #[must_use]
    pub fn name(&self) -> &str {
        self.user.name.as_deref().unwrap_or(&self.user.email)
    }
}

impl<S: Sync> FromRequestParts<S> for Colleague {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get().cloned().ok_or(Error::SignedOut)
    }
}

impl Console {
    /// The name of the cookie. The prefix makes browsers refuse one that another host set.
    const fn cookie_name(&self) -> &'static str {
        if self.is_secure {
            "__Host-frontdesk_session"
        } else {
            "frontdesk_session"
        }
    }

    /// The token a browser brought along.
    pub(super) fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == self.cookie_name() && !value.is_empty()).then_some(value))
    }

    /// Who a browser is signed in as. Use prolongs the session, from `address` unless that is not known.
    pub(super) async fn colleague(
        &self,
        headers: &HeaderMap,
        address: Option<&str>,
    ) -> Result<Option<Colleague>, store::Error> {
        let Some(token) = self.token(headers) else {
            return Ok(None);
        };
        let (hash, now) = (secret_hash(token), self.clock.now());
        let Some((session, user)) = self.access.session(&hash, now).await? else {
            return Ok(None);
        };
        if now.since(session.seen_at) >= PROLONG_EVERY {
            let prolonged = Session {
                seen_at: now,
                expires_at: now.plus(IDLE).min(session.created_at.plus(LIFETIME)),
                address: address.map_or(session.address, str::to_owned),
                ..session
            };
            self.access.prolong_session(&prolonged).await?;
        }
        let texts = Texts::of(user.language.unwrap_or_else(|| super::texts::preferred(headers)));
        Ok(Some(Colleague {
            scope: user.tenant.clone().map_or(Scope::All, Scope::Tenant),
            csrf: Csrf::of(token),
            session: hash,
            texts,
            user,
        }))
    }

    /// Signs a user in with a token nobody had before, and returns the cookie for it.
    pub(super) async fn open_session(&self, user: UserId, origin: Origin) -> Result<HeaderValue, Error> {
        let (token, now) = (new_token(), self.clock.now());
        let session = Session {
            token_hash: secret_hash(&token),
            user,
            created_at: now,
            seen_at: now,
            expires_at: now.plus(IDLE),
            device: origin.device,
            address: origin.address,
        };
        self.access.open_session(&session).await?;
        Ok(self.cookie(&token, LIFETIME))
    }

    /// The cookie that takes the token away again.
    pub(super) fn no_cookie(&self) -> HeaderValue {
        self.cookie("", Duration::ZERO)
    }

    /// The cookie that holds a token.
    pub(super) fn cookie(&self, token: &str, max_age: Duration) -> HeaderValue {
        let name = self.cookie_name();
        let secure = if self.is_secure { "; Secure" } else { "" };
        let seconds = max_age.as_secs();
        let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        HeaderValue::from_str(&cookie).expect("a token of letters, digits, - and _")
    }

    /// Writes down that somebody did something.
    pub(super) async fn audit(
        &self,
        user: &User,
        tenant: Option<TenantId>,
        act: &'static str,
        subject: impl Into<String>,
    ) -> Result<(), Error> {
        let entry = AuditEntry {
            id: Uuid::now_v7(),
            at: self.clock.now(),
            tenant: tenant.or_else(|| user.tenant.clone()),
            user: user.id,
            email: user.email.clone(),
            act: act.to_owned(),
            subject: subject.into(),
        };
        Ok(self.access.audit(&entry).await?)
    }
}

/// A token nobody had before.
pub(super) fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; TOKEN_BYTES]>())
}

/// Adds a cookie to an answer.
pub(super) fn with_cookie(mut response: axum::response::Response, cookie: HeaderValue) -> axum::response::Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

/// The console, as handlers get at it.
pub type Shared = axum::extract::State<Arc<Console>>;
