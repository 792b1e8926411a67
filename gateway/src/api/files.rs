//! Files of visitors: uploaded before the message that carries them, fetched by links that end.
//!
//! For pages of any site, like the chat's socket: who a visitor is stands in headers, because their id
//! is a secret and addresses are written to logs.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use frontdesk_actors::{FilePolicy, Tenant};
use frontdesk_core::ports::files::File;
use frontdesk_core::{ChannelKind, ConversationId, FileId, TenantId};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Json, Path};
use super::{Api, Error, not_found};
use crate::channels::web_chat::{Origin, is_proven};
use crate::files::{Refused, Unreachable, Upload};

/// Says who the visitor is.
const USER: HeaderName = HeaderName::from_static("x-user-id");
/// Proves it, where the tenant's site signs its visitors.
const PROOF: HeaderName = HeaderName::from_static("x-user-hash");
/// Says in which thread.
const THREAD: HeaderName = HeaderName::from_static("x-thread-id");
/// What the visitor calls the file, percent-encoded UTF-8.
const NAME: HeaderName = HeaderName::from_static("x-file-name");
/// What a proxy says of the visitor's address.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Characters of an id, as in the chat's frames.
const ID_CHARACTERS_MAX: usize = 128;
/// Bytes of a name that are read.
const NAME_BYTES_MAX: usize = 2_048;
/// How long a browser need not ask again whether it may.
const PREFLIGHT_MAX_AGE_S: &str = "3600";

/// A file that was taken in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    /// What a `message` frame names it by, in `attachments`.
    #[schema(value_type = Uuid)]
    id: FileId,
    /// What it is called from now on.
    name: String,
    /// Media type, by its content.
    media_type: String,
    /// Size.
    bytes: u64,
    /// Where it is fetched for a while, below the server's address.
    url: String,
}

/// Who uploads, and where.
struct Visitor {
    tenant: Arc<Tenant>,
    id: TenantId,
    conversation: ConversationId,
}

/// Takes a visitor's file, to go with a message
///
/// The body is the file itself, with a `Content-Length`. The same `Idempotency-Key` again is another try
/// of the same upload. A file that no message names is removed after a day.
#[utoipa::path(post, path = "/api/v1/public/files/{tenant}", tag = "public", security(()),
    params(("tenant" = String, Path, description = "the tenant's short name"),
        ("x-user-id" = String, Header, description = "the visitor's id, as in the chat's frames"),
        ("x-thread-id" = String, Header, description = "the thread"),
        ("x-user-hash" = Option<String>, Header, description = "the proof, where the site signs its visitors"),
        ("x-file-name" = String, Header, description = "the file's name, percent-encoded"),
        ("idempotency-key" = Option<String>, Header)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Uploaded), (status = 403, body = super::error::Problem),
        (status = 413, body = super::error::Problem), (status = 415, body = super::error::Problem)))]
pub async fn upload(
    State(api): State<Arc<Api>>,
    Path(tenant): Path<String>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.0.ip());
    let from = api.forms.sender(peer, text(&headers, &FORWARDED_FOR));
    let taken = match api.forms.admit(from) {
        Ok(()) => take(&api, &tenant, &headers, body).await,
        Err(retry_after_s) => Err(Error::TooMany { retry_after_s }),
    };
    readable(taken.into_response(), &headers)
}

/// Removes a file that was not sent after all
#[utoipa::path(delete, path = "/api/v1/public/files/{tenant}/{id}", tag = "public", security(()),
    params(("tenant" = String, Path), ("id" = Uuid, Path), ("x-user-id" = String, Header),
        ("x-thread-id" = String, Header), ("x-user-hash" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = super::error::Problem)))]
pub async fn withdraw(
    State(api): State<Arc<Api>>,
    Path((tenant, id)): Path<(String, Uuid)>,
    headers: HeaderMap,
) -> Response {
    let withdrawn = async {
        let visitor = visitor(&api, &tenant, &headers).await?;
        api.files
            .withdraw(&visitor.id, visitor.conversation, FileId(id))
            .await?;
        Ok::<_, Error>(StatusCode::NO_CONTENT)
    };
    readable(withdrawn.await.into_response(), &headers)
}

/// A new link to a file of the visitor's conversation
#[utoipa::path(get, path = "/api/v1/public/files/{tenant}/{id}", tag = "public", security(()),
    params(("tenant" = String, Path), ("id" = Uuid, Path), ("x-user-id" = String, Header),
        ("x-thread-id" = String, Header), ("x-user-hash" = Option<String>, Header)),
    responses((status = 200, body = Uploaded), (status = 404, body = super::error::Problem)))]
