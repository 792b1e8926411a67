//! The ledger: what became of everything that came in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use frontdesk_core::ports::reader::LedgerRow;

use super::session::Shared;
use super::shell::{Section, Shell, html, icon};
use super::tabs::{self, Tab};
use super::texts::Texts;
use super::{Colleague, Error};
use crate::books;

/// Where it is.
pub const PATH: &str = "/console/ledger";

struct Row {
    tenant: String,
    icon: &'static str,
    channel: &'static str,
    /// What the channel is called in an address.
    code: &'static str,
    receipts: u64,
    processed: u64,
    parked: u64,
    refused: u64,
    recovered: u64,
    is_balanced: bool,
}

impl Row {
    fn new(row: LedgerRow, texts: &'static Texts) -> Self {
        Self {
            is_balanced: row.is_balanced(),
            tenant: row.tenant.into(),
            icon: icon(row.channel),
            channel: texts.channels.of(row.channel),
            code: row.channel.code(),
            receipts: row.receipts,
            processed: row.processed,
            parked: row.parked,
            refused: row.refused,
            recovered: row.recovered,
        }
    }
}

#[derive(Template)]
#[template(path = "console/ledger.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    receipts: u64,
    processed: u64,
    parked: u64,
    refused: u64,
    recovered: u64,
    is_balanced: bool,
    /// Whether what came before an update is still being counted.
    is_counting: bool,
}

/// `GET /console/ledger`
pub async fn page(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    let texts = colleague.texts;
    let found = books::ledger(&*console.books, &*console.reader, &colleague.scope).await?;
    let is_counting = found.is_none();
    let rows: Vec<Row> = found
        .unwrap_or_default()
        .into_iter()
        .map(|row| Row::new(row, texts))
        .collect();
    let sum = |count: fn(&Row) -> u64| rows.iter().map(count).sum();
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Reports).await?,
        tabs: tabs::reports(texts, PATH),
        receipts: sum(|row| row.receipts),
        processed: sum(|row| row.processed),
        parked: sum(|row| row.parked),
        refused: sum(|row| row.refused),
        recovered: sum(|row| row.recovered),
        is_balanced: rows.iter().all(|row| row.is_balanced),
        rows,
        is_counting,
    })
}
