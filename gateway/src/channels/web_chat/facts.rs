//! What a page tells of its visitor.

use frontdesk_core::{Attachment, KnownFacts, Language, Payload, Personal, UserMessage};
use url::Url;

use super::wire::{Said, Visitor};

/// What the page told of the visitor, to go along with their next words.
#[derive(Default)]
pub struct Facts {
    /// Apart, since most sockets wait for visitors of whom nothing is known yet.
    known: Option<Box<KnownFacts>>,
    page: Option<String>,
    locale: Option<Language>,
}

impl Facts {
    /// Takes over what a frame says of them; what it leaves out stays.
    pub fn remember(&mut self, visitor: &Visitor<'_>) {
        let known = &mut self.known;
        if let Some(name) = &visitor.name {
            known.get_or_insert_default().name = Some(Personal::new(name.as_ref()));
        }
        if let Some(phone) = &visitor.phone {
            known.get_or_insert_default().phone = Some(Personal::new(phone.as_ref()));
        }
        if let Some(email) = &visitor.email {
            known.get_or_insert_default().email = Some(Personal::new(email.as_ref()));
        }
        if visitor.newsletter_consent.is_some() {
            let known = known.get_or_insert_default();
            known.newsletter_consent = visitor.newsletter_consent;
            known.newsletter_version = visitor.newsletter_version.as_deref().map(str::to_owned);
        }
        if !visitor.attributes.is_empty() {
            let attributes = visitor.attributes.iter();
            known.get_or_insert_default().attributes = attributes
                .map(|(name, value)| (name.as_ref().to_owned(), Personal::new(value.as_ref())))
                .collect();
        }
        if let Some(page) = &visitor.page {
            self.page = Some(path(page));
        }
        if let Some(locale) = &visitor.locale {
            self.locale = Language::from_tag(locale);
        }
    }

    /// A message of theirs, with what is known of them.
    pub fn words(&self, said: &Said<'_>, attachments: Vec<Attachment>) -> Payload {
        Payload::Message(UserMessage {
            text: Personal::new(said.content.as_ref()),
            external_id: Some(said.id.clone().into_owned()),
            attachments,
            known: self.known.as_deref().cloned().unwrap_or_default(),
            page: self.page.clone(),
            locale: self.locale,
            ..UserMessage::default()
        })
    }
}

/// A page's path: what follows it (a query, a fragment) may hold anything.
fn path(page: &str) -> String {
    match Url::parse(page) {
        Ok(url) => url.path().to_owned(),
        Err(_) => page.split(['?', '#']).next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn pages_lose_everything_but_their_path() {
        for (page, expected) in [
            ("/menu?email=a@b.c#x", "/menu"),
            ("https://shop.example/book/1?token=2", "/book/1"),
            ("menu", "menu"),
        ] {
            assert_eq!(path(page), expected);
        }
    }
}
