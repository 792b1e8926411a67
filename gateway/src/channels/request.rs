//! A provider's request, whole, before anything is believed of it.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

/// The parameter of the query that carries our secret.
const SECRET: &str = "key";

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

    /// Everything that is needed to read it again: the signature was checked, and our secret in the
    /// query is nobody's business.
    #[must_use]
    pub fn keep(&self) -> Value {
        let pairs = form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.filter(|(name, _)| name != SECRET))
            .finish();
        let mut kept = json!({
            "method": self.method.as_str(),
            "path": self.uri.path(),
            "query": query,
            "media_type": self.header(header::CONTENT_TYPE.as_str()).unwrap_or_default(),
        });
        match std::str::from_utf8(&self.body) {
            Ok(text) => kept["body"] = text.into(),
            Err(_) => kept["body_base64"] = STANDARD.encode(&self.body).into(),
        }
        kept
    }

    /// The opposite of [`Request::keep`]; `None` when it was not made by that.
    #[must_use]
    pub fn restore(kept: &Value) -> Option<Self> {
        let text = |name: &str| kept[name].as_str();
        let body = match text("body") {
            Some(text) => Bytes::copy_from_slice(text.as_bytes()),
            None => STANDARD.decode(text("body_base64")?).ok()?.into(),
        };
        let uri = match text("query").filter(|query| !query.is_empty()) {
            Some(query) => format!("{}?{query}", text("path")?),
            None => text("path")?.to_owned(),
        };
        let media_type = HeaderValue::from_str(text("media_type").unwrap_or_default()).ok()?;
        Some(Self {
            method: text("method").unwrap_or("POST").parse().ok()?,
            uri: uri.parse().ok()?,
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, media_type)]),
            body,
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
        let given = self.query(SECRET).unwrap_or_default();
        !secret.is_empty() && bool::from(given.as_bytes().ct_eq(secret.as_bytes()))
    }
}

/// Stands for a part of a body that has no id: the same part has the same one.
#[must_use]
pub fn digest(part: &Value) -> String {
    sha256(part.to_string().as_bytes())
}

/// SHA-256 in lower-case hexadecimals.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_request_is_the_same_without_our_secret() {
        for body in [&b"MessageSid=SM1&Body=%F0%9F%98%80"[..], &[0xff, 0xfe, 0x00]] {
            let path = "/webhooks/x?seq=3&key=s3cret&a=%26";
            let request = Request::post(path, "application/x-www-form-urlencoded", body).unwrap();
            let kept = request.keep();
            assert!(!kept.to_string().contains("s3cret"), "{kept}");
            let restored = Request::restore(&kept).unwrap();
            assert_eq!(restored.uri, "/webhooks/x?seq=3&a=%26");
            assert_eq!((&restored.method, &restored.body), (&request.method, &request.body));
            assert_eq!(restored.media_type(), request.media_type());
            assert_eq!(restored.keep(), kept);
        }
    }

    #[test]
    fn what_was_not_kept_cannot_be_restored() {
        for strange in [
            json!({}),
            json!({"path": "/x"}),
            json!({"path": "not a path\n", "body": ""}),
        ] {
            assert!(Request::restore(&strange).is_none(), "{strange}");
        }
    }
}
