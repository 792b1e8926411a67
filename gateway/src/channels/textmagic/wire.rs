//! TextMagic's own words. The account chooses how they are posted: as a form of either kind or as
//! JSON, where numbers may stand for texts.

use frontdesk_core::{Personal, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::channels::{Request, Unreadable, multipart};

/// What a call tells.
pub(super) enum Call {
    Inbound(Inbound),
    Status(Status),
}

/// A message of a person.
pub(super) struct Inbound {
    pub(super) id: String,
    pub(super) sender: Personal,
    /// The accounts of the oldest kind do not say it.
    pub(super) receiver: Option<String>,
    pub(super) text: Personal,
    /// When it was written, where that is told.
    pub(super) at: Option<Timestamp>,
}

/// News of a message of ours.
pub(super) struct Status {
    pub(super) id: String,
    pub(super) letter: String,
    pub(super) sender: String,
    pub(super) receiver: Personal,
    /// The message's place, which we gave with it.
    pub(super) reference: Option<u64>,
}

impl Call {
    /// `None` when it tells nothing at all.
    pub(super) fn parse(request: &Request) -> Result<Option<Self>, Unreadable> {
        Self::of_fields(&fields(request)?)
    }

    /// The same from a message or status that stands among others.
    pub(super) fn of_fields(fields: &Map<String, Value>) -> Result<Option<Self>, Unreadable> {
        let text = |name: &str| text(fields, name);
        let number = |name: &str| {
            text(name)
                .filter(|number| !number.is_empty())
                .map(|number| e164(&number))
        };
        let id = text("id").or_else(|| text("message_id"));
        if fields.is_empty() || id.is_none() && text("text").is_none() && text("status").is_none() {
            return Ok(None);
        }
        let missing = |name: &str| Unreadable(format!("the field {name} is missing"));
        let id = id.ok_or_else(|| missing("id"))?;
        if let Some(letter) = text("status") {
            return Ok(Some(Self::Status(Status {
                id,
                letter,
                sender: number("sender").ok_or_else(|| missing("sender"))?,
                receiver: number("receiver").ok_or_else(|| missing("receiver"))?.into(),
                reference: text("referenceId").and_then(|reference| reference.parse().ok()),
            })));
        }
        Ok(Some(Self::Inbound(Inbound {
            id,
            sender: number("sender")
                .or_else(|| number("from"))
                .ok_or_else(|| missing("sender"))?
                .into(),
            receiver: number("receiver"),
            text: text("text").ok_or_else(|| missing("text"))?.into(),
            at: text("messageTime").as_deref().and_then(moment),
        })))
    }
}

fn fields(request: &Request) -> Result<Map<String, Value>, Unreadable> {
    if request.body.is_empty() {
        return Ok(Map::new());
    }
    let pairs = match request.media_type().as_str() {
        "application/json" => return Ok(serde_json::from_slice(&request.body)?),
        "multipart/form-data" => {
            multipart::fields(request).ok_or_else(|| Unreadable::new("no form, or one that was cut off"))?
        }
        _ => request.form(),
    };
    Ok(pairs
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect())
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `2026-11-21T01:38:28+0000`
fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
}

/// Their numbers come without the plus, or with a space where a form has eaten it.
fn e164(number: &str) -> String {
    let digits = number.trim_start_matches([' ', '+']);
    if digits.len() > 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("+{digits}")
    } else {
        digits.to_owned()
    }
}

/// A page of what people wrote, newest first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replies {
    #[serde(default)]
    pub(super) page: u32,
    #[serde(default)]
    pub(super) page_count: u32,
    pub(super) resources: Vec<Map<String, Value>>,
}

/// The answer to a sent message, as far as it is used.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Taken {
    pub(super) message_id: Option<u64>,
}

/// The last messages that were sent.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    pub(super) resources: Vec<Listed>,
}

/// A message of ours in a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) receiver: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    message_time: String,
}

impl Listed {
    /// When it was sent, to the second.
    pub(super) fn sent_at(&self) -> Option<Timestamp> {
        self.message_time.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
    }
}

/// The answer to a message that was not taken.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) errors: Errors,
}

/// What is wrong with it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Errors {
    #[serde(default)]
    pub(super) common: Vec<String>,
    #[serde(default)]
    pub(super) fields: Map<String, Value>,
}
