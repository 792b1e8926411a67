//! The list of businesses.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderName;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use frontdesk_core::Timestamp;
use frontdesk_core::ports::registry::TenantRow;
use serde::Deserialize;

use crate::console::list::address;
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html};
use crate::console::{Colleague, Console, Error};
use crate::spreadsheet;

use super::PATH;

const HEADER: &[&str] = &["id", "name", "revision", "updated_at", "is_served"];

/// Which businesses are wanted.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// A part of the name or the short name.
    #[serde(default)]
    q: String,
    /// `served` or `faulty`; empty is both.
    #[serde(default)]
    status: String,
}

/// A business in the list.
struct Row {
    id: String,
    name: String,
    revision: u64,
    changed: Moment,
    updated_at: Timestamp,
    /// No fault keeps its manifest from being served.
    is_served: bool,
}

impl Row {
    fn new(console: &Console, row: TenantRow) -> Self {
        let served = console.tenants.find(&row.id);
        Self {
            name: served
                .as_ref()
                .map(|tenant| tenant.settings().name.clone())
                .unwrap_or_default(),
            is_served: served.is_some(),
            id: row.id.into(),
            revision: row.revision,
            changed: row.updated_at.into(),
            updated_at: row.updated_at,
        }
    }

    fn is_wanted(&self, asked: &Asked) -> bool {
        let q = asked.q.trim().to_lowercase();
        let is_found = self.id.contains(&q) || self.name.to_lowercase().contains(&q);
        let stands = match asked.status.as_str() {
            "served" => self.is_served,
            "faulty" => !self.is_served,
            _ => true,
        };
        is_found && stands
    }

    fn fields(&self) -> [String; 5] {
        [
            self.id.clone(),
            self.name.clone(),
            self.revision.to_string(),
            self.updated_at.to_string(),
            self.is_served.to_string(),
        ]
    }
}

#[derive(Template)]
#[template(path = "console/tenants.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    asked: Asked,
    /// Where the files are: for Excel, and as lines.
    files: [String; 2],
}

async fn rows(console: &Console, colleague: &Colleague, asked: &Asked) -> Result<Vec<Row>, Error> {
    let rows = console.registry.tenants().await?.into_iter();
    let own = rows.filter(|row| colleague.scope.tenant().is_none_or(|tenant| *tenant == row.id));
    Ok(own
        .map(|row| Row::new(console, row))
        .filter(|row| row.is_wanted(asked))
        .collect())
}

/// `GET /console/tenants`
pub async fn page(State(console): Shared, colleague: Colleague, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let fields = [("q", asked.q.as_str()), ("status", asked.status.as_str())];
    let file = |extension| address(&format!("{PATH}.{extension}"), &fields, None);
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Tenants).await?,
        rows: rows(&console, &colleague, &asked).await?,
        files: [file("xlsx"), file("csv")],
        asked,
    })
}

async fn head(
    console: &Console,
    colleague: &Colleague,
    extension: &str,
    media_type: &str,
) -> Result<[(HeaderName, String); 2], Error> {
    let tenant = colleague.scope.tenant().cloned();
    console
        .audit(&colleague.user, tenant, "records.export", "tenants")
        .await?;
    let name = format!("attachment; filename=\"tenants.{extension}\"");
    Ok([(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, name)])
}

/// `GET /console/tenants.csv`
pub async fn export(
    State(console): Shared,
    colleague: Colleague,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let head = head(&console, &colleague, "csv", "text/csv; charset=utf-8").await?;
    let mut file = format!("{}{}\r\n", spreadsheet::BYTE_ORDER_MARK, HEADER.join(","));
    for row in rows(&console, &colleague, &asked).await? {
        file.push_str(&spreadsheet::line(row.fields()));
    }
    Ok((head, file).into_response())
}

/// `GET /console/tenants.xlsx`
pub async fn workbook(
    State(console): Shared,
    colleague: Colleague,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let head = head(&console, &colleague, "xlsx", spreadsheet::EXCEL).await?;
    let mut table = spreadsheet::Table::new(HEADER).map_err(Error::unwritten)?;
    for row in rows(&console, &colleague, &asked).await? {
        if !table.push(row.fields().to_vec()).map_err(Error::unwritten)? {
            return Err(Error::Invalid(colleague.texts.records.too_many_rows));
        }
    }
    Ok((head, table.finish().map_err(Error::unwritten)?).into_response())
}
