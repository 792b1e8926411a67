//! What is done with several rows at once.

use std::str::FromStr;

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::reader::DeadLetterRow;
use frontdesk_core::records::Lead;
use frontdesk_core::{DeadLetterId, RecordId};
use uuid::Uuid;

use super::Records;
use crate::console::session::Shared;
use crate::console::{Colleague, Error};

/// Rows that are done something with at once: a page has fewer.
const ROWS_MAX: usize = 200;

/// The rows that were ticked, what to do with them, and where the form was.
pub(super) struct Ticked {
    names: Vec<String>,
    pub(super) act: String,
    back: String,
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
            back: path.to_owned(),
        };
        for (name, value) in pairs {
            match name.as_str() {
                "id" => ticked.names.push(value),
                "act" => ticked.act = value,
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
    let marked = console.desk.mark_leads(&colleague.scope, &ids, is_handled).await?;
    if marked > 0 {
        let act = if is_handled { "leads.handled" } else { "leads.new" };
        let tenant = colleague.scope.tenant().cloned();
        let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
        console.audit(&colleague.user, tenant, act, names.join(" ")).await?;
    }
    Ok(ticked.done())
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
