//! What is done with several rows at once.

use std::str::FromStr;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::reader::DeadLetterRow;
use frontdesk_core::records::{Contact, Lead, Subscription};
use frontdesk_core::{ChannelKind, DeadLetterId, DedupeKey, RecordId};
use uuid::Uuid;

use super::filter::{Filter, Wanted};
use super::{Records, export, read};
use crate::console::session::Shared;
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
            back: path.to_owned(),
        };
        for (name, value) in pairs {
            match name.as_str() {
                "id" => ticked.names.push(value),
                "act" => ticked.act = value,
                "tag" => ticked.tag = value,
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

    pub(super) fn done(&self) -> Response {
        Redirect::to(&self.back).into_response()
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
    for (id, tenant) in console.desk.mark_leads(&colleague.scope, &ids, is_handled).await? {
        console
            .audit(&colleague.user, Some(tenant), act, id.to_string())
            .await?;
    }
    Ok(ticked.done())
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
        return Ok(ticked.done());
    }
    match ticked.act.as_str() {
        "csv" => export::lines::<R>(&console, &colleague, &wanted, &rows).await,
        "xlsx" => export::table::<R>(&console, &colleague, &wanted, rows).await,
        _ => Err(Error::NotFound),
    }
}

/// `POST /console/contacts/merge`: the ticked ones are one person. The one known longest stays.
pub async fn merge_contacts(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, Contact::PATH)?;
    let (_, mut rows) = rows::<Contact>(&console, &colleague, &ticked).await?;
    // Newest first, as the list is.
    let Some(kept) = rows.pop() else {
        return Ok(ticked.done());
    };
    if rows.iter().any(|other| other.tenant != kept.tenant) {
        return Err(Error::Invalid(colleague.texts.person.bad_other));
    }
    if rows.is_empty() {
        return Ok(ticked.done());
    }
    for other in rows {
        contact::bring_together(&console, &colleague, kept.id, other.id).await?;
    }
    // Their page says what happened, and undoes it.
    Ok(Redirect::to(&contact::href_joined(kept.id)).into_response())
}

/// `POST /console/contacts/tags`: a tag is put on the ticked ones, or taken off them.
pub async fn tag_contacts(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, Contact::PATH)?;
    let ids = ticked.ids()?.into_iter().map(RecordId).collect();
    contact::mark(&console, &colleague, ids, &ticked.tag, ticked.act == "tag").await?;
    Ok(ticked.done())
}

/// `POST /console/newsletter/unsubscribe`: on behalf of whoever asked for it elsewhere.
pub async fn unsubscribe(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, Subscription::PATH)?;
    let (_, rows) = rows::<Subscription>(&console, &colleague, &ticked).await?;
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
            console
                .audit(&colleague.user, Some(row.tenant), "newsletter.unsubscribe", id)
                .await?;
        }
    }
    Ok(ticked.done())
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
        let page = read::<R>(&*console.reader, &wanted, part).await?;
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
    for id in ticked.ids::<Uuid>()? {
        console.replays.replay(DeadLetterId(id), tenant).await?;
        console
            .audit(&colleague.user, tenant.cloned(), "dead_letter.replay", id.to_string())
            .await?;
    }
    Ok(ticked.done())
}
