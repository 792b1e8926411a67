//! Asking and being answered: the steps of the playbook, one awaited at a time.

use std::time::Duration;

use frontdesk_core::{ChannelKind, Personal, Stream};
use serde_json::json;

use crate::answer::NoAnswer;
use crate::answer::text::Text;
use crate::control;
use crate::dialogue::context;
use crate::handoff::{self, Reason};
use crate::manifest::{Accept, Say, Step};
use crate::person;
use crate::reading::{self, Answer};
use crate::state::Value;
use crate::turn::Turn;

/// The timer of the reminder.
pub(crate) const NUDGE: &str = "nudge";
/// The timer after which an unanswered step counts as abandoned.
pub(crate) const ABANDON: &str = "abandon";

/// How often a step is asked again before a person is called.
const REPROMPTS_MAX: u8 = 3;
/// … and where the answer does not matter so much.
const REPROMPTS_MAX_OPTIONAL: u8 = 1;
/// How long a step waits on channels where nobody sits and waits.
const ABANDON_AFTER: Duration = Duration::from_secs(30 * 60);
/// What a request is made of.
const REQUEST_FIELDS: [&str; 2] = ["party_size", "datetime"];
/// Longest first words kept.
const REQUEST_CHARS_MAX: usize = 300;
/// Fewer words than this are a greeting, not a description.
const FIRST_MESSAGE_WORDS_MIN: usize = 4;
/// More words than this after the end are a wish, not a goodbye.
const FAREWELL_WORDS_MAX: usize = 4;

/// What a message did to the awaited step.
enum Progress {
    /// Nothing was awaited.
    Nothing,
    /// Answered.
    Answered,
    /// Not answered, for this reason.
    Unanswered(NoAnswer),
}

/// Takes in what a person wrote.
pub(crate) fn take(turn: &mut Turn<'_>, text: &Text) {
    let has_new_wish = hear_wish(turn, text);
    let tenant = turn.tenant;
    let awaited = turn
        .state
        .awaited
        .as_ref()
        .and_then(|awaited| tenant.playbook.step(&awaited.step));
    let reading = reading::read(&context(turn), awaited, text);
    let progress = match (awaited, reading.answer) {
        (Some(step), Some(Ok(answer))) => {
            settle(turn, step, answer, text);
            Progress::Answered
        }
        (Some(_), Some(Err(reason))) => Progress::Unanswered(reason),
        (None, _) | (_, None) => Progress::Nothing,
    };
    let mut fields = reading.fields;
    if is_answered_by_facts(turn, text) {
        // "When do you close today?" wants to know, not to come.
        fields.retain(|(field, _)| !REQUEST_FIELDS.contains(field));
    }
    let learnt = learn(turn, text, awaited, fields, reading.phone_extension);
    if !turn.state.is_greeted {
        take_first_message(turn, text);
    }
    if is_left_in_peace(turn, &progress, learnt) {
        turn.decide("gate.paused", "nothing was asked or answered: silent");
        return;
    }
    turn.state.paused_until = None;
    turn.cancel_timer(control::RESUME);
    // "I want to book" instead of a name is no answer, but not a wrong one either.
    let learnt = learnt + usize::from(has_new_wish && awaited.is_some());
    reply(turn, text, awaited, &progress, learnt);
}

/// During a pause only answers and questions are taken up: "ok, thanks" is not a wish to go on.
fn is_left_in_peace(turn: &Turn<'_>, progress: &Progress, learnt: usize) -> bool {
    let says_something =
        learnt > 0 || matches!(progress, Progress::Answered | Progress::Unanswered(NoAnswer::Question));
    turn.is_paused() && !says_something
}

