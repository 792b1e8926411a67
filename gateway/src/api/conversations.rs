//! Conversations, their turns and messages.

use std::sync::Arc;

use axum::extract::State;
use frontdesk_core::ports::reader::{ConversationDetail, ConversationRow, TurnRow};
use frontdesk_core::{ConversationId, ConversationStatus, Message};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::page::{Listed, PageQuery, SequenceQuery};
use super::{Api, Caller, Error, not_found};

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conversation {
    /// Its id.
    id: Uuid,
    /// Whose.
    tenant: String,
    /// Over which channel: `web_chat`, `sms` …
    channel: &'static str,
    /// The other side's address on the channel.
    address: String,
    /// `open`, `needs_person`, `with_person` or `done`.
    status: &'static str,
    /// How many turns it has had.
    version: u64,
    /// How many messages it has.
    last_seq: u64,
    /// First turn, RFC 3339.
    created_at: String,
    /// Last turn, RFC 3339.
    updated_at: String,
}

impl From<ConversationRow> for Conversation {
    fn from(row: ConversationRow) -> Self {
        Self {
            id: row.id.0,
            tenant: row.tenant.into(),
            channel: row.channel.code(),
            address: row.address.into_string(),
            status: row.status.code(),
            version: row.version,
            last_seq: row.last_seq,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

/// A conversation with what it remembers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationWithState {
    /// The conversation.
    #[serde(flatten)]
    conversation: Conversation,
    /// The dialogue's state: step, awaited field, answers.
    state: Value,
    /// Timers that are set.
    timers: Vec<Timer>,
}

/// A timer that is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timer {
    /// Its name.
    name: String,
    /// When it comes due, RFC 3339.
    due: String,
}

impl ConversationWithState {
    fn new(detail: ConversationDetail) -> Result<Self, Error> {
        let timers = detail.timers.into_iter().map(|timer| Timer {
            name: timer.name,
            due: timer.due.to_string(),
        });
        Ok(Self {
            conversation: detail.row.into(),
            state: value(detail.state.get())?,
            timers: timers.collect(),
        })
    }
}

/// A turn: what was received, and what was decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct Turn {
    /// The conversation's version after it.
    version: u64,
    /// When it was taken, RFC 3339.
    at: String,
    /// `{event, decisions, effects}`.
    record: Value,
}

impl Turn {
    fn new(row: &TurnRow) -> Result<Self, Error> {
        Ok(Self {
            version: row.version,
            at: row.at.to_string(),
            record: value(row.record.get())?,
        })
    }
}

/// Stored JSON is our own; if it cannot be read somebody must look.
fn value(json: &str) -> Result<Value, Error> {
    serde_json::from_str(json).map_err(|error| {
        tracing::error!(%error, "stored JSON cannot be read");
        Error::Internal
    })
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    /// Its id.
    id: Uuid,
    /// Its place in the conversation.
    seq: u64,
    /// `user`, `bot` or `operator`.
    role: &'static str,
    /// What it says: `{text, quick_replies?, cards?, attachments?}`.
    content: Value,
    /// When it was said, RFC 3339.
    at: String,
    /// `pending`, `retrying`, `sent`, `delivered`, `read`, `replied`, `validated`, `failed`, `escalated`,
    /// `resolved` or `unknown`.
    status: &'static str,
    /// Why the status is what it is.
    reason: Option<String>,
    /// The sender's own id of it.
    external_id: Option<String>,
    /// When a person wrote it, RFC 3339, where no webhook brought it and it was found at the provider later.
    recovered_from: Option<String>,
    /// When a person wrote it, RFC 3339, where it reached us two hours later or more.
    late_from: Option<String>,
}

impl From<Message> for MessageView {
    fn from(mut message: Message) -> Self {
        let recovered_from = message.content.recovered_from.take();
        let late_from = message.content.late_from.take();
        Self {
            recovered_from: recovered_from.map(|at| at.to_string()),
            late_from: late_from.map(|at| at.to_string()),
            id: message.id.0,
            seq: message.seq,
            role: message.author.code(),
            content: serde_json::to_value(&message.content).unwrap_or_default(),
            at: message.at.to_string(),
            status: message.status.code(),
            reason: message.reason,
            external_id: message.external_id,
        }
    }
}

