//! A provider's request, whole, before anything is believed of it.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

/// A provider's request. Its signature covers the raw bytes of the body.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query, as they came in (a trailing slash of the path is gone).
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Prints no body and no query: they hold people's words and secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Request({} {}, {} bytes)",
            self.method,
            self.uri.path(),
            self.body.len()
        )
    }
}

impl Request {
    /// A `POST` of `body` to a path of ours; `None` when path or media type cannot be sent.
    #[must_use]
    pub fn post(path: &str, media_type: &str, body: &[u8]) -> Option<Self> {
        let media_type = HeaderValue::from_str(media_type).ok()?;
        Some(Self {
            method: Method::POST,
            uri: path.parse().ok()?,
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, media_type)]),
            body: Bytes::copy_from_slice(body),
        })
    }

    /// A header's value, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type without its parameters, in lower case; empty when none is named.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The first value of a parameter of the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.uri.query()?.as_bytes());
        pairs
            .into_iter()
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    /// The fields of a form body, decoded, in their order.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// SHA-256 of the body, in lower-case hexadecimals.
    #[must_use]
    pub fn body_sha256(&self) -> String {
        sha256(&self.body)
    }

    /// Whether the query carries our secret, `?key=…`: the proof of providers that do not sign.
    #[must_use]
    pub fn has_key(&self, secret: &str) -> bool {
        let given = self.query("key").unwrap_or_default();
        !secret.is_empty() && bool::from(given.as_bytes().ct_eq(secret.as_bytes()))
    }
}

/// Stands for a part of a body that has no id: the same part has the same one.
#[must_use]
pub fn digest(part: &serde_json::Value) -> String {
    sha256(part.to_string().as_bytes())
}

/// SHA-256 in lower-case hexadecimals.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Bytes::copy_from_slice(&Sha256::digest(bytes)))
}
