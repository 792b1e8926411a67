//! The list of replies, asked for what people wrote.

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use secrecy::ExposeSecret;

use super::message;
use super::send::{TextMagicSender, judge};
use super::wire::{Call, Replies};
use crate::channels::{Asked, Inbox, Page, Written};

/// Messages of a page.
const PAGE_SIZE: u32 = 100;

#[async_trait]
impl Inbox for TextMagicSender {
    async fn written(&self, asked: &Asked<'_>) -> Result<Page, SendError> {
        let base = self.config.api_base.trim_end_matches('/');
        let page = asked.page.unwrap_or("1");
        let request = self
            .caller
            .get(&format!("{base}/api/v2/replies?page={page}&limit={PAGE_SIZE}"))
            .basic_auth(&self.config.username, Some(self.config.api_key.expose_secret()));
        let answer = self.caller.call(request).await?;
        if !answer.status.is_success() {
            return Err(judge(&answer));
        }
        let replies: Replies = answer
            .json()
            .ok_or_else(|| answer.later("TextMagic's answer cannot be read"))?;
        let items: Vec<Written> = replies
            .resources
            .iter()
            .filter_map(|fields| match Call::of_fields(fields).ok()?? {
                Call::Inbound(inbound) => Some(Written {
                    at: inbound.at?,
                    item: message(&self.config, inbound),
                }),
                Call::Status(_) => None,
            })
            .collect();
        // Newest first: once something is older than what was asked for, so is all that follows.
        let is_past = items.iter().any(|written| written.at < asked.from);
        let is_last = replies.page >= replies.page_count;
        Ok(Page {
            items,
            next: (!is_past && !is_last).then(|| (replies.page + 1).to_string()),
        })
    }
}
