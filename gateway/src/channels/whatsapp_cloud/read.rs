//! From WhatsApp's webhooks to items. Pure.

use frontdesk_core::{
    Attachment, ChannelKind, DeliveryStatus, Fact, KnownFacts, OperatorAct, Personal, Timestamp, UserMessage,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::errors;
use super::wire::{Change, Contact, Entry, Location, Media, Message, News as Told, Status};
use crate::channels::{Item, News, Report, Unreadable, Which, button, digest, meta, referral};

/// Whose webhook it is that speaks in WhatsApp's words.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The channel a reply leaves through.
    pub sender: &'static str,
    /// Our address, where it is not the number's id that counts.
    pub ours: Option<&'a str>,
    /// Where a file is found by its id, when no address is told.
    pub media_base: &'a str,
    /// Where the webhook comes in.
    pub path: &'static str,
}

/// Reads every entry, change and message, each for itself: one that cannot be read holds up no other.
///
/// # Errors
///
/// The frame around them is not what is documented.
pub fn read(source: &Source<'_>, entries: Vec<Value>) -> Result<Vec<Item>, Unreadable> {
    let mut items = Vec::new();
    for entry in entries {
        let entry: Entry = serde_json::from_value(entry)?;
        for change in entry.changes {
            read_change(source, change, &mut items)?;
        }
    }
    Ok(items)
}

fn read_change(source: &Source<'_>, change: Change, items: &mut Vec<Item>) -> Result<(), Unreadable> {
    let Change { field, value } = change;
    if !matches!(
        field.as_str(),
        "messages" | "smb_message_echoes" | "user_preferences" | ""
    ) {
        // Templates, accounts, calls: nothing of a conversation.
        items.push(meta::nobodys(
            ChannelKind::Whatsapp,
            source.sender,
            &field,
            &digest(&value),
        ));
        return Ok(());
    }
    let told = Told::deserialize(&value)?;
    let reader = Reader {
        source,
        value: &value,
        ours: source.ours.unwrap_or(&told.metadata.phone_number_id),
        contacts: &told.contacts,
    };
    for raw in &told.messages {
        reader.message(raw, items);
    }
    for raw in &told.statuses {
        items.extend(reader.status(raw));
    }
    for raw in &told.message_echoes {
        items.push(reader.echo(raw));
    }
    for raw in &told.user_preferences {
        items.push(reader.fact(raw, &digest(raw), "user_preferences"));
    }
    Ok(())
}

/// Who, as far as a piece of news tells.
struct Who {
    /// The number, in digits.
    number: Option<String>,
    /// The id that WhatsApp gives this person for us.
    user_id: Option<String>,
}

/// Reads what concerns one number of ours.
struct Reader<'a> {
    source: &'a Source<'a>,
    /// What all pieces of news stand in.
    value: &'a Value,
    ours: &'a str,
    contacts: &'a [Contact],
}

impl Reader<'_> {
    fn message(&self, raw: &Value, items: &mut Vec<Item>) {
        let message = match parse::<Message>(raw) {
            Ok(message) => message,
            Err(unreadable) => return items.push(self.unreadable("messages", raw, unreadable)),
        };
        if let Some(referral) = &message.referral {
            items.push(self.item(raw, format!("{}:referral", message.id), referral::fact(referral)));
        }
        let Some(mut said) = said(&message, self.source.media_base) else {
            return items.push(self.fact(raw, &message.id, fact_name(&message.kind)));
        };
        said.external_id = Some(message.id.clone());
        said.sent_at = text_of(raw, "timestamp").as_deref().and_then(seconds);
        said.known = self.known(raw);
        said.known.attributes = message.referral.as_ref().map(referral::attributes).unwrap_or_default();
        items.push(self.item(raw, message.id, News::Message(said)));
    }

    /// The profile's name and the number, where they are shown.
    fn known(&self, raw: &Value) -> KnownFacts {
        let who = who(raw);
        let is_same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        let contact = self
            .contacts
            .iter()
            .find(|contact| is_same(&contact.user_id, &who.user_id) || is_same(&contact.wa_id, &who.number));
        KnownFacts {
            name: contact
                .and_then(|contact| contact.profile.name.clone())
                .map(Personal::from),
            phone: who.number.as_deref().and_then(e164).map(Personal::from),
            ..KnownFacts::default()
        }
    }

    fn status(&self, raw: &Value) -> Option<Item> {
        let status = match parse::<Status>(raw) {
            Ok(status) => status,
            Err(unreadable) => return Some(self.unreadable("statuses", raw, unreadable)),
        };
        let reached = match status.status.as_str() {
            "enqueued" | "sent" => DeliveryStatus::Sent,
            "delivered" => DeliveryStatus::Delivered,
            "read" | "played" => DeliveryStatus::Read,
            "failed" => DeliveryStatus::Failed,
            other => return Some(self.fact(raw, &format!("{}:{other}", status.id), "status")),
        };
        let code = status.errors.first().map(|error| error.code);
        let meaning = code.map(errors::meaning).filter(|_| reached == DeliveryStatus::Failed);
        let id = status.gs_id.clone().unwrap_or_else(|| status.id.clone());
        let of = match status.biz_opaque_callback_data.as_deref().and_then(super::send::mark) {
            Some(mark) => Which::Marked(mark, id),
            None => Which::Id(id),
        };
        let report = Report {
            of,
            status: reached,
            reason: match (&meaning, reached) {
                (Some(meaning), _) => Some(meaning.told(code.unwrap_or_default())),
                (None, DeliveryStatus::Failed) => Some("WhatsApp does not say why".to_owned()),
                (None, _) => None,
            },
            fault: meaning.and_then(|meaning| meaning.fault()),
            is_for_now: meaning.is_some_and(|meaning| meaning.is_for_now()),
            other_id: status.gs_id.is_some().then(|| status.id.clone()),
        };
        let id = format!("{}:{}", status.id, status.status);
        Some(self.item(raw, id, News::Report(report)))
    }

    /// What somebody of the business wrote on the business's own phone.
    fn echo(&self, raw: &Value) -> Item {
        match parse::<Message>(raw) {
            Ok(message) => {
                let text = said(&message, self.source.media_base).map_or_else(Personal::default, |said| said.text);
                let mut item = self.item(raw, message.id, News::Act(OperatorAct::Wrote { text }));
                // Here `from` is our own number.
                (item.theirs, item.also) = address(Who {
                    number: text_of(raw, "to"),
                    user_id: text_of(raw, "to_user_id"),
                });
                item
            }
            Err(unreadable) => self.unreadable("message_echoes", raw, unreadable),
        }
    }

    fn fact(&self, raw: &Value, id: &str, name: &str) -> Item {
        let fact = Fact {
            name: name.to_owned(),
            data: json!({ "told": raw }),
        };
        self.item(raw, id.to_owned(), News::Fact(fact))
    }

    /// `list` is where it stood.
    fn unreadable(&self, list: &str, raw: &Value, unreadable: Unreadable) -> Item {
        let mut value = json!({"metadata": self.value["metadata"], "contacts": self.value["contacts"]});
        value[list] = json!([raw]);
        let news = News::Unreadable {
            reason: unreadable,
            path: self.source.path,
            body: json!({
                "object": "whatsapp_business_account",
                "entry": [{"changes": [{"field": "messages", "value": value}]}],
            }),
        };
        self.item(raw, digest(raw), news)
    }

    fn item(&self, raw: &Value, id: String, news: News) -> Item {
        let (theirs, also) = address(who(raw));
        Item {
            kind: ChannelKind::Whatsapp,
            sender: self.source.sender,
            ours: self.ours.to_owned(),
            theirs,
            also,
            id,
            news,
        }
    }
}

