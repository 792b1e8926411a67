//! WhatsApp: a number's `messages` node, checked field by field, and the statuses that follow.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use frontdesk_core::{DeliveryStatus, QuickReply};
use serde_json::{Value, json};

use super::{Meta, Refusal};
use crate::channels::whatsapp_cloud::NAME;
use crate::sandbox::approved::Approved;
use crate::sandbox::{Hook, Line, Missed, PICTURE_TYPE, Said, Twin};

/// A number that WhatsApp cannot deliver to, which is told after the message was taken.
const UNDELIVERABLE: &str = "+15005550009";
/// Free words are taken for so long after the person's last message.
const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
const TEXT_CHARACTERS_MAX: usize = 4_096;
const BODY_CHARACTERS_MAX: usize = 1_024;

/// WhatsApp's part of Meta.
pub struct Whatsapp(pub Arc<Meta>);

impl Twin for Whatsapp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn told(&self, said: &Said) -> Vec<Hook> {
        let who = Who::of(&said.line.customer);
        let mut message = json!({
            "id": said.id,
            "timestamp": (said.at_ms / 1_000).to_string(),
        });
        match &said.button {
            Some(id) => {
                message["type"] = "interactive".into();
                message["interactive"] =
                    json!({"type": "button_reply", "button_reply": {"id": id, "title": said.text}});
            }
            None if said.is_picture() => {
                message["type"] = "image".into();
                message["image"] = json!({"id": said.id, "mime_type": PICTURE_TYPE});
            }
            None => {
                message["type"] = "text".into();
                message["text"] = json!({"body": said.text});
            }
        }
        message["from_user_id"] = who.user_id.as_str().into();
        let mut contact = json!({"profile": {"name": "Sam Sandbox"}, "user_id": who.user_id});
        if let Some(number) = &who.number {
            message["from"] = number.as_str().into();
            contact["wa_id"] = number.as_str().into();
        }
        let news = json!({"contacts": [contact], "messages": [message]});
        vec![self.0.signed(&envelope(&said.line.business, news))]
    }

    fn missed(&self) -> Missed {
        Missed::SentAgain
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        self.0.secrets()
    }
}

/// How WhatsApp names a person: by number, where they show it, and by an id of theirs for us.
struct Who {
    number: Option<String>,
    user_id: String,
}

impl Who {
    fn of(customer: &str) -> Self {
        match customer.strip_prefix('+') {
            Some(digits) => Self {
                number: Some(digits.to_owned()),
                user_id: format!("US.9{digits}"),
            },
            None => Self {
                number: None,
                user_id: customer.to_owned(),
            },
        }
    }
}

fn envelope(number_id: &str, mut news: Value) -> Value {
    news["messaging_product"] = "whatsapp".into();
    news["metadata"] = json!({"display_phone_number": "15550783881", "phone_number_id": number_id});
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"value": news, "field": "messages"}]}],
    })
}

/// Takes a message that passes every check; tells what WhatsApp answers.
pub(super) fn take(meta: &Arc<Meta>, node: &str, message: &Value) -> Result<Value, Refusal> {
    let letter = Letter::check(message)?;
    let line = Line {
        channel: NAME.to_owned(),
        customer: letter.customer.clone(),
        business: node.to_owned(),
    };
    if !meta.pairs.admit(&line, meta.desk.now().as_millis()) {
        return Err(Refusal {
            status: StatusCode::BAD_REQUEST,
            code: 131_056,
            subcode: 0,
            message: "(Business Account, Consumer Account) pair rate limit hit".to_owned(),
        });
    }
    let id = format!("wamid.HBgL{}", meta.serial());
    if letter.is_template {
        meta.desk.show_template(&line, &id, &letter.text);
    } else {
        meta.desk.show(&line, &id, &letter.text, letter.buttons.clone());
    }
    // Its ticks are of a message that is on the phone.
    meta.desk.post_later(NAME, statuses(meta, &line, &id, &letter));
    let input = letter.customer.trim_start_matches('+');
    Ok(json!({
        "messaging_product": "whatsapp",
        "contacts": [{"input": input, "wa_id": input}],
        "messages": [{"id": id}],
    }))
}

