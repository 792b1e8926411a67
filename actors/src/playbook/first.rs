//! The first message, where people begin by saying what they need: "San Jose: I need a new roof, asap".

use super::{FIRST_MESSAGE_WORDS_MIN, settle};
use crate::answer::text::Text;
use crate::dialogue::context;
use crate::manifest::{Accept, Step};
use crate::reading;
use crate::state::Value;
use crate::turn::Turn;

/// How sure a choice must be that nobody has asked for: it was named as the tenant lists it.
const SURE: f64 = 0.9;
/// Characters of what is needed that are kept.
const NEED_CHARACTERS_MAX: usize = 500;
/// What stands before a place: alone it says where, and not what is needed.
const PLACES: [&str; 17] = [
    "address",
    "area",
    "city",
    "location",
    "town",
    "zip",
    "zip code",
    "ciudad",
    "código postal",
    "dirección",
    "población",
    "адрес",
    "город",
    "индекс",
    "адреса",
    "індекс",
    "місто",
];

/// Keeps what is needed as the answer to the step that asks for it, and the choices that are named with it.
pub(super) fn take(turn: &mut Turn<'_>, text: &Text) {
    let playbook = &turn.tenant.playbook;
    let step = playbook.on(turn.event.channel).find(|step| step.takes_first_message);
    let Some(step) = step.filter(|_| tells_need(turn, text)) else {
        return;
    };
    let need: String = text.clean().chars().take(NEED_CHARACTERS_MAX).collect();
    settle(turn, step, Value::Text(need.into()).into(), text);
    for step in playbook.on(turn.event.channel) {
        if matches!(step.accept, Accept::Choice(..))
            && !turn.state.answers.contains_key(&step.key)
            && let Some(Ok(answer)) = reading::read(&context(turn), Some(step), text).answer
            && answer.confidence.is_some_and(|confidence| confidence >= SURE)
        {
            settle(turn, step, answer, text);
        }
    }
}

/// The step whose question the first message has answered, before it is replied to.
pub(super) fn answered<'t>(turn: &Turn<'t>) -> Option<&'t Step> {
    let mut steps = turn.tenant.playbook.on(turn.event.channel);
    steps.find(|step| step.takes_first_message && turn.state.answers.contains_key(&step.key))
}

/// Whether the message says what is needed. "Can you fix a fence?" does; what the tenant's knowledge answers
/// asks about the business.
fn tells_need(turn: &Turn<'_>, text: &Text) -> bool {
    let has_words = text.word_count() >= FIRST_MESSAGE_WORDS_MIN || reading::wish(text).is_some();
    if !has_words || reading::is_pleasantry(text) || tells_only_where(text.clean()) {
        return false;
    }
    if !reading::is_question(text) {
        return reading::free(text).is_ok();
    }
    let knowledge = &turn.tenant.knowledge;
    let answers = knowledge.answer(text.clean(), true, turn.language(), turn.event.channel);
    answers.is_empty() && !reading::asks_who(text)
}

/// "City: San Jose", and nothing else.
fn tells_only_where(text: &str) -> bool {
    let is_place = |line: &str| {
        let label = line.split_once(':').map(|(label, _)| label.trim().to_lowercase());
        label.is_some_and(|label| PLACES.contains(&label.as_str()))
    };
    let is_short = text.split_whitespace().count() <= FIRST_MESSAGE_WORDS_MIN + 2;
    is_short && text.lines().filter(|line| !line.trim().is_empty()).all(is_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_alone_is_no_need() {
        for text in ["City: San Jose", "zip code: 94601", "Город: Казань\nАдрес: Мира 5"] {
            assert!(tells_only_where(text), "{text}");
        }
        for text in [
            "City: I need a new roof, please, as soon as you can",
            "San Jose: I need a new roof",
            "City: San Jose\nnew roof",
            "new roof",
        ] {
            assert!(!tells_only_where(text), "{text}");
        }
    }
}
