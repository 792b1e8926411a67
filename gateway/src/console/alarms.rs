//! Alarms: the list, and the word of somebody who knows.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::TenantId;
use frontdesk_core::ports::reader::{Page as Part, Scope};
use frontdesk_core::ports::watch::{Alarm, Trouble};
use serde::Deserialize;
use uuid::Uuid;

use super::list::{After, Pager};
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html};
use super::tabs::{self, Tab};
use super::texts::{Texts, fill};
use super::{Colleague, Console, Error};
use crate::channels::credentials::PROVIDERS;

/// Where it is.
pub const PATH: &str = "/console/alarms";

/// A trouble, in words: what is wrong, what is seen of it before its moment, and what to do.
#[must_use]
pub fn told(trouble: &Trouble, texts: &'static Texts) -> (String, String, &'static str) {
    let (title, seen, advice) = texts.alarms.of(trouble.cause);
    (fill(title, called(&trouble.subject)), fill(seen, trouble.count), advice)
}

/// What people call it: a provider has a name of its own; an address is what it is.
fn called(subject: &str) -> &str {
    let provider = PROVIDERS.iter().find(|provider| provider.channels.contains(&subject));
    provider.map_or(subject, |provider| provider.title)
}

/// An alarm, to be shown.
#[derive(Debug)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// What is wrong.
    pub title: String,
    /// What is seen of it, before its moment.
    pub seen: String,
    /// Since when, or when it ends.
    pub moment: Moment,
    /// What to do.
    pub advice: &'static str,
    /// Whose, where it is a tenant's.
    pub tenant: Option<String>,
    /// When it was noticed.
    pub at: Moment,
    /// When it was over.
    pub closed_at: Option<Moment>,
    /// Who knows of it.
    pub known_to: Option<String>,
}

impl Row {
    fn new(alarm: Alarm, texts: &'static Texts) -> Self {
        let (title, seen, advice) = told(&alarm.trouble, texts);
        let tenant = alarm.trouble.tenant;
        Self {
            id: alarm.id,
            title,
            seen,
            moment: alarm.trouble.moment.into(),
            advice,
            tenant: (tenant != TenantId::nobody()).then(|| tenant.into()),
            at: alarm.opened_at.into(),
            closed_at: alarm.closed_at.map(Moment::from),
            known_to: alarm.acknowledged.map(|(by, _)| fill(texts.alarms.known, by)),
        }
    }

    /// The alarms that are open, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn open(console: &Console, scope: &Scope, texts: &'static Texts, limit: u32) -> Result<Vec<Self>, Error> {
        let page = Part { after: None, limit };
        let open = console.watch.alarms(scope, false, page).await?.items;
        Ok(open.into_iter().map(|alarm| Self::new(alarm, texts)).collect())
    }
}

/// Which alarms are wanted.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(flatten)]
    after: After,
    /// The closed ones, too, when not empty.
    #[serde(default)]
    closed: String,
}

#[derive(Template)]
#[template(path = "console/alarms.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    alarms: Vec<Row>,
    with_closed: bool,
    pager: Pager,
}

/// `GET /console/alarms`
pub async fn page(State(console): Shared, colleague: Colleague, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let texts = colleague.texts;
    let (page, with_closed) = (asked.after.page()?, !asked.closed.is_empty());
    let found = console.watch.alarms(&colleague.scope, with_closed, page).await?;
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Reports).await?,
        tabs: tabs::reports(texts, PATH),
        pager: Pager::new(PATH, &[("closed", &asked.closed)], &page, found.next),
        alarms: found.items.into_iter().map(|alarm| Row::new(alarm, texts)).collect(),
        with_closed,
    })
}

/// `POST /console/alarms/{id}/acknowledge`
pub async fn acknowledge(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let now = console.clock.now();
    let is_there = console
        .watch
        .acknowledge(&colleague.scope, id, colleague.name(), now)
        .await?;
    if !is_there {
        return Err(Error::NotFound);
    }
    let tenant = colleague.scope.tenant().cloned();
    console
        .audit(&colleague.user, tenant, "alarm.acknowledge", id.to_string())
        .await?;
    Ok(Redirect::to(PATH).into_response())
}
