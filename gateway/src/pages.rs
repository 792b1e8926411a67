//! The demo site, the widget and their assets, embedded in the binary.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::api::{Error, not_found};
use crate::slim;

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

/// Where the widget's parts lie; its script, which every page asks for anew, names the version.
const WIDGET_FOLDER: &str = "assets/widget/";
/// Digits of a hash that tell versions apart.
const VERSION_DIGITS: usize = 16;

/// A file as it is served.
struct Asset {
    bytes: Bytes,
    media_type: HeaderValue,
    etag: HeaderValue,
}

/// Every file, made ready once.
struct Assets {
    files: HashMap<String, Asset>,
    /// Tells this widget from every other one.
    widget_version: String,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::load);

impl Assets {
    fn load() -> Self {
        let mut files: Vec<(String, Bytes, String)> = Web::iter()
            .filter_map(|path| Some((path.to_string(), Web::get(&path)?)))
            .map(|(path, file)| {
                let media_type = file.metadata.mimetype().to_owned();
                let bytes = served_bytes(&path, file);
                (path, bytes, media_type)
            })
            .collect();
        files.sort();
        let mut hash = Sha256::new();
        for (_, bytes, _) in files.iter().filter(|(path, ..)| is_widget(path)) {
            hash.update(bytes);
        }
        let widget_version = digits(&hash.finalize());
        let files = files
            .into_iter()
            .map(|(path, bytes, media_type)| {
                let bytes = match path.as_str() {
                    "widget.js" => with_version(&bytes, &widget_version),
                    _ => bytes,
                };
                let asset = Asset::new(bytes, &media_type);
                (path, asset)
            })
            .collect();
        Self { files, widget_version }
    }

    /// A file, and whether its address will always mean this very content.
    fn find(&self, path: &str) -> Option<(&Asset, bool)> {
        let versioned = path
            .strip_prefix("widget@")
            .and_then(|rest| rest.split_once('/'))
            .map(|(version, rest)| (version, format!("widget/{rest}")));
        match versioned {
            // Another version's parts are asked for while one is replaced by the next.
            Some((version, path)) => Some((self.files.get(&path)?, version == self.widget_version)),
            None => Some((self.files.get(path)?, false)),
        }
    }
}

impl Asset {
    fn new(bytes: Bytes, media_type: &str) -> Self {
        let etag = format!("\"{}\"", digits(&Sha256::digest(&bytes)));
        Self {
            media_type: HeaderValue::from_str(media_type).expect("media types are plain ASCII"),
            etag: HeaderValue::from_str(&etag).expect("hexadecimal digits in quotes"),
            bytes,
        }
    }
}

fn served_bytes(path: &str, file: EmbeddedFile) -> Bytes {
    match std::str::from_utf8(&file.data) {
        Ok(source) if is_widget(path) => slim::slim(path, source).into(),
        _ => file.data.into_owned().into(),
    }
}

/// The widget's script, loading its parts by an address that names their version.
fn with_version(script: &Bytes, version: &str) -> Bytes {
    let script = String::from_utf8_lossy(script);
    let folder = format!("{}@{version}/", WIDGET_FOLDER.trim_end_matches('/'));
    script.replace(WIDGET_FOLDER, &folder).into()
}

fn digits(hash: &[u8]) -> String {
    let mut digits = HEXLOWER.encode(hash);
    digits.truncate(VERSION_DIGITS);
    digits
}

/// Whether a file is loaded by the visitors of other sites, on whatever connection they have.
fn is_widget(path: &str) -> bool {
    let is_source = path.ends_with(".js") || path.ends_with(".css");
    is_source && (path == "widget.js" || path.starts_with("widget/"))
}

/// Answers with an embedded file, or with 304 when the client has it. Most names do not change with
/// the content, so clients ask every time, and are mostly told that nothing is new.
fn serve(path: &str, request: &HeaderMap) -> Result<Response, Error> {
    let (asset, is_forever) = ASSETS.find(path).ok_or_else(not_found("page"))?;
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
    let freshness = match is_forever {
        true => "public, max-age=31536000, immutable",
        false => "public, no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(freshness));
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
    fn the_script_names_the_version_of_its_parts() {
        let script = Bytes::from_static(b"import(new URL(`assets/widget/${name}.js`, base).href)");
        assert_eq!(
            with_version(&script, "1a2b"),
            "import(new URL(`assets/widget@1a2b/${name}.js`, base).href)"
        );
        let version = &ASSETS.widget_version;
        assert_eq!(version.len(), VERSION_DIGITS);
        let script = ASSETS.find("widget.js").unwrap().0;
        let script = String::from_utf8_lossy(&script.bytes);
        assert!(script.contains(&format!("assets/widget@{version}/")), "{script}");
    }

    #[test]
    fn only_an_address_with_the_right_version_is_for_ever() {
        let version = &ASSETS.widget_version;
        let is_forever = |path: &str| ASSETS.find(path).map(|(_, is_forever)| is_forever);
        assert_eq!(is_forever(&format!("widget@{version}/texts/en.js")), Some(true));
        assert_eq!(is_forever("widget@0000000000000000/texts/en.js"), Some(false));
        assert_eq!(is_forever("widget/texts/en.js"), Some(false));
        assert_eq!(is_forever(&format!("widget@{version}/../demo/site.js")), None);
        assert_eq!(is_forever("widget@"), None);
    }

    #[test]
    fn no_text_of_the_widget_goes_over_several_lines() {
        for path in Web::iter().filter(|path| path.ends_with(".js") && is_widget(path)) {
            let source = Web::get(&path).unwrap();
            let slim = slim::slim(&path, std::str::from_utf8(&source.data).unwrap());
            // A pattern may look for the mark that begins a text.
            for line in slim.lines().filter(|line| !line.starts_with('/')) {
                assert_eq!(line.matches('`').count() % 2, 0, "{path}: {line}");
            }
        }
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
