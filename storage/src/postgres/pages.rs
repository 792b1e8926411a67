//! Keyset pages: newest first, after a place in the list.

use frontdesk_core::TenantId;
use frontdesk_core::ports::reader::{Page, Scope};
use frontdesk_core::ports::store::Error;
use sqlx::postgres::PgRow;

use super::Postgres;
use super::columns::{consent, contact, conversation, dead_letter, lead, subscription};
use crate::codec::{before, page_limit};
use crate::error::port;

/// A list for every scope. The order of parameters: time and id of the last row seen, limit,
/// tenant, whatever else the list filters by.
pub(super) struct List {
    all: &'static str,
    tenant: &'static str,
}

/// A [`List`] from what is selected, the condition every row meets, and the column of time.
macro_rules! list {
    ($select:expr, $condition:literal, $time:literal) => {
        List {
            all: concat!(
                $select,
                " WHERE (",
                $time,
                ", id) < ($1, $2) AND ",
                $condition,
                " ORDER BY ",
                $time,
                " DESC, id DESC LIMIT $3"
            ),
            tenant: concat!(
                $select,
                " WHERE tenant = $4 AND (",
                $time,
                ", id) < ($1, $2) AND ",
                $condition,
                " ORDER BY ",
                $time,
                " DESC, id DESC LIMIT $3"
            ),
        }
    };
}

/// Conversations of any status.
pub(super) const CONVERSATIONS: List = list!(
    concat!("SELECT ", conversation!(), " FROM conversations"),
    "($5::text IS NULL OR status = $5)",
    "created_at"
);

/// Conversations that are with people: few, and found by an index of their own.
pub(super) const CONVERSATIONS_WITH_PEOPLE: List = list!(
    concat!("SELECT ", conversation!(), " FROM conversations"),
    "status = $5 AND status IN ('needs_person', 'with_person')",
    "created_at"
);

pub(super) const CONTACTS: List = list!(
    concat!("SELECT ", contact!(), " FROM contacts"),
    "merged_into IS NULL AND ($5::text IS NULL)",
    "created_at"
);

/// Contacts with a tag, by the index of tags.
pub(super) const CONTACTS_TAGGED: List = List {
    all: concat!(
        "SELECT ",
        contact!(),
        " FROM (SELECT contact_id, since FROM contact_tags t
                WHERE t.tag = $5::text AND $4::text IS NULL) AS t
          JOIN contacts ON contacts.id = t.contact_id
          WHERE (t.since, t.contact_id) < ($1, $2) AND merged_into IS NULL ORDER BY t.since DESC, t.contact_id DESC LIMIT $3"
    ),
    tenant: concat!(
        "SELECT ",
        contact!(),
        " FROM (SELECT contact_id, since FROM contact_tags t
                WHERE t.tenant = $4::text AND t.tag = $5::text) AS t
          JOIN contacts ON contacts.id = t.contact_id
          WHERE (t.since, t.contact_id) < ($1, $2) AND merged_into IS NULL ORDER BY t.since DESC, t.contact_id DESC LIMIT $3"
    ),
};

pub(super) const LEADS: List = list!(
    concat!("SELECT ", lead!(), " FROM leads"),
    "($5::text IS NULL)",
    "created_at"
);

/// Leads that nobody has handled yet, by an index of their own.
pub(super) const LEADS_NEW: List = list!(
    concat!("SELECT ", lead!(), " FROM leads"),
    "status = 'new' AND ($5::text IS NULL)",
    "created_at"
);

/// Leads of one source, by an index of their own.
pub(super) const LEADS_OF: List = list!(concat!("SELECT ", lead!(), " FROM leads"), "source = $5", "created_at");

/// Leads of one source that nobody has handled yet.
pub(super) const LEADS_NEW_OF: List = list!(
    concat!("SELECT ", lead!(), " FROM leads"),
    "source = $5 AND status = 'new'",
    "created_at"
);

pub(super) const NEWSLETTER: List = list!(
    concat!("SELECT ", subscription!(), " FROM newsletter"),
    "($5::text IS NULL)",
    "subscribed_at"
);

/// Subscriptions that have ended, by an index of their own.
pub(super) const NEWSLETTER_ENDED: List = list!(
    concat!("SELECT ", subscription!(), " FROM newsletter"),
    "unsubscribed_at IS NOT NULL AND ($5::text IS NULL)",
    "subscribed_at"
);

/// Subscriptions in force.
pub(super) const NEWSLETTER_IN_FORCE: List = list!(
    concat!("SELECT ", subscription!(), " FROM newsletter"),
    "unsubscribed_at IS NULL AND ($5::text IS NULL)",
    "subscribed_at"
);

pub(super) const CONSENTS: List = list!(
    concat!("SELECT ", consent!(), " FROM consents"),
    "($5::text IS NULL)",
    "at"
);

/// Consents of one person, found by an index of their own.
pub(super) const CONSENTS_OF: List = list!(concat!("SELECT ", consent!(), " FROM consents"), "subject = $5", "at");

pub(super) const DEAD_LETTERS: List = list!(
    concat!("SELECT ", dead_letter!(), " FROM dead_letters"),
    "($5 OR resolved_at IS NULL)",
    "parked_at"
);

/// Dead letters of one channel.
pub(super) const DEAD_LETTERS_OF: List = list!(
    concat!("SELECT ", dead_letter!(), " FROM dead_letters"),
    "channel = $5",
    "parked_at"
);

/// Dead letters of one channel that wait.
pub(super) const DEAD_LETTERS_WAITING_OF: List = list!(
    concat!("SELECT ", dead_letter!(), " FROM dead_letters"),
    "channel = $5 AND resolved_at IS NULL",
    "parked_at"
);

/// Events that were not accepted, with the conversation they were for where there is one.
pub(super) const REFUSED: List = list!(
    "SELECT id, tenant, channel, (SELECT c.id FROM conversations c WHERE c.id = conversation_id) AS begun, kind, reason, received_at
     FROM (SELECT event_id AS id, tenant, channel, conversation_id, kind, reason, received_at
           FROM receipts WHERE outcome = 'refused') AS refused",
    "($5::text IS NULL)",
    "received_at"
);

pub(super) const ALARMS: List = list!(
    "SELECT id, cause, subject, tenant, count, moment, opened_at, closed_at, acknowledged_by, acknowledged_at FROM alarms",
    "($5 OR closed_at IS NULL)",
    "opened_at"
);

pub(super) const AUDIT: List = list!(
    "SELECT id, at, tenant, user_id, email, act, subject FROM audit",
    "($5::text IS NULL)",
    "at"
);

pub(super) const ERASURES: List = list!(
    "SELECT id, at, tenant, contact_id, by_whom, counts, swept_at FROM erasures",
    "($5::text IS NULL)",
    "at"
);

impl List {
    /// The rows of one page, and one more if there is a next page.
    pub(super) async fn fetch<'q, F>(
        &self,
        db: &Postgres,
        scope: &Scope,
        page: Page,
        filter: F,
    ) -> Result<Vec<PgRow>, Error>
    where
        F: sqlx::Encode<'q, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + 'q,
    {
        let (at, id) = before(page);
        let tenant = scope.tenant();
        sqlx::query(if tenant.is_some() { self.tenant } else { self.all })
            .bind(at)
            .bind(id)
            .bind(page_limit(page))
            .bind(tenant.map(TenantId::as_str))
            .bind(filter)
            .fetch_all(&db.readers)
            .await
            .map_err(port)
    }
}
