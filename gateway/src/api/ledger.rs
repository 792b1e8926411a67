//! The proof that nothing was lost.

use std::sync::Arc;

use axum::extract::State;
use frontdesk_core::ports::reader::{LedgerRow, RefusedRow};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Json, Query};
use super::page::{Listed, PageQuery};
use super::{Api, Caller, Error};
use crate::books;

/// What became of the events of one tenant's channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerLine {
    /// Whose.
    tenant: String,
    /// Over which channel.
    channel: &'static str,
    /// Events with a receipt: the sum of the next three.
    receipts: u64,
    /// Events of which a turn was taken.
    processed: u64,
    /// Events that wait among the dead letters.
    parked: u64,
    /// Events that were not accepted.
    refused: u64,
    /// Events that no webhook brought and that were found at the provider.
    recovered: u64,
    /// Whether everything adds up.
    is_balanced: bool,
}

impl From<LedgerRow> for LedgerLine {
    fn from(row: LedgerRow) -> Self {
        Self {
            is_balanced: row.is_balanced(),
            tenant: row.tenant.into(),
            channel: row.channel.code(),
            receipts: row.receipts,
            processed: row.processed,
            parked: row.parked,
            refused: row.refused,
            recovered: row.recovered,
        }
    }
}

/// The ledger by tenant and channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ledger {
    /// Whether every line is balanced.
    is_balanced: bool,
    /// The lines.
    lines: Vec<LedgerLine>,
}

/// An event that was not accepted. What it said is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refusal {
    /// Its id.
    id: Uuid,
    /// Whose; `nobody` when no business has the address that was written to.
    tenant: String,
    /// Over which channel.
    channel: &'static str,
    /// The conversation that it was for; null where there is none.
    conversation_id: Option<Uuid>,
    /// The kind of event: `message`, `status` …
    kind: String,
    /// Why: `unowned_address`, `no_sender`, `unknown_message`, `unknown_tenant`, `no_conversation` or `forbidden`.
    reason: String,
    /// When it came in, RFC 3339.
    received_at: String,
}

impl From<RefusedRow> for Refusal {
    fn from(row: RefusedRow) -> Self {
        Self {
            id: row.id.0,
            tenant: row.tenant.into(),
            channel: row.channel.code(),
            conversation_id: row.conversation.map(|id| id.0),
            kind: row.kind,
            reason: row.reason,
            received_at: row.received_at.to_string(),
        }
    }
}

/// Lists events that were not accepted
#[utoipa::path(get, path = "/api/v1/ledger/refused", tag = "ledger", params(PageQuery),
    responses((status = 200, body = Listed<Refusal>)))]
pub async fn refused(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Listed<Refusal>>, Error> {
    Ok(Json(Listed::of(api.reader.refused(&caller.scope, page.page()?).await?)))
}

/// Shows the ledger
#[utoipa::path(get, path = "/api/v1/ledger", tag = "ledger",
    responses((status = 200, body = Ledger), (status = 503, body = super::error::Problem)))]
pub async fn show(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<Ledger>, Error> {
    let rows = books::ledger(&*api.books, &*api.reader, &caller.scope).await?;
    let rows = rows.ok_or(Error::Counting)?;
    let lines: Vec<LedgerLine> = rows.into_iter().map(LedgerLine::from).collect();
    Ok(Json(Ledger {
        is_balanced: lines.iter().all(|line| line.is_balanced),
        lines,
    }))
}
