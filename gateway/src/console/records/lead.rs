//! One lead: what is known, what they want, and the words they agreed or refused in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use frontdesk_core::ports::reader::{Page as Part, Reader, Scope};
use frontdesk_core::records::{Consent, Lead, PersonKey};
use frontdesk_core::{Personal, RecordId};
use uuid::Uuid;

use crate::console::known::told;
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html, icon};
use crate::console::tabs::{self, Tab};
use crate::console::texts::Texts;
use crate::console::{Colleague, Error};

use super::history::{self, Event};
use super::{Records, leads};

/// Consents that are shown, of each way to know the person.
const CONSENTS_MAX: u32 = 50;

/// Something that was agreed to or refused.
struct Given {
    at: Moment,
    purpose: String,
    is_granted: bool,
    shown: String,
    said: String,
}

/// A detail of the person.
struct Known {
    title: &'static str,
    value: String,
    /// Somebody else said so, in a chat or a form.
    is_claim: bool,
}

#[derive(Template)]
#[template(path = "console/lead.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    title: String,
    tenant: String,
    source: String,
    channel: &'static str,
    icon: &'static str,
    conversation: String,
    since: Moment,
    changed: Moment,
    facts: Vec<Known>,
    wants: Vec<(String, String)>,
    consents: Vec<Given>,
    history: Vec<Event>,
}

/// `GET /console/leads/{id}`
pub async fn page(State(console): Shared, colleague: Colleague, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let found = console.reader.lead(&colleague.scope, RecordId(id)).await?;
    let lead = found.ok_or(Error::NotFound)?;
    let texts = colleague.texts;
    let consents = consents(&*console.reader, &lead).await?;
    let facts = facts(&lead, texts);
    let history = history::of(&console, &lead, texts).await?;
    let title = lead.name.as_ref().map(|name| name.as_str().to_owned());
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::People).await?,
        tabs: tabs::people(texts, Lead::PATH),
        title: title.unwrap_or_else(|| texts.inbox.unnamed.to_owned()),
        tenant: lead.tenant.into(),
        source: texts.source(&lead.source).to_owned(),
        channel: texts.channels.of(lead.channel),
        icon: icon(lead.channel),
        conversation: format!("/console/conversations/{}", lead.conversation),
        since: lead.created_at.into(),
        changed: lead.updated_at.into(),
        facts,
        wants: lead
            .context
            .into_iter()
            .filter(|(name, value)| name != Lead::CLAIMED && leads::tells(name, value))
            .map(|(name, value)| (texts.thread.field(&name), told(&name, &value, texts)))
            .collect(),
        consents,
        history,
    })
}

/// What is known of the person, each with what somebody claimed instead.
fn facts(lead: &Lead, texts: &'static Texts) -> Vec<Known> {
    let own = &texts.records;
    let claimed = lead.context.get(Lead::CLAIMED);
    let mut facts = Vec::new();
    for (field, title, known) in [
        ("name", own.name, &lead.name),
        ("phone", own.phone, &lead.phone),
        ("email", own.email, &lead.email),
    ] {
        let known = known.as_ref().map(Personal::as_str);
        let claim = claimed.and_then(|claimed| claimed.get(field)?.as_str());
        let claim = claim.filter(|claim| known != Some(claim));
        let told = [(known, false), (claim, true)].into_iter();
        facts.extend(told.filter_map(|(value, is_claim)| {
            Some(Known {
                title,
                value: value?.to_owned(),
                is_claim,
            })
        }));
    }
    facts
}

/// What the person agreed to or refused, known by phone or by email, newest first.
async fn consents(reader: &dyn Reader, lead: &Lead) -> Result<Vec<Given>, Error> {
    // A person is known to one business alone, whoever looks.
    let scope = Scope::Tenant(lead.tenant.clone());
    let phone = lead.phone.as_ref().map(|phone| PersonKey::phone(phone.as_str()));
    let email = lead.email.as_ref().map(|email| PersonKey::email(email.as_str()));
    let part = Part {
        after: None,
        limit: CONSENTS_MAX,
    };
    let mut found = Vec::new();
    for key in [phone, email].into_iter().flatten() {
        found.extend(reader.consents(&scope, Some(key.as_str()), part).await?.items);
    }
    found.sort_by_key(|consent: &Consent| std::cmp::Reverse((consent.at, consent.id.0)));
    let given = |consent: Consent| Given {
        at: consent.at.into(),
        purpose: consent.purpose,
        is_granted: consent.is_granted,
        shown: consent.words_shown,
        said: consent.words_said.into_string(),
    };
    Ok(found.into_iter().map(given).collect())
}
