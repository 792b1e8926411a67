//! What a colleague does in a conversation: take over, write, give back.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use frontdesk_actors::OfferedText;
use frontdesk_core::ports::registry::Role;
use frontdesk_core::{Author, ConversationId, Message, OperatorAct, Personal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Json, Path};
use super::{Api, Caller, Error, not_found};
use crate::operator::{self, TEXT_CHARACTERS_MAX};

/// Characters of a colleague's name and of an idempotency key.
const WORD_CHARACTERS_MAX: usize = 128;

/// Who acts.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Colleague {
    /// The colleague's name or email, as colleagues will see it.
    pub(super) by: String,
}

/// What a colleague writes.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Words {
    /// The colleague's name or email, as colleagues will see it.
    by: String,
    /// The words, 1–4,000 characters.
    #[schema(value_type = String)]
    text: Personal,
}

/// What an act led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acted {
    /// The message's place in the conversation; 0 when the act carried none.
    seq: u64,
    /// The act with this idempotency key had been done before.
    is_duplicate: bool,
}

/// The `Idempotency-Key` header: the same key twice is one act. Without it every call is a new one.
pub struct IdempotencyKey(String);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(Uuid::new_v4().to_string()));
        };
        let text = value.to_str().unwrap_or_default();
        word("Idempotency-Key", text).map(|key| Self(key.to_owned()))
    }
}

pub(super) fn word<'a>(field: &str, text: &'a str) -> Result<&'a str, Error> {
    let text = text.trim();
    let is_word = (1..=WORD_CHARACTERS_MAX).contains(&text.chars().count()) && !text.contains(char::is_control);
    if is_word {
        Ok(text)
    } else {
        Err(Error::BadRequest(format!(
            "'{field}' has 1 to {WORD_CHARACTERS_MAX} characters, on one line."
        )))
    }
}

async fn act(
    api: &Api,
    caller: &Caller,
    id: Uuid,
    key: &IdempotencyKey,
    act: OperatorAct,
) -> Result<Json<Acted>, Error> {
    caller.demand(Role::Operator)?;
    let found = api.reader.conversation(&caller.scope, ConversationId(id)).await?;
    let row = found.ok_or_else(not_found("conversation"))?.row;
    let event = operator::event(row, &key.0, api.clock.now(), act);
    let delivered = api.runtime.deliver(event).await?;
    Ok(Json(Acted {
        seq: delivered.seq,
        is_duplicate: delivered.is_duplicate,
    }))
}

/// Takes a conversation over: the bot is silent from here on
#[utoipa::path(post, path = "/api/v1/conversations/{id}/take-over", tag = "operator", params(("id" = Uuid, Path)),
    request_body = Colleague, responses((status = 200, body = Acted), (status = 404, body = super::error::Problem)))]
pub async fn take_over(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
    Json(colleague): Json<Colleague>,
) -> Result<Json<Acted>, Error> {
    let by = word("by", &colleague.by)?.to_owned();
    act(&api, &caller, id, &key, OperatorAct::TakeOver { by }).await
}

/// Writes to the person, and takes over when nobody has yet
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", tag = "operator", params(("id" = Uuid, Path)),
    request_body = Words, responses((status = 200, body = Acted), (status = 404, body = super::error::Problem)))]
pub async fn say(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
    Json(words): Json<Words>,
) -> Result<Json<Acted>, Error> {
    let by = word("by", &words.by)?.to_owned();
    let text = words.text.trim();
    if !(1..=TEXT_CHARACTERS_MAX).contains(&text.chars().count()) {
        return Err(Error::BadRequest(format!(
            "'text' has 1 to {TEXT_CHARACTERS_MAX} characters."
        )));
    }
    let said = OperatorAct::Say {
        by,
        text: Personal::from(text),
        attachments: Vec::new(),
    };
    act(&api, &caller, id, &key, said).await
}

/// A text that a provider has approved, as the person would read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Template {
    /// Its name in the tenant's manifest.
    key: String,
    /// The words, with `…` where something is not known of the person.
    words: String,
    /// Everything is known that it says: it can be sent.
    is_complete: bool,
}

impl From<OfferedText> for Template {
    fn from(text: OfferedText) -> Self {
        Self {
            key: text.key,
            words: text.words,
            is_complete: text.is_complete,
        }
    }
}

/// Which approved text is sent.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Chosen {
    /// The colleague's name or email, as colleagues will see it.
    by: String,
    /// Its name in the tenant's manifest.
    template: String,
}

