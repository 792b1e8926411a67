//! A list as a file, read and written page by page however long it is.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::reader::{Page, Rows};
use frontdesk_core::ports::store;
use futures_util::stream::try_unfold;

use super::filter::{Filter, Wanted};
use super::{Records, read};
use crate::console::session::Shared;
use crate::console::{Colleague, Console, Error};
use crate::spreadsheet;

/// Rows that are in memory at once.
const ROWS: u32 = 200;
/// Tells spreadsheets that the letters are UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

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
    let tenant = wanted.scope.tenant().cloned();
    console
        .audit(&colleague.user, tenant, "records.export", R::NAME)
        .await?;
    let today = console.clock.now().to_jiff().strftime("%Y-%m-%d");
    let name = format!("attachment; filename=\"{}-{today}.csv\"", R::NAME);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    let head = format!("{BYTE_ORDER_MARK}{}\r\n", R::HEADER.join(","));
    let reading = Reading { console, wanted };
    let lines = try_unfold(Rest::Head(head, start), move |rest| {
        let reading = reading.clone();
        async move {
            let part = match rest {
                Rest::Head(head, part) => return Ok(Some((head, Rest::From(part)))),
                Rest::From(part) => part,
                Rest::Nothing => return Ok(None),
            };
            let rows = reading.rows::<R>(part).await?;
            let lines: String = rows.items.iter().map(|row| spreadsheet::line(row.fields())).collect();
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
        read(&*self.console.reader, &self.wanted, part)
            .await
            .inspect_err(|error| tracing::warn!(%error, list = R::NAME, "a file broke off"))
    }
}
