//! The table of addresses. A trailing slash is accepted everywhere.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::Layer;
use tower_http::compression::CompressionLayer;
use tower_http::normalize_path::{NormalizePath, NormalizePathLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::api::{Api, Error};
use crate::channels::web_chat::{self, Chat};
use crate::config::Http;
use crate::console::Console;
use crate::health::Health;
use crate::{api, console, health, pages, telemetry};

/// The whole of what is served.
pub type Service = NormalizePath<Router>;

/// Headers of every answer.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
];

/// Puts the addresses together; `providers` are those that providers call, and their twins'.
#[must_use]
pub fn service(
    http: &Http,
    chat: Arc<Chat>,
    api: Arc<Api>,
    console: &Arc<Console>,
    health: Arc<Health>,
    providers: Router,
) -> Service {
    let answers = Router::new()
        .route("/", get(pages::demo))
        .route("/widget.js", get(pages::widget))
        .route("/assets/{*path}", get(pages::asset))
        .merge(api::router(Arc::clone(&api)))
        .merge(console::router(console))
        .layer(CompressionLayer::new());
    let signs = Router::new()
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(health);
    let sockets = Router::new().route("/ws/chat", get(web_chat::upgrade)).with_state(chat);
    let mut router = answers
        .merge(api::files(api))
        .merge(signs)
        .merge(sockets)
        .merge(providers)
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(http.body_bytes_max))
        .layer(from_fn_with_state(
            Duration::from_millis(http.answer_timeout_ms),
            telemetry::observe,
        ));
    for (name, value) in SECURITY_HEADERS {
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, value));
    }
    NormalizePathLayer::trim_trailing_slash().layer(router)
}

async fn nothing_here() -> Response {
    Error::NotFound("address").into_response()
}

async fn wrong_method() -> Response {
    Error::MethodNotAllowed.into_response()
}
