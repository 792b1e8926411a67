//! Messenger and Instagram: a page's or account's `messages` node, checked field by field, and the echo
//! and receipts that follow.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use frontdesk_core::{Author, DeliveryStatus, QuickReply};
use serde_json::{Value, json};

use super::{Meta, Refusal};
use crate::channels::{instagram, messenger};
use crate::sandbox::desk::moment;
use crate::sandbox::{Hook, Line, Said, Shown, Twin};

/// Free words are taken for so long after the person's last message.
const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// What a person typed is taken for so long.
const PERSON_WINDOW: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// What our app is called in echoes.
const APP_ID: u64 = 1_517_776_481_860_111;
/// A person who has not agreed to their profile being told.
const PRIVATE: &str = "1545042000000001";
/// A person who has blocked the page.
const BLOCKED: &str = "1545041";

/// One of the two.
pub struct Messaging {
    pub meta: Arc<Meta>,
    pub channel: &'static str,
}

impl Messaging {
    fn is_instagram(channel: &str) -> bool {
        channel == instagram::NAME
    }
}

impl Twin for Messaging {
    fn name(&self) -> &'static str {
        self.channel
    }

    fn told(&self, said: &Said) -> Vec<Hook> {
        let mut message = match said.is_picture() {
            true => {
                let picture = json!({"type": "image", "payload": {"url": self.meta.media_url(&said.id)}});
                json!({"mid": said.id, "attachments": [picture]})
            }
            false => json!({"mid": said.id, "text": said.text}),
        };
        if let Some(payload) = &said.button {
            message["quick_reply"] = json!({ "payload": payload });
        }
        let event = json!({
            "sender": {"id": said.line.customer},
            "recipient": {"id": said.line.business},
            "timestamp": said.at_ms,
            "message": message,
        });
        vec![hook(&self.meta, &said.line, event)]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        self.meta.secrets()
    }
}

fn hook(meta: &Meta, line: &Line, event: Value) -> Hook {
    let object = if Messaging::is_instagram(&line.channel) {
        "instagram"
    } else {
        "page"
    };
    meta.signed(&json!({
        "object": object,
        "entry": [{"id": line.business, "time": meta.desk.now().as_millis(), "messaging": [event]}],
    }))
}

/// Takes a message that passes every check; tells what Meta answers.
pub(super) fn take(meta: &Arc<Meta>, channel: &'static str, node: &str, body: &Value) -> Result<Value, Refusal> {
    let letter = Letter::check(channel, body)?;
    let line = Line {
        channel: channel.to_owned(),
        customer: letter.customer.clone(),
        business: node.to_owned(),
    };
    if letter.customer == BLOCKED {
        return Err(Refusal {
            status: StatusCode::BAD_REQUEST,
            code: 551,
            subcode: 1_545_041,
            message: "This person isn't available right now.".to_owned(),
        });
    }
    let window = if letter.is_person { PERSON_WINDOW } else { WINDOW };
    if !meta.desk.is_open(&line, window) {
        return Err(Refusal {
            status: StatusCode::FORBIDDEN,
            code: 10,
            subcode: if Messaging::is_instagram(channel) {
                2_534_022
            } else {
                2_018_278
            },
            message: "This message is sent outside of allowed window.".to_owned(),
        });
    }
    let id = format!("m_{}", meta.serial());
    meta.desk.show(&line, &id, &letter.text, letter.buttons.clone());
    meta.desk.tick(&line, &id, DeliveryStatus::Read);
    meta.desk.post_later(channel, receipts(meta, &line, &id, &letter));
    Ok(json!({"recipient_id": letter.customer, "message_id": id}))
}

