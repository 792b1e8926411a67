//! Try it: a phone on screen to play the customer, on any channel whose provider's twin stands in.
//!
//! What is written takes the whole way: the twin signs a webhook, the channel takes it in, the dialogue
//! answers, the sender calls the twin, and the phone shows it with its ticks.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::reader::{self, LeadFilter, Scope};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::{Author, ChannelKind, ConversationId, QuickReply, TenantId, Timestamp};
use serde::Deserialize;

use super::gate::is_fragment;
use super::list::address;
use super::search::search;
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html, icon};
use super::texts::{Texts, fill};
use super::{Colleague, Console, Error};
use crate::channels::{NAMES, address as channel_address};
use crate::sandbox::{CallEnd, Fault, Kind, Line, Sandbox, Shown};

const PATH: &str = "/console/try";
/// Before the channel's name in [`Ends::to`], where one calls instead of writing.
const CALLS: &str = "calls:";
/// Characters of a customer's message.
const TEXT_CHARACTERS_MAX: usize = 4_000;
/// How often something may be let go wrong at once.
const FAULTS_MAX: u32 = 100;

/// Who writes to whom: what the address of the page holds.
#[derive(Debug, Default, Deserialize)]
pub struct Ends {
    /// The channel's name and our address on it, `twilio_sms:+14155550100`; for the chat on a site
    /// `web_chat:` and the business.
    #[serde(default)]
    to: String,
    /// The customer's address.
    #[serde(default)]
    from: String,
}

/// An address of ours that a customer can write to.
struct Place {
    /// As in [`Ends::to`].
    value: String,
    title: String,
    tenant: TenantId,
    /// What the tenant calls itself.
    business: String,
    kind: ChannelKind,
    /// The twin's name; none of the chat on a site.
    channel: Option<&'static str>,
    address: String,
}

/// Every address that can be tried by whoever sees this much, by business.
fn places(console: &Console, sandbox: Option<&Sandbox>, scope: &Scope, texts: &Texts) -> Vec<Place> {
    let mut places = Vec::new();
    let own = |tenant: &TenantId| scope.tenant().is_none_or(|own| own == tenant);
    for tenant in console.tenants.ids().into_iter().filter(own) {
        places.push(Place {
            value: format!("{}:{tenant}", ChannelKind::WebChat.code()),
            title: texts.channels.web_chat.to_owned(),
            business: console.tenants.name_of(&tenant),
            kind: ChannelKind::WebChat,
            channel: None,
            address: tenant.to_string(),
            tenant: tenant.clone(),
        });
        for twin in sandbox.map(Sandbox::twins).unwrap_or_default() {
            let name = twin.name();
            let words = NAMES.iter().find(|(of, _)| *of == name).map(|(_, kind)| (*kind, ""));
            let calls = twin.takes_calls().then_some((ChannelKind::Voice, CALLS));
            for (kind, before) in words.into_iter().chain(calls) {
                let routes = console.tenants.routes_of(&tenant, kind).into_iter();
                let served = routes.filter(|route| route.provider.as_deref() == Some(name));
                places.extend(served.map(|route| Place {
                    value: format!("{before}{name}:{}", route.address),
                    title: format!("{} · {name} · {}", texts.channels.of(kind), route.address),
                    tenant: tenant.clone(),
                    business: console.tenants.name_of(&tenant),
                    kind,
                    channel: Some(name),
                    address: route.address,
                }));
            }
        }
    }
    places
}

/// An address nobody had before.
fn fresh_customer(kind: ChannelKind) -> String {
    let number = rand::random::<u64>();
    if kind.profile().tells_phone {
        format!("+1212{:07}", number % 8_000_000 + 2_000_000)
    } else {
        format!("{:016}", number % 10_000_000_000_000_000)
    }
}

impl Place {
    fn line(&self, customer: &str) -> Option<Line> {
        Some(Line {
            channel: self.channel?.to_owned(),
            customer: customer.to_owned(),
            business: self.address.clone(),
        })
    }

