//! The chat frames, as the protocol describes them: written by hand, read without copying.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Deserialize;

/// What a frame from the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Answers `hello`.
    Welcome,
    /// A message is durable.
    Ack,
    /// A message of the conversation.
    Message,
    /// Somebody types.
    Typing,
    /// Something was refused.
    Error,
    /// Answers `ping`.
    Pong,
    /// A type this client does not know.
    #[serde(other)]
    Unknown,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The visitor.
    User,
    /// The bot.
    Bot,
    /// A person of the business.
    Operator,
}

/// A frame from the server. One flat struct for all types: fields a type does not have are `None`.
#[derive(Clone, Debug, Deserialize)]
pub struct Frame<'a> {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The message's id (`ack`, `message`).
    #[serde(borrow, default)]
    pub id: Option<Cow<'a, str>>,
    /// Its place in the conversation (`ack`, `message`), or the last one (`welcome`).
    #[serde(default)]
    pub seq: Option<u64>,
    /// Who wrote it (`message`).
    #[serde(default)]
    pub role: Option<Role>,
    /// Its text (`message`).
    #[serde(borrow, default)]
    pub content: Option<Cow<'a, str>>,
    /// Which conversation (`welcome`).
    #[serde(borrow, default, rename = "threadId")]
    pub thread_id: Option<Cow<'a, str>>,
    /// What is known of the visitor (`welcome`).
    #[serde(borrow, default)]
    pub contact: Option<Contact<'a>>,
    /// What was refused (`error`).
    #[serde(borrow, default)]
    pub code: Option<Cow<'a, str>>,
    /// Whether to try again (`error`).
    #[serde(default)]
    pub retryable: bool,
}

/// What the server knows of a visitor.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Contact<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    phone: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    email: Option<Cow<'a, str>>,
    #[serde(default)]
    newsletter: Option<bool>,
}

impl Contact<'_> {
    /// Whether the whole contact collection has come to its end.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.name.is_some() && self.phone.is_some() && self.email.is_some() && self.newsletter.is_some()
    }
}

impl<'a> Frame<'a> {
    /// Reads a frame.
    ///
    /// # Errors
    ///
    /// When the text is not a JSON object with a `type`.
    pub fn parse(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

/// Writes a `hello` into `buffer`, replacing what it held. `resume_from` 0 asks for the whole history.
pub fn write_hello(buffer: &mut String, tenant: &str, user: &str, thread: &str, resume_from: Option<u64>) {
    buffer.clear();
    buffer.push_str(r#"{"type":"hello","tenant":"#);
    push_string(buffer, tenant);
    push_sender(buffer, user, thread);
    if let Some(seq) = resume_from {
        write!(buffer, r#","resumeFrom":{seq}"#).expect("writing to a string cannot fail");
    }
    buffer.push('}');
}

/// Writes a `message` into `buffer`, replacing what it held.
pub fn write_message(buffer: &mut String, id: &str, content: &str, user: &str, thread: &str) {
    buffer.clear();
    buffer.push_str(r#"{"type":"message","id":"#);
    push_string(buffer, id);
    buffer.push_str(r#","content":"#);
    push_string(buffer, content);
    push_sender(buffer, user, thread);
    buffer.push('}');
}

fn push_sender(buffer: &mut String, user: &str, thread: &str) {
    buffer.push_str(r#","userId":"#);
    push_string(buffer, user);
    buffer.push_str(r#","threadId":"#);
    push_string(buffer, thread);
}

/// Appends a JSON string. Copies whole when nothing needs escaping, which is nearly always.
fn push_string(buffer: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        buffer.push_str(&serde_json::Value::from(text).to_string());
    } else {
        buffer.push('"');
        buffer.push_str(text);
        buffer.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_the_server_are_read() {
        let ack = Frame::parse(r#"{"type":"ack","id":"m1","seq":3}"#).unwrap();
        assert_eq!((ack.kind, ack.id.as_deref(), ack.seq), (Kind::Ack, Some("m1"), Some(3)));

        let text = r#"{"type":"message","id":"x","seq":4,"role":"bot","content":"a \"b\"","quickReplies":["Yes"],"timestamp":"2026-01-01T00:00:00Z"}"#;
        let message = Frame::parse(text).unwrap();
        assert_eq!(
            (message.role, message.content.as_deref()),
            (Some(Role::Bot), Some("a \"b\""))
        );

        let error = Frame::parse(r#"{"type":"error","code":"busy","message":"later","retryable":true}"#).unwrap();
        assert!(error.retryable);
        assert_eq!(Frame::parse(r#"{"type":"novel"}"#).unwrap().kind, Kind::Unknown);
        assert!(Frame::parse("[]").is_err());

        let welcome =
            r#"{"type":"welcome","seq":0,"contact":{"name":"A","phone":"+1","email":"a@b.c","newsletter":null}}"#;
        assert!(!Frame::parse(welcome).unwrap().contact.unwrap().is_complete());
        let complete = welcome.replace("null", "false");
        assert!(Frame::parse(&complete).unwrap().contact.unwrap().is_complete());
    }

    #[test]
    fn written_frames_are_json_whatever_the_content() {
        let mut buffer = String::new();
        write_message(&mut buffer, "m1", "say \"hi\"\n\\o/", "u", "t");
        let value: serde_json::Value = serde_json::from_str(&buffer).unwrap();
        assert_eq!(value["content"], "say \"hi\"\n\\o/");
        assert_eq!(value["threadId"], "t");

        write_hello(&mut buffer, "demo-catering", "u", "t", Some(0));
        let value: serde_json::Value = serde_json::from_str(&buffer).unwrap();
        assert_eq!(
            (value["type"].as_str(), value["resumeFrom"].as_u64()),
            (Some("hello"), Some(0))
        );
    }
}
