//! What happened outside of the conversation, by name.
//!
//! | fact | data | what comes of it |
//! |---|---|---|
//! | `form_submitted` | [`crate::form::Form`] | records, and the way back to the person |
//! | `follow_up` | the same | the conversation begins on the channel the person prefers |
//! | `person_known` | name, email, newsletter | what they told elsewhere is not asked again |
//! | `opted_out` | – | nothing leaves here either |
//! | `call_progress` | see [`crate::CALL_PROGRESS`] | the events of a call become one, told as `call_ended` |
//! | `call_ended` | call_type, duration_seconds, name … | kept with the lead |
//! | `call_missed` | lane | the person called in vain, and is texted |
//! | `newsletter_confirmed`, `newsletter_ended` | email | the link in an email was followed |
//!
//! Any other fact tells at most who the person is.

use frontdesk_core::records::{NewsletterChange, Record};
use frontdesk_core::{ChannelKind, Fact, KnownFacts, Personal};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::call::{self, CALL_PROGRESS};
use crate::form;
use crate::missed_call::{self, CALL_MISSED};
use crate::person;
use crate::state::{Introduction, Value};
use crate::turn::Turn;
use crate::{control, reading};

/// The lane of what a person's other conversations shall hear.
pub const PEER_LANE: &str = "peers";

/// A fact for other conversations of the same person: the body of an emission on [`PEER_LANE`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeerNews {
    /// To which conversations of the tenant.
    pub to: Vec<Peer>,
    /// Whether one that does not exist yet begins with it.
    pub may_begin: bool,
    /// What they hear.
    pub fact: Fact,
}

/// One conversation of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Over which channel.
    pub channel: ChannelKind,
    /// The person's address on it.
    pub address: Personal,
}

/// Takes in a fact.
pub(crate) fn take(turn: &mut Turn<'_>, fact: &Fact) {
    match fact.name.as_str() {
        "form_submitted" => form::take(turn, &fact.data),
        "follow_up" => form::follow_up(turn, &fact.data),
        "person_known" => {
            let wish = fact.data.get("newsletter").and_then(Json::as_bool);
            let learnt = know(turn, &fact.data) + usize::from(know_newsletter(turn, wish));
            turn.decide("fact.person_known", format!("{learnt} fields from elsewhere"));
            // Whoever told it has written it down.
            turn.has_news = false;
        }
        "opted_out" => control::stop_silently(turn),
        CALL_PROGRESS => call::progress(turn, fact),
        "call_ended" => end_call(turn, &fact.data),
        CALL_MISSED => missed_call::heard(turn, &fact.data),
        "newsletter_confirmed" => follow_link(turn, &fact.data, true),
        "newsletter_ended" => follow_link(turn, &fact.data, false),
        other => {
            let learnt = know(turn, &fact.data);
            turn.decide("fact", format!("`{other}` told {learnt} fields"));
        }
    }
}

/// What is known of whoever begins this conversation, and an opt-out that outlived its conversation.
pub(crate) fn introduce(turn: &mut Turn<'_>, introduction: &Introduction) {
    let known = &introduction.known;
    let mut learnt = 0;
    for (field, value) in [("name", &known.name), ("email", &known.email)] {
        if let Some(value) = value {
            learnt += usize::from(person::hear(turn, field, Value::Text(value.clone())));
        }
    }
    learnt += usize::from(know_newsletter(turn, known.newsletter));
    if learnt > 0 {
        turn.decide("person.known", format!("{learnt} fields from other conversations"));
    }
    if introduction.is_opted_out {
        turn.decide("gate.opted_out", "the address had opted out before it was erased");
        turn.state.is_opted_out = true;
    }
}

/// An answer about the newsletter that was given, and written down, elsewhere.
fn know_newsletter(turn: &mut Turn<'_>, wish: Option<bool>) -> bool {
    let Some(wish) = wish.filter(|_| !turn.state.answers.contains_key("newsletter")) else {
        return false;
    };
    turn.state.is_subscribed = wish;
    person::know(turn, "newsletter", Value::Flag(wish))
}

/// Takes over what a fact tells of the person. Tells how many fields were learnt.
fn know(turn: &mut Turn<'_>, data: &Json) -> usize {
    let text = |field: &str| data.get(field).and_then(Json::as_str).map(Personal::from);
    person::know_facts(
        turn,
        &KnownFacts {
            name: text("name"),
            phone: text("phone"),
            email: text("email"),
            ..KnownFacts::default()
        },
    )
}

/// Kind and length of a call go with the lead.
pub(crate) fn end_call(turn: &mut Turn<'_>, data: &Json) {
    let learnt = know(turn, data);
    if let Some(kind) = data.get("call_type").and_then(Json::as_str) {
        person::know(turn, "call_type", Value::Text(kind.into()));
    }
    if let Some(seconds) = data.get("duration_seconds").and_then(Json::as_i64) {
        person::know(turn, "call_seconds", Value::Count(seconds.max(0)));
    }
    turn.decide("fact.call_ended", format!("{learnt} fields"));
}

/// The person followed a link in an email of ours: to confirm the newsletter, or to end it.
fn follow_link(turn: &mut Turn<'_>, data: &Json, is_confirmed: bool) {
    let claim = data.get("email").and_then(Json::as_str).unwrap_or_default();
    let Some(email) = reading::known_email(claim) else {
        turn.decide("fact.newsletter", "without an address: ignored");
        return;
    };
    let id = turn.record_id();
    turn.record(Record::Newsletter(NewsletterChange {
        id,
        email: email.clone(),
        name: None,
        phone: None,
        source: person::source(turn).to_owned(),
        email_consent: (!is_confirmed).then_some(false),
        sms_consent: None,
        is_confirmed,
    }));
    if turn.state.text("email") == Some(&email) {
        turn.state.is_subscribed = is_confirmed;
    }
    let (said, decided) = if is_confirmed {
        ("followed the link to confirm", "confirmed")
    } else {
        ("followed the link to unsubscribe", "ended")
    };
    control::consent_of(turn, &email, "newsletter", is_confirmed, said);
    turn.decide("fact.newsletter", decided);
}

/// Lets the person's conversations on channels that prove a number know what was told here.
pub(crate) fn share(turn: &mut Turn<'_>) {
    let Some(phone) = turn.state.text("phone").cloned() else {
        return;
    };
    let field = |field: &str| turn.state.text(field).map(Personal::as_str);
    let data = json!({
        "name": field("name"),
        "email": field("email"),
        "newsletter": turn.state.flag("newsletter"),
    });
    let to = peers(turn, &phone);
    turn.tell_peers(&PeerNews {
        to,
        may_begin: false,
        fact: Fact {
            name: "person_known".to_owned(),
            data,
        },
    });
}

/// The conversations whose address is this number, but for the present one.
pub(crate) fn peers(turn: &Turn<'_>, phone: &Personal) -> Vec<Peer> {
    ChannelKind::ALL
        .into_iter()
        .filter(|channel| channel.profile().tells_phone && *channel != turn.event.channel)
        .map(|channel| Peer {
            channel,
            address: phone.clone(),
        })
        .collect()
}
