//! A file on its way out. A browser saves it, whatever it holds: no answer here is ever a page.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::files::{File, Files};
use frontdesk_core::ports::store::Error;
use futures_util::stream;

use super::name::disposition;

/// For a browser that shows the file all the same: as a stranger, without scripts.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");
/// Pictures are shown again and again while their link is good.
const FRESHNESS: HeaderValue = HeaderValue::from_static("private, max-age=600");
const UNKNOWN_TYPE: HeaderValue = HeaderValue::from_static("application/octet-stream");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A file and where its content is.
pub struct Content {
    file: File,
    store: Arc<dyn Files>,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Content {
    pub(super) fn of(file: File, store: Arc<dyn Files>) -> Self {
        Self { file, store }
    }

    /// Part by part, so that a slow reader keeps one of them in memory.
    fn stream(&self) -> impl stream::Stream<Item = Result<Bytes, Error>> + use<> {
        let (store, id) = (Arc::clone(&self.store), self.file.id);
        stream::unfold(Some(0_u32), move |next| {
            let store = Arc::clone(&store);
            async move {
                let part = next?;
                match store.part(id, part).await {
                    Ok(Some(content)) => Some((Ok(content.into()), Some(part + 1))),
                    Ok(None) => None,
                    Err(error) => Some((Err(error), None)),
                }
            }
        })
    }
}

impl IntoResponse for Content {
    fn into_response(self) -> Response {
        let mut response = answer(&self.file.media_type, &self.file.name, Body::from_stream(self.stream()));
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(self.file.bytes));
        response
    }
}

/// An answer with somebody's file: to be saved under its name, and harmless if it is not.
#[must_use]
pub fn answer(media_type: &str, name: &str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(media_type).unwrap_or(UNKNOWN_TYPE),
    );
    let disposition = HeaderValue::from_str(&disposition(name)).expect("encoded as printable ASCII");
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, FRESHNESS);
    // The widget shows pictures on the pages of other sites.
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    response
}
