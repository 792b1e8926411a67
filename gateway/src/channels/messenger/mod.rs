//! Messenger: events of a page in, messages out by the Graph API.
//!
//! Our address is the page's id, the person's their id for that page: the same person has another one
//! with every page. Deliveries and reads are told as watermarks: everything up to a moment.

use std::sync::Arc;

use frontdesk_core::ChannelKind;
use serde_json::Value;

use super::meta::{self, Graph, Limits, MessagingSender, Platform};
use super::{Channel, Item, Outside, Unreadable};

/// The channel's name.
pub const NAME: &str = "messenger";

/// Where it differs from its sister.
const PLATFORM: Platform = Platform {
    name: NAME,
    kind: ChannelKind::Messenger,
    profile_fields: "first_name,last_name",
};

/// What one message may hold.
pub const LIMITS: Limits = Limits {
    characters_max: 2_000,
    bytes_max: 8_000,
    takes_mark: true,
};

/// The channel over one app. Its webhook is that of all of Meta.
#[must_use]
pub fn channel(config: &meta::Config, outside: &Outside) -> Channel {
    let sender = Arc::new(MessagingSender::new(PLATFORM, LIMITS, config, outside));
    Channel {
        name: NAME,
        kind: ChannelKind::Messenger,
        webhooks: Vec::new(),
        sender: Some(Arc::clone(&sender) as _),
        inbox: Some(sender),
        media: None,
        check: Some(Arc::new(Graph::new(NAME, config, outside, |_, _| None))),
        subscription: None,
    }
}

/// Reads the entries of a payload.
///
/// # Errors
///
/// They are not what is documented.
pub fn read(entries: Vec<Value>) -> Result<Vec<Item>, Unreadable> {
    meta::read_messaging(PLATFORM, entries)
}

#[cfg(test)]
mod tests;
