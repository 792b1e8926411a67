//! The businesses: their list, and the settings of each.
//!
//! ```text
//!  the form ─┐
//!            ├─► check: faults at their places, a rehearsal in simulated time ─► publish ─► history
//!  the text ─┘                                                                   ▲             │
//!                                                                                └─ roll back ─┘
//! ```
//!
//! The text is the truth; the form changes places in it and leaves the rest as it was written.
//! A manifest is published over the revision it was written on, or not at all: of two colleagues who
//! edit it, the second is told and keeps what they wrote.

mod access;
mod accounts;
pub(super) mod channels;
mod history;
mod manifest;
mod rehearsal;
mod settings;

use frontdesk_core::TenantId;
use frontdesk_core::ports::registry::TenantRow;

use super::texts::Texts;
use super::{Colleague, Console, Error};

use settings::Sheet;

pub use access::{add_key, add_route, page as access, remove_key, remove_route};
pub use accounts::{check as check_account, page as accounts, remove as remove_account, save as save_account};
pub use channels::{heard_part as heard_test, page as channels, send as send_test, sent_part as sent_test};
pub use history::{compare, page as history, restore};
pub use manifest::{add, check, new, page as text, publish as publish_text};
pub use settings::{business, check as check_settings, page as settings, publish};

/// Where the list is.
pub const PATH: &str = "/console/tenants";

/// The address of the text, below the business's.
const TEXT: &str = "text";
/// The address of what was published before.
const HISTORY: &str = "history";
/// The address of addresses and keys.
const ACCESS: &str = "access";
/// The address of the channels.
const CHANNELS: &str = "channels";
/// The address of accounts at providers.
const ACCOUNTS: &str = "accounts";

/// One of a business's pages.
struct Tab {
    href: String,
    title: &'static str,
    is_current: bool,
}

/// What stands above each of a business's pages.
struct Head {
    id: String,
    name: String,
    tabs: Vec<Tab>,
}

impl Head {
    /// Of the page at `current`, below the business's address.
    fn new(console: &Console, texts: &'static Texts, id: &TenantId, current: &str) -> Self {
        let sheets = Sheet::ALL.map(|sheet| (format!("settings/{}", sheet.code()), sheet.title(texts)));
        let others = [
            (CHANNELS.to_owned(), texts.reach.title),
            (ACCESS.to_owned(), texts.tenants.access),
            (ACCOUNTS.to_owned(), texts.accounts.title),
            (HISTORY.to_owned(), texts.settings.history),
            (TEXT.to_owned(), texts.settings.text),
        ];
        let tab = |(path, title): (String, &'static str)| Tab {
            href: format!("{PATH}/{id}/{path}"),
            title,
            is_current: path == current,
        };
        let served = console.tenants.find(id);
        Self {
            name: served.map_or_else(|| id.to_string(), |tenant| tenant.settings().name.clone()),
            id: id.to_string(),
            tabs: sheets.into_iter().chain(others).map(tab).collect(),
        }
    }
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
