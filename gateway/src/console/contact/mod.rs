//! One person: everything known, on every channel.

mod acts;
mod erasures;
mod tags;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use frontdesk_actors::answer::phone;
use frontdesk_core::RecordId;
use frontdesk_core::ports::people::{Address, Merge, Profile, Spoken};
use frontdesk_core::ports::reader::{Page as Part, Reader, Scope};
use frontdesk_core::records::{Consent, Contact, Lead, PROVED_ADDRESS, PersonKey};
use serde::Deserialize;
use uuid::Uuid;

use super::records::Records;
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html, icon};
use super::tabs::{self, Tab};
use super::texts::{Texts, own_name};
use super::{Colleague, Error};

pub(super) use acts::bring_together;
pub use acts::{erase, erase_thread, export, merge, unmerge};
pub use erasures::page as erasures;
pub(super) use tags::mark;
pub use tags::{add as add_tag, remove as remove_tag};

/// Tags offered while one is typed.
const TAGS_OFFERED_MAX: u32 = 50;
/// Consents that are shown, of each way to know the person.
const CONSENTS_MAX: u32 = 50;

/// Something known, and where from.
struct Fact {
    title: &'static str,
    value: String,
    source: String,
}

struct KnownAddress {
    icon: &'static str,
    channel: &'static str,
    value: String,
    is_proved: bool,
    at: Moment,
}

struct Talk {
    href: String,
    icon: &'static str,
    channel: &'static str,
    status: &'static str,
    at: Moment,
}

struct Request {
    href: String,
    source: String,
    status: &'static str,
    at: Moment,
}

struct Given {
    at: Moment,
    purpose: String,
    is_granted: bool,
    shown: String,
    said: String,
}

/// Somebody else, or the same.
struct Other {
    id: String,
    href: String,
    name: String,
    address: String,
}

struct Joined {
    id: Uuid,
    at: Moment,
    by: String,
    reason: &'static str,
    other: String,
    undone: Option<(Moment, String)>,
}

#[derive(Template)]
#[template(path = "console/contact.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    id: String,
    title: String,
    tenant: String,
    since: Moment,
    tags: Vec<String>,
    /// Tags that others have.
    tags_offered: Vec<String>,
    facts: Vec<Fact>,
    addresses: Vec<KnownAddress>,
    conversations: Vec<Talk>,
    leads: Vec<Request>,
    consents: Vec<Given>,
    merges: Vec<Joined>,
    lookalikes: Vec<Other>,
    /// Somebody has just been brought together with them.
    is_joined: bool,
}

/// What has just been done.
#[derive(Debug, Deserialize)]
pub struct Done {
    /// Whether somebody was brought together with this person.
    #[serde(default)]
    joined: bool,
}

/// The address of a contact's page that says that they were brought together with somebody.
#[must_use]
pub(super) fn href_joined(contact: RecordId) -> String {
    format!("{}?joined=true", href(contact))
}

/// The address of a contact's page.
#[must_use]
pub fn href(contact: RecordId) -> String {
    format!("{}/{contact}", Contact::PATH)
}

/// `GET /console/contacts/{id}`
pub async fn page(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Query(done): Query<Done>,
) -> Result<Response, Error> {
    let found = console.keeper.people().profile(&colleague.scope, RecordId(id)).await?;
    let profile = found.ok_or(Error::NotFound)?;
    let texts = colleague.texts;
    let consents = consents(&*console.reader, &profile).await?;
    let own = Scope::Tenant(profile.contact.tenant.clone());
    let used = console.keeper.people().tags_in_use(&own, TAGS_OFFERED_MAX).await?;
    let tags = profile.contact.tags.clone();
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::People).await?,
        tabs: tabs::people(texts, Contact::PATH),
        id: profile.contact.id.to_string(),
        title: called(&profile.contact, texts),
        tenant: profile.contact.tenant.to_string(),
        since: profile.contact.created_at.into(),
        tags_offered: used.into_iter().filter(|tag| !tags.contains(tag)).collect(),
        tags,
        facts: facts(&profile, texts),
        addresses: addresses(&profile.addresses, texts),
        conversations: profile.conversations.iter().map(|spoken| talk(spoken, texts)).collect(),
        leads: profile.leads.into_iter().map(|lead| request(lead, texts)).collect(),
        merges: profile
            .merges
            .into_iter()
            .map(|merge| joined(merge, &profile.merged, texts))
            .collect(),
        lookalikes: profile.lookalikes.iter().map(|contact| other(contact, texts)).collect(),
        consents,
        is_joined: done.joined,
    })
}

/// What a contact is called.
pub(super) fn called(contact: &Contact, texts: &Texts) -> String {
    let name = contact.name.as_ref().map(|name| name.as_str().to_owned());
    name.unwrap_or_else(|| texts.inbox.unnamed.to_owned())
}

