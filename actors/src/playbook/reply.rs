//! What is said back: thanks, answers to questions, the question again.

use frontdesk_core::Stream;
use serde_json::json;

use super::course::{ask_next, next, wait};
use super::{Learnt, Progress, first};
use crate::answer::NoAnswer;
use crate::answer::text::Text;
use crate::concern;
use crate::handoff::{self, Reason};
use crate::manifest::{Accept, Say, Step};
use crate::reading;
use crate::turn::Turn;

/// How often a step is asked again before a person is called.
const REPROMPTS_MAX: u8 = 3;
/// … and where the answer does not matter so much.
const REPROMPTS_MAX_OPTIONAL: u8 = 1;

/// Replies to a message and asks on.
pub(super) fn reply(turn: &mut Turn<'_>, text: &Text, awaited: Option<&Step>, progress: &Progress, learnt: Learnt) {
    match (progress, awaited) {
        (Progress::Nothing, _) | (_, None) if !turn.state.is_greeted => greet(turn, text),
        (Progress::Nothing, _) | (_, None) => {
            note(turn, learnt);
            let intent = turn.state.intent.as_deref();
            let is_over = turn.state.is_done || concern::is_colleagues(intent);
            if reading::is_question(text) && (!learnt.has_request || reading::asks_price(text)) {
                answer_question(turn, text, None);
            } else if reading::is_question(text) {
                // "Can we make it six?" has had its answer.
                answer_fact(turn, text);
            } else if is_over && !learnt.is_something() {
                say_goodbye_or_defer(turn, text);
            }
        }
        (Progress::Answered, Some(step)) => {
            if let Some(accepted) = &step.accepted {
                turn.say_prompt(accepted);
            }
            if learnt.has_request {
                turn.say(Say::Noted);
            }
            if reading::asks_price(text) {
                answer_question(turn, text, None);
            }
        }
        (Progress::Unanswered(_), Some(step)) if learnt.is_something() => {
            turn.state.awaited = None;
            // Half of an answer is no news: the other half is asked for.
            if !turn.state.answers.contains_key(&step.key) {
                note(turn, learnt);
            }
            if reading::asks_price(text) {
                answer_question(turn, text, None);
            } else if reading::is_question(text) {
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

/// The first words of a conversation.
fn greet(turn: &mut Turn<'_>, text: &Text) {
    turn.state.is_greeted = true;
    turn.say(Say::Opening);
    if let Some(accepted) = first::answered(turn).and_then(|step| step.accepted.as_ref()) {
        turn.say_prompt(accepted);
    }
    // "Hello???" is impatient, not curious: the opening is its answer.
    if reading::is_pleasantry(text) {
        return;
    }
    let is_question = reading::is_question(text);
    // "Hola, precio" asks without a question mark.
    let is_answered = (is_question || reading::wish(text) == Some(reading::INFO)) && answer_fact(turn, text);
    // What it costs for fifteen is a question, though fifteen want to come.
    let wants_to_book =
        turn.state.intent.as_deref().is_some_and(reading::is_wish_to_book) && !reading::asks_price(text);
    // "Can I get a table?" is what the playbook is for; other questions have an answer first.
    if is_question && !is_answered && !wants_to_book {
        answer_question(turn, text, None);
    }
}

/// Says back what was heard beside the answer.
fn note(turn: &mut Turn<'_>, learnt: Learnt) {
    if learnt.has_request {
        turn.say(Say::Noted);
    } else if learnt.has_details {
        turn.say(Say::Thanks);
    }
}

/// Replies to an answer that is none. Tells whether to go on to the next question.
fn take_no_answer(turn: &mut Turn<'_>, text: &Text, step: &Step, reason: NoAnswer) -> bool {
    match reason {
        NoAnswer::Refused => {
            refuse(turn, refused_step(turn, text, step));
            true
        }
        NoAnswer::Later => postpone(turn, step),
        NoAnswer::Question | NoAnswer::NotAnAnswer if reading::is_pleasantry(text) => ask_on(turn, step),
        NoAnswer::Question => {
            answer_question(turn, text, Some(step));
            true
        }
        NoAnswer::NotAnAnswer if answer_fact(turn, text) => true,
        NoAnswer::NotAnAnswer => ask_again_or_give_up(turn, step),
    }
}

/// A pleasantry has the same question for an answer. One after the other they are no answer: two
/// machines would greet each other for ever. Tells whether to go on to the next question.
fn ask_on(turn: &mut Turn<'_>, step: &Step) -> bool {
    if reprompts(turn) > 0 {
        return ask_again_or_give_up(turn, step);
    }
    turn.decide(format!("playbook.{}", step.key), "a pleasantry: asked on");
    turn.ask(step);
    count_reprompt(turn, 1);
    wait(turn);
    false
}

/// The step a refusal is about: "I have no email" to the question for the number is no word about the number.
fn refused_step<'t>(turn: &Turn<'t>, text: &Text, asked: &'t Step) -> &'t Step {
    let is_way = |step: &Step| matches!(step.accept, Accept::Phone | Accept::Email);
    let refused = reading::refused_way(text).filter(|_| is_way(asked));
    turn.tenant
        .playbook
        .on(turn.event.channel)
        .find(|step| is_way(step) && refused == Some(step.key.as_str()))
        .unwrap_or(asked)
}

/// A refusal is respected.
fn refuse(turn: &mut Turn<'_>, step: &Step) {
    turn.decide(format!("playbook.{}", step.key), "refused");
    turn.state.awaited = None;
    if !turn.state.refused.contains(&step.key) {
        turn.state.refused.push(step.key.clone());
    }
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
    if reading::asks_who(text) {
        turn.decide("playbook.who", "introduced itself");
        turn.say(Say::Introduction);
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
        _ => handoff::defer(turn, text),
    }
}

/// Answers from what the tenant wrote down. Tells whether there was something.
fn answer_fact(turn: &mut Turn<'_>, text: &Text) -> bool {
    let tenant = turn.tenant;
    let is_question = reading::is_question(text) || reading::wish(text) == Some(reading::INFO);
    let found = tenant
        .knowledge
        .answer(text.clean(), is_question, turn.language(), turn.event.channel);
    for fact in &found {
        turn.decide(
            format!("knowledge.{}", fact.key),
            format!("answered with confidence {:.2}", fact.confidence),
        );
        turn.say_template(fact.answer);
        if let Some(card) = fact.card {
            turn.show(card);
        }
    }
    !found.is_empty()
}

/// Asks once more in other words, or calls a person. Tells whether to go on to the next question.
fn ask_again_or_give_up(turn: &mut Turn<'_>, step: &Step) -> bool {
    let before = reprompts(turn);
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
        count_reprompt(turn, attempt);
        turn.ask_again(step, attempt);
        wait(turn);
        return false;
    }
    if let Some(name) = &step.emit {
        turn.emit(
            name,
            Stream::Noise,
            |turn| json!({ "step": step.key, "conversation": turn.event.conversation }),
        );
    }
    if step.is_optional {
        refuse(turn, step);
        return true;
    }
    handoff::call(turn, Reason::Retries, None);
    false
}

/// How often the awaited step was asked again.
fn reprompts(turn: &Turn<'_>) -> u8 {
    turn.state.awaited.as_ref().map_or(0, |awaited| awaited.reprompts)
}

fn count_reprompt(turn: &mut Turn<'_>, attempt: u8) {
    if let Some(awaited) = &mut turn.state.awaited {
        awaited.reprompts = attempt;
    }
}

/// After the end: a goodbye is returned once, anything else goes to a person.
fn say_goodbye_or_defer(turn: &mut Turn<'_>, text: &Text) {
    if !reading::is_farewell(text) {
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
