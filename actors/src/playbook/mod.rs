//! Asking and being answered: the steps of the playbook, one awaited at a time.
//!
//! ```text
//!  message ─► read once ─► the awaited step's answer, or why it is none
//!                │                     │
//!                └─► what else it tells│        course.rs  which step is next, and the clocks
//!                           │          ▼        that run while it waits
//!                           └─────► reply.rs ─► thanks, answers, the question again or the next one
//! ```
//!
//! Where people begin by saying what they need, first.rs hears it.

use frontdesk_core::{Personal, Stream};
use serde_json::json;

use crate::answer::text::Text;
use crate::answer::yes_no::{self, YesNo};
use crate::answer::{Asked, NoAnswer};
use crate::concern::{self, Concern};
use crate::control;
use crate::dialogue::context;
use crate::manifest::{Accept, Step};
use crate::person;
use crate::reading::{self, Answer, Reading};
use crate::state::Value;
use crate::turn::Turn;

mod course;
mod first;
mod reply;

pub(crate) use course::{ABANDON, NUDGE, abandon, ask_current, has_next, nudge};

/// What a request is made of.
const REQUEST_FIELDS: [&str; 2] = ["party_size", "datetime"];
/// Longest first words kept.
const REQUEST_CHARS_MAX: usize = 300;
/// Fewer words than this describe nothing.
const FIRST_MESSAGE_WORDS_MIN: usize = 3;

/// What a message did to the awaited step.
enum Progress {
    /// Nothing was awaited.
    Nothing,
    /// Answered.
    Answered,
    /// Not answered, for this reason.
    Unanswered(NoAnswer),
}

/// What a message told beside the awaited answer.
#[derive(Clone, Copy, Default)]
struct Learnt {
    /// A day or a number of people.
    has_request: bool,
    /// A phone number, an email, a name, a word about the newsletter.
    has_details: bool,
    /// That they want to book.
    has_wish: bool,
}

impl Learnt {
    const fn is_something(self) -> bool {
        self.has_request || self.has_details || self.has_wish
    }
}

/// Takes in what a person wrote.
pub(crate) fn take(turn: &mut Turn<'_>, text: &Text) {
    let tenant = turn.tenant;
    let awaited = turn
        .state
        .awaited
        .as_ref()
        .and_then(|awaited| tenant.playbook.step(&awaited.step));
    let mut reading = reading::read(&context(turn), awaited, text);
    let (wish, concern) = hear_concern(turn, text, &reading);
    let has_new_wish = hear_wish(turn, text, &reading, wish);
    if let Some(concern) = concern {
        if turn.state.request.is_none() {
            keep_request(turn, text);
        }
        learn(turn, text, None, reading.fields, reading.phone_extension);
        concern::take(turn, concern, text);
        return;
    }
    if wish.is_none() {
        hear_lone_name(turn, text, &mut reading);
    }
    let answer = match awaited {
        Some(step) => confirm_name(turn, step, text, reading.answer),
        None => reading.answer,
    };
    let progress = match (awaited, answer) {
        (Some(step), Some(Ok(answer))) => {
            settle(turn, step, answer, text);
            Progress::Answered
        }
        (Some(_), Some(Err(reason))) => Progress::Unanswered(reason),
        (None, _) | (_, None) => Progress::Nothing,
    };
    turn.state.is_moment_unclear |= reading.is_moment_unclear;
    let mut fields = reading.fields;
    if !wish.is_some_and(reading::is_wish_to_book) && only_asks(turn, text) {
        // "When do you close today?" wants to know, not to come.
        fields.retain(|(field, _)| *field != "datetime");
    }
    let mut learnt = learn(turn, text, awaited, fields, reading.phone_extension);
    learnt.has_wish = has_new_wish;
    if !turn.state.is_greeted {
        first::take(turn, text);
    }
    if is_left_in_peace(turn, &progress, learnt) {
        turn.decide("gate.paused", "nothing was asked or answered: silent");
        return;
    }
    turn.state.paused_until = None;
    turn.cancel_timer(control::RESUME);
    reply::reply(turn, text, awaited, &progress, learnt);
}

