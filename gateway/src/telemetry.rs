//! Logs and metrics of the process, and what is told of each request.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{counter, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use parking_lot::Mutex;
use tracing::Instrument;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;

use crate::api::Error;
use crate::config::{Log, LogFormat};
use crate::metrics::{HTTP_REQUEST_SECONDS, HTTP_REQUESTS};

/// The header that carries a request's id, both ways.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of an id that somebody else gave a request.
const REQUEST_ID_CHARACTERS_MAX: usize = 64;
/// Upper bounds of the buckets of durations, in seconds.
const DURATION_BUCKETS: [f64; 14] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// What chatty libraries may say.
const QUIET: [&str; 5] = ["ractor=warn", "hyper=warn", "h2=warn", "sqlx=warn", "reqwest=warn"];

/// From here on a panic tells where it was, not in which words: they may hold what a person said.
pub fn keep_panics_private() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic, kept from spreading; look at this place in the source");
    }));
}

/// Starts logging, to standard error. Once a process; a second call changes nothing.
pub fn start_logging(log: &Log) {
    let mut filter = EnvFilter::new(QUIET.join(","));
    for directive in log
        .level
        .split(',')
        .filter_map(|directive| directive.trim().parse().ok())
    {
        filter = filter.add_directive(directive);
    }
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Json => {
            let lines = lines
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false);
            tracing_subscriber::registry().with(filter).with(lines).try_init()
        }
        LogFormat::Pretty => {
            let lines = lines.compact().with_ansi(std::io::stderr().is_terminal());
            tracing_subscriber::registry().with(filter).with(lines).try_init()
        }
    };
    // A program that embeds the server may have a logger of its own.
    drop(started);
}

/// Starts measuring, once a process, and returns where it can be read.
///
/// # Errors
///
/// The recorder cannot be built.
pub fn start_measuring() -> Result<PrometheusHandle, BuildError> {
    static RECORDED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut recorded = RECORDED.lock();
    if let Some(handle) = &*recorded {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATION_BUCKETS)?
        .build_recorder();
    let handle = recorder.handle();
    // As for the logger: with a recorder already there, ours stays empty.
    drop(metrics::set_global_recorder(recorder));
    *recorded = Some(handle.clone());
    Ok(handle)
}

/// Routes whose requests take as long as their sender's connection does; `Files::take` bounds them.
const UPLOADS: [&str; 2] = ["/api/v1/public/files/{tenant}", "/console/conversations/{id}/files"];

/// Gives each request an id, a span, a deadline, a line in the log and a place in the metrics.
/// The log names the route, not the address: that may hold anything.
pub async fn observe(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", request.id = %id, http.method = %method, http.route = %route);
    let deadline = match UPLOADS.contains(&route.as_str()) {
        true => Duration::MAX,
        false => deadline,
    };
    let answer = tokio::time::timeout(deadline, next.run(request))
        .instrument(span.clone())
        .await;
    let mut response = answer.unwrap_or_else(|_| Error::Timeout.into_response());

    let status = response.status();
    let took = started.elapsed();
    let is_frequent = matches!(
        route.as_str(),
        "/health" | "/ready" | "/metrics" | "/ws/chat" | "/assets/{*path}"
    );
    // One that was taken is counted, and leaves its turns.
    let is_quiet = is_frequent || (route.starts_with("/webhook") && status.is_success());
    span.in_scope(|| tell(status, took, is_quiet));
    counter!(HTTP_REQUESTS, "method" => method.to_string(), "route" => route.clone(), "status" => status.as_str().to_owned())
        .increment(1);
    histogram!(HTTP_REQUEST_SECONDS, "route" => route).record(took.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn tell(status: StatusCode, took: Duration, is_quiet: bool) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let status = status.as_u16();
    if is_quiet {
        tracing::debug!(http.status = status, duration_ms, "answered");
    } else {
        tracing::info!(http.status = status, duration_ms, "answered");
    }
}

/// The caller's own id where it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let is_harmless = |id: &&str| {
        (1..=REQUEST_ID_CHARACTERS_MAX).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    headers
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(is_harmless)
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_id_is_kept_where_it_is_harmless() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_static("abc-1"));
        assert_eq!(request_id(&headers), "abc-1");
        for bad in ["", "a b", "x\"y"] {
            headers.insert(REQUEST_ID, HeaderValue::from_static(bad));
            assert_ne!(request_id(&headers), bad);
        }
    }
}
