//! Events that failed for good, and their second chance.

use std::sync::Arc;

use axum::extract::State;
use frontdesk_core::DeadLetterId;
use frontdesk_core::ports::reader::DeadLetterRow;
use frontdesk_core::ports::registry::Role;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::page::{Listed, PageQuery};
use super::{Api, Caller, Error};
use crate::channels::Replayed;

/// A parked event. What the person said is not shown here.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetter {
    /// Its id.
    id: Uuid,
    /// Whose.
    tenant: String,
    /// Over which channel.
    channel: &'static str,
    /// For which conversation.
    conversation_id: Uuid,
    /// The kind of event: `message`, `timer` …
    kind: String,
    /// What went wrong.
    error: String,
    /// How often it was tried.
    attempts: u32,
    /// When it was parked, RFC 3339.
    parked_at: String,
    /// When it was dealt with after all, RFC 3339.
    resolved_at: Option<String>,
}

impl From<DeadLetterRow> for DeadLetter {
    fn from(row: DeadLetterRow) -> Self {
        Self {
            id: row.id.0,
            tenant: row.tenant.into(),
            channel: row.channel.code(),
            conversation_id: row.conversation.0,
            kind: row.kind,
            error: row.error,
            attempts: row.attempts,
            parked_at: row.parked_at.to_string(),
            resolved_at: row.resolved_at.map(|at| at.to_string()),
        }
    }
}

/// Which dead letters are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResolvedQuery {
    /// `true` lists those that were dealt with after all, too.
    #[serde(default)]
    resolved: bool,
}

/// What a replay led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The conversation's version after an event's turn; null for a request.
    version: Option<u64>,
    /// How many things a request said, of which each went its own way; null for an event.
    items: Option<usize>,
}

impl From<Replayed> for Outcome {
    fn from(replayed: Replayed) -> Self {
        match replayed {
            Replayed::Turn { version } => Self {
                version: Some(version),
                items: None,
            },
            Replayed::Request { items } => Self {
                version: None,
                items: Some(items),
            },
        }
    }
}

/// Lists dead letters
#[utoipa::path(get, path = "/api/v1/dead-letters", tag = "dead letters", params(ResolvedQuery, PageQuery),
    responses((status = 200, body = Listed<DeadLetter>)))]
pub async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(query): Query<ResolvedQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<DeadLetter>>, Error> {
    let rows = api
        .reader
        .dead_letters(&caller.scope, query.resolved, page.page()?)
        .await?;
    Ok(Json(Listed::of(rows)))
}

/// Gives a parked event another try; a request that could not be read is read once more
#[utoipa::path(post, path = "/api/v1/dead-letters/{id}/replay", tag = "dead letters", params(("id" = Uuid, Path)),
    responses((status = 200, body = Outcome), (status = 404, body = super::error::Problem),
        (status = 409, body = super::error::Problem)))]
pub async fn replay(State(api): State<Arc<Api>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Outcome>, Error> {
    caller.demand(Role::Operator)?;
    let replayed = api.replays.replay(DeadLetterId(id), caller.scope.tenant()).await?;
    Ok(Json(replayed.into()))
}
