//! A conversation's timers, moved by hand: cancelled, or not waited for.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use frontdesk_core::{OperatorAct, TimerName, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::acts::{self, Act};
use super::session::Shared;
use super::{Colleague, Error};

/// Characters of a timer's name.
const NAME_CHARACTERS_MAX: usize = 64;

/// Which timer, and what shall become of it.
#[derive(Deserialize)]
pub struct Moved {
    name: String,
    /// The hour it was set to when the colleague saw it, in milliseconds.
    due: i64,
    act: Move,
    #[serde(default)]
    from: String,
}

/// What becomes of a timer.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Move {
    Cancel,
    Fire,
}

/// `POST /console/conversations/{id}/timers`
pub async fn act(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Form(moved): Form<Moved>,
) -> Result<Response, Error> {
    if !(1..=NAME_CHARACTERS_MAX).contains(&moved.name.chars().count()) {
        return Err(Error::NotFound);
    }
    // Whoever presses first does it: the timer and its hour are the identity, not the form.
    let given = Act {
        key: Uuid::new_v5(&id, format!("{} {}", moved.due, moved.name).as_bytes()).to_string(),
        from: moved.from,
        ..Act::default()
    };
    let by = colleague.name().to_owned();
    let (name, due) = (TimerName(moved.name), Timestamp::from_millis(moved.due));
    let what = match moved.act {
        Move::Cancel => ("timer.cancel", OperatorAct::CancelTimer { by, name, due }),
        Move::Fire => ("timer.fire", OperatorAct::FireTimer { by, name, due }),
    };
    acts::act(&console, &colleague, &headers, id, given, what).await
}
