//! Which page a socket was opened from, and whether it may.

use axum::http::{HeaderMap, header};
use frontdesk_actors::Settings;
use url::Url;

/// Where a socket comes from, by its `Origin` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Not from a page: no browser, which could say anything anyway.
    None,
    /// From a page of ours.
    Own,
    /// From a page of somebody else.
    Foreign(Box<str>),
}

impl Origin {
    /// Reads it from the request. Ours is the origin of `public_url`, and whatever host the request
    /// itself was sent to.
    #[must_use]
    pub fn of(headers: &HeaderMap, public_url: &Url) -> Self {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return Self::None;
        };
        let origin = origin.to_str().unwrap_or("null");
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        if origin == public_url.origin().ascii_serialization() || is_same_host(origin, host) {
            Self::Own
        } else {
            Self::Foreign(origin.to_ascii_lowercase().into())
        }
    }

    /// Whether a tenant lets its chat be opened from here. A tenant that names no sites allows all.
    #[must_use]
    pub fn is_allowed_by(&self, tenant: &Settings) -> bool {
        match self {
            Self::None | Self::Own => true,
            Self::Foreign(origin) => {
                tenant.allowed_origins.is_empty()
                    || tenant
                        .allowed_origins
                        .iter()
                        .any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
            }
        }
    }
}

/// A proxy may have taken TLS off, so the schemes are not compared, but a port that the scheme
/// implies is left out on both sides.
fn is_same_host(origin: &str, host: Option<&str>) -> bool {
    let (Ok(origin), Some(host)) = (Url::parse(origin), host) else {
        return false;
    };
    let Ok(target) = Url::parse(&format!("{}://{host}", origin.scheme())) else {
        return false;
    };
    origin.has_host() && origin.host() == target.host() && origin.port() == target.port()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(origin: Option<&str>, host: &str) -> Origin {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        Origin::of(&headers, &Url::parse("https://desk.example/chat/").unwrap())
    }

    #[test]
    fn ours_is_told_from_foreign() {
        assert_eq!(origin(None, "x"), Origin::None);
        for (from, host) in [
            ("https://desk.example", "10.0.0.1:8080"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("https://inner.example", "inner.example"),
        ] {
            assert_eq!(origin(Some(from), host), Origin::Own, "{from}");
        }
        for (from, host) in [
            ("http://desk.example", "10.0.0.1:8080"),
            ("https://desk.example.evil", "10.0.0.1:8080"),
            ("http://127.0.0.1:9090", "127.0.0.1:8080"),
            ("null", "127.0.0.1:8080"),
        ] {
            assert_eq!(origin(Some(from), host), Origin::Foreign(from.into()), "{from}");
        }
    }
}
