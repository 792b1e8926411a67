//! Secrets of tenants and of colleagues, sealed before they reach the database.
//!
//! AES-256-GCM-SIV under a key derived from the master key; tenant, provider and name, or the
//! colleague, are authenticated with it, so a row put in another one's place cannot be opened. Each row names the key
//! it is sealed under: to change keys, the new one is set before the old one (`new,old`), and
//! `frontdesk tenant credential rotate` seals everything anew.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::HEXLOWER;
use frontdesk_core::ports::registry::Credential;
use frontdesk_core::ports::second_step::SecondStep;
use frontdesk_core::{TenantId, Timestamp, UserId};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Characters of a master key.
pub const KEY_CHARACTERS_MIN: usize = 32;
/// Keys that may be set at once.
const KEYS_MAX: usize = 8;
/// The file that a generated key is kept in, beside the database.
const FILE: &str = "master.key";
/// Random bytes of a generated key.
const KEY_BYTES: usize = 32;
/// Bytes of a key's id.
const ID_BYTES: usize = 4;

/// Why a secret cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No master key is set.
    #[error("no master key is set: set FRONTDESK_MASTER_KEY")]
    NoKey,
    /// A master key is unfit.
    #[error("FRONTDESK_MASTER_KEY holds 1 to 8 keys of 32 characters or more, separated by commas")]
    Unfit,
    /// It is sealed under a key that is not set.
    #[error("it is sealed under the key {0}, which is not among those of FRONTDESK_MASTER_KEY")]
    OtherKey(String),
    /// What is stored is not what was sealed, or not for this place.
    #[error("what is stored was tampered with")]
    Broken,
    /// The file with the generated key cannot be read or written.
    #[error("the file of the generated master key cannot be used")]
    File(#[from] io::Error),
}

/// Where a secret belongs; it can be opened nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Whose account.
    pub tenant: &'a TenantId,
    /// At which provider.
    pub provider: &'a str,
    /// Which part of it.
    pub name: &'a str,
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        written(&[self.tenant.as_str(), self.provider, self.name])
    }
}

/// Parts of a place with their lengths, so that no two places are written alike.
fn written(parts: &[&str]) -> Vec<u8> {
    let part = |part: &&str| [&(part.len() as u64).to_be_bytes()[..], part.as_bytes()].concat();
    parts.iter().flat_map(part).collect()
}

/// Where the secret of a colleague's second step belongs.
fn second_step(user: UserId) -> Vec<u8> {
    written(&["second step", &user.to_string()])
}

/// A secret that was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Which key it is sealed under.
    pub key_id: String,
    /// What only the holder of that key can read.
    pub bytes: Vec<u8>,
}

/// The keys; the first one seals. Without any nothing can be sealed or opened.
#[derive(Default)]
pub struct Vault {
    keys: Vec<Key>,
}

struct Key {
    id: String,
    cipher: RandomizedNonceKey,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| &key.id).collect();
        f.debug_struct("Vault").field("keys", &ids).finish()
    }
}

