//! What a caller or a first message wants.
//!
//! Each wish has its wordings in `intent.txt`; the first one of a fixed order that is
//! found wins. A complaint beats the booking it is about, an unsolicited offer beats
//! the words it borrows, and moving or cancelling a booking is a reservation.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::text::Text;
use super::text::phrases::Phrases;
use super::when::scan::{Item, scan};
use super::{Asked, refusal};

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intent {
    /// To book, change or cancel a table or an event.
    Reservation,
    /// To know something: hours, address, menu, prices.
    Info,
    /// To complain.
    Complaint,
    /// To order food for takeaway or delivery, or to ask after such an order.
    Order,
    /// To work here.
    Job,
    /// To sell something to the business.
    Spam,
    /// Anything else.
    Other,
}

#[derive(Debug)]
struct Wordings {
    not_complaint: Phrases,
    complaint: Phrases,
    spam: Phrases,
    job: Phrases,
    service: Phrases,
    asks: Phrases,
    chat: Phrases,
    booking: Phrases,
    order: Phrases,
    info: Phrases,
    table: Phrases,
}

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    let phrases = |section| Phrases::new(include_str!("intent.txt"), section);
    Wordings {
        not_complaint: phrases("not_complaint"),
        complaint: phrases("complaint"),
        spam: phrases("spam"),
        job: phrases("job"),
        service: phrases("service"),
        asks: phrases("asks"),
        chat: phrases("chat"),
        booking: phrases("booking"),
        order: phrases("order"),
        info: phrases("info"),
        table: phrases("table"),
    }
});

/// Reads what a message wants.
#[must_use]
pub fn read(text: &Text) -> Intent {
    let wordings = &*WORDINGS;
    if wordings.spam.are_in(text) {
        return Intent::Spam;
    }
    if wordings
        .complaint
        .are_in_flat(&wordings.not_complaint.blanked(text.to_read()))
    {
        return Intent::Complaint;
    }
    if wordings.job.are_in(text) {
        return Intent::Job;
    }
    // "Do you deliver?" asks; "do you deliver? two pizzas to Main St" orders.
    let asks_of_service = wordings.service.are_in(text);
    let wishes = if asks_of_service {
        wordings.service.blanked(text.to_read())
    } else {
        text.to_read()
    };
    if wordings.booking.are_in_flat(&wishes) {
        Intent::Reservation
    } else if wordings.order.are_in_flat(&wishes) {
        Intent::Order
    } else if asks_of_service || wordings.info.are_in(text) {
        Intent::Info
    } else if wordings.table.are_in(text) || is_party_and_time(text) {
        Intent::Reservation
    } else if (refusal::is_question(text) || wordings.asks.are_in(text)) && !wordings.chat.are_in(text) {
        // Whoever asks a business something wants to know something about it.
        Intent::Info
    } else {
        Intent::Other
    }
}

/// "tomorrow at 7 for four": nobody says that but to book.
fn is_party_and_time(text: &Text) -> bool {
    let items = scan(text, &Asked::Open).items;
    let has_count = items.iter().any(|placed| matches!(placed.item, Item::Count(_)));
    let has_when = items
        .iter()
        .any(|placed| matches!(placed.item, Item::Time(_) | Item::VagueTime | Item::Day(_)));
    has_count && has_when
}
