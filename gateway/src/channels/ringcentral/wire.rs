//! RingCentral's own words.

use frontdesk_core::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::channels::Unreadable;

/// The envelope of every event.
#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(default)]
    event: String,
    #[serde(default)]
    body: Value,
}

/// What an event is about.
pub(super) enum Body {
    Sms(Sms),
    Telephony(Telephony),
    /// Something in the message store is other than it was.
    Changed {
        since: Timestamp,
    },
    /// Anything else, such as the reminder to renew the subscription.
    Other,
}

impl Event {
    pub(super) fn body(&self) -> Result<Body, Unreadable> {
        let body = || self.body.clone();
        if self.event.contains("/message-store/instant") {
            return Ok(Body::Sms(serde_json::from_value(body())?));
        }
        if self.event.contains("/telephony/sessions") {
            return Ok(Body::Telephony(serde_json::from_value(body())?));
        }
        if self.event.contains("/message-store") {
            let changed: Changed = serde_json::from_value(body())?;
            let since = moment(&changed.last_updated).ok_or_else(|| Unreadable::new("lastUpdated is no moment"))?;
            return Ok(Body::Changed { since });
        }
        if self.event.is_empty() {
            return Err(Unreadable::new("the field event is missing"));
        }
        Ok(Body::Other)
    }
}

/// A message as the instant event tells it, and as the store has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sms {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    pub(super) from: Party,
    #[serde(default)]
    pub(super) to: Vec<Party>,
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) direction: String,
    #[serde(default)]
    pub(super) attachments: Vec<File>,
    #[serde(default)]
    creation_time: String,
}

impl Sms {
    pub(super) fn created_at(&self) -> Option<Timestamp> {
        moment(&self.creation_time)
    }
}

/// One end of a message or call.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Party {
    pub(super) phone_number: Option<String>,
    #[serde(default)]
    pub(super) target: bool,
}

/// A file of a message; its text is one, too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) content_type: String,
    pub(super) uri: Option<String>,
    pub(super) size: Option<u64>,
}

/// News of a call.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Telephony {
    pub(super) telephony_session_id: String,
    pub(super) sequence: u64,
    #[serde(default)]
    event_time: String,
    #[serde(default)]
    pub(super) parties: Vec<CallParty>,
}

impl Telephony {
    pub(super) fn at_ms(&self) -> Option<i64> {
        moment(&self.event_time).map(Timestamp::as_millis)
    }
}

/// A phone that a call rings or is talked on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallParty {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) direction: String,
    #[serde(default)]
    pub(super) from: Party,
    #[serde(default)]
    pub(super) to: Party,
    pub(super) status: CallStatus,
    #[serde(default)]
    pub(super) missed_call: bool,
}

/// Where a phone of a call is.
#[derive(Deserialize)]
pub(super) struct CallStatus {
    pub(super) code: String,
    pub(super) reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    last_updated: String,
}

/// A message in the store. Its id is a number here and a text in events.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    pub(super) from: Option<Party>,
    #[serde(default)]
    pub(super) to: Vec<Party>,
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) message_status: String,
    pub(super) delivery_error_code: Option<String>,
    #[serde(default)]
    creation_time: String,
    #[serde(default)]
    last_modified_time: String,
}

impl Record {
    pub(super) fn created_at(&self) -> Option<Timestamp> {
        moment(&self.creation_time)
    }

    pub(super) fn modified_at(&self) -> Option<Timestamp> {
        moment(&self.last_modified_time)
    }
}

/// A page of the store.
#[derive(Deserialize)]
pub(super) struct Records {
    pub(super) records: Vec<Record>,
}

/// A page of what people wrote.
#[derive(Deserialize)]
pub(super) struct Received {
    pub(super) records: Vec<Value>,
    #[serde(default)]
    pub(super) paging: Paging,
}

/// Which page of how many, from 1.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paging {
    #[serde(default)]
    pub(super) page: u32,
    #[serde(default)]
    pub(super) total_pages: Option<u32>,
}

/// A subscription to events.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscribed {
    pub(super) id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    expiration_time: String,
    #[serde(default)]
    delivery_mode: DeliveryMode,
}

#[derive(Default, Deserialize)]
struct DeliveryMode {
    #[serde(default)]
    address: String,
}

impl Subscribed {
    /// Whether events come: one on the black list, or suspended, is as good as none.
    pub(super) fn is_active(&self) -> bool {
        self.status == "Active"
    }

    pub(super) fn is_at(&self, address: &str) -> bool {
        self.delivery_mode.address == address
    }

    pub(super) fn ends_at(&self) -> Option<Timestamp> {
        moment(&self.expiration_time)
    }
}

/// All subscriptions of an application and user.
#[derive(Deserialize)]
pub(super) struct Subscriptions {
    #[serde(default)]
    pub(super) records: Vec<Subscribed>,
}

/// A fresh token.
#[derive(Deserialize)]
pub(super) struct Granted {
    pub(super) access_token: String,
    pub(super) expires_in: u64,
}

/// The answer to a call that was refused.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) error_code: String,
}

fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
}

/// A text, or a number that stands for one.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(u64),
    }
    Ok(match Id::deserialize(deserializer)? {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    })
}
