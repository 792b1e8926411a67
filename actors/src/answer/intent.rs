//! What a caller or a first message wants.
//!
//! Nobody can list how people say it, so it is [`learnt`](super::learnt) from the lines in
//! `training/intent`. Moving or cancelling a booking is a reservation, a complaint beats the
//! booking it is about, and what was bought is an order.

use serde::{Deserialize, Serialize};

use super::learnt::Model;
use super::text::Text;

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intent {
    /// To book, change or cancel a table, an appointment or an event.
    Reservation,
    /// To know something: hours, address, menu, prices.
    Info,
    /// To complain.
    Complaint,
    /// To order or buy something, or to ask after such an order.
    Order,
    /// To work here.
    Job,
    /// To sell something to the business.
    Spam,
    /// Anything else.
    Other,
}

const COUNT: usize = 7;

/// What the lines call the intents, in the order of their weights.
pub const LABELS: [&str; COUNT] = ["reservation", "info", "complaint", "order", "job", "spam", "other"];

const INTENTS: [Intent; COUNT] = [
    Intent::Reservation,
    Intent::Info,
    Intent::Complaint,
    Intent::Order,
    Intent::Job,
    Intent::Spam,
    Intent::Other,
];

static MODEL: Model<COUNT> = Model::built_in(include_bytes!("learnt/intent.bin"));

/// Reads what a message wants.
#[must_use]
pub fn read(text: &Text) -> Intent {
    INTENTS[MODEL.label(text)]
}

/// Reads what a message wants where it is plain: what may as well want nothing is
/// [`Intent::Other`].
#[must_use]
pub fn read_plain(text: &Text) -> Intent {
    /// How far ahead of wanting nothing a plain intent is.
    const LEAD: i32 = 60;
    /// How far ahead of any other wish a complaint is, twice as likely as the next: it calls a person, and an apology
    /// for nothing is strange.
    const COMPLAINT_LEAD: i32 = 70;
    let (label, over_other, over_next) = MODEL.leads(Intent::Other as usize, text);
    let intent = INTENTS[label];
    let is_plain = over_other >= LEAD && (intent != Intent::Complaint || over_next >= COMPLAINT_LEAD);
    if is_plain { intent } else { Intent::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_what_the_intents_are_called() {
        for (at, (intent, label)) in INTENTS.into_iter().zip(LABELS).enumerate() {
            assert_eq!(intent as usize, at);
            assert_eq!(serde_json::to_value(intent).expect("a name"), label);
        }
    }

    #[test]
    fn what_is_not_plain_wants_nothing() {
        assert_eq!(read_plain(&Text::new("table for two tonight")), Intent::Reservation);
        assert_eq!(read_plain(&Text::new("My name is Olena Kovalenko")), Intent::Other);
    }

    #[test]
    fn a_complaint_is_one_without_doubt() {
        let plain = |text: &str| read_plain(&Text::new(text));
        assert_eq!(plain("the food was cold and nobody came"), Intent::Complaint);
        assert_eq!(plain("я жду уже два часа, никто не приехал"), Intent::Complaint);
        for words in ["This is the hall, and our menu", "option b", "про скидки — да"] {
            assert_ne!(plain(words), Intent::Complaint, "{words}");
        }
    }
}
