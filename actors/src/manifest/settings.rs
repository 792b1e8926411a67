use frontdesk_core::Language;
use jiff::tz::TimeZone;
use secrecy::SecretString;

use super::reader::{Node, Table};
use super::template::in_languages;
use super::told;

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
    /// In which lower corner of the page the widget sits.
    pub corner: Corner,
    /// A picture beside the bot's words, if there is one.
    pub avatar_url: Option<String>,
    /// The newsletter, if there is one.
    pub newsletter: Option<Newsletter>,
    /// Sites that may embed the widget (`https://example.com`); empty allows every site.
    pub allowed_origins: Vec<String>,
    /// Signed visitor ids, if the tenant's site signs them.
    pub identity: Option<Identity>,
    /// Who hears of new leads.
    pub webhook: Option<Webhook>,
    /// Which files visitors may send in the chat, if any.
    pub files: Option<FilePolicy>,
    /// How long things are kept.
    pub retention: Retention,
}

impl Settings {
    /// Reads what `[profile]` says beside hours.
    pub(crate) fn read(profile: &Table<'_>, languages: &[Language]) -> Option<Self> {
        let localized = |node: Node<'_>| in_languages(&node, languages, |node| node.text().map(str::to_owned));
        let name = profile.require("name").and_then(|node| node.text().map(str::to_owned));
        let region = profile.require("region").and_then(|node| region(&node));
        let color = profile
            .get("color")
            .map_or_else(|| Some(COLOR.to_owned()), |node| color(&node));
        let greeting = profile.require("greeting").and_then(localized);
        let corner = profile
            .get("corner")
            .map_or(Some(Corner::Right), |node| node.one_of(&CORNERS));
        let avatar_url = profile
            .get("avatar_url")
            .map_or(Some(None), |node| web_address(&node).map(Some));
        let allowed_origins = profile
            .get("allowed_origins")
            .map_or(Some(Vec::new()), |node| origins(&node));
        let newsletter = section(profile, "newsletter", |table| {
            let version = table.require("version").and_then(|node| node.text().map(str::to_owned));
            let text = table.require("text").and_then(localized);
            Some(Newsletter {
                version: version?,
                text: text?,
            })
        });
        let identity = section(profile, "identity", |table| {
            let key = table.require("key").and_then(|node| secret(&node));
            let is_required = table.get("required").map_or(Some(false), |node| node.boolean());
            Some(Identity {
                key: key?,
                is_required: is_required?,
            })
        });
        let webhook = section(profile, "webhook", |table| {
            let url = table.require("url").and_then(|node| web_address(&node));
            let secret = table.require("secret").and_then(|node| secret(&node));
            Some(Webhook {
                url: url?,
                secret: secret?,
            })
        });
        let files = section(profile, "files", FilePolicy::read);
        let retention = section(profile, "retention", |table| {
            let days = |name| match table.get(name) {
                None => Some(None),
                Some(node) => node.integer(DAYS_KEPT).map(|days| u16::try_from(days).ok()),
            };
            let (conversations, dead_letters, audit) = (days("conversations"), days("dead_letters"), days("audit"));
            Some(Retention {
                conversations: conversations?,
                dead_letters: dead_letters?,
                audit: audit?,
            })
        });
        Some(Self {
            name: name?,
            language: *languages.first()?,
            languages: languages.to_vec(),
            region: region?,
            time_zone: profile.get("time_zone")?.text()?.to_owned(),
            color: color?,
            greeting: greeting?,
            corner: corner?,
            avatar_url: avatar_url?,
            newsletter: newsletter?,
            allowed_origins: allowed_origins?,
            identity: identity?,
            webhook: webhook?,
            files: files?,
            retention: retention?.unwrap_or_default(),
        })
    }
}

/// The colour of a widget whose tenant names none.
const COLOR: &str = "#1f5fbf";

/// How many days things may be kept for. Providers repeat what they sent for days, and a receipt is what
/// tells a repetition.
const DAYS_KEPT: std::ops::RangeInclusive<i64> = 30..=3650;

/// Least characters of a secret.
const SECRET_CHARS_MIN: usize = 16;

/// The languages of a tenant, the main one first. Where the list has faults, what stands in it besides, or
/// else any language: so the faults of the texts are found in the same round.
pub(crate) fn languages(profile: &Table<'_>) -> Vec<Language> {
    let words = Language::ALL.map(|language| (language.code(), language));
    let listed = profile.require("languages").and_then(|node| node.list());
    if listed.as_ref().is_some_and(Vec::is_empty) {
        profile.fault("`languages` is empty: at least one is needed");
    }
    let mut languages = Vec::new();
    for node in listed.unwrap_or_default() {
        match node.one_of(&words) {
            Some(language) if languages.contains(&language) => node.fault("the language is listed twice"),
            Some(language) => languages.push(language),
            None => {}
        }
    }
    if languages.is_empty() {
        languages.push(Language::default());
    }
    languages
}

