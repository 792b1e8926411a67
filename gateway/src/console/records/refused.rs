//! Events that were not accepted, and why: what stands behind the sum in the ledger.

use async_trait::async_trait;
use frontdesk_core::TenantId;
use frontdesk_core::ports::reader::{Cursor, Page, RefusedRow, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;

use super::filter::Wanted;
use super::{Cell, Records, Words};
use crate::console::Console;
use crate::console::ledger;
use crate::console::shell::Section;
use crate::console::tabs;
use crate::console::texts::Texts;

#[async_trait]
impl Records for RefusedRow {
    const PATH: &'static str = "/console/refused";
    const NAME: &'static str = "refused";
    const HEADER: &'static [&'static str] = &[
        "id",
        "tenant",
        "channel",
        "conversation_id",
        "kind",
        "reason",
        "received_at",
    ];

    const COLUMNS: &'static [&'static str] = &["when", "channel", "kind", "reason", "conversation"];

    fn words(texts: &'static Texts) -> Words {
        let own = &texts.records;
        Words {
            section: Section::Reports,
            tabs: tabs::reports(texts, ledger::PATH),
            title: texts.refusals.title,
            lead: texts.refusals.lead,
            columns: vec![texts.common.when, own.channel, own.kind, own.why, own.conversation],
            empty: texts.refusals.none,
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        console.reader.refused(&wanted.scope, part).await
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: self.received_at,
            id: self.id.0,
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn cells(&self, texts: &'static Texts, _: Role) -> Vec<Cell> {
        vec![
            Cell::when(self.received_at),
            Cell::channel(self.channel, texts),
            Cell::Code(self.kind.clone()),
            Cell::Long(texts.refusals.of(&self.reason).to_owned()),
            self.conversation
                .map_or(Cell::Nothing, |id| Cell::conversation(id, texts)),
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.tenant.to_string(),
            self.channel.code().to_owned(),
            self.conversation.map(|id| id.to_string()).unwrap_or_default(),
            self.kind.clone(),
            self.reason.clone(),
            self.received_at.to_string(),
        ]
    }
}
