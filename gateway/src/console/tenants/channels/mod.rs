//! The channels of a business: how people reach it, whether they do, and what its providers have to be
//! told.

mod standing;
mod trial;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use frontdesk_actors::OfferedText;
use frontdesk_core::ChannelKind;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::TenantRow;
use serde::Deserialize;

use super::{CHANNELS, Head, find};
use crate::console::session::Shared;
use crate::console::shell::{Section, Shell, html};
use crate::console::{Colleague, Console, Error};

use standing::Facts;
pub use standing::{Address, Channel, State as Standing};
use trial::{Trial, takes_tests};
pub use trial::{heard_part, send, sent_part};

/// What the address of a page says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The channel that is tested.
    #[serde(default)]
    kind: String,
    /// Somebody's message is waited for, from this moment on.
    since: Option<i64>,
    /// A test of ours: its conversation, and its place there.
    #[serde(default)]
    message: String,
    /// What was wrong with the number of a test.
    #[serde(skip)]
    fault: Option<(ChannelKind, String)>,
}

/// A channel, with what can be tried on it.
struct Card {
    channel: Channel,
    code: &'static str,
    takes_tests: bool,
    /// What a test can say to anybody beside a sentence of ours.
    approved: Vec<OfferedText>,
    trial: Option<Trial>,
    /// The number that was no number.
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "console/tenant_channels.html")]
struct Page {
    shell: Shell,
    head: Head,
    cards: Vec<Card>,
    /// What a site's page needs for the chat and for the forms.
    snippets: [String; 2],
    /// From when on a message is waited for that somebody writes now.
    now: i64,
    key: String,
}

async fn render(console: &Console, colleague: &Colleague, row: &TenantRow, asked: &Asked) -> Result<Response, Error> {
    let texts = colleague.texts;
    let facts = Facts::load(console, &Scope::Tenant(row.id.clone())).await?;
    let (served, now) = (console.tenants.find(&row.id), console.clock.now());
    let mut cards = Vec::new();
    for channel in facts.channels(console, texts, &row.id) {
        let kind = channel.kind;
        let is_asked = asked.kind == kind.code();
        let trial = match asked.since {
            Some(since) if is_asked => Some(trial::heard(console, texts, row, kind, since).await?),
            None if is_asked && !asked.message.is_empty() => {
                Some(trial::sent(console, texts, row, kind, &asked.message).await?)
            }
            _ => None,
        };
        let fault = asked.fault.as_ref().filter(|(of, _)| *of == kind);
        cards.push(Card {
            code: kind.code(),
            approved: served
                .as_ref()
                .map_or_else(Vec::new, |tenant| trial::approved(tenant, kind, now)),
            takes_tests: takes_tests(kind) && !channel.addresses.is_empty(),
            trial,
            fault: fault.map(|(_, typed)| typed.clone()),
            channel,
        });
    }
    let script = format!("{}/widget.js", console.public_url);
    html(&Page {
        shell: Shell::load(console, colleague, Section::Tenants).await?,
        head: Head::new(console, texts, &row.id, CHANNELS),
        cards,
        snippets: [
            format!("<script src=\"{script}\" data-tenant=\"{}\" async></script>", row.id),
            format!("<frontdesk-form kind=\"quote\" tenant=\"{}\"></frontdesk-form>", row.id),
        ],
        now: now.as_millis(),
        key: trial::fresh_key(),
    })
}

/// `GET /console/tenants/{id}/channels`
pub async fn page(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    render(&console, &colleague, &row, &asked).await
}
