//! One person: everything known, brought together and told apart, handed out and erased.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::people::{self, ErasureOrder, MergeOrder, Merged, Whom};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::{ConversationId, RecordId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::operator::{Colleague, word};
use super::page::{Listed, PageQuery};
use super::people::{Contact, Lead};
use super::{Api, Caller, Error, not_found};

/// An address of a person, and where it is known from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Address {
    /// `phone`, `email`, or the channel whose id it is.
    kind: String,
    /// The address in normal form.
    address: String,
    /// The channel itself proved it; else somebody merely said so.
    is_proved: bool,
    /// In which conversation.
    conversation_id: Uuid,
    /// Over which channel.
    channel: &'static str,
    /// Since when, RFC 3339.
    at: String,
}

/// A conversation of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Spoken {
    /// Its id.
    id: Uuid,
    /// Over which channel.
    channel: &'static str,
    /// `open`, `needs_person`, `with_person` or `done`.
    status: &'static str,
    /// Its last turn, RFC 3339.
    updated_at: String,
}

/// Two contacts that became one person, and perhaps two again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Merge {
    /// Its id.
    id: Uuid,
    /// The contact that speaks for both.
    kept: Uuid,
    /// The contact that points at it.
    merged: Uuid,
    /// Why: `proved_address`, or `colleague`.
    reason: String,
    /// By whom.
    by: String,
    /// When, RFC 3339.
    at: String,
    /// When they were told apart again, RFC 3339.
    undone_at: Option<String>,
    /// By whom.
    undone_by: Option<String>,
}

/// Everything known of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profile {
    /// The contact that speaks for the person.
    contact: Contact,
    /// Contacts that turned out to be the same person.
    merged: Vec<Contact>,
    /// Addresses.
    addresses: Vec<Address>,
    /// Conversations on all channels, the last active first, 100 at most.
    conversations: Vec<Spoken>,
    /// Leads.
    leads: Vec<Lead>,
    /// What was brought together and told apart.
    merges: Vec<Merge>,
    /// Other people with one of these addresses, which nobody has proved.
    lookalikes: Vec<Contact>,
}

impl From<people::Profile> for Profile {
    fn from(profile: people::Profile) -> Self {
        Self {
            contact: profile.contact.into(),
            merged: profile.merged.into_iter().map(Into::into).collect(),
            addresses: profile.addresses.into_iter().map(Into::into).collect(),
            conversations: profile.conversations.into_iter().map(Into::into).collect(),
            leads: profile.leads.into_iter().map(Into::into).collect(),
            merges: profile.merges.into_iter().map(Into::into).collect(),
            lookalikes: profile.lookalikes.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<people::Address> for Address {
    fn from(known: people::Address) -> Self {
        Self {
            kind: known.kind,
            address: known.address.into_string(),
            is_proved: known.is_proved,
            conversation_id: known.conversation.0,
            channel: known.channel.code(),
            at: known.at.to_string(),
        }
    }
}

impl From<people::Spoken> for Spoken {
    fn from(spoken: people::Spoken) -> Self {
        let row = spoken.conversation;
        Self {
            id: row.id.0,
            channel: row.channel.code(),
            status: row.status.code(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

impl From<people::Merge> for Merge {
    fn from(merge: people::Merge) -> Self {
        Self {
            id: merge.id,
            kept: merge.kept.0,
            merged: merge.merged.0,
            reason: merge.reason,
            by: merge.by,
            at: merge.at.to_string(),
            undone_at: merge.undone_at.map(|at| at.to_string()),
            undone_by: merge.undone_by,
        }
    }
}

/// The proof that a person was erased. It holds nothing of the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erasure {
    /// Its id.
    id: Uuid,
    /// Whose.
    tenant: String,
    /// The contact that was erased.
    contact_id: Uuid,
    /// Who wished it.
    by: String,
    /// When, RFC 3339.
    at: String,
    /// How many rows of each table are gone.
    counts: BTreeMap<String, u64>,
    /// When memory and the hot store were clear as well, RFC 3339; null until then.
    swept_at: Option<String>,
}

impl From<people::Erasure> for Erasure {
    fn from(erasure: people::Erasure) -> Self {
        Self {
            id: erasure.id,
            tenant: erasure.tenant.into(),
            contact_id: erasure.contact.0,
            by: erasure.by,
            at: erasure.at.to_string(),
            counts: erasure.counts,
            swept_at: erasure.swept_at.map(|at| at.to_string()),
        }
    }
}

/// Which contact is the same person, and who says so.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MergeWish {
    /// The colleague's name or email, as colleagues will see it.
    by: String,
    /// The other contact; it will point at this one.
    other: Uuid,
}

/// Shows one person
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = Profile), (status = 404, body = super::error::Problem)))]
pub async fn show(State(api): State<Arc<Api>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Profile>, Error> {
    let found = api.keeper.people().profile(&caller.scope, RecordId(id)).await?;
    found
        .map(|profile| Json(profile.into()))
        .ok_or_else(not_found("contact"))
}

/// Brings two contacts together that are one person
///
/// Nothing is rewritten: the other contact points at this one until they are told apart again.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/merge", tag = "people", params(("id" = Uuid, Path)),
    request_body = MergeWish, responses((status = 200, body = Profile), (status = 404, body = super::error::Problem),
        (status = 409, body = super::error::Problem)))]
