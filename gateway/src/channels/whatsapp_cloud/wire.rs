//! WhatsApp's own words, as webhooks carry them. Ids and numbers may be missing wherever they are
//! optional here: people with a user name show no phone number.

use serde::Deserialize;
use serde_json::Value;

/// The news of one account.
#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    #[serde(default)]
    pub(super) changes: Vec<Change>,
}

/// One piece of news.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    #[serde(default)]
    pub(super) field: String,
    #[serde(default)]
    pub(super) value: Value,
}

/// What `messages` and its relatives hold.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct News {
    pub(super) metadata: Metadata,
    pub(super) contacts: Vec<Contact>,
    pub(super) messages: Vec<Value>,
    pub(super) statuses: Vec<Value>,
    /// What the business wrote on its own phone.
    pub(super) message_echoes: Vec<Value>,
    pub(super) user_preferences: Vec<Value>,
}

/// Our side.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    pub(super) phone_number_id: String,
}

/// A person's profile.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Contact {
    pub(super) profile: Profile,
    pub(super) wa_id: Option<String>,
    pub(super) user_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    pub(super) name: Option<String>,
}

/// What a person wrote or did.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) id: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    pub(super) text: Option<Text>,
    pub(super) button: Option<Button>,
    pub(super) interactive: Option<Interactive>,
    #[serde(alias = "video", alias = "document", alias = "audio", alias = "sticker")]
    pub(super) image: Option<Media>,
    pub(super) location: Option<Location>,
    pub(super) referral: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Text {
    pub(super) body: String,
}

/// A pressed button of a template.
#[derive(Debug, Deserialize)]
pub(super) struct Button {
    #[serde(default)]
    pub(super) payload: String,
    #[serde(default)]
    pub(super) text: String,
}

/// A pressed button, a chosen row, a filled form.
#[derive(Debug, Deserialize)]
pub(super) struct Interactive {
    #[serde(alias = "list_reply")]
    pub(super) button_reply: Option<Choice>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Media {
    pub(super) id: String,
    #[serde(default)]
    pub(super) mime_type: String,
    pub(super) caption: Option<String>,
    /// Of documents.
    pub(super) filename: Option<String>,
    pub(super) url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Location {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
}

/// News of a message of ours.
#[derive(Debug, Deserialize)]
pub(super) struct Status {
    pub(super) id: String,
    /// Gupshup's own id of it, where it stands between.
    pub(super) gs_id: Option<String>,
    pub(super) status: String,
    #[serde(default)]
    pub(super) errors: Vec<StatusError>,
    pub(super) biz_opaque_callback_data: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusError {
    #[serde(default)]
    pub(super) code: i64,
}

/// The answer to a sent message, as far as it is used.
#[derive(Debug, Deserialize)]
pub(super) struct Taken {
    pub(super) messages: Vec<TakenMessage>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TakenMessage {
    pub(super) id: String,
}