    /// What is wrong with a customer's address, if anything is.
    fn fault(&self, customer: &str, texts: &'static Texts) -> Option<&'static str> {
        use channel_address::Form;
        let own = &texts.try_it;
        let form = Form::of_theirs(self.kind);
        let told = match form {
            Form::Number | Form::NumberOrCode | Form::NumberOrUser => own.bad_number,
            Form::Id => own.bad_id,
            Form::Word => texts.tenants.bad_address,
        };
        (!form.fits(customer)).then_some(told)
    }

    /// The line on which a customer writes, or calls.
    fn checked(&self, customer: &str, calls: bool, texts: &'static Texts) -> Result<Line, Error> {
        if let Some(fault) = self.fault(customer, texts) {
            return Err(Error::Invalid(fault));
        }
        let line = self.line(customer).filter(|_| self.takes_calls() == calls);
        line.ok_or(Error::NotFound)
    }

    /// Whether one calls there instead of writing.
    const fn takes_calls(&self) -> bool {
        matches!(self.kind, ChannelKind::Voice)
    }

    /// What the phone shows.
    fn thread(&self, customer: &str) -> Option<Line> {
        let line = self.line(customer)?;
        Some(if self.takes_calls() { line.of_calls() } else { line })
    }

    fn page(&self, customer: &str) -> String {
        address(PATH, &[("to", &self.value), ("from", customer)], None)
    }
}

/// A message on the phone.
struct Bubble {
    key: String,
    is_own: bool,
    text: String,
    /// It came as a text that the provider has approved.
    is_template: bool,
    buttons: Vec<QuickReply>,
    status: &'static str,
    status_title: &'static str,
    at: Moment,
}

impl Bubble {
    /// A message, or where one calls a call by its end.
    fn new(shown: Shown, is_call: bool, texts: &'static Texts) -> Self {
        let end = CallEnd::from_code(&shown.text).filter(|_| is_call);
        Self {
            key: format!("{}-{}", shown.id, shown.status.code()),
            is_own: shown.author == Author::User,
            text: match end {
                Some(end) => texts.calls.placed(end).to_owned(),
                None => shown.text,
            },
            is_template: shown.is_template,
            buttons: shown.buttons,
            status: shown.status.code(),
            status_title: texts.deliveries.of(shown.status),
            at: Timestamp::from_millis(shown.at_ms).into(),
        }
    }
}

/// A way of failing, and how often it is still to come.
struct Trouble {
    code: &'static str,
    title: &'static str,
    left: Option<String>,
}

fn troubles(set: &[Fault], texts: &'static Texts) -> Vec<Trouble> {
    let trouble = |kind: &Kind| Trouble {
        code: kind.code(),
        title: texts.faults.of(*kind),
        left: set
            .iter()
            .find(|fault| fault.kind == *kind)
            .map(|fault| fill(texts.try_it.left, fault.count)),
    };
    Kind::ALL.iter().map(trouble).collect()
}

/// What is on the phone and what goes wrong: the part that changes.
struct Screen {
    place: Place,
    icon: &'static str,
    customer: String,
    source: String,
    bubbles: Vec<Bubble>,
    conversation: Option<String>,
    /// The lead that has come of a call.
    lead: Option<String>,
    /// The calls that can be placed: code and title; none where one writes.
    calls: Vec<(&'static str, &'static str)>,
    troubles: Vec<Trouble>,
    may_break: bool,
}

impl Screen {
    async fn load(console: &Console, colleague: &Colleague, place: Place, customer: String) -> Result<Self, Error> {
        let texts = colleague.texts;
        let sandbox = console.sandbox.as_deref();
        let line = place.thread(&customer);
        let shown = sandbox
            .zip(line.as_ref())
            .map(|(sandbox, line)| sandbox.desk().shown(line));
        let faults = sandbox
            .zip(place.channel)
            .map(|(sandbox, channel)| sandbox.desk().faults(channel));
        let id = ConversationId::derive(&place.tenant, place.kind, &customer);
        let conversation = console.reader.conversation(&colleague.scope, id).await?;
        let lead = match &conversation {
            Some(_) if place.takes_calls() => lead_of(console, &place.tenant, &customer).await?,
            _ => None,
        };
        Ok(Self {
            source: place.page(&customer),
            bubbles: shown
                .unwrap_or_default()
                .into_iter()
                .map(|shown| Bubble::new(shown, place.takes_calls(), texts))
                .collect(),
            lead,
            calls: if place.takes_calls() {
                CallEnd::ALL.map(|end| (end.code(), texts.calls.place(end))).into()
            } else {
                Vec::new()
            },
            conversation: conversation.map(|_| format!("/console/conversations/{id}")),
            troubles: troubles(&faults.unwrap_or_default(), texts),
            may_break: may_break(colleague),
            icon: icon(place.kind),
            place,
            customer,
        })
    }
}

/// The page of the lead with a caller's number.
async fn lead_of(console: &Console, tenant: &TenantId, number: &str) -> Result<Option<String>, Error> {
    let scope = Scope::Tenant(tenant.clone());
    let newest = reader::Page { after: None, limit: 1 };
    let search = search(console, &scope, number);
    let found = console
        .reader
        .leads_found(&scope, &search, &LeadFilter::default(), newest)
        .await?;
    let lead = found.items.into_iter().next();
    Ok(lead.map(|lead| format!("/console/leads/{}", lead.id)))
}

/// Faults befall every business on a channel, so they are for whoever sees them all.
fn may_break(colleague: &Colleague) -> bool {
    colleague.may(Role::Admin) && colleague.scope == Scope::All
}

/// A business's addresses, to choose from.
struct Group {
    business: String,
    options: Vec<(String, String)>,
}

fn groups(places: &[Place]) -> Vec<Group> {
    let chunks = places.chunk_by(|one, other| one.tenant == other.tenant);
    chunks
        .map(|places| Group {
            business: places[0].business.clone(),
            options: places
                .iter()
                .map(|place| (place.value.clone(), place.title.clone()))
                .collect(),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "console/try.html")]
struct Page {
    shell: Shell,
    groups: Vec<Group>,
    screen: Screen,
    /// The customer's address as it was typed, and what is wrong with it.
    from: String,
    fault: Option<&'static str>,
    has_twins: bool,
}

#[derive(Template)]
#[template(path = "console/try_part.html")]
struct Part {
    texts: &'static Texts,
    csrf: String,
    screen: Screen,
}

/// `GET /console/try`: the page, or for our script the phone alone.
pub async fn page(
    State(console): Shared,
    colleague: Colleague,
    Query(ends): Query<Ends>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let mut places = places(&console, console.sandbox.as_deref(), &colleague.scope, colleague.texts);
    let at = places.iter().position(|place| place.value == ends.to);
    // Without a wish, a channel that shows the whole way.
    let first = || places.iter().position(|place| place.channel.is_some()).unwrap_or(0);
    let at = at.unwrap_or_else(first);
    let Some(place) = places.get(at) else {
        return Err(Error::NotFound);
    };
    if ends.from.is_empty() || place.value != ends.to {
        return Ok(Redirect::to(&place.page(&fresh_customer(place.kind))).into_response());
    }
    let fault = place.fault(&ends.from, colleague.texts);
    let customer = match fault {
        Some(_) => fresh_customer(place.kind),
        None => ends.from.clone(),
    };
    let groups = groups(&places);
    let screen = Screen::load(&console, &colleague, places.swap_remove(at), customer).await?;
    if is_fragment(&headers) {
        return html(&Part {
            texts: colleague.texts,
            csrf: colleague.csrf.token(),
            screen,
        });
    }
    let page = html(&Page {
        shell: Shell::load(&console, &colleague, Section::Try).await?,
        has_twins: console.sandbox.is_some(),
        groups,
        screen,
        from: ends.from,
        fault,
    })?;
    let status = fault.map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    Ok((status, page).into_response())
}

/// The twins, and the address of ours that is meant, if whoever asks may write to it.
fn find(console: &Console, colleague: &Colleague, to: &str) -> Result<(Arc<Sandbox>, Place), Error> {
    let sandbox = console.sandbox.clone().ok_or(Error::NotFound)?;
    let place = places(console, Some(&sandbox), &colleague.scope, colleague.texts)
        .into_iter()
        .find(|place| place.value == to && place.channel.is_some())
        .ok_or(Error::NotFound)?;
    Ok((sandbox, place))
}

/// What a customer writes, or the button they press.
#[derive(Debug, Deserialize)]
pub struct Words {
    #[serde(default)]
    to: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    text: String,
    button: Option<String>,
}

/// `POST /console/try/messages`
pub async fn write(State(console): Shared, colleague: Colleague, Form(words): Form<Words>) -> Result<Response, Error> {
    let (sandbox, place) = find(&console, &colleague, &words.to)?;
    let line = place.checked(&words.from, false, colleague.texts)?;
    let text = words.text.trim();
    if !(1..=TEXT_CHARACTERS_MAX).contains(&text.chars().count()) {
        return Err(Error::Invalid(colleague.texts.thread.bad_length));
    }
    sandbox
        .say(line, text, words.button, None)
        .await
        .ok_or(Error::NotFound)?;
    Ok(Redirect::to(&place.page(&words.from)).into_response())
}

/// A call that a customer places.
#[derive(Debug, Deserialize)]
pub struct Calling {
    #[serde(default)]
    to: String,
    #[serde(default)]
    from: String,
    end: CallEnd,
}

/// `POST /console/try/calls`
pub async fn call(
    State(console): Shared,
    colleague: Colleague,
    Form(calling): Form<Calling>,
) -> Result<Response, Error> {
    let (sandbox, place) = find(&console, &colleague, &calling.to)?;
    let line = place.checked(&calling.from, true, colleague.texts)?;
    sandbox.call(line, calling.end).await.ok_or(Error::NotFound)?;
    Ok(Redirect::to(&place.page(&calling.from)).into_response())
}

/// Something to go wrong.
#[derive(Debug, Deserialize)]
pub struct Breaking {
    #[serde(default)]
    to: String,
    #[serde(default)]
    from: String,
    /// What; nothing makes everything well again.
    kind: Option<Kind>,
    #[serde(default)]
    count: u32,
}

/// `POST /console/try/faults`
pub async fn break_it(
    State(console): Shared,
    colleague: Colleague,
    Form(breaking): Form<Breaking>,
) -> Result<Response, Error> {
    let (sandbox, place) = find(&console, &colleague, &breaking.to)?;
    let channel = place.channel.ok_or(Error::NotFound)?;
    match breaking.kind {
        Some(kind) => {
            let fault = Fault {
                kind,
                count: breaking.count.clamp(1, FAULTS_MAX),
                value: None,
            };
            sandbox.desk().set_fault(channel, fault);
        }
        None => sandbox.desk().clear_faults(channel),
    }
    console.audit(&colleague.user, None, "sandbox.faults", channel).await?;
    Ok(Redirect::to(&place.page(&breaking.from)).into_response())
}
