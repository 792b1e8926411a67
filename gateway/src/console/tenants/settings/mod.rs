//! The form over a business's manifest: every field is a place in the text.
//!
//! ```text
//!  sheet.rs  which fields, for this manifest     field.rs  one of them: what stands there, what was typed
//!  edit.rs   what was typed goes into the text; faults come back to their fields
//! ```
//!
//! A form is sent with the revision it was shown for. When a colleague has published since, the changes
//! are put over theirs, shown once more, and published only then.

mod edit;
mod field;
mod sheet;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_actors::{Draft, Fault};
use frontdesk_core::TenantId;
use frontdesk_core::ports::registry::TenantRow;
use serde::Deserialize;

use super::manifest::{Channel, FIRST_LINES, Trial, checked};
use super::rehearsal::{Line, Rehearsal};
use super::{Head, PATH, find};
use crate::console::gate::is_fragment;
use crate::console::session::Shared;
use crate::console::shell::{Section, Shell, html};
use crate::console::texts::{Texts, fill};
use crate::console::{Colleague, Console, Error};

use edit::{Edited, is_same_list};
use field::{Kind, Sent};
pub use sheet::Sheet;
use sheet::{Group, languages};

/// What a check tells: the part of the page that changes.
#[derive(Default)]
struct Verdict {
    /// Why it was not published.
    problem: Option<String>,
    /// What went well.
    note: Option<&'static str>,
    /// Faults of fields of this page: where, what the field is called, what is wrong.
    own: Vec<(String, String, String)>,
    /// Faults of other places of the manifest.
    elsewhere: Vec<Fault>,
    rehearsal: Rehearsal,
    lines: String,
}

#[derive(Template)]
#[template(path = "console/settings.html")]
struct Page {
    shell: Shell,
    head: Head,
    sheet: Sheet,
    revision: u64,
    groups: Vec<Group>,
    /// The time zones there are, for the page that asks for one.
    zones: Vec<String>,
    /// The main language, for the preview.
    language: &'static str,
    channels: Vec<Channel>,
    verdict: Verdict,
}

impl Page {
    /// How many groups can change places.
    fn places(&self) -> usize {
        self.groups.iter().filter(|group| group.place.is_some()).count()
    }
}

#[derive(Template)]
#[template(path = "console/settings_verdict.html")]
struct Part {
    texts: &'static Texts,
    id: String,
    verdict: Verdict,
}

/// What a page is made from.
struct Shown {
    id: TenantId,
    sheet: Sheet,
    revision: u64,
    edited: Edited,
    trial: Trial,
}

impl Shown {
    /// Checks the manifest, and puts the faults beside their fields.
    async fn check(&mut self, texts: &Texts) -> Result<Verdict, Error> {
        let mut checked = checked(&self.id, self.edited.draft.text(), &self.trial).await?;
        // How it came about is for those who write the text.
        checked.rehearsal.lines.retain(Line::is_said);
        let elsewhere = self.edited.place(checked.faults, texts);
        let fields = self
            .edited
            .groups
            .iter()
            .flat_map(|group| group.fields.iter().chain(&group.more));
        let told = fields.flat_map(|field| {
            let told = |fault: &String| (field.path.clone(), field.label.clone(), fault.clone());
            field.faults.iter().map(told).collect::<Vec<_>>()
        });
        Ok(Verdict {
            own: told.collect(),
            elsewhere,
            rehearsal: checked.rehearsal,
            lines: self.trial.lines.clone(),
            ..Verdict::default()
        })
    }

    async fn page(self, console: &Console, colleague: &Colleague, verdict: Verdict) -> Result<Response, Error> {
        let texts = colleague.texts;
        let main = languages(&self.edited.draft).first().copied().unwrap_or_default();
        let has_zone = |group: &Group| group.fields.iter().any(|field| matches!(field.kind, Kind::Zone));
        html(&Page {
            shell: Shell::load(console, colleague, Section::Tenants).await?,
            head: Head::new(console, texts, &self.id, &format!("settings/{}", self.sheet.code())),
            sheet: self.sheet,
            revision: self.revision,
            zones: if self.edited.groups.iter().any(has_zone) {
                zones()
            } else {
                Vec::new()
            },
            groups: self.edited.groups,
            language: main.code(),
            channels: self.trial.channels(texts),
            verdict,
        })
    }
}

fn zones() -> Vec<String> {
    let names = jiff::tz::db().available();
    names
        .map(|name| name.as_str().to_owned())
        .filter(|name| name.contains('/'))
        .collect()
}

/// What the address says beside the page.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    /// There when one comes from publishing.
    published: Option<u64>,
}

/// `GET /console/tenants/{id}`: the first page of the form.
pub async fn business(
    console: Shared,
    colleague: Colleague,
    Path(id): Path<String>,
    after: Query<After>,
) -> Result<Response, Error> {
    page(console, colleague, Path((id, Sheet::Business.code().to_owned())), after).await
}

/// `GET /console/tenants/{id}/settings/{sheet}`
pub async fn page(
    State(console): Shared,
    colleague: Colleague,
    Path((id, sheet)): Path<(String, String)>,
    Query(after): Query<After>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let sheet = Sheet::from_code(&sheet).ok_or(Error::NotFound)?;
    // What is no TOML can only be mended as text.
    let Ok(draft) = Draft::parse(&row.manifest) else {
        return Ok(Redirect::to(&format!("{PATH}/{}/{}", row.id, super::TEXT)).into_response());
    };
    let mut shown = Shown {
        edited: Edited::new(sheet, &draft, draft.clone(), &Sent::new(), colleague.texts),
        id: row.id,
        sheet,
        revision: row.revision,
        trial: Trial::new(FIRST_LINES, "", ""),
    };
    let mut verdict = shown.check(colleague.texts).await?;
    verdict.note = after.published.map(|_| colleague.texts.settings.published);
    shown.page(&console, &colleague, verdict).await
}

