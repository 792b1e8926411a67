//! The administrator's token: set by whoever runs the server, or generated at the first start.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::store::Error;
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};

use crate::api::secret_hash;

/// Where the hash of a generated token is kept.
const SETTING: &str = "admin_token_hash";
/// Random bytes of a generated token.
const TOKEN_BYTES: usize = 32;

/// The administrator's token, as far as it is known.
#[derive(Debug)]
pub struct AdminToken {
    /// What a caller's token is compared with.
    pub hash: [u8; 32],
    /// The token itself, if it was generated just now: it is kept only as a hash.
    pub generated: Option<SecretString>,
}

/// Takes the token that was set, or the one generated at an earlier start, or generates one.
pub async fn admin_token(registry: &dyn Registry, set: Option<&SecretString>) -> Result<AdminToken, Error> {
    if let Some(token) = set {
        return Ok(AdminToken {
            hash: secret_hash(token.expose_secret()),
            generated: None,
        });
    }
    let token = generate();
    let own = secret_hash(token.expose_secret());
    let kept = registry.setting_or(SETTING, &URL_SAFE_NO_PAD.encode(own)).await?;
    let hash = URL_SAFE_NO_PAD
        .decode(kept)
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .ok_or_else(|| Error::Invalid(format!("the setting {SETTING} cannot be read")))?;
    Ok(AdminToken {
        hash,
        generated: (hash == own).then_some(token),
    })
}

fn generate() -> SecretString {
    let mut bytes = [0; TOKEN_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    format!("fd_admin_{}", URL_SAFE_NO_PAD.encode(bytes)).into()
}
