//! Links that prove whom they were sent to: signed, so that nobody can make one up.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{Personal, TenantId};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use url::Url;

/// Where the key is kept.
const SETTING: &str = "link_key";
/// Bytes of the key, and of a signature.
const BYTES: usize = 32;
/// Characters of a token that are looked at; longer ones are nobody's.
const TOKEN_CHARACTERS_MAX: usize = 1_024;

/// Makes and reads links.
#[derive(Clone)]
pub struct Links {
    key: [u8; BYTES],
    base: Url,
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// What a link in a newsletter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Confirms that the address is the person's own.
    Confirm,
    /// Ends the newsletter.
    Unsubscribe,
}

/// A link that was followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsletterLink {
    /// Whose newsletter.
    #[serde(rename = "t")]
    pub tenant: TenantId,
    /// The address it was sent to.
    #[serde(rename = "e")]
    pub email: Personal,
    /// What it does.
    #[serde(rename = "w")]
    pub wish: Wish,
}

impl Links {
    /// With the installation's key, made at its first start; `base` is how the outside sees us.
    ///
    /// # Errors
    ///
    /// The database is away, or holds a key that cannot be read.
    pub async fn open(registry: &dyn Registry, base: Url) -> Result<Self, Error> {
        let mut fresh = [0; BYTES];
        rand::rng().fill_bytes(&mut fresh);
        let kept = registry.setting_or(SETTING, &URL_SAFE_NO_PAD.encode(fresh)).await?;
        let key = URL_SAFE_NO_PAD.decode(kept).ok().and_then(|key| key.try_into().ok());
        let key = key.ok_or_else(|| Error::Invalid(format!("the setting {SETTING} cannot be read")))?;
        Ok(Self { key, base })
    }

    /// The address of a link.
    #[must_use]
    pub fn newsletter(&self, link: &NewsletterLink) -> String {
        let said = serde_json::to_vec(link).expect("three texts are JSON");
        let signed = self.signature(&said).finalize().into_bytes();
        let path = format!("n/{}.{}", URL_SAFE_NO_PAD.encode(&said), URL_SAFE_NO_PAD.encode(signed));
        let mut url = self.base.clone();
        let root = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{root}/{path}"));
        url.into()
    }

    /// Reads what stands after `/n/`; `None` for what was not made here.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<NewsletterLink> {
        let (said, signed) = token.get(..TOKEN_CHARACTERS_MAX.min(token.len()))?.split_once('.')?;
        let said = URL_SAFE_NO_PAD.decode(said).ok()?;
        let signed = URL_SAFE_NO_PAD.decode(signed).ok()?;
        self.signature(&said).verify_slice(&signed).ok()?;
        serde_json::from_slice(&said).ok()
    }

    fn signature(&self, said: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of every length");
        mac.update(b"newsletter:");
        mac.update(said);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        Links {
            key: [7; BYTES],
            base: Url::parse("https://desk.example/chat/").unwrap(),
        }
    }

    fn link() -> NewsletterLink {
        NewsletterLink {
            tenant: "demo-catering".parse().unwrap(),
            email: "ana@example.com".into(),
            wish: Wish::Confirm,
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_made() {
        let url = links().newsletter(&link());
        let token = url.strip_prefix("https://desk.example/chat/n/").unwrap();
        assert_eq!(links().read(token), Some(link()));
    }

    #[test]
    fn nobody_else_makes_one() {
        let url = links().newsletter(&link());
        let token = url.rsplit('/').next().unwrap();
        let (said, signed) = token.split_once('.').unwrap();
        let other = NewsletterLink {
            wish: Wish::Unsubscribe,
            ..link()
        };
        let forged = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&other).unwrap());
        let stranger = Links {
            key: [8; BYTES],
            ..links()
        };
        let tokens = [
            format!("{forged}.{signed}"),
            format!("{said}."),
            said.to_owned(),
            format!("{said}.{}", "A".repeat(43)),
            format!("{token}A"),
            "é.é".to_owned(),
            "x".repeat(5_000),
            String::new(),
        ];
        for token in tokens {
            assert_eq!(links().read(&token), None, "{token}");
        }
        assert_eq!(stranger.read(token), None);
    }
}
