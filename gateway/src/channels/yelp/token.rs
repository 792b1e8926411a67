//! Renews the business user's access.

use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::Fault;
use frontdesk_core::ports::outbox::SendError;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use super::NAME;
use super::api::Account;
use super::wire::Renewed;
use crate::channels::call::alarm;
use crate::channels::grant::{Ask, Granted};

#[async_trait]
impl Ask for Account {
    async fn ask(&self, refresh: &SecretString) -> Result<Granted, SendError> {
        let config = &self.config;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "refresh_token")
            .append_pair("client_id", &config.client_id)
            .append_pair("client_secret", config.client_secret.expose_secret())
            .append_pair("refresh_token", refresh.expose_secret())
            .finish();
        let caller = &self.outside.caller;
        let url = format!("{}/oauth2/token", config.api_base.trim_end_matches('/'));
        let request = caller
            .post(&url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let answer = caller.call_for_token(request).await?;
        match answer.status {
            status if status.is_success() => {
                let renewed: Option<Renewed> = answer.json();
                let renewed = renewed.ok_or_else(|| answer.later("Yelp's token cannot be read"))?;
                Ok(Granted {
                    access: renewed.access_token.into(),
                    refresh: renewed.refresh_token.map(SecretString::from),
                    lasts: Duration::from_secs(renewed.expires_in),
                })
            }
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                alarm(NAME, "Yelp does not renew our access; let the business grant it anew");
                Err(SendError::Permanent {
                    reason: "Yelp does not take our refresh token any more".to_owned(),
                    fault: Some(Fault::Account),
                })
            }
            status => Err(answer.later(format!("Yelp renews no access ({})", status.as_u16()))),
        }
    }
}