/// The rows of one conversation, ascending.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ascending<T> {
    /// The rows.
    items: Vec<T>,
    /// What to send as `after` for the next part; null when this one was not full.
    next: Option<u64>,
}

impl<T> Ascending<T> {
    fn new(items: Vec<T>, limit: u32, number: impl Fn(&T) -> u64) -> Self {
        let is_full = items.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let next = items.last().filter(|_| is_full).map(number);
        Self { items, next }
    }
}

/// Which conversations are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatusQuery {
    /// Only those of this status: `open`, `needs_person`, `with_person` or `done`.
    status: Option<String>,
}

impl StatusQuery {
    fn status(&self) -> Result<Option<ConversationStatus>, Error> {
        let Some(code) = &self.status else {
            return Ok(None);
        };
        ConversationStatus::from_code(code).map(Some).ok_or_else(|| {
            let codes = ConversationStatus::ALL.map(ConversationStatus::code).join(", ");
            Error::BadRequest(format!("'status' is one of {codes}."))
        })
    }
}

/// Lists conversations
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", params(StatusQuery, PageQuery),
    responses((status = 200, body = Listed<Conversation>)))]
pub async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(status): Query<StatusQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Conversation>>, Error> {
    let rows = api
        .reader
        .conversations(&caller.scope, status.status()?, page.page()?)
        .await?;
    Ok(Json(Listed::of(rows)))
}

/// Shows one conversation with its state and timers
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = Uuid, Path)),
    responses((status = 200, body = ConversationWithState), (status = 404, body = super::error::Problem)))]
pub async fn show(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ConversationWithState>, Error> {
    let found = api.reader.conversation(&caller.scope, ConversationId(id)).await?;
    let detail = found.ok_or_else(not_found("conversation"))?;
    ConversationWithState::new(detail).map(Json)
}

/// Lists the turns of a conversation, oldest first
#[utoipa::path(get, path = "/api/v1/conversations/{id}/turns", tag = "conversations",
    params(("id" = Uuid, Path), SequenceQuery),
    responses((status = 200, body = Ascending<Turn>), (status = 404, body = super::error::Problem)))]
pub async fn turns(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<SequenceQuery>,
) -> Result<Json<Ascending<Turn>>, Error> {
    let (id, limit) = (ConversationId(id), query.limit()?);
    let rows = api
        .reader
        .turns(&caller.scope, id, query.after.unwrap_or(0), limit)
        .await?;
    exists(&api, &caller, id, rows.is_empty()).await?;
    let turns = rows.iter().map(Turn::new).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(Ascending::new(turns, limit, |turn| turn.version)))
}

/// Lists the messages of a conversation, oldest first
#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages", tag = "conversations",
    params(("id" = Uuid, Path), SequenceQuery),
    responses((status = 200, body = Ascending<MessageView>), (status = 404, body = super::error::Problem)))]
pub async fn messages(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<SequenceQuery>,
) -> Result<Json<Ascending<MessageView>>, Error> {
    let (id, limit) = (ConversationId(id), query.limit()?);
    let rows = api
        .reader
        .messages(&caller.scope, id, query.after.unwrap_or(0), limit)
        .await?;
    exists(&api, &caller, id, rows.is_empty()).await?;
    let views = rows.into_iter().map(MessageView::from).collect();
    Ok(Json(Ascending::new(views, limit, |message: &MessageView| message.seq)))
}

/// An empty part of a list may be the end of it, or that of nothing at all.
async fn exists(api: &Api, caller: &Caller, id: ConversationId, is_empty: bool) -> Result<(), Error> {
    if is_empty && api.reader.conversation(&caller.scope, id).await?.is_none() {
        return Err(Error::NotFound("conversation"));
    }
    Ok(())
}
