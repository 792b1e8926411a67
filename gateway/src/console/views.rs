//! Filters of the inbox that somebody saved for themselves.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::presets::SavedView;
use serde::Deserialize;

use super::inbox::PATH;
use super::session::Shared;
use super::wanted::Wanted;
use super::{Colleague, Error};

/// Characters of a name.
const NAME_CHARACTERS_MAX: usize = 40;

/// A filter and what it is called.
#[derive(Deserialize)]
pub struct Given {
    name: String,
    #[serde(default)]
    query: String,
}

/// `POST /console/views`
pub async fn save(State(console): Shared, colleague: Colleague, Form(given): Form<Given>) -> Result<Response, Error> {
    let bad = Error::Invalid(colleague.texts.desk.bad_view);
    let name = given.name.trim();
    if !(1..=NAME_CHARACTERS_MAX).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Err(bad);
    }
    let wanted = Wanted::parse(&given.query);
    let view = SavedView {
        user: colleague.user.id,
        name: name.to_owned(),
        query: wanted.query(),
        at: console.clock.now(),
    };
    if !console.presets.save_view(&view).await? {
        return Err(bad);
    }
    Ok(Redirect::to(&wanted.address(PATH, None)).into_response())
}

/// `POST /console/views/remove`
pub async fn remove(State(console): Shared, colleague: Colleague, Form(given): Form<Given>) -> Result<Response, Error> {
    console.presets.remove_view(colleague.user.id, &given.name).await?;
    Ok(Redirect::to(&Wanted::parse(&given.query).address(PATH, None)).into_response())
}
