//! The list of contacts.

use async_trait::async_trait;
use frontdesk_core::Language;
use frontdesk_core::TenantId;
use frontdesk_core::ports::reader::{Cursor, Page, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::records::Contact;

use super::filter::Wanted;
use super::{Cell, Records, Words, field};
use crate::console::Console;
use crate::console::contact;
use crate::console::shell::Section;
use crate::console::tabs;
use crate::console::texts::{Texts, own_name};

#[async_trait]
impl Records for Contact {
    const PATH: &'static str = "/console/contacts";
    const NAME: &'static str = "contacts";
    const HEADER: &'static [&'static str] = &[
        "id",
        "tenant",
        "name",
        "phone",
        "phone_extension",
        "email",
        "language",
        "conversation_id",
        "created_at",
        "updated_at",
        "tags",
    ];

    const HAS_TAGS: bool = true;
    const EXPORTS_TICKED: bool = true;

    const COLUMNS: &'static [&'static str] = &[
        "name",
        "phone",
        "email",
        "tags",
        "language",
        "since",
        "changed",
        "conversation",
    ];

    fn words(texts: &'static Texts) -> Words {
        let own = &texts.records;
        Words {
            section: Section::People,
            tabs: tabs::people(texts, Self::PATH),
            title: own.contacts,
            lead: own.contacts_lead,
            columns: vec![
                own.name,
                own.phone,
                own.email,
                texts.desk.tags,
                own.language,
                own.since,
                own.changed,
                own.conversation,
            ],
            search: Some(own.search_people),
            empty: texts.common.nothing,
            bulk: Some(("/console/contacts/merge", vec![("merge", texts.person.merge)])),
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let (reader, scope, asked) = (&console.reader, &wanted.scope, &wanted.asked);
        match &asked.search {
            Some(search) => {
                let mut found = reader.contacts_found(scope, search, part).await?;
                if let Some(tag) = &asked.tag {
                    found.items.retain(|contact| contact.tags.contains(tag));
                }
                Ok(found)
            }
            None => reader.contacts(scope, asked.tag.as_deref(), part).await,
        }
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: self.created_at,
            id: self.id.0,
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn cells(&self, texts: &'static Texts, _: Role) -> Vec<Cell> {
        let phone = match (&self.phone, &self.phone_extension) {
            (Some(phone), Some(extension)) => Cell::Text(format!("{} × {}", phone.as_str(), extension.as_str())),
            (phone, _) => Cell::words(phone.as_ref()),
        };
        let language = self.language.map(own_name);
        vec![
            Cell::Link {
                href: contact::href(self.id),
                text: self
                    .name
                    .as_ref()
                    .map_or_else(|| texts.inbox.unnamed.to_owned(), |name| name.as_str().to_owned()),
            },
            phone,
            Cell::email(self.email.as_ref()),
            Cell::Tags(self.tags.clone()),
            language.map_or(Cell::Nothing, |name| Cell::Text(name.to_owned())),
            Cell::when(self.created_at),
            Cell::when(self.updated_at),
            Cell::conversation(self.conversation, texts),
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.tenant.to_string(),
            field(self.name.as_ref()),
            field(self.phone.as_ref()),
            field(self.phone_extension.as_ref()),
            field(self.email.as_ref()),
            self.language.map(Language::code).unwrap_or_default().to_owned(),
            self.conversation.to_string(),
            self.created_at.to_string(),
            self.updated_at.to_string(),
            self.tags.join(", "),
        ]
    }
}
