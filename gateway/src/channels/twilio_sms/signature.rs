//! `X-Twilio-Signature`: HMAC-SHA1 over the address as Twilio called it and the sorted form.

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use url::Url;

use crate::channels::Request;

/// The signature of a call of `url` with these decoded fields of a form.
#[must_use]
pub fn sign(auth_token: &str, url: &str, fields: &[(String, String)]) -> String {
    STANDARD.encode(digest(auth_token, url, fields))
}

/// Whether a request carries the signature of `auth_token` for one of the addresses that it may
/// have been called by.
pub(super) fn is_valid(auth_token: &str, public_url: &Url, request: &Request, given: &str) -> bool {
    let Ok(given) = STANDARD.decode(given) else {
        return false;
    };
    if !is_body_as_signed(request) {
        return false;
    }
    let is_form = request.media_type() == "application/x-www-form-urlencoded";
    let fields = if request.method == Method::POST && is_form {
        request.form()
    } else {
        Vec::new()
    };
    candidates(public_url, request)
        .iter()
        .any(|url| digest(auth_token, url, &fields).ct_eq(&given).into())
}

/// Names in byte order; of a repeated name each distinct value, in order.
fn digest(auth_token: &str, url: &str, fields: &[(String, String)]) -> Vec<u8> {
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}

/// A JSON body is not part of the signature but its hash is, in the signed query.
fn is_body_as_signed(request: &Request) -> bool {
    match request.query("bodySHA256") {
        Some(hash) => {
            let own = request.body_sha256();
            own.as_bytes().ct_eq(hash.to_ascii_lowercase().as_bytes()).into()
        }
        None => request.media_type() != "application/json",
    }
}

/// The address as configured and as this request names it, each with and without its port and with
/// and without a trailing slash: Twilio signs what it was given, a proxy hands on what it likes.
fn candidates(public_url: &Url, request: &Request) -> Vec<String> {
    let mut bases = vec![public_url.as_str().trim_end_matches('/').to_owned()];
    let host = request.header("x-forwarded-host").or_else(|| request.header("host"));
    if let Some(host) = host {
        let scheme = request
            .header("x-forwarded-proto")
            .unwrap_or_else(|| public_url.scheme());
        bases.push(format!("{scheme}://{host}"));
    }
    let mut urls = Vec::new();
    for base in bases {
        for base in with_ports(&base) {
            let path = request.uri.path();
            let query = request.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            urls.push(format!("{base}{path}{query}"));
            urls.push(format!("{base}{path}/{query}"));
        }
    }
    urls.sort();
    urls.dedup();
    urls
}

fn with_ports(base: &str) -> Vec<String> {
    let mut bases = vec![base.to_owned()];
    if let Ok(url) = Url::parse(base)
        && let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default())
    {
        let path = url.path().trim_end_matches('/');
        bases.push(format!("{}://{host}{path}", url.scheme()));
        bases.push(format!("{}://{host}:{port}{path}", url.scheme()));
    }
    bases
}
