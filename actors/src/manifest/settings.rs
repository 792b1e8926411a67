use frontdesk_core::Language;
use secrecy::SecretString;

/// The public look of a tenant and what the edges need to know of it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the business is called.
    pub name: String,
    /// The language spoken until the person's own is known.
    pub language: Language,
    /// The languages spoken; the default one comes first.
    pub languages: Vec<Language>,
    /// Where local phone numbers belong, such as `US` (ISO 3166).
    pub region: String,
    /// The IANA time zone the business keeps its hours in.
    pub time_zone: String,
    /// The colour of the widget, `#rrggbb`.
    pub color: String,
    /// What the widget says before the first message.
    pub greeting: Localized<String>,
    /// The newsletter, if there is one.
    pub newsletter: Option<Newsletter>,
    /// Sites that may embed the widget (`https://example.com`); empty allows every site.
    pub allowed_origins: Vec<String>,
    /// Signed visitor ids, if the tenant's site signs them.
    pub identity: Option<Identity>,
    /// Who hears of new leads.
    pub webhook: Option<Webhook>,
}

/// The newsletter a tenant offers.
#[derive(Clone, Debug)]
pub struct Newsletter {
    /// The version of the words, kept with every consent.
    pub version: String,
    /// The words next to the box that is ticked.
    pub text: Localized<String>,
}

/// How the tenant's own site proves who a visitor is.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The key that signs visitor ids (HMAC-SHA-256).
    pub key: SecretString,
    /// Whether unsigned ids are refused.
    pub is_required: bool,
}

/// Where news of leads is posted.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The key that signs what is posted.
    pub secret: SecretString,
}

/// One thing in the languages of a tenant. The default language is always there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized<T> {
    default: T,
    others: Vec<(Language, T)>,
    default_language: Language,
}

impl<T> Localized<T> {
    /// In the default language only.
    #[must_use]
    pub const fn new(language: Language, value: T) -> Self {
        Self {
            default: value,
            others: Vec::new(),
            default_language: language,
        }
    }

    /// Adds another language.
    #[must_use]
    pub fn with(mut self, language: Language, value: T) -> Self {
        if language == self.default_language {
            self.default = value;
        } else {
            self.others.retain(|(other, _)| *other != language);
            self.others.push((language, value));
        }
        self
    }

    /// In `language`, or else in the default one.
    #[must_use]
    pub fn get(&self, language: Language) -> &T {
        self.others
            .iter()
            .find(|(other, _)| *other == language)
            .map_or(&self.default, |(_, value)| value)
    }

    /// Every language there is, the default one first.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &T)> {
        std::iter::once((self.default_language, &self.default))
            .chain(self.others.iter().map(|(language, value)| (*language, value)))
    }
}
