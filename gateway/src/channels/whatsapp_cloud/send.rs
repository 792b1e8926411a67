//! Messages to people, by a number's `messages` node. It knows no idempotency key: a call whose answer
//! was lost is known to have been taken by the statuses that follow, which bring our own mark back.

use std::fmt;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Approved, Card, Content, Fault, Passage, QuickReply};
use serde_json::{Value, json};

use super::wire::Taken;
use super::{NAME, Pace, errors};
use crate::channels::call::Answer;
use crate::channels::meta::{Config, Graph};
use crate::channels::parts::{Mark, Parts};
use crate::channels::{Outside, button, text};

/// Characters of a text.
const TEXT_CHARACTERS_MAX: usize = 4_096;
/// Characters of the words above buttons.
const BODY_CHARACTERS_MAX: usize = 1_024;
/// Buttons of one message.
const BUTTONS_MAX: usize = 3;
/// Rows of a list.
const ROWS_MAX: usize = 10;
/// Characters on a button.
const BUTTON_CHARACTERS_MAX: usize = 20;
/// Characters of a row's title and of what stands below it.
const ROW_CHARACTERS_MAX: usize = 24;
const ROW_DESCRIPTION_CHARACTERS_MAX: usize = 72;
/// Opens a list; the sender does not know the person's language.
const LIST_OPENER: &str = "☰";
/// Before the mark of a message, in what WhatsApp gives back with each status.
const MARK: &str = "seq:";

/// The mark of a message of ours, from what came back with a status.
pub(super) fn mark(given_back: &str) -> Option<Mark> {
    given_back.strip_prefix(MARK)?.parse().ok()
}

/// Sends over the numbers of one app.
pub struct WhatsappSender {
    graph: Graph,
    pace: Pace,
}

impl fmt::Debug for WhatsappSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WhatsappSender").finish_non_exhaustive()
    }
}

impl WhatsappSender {
    pub(super) fn new(config: &Config, outside: &Outside) -> Self {
        Self {
            graph: Graph::new(NAME, config, outside, errors::specific),
            pace: Pace::new(outside),
        }
    }

    /// The parts of a message, one after the other.
    async fn post_all(&self, number: &str, entry: &Entry, seq: u64, parts: Vec<Value>) -> Result<Sent, SendError> {
        let node = format!("{number}/messages");
        let mark = Mark::new(seq, parts.len());
        let mut leaving = Parts::default();
        for part in parts {
            let message = addressed(part, &entry.address, mark);
            let answer = self.graph.post(&node, &message, entry.attempts).await;
            leaving.note(answer.map(|answer| taken(&answer)))?;
        }
        Ok(leaving.sent())
    }
}

#[async_trait]
impl Sender for WhatsappSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Message { seq, content } = &entry.cargo else {
            return Err(SendError::permanent("only messages leave by WhatsApp"));
        };
        let number = entry.our_address().ok_or_else(|| SendError::Permanent {
            reason: "it is not said which of our numbers it leaves from".to_owned(),
            fault: Some(Fault::Account),
        })?;
        let parts = match &content.passage {
            Some(Passage::Template(approved)) => vec![template(approved)?],
            Some(Passage::Person) | None => parts(content),
        };
        let (count, sending) = (parts.len(), self.post_all(number, entry, *seq, parts));
        self.pace.keep(number, entry, count, sending).await
    }
}

/// Taken, whatever the answer looks like: its statuses will name it.
fn taken(answer: &Answer) -> Sent {
    let taken = answer.json::<Taken>();
    Sent {
        external_id: taken.and_then(|taken| Some(taken.messages.into_iter().next()?.id)),
        answer: None,
    }
}

/// A number is written to by its digits, a person without one by WhatsApp's id.
fn addressed(mut message: Value, address: &str, mark: Mark) -> Value {
    message["messaging_product"] = "whatsapp".into();
    message["recipient_type"] = "individual".into();
    message["biz_opaque_callback_data"] = format!("{MARK}{mark}").into();
    match address.strip_prefix('+') {
        Some(digits) => message["to"] = digits.into(),
        None => message["recipient"] = address.into(),
    }
    message
}

