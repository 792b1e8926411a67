//! What colleagues keep of a conversation for themselves: notes, and who looks after it.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use frontdesk_core::ConversationId;
use frontdesk_core::ports::desk::{Assignment, Note};
use frontdesk_core::ports::reader::ConversationRow;
use uuid::Uuid;

use super::acts::Act;
use super::conversation::after;
use super::session::Shared;
use super::{Colleague, Console, Error};

/// Characters of a note.
const CHARACTERS_MAX: usize = 2_000;

async fn row(console: &Console, colleague: &Colleague, id: Uuid) -> Result<ConversationRow, Error> {
    let found = console
        .reader
        .conversation(&colleague.scope, ConversationId(id))
        .await?;
    Ok(found.ok_or(Error::NotFound)?.row)
}

/// `POST /console/conversations/{id}/notes`
pub async fn add(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let row = row(&console, &colleague, id).await?;
    let text = given.text.trim();
    if !(1..=CHARACTERS_MAX).contains(&text.chars().count()) {
        return Err(Error::Invalid(colleague.texts.thread.bad_note));
    }
    let note = Note {
        // The same form twice is one note.
        id: Uuid::new_v5(&id, given.key.as_bytes()),
        conversation: row.id,
        tenant: row.tenant,
        user: colleague.user.id,
        author: colleague.name().to_owned(),
        text: text.into(),
        at: console.clock.now(),
    };
    console.desk.add_note(&note).await?;
    after(&console, &colleague, &headers, id, &given.view).await
}

/// `POST /console/conversations/{id}/assign`: to oneself.
pub async fn assign(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let row = row(&console, &colleague, id).await?;
    let assignment = Assignment {
        conversation: row.id,
        tenant: row.tenant.clone(),
        user: colleague.user.id,
        name: colleague.name().to_owned(),
        at: console.clock.now(),
    };
    console.desk.assign(&assignment).await?;
    let subject = id.to_string();
    console
        .audit(&colleague.user, Some(row.tenant), "conversation.assign", subject)
        .await?;
    after(&console, &colleague, &headers, id, &given.view).await
}

/// `POST /console/conversations/{id}/unassign`: whoever had it.
pub async fn unassign(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let row = row(&console, &colleague, id).await?;
    console.desk.unassign(&colleague.scope, row.id).await?;
    let subject = id.to_string();
    console
        .audit(&colleague.user, Some(row.tenant), "conversation.unassign", subject)
        .await?;
    after(&console, &colleague, &headers, id, &given.view).await
}