impl Vault {
    /// With the master keys that were set, or the one generated at an earlier start.
    ///
    /// # Errors
    ///
    /// A key is unfit, or the file cannot be read.
    pub fn open(set: &SecretString, directory: &Path) -> Result<Self, Error> {
        if !set.expose_secret().is_empty() {
            return Self::with(set.expose_secret());
        }
        match std::fs::read_to_string(directory.join(FILE)) {
            Ok(generated) => Self::with(generated.trim()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// The same; without any key one is generated and kept in a file that only its owner reads.
    ///
    /// # Errors
    ///
    /// As [`Vault::open`], or the file cannot be written.
    pub fn open_or_generate(set: &SecretString, directory: &Path) -> Result<Self, Error> {
        let vault = Self::open(set, directory)?;
        if !vault.keys.is_empty() {
            return Ok(vault);
        }
        let key = URL_SAFE_NO_PAD.encode(rand::random::<[u8; KEY_BYTES]>());
        std::fs::create_dir_all(directory)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(directory.join(FILE)) {
            Ok(mut file) => {
                file.write_all(key.as_bytes())?;
                file.sync_all()?;
            }
            // Another process was faster: its key is the one.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        Self::open(set, directory)
    }

    fn with(keys: &str) -> Result<Self, Error> {
        let keys: Vec<&str> = keys.split(',').map(str::trim).collect();
        let is_fit = |key: &&str| key.chars().count() >= KEY_CHARACTERS_MIN;
        if keys.len() > KEYS_MAX || !keys.iter().all(is_fit) {
            return Err(Error::Unfit);
        }
        let keys = keys.into_iter().map(Key::derive).collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }

    /// Whether anything can be sealed.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether what is sealed under this key is sealed under the one that seals now.
    #[must_use]
    pub fn is_current(&self, key_id: &str) -> bool {
        self.keys.first().is_some_and(|key| key.id == key_id)
    }

    /// Seals a secret for its place.
    ///
    /// # Errors
    ///
    /// There is no key.
    pub fn seal(
        &self,
        place: Place<'_>,
        secret: &SecretString,
        set_by: &str,
        set_at: Timestamp,
    ) -> Result<Credential, Error> {
        let sealed = self.seal_at(&place.bytes(), secret)?;
        Ok(Credential {
            tenant: place.tenant.clone(),
            provider: place.provider.to_owned(),
            name: place.name.to_owned(),
            key_id: sealed.key_id,
            sealed: sealed.bytes,
            set_by: set_by.to_owned(),
            set_at,
        })
    }

    /// Seals the secret of a colleague's second step.
    ///
    /// # Errors
    ///
    /// There is no key.
    pub fn seal_second_step(&self, user: UserId, secret: &SecretString) -> Result<Sealed, Error> {
        self.seal_at(&second_step(user), secret)
    }

    fn seal_at(&self, place: &[u8], secret: &SecretString) -> Result<Sealed, Error> {
        let key = self.keys.first().ok_or(Error::NoKey)?;
        let mut text = secret.expose_secret().as_bytes().to_vec();
        let nonce = key
            .cipher
            .seal_in_place_append_tag(Aad::from(place), &mut text)
            .map_err(|_| Error::Broken)?;
        Ok(Sealed {
            key_id: key.id.clone(),
            bytes: [&nonce.as_ref()[..], &text].concat(),
        })
    }

    /// Opens what was sealed for its place.
    ///
    /// # Errors
    ///
    /// It was sealed under another key, for another place, or was changed since.
    pub fn unseal(&self, credential: &Credential) -> Result<SecretString, Error> {
        let place = Place {
            tenant: &credential.tenant,
            provider: &credential.provider,
            name: &credential.name,
        };
        self.unseal_at(&place.bytes(), &credential.key_id, &credential.sealed)
    }

    /// Opens the secret of a colleague's second step.
    ///
    /// # Errors
    ///
    /// As [`Vault::unseal`].
    pub fn unseal_second_step(&self, step: &SecondStep) -> Result<SecretString, Error> {
        self.unseal_at(&second_step(step.user), &step.key_id, &step.sealed)
    }

    fn unseal_at(&self, place: &[u8], key_id: &str, sealed: &[u8]) -> Result<SecretString, Error> {
        if self.keys.is_empty() {
            return Err(Error::NoKey);
        }
        let key = self.keys.iter().find(|key| key.id == key_id);
        let key = key.ok_or_else(|| Error::OtherKey(key_id.to_owned()))?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(Error::Broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::Broken)?;
        let mut text = text.to_vec();
        let text = key
            .cipher
            .open_in_place(nonce, Aad::from(place), &mut text)
            .map_err(|_| Error::Broken)?;
        let text = std::str::from_utf8(text).map_err(|_| Error::Broken)?;
        Ok(text.to_owned().into())
    }
}

impl Key {
    fn derive(master: &str) -> Result<Self, Error> {
        let bytes = derived(master, "frontdesk credentials 1");
        let cipher = RandomizedNonceKey::new(&AES_256_GCM_SIV, &bytes).map_err(|_| Error::Unfit)?;
        let id = &derived(master, "frontdesk key id 1")[..ID_BYTES];
        Ok(Self {
            id: HEXLOWER.encode(id),
            cipher,
        })
    }
}

fn derived(master: &str, purpose: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(master.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const ONE: &str = "one-0123456789abcdef0123456789abcdef";
    const TWO: &str = "two-0123456789abcdef0123456789abcdef";

    fn vault(keys: &str) -> Vault {
        Vault::with(keys).unwrap()
    }

    fn sealed(vault: &Vault) -> Credential {
        let tenant = "acme".parse().unwrap();
        let place = Place {
            tenant: &tenant,
            provider: "twilio",
            name: "auth_token",
        };
        let secret = "hush".to_owned().into();
        vault.seal(place, &secret, "ana", Timestamp::from_millis(1)).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_alone() {
        let vault = vault(ONE);
        let credential = sealed(&vault);
        assert_eq!(vault.unseal(&credential).unwrap().expose_secret(), "hush");
        assert!(!credential.sealed.windows(4).any(|window| window == b"hush"));
        assert_ne!(credential.sealed, sealed(&vault).sealed, "no two are sealed alike");
        let elsewhere = [
            Credential {
                tenant: "other".parse().unwrap(),
                ..credential.clone()
            },
            Credential {
                provider: "twilioa".to_owned(),
                name: "uth_token".to_owned(),
                ..credential.clone()
            },
            Credential {
                name: "account_sid".to_owned(),
                ..credential.clone()
            },
        ];
        for moved in elsewhere {
            assert!(matches!(vault.unseal(&moved), Err(Error::Broken)), "{moved:?}");
        }
        for place in 0..credential.sealed.len() {
            let mut changed = credential.clone();
            changed.sealed[place] ^= 1;
            assert!(matches!(vault.unseal(&changed), Err(Error::Broken)), "byte {place}");
        }
        for length in [0, NONCE_LEN - 1, NONCE_LEN, NONCE_LEN + 15] {
            let mut cut = credential.clone();
            cut.sealed.truncate(length);
            assert!(matches!(vault.unseal(&cut), Err(Error::Broken)), "{length} bytes");
        }
    }

    #[test]
    fn a_second_step_is_of_its_colleague_alone() {
        let (vault, user) = (vault(ONE), UserId(uuid::Uuid::from_u128(1)));
        let sealed = vault.seal_second_step(user, &"hush".to_owned().into()).unwrap();
        let step = SecondStep {
            user,
            key_id: sealed.key_id,
            sealed: sealed.bytes,
            began_at: Timestamp::from_millis(1),
            confirmed_at: None,
            recovery_codes: 0,
        };
        assert_eq!(vault.unseal_second_step(&step).unwrap().expose_secret(), "hush");
        let another = SecondStep {
            user: UserId(uuid::Uuid::from_u128(2)),
            ..step
        };
        assert!(matches!(vault.unseal_second_step(&another), Err(Error::Broken)));
    }

    #[test]
    fn keys_change_one_after_the_other() {
        let old = sealed(&vault(ONE));
        let both = vault(&format!("{TWO}, {ONE}"));
        assert_eq!(both.unseal(&old).unwrap().expose_secret(), "hush");
        assert!(!both.is_current(&old.key_id));
        let new = sealed(&both);
        assert!(both.is_current(&new.key_id));
        assert_eq!(vault(TWO).unseal(&new).unwrap().expose_secret(), "hush");
        assert!(matches!(vault(TWO).unseal(&old), Err(Error::OtherKey(id)) if id == old.key_id));
        let none = Vault::default();
        assert!(matches!(none.unseal(&old), Err(Error::NoKey)));
    }

    #[test]
    fn a_generated_key_is_kept_and_a_set_one_comes_first() {
        let directory = TempDir::new().unwrap();
        let unset = SecretString::default();
        assert!(!Vault::open(&unset, directory.path()).unwrap().has_key());
        let generated = sealed(&Vault::open_or_generate(&unset, directory.path()).unwrap());
        let again = Vault::open_or_generate(&unset, directory.path()).unwrap();
        assert_eq!(again.unseal(&generated).unwrap().expose_secret(), "hush");
        let set = Vault::open_or_generate(&ONE.to_owned().into(), directory.path()).unwrap();
        assert!(matches!(set.unseal(&generated), Err(Error::OtherKey(_))));
        for unfit in ["short", &format!("{ONE},"), &format!("{ONE},short")] {
            let opened = Vault::open(&unfit.to_owned().into(), directory.path());
            assert!(matches!(opened, Err(Error::Unfit)), "{unfit}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(directory.path().join(FILE))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
