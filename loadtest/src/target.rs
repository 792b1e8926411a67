//! Where the server listens: a `ws://` address on loopback, and no other.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use tokio_tungstenite::tungstenite::http::Uri;

/// Why an address is not a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not an address at all.
    #[error("`{0}` is not a url such as ws://127.0.0.1:8080/ws/chat")]
    Malformed(String),
    /// Another scheme than `ws`.
    #[error("the scheme is `{0}`: only ws:// is driven")]
    Scheme(String),
    /// Another machine.
    #[error("`{0}` is not a loopback address: load is sent to 127.0.0.1, [::1] or localhost only")]
    NotLoopback(String),
}

/// A chat socket's address on loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    address: SocketAddr,
    path: String,
}

impl Target {
    /// The chat socket of a server listening on `port` of 127.0.0.1.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            path: "/ws/chat".to_owned(),
        }
    }

    /// Where to connect.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let uri: Uri = text.parse().map_err(|_| Error::Malformed(text.to_owned()))?;
        match uri.scheme_str() {
            Some("ws") => {}
            Some(other) => return Err(Error::Scheme(other.to_owned())),
            None => return Err(Error::Malformed(text.to_owned())),
        }
        let host = uri.host().ok_or_else(|| Error::Malformed(text.to_owned()))?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        // `localhost` is not looked up: a resolver could say anything.
        let ip = if bare.eq_ignore_ascii_case("localhost") {
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        } else {
            bare.parse().map_err(|_| Error::NotLoopback(host.to_owned()))?
        };
        if !ip.is_loopback() {
            return Err(Error::NotLoopback(host.to_owned()));
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self {
            address: SocketAddr::new(ip, uri.port_u16().unwrap_or(80)),
            path,
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ws://{}{}", self.address, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_accepted() {
        for (text, shown) in [
            ("ws://127.0.0.1:8080/ws/chat", "ws://127.0.0.1:8080/ws/chat"),
            ("ws://localhost:9/ws/chat", "ws://127.0.0.1:9/ws/chat"),
            ("ws://[::1]:8080/ws/chat", "ws://[::1]:8080/ws/chat"),
            ("ws://127.9.9.9/x", "ws://127.9.9.9:80/x"),
        ] {
            assert_eq!(
                text.parse::<Target>().map(|target| target.to_string()),
                Ok(shown.to_owned())
            );
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "ws://example.com/ws/chat",
            "ws://10.0.0.1:8080/",
            "ws://0.0.0.0:8080/",
            "ws://localhost.evil.test/",
        ] {
            assert!(matches!(text.parse::<Target>(), Err(Error::NotLoopback(_))), "{text}");
        }
        assert!(matches!("http://127.0.0.1/".parse::<Target>(), Err(Error::Scheme(_))));
        assert!(matches!(
            "127.0.0.1:8080".parse::<Target>(),
            Err(Error::Malformed(_) | Error::Scheme(_))
        ));
    }
}
