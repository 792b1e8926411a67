//! One turn: the pieces in their fixed order.

use frontdesk_core::{
    Behaviour, InboundEvent, OperatorAct, Payload, StatusChange, Step, Timestamp, Transport, UserMessage,
};

use crate::answer::text::Text;
use crate::manifest::Say;
use crate::state::{Gate, State};
use crate::turn::Turn;
use crate::{
    Tenant, control, delivery, facts, form, gate, handoff, language, missed_call, person, playbook, profile, reading,
};

/// The dialogue every conversation runs; what it says is the tenant's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dialogue;

impl Behaviour for Dialogue {
    type Tenant = Tenant;
    type State = State;

    fn step(&self, tenant: &Tenant, state: &State, event: &InboundEvent, now: Timestamp) -> Step<State> {
        let mut turn = Turn::new(tenant, state, event, now);
        for (before, key) in &tenant.playbook.renamed {
            if turn.state.rename_step(before, key) {
                turn.decide("playbook.renamed", format!("`{before}` is now `{key}`"));
            }
        }
        if let Some(lane) = &event.lane {
            turn.state.lane = Some(lane.clone());
        }
        person::know_address(&mut turn);
        person::know_other_id(&mut turn);
        if let Some(introduction) = turn.state.introduction.take() {
            facts::introduce(&mut turn, &introduction);
        }
        match &event.payload {
            Payload::Message(message) => {
                take_message(&mut turn, message);
                delivery::answered(&mut turn);
            }
            Payload::Status {
                from_seq,
                up_to_seq,
                status,
                reason,
                fault,
            } => {
                let change = StatusChange {
                    from_seq: *from_seq,
                    up_to_seq: *up_to_seq,
                    status: *status,
                    reason: reason.clone(),
                };
                delivery::heed(&mut turn, &change, *fault);
            }
            Payload::Timer { name, due } => take_timer(&mut turn, &name.0, *due),
            Payload::Answer(answered) if answered.inquiry == profile::PROFILE => profile::take(&mut turn, answered),
            Payload::Answer(answered) => turn.decide("answer", format!("nothing waits for `{}`", answered.inquiry)),
            Payload::Operator(act) => take_act(&mut turn, act),
            Payload::Fact(fact) => facts::take(&mut turn, fact),
        }
        person::record_news(&mut turn);
        person::file_addresses(&mut turn);
        turn.finish()
    }

    fn is_silenced(&self, state: &State, said_at: Timestamp) -> bool {
        // What confirms the opt-out is said with it.
        state.is_opted_out() && state.opted_out_at.is_none_or(|opted_out_at| said_at < opted_out_at)
    }
}

fn take_message(turn: &mut Turn<'_>, message: &UserMessage) {
    let text = Text::new(&message.text);
    turn.state.undelivered = 0;
    turn.state.said_approved.clear();
    if turn.event.channel.profile().transport == Transport::Outbox {
        // What a channel allows after a person's words counts from when they were written.
        let written_at = turn.event.late_from().unwrap_or(turn.now);
        turn.state.heard_at = turn.state.heard_at.max(Some(written_at));
    }
    // Whoever writes is not silent; what is asked next sets the clocks again.
    turn.cancel_timer(playbook::NUDGE);
    turn.cancel_timer(playbook::ABANDON);
    turn.cancel_timer(handoff::LATE);
    turn.cancel_timer(missed_call::TEXT_BACK);
    person::know_page(turn, message);
    hear_language(turn, message, &text);
    // Before a code word ends the turn: who calls for a colleague at once has said who they are.
    person::know_facts(turn, &message.known);
    if control::interrupt(turn, &text) {
        return;
    }
    profile::ask(turn);
    match turn.state.gate {
        Gate::WithPerson => turn.decide("handoff.gate", "a person has the conversation: logged only"),
        Gate::Called | Gate::CalledAndTold => handoff::reassure(turn, &text),
        Gate::Bot if turn.event.late_from().is_some() => handoff::late(turn, &text),
        Gate::Bot => hear(turn, message, &text),
    }
}