pub async fn merge(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(wish): Json<MergeWish>,
) -> Result<Json<Profile>, Error> {
    caller.demand(Role::Operator)?;
    let order = MergeOrder {
        id: Uuid::now_v7(),
        keep: RecordId(id),
        merge: RecordId(wish.other),
        by: word("by", &wish.by)?.to_owned(),
        at: api.clock.now(),
    };
    match api.keeper.people().merge(&caller.scope, &order).await? {
        Merged::Done => show(State(api), caller, Path(id)).await,
        Merged::NotFound => Err(Error::NotFound("contact")),
        Merged::Already => Err(Error::Conflict("They are one person already.".to_owned())),
    }
}

/// Tells two contacts apart again
#[utoipa::path(post, path = "/api/v1/merges/{id}/undo", tag = "people", params(("id" = Uuid, Path)),
    request_body = Colleague, responses((status = 204), (status = 404, body = super::error::Problem)))]
pub async fn unmerge(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(colleague): Json<Colleague>,
) -> Result<Response, Error> {
    caller.demand(Role::Operator)?;
    let by = word("by", &colleague.by)?;
    let people = api.keeper.people();
    if people.unmerge(&caller.scope, id, by, api.clock.now()).await? {
        Ok(axum::http::StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Error::NotFound("merge"))
    }
}

/// Hands out everything stored about one person
///
/// Every row of every table that belongs to them, by table. Look through it before it leaves the house:
/// conversations in which somebody merely said to be this person are there, too.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/export", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = BTreeMap<String, Vec<serde_json::Value>>),
        (status = 404, body = super::error::Problem)))]
pub async fn export(State(api): State<Arc<Api>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Error> {
    caller.demand(Role::Admin)?;
    let found = api.keeper.people().export(&caller.scope, RecordId(id)).await?;
    let export = found.ok_or_else(not_found("contact"))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(export)).into_response())
}

/// Erases one person for good
///
/// Messages, conversations, leads, subscriptions, consents and whatever else belongs to them. What stays
/// is the proof, and a keyed hash of each address that had opted out, so that it stays left alone.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/erase", tag = "people", params(("id" = Uuid, Path)),
    request_body = Colleague, responses((status = 200, body = Erasure), (status = 404, body = super::error::Problem)))]
pub async fn erase(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(colleague): Json<Colleague>,
) -> Result<Json<Erasure>, Error> {
    let proof = erase_whom(&api, &caller, Whom::Contact(RecordId(id)), &colleague).await?;
    proof.map(Json).ok_or_else(not_found("contact"))
}

/// Erases whoever has a conversation, for good
///
/// Also somebody who left neither phone nor email, and so is no contact. What goes and what stays is as with a
/// contact.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/erase", tag = "people", params(("id" = Uuid, Path)),
    request_body = Colleague, responses((status = 200, body = Erasure), (status = 404, body = super::error::Problem)))]
pub async fn erase_thread(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(colleague): Json<Colleague>,
) -> Result<Json<Erasure>, Error> {
    let proof = erase_whom(&api, &caller, Whom::Conversation(ConversationId(id)), &colleague).await?;
    proof.map(Json).ok_or_else(not_found("conversation"))
}

async fn erase_whom(api: &Api, caller: &Caller, whom: Whom, colleague: &Colleague) -> Result<Option<Erasure>, Error> {
    caller.demand(Role::Admin)?;
    let by = word("by", &colleague.by)?;
    let order = ErasureOrder {
        id: Uuid::now_v7(),
        whom,
        by: by.to_owned(),
        at: api.clock.now(),
    };
    let Some(proof) = api.keeper.erase(&caller.scope, &order).await? else {
        return Ok(None);
    };
    // The id of a conversation could be guessed from the address: what is written down is the proof's.
    let subject = match whom {
        Whom::Contact(contact) => contact.0,
        Whom::Conversation(_) => proof.id,
    };
    api.audit(Some(by), &proof.tenant, "contact.erase", subject.to_string())
        .await?;
    Ok(Some(proof.into()))
}

/// Lists the proofs of erasures
#[utoipa::path(get, path = "/api/v1/erasures", tag = "people", params(PageQuery),
    responses((status = 200, body = Listed<Erasure>)))]
pub async fn erasures(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Erasure>>, Error> {
    let rows = api.keeper.people().erasures(&caller.scope, page.page()?).await?;
    Ok(Json(Listed::of(rows)))
}
