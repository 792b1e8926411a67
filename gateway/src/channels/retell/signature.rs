//! `X-Retell-Signature`: `v=<milliseconds>,d=<hex>`, an HMAC-SHA256 over the raw body and that moment.

use std::time::Duration;

use data_encoding::HEXLOWER;
use frontdesk_core::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::channels::Denied;

/// How far the moment of a signature may be from now, either way.
const STALE_AFTER: Duration = Duration::from_secs(5 * 60);
/// Hexadecimals of a digest.
const DIGEST_CHARACTERS: usize = 64;

/// The header's value for a body sent at a moment.
#[must_use]
pub fn sign(api_key: &str, body: &[u8], at_ms: i64) -> String {
    format!("v={at_ms},d={}", digest(api_key, body, &at_ms.to_string()))
}

/// Whether this is the header's value for the body, and of now.
pub(super) fn check(api_key: &str, body: &[u8], given: &str, now: Timestamp) -> Result<(), Denied> {
    let (moment, given) = parts(given).ok_or(Denied::Wrong)?;
    let expected = digest(api_key, body, moment);
    if !bool::from(expected.as_bytes().ct_eq(given.as_bytes())) {
        return Err(Denied::Wrong);
    }
    let at_ms: i64 = moment.parse().map_err(|_| Denied::Wrong)?;
    let apart = Duration::from_millis(now.as_millis().abs_diff(at_ms));
    if apart > STALE_AFTER {
        return Err(Denied::Stale);
    }
    Ok(())
}

/// The moment and the digest, each as it was written.
fn parts(header: &str) -> Option<(&str, &str)> {
    let (moment, digest) = header.strip_prefix("v=")?.split_once(",d=")?;
    let is_moment = !moment.is_empty() && moment.bytes().all(|byte| byte.is_ascii_digit());
    (is_moment && digest.len() == DIGEST_CHARACTERS).then_some((moment, digest))
}

fn digest(api_key: &str, body: &[u8], moment: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(api_key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    mac.update(moment.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}
