//! A form that was sent: everything is told at once, and nothing is left to ask.
//!
//! The form's own turn writes the records. Where the person wants to be texted, it also tells their
//! conversation by text message, which then begins with a confirmation.

use frontdesk_core::{ChannelKind, Fact, Language, Personal};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::facts::{self, Peer, PeerNews};
use crate::handoff::{self, Reason};
use crate::manifest::Say;
use crate::state::{Gate, Value};
use crate::turn::Turn;
use crate::{control, gate, person, playbook, reading};

/// The timer of a confirmation that had to wait for the morning.
pub(crate) const FOLLOW_UP: &str = "follow_up";

/// Characters of a request kept as the lead's first words.
const REQUEST_CHARS_MAX: usize = 300;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// A price.
    Quote,
    /// A date.
    Booking,
}

impl FormKind {
    /// The source of leads that come by it.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Quote => "WEB_QUOTE",
            Self::Booking => "BOOKING",
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Booking => "booking",
        }
    }
}

/// How a person wants to hear back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// By a call.
    Phone,
    /// By text message.
    Text,
    /// By email.
    Email,
}

impl Preference {
    const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Text => "text",
            Self::Email => "email",
        }
    }
}

/// The data of `form_submitted`, checked by the edge that took it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Which form.
    pub form: FormKind,
    /// Name.
    pub name: Personal,
    /// Phone in E.164.
    pub phone: Personal,
    /// Email.
    pub email: Personal,
    /// The language the form was shown in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// How they want to hear back.
    pub preferred: Preference,
    /// `2026-12-05` or `2026-12-05T18:30`, on the tenant's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datetime: Option<String>,
    /// How many guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests: Option<u32>,
    /// What it may cost, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Personal>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Personal>,
    /// What else they wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Personal>,
    /// The page the form was on, path only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Agreed to the newsletter.
    pub email_consent: bool,
    /// Agreed to text messages.
    pub sms_consent: bool,
}

/// Takes in a form.
pub(crate) fn take(turn: &mut Turn<'_>, data: &Json) {
    let Some(form) = read(turn, data) else { return };
    turn.state.form = Some(form.form);
    know(turn, &form);
    turn.has_news = true;
    person::identify(turn);
    if form.email_consent {
        // Somebody who left the list elsewhere meanwhile is on it again.
        turn.state.is_subscribed = false;
        person::agree_to_newsletter(turn, None, "sent the form with the box ticked");
    }
    if form.sms_consent {
        turn.state.is_subscribed &= turn.state.flag("sms_consent") == Some(true);
        person::know(turn, "sms_consent", Value::Flag(true));
        let shown = turn.words(Say::SmsConsent);
        control::consent(turn, "sms", true, shown, "sent the form with the box ticked");
    }
    turn.decide(
        "form",
        format!("{}, wants to hear by {}", form.form.code(), form.preferred.code()),
    );
    match form.preferred {
        Preference::Text => begin_texting(turn, &form),
        Preference::Phone => handoff::open_ticket(turn, Reason::CallBack, None),
        // Whoever sends the tenant's emails hears of it by webhook.
        Preference::Email => {}
    }
    facts::share(turn);
    person::tell_form(turn, form.form);
}

fn read(turn: &mut Turn<'_>, data: &Json) -> Option<Form> {
    let form = serde_json::from_value(data.clone());
    if form.is_err() {
        turn.decide("form", "cannot be read: ignored");
    }
    form.ok()
}

/// It was filled in just now: it replaces what was known before, but for what somebody who proved who they
/// are said of themselves.
fn know(turn: &mut Turn<'_>, form: &Form) {
    let is_spoken = |language: &Language| turn.tenant.settings.languages.contains(language);
    turn.state.language = form.language.filter(is_spoken).or(turn.state.language);
    let name = reading::known_name(&form.name).unwrap_or_else(|| form.name.clone());
    let words = |said: &Option<Personal>| said.clone().map(Value::Text);
    let fields = [
        ("name", Some(Value::Text(name))),
        ("phone", Some(Value::Text(form.phone.clone()))),
        ("email", Some(Value::Text(form.email.clone()))),
        (
            "datetime",
            form.datetime.as_deref().map(|moment| Value::Text(moment.into())),
        ),
        ("party_size", form.guests.map(|guests| Value::Count(guests.into()))),
        ("budget", words(&form.budget)),
        ("location", words(&form.location)),
        ("message", words(&form.message)),
        ("preferred", Some(Value::Text(form.preferred.code().into()))),
    ];
    for (field, value) in fields {
        if let Some(value) = value {
            person::hear(turn, field, value);
        }
    }
    turn.state.intent = Some(reading::RESERVATION.to_owned());
    if let Some(message) = &form.message {
        let words: String = message.chars().take(REQUEST_CHARS_MAX).collect();
        turn.state.request = Some(words.into());
    }
    turn.state.page = form.page.clone().or_else(|| turn.state.page.take());
}

/// Tells the conversation by text message to begin.
fn begin_texting(turn: &mut Turn<'_>, form: &Form) {
    let data = match serde_json::to_value(form) {
        Ok(data) => data,
        Err(_) => return,
    };
    turn.tell_peers(&PeerNews {
        to: vec![Peer {
            channel: ChannelKind::Sms,
            address: form.phone.clone(),
        }],
        may_begin: true,
        fact: Fact {
            name: "follow_up".to_owned(),
            data,
        },
    });
}

/// Begins, or goes on, on the channel that the person asked to hear back on.
pub(crate) fn follow_up(turn: &mut Turn<'_>, data: &Json) {
    let Some(form) = read(turn, data) else { return };
    turn.state.form = Some(form.form);
    know(turn, &form);
    person::identify(turn);
    let wish = turn.state.flag("newsletter");
    match (form.email_consent, wish) {
        (true, _) => {
            person::know(turn, "newsletter", Value::Flag(true));
            turn.state.is_subscribed = true;
        }
        // The box was there, and stayed empty: that is asked once and not again.
        (false, None) if !turn.state.refused.iter().any(|step| step == "newsletter") => {
            turn.state.refused.push("newsletter".to_owned());
            turn.state.awaited.take_if(|awaited| awaited.step == "newsletter");
        }
        (false, _) => {}
    }
    // The form's own turn has written it all down.
    turn.has_news = false;
    turn.is_identified = false;
    if gate::puts_off(turn, FOLLOW_UP) {
        turn.state.is_done = false;
    } else {
        confirm(turn);
    }
}

/// Says that the form has arrived. Where that may not leave, or a colleague was called, nothing is asked.
pub(crate) fn confirm(turn: &mut Turn<'_>) {
    turn.decide("form.follow_up", "confirmed");
    turn.state.is_greeted = true;
    turn.say(Say::FormReceived);
    if gate::is_shut(turn) || turn.state.gate != Gate::Bot {
        return;
    }
    if playbook::has_next(turn) {
        playbook::ask_current(turn);
    } else {
        turn.cancel_timers();
        turn.state.awaited = None;
        turn.state.is_done = true;
    }
}
