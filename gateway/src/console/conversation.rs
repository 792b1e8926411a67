//! One conversation: what was said, and what is known.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::desk;
use frontdesk_core::ports::reader::{ConversationDetail, ConversationRow, Page, Scope};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::records::Consent;
use frontdesk_core::{Author, ChannelKind, ConversationId, ConversationStatus, Message, Timestamp};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::inbox::{self, Filter, Queue};
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html, icon};
use super::texts::Texts;
use super::thread::{self, Body, Item};
use super::{Colleague, Console, Error};

/// Messages shown at once.
const MESSAGES_MAX: u32 = 100;
/// Turns looked at for them: reports of delivery are turns too.
const TURNS_MAX: u32 = 200;
/// Words of consent shown.
const CONSENTS_MAX: u32 = 10;
/// Notes shown.
const NOTES_MAX: u32 = 50;
/// How long after a person's last message a colleague may write, where the channel has such a rule.
const WINDOW_MS: i64 = 24 * 60 * 60 * 1_000;

/// What the dialogue remembers, as far as it is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Memory {
    answers: Map<String, Value>,
    awaited: Option<Awaited>,
    intent: Option<String>,
    language: Option<String>,
    page: Option<String>,
    attributes: Map<String, Value>,
    is_opted_out: bool,
    paused_until: Option<Timestamp>,
    /// Under which key the person's records are kept.
    person: Option<String>,
}

#[derive(Deserialize)]
struct Awaited {
    #[serde(rename = "s")]
    step: String,
    #[serde(rename = "n", default)]
    reprompts: u8,
}

/// The right side: the conversation.
pub struct Thread {
    id: String,
    who: String,
    initials: String,
    channel: &'static str,
    icon: &'static str,
    tenant: String,
    status: &'static str,
    status_title: &'static str,
    items: Vec<Item>,
    earlier: Option<String>,
    /// These are the last messages: what comes belongs below them.
    is_latest: bool,
    /// The rest of the address: the queue one came from.
    view: String,
    key: String,
    may_act: bool,
    /// Why nothing can be written, if so.
    refusal: Option<&'static str>,
    window_ends: Option<Moment>,
    is_opted_out: bool,
    facts: Vec<(String, String)>,
    awaited: Option<(String, u8)>,
    paused_until: Option<Moment>,
    timers: Vec<(String, Moment)>,
    others: Vec<Other>,
    started: Moment,
    assignee: Option<String>,
    notes: Vec<Note>,
    consents: Vec<Agreed>,
    /// Whose consents they are.
    subject: String,
}

/// What the person agreed to or refused.
struct Agreed {
    purpose: String,
    is_granted: bool,
    said: String,
    at: Moment,
}

impl From<Consent> for Agreed {
    fn from(consent: Consent) -> Self {
        Self {
            purpose: consent.purpose,
            is_granted: consent.is_granted,
            said: consent.words_said.into_string(),
            at: consent.at.into(),
        }
    }
}

/// What a colleague wrote down.
struct Note {
    author: String,
    text: String,
    at: Moment,
}

impl From<desk::Note> for Note {
    fn from(note: desk::Note) -> Self {
        Self {
            author: note.author,
            text: note.text.into_string(),
            at: note.at.into(),
        }
    }
}

/// Another conversation of the same person.
struct Other {
    href: String,
    channel: &'static str,
    icon: &'static str,
    at: Moment,
}

/// Where in the conversation, and beside which queue.
#[derive(Debug, Default, Deserialize)]
pub struct Place {
    /// Only what was said before this message.
    before: Option<u64>,
    #[serde(flatten)]
    filter: Filter,
}

/// A value of the dialogue's memory, in a line.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "✓".to_owned(),
        Value::Bool(false) => "✗".to_owned(),
        Value::Object(range) => {
            let part = |name| {
                range
                    .get(name)
                    .filter(|part| !part.is_null())
                    .map(shown)
                    .unwrap_or_default()
            };
            format!("{}–{} {}", part("min"), part("max"), part("currency"))
                .trim()
                .to_owned()
        }
        other => other.to_string(),
    }
}

impl Thread {
    async fn load(console: &Console, colleague: &Colleague, id: Uuid, place: &Place) -> Result<Self, Error> {
        let mut thread = Self::load_words(console, colleague, id, place).await?;
        let (scope, id) = (&colleague.scope, ConversationId(id));
        let assignment = console.desk.assignment(scope, id).await?;
        thread.assignee = assignment.map(|assignment| assignment.name);
        let notes = console.desk.notes(scope, id, NOTES_MAX).await?;
        thread.notes = notes.into_iter().map(Note::from).collect();
        // The same person may be known to another tenant, who heard other words.
        if let Ok(tenant) = thread.tenant.parse() {
            let page = Page {
                after: None,
                limit: CONSENTS_MAX,
            };
            let own = Scope::Tenant(tenant);
            let consents = console.reader.consents(&own, Some(&thread.subject), page).await?;
            thread.consents = consents.items.into_iter().map(Agreed::from).collect();
        }
        Ok(thread)
    }

