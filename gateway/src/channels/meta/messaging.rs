//! What Messenger and Instagram have in common: events of a thread in, messages of a page or account out.

use frontdesk_core::{Attachment, ChannelKind, DeliveryStatus, Fact, KnownFacts, Personal, Timestamp, UserMessage};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{PATH, nobodys};
use crate::channels::parts::Mark;
use crate::channels::{Echo, Item, News, Report, Unreadable, Which, button, digest, referral};

/// Before the mark of a message, in what Meta gives back with each echo.
const MARK: &str = "frontdesk:";

/// Where one of the two differs from the other.
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    /// The channel's name.
    pub name: &'static str,
    /// Which channel it is to the person.
    pub kind: ChannelKind,
    /// What is asked of a person's profile.
    pub profile_fields: &'static str,
}

/// How the mark goes along by which an echo of a message of ours is known.
#[must_use]
pub fn with_mark(mark: Mark) -> String {
    format!("{MARK}{mark}")
}

/// The news of one page or account.
#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    messaging: Vec<Value>,
    /// Threads that another app has.
    #[serde(default)]
    standby: Vec<Value>,
    /// Comments, feeds: nothing of a conversation.
    #[serde(default)]
    changes: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Event {
    sender: Party,
    recipient: Party,
    #[serde(default, deserialize_with = "number_or_text")]
    timestamp: Option<i64>,
    message: Option<Message>,
    postback: Option<Postback>,
    referral: Option<Value>,
    delivery: Option<Watermark>,
    read: Option<Watermark>,
}

#[derive(Debug, Deserialize)]
struct Party {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Message {
    mid: String,
    text: Option<String>,
    #[serde(default)]
    attachments: Vec<File>,
    quick_reply: Option<QuickReply>,
    reply_to: Option<ReplyTo>,
    referral: Option<Value>,
    #[serde(default)]
    is_echo: bool,
    metadata: Option<String>,
    #[serde(default)]
    is_deleted: bool,
}

#[derive(Debug, Deserialize)]
struct File {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    payload: Value,
}

#[derive(Debug, Deserialize)]
struct QuickReply {
    #[serde(default)]
    payload: String,
}

#[derive(Debug, Deserialize)]
struct ReplyTo {
    story: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Postback {
    mid: Option<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    payload: String,
    referral: Option<Value>,
}

/// Up to when, or up to which message.
#[derive(Debug, Deserialize)]
struct Watermark {
    #[serde(default, deserialize_with = "number_or_text")]
    watermark: Option<i64>,
    mid: Option<String>,
}

fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// Reads every event of every entry, each for itself: one that cannot be read holds up no other.
///
/// # Errors
///
/// The frame around them is not what is documented.
pub fn read(platform: Platform, entries: Vec<Value>) -> Result<Vec<Item>, Unreadable> {
    let mut items = Vec::new();
    for entry in entries {
        let entry: Entry = serde_json::from_value(entry)?;
        for raw in &entry.messaging {
            read_event(platform, raw, &mut items);
        }
        for raw in &entry.standby {
            items.push(thread_item(platform, raw, fact("standby", raw)));
        }
        for raw in &entry.changes {
            items.push(nobodys(platform.kind, platform.name, "change", &digest(raw)));
        }
    }
    Ok(items)
}

fn read_event(platform: Platform, raw: &Value, items: &mut Vec<Item>) {
    let event = match Event::deserialize(raw) {
        Ok(event) => event,
        Err(error) => {
            let reason = Unreadable::from(error);
            let object = if platform.kind == ChannelKind::Instagram {
                "instagram"
            } else {
                "page"
            };
            let news = News::Unreadable {
                reason,
                path: PATH,
                body: json!({"object": object, "entry": [{"messaging": [raw]}]}),
            };
            return items.push(thread_item(platform, raw, news));
        }
    };
    let thread = Thread {
        platform,
        ours: event.recipient.id,
        theirs: event.sender.id.into(),
        at: event.timestamp.map(Timestamp::from_millis),
    };
    if let Some(message) = event.message {
        thread.message(message, raw, items);
    } else if let Some(postback) = event.postback {
        thread.postback(postback, raw, items);
    } else if let Some(referral) = event.referral {
        items.push(thread.item(digest(raw), referral::fact(&referral)));
    } else if let Some(delivery) = event.delivery {
        thread.reached(DeliveryStatus::Delivered, &delivery, raw, items);
    } else if let Some(read) = event.read {
        thread.reached(DeliveryStatus::Read, &read, raw, items);
    } else {
        items.push(thread.item(digest(raw), fact(fact_name(raw), raw)));
    }
}

/// One person's thread with one page or account of ours.
struct Thread {
    platform: Platform,
    ours: String,
    theirs: Personal,
    /// When it happened, where that is told.
    at: Option<Timestamp>,
}

impl Thread {
    fn message(self, message: Message, raw: &Value, items: &mut Vec<Item>) {
        if message.is_echo {
            return items.push(self.echo(message));
        }
        if message.is_deleted {
            let id = format!("{}:deleted", message.mid);
            return items.push(self.item(id, fact("message_deleted", raw)));
        }
        let mut said = UserMessage {
            text: words(&message).into(),
            attachments: files(&message),
            ..UserMessage::default()
        };
        if said.text.is_empty() && said.attachments.is_empty() {
            return items.push(self.item(message.mid, fact("unknown_message", raw)));
        }
        said.external_id = Some(message.mid.clone());
        self.said(message.mid, said, message.referral.as_ref(), items);
    }