/// What a person calls themselves, told of those who have written and agreed, field by field.
pub(super) fn profile(meta: &Meta, person: &str, fields: &str) -> Result<Value, Refusal> {
    let is_instagram = fields.contains("username");
    let channel = if is_instagram { instagram::NAME } else { messenger::NAME };
    let has_written = meta
        .desk
        .written(channel)
        .iter()
        .any(|(line, _)| line.customer == person);
    if !has_written || person == PRIVATE {
        let (code, subcode, message) = match is_instagram {
            true => (230, 0, "User consent is required to access user profile"),
            false => (
                100,
                33,
                "Object does not exist or cannot be loaded due to missing permissions",
            ),
        };
        return Err(Refusal {
            status: StatusCode::BAD_REQUEST,
            code,
            subcode,
            message: message.to_owned(),
        });
    }
    let mut told = json!({ "id": person });
    for field in fields.split(',') {
        told[field] = match field {
            "first_name" => json!("Sam"),
            "last_name" => json!("Sandbox"),
            "name" => Value::Null,
            "username" => json!("sam.sandbox"),
            _ => {
                return Err(Refusal::parameter(format!(
                    "Tried accessing nonexisting field ({field})"
                )));
            }
        };
    }
    Ok(told)
}

/// The echo, and that it was seen; Instagram tells of no delivery, and puts no mark on its echoes.
fn receipts(meta: &Meta, line: &Line, id: &str, letter: &Letter) -> Vec<Hook> {
    let now = meta.desk.now().as_millis();
    let mut echo = json!({"mid": id, "is_echo": true});
    match &letter.template {
        Some(template) => echo["attachments"] = json!([template]),
        None => echo["text"] = letter.text.clone().into(),
    }
    let person = |key: &str, value: Value| {
        let mut event = json!({
            "sender": {"id": line.customer},
            "recipient": {"id": line.business},
            "timestamp": now,
        });
        event[key] = value;
        event
    };
    let seen = if Messaging::is_instagram(&line.channel) {
        vec![person("read", json!({ "mid": id }))]
    } else {
        echo["app_id"] = APP_ID.into();
        echo["metadata"] = letter.mark.clone().into();
        vec![
            person("delivery", json!({"mids": [id], "watermark": now})),
            person("read", json!({ "watermark": now })),
        ]
    };
    let echo = json!({
        "sender": {"id": line.business},
        "recipient": {"id": line.customer},
        "timestamp": now,
        "message": echo,
    });
    std::iter::once(echo)
        .chain(seen)
        .map(|event| hook(meta, line, event))
        .collect()
}

/// The threads of a page or account, the one that was written in last first.
pub(super) fn threads(
    meta: &Meta,
    channel: &str,
    node: &str,
    customer: Option<String>,
    with_messages: bool,
) -> Vec<Value> {
    let mut customers: Vec<String> = customer.clone().into_iter().collect();
    if customer.is_none() {
        for (line, _) in meta.desk.written(channel) {
            if line.business == node && !customers.contains(&line.customer) {
                customers.push(line.customer);
            }
        }
    }
    let thread = |customer: String| {
        let line = Line {
            channel: channel.to_owned(),
            customer,
            business: node.to_owned(),
        };
        let shown = meta.desk.shown(&line);
        let updated_ms = shown.last()?.at_ms;
        let mut thread = json!({"id": format!("t_{}", line.customer), "updated_time": moment(updated_ms)});
        if with_messages {
            let said = |shown: &Shown| {
                let (from, to) = match shown.author {
                    Author::User => (&line.customer, &line.business),
                    Author::Bot | Author::Operator => (&line.business, &line.customer),
                };
                json!({
                    "id": shown.id, "created_time": moment(shown.at_ms), "message": shown.text,
                    "from": {"id": from}, "to": {"data": [{"id": to}]},
                })
            };
            let messages: Vec<Value> = shown.iter().rev().take(50).map(said).collect();
            thread["messages"] = json!({ "data": messages });
        }
        Some(thread)
    };
    customers.into_iter().filter_map(thread).collect()
}

/// A message as it was asked for.
struct Letter {
    customer: String,
    /// What is read on the phone.
    text: String,
    template: Option<Value>,
    mark: Option<String>,
    buttons: Vec<QuickReply>,
    /// A person typed it.
    is_person: bool,
}

