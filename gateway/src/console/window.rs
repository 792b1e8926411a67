//! How a colleague's words can leave at this moment of a channel's windows.

use frontdesk_actors::OfferedText;
use frontdesk_core::ports::reader::ConversationDetail;
use frontdesk_core::{ChannelKind, Timestamp};

use super::known::Memory;
use super::shell::Moment;
use super::texts::Texts;
use crate::operator;

/// The ways there are.
pub enum Way {
    /// As any words; until then, where that ends.
    Free(Option<Moment>),
    /// As what a person types, until then.
    AsPerson(Moment),
    /// As one of these approved texts.
    Approved(Vec<OfferedText>),
    /// Not at all before the person writes.
    Shut,
}

impl Way {
    /// The way of a conversation, by the same windows that the gate goes by.
    pub fn of(
        tenant: Option<&frontdesk_actors::Tenant>,
        detail: &ConversationDetail,
        memory: &Memory,
        now: Timestamp,
    ) -> Self {
        let profile = detail.row.channel.profile();
        let Some(window) = profile.reply_window else {
            return Self::Free(None);
        };
        let end_of = |window| memory.heard_at.map(|heard_at| heard_at.plus(window));
        if let Some(end) = end_of(window).filter(|end| *end > now) {
            return Self::Free(Some(end.into()));
        }
        if profile.takes_templates {
            return Self::Approved(operator::offered(tenant, detail, now));
        }
        let person = profile.person_window.and_then(end_of).filter(|end| *end > now);
        person.map_or(Self::Shut, |end| Self::AsPerson(end.into()))
    }

    /// Why free words cannot leave, if they cannot.
    pub fn refusal(&self, channel: ChannelKind, texts: &'static Texts) -> Option<&'static str> {
        match (self, channel) {
            (_, ChannelKind::Voice) => Some(texts.thread.voice),
            (_, ChannelKind::Form) => Some(texts.thread.form),
            (Self::Free(_) | Self::AsPerson(_), _) => None,
            (Self::Approved(offered), _) if offered.is_empty() => Some(texts.desk.nothing_approved),
            (Self::Approved(_), _) => Some(texts.desk.approved_only),
            (Self::Shut, _) => Some(texts.desk.window_shut),
        }
    }

    /// A word for it, by which the page tells that it has changed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Free(_) => "free",
            Self::AsPerson(_) => "person",
            Self::Approved(_) => "approved",
            Self::Shut => "shut",
        }
    }
}
