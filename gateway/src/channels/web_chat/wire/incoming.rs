//! From text to a frame within its bounds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use frontdesk_core::FileId;
use serde::de::{self, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::{Code, Refusal};

/// Bytes of one frame.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Characters of a message, after trimming.
const CONTENT_CHARACTERS_MAX: usize = 4_000;
/// Files of one message.
const FILES_MAX: usize = 10;
/// Characters of an id.
const ID_CHARACTERS_MAX: usize = 128;
/// Characters of a name, a phone number, a page or a language tag.
const FACT_CHARACTERS_MAX: usize = 500;
/// Attributes of one visitor.
const ATTRIBUTES_MAX: usize = 20;
/// Bytes of an attribute's name.
const ATTRIBUTE_NAME_BYTES_MAX: usize = 40;

/// A frame from the client, within its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// Opens or resumes a thread.
    Hello {
        /// Who, and where.
        visitor: Visitor<'a>,
        /// The last `seq` the client has; `None` asks for nothing that was said before.
        resume_from: Option<u64>,
    },
    /// The visitor's words.
    Message(Said<'a>),
    /// The visitor is typing.
    Typing,
    /// The visitor has seen everything up to `seq`.
    Read {
        /// The last message seen.
        seq: u64,
    },
    /// Asks for a sign of life.
    Ping,
}

/// A name of the page's own, and what it says.
pub type Attribute<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Who speaks, and what is known of them. Its `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Visitor<'a> {
    /// The visitor's secret id.
    pub user: Cow<'a, str>,
    /// The thread.
    pub thread: Cow<'a, str>,
    /// Whose site.
    pub tenant: Option<Cow<'a, str>>,
    /// Proof that the tenant's site knows this visitor.
    pub proof: Option<Cow<'a, str>>,
    /// Name as given to the widget.
    pub name: Option<Cow<'a, str>>,
    /// Phone as given to the widget.
    pub phone: Option<Cow<'a, str>>,
    /// Email as the page knows it.
    pub email: Option<Cow<'a, str>>,
    /// The newsletter box.
    pub newsletter_consent: Option<bool>,
    /// Which wording stood beside the box.
    pub newsletter_version: Option<Cow<'a, str>>,
    /// What else the page says of the visitor, by its own names.
    pub attributes: Vec<Attribute<'a>>,
    /// The page the visitor is on.
    pub page: Option<Cow<'a, str>>,
    /// The language of the visitor's device.
    pub locale: Option<Cow<'a, str>>,
}

impl fmt::Debug for Visitor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// The visitor's words.
#[derive(Clone, PartialEq, Eq)]
pub struct Said<'a> {
    /// The client's id of it, unique in its thread.
    pub id: Cow<'a, str>,
    /// The words, trimmed; empty only beside files.
    pub content: Cow<'a, str>,
    /// Files that were uploaded before.
    pub files: Vec<FileId>,
    /// Who speaks.
    pub visitor: Visitor<'a>,
}

impl fmt::Debug for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Said")
            .field("id", &self.id)
            .field("visitor", &self.visitor)
            .finish_non_exhaustive()
    }
}

/// Reads one frame.
///
/// # Errors
///
/// What is wrong with it, for an `error` frame.
pub fn parse(text: &str) -> Result<Incoming<'_>, Refusal> {
    if text.len() > FRAME_BYTES_MAX {
        return Err(Refusal::new(Code::TooLarge, "A frame may have 64 KiB at most."));
    }
    // A struct would be read from an array as well.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Refusal::new(Code::BadFrame, "A frame is one JSON object with a \"type\"."),
            Err(_) => not_json(),
        });
    }
    let kind = read::<Kind<'_>>(text)?.kind;
    match kind.as_deref() {
        Some("message") => said(read(text)?).map(Incoming::Message),
        Some("hello") => hello(read(text)?),
        Some("typing") => Ok(Incoming::Typing),
        Some("read") => match read::<Seen>(text)?.seq {
            Some(seq) => Ok(Incoming::Read { seq }),
            None => Err(missing("seq")),
        },
        Some("ping") => Ok(Incoming::Ping),
        Some(_) => Err(Refusal::new(
            Code::UnknownType,
            "There is no such frame. The types are hello, message, typing, read and ping.",
        )),
        None => Err(missing("type")),
    }
}

/// Text of a frame, borrowed from it unless it holds escapes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;
        impl<'de> de::Visitor<'de> for Borrowing {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Borrowing).map(Self)
    }
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Seen {
    seq: Option<u64>,
}

/// The fields of `hello` and `message`; which ones are required is checked afterwards, so that
/// the answer can name the one that is missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    content: Option<Text<'a>>,
    attachments: Option<Vec<FileId>>,
    #[serde(borrow)]
    user_id: Option<Text<'a>>,
    #[serde(borrow)]
    thread_id: Option<Text<'a>>,
    #[serde(borrow)]
    tenant: Option<Text<'a>>,
    #[serde(borrow)]
    user_hash: Option<Text<'a>>,
    #[serde(borrow)]
    user_name: Option<Text<'a>>,
    #[serde(borrow)]
    user_phone: Option<Text<'a>>,
    #[serde(borrow)]
    user_email: Option<Text<'a>>,
    newsletter_consent: Option<bool>,
    #[serde(borrow)]
    newsletter_text_version: Option<Text<'a>>,
    #[serde(borrow)]
    attributes: Option<BTreeMap<Text<'a>, Text<'a>>>,
    #[serde(borrow)]
    page: Option<Text<'a>>,
    #[serde(borrow)]
    locale: Option<Text<'a>>,
    #[serde(borrow)]
    timestamp: Option<Text<'a>>,
    resume_from: Option<u64>,
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => {
            Refusal::new(Code::BadFrame, format!("A field of this frame is wrong: {error}."))
        }
        _ => not_json(),
    })
}

fn hello(fields: Fields<'_>) -> Result<Incoming<'_>, Refusal> {
    let resume_from = fields.resume_from;
    Ok(Incoming::Hello {
        visitor: visitor(fields)?,
        resume_from,
    })
}

fn said(mut fields: Fields<'_>) -> Result<Said<'_>, Refusal> {
    let id = identifier("id", fields.id.take())?;
    let files = fields.attachments.take().unwrap_or_default();
    if files.len() > FILES_MAX {
        return Err(Refusal::new(
            Code::BadFrame,
            format!("The field \"attachments\" may have {FILES_MAX} entries."),
        ));
    }
    let content = match fields.content.take() {
        None if files.is_empty() => return Err(missing("content")),
        Some(text) if files.is_empty() || !text.trim().is_empty() => words(text.0)?,
        Some(_) | None => Cow::Borrowed(""),
    };
    if let Some(timestamp) = &fields.timestamp
        && timestamp.parse::<jiff::Timestamp>().is_err()
    {
        return Err(Refusal::new(
            Code::BadFrame,
            "The field \"timestamp\" must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z.",
        ));
    }
    Ok(Said {
        id,
        content,
        files,
        visitor: visitor(fields)?,
    })
}

fn visitor(fields: Fields<'_>) -> Result<Visitor<'_>, Refusal> {
    Ok(Visitor {
        user: identifier("userId", fields.user_id)?,
        thread: identifier("threadId", fields.thread_id)?,
        tenant: fields.tenant.map(|tenant| tenant.0),
        proof: fact("userHash", fields.user_hash)?,
        name: fact("userName", fields.user_name)?,
        phone: fact("userPhone", fields.user_phone)?,
        email: fact("userEmail", fields.user_email)?,
        newsletter_consent: fields.newsletter_consent,
        newsletter_version: fact("newsletterTextVersion", fields.newsletter_text_version)?,
        attributes: attributes(fields.attributes.unwrap_or_default())?,
        page: fact("page", fields.page)?,
        locale: fact("locale", fields.locale)?,
    })
}

fn identifier<'a>(field: &str, value: Option<Text<'a>>) -> Result<Cow<'a, str>, Refusal> {
    let value = value.ok_or_else(|| missing(field))?;
    let is_printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if value.trim().is_empty() || value.len() > ID_CHARACTERS_MAX || !is_printable {
        return Err(Refusal::new(
            Code::BadFrame,
            format!("The field \"{field}\" must have 1 to {ID_CHARACTERS_MAX} printable ASCII characters."),
        ));
    }
    Ok(value.0)
}

fn attributes<'a>(named: BTreeMap<Text<'a>, Text<'a>>) -> Result<Vec<Attribute<'a>>, Refusal> {
    let is_name = |name: &str| !name.trim().is_empty() && name.len() <= ATTRIBUTE_NAME_BYTES_MAX;
    if named.len() > ATTRIBUTES_MAX
        || !named
            .keys()
            .all(|name| is_name(name) && !name.contains(char::is_control))
    {
        return Err(Refusal::new(
            Code::BadFrame,
            format!(
                "The field \"attributes\" may have {ATTRIBUTES_MAX} entries with names of 1 to \
                 {ATTRIBUTE_NAME_BYTES_MAX} bytes."
            ),
        ));
    }
    let mut attributes = Vec::with_capacity(named.len());
    for (name, value) in named {
        if let Some(value) = fact("attributes", Some(value))? {
            attributes.push((name.0, value));
        }
    }
    Ok(attributes)
}

/// What the page says of the visitor: nothing when it is blank.
fn fact<'a>(field: &str, value: Option<Text<'a>>) -> Result<Option<Cow<'a, str>>, Refusal> {
    let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
        return Ok(None);
    };
    let is_short = value.len() <= FACT_CHARACTERS_MAX || value.chars().count() <= FACT_CHARACTERS_MAX;
    if !is_short || value.chars().any(char::is_control) {
        return Err(Refusal::new(
            Code::BadFrame,
            format!(
                "The field \"{field}\" must have at most {FACT_CHARACTERS_MAX} characters and no control characters."
            ),
        ));
    }
    Ok(Some(value.0))
}

fn words(content: Cow<'_, str>) -> Result<Cow<'_, str>, Refusal> {
    let content = match content {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    if content.is_empty() {
        return Err(Refusal::new(
            Code::Empty,
            "The message is empty. Write something first.",
        ));
    }
    let is_short = content.len() <= CONTENT_CHARACTERS_MAX || content.chars().count() <= CONTENT_CHARACTERS_MAX;
    if !is_short {
        return Err(Refusal::new(
            Code::TooLong,
            "The message is too long. A message may have 4,000 characters; send it in parts.",
        ));
    }
    let is_allowed = |character: char| !character.is_control() || matches!(character, '\n' | '\r' | '\t');
    if !content.chars().all(is_allowed) {
        return Err(Refusal::new(
            Code::BadCharacters,
            "The message holds control characters. Line breaks and tabs are fine; remove the others.",
        ));
    }
    Ok(content)
}

fn not_json() -> Refusal {
    Refusal::new(Code::BadJson, "This frame is not JSON. Send one JSON object a frame.")
}

fn missing(field: &str) -> Refusal {
    Refusal::new(Code::BadFrame, format!("The field \"{field}\" is missing."))
}

#[cfg(test)]
mod tests;