impl Letter {
    fn check(channel: &str, body: &Value) -> Result<Self, Refusal> {
        let customer = body["recipient"]["id"].as_str().unwrap_or_default().to_owned();
        let is_id = (5..=32).contains(&customer.len()) && customer.bytes().all(|byte| byte.is_ascii_digit());
        if !is_id {
            return Err(Refusal::parameter("Param recipient[id] must be a valid ID string"));
        }
        let is_person = match (body["messaging_type"].as_str(), body["tag"].as_str()) {
            (Some("RESPONSE"), None) => false,
            (Some("MESSAGE_TAG"), Some("HUMAN_AGENT")) => true,
            _ => return Err(Refusal::parameter("Param messaging_type is required")),
        };
        let message = &body["message"];
        let limits = if Messaging::is_instagram(channel) {
            instagram::LIMITS
        } else {
            messenger::LIMITS
        };
        let template = Some(&message["attachment"]).filter(|attachment| attachment.is_object());
        let text = match (template, message["text"].as_str().unwrap_or_default()) {
            (Some(template), "") => cards(template)?,
            (Some(_), _) => return Err(Refusal::parameter("A message has a text or an attachment")),
            (None, text)
                if text.is_empty() || text.chars().count() > limits.characters_max || text.len() > limits.bytes_max =>
            {
                return Err(Refusal::parameter("Length of param message[text] is wrong"));
            }
            (None, text) => text.to_owned(),
        };
        let mark = message["metadata"].as_str().map(str::to_owned);
        if mark.as_ref().is_some_and(|mark| mark.chars().count() > 1_000) {
            return Err(Refusal::parameter("Length of param message[metadata] is wrong"));
        }
        Ok(Self {
            customer,
            text,
            template: template.cloned(),
            mark,
            buttons: quick_replies(&message["quick_replies"])?,
            is_person,
        })
    }
}

/// What the cards of a generic template read, a line each.
fn cards(template: &Value) -> Result<String, Refusal> {
    let wrong = || Refusal::parameter("Param message[attachment][payload] is not as documented");
    let payload = &template["payload"];
    if template["type"] != "template" || payload["template_type"] != "generic" {
        return Err(wrong());
    }
    let elements = payload["elements"].as_array().ok_or_else(wrong)?;
    if !(1..=10).contains(&elements.len()) {
        return Err(wrong());
    }
    let mut lines = Vec::new();
    for element in elements {
        let title = element["title"].as_str().unwrap_or_default();
        let subtitle = element["subtitle"].as_str().unwrap_or_default();
        let link = &element["default_action"];
        let is_link =
            link.is_null() || (link["type"] == "web_url" && link["url"].is_string() && link["title"].is_null());
        let is_more = ["subtitle", "image_url", "default_action", "buttons"]
            .iter()
            .any(|name| !element[*name].is_null());
        let is_short = |text: &str| text.chars().count() <= 80;
        if title.is_empty() || !is_short(title) || !is_short(subtitle) || !is_link || !is_more {
            return Err(wrong());
        }
        let address = link["url"].as_str().unwrap_or_default();
        lines.extend([title, subtitle, address].into_iter().filter(|line| !line.is_empty()));
    }
    Ok(lines.join("\n"))
}

fn quick_replies(replies: &Value) -> Result<Vec<QuickReply>, Refusal> {
    let Some(replies) = replies.as_array() else {
        return Ok(Vec::new());
    };
    if !(1..=13).contains(&replies.len()) {
        return Err(Refusal::parameter("Param message[quick_replies] has 1 to 13 elements"));
    }
    let read = |reply: &Value| {
        let text = |name: &str, most: usize| {
            let value = reply[name].as_str().unwrap_or_default();
            (1..=most).contains(&value.chars().count()).then(|| value.to_owned())
        };
        let parts = (
            text("title", 20),
            text("payload", 1_000),
            reply["content_type"] == "text",
        );
        match parts {
            (Some(label), Some(value), true) => Ok(QuickReply { label, value }),
            _ => Err(Refusal::parameter("Param message[quick_replies] is not as documented")),
        }
    };
    replies.iter().map(read).collect()
}
