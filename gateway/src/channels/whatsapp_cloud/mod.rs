//! WhatsApp over Meta's own Cloud API: signed JSON in, a number's `messages` node out.
//!
//! Our address is the number's id at Meta, the person's their number in E.164; of a person who shows
//! none it is the id that WhatsApp gives them for us (`US.13491208655302741918`).

mod errors;
mod pace;
mod read;
mod send;
mod wire;

use std::sync::Arc;

use frontdesk_core::ChannelKind;

use self::send::WhatsappSender;
use super::meta::{self, Graph, MetaWebhook};
use super::{Channel, Outside, Webhook};

pub use read::{Source, e164, read};

pub use errors::meaning;
pub use pace::Pace;

/// The channel's name.
pub const NAME: &str = "whatsapp_cloud";

/// The channel over one app; its webhook brings Messenger and Instagram too.
#[must_use]
pub fn channel(config: &meta::Config, outside: &Outside) -> Channel {
    let webhook: Arc<dyn Webhook> = Arc::new(MetaWebhook::new(config.clone()));
    Channel {
        name: NAME,
        kind: ChannelKind::Whatsapp,
        webhooks: vec![(meta::PATH, webhook)],
        sender: Some(Arc::new(WhatsappSender::new(config, outside))),
        inbox: None,
        // Of Messenger and Instagram, too.
        media: Some(Arc::new(meta::MetaMedia::new(config, outside))),
        check: Some(Arc::new(Graph::new(NAME, config, outside, errors::specific))),
        subscription: None,
    }
}

#[cfg(test)]
mod tests;