/// What the person wants, and in which words they first said so. Tells whether that is a new wish
/// to book.
fn hear_wish(turn: &mut Turn<'_>, text: &Text) -> bool {
    let known = turn.state.intent.as_deref();
    let heard = reading::wish(text).filter(|heard| known != Some(*heard));
    let is_booking = heard.is_some_and(reading::is_wish_to_book);
    let is_new_booking = is_booking && !known.is_some_and(reading::is_wish_to_book);
    if (turn.state.request.is_none() || is_new_booking) && text.word_count() > 0 {
        let words: String = text.clean().chars().take(REQUEST_CHARS_MAX).collect();
        turn.state.request = Some(words.into());
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

/// Whether the message is a question that the tenant's knowledge answers, and no wish to book.
fn is_answered_by_facts(turn: &Turn<'_>, text: &Text) -> bool {
    let knowledge = &turn.tenant.knowledge;
    reading::is_question(text)
        && !reading::wish(text).is_some_and(reading::is_wish_to_book)
        && !knowledge
            .answer(text.clean(), turn.language(), turn.event.channel)
            .is_empty()
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
        let body = json!({ "step": step.key, "answer": value, "confidence": answer.confidence, "conversation": turn.event.conversation });
        turn.emit(name, Stream::Good, body);
    }
    person::know(turn, &step.key, value);
    turn.state.awaited = None;
}

/// Keeps everything else a message tells. Tells how many fields that were.
fn learn(
    turn: &mut Turn<'_>,
    text: &Text,
    awaited: Option<&Step>,
    fields: Vec<(&'static str, Value)>,
    extension: Option<Personal>,
) -> usize {
    let mut learnt = 0;
    for (field, value) in fields {
        let is_answer = awaited.is_some_and(|step| step.key == field && reading::settles(step, &value));
        // A name is only ever corrected by who was asked for it: people mention other people.
        let is_settled_name = field == "name" && turn.state.answers.contains_key("name");
        if is_answer || is_settled_name || !person::know(turn, field, value.clone()) {
            continue;
        }
        learnt += 1;
        turn.decide(format!("playbook.{field}"), "mentioned");
        if let ("newsletter", Value::Flag(is_granted)) = (field, value) {
            control::consent(turn, "newsletter", is_granted, String::new(), text.clean());
        }
    }
    if extension.is_some() {
        turn.state.phone_extension = extension;
    }
    let has_request = REQUEST_FIELDS
        .iter()
        .any(|field| turn.state.answers.contains_key(*field));
    let is_open = turn.state.intent.as_deref().is_none_or(|intent| intent == "info");
    if learnt > 0 && has_request && is_open {
        turn.decide("intent", "reservation: a day or a number of people was named");
        turn.state.intent = Some(reading::RESERVATION.to_owned());
    }
    learnt
}

/// Where people begin by saying what they need, that is the answer to the step that asks for it.
fn take_first_message(turn: &mut Turn<'_>, text: &Text) {
    let tenant = turn.tenant;
    let step = tenant
        .playbook
        .on(turn.event.channel)
        .find(|step| step.takes_first_message);
    if let Some(step) = step
        && text.word_count() >= FIRST_MESSAGE_WORDS_MIN
        && !reading::is_question(text)
        && let Ok(answer) = reading::free(text)
    {
        settle(turn, step, answer, text);
    }
}

/// Keeps what a message tells without any reply.
pub(crate) fn overhear(turn: &mut Turn<'_>, text: &Text) -> usize {
    let reading = reading::read(&context(turn), None, text);
    learn(turn, text, None, reading.fields, reading.phone_extension)
}

fn reply(turn: &mut Turn<'_>, text: &Text, awaited: Option<&Step>, progress: &Progress, learnt: usize) {
    let is_question = reading::is_question(text);
    match (progress, awaited) {
        (Progress::Nothing, _) | (_, None) => {
            let is_first = !turn.state.is_greeted;
            if is_first {
                turn.state.is_greeted = true;
                turn.say(Say::Opening);
            } else {
                note(turn, learnt);
            }
            if is_question {
                answer_question(turn, text, None);
            }
            if turn.state.is_done && !is_first && !turn.has_reply() {
                say_goodbye_or_defer(turn, text);
            }
        }
        (Progress::Answered, Some(step)) => {
            if let Some(accepted) = &step.accepted {
                turn.say_prompt(accepted);
            }
            note(turn, learnt);
        }
        (Progress::Unanswered(_), Some(step)) if learnt > 0 => {
            turn.state.awaited = None;
            // Half of an answer is no news: the other half is asked for.
            if !turn.state.answers.contains_key(&step.key) {
                note(turn, learnt);
            }
            if is_question {
                answer_fact(turn, text);
            }
        }
        (Progress::Unanswered(reason), Some(step)) => {
            if !take_no_answer(turn, text, step, *reason) {
                return;
            }
        }
    }
    ask_next(turn);
}

/// Says back what was heard beside the answer.
fn note(turn: &mut Turn<'_>, learnt: usize) {
    if learnt > 0 {
        turn.say(Say::Noted);
    }
}

/// Replies to an answer that is none. Tells whether to go on to the next question.
fn take_no_answer(turn: &mut Turn<'_>, text: &Text, step: &Step, reason: NoAnswer) -> bool {
    match reason {
        NoAnswer::Refused => {
            refuse(turn, step);
            true
        }
        NoAnswer::Later => postpone(turn, step),
        NoAnswer::Question => {
            answer_question(turn, text, Some(step));
            true
        }
        NoAnswer::NotAnAnswer if answer_fact(turn, text) => true,
        NoAnswer::NotAnAnswer => ask_again_or_give_up(turn, step),
    }
}

/// A refusal is respected.
fn refuse(turn: &mut Turn<'_>, step: &Step) {
    turn.decide(format!("playbook.{}", step.key), "refused");
    turn.state.awaited = None;
    turn.state.refused.push(step.key.clone());
    turn.has_news = true;
    if is_unreachable(turn) && !turn.state.is_told_unreachable {
        turn.state.is_told_unreachable = true;
        turn.say(Say::Unreachable);
    } else {
        turn.say(Say::Refused);
    }
}

/// Whether every way to reach the person was refused.
fn is_unreachable(turn: &Turn<'_>) -> bool {
    let ways = || {
        turn.tenant
            .playbook
            .on(turn.event.channel)
            .filter(|step| matches!(step.accept, Accept::Phone | Accept::Email))
    };
    let is_known = turn.state.answers.contains_key("phone") || turn.state.answers.contains_key("email");
    !is_known && ways().next().is_some() && ways().all(|step| turn.state.refused.contains(&step.key))
}

/// What is to be answered later is asked last; the last one is awaited in silence.
fn postpone(turn: &mut Turn<'_>, step: &Step) -> bool {
    turn.decide(format!("playbook.{}", step.key), "postponed");
    turn.say(Say::Later);
    if !turn.state.postponed.contains(&step.key) {
        turn.state.postponed.push(step.key.clone());
    }
    let is_last = next(turn).is_none_or(|next| turn.state.postponed.contains(&next.key));
    if is_last {
        wait(turn);
    } else {
        turn.state.awaited = None;
    }
    !is_last
}

/// Answers from the tenant's knowledge, says why something is asked, or leaves it to a person.
fn answer_question(turn: &mut Turn<'_>, text: &Text, step: Option<&Step>) {
    if answer_fact(turn, text) {
        return;
    }
    match step {
        Some(step) if reading::asks_why(text) => {
            turn.decide(format!("playbook.{}", step.key), "asked why");
            match &step.why {
                Some(why) => turn.say_prompt(why),
                None => turn.say(Say::Why),
            }
        }
        // A first message that asks to book ("can I get a table?") is what the playbook is for.
        _ if turn.state.intent.as_deref().is_some_and(reading::is_wish_to_book) && step.is_none() => {}
        _ => handoff::defer(turn, text),
    }
}

/// Answers from what the tenant wrote down. Tells whether there was something.
fn answer_fact(turn: &mut Turn<'_>, text: &Text) -> bool {
    let tenant = turn.tenant;
    let found = tenant
        .knowledge
        .answer(text.clean(), turn.language(), turn.event.channel);
    for fact in &found {
        turn.decide(
            format!("knowledge.{}", fact.key),
            format!("answered with confidence {:.2}", fact.confidence),
        );
        turn.say_template(fact.answer);
    }
    !found.is_empty()
}

/// Asks once more in other words, or calls a person. Tells whether to go on to the next question.
fn ask_again_or_give_up(turn: &mut Turn<'_>, step: &Step) -> bool {
    let before = turn.state.awaited.as_ref().map_or(0, |awaited| awaited.reprompts);
    let limit = if step.is_optional {
        REPROMPTS_MAX_OPTIONAL
    } else {
        REPROMPTS_MAX
    };
    if before < limit {
        let attempt = before + 1;
        turn.decide(
            format!("playbook.{}", step.key),
            format!("no answer, asked again ({attempt})"),
        );
        if let Some(awaited) = &mut turn.state.awaited {
            awaited.reprompts = attempt;
        }
        turn.ask_again(step, attempt);
        wait(turn);
        return false;
    }
    if let Some(name) = &step.emit {
        let body = json!({ "step": step.key, "conversation": turn.event.conversation });
        turn.emit(name, Stream::Noise, body);
    }
    if step.is_optional {
        refuse(turn, step);
        return true;
    }
    handoff::call(turn, Reason::Retries, None);
    false
}

/// After the end: a goodbye is returned once, a wish goes to a person.
fn say_goodbye_or_defer(turn: &mut Turn<'_>, text: &Text) {
    if text.word_count() > FAREWELL_WORDS_MAX {
        if !answer_fact(turn, text) {
            handoff::defer(turn, text);
        }
    } else if !turn.state.is_closed {
        turn.state.is_closed = true;
        turn.say(Say::Closing);
    } else {
        turn.decide("playbook.closed", "goodbye was said: silent");
    }
}

/// Whether something is still to be asked.
pub(crate) fn has_next(turn: &Turn<'_>) -> bool {
    next(turn).is_some()
}

/// Asks what is awaited once more from the start, or else the next question.
pub(crate) fn ask_current(turn: &mut Turn<'_>) {
    turn.state.awaited = None;
    ask_next(turn);
}

/// Asks the next question, or ends the playbook.
fn ask_next(turn: &mut Turn<'_>) {
    let Some(step) = next(turn) else {
        turn.state.awaited = None;
        turn.cancel_timers();
        if !turn.state.is_done && is_wanted(turn) {
            turn.decide("playbook.done", "everything was asked");
            turn.state.is_done = true;
            turn.is_completed = true;
            turn.say(Say::Done);
        }
        return;
    };
    turn.state.is_done = false;
    turn.ask(step);
    wait(turn);
}

/// The next step to ask: in the channel's order, what is known, refused or does not apply left
/// out, what was postponed last.
fn next<'a>(turn: &Turn<'a>) -> Option<&'a Step> {
    if !is_wanted(turn) {
        return None;
    }
    let state = &turn.state;
    let open = || {
        turn.tenant.playbook.on(turn.event.channel).filter(|step| {
            let is_answered = state
                .answers
                .get(&step.key)
                .is_some_and(|value| reading::settles(step, value));
            !is_answered
                && !state.refused.contains(&step.key)
                && (step.key != "newsletter" || state.answers.contains_key("email"))
                && step.applies(|field| state.answers.get(field).map(Value::to_text))
        })
    };
    open()
        .find(|step| !state.postponed.contains(&step.key))
        .or_else(|| open().next())
}

