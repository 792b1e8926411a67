//! The list of leads.

use async_trait::async_trait;
use frontdesk_core::TenantId;
use frontdesk_core::ports::reader::{Cursor, LeadFilter, Page, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::records::Lead;
use serde_json::{Map, Value};

use super::filter::Wanted;
use super::{Cell, Records, Words, field};
use crate::console::Console;
use crate::console::known::told;
use crate::console::shell::Section;
use crate::console::tabs;
use crate::console::texts::Texts;

/// Characters of what they want, in the list.
const WANTS_CHARACTERS_MAX: usize = 160;

/// What a lead's context says that the list, or the conversation, says too.
const TOLD_ELSEWHERE: [&str; 3] = ["channel", "language", Lead::CLAIMED];

/// What a lead asks for, in their own words.
const REQUEST: &str = "request";

/// Where leads come from.
pub(in crate::console) const SOURCES: [&str; 9] = [
    "CHAT",
    "SMS",
    "FACEBOOK",
    "INSTAGRAM",
    "WHATSAPP",
    "PHONE",
    "MARKETPLACE",
    "WEB_QUOTE",
    "BOOKING",
];

/// Whether something in a context tells anything: the first page of a site is where everybody comes in.
pub(super) fn tells(name: &str, value: &Value) -> bool {
    !(name == "page" && value.as_str() == Some("/"))
}

/// What they want, in one line.
fn wants(context: &Map<String, Value>, texts: &'static Texts) -> String {
    // A form's message is also the request; once is enough.
    let is_said_before = |name: &str, value: &Value| {
        name == REQUEST && context.iter().any(|(other, said)| other != name && said == value)
    };
    context
        .iter()
        .filter(|(name, value)| !TOLD_ELSEWHERE.contains(&name.as_str()) && tells(name, value))
        .filter(|(name, value)| !is_said_before(name, value))
        .map(|(name, value)| format!("{}: {}", texts.thread.field(name), told(name, value, texts)))
        .collect::<Vec<_>>()
        .join(" · ")
}

/// As much of it as a list has room for.
fn shortened(line: String) -> String {
    match line.char_indices().nth(WANTS_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[async_trait]
impl Records for Lead {
    const PATH: &'static str = "/console/leads";
    const NAME: &'static str = "leads";
    const HEADER: &'static [&'static str] = &[
        "id",
        "tenant",
        "source",
        "status",
        "name",
        "phone",
        "email",
        "wants",
        "channel",
        "conversation_id",
        "created_at",
        "updated_at",
    ];

    const EXPORTS_TICKED: bool = true;

    const COLUMNS: &'static [&'static str] = &[
        "since",
        "name",
        "phone",
        "email",
        "source",
        "wants",
        "status",
        "conversation",
    ];

    fn words(texts: &'static Texts) -> Words {
        let own = &texts.records;
        Words {
            section: Section::People,
            tabs: tabs::people(texts, Self::PATH),
            title: own.leads,
            lead: own.leads_lead,
            columns: vec![
                own.since,
                own.name,
                own.phone,
                own.email,
                own.source,
                own.wants,
                own.standing,
                own.conversation,
            ],
            search: Some(own.search_people),
            empty: own.no_leads,
            sources: &SOURCES,
            only_new: Some(own.only_new),
            bulk: Some((
                "/console/leads/mark",
                vec![("handled", own.mark_handled), ("new", own.mark_new)],
            )),
            day: Some(own.leads_today),
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let (reader, scope, asked) = (&console.reader, &wanted.scope, &wanted.asked);
        let wanted = LeadFilter {
            source: asked.source.clone(),
            is_new: asked.is_new,
        };
        match &asked.search {
            Some(search) => reader.leads_found(scope, search, &wanted, part).await,
            None => reader.leads(scope, &wanted, part).await,
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
        let name = self.name.as_ref().map(|name| name.as_str());
        vec![
            Cell::when(self.created_at),
            Cell::Link {
                href: format!("{}/{}", Self::PATH, self.id),
                text: name.unwrap_or(texts.inbox.unnamed).to_owned(),
            },
            Cell::words(self.phone.as_ref()),
            Cell::email(self.email.as_ref()),
            Cell::tag(texts.source(&self.source), ""),
            if self.context.is_empty() {
                Cell::Nothing
            } else {
                Cell::Long(shortened(wants(&self.context, texts)))
            },
            match self.status.as_str() {
                Self::HANDLED => Cell::tag(texts.records.handled, "good"),
                _ => Cell::tag(texts.records.is_new, "warn"),
            },
            Cell::conversation(self.conversation, texts),
        ]
    }

    fn fields(&self, texts: &'static Texts) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.tenant.to_string(),
            self.source.clone(),
            self.status.clone(),
            field(self.name.as_ref()),
            field(self.phone.as_ref()),
            field(self.email.as_ref()),
            wants(&self.context, texts),
            self.channel.code().to_owned(),
            self.conversation.to_string(),
            self.created_at.to_string(),
            self.updated_at.to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_they_want_is_one_short_line() {
        let texts = Texts::of(frontdesk_core::Language::En);
        let context = json!({"channel": "sms", "party_size": 10, "when": "Saturday", "page": "/"});
        assert_eq!(
            wants(context.as_object().unwrap(), texts),
            "Guests: 10 · When: Saturday"
        );
        let form = json!({"message": "A party", "request": "A party"});
        assert_eq!(wants(form.as_object().unwrap(), texts), "Message: A party");
        let long = shortened("я".repeat(500));
        assert_eq!(long.chars().count(), WANTS_CHARACTERS_MAX + 1);
    }
}
