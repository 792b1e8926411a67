//! The proof that a form was shown by us, in this browser, to whoever is signed in.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of the secret, and of the pad that hides it.
const BYTES: usize = 16;

/// What forms of one session have to bring along.
#[derive(Clone)]
pub struct Csrf([u8; BYTES]);

impl fmt::Debug for Csrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Csrf(…)")
    }
}

impl Csrf {
    /// The secret that follows from a session's token.
    #[must_use]
    pub fn of(session_token: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(b"csrf")
            .chain_update(session_token)
            .finalize();
        let mut secret = [0; BYTES];
        secret.copy_from_slice(&hash[..BYTES]);
        Self(secret)
    }

    /// A token for one page. Each is another one, so that compressed pages do not tell it.
    #[must_use]
    pub fn token(&self) -> String {
        let pad: [u8; BYTES] = rand::random();
        let mut token = [0; 2 * BYTES];
        for index in 0..BYTES {
            token[index] = pad[index];
            token[BYTES + index] = pad[index] ^ self.0[index];
        }
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether a token was made by [`Csrf::token`] of this session.
    #[must_use]
    pub fn accepts(&self, token: &str) -> bool {
        let Some(bytes) = URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .filter(|bytes| bytes.len() == 2 * BYTES)
        else {
            return false;
        };
        let (pad, hidden) = bytes.split_at(BYTES);
        let secret: Vec<u8> = pad.iter().zip(hidden).map(|(pad, hidden)| pad ^ hidden).collect();
        secret.ct_eq(&self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::Csrf;

    #[test]
    fn a_token_is_of_its_session_alone() {
        let (own, other) = (Csrf::of("one"), Csrf::of("two"));
        let token = own.token();
        assert!(own.accepts(&token));
        assert!(!other.accepts(&token));
        assert_ne!(token, own.token());
        for wrong in ["", "AAAA", &token[1..], &format!("{token}A")] {
            assert!(!own.accepts(wrong), "{wrong:?}");
        }
    }
}
