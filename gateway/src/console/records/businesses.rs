//! The list of businesses.

use async_trait::async_trait;
use frontdesk_core::ports::reader::{Cursor, Page, Rows};
use frontdesk_core::ports::registry::{Role, TenantRow};
use frontdesk_core::ports::store;
use frontdesk_core::{TenantId, Timestamp};
use uuid::Uuid;

use super::filter::{Asked, Wanted};
use super::{Cell, Choice, Records, Words, part_of};
use crate::console::Console;
use crate::console::shell::Section;
use crate::console::tenants;
use crate::console::texts::Texts;

/// A business, whether it is served or has faults.
pub struct Business {
    /// Its place among all of those in sight.
    place: usize,
    id: TenantId,
    /// What it calls itself; empty while it has faults.
    name: String,
    revision: u64,
    updated_at: Timestamp,
    /// No fault keeps its manifest from being served.
    is_served: bool,
}

impl Business {
    fn new(console: &Console, place: usize, row: TenantRow) -> Self {
        let served = console.tenants.find(&row.id);
        let name = served.as_ref().map(|tenant| tenant.settings().name.clone());
        Self {
            place,
            name: name.unwrap_or_default(),
            is_served: served.is_some(),
            id: row.id,
            revision: row.revision,
            updated_at: row.updated_at,
        }
    }

    fn is_wanted(&self, asked: &Asked) -> bool {
        let is_found = asked.text.as_deref().is_none_or(|text| {
            let text = text.to_lowercase();
            self.id.as_str().contains(&text) || self.name.to_lowercase().contains(&text)
        });
        let stands = match asked.status.as_str() {
            "served" => self.is_served,
            "faulty" => !self.is_served,
            _ => true,
        };
        is_found && stands
    }

    /// What it calls itself, or else how it is called here.
    fn title(&self) -> &str {
        if self.name.is_empty() {
            self.id.as_str()
        } else {
            &self.name
        }
    }
}

#[async_trait]
impl Records for Business {
    const PATH: &'static str = tenants::PATH;
    const NAME: &'static str = "tenants";
    const HEADER: &'static [&'static str] = &["id", "name", "revision", "updated_at", "is_served"];

    const COLUMNS: &'static [&'static str] = &["name", "id", "revision", "changed", "status", "access"];

    fn words(texts: &'static Texts) -> Words {
        let (own, shared) = (&texts.tenants, &texts.records);
        Words {
            section: Section::Tenants,
            title: own.title,
            lead: own.lead,
            columns: vec![
                own.name,
                own.id,
                own.revision,
                shared.changed,
                shared.standing,
                own.access,
            ],
            search: Some(own.search),
            empty: texts.common.nothing,
            choices: vec![Choice {
                name: "status",
                label: shared.standing,
                any: shared.every_status,
                answers: vec![("served", own.served), ("faulty", own.unserved)],
            }],
            add: Some(("/console/tenants/new", own.add)),
            is_dated: false,
            is_of_businesses: true,
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let rows = console.registry.tenants().await?.into_iter();
        let own = rows.filter(|row| wanted.scope.tenant().is_none_or(|tenant| *tenant == row.id));
        let all = own.enumerate().map(|(place, row)| Self::new(console, place, row));
        Ok(part_of(all.filter(|business| business.is_wanted(&wanted.asked)), part))
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: Timestamp::from_millis(i64::try_from(self.place).unwrap_or(i64::MAX)),
            id: Uuid::nil(),
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.id
    }

    fn cells(&self, texts: &'static Texts, _: Role) -> Vec<Cell> {
        let page = format!("{}/{}", Self::PATH, self.id);
        let access = format!("{page}/access");
        vec![
            Cell::Link {
                href: page,
                text: self.title().to_owned(),
            },
            Cell::Code(self.id.to_string()),
            Cell::Text(self.revision.to_string()),
            Cell::when(self.updated_at),
            match self.is_served {
                true => Cell::tag(texts.tenants.served, "good"),
                false => Cell::tag(texts.tenants.unserved, "bad"),
            },
            Cell::Link {
                href: access,
                text: texts.records.open.to_owned(),
            },
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.revision.to_string(),
            self.updated_at.to_string(),
            self.is_served.to_string(),
        ]
    }
}
