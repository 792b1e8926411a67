//! The ledger of consents: who agreed to or refused what, in which words.

use async_trait::async_trait;
use frontdesk_core::TenantId;
use frontdesk_core::ports::reader::{Cursor, Page, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::records::{Consent, PersonKey};

use super::filter::Wanted;
use super::{Cell, Records, Words};
use crate::console::Console;
use crate::console::shell::Section;
use crate::console::tabs;
use crate::console::texts::Texts;

/// Whoever somebody means who writes an email, a number with its country, or an address on a channel.
fn subject(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_phone = text.starts_with('+') && text.chars().all(|c| c.is_ascii_digit() || "+ ()-.".contains(c));
    if is_phone {
        PersonKey::phone(&format!("+{digits}")).as_str().to_owned()
    } else if text.contains('@') && !text.contains(':') {
        PersonKey::email(text).as_str().to_owned()
    } else {
        text.to_owned()
    }
}

/// A subject as people read it.
fn shown(subject: &str) -> &str {
    let key = subject
        .split_once(':')
        .filter(|(kind, _)| matches!(*kind, "phone" | "email"));
    key.map_or(subject, |(_, value)| value)
}

#[async_trait]
impl Records for Consent {
    const PATH: &'static str = "/console/consents";
    const NAME: &'static str = "consents";
    const HEADER: &'static [&'static str] = &[
        "id",
        "tenant",
        "at",
        "subject",
        "purpose",
        "is_granted",
        "words_shown",
        "words_said",
        "channel",
        "conversation_id",
    ];

    const COLUMNS: &'static [&'static str] = &[
        "when",
        "who",
        "purpose",
        "answer",
        "shown",
        "said",
        "channel",
        "conversation",
    ];

    fn words(texts: &'static Texts) -> Words {
        let own = &texts.records;
        Words {
            section: Section::People,
            tabs: tabs::people(texts, Self::PATH),
            title: own.consents,
            lead: own.consents_lead,
            columns: vec![
                texts.common.when,
                own.who,
                own.purpose,
                own.answer,
                own.words_shown,
                own.words_said,
                own.channel,
                own.conversation,
            ],
            search: Some(own.search_consents),
            empty: texts.common.nothing,
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let (reader, scope, asked) = (&console.reader, &wanted.scope, &wanted.asked);
        let subject = asked.text.as_deref().map(subject);
        reader.consents(scope, subject.as_deref(), part).await
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: self.at,
            id: self.id.0,
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn cells(&self, texts: &'static Texts, _: Role) -> Vec<Cell> {
        let own = &texts.records;
        vec![
            Cell::when(self.at),
            Cell::Text(shown(self.subject.as_str()).to_owned()),
            Cell::Code(self.purpose.clone()),
            if self.is_granted {
                Cell::tag(own.granted, "good")
            } else {
                Cell::tag(own.refused, "bad")
            },
            Cell::Long(self.words_shown.clone()),
            Cell::words(Some(&self.words_said)),
            Cell::channel(self.channel, texts),
            Cell::conversation(self.conversation, texts),
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.tenant.to_string(),
            self.at.to_string(),
            self.subject.as_str().to_owned(),
            self.purpose.clone(),
            self.is_granted.to_string(),
            self.words_shown.clone(),
            self.words_said.as_str().to_owned(),
            self.channel.code().to_owned(),
            self.conversation.to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{shown, subject};

    #[test]
    fn a_person_is_found_by_what_people_write() {
        for (text, wanted) in [
            ("+1 (555) 123-4567", "phone:+15551234567"),
            ("Ana@Example.com", "email:ana@example.com"),
            ("visitor-17", "visitor-17"),
            ("phone:+15551234567", "phone:+15551234567"),
        ] {
            assert_eq!(subject(text), wanted);
        }
        assert_eq!(shown("email:ana@example.com"), "ana@example.com");
        assert_eq!(shown("visitor:17"), "visitor:17");
    }
}
