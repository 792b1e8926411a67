//! What colleagues keep of a conversation for themselves: notes, and who looks after it.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use frontdesk_core::UserId;
use frontdesk_core::ports::desk::{Assignment, Note};
use serde::Deserialize;
use uuid::Uuid;

use super::acts::{Act, row};
use super::conversation::after;
use super::session::Shared;
use super::wanted::may_look_after;
use super::{Colleague, Error};

/// Characters of a note.
const CHARACTERS_MAX: usize = 2_000;

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
        tenant: row.tenant.clone(),
        user: colleague.user.id,
        author: colleague.name().to_owned(),
        text: text.into(),
        at: console.clock.now(),
    };
    console.desk.add_note(&note).await?;
    console.runtime.announce(&row.tenant, row.id);
    after(&console, &colleague, &headers, id, &given.from).await
}

/// Who shall look after a conversation, and who did when the page was shown.
#[derive(Deserialize)]
pub struct Handed {
    /// A user's id; oneself without.
    #[serde(default)]
    to: String,
    /// A user's id; nobody without.
    #[serde(default)]
    had: String,
    #[serde(default)]
    from: String,
}

/// `POST /console/conversations/{id}/assign`: to oneself or a colleague. Whoever was faster keeps it.
pub async fn assign(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Handed>,
) -> Result<Response, Error> {
    let row = row(&console, &colleague, id).await?;
    let to = if given.to.is_empty() {
        colleague.user.clone()
    } else {
        let bad = Error::Invalid(colleague.texts.desk.bad_colleague);
        let wanted: UserId = given.to.parse().map_err(|_| bad.clone())?;
        let users = console.registry.users().await?;
        let is_of_tenant = |tenant: &Option<_>| tenant.as_ref().is_none_or(|tenant| *tenant == row.tenant);
        let found = users
            .into_iter()
            .find(|user| user.id == wanted && is_of_tenant(&user.tenant) && may_look_after(user, &colleague));
        found.ok_or(bad)?
    };
    let assignment = Assignment {
        conversation: row.id,
        tenant: row.tenant.clone(),
        user: to.id,
        name: to.name.unwrap_or(to.email),
        at: console.clock.now(),
    };
    if !console.desk.assign(&assignment, given.had.parse().ok()).await? {
        return Err(Error::Conflict);
    }
    console.runtime.announce(&row.tenant, row.id);
    let subject = id.to_string();
    console
        .audit(&colleague.user, Some(row.tenant), "conversation.assign", subject)
        .await?;
    after(&console, &colleague, &headers, id, &given.from).await
}

/// `POST /console/conversations/{id}/unassign`: whoever had it when the page was shown.
pub async fn unassign(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Handed>,
) -> Result<Response, Error> {
    let row = row(&console, &colleague, id).await?;
    let had = given.had.parse().map_err(|_| Error::Conflict)?;
    let is_free = console.desk.unassign(&colleague.scope, row.id, had).await?;
    if !is_free && console.desk.assignment(&colleague.scope, row.id).await?.is_some() {
        return Err(Error::Conflict);
    }
    console.runtime.announce(&row.tenant, row.id);
    let subject = id.to_string();
    console
        .audit(&colleague.user, Some(row.tenant), "conversation.unassign", subject)
        .await?;
    after(&console, &colleague, &headers, id, &given.from).await
}
