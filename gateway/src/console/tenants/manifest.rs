//! A business's manifest as text: checked, rehearsed, published.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_actors::{Fault, Tenant};
use frontdesk_core::{ChannelKind, TenantId};
use serde::Deserialize;
use tokio::task::spawn_blocking;

use super::rehearsal::{CHANNELS, Rehearsal, rehearse};
use super::{PATH, find};
use crate::console::gate::is_fragment;
use crate::console::session::Shared;
use crate::console::shell::{Section, Shell, html};
use crate::console::texts::Texts;
use crate::console::{Colleague, Console, Error};

/// Characters of a manifest.
const MANIFEST_CHARACTERS_MAX: usize = 300_000;
/// What a customer says to a manifest that nobody has rehearsed yet.
const FIRST_LINES: &str = "Hi, I would like to book a table\n";

/// What the form holds.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Draft {
    /// The short name; of a new business alone.
    #[serde(default)]
    id: String,
    /// The manifest.
    #[serde(default)]
    manifest: String,
    /// The revision it was written on; 0 of a new business.
    #[serde(default)]
    revision: u64,
    /// What the customer says in the rehearsal, and `+1h` between.
    #[serde(default)]
    lines: String,
    /// Over which channel.
    #[serde(default)]
    channel: String,
    /// One more line of the rehearsal, from a button.
    #[serde(default)]
    add: String,
}

impl Draft {
    /// The text as it is stored: browsers send line ends of their own.
    fn manifest(&self) -> String {
        self.manifest.replace("\r\n", "\n")
    }

    fn channel(&self) -> ChannelKind {
        let known = CHANNELS.into_iter().find(|kind| kind.code() == self.channel);
        known.unwrap_or(ChannelKind::WebChat)
    }
}

/// What a check found.
#[derive(Debug, Default)]
struct Checked {
    faults: Vec<Fault>,
    rehearsal: Rehearsal,
}

/// Reads a manifest and plays a conversation with it, off the threads that serve.
async fn checked(id: &TenantId, draft: &Draft) -> Result<Checked, Error> {
    let (id, manifest, lines, channel) = (id.clone(), draft.manifest(), draft.lines.clone(), draft.channel());
    if manifest.chars().count() > MANIFEST_CHARACTERS_MAX {
        return Err(Error::TooLarge);
    }
    let work = spawn_blocking(move || match Tenant::parse(&id, &manifest) {
        Ok(tenant) => Checked {
            faults: Vec::new(),
            rehearsal: rehearse(&id, Arc::new(tenant), channel, &lines),
        },
        Err(faults) => Checked {
            faults,
            rehearsal: Rehearsal::default(),
        },
    });
    work.await.map_err(|_| Error::Internal)
}

struct Channel {
    code: &'static str,
    title: &'static str,
    is_chosen: bool,
}

/// What a check tells: the part of the page that changes.
struct Verdict {
    checked: Checked,
    lines: String,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "console/tenant.html")]
struct Page {
    shell: Shell,
    /// None of a new business.
    id: Option<String>,
    draft: Draft,
    channels: Vec<Channel>,
    verdict: Verdict,
}

#[derive(Template)]
#[template(path = "console/verdict.html")]
struct Part {
    texts: &'static Texts,
    verdict: Verdict,
}

impl Page {
    async fn new(
        console: &Console,
        colleague: &Colleague,
        id: Option<&TenantId>,
        draft: Draft,
        verdict: Verdict,
    ) -> Result<Self, Error> {
        let texts = colleague.texts;
        let chosen = draft.channel();
        let channel = |kind: ChannelKind| Channel {
            code: kind.code(),
            title: texts.channels.of(kind),
            is_chosen: kind == chosen,
        };
        Ok(Self {
            shell: Shell::load(console, colleague, Section::Tenants).await?,
            id: id.map(|id| id.to_string()),
            draft,
            channels: CHANNELS.into_iter().map(channel).collect(),
            verdict,
        })
    }
}