async fn offered(api: &Api, caller: &Caller, id: Uuid) -> Result<Vec<OfferedText>, Error> {
    caller.demand(Role::Operator)?;
    let found = api.reader.conversation(&caller.scope, ConversationId(id)).await?;
    let detail = found.ok_or_else(not_found("conversation"))?;
    let tenant = api.tenants.find(&detail.row.tenant);
    Ok(operator::offered(tenant.as_deref(), &detail, api.clock.now()))
}

/// Lists the approved texts that can be sent in a conversation, filled in for its person
#[utoipa::path(get, path = "/api/v1/conversations/{id}/templates", tag = "operator", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Template>), (status = 404, body = super::error::Problem)))]
pub async fn templates(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Template>>, Error> {
    let offered = offered(&api, &caller, id).await?;
    Ok(Json(offered.into_iter().map(Template::from).collect()))
}

/// Sends an approved text, at any time after the person's last message, and takes over when nobody has yet
#[utoipa::path(post, path = "/api/v1/conversations/{id}/templates", tag = "operator", params(("id" = Uuid, Path)),
    request_body = Chosen, responses((status = 200, body = Acted), (status = 400, body = super::error::Problem),
    (status = 404, body = super::error::Problem)))]
pub async fn send_template(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
    Json(chosen): Json<Chosen>,
) -> Result<Json<Acted>, Error> {
    let by = word("by", &chosen.by)?.to_owned();
    let offered = offered(&api, &caller, id).await?;
    let text = offered.into_iter().find(|text| text.key == chosen.template);
    let text = text.filter(|text| text.is_complete).ok_or_else(|| {
        Error::BadRequest("'template' is none that can be sent here: see the list at the same address.".to_owned())
    })?;
    let sent = OperatorAct::SendTemplate { by, key: text.key };
    act(&api, &caller, id, &key, sent).await
}

/// Gives a conversation back to the bot
#[utoipa::path(post, path = "/api/v1/conversations/{id}/give-back", tag = "operator", params(("id" = Uuid, Path)),
    request_body = Colleague, responses((status = 200, body = Acted), (status = 404, body = super::error::Problem)))]
pub async fn give_back(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
    Json(colleague): Json<Colleague>,
) -> Result<Json<Acted>, Error> {
    let by = word("by", &colleague.by)?.to_owned();
    act(&api, &caller, id, &key, OperatorAct::GiveBack { by }).await
}

/// Says that a message came through of which nobody could tell
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages/{seq}/arrived", tag = "operator",
    params(("id" = Uuid, Path), ("seq" = u64, Path)), request_body = Colleague,
    responses((status = 200, body = Acted), (status = 404, body = super::error::Problem)))]
pub async fn arrived(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, seq)): Path<(Uuid, u64)>,
    Json(colleague): Json<Colleague>,
) -> Result<Json<Acted>, Error> {
    outbound(&api, &caller, id, seq).await?;
    let by = word("by", &colleague.by)?.to_owned();
    let key = IdempotencyKey(format!("message.arrived {seq}"));
    act(&api, &caller, id, &key, OperatorAct::Arrived { by, seq }).await
}

/// Sends a message again that did not come through
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages/{seq}/send-again", tag = "operator",
    params(("id" = Uuid, Path), ("seq" = u64, Path)), request_body = Colleague,
    responses((status = 200, body = Acted), (status = 404, body = super::error::Problem)))]
pub async fn send_again(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, seq)): Path<(Uuid, u64)>,
    Json(colleague): Json<Colleague>,
) -> Result<Json<Acted>, Error> {
    let message = outbound(&api, &caller, id, seq).await?;
    let again = OperatorAct::SendAgain {
        by: word("by", &colleague.by)?.to_owned(),
        seq,
        author: message.author,
        content: Box::new(message.content),
    };
    let key = IdempotencyKey(format!("message.send_again {seq}"));
    act(&api, &caller, id, &key, again).await
}

/// A message of ours that did not come through, as far as anybody can tell.
async fn outbound(api: &Api, caller: &Caller, id: Uuid, seq: u64) -> Result<Message, Error> {
    use frontdesk_core::DeliveryStatus::{Escalated, Failed, Resolved, Unknown};

    caller.demand(Role::Operator)?;
    let after = seq.checked_sub(1).ok_or_else(not_found("message"))?;
    let found = api.reader.messages(&caller.scope, ConversationId(id), after, 1).await?;
    let message = found.into_iter().find(|message| message.seq == seq);
    let message = message.filter(|message| message.author != Author::User);
    let message = message.ok_or_else(not_found("message"))?;
    // One that was seen to already is here for whoever asks the same twice.
    if matches!(message.status, Unknown | Failed | Escalated | Resolved) {
        Ok(message)
    } else {
        Err(Error::BadRequest(format!("Message {seq} did come through.")))
    }
}
