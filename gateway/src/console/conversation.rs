//! One conversation: what was said, and what is known.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_actors::OfferedText;
use frontdesk_core::ports::desk;
use frontdesk_core::ports::reader::{ConversationDetail, ConversationRow, Page, Scope, TimerRow};
use frontdesk_core::ports::registry::{Role, User};
use frontdesk_core::records::Consent;
use frontdesk_core::{ConversationId, ConversationStatus, Message, Personal, TenantId, Timestamp};
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use super::canned;
use super::inbox::{self, Head, Part, Queue};
use super::known::{Memory, Other, facts, origins, others};
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html, icon};
use super::texts::Texts;
use super::thread::{self, Body, Item};
use super::wanted::{Wanted, may_look_after};
use super::window::Way;
use super::{Colleague, Console, Error};

/// Messages shown at once.
const MESSAGES_MAX: u32 = 100;
/// Messages shown after one that is looked at.
const LATER_SHOWN: u64 = 20;
/// Turns looked at for them: reports of delivery are turns too.
const TURNS_MAX: u32 = 200;
/// Words of consent shown.
const CONSENTS_MAX: u32 = 10;
/// Notes shown.
const NOTES_MAX: u32 = 50;
/// Tags offered beside those a conversation has.
const TAGS_OFFERED_MAX: u32 = 50;

