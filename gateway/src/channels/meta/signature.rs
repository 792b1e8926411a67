//! `X-Hub-Signature-256`: HMAC-SHA256 of the raw body under the app's secret, in hexadecimals.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The header's value for a body.
#[must_use]
pub fn sign(app_secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    format!("sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

/// Whether this is the header's value for the body.
pub(super) fn is_valid(app_secret: &str, body: &[u8], given: &str) -> bool {
    let expected = sign(app_secret, body);
    expected.as_bytes().ct_eq(given.to_ascii_lowercase().as_bytes()).into()
}