fn parse<T: DeserializeOwned>(raw: &Value) -> Result<T, Unreadable> {
    T::deserialize(raw).map_err(Unreadable::from)
}

fn who(raw: &Value) -> Who {
    let text = |names: &[&str]| names.iter().find_map(|name| text_of(raw, name));
    Who {
        number: text(&["from", "recipient_id", "wa_id"]),
        user_id: text(&["from_user_id", "recipient_user_id", "user_id"]),
    }
}

fn text_of(raw: &Value, name: &str) -> Option<String> {
    raw.get(name)?
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// The number where it is shown, in E.164; else the id that WhatsApp gives this person for us. And the
/// id, where both are shown.
fn address(who: Who) -> (Personal, Option<Personal>) {
    match (who.number.as_deref().and_then(e164), who.user_id) {
        (Some(number), id) => (number.into(), id.map(Personal::from)),
        (None, id) => (id.unwrap_or_default().into(), None),
    }
}

/// Seconds since the Unix epoch, as text.
fn seconds(text: &str) -> Option<Timestamp> {
    let seconds: i64 = text.parse().ok()?;
    seconds.checked_mul(1_000).map(Timestamp::from_millis)
}

/// WhatsApp writes numbers as digits alone.
#[must_use]
pub fn e164(digits: &str) -> Option<String> {
    let is_number = (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("+{digits}"))
}

/// What was said; `None` when it is no message to answer.
fn said(message: &Message, media_base: &str) -> Option<UserMessage> {
    let words = |text: String| UserMessage {
        text: text.into(),
        ..UserMessage::default()
    };
    match message.kind.as_str() {
        "text" => message.text.as_ref().map(|text| words(text.body.clone())),
        "button" => message
            .button
            .as_ref()
            .map(|pressed| words(button::pressed(&pressed.payload, &pressed.text))),
        "interactive" => {
            let choice = message.interactive.as_ref()?.button_reply.as_ref()?;
            Some(words(button::pressed(&choice.id, &choice.title)))
        }
        "image" | "video" | "document" | "audio" | "sticker" => {
            message.image.as_ref().map(|media| with_file(media, media_base))
        }
        "location" => message.location.as_ref().map(at_place),
        _ => None,
    }
}

fn with_file(media: &Media, media_base: &str) -> UserMessage {
    UserMessage {
        text: media.caption.clone().unwrap_or_default().into(),
        attachments: vec![Attachment {
            media_type: media.mime_type.clone(),
            url: media.url.clone().unwrap_or_else(|| format!("{media_base}{}", media.id)),
            name: media.filename.clone().map(Personal::from),
            ..Attachment::default()
        }],
        ..UserMessage::default()
    }
}

fn at_place(place: &Location) -> UserMessage {
    let words: Vec<&str> = [&place.name, &place.address]
        .into_iter()
        .filter_map(Option::as_deref)
        .collect();
    UserMessage {
        text: words.join(", ").into(),
        attachments: vec![Attachment {
            media_type: "location".to_owned(),
            url: format!("geo:{},{}", place.latitude, place.longitude),
            ..Attachment::default()
        }],
        ..UserMessage::default()
    }
}

/// What to call that which is no message: by WhatsApp's own word, where it is one we know.
fn fact_name(kind: &str) -> &'static str {
    match kind {
        "reaction" => "reaction",
        "edit" => "message_edited",
        "revoke" => "message_deleted",
        "system" => "system",
        "contacts" => "contacts_shared",
        "order" => "order",
        "interactive" => "form_filled",
        _ => "unknown_message",
    }
}
