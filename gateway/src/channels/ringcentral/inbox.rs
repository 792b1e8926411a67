//! The message store, asked for what people wrote.

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use serde::Deserialize;
use url::form_urlencoded;

use super::send::Account;
use super::wire::{Received, Sms};
use super::{errors, text_message};
use crate::channels::{Asked, Inbox, Page, Written};

/// Messages of a page.
const PAGE_SIZE: &str = "100";

#[async_trait]
impl Inbox for Account {
    async fn written(&self, asked: &Asked<'_>) -> Result<Page, SendError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("messageType", "SMS")
            .append_pair("direction", "Inbound")
            .append_pair("dateFrom", &asked.from.to_string())
            .append_pair("dateTo", &asked.until.to_string())
            .append_pair("perPage", PAGE_SIZE)
            .append_pair("page", asked.page.unwrap_or("1"))
            .finish();
        let url = self.url(&format!("message-store?{query}"));
        let answer = self.call(|caller| caller.get(&url)).await?;
        if !answer.status.is_success() {
            return Err(errors::judge(&answer));
        }
        let received: Received = answer
            .json()
            .ok_or_else(|| answer.later("RingCentral's answer cannot be read"))?;
        let written = |record| {
            let sms = Sms::deserialize(record).ok()?;
            let at = sms.created_at()?;
            let item = text_message(sms).ok()??;
            Some(Written { at, item })
        };
        let paging = received.paging;
        let is_last = received.records.is_empty() || paging.total_pages.is_none_or(|total| paging.page >= total);
        Ok(Page {
            items: received.records.into_iter().filter_map(written).collect(),
            next: (!is_last).then(|| (paging.page + 1).to_string()),
        })
    }
}