/// A text that Meta has approved, with its blanks filled.
fn template(approved: &Approved) -> Result<Value, SendError> {
    let name = approved
        .ids
        .get(NAME)
        .ok_or_else(|| SendError::permanent(format!("the template {} has no name at Meta", approved.key)))?;
    let parameters: Vec<Value> = approved
        .parameters
        .iter()
        .map(|value| json!({"type": "text", "text": value.as_str()}))
        .collect();
    let mut template = json!({"name": name, "language": {"code": approved.locale}});
    if !parameters.is_empty() {
        template["components"] = json!([{"type": "body", "parameters": parameters}]);
    }
    Ok(json!({"type": "template", "template": template}))
}

/// The messages that say it all: cards that lead somewhere, then texts, the last one with the buttons.
pub(super) fn parts(content: &Content) -> Vec<Value> {
    let (linked, rest) = text::apart(content, |card| card.url.is_some());
    let mut parts: Vec<Value> = linked.into_iter().map(link).collect();
    parts.extend(words(&rest));
    parts
}

/// A card with a button that leads somewhere; what stands on it is in the person's language like the card.
fn link(card: &Card) -> Value {
    let body: Vec<&str> = [Some(card.title.as_str()), card.text.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let mut interactive = json!({
        "type": "cta_url",
        "body": {"text": button::label(&body.join("\n"), BODY_CHARACTERS_MAX)},
        "action": {"name": "cta_url", "parameters": {
            "display_text": button::label(&card.title, BUTTON_CHARACTERS_MAX),
            "url": card.url,
        }},
    });
    if let Some(image) = &card.image_url {
        interactive["header"] = json!({"type": "image", "image": {"link": image}});
    }
    json!({"type": "interactive", "interactive": interactive})
}

/// Texts, the last one with the buttons.
fn words(content: &Content) -> Vec<Value> {
    let words = text::plain(content);
    let replies = &content.quick_replies;
    let offer = button::hide_all(replies, ROWS_MAX).filter(|_| !words.is_empty());
    let Some(hidden) = offer else {
        return texts(&button::in_words(&words, replies));
    };
    let mut bodies = text::parts(&words, BODY_CHARACTERS_MAX);
    let last = bodies.pop().unwrap_or_default();
    let mut parts: Vec<Value> = bodies.iter().map(|body| plain(body)).collect();
    parts.push(if replies.len() <= BUTTONS_MAX {
        buttons(&last, replies, &hidden)
    } else {
        list(&last, replies, &hidden)
    });
    parts
}

fn texts(words: &str) -> Vec<Value> {
    text::parts(words, TEXT_CHARACTERS_MAX)
        .iter()
        .map(|body| plain(body))
        .collect()
}

fn plain(body: &str) -> Value {
    json!({"type": "text", "text": {"preview_url": false, "body": body}})
}

fn buttons(body: &str, replies: &[QuickReply], hidden: &[String]) -> Value {
    let buttons: Vec<Value> = replies
        .iter()
        .zip(hidden)
        .map(|(reply, id)| {
            let title = button::label(&reply.label, BUTTON_CHARACTERS_MAX);
            json!({"type": "reply", "reply": {"id": id, "title": title}})
        })
        .collect();
    json!({
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": body}, "action": {"buttons": buttons}},
    })
}

fn list(body: &str, replies: &[QuickReply], hidden: &[String]) -> Value {
    let rows: Vec<Value> = replies
        .iter()
        .zip(hidden)
        .map(|(reply, id)| {
            let mut row = json!({"id": id, "title": button::label(&reply.label, ROW_CHARACTERS_MAX)});
            if reply.label.chars().count() > ROW_CHARACTERS_MAX {
                row["description"] = button::label(&reply.label, ROW_DESCRIPTION_CHARACTERS_MAX).into();
            }
            row
        })
        .collect();
    json!({
        "type": "interactive",
        "interactive": {
            "type": "list",
            "body": {"text": body},
            "action": {"button": LIST_OPENER, "sections": [{"rows": rows}]},
        },
    })
}
