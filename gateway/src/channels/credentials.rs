//! What an account at a provider consists of, part by part, as a tenant sets it up.

use std::collections::HashMap;

use bytes::Bytes;
use frontdesk_core::ports::registry::Credential;
use frontdesk_core::{TenantId, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use super::{Config, gupshup, instagram, messenger, retell, ringcentral, textmagic, twilio_sms, whatsapp_cloud, yelp};
use crate::vault::{self, Place, Vault};

/// A provider that a tenant can have an account at.
#[derive(Debug)]
pub struct Provider {
    /// Its stable name: that of its section of the settings.
    pub name: &'static str,
    /// What it calls itself.
    pub title: &'static str,
    /// The channels it serves.
    pub channels: &'static [&'static str],
    /// Where it tells of what happens.
    pub webhooks: &'static [&'static str],
    /// What an account consists of.
    pub parts: &'static [Part],
}

impl Provider {
    /// Whether an account consists of a part of this name, among others.
    #[must_use]
    pub fn has_part(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.name == name)
    }

    /// The names of the parts of an account.
    #[must_use]
    pub fn part_names(&self) -> Vec<&'static str> {
        self.parts.iter().map(|part| part.name).collect()
    }
}

/// A part of an account.
#[derive(Debug)]
pub struct Part {
    /// Its stable name: that of the setting.
    pub name: &'static str,
    /// What the provider calls it.
    pub title: &'static str,
    /// Whether it is never shown again.
    pub is_secret: bool,
    /// Whether there is no account without it.
    pub is_required: bool,
}

const fn secret(name: &'static str, title: &'static str) -> Part {
    Part {
        name,
        title,
        is_secret: true,
        is_required: true,
    }
}

const fn plain(name: &'static str, title: &'static str) -> Part {
    Part {
        is_secret: false,
        ..secret(name, title)
    }
}

const fn optional(part: Part) -> Part {
    Part {
        is_required: false,
        ..part
    }
}

/// Every provider.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "twilio",
        title: "Twilio",
        channels: &[twilio_sms::NAME],
        webhooks: &[twilio_sms::INBOUND_PATH, twilio_sms::VOICE_PATH],
        parts: &[
            plain("account_sid", "Account SID"),
            secret("auth_token", "Auth token"),
            optional(plain("from_number", "From number")),
            optional(plain("forward_to", "Telephone that takes calls")),
        ],
    },
    Provider {
        name: "textmagic",
        title: "TextMagic",
        channels: &[textmagic::NAME],
        webhooks: &[textmagic::PATH],
        parts: &[
            plain("username", "Username"),
            secret("api_key", "API key"),
            secret("webhook_secret", "Webhook key"),
            optional(plain("from_number", "From number")),
        ],
    },
    Provider {
        name: "ringcentral",
        title: "RingCentral",
        channels: &[ringcentral::NAME],
        webhooks: &[ringcentral::PATH],
        parts: &[
            plain("client_id", "Client ID"),
            secret("client_secret", "Client secret"),
            secret("jwt", "JWT"),
            secret("verification_token", "Verification token"),
        ],
    },
    Provider {
        name: "meta",
        title: "Meta (WhatsApp, Messenger, Instagram)",
        channels: &[whatsapp_cloud::NAME, messenger::NAME, instagram::NAME],
        webhooks: &[super::meta::PATH],
        parts: &[
            secret("app_secret", "App secret"),
            optional(secret("instagram_app_secret", "Instagram app secret")),
            secret("verify_token", "Verify token"),
            secret("access_token", "Access token"),
        ],
    },
    Provider {
        name: "gupshup",
        title: "Gupshup",
        channels: &[gupshup::NAME],
        webhooks: &[gupshup::PATH],
        parts: &[
            secret("api_key", "API key"),
            plain("app_name", "App name"),
            plain("source_number", "Source number"),
            secret("webhook_secret", "Webhook key"),
        ],
    },
    Provider {
        name: "yelp",
        title: "Yelp",
        channels: &[yelp::NAME],
        webhooks: &[yelp::PATH],
        parts: &[
            secret("api_key", "Access token"),
            secret("webhook_secret", "Webhook key"),
            optional(plain("client_id", "Client ID")),
            optional(secret("client_secret", "Client secret")),
            optional(secret("refresh_token", "Refresh token")),
        ],
    },
    Provider {
        name: "retell",
        title: "Retell",
        channels: &[retell::NAME],
        webhooks: &[retell::PATH],
        parts: &[secret("api_key", "API key")],
    },
];

/// The provider of this name.
#[must_use]
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

