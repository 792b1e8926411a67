//! A connection that posts, one request after the other: costs the measuring side little.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::http::request;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Why a post was not answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody listens.
    #[error("connection failed: {0}")]
    Connect(#[from] std::io::Error),
    /// The connection broke, or what was to be sent is no request.
    #[error("no answer: {0}")]
    Http(#[from] hyper::Error),
    /// A header cannot be sent.
    #[error("no request: {0}")]
    Request(#[from] hyper::http::Error),
    /// Nothing came in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
}

/// One connection to a server, opened when it is needed and kept alive.
#[derive(Debug)]
pub struct Post {
    address: SocketAddr,
    timeout: Duration,
    open: Option<Open>,
}

/// An open connection, and the task that moves its bytes.
#[derive(Debug)]
struct Open {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Post {
    /// To this address; an answer that takes longer than `timeout` is none.
    #[must_use]
    pub const fn new(address: SocketAddr, timeout: Duration) -> Self {
        Self {
            address,
            timeout,
            open: None,
        }
    }

    /// Posts a body with these headers and returns the status of the answer, which is read to its end.
    ///
    /// # Errors
    ///
    /// There was no answer; the next post opens a new connection.
    pub async fn post(&mut self, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<StatusCode, Error> {
        let request = headers.iter().fold(
            Request::post(path).header(header::HOST, self.address.to_string()),
            |request: request::Builder, (name, value)| request.header(*name, *value),
        );
        let request = request.body(Full::new(body))?;
        let mut open = match self.open.take().filter(|open| !open.sender.is_closed()) {
            Some(open) => open,
            None => connect(self.address).await?,
        };
        let answered = async {
            open.sender.ready().await?;
            let answer = open.sender.send_request(request).await?;
            let status = answer.status();
            answer.into_body().collect().await?;
            Ok::<_, Error>(status)
        };
        let status = tokio::time::timeout(self.timeout, answered)
            .await
            .map_err(|_| Error::Timeout(self.timeout))??;
        self.open = Some(open);
        Ok(status)
    }
}

async fn connect(address: SocketAddr) -> Result<Open, Error> {
    let tcp = TcpStream::connect(address).await?;
    tcp.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(tcp)).await?;
    let driver = tokio::spawn(async move {
        // Whoever posts sees the same error.
        let _ended = connection.await;
    });
    Ok(Open { sender, driver })
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn posts_over_one_connection_until_it_breaks_and_then_over_another() {
        let echo = |headers: hyper::HeaderMap, body: String| async move {
            let is_whole = headers["x-proof"] == "yes" && body == "words";
            let status = if is_whole {
                StatusCode::OK
            } else {
                StatusCode::BAD_REQUEST
            };
            (status, "an answer that has to be read")
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serve = |listener: TcpListener| {
            let router = Router::new().route("/hooks", post(echo));
            tokio::spawn(async { axum::serve(listener, router).await })
        };
        let server = serve(listener);
        let mut connection = Post::new(address, Duration::from_secs(5));
        for _ in 0..3 {
            let status = connection
                .post("/hooks", &[("x-proof", "yes")], Bytes::from("words"))
                .await;
            assert_eq!(status.unwrap(), StatusCode::OK);
        }
        let status = connection
            .post("/hooks", &[("x-proof", "no")], Bytes::from("words"))
            .await;
        assert_eq!(status.unwrap(), StatusCode::BAD_REQUEST);
        server.abort();
        drop(server.await);
        // The connection in use may outlive its listener; once it is gone, nobody listens.
        connection.open = None;
        let status = connection
            .post("/hooks", &[("x-proof", "yes")], Bytes::from("words"))
            .await;
        assert!(matches!(status, Err(Error::Connect(_))), "{status:?}");
        serve(TcpListener::bind(address).await.unwrap());
        let status = connection
            .post("/hooks", &[("x-proof", "yes")], Bytes::from("words"))
            .await;
        assert_eq!(status.unwrap(), StatusCode::OK);
    }
}
