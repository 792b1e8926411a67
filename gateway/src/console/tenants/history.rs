//! What was published before, what was different, and the way back.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_actors::Tenant;
use frontdesk_core::ports::registry::RevisionRow;
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

use super::{HISTORY, Head, PATH, find, settings};
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html};
use crate::console::texts::Texts;
use crate::console::{Colleague, Console, Error};

/// Versions of a page; as many as are kept.
const ROWS: u32 = 200;
/// Lines around a difference.
const CONTEXT: usize = 3;

struct Row {
    revision: u64,
    author: String,
    published: Moment,
    is_live: bool,
}

#[derive(Template)]
#[template(path = "console/history.html")]
struct Page {
    shell: Shell,
    head: Head,
    rows: Vec<Row>,
}

/// `GET /console/tenants/{id}/history`
pub async fn page(State(console): Shared, colleague: Colleague, Path(id): Path<String>) -> Result<Response, Error> {
    let tenant = find(&console, &colleague, &id).await?;
    let texts = colleague.texts;
    let row = |row: RevisionRow| Row {
        is_live: row.revision == tenant.revision,
        revision: row.revision,
        author: row.author.unwrap_or_else(|| texts.settings.command_line.to_owned()),
        published: row.published_at.into(),
    };
    let rows = console.registry.revisions(&tenant.id, None, ROWS).await?;
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Tenants).await?,
        head: Head::new(&console, texts, &tenant.id, HISTORY),
        rows: rows.into_iter().map(row).collect(),
    })
}

/// A line of a comparison.
struct Line {
    /// `−`, `+` or nothing.
    sign: &'static str,
    /// A class of the style sheet.
    tone: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "console/compare.html")]
struct Comparison {
    shell: Shell,
    head: Head,
    revision: u64,
    live: u64,
    /// Runs of lines around what differs.
    hunks: Vec<Vec<Line>>,
    problem: Option<&'static str>,
}

fn hunks(live: &str, other: &str) -> Vec<Vec<Line>> {
    let diff = TextDiff::from_lines(live, other);
    let line = |change: similar::Change<&str>| {
        let (sign, tone) = match change.tag() {
            ChangeTag::Equal => ("", ""),
            ChangeTag::Delete => ("−", "gone"),
            ChangeTag::Insert => ("+", "come"),
        };
        Line {
            sign,
            tone,
            text: change.value().trim_end_matches('\n').to_owned(),
        }
    };
    let hunk = |ops: &Vec<similar::DiffOp>| ops.iter().flat_map(|op| diff.iter_changes(op)).map(line).collect();
    diff.grouped_ops(CONTEXT).iter().map(hunk).collect()
}

/// `GET /console/tenants/{id}/history/{revision}`
pub async fn compare(
    State(console): Shared,
    colleague: Colleague,
    Path((id, revision)): Path<(String, u64)>,
) -> Result<Response, Error> {
    html(&comparison(&console, &colleague, &id, revision, None).await?)
}

async fn comparison(
    console: &Console,
    colleague: &Colleague,
    id: &str,
    revision: u64,
    problem: Option<&'static str>,
) -> Result<Comparison, Error> {
    let row = find(console, colleague, id).await?;
    let other = console.registry.manifest(&row.id, revision).await?;
    let other = other.ok_or(Error::NotFound)?;
    let texts: &'static Texts = colleague.texts;
    Ok(Comparison {
        shell: Shell::load(console, colleague, Section::Tenants).await?,
        head: Head::new(console, texts, &row.id, HISTORY),
        revision,
        live: row.revision,
        hunks: hunks(&row.manifest, &other),
        problem,
    })
}

/// What is brought back over what.
#[derive(Debug, Deserialize)]
pub struct Over {
    /// The version that was live when the comparison was shown.
    #[serde(default)]
    live: u64,
}

/// `POST /console/tenants/{id}/history/{revision}/restore`: published as the newest version, over the
/// one that was compared.
pub async fn restore(
    State(console): Shared,
    colleague: Colleague,
    Path((id, revision)): Path<(String, u64)>,
    Form(over): Form<Over>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let manifest = console.registry.manifest(&row.id, revision).await?;
    let manifest = manifest.ok_or(Error::NotFound)?;
    if Tenant::parse(&row.id, &manifest).is_err() {
        let problem = Some(colleague.texts.settings.not_restored);
        let page = comparison(&console, &colleague, &id, revision, problem).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
    }
    let is_stored =
        row.revision == over.live && settings::store(&console, &colleague, &row, &manifest).await?.is_some();
    if !is_stored {
        let problem = Some(colleague.texts.errors.conflict);
        let page = comparison(&console, &colleague, &id, revision, problem).await?;
        return Ok((StatusCode::CONFLICT, html(&page)?).into_response());
    }
    Ok(Redirect::to(&format!("{PATH}/{id}/{HISTORY}")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_shows_what_differs_and_little_around() {
        let live: String = (1..=20).map(|line| format!("line {line}\n")).collect();
        let other = live.replace("line 10\n", "line ten\n");
        let hunks = hunks(&live, &other);
        assert_eq!(hunks.len(), 1);
        assert_eq!(hunks[0].len(), 2 * CONTEXT + 2);
        let changed: Vec<_> = hunks[0]
            .iter()
            .filter(|line| !line.sign.is_empty())
            .map(|line| (line.sign, line.text.as_str()))
            .collect();
        assert_eq!(changed, [("−", "line 10"), ("+", "line ten")]);
        assert!(super::hunks(&live, &live).is_empty());
    }
}
