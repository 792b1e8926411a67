use gateway::channels::{Config, gupshup, meta, ringcentral, textmagic, twilio_sms, yelp};
use secrecy::ExposeSecret;

use super::http::Answer;
use super::{Provider, TestApp};

/// Sends whatever a test likes as a provider would: proved, but not necessarily sane.
pub struct Forger<'a> {
    app: &'a TestApp,
    accounts: Config,
}

impl<'a> Forger<'a> {
    pub async fn new(app: &'a TestApp) -> Self {
        let registry = &*app.database.registry;
        let accounts = gateway::sandbox::accounts(registry, app.address).await.unwrap();
        Self { app, accounts }
    }

    /// Posts a body with the provider's proof.
    pub async fn post(&self, provider: &Provider, body: &str) -> Answer {
        self.post_as(provider, twilio_sms::INBOUND_PATH, body, true).await
    }

    /// The same with a wrong proof.
    pub async fn post_unproved(&self, provider: &Provider, body: &str) -> Answer {
        self.post_as(provider, twilio_sms::INBOUND_PATH, body, false).await
    }

    /// Posts news of a message of ours, with the provider's proof or a wrong one.
    pub async fn post_news(&self, provider: &Provider, body: &str, is_proved: bool) -> Answer {
        self.post_as(provider, twilio_sms::STATUS_PATH, body, is_proved).await
    }

    /// Only Twilio has an address for each kind of thing it tells.
    async fn post_as(&self, provider: &Provider, twilio: &str, body: &str, is_proved: bool) -> Answer {
        let spoil = |secret: &str| {
            if is_proved {
                secret.to_owned()
            } else {
                format!("{secret}x")
            }
        };
        let accounts = &self.accounts;
        let keyed =
            |path: &str, secret: &secrecy::SecretString| format!("{path}?key={}", spoil(secret.expose_secret()));
        let json = "application/json";
        let (path, header, media_type) = match provider.name {
            twilio_sms::NAME => {
                let url = format!("http://{}{twilio}", self.app.address);
                let fields: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                let signature = twilio_sms::sign(&spoil(accounts.twilio.auth_token.expose_secret()), &url, &fields);
                let form = "application/x-www-form-urlencoded";
                (twilio.to_owned(), Some(("x-twilio-signature", signature)), form)
            }
            textmagic::NAME => (keyed(textmagic::PATH, &accounts.textmagic.webhook_secret), None, json),
            gupshup::NAME => (keyed(gupshup::PATH, &accounts.gupshup.webhook_secret), None, json),
            yelp::NAME => (keyed(yelp::PATH, &accounts.yelp.webhook_secret), None, json),
            ringcentral::NAME => {
                let token = spoil(accounts.ringcentral.verification_token.expose_secret());
                (ringcentral::PATH.to_owned(), Some(("verification-token", token)), json)
            }
            _ => {
                let secret = spoil(accounts.meta.app_secret.expose_secret());
                let signature = meta::sign(&secret, body.as_bytes());
                (meta::PATH.to_owned(), Some((meta::SIGNATURE, signature)), json)
            }
        };
        let header = header.as_ref().map(|(name, value)| (*name, value.as_str()));
        let headers: Vec<(&str, &str)> = header.into_iter().collect();
        self.app
            .anonymous()
            .post_raw(&path, &headers, media_type, body.to_owned())
            .await
    }
}
