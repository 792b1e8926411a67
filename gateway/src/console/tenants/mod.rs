//! The businesses: their list, and the settings of each.
//!
//! ```text
//!  the text ─► check: faults at their lines, a rehearsal in simulated time ─► publish
//! ```
//!
//! A manifest is published over the revision it was written on, or not at all: of two colleagues who
//! edit it, the second is told and keeps what they wrote.

mod access;
mod manifest;
mod rehearsal;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use frontdesk_core::TenantId;
use frontdesk_core::ports::registry::TenantRow;

use super::session::Shared;
use super::shell::{Moment, Section, Shell, html};
use super::{Colleague, Console, Error};

pub use access::{add_key, add_route, page as access, remove_key, remove_route};
pub use manifest::{add, check, new, page, publish};

/// Where the list is.
pub const PATH: &str = "/console/tenants";

/// A business in the list.
struct Row {
    id: String,
    name: String,
    revision: u64,
    changed: Moment,
    /// How many faults keep its manifest from being served.
    is_served: bool,
}

#[derive(Template)]
#[template(path = "console/tenants.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
}

/// `GET /console/tenants`
pub async fn list(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    let rows = console.registry.tenants().await?.into_iter();
    let own = rows.filter(|row| colleague.scope.tenant().is_none_or(|tenant| *tenant == row.id));
    let row = |row: TenantRow| {
        let served = console.tenants.find(&row.id);
        Row {
            name: served
                .as_ref()
                .map(|tenant| tenant.settings().name.clone())
                .unwrap_or_default(),
            is_served: served.is_some(),
            id: row.id.into(),
            revision: row.revision,
            changed: row.updated_at.into(),
        }
    };
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Tenants).await?,
        rows: own.map(row).collect(),
    })
}

/// A business that the reader may see.
async fn find(console: &Console, colleague: &Colleague, id: &str) -> Result<TenantRow, Error> {
    let id: TenantId = id.parse().map_err(|_| Error::NotFound)?;
    if colleague.scope.tenant().is_some_and(|own| *own != id) {
        return Err(Error::NotFound);
    }
    let rows = console.registry.tenants().await?;
    rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)
}