    fn postback(self, postback: Postback, raw: &Value, items: &mut Vec<Item>) {
        let id = postback.mid.clone().unwrap_or_else(|| digest(raw));
        let said = UserMessage {
            text: button::pressed(&postback.payload, &postback.title).into(),
            external_id: postback.mid,
            ..UserMessage::default()
        };
        self.said(id, said, postback.referral.as_ref(), items);
    }

    fn said(&self, id: String, mut said: UserMessage, referral: Option<&Value>, items: &mut Vec<Item>) {
        said.sent_at = self.at;
        if let Some(referral) = referral {
            items.push(self.item(format!("{id}:referral"), referral::fact(referral)));
            said.known = KnownFacts {
                attributes: referral::attributes(referral),
                ..KnownFacts::default()
            };
        }
        items.push(self.item(id, News::Message(said)));
    }

    /// What was sent from our side. Here the sender is us.
    fn echo(self, message: Message) -> Item {
        let thread = Self {
            ours: self.theirs.into_string(),
            theirs: self.ours.into(),
            platform: self.platform,
            at: self.at,
        };
        let mark = message
            .metadata
            .as_deref()
            .and_then(|metadata| metadata.strip_prefix(MARK)?.parse().ok());
        let news = match mark {
            Some(mark) => News::Report(Report {
                of: Which::Marked(mark, message.mid.clone()),
                status: DeliveryStatus::Sent,
                reason: None,
                fault: None,
                is_for_now: false,
                other_id: None,
            }),
            None => News::Echo(Echo {
                id: message.mid.clone(),
                text: message.text.unwrap_or_default().into(),
            }),
        };
        thread.item(format!("{}:echo", message.mid), news)
    }

    fn reached(self, status: DeliveryStatus, until: &Watermark, raw: &Value, items: &mut Vec<Item>) {
        let of = match (&until.mid, until.watermark) {
            (Some(mid), _) => Which::UpTo(mid.clone()),
            (None, Some(moment)) => Which::Until(Timestamp::from_millis(moment)),
            (None, None) => return items.push(self.item(digest(raw), fact("status", raw))),
        };
        let report = Report {
            of,
            status,
            reason: None,
            fault: None,
            is_for_now: false,
            other_id: None,
        };
        items.push(self.item(digest(raw), News::Report(report)));
    }

    fn item(&self, id: String, news: News) -> Item {
        Item {
            kind: self.platform.kind,
            sender: self.platform.name,
            ours: self.ours.clone(),
            theirs: self.theirs.clone(),
            also: None,
            id,
            news,
        }
    }
}

/// Something of a thread, found as leniently as can be.
fn thread_item(platform: Platform, raw: &Value, news: News) -> Item {
    let id = |side: &str| raw[side]["id"].as_str().unwrap_or_default().to_owned();
    let thread = Thread {
        platform,
        ours: id("recipient"),
        theirs: id("sender").into(),
        at: None,
    };
    thread.item(digest(raw), news)
}

fn fact(name: &str, raw: &Value) -> News {
    News::Fact(Fact {
        name: name.to_owned(),
        data: json!({ "told": raw }),
    })
}

/// What to call that which is no message.
fn fact_name(raw: &Value) -> &'static str {
    const KNOWN: [(&str, &str); 6] = [
        ("reaction", "reaction"),
        ("message_edit", "message_edited"),
        ("optin", "opted_in"),
        ("pass_thread_control", "thread_passed"),
        ("take_thread_control", "thread_taken"),
        ("policy_enforcement", "policy_enforced"),
    ];
    let known = KNOWN.iter().find(|(key, _)| raw.get(key).is_some());
    known.map_or("unknown_event", |(_, name)| name)
}

fn words(message: &Message) -> String {
    let text = message.text.as_deref().unwrap_or_default();
    match &message.quick_reply {
        Some(reply) => button::pressed(&reply.payload, text),
        None => text.to_owned(),
    }
}

/// Files, and the story that is answered, as links.
fn files(message: &Message) -> Vec<Attachment> {
    let link = |kind: &str, url: &Value| {
        Some(Attachment {
            media_type: kind.to_owned(),
            url: url.as_str().filter(|url| !url.is_empty())?.to_owned(),
            ..Attachment::default()
        })
    };
    let story = message.reply_to.as_ref().and_then(|reply_to| reply_to.story.as_ref());
    let sent = message.attachments.iter();
    sent.filter_map(|file| link(&file.kind, &file.payload["url"]))
        .chain(story.and_then(|story| link("story", &story["url"])))
        .collect()
}
