//! The demo site, the widget and their assets, embedded in the binary.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

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

/// A file as it is served.
struct Asset {
    bytes: Bytes,
    media_type: HeaderValue,
    etag: HeaderValue,
}

/// Every file, made ready once.
static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    Web::iter()
        .filter_map(|path| Some((path.to_string(), Asset::new(&path, Web::get(&path)?))))
        .collect()
});

impl Asset {
    fn new(path: &str, file: EmbeddedFile) -> Self {
        let media_type = file.metadata.mimetype();
        let bytes: Bytes = match (is_widget(path), std::str::from_utf8(&file.data)) {
            (true, Ok(source)) => without_comments(source).into(),
            _ => file.data.into_owned().into(),
        };
        let tag: String = Sha256::digest(&bytes)[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            media_type: HeaderValue::from_str(media_type).expect("media types are plain ASCII"),
            etag: HeaderValue::from_str(&format!("\"{tag}\"")).expect("hexadecimal digits in quotes"),
            bytes,
        }
    }
}

/// Whether a file is loaded by the visitors of other sites, on whatever connection they have.
fn is_widget(path: &str) -> bool {
    let is_source = path.ends_with(".js") || path.ends_with(".css");
    is_source && (path == "widget.js" || path.starts_with("widget/"))
}

/// A script or style sheet without the comments that stand on lines of their own: they are a third
/// of what would travel. Lines keep their numbers, so that an error's place is the source's.
fn without_comments(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut is_comment = false;
    for line in source.lines() {
        let text = line.trim_start();
        is_comment |= text.starts_with("/*");
        if is_comment {
            // Code may follow a comment, such as the type of an expression.
            if let Some((_, code)) = text.split_once("*/") {
                is_comment = false;
                bare.push_str(code);
            }
        } else if !text.starts_with("//") {
            bare.push_str(line);
        }
        bare.push('\n');
    }
    bare
}

/// Answers with an embedded file, or with 304 when the client has it. Names do not change with the
/// content, so clients ask every time, and are mostly told that nothing is new.
fn serve(path: &str, request: &HeaderMap) -> Result<Response, Error> {
    let asset = ASSETS.get(path).ok_or_else(not_found("page"))?;
    let is_known = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        // A proxy that compresses makes the tag a weak one.
        .any(|tag| tag.trim().trim_start_matches("W/") == asset.etag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Body::from(asset.bytes.clone()).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, asset.media_type.clone());
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, asset.etag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    // The widget and what it loads are for the pages of other sites.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_on_their_own_lines_are_left_out_and_nothing_else() {
        let source = "/** What.\n * Why.\n */\nconst a = 'x // y'; // why\n  // gone\n  /** @type {A} */ (b) /* c */;\n/* d */\n\
                      const at = `${a}//${b}`;\n";
        let bare = "\n\n\nconst a = 'x // y'; // why\n\n (b) /* c */;\n\nconst at = `${a}//${b}`;\n";
        assert_eq!(without_comments(source), bare);
    }

    #[test]
    fn only_what_other_sites_load_is_touched() {
        for (path, expected) in [
            ("widget.js", true),
            ("widget/panel.css", true),
            ("widget/texts/en.js", true),
            ("demo/site.js", false),
            ("widget/picture.svg", false),
        ] {
            assert_eq!(is_widget(path), expected, "{path}");
        }
    }
}