/// What is known, each once, with the conversation that told it; the newest first.
fn facts(profile: &Profile, texts: &'static Texts) -> Vec<Fact> {
    let own = &texts.person;
    let mut facts: Vec<Fact> = Vec::new();
    let mut learn = |title: &'static str, value: Option<&str>, source: &str| {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return;
        };
        if !facts.iter().any(|fact| fact.title == title && fact.value == value) {
            facts.push(Fact {
                title,
                value: value.to_owned(),
                source: source.to_owned(),
            });
        }
    };
    let fields = &texts.thread;
    for spoken in &profile.conversations {
        let channel = spoken.conversation.channel;
        let state: Option<frontdesk_actors::State> = serde_json::from_str(spoken.state.get()).ok();
        let known = state.map(|state| state.contact()).unwrap_or_default();
        let source = texts.channels.of(channel);
        learn(fields.field_name, known.name.as_deref(), source);
        learn(fields.field_phone, known.phone.as_deref(), source);
        learn(fields.field_email, known.email.as_deref(), source);
        let wish = known
            .newsletter
            .map(|wish| if wish { fields.granted } else { fields.refused });
        learn(fields.field_newsletter, wish, source);
    }
    for contact in std::iter::once(&profile.contact).chain(&profile.merged) {
        learn(fields.field_name, contact.name.as_deref(), own.as_filed);
        learn(fields.field_phone, contact.phone.as_deref(), own.as_filed);
        learn(fields.field_email, contact.email.as_deref(), own.as_filed);
        learn(fields.language, contact.language.map(own_name), own.as_filed);
        let place = contact.phone.as_deref().map(phone::place).unwrap_or_default();
        learn(own.country, place.country.as_deref(), own.guessed);
        learn(own.time_zone, place.time_zone, own.guessed);
    }
    facts
}

/// Every address once: proved, where any conversation proved it.
fn addresses(known: &[Address], texts: &'static Texts) -> Vec<KnownAddress> {
    let mut shown: Vec<KnownAddress> = Vec::new();
    // A thread of the web site is nothing anybody could write to.
    for address in known.iter().filter(|address| address.kind != "web_chat") {
        match shown.iter_mut().find(|one| one.value == address.address.as_str()) {
            Some(one) => one.is_proved |= address.is_proved,
            None => shown.push(KnownAddress {
                icon: icon(address.channel),
                channel: texts.channels.of(address.channel),
                value: address.address.as_str().to_owned(),
                is_proved: address.is_proved,
                at: address.at.into(),
            }),
        }
    }
    shown
}

fn talk(spoken: &Spoken, texts: &'static Texts) -> Talk {
    use frontdesk_core::ConversationStatus::{Done, NeedsPerson, Open, WithPerson};

    let row = &spoken.conversation;
    Talk {
        href: format!("/console/conversations/{}", row.id),
        icon: icon(row.channel),
        channel: texts.channels.of(row.channel),
        status: match row.status {
            Open => texts.inbox.open,
            NeedsPerson => texts.inbox.needs_person,
            WithPerson => texts.inbox.with_person,
            Done => texts.inbox.done,
        },
        at: row.updated_at.into(),
    }
}

fn request(lead: Lead, texts: &'static Texts) -> Request {
    Request {
        href: format!("{}/{}", Lead::PATH, lead.id),
        source: texts.source(&lead.source).to_owned(),
        status: match lead.status.as_str() {
            Lead::HANDLED => texts.records.handled,
            _ => texts.records.is_new,
        },
        at: lead.created_at.into(),
    }
}

fn other(contact: &Contact, texts: &Texts) -> Other {
    let address = contact.phone.as_ref().or(contact.email.as_ref());
    Other {
        id: contact.id.to_string(),
        href: href(contact.id),
        name: called(contact, texts),
        address: address.map(|address| address.as_str().to_owned()).unwrap_or_default(),
    }
}

fn joined(merge: Merge, merged: &[Contact], texts: &'static Texts) -> Joined {
    let own = &texts.person;
    let other = merged.iter().find(|contact| contact.id == merge.merged);
    Joined {
        id: merge.id,
        at: merge.at.into(),
        by: merge.by,
        reason: if merge.reason == PROVED_ADDRESS {
            own.by_address
        } else {
            own.by_colleague
        },
        other: other.map_or_else(|| texts.inbox.unnamed.to_owned(), |contact| called(contact, texts)),
        undone: merge
            .undone_at
            .map(|at| (at.into(), merge.undone_by.unwrap_or_default())),
    }
}

/// What the person agreed to or refused, by each phone and email, newest first.
async fn consents(reader: &dyn Reader, profile: &Profile) -> Result<Vec<Given>, Error> {
    // A person is known to one business alone, whoever looks.
    let scope = Scope::Tenant(profile.contact.tenant.clone());
    let contacts = || std::iter::once(&profile.contact).chain(&profile.merged);
    let phones = contacts()
        .filter_map(|contact| contact.phone.as_deref())
        .map(PersonKey::phone);
    let emails = contacts()
        .filter_map(|contact| contact.email.as_deref())
        .map(PersonKey::email);
    let mut keys: Vec<PersonKey> = phones.chain(emails).collect();
    keys.sort_unstable();
    keys.dedup();
    let part = Part {
        after: None,
        limit: CONSENTS_MAX,
    };
    let mut found: Vec<Consent> = Vec::new();
    for key in &keys {
        found.extend(reader.consents(&scope, Some(key.as_str()), part).await?.items);
    }
    found.sort_by_key(|consent| std::cmp::Reverse((consent.at, consent.id.0)));
    let given = |consent: Consent| Given {
        at: consent.at.into(),
        purpose: consent.purpose,
        is_granted: consent.is_granted,
        shown: consent.words_shown,
        said: consent.words_said.into_string(),
    };
    Ok(found.into_iter().map(given).collect())
}