/// What a form sent, and what it was written on.
struct Given {
    sent: Sent,
    revision: u64,
    trial: Trial,
}

impl Given {
    fn new(pairs: Vec<(String, String)>) -> Self {
        let mut sent = Sent::new();
        for (name, value) in pairs {
            sent.entry(name).or_default().push(value);
        }
        let last = |name: &str| {
            let values = sent.get(name);
            values.and_then(|values| values.last()).map_or("", String::as_str)
        };
        Self {
            revision: last("revision").parse().unwrap_or(0),
            trial: Trial::new(last("lines"), last("channel"), last("add")),
            sent,
        }
    }

    /// The manifest with the changes in it, over the one that is stored now. `false` when a colleague's
    /// changes moved the places, so that the changes are over the manifest they were written on.
    async fn over(
        &self,
        console: &Console,
        row: &TenantRow,
        sheet: Sheet,
        texts: &'static Texts,
    ) -> Result<(Edited, bool), Error> {
        let read = |text: &str| Draft::parse(text).map_err(|_| Error::Conflict);
        let current = read(&row.manifest)?;
        if self.revision == row.revision {
            let edited = Edited::new(sheet, &current, current.clone(), &self.sent, texts);
            return Ok((edited, true));
        }
        let base = console.registry.manifest(&row.id, self.revision).await?;
        let base = read(&base.ok_or(Error::Conflict)?)?;
        if !is_same_list(sheet, &base, &current) {
            return Ok((Edited::new(sheet, &base, base.clone(), &self.sent, texts), false));
        }
        let mut edited = Edited::new(sheet, &base, current.clone(), &self.sent, texts);
        edited.note_theirs(sheet, &base, &current, texts);
        Ok((edited, true))
    }
}

/// `POST /console/tenants/{id}/settings/{sheet}/check`: nothing is stored.
pub async fn check(
    State(console): Shared,
    colleague: Colleague,
    Path((id, sheet)): Path<(String, String)>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let sheet = Sheet::from_code(&sheet).ok_or(Error::NotFound)?;
    let given = Given::new(pairs);
    let (edited, _) = given.over(&console, &row, sheet, colleague.texts).await?;
    let mut shown = Shown {
        edited,
        id: row.id,
        sheet,
        revision: given.revision,
        trial: given.trial,
    };
    let verdict = shown.check(colleague.texts).await?;
    if is_fragment(&headers) {
        return html(&Part {
            texts: colleague.texts,
            id,
            verdict,
        });
    }
    shown.page(&console, &colleague, verdict).await
}

/// `POST /console/tenants/{id}/settings/{sheet}`: published when it has no fault, over the manifest
/// the form was shown for.
pub async fn publish(
    State(console): Shared,
    colleague: Colleague,
    Path((id, sheet)): Path<(String, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let sheet = Sheet::from_code(&sheet).ok_or(Error::NotFound)?;
    let texts = &colleague.texts.settings;
    let given = Given::new(pairs);
    let (edited, is_merged) = given.over(&console, &row, sheet, colleague.texts).await?;
    let mut shown = Shown {
        edited,
        id: row.id.clone(),
        sheet,
        revision: if is_merged { row.revision } else { given.revision },
        trial: given.trial,
    };
    let mut verdict = shown.check(colleague.texts).await?;
    let manifest = shown.edited.draft.text();
    let (status, problem) = if given.revision != row.revision {
        let problem = if is_merged {
            fill(texts.merged, last_author(&console, &row.id, colleague.texts).await?)
        } else {
            colleague.texts.tenants.changed_meanwhile.to_owned()
        };
        (StatusCode::CONFLICT, problem)
    } else if shown.edited.has_own_faults() || !verdict.elsewhere.is_empty() {
        (StatusCode::UNPROCESSABLE_ENTITY, texts.fix.to_owned())
    } else if manifest == row.manifest {
        verdict.note = Some(texts.unchanged);
        return shown.page(&console, &colleague, verdict).await;
    } else {
        match store(&console, &colleague, &row, &manifest).await? {
            Some(revision) => {
                let to = format!("{PATH}/{id}/settings/{}?published={revision}", sheet.code());
                return Ok(Redirect::to(&to).into_response());
            }
            // Between our look and the write; the form is still over the old one, and the next try merges.
            None => {
                shown.revision = given.revision;
                (StatusCode::CONFLICT, colleague.texts.errors.conflict.to_owned())
            }
        }
    };
    verdict.problem = Some(problem);
    let page = shown.page(&console, &colleague, verdict).await?;
    Ok((status, page).into_response())
}

/// Publishes a manifest over the one in `row`; `None` when somebody was faster.
pub(super) async fn store(
    console: &Console,
    colleague: &Colleague,
    row: &TenantRow,
    manifest: &str,
) -> Result<Option<u64>, Error> {
    let now = console.clock.now();
    let stored = console
        .registry
        .replace_tenant(&row.id, manifest, row.revision, colleague.name(), now)
        .await?;
    if let Some(revision) = stored {
        let subject = format!("{} {revision}", row.id);
        console
            .audit(&colleague.user, Some(row.id.clone()), "tenant.publish", subject)
            .await?;
        // Served at once here; other nodes look within a second.
        console.tenants.refresh(&*console.registry).await?;
    }
    Ok(stored)
}

/// Who published last.
async fn last_author(console: &Console, id: &TenantId, texts: &'static Texts) -> Result<String, Error> {
    let last = console.registry.revisions(id, None, 1).await?.pop();
    let author = last.and_then(|row| row.author);
    Ok(author.unwrap_or_else(|| texts.settings.command_line.to_owned()))
}
