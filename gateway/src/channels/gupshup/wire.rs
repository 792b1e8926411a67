//! Gupshup's own words.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What every payload has: a kind and what is told, or WhatsApp's own words.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    #[serde(default)]
    pub(super) app: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    /// When, in milliseconds since the Unix epoch.
    #[serde(default)]
    pub(super) timestamp: Value,
    #[serde(default)]
    pub(super) payload: Value,
    /// There where the app is set to WhatsApp's own format.
    pub(super) entry: Option<Vec<Value>>,
}

/// What a person wrote or did.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) id: String,
    #[serde(default)]
    pub(super) source: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) payload: Told,
    #[serde(default)]
    pub(super) sender: Sender,
    pub(super) referral: Option<Value>,
}

/// The fields of all kinds of messages.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) title: String,
    pub(super) postback_text: String,
    pub(super) caption: String,
    pub(super) url: Option<String>,
    pub(super) content_type: String,
    pub(super) name: Value,
    pub(super) longitude: Value,
    pub(super) latitude: Value,
    pub(super) referral: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sender {
    pub(super) phone: String,
    pub(super) name: Option<String>,
}

/// News of a message of ours.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) gs_id: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) destination: String,
    #[serde(default)]
    pub(super) payload: EventDetails,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventDetails {
    #[serde(deserialize_with = "number_or_text")]
    pub(super) code: i64,
    #[serde(rename = "whatsappMessageId")]
    pub(super) whatsapp_message_id: Option<String>,
}

/// Somebody opted in or out.
#[derive(Debug, Deserialize)]
pub(super) struct UserEvent {
    #[serde(default)]
    pub(super) phone: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// The answer to a message that was taken.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Submitted {
    pub(super) message_id: String,
}

/// Codes are numbers in the documentation and texts in the wild.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_i64().unwrap_or_default(),
        Value::String(text) => text.trim().parse().unwrap_or_default(),
        _ => 0,
    })
}
