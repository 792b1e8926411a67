//! From what happened to the text of a frame.

use axum::extract::ws::{Message as Frame, Utf8Bytes};
use frontdesk_actors::ContactView;
use frontdesk_core::{Attachment, Author, Card, ConversationId, FileId, Message, QuickReply, Timestamp};
use serde::{Serialize, Serializer};

use super::{Code, Refusal};

/// Bytes a frame has beside its words.
const ENVELOPE_BYTES: usize = 192;

/// A frame to the client.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Outgoing<'a> {
    /// The thread is open.
    Welcome {
        /// The conversation, as the API calls it.
        conversation_id: ConversationId,
        /// The thread.
        thread_id: &'a str,
        /// The last message's place; 0 for a new conversation.
        seq: u64,
        /// What is known of the visitor.
        contact: ContactView,
    },
    /// The message is durable.
    Ack {
        /// The client's id of it.
        id: &'a str,
        /// Its place.
        seq: u64,
    },
    /// Somebody's words.
    Message(Words<'a>),
    /// Somebody is writing.
    Typing {
        /// Who.
        role: Author,
    },
    /// A frame was not accepted.
    Error {
        /// The stable code.
        code: Code,
        /// A plain sentence.
        message: &'a str,
        /// Whether the same frame may be accepted later.
        retryable: bool,
    },
    /// A sign of life.
    Pong,
}

/// Somebody's words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Words<'a> {
    #[serde(serialize_with = "id")]
    id: &'a Message,
    seq: u64,
    role: Author,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    content: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    quick_replies: &'a [QuickReply],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cards: Vec<ShownCard<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<ShownFile<'a>>,
    #[serde(serialize_with = "display")]
    timestamp: Timestamp,
}

/// A card as the widget knows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownCard<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

/// A file of ours as the widget knows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownFile<'a> {
    id: FileId,
    name: &'a str,
    media_type: &'a str,
    bytes: u64,
    url: String,
}

impl<'a> ShownFile<'a> {
    /// What the provider of another channel keeps has no place in a chat.
    fn of(file: &'a Attachment, link: impl Fn(FileId) -> String) -> Option<Self> {
        let id = file.file?;
        Some(Self {
            id,
            name: file.name.as_deref().unwrap_or_default(),
            media_type: &file.media_type,
            bytes: file.bytes.unwrap_or_default(),
            url: link(id),
        })
    }
}

impl<'a> From<&'a Card> for ShownCard<'a> {
    fn from(card: &'a Card) -> Self {
        Self {
            title: &card.title,
            text: card.text.as_deref(),
            image_url: card.image_url.as_deref(),
            url: card.url.as_deref(),
        }
    }
}

impl<'a> Outgoing<'a> {
    /// A message of the log, with links to its files. The visitor's own ones carry the id the client
    /// gave them.
    #[must_use]
    pub fn message(message: &'a Message, link: impl Fn(FileId) -> String) -> Self {
        let files = message.content.attachments.iter();
        Self::Message(Words {
            id: message,
            seq: message.seq,
            role: message.author,
            name: message.content.signed_by.as_deref(),
            content: &message.content.text,
            quick_replies: &message.content.quick_replies,
            cards: message.content.cards.iter().map(ShownCard::from).collect(),
            attachments: files.filter_map(|file| ShownFile::of(file, &link)).collect(),
            timestamp: message.at,
        })
    }

    /// A frame was not accepted.
    #[must_use]
    pub fn error(refusal: &'a Refusal) -> Self {
        Self::Error {
            code: refusal.code,
            message: &refusal.message,
            retryable: refusal.code.is_retryable(),
        }
    }