/// The right side: the conversation.
pub struct Thread {
    id: String,
    who: String,
    /// What the person is called, where they said so.
    name: Option<String>,
    initials: String,
    channel: &'static str,
    icon: &'static str,
    tenant: String,
    business: String,
    status: &'static str,
    status_title: &'static str,
    items: Vec<Item>,
    earlier: Option<String>,
    /// These are the last messages: what comes belongs below them.
    is_latest: bool,
    /// The query of the queue one came from.
    from: String,
    /// The last message that is shown, or was there when it was.
    seen: u64,
    key: String,
    may_act: bool,
    /// Why nothing can be written, if so.
    refusal: Option<&'static str>,
    way: Way,
    is_opted_out: bool,
    facts: Vec<(String, String)>,
    /// Where the person came from.
    origins: Vec<(&'static str, String)>,
    awaited: Option<(String, u8)>,
    paused_until: Option<Moment>,
    timers: Vec<Timer>,
    others: Vec<Other>,
    /// Whoever has it may be erased from here: they are no contact.
    is_erasable: bool,
    started: Moment,
    assignee: Option<Holder>,
    /// Who else could look after it: id and name.
    colleagues: Vec<(String, String)>,
    tags: Vec<String>,
    /// Tags in use elsewhere.
    tags_offered: Vec<String>,
    canned: Vec<canned::Ready>,
    notes: Vec<Note>,
    consents: Vec<Agreed>,
    /// Whose consents they are.
    subject: String,
}

/// Who looks after a conversation.
struct Holder {
    id: String,
    name: String,
}

/// A timer that is set.
struct Timer {
    name: String,
    title: String,
    due: Moment,
    /// The end of a pause is the person's: nobody brings it forward.
    may_fire: bool,
}

impl Timer {
    fn new(row: TimerRow, texts: &Texts) -> Self {
        Self {
            title: texts.desk.timer(&row.name),
            due: row.due.into(),
            may_fire: row.name != "resume",
            name: row.name,
        }
    }
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

/// Where in the conversation, and beside which queue.
#[derive(Debug, Default, Deserialize)]
pub struct Place {
    /// Only what was said before this message.
    before: Option<u64>,
    /// This message, with some of what was said before and after it.
    at: Option<u64>,
    #[serde(flatten)]
    part: Part,
}

impl Place {
    /// Only what was said before this is shown; `None` is all.
    fn end(&self) -> Option<u64> {
        let around = self.at.map(|at| at.saturating_add(LATER_SHOWN));
        self.before.or(around)
    }
}

impl Thread {
    async fn load(console: &Console, colleague: &Colleague, id: Uuid, place: &Place) -> Result<Self, Error> {
        let mut thread = Self::load_words(console, colleague, id, place).await?;
        let (scope, id) = (&colleague.scope, ConversationId(id));
        let assignment = console.desk.assignment(scope, id).await?;
        thread.assignee = assignment.map(|assignment| Holder {
            id: assignment.user.to_string(),
            name: assignment.name,
        });
        let notes = console.desk.notes(scope, id, NOTES_MAX).await?;
        thread.notes = notes.into_iter().map(Note::from).collect();
        thread.tags = console.desk.tags(scope, id).await?;
        // The same person may be known to another tenant, who heard other words.
        if let Ok(tenant) = thread.tenant.parse() {
            thread.prepare(console, colleague, &tenant).await?;
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

    /// What a colleague needs to act: who else there is, tags, replies that are ready.
    async fn prepare(&mut self, console: &Console, colleague: &Colleague, tenant: &TenantId) -> Result<(), Error> {
        if !self.may_act {
            return Ok(());
        }
        let users = console.registry.users().await?.into_iter();
        let is_of_tenant = |user: &User| user.tenant.as_ref().is_none_or(|own| own == tenant);
        self.colleagues = users
            .filter(|user| user.id != colleague.user.id && is_of_tenant(user) && may_look_after(user, colleague))
            .map(|user| (user.id.to_string(), user.name.unwrap_or(user.email)))
            .collect();
        let own = Scope::Tenant(tenant.clone());
        let used = console.desk.tags_in_use(&own, TAGS_OFFERED_MAX).await?;
        self.tags_offered = used.into_iter().filter(|tag| !self.tags.contains(tag)).collect();
        if self.refusal.is_none() {
            self.canned = canned::ready(console, tenant, self.name.as_deref()).await?;
        }
        Ok(())
    }

    async fn load_words(console: &Console, colleague: &Colleague, id: Uuid, place: &Place) -> Result<Self, Error> {
        let (scope, texts) = (&colleague.scope, colleague.texts);
        let found = console.reader.conversation(scope, ConversationId(id)).await?;
        let detail = found.ok_or(Error::NotFound)?;
        let row = &detail.row;
        let end = place.end().unwrap_or(row.last_seq + 1).min(row.last_seq + 1);
        let is_latest = place.before.is_none() && end > row.last_seq;
        let start = end.saturating_sub(u64::from(MESSAGES_MAX) + 1);
        let mut messages = console.reader.messages(scope, row.id, start, MESSAGES_MAX).await?;
        messages.retain(|message| message.seq < end);
        let after_turn = row.version.saturating_sub(u64::from(TURNS_MAX));
        let turns = console.reader.turns(scope, row.id, after_turn, TURNS_MAX).await?;
        let others = others(console, colleague, &detail).await?;
        let people = console.keeper.people();
        // Whoever is a contact is erased from the contact's page.
        let is_erasable = colleague.may(Role::Admin) && people.contact_of(scope, row.id).await?.is_none();
        let now = console.clock.now();
        let words = Self::new(console, colleague, detail, messages, now, |messages, who, zone| {
            thread::build(messages, &turns, who, zone, texts)
        });
        Ok(Self {
            is_erasable,
            ..words.with_place(place, is_latest, start, others)
        })
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
        let memory: Memory = serde_json::from_str(detail.state.get()).unwrap_or_default();
        let tenant = console.tenants.find(&detail.row.tenant);
        let way = Way::of(tenant.as_deref(), &detail, &memory, now);
        let row = detail.row;
        let state: frontdesk_actors::State = serde_json::from_str(detail.state.get()).unwrap_or_default();
        let who = inbox::who(&state, &row.address, row.channel.profile().tells_phone, texts);
        let subject = memory.person.clone();
        let subject = subject.unwrap_or_else(|| row.address.as_str().to_owned());
        let refusal = refusal(colleague, &memory, &row, &way);
        Self {
            id: row.id.to_string(),
            name: inbox::name(&state).map(Personal::into_string),
            seen: row.last_seq,
            initials: inbox::initials(&who),
            channel: texts.channels.of(row.channel),
            icon: icon(row.channel),
            status: row.status.code(),
            status_title: inbox::status_title(row.status, texts),
            items: build(messages, &who, &zone(console, &row)),
            earlier: None,
            is_latest: true,
            from: String::new(),
            key: Uuid::new_v4().to_string(),
            may_act: colleague.may(Role::Operator),
            refusal,
            way,
            is_opted_out: memory.is_opted_out,
            awaited: memory
                .awaited
                .as_ref()
                .map(|awaited| (awaited.step.clone(), awaited.reprompts)),
            paused_until: memory.paused_until.map(Moment::from),
            origins: origins(&memory, texts),
            facts: facts(memory, &row, texts),
            timers: detail
                .timers
                .into_iter()
                .map(|timer| Timer::new(timer, texts))
                .collect(),
            others: Vec::new(),
            is_erasable: false,
            assignee: None,
            colleagues: Vec::new(),
            tags: Vec::new(),
            tags_offered: Vec::new(),
            canned: Vec::new(),
            notes: Vec::new(),
            consents: Vec::new(),
            subject,
            started: row.created_at.into(),
            business: console.tenants.name_of(&row.tenant),
            tenant: row.tenant.into(),
            who,
        }
    }

    fn with_place(mut self, place: &Place, is_latest: bool, start: u64, others: Vec<Other>) -> Self {
        self.from = place.part.wanted.query();
        self.earlier = (start > 0).then(|| {
            let before = start + 1;
            format!("/console/conversations/{}?before={before}&{}", self.id, self.from)
        });
        self.is_latest = is_latest;
        self.others = others;
        self
    }

    /// When the channel takes no free words any more, where it has such a rule and that hour is not over.
    const fn window_ends(&self) -> Option<&Moment> {
        match &self.way {
            Way::Free(Some(end)) | Way::AsPerson(end) => Some(end),
            Way::Free(None) | Way::Approved(_) | Way::Shut => None,
        }
    }

    /// Approved texts to choose from, where nothing else leaves.
    fn approved(&self) -> &[OfferedText] {
        match &self.way {
            Way::Approved(offered) if self.may_act && !self.is_opted_out => offered,
            _ => &[],
        }
    }

    /// Free words leave as what a person types.
    const fn is_as_person(&self) -> bool {
        matches!(self.way, Way::AsPerson(_))
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

/// Why a colleague cannot write now.
fn refusal(colleague: &Colleague, memory: &Memory, row: &ConversationRow, way: &Way) -> Option<&'static str> {
    let texts = &colleague.texts.thread;
    if !colleague.may(Role::Operator) {
        return Some(texts.may_only_look);
    }
    if memory.is_opted_out {
        return Some(texts.opted_out);
    }
    way.refusal(row.channel, colleague.texts)
}

#[derive(Template)]
#[template(path = "console/conversation.html")]
struct Whole {
    shell: Shell,
    head: Head,
    queue: Queue,
    thread: Thread,
}

#[derive(Template)]
#[template(path = "console/thread.html")]
struct Alone<'a> {
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
        head: Head::load(&console, &colleague, &place.part.wanted).await?,
        queue: Queue::load(&console, &colleague, &place.part, Some(&thread.id)).await?,
        thread,
    })
}

fn part(colleague: &Colleague, thread: &Thread) -> Result<Response, Error> {
    html(&Alone {
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
    from: &str,
) -> Result<Response, Error> {
    if super::gate::is_fragment(headers) {
        let mut thread = Thread::load(console, colleague, id, &Place::default()).await?;
        thread.from = Wanted::parse(from).query();
        return part(colleague, &thread);
    }
    let back = Wanted::parse(from).address(&format!("/console/conversations/{id}"), None);
    Ok(Redirect::to(&back).into_response())
}

/// Why a colleague cannot write in a conversation now.
pub(super) async fn refused(console: &Console, colleague: &Colleague, id: Uuid) -> Result<Option<&'static str>, Error> {
    let thread = Thread::load_words(console, colleague, id, &Place::default()).await?;
    Ok(thread.refusal)
}
