//! The tags of a conversation.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use frontdesk_core::ConversationId;
use frontdesk_core::ports::desk::Tag;
use uuid::Uuid;

use super::acts::{self, Act};
use super::conversation::after;
use super::session::Shared;
use super::wanted::is_tag;
use super::{Colleague, Error};

/// `POST /console/conversations/{id}/tags`
pub async fn add(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let row = acts::row(&console, &colleague, id).await?;
    let name = given.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let bad = Error::Invalid(colleague.texts.desk.bad_tag);
    if !is_tag(&name) {
        return Err(bad);
    }
    let tag = Tag {
        conversation: row.id,
        tenant: row.tenant.clone(),
        name,
        at: console.clock.now(),
    };
    if !console.desk.add_tag(&tag).await? {
        return Err(bad);
    }
    console.runtime.announce(&row.tenant, row.id);
    after(&console, &colleague, &headers, id, &given.from).await
}

/// `POST /console/conversations/{id}/tags/remove`
pub async fn remove(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let row = acts::row(&console, &colleague, id).await?;
    let id_of = ConversationId(id);
    console.desk.remove_tag(&colleague.scope, id_of, &given.text).await?;
    console.runtime.announce(&row.tenant, row.id);
    after(&console, &colleague, &headers, id, &given.from).await
}
