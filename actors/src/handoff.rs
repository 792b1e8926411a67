//! A person of the business joins: called, there, and gone again.

use std::time::Duration;

use frontdesk_core::records::{Record, TicketChange};
use frontdesk_core::{Attachment, Content, DeliveryStatus, Effect, Personal};
use serde_json::{Map, Value as Json};

use crate::answer::text::Text;
use crate::manifest::Say;
use crate::state::Gate;
use crate::turn::Turn;
use crate::{person, playbook};

/// The timer after which somebody whose words reached us late is told that they did.
pub(crate) const LATE: &str = "late";
/// How long it is waited for more of them: after an outage they come in a row.
const LATE_PAUSE: Duration = Duration::from_secs(60);

/// Why a person is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Somebody asked for one.
    Asked,
    /// The same question was answered wrongly too often.
    Retries,
    /// A question the tenant's knowledge does not answer.
    OffScript,
    /// Somebody wants to be called.
    CallBack,
    /// A message could not be delivered.
    Undelivered,
    /// A message reached us long after it was written.
    Late,
    /// Something went wrong, and the person said so.
    Complaint,
    /// What was booked shall not take place.
    Cancellation,
    /// What was booked shall be different.
    Change,
    /// Nobody took a call.
    MissedCall,
}

impl Reason {
    const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Retries => "retries",
            Self::OffScript => "off_script",
            Self::CallBack => "call_back",
            Self::Undelivered => "undelivered",
            Self::Late => "late",
            Self::Complaint => "complaint",
            Self::Cancellation => "cancellation",
            Self::Change => "change",
            Self::MissedCall => "missed_call",
        }
    }
}

/// Calls a person and leaves the conversation to them.
pub(crate) fn call(turn: &mut Turn<'_>, reason: Reason, text: Option<&Text>) {
    turn.decide("handoff.call", reason.code());
    open_ticket(turn, reason, text);
    turn.cancel_timers();
    turn.state.paused_until = None;
    let is_new = turn.state.gate == Gate::Bot;
    turn.state.gate = if is_new { Gate::Called } else { Gate::CalledAndTold };
    turn.say(match reason {
        Reason::Retries => Say::GaveUp,
        Reason::Complaint => Say::Apology,
        Reason::Cancellation => Say::Cancellation,
        Reason::Change => Say::Change,
        Reason::Asked if !is_new => Say::Waiting,
        Reason::Asked
        | Reason::OffScript
        | Reason::CallBack
        | Reason::MissedCall
        | Reason::Undelivered
        | Reason::Late => Say::Operator,
    });
}

/// Leaves a question for a person; the bot goes on meanwhile.
pub(crate) fn defer(turn: &mut Turn<'_>, text: &Text) {
    turn.decide("knowledge.deferred", "a colleague will answer");
    open_ticket(turn, Reason::OffScript, Some(text));
    turn.say(Say::Deferred);
}

/// A message could not be delivered: a colleague looks, and the bot goes on meanwhile.
pub(crate) fn undelivered(turn: &mut Turn<'_>) {
    turn.decide("handoff.undelivered", "a colleague will look");
    open_ticket(turn, Reason::Undelivered, None);
}

/// Nobody took a call: a colleague calls back.
pub(crate) fn missed_call(turn: &mut Turn<'_>) {
    turn.decide("handoff.missed_call", "a colleague will call back");
    open_ticket(turn, Reason::MissedCall, None);
}

/// Words reached us long after they were written. They are no answer to what was asked meanwhile, and
/// nobody waits for a quick one: what they tell is kept, a colleague looks, and the person hears of it
/// once, after the last of them.
pub(crate) fn late(turn: &mut Turn<'_>, text: &Text) {
    playbook::overhear(turn, text);
    turn.decide("handoff.late", "written long ago: kept, and a colleague will look");
    open_ticket(turn, Reason::Late, Some(text));
    turn.set_timer(LATE, LATE_PAUSE);
}

/// Nothing has come since: the person is told that their words were passed on.
pub(crate) fn own_up(turn: &mut Turn<'_>) {
    if turn.state.gate == Gate::Bot {
        turn.decide("handoff.late", "told that the message was passed on");
        turn.say(Say::Waiting);
    }
}

