//! What is done with a person's data: brought together, told apart, handed out, erased.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::people::{ErasureOrder, MergeOrder, Merged, Whom};
use frontdesk_core::records::Contact;
use frontdesk_core::{ConversationId, RecordId};
use serde::Deserialize;
use uuid::Uuid;

use super::{erasures, href, href_joined};
use crate::console::records::Records;
use crate::console::session::Shared;
use crate::console::{Colleague, Console, Error};

/// Who is the same person.
#[derive(Deserialize)]
pub struct MergeForm {
    /// The other contact's id, or the address of its page.
    #[serde(default)]
    other: String,
}

/// Where one came from.
#[derive(Deserialize)]
pub struct UnmergeForm {
    /// The contact whose page one looks at.
    #[serde(default)]
    contact: String,
}

/// Whether somebody is sure.
#[derive(Deserialize)]
pub struct EraseForm {
    /// `yes`, when the box was ticked.
    #[serde(default)]
    sure: String,
}

/// `POST /console/contacts/{id}/merge`
pub async fn merge(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Form(form): Form<MergeForm>,
) -> Result<Response, Error> {
    let own = &colleague.texts.person;
    let last = form.other.trim().trim_end_matches('/').rsplit('/').next();
    let other: Uuid = last
        .and_then(|id| id.parse().ok())
        .ok_or(Error::Invalid(own.bad_other))?;
    bring_together(&console, &colleague, RecordId(id), RecordId(other)).await?;
    Ok(Redirect::to(&href_joined(RecordId(id))).into_response())
}

/// Makes two contacts one person.
pub(in crate::console) async fn bring_together(
    console: &Console,
    colleague: &Colleague,
    keep: RecordId,
    other: RecordId,
) -> Result<(), Error> {
    let order = MergeOrder {
        id: Uuid::now_v7(),
        keep,
        merge: other,
        by: colleague.user.email.clone(),
        at: console.clock.now(),
    };
    match console.keeper.people().merge(&colleague.scope, &order).await? {
        Merged::Done => {
            let tenant = colleague.scope.tenant().cloned();
            let subject = format!("{keep} {other}");
            console.audit(&colleague.user, tenant, "contact.merge", subject).await
        }
        Merged::NotFound => Err(Error::NotFound),
        Merged::Already => Err(Error::Invalid(colleague.texts.person.already)),
    }
}

/// `POST /console/merges/{id}/undo`
pub async fn unmerge(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Form(form): Form<UnmergeForm>,
) -> Result<Response, Error> {
    let (by, now) = (colleague.user.email.as_str(), console.clock.now());
    if !console.keeper.people().unmerge(&colleague.scope, id, by, now).await? {
        return Err(Error::NotFound);
    }
    let tenant = colleague.scope.tenant().cloned();
    console
        .audit(&colleague.user, tenant, "contact.unmerge", id.to_string())
        .await?;
    // Only an id leads back, so nobody is led elsewhere.
    let back = form
        .contact
        .parse()
        .map_or_else(|_| Contact::PATH.to_owned(), |id| href(RecordId(id)));
    Ok(Redirect::to(&back).into_response())
}

/// `GET /console/contacts/{id}/export`
pub async fn export(State(console): Shared, colleague: Colleague, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let found = console.keeper.people().export(&colleague.scope, RecordId(id)).await?;
    let rows = found.ok_or(Error::NotFound)?;
    let tenant = colleague.scope.tenant().cloned();
    console
        .audit(&colleague.user, tenant, "contact.export", id.to_string())
        .await?;
    let name = format!("attachment; filename=\"contact-{id}.json\"");
    let headers = [(CONTENT_DISPOSITION, name), (CACHE_CONTROL, "no-store".to_owned())];
    Ok((headers, axum::Json(rows)).into_response())
}

/// `POST /console/conversations/{id}/erase`: whoever has it, and left neither phone nor email.
pub async fn erase_thread(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Form(form): Form<EraseForm>,
) -> Result<Response, Error> {
    erase_whom(&console, &colleague, Whom::Conversation(ConversationId(id)), &form).await
}

/// `POST /console/contacts/{id}/erase`
pub async fn erase(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Form(form): Form<EraseForm>,
) -> Result<Response, Error> {
    erase_whom(&console, &colleague, Whom::Contact(RecordId(id)), &form).await
}

async fn erase_whom(console: &Console, colleague: &Colleague, whom: Whom, form: &EraseForm) -> Result<Response, Error> {
    if form.sure != "yes" {
        return Err(Error::Invalid(colleague.texts.person.erase_check));
    }
    let order = ErasureOrder {
        id: Uuid::now_v7(),
        whom,
        by: colleague.user.email.clone(),
        at: console.clock.now(),
    };
    let erased = console.keeper.erase(&colleague.scope, &order).await?;
    let proof = erased.ok_or(Error::NotFound)?;
    // The id of a conversation could be guessed from the address: what is written down is the proof's.
    let subject = match whom {
        Whom::Contact(contact) => contact.0,
        Whom::Conversation(_) => proof.id,
    };
    console
        .audit(
            &colleague.user,
            Some(proof.tenant),
            "contact.erase",
            subject.to_string(),
        )
        .await?;
    Ok(Redirect::to(erasures::PATH).into_response())
}