/// What becomes of a message, as webhooks.
fn statuses(meta: &Meta, line: &Line, id: &str, letter: &Letter) -> Vec<Hook> {
    let may_pass = letter.is_template || meta.desk.is_open(line, WINDOW);
    let steps: &[(&str, Option<i64>)] = if line.customer == UNDELIVERABLE {
        &[("sent", None), ("failed", Some(131_026))]
    } else if !may_pass {
        &[("failed", Some(131_047))]
    } else {
        meta.desk.tick(line, id, DeliveryStatus::Read);
        &[("sent", None), ("delivered", None), ("read", None)]
    };
    let who = Who::of(&line.customer);
    let hook = |(name, code): &(&str, Option<i64>)| {
        let mut status = json!({
            "id": id,
            "status": name,
            "timestamp": (meta.desk.now().as_millis() / 1_000).to_string(),
            "recipient_user_id": who.user_id,
        });
        if let Some(number) = &who.number {
            status["recipient_id"] = number.as_str().into();
        }
        if let Some(mark) = &letter.mark {
            status["biz_opaque_callback_data"] = mark.as_str().into();
        }
        if let Some(code) = code {
            status["errors"] = json!([{"code": code, "title": "Message undeliverable"}]);
        }
        meta.signed(&envelope(&line.business, json!({"statuses": [status]})))
    };
    steps.iter().map(hook).collect()
}

/// A message as it was asked for.
struct Letter {
    customer: String,
    text: String,
    buttons: Vec<QuickReply>,
    mark: Option<String>,
    is_template: bool,
}

impl Letter {
    fn check(message: &Value) -> Result<Self, Refusal> {
        if message["messaging_product"] != "whatsapp" || message["recipient_type"] != "individual" {
            return Err(Refusal::parameter("The parameter messaging_product is required."));
        }
        let mark = message["biz_opaque_callback_data"].as_str().map(str::to_owned);
        if mark.as_ref().is_some_and(|mark| mark.len() > 512) {
            return Err(Refusal::parameter("biz_opaque_callback_data is too long"));
        }
        let (text, buttons) = match message["type"].as_str().unwrap_or_default() {
            "text" => (words(&message["text"]["body"], TEXT_CHARACTERS_MAX)?, Vec::new()),
            "interactive" => interactive(&message["interactive"])?,
            "template" => (template(&message["template"])?, Vec::new()),
            _ => return Err(Refusal::parameter("type is not one of those we know")),
        };
        Ok(Self {
            customer: customer(message)?,
            text,
            buttons,
            mark,
            is_template: message["type"] == "template",
        })
    }
}

/// What a template says, if it was approved in this language and every blank is filled.
fn template(template: &Value) -> Result<String, Refusal> {
    let refusal = |status, code, message: &str| Refusal {
        status,
        code,
        subcode: 0,
        message: message.to_owned(),
    };
    let name = template["name"].as_str().unwrap_or_default();
    let locale = template["language"]["code"].as_str().unwrap_or_default();
    let approved = Approved::named(name, locale).ok_or_else(|| {
        refusal(
            StatusCode::NOT_FOUND,
            132_001,
            "Template name does not exist in the translation",
        )
    })?;
    let components = template["components"].as_array().map_or(&[][..], Vec::as_slice);
    let is_known = |component: &Value| component["type"] == "body";
    let parameters = components.first().and_then(|body| body["parameters"].as_array());
    let parameters = parameters.map_or(&[][..], Vec::as_slice);
    let is_text = |parameter: &Value| parameter["type"] == "text";
    if components.len() > 1 || !components.iter().all(is_known) || !parameters.iter().all(is_text) {
        return Err(Refusal::parameter("template['components'] is not as documented"));
    }
    let values: Vec<Value> = parameters.iter().map(|parameter| parameter["text"].clone()).collect();
    approved.fill(&values).ok_or_else(|| {
        refusal(
            StatusCode::BAD_REQUEST,
            132_000,
            "Number of parameters does not match the expected number of params",
        )
    })
}

