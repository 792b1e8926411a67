//! Yelp's own words.

use serde::Deserialize;

use crate::channels::Unreadable;

/// Updates of one webhook that are followed up.
const UPDATES_MAX: usize = 20;

/// A webhook.
#[derive(Deserialize)]
pub(super) struct Hint {
    object: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    id: String,
    #[serde(default)]
    updates: Vec<Noted>,
}

/// An update of whichever product of Yelp's.
#[derive(Deserialize)]
struct Noted {
    #[serde(default)]
    event_type: String,
    event_id: Option<String>,
    lead_id: Option<String>,
}

/// An update of a lead.
pub(super) struct Update {
    pub(super) business: String,
    pub(super) lead: String,
    pub(super) event: String,
    pub(super) kind: UpdateKind,
}

/// What an update hints at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UpdateKind {
    Event,
    PhoneShared,
    PhoneWithdrawn,
}

impl Hint {
    /// The updates of leads; those of other products are skipped.
    pub(super) fn updates(self) -> Result<Vec<Update>, Unreadable> {
        if self.object != "business" {
            return Err(Unreadable::new("not about a business"));
        }
        if self.data.updates.len() > UPDATES_MAX {
            return Err(Unreadable(format!("more than {UPDATES_MAX} updates")));
        }
        let mut updates = Vec::new();
        for noted in self.data.updates {
            let kind = match noted.event_type.as_str() {
                "NEW_EVENT" => UpdateKind::Event,
                "CONSUMER_PHONE_NUMBER_OPT_IN_EVENT" => UpdateKind::PhoneShared,
                "CONSUMER_PHONE_NUMBER_OPT_OUT_EVENT" => UpdateKind::PhoneWithdrawn,
                _ => continue,
            };
            let (Some(lead), Some(event)) = (noted.lead_id.filter(|id| is_id(id)), noted.event_id) else {
                return Err(Unreadable::new("an update without its lead or its id"));
            };
            updates.push(Update {
                business: self.data.id.clone(),
                lead,
                event,
                kind,
            });
        }
        Ok(updates)
    }
}

/// It becomes a part of an address.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The events of a lead, oldest first.
#[derive(Deserialize)]
pub(super) struct Events {
    pub(super) events: Vec<Event>,
}

/// One of them.
#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) id: String,
    #[serde(default)]
    event_type: String,
    #[serde(default)]
    user_type: String,
    #[serde(default)]
    time_created: String,
    #[serde(default)]
    event_content: EventContent,
}

#[derive(Default, Deserialize)]
struct EventContent {
    text: Option<String>,
    fallback_text: Option<String>,
}

impl Event {
    /// The first one of a lead.
    pub(super) fn is_request(&self) -> bool {
        self.event_type == "RAQ_SUBMIT"
    }

    pub(super) fn is_of_consumer(&self) -> bool {
        self.user_type == "CONSUMER"
    }

    pub(super) fn words(&self) -> Option<String> {
        let content = &self.event_content;
        let said = [&content.text, &content.fallback_text].into_iter().flatten();
        said.map(|text| text.trim())
            .find(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// When it happened, in milliseconds since the Unix epoch.
    pub(super) fn created_ms(&self) -> Option<i64> {
        let moment: jiff::Timestamp = self.time_created.parse().ok()?;
        Some(moment.as_millisecond())
    }
}

/// A lead, as far as it is used.
#[derive(Deserialize)]
pub(super) struct Lead {
    pub(super) phone_number: Option<String>,
    pub(super) user: Option<User>,
}

/// Who asks.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) display_name: Option<String>,
}

/// A renewed access.
#[derive(Deserialize)]
pub(super) struct Renewed {
    pub(super) access_token: String,
    #[serde(default = "an_hour")]
    pub(super) expires_in: u64,
    /// The next refresh token, where the old one is good no longer.
    pub(super) refresh_token: Option<String>,
}

/// How long an access is taken to last, in seconds, when Yelp does not say.
const fn an_hour() -> u64 {
    60 * 60
}
