//! Links that prove whom they were sent to: signed, so that nobody can make one up.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ChannelKind, DedupeKey, Fact, FileId, InboundEvent, Payload, Personal, TenantId, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;
use url::Url;

/// Where the key is kept.
const SETTING: &str = "link_key";
/// Bytes of the key, and of a signature.
const BYTES: usize = 32;
/// Characters of a token that are looked at; longer ones are nobody's.
const TOKEN_CHARACTERS_MAX: usize = 1_024;

/// What a link is for: one purpose's cannot be used for another.
const NEWSLETTER: &[u8] = b"newsletter:";
const FILE: &[u8] = b"file:";

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

impl NewsletterLink {
    /// What is wished, as an event.
    #[must_use]
    pub fn event(&self, dedupe: DedupeKey, now: Timestamp) -> InboundEvent {
        let name = match self.wish {
            Wish::Confirm => "newsletter_confirmed",
            Wish::Unsubscribe => "newsletter_ended",
        };
        let fact = Fact {
            name: name.to_owned(),
            data: json!({ "email": self.email }),
        };
        let (tenant, address) = (self.tenant.clone(), self.email.clone());
        InboundEvent::new(tenant, ChannelKind::Form, address, dedupe, now, Payload::Fact(fact))
    }
}

/// A link to a file, good for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLink {
    /// Which one.
    #[serde(rename = "f")]
    pub file: FileId,
    /// Until when.
    #[serde(rename = "x")]
    pub expires_at: Timestamp,
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
        self.absolute(&format!("n/{}", self.seal(NEWSLETTER, link)))
    }

    /// The address of a file, below ours: `f/…`.
    #[must_use]
    pub fn file(&self, link: &FileLink) -> String {
        format!("f/{}", self.seal(FILE, link))
    }

    /// How the outside sees us.
    #[must_use]
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// How the outside sees an address below ours.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        let mut url = self.base.clone();
        let root = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{root}/{path}"));
        url.into()
    }

    /// Reads what stands after `/n/`; `None` for what was not made here.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<NewsletterLink> {
        self.open_seal(NEWSLETTER, token)
    }

    /// Reads what stands after `/f/`, expired or not; `None` for what was not made here.
    #[must_use]
    pub fn read_file(&self, token: &str) -> Option<FileLink> {
        self.open_seal(FILE, token)
    }

    fn seal(&self, purpose: &[u8], link: &impl Serialize) -> String {
        let said = serde_json::to_vec(link).expect("texts and numbers are JSON");
        let signed = self.signature(purpose, &said).finalize().into_bytes();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&said), URL_SAFE_NO_PAD.encode(signed))
    }

    fn open_seal<T: DeserializeOwned>(&self, purpose: &[u8], token: &str) -> Option<T> {
        let (said, signed) = token.get(..TOKEN_CHARACTERS_MAX.min(token.len()))?.split_once('.')?;
        let said = URL_SAFE_NO_PAD.decode(said).ok()?;
        let signed = URL_SAFE_NO_PAD.decode(signed).ok()?;
        self.signature(purpose, &said).verify_slice(&signed).ok()?;
        serde_json::from_slice(&said).ok()
    }

    fn signature(&self, purpose: &[u8], said: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of every length");
        mac.update(purpose);
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
    fn a_link_to_a_file_is_read_as_it_was_made_and_is_no_other() {
        let file = FileLink {
            file: FileId(uuid::Uuid::from_u128(7)),
            expires_at: Timestamp::from_millis(1_000),
        };
        let path = links().file(&file);
        let token = path.strip_prefix("f/").unwrap();
        assert_eq!(links().read_file(token), Some(file));
        assert_eq!(links().read(token), None);
        let newsletter = links().newsletter(&link());
        assert_eq!(links().read_file(newsletter.rsplit('/').next().unwrap()), None);
        assert_eq!(links().absolute(&path), format!("https://desk.example/chat/{path}"));
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
