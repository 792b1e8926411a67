//! The log of who did what: also the pattern for every other list.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use frontdesk_core::ports::access::AuditEntry;

use super::list::{After, Pager};
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html};
use super::texts::Texts;
use super::{Colleague, Error};

const PATH: &str = "/console/audit";

struct Row {
    at: Moment,
    who: String,
    /// What was done, in words, and as it is kept.
    title: String,
    act: String,
    subject: String,
    tenant: Option<String>,
}

impl Row {
    fn new(entry: AuditEntry, texts: &Texts) -> Self {
        Self {
            at: entry.at.into(),
            who: entry.email,
            title: texts.history.of(&entry.act),
            act: entry.act,
            subject: entry.subject,
            tenant: entry.tenant.map(Into::into),
        }
    }
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    pager: Pager,
}

/// `GET /console/audit`
pub async fn page(State(console): Shared, colleague: Colleague, Query(after): Query<After>) -> Result<Response, Error> {
    let page = after.page()?;
    let log = console.access.audit_log(&colleague.scope, page).await?;
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Audit).await?,
        pager: Pager::new(PATH, &[], &page, log.next),
        rows: log
            .items
            .into_iter()
            .map(|entry| Row::new(entry, colleague.texts))
            .collect(),
    })
}
