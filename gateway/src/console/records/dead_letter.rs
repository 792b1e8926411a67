//! One dead letter that waits: what was written, and what went wrong with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::reader::DeadLetterRow;
use frontdesk_core::{DeadLetterId, Payload};
use uuid::Uuid;

use super::Records;
use crate::channels::Replays;
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html, icon};
use crate::console::tabs::{self, Tab};
use crate::console::{Colleague, Error};

/// Characters of what was written that are shown.
const WRITTEN_CHARACTERS_MAX: usize = 10_000;

#[derive(Template)]
#[template(path = "console/dead_letter.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    path: String,
    channel: &'static str,
    icon: &'static str,
    kind: &'static str,
    error: String,
    attempts: u32,
    parked: Moment,
    written: String,
}

/// `GET /console/dead-letters/{id}`
pub async fn page(State(console): Shared, colleague: Colleague, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let tenant = colleague.scope.tenant();
    let letter = console.replays.letter(DeadLetterId(id), tenant).await?;
    let letter = letter.ok_or(Error::NotFound)?;
    let texts = colleague.texts;
    let mut written = written(&letter);
    if let Some((end, _)) = written.char_indices().nth(WRITTEN_CHARACTERS_MAX) {
        written.truncate(end);
        written.push('…');
    }
    let event = letter.event;
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Reports).await?,
        tabs: tabs::reports(texts, DeadLetterRow::PATH),
        path: format!("{}/{id}", DeadLetterRow::PATH),
        channel: texts.channels.of(event.channel),
        icon: icon(event.channel),
        kind: event.payload.kind(),
        error: letter.error,
        attempts: letter.attempts,
        parked: letter.parked_at.into(),
        written,
    })
}

/// What a person wrote, or a provider that was not understood, or else the whole event.
fn written(letter: &DeadLetter) -> String {
    let payload = &letter.event.payload;
    if let Payload::Message(message) = payload {
        return message.text.as_str().to_owned();
    }
    Replays::unread(letter).unwrap_or_else(|| serde_json::to_string_pretty(payload).unwrap_or_default())
}
