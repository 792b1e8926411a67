//! What everybody may know: the look of a tenant's widget.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use frontdesk_actors::{Settings, Tenant};
use frontdesk_core::{Language, TenantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::error::not_found;
use super::extract::{Json, Path};
use crate::files::accept;

/// Languages of an `Accept-Language` header that are looked at.
const ACCEPTED_LANGUAGES_MAX: usize = 20;

/// What the widget shows before the first message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Widget {
    /// The tenant's short name.
    tenant: String,
    /// What the business is called.
    name: String,
    /// The language spoken until the visitor's own is known.
    language: &'static str,
    /// The languages spoken.
    languages: Vec<&'static str>,
    /// Where local phone numbers belong (ISO 3166).
    region: String,
    /// The accent, `#rrggbb`.
    color: String,
    /// In which lower corner of the page it sits: `left` or `right`.
    corner: &'static str,
    /// The first words, in the language of `Content-Language`.
    greeting: String,
    /// What the visitor agrees to with the newsletter's box, in the same language; null where there
    /// is no newsletter.
    newsletter_text: Option<String>,
    /// Which wording that is.
    newsletter_text_version: Option<String>,
    /// A picture beside the bot's messages.
    avatar_url: Option<String>,
    /// When people are there: the coming times, in order; null where the business never closes.
    openings: Option<Vec<Span>>,
    /// Which files may be sent; null where none are taken.
    files: Option<TakenFiles>,
}

/// Which files visitors may send.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenFiles {
    /// Of which kinds: `images`, `documents`, `audio`, `video`.
    kinds: Vec<&'static str>,
    /// Bytes of one file.
    bytes_max: u64,
    /// How their names end, as `<input accept>` takes it.
    accept: String,
}

/// A time people are there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Span {
    /// From then on, RFC 3339.
    from: String,
    /// Until then, RFC 3339.
    until: String,
}

/// Shows the look of a tenant's widget
///
/// For pages of any site, so it takes no credentials. Names are camel case as in the chat's frames.
/// Texts are in the first language of `Accept-Language` that the tenant speaks, else in its own.
#[utoipa::path(get, path = "/api/v1/public/widget/{tenant}", tag = "public", security(()),
    params(("tenant" = String, Path, description = "the tenant's short name")),
    responses((status = 200, body = Widget), (status = 404, body = super::error::Problem)))]
pub async fn widget(State(api): State<Arc<Api>>, Path(id): Path<String>, request: HeaderMap) -> Response {
    let tenant = id
        .parse::<TenantId>()
        .ok()
        .and_then(|id| Some((api.tenants.find(&id)?, id)));
    let mut response = match tenant {
        Some((tenant, id)) => look(&tenant, id, &request, api.clock.now()),
        None => not_found("tenant")().into_response(),
    };
    let headers = response.headers_mut();
    // Also where there is none: a page could not read the answer otherwise, and would ask again.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

fn look(tenant: &Tenant, id: TenantId, request: &HeaderMap, now: Timestamp) -> Response {
    let settings = tenant.settings();
    let language = accepted_language(request, settings);
    let newsletter = settings.newsletter.as_ref();
    let look = Widget {
        tenant: id.into(),
        name: settings.name.clone(),
        language: settings.language.code(),
        languages: settings.languages.iter().map(|language| language.code()).collect(),
        region: settings.region.clone(),
        color: settings.color.clone(),
        corner: settings.corner.code(),
        greeting: settings.greeting.get(language).clone(),
        newsletter_text: newsletter.map(|newsletter| newsletter.text.get(language).clone()),
        newsletter_text_version: newsletter.map(|newsletter| newsletter.version.clone()),
        avatar_url: settings.avatar_url.clone(),
        openings: tenant.openings(now).map(|openings| {
            let span = |opening: &frontdesk_actors::Opening| Span {
                from: opening.from.to_string(),
                until: opening.until.to_string(),
            };
            openings.iter().map(span).collect()
        }),
        files: settings.files.as_ref().map(|policy| TakenFiles {
            kinds: policy.kinds.iter().map(|kind| kind.code()).collect(),
            bytes_max: policy.bytes_max,
            accept: accept(&policy.kinds),
        }),
    };
    ([(header::CONTENT_LANGUAGE, language.code())], Json(look)).into_response()
}

/// The language the visitor likes best among those the tenant speaks, else the tenant's own.
pub(super) fn accepted_language(request: &HeaderMap, settings: &Settings) -> Language {
    let header = request
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let mut accepted: Vec<(f32, Language)> = header
        .unwrap_or_default()
        .split(',')
        .take(ACCEPTED_LANGUAGES_MAX)
        .filter_map(|entry| {
            let (tag, weight) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
            Some((weight.unwrap_or(1.0), Language::from_tag(tag.trim())?))
        })
        .filter(|(weight, language)| *weight > 0.0 && settings.languages.contains(language))
        .collect();
    // Stable: of two that weigh the same the first one is meant.
    accepted.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    accepted.first().map_or(settings.language, |(_, language)| *language)
}
