//! The demo site, the widget and their assets, embedded in the binary.

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::api::{Error, not_found};

/// What a page of ours may load and do.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' https: data:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
);

#[derive(RustEmbed)]
#[folder = "web/"]
struct Web;

/// `GET /`: the demo site.
///
/// # Errors
///
/// Never: the page is embedded.
pub async fn demo(headers: HeaderMap) -> Result<Response, Error> {
    serve("demo/index.html", &headers)
}

/// `GET /widget.js`: the script a site embeds.
///
/// # Errors
///
/// Never: the script is embedded.
pub async fn widget(headers: HeaderMap) -> Result<Response, Error> {
    serve("widget.js", &headers)
}

/// `GET /assets/{*path}`: everything else.
///
/// # Errors
///
/// 404 when there is no such asset.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    serve(&path, &headers)
}

/// Answers with an embedded file, or with 304 when the client has it. Names do not change with the
/// content, so clients ask every time, and are mostly told that nothing is new.
fn serve(path: &str, request: &HeaderMap) -> Result<Response, Error> {
    let file = Web::get(path).ok_or_else(not_found("page"))?;
    let etag = etag(&file);
    let is_known = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        // A proxy that compresses makes the tag a weak one.
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let media_type = HeaderValue::from_str(file.metadata.mimetype()).ok();
        let mut response = Body::from(bytes(file)).into_response();
        if let Some(media_type) = media_type {
            response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(
        header::ETAG,
        HeaderValue::from_str(&etag).expect("hexadecimal digits in quotes"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    // The widget and what it loads are for the pages of other sites.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}

fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => bytes.into(),
    }
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let digits: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}
