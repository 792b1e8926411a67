//! Signs of life: `/health`, `/ready`, `/metrics`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use frontdesk_actors::Dialogue;
use frontdesk_runtime::Runtime;
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long an answer of the database stands, so that eager probes cost no writes.
const FRESH: Duration = Duration::from_secs(1);
/// How long the database may take to answer.
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// What the signs of life are read from.
#[derive(Debug)]
pub struct Health {
    runtime: Runtime<Dialogue>,
    metrics: PrometheusHandle,
    stopping: CancellationToken,
    last: Mutex<Option<(Instant, bool)>>,
}

/// The body of `/health` and `/ready`.
#[derive(Debug, Serialize)]
struct Sign {
    status: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl Sign {
    const fn new(status: &'static str, reason: Option<&'static str>) -> Self {
        Self {
            status,
            version: env!("CARGO_PKG_VERSION"),
            reason,
        }
    }
}

impl Health {
    /// Not asked yet. `stopping` tells that the server is about to end.
    #[must_use]
    pub fn new(runtime: Runtime<Dialogue>, metrics: PrometheusHandle, stopping: CancellationToken) -> Self {
        Self {
            runtime,
            metrics,
            stopping,
            last: Mutex::default(),
        }
    }

    /// Whether the database answers. One question at a time: the others wait for its answer.
    async fn is_database_there(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, is_there)) = *last
            && at.elapsed() < FRESH
        {
            return is_there;
        }
        let is_there = matches!(timeout(PING_TIMEOUT, self.runtime.ping()).await, Ok(Ok(())));
        *last = Some((Instant::now(), is_there));
        is_there
    }
}

/// `GET /health`: the process lives.
pub async fn health() -> Response {
    Json(Sign::new("ok", None)).into_response()
}

/// `GET /ready`: the server can do its work.
pub async fn ready(State(health): State<Arc<Health>>) -> Response {
    let reason = if health.stopping.is_cancelled() {
        "the server is about to end"
    } else if health.is_database_there().await {
        return Json(Sign::new("ready", None)).into_response();
    } else {
        "the database does not answer"
    };
    (
        StatusCode::SERVICE_UNAVAILABLE,
        Json(Sign::new("unavailable", Some(reason))),
    )
        .into_response()
}

/// `GET /metrics`: for Prometheus.
pub async fn metrics(State(health): State<Arc<Health>>) -> Response {
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], health.metrics.render()).into_response()
}
