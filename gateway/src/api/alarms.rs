//! What somebody must look at.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use frontdesk_core::Language;
use frontdesk_core::TenantId;
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::watch;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::page::{Listed, PageQuery};
use super::{Api, Caller, Error};
use crate::console::texts::Texts;
use crate::console::told;

/// A trouble that was noticed. It opens once and closes by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alarm {
    /// Its id.
    id: Uuid,
    /// Why: `inbound_silent`, `webhooks_missing`, `signatures_failing`, `token_ending`, `breaker_open`,
    /// `account_refused` or `dead_letters_growing`.
    cause: &'static str,
    /// What it is about: an account of ours, a provider.
    subject: String,
    /// Whose; null when it concerns the installation.
    tenant: Option<String>,
    /// How many messages, failures or letters; 0 where nothing is counted.
    count: u64,
    /// Since when, or when a token ends, RFC 3339.
    moment: String,
    /// What is wrong, in a sentence.
    title: String,
    /// What to do next, in a sentence.
    advice: &'static str,
    /// When it was noticed, RFC 3339.
    opened_at: String,
    /// When it was over, RFC 3339; null while it is not.
    closed_at: Option<String>,
    /// Who has said that they know of it.
    acknowledged_by: Option<String>,
}

impl From<watch::Alarm> for Alarm {
    fn from(alarm: watch::Alarm) -> Self {
        let (title, _, advice) = told(&alarm.trouble, Texts::of(Language::En));
        let trouble = alarm.trouble;
        Self {
            id: alarm.id,
            cause: trouble.cause.code(),
            tenant: (trouble.tenant != TenantId::nobody()).then(|| trouble.tenant.into()),
            subject: trouble.subject,
            count: trouble.count,
            moment: trouble.moment.to_string(),
            title,
            advice,
            opened_at: alarm.opened_at.to_string(),
            closed_at: alarm.closed_at.map(|at| at.to_string()),
            acknowledged_by: alarm.acknowledged.map(|(by, _)| by),
        }
    }
}

/// Which alarms are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClosedQuery {
    /// `true` lists those that are over, too.
    #[serde(default)]
    closed: bool,
}

/// Lists alarms
#[utoipa::path(get, path = "/api/v1/alarms", tag = "alarms", params(ClosedQuery, PageQuery),
    responses((status = 200, body = Listed<Alarm>)))]
pub async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(query): Query<ClosedQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Alarm>>, Error> {
    let rows = api.watch.alarms(&caller.scope, query.closed, page.page()?).await?;
    Ok(Json(Listed::of(rows)))
}

/// Says that somebody knows of an alarm
#[utoipa::path(post, path = "/api/v1/alarms/{id}/acknowledge", tag = "alarms", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = super::error::Problem)))]
pub async fn acknowledge(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Error> {
    caller.demand(Role::Operator)?;
    let now = api.clock.now();
    if api.watch.acknowledge(&caller.scope, id, "API", now).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::NotFound("alarm"))
    }
}
