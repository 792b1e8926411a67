//! The proofs that people were erased.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use frontdesk_core::ports::people::Erasure;

use crate::console::list::{After, Pager};
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html};
use crate::console::tabs::{self, Tab};
use crate::console::{Colleague, Error};

/// Where the list is.
pub const PATH: &str = "/console/erasures";

struct Row {
    id: String,
    at: Moment,
    by: String,
    tenant: String,
    rows: u64,
    swept_at: Option<Moment>,
}

impl From<Erasure> for Row {
    fn from(erasure: Erasure) -> Self {
        Self {
            id: erasure.id.to_string(),
            at: erasure.at.into(),
            by: erasure.by,
            tenant: erasure.tenant.into(),
            rows: erasure.counts.values().sum(),
            swept_at: erasure.swept_at.map(Moment::from),
        }
    }
}

#[derive(Template)]
#[template(path = "console/erasures.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    pager: Pager,
}

/// `GET /console/erasures`
pub async fn page(State(console): Shared, colleague: Colleague, Query(after): Query<After>) -> Result<Response, Error> {
    let part = after.page()?;
    let proofs = console.keeper.people().erasures(&colleague.scope, part).await?;
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::People).await?,
        tabs: tabs::people(colleague.texts, PATH),
        pager: Pager::new(PATH, &[], &part, proofs.next),
        rows: proofs.items.into_iter().map(Row::from).collect(),
    })
}
