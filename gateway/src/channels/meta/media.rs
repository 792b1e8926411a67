//! Files at Meta: WhatsApp's behind a node of the Graph API, the others' at hosts of Meta's own.

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use super::Config;
use crate::channels::Outside;
use crate::channels::media::{Media, is_at, is_below};

/// Where Meta gives files out.
const HOSTS: &[&str] = &["fbsbx.com", "fbcdn.net", "cdninstagram.com"];
/// Where it wants our token for them.
const GUARDED: &[&str] = &["lookaside.fbsbx.com"];

/// What a node says of a file: where it is for the next five minutes.
#[derive(Deserialize)]
struct Node {
    url: String,
}

/// The files of one app.
#[derive(Debug)]
pub struct MetaMedia {
    config: Config,
    outside: Outside,
}

impl MetaMedia {
    /// Of all its channels.
    pub fn new(config: &Config, outside: &Outside) -> Self {
        Self {
            config: config.clone(),
            outside: outside.clone(),
        }
    }

    fn is_guarded(&self, url: &Url) -> bool {
        is_below(url, &self.config.api_base) || is_at(url, GUARDED)
    }

    async fn place(&self, node: &Url) -> Result<Url, SendError> {
        let caller = &self.outside.caller;
        let request = caller
            .get(node.as_str())
            .bearer_auth(self.config.access_token.expose_secret());
        let answer = caller.call(request).await?;
        let node = answer.json::<Node>().filter(|_| answer.status.is_success());
        node.and_then(|node| Url::parse(&node.url).ok())
            .filter(|url| self.keeps(url))
            .ok_or_else(|| SendError::permanent("Meta does not say where the file is"))
    }
}

#[async_trait]
impl Media for MetaMedia {
    fn keeps(&self, url: &Url) -> bool {
        is_below(url, &self.config.api_base) || is_at(url, HOSTS)
    }

    async fn ask(&self, client: &Client, url: &Url) -> Result<RequestBuilder, SendError> {
        let place = match is_below(url, &self.config.url("")) {
            true => self.place(url).await?,
            false => url.clone(),
        };
        let request = client.get(place.clone());
        Ok(match self.is_guarded(&place) {
            true => request.bearer_auth(self.config.access_token.expose_secret()),
            false => request,
        })
    }
}
