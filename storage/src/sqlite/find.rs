//! People looked for in lists: by the beginning of a name, a phone or an email, by an index each.

use frontdesk_core::ports::desk::Search;
use frontdesk_core::ports::reader::{Cursor, LeadFilter, Page, Rows, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::records::{Contact, Lead};
use frontdesk_core::{Personal, TenantId};
use sqlx::sqlite::SqliteRow;

use super::Sqlite;
use super::columns::{contact, lead, subscription};
use crate::codec::{before, page_limit, page_rows, prefix_range, search_ranges};
use crate::error::port;
use crate::rows;

/// What is looked for, for one scope. The order of parameters: tenant, four ranges, time and id of the
/// last row seen, limit, and for leads their source and whether only new ones. A `+` keeps the tenant's
/// index out where another one finds fewer rows.
macro_rules! found {
    ($scope:literal, $select:expr) => {
        concat!(
            "WITH found (id, tenant, person) AS (
                 SELECT * FROM (SELECT coalesce(merged_into, id) AS id, tenant, person FROM contacts INDEXED BY contacts_by_name
                       WHERE name >= ?2 AND name < ?3 AND ", $scope, "
                       ORDER BY name LIMIT 200) AS a
                 UNION SELECT * FROM (SELECT coalesce(merged_into, id) AS id, tenant, person FROM contacts INDEXED BY contacts_by_name
                       WHERE name >= ?4 AND name < ?5 AND ", $scope, "
                       ORDER BY name LIMIT 200) AS b
                 UNION SELECT * FROM (SELECT coalesce(merged_into, id) AS id, tenant, person FROM contacts INDEXED BY contacts_by_email
                       WHERE email >= ?6 AND email < ?7 AND ", $scope, "
                       ORDER BY email LIMIT 200) AS c
                 UNION SELECT * FROM (SELECT coalesce(merged_into, id) AS id, tenant, person FROM contacts INDEXED BY contacts_by_phone
                       WHERE phone >= ?8 AND phone < ?9 AND ", $scope, "
                       ORDER BY phone LIMIT 200) AS d)
             ",
            $select,
            " AND (?10, ?11) > (created_at, id) AND ",
            $scope,
            " ORDER BY created_at DESC, id DESC LIMIT ?12"
        )
    };
}

macro_rules! contacts {
    ($scope:literal) => {
        found!(
            $scope,
            concat!(
                "SELECT ",
                contact!(),
                " FROM contacts WHERE id IN (SELECT id FROM found) AND merged_into IS NULL"
            )
        )
    };
}

macro_rules! leads {
    ($scope:literal) => {
        found!(
            $scope,
            concat!(
                "SELECT ",
                lead!(),
                " FROM leads WHERE (tenant, person) IN (SELECT tenant, person FROM found)
               AND (?13 IS NULL OR source = ?13) AND (NOT ?14 OR status = 'new')"
            )
        )
    };
}

const CONTACTS: [&str; 2] = [contacts!("(?1 IS NULL)"), contacts!("(+tenant = ?1)")];

const LEADS: [&str; 2] = [leads!("(?1 IS NULL)"), leads!("(+tenant = ?1)")];

async fn fetch(
    db: &Sqlite,
    statements: [&'static str; 2],
    scope: &Scope,
    search: &Search,
    page: Page,
    leads: Option<&LeadFilter>,
) -> Result<Vec<SqliteRow>, Error> {
    let tenant = scope.tenant().map(TenantId::as_str);
    let mut query = sqlx::query(statements[usize::from(tenant.is_some())]).bind(tenant);
    for (from, to) in search_ranges(search) {
        query = query.bind(from).bind(to);
    }
    let (at, id) = before(page);
    query = query.bind(at).bind(id).bind(page_limit(page));
    if let Some(wanted) = leads {
        query = query.bind(wanted.source.as_deref()).bind(wanted.is_new);
    }
    query.fetch_all(&db.readers).await.map_err(port)
}

/// Contacts that are looked for.
pub(super) async fn contacts(db: &Sqlite, scope: &Scope, search: &Search, page: Page) -> Result<Rows<Contact>, Error> {
    let rows = fetch(db, CONTACTS, scope, search, page, None).await?;
    let items = rows.iter().map(rows::contact).collect::<Result<_, _>>()?;
    Ok(page_rows(page, items, |row: &Contact| Cursor {
        at: row.created_at,
        id: row.id.0,
    }))
}

/// Leads that are looked for.
pub(super) async fn leads(
    db: &Sqlite,
    scope: &Scope,
    search: &Search,
    wanted: &LeadFilter,
    page: Page,
) -> Result<Rows<Lead>, Error> {
    let rows = fetch(db, LEADS, scope, search, page, Some(wanted)).await?;
    let items = rows.iter().map(rows::lead).collect::<Result<_, _>>()?;
    Ok(page_rows(page, items, |row: &Lead| Cursor {
        at: row.created_at,
        id: row.id.0,
    }))
}

const SUBSCRIPTIONS: &str = concat!(
    "SELECT ",
    subscription!(),
    "
    FROM (SELECT * FROM newsletter
          WHERE email >= ?2 AND email < ?3 AND (?1 IS NULL OR tenant = ?1)
          ORDER BY email LIMIT 200) AS found
    WHERE (subscribed_at, id) < (?4, ?5)
    ORDER BY subscribed_at DESC, id DESC LIMIT ?6"
);

/// Subscriptions whose email begins so.
pub(super) async fn subscriptions(
    db: &Sqlite,
    scope: &Scope,
    email: &Personal,
    page: Page,
) -> Result<Vec<SqliteRow>, Error> {
    let (from, to) = prefix_range(Some(email));
    let (at, id) = before(page);
    sqlx::query(SUBSCRIPTIONS)
        .bind(scope.tenant().map(TenantId::as_str))
        .bind(from)
        .bind(to)
        .bind(at)
        .bind(id)
        .bind(page_limit(page))
        .fetch_all(&db.readers)
        .await
        .map_err(port)
}
