//! A colleague's part in a conversation: take over, write, give back.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::reader::ConversationRow;
use frontdesk_core::{Author, ConversationId, Message, OperatorAct, Personal};
use frontdesk_runtime::Live;
use serde::Deserialize;
use uuid::Uuid;

use super::canned::unfilled;
use super::conversation::{after, refused};
use super::session::Shared;
use super::thread::is_unsettled;
use super::{Colleague, Console, Error};
use crate::operator::{self, TEXT_CHARACTERS_MAX};

/// Messages looked at for an answer that came meanwhile.
const LATER_MAX: u32 = 100;

/// What an act comes with.
#[derive(Default, Deserialize)]
pub struct Act {
    /// The same twice is one act.
    pub key: String,
    /// What is written, if anything is.
    #[serde(default)]
    pub text: String,
    /// Files that were uploaded for it: their ids, between commas.
    #[serde(default)]
    pub files: String,
    /// The query of the queue one came from.
    #[serde(default)]
    pub from: String,
    /// The last message the colleague had seen.
    pub seen: Option<u64>,
}

/// The conversation that something is done with, if the colleague may see it.
pub async fn row(console: &Console, colleague: &Colleague, id: Uuid) -> Result<ConversationRow, Error> {
    let found = console
        .reader
        .conversation(&colleague.scope, ConversationId(id))
        .await?;
    Ok(found.ok_or(Error::NotFound)?.row)
}

/// Does something in a conversation, writes it down, and shows what became of it.
pub async fn act(
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
    let row = row(console, colleague, id).await?;
    deliver(console, colleague, row, &given.key, (name, what)).await?;
    after(console, colleague, headers, id, &given.from).await
}

/// Does something in a conversation and writes it down. The same act of the same key is done once.
pub async fn deliver(
    console: &Console,
    colleague: &Colleague,
    row: ConversationRow,
    key: &str,
    (name, what): (&'static str, OperatorAct),
) -> Result<(), Error> {
    let (tenant, id) = (row.tenant.clone(), row.id);
    // The forms of one page share a key; what is done with it is part of the identity.
    let event = operator::event(row, &format!("{name} {key}"), console.clock.now(), what);
    if !console.runtime.deliver(event).await?.is_duplicate {
        console
            .audit(&colleague.user, Some(tenant), name, id.to_string())
            .await?;
    }
    Ok(())
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
    let attachments = super::files::named(&console, &colleague, id, &given.files).await?;
    let least = usize::from(attachments.is_empty());
    if !(least..=TEXT_CHARACTERS_MAX).contains(&text.chars().count()) {
        return Err(Error::Invalid(colleague.texts.thread.bad_length));
    }
    if let Some(place) = unfilled(text) {
        return Err(Error::Unfilled(place));
    }
    if let Some(refusal) = refused(&console, &colleague, id).await? {
        return Err(Error::Invalid(refusal));
    }
    if let Some(seen) = given.seen
        && is_answered_since(&console, &colleague, id, seen).await?
    {
        return Err(Error::Answered);
    }
    let what = OperatorAct::Say {
        by: colleague.name().to_owned(),
        text: Personal::from(text),
        attachments,
    };
    act(&console, &colleague, &headers, id, given, ("conversation.say", what)).await
}

/// `POST /console/conversations/{id}/templates`: `text` names an approved text of the tenant.
pub async fn send_template(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let found = console
        .reader
        .conversation(&colleague.scope, ConversationId(id))
        .await?;
    let detail = found.ok_or(Error::NotFound)?;
    let tenant = console.tenants.find(&detail.row.tenant);
    let offered = operator::offered(tenant.as_deref(), &detail, console.clock.now());
    let is_chosen = |text: &frontdesk_actors::OfferedText| text.key == given.text && text.is_complete;
    if !offered.iter().any(is_chosen) {
        return Err(Error::Invalid(colleague.texts.desk.not_offered));
    }
    let what = OperatorAct::SendTemplate {
        by: colleague.name().to_owned(),
        key: given.text.clone(),
    };
    act(
        &console,
        &colleague,
        &headers,
        id,
        given,
        ("conversation.template", what),
    )
    .await
}

/// `POST /console/conversations/{id}/messages/{seq}/arrived`: what nobody could tell, a colleague knows.
pub async fn arrived(
    State(console): Shared,
    colleague: Colleague,
    Path((id, seq)): Path<(Uuid, u64)>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    unsettled(&console, &colleague, id, seq).await?;
    let by = colleague.name().to_owned();
    let what = ("message.arrived", OperatorAct::Arrived { by, seq });
    act(&console, &colleague, &headers, id, once(given, seq), what).await
}

/// `POST /console/conversations/{id}/messages/{seq}/send-again`
pub async fn send_again(
    State(console): Shared,
    colleague: Colleague,
    Path((id, seq)): Path<(Uuid, u64)>,
    headers: HeaderMap,
    Form(given): Form<Act>,
) -> Result<Response, Error> {
    let message = unsettled(&console, &colleague, id, seq).await?;
    let what = OperatorAct::SendAgain {
        by: colleague.name().to_owned(),
        seq,
        author: message.author,
        content: Box::new(message.content),
    };
    let what = ("message.send_again", what);
    act(&console, &colleague, &headers, id, once(given, seq), what).await
}

/// Two colleagues who press the same button do one thing.
fn once(given: Act, seq: u64) -> Act {
    Act {
        key: seq.to_string(),
        ..given
    }
}

/// A message of ours that did not come through, as far as anybody can tell.
pub async fn unsettled(console: &Console, colleague: &Colleague, id: Uuid, seq: u64) -> Result<Message, Error> {
    let id = ConversationId(id);
    let after = seq.checked_sub(1).ok_or(Error::NotFound)?;
    let found = console.reader.messages(&colleague.scope, id, after, 1).await?;
    let message = found.into_iter().find(|message| message.seq == seq);
    let message = message
        .filter(|message| message.author != Author::User)
        .ok_or(Error::NotFound)?;
    if is_unsettled(&message.status) {
        Ok(message)
    } else {
        Err(Error::Invalid(colleague.texts.thread.settled))
    }
}

/// Whether a colleague has written after the last message that was seen.
async fn is_answered_since(console: &Console, colleague: &Colleague, id: Uuid, seen: u64) -> Result<bool, Error> {
    let later = console
        .reader
        .messages(&colleague.scope, ConversationId(id), seen, LATER_MAX)
        .await?;
    Ok(later.iter().any(|message| message.author == Author::Operator))
}

/// `POST /console/conversations/{id}/typing`: the person sees it while the page is open, and so do
/// other colleagues.
pub async fn typing(State(console): Shared, colleague: Colleague, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let row = row(&console, &colleague, id).await?;
    console.runtime.publish(row.id, None, Live::Typing(Author::Operator));
    let drafting = Live::Drafting {
        by: colleague.user.id,
        name: colleague.name().into(),
    };
    console.runtime.publish(row.id, None, drafting);
    Ok(StatusCode::NO_CONTENT.into_response())
}
