//! Twilio's own words: form fields in, JSON out.

use std::collections::HashMap;

use axum::http::Method;
use frontdesk_core::{Attachment, CarrierWord, Personal, Timestamp, UserMessage};
use serde::{Deserialize, Deserializer};
use url::form_urlencoded;

use crate::channels::{Request, Unreadable};

/// Files of one message.
const FILES_MAX: usize = 10;

/// The fields of a call, by name. Twilio calls by `GET` where a number is set up so.
pub(super) fn fields(request: &Request) -> HashMap<String, String> {
    if request.method == Method::GET {
        let query = request.uri.query().unwrap_or_default();
        return form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    }
    request.form().into_iter().collect()
}

/// A message of a person.
pub(super) struct Inbound {
    pub(super) message_sid: String,
    pub(super) from: Personal,
    pub(super) to: String,
    pub(super) message: UserMessage,
}

impl Inbound {
    pub(super) fn parse(fields: &HashMap<String, String>) -> Result<Self, Unreadable> {
        let message_sid = required(fields, "MessageSid")?;
        let files: usize = fields
            .get("NumMedia")
            .map_or(Ok(0), |count| count.parse())
            .map_err(|_| Unreadable::new("NumMedia is no number"))?;
        let attachments = (0..files.min(FILES_MAX))
            .filter_map(|index| {
                Some(Attachment {
                    url: fields.get(&format!("MediaUrl{index}"))?.clone(),
                    media_type: fields
                        .get(&format!("MediaContentType{index}"))
                        .cloned()
                        .unwrap_or_default(),
                    ..Attachment::default()
                })
            })
            .collect();
        Ok(Self {
            from: required(fields, "From")?.into(),
            to: required(fields, "To")?,
            message: UserMessage {
                text: fields.get("Body").cloned().unwrap_or_default().into(),
                external_id: Some(message_sid.clone()),
                attachments,
                carrier_word: carrier_word(fields),
                ..UserMessage::default()
            },
            message_sid,
        })
    }
}

/// The words at which Twilio opts a person out by itself, confirms it, and blocks us from then on.
const STOP_WORDS: [&str; 8] = [
    "stop",
    "unsubscribe",
    "end",
    "quit",
    "stopall",
    "revoke",
    "optout",
    "cancel",
];

/// What Twilio has acted upon. With Advanced Opt-Out it says so, of whichever words are set up there;
/// without, only the usual words that stop are beyond doubt.
fn carrier_word(fields: &HashMap<String, String>) -> Option<CarrierWord> {
    match fields.get("OptOutType").map(String::as_str) {
        Some("STOP") => Some(CarrierWord::Stop),
        Some("START") => Some(CarrierWord::Start),
        Some("HELP") => Some(CarrierWord::Help),
        Some(_) | None => {
            let body = fields.get("Body")?.trim().to_lowercase();
            STOP_WORDS.contains(&body.as_str()).then_some(CarrierWord::Stop)
        }
    }
}

/// News of a message of ours.
pub(super) struct StatusCallback {
    pub(super) message_sid: String,
    pub(super) status: String,
    pub(super) from: String,
    pub(super) to: Personal,
    pub(super) error_code: Option<u32>,
}

impl StatusCallback {
    pub(super) fn parse(fields: &HashMap<String, String>) -> Result<Self, Unreadable> {
        Ok(Self {
            message_sid: required(fields, "MessageSid")?,
            status: required(fields, "MessageStatus")?,
            from: required(fields, "From")?,
            to: required(fields, "To")?.into(),
            error_code: fields.get("ErrorCode").and_then(|code| code.parse().ok()),
        })
    }
}

pub(super) fn required(fields: &HashMap<String, String>, name: &str) -> Result<String, Unreadable> {
    let value = fields.get(name).filter(|value| !value.is_empty());
    value
        .cloned()
        .ok_or_else(|| Unreadable(format!("the field {name} is missing")))
}

/// The answer to a sent message, as far as it is used.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) sid: String,
    #[serde(default)]
    pub(super) body: String,
    #[serde(default)]
    pub(super) direction: String,
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) to: String,
    #[serde(default, deserialize_with = "number")]
    pub(super) num_media: u32,
    #[serde(default)]
    date_created: String,
}

/// A number that stands as text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

impl Message {
    /// When it was made; to the second.
    pub(super) fn created_at(&self) -> Option<Timestamp> {
        let moment = jiff::fmt::rfc2822::parse(&self.date_created).ok()?;
        Some(moment.timestamp().into())
    }
}

/// A page of messages.
#[derive(Debug, Deserialize)]
pub(super) struct MessagePage {
    pub(super) messages: Vec<Message>,
    /// Path and query of the next one.
    #[serde(default)]
    pub(super) next_page_uri: Option<String>,
}

/// The answer to a message that was not taken.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) code: u32,
}
