//! What only a colleague can settle: a complaint, a wish to cancel or change what was booked.
//!
//! Nothing is sold to whoever complains, and a booking is not cancelled by an answer about deposits:
//! the words go to a colleague at once, and the person is told so.

use std::sync::LazyLock;

use crate::answer::text::Text;
use crate::answer::text::phrases::Phrases;
use crate::handoff::{self, Reason};
use crate::reading;
use crate::turn::Turn;

/// What a colleague has to see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concern {
    /// Something went wrong, and the person says so.
    Complaint,
    /// What was booked shall not take place.
    Cancellation,
    /// What was booked shall be different.
    Change,
}

impl Concern {
    const fn reason(self) -> Reason {
        match self {
            Self::Complaint => Reason::Complaint,
            Self::Cancellation => Reason::Cancellation,
            Self::Change => Reason::Change,
        }
    }
}

#[derive(Debug)]
struct Wordings {
    grievance: Phrases,
    no_grievance: Phrases,
    cancel: Phrases,
    change: Phrases,
    no_wish: Phrases,
}

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    let list = |section| Phrases::new(include_str!("concern.txt"), section);
    Wordings {
        grievance: list("grievance"),
        no_grievance: list("no_grievance"),
        cancel: list("cancel"),
        change: list("change"),
        no_wish: list("no_wish"),
    }
});

/// Reads what of a message only a colleague can settle. `wish` is what the message wants as far as it
/// was learnt from others; a complaint in words of no list counts where the message is not what was
/// asked for (`is_answer`), asks nothing and praises nothing: who is wrongly apologised to is amused at best.
pub(crate) fn read(text: &Text, wish: Option<&str>, is_answer: bool) -> Option<Concern> {
    let wordings = &*WORDINGS;
    if wordings.grievance.are_in(text) {
        return Some(Concern::Complaint);
    }
    let rest = wordings.no_wish.blanked(text.to_read());
    if wordings.cancel.are_in_flat(&rest) {
        return Some(Concern::Cancellation);
    }
    if wordings.change.are_in_flat(&rest) {
        return Some(Concern::Change);
    }
    let is_learnt = wish == Some(reading::COMPLAINT) && !is_answer;
    let is_complaint = is_learnt && !reading::is_question(text) && !wordings.no_grievance.are_in(text);
    is_complaint.then_some(Concern::Complaint)
}

/// Tells the person that a colleague sees to it, and calls that colleague.
pub(crate) fn take(turn: &mut Turn<'_>, concern: Concern, text: &Text) {
    let is_booking = turn.state.intent.as_deref().is_some_and(reading::is_wish_to_book);
    let intent = match concern {
        Concern::Complaint if !is_booking => Some(reading::COMPLAINT),
        Concern::Cancellation => Some(reading::CANCELLATION),
        Concern::Complaint | Concern::Change => None,
    };
    if let Some(intent) = intent.filter(|intent| turn.state.intent.as_deref() != Some(intent)) {
        turn.decide("intent", intent);
        turn.state.intent = Some(intent.to_owned());
    }
    turn.has_news = true;
    turn.state.is_greeted = true;
    handoff::call(turn, concern.reason(), Some(text));
}

/// Whether what the person wants is a colleague's to settle: nothing is asked for it.
pub(crate) fn is_colleagues(intent: Option<&str>) -> bool {
    matches!(intent, Some(reading::COMPLAINT | reading::CANCELLATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(message: &str) -> Option<Concern> {
        let text = Text::new(message);
        read(&text, reading::wish(&text), false)
    }

    #[test]
    fn complaints_are_heard() {
        for message in [
            "Your chef burnt my lawn, I want my money back!",
            "chef was rude, food cold",
            "Our garden is burnt. I want a refund",
            "you never called me back",
            "el chef fue grosero y la comida estaba fría",
            "nadie me llamó, quiero un reembolso",
            "ваш повар сжёг газон, верните деньги",
            "никто мне так и не перезвонил",
            "ваш кухар спалив газон, поверніть гроші",
            "хочу поскаржитися на майстра",
        ] {
            assert_eq!(heard(message), Some(Concern::Complaint), "{message}");
        }
    }

    #[test]
    fn wishes_to_cancel_and_change_are_heard() {
        for message in [
            "cancel everything",
            "please cancel my booking",
            "I need to cancel",
            "cancel",
            "can you cancel our party on Friday?",
            "necesito cancelar",
            "¿puede cancelar mi reserva?",
            "мне нужно отменить бронь",
            "отмените, пожалуйста, всё",
            "треба скасувати бронювання",
            "скасуйте все, будь ласка",
            "сьогодні не прийдемо, скасуйте",
            "no podemos ir, queremos cancelar",
        ] {
            assert_eq!(heard(message), Some(Concern::Cancellation), "{message}");
        }
        for message in [
            "I need to reschedule",
            "can we move our party to Friday?",
            "quiero cambiar mi reserva",
            "перенесите нашу бронь на пятницу",
            "перенесіть наше бронювання на п'ятницю",
        ] {
            assert_eq!(heard(message), Some(Concern::Change), "{message}");
        }
    }

    #[test]
    fn what_only_speaks_of_it_is_not_meant() {
        for message in [
            "what is your cancellation policy?",
            "what happens if we cancel?",
            "I don't want to cancel",
            "не отменяйте бронь",
            "can I cancel for free?",
            "is the deposit refundable?",
            "¿hasta cuándo puedo cancelar mi reserva?",
            "как отменить бронь, если пойдёт дождь?",
            "якщо ми скасуємо, що з депозитом?",
            "the food was great last time!",
            "my neighbour complained about the smoke, is that a problem?",
            "сколько стоит шоу на 15 человек?",
            "hi, a table for two tonight",
            "John Smith",
        ] {
            assert_eq!(heard(message), None, "{message}");
        }
    }
}
