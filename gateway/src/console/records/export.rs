//! A list as a file, read page by page: lines that go out as they come, however many, or a table for
//! Excel.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::HeaderName;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::reader::{Page, Rows};
use frontdesk_core::ports::store;
use futures_util::stream::try_unfold;
use tokio::task::spawn_blocking;

use super::filter::{Filter, Wanted, today};
use super::{Records, read};
use crate::console::session::Shared;
use crate::console::{Colleague, Console, Error};
use crate::spreadsheet;

/// Rows that are in memory at once.
const ROWS: u32 = 200;

/// `GET` of a list's file.
pub async fn export<R: Records>(
    State(console): Shared,
    colleague: Colleague,
    Query(filter): Query<Filter>,
) -> Result<Response, Error> {
    let wanted = filter.wanted(&console, &colleague)?;
    let start = Page {
        limit: ROWS,
        ..wanted.part
    };
    let headers = begin::<R>(&console, &colleague, &wanted, "csv", "text/csv; charset=utf-8").await?;
    let head = format!("{}{}\r\n", spreadsheet::BYTE_ORDER_MARK, R::HEADER.join(","));
    let reading = Reading { console, wanted };
    let texts = colleague.texts;
    let lines = try_unfold(Rest::Head(head, start), move |rest| {
        let reading = reading.clone();
        async move {
            let part = match rest {
                Rest::Head(head, part) => return Ok(Some((head, Rest::From(part)))),
                Rest::From(part) => part,
                Rest::Nothing => return Ok(None),
            };
            let rows = reading.rows::<R>(part).await?;
            let lines: String = rows
                .items
                .iter()
                .map(|row| spreadsheet::line(row.fields(texts)))
                .collect();
            let rest = rows.next.map_or(Rest::Nothing, |next| {
                Rest::From(Page {
                    after: Some(next),
                    ..part
                })
            });
            Ok::<_, store::Error>(Some((lines, rest)))
        }
    });
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Writes down who takes what along, and how the file is called.
async fn begin<R: Records>(
    console: &Console,
    colleague: &Colleague,
    wanted: &Wanted,
    extension: &str,
    media_type: &str,
) -> Result<[(HeaderName, String); 2], Error> {
    let tenant = wanted.scope.tenant().cloned();
    console
        .audit(&colleague.user, tenant, "records.export", R::NAME)
        .await?;
    let today = today(console, &wanted.scope);
    let name = format!("attachment; filename=\"{}-{today}.{extension}\"", R::NAME);
    Ok([(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, name)])
}

/// `GET` of a list as an Excel file, of [`spreadsheet::ROWS_MAX`] rows at most.
pub async fn workbook<R: Records>(
    State(console): Shared,
    colleague: Colleague,
    Query(filter): Query<Filter>,
) -> Result<Response, Error> {
    let wanted = filter.wanted(&console, &colleague)?;
    let place = console.workbooks.try_acquire().map_err(|_| Error::Busy)?;
    let headers = begin::<R>(&console, &colleague, &wanted, "xlsx", spreadsheet::EXCEL).await?;
    let mut table = spreadsheet::Table::new(R::HEADER).map_err(Error::unwritten)?;
    let mut part = Page {
        limit: ROWS,
        ..wanted.part
    };
    loop {
        let rows = read::<R>(&console, &wanted, part).await?;
        for row in &rows.items {
            if !table.push(row.fields(colleague.texts)).map_err(Error::unwritten)? {
                return Err(Error::Invalid(colleague.texts.records.too_many_rows));
            }
        }
        match rows.next {
            Some(next) => part.after = Some(next),
            None => break,
        }
    }
    let file = spawn_blocking(move || table.finish())
        .await
        .map_err(|_| Error::Internal)?;
    drop(place);
    Ok((headers, file.map_err(Error::unwritten)?).into_response())
}

/// These rows as lines.
pub(super) async fn lines<R: Records>(
    console: &Console,
    colleague: &Colleague,
    wanted: &Wanted,
    rows: &[R],
) -> Result<Response, Error> {
    let headers = begin::<R>(console, colleague, wanted, "csv", "text/csv; charset=utf-8").await?;
    let mut file = format!("{}{}\r\n", spreadsheet::BYTE_ORDER_MARK, R::HEADER.join(","));
    for row in rows {
        file.push_str(&spreadsheet::line(row.fields(colleague.texts)));
    }
    Ok((headers, file).into_response())
}

/// These rows as an Excel file.
pub(super) async fn table<R: Records>(
    console: &Console,
    colleague: &Colleague,
    wanted: &Wanted,
    rows: Vec<R>,
) -> Result<Response, Error> {
    let headers = begin::<R>(console, colleague, wanted, "xlsx", spreadsheet::EXCEL).await?;
    let mut table = spreadsheet::Table::new(R::HEADER).map_err(Error::unwritten)?;
    for row in rows {
        table.push(row.fields(colleague.texts)).map_err(Error::unwritten)?;
    }
    Ok((headers, table.finish().map_err(Error::unwritten)?).into_response())
}

/// What is still to be written.
enum Rest {
    Head(String, Page),
    From(Page),
    Nothing,
}

/// What reads on while the file is taken.
#[derive(Clone)]
struct Reading {
    console: Arc<Console>,
    wanted: Wanted,
}

impl Reading {
    async fn rows<R: Records>(&self, part: Page) -> Result<Rows<R>, store::Error> {
        read(&self.console, &self.wanted, part)
            .await
            .inspect_err(|error| tracing::warn!(%error, list = R::NAME, "a file broke off"))
    }
}
