//! The templates that the twins of WhatsApp's providers have approved: those of the demo businesses.

use serde_json::Value;

/// A text that was approved in one language.
pub struct Approved {
    /// Its name at Meta.
    pub name: &'static str,
    /// Its language at Meta.
    pub locale: &'static str,
    /// Its id at Gupshup, where it has one.
    pub id: &'static str,
    /// What it says, with `{{1}}` for its first blank.
    text: &'static str,
}

/// All of them.
const APPROVED: [Approved; 6] = [
    Approved {
        name: "booking_go_on",
        locale: "en_US",
        id: "",
        text: "Hi {{1}}, this is {{2}}. Shall we go on with your booking?",
    },
    Approved {
        name: "booking_go_on",
        locale: "es",
        id: "",
        text: "Hola {{1}}, somos {{2}}. ¿Seguimos con su reserva?",
    },
    Approved {
        name: "party_reminder",
        locale: "en_US",
        id: "",
        text: "Hi {{1}}, your hibachi party is {{2}}. Is everything still as planned?",
    },
    Approved {
        name: "party_reminder",
        locale: "es",
        id: "",
        text: "Hola {{1}}, su fiesta hibachi es {{2}}. ¿Sigue todo como estaba previsto?",
    },
    Approved {
        name: "course_go_on",
        locale: "ru",
        id: "5b1c6f0e-0c53-4f1e-9d6b-6d1f4a1f0001",
        text: "{{1}}, это {{2}}. Продолжим подбирать курс?",
    },
    Approved {
        name: "course_go_on",
        locale: "uk",
        id: "5b1c6f0e-0c53-4f1e-9d6b-6d1f4a1f0002",
        text: "{{1}}, це {{2}}. Продовжимо підбирати курс?",
    },
];

impl Approved {
    /// By its name and language at Meta.
    pub fn named(name: &str, locale: &str) -> Option<&'static Self> {
        APPROVED.iter().find(|own| own.name == name && own.locale == locale)
    }

    /// By its id at Gupshup.
    pub fn of_id(id: &str) -> Option<&'static Self> {
        APPROVED.iter().find(|own| !id.is_empty() && own.id == id)
    }

    /// The text with its blanks filled; `None` when there are not exactly as many values as blanks, or one
    /// is empty or has more than one line.
    pub fn fill(&self, values: &[Value]) -> Option<String> {
        let is_fit = |value: &&str| !value.is_empty() && !value.contains(['\n', '\t']) && !value.contains("    ");
        if values.len() != self.text.matches("{{").count() {
            return None;
        }
        values
            .iter()
            .enumerate()
            .try_fold(self.text.to_owned(), |text, (index, value)| {
                let value = value.as_str().filter(is_fit)?;
                Some(text.replace(&format!("{{{{{}}}}}", index + 1), value))
            })
    }
}