fn customer(message: &Value) -> Result<String, Refusal> {
    let is_number =
        |digits: &&str| (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_user_id = |id: &&str| id.split_once('.').is_some_and(|(country, _)| country.len() == 2);
    match (message["to"].as_str(), message["recipient"].as_str()) {
        (Some(digits), None) if is_number(&digits) => Ok(format!("+{digits}")),
        (None, Some(id)) if is_user_id(&id) => Ok(id.to_owned()),
        _ => Err(Refusal::parameter("The parameter to is required.")),
    }
}

fn words(value: &Value, characters_max: usize) -> Result<String, Refusal> {
    let text = value.as_str().unwrap_or_default();
    if (1..=characters_max).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::parameter(format!(
            "a text of 1 to {characters_max} characters is expected"
        )))
    }
}

fn interactive(interactive: &Value) -> Result<(String, Vec<QuickReply>), Refusal> {
    let text = words(&interactive["body"]["text"], BODY_CHARACTERS_MAX)?;
    let action = &interactive["action"];
    if interactive["type"] == "cta_url" {
        return Ok((link(text, interactive)?, Vec::new()));
    }
    let buttons: Result<Vec<QuickReply>, Refusal> = match interactive["type"].as_str().unwrap_or_default() {
        "button" => several(&action["buttons"], 3)?
            .iter()
            .map(|button| choice(&button["reply"], 256, 20))
            .collect(),
        "list" => {
            words(&action["button"], 20)?;
            let rows: Vec<Value> = several(&action["sections"], 10)?
                .iter()
                .flat_map(|section| section["rows"].as_array().cloned().unwrap_or_default())
                .collect();
            several(&Value::Array(rows), 10)?
                .iter()
                .map(|row| choice(row, 200, 24))
                .collect()
        }
        _ => return Err(Refusal::parameter("interactive.type is not one of those we know")),
    };
    let buttons = buttons?;
    let mut ids: Vec<&str> = buttons.iter().map(|button| button.value.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() == buttons.len() {
        Ok((text, buttons))
    } else {
        Err(Refusal::parameter("two choices have the same id"))
    }
}

/// What a text with a button reads that leads somewhere.
fn link(text: String, interactive: &Value) -> Result<String, Refusal> {
    let action = &interactive["action"];
    let parameters = &action["parameters"];
    let is_address = |value: &Value| {
        value
            .as_str()
            .is_some_and(|address| address.parse::<url::Url>().is_ok())
    };
    let header = &interactive["header"];
    let is_pictured = header.is_null() || (header["type"] == "image" && is_address(&header["image"]["link"]));
    if action["name"] != "cta_url" || !is_address(&parameters["url"]) || !is_pictured {
        return Err(Refusal::parameter("interactive.action is not as documented"));
    }
    words(&parameters["display_text"], 20)?;
    let address = parameters["url"].as_str().unwrap_or_default();
    Ok(format!("{text}\n{address}"))
}

fn several(value: &Value, most: usize) -> Result<&Vec<Value>, Refusal> {
    let items = value.as_array().filter(|items| (1..=most).contains(&items.len()));
    items.ok_or_else(|| Refusal::parameter(format!("1 to {most} choices are expected")))
}

fn choice(reply: &Value, id_max: usize, title_max: usize) -> Result<QuickReply, Refusal> {
    let description = reply["description"].as_str().unwrap_or_default();
    if description.chars().count() > 72 {
        return Err(Refusal::parameter("a description of at most 72 characters is expected"));
    }
    Ok(QuickReply {
        value: words(&reply["id"], id_max)?,
        label: words(&reply["title"], title_max)?,
    })
}
