//! What is done with several rows at once.

use std::str::FromStr;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::reader::DeadLetterRow;
use frontdesk_core::records::{Contact, Lead, Subscription};
use frontdesk_core::{ChannelKind, DeadLetterId, DedupeKey, RecordId};
use uuid::Uuid;

use super::filter::{Filter, Wanted};
use super::told::{Deed, Told};
use super::{Records, export, read};
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html};
use crate::console::tabs::{self, Tab};
use crate::console::{Colleague, Console, Error, contact};
use crate::links::{NewsletterLink, Wish};

/// Rows that are done something with at once: a page has fewer.
const ROWS_MAX: usize = 200;
/// Pages that are read for them.
const PAGES_MAX: usize = 4;

/// The rows that were ticked, what to do with them, and where the form was.
pub(super) struct Ticked {
    names: Vec<String>,
    pub(super) act: String,
    tag: String,
    /// The question was asked, and answered.
    is_sure: bool,
    pub(super) back: String,
}

impl Ticked {
    /// Reads a form.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] when it names more rows than a page has.
    pub(super) fn new(pairs: Vec<(String, String)>, path: &str) -> Result<Self, Error> {
        let mut ticked = Self {
            names: Vec::new(),
            act: String::new(),
            tag: String::new(),
            is_sure: false,
            back: path.to_owned(),
        };
        for (name, value) in pairs {
            match name.as_str() {
                "id" => ticked.names.push(value),
                "act" => ticked.act = value,
                "tag" => ticked.tag = value,
                "sure" => ticked.is_sure = value == "yes",
                // The list as it was looked at, and nothing but a list.
                "query" if !value.is_empty() => ticked.back = format!("{path}?{}", value.replace(char::is_control, "")),
                _ => {}
            }
        }
        if ticked.names.len() > ROWS_MAX {
            return Err(Error::TooLarge);
        }
        Ok(ticked)
    }

    /// The rows, by what they are ticked under.
    pub(super) fn ids<T: FromStr>(&self) -> Result<Vec<T>, Error> {
        let ids = self.names.iter().map(|name| name.parse());
        ids.collect::<Result<_, _>>().map_err(|_| Error::NotFound)
    }

    /// How many rows were ticked.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// Back to the list, which says what was done.
    pub(super) fn done(&self, told: Told) -> Response {
        let told = if self.names.is_empty() {
            Told::of(Deed::Nothing, 0, 0)
        } else {
            told
        };
        Redirect::to(&told.at(&self.back)).into_response()
    }
}

/// `POST /console/leads/mark`: handled, or new again.
pub async fn mark_leads(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, Lead::PATH)?;
    let ids: Vec<RecordId> = ticked.ids()?.into_iter().map(RecordId).collect();
    let is_handled = ticked.act == Lead::HANDLED;
    let act = if is_handled { "leads.handled" } else { "leads.new" };
    let marked = console.desk.mark_leads(&colleague.scope, &ids, is_handled).await?;
    let deed = if is_handled { Deed::Handled } else { Deed::Renewed };
    let told = Told::of(deed, marked.len(), ticked.count());
    for (id, tenant) in marked {
        console
            .audit(&colleague.user, Some(tenant), act, id.to_string())
            .await?;
    }
    Ok(ticked.done(told))
}

/// `POST` of a list's `…/export`: the ticked rows as a file.
pub async fn export_ticked<R: Records>(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, R::PATH)?;
    let (wanted, rows) = rows::<R>(&console, &colleague, &ticked).await?;
    if rows.is_empty() {
        return Ok(ticked.done(Told::of(Deed::Nothing, 0, 0)));
    }
    match ticked.act.as_str() {
        "csv" => export::lines::<R>(&console, &colleague, &wanted, &rows).await,
        "xlsx" => export::table::<R>(&console, &colleague, &wanted, rows).await,
        _ => Err(Error::NotFound),
    }
}

/// Who is about to be one person.
struct Candidate {
    href: String,
    name: String,
    reach: Vec<String>,
    since: Moment,
}

#[derive(Template)]
#[template(path = "console/merge.html")]
struct MergePage {
    shell: Shell,
    tabs: Vec<Tab>,
    /// The one who stays comes first.
    people: Vec<Candidate>,
    ids: Vec<String>,
    /// The list they were ticked in, and what it looked at.
    back: String,
    query: String,
}

/// `POST /console/contacts/merge`: the ticked ones are one person, once somebody is sure. The one known longest stays.
pub async fn merge_contacts(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, Contact::PATH)?;
    let (_, mut people) = rows::<Contact>(&console, &colleague, &ticked).await?;
    // The list has the newest first.
    people.reverse();
    let [kept, others @ ..] = &people[..] else {
        return Ok(ticked.done(Told::of(Deed::NothingToMerge, 0, 0)));
    };
    if others.iter().any(|other| other.tenant != kept.tenant) {
        return Err(Error::Invalid(colleague.texts.person.bad_other));
    }
    if others.is_empty() {
        return Ok(ticked.done(Told::of(Deed::NothingToMerge, 0, 0)));
    }
    if !ticked.is_sure {
        return ask_to_merge(&console, &colleague, &ticked, &people).await;
    }
    for other in others {
        contact::bring_together(&console, &colleague, kept.id, other.id).await?;
    }
    // Their page says what happened, and undoes it.
    Ok(Redirect::to(&contact::href_joined(kept.id)).into_response())
}

