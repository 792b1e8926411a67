//! Interrupts: what a person says about the conversation itself comes before all it is about.

use std::time::Duration;

use frontdesk_core::records::{ConsentGiven, PersonKey, Record};
use frontdesk_core::{CarrierWord, Fact, Payload, Personal};

use crate::answer::text::Text;
use crate::facts::{self, PeerNews};
use crate::handoff::{self, Reason};
use crate::interrupts::{self, Interrupt};
use crate::manifest::Say;
use crate::state::{Gate, Value};
use crate::turn::Turn;
use crate::{person, playbook};

/// The timer that ends a pause.
pub(crate) const RESUME: &str = "resume";

/// The code word that the carrier has acted upon, if the message is one.
const fn carrier_word(turn: &Turn<'_>) -> Option<CarrierWord> {
    match &turn.event.payload {
        Payload::Message(message) => message.carrier_word,
        _ => None,
    }
}

/// Heeds a code word, if the message is one. Tells whether the turn ends with that.
pub(crate) fn interrupt(turn: &mut Turn<'_>, text: &Text) -> bool {
    let is_carrier = turn.event.channel.profile().is_carrier;
    let answered = carrier_word(turn);
    let wish = match answered {
        Some(CarrierWord::Stop) => Interrupt::Stop,
        Some(CarrierWord::Start) => Interrupt::Start,
        Some(CarrierWord::Help) => Interrupt::Help,
        None => interrupts::read_text(text, is_carrier),
    };
    if turn.state.is_opted_out {
        if wish == Interrupt::Start {
            start(turn);
        } else {
            turn.decide("gate.opted_out", "nothing leaves: logged only");
        }
        return true;
    }
    let is_quiet = turn.state.gate == Gate::WithPerson;
    match wish {
        Interrupt::None => return false,
        Interrupt::Stop => stop(turn, text),
        Interrupt::Pause { minutes } => pause(turn, minutes, is_quiet),
        // Who has neither stopped nor paused and says START says hello.
        Interrupt::Start if !turn.is_paused() => return false,
        Interrupt::Start => start(turn),
        _ if is_quiet => turn.decide("interrupt", "a person has the conversation: logged only"),
        Interrupt::Operator => handoff::call(turn, Reason::Asked, Some(text)),
        Interrupt::Help if answered.is_some() => turn.decide("interrupt.help", "the carrier has answered"),
        Interrupt::Help => help(turn),
    }
    true
}

fn stop(turn: &mut Turn<'_>, text: &Text) {
    turn.decide("interrupt.stop", "opted out");
    opt_out(turn);
    // What the carrier has confirmed it also blocks: a second confirmation would only fail.
    let shown = if carrier_word(turn).is_some() {
        turn.decide("interrupt.stop", "the carrier has confirmed it");
        String::new()
    } else {
        turn.confirms_stop = true;
        turn.say(Say::Stopped);
        turn.words(Say::Stopped)
    };
    let is_everywhere = interrupts::is_stop_everywhere(text);
    let purpose = if is_everywhere { "contact_everywhere" } else { "contact" };
    consent(turn, purpose, false, shown, text.clean());
    if is_everywhere {
        stop_elsewhere(turn);
    }
}

/// The person has opted out of everything in another conversation.
pub(crate) fn stop_silently(turn: &mut Turn<'_>) {
    if turn.state.is_opted_out {
        turn.decide("fact.opted_out", "it was already");
        return;
    }
    turn.decide("fact.opted_out", "opted out in another conversation");
    opt_out(turn);
    consent(
        turn,
        "contact",
        false,
        String::new(),
        "opted out of everything elsewhere",
    );
}

fn opt_out(turn: &mut Turn<'_>) {
    turn.cancel_timers();
    turn.state.is_opted_out = true;
    turn.state.opted_out_at = Some(turn.event.received_at);
    turn.state.paused_until = None;
    if turn.state.is_subscribed {
        person::know(turn, "newsletter", Value::Flag(false));
    }
}

