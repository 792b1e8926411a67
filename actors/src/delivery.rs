//! What the way of a message tells of the person: an opt-out at the carrier, an address where nobody
//! is.

use frontdesk_core::{Author, Content, DeliveryStatus, Effect, Fault, Personal, StatusChange, Transport};

use crate::turn::Turn;
use crate::{control, handoff};

/// Messages in a row to an address where nobody is; from then on nothing leaves until the person
/// writes.
pub(crate) const UNDELIVERED_MAX: u8 = 3;

/// Heeds news of a delivery. What failed for no fault of the address, and what nobody can tell of, is
/// left to a colleague.
pub(crate) fn heed(turn: &mut Turn<'_>, change: &StatusChange, fault: Option<Fault>) {
    let status = change.status;
    turn.effect(Effect::Status(change.clone()));
    if matches!(status, DeliveryStatus::Delivered | DeliveryStatus::Read) {
        turn.state.undelivered = 0;
    }
    if status == DeliveryStatus::Retrying {
        turn.decide("delivery.again", "refused for the time being: sent again later");
    }
    if let Some(fault) = fault {
        turn.decide(format!("delivery.{}", fault.code()), "heeded");
    }
    match fault {
        Some(Fault::OptedOut) => control::opted_out_elsewhere(turn),
        Some(Fault::WrongAddress) => turn.state.undelivered = turn.state.undelivered.saturating_add(1),
        Some(Fault::OutsideWindow | Fault::Account) | None if status == DeliveryStatus::Failed => {
            handoff::undelivered(turn);
            turn.effect(Effect::Status(StatusChange {
                status: DeliveryStatus::Escalated,
                ..change.clone()
            }));
        }
        None if status == DeliveryStatus::Unknown => handoff::undelivered(turn),
        Some(Fault::OutsideWindow | Fault::Account) | None => {}
    }
}

/// The person has written: what was said before is answered, and where they told something new,
/// answered well.
pub(crate) fn answered(turn: &mut Turn<'_>) {
    if turn.event.channel.profile().transport == Transport::Outbox {
        let status = if turn.has_news {
            DeliveryStatus::Validated
        } else {
            DeliveryStatus::Replied
        };
        move_earlier(turn, status);
    }
}

/// A colleague has dealt with what went wrong.
pub(crate) fn seen_to(turn: &mut Turn<'_>) {
    if turn.event.channel.profile().transport == Transport::Outbox && turn.state.ticket.is_some() {
        move_earlier(turn, DeliveryStatus::Resolved);
    }
}

/// A colleague knows that a message came through after all.
pub(crate) fn arrived(turn: &mut Turn<'_>, seq: u64, by: &str) {
    turn.decide("delivery.arrived", "a colleague says so");
    settle(turn, seq, DeliveryStatus::Delivered, format!("seen to by {by}"));
    handoff::looked_after(turn);
}

/// A colleague tries whether anything comes through.
pub(crate) fn test(turn: &mut Turn<'_>, by: &str, text: &Personal, template: Option<&str>) {
    let approved = template.and_then(|key| turn.approved(key));
    turn.decide("delivery.test", format!("wanted by {by}"));
    turn.say_again(Author::Bot, &approved.unwrap_or_else(|| Content::text(text.clone())));
}

/// A colleague has dealt with a message that did not come through, by telephone perhaps.
pub(crate) fn dealt_with(turn: &mut Turn<'_>, seq: u64, by: &str) {
    turn.decide("delivery.dealt_with", "a colleague says so");
    settle(turn, seq, DeliveryStatus::Resolved, format!("seen to by {by}"));
    handoff::looked_after(turn);
}

/// A colleague wants a message said again that did not come through.
pub(crate) fn send_again(turn: &mut Turn<'_>, seq: u64, by: &str, author: Author, content: &Content) {
    turn.decide("delivery.again", "a colleague wants it sent again");
    settle(turn, seq, DeliveryStatus::Resolved, format!("sent again by {by}"));
    handoff::looked_after(turn);
    turn.say_again(author, content);
}

fn settle(turn: &mut Turn<'_>, seq: u64, status: DeliveryStatus, reason: String) {
    turn.effect(Effect::Status(StatusChange {
        from_seq: seq,
        up_to_seq: seq,
        status,
        reason: Some(reason),
    }));
}

fn move_earlier(turn: &mut Turn<'_>, status: DeliveryStatus) {
    turn.effect(Effect::Status(StatusChange {
        from_seq: 0,
        up_to_seq: StatusChange::EARLIER,
        status,
        reason: None,
    }));
}

#[cfg(test)]
mod tests {
    use frontdesk_core::records::Record;
    use frontdesk_core::{
        Behaviour, ChannelKind, ConversationStatus, DedupeKey, InboundEvent, OperatorAct, Payload, Step, Timestamp,
        UserMessage,
    };

    use super::*;
    use crate::state::State;
    use crate::{Dialogue, Tenant, demo};

    /// A conversation by text message, event after event.
    struct Thread {
        tenant: Tenant,
        state: State,
        events: i64,
    }

    impl Thread {
        fn new() -> Self {
            let (id, manifest) = demo::MANIFESTS[0];
            Self {
                tenant: Tenant::parse(&id.parse().unwrap(), manifest).unwrap_or_else(|_| panic!("the demo is well")),
                state: State::default(),
                events: 0,
            }
        }

