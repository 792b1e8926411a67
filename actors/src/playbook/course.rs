//! Which question comes next, and the clocks that run while it waits.

use std::time::Duration;

use frontdesk_core::ChannelKind;

use crate::concern;
use crate::manifest::{Say, Step};
use crate::reading;
use crate::state::Value;
use crate::turn::Turn;

/// The timer of the reminder.
pub(crate) const NUDGE: &str = "nudge";
/// The timer after which an unanswered step counts as abandoned.
pub(crate) const ABANDON: &str = "abandon";

/// How long a step waits on channels where nobody sits and waits.
const ABANDON_AFTER: Duration = Duration::from_secs(30 * 60);

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
pub(super) fn ask_next(turn: &mut Turn<'_>) {
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
pub(super) fn next<'a>(turn: &Turn<'a>) -> Option<&'a Step> {
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

/// On some channels nothing is asked before the person wants something, and nowhere for what a colleague
/// has to settle.
fn is_wanted(turn: &Turn<'_>) -> bool {
    let intent = turn.state.intent.as_deref();
    let is_waited_for = turn.tenant.playbook.waits_for_wish(turn.event.channel);
    !concern::is_colleagues(intent) && (!is_waited_for || intent.is_some_and(reading::is_wish_to_book))
}

/// Sets the clocks that run while an answer is awaited.
pub(super) fn wait(turn: &mut Turn<'_>) {
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
