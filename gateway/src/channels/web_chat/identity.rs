//! Proof that a tenant's own site knows a visitor.

use frontdesk_actors::Identity;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;

/// Whether `proof` lets `user` in: the HMAC-SHA-256 of the user's id under the tenant's key, in
/// hexadecimal. Without one, whether the tenant lets strangers in.
#[must_use]
pub fn is_proven(identity: Option<&Identity>, user: &str, proof: Option<&str>) -> bool {
    let Some(identity) = identity else {
        return true;
    };
    let Some(proof) = proof else {
        return !identity.is_required;
    };
    let Some(claimed) = decode(proof) else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(identity.key.expose_secret().as_bytes())
        .expect("HMAC takes keys of every length");
    mac.update(user.as_bytes());
    mac.verify_slice(&claimed).is_ok()
}

/// 64 hexadecimal digits as bytes.
fn decode(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 2 * bytes.len() || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HMAC-SHA-256 of "visitor-1" under "key", computed with `openssl dgst -sha256 -hmac key`.
    const PROOF: &str = "34d5a31937ae0645eb9ad97102d886ba3afc6931bb5f14213da4fa4b7a3d6f56";

    fn identity(is_required: bool) -> Identity {
        Identity {
            key: "key".into(),
            is_required,
        }
    }

    #[test]
    fn only_the_right_proof_counts() {
        let required = identity(true);
        assert!(is_proven(Some(&required), "visitor-1", Some(PROOF)));
        assert!(is_proven(Some(&required), "visitor-1", Some(&PROOF.to_uppercase())));
        assert!(!is_proven(Some(&required), "visitor-2", Some(PROOF)));
        assert!(!is_proven(Some(&required), "visitor-1", None));
        assert!(!is_proven(Some(&required), "visitor-1", Some("zz")));
        assert!(!is_proven(Some(&required), "visitor-1", Some(&"ü".repeat(32))));
    }

    #[test]
    fn strangers_come_in_where_no_proof_is_demanded() {
        assert!(is_proven(None, "visitor-1", None));
        assert!(is_proven(Some(&identity(false)), "visitor-1", None));
        assert!(!is_proven(Some(&identity(false)), "visitor-1", Some("00")));
    }
}
