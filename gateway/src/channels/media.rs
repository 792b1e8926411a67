//! Files that people sent over a provider's channel. They stay where the provider keeps them and are
//! fetched when a colleague wants to see one: with our account's proof, which no browser ever gets.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, Bytes};
use frontdesk_core::TenantId;
use frontdesk_core::ports::outbox::SendError;
use futures_util::stream;
use reqwest::header::{CONTENT_LENGTH, LOCATION};
use reqwest::{Client, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::Accounts;
use crate::files::recognise;
use crate::providers::http::client;

/// How long a provider may take to give a file out, whole.
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of one file.
const BYTES_MAX: u64 = 100_000_000;
/// Files being fetched at once.
const FETCHES_MAX: usize = 16;
/// Times a provider may point elsewhere.
const REDIRECTS_MAX: usize = 3;
/// Bytes that tell what a file is.
const BEGINNING_BYTES: usize = 4 * 1024;
/// What nobody knows.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// Where one provider keeps files.
#[async_trait]
pub trait Media: Send + Sync + 'static {
    /// Whether the provider keeps what is at an address. Nothing else is ever asked for.
    fn keeps(&self, url: &Url) -> bool;

    /// The request for a file, with the account's proof where the provider wants one.
    ///
    /// # Errors
    ///
    /// The provider had to be asked first, and did not answer.
    async fn ask(&self, client: &Client, url: &Url) -> Result<RequestBuilder, SendError>;
}

/// Files below the address of a provider's API, or at hosts of its own.
pub struct Kept {
    /// Scheme, host and port of the API.
    pub base: String,
    /// Hosts, and the ends of hosts, that files are given out by without a proof; over TLS.
    pub hosts: &'static [&'static str],
    /// What proves us at the API: a user and a password.
    pub proof: Option<(String, SecretString)>,
}

impl Kept {
    /// Whether an address lies below the API's.
    pub fn is_below_base(&self, url: &Url) -> bool {
        is_below(url, &self.base)
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("base", &self.base).finish_non_exhaustive()
    }
}

#[async_trait]
impl Media for Kept {
    fn keeps(&self, url: &Url) -> bool {
        self.is_below_base(url) || is_at(url, self.hosts)
    }

    async fn ask(&self, client: &Client, url: &Url) -> Result<RequestBuilder, SendError> {
        let request = client.get(url.clone());
        Ok(match &self.proof {
            Some((user, password)) if self.is_below_base(url) => {
                request.basic_auth(user, Some(password.expose_secret()))
            }
            _ => request,
        })
    }
}

/// Whether an address has the origin of another one, and its path.
#[must_use]
pub fn is_below(url: &Url, base: &str) -> bool {
    Url::parse(base).is_ok_and(|base| {
        url.origin() == base.origin() && url.path().starts_with(base.path()) && url.username().is_empty()
    })
}

/// Whether an address is, over TLS, at one of these hosts or below it.
#[must_use]
pub fn is_at(url: &Url, hosts: &[&str]) -> bool {
    let Some(host) = url.host_str().filter(|_| url.scheme() == "https") else {
        return false;
    };
    let is_below = |known: &&str| {
        host.strip_suffix(known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    hosts.iter().any(is_below)
}

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    /// None of our providers keeps it.
    #[error("no provider of ours keeps it")]
    Unknown,
    /// The provider has it no longer.
    #[error("the provider has it no longer")]
    Gone,
    /// It is larger than is fetched.
    #[error("the file is too large")]
    TooLarge,
    /// Too many at once; later it will work.
    #[error("too many files are being fetched")]
    Busy,
    /// The provider did not give it out.
    #[error("the provider did not give it out: {0}")]
    Refused(String),
}

/// A file on its way from a provider.
#[derive(Debug)]
pub struct Fetched {
    /// Media type, by its content; nothing in particular for what is on no list.
    pub media_type: &'static str,
    /// How its name may end; empty where its type is not known.
    pub extensions: &'static [&'static str],
    /// The content. Ends with an error when the provider breaks off, or sends too much.
    pub body: Body,
}

/// What fetches files from providers.
pub struct Library {
    client: Client,
    accounts: Arc<Accounts>,
    places: Arc<Semaphore>,
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library")
            .field("accounts", &self.accounts)
            .finish_non_exhaustive()
    }
}

