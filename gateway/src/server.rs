//! Accepts connections within bounds, and lets go of them in order.

mod linger;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use metrics::gauge;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::add_extension::AddExtension;

use self::linger::{Connection, Linger};
use crate::config::Http;
use crate::metrics::HTTP_CONNECTIONS;
use crate::routes::Service;

/// Bytes of a request's head.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request.
const HEADERS_MAX: usize = 64;
/// The pause after the system could give no connection, mostly for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What one server needs.
#[derive(Debug)]
pub struct Server {
    connections: TaskTracker,
    linger: Arc<Linger>,
    stop: CancellationToken,
}

impl Server {
    /// A server that ends when `stop` is cancelled: it accepts no more, and closes connections as
    /// soon as the request they are at is answered.
    #[must_use]
    pub fn new(stop: CancellationToken) -> Self {
        let connections = TaskTracker::new();
        Self {
            linger: Arc::new(Linger::new(connections.clone(), stop.clone())),
            connections,
            stop,
        }
    }

    /// Serves until it is stopped. Connections still open go on; see [`Server::drained`].
    pub async fn run(&self, listener: TcpListener, service: Service, bounds: &Http) {
        let places = Arc::new(Semaphore::new(bounds.connections_max.min(Semaphore::MAX_PERMITS)));
        let head_deadline = Duration::from_millis(bounds.header_timeout_ms);
        while let Some(Ok(place)) = self.unless_stopped(Arc::clone(&places).acquire_owned()).await {
            let Some(accepted) = self.unless_stopped(listener.accept()).await else {
                break;
            };
            match accepted {
                Ok((stream, peer)) => {
                    let service = AddExtension::new(service.clone(), ConnectInfo(peer));
                    // A small answer should leave at once; without this it is merely later.
                    let _ = stream.set_nodelay(true);
                    let connection = Connection::new(stream, Arc::clone(&self.linger));
                    let stop = self.stop.clone();
                    self.connections.spawn(async move {
                        serve(connection, service, head_deadline, stop).await;
                        drop(place);
                    });
                }
                Err(error) => pause_after(&error).await,
            }
        }
        self.connections.close();
    }

    /// Waits until every connection has ended, apart from the ones that became sockets.
    pub async fn drained(&self) {
        self.connections.wait().await;
    }

    async fn unless_stopped<F: Future>(&self, future: F) -> Option<F::Output> {
        self.stop.run_until_cancelled(future).await
    }
}

async fn serve(
    connection: Connection,
    service: AddExtension<Service, ConnectInfo<SocketAddr>>,
    head_deadline: Duration,
    stop: CancellationToken,
) {
    let open = gauge!(HTTP_CONNECTIONS);
    open.increment(1.0);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_deadline)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(connection), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    open.decrement(1.0);
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

/// A connection that was gone before it was accepted is nothing; anything else needs a moment.
async fn pause_after(error: &io::Error) {
    let is_gone = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    );
    if !is_gone {
        tracing::warn!(%error, "a connection could not be accepted");
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}