/// The time zone of a tenant.
pub(crate) fn time_zone(profile: &Table<'_>) -> Option<TimeZone> {
    let node = profile.require("time_zone")?;
    let name = node.text()?;
    TimeZone::get(name)
        .map_err(|_| node.fault(told!("`{}` is not an IANA time zone such as Europe/Madrid", name)))
        .ok()
}

/// A section that may be absent: `Some(None)` when it is, `None` when it has faults.
fn section<T>(profile: &Table<'_>, name: &str, read: impl FnOnce(&Table<'_>) -> Option<T>) -> Option<Option<T>> {
    let Some(node) = profile.get(name) else {
        return Some(None);
    };
    let table = node.table()?;
    let value = read(&table);
    table.finish();
    value.map(Some)
}

fn region(node: &Node<'_>) -> Option<String> {
    let code = node.text()?;
    let is_known = code.parse::<phonenumber::country::Id>().is_ok();
    if !is_known {
        node.fault(told!("`{}` is not a country such as US or ES", code));
    }
    is_known.then(|| code.to_owned())
}

fn color(node: &Node<'_>) -> Option<String> {
    let color = node.text()?;
    let is_color = color
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if !is_color {
        node.fault(told!("`{}` is not a colour such as #1f5fbf", color));
    }
    is_color.then(|| color.to_owned())
}

fn origins(node: &Node<'_>) -> Option<Vec<String>> {
    node.list()?
        .iter()
        .map(|item| {
            let origin = item.text()?;
            let host = origin
                .strip_prefix("https://")
                .or_else(|| origin.strip_prefix("http://"));
            let is_origin = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ', '@']));
            if !is_origin {
                item.fault(told!(
                    "`{}` is not an origin such as https://example.com, without a path",
                    origin
                ));
            }
            is_origin.then(|| origin.to_owned())
        })
        .collect()
}

pub(super) fn web_address(node: &Node<'_>) -> Option<String> {
    let url = node.text()?;
    let is_url = (url.starts_with("https://") || url.starts_with("http://"))
        && !url.contains(char::is_whitespace)
        && url.len() > "https://".len();
    if !is_url {
        node.fault(told!("`{}` is not a web address", url));
    }
    is_url.then(|| url.to_owned())
}

fn secret(node: &Node<'_>) -> Option<SecretString> {
    let secret = node.text()?;
    if secret.chars().count() < SECRET_CHARS_MIN {
        node.fault(told!("a secret has at least {} characters", SECRET_CHARS_MIN));
        return None;
    }
    Some(SecretString::from(secret.to_owned()))
}

/// A lower corner of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

impl Corner {
    /// The stable name in manifests and on the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

const CORNERS: [(&str, Corner); 2] = [("left", Corner::Left), ("right", Corner::Right)];

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

/// How long things are kept, in days; `None` is for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// What was said and decided in a conversation, after its last turn.
    pub conversations: Option<u16>,
    /// Dead letters that were dealt with.
    pub dead_letters: Option<u16>,
    /// Who did what in the console.
    pub audit: Option<u16>,
}

/// Where news of leads is posted.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The key that signs what is posted.
    pub secret: SecretString,
}

/// Which files visitors may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePolicy {
    /// Of which kinds.
    pub kinds: Vec<FileKind>,
    /// Bytes of one file.
    pub bytes_max: u64,
}

/// What a file is to the person who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Pictures.
    Images,
    /// PDF, text, and what offices write.
    Documents,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
}

impl FileKind {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 4] = [Self::Images, Self::Documents, Self::Audio, Self::Video];

    /// The stable name in manifests and on the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Documents => "documents",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// Bytes of a megabyte, as people count them.
const MEGABYTE: u64 = 1_000_000;
/// Megabytes of one file: what a manifest may allow, and what it allows unless it says otherwise.
const FILE_MB_MAX: i64 = 25;
const FILE_MB: u64 = 10;

impl FilePolicy {
    fn read(table: &Table<'_>) -> Option<Self> {
        let words = FileKind::ALL.map(|kind| (kind.code(), kind));
        let kinds = table.require("kinds").and_then(|node| {
            let kinds: Option<Vec<FileKind>> = node.list()?.iter().map(|item| item.one_of(&words)).collect();
            let kinds = kinds?;
            if kinds.is_empty() {
                node.fault("`kinds` is empty: leave the section out where no files are taken");
                return None;
            }
            Some(kinds)
        });
        let megabytes = table.get("max_mb").map_or(Some(FILE_MB), |node| {
            node.integer(1..=FILE_MB_MAX)
                .and_then(|count| u64::try_from(count).ok())
        });
        Some(Self {
            kinds: kinds?,
            bytes_max: megabytes? * MEGABYTE,
        })
    }
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