pub async fn look_up(
    State(api): State<Arc<Api>>,
    Path((tenant, id)): Path<(String, Uuid)>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let visitor = visitor(&api, &tenant, &headers).await?;
        let found = api.files.of_conversation(&visitor.id, visitor.conversation, FileId(id));
        let file = found.await?.ok_or_else(not_found("file"))?;
        Ok::<_, Error>(Json(uploaded(&api, file)))
    };
    readable(found.await.into_response(), &headers)
}

/// `OPTIONS`: tells browsers that pages of other sites may send files here. Whose page it is, is
/// looked at when they do.
pub async fn preflight(headers: HeaderMap) -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "content-type, idempotency-key, x-user-id, x-user-hash, x-thread-id, x-file-name",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE_S),
    ];
    readable((StatusCode::NO_CONTENT, allowed).into_response(), &headers)
}

/// `GET /f/{token}`: a file, to be saved.
///
/// # Errors
///
/// 404 for what nobody made or what is gone, 410 for a link whose time is over.
pub async fn follow(State(api): State<Arc<Api>>, Path(token): Path<String>) -> Result<Response, Error> {
    match api.files.followed(&token).await {
        Ok(content) => Ok(content.into_response()),
        Err(Unreachable::Unknown) => Err(Error::NotFound("file")),
        Err(Unreachable::Expired) => Err(Error::Expired),
        Err(Unreachable::Store(error)) => Err(error.into()),
    }
}

async fn take(api: &Api, tenant: &str, headers: &HeaderMap, body: Body) -> Result<(StatusCode, Json<Uploaded>), Error> {
    let visitor = visitor(api, tenant, headers).await?;
    let policy: &FilePolicy = visitor.tenant.settings().files.as_ref().ok_or(Refused::NotTaken)?;
    let bytes = body.size_hint().exact().ok_or_else(|| bad_header("Content-Length"))?;
    let fresh = Uuid::new_v4().to_string();
    let key = text(headers, &HeaderName::from_static("idempotency-key")).unwrap_or(&fresh);
    if key.len() > ID_CHARACTERS_MAX {
        return Err(bad_header("Idempotency-Key"));
    }
    let upload = Upload {
        tenant: visitor.id.clone(),
        conversation: visitor.conversation,
        key,
        name: &file_name(headers)?,
        bytes,
        policy,
    };
    let file = api.files.take(&upload, body).await?;
    Ok((StatusCode::CREATED, Json(uploaded(api, file))))
}

/// Whether this visitor may be here, by the rules of the chat's socket.
async fn visitor(api: &Api, tenant: &str, headers: &HeaderMap) -> Result<Visitor, Error> {
    let id: TenantId = tenant.parse().map_err(|_| Error::NotFound("tenant"))?;
    let tenant = api.tenants.find(&id).ok_or_else(not_found("tenant"))?;
    let settings = tenant.settings();
    if !Origin::of(headers, api.links.base()).is_allowed_by(settings) {
        return Err(Error::ForeignOrigin);
    }
    let user = identifier(headers, &USER)?;
    let thread = identifier(headers, &THREAD)?;
    if !is_proven(settings.identity.as_ref(), user, text(headers, &PROOF)) {
        return Err(Error::Forbidden("visitor"));
    }
    let conversation = ConversationId::derive(&id, ChannelKind::WebChat, thread);
    let stored = api.runtime.stored(conversation).await?;
    let owner = stored.as_ref().and_then(|stored| stored.owner.as_ref());
    if owner.is_some_and(|owner| owner.as_str() != user) {
        return Err(Error::NotFound("conversation"));
    }
    Ok(Visitor {
        tenant,
        id,
        conversation,
    })
}

fn uploaded(api: &Api, file: File) -> Uploaded {
    Uploaded {
        url: api.files.link(file.id),
        id: file.id,
        name: file.name.into_string(),
        media_type: file.media_type,
        bytes: file.bytes,
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn identifier<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<&'h str, Error> {
    text(headers, name)
        .filter(|id| (1..=ID_CHARACTERS_MAX).contains(&id.len()))
        .ok_or_else(|| bad_header(name.as_str()))
}

/// The name a person gave their file.
///
/// # Errors
///
/// It is too long to be one.
pub fn file_name(headers: &HeaderMap) -> Result<String, Error> {
    let encoded = text(headers, &NAME).unwrap_or_default();
    if encoded.len() > NAME_BYTES_MAX {
        return Err(bad_header("X-File-Name"));
    }
    // As in a form, where a plus is a space: an encoded name holds neither.
    let pairs = form_urlencoded::parse(encoded.as_bytes()).next();
    Ok(pairs.map(|(name, _)| name.into_owned()).unwrap_or_default())
}

fn bad_header(name: &str) -> Error {
    Error::BadRequest(format!("The header '{name}' is missing or wrong."))
}

/// Lets the page that sent a request read its answer. Not for its cookies: none are looked at.
fn readable(mut response: Response, request: &HeaderMap) -> Response {
    let headers = response.headers_mut();
    if let Some(origin) = request.get(header::ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
