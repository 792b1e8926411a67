use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A way for people to reach a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// The chat on a web site.
    WebChat,
    /// Text messages, over whichever carrier.
    Sms,
    /// Facebook Messenger.
    Messenger,
    /// Instagram direct messages.
    Instagram,
    /// WhatsApp, over whichever provider.
    Whatsapp,
    /// Telephone calls.
    Voice,
    /// Leads of a marketplace.
    Marketplace,
    /// Forms of a web site.
    Form,
}

/// The window of the channels that have one.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The window of a person's own words.
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl ChannelKind {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 8] = [
        Self::WebChat,
        Self::Sms,
        Self::Messenger,
        Self::Instagram,
        Self::Whatsapp,
        Self::Voice,
        Self::Marketplace,
        Self::Form,
    ];

    /// The stable name in the database, the API and manifests.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WebChat => "web_chat",
            Self::Sms => "sms",
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
            Self::Whatsapp => "whatsapp",
            Self::Voice => "voice",
            Self::Marketplace => "marketplace",
            Self::Form => "form",
        }
    }

    /// What this channel can do and already tells us.
    #[must_use]
    pub const fn profile(self) -> ChannelProfile {
        let plain = ChannelProfile {
            transport: Transport::Outbox,
            tells_phone: false,
            proves_address: false,
            has_quick_replies: false,
            is_spoken: false,
            is_carrier: false,
            reply_window: None,
            person_window: None,
            takes_templates: false,
            has_profiles: false,
        };
        match self {
            Self::WebChat => ChannelProfile {
                transport: Transport::Log,
                has_quick_replies: true,
                ..plain
            },
            Self::Sms => ChannelProfile {
                tells_phone: true,
                proves_address: true,
                is_carrier: true,
                ..plain
            },
            Self::Messenger | Self::Instagram => ChannelProfile {
                proves_address: true,
                has_quick_replies: true,
                reply_window: Some(DAY),
                person_window: Some(WEEK),
                has_profiles: true,
                ..plain
            },
            Self::Whatsapp => ChannelProfile {
                tells_phone: true,
                proves_address: true,
                has_quick_replies: true,
                reply_window: Some(DAY),
                takes_templates: true,
                ..plain
            },
            Self::Voice => ChannelProfile {
                tells_phone: true,
                is_spoken: true,
                ..plain
            },
            Self::Marketplace => ChannelProfile {
                proves_address: true,
                ..plain
            },
            Self::Form => plain,
        }
    }
}

impl FromStr for ChannelKind {
    type Err = UnknownChannel;

    fn from_str(text: &str) -> Result<Self, UnknownChannel> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or(UnknownChannel)
    }
}

/// The text names no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a channel")]
pub struct UnknownChannel;

/// How a committed message reaches the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// The message log itself: pushed to open sockets, and read again from the last seen `seq` by
    /// whoever reconnects. Needs no outbox.
    Log,
    /// A provider's API, through the outbox.
    Outbox,
}

/// What a channel can do, and what it tells about a person without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelProfile {
    /// How a message leaves.
    pub transport: Transport,
    /// The address is a phone number.
    pub tells_phone: bool,
    /// Whoever writes holds the address: the network or the provider delivers nothing else under it.
    /// A caller's number can be forged, and a web site's visitor says who they are.
    pub proves_address: bool,
    /// Offers buttons for answers.
    pub has_quick_replies: bool,
    /// Words are heard, not read.
    pub is_spoken: bool,
    /// Carrier rules for STOP, HELP and START apply to the bare words.
    pub is_carrier: bool,
    /// How long after the person's last message free words are taken; `None` is for ever.
    pub reply_window: Option<Duration>,
    /// How long after it words that a person typed are taken, where that is longer.
    pub person_window: Option<Duration>,
    /// After it, texts that the provider has approved are taken.
    pub takes_templates: bool,
    /// Its provider tells what a person calls themselves, when asked.
    pub has_profiles: bool,
}