/// The provider that serves a channel.
#[must_use]
pub fn provider_of(channel: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.channels.contains(&channel))
}

/// A change of a tenant's own account.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Whose account.
    pub tenant: &'a TenantId,
    /// At which provider.
    pub provider: &'static Provider,
    /// Who changes it.
    pub set_by: &'a str,
    /// When.
    pub now: Timestamp,
}

impl Change<'_> {
    /// Seals the parts that were given; an empty one is left as it is stored, or out.
    ///
    /// # Errors
    ///
    /// A part is unknown, unfit, or needed and neither given nor stored; or there is no key.
    pub fn seal(
        &self,
        vault: &Vault,
        stored: &[Credential],
        given: &HashMap<String, SecretString>,
    ) -> Result<Vec<Credential>, ChangeError> {
        let parts = self.provider.parts;
        if let Some(unknown) = given.keys().find(|name| !parts.iter().any(|part| part.name == *name)) {
            return Err(ChangeError::Unknown(unknown.clone()));
        }
        let mut changed = Vec::new();
        for part in parts {
            let value = given.get(part.name).map(|value| value.expose_secret().trim());
            let Some(value) = value.filter(|value| !value.is_empty()) else {
                let is_stored = stored.iter().any(|credential| credential.name == part.name);
                if part.is_required && !is_stored {
                    return Err(ChangeError::Missing(part.name));
                }
                continue;
            };
            if value.len() > VALUE_BYTES_MAX || value.chars().any(char::is_control) {
                return Err(ChangeError::Unfit(part.name));
            }
            let place = Place {
                tenant: self.tenant,
                provider: self.provider.name,
                name: part.name,
            };
            changed.push(vault.seal(place, &value.to_owned().into(), self.set_by, self.now)?);
        }
        Ok(changed)
    }
}

/// Bytes of one part: a JWT has some hundreds.
const VALUE_BYTES_MAX: usize = 4_096;