/// Takes in words, files, or both. A file is no wrong answer: what was asked is asked again.
fn hear(turn: &mut Turn<'_>, message: &UserMessage, text: &Text) {
    let has_files = !message.attachments.is_empty();
    let has_words = text.word_count() > 0;
    if has_files && !turn.is_paused() {
        turn.decide("file", "kept and acknowledged");
        turn.say(Say::FileReceived);
    }
    if has_words || !has_files || !turn.state.is_greeted {
        playbook::take(turn, text);
    } else if turn.state.awaited.is_some() && !turn.is_paused() {
        playbook::ask_current(turn);
    }
}

/// Follows the person's language: what they write, else what their device is set to.
fn hear_language(turn: &mut Turn<'_>, message: &UserMessage, text: &Text) {
    let spoken = |language: &frontdesk_core::Language| turn.tenant.settings.languages.contains(language);
    let heard = language::follow(text, turn.state.language, !turn.state.is_greeted).filter(spoken);
    let first = turn.state.language.or_else(|| message.locale.filter(spoken));
    let language = heard.or(first);
    if language != turn.state.language {
        turn.state.language = language;
        turn.has_news = true;
        if let Some(language) = language {
            turn.decide("language", language.code());
        }
    }
}

fn take_timer(turn: &mut Turn<'_>, name: &str, due: Timestamp) {
    if turn.state.timers.get(name) != Some(&due) || due > turn.now {
        turn.decide("timer", format!("`{name}` is not set to this moment: ignored"));
        return;
    }
    turn.state.timers.remove(name);
    come_due(turn, name);
}

/// Does what a timer was set for, or puts it off where nothing may be said now.
fn come_due(turn: &mut Turn<'_>, name: &str) {
    let is_said = matches!(
        name,
        playbook::NUDGE | control::RESUME | form::FOLLOW_UP | handoff::LATE | missed_call::TEXT_BACK
    );
    if is_said && gate::puts_off(turn, name) {
        return;
    }
    match name {
        form::FOLLOW_UP => form::confirm(turn),
        handoff::LATE => handoff::own_up(turn),
        missed_call::TEXT_BACK => missed_call::text_back(turn),
        control::RESUME => control::resume(turn),
        playbook::NUDGE => playbook::nudge(turn),
        playbook::ABANDON => playbook::abandon(turn),
        other => turn.decide("timer", format!("nothing is called `{other}`: ignored")),
    }
}

fn take_act(turn: &mut Turn<'_>, act: &OperatorAct) {
    match act {
        OperatorAct::TakeOver { .. } => handoff::take_over(turn),
        OperatorAct::Say { text, by, attachments } => handoff::say(turn, text, attachments, by),
        OperatorAct::SendTemplate { by, key } => handoff::say_approved(turn, key, by),
        OperatorAct::Wrote { text } => handoff::wrote(turn, text),
        OperatorAct::GiveBack { .. } => {
            delivery::seen_to(turn);
            handoff::give_back(turn);
        }
        OperatorAct::Arrived { by, seq } => delivery::arrived(turn, *seq, by),
        OperatorAct::Test { by, text, template } => delivery::test(turn, by, text, template.as_deref()),
        OperatorAct::SeenTo { by, seq } => delivery::dealt_with(turn, *seq, by),
        OperatorAct::SendAgain {
            by,
            seq,
            author,
            content,
        } => delivery::send_again(turn, *seq, by, *author, content),
        OperatorAct::CancelTimer { name, due, .. } => {
            if is_set(turn, &name.0, *due) {
                turn.decide("timer.cancelled", format!("`{name}` by a colleague"));
                turn.cancel_timer(&name.0);
            }
        }
        OperatorAct::FireTimer { name, due, .. } => {
            if is_set(turn, &name.0, *due) {
                turn.decide("timer.fired", format!("`{name}` by a colleague"));
                turn.cancel_timer(&name.0);
                come_due(turn, &name.0);
            }
        }
    }
}

/// Whether the timer that a colleague saw is still the one that is set.
fn is_set(turn: &mut Turn<'_>, name: &str, due: Timestamp) -> bool {
    let is_set = turn.state.timers.get(name) == Some(&due);
    if !is_set {
        turn.decide("timer", format!("`{name}` is not set to this moment: ignored"));
    }
    is_set
}

/// What a reader needs to know of the moment and the tenant.
pub(crate) fn context<'a>(turn: &Turn<'a>) -> reading::Context<'a> {
    reading::Context {
        tenant: turn.tenant,
        now: turn.now,
        agreed: turn.state.text("datetime").cloned(),
    }
}
