//! Messages to people. Taken is not sent: the outcome comes by webhook only, under the id that we are
//! given here. A call whose answer was lost cannot be asked after; a person has to look.

use std::fmt;

use async_trait::async_trait;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Approved, Card, Content, Fault, Passage, QuickReply};
use reqwest::header::CONTENT_TYPE;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::wire::Submitted;
use super::{Config, NAME, errors};
use crate::channels::config::is_set;
use crate::channels::parts::Parts;
use crate::channels::whatsapp_cloud::Pace;
use crate::channels::{Check, Outside, Standing, button, text};

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
/// Characters of a row.
const ROW_CHARACTERS_MAX: usize = 24;
/// Opens a list; the sender does not know the person's language.
const LIST_OPENER: &str = "☰";

/// Sends over one account.
pub struct GupshupSender {
    config: Config,
    outside: Outside,
    pace: Pace,
}

impl fmt::Debug for GupshupSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GupshupSender").finish_non_exhaustive()
    }
}

impl GupshupSender {
    pub(super) fn new(config: Config, outside: Outside) -> Self {
        Self {
            config,
            pace: Pace::new(&outside),
            outside,
        }
    }

    /// The parts of a message, one after the other.
    async fn post_all(&self, app: &str, address: &str, messages: &[Value]) -> Result<Sent, SendError> {
        let mut parts = Parts::default();
        for message in messages {
            parts.note(self.post(app, address, message).await)?;
        }
        Ok(parts.sent())
    }

    /// A message of a conversation whose window is open.
    async fn post(&self, app: &str, to: &str, message: &Value) -> Result<Sent, SendError> {
        self.submit("/wa/api/v1/msg", app, to, ("message", message)).await
    }

    /// A text that WhatsApp has approved, with its blanks filled.
    async fn post_template(&self, app: &str, to: &str, approved: &Approved) -> Result<Sent, SendError> {
        let id = approved
            .ids
            .get(NAME)
            .ok_or_else(|| SendError::permanent(format!("the template {} has no id at Gupshup", approved.key)))?;
        let params: Vec<&str> = approved.parameters.iter().map(|value| value.as_str()).collect();
        let template = json!({"id": id, "params": params});
        self.submit("/wa/api/v1/template/msg", app, to, ("template", &template))
            .await
    }

    async fn submit(&self, path: &str, app: &str, to: &str, what: (&str, &Value)) -> Result<Sent, SendError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("channel", "whatsapp")
            .append_pair("source", self.config.source_number.trim_start_matches('+'))
            .append_pair("destination", to.trim_start_matches('+'))
            .append_pair("src.name", app)
            .append_pair(what.0, &what.1.to_string())
            .finish();
        let base = self.config.api_base.trim_end_matches('/');
        let request = self
            .outside
            .caller
            .post(&format!("{base}{path}"))
            .header("apikey", self.config.api_key.expose_secret())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let answer = self.outside.caller.call(request).await?;
        if !answer.status.is_success() {
            return Err(errors::judge(&answer));
        }
        Ok(Sent {
            external_id: answer.json::<Submitted>().map(|submitted| submitted.message_id),
            answer: None,
        })
    }
}

#[async_trait]
impl Check for GupshupSender {
    async fn check(&self) -> Result<Standing, SendError> {
        let base = self.config.api_base.trim_end_matches('/');
        let request = self
            .outside
            .caller
            .get(&format!("{base}/sm/api/v2/wallet/balance"))
            .header("apikey", self.config.api_key.expose_secret());
        let answer = self.outside.caller.call(request).await?;
        if answer.status.is_success() {
            Ok(Standing::default())
        } else {
            Err(errors::judge(&answer))
        }
    }
}

#[async_trait]
impl Sender for GupshupSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let Cargo::Message { content, .. } = &entry.cargo else {
            return Err(SendError::permanent("only messages leave by Gupshup"));
        };
        if !is_set(&self.config.api_key) {
            return Err(SendError::Permanent {
                reason: "no account at Gupshup is set up".to_owned(),
                fault: Some(Fault::Account),
            });
        }
        let app = entry.our_address().unwrap_or(&self.config.app_name);
        if let Some(Passage::Template(approved)) = &content.passage {
            let sending = self.post_template(app, &entry.address, approved);
            return self.pace.keep(app, entry, 1, sending).await;
        }
        let messages = parts(content);
        let sending = self.post_all(app, &entry.address, &messages);
        self.pace.keep(app, entry, messages.len(), sending).await
    }
}

/// The messages that say it all: cards with a picture, then texts, the last one with the buttons.
pub(super) fn parts(content: &Content) -> Vec<Value> {
    let (pictured, rest) = text::apart(content, |card| card.image_url.is_some());
    let mut parts: Vec<Value> = pictured.into_iter().map(picture).collect();
    parts.extend(words(&rest));
    parts
}

/// A picture with what the card says below it.
fn picture(card: &Card) -> Value {
    let lines: Vec<&str> = text::of_card(card).collect();
    json!({
        "type": "image",
        "originalUrl": card.image_url,
        "previewUrl": card.image_url,
        "caption": button::label(&lines.join("\n"), BODY_CHARACTERS_MAX),
    })
}

/// Texts, the last one with the buttons.
fn words(content: &Content) -> Vec<Value> {
    let words = text::plain(content);
    let replies = &content.quick_replies;
    let offer = button::hide_all(replies, ROWS_MAX).filter(|_| !words.is_empty());
    let plain = |body: &String| json!({"type": "text", "text": body, "previewUrl": false});
    let Some(hidden) = offer else {
        let words = button::in_words(&words, replies);
        return text::parts(&words, TEXT_CHARACTERS_MAX).iter().map(plain).collect();
    };
    let mut bodies = text::parts(&words, BODY_CHARACTERS_MAX);
    let last = bodies.pop().unwrap_or_default();
    let mut parts: Vec<Value> = bodies.iter().map(plain).collect();
    parts.push(if replies.len() <= BUTTONS_MAX {
        json!({
            "type": "quick_reply",
            "content": {"type": "text", "text": last},
            "options": options(replies, &hidden, BUTTON_CHARACTERS_MAX),
        })
    } else {
        json!({
            "type": "list",
            "title": "",
            "body": last,
            "globalButtons": [{"type": "text", "title": LIST_OPENER}],
            "items": [{"title": "", "subtitle": "", "options": options(replies, &hidden, ROW_CHARACTERS_MAX)}],
        })
    });
    parts
}

fn options(replies: &[QuickReply], hidden: &[String], characters_max: usize) -> Vec<Value> {
    let option = |(reply, postback): (&QuickReply, &String)| {
        let title = button::label(&reply.label, characters_max);
        json!({"type": "text", "title": title, "postbackText": postback})
    };
    replies.iter().zip(hidden).map(option).collect()
}