    /// The frame as text.
    #[must_use]
    pub fn encode(&self) -> Frame {
        let words = match self {
            Self::Message(words) => words.content.len(),
            _ => 0,
        };
        let mut text = Vec::with_capacity(ENVELOPE_BYTES + words);
        serde_json::to_writer(&mut text, self).expect("memory takes every byte and the keys are text");
        Frame::Text(Utf8Bytes::try_from(text).expect("JSON is UTF-8"))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

fn id<S: Serializer>(message: &&Message, serializer: S) -> Result<S::Ok, S::Error> {
    match (&message.external_id, message.author) {
        (Some(own), Author::User) => serializer.serialize_str(own),
        _ => message.id.serialize(serializer),
    }
}

fn display<S: Serializer>(value: &impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[cfg(test)]
mod tests {
    use frontdesk_core::{Content, DeliveryStatus, MessageId};

    use super::*;

    fn no_link(_: FileId) -> String {
        panic!("a message without files was asked for a link")
    }

    fn text(frame: &Outgoing<'_>) -> String {
        frame.encode().into_text().unwrap().to_string()
    }

    fn message(author: Author, content: Content) -> Message {
        Message {
            id: MessageId(uuid::Uuid::nil()),
            seq: 2,
            author,
            content,
            at: Timestamp::from_millis(1_000),
            status: DeliveryStatus::Sent,
            reason: None,
            external_id: Some("m1".to_owned()),
        }
    }

    #[test]
    fn frames_look_as_described() {
        assert_eq!(text(&Outgoing::Pong), r#"{"type":"pong"}"#);
        assert_eq!(
            text(&Outgoing::Ack { id: "m1", seq: 3 }),
            r#"{"type":"ack","id":"m1","seq":3}"#
        );
        assert_eq!(
            text(&Outgoing::Typing { role: Author::Bot }),
            r#"{"type":"typing","role":"bot"}"#
        );
        let refusal = Refusal::new(Code::Busy, "Later.");
        assert_eq!(
            text(&Outgoing::error(&refusal)),
            r#"{"type":"error","code":"busy","message":"Later.","retryable":true}"#
        );
    }

    #[test]
    fn the_visitors_own_messages_keep_their_ids() {
        let own = message(Author::User, Content::text("hi"));
        assert_eq!(
            text(&Outgoing::message(&own, no_link)),
            r#"{"type":"message","id":"m1","seq":2,"role":"user","content":"hi","timestamp":"1970-01-01T00:00:01.000Z"}"#
        );
        let reply = message(Author::Bot, Content::text("hi"));
        assert!(text(&Outgoing::message(&reply, no_link)).contains(r#""id":"00000000-"#));
    }

    #[test]
    fn a_colleague_is_named() {
        let content = Content {
            signed_by: Some("Tom".to_owned()),
            ..Content::text("hi")
        };
        let shown = text(&Outgoing::message(&message(Author::Operator, content), no_link));
        assert!(
            shown.contains(r#""role":"operator","name":"Tom","content":"hi""#),
            "{shown}"
        );
    }

    #[test]
    fn files_of_ours_are_shown_with_a_link_and_nobody_elses() {
        let content = Content {
            attachments: vec![
                Attachment {
                    media_type: "image/png".to_owned(),
                    bytes: Some(7),
                    name: Some("a.png".into()),
                    file: Some(FileId(uuid::Uuid::nil())),
                    ..Attachment::default()
                },
                Attachment {
                    url: "https://provider.example/secret".to_owned(),
                    ..Attachment::default()
                },
            ],
            ..Content::default()
        };
        let message = message(Author::User, content);
        let shown = text(&Outgoing::message(&message, |id| format!("f/{id}")));
        let nil = "00000000-0000-0000-0000-000000000000";
        let file = format!(r#"{{"id":"{nil}","name":"a.png","mediaType":"image/png","bytes":7,"url":"f/{nil}"}}"#);
        assert!(
            shown.contains(&format!(r#""content":"","attachments":[{file}],"#)),
            "{shown}"
        );
    }

    #[test]
    fn buttons_and_cards_are_shown() {
        let content = Content {
            quick_replies: vec![QuickReply {
                label: "Yes".to_owned(),
                value: "yes".to_owned(),
            }],
            cards: vec![Card {
                title: "Menu".to_owned(),
                text: None,
                image_url: Some("https://example.com/a.png".to_owned()),
                url: None,
            }],
            ..Content::text("?")
        };
        let shown = text(&Outgoing::message(&message(Author::Bot, content), no_link));
        assert!(
            shown.contains(r#""quickReplies":[{"label":"Yes","value":"yes"}]"#),
            "{shown}"
        );
        assert!(
            shown.contains(r#""cards":[{"title":"Menu","imageUrl":"https://example.com/a.png"}]"#),
            "{shown}"
        );
    }
}