/// A yes to a name that was offered is that name; a no makes room for the question. Whoever says
/// another name has answered.
fn confirm_name(
    turn: &mut Turn<'_>,
    step: &Step,
    text: &Text,
    read: Option<Result<Answer, NoAnswer>>,
) -> Option<Result<Answer, NoAnswer>> {
    if step.accept != Accept::Name || matches!(read, Some(Ok(_))) {
        return read;
    }
    let Some(offered) = turn.state.offered_name.take() else {
        return read;
    };
    match yes_no::read_text(text, &Asked::Open) {
        YesNo::Yes => Some(Ok(Value::Text(offered).into())),
        YesNo::No => {
            turn.decide("playbook.name", "not the offered one");
            turn.state.awaited = None;
            None
        }
        YesNo::Later | YesNo::Unclear => {
            turn.state.offered_name = Some(offered);
            read
        }
    }
}

/// During a pause only answers and questions are taken up: "ok, thanks" is not a wish to go on.
fn is_left_in_peace(turn: &Turn<'_>, progress: &Progress, learnt: Learnt) -> bool {
    let says_something =
        learnt.is_something() || matches!(progress, Progress::Answered | Progress::Unanswered(NoAnswer::Question));
    turn.is_paused() && !says_something
}

/// What the message wants, and what of it only a colleague can settle. What was booked in this very talk is
/// not changed by one: as long as it goes on, another day replaces the first.
fn hear_concern(turn: &Turn<'_>, text: &Text, reading: &Reading) -> (Option<&'static str>, Option<Concern>) {
    let wish = reading::wish(text);
    // Where people begin with what they need, "my sink is leaking" is that, and not our fault.
    let begins_with_need = || {
        let mut steps = turn.tenant.playbook.on(turn.event.channel);
        steps.any(|step| step.takes_first_message)
    };
    let is_answer = matches!(reading.answer, Some(Ok(_))) || begins_with_need();
    let is_correction = || {
        let is_known =
            |(field, _): &(&str, Value)| REQUEST_FIELDS.contains(field) && turn.state.answers.contains_key(*field);
        !turn.state.is_done && reading.fields.iter().any(is_known)
    };
    let concern =
        concern::read(text, wish, is_answer).filter(|concern| *concern != Concern::Change || !is_correction());
    let wish = match concern {
        Some(Concern::Complaint) => Some(reading::COMPLAINT),
        // To cancel or change is no new booking, and what sounds like a complaint and is none wants nothing.
        Some(Concern::Cancellation) => None,
        Some(Concern::Change) | None => wish.filter(|wish| *wish != reading::COMPLAINT),
    };
    (wish, concern)
}

/// Callers begin with their name, before anybody has asked for it.
fn hear_lone_name(turn: &Turn<'_>, text: &Text, reading: &mut Reading) {
    let is_first = turn.event.channel.profile().is_spoken && !turn.state.is_greeted;
    let is_known = reading.fields.iter().any(|(field, _)| *field == "name");
    if is_first
        && !is_known
        && let Some(name) = reading::lone_name(text)
    {
        reading.fields.push(("name", Value::Text(name)));
    }
}

/// Keeps the words in which the person says what they want.
fn keep_request(turn: &mut Turn<'_>, text: &Text) {
    let words: String = text.clean().chars().take(REQUEST_CHARS_MAX).collect();
    turn.state.request = Some(words.into());
}

/// Whether the message describes what the person wants, as far as one can tell without understanding it:
/// more than a greeting, and neither an answer nor details of who they are.
fn describes_wish(text: &Text, reading: &Reading, wish: Option<&str>) -> bool {
    let is_answer = matches!(reading.answer, Some(Ok(_)));
    let has_details = || {
        let details = ["name", "phone", "email"];
        reading.fields.iter().any(|(field, _)| details.contains(field))
    };
    let has_words = || text.word_count() >= FIRST_MESSAGE_WORDS_MIN && !reading::is_pleasantry(text);
    !is_answer && (wish.is_some() || (has_words() && !has_details()))
}

