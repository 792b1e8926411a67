//! Replies that colleagues have ready: written down here, used in a conversation with `/`.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::TenantId;
use frontdesk_core::ports::presets::{CannedReply, Put};
use serde::Deserialize;
use uuid::Uuid;

use super::list::address;
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html};
use super::texts::fill;
use super::{Colleague, Console, Error};
use crate::operator::TEXT_CHARACTERS_MAX;

const PATH: &str = "/console/replies";
/// Characters of a shortcut.
const SHORTCUT_CHARACTERS_MAX: usize = 30;
/// What is filled in where a reply is used.
const PLACEHOLDERS: [&str; 2] = ["{name}", "{business}"];

/// A reply in a conversation: its places filled as far as they are known.
pub struct Ready {
    pub shortcut: String,
    pub text: String,
}

/// The replies of a tenant, ready for a conversation with `name`, where one is known.
pub async fn ready(console: &Console, tenant: &TenantId, name: Option<&str>) -> Result<Vec<Ready>, Error> {
    let served = console.tenants.find(tenant);
    let business = served.as_ref().map(|tenant| tenant.settings().name.as_str());
    let replies = console.presets.canned_replies(tenant).await?;
    let fill = |reply: CannedReply| {
        let known = PLACEHOLDERS.into_iter().zip([name, business]);
        let text = known.fold(reply.text, |text, (place, value)| match value {
            Some(value) => text.replace(place, value),
            None => text,
        });
        Ready {
            shortcut: reply.shortcut,
            text,
        }
    };
    Ok(replies.into_iter().map(fill).collect())
}

/// The first place in words about to leave that nothing was filled into.
pub fn unfilled(text: &str) -> Option<&'static str> {
    PLACEHOLDERS.into_iter().find(|place| text.contains(place))
}

/// Whose replies.
#[derive(Debug, Default, Deserialize)]
pub struct Whose {
    #[serde(default)]
    tenant: String,
}

/// A reply that is written down, as it was typed.
#[derive(Debug, Default, Deserialize)]
pub struct Draft {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    id: Option<Uuid>,
    #[serde(default)]
    revision: u64,
    shortcut: String,
    text: String,
}

struct Row {
    id: Uuid,
    shortcut: String,
    text: String,
    revision: u64,
    author: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "console/canned.html")]
struct Page {
    shell: Shell,
    tenants: Vec<String>,
    tenant: String,
    rows: Vec<Row>,
    draft: Draft,
    fault: Option<String>,
}

/// The tenant that is meant: one's own, else the one that is asked for, else the first.
fn tenant(console: &Console, colleague: &Colleague, asked: &str) -> Result<TenantId, Error> {
    if let Some(own) = colleague.scope.tenant() {
        return if asked.is_empty() || asked == own.as_str() {
            Ok(own.clone())
        } else {
            Err(Error::NotFound)
        };
    }
    let all = console.tenants.ids();
    let found = all.iter().find(|id| id.as_str() == asked);
    let first = all.first().filter(|_| asked.is_empty());
    found.or(first).cloned().ok_or(Error::NotFound)
}

impl Page {
    async fn load(console: &Console, colleague: &Colleague, tenant: &TenantId) -> Result<Self, Error> {
        let rows = console.presets.canned_replies(tenant).await?;
        let row = |reply: CannedReply| Row {
            id: reply.id,
            shortcut: reply.shortcut,
            text: reply.text,
            revision: reply.revision,
            author: reply.author,
            at: reply.updated_at.into(),
        };
        let sees_all = colleague.scope.tenant().is_none();
        let tenants = console.tenants.ids().into_iter().filter(|_| sees_all);
        Ok(Self {
            shell: Shell::load(console, colleague, Section::Inbox).await?,
            tenants: tenants.map(Into::into).collect(),
            tenant: tenant.to_string(),
            rows: rows.into_iter().map(row).collect(),
            draft: Draft::default(),
            fault: None,
        })
    }
}