    async fn load_words(console: &Console, colleague: &Colleague, id: Uuid, place: &Place) -> Result<Self, Error> {
        let (scope, texts) = (&colleague.scope, colleague.texts);
        let found = console.reader.conversation(scope, ConversationId(id)).await?;
        let detail = found.ok_or(Error::NotFound)?;
        let row = &detail.row;
        let end = place.before.unwrap_or(row.last_seq + 1).min(row.last_seq + 1);
        let start = end.saturating_sub(u64::from(MESSAGES_MAX) + 1);
        let mut messages = console.reader.messages(scope, row.id, start, MESSAGES_MAX).await?;
        messages.retain(|message| message.seq < end);
        let after_turn = row.version.saturating_sub(u64::from(TURNS_MAX));
        let turns = console.reader.turns(scope, row.id, after_turn, TURNS_MAX).await?;
        let others = others(console, colleague, &detail).await?;
        let now = console.clock.now();
        Ok(
            Self::new(console, colleague, detail, messages, now, |messages, who, zone| {
                thread::build(messages, &turns, who, zone, texts)
            })
            .with_place(place, start, others),
        )
    }

    fn new(
        console: &Console,
        colleague: &Colleague,
        detail: ConversationDetail,
        messages: Vec<Message>,
        now: Timestamp,
        build: impl FnOnce(Vec<Message>, &str, &TimeZone) -> Vec<Item>,
    ) -> Self {
        let texts = colleague.texts;
        let row = detail.row;
        let memory: Memory = serde_json::from_str(detail.state.get()).unwrap_or_default();
        let state = serde_json::from_str(detail.state.get()).unwrap_or_default();
        let who = inbox::who(&state, &row.address, row.channel.profile().tells_phone, texts);
        let window_ends = window_end(&row, &messages);
        let subject = memory.person.clone();
        let subject = subject.unwrap_or_else(|| row.address.as_str().to_owned());
        let refusal = refusal(colleague, &memory, &row, window_ends, now);
        Self {
            id: row.id.to_string(),
            initials: inbox::initials(&who),
            channel: texts.channels.of(row.channel),
            icon: icon(row.channel),
            status: row.status.code(),
            status_title: inbox::status_title(row.status, texts),
            items: build(messages, &who, &zone(console, &row)),
            earlier: None,
            is_latest: true,
            view: String::new(),
            key: Uuid::new_v4().to_string(),
            may_act: colleague.may(Role::Operator),
            refusal,
            window_ends: window_ends.map(Moment::from),
            is_opted_out: memory.is_opted_out,
            awaited: memory
                .awaited
                .as_ref()
                .map(|awaited| (awaited.step.clone(), awaited.reprompts)),
            paused_until: memory.paused_until.map(Moment::from),
            facts: facts(memory, &row, texts),
            timers: detail
                .timers
                .into_iter()
                .map(|timer| (timer.name, timer.due.into()))
                .collect(),
            others: Vec::new(),
            assignee: None,
            notes: Vec::new(),
            consents: Vec::new(),
            subject,
            started: row.created_at.into(),
            tenant: row.tenant.into(),
            who,
        }
    }

    fn with_place(mut self, place: &Place, start: u64, others: Vec<Other>) -> Self {
        self.view = place.filter.view.clone().unwrap_or_default();
        self.earlier = (start > 0).then(|| {
            let before = start + 1;
            format!(
                "/console/conversations/{}?before={before}&view={}",
                self.id,
                self.view_code()
            )
        });
        self.is_latest = place.before.is_none();
        self.others = others;
        self
    }

    /// The queue one came from, as it may stand in an address.
    fn view_code(&self) -> &str {
        inbox::view_code(&self.view)
    }

    fn needs_person(&self) -> bool {
        self.status == ConversationStatus::NeedsPerson.code()
    }

    fn with_person(&self) -> bool {
        self.status == ConversationStatus::WithPerson.code()
    }
}

/// The business's time zone; UTC when it is not served any more.
fn zone(console: &Console, row: &ConversationRow) -> TimeZone {
    let tenant = console.tenants.find(&row.tenant);
    tenant
        .and_then(|tenant| TimeZone::get(&tenant.settings().time_zone).ok())
        .unwrap_or(TimeZone::UTC)
}

/// When the channel takes no free words any more, where it has such a rule.
fn window_end(row: &ConversationRow, messages: &[Message]) -> Option<Timestamp> {
    let has_window = matches!(
        row.channel,
        ChannelKind::Whatsapp | ChannelKind::Messenger | ChannelKind::Instagram
    );
    let last = messages.iter().rev().find(|message| message.author == Author::User)?;
    has_window.then(|| Timestamp::from_millis(last.at.as_millis().saturating_add(WINDOW_MS)))
}