impl Library {
    /// The files that people sent over these accounts.
    ///
    /// # Errors
    ///
    /// The TLS backend cannot be initialised.
    pub fn new(accounts: Arc<Accounts>) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: client(FETCH_TIMEOUT)?,
            accounts,
            places: Arc::new(Semaphore::new(FETCHES_MAX)),
        })
    }

    /// Fetches a file that was sent to a tenant from whoever keeps it.
    ///
    /// # Errors
    ///
    /// See [`NotFetched`]: nothing of it is there.
    pub async fn fetch(&self, tenant: &TenantId, url: &str) -> Result<Fetched, NotFetched> {
        let url = Url::parse(url).map_err(|_| NotFetched::Unknown)?;
        let keepers = self.accounts.media(tenant);
        let keeper = keepers.iter().find(|keeper| keeper.keeps(&url));
        let keeper = keeper.ok_or(NotFetched::Unknown)?;
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| NotFetched::Busy)?;
        let request = keeper.ask(&self.client, &url).await;
        let request = request.map_err(|error| NotFetched::Refused(error.to_string()))?;
        let response = self.follow(request, &url).await?;
        arrived(response, place).await
    }

    /// Goes where the provider points to; what proves us is told to nobody but the provider.
    async fn follow(&self, request: RequestBuilder, url: &Url) -> Result<Response, NotFetched> {
        let mut response = send(request).await?;
        let mut from = url.clone();
        for _ in 0..REDIRECTS_MAX {
            if !response.status().is_redirection() {
                break;
            }
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.and_then(|to| from.join(to).ok());
            let is_fine = |to: &Url| to.scheme() == "https" || to.origin() == url.origin();
            let to = to.filter(is_fine).ok_or_else(|| refused("it points nowhere"))?;
            response = send(self.client.get(to.clone())).await?;
            from = to;
        }
        match response.status().as_u16() {
            200 => Ok(response),
            404 | 410 => Err(NotFetched::Gone),
            status => Err(refused(&format!("it answered {status}"))),
        }
    }
}

async fn send(request: RequestBuilder) -> Result<Response, NotFetched> {
    // The address may hold a secret, so the error's own words are not repeated.
    request.send().await.map_err(|_| refused("it did not answer"))
}

fn refused(reason: &str) -> NotFetched {
    NotFetched::Refused(reason.to_owned())
}

/// Reads the beginning, which tells what it is, and leaves the rest to be read on the way.
async fn arrived(mut response: Response, place: OwnedSemaphorePermit) -> Result<Fetched, NotFetched> {
    let announced = response
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    let announced: Option<u64> = announced.and_then(|length| length.parse().ok());
    if announced.is_some_and(|bytes| bytes > BYTES_MAX) {
        return Err(NotFetched::TooLarge);
    }
    let mut beginning = Vec::new();
    let mut is_whole = false;
    while beginning.len() < BEGINNING_BYTES && !is_whole {
        match response.chunk().await.map_err(|_| refused("it broke off"))? {
            Some(chunk) => beginning.extend_from_slice(&chunk),
            None => is_whole = true,
        }
    }
    let known = recognise(&beginning, is_whole);
    let heard = beginning.len() as u64;
    let rest = stream::unfold((Some(Bytes::from(beginning)), response, heard, place), next);
    Ok(Fetched {
        media_type: known.map_or(UNKNOWN_TYPE, |known| known.media_type),
        extensions: known.map_or(&[], |known| known.extensions),
        body: Body::from_stream(rest),
    })
}

type Rest = (Option<Bytes>, Response, u64, OwnedSemaphorePermit);

/// The next piece of a file; the place among those being fetched is held until the last one.
async fn next((first, mut response, heard, place): Rest) -> Option<(Result<Bytes, NotFetched>, Rest)> {
    if let Some(first) = first {
        return Some((Ok(first), (None, response, heard, place)));
    }
    if heard > BYTES_MAX {
        return None;
    }
    let piece = match response.chunk().await {
        Ok(piece) => piece?,
        Err(_) => return Some((Err(refused("it broke off")), (None, response, u64::MAX, place))),
    };
    let heard = heard + piece.len() as u64;
    let piece = match heard > BYTES_MAX {
        true => Err(NotFetched::TooLarge),
        false => Ok(piece),
    };
    Some((piece, (None, response, heard, place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_provider_keeps_is_asked_for() {
        let kept = Kept {
            base: "https://api.twilio.com".to_owned(),
            hosts: &["twiliocdn.com"],
            proof: None,
        };
        for (url, expected) in [
            (
                "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
                true,
            ),
            ("https://media.twiliocdn.com/a.jpg", true),
            ("https://twiliocdn.com/a.jpg", true),
            ("http://media.twiliocdn.com/a.jpg", false),
            ("https://eviltwiliocdn.com/a.jpg", false),
            ("https://api.twilio.com.evil.example/a.jpg", false),
            ("https://api.twilio.com@evil.example/a.jpg", false),
            ("https://user@api.twilio.com/a.jpg", false),
            ("http://api.twilio.com/a.jpg", false),
            ("http://169.254.169.254/latest/meta-data", false),
            ("file:///etc/passwd", false),
            ("geo:1,2", false),
        ] {
            assert_eq!(kept.keeps(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
