//! Tokens that are renewed: each refresh token is good until what it brought is first used. They prove
//! themselves, so that they are known after a restart, too.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::channels::yelp::Config;

/// How long an access is good.
pub(super) const ACCESS_LASTS: Duration = Duration::from_secs(60 * 60);

/// The tokens of one account. Those it starts with have the number 0.
#[derive(Default)]
pub(super) struct Tokens {
    /// The highest number given.
    newest: u64,
    /// Refresh tokens below this number are good no longer.
    spent: u64,
    /// Accesses below this number were taken back.
    revoked: u64,
}

impl Tokens {
    /// The next access and refresh token; `None` when the one that is shown is good no longer.
    pub(super) fn renew(&mut self, config: &Config, shown: &str, now: Timestamp) -> Option<Value> {
        let number = match shown == config.refresh_token.expose_secret() {
            true => 0,
            false => read(config, "refresh", shown)?.0,
        };
        if number < self.spent {
            return None;
        }
        self.use_up(number);
        self.newest = self.newest.max(number) + 1;
        let ends_at = now.plus(ACCESS_LASTS).as_millis();
        Some(json!({
            "access_token": write(config, "access", self.newest, ends_at),
            "refresh_token": write(config, "refresh", self.newest, 0),
            "expires_in": ACCESS_LASTS.as_secs(), "token_type": "Bearer",
        }))
    }

    /// Whether an access is good; using it ends the refresh tokens before it.
    pub(super) fn admits(&mut self, config: &Config, shown: &str, now: Timestamp) -> bool {
        let (number, ends_at) = match shown == config.api_key.expose_secret() {
            true => (0, i64::MAX),
            false => match read(config, "access", shown) {
                Some(read) => read,
                None => return false,
            },
        };
        let is_good = number >= self.revoked && now.as_millis() < ends_at;
        if is_good {
            self.use_up(number);
        }
        is_good
    }

    /// Takes every access back.
    pub(super) fn revoke(&mut self) {
        self.revoked = self.newest + 1;
    }

    fn use_up(&mut self, number: u64) {
        self.spent = self.spent.max(number);
        self.newest = self.newest.max(number);
    }
}

fn write(config: &Config, kind: &str, number: u64, ends_at: i64) -> String {
    let text = format!("{kind}.{number}.{ends_at}");
    let proof = URL_SAFE_NO_PAD.encode(mac(config, &text).finalize().into_bytes());
    format!("{text}.{proof}")
}

/// The number of a token that we wrote, and its end.
fn read(config: &Config, kind: &str, shown: &str) -> Option<(u64, i64)> {
    let (text, proof) = shown.rsplit_once('.')?;
    let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
    mac(config, text).verify_slice(&proof).ok()?;
    let mut parts = text.split('.');
    let is_kind = parts.next() == Some(kind);
    let (number, ends_at) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    is_kind.then_some((number, ends_at))
}

fn mac(config: &Config, text: &str) -> Hmac<Sha256> {
    let key = config.client_secret.expose_secret().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac
}
