//! A colleague's part in a conversation: take over, write, give back.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use frontdesk_core::{Author, ConversationId, OperatorAct, Personal};
use frontdesk_runtime::Live;
use serde::Deserialize;
use uuid::Uuid;

use super::conversation::{after, refused};
use super::session::Shared;
use super::{Colleague, Console, Error};
use crate::operator::{self, TEXT_CHARACTERS_MAX};

/// What an act comes with.
#[derive(Deserialize)]
pub struct Act {
    /// The same twice is one act.
    pub key: String,
    /// What is written, if anything is.
    #[serde(default)]
    pub text: String,
    /// The queue one came from.
    #[serde(default)]
    pub view: String,
}

/// Does something in a conversation, writes it down, and shows what became of it.
async fn act(
    console: &Console,
    colleague: &Colleague,
    headers: &HeaderMap,
    id: Uuid,
    given: Act,
    (name, what): (&'static str, OperatorAct),
) -> Result<Response, Error> {
    if !(1..=64).contains(&given.key.len()) {
        return Err(Error::Invalid(colleague.texts.errors.foreign_form));
    }
    let found = console
        .reader
        .conversation(&colleague.scope, ConversationId(id))
        .await?;
    let row = found.ok_or(Error::NotFound)?.row;
    let tenant = row.tenant.clone();
    // The forms of one page share a key; what is done with it is part of the identity.
    let key = format!("{name} {}", given.key);
    let event = operator::event(row, &key, console.clock.now(), what);
    let delivered = console.runtime.deliver(event).await?;
    if !delivered.is_duplicate {
        console
            .audit(&colleague.user, Some(tenant), name, id.to_string())
            .await?;
    }
    after(console, colleague, headers, id, &given.view).await
}

/// `POST /console/conversations/{id}/take-over`
pub async fn take_over(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let by = colleague.name().to_owned();
    let what = ("conversation.take_over", OperatorAct::TakeOver { by });
    act(&console, &colleague, &headers, id, given, what).await
}

/// `POST /console/conversations/{id}/give-back`
pub async fn give_back(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let by = colleague.name().to_owned();
    let what = ("conversation.give_back", OperatorAct::GiveBack { by });
    act(&console, &colleague, &headers, id, given, what).await
}

/// `POST /console/conversations/{id}/messages`
pub async fn say(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let text = given.text.trim();
    if !(1..=TEXT_CHARACTERS_MAX).contains(&text.chars().count()) {
        return Err(Error::Invalid(colleague.texts.thread.bad_length));
    }
    if let Some(refusal) = refused(&console, &colleague, id).await? {
        return Err(Error::Invalid(refusal));
    }
    let what = OperatorAct::Say {
        by: colleague.name().to_owned(),
        text: Personal::from(text),
    };
    act(&console, &colleague, &headers, id, given, ("conversation.say", what)).await
}

/// `POST /console/conversations/{id}/typing`: the person sees it while the page is open.
pub async fn typing(State(console): Shared, colleague: Colleague, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let found = console
        .reader
        .conversation(&colleague.scope, ConversationId(id))
        .await?;
    let row = found.ok_or(Error::NotFound)?.row;
    console.runtime.publish(row.id, None, Live::Typing(Author::Operator));
    Ok(StatusCode::NO_CONTENT.into_response())
}
