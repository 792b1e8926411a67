//! The list of messages, asked for what people wrote.

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{Attachment, ChannelKind, UserMessage};
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::form_urlencoded;

use super::send::TwilioSender;
use super::wire::{Message, MessagePage};
use super::{NAME, errors};
use crate::channels::{Asked, Inbox, Item, News, Page, Written};

/// Messages of a page.
const PAGE_SIZE: &str = "100";

/// The files of a message.
#[derive(Deserialize)]
struct MediaPage {
    media_list: Vec<Media>,
}

#[derive(Deserialize)]
struct Media {
    #[serde(default)]
    content_type: String,
    uri: String,
}

impl TwilioSender {
    async fn get<T: serde::de::DeserializeOwned>(&self, url: &str) -> Result<T, SendError> {
        let request = self
            .outside
            .caller
            .get(url)
            .basic_auth(&self.config.account_sid, Some(self.config.auth_token.expose_secret()));
        let answer = self.outside.caller.call(request).await?;
        if !answer.status.is_success() {
            return Err(errors::judge(&answer));
        }
        answer
            .json()
            .ok_or_else(|| answer.later("Twilio's answer cannot be read"))
    }

    fn base(&self) -> &str {
        self.config.api_base.trim_end_matches('/')
    }

    /// The files of a message, which its record only counts.
    async fn files(&self, message: &Message) -> Result<Vec<Attachment>, SendError> {
        if message.num_media == 0 {
            return Ok(Vec::new());
        }
        let messages = self.messages_url();
        let messages = messages.trim_end_matches(".json");
        let listed: MediaPage = self.get(&format!("{messages}/{}/Media.json", message.sid)).await?;
        let file = |media: Media| Attachment {
            media_type: media.content_type,
            url: format!("{}{}", self.base(), media.uri.trim_end_matches(".json")),
            ..Attachment::default()
        };
        Ok(listed.media_list.into_iter().map(file).collect())
    }
}

#[async_trait]
impl Inbox for TwilioSender {
    async fn written(&self, asked: &Asked<'_>) -> Result<Page, SendError> {
        let url = match asked.page {
            Some(next) => format!("{}{next}", self.base()),
            None => {
                // Twilio takes days here and may take hours: what lies outside is left out below.
                let query = form_urlencoded::Serializer::new(String::new())
                    .append_pair("To", asked.ours)
                    .append_pair("DateSent>", &asked.from.to_string())
                    .append_pair("PageSize", PAGE_SIZE)
                    .finish();
                format!("{}?{query}", self.messages_url())
            }
        };
        let listed: MessagePage = self.get(&url).await?;
        let mut page = Page::default();
        let mut is_past = false;
        for message in listed.messages {
            let Some(at) = message.created_at() else { continue };
            // Newest first: from here on everything is older than what was asked for.
            is_past |= at < asked.from;
            if message.direction != "inbound" || at < asked.from || at >= asked.until {
                continue;
            }
            let said = UserMessage {
                text: message.body.as_str().into(),
                external_id: Some(message.sid.clone()),
                attachments: self.files(&message).await?,
                sent_at: Some(at),
                ..UserMessage::default()
            };
            page.items.push(Written {
                at,
                item: Item {
                    kind: ChannelKind::Sms,
                    sender: NAME,
                    ours: message.to,
                    theirs: message.from.into(),
                    also: None,
                    id: message.sid,
                    news: News::Message(said),
                },
            });
        }
        page.next = listed.next_page_uri.filter(|next| !is_past && next.starts_with('/'));
        Ok(page)
    }
}
