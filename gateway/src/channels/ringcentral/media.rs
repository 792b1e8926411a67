//! Files of text messages, given out to whoever has the account's token.

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use url::Url;

use super::send::Account;
use crate::channels::media::{Media, is_at, is_below};

/// Where RingCentral gives files out, beside its API.
const HOSTS: &[&str] = &["media.ringcentral.com"];

#[async_trait]
impl Media for Account {
    fn keeps(&self, url: &Url) -> bool {
        is_below(url, &self.config.api_base) || is_at(url, HOSTS)
    }

    async fn ask(&self, client: &Client, url: &Url) -> Result<RequestBuilder, SendError> {
        let token = self.token().await?;
        Ok(client.get(url.clone()).bearer_auth(token.expose_secret()))
    }
}