/// Shows who would be one person, and asks.
async fn ask_to_merge(
    console: &Console,
    colleague: &Colleague,
    ticked: &Ticked,
    people: &[Contact],
) -> Result<Response, Error> {
    let texts = colleague.texts;
    let candidate = |contact: &Contact| Candidate {
        href: contact::href(contact.id),
        name: contact::called(contact, texts),
        reach: [&contact.phone, &contact.email]
            .into_iter()
            .flatten()
            .map(|address| address.as_str().to_owned())
            .collect(),
        since: contact.created_at.into(),
    };
    html(&MergePage {
        shell: Shell::load(console, colleague, Section::People).await?,
        tabs: tabs::people(texts, Contact::PATH),
        people: people.iter().map(candidate).collect(),
        ids: ticked.names.clone(),
        back: ticked.back.clone(),
        query: ticked
            .back
            .split_once('?')
            .map(|(_, query)| query.to_owned())
            .unwrap_or_default(),
    })
}

/// `POST /console/contacts/tags`: a tag is put on the ticked ones, or taken off them.
pub async fn tag_contacts(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, Contact::PATH)?;
    let ids: Vec<RecordId> = ticked.ids()?.into_iter().map(RecordId).collect();
    let is_put_on = ticked.act == "tag";
    let tagged = contact::mark(&console, &colleague, ids, &ticked.tag, is_put_on).await?;
    let deed = if is_put_on { Deed::Tagged } else { Deed::Untagged };
    Ok(ticked.done(Told {
        left: tagged.full,
        ..Told::of(deed, tagged.changed.len(), 0)
    }))
}

/// `POST /console/newsletter/unsubscribe`: on behalf of whoever asked for it elsewhere.
pub async fn unsubscribe(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, Subscription::PATH)?;
    let (_, rows) = rows::<Subscription>(&console, &colleague, &ticked).await?;
    let mut done = 0;
    for row in rows.into_iter().filter(|row| row.unsubscribed_at.is_none()) {
        // Once for each time somebody subscribed.
        let (id, since) = (row.id.to_string(), row.subscribed_at.as_millis().to_string());
        let parts = ["newsletter", "unsubscribe", &id, &since];
        let dedupe = DedupeKey::derive(&row.tenant, ChannelKind::Form, &parts);
        let wish = NewsletterLink {
            tenant: row.tenant.clone(),
            email: row.email,
            wish: Wish::Unsubscribe,
        };
        let delivered = console.runtime.deliver(wish.event(dedupe, console.clock.now())).await?;
        if !delivered.is_duplicate {
            done += 1;
            console
                .audit(&colleague.user, Some(row.tenant), "newsletter.unsubscribe", id)
                .await?;
        }
    }
    Ok(ticked.done(Told::of(Deed::Unsubscribed, done, ticked.count())))
}

/// The rows that were ticked, read once more where they were: on the page that was looked at, or on the
/// next ones, where newer rows came before them.
async fn rows<R: Records>(
    console: &Console,
    colleague: &Colleague,
    ticked: &Ticked,
) -> Result<(Wanted, Vec<R>), Error> {
    let uri: Uri = ticked.back.parse().map_err(|_| Error::NotFound)?;
    let Query(filter) = Query::<Filter>::try_from_uri(&uri).map_err(|_| Error::NotFound)?;
    let wanted = filter.wanted(console, colleague)?;
    let (mut found, mut part) = (Vec::new(), wanted.part);
    for _ in 0..PAGES_MAX {
        let page = read::<R>(console, &wanted, part).await?;
        let is_ticked = |row: &R| row.tick().is_some_and(|tick| ticked.names.contains(&tick));
        found.extend(page.items.into_iter().filter(is_ticked));
        match page.next {
            Some(next) if found.len() < ticked.names.len() => part.after = Some(next),
            _ => break,
        }
    }
    Ok((wanted, found))
}

/// `POST /console/dead-letters/replay`: each of them is tried once more, one after the other.
pub async fn replay_all(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, DeadLetterRow::PATH)?;
    let tenant = colleague.scope.tenant();
    let (mut done, mut failed) = (0, 0);
    for id in ticked.ids::<Uuid>()? {
        // What fails again still waits, and is no reason to keep the next one waiting.
        match console
            .replays
            .replay(DeadLetterId(id), tenant)
            .await
            .map_err(Error::from)
        {
            Ok(_) => done += 1,
            Err(Error::Parked | Error::Unreadable) => {
                failed += 1;
                continue;
            }
            // A colleague was faster.
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        }
        console
            .audit(&colleague.user, tenant.cloned(), "dead_letter.replay", id.to_string())
            .await?;
    }
    Ok(ticked.done(Told::of(Deed::Replayed, done, done + failed)))
}
