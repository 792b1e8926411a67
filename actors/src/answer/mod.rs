//! Free text to a typed answer, or the reason why it is not one.
//!
//! ```text
//!  what a person wrote or said
//!        │ text::Text   normalised once: words, digits, marks, number words
//!        ▼
//!  name · phone · email · yes_no · when · party_size · intent · qualify
//!        │
//!        ▼
//!  Ok(value)  or  Err(NoAnswer)   refused, question back, later, not an answer
//! ```
//!
//! Every reader is a pure function that reads English, Spanish, Russian and
//! Ukrainian at once: people mix languages, and a language guessed wrong costs
//! more than a word looked up in four lists. [`Asked`] tells a reader what the
//! bot asked last, because a bare "Grace" is a name only when a name was asked.

use serde::{Deserialize, Serialize};

pub mod email;
pub mod intent;
pub mod learnt;
pub mod multi;
pub mod name;
pub mod party_size;
pub mod phone;
mod preference;
pub mod qualify;
pub mod refusal;
pub mod text;
pub mod when;
pub mod yes_no;

/// Why a message does not answer what was asked. Each reason gets a different reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// The person does not want to say.
    Refused,
    /// The person asks something back.
    Question,
    /// The person will say it another time.
    Later,
    /// Nothing in the message is an answer.
    NotAnAnswer,
}

/// What the bot asked last: how a bare reply is to be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// The person's name.
    Name,
    /// A phone number.
    Phone,
    /// An email address.
    Email,
    /// Consent to the newsletter.
    Newsletter,
    /// How many people come.
    PartySize,
    /// Date and time.
    DateTime,
    /// Nothing in particular.
    #[default]
    Open,
    /// A question of the tenant's own, by its key or wording.
    Question(String),
}

impl Asked {
    /// Reads the name of a context: `name`, `phone`, `email`, `newsletter`,
    /// `party_size`, `datetime`, `open` or `question:<text>`; `None` for any other.
    #[must_use]
    pub fn from_context(context: &str) -> Option<Self> {
        Some(match context.trim() {
            "name" => Self::Name,
            "phone" => Self::Phone,
            "email" => Self::Email,
            "newsletter" => Self::Newsletter,
            "party_size" => Self::PartySize,
            "datetime" => Self::DateTime,
            "open" | "" => Self::Open,
            other => Self::Question(other.strip_prefix("question:")?.trim().to_owned()),
        })
    }
}