/// Why a colleague cannot write now.
fn refusal(
    colleague: &Colleague,
    memory: &Memory,
    row: &ConversationRow,
    window_ends: Option<Timestamp>,
    now: Timestamp,
) -> Option<&'static str> {
    let texts = &colleague.texts.thread;
    if !colleague.may(Role::Operator) {
        return Some(texts.may_only_look);
    }
    if memory.is_opted_out {
        return Some(texts.opted_out);
    }
    match row.channel {
        ChannelKind::Voice => Some(texts.voice),
        ChannelKind::Form => Some(texts.form),
        _ if window_ends.is_some_and(|end| end <= now) => Some(texts.window_closed),
        _ => None,
    }
}

/// What is known, name and value.
fn facts(memory: Memory, row: &ConversationRow, texts: &'static Texts) -> Vec<(String, String)> {
    let labels = &texts.thread;
    let mut facts: Vec<(String, String)> = Vec::new();
    for (field, value) in memory.answers.iter().chain(&memory.attributes) {
        facts.push((labels.field(field), shown(value)));
    }
    let tells_address = row.channel.profile().tells_phone && !memory.answers.contains_key("phone");
    let more = [
        (labels.address, tells_address.then(|| row.address.as_str().to_owned())),
        (labels.intent, memory.intent),
        (labels.language, memory.language),
        (labels.page, memory.page),
    ];
    facts.extend(
        more.into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?))),
    );
    facts
}

/// The person's conversations on the channels whose address is a phone number: their ids follow
/// from it, so this is three looks by key.
async fn others(console: &Console, colleague: &Colleague, detail: &ConversationDetail) -> Result<Vec<Other>, Error> {
    let state: frontdesk_actors::State = serde_json::from_str(detail.state.get()).unwrap_or_default();
    let row = &detail.row;
    let own = row.channel.profile().tells_phone.then(|| row.address.clone());
    let Some(phone) = state.contact().phone.or(own) else {
        return Ok(Vec::new());
    };
    let mut others = Vec::new();
    if let Some(contact) = console.keeper.people().contact_of(&colleague.scope, row.id).await? {
        others.push(Other {
            href: super::contact::href(contact),
            channel: colleague.texts.person.page,
            icon: "person",
            at: row.created_at.into(),
        });
    }
    for channel in ChannelKind::ALL
        .into_iter()
        .filter(|channel| channel.profile().tells_phone)
    {
        let id = ConversationId::derive(&row.tenant, channel, &phone);
        if id == row.id {
            continue;
        }
        if let Some(other) = console.reader.conversation(&colleague.scope, id).await? {
            others.push(Other {
                href: format!("/console/conversations/{id}"),
                channel: colleague.texts.channels.of(channel),
                icon: icon(channel),
                at: other.row.updated_at.into(),
            });
        }
    }
    Ok(others)
}

#[derive(Template)]
#[template(path = "console/conversation.html")]
struct Whole {
    shell: Shell,
    queue: Queue,
    thread: Thread,
}

#[derive(Template)]
#[template(path = "console/thread.html")]
struct Part<'a> {
    texts: &'static Texts,
    csrf: String,
    thread: &'a Thread,
}

/// `GET /console/conversations/{id}`: the page, or for our script the conversation alone.
pub async fn page(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let thread = Thread::load(&console, &colleague, id, &place).await?;
    if super::gate::is_fragment(&headers) {
        return part(&colleague, &thread);
    }
    html(&Whole {
        shell: Shell::load(&console, &colleague, Section::Inbox).await?,
        queue: Queue::load(&console, &colleague, &place.filter, Some(&thread.id)).await?,
        thread,
    })
}

fn part(colleague: &Colleague, thread: &Thread) -> Result<Response, Error> {
    html(&Part {
        texts: colleague.texts,
        csrf: colleague.csrf.token(),
        thread,
    })
}

/// What is shown after an act: the conversation as it is then.
pub(super) async fn after(
    console: &Console,
    colleague: &Colleague,
    headers: &HeaderMap,
    id: Uuid,
    view: &str,
) -> Result<Response, Error> {
    if super::gate::is_fragment(headers) {
        let thread = Thread::load(console, colleague, id, &Place::default()).await?;
        return part(colleague, &thread);
    }
    let view = inbox::view_code(view);
    Ok(Redirect::to(&format!("/console/conversations/{id}?view={view}")).into_response())
}

/// Why a colleague cannot write in a conversation now.
pub(super) async fn refused(console: &Console, colleague: &Colleague, id: Uuid) -> Result<Option<&'static str>, Error> {
    let thread = Thread::load_words(console, colleague, id, &Place::default()).await?;
    Ok(thread.refusal)
}