/// On some channels nothing is asked before the person wants something.
fn is_wanted(turn: &Turn<'_>) -> bool {
    !turn.tenant.playbook.waits_for_wish(turn.event.channel)
        || turn.state.intent.as_deref().is_some_and(reading::is_wish_to_book)
}

/// Sets the clocks that run while an answer is awaited.
fn wait(turn: &mut Turn<'_>) {
    let channel = turn.event.channel;
    if let Some(nudge) = &turn.tenant.playbook.nudge
        && nudge.channels.contains(&channel)
        && turn.state.nudges < nudge.times
    {
        turn.set_timer(NUDGE, nudge.after);
    }
    if !is_live(channel) {
        turn.set_timer(ABANDON, ABANDON_AFTER);
    }
}

/// Channels where somebody sits and waits.
const fn is_live(channel: ChannelKind) -> bool {
    matches!(channel, ChannelKind::WebChat | ChannelKind::Voice)
}

/// Reminds a person who fell silent.
pub(crate) fn nudge(turn: &mut Turn<'_>) {
    let Some(awaited) = turn.state.awaited.clone() else {
        turn.decide("nudge", "nothing is awaited: silent");
        return;
    };
    let tenant = turn.tenant;
    let text = tenant
        .texts
        .nudges()
        .get(turn.language(), usize::from(turn.state.nudges));
    turn.say_template(text);
    turn.state.nudges += 1;
    turn.decide("nudge", format!("reminded ({})", turn.state.nudges));
    if let Some(step) = tenant.playbook.step(&awaited.step) {
        turn.say_prompt(&step.ask);
    }
    wait(turn);
}

/// A step nobody answers: whoever comes back finds it awaited as if just asked.
pub(crate) fn abandon(turn: &mut Turn<'_>) {
    if let Some(awaited) = &mut turn.state.awaited {
        awaited.reprompts = 0;
        let step = awaited.step.clone();
        turn.decide(format!("playbook.{step}"), "abandoned for now");
    }
}
