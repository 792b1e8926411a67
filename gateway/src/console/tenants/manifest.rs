//! A business's manifest as text: checked, rehearsed, published. The form over it is in `settings/`.

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
use super::{Head, PATH, TEXT, find};
use crate::console::gate::is_fragment;
use crate::console::session::Shared;
use crate::console::shell::{Section, Shell, html};
use crate::console::texts::Texts;
use crate::console::{Colleague, Console, Error};

/// Characters of a manifest.
const MANIFEST_CHARACTERS_MAX: usize = 300_000;
/// What a customer says to a manifest that nobody has rehearsed yet.
pub(super) const FIRST_LINES: &str = "Hi, I would like to book a table\n";

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

    fn trial(&self) -> Trial {
        Trial::new(&self.lines, &self.channel, &self.add)
    }
}

/// What a customer says in the rehearsal, and where.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    /// One line a message, and `+1h` between.
    pub lines: String,
    /// Over which channel.
    pub channel: ChannelKind,
}

impl Trial {
    /// As a form has it: `add` is one more line, from a button.
    pub(super) fn new(lines: &str, channel: &str, add: &str) -> Self {
        let add = add.trim();
        let lines = if add.is_empty() {
            lines.to_owned()
        } else {
            format!("{}\n{add}\n", lines.trim_end())
        };
        let known = CHANNELS.into_iter().find(|kind| kind.code() == channel);
        Self {
            lines,
            channel: known.unwrap_or(ChannelKind::WebChat),
        }
    }

    /// The channels to choose from.
    pub(super) fn channels(&self, texts: &'static Texts) -> Vec<Channel> {
        let channel = |kind: ChannelKind| Channel {
            code: kind.code(),
            title: texts.channels.of(kind),
            is_chosen: kind == self.channel,
        };
        CHANNELS.into_iter().map(channel).collect()
    }
}

/// What a check found.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// What keeps the manifest from being served.
    pub faults: Vec<Fault>,
    /// How the conversation went.
    pub rehearsal: Rehearsal,
}

/// Reads a manifest and plays a conversation with it, off the threads that serve.
pub(super) async fn checked(id: &TenantId, manifest: String, trial: &Trial) -> Result<Checked, Error> {
    let (id, Trial { lines, channel }) = (id.clone(), trial.clone());
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

/// A channel to rehearse on.
pub(super) struct Channel {
    /// Its stable name.
    pub code: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// It is the one rehearsed on.
    pub is_chosen: bool,
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
    head: Option<Head>,
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
        Ok(Self {
            shell: Shell::load(console, colleague, Section::Tenants).await?,
            head: id.map(|id| Head::new(console, texts, id, TEXT)),
            channels: draft.trial().channels(texts),
            draft,
            verdict,
        })
    }
}

/// `GET /console/tenants/{id}/text`
pub async fn page(State(console): Shared, colleague: Colleague, Path(id): Path<String>) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let draft = Draft {
        manifest: row.manifest,
        revision: row.revision,
        lines: FIRST_LINES.to_owned(),
        ..Draft::default()
    };
    let verdict = Verdict {
        checked: checked(&row.id, draft.manifest(), &draft.trial()).await?,
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
    draft.lines = draft.trial().lines;
    draft.add.clear();
    let verdict = Verdict {
        checked: checked(&row.id, draft.manifest(), &draft.trial()).await?,
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

/// `POST /console/tenants/{id}/text`: stored when it has no fault and nobody was faster.
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
    let checked = checked(&id, draft.manifest(), &draft.trial()).await?;
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
        let page = if exists {
            format!("{PATH}/{id}/{TEXT}")
        } else {
            format!("{PATH}/{id}")
        };
        return Ok(Redirect::to(&page).into_response());
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