/// Opens the ticket, or adds to the open one.
pub(crate) fn open_ticket(turn: &mut Turn<'_>, reason: Reason, text: Option<&Text>) {
    let id = match turn.state.ticket {
        Some(id) => id,
        None => turn.record_id(),
    };
    turn.state.ticket = Some(id);
    let mut context = person::context(turn);
    if let Some(text) = text {
        context.insert("said".to_owned(), Json::from(text.clean()));
    }
    if let Some(awaited) = &turn.state.awaited {
        context.insert("awaited".to_owned(), Json::from(awaited.step.as_str()));
    }
    for (field, value) in ["name", "phone", "email"]
        .iter()
        .filter_map(|field| Some((*field, turn.state.text(field)?)))
        .collect::<Vec<_>>()
    {
        context.insert(field.to_owned(), Json::from(value.as_str()));
    }
    turn.record(Record::Ticket(TicketChange {
        id,
        is_open: true,
        reason: reason.code().to_owned(),
        context,
    }));
}

fn close_ticket(turn: &mut Turn<'_>, reason: &str) {
    if let Some(id) = turn.state.ticket.take() {
        turn.record(Record::Ticket(TicketChange {
            id,
            is_open: false,
            reason: reason.to_owned(),
            context: Map::new(),
        }));
    }
}

/// A colleague has seen to what the bot only reported: it had the conversation all along.
pub(crate) fn looked_after(turn: &mut Turn<'_>) {
    if turn.state.gate == Gate::Bot {
        close_ticket(turn, "seen_to");
    }
}

/// A person was called and is not there yet: says so once, and keeps what is told meanwhile.
pub(crate) fn reassure(turn: &mut Turn<'_>, text: &Text) {
    playbook::overhear(turn, text);
    turn.decide("handoff.gate", "a person was called: what was told is kept");
    if turn.state.gate == Gate::Called {
        turn.state.gate = Gate::CalledAndTold;
        turn.say(Say::Waiting);
    }
}

/// A colleague takes the conversation.
pub(crate) fn take_over(turn: &mut Turn<'_>) {
    turn.cancel_timers();
    turn.state.paused_until = None;
    turn.state.gate = Gate::WithPerson;
    turn.decide("handoff.taken", "the bot is silent from here on");
}

/// A colleague writes.
pub(crate) fn say(turn: &mut Turn<'_>, text: &Personal, attachments: &[Attachment], by: &str) {
    if turn.state.gate != Gate::WithPerson {
        take_over(turn);
    }
    turn.decide("handoff.said", "a colleague wrote");
    turn.say_as_operator(text, attachments, by);
}

/// A colleague sends an approved text.
pub(crate) fn say_approved(turn: &mut Turn<'_>, key: &str, by: &str) {
    if !turn.say_approved(key, by) {
        turn.decide(
            "handoff.template",
            "it is not there, or something is not known that it says",
        );
        return;
    }
    turn.decide("handoff.template", "a colleague sent an approved text");
    if turn.state.gate != Gate::WithPerson {
        take_over(turn);
    }
}

/// A colleague has written in the provider's own inbox.
pub(crate) fn wrote(turn: &mut Turn<'_>, text: &Personal) {
    if turn.state.gate != Gate::WithPerson {
        take_over(turn);
    }
    turn.decide("handoff.wrote", "a colleague wrote elsewhere");
    if text.is_empty() {
        return;
    }
    turn.effect(Effect::Say(frontdesk_core::Say {
        status: DeliveryStatus::Sent,
        ..frontdesk_core::Say::operator(Content::text(text.clone()))
    }));
}

/// The bot has the conversation again, where it was.
pub(crate) fn give_back(turn: &mut Turn<'_>) {
    close_ticket(turn, "given_back");
    if turn.state.gate == Gate::Bot {
        turn.decide("handoff.given_back", "the bot had it already");
        return;
    }
    turn.state.gate = Gate::Bot;
    turn.decide("handoff.given_back", "the bot goes on");
    if !turn.state.is_opted_out && playbook::has_next(turn) {
        turn.say(Say::GivenBack);
        playbook::ask_current(turn);
    }
}
