//! The tags of people: of one on their page, of several in the list.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::RecordId;
use frontdesk_core::ports::people::{Tagged, Tagging};
use serde::Deserialize;
use uuid::Uuid;

use super::href;
use crate::console::session::Shared;
use crate::console::wanted::is_tag;
use crate::console::{Colleague, Console, Error};

/// A tag.
#[derive(Deserialize)]
pub struct TagForm {
    /// As it was typed.
    #[serde(default)]
    tag: String,
}

/// `POST /console/contacts/{id}/tags`
pub async fn add(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Form(form): Form<TagForm>,
) -> Result<Response, Error> {
    mark_one(&console, &colleague, RecordId(id), &form.tag, true).await
}

/// `POST /console/contacts/{id}/tags/remove`
pub async fn remove(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Form(form): Form<TagForm>,
) -> Result<Response, Error> {
    mark_one(&console, &colleague, RecordId(id), &form.tag, false).await
}

async fn mark_one(
    console: &Console,
    colleague: &Colleague,
    contact: RecordId,
    tag: &str,
    is_put_on: bool,
) -> Result<Response, Error> {
    let tagged = mark(console, colleague, vec![contact], tag, is_put_on).await?;
    if tagged.full > 0 {
        return Err(Error::Invalid(colleague.texts.told.full_person));
    }
    if tagged.changed.is_empty() {
        // They have it already, or are nobody whom one knows.
        let known = console.keeper.people().profile(&colleague.scope, contact).await?;
        known.ok_or(Error::NotFound)?;
    }
    Ok(Redirect::to(&href(contact)).into_response())
}

/// Puts a tag on people, or takes it off, with a trace for each; tells what became of it.
pub(in crate::console) async fn mark(
    console: &Console,
    colleague: &Colleague,
    contacts: Vec<RecordId>,
    tag: &str,
    is_put_on: bool,
) -> Result<Tagged, Error> {
    let order = Tagging {
        contacts,
        tag: tag.split_whitespace().collect::<Vec<_>>().join(" "),
        is_put_on,
        at: console.clock.now(),
    };
    if !is_tag(&order.tag) {
        return Err(Error::Invalid(colleague.texts.person.bad_tag));
    }
    let act = if is_put_on { "contact.tag" } else { "contact.untag" };
    let tagged = console.keeper.people().tag(&colleague.scope, &order).await?;
    for (id, tenant) in &tagged.changed {
        console
            .audit(&colleague.user, Some(tenant.clone()), act, id.to_string())
            .await?;
    }
    Ok(tagged)
}
