//! The console's words, in four languages.
//!
//! One row a text: its name, then English, Spanish, Russian, Ukrainian. A text that lacks a language
//! does not compile. Templates say `texts.inbox.title`; where a text has a place for something, it is
//! written `{}` and filled by [`fill`].

mod alarms;
mod base;
mod decisions;
mod desk;
mod faults;
mod history;
mod lists;
mod people;
mod person;
mod second_step;
mod settings;
mod setup;
mod told;
mod trial;

use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use frontdesk_core::{ChannelKind, Language};

use super::Error;

/// Makes a struct of texts with its four values, in the order of [`Language::ALL`].
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $en:literal, $es:literal, $ru:literal, $uk:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name { $(pub $key: &'static str,)+ }

        impl $name {
            pub(super) const EN: Self = Self { $($key: $en,)+ };
            pub(super) const ES: Self = Self { $($key: $es,)+ };
            pub(super) const RU: Self = Self { $($key: $ru,)+ };
            pub(super) const UK: Self = Self { $($key: $uk,)+ };
        }
    };
}
use texts;

/// Puts the parts together, once a language.
macro_rules! all_texts {
    ($($part:ident: $name:ty,)+) => {
        /// All texts in one language.
        pub struct Texts {
            /// The language.
            pub language: Language,
            $(#[doc = "See the struct."] pub $part: $name,)+
        }

        static ALL: [Texts; 4] = [
            Texts { language: Language::En, $($part: <$name>::EN,)+ },
            Texts { language: Language::Es, $($part: <$name>::ES,)+ },
            Texts { language: Language::Ru, $($part: <$name>::RU,)+ },
            Texts { language: Language::Uk, $($part: <$name>::UK,)+ },
        ];
    };
}

all_texts! {
    common: base::Common,
    alarms: alarms::Alarms,
    nav: base::Nav,
    errors: base::Errors,
    sign_in: base::SignIn,
    account: base::Account,
    second_step: second_step::SecondStep,
    audit: base::Audit,
    history: history::History,
    roles: base::Roles,
    channels: base::Channels,
    home: people::Home,
    inbox: people::Inbox,
    thread: people::Thread,
    files: people::Files,
    deliveries: people::Deliveries,
    decisions: decisions::Decisions,
    desk: desk::Desk,
    records: lists::Records,
    reports: lists::Reports,
    refusals: lists::Refusals,
    told: told::Told,
    person: person::Person,
    try_it: trial::TryIt,
    calls: trial::Calls,
    faults: trial::Faults,
    tenants: setup::Tenants,
    settings: settings::Settings,
    says: settings::Says,
    accounts: setup::Accounts,
    reach: setup::Reach,
    users: setup::Users,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl Texts {
    /// The texts in a language.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        &ALL[language as usize]
    }

    /// What a stored source of leads and subscriptions is called; one that has no name stands for itself.
    #[must_use]
    pub fn source<'a>(&'a self, code: &'a str) -> &'a str {
        let channel = match code {
            "CHAT" => ChannelKind::WebChat,
            "SMS" => ChannelKind::Sms,
            "FACEBOOK" => ChannelKind::Messenger,
            "INSTAGRAM" => ChannelKind::Instagram,
            "WHATSAPP" => ChannelKind::Whatsapp,
            "PHONE" => ChannelKind::Voice,
            "MARKETPLACE" => ChannelKind::Marketplace,
            "WEB_QUOTE" => return self.records.quote_form,
            "BOOKING" => return self.records.booking_form,
            other => return other,
        };
        self.channels.of(channel)
    }

    /// The code of the language, for `lang`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.language.code()
    }
}

/// The texts of whoever asks, signed in or not. The gate of every page puts them there.
impl<S: Sync> FromRequestParts<S> for &'static Texts {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get().copied().ok_or(Error::Internal)
    }
}

/// The first language of a browser that the console speaks.
#[must_use]
pub fn preferred(headers: &HeaderMap) -> Language {
    let wishes = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wishes
        .unwrap_or_default()
        .split(',')
        .find_map(|wish| Language::from_tag(wish.split(';').next().unwrap_or_default().trim()))
        .unwrap_or_default()
}

/// A text with its place filled.
#[must_use]
pub fn fill(text: &str, with: impl fmt::Display) -> String {
    text.replacen("{}", &with.to_string(), 1)
}

/// What a language calls itself.
#[must_use]
pub const fn own_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Es => "Español",
        Language::Ru => "Русский",
        Language::Uk => "Українська",
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn languages_are_where_they_are_looked_for() {
        for language in Language::ALL {
            assert_eq!(Texts::of(language).language, language);
        }
    }

    #[test]
    fn every_source_that_leads_are_filtered_by_has_a_name() {
        let texts = Texts::of(Language::Es);
        for code in super::super::records::SOURCES {
            assert!(texts.source(code) != code || code == "SMS", "{code}");
        }
        assert_eq!(texts.source("BOOKING"), "Formulario de reserva");
        assert_eq!(texts.source("of a partner"), "of a partner");
    }

    #[test]
    fn the_first_language_spoken_here_is_taken() {
        let mut headers = HeaderMap::new();
        assert_eq!(preferred(&headers), Language::En);
        for (wishes, language) in [
            ("de-DE,de;q=0.9,uk;q=0.8,en;q=0.7", Language::Uk),
            ("es-MX", Language::Es),
            ("fr", Language::En),
            ("", Language::En),
        ] {
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(wishes));
            assert_eq!(preferred(&headers), language, "{wishes}");
        }
    }
}
