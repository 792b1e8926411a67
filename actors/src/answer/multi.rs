//! Several contact details in one message, in any order.

use serde::{Deserialize, Serialize};

use super::text::Text;
use super::when::scan::{Item, Placed, scan};
use super::yes_no::{self, YesNo};
use super::{Asked, email, name, phone};

/// What a message says about its sender; what was not said is `None`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Multi {
    /// The person's own name.
    pub name: Option<String>,
    /// The phone number in E.164.
    pub phone: Option<String>,
    /// The phone number's extension.
    pub ext: Option<String>,
    /// The email address, lower case.
    pub email: Option<String>,
    /// Consent to the newsletter, or its refusal.
    pub newsletter: Option<bool>,
}

impl std::fmt::Debug for Multi {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Multi")
            .field("name", &self.name.is_some())
            .field("phone", &self.phone.is_some())
            .field("ext", &self.ext.is_some())
            .field("email", &self.email.is_some())
            .field("newsletter", &self.newsletter)
            .finish()
    }
}

/// Reads every contact detail; `region` is the tenant's ISO 3166 code.
#[must_use]
pub fn read(written: &str, region: &str, asked: &Asked) -> Multi {
    let text = Text::new(written);
    let items = scan(&text, asked).items;
    read_text(&text, region, asked, &items)
}

/// Reads an already normalised message; `items` are what it says about when and how many.
#[must_use]
pub(crate) fn read_text(text: &Text, region: &str, asked: &Asked, items: &[Placed]) -> Multi {
    let email = email::find(text, asked);
    let phone = phone::find(text, region, email.as_ref().map(|found| &found.tokens));
    let mut taken = Vec::with_capacity(2);
    taken.extend(email.as_ref().map(|found| found.tokens.clone()));
    taken.extend(phone.as_ref().map(|found| found.tokens.clone()));
    let name = name::read_text(text, asked, &taken, tells_booking(items)).ok();
    let phone = phone.map(|found| found.phone);
    Multi {
        name,
        ext: phone.as_ref().and_then(|phone| phone.ext.clone()),
        phone: phone.map(|phone| phone.e164),
        email: email.map(|found| found.address),
        newsletter: newsletter(text, asked),
    }
}

fn tells_booking(items: &[Placed]) -> bool {
    items.iter().any(|placed| {
        matches!(
            placed.item,
            Item::Count(_) | Item::Day(_) | Item::Time(_) | Item::VagueTime | Item::Elapsed(_)
        )
    })
}

fn newsletter(text: &Text, asked: &Asked) -> Option<bool> {
    let answer = || match yes_no::read_text(text, asked) {
        YesNo::Yes => Some(true),
        YesNo::No => Some(false),
        YesNo::Later | YesNo::Unclear => None,
    };
    let is_asked = matches!(asked, Asked::Newsletter);
    yes_no::newsletter_wish(text).or_else(|| is_asked.then(answer).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_come_in_any_order() {
        let english = read(
            "John Smith, 555-123-4567, john@x.com, and yes to the newsletter",
            "US",
            &Asked::Open,
        );
        assert_eq!(english.name.as_deref(), Some("John Smith"));
        assert_eq!(english.phone.as_deref(), Some("+15551234567"));
        assert_eq!(english.email.as_deref(), Some("john@x.com"));
        assert_eq!(english.newsletter, Some(true));
        let spanish = read("Ana García 600123456 ana@x.es sin boletín", "ES", &Asked::Open);
        assert_eq!(spanish.name.as_deref(), Some("Ana García"));
        assert_eq!(spanish.phone.as_deref(), Some("+34600123456"));
        assert_eq!(spanish.email.as_deref(), Some("ana@x.es"));
        assert_eq!(spanish.newsletter, Some(false));
    }

    #[test]
    fn what_was_not_said_is_none() {
        assert_eq!(read("do you have parking?", "US", &Asked::Open), Multi::default());
    }

    #[test]
    fn debug_output_hides_the_person() {
        let debug = format!("{:?}", read("I'm John, john@x.com", "US", &Asked::Open));
        assert!(!debug.contains("John") && !debug.contains("john@"));
    }
}
