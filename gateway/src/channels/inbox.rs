//! What people wrote, as a provider remembers it: asked for from time to time, because a webhook that
//! never comes is missed by nobody else.

use async_trait::async_trait;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{TenantId, Timestamp};

use super::Item;

/// A provider that can tell what was written to us.
#[async_trait]
pub trait Inbox: Send + Sync + 'static {
    /// One page of what people wrote to an account. More than was asked for does no harm: the caller
    /// takes what lies within.
    ///
    /// # Errors
    ///
    /// The provider did not answer, or refuses.
    async fn written(&self, asked: &Asked<'_>) -> Result<Page, SendError>;
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose account.
    pub tenant: &'a TenantId,
    /// Our address.
    pub ours: &'a str,
    /// Written at this moment or later.
    pub from: Timestamp,
    /// Written before this moment.
    pub until: Timestamp,
    /// Which page, by what the page before it said; `None` is the first.
    pub page: Option<&'a str>,
}

/// A part of what was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// In any order.
    pub items: Vec<Written>,
    /// Where it goes on; `None` when nothing that was asked for comes after it.
    pub next: Option<String>,
}

/// Something a person wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// When.
    pub at: Timestamp,
    /// What: the same item, under the same id, as its webhook would have told.
    pub item: Item,
}
