//! Instagram: events of an account in, messages out by the Graph API.
//!
//! Our address is the account's id, the person's their id for that account. Echoes carry no mark of
//! ours and deliveries are not told at all; a read names the last message that was seen.

use std::sync::Arc;

use frontdesk_core::ChannelKind;
use serde_json::Value;

use super::meta::{self, Graph, Limits, MessagingSender, Platform};
use super::{Channel, Item, Outside, Unreadable};

/// The channel's name.
pub const NAME: &str = "instagram";

/// Where it differs from its sister.
const PLATFORM: Platform = Platform {
    name: NAME,
    kind: ChannelKind::Instagram,
    profile_fields: "name,username",
};

/// What one message may hold.
pub const LIMITS: Limits = Limits {
    characters_max: 1_000,
    bytes_max: 1_000,
    takes_mark: false,
};

/// The channel over one app. Its webhook is that of all of Meta.
#[must_use]
pub fn channel(config: &meta::Config, outside: &Outside) -> Channel {
    let sender = Arc::new(MessagingSender::new(PLATFORM, LIMITS, config, outside));
    Channel {
        name: NAME,
        kind: ChannelKind::Instagram,
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
