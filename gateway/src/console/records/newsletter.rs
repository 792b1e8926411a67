//! The list of subscriptions to the newsletter.

use async_trait::async_trait;
use frontdesk_core::ports::reader::{Cursor, Page, Rows, SubscriptionFilter};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::records::Subscription;
use frontdesk_core::{TenantId, Timestamp};

use super::filter::Wanted;
use super::{Cell, Choice, Records, Words, field};
use crate::console::Console;
use crate::console::shell::Section;
use crate::console::tabs;
use crate::console::texts::Texts;

fn moment(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

#[async_trait]
impl Records for Subscription {
    const PATH: &'static str = "/console/newsletter";
    const NAME: &'static str = "newsletter";
    const HEADER: &'static [&'static str] = &[
        "id",
        "tenant",
        "email",
        "name",
        "phone",
        "source",
        "email_consent",
        "sms_consent",
        "subscribed_at",
        "confirmed_at",
        "unsubscribed_at",
    ];

    const EXPORTS_TICKED: bool = true;

    const COLUMNS: &'static [&'static str] = &["since", "email", "name", "phone", "source", "wishes", "status"];

    fn words(texts: &'static Texts) -> Words {
        let own = &texts.records;
        Words {
            section: Section::People,
            tabs: tabs::people(texts, Self::PATH),
            title: own.newsletter,
            lead: own.newsletter_lead,
            columns: vec![
                own.since,
                own.email,
                own.name,
                own.phone,
                own.source,
                own.wishes,
                own.standing,
            ],
            search: Some(own.search_email),
            choices: vec![Choice {
                name: "status",
                label: own.standing,
                any: own.every_status,
                answers: vec![("subscribed", own.subscribed), ("left", own.left)],
            }],
            empty: texts.common.nothing,
            bulk: Some((
                "/console/newsletter/unsubscribe",
                vec![("unsubscribe", own.unsubscribe)],
            )),
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let (reader, scope, asked) = (&console.reader, &wanted.scope, &wanted.asked);
        let wanted = match (&asked.text, asked.status.as_str()) {
            (Some(text), _) => SubscriptionFilter::Email(text.to_lowercase().into()),
            (None, "subscribed") => SubscriptionFilter::HasEnded(false),
            (None, "left") => SubscriptionFilter::HasEnded(true),
            (None, _) => return reader.newsletter(scope, part).await,
        };
        reader.subscriptions(scope, &wanted, part).await
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: self.subscribed_at,
            id: self.id.0,
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn cells(&self, texts: &'static Texts, _: Role) -> Vec<Cell> {
        let own = &texts.records;
        let wishes = match (self.email_consent, self.sms_consent) {
            (true, true) => Cell::Text(format!("{}, {}", own.by_email, texts.channels.sms)),
            (true, false) => Cell::Text(own.by_email.to_owned()),
            (false, true) => Cell::Text(texts.channels.sms.to_owned()),
            (false, false) => Cell::Nothing,
        };
        let standing = match (self.unsubscribed_at, self.confirmed_at) {
            (Some(_), _) => Cell::tag(own.left, ""),
            (None, Some(_)) => Cell::tag(own.confirmed, "good"),
            (None, None) => Cell::tag(own.unconfirmed, "warn"),
        };
        vec![
            Cell::when(self.subscribed_at),
            Cell::email(Some(&self.email)),
            Cell::words(self.name.as_ref()),
            Cell::words(self.phone.as_ref()),
            Cell::tag(texts.source(&self.source), ""),
            wishes,
            standing,
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.tenant.to_string(),
            field(Some(&self.email)),
            field(self.name.as_ref()),
            field(self.phone.as_ref()),
            self.source.clone(),
            self.email_consent.to_string(),
            self.sms_consent.to_string(),
            self.subscribed_at.to_string(),
            moment(self.confirmed_at),
            moment(self.unsubscribed_at),
        ]
    }
}
