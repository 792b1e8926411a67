//! From Gupshup's webhooks to items. Pure.

use frontdesk_core::{Attachment, ChannelKind, DeliveryStatus, Fact, KnownFacts, Personal, Timestamp, UserMessage};
use serde_json::{Value, json};

use super::wire::{Envelope, Event, Message, Told, UserEvent};
use super::{Config, NAME, PATH, errors};
use crate::channels::whatsapp_cloud::{self, Source, e164};
use crate::channels::{Item, News, Report, Unreadable, Which, button, meta, referral, sha256};

/// Reads a webhook in either of the two formats.
///
/// # Errors
///
/// It is not what Gupshup documents.
pub fn read(config: &Config, body: &[u8]) -> Result<Vec<Item>, Unreadable> {
    let envelope: Envelope = serde_json::from_slice(body)?;
    if let Some(entries) = envelope.entry {
        let source = Source {
            sender: NAME,
            ours: Some(&config.app_name),
            media_base: &format!("{}/", config.api_base.trim_end_matches('/')),
            path: PATH,
        };
        return whatsapp_cloud::read(&source, entries);
    }
    let app = envelope.app.as_str();
    match envelope.kind.as_str() {
        "message" => {
            let at = envelope.timestamp.as_i64().map(Timestamp::from_millis);
            read_message(app, at, envelope.payload)
        }
        "message-event" => Ok(vec![read_event(app, envelope.payload)?]),
        "user-event" => Ok(vec![read_user_event(app, envelope.payload, &sha256(body))?]),
        kind => Ok(vec![meta::nobodys(ChannelKind::Whatsapp, NAME, kind, &sha256(body))]),
    }
}

fn item(app: &str, theirs: Personal, id: String, news: News) -> Item {
    Item {
        kind: ChannelKind::Whatsapp,
        sender: NAME,
        ours: app.to_owned(),
        theirs,
        also: None,
        id,
        news,
    }
}

/// The number in E.164; of a person who shows none, whatever stands in its place.
fn address(given: &[&str]) -> Personal {
    let shown = given.iter().find(|text| !text.is_empty()).copied().unwrap_or_default();
    e164(shown).unwrap_or_else(|| shown.to_owned()).into()
}

fn read_message(app: &str, at: Option<Timestamp>, raw: Value) -> Result<Vec<Item>, Unreadable> {
    let message: Message = serde_json::from_value(raw.clone())?;
    let theirs = address(&[&message.source, &message.sender.phone]);
    let mut items = Vec::new();
    let referral = message.referral.as_ref().or(message.payload.referral.as_ref());
    if let Some(referral) = referral {
        let id = format!("{}:referral", message.id);
        items.push(item(app, theirs.clone(), id, referral::fact(referral)));
    }
    let news = match said(&message.kind, &message.payload) {
        Some(said) => News::Message(UserMessage {
            external_id: Some(message.id.clone()),
            sent_at: at,
            known: KnownFacts {
                name: message.sender.name.clone().map(Personal::from),
                phone: theirs.starts_with('+').then(|| theirs.clone()),
                attributes: referral.map(referral::attributes).unwrap_or_default(),
                ..KnownFacts::default()
            },
            ..said
        }),
        None => News::Fact(Fact {
            name: match message.kind.as_str() {
                "reaction" => "reaction",
                "contact" => "contacts_shared",
                _ => "unknown_message",
            }
            .to_owned(),
            data: json!({ "told": raw }),
        }),
    };
    items.push(item(app, theirs, message.id, news));
    Ok(items)
}

/// What was said; `None` when it is no message to answer.
fn said(kind: &str, told: &Told) -> Option<UserMessage> {
    let words = |text: &str| UserMessage {
        text: text.into(),
        ..UserMessage::default()
    };
    match kind {
        "text" => Some(words(&told.text)),
        // `id` is the whole message's; the choice is the text behind the button.
        "button_reply" | "list_reply" => Some(words(&button::pressed(&told.postback_text, &told.title))),
        "quick_reply" => Some(words(&button::pressed(&told.postback_text, &told.text))),
        "image" | "video" | "file" | "audio" | "sticker" => Some(UserMessage {
            attachments: vec![Attachment {
                media_type: told.content_type.clone(),
                url: told.url.clone()?,
                ..Attachment::default()
            }],
            ..words(&told.caption)
        }),
        "location" => {
            let degrees = |value: &Value| match value {
                Value::Number(number) => Some(number.to_string()),
                Value::String(text) => text.parse::<f64>().ok().map(|number| number.to_string()),
                _ => None,
            };
            let url = format!("geo:{},{}", degrees(&told.latitude)?, degrees(&told.longitude)?);
            Some(UserMessage {
                attachments: vec![Attachment {
                    media_type: "location".to_owned(),
                    url,
                    ..Attachment::default()
                }],
                ..words(told.name.as_str().unwrap_or_default())
            })
        }
        _ => None,
    }
}

fn read_event(app: &str, raw: Value) -> Result<Item, Unreadable> {
    let event: Event = serde_json::from_value(raw.clone())?;
    let theirs = address(&[&event.destination]);
    let status = match event.kind.as_str() {
        "enqueued" | "sent" => DeliveryStatus::Sent,
        "delivered" => DeliveryStatus::Delivered,
        "read" => DeliveryStatus::Read,
        "failed" => DeliveryStatus::Failed,
        other => {
            let fact = Fact {
                name: "status".to_owned(),
                data: json!({ "told": raw }),
            };
            let id = format!("{}:{other}", event.id);
            return Ok(item(app, theirs, id, News::Fact(fact)));
        }
    };
    let is_failed = status == DeliveryStatus::Failed;
    let code = event.payload.code;
    let meaning = is_failed.then(|| errors::meaning(code));
    // Before WhatsApp has taken it, `id` is Gupshup's own; from then on WhatsApp's, and after a week alone.
    let (known, other_id) = match event.gs_id {
        Some(gupshup) => (gupshup, Some(event.id.clone())),
        None => (event.id.clone(), event.payload.whatsapp_message_id),
    };
    let report = Report {
        of: Which::Id(known),
        status,
        reason: is_failed.then(|| errors::describe(code)),
        fault: meaning.and_then(|meaning| meaning.fault()),
        is_for_now: meaning.is_some_and(|meaning| meaning.is_for_now()),
        other_id,
    };
    let id = format!("{}:{}", event.id, event.kind);
    Ok(item(app, theirs, id, News::Report(report)))
}

/// An opt-out at Gupshup blocks us there, so it is one here.
fn read_user_event(app: &str, raw: Value, id: &str) -> Result<Item, Unreadable> {
    let event: UserEvent = serde_json::from_value(raw)?;
    let Some(number) = e164(&event.phone) else {
        // The trial of our address when it is set up.
        return Ok(meta::nobodys(ChannelKind::Whatsapp, NAME, &event.kind, id));
    };
    let name = match event.kind.as_str() {
        "opted-out" => "opted_out",
        "opted-in" => "opted_in",
        _ => "user_event",
    };
    let fact = Fact {
        name: name.to_owned(),
        data: json!({ "told": event.kind }),
    };
    let id = format!("{}:{id}", event.kind);
    Ok(item(app, number.into(), id, News::Fact(fact)))
}
