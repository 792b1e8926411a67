//! What everybody may know: the look of a tenant's widget.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use frontdesk_core::TenantId;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::not_found;
use super::extract::{Json, Path};
use super::{Api, Error};

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
    /// The first words.
    greeting: String,
    /// What the visitor agrees to with the newsletter's box; null where there is no newsletter.
    newsletter_text: Option<String>,
    /// Which wording that is.
    newsletter_text_version: Option<String>,
    /// A picture beside the bot's messages.
    avatar_url: Option<String>,
}

/// Shows the look of a tenant's widget
///
/// For pages of any site, so it takes no credentials. Names are camel case as in the chat's frames.
#[utoipa::path(get, path = "/api/v1/public/widget/{tenant}", tag = "public", security(()),
    params(("tenant" = String, Path, description = "the tenant's short name")),
    responses((status = 200, body = Widget), (status = 404, body = super::error::Problem)))]
pub async fn widget(State(api): State<Arc<Api>>, Path(id): Path<String>) -> Result<impl IntoResponse, Error> {
    let id: TenantId = id.parse().map_err(|_| not_found("tenant")())?;
    let tenant = api.tenants.find(&id).ok_or_else(not_found("tenant"))?;
    let settings = tenant.settings();
    let newsletter = settings.newsletter.as_ref();
    let look = Widget {
        tenant: id.into(),
        name: settings.name.clone(),
        language: settings.language.code(),
        languages: settings.languages.iter().map(|language| language.code()).collect(),
        region: settings.region.clone(),
        color: settings.color.clone(),
        greeting: settings.greeting.get(settings.language).clone(),
        newsletter_text: newsletter.map(|newsletter| newsletter.text.get(settings.language).clone()),
        newsletter_text_version: newsletter.map(|newsletter| newsletter.version.clone()),
        avatar_url: None,
    };
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, Json(look)))
}
