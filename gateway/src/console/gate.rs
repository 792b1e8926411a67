//! The gate in front of every page: who is it, may they, and was the form ours.
//!
//! ```text
//!  request ─► cookie ─► session ─► role enough? ─► our own form? ─► handler
//!                │           │            │               │
//!                └── sign-in page ◄───────┴── 403 ────────┘
//! ```
//!
//! What a page needs stands beside its address in [`super::routes`] and nowhere else.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::Role;
use url::form_urlencoded;

use super::session::Origin;
use super::texts::{self, Texts};
use super::{Colleague, Console, Error, error};

/// Bytes of a form: a manifest of full size, percent-encoded at worst.
const FORM_BYTES_MAX: usize = 1024 * 1024;
/// Carries the token of a form that a script sends.
const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
/// The name of the token in a form.
const CSRF_FIELD: &str = "csrf";
/// Set by our script: the answer is a part of a page, and a fault is one sentence.
const FRAGMENT_HEADER: HeaderName = HeaderName::from_static("x-fragment");
/// Where a browser says that a request was made from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a page of the console may load and do: nothing but what is ours.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);

/// Who may see a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anybody: the pages where one signs in.
    Nothing,
    /// Somebody of this role, or one that includes it.
    Role(Role),
    /// The same, of those who see every business.
    Everywhere(Role),
}

impl Needs {
    fn allows(self, colleague: &Colleague) -> bool {
        match self {
            Self::Nothing => true,
            Self::Role(role) => colleague.may(role),
            Self::Everywhere(role) => colleague.may(role) && colleague.scope == Scope::All,
        }
    }
}

/// The gate of one page.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    pub(super) console: Arc<Console>,
    pub(super) needs: Needs,
}

/// Whether our script asks for a part of a page.
pub(super) fn is_fragment(headers: &HeaderMap) -> bool {
    headers.contains_key(FRAGMENT_HEADER)
}

/// Lets a request through, or answers it.
pub(super) async fn guard(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let is_fragment = is_fragment(request.headers());
    let mut texts = Texts::of(texts::preferred(request.headers()));
    let address = request.uri().clone();
    let method = request.method().clone();
    let mut response = match admit(&gate, request, &mut texts).await {
        Ok(request) => next.run(request).await,
        Err(Error::SignedOut) if method == Method::GET && !is_fragment => {
            let back: String = form_urlencoded::byte_serialize(address.to_string().as_bytes()).collect();
            Redirect::to(&format!("/console/sign-in?next={back}")).into_response()
        }
        Err(refused) => refused.into_response(),
    };
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        response = error::page(&error, texts, is_fragment);
    }
    let headers = response.headers_mut();
    // A file that somebody sent has a stricter one.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(POLICY);
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    headers.insert("x-frame-options", HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

async fn admit(gate: &Gate, mut request: Request, texts: &mut &'static Texts) -> Result<Request, Error> {
    let origin = Origin::of(&gate.console, &request);
    let address = Some(origin.address.as_str()).filter(|address| !address.is_empty());
    let colleague = gate.console.colleague(request.headers(), address).await?;
    request.extensions_mut().insert(origin);
    if let Some(colleague) = &colleague {
        *texts = colleague.texts;
    }
    if gate.needs != Needs::Nothing {
        let colleague = colleague.as_ref().ok_or(Error::SignedOut)?;
        if !gate.needs.allows(colleague) {
            return Err(Error::Forbidden);
        }
    }
    if !request.method().is_safe() {
        if !is_own_site(&gate.console, request.headers()) {
            return Err(Error::ForeignForm);
        }
        // Whoever is not signed in has nothing that a foreign form could misuse.
        if let Some(colleague) = colleague.as_ref().filter(|_| gate.needs != Needs::Nothing) {
            request = with_own_form(request, colleague).await?;
        }
    }
    request.extensions_mut().insert(*texts);
    if let Some(colleague) = colleague {
        request.extensions_mut().insert(colleague);
    }
    Ok(request)
}

/// Whether a request comes from one of our pages, as far as the browser tells.
fn is_own_site(console: &Console, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let host = headers
        .get("host")
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let origin = origin.to_str().unwrap_or_default();
    origin == console.origin
        || origin
            .split_once("://")
            .is_some_and(|(_, from)| from == host && !host.is_empty())
}

/// The same request, when it brings the token of this session along.
async fn with_own_form(request: Request, colleague: &Colleague) -> Result<Request, Error> {
    if let Some(token) = request.headers().get(CSRF_HEADER) {
        let is_own = colleague.csrf.accepts(token.to_str().unwrap_or_default());
        return if is_own { Ok(request) } else { Err(Error::ForeignForm) };
    }
    let is_form = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media_type| media_type.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        return Err(Error::ForeignForm);
    }
    let (parts, body) = request.into_parts();
    let body: Bytes = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| Error::TooLarge)?;
    let is_own =
        form_urlencoded::parse(&body).any(|(name, value)| name == CSRF_FIELD && colleague.csrf.accepts(&value));
    if is_own {
        Ok(Request::from_parts(parts, Body::from(body)))
    } else {
        Err(Error::ForeignForm)
    }
}

/// Wrong methods and addresses below `/console`, in the console's own words.
pub(super) async fn nothing_here(headers: HeaderMap) -> Response {
    let mut response = error::page(
        &Error::NotFound,
        Texts::of(texts::preferred(&headers)),
        is_fragment(&headers),
    );
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
    response
}