/// The person has opted out at the carrier or provider: nothing can leave, not even a confirmation.
pub(crate) fn opted_out_elsewhere(turn: &mut Turn<'_>) {
    if turn.state.is_opted_out {
        return;
    }
    turn.decide("interrupt.stop", "opted out at the carrier");
    opt_out(turn);
    consent(turn, "contact", false, String::new(), "opted out at the carrier");
}

/// Takes the wish to the person's other conversations, as far as a number leads to them.
fn stop_elsewhere(turn: &mut Turn<'_>) {
    let Some(phone) = turn.state.text("phone").cloned() else {
        return;
    };
    let to = facts::peers(turn, &phone);
    turn.tell_peers(&PeerNews {
        to,
        may_begin: true,
        fact: Fact {
            name: "opted_out".to_owned(),
            data: serde_json::Value::Null,
        },
    });
}

fn start(turn: &mut Turn<'_>) {
    let was_opted_out = std::mem::take(&mut turn.state.is_opted_out);
    turn.state.opted_out_at = None;
    turn.state.paused_until = None;
    turn.cancel_timer(RESUME);
    turn.decide(
        "interrupt.start",
        if was_opted_out { "opted in again" } else { "pause ended" },
    );
    if was_opted_out {
        consent(turn, "contact", true, String::new(), "START");
    }
    if turn.state.gate == Gate::WithPerson {
        return;
    }
    if carrier_word(turn).is_none() {
        turn.say(if was_opted_out { Say::Started } else { Say::Resumed });
    }
    if turn.state.gate == Gate::Bot {
        playbook::ask_current(turn);
    }
}

fn pause(turn: &mut Turn<'_>, minutes: u32, is_quiet: bool) {
    turn.decide("interrupt.pause", format!("{minutes} minutes"));
    turn.cancel_timers();
    let length = Duration::from_secs(u64::from(minutes) * 60);
    if turn.state.awaited.is_some() {
        turn.set_timer(RESUME, length);
    }
    turn.state.paused_until = Some(turn.now.plus(length));
    if !is_quiet {
        turn.say(Say::Paused);
    }
}

/// The pause is over.
pub(crate) fn resume(turn: &mut Turn<'_>) {
    turn.state.paused_until = None;
    if turn.state.gate == Gate::Bot && turn.state.awaited.is_some() {
        turn.decide("pause.over", "asked again");
        turn.say(Say::Resumed);
        playbook::ask_current(turn);
    } else {
        turn.decide("pause.over", "nothing is awaited: silent");
    }
}

fn help(turn: &mut Turn<'_>) {
    turn.decide("interrupt.help", "told");
    turn.say(Say::Help);
    if turn.state.gate == Gate::Bot && turn.state.awaited.is_some() {
        playbook::ask_current(turn);
    }
}

/// Writes down words of consent or refusal.
pub(crate) fn consent(turn: &mut Turn<'_>, purpose: &str, is_granted: bool, shown: String, said: &str) {
    let key = turn.state.person.clone().or_else(|| person::key(turn));
    let subject = key.map_or_else(|| turn.event.address.clone(), |key| key.as_str().into());
    write_consent(turn, subject, purpose, is_granted, shown, said);
}

/// Writes down what the owner of an email address did with a link that was sent to it.
pub(crate) fn consent_of(turn: &mut Turn<'_>, email: &Personal, purpose: &str, is_granted: bool, said: &str) {
    let subject = PersonKey::email(email).as_str().into();
    write_consent(turn, subject, purpose, is_granted, String::new(), said);
}

fn write_consent(
    turn: &mut Turn<'_>,
    subject: Personal,
    purpose: &str,
    is_granted: bool,
    words_shown: String,
    said: &str,
) {
    let id = turn.record_id();
    turn.record(Record::Consent(ConsentGiven {
        id,
        subject,
        purpose: purpose.to_owned(),
        is_granted,
        words_shown,
        words_said: said.into(),
    }));
}