/// `GET /console/tenants/{id}`
pub async fn page(State(console): Shared, colleague: Colleague, Path(id): Path<String>) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let draft = Draft {
        manifest: row.manifest,
        revision: row.revision,
        lines: FIRST_LINES.to_owned(),
        ..Draft::default()
    };
    let verdict = Verdict {
        checked: checked(&row.id, &draft).await?,
        lines: draft.lines.clone(),
        problem: None,
    };
    html(&Page::new(&console, &colleague, Some(&row.id), draft, verdict).await?)
}

/// `POST /console/tenants/{id}/check`: nothing is stored.
pub async fn check(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(mut draft): Form<Draft>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    if !draft.add.trim().is_empty() {
        draft.lines = format!("{}\n{}\n", draft.lines.trim_end(), draft.add.trim());
    }
    let verdict = Verdict {
        checked: checked(&row.id, &draft).await?,
        lines: draft.lines.clone(),
        problem: None,
    };
    if is_fragment(&headers) {
        return html(&Part {
            texts: colleague.texts,
            verdict,
        });
    }
    html(&Page::new(&console, &colleague, Some(&row.id), draft, verdict).await?)
}

/// `POST /console/tenants/{id}`: stored when it has no fault and nobody was faster.
pub async fn publish(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<String>,
    Form(draft): Form<Draft>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    store(&console, &colleague, row.id, true, draft).await
}

/// `GET /console/tenants/new`
pub async fn new(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    let draft = Draft {
        manifest: frontdesk_actors::demo::MANIFESTS[0].1.to_owned(),
        lines: FIRST_LINES.to_owned(),
        ..Draft::default()
    };
    let verdict = Verdict {
        checked: Checked::default(),
        lines: draft.lines.clone(),
        problem: None,
    };
    html(&Page::new(&console, &colleague, None, draft, verdict).await?)
}

/// `POST /console/tenants`: a new business.
pub async fn add(State(console): Shared, colleague: Colleague, Form(draft): Form<Draft>) -> Result<Response, Error> {
    let draft = Draft { revision: 0, ..draft };
    match draft.id.trim().parse::<TenantId>() {
        Ok(id) => store(&console, &colleague, id, false, draft).await,
        Err(_) => {
            let verdict = Verdict {
                checked: Checked::default(),
                lines: draft.lines.clone(),
                problem: Some(colleague.texts.tenants.bad_id),
            };
            refused(
                Page::new(&console, &colleague, None, draft, verdict).await?,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
        }
    }
}

async fn store(
    console: &Console,
    colleague: &Colleague,
    id: TenantId,
    exists: bool,
    draft: Draft,
) -> Result<Response, Error> {
    let checked = checked(&id, &draft).await?;
    let texts = &colleague.texts.tenants;
    let problem = if !checked.faults.is_empty() {
        Some((StatusCode::UNPROCESSABLE_ENTITY, texts.not_published))
    } else {
        let now = console.clock.now();
        let stored = console
            .registry
            .replace_tenant(&id, &draft.manifest(), draft.revision, colleague.name(), now)
            .await?;
        stored
            .is_none()
            .then_some((StatusCode::CONFLICT, texts.changed_meanwhile))
    };
    let Some((status, problem)) = problem else {
        console
            .audit(&colleague.user, Some(id.clone()), "tenant.publish", id.to_string())
            .await?;
        // Served at once here; other nodes look within a second.
        console.tenants.refresh(&*console.registry).await?;
        return Ok(Redirect::to(&format!("{PATH}/{id}")).into_response());
    };
    let verdict = Verdict {
        checked,
        lines: draft.lines.clone(),
        problem: Some(problem),
    };
    let page = Page::new(console, colleague, exists.then_some(&id), draft, verdict).await?;
    refused(page, status)
}

fn refused(page: Page, status: StatusCode) -> Result<Response, Error> {
    Ok((status, html(&page)?).into_response())
}
