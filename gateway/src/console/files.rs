//! Files in a conversation: what colleagues send, and what everybody sent.

use axum::Json;
use axum::body::{Body, HttpBody};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_actors::{FileKind, FilePolicy};
use frontdesk_core::ports::reader::ConversationRow;
use frontdesk_core::ports::store;
use frontdesk_core::{Attachment, ConversationId, FileId, TenantId, Transport};
use serde_json::json;
use uuid::Uuid;

use super::session::Shared;
use super::texts::Texts;
use super::thread::File;
use super::{Colleague, Console, Error};
use crate::api::file_name;
use crate::channels::media::NotFetched;
use crate::files::{COLLEAGUE_BYTES_MAX, Refused, Upload, answer, clean};

/// Files of one message.
const FILES_MAX: usize = 10;
/// Characters of what an upload is called.
const KEY_CHARACTERS_MAX: usize = 128;
/// Pictures that browsers show.
const PICTURES: [&str; 5] = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"];

async fn row(console: &Console, colleague: &Colleague, id: Uuid) -> Result<ConversationRow, Error> {
    let found = console
        .reader
        .conversation(&colleague.scope, ConversationId(id))
        .await?;
    Ok(found.ok_or(Error::NotFound)?.row)
}

/// `POST /console/conversations/{id}/files`: takes a file to go with the next message.
pub async fn upload(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let row = row(&console, &colleague, id).await?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let key = header("idempotency-key").filter(|key| key.len() <= KEY_CHARACTERS_MAX);
    let policy = FilePolicy {
        kinds: FileKind::ALL.to_vec(),
        bytes_max: COLLEAGUE_BYTES_MAX,
    };
    let upload = Upload {
        tenant: row.tenant,
        conversation: row.id,
        key: key.unwrap_or_default(),
        name: &file_name(&headers).map_err(|_| Error::TooLarge)?,
        bytes: body.size_hint().exact().unwrap_or_default(),
        policy: &policy,
    };
    let taken = console.files.take(&upload, body).await;
    let file = taken.map_err(|refused| refusal(refused, colleague.texts))?;
    let shown = json!({
        "id": file.id, "name": file.name.as_str(), "about": about(&file.media_type, Some(file.bytes)),
    });
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// `GET /console/conversations/{id}/files/{seq}/{index}`: a file that a message carries.
pub async fn fetch(
    State(console): Shared,
    colleague: Colleague,
    Path((id, seq, index)): Path<(Uuid, u64, usize)>,
) -> Result<Response, Error> {
    let before = seq.checked_sub(1).ok_or(Error::NotFound)?;
    let id = ConversationId(id);
    let messages = console.reader.messages(&colleague.scope, id, before, 1).await?;
    let message = messages.into_iter().find(|message| message.seq == seq);
    let mut attachments = message.ok_or(Error::NotFound)?.content.attachments;
    if index >= attachments.len() {
        return Err(Error::NotFound);
    }
    let attachment = attachments.swap_remove(index);
    match attachment.file {
        Some(file) => Ok(Redirect::to(&format!("/{}", console.files.link(file))).into_response()),
        None => {
            let tenant = row(&console, &colleague, id.0).await?.tenant;
            from_provider(&console, &colleague, &tenant, &attachment).await
        }
    }
}

/// A file that a provider keeps, through us: its address and what opens it stay here.
async fn from_provider(
    console: &Console,
    colleague: &Colleague,
    tenant: &TenantId,
    file: &Attachment,
) -> Result<Response, Error> {
    let library = console.media.as_ref().ok_or(Error::NotFound)?;
    let fetched = match library.fetch(tenant, &file.url).await {
        Ok(fetched) => fetched,
        Err(NotFetched::Unknown | NotFetched::Gone) => return Err(Error::NotFound),
        Err(NotFetched::TooLarge) => return Err(Error::TooLarge),
        Err(NotFetched::Busy) => return Err(Error::Busy),
        Err(NotFetched::Refused(reason)) => {
            tracing::warn!(%reason, "a provider did not give a file out");
            return Err(Error::Invalid(colleague.texts.files.not_fetched));
        }
    };
    let name = file.name.as_deref().unwrap_or("file");
    let name = clean(name, fetched.extensions);
    Ok(answer(fetched.media_type, &name, fetched.body))
}

/// The files that a message shall carry, by the ids a form names.
pub(super) async fn named(
    console: &Console,
    colleague: &Colleague,
    id: Uuid,
    ids: &str,
) -> Result<Vec<Attachment>, Error> {
    let gone = || Error::Invalid(colleague.texts.files.gone);
    let ids: Vec<&str> = ids.split(',').filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ids.len() > FILES_MAX {
        return Err(Error::Invalid(colleague.texts.files.full));
    }
    let row = row(console, colleague, id).await?;
    let is_fetched = row.channel.profile().transport == Transport::Outbox;
    let mut attachments = Vec::with_capacity(ids.len());
    for id in ids {
        let id: FileId = id.parse().map_err(|_| gone())?;
        let file = console.files.of_conversation(&row.tenant, row.id, id).await?;
        attachments.push(console.files.attachment(file.ok_or_else(gone)?, is_fetched));
    }
    Ok(attachments)
}

/// The files of a message as the transcript shows them.
pub(super) fn shown(seq: u64, attachments: Vec<Attachment>) -> Vec<File> {
    let numbered = attachments.into_iter().enumerate();
    numbered
        .map(|(index, file)| File {
            about: about(&file.media_type, file.bytes),
            href: (file.file.is_some() || file.url.starts_with("http")).then(|| format!("{seq}/{index}")),
            is_picture: file.file.is_some() && PICTURES.contains(&file.media_type.as_str()),
            name: file.name.map_or(file.media_type, |name| name.into_string()),
        })
        .collect()
}

/// Type and size, as people say them.
fn about(media_type: &str, bytes: Option<u64>) -> String {
    let kind = media_type.rsplit('/').next().unwrap_or_default();
    let kind = kind.rsplit(['.', '-']).next().unwrap_or_default().to_uppercase();
    let size = bytes.map(|bytes| match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    });
    [Some(kind), size].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn refusal(refused: Refused, texts: &'static Texts) -> Error {
    let texts = &texts.files;
    match refused {
        Refused::NotTaken | Refused::WrongType => Error::Invalid(texts.wrong_type),
        Refused::Empty => Error::Invalid(texts.empty),
        Refused::TooLarge { .. } => Error::Invalid(texts.too_large),
        Refused::ConversationFull | Refused::TenantFull => Error::Invalid(texts.full),
        Refused::BrokenOff => Error::Invalid(texts.failed),
        Refused::Busy => Error::Busy,
        Refused::Store(error @ (store::Error::Unavailable(_) | store::Error::Invalid(_))) => error.into(),
    }
}