/// Why an account cannot be what somebody wants.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The provider has no such part.
    #[error("there is no part '{0}'")]
    Unknown(String),
    /// A part that is needed was not given.
    #[error("'{0}' is needed")]
    Missing(&'static str),
    /// A part is too long, or holds what cannot be in it.
    #[error("'{0}' has at most 4,096 bytes, on one line")]
    Unfit(&'static str),
    /// It cannot be sealed.
    #[error(transparent)]
    Vault(#[from] vault::Error),
}

/// Whether every stored secret can be opened.
///
/// # Errors
///
/// The first one that cannot, and why.
pub fn all_open(vault: &Vault, stored: &[Credential]) -> Result<(), String> {
    for credential in stored {
        if let Err(error) = vault.unseal(credential) {
            return Err(format!(
                "The account of {} at {} cannot be opened: {error}.",
                credential.tenant, credential.provider
            ));
        }
    }
    Ok(())
}

/// The names of the providers, for whoever has to choose one.
#[must_use]
pub fn provider_names() -> Vec<&'static str> {
    PROVIDERS.iter().map(|provider| provider.name).collect()
}

/// Where a part is kept among the settings.
enum Kept<'a> {
    Plain(&'a mut String),
    Secret(&'a mut SecretString),
}

impl Config {
    /// The same without any account: where providers are, and nothing else.
    #[must_use]
    pub fn without_accounts(&self) -> Self {
        let mut bare = self.clone();
        for provider in PROVIDERS {
            for part in provider.parts {
                bare.set(provider.name, part.name, &SecretString::default());
            }
        }
        bare
    }

    /// Sets a part of an account; `false` when there is no such part.
    pub fn set(&mut self, provider: &str, part: &str, value: &SecretString) -> bool {
        match self.kept(provider, part) {
            Some(Kept::Plain(kept)) => value.expose_secret().clone_into(kept),
            Some(Kept::Secret(kept)) => *kept = value.clone(),
            None => return false,
        }
        true
    }

    /// Whether another one has the same account at a provider: the same secrets, all that are needed.
    #[must_use]
    pub fn shares_account(&self, other: &Self, provider: &Provider) -> bool {
        let (mut own, mut others) = (self.clone(), other.clone());
        let mut needed = provider.parts.iter().filter(|part| part.is_secret && part.is_required);
        needed.all(|part| {
            let kept = [
                own.kept(provider.name, part.name),
                others.kept(provider.name, part.name),
            ];
            matches!(kept, [Some(Kept::Secret(own)), Some(Kept::Secret(others))]
                if own.expose_secret() == others.expose_secret())
        })
    }

    /// What an account consists of and where the provider calls us, as a digest that tells nothing of either.
    #[must_use]
    pub fn fingerprint(&self, provider: &Provider, public_url: &Url) -> String {
        let mut own = self.clone();
        let mut digest = Sha256::new();
        let mut add = |value: &str| {
            // With its length, so that no two accounts are written alike.
            digest.update((value.len() as u64).to_be_bytes());
            digest.update(value);
        };
        add(public_url.as_str());
        for part in provider.parts {
            match own.kept(provider.name, part.name) {
                Some(Kept::Plain(value)) => add(value),
                Some(Kept::Secret(value)) => add(value.expose_secret()),
                None => {}
            }
        }
        format!("{:x}", Bytes::copy_from_slice(&digest.finalize()))
    }

    fn kept(&mut self, provider: &str, part: &str) -> Option<Kept<'_>> {
        use Kept::{Plain, Secret};

        Some(match (provider, part) {
            ("twilio", "account_sid") => Plain(&mut self.twilio.account_sid),
            ("twilio", "auth_token") => Secret(&mut self.twilio.auth_token),
            ("twilio", "from_number") => Plain(&mut self.twilio.from_number),
            ("twilio", "forward_to") => Plain(&mut self.twilio.forward_to),
            ("textmagic", "username") => Plain(&mut self.textmagic.username),
            ("textmagic", "api_key") => Secret(&mut self.textmagic.api_key),
            ("textmagic", "webhook_secret") => Secret(&mut self.textmagic.webhook_secret),
            ("textmagic", "from_number") => Plain(&mut self.textmagic.from_number),
            ("ringcentral", "client_id") => Plain(&mut self.ringcentral.client_id),
            ("ringcentral", "client_secret") => Secret(&mut self.ringcentral.client_secret),
            ("ringcentral", "jwt") => Secret(&mut self.ringcentral.jwt),
            ("ringcentral", "verification_token") => Secret(&mut self.ringcentral.verification_token),
            ("meta", "app_secret") => Secret(&mut self.meta.app_secret),
            ("meta", "instagram_app_secret") => Secret(&mut self.meta.instagram_app_secret),
            ("meta", "verify_token") => Secret(&mut self.meta.verify_token),
            ("meta", "access_token") => Secret(&mut self.meta.access_token),
            ("gupshup", "api_key") => Secret(&mut self.gupshup.api_key),
            ("gupshup", "app_name") => Plain(&mut self.gupshup.app_name),
            ("gupshup", "source_number") => Plain(&mut self.gupshup.source_number),
            ("gupshup", "webhook_secret") => Secret(&mut self.gupshup.webhook_secret),
            ("yelp", "api_key") => Secret(&mut self.yelp.api_key),
            ("yelp", "client_id") => Plain(&mut self.yelp.client_id),
            ("yelp", "client_secret") => Secret(&mut self.yelp.client_secret),
            ("yelp", "refresh_token") => Secret(&mut self.yelp.refresh_token),
            ("yelp", "webhook_secret") => Secret(&mut self.yelp.webhook_secret),
            ("retell", "api_key") => Secret(&mut self.retell.api_key),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::NAMES;

    #[test]
    fn every_part_is_a_setting_of_its_kind() {
        let mut config = Config::default();
        for provider in PROVIDERS {
            for part in provider.parts {
                let kept = config.kept(provider.name, part.name);
                let is_secret = matches!(kept, Some(Kept::Secret(_)));
                assert_eq!(
                    (kept.is_some(), is_secret),
                    (true, part.is_secret),
                    "{} {}",
                    provider.name,
                    part.name
                );
            }
        }
        assert!(
            !config.set("twilio", "api_base", &SecretString::default()),
            "where it is, is not theirs to say"
        );
    }

    #[test]
    fn every_channel_has_one_provider() {
        for (name, _) in NAMES {
            let serving = PROVIDERS.iter().filter(|provider| provider.channels.contains(name));
            assert_eq!(serving.count(), 1, "{name}");
        }
    }

    #[test]
    fn an_account_is_shared_when_every_secret_is() {
        let yelp = provider("yelp").unwrap();
        let mut one = Config::default();
        let mut other = Config::default();
        for config in [&mut one, &mut other] {
            config.set("yelp", "api_key", &"same".to_owned().into());
        }
        assert!(one.shares_account(&other, yelp));
        other.set("yelp", "webhook_secret", &"another".to_owned().into());
        assert!(!one.shares_account(&other, yelp));
        assert!(!one.without_accounts().shares_account(&one, yelp));
    }
}