/// `GET /console/replies`
pub async fn page(State(console): Shared, colleague: Colleague, Query(whose): Query<Whose>) -> Result<Response, Error> {
    let tenant = tenant(&console, &colleague, &whose.tenant)?;
    html(&Page::load(&console, &colleague, &tenant).await?)
}

/// `POST /console/replies`: adds one, or changes one that nobody has changed since.
pub async fn put(
    State(console): Shared,
    colleague: Colleague,
    Form(mut draft): Form<Draft>,
) -> Result<Response, Error> {
    let (tenant, own) = (tenant(&console, &colleague, &draft.tenant)?, &colleague.texts.desk);
    let shortcut = draft.shortcut.trim().trim_start_matches('/').to_lowercase();
    let text = draft.text.trim();
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let length = shortcut.chars().count();
    let is_shortcut = (1..=SHORTCUT_CHARACTERS_MAX).contains(&length) && shortcut.chars().all(allowed);
    let is_text = (1..=TEXT_CHARACTERS_MAX).contains(&text.chars().count());
    let fault = match (is_shortcut, is_text) {
        (false, _) => own.bad_shortcut.to_owned(),
        (true, false) => colleague.texts.thread.bad_length.to_owned(),
        (true, true) => {
            let reply = CannedReply {
                id: draft.id.unwrap_or_else(Uuid::now_v7),
                tenant: tenant.clone(),
                shortcut,
                text: text.to_owned(),
                revision: draft.id.map_or(0, |_| draft.revision),
                author: colleague.name().to_owned(),
                updated_at: console.clock.now(),
            };
            match console.presets.put_canned_reply(&reply).await? {
                Put::Done => return done(&console, &colleague, tenant, "canned.save", reply.id).await,
                Put::Taken => own.taken_shortcut.to_owned(),
                Put::Full => own.full_canned.to_owned(),
                Put::Conflict => told(&console, &colleague, &tenant, &mut draft).await?,
            }
        }
    };
    let mut page = Page::load(&console, &colleague, &tenant).await?;
    page.draft = draft;
    page.fault = Some(fault);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response())
}

/// Who was faster; saving the draft again replaces theirs.
async fn told(console: &Console, colleague: &Colleague, tenant: &TenantId, draft: &mut Draft) -> Result<String, Error> {
    let own = &colleague.texts.desk;
    let replies = console.presets.canned_replies(tenant).await?;
    let theirs = replies.into_iter().find(|reply| Some(reply.id) == draft.id);
    draft.revision = theirs.as_ref().map_or(0, |theirs| theirs.revision);
    if theirs.is_none() {
        draft.id = None;
    }
    Ok(theirs.map_or_else(
        || own.gone_canned.to_owned(),
        |theirs| fill(own.changed_canned, theirs.author),
    ))
}

async fn done(
    console: &Console,
    colleague: &Colleague,
    tenant: TenantId,
    act: &'static str,
    id: Uuid,
) -> Result<Response, Error> {
    let back = address(PATH, &[("tenant", tenant.as_str())], None);
    console
        .audit(&colleague.user, Some(tenant), act, id.to_string())
        .await?;
    Ok(Redirect::to(&back).into_response())
}

/// Which reply goes.
#[derive(Debug, Deserialize)]
pub struct Gone {
    #[serde(default)]
    tenant: String,
    id: Uuid,
    /// As it was shown.
    #[serde(default)]
    revision: u64,
}

/// `POST /console/replies/remove`: while nobody has changed it since.
pub async fn remove(State(console): Shared, colleague: Colleague, Form(gone): Form<Gone>) -> Result<Response, Error> {
    let tenant = tenant(&console, &colleague, &gone.tenant)?;
    let is_gone = console
        .presets
        .remove_canned_reply(&tenant, gone.id, gone.revision)
        .await?;
    if !is_gone {
        let replies = console.presets.canned_replies(&tenant).await?;
        let is_there = replies.iter().any(|reply| reply.id == gone.id);
        return Err(if is_there { Error::Conflict } else { Error::NotFound });
    }
    done(&console, &colleague, tenant, "canned.remove", gone.id).await
}