        fn take(&mut self, payload: Payload) -> Step<State> {
            self.events += 1;
            let id = demo::MANIFESTS[0].0.parse().unwrap();
            let now = Timestamp::from_millis(1_795_000_000_000 + self.events * 1_000);
            let dedupe = DedupeKey::derive(&id, ChannelKind::Sms, &[&self.events.to_string()]);
            let event = InboundEvent::new(id, ChannelKind::Sms, "+12125550123", dedupe, now, payload);
            let step = Dialogue.step(&self.tenant, &self.state, &event, now);
            self.state = step.state.clone();
            step
        }

        fn say(&mut self, text: &str) -> Step<State> {
            self.take(Payload::Message(UserMessage {
                text: text.into(),
                ..UserMessage::default()
            }))
        }

        fn fail(&mut self, fault: Option<Fault>) -> Step<State> {
            self.take(Payload::Status {
                from_seq: 2,
                up_to_seq: 2,
                status: DeliveryStatus::Failed,
                reason: Some("why".to_owned()),
                fault,
            })
        }
    }

    fn statuses(step: &Step<State>) -> Vec<DeliveryStatus> {
        let status = |effect: &Effect| match effect {
            Effect::Status(change) => Some(change.status),
            _ => None,
        };
        step.effects.iter().filter_map(status).collect()
    }

    fn opens_ticket(step: &Step<State>) -> bool {
        step.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Record(Record::Ticket(ticket)) if ticket.is_open))
    }

    #[test]
    fn what_was_said_before_an_opt_out_leaves_no_more_and_its_confirmation_does() {
        let mut thread = Thread::new();
        let at = |number: i64| Timestamp::from_millis(1_795_000_000_000 + number * 1_000);
        thread.say("hello");
        assert!(!Dialogue.is_silenced(&thread.state, at(1)));
        thread.say("STOP");
        thread.say("hm");
        let silenced = |thread: &Thread, number| Dialogue.is_silenced(&thread.state, at(number));
        assert!(silenced(&thread, 1), "said before");
        assert!(!silenced(&thread, 2), "the confirmation");
        thread.say("START");
        assert!(!silenced(&thread, 1));
        let erased = State {
            is_opted_out: true,
            ..State::default()
        };
        assert!(Dialogue.is_silenced(&erased, at(9)), "nobody knows since when");
    }

    #[test]
    fn an_opt_out_at_the_carrier_is_an_opt_out() {
        let mut thread = Thread::new();
        thread.say("hello");
        let step = thread.fail(Some(Fault::OptedOut));
        assert_eq!(step.status, ConversationStatus::Done);
        let refusal = |effect: &Effect| matches!(effect, Effect::Record(Record::Consent(given)) if !given.is_granted);
        assert!(step.effects.iter().any(refusal));
        assert!(
            !thread
                .say("are you there?")
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::Say(_)))
        );
    }

    #[test]
    fn what_nobody_can_tell_is_a_colleagues_until_they_have_looked() {
        let lost = || {
            let mut thread = Thread::new();
            thread.say("hello");
            let step = thread.take(Payload::Status {
                from_seq: 2,
                up_to_seq: 2,
                status: DeliveryStatus::Unknown,
                reason: Some("cut off".to_owned()),
                fault: None,
            });
            assert!(opens_ticket(&step));
            assert_eq!(step.status, ConversationStatus::NeedsPerson);
            thread
        };
        let by = "Ana".to_owned();
        let step = lost().take(Payload::Operator(OperatorAct::Arrived { by: by.clone(), seq: 2 }));
        assert_eq!(statuses(&step), [DeliveryStatus::Delivered]);
        assert_eq!(step.status, ConversationStatus::Open);
        let step = lost().take(Payload::Operator(OperatorAct::SendAgain {
            by,
            seq: 2,
            author: Author::Bot,
            content: Box::new(Content::text("Hello! Your name?")),
        }));
        assert_eq!(statuses(&step), [DeliveryStatus::Resolved]);
        assert_eq!(step.status, ConversationStatus::Open, "the bot goes on");
        let said = step.effects.iter().filter_map(|effect| match effect {
            Effect::Say(say) => Some((say.author, say.content.text.as_str(), say.status)),
            _ => None,
        });
        assert_eq!(
            said.collect::<Vec<_>>(),
            [(Author::Bot, "Hello! Your name?", DeliveryStatus::Pending)]
        );
    }

    #[test]
    fn three_messages_to_nobody_are_enough_until_somebody_writes() {
        let mut thread = Thread::new();
        thread.say("hello");
        for _ in 0..UNDELIVERED_MAX {
            assert!(!opens_ticket(&thread.fail(Some(Fault::WrongAddress))));
        }
        assert_eq!(thread.state.undelivered, UNDELIVERED_MAX);
        thread.say("here I am");
        assert_eq!(thread.state.undelivered, 0);
    }

    #[test]
    fn what_fails_otherwise_is_given_to_a_colleague() {
        for fault in [None, Some(Fault::Account), Some(Fault::OutsideWindow)] {
            let mut thread = Thread::new();
            thread.say("hello");
            let step = thread.fail(fault);
            assert!(opens_ticket(&step), "{fault:?}");
            assert_eq!(statuses(&step), [DeliveryStatus::Failed, DeliveryStatus::Escalated]);
            assert_eq!(step.status, ConversationStatus::NeedsPerson);
        }
    }

    #[test]
    fn an_answer_is_told_from_an_answer_that_was_understood() {
        let mut thread = Thread::new();
        thread.say("I'd like to book a party");
        assert_eq!(statuses(&thread.say("Maria Lopez")), [DeliveryStatus::Validated]);
        assert_eq!(statuses(&thread.say("hmm")), [DeliveryStatus::Replied]);
    }
}
