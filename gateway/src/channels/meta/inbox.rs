//! The threads of a page or an account, asked for what people wrote.

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{Attachment, Timestamp, UserMessage};
use serde::Deserialize;
use url::form_urlencoded;

use super::MessagingSender;
use crate::channels::{Asked, Inbox, Item, News, Page, Written};

/// Threads of a page.
const THREADS: &str = "25";
/// What is asked of each: its last messages, more than anybody writes between two looks.
const FIELDS: &str = "updated_time,messages.limit(50){id,created_time,from,message,attachments}";

#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    data: Vec<T>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    after: Option<String>,
}

#[derive(Deserialize)]
struct Thread {
    #[serde(default)]
    updated_time: String,
    messages: Option<List<Message>>,
}

#[derive(Deserialize)]
struct Message {
    id: String,
    #[serde(default)]
    created_time: String,
    from: Option<Party>,
    #[serde(default)]
    message: String,
    attachments: Option<List<File>>,
}

#[derive(Deserialize)]
struct Party {
    id: String,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    mime_type: String,
    size: Option<u64>,
    file_url: Option<String>,
    image_data: Option<Link>,
    video_data: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    url: String,
}

impl File {
    fn attachment(self) -> Option<Attachment> {
        let shown = self.image_data.or(self.video_data).map(|link| link.url);
        Some(Attachment {
            media_type: self.mime_type,
            url: self.file_url.or(shown)?,
            bytes: self.size,
            ..Attachment::default()
        })
    }
}

/// `2026-11-21T01:38:28+0000`
fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
}

impl MessagingSender {
    fn written_in(&self, ours: &str, thread: Thread) -> Vec<Written> {
        let messages = thread.messages.map(|list| list.data).unwrap_or_default();
        let written = |message: Message| {
            let at = moment(&message.created_time)?;
            let theirs = message.from.map(|from| from.id).filter(|id| id != ours)?;
            let files = message.attachments.map(|list| list.data).unwrap_or_default();
            let said = UserMessage {
                text: message.message.into(),
                external_id: Some(message.id.clone()),
                attachments: files.into_iter().filter_map(File::attachment).collect(),
                sent_at: Some(at),
                ..UserMessage::default()
            };
            // A sticker, a share: its webhook would have told more than is told here.
            if said.text.is_empty() && said.attachments.is_empty() {
                return None;
            }
            let item = Item {
                kind: self.platform.kind,
                sender: self.platform.name,
                ours: ours.to_owned(),
                theirs: theirs.into(),
                also: None,
                id: message.id,
                news: News::Message(said),
            };
            Some(Written { at, item })
        };
        messages.into_iter().filter_map(written).collect()
    }
}

#[async_trait]
impl Inbox for MessagingSender {
    async fn written(&self, asked: &Asked<'_>) -> Result<Page, SendError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("platform", self.platform.name)
            .append_pair("fields", FIELDS)
            .append_pair("limit", THREADS)
            .extend_pairs(asked.page.map(|after| ("after", after)))
            .finish();
        let node = format!("{}/conversations?{query}", asked.ours);
        let answer = self.graph.get(&node).await?;
        let threads: List<Thread> = answer
            .json()
            .ok_or_else(|| answer.later("Meta's answer cannot be read"))?;
        // The thread that was written in last comes first.
        let is_past = threads
            .data
            .iter()
            .any(|thread| moment(&thread.updated_time).is_some_and(|at| at < asked.from));
        let next = threads
            .paging
            .filter(|paging| paging.next.is_some() && !is_past)
            .and_then(|paging| paging.cursors?.after);
        let items = threads
            .data
            .into_iter()
            .flat_map(|thread| self.written_in(asked.ours, thread));
        Ok(Page {
            items: items.collect(),
            next,
        })
    }
}
