//! What a person calls themselves on a channel: looked up once, beside the dialogue, which never waits
//! for it.
//!
//! | the answer's field | what comes of it |
//! |---|---|
//! | `name` | offered for confirmation where the name is not known when it is asked for next |
//! | `handle` | kept with the lead; a user name is no name |

use frontdesk_core::{Answered, Effect, Inquiry};
use serde_json::{Value as Json, json};

use crate::turn::Turn;
use crate::{person, reading};

/// The inquiry's name, and what its body asks for.
pub const PROFILE: &str = "profile";

/// Asks the channel at the person's first words, if it can tell.
pub(crate) fn ask(turn: &mut Turn<'_>) {
    let is_wanted = turn.event.channel.profile().has_profiles
        && !turn.state.is_profile_asked
        && !turn.state.answers.contains_key("name");
    let Some(lane) = turn.state.lane.clone().filter(|_| is_wanted) else {
        return;
    };
    turn.state.is_profile_asked = true;
    turn.effect(Effect::Ask(Inquiry {
        name: PROFILE.to_owned(),
        lane: lane.into(),
        body: json!({ "look_up": PROFILE }),
    }));
}

/// Takes the answer in.
pub(crate) fn take(turn: &mut Turn<'_>, answered: &Answered) {
    let Ok(profile) = &answered.result else {
        turn.decide("profile", "not told");
        return;
    };
    let text = |field: &str| profile.get(field).and_then(Json::as_str);
    if let Some(handle) = text("handle") {
        let channel = turn.event.channel.code();
        person::know_attribute(turn, channel, &format!("@{}", handle.trim_start_matches('@')).into());
        turn.decide("profile", "a user name, which is no name");
    }
    let is_open = !turn.state.answers.contains_key("name") && !turn.state.refused.iter().any(|step| step == "name");
    match text("name").and_then(reading::known_name).filter(|_| is_open) {
        Some(name) => {
            turn.state.offered_name = Some(name);
            turn.decide("profile", "a name to be confirmed");
        }
        None => turn.decide("profile", "no name that is needed"),
    }
}