/// What the person wants, and in which words they first said so. Tells whether that is a new wish
/// to book.
fn hear_wish(turn: &mut Turn<'_>, text: &Text, reading: &Reading, wish: Option<&'static str>) -> bool {
    let known = turn.state.intent.as_deref();
    let heard = wish.filter(|heard| known != Some(*heard));
    let is_booking = heard.is_some_and(reading::is_wish_to_book);
    let is_new_booking = is_booking && !known.is_some_and(reading::is_wish_to_book);
    if is_new_booking || (turn.state.request.is_none() && describes_wish(text, reading, wish)) {
        keep_request(turn, text);
    }
    if let Some(intent) = heard
        && (turn.state.intent.is_none() || is_booking)
    {
        turn.decide("intent", intent);
        turn.state.intent = Some(intent.to_owned());
        turn.has_news = true;
    }
    is_new_booking
}

/// Whether a message that wishes no booking is a question about something else than the day: one that the
/// tenant's knowledge answers, or, with the day agreed, any: "are you open on Christmas?"
fn only_asks(turn: &Turn<'_>, text: &Text) -> bool {
    let is_known = || {
        let knowledge = &turn.tenant.knowledge;
        let answer = knowledge.answer(text.clean(), true, turn.language(), turn.event.channel);
        !answer.is_empty()
    };
    reading::is_question(text) && (turn.state.answers.contains_key("datetime") || is_known())
}

/// Keeps an answer to a step.
fn settle(turn: &mut Turn<'_>, step: &Step, answer: Answer, text: &Text) {
    let sure = answer
        .confidence
        .map_or_else(String::new, |sure| format!(" with confidence {sure:.2}"));
    turn.decide(format!("playbook.{}", step.key), format!("answered{sure}"));
    let is_newsletter = step.key == "newsletter";
    let value = answer.value;
    if let Some(extension) = answer.extension {
        turn.state.phone_extension = Some(extension);
    }
    if is_newsletter && let Value::Flag(is_granted) = value {
        let shown = turn.fill(step.ask.get(turn.language(), turn.event.channel));
        let shown = match &turn.tenant.settings.newsletter {
            Some(newsletter) => format!("{shown} ({})", newsletter.version),
            None => shown,
        };
        control::consent(turn, "newsletter", is_granted, shown, text.clean());
    }
    if let Some(name) = &step.emit {
        turn.emit(name, Stream::Good, |turn| {
            json!({ "step": step.key, "answer": value, "confidence": answer.confidence, "conversation": turn.event.conversation })
        });
    }
    person::know(turn, &step.key, value);
    turn.state.awaited = None;
}

/// Keeps everything else a message tells.
fn learn(
    turn: &mut Turn<'_>,
    text: &Text,
    awaited: Option<&Step>,
    fields: Vec<(&'static str, Value)>,
    extension: Option<Personal>,
) -> Learnt {
    let mut learnt = Learnt::default();
    for (field, value) in fields {
        let is_answer = awaited.is_some_and(|step| step.key == field && reading::settles(step, &value));
        // People mention other people.
        let is_settled_name =
            field == "name" && turn.state.answers.contains_key("name") && !reading::corrects_name(text);
        if is_answer || is_settled_name || !person::know(turn, field, value.clone()) {
            continue;
        }
        if REQUEST_FIELDS.contains(&field) {
            learnt.has_request = true;
        } else {
            learnt.has_details = true;
        }
        turn.decide(format!("playbook.{field}"), "mentioned");
        if let ("newsletter", Value::Flag(is_granted)) = (field, value) {
            control::consent(turn, "newsletter", is_granted, String::new(), text.clean());
        }
    }
    if extension.is_some() {
        turn.state.phone_extension = extension;
    }
    let is_open = turn.state.intent.as_deref().is_none_or(|intent| intent == "info");
    if learnt.has_request && is_open {
        turn.decide("intent", "reservation: a day or a number of people was named");
        turn.state.intent = Some(reading::RESERVATION.to_owned());
    }
    learnt
}

/// Keeps what a message tells without any reply.
pub(crate) fn overhear(turn: &mut Turn<'_>, text: &Text) {
    let reading = reading::read(&context(turn), None, text);
    // "The booking is under Reyes" tells what is to be cancelled, and wants no other one.
    if !concern::is_colleagues(turn.state.intent.as_deref()) {
        let (wish, _) = hear_concern(turn, text, &reading);
        hear_wish(turn, text, &reading, wish);
    }
    learn(turn, text, None, reading.fields, reading.phone_extension);
}
