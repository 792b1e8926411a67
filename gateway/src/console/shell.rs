//! The frame around every page.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use frontdesk_core::ChannelKind;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::registry::Role;

use super::session::Colleague;
use super::texts::Texts;
use super::{Console, Error};

/// Where one is, for the mark in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The start page.
    Home,
    /// The queue, and conversations.
    Inbox,
    /// Leads, contacts, subscriptions, consents.
    People,
    /// Sources, the ledger, dead letters.
    Reports,
    /// The phone on screen.
    Try,
    /// The businesses and their settings.
    Tenants,
    /// Who signs in.
    Users,
    /// The log of who did what.
    Audit,
    /// One's own account.
    Account,
}

/// What the frame shows. Every page of somebody who is signed in has one as its field `shell`.
#[derive(Debug)]
pub struct Shell {
    /// The console in the reader's language.
    pub texts: &'static Texts,
    /// Where one is.
    pub section: Section,
    /// How colleagues call the reader.
    pub name: String,
    /// What the reader may do.
    pub role: Role,
    /// The reader sees every tenant.
    pub sees_all: bool,
    /// Goes into every form as `csrf`.
    pub csrf: String,
    /// People who wait for a person, at most [`super::inbox::COUNT_MAX`].
    pub waiting: u64,
}

impl Shell {
    /// The frame of a page.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn load(console: &Console, colleague: &Colleague, section: Section) -> Result<Self, Error> {
        let counts = console
            .desk
            .queue_counts(&colleague.scope, super::inbox::COUNT_MAX)
            .await?;
        Ok(Self {
            texts: colleague.texts,
            section,
            name: colleague.name().to_owned(),
            role: colleague.user.role,
            sees_all: colleague.user.tenant.is_none(),
            csrf: colleague.csrf.token(),
            waiting: counts.needs_person,
        })
    }

    /// Whether a section is where one is, as `aria-current` wants it.
    #[must_use]
    pub fn is(&self, section: Section) -> bool {
        self.section == section
    }

    /// Whether one is where, on a phone, the last button of the bar leads.
    #[must_use]
    pub fn is_further(&self) -> bool {
        use Section::{Account, Audit, Tenants, Try, Users};
        matches!(self.section, Try | Tenants | Users | Audit | Account)
    }

    /// Whether the reader may do more than look.
    #[must_use]
    pub fn may_act(&self) -> bool {
        self.role >= Role::Operator
    }

    /// Whether the reader may do everything.
    #[must_use]
    pub fn may_administer(&self) -> bool {
        self.role >= Role::Admin
    }
}

/// Writes a page or a part of one.
///
/// # Errors
///
/// [`Error::Internal`] when a value of the template cannot be written.
pub fn html(template: &impl Template) -> Result<Response, Error> {
    Ok(Html(template.render()?).into_response())
}

/// A moment, ready for `<time>`: our script shows it in the reader's zone.
#[derive(Clone, Debug)]
pub struct Moment {
    /// RFC 3339.
    pub exact: String,
    /// For whoever has no script.
    pub short: String,
    /// Milliseconds since the Unix epoch.
    pub millis: i64,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self {
            exact: at.to_string(),
            millis: at.as_millis(),
            short: at.to_jiff().strftime("%Y-%m-%d %H:%M UTC").to_string(),
        }
    }
}

/// The picture of a channel: the id of a symbol in `icons.svg`.
#[must_use]
pub const fn icon(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::WebChat => "chat",
        ChannelKind::Sms => "sms",
        ChannelKind::Messenger => "messenger",
        ChannelKind::Instagram => "instagram",
        ChannelKind::Whatsapp => "whatsapp",
        ChannelKind::Voice => "phone",
        ChannelKind::Marketplace => "store",
        ChannelKind::Form => "form",
    }
}
