//! Credentials of our accounts at the providers.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{gupshup, meta, retell, ringcentral, textmagic, twilio_sms, yelp};

/// A section a provider. Empty values are not set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Twilio.
    pub twilio: twilio_sms::Config,
    /// TextMagic.
    pub textmagic: textmagic::Config,
    /// RingCentral.
    pub ringcentral: ringcentral::Config,
    /// Meta: WhatsApp, Messenger, Instagram.
    pub meta: meta::Config,
    /// Gupshup.
    pub gupshup: gupshup::Config,
    /// Yelp.
    pub yelp: yelp::Config,
    /// Retell.
    pub retell: retell::Config,
}

impl Config {
    /// Whether any account is set up. Without one the providers' twins in this process are used.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        let secrets = [
            &self.twilio.auth_token,
            &self.textmagic.api_key,
            &self.textmagic.webhook_secret,
            &self.ringcentral.client_secret,
            &self.ringcentral.jwt,
            &self.ringcentral.verification_token,
            &self.meta.app_secret,
            &self.meta.access_token,
            &self.gupshup.api_key,
            &self.gupshup.webhook_secret,
            &self.yelp.api_key,
            &self.yelp.client_secret,
            &self.yelp.refresh_token,
            &self.yelp.webhook_secret,
            &self.retell.api_key,
        ];
        secrets.into_iter().any(is_set)
    }
}

/// Whether a secret has a value.
#[must_use]
pub fn is_set(secret: &SecretString) -> bool {
    !secret.expose_secret().is_empty()
}
