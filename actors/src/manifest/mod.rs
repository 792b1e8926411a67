//! A tenant's dialogue as data: read, checked as a whole, compiled.
//!
//! `docs/manifests.md` describes the format. A manifest leaves out what it does not need: every
//! question of a contact collection and everything else the bot says has a wording already
//! (`texts.toml`), in four languages.

mod accept;
mod approved;
mod card;
mod draft;
mod fault;
mod hours;
mod order;
mod playbook;
mod prompt;
mod reader;
mod settings;
mod template;
mod texts;

use std::time::Duration;

use frontdesk_core::{ChannelKind, Language, Personal, TenantId, Timestamp};
use jiff::tz::TimeZone;

pub(crate) use accept::Accept;
pub(crate) use approved::ApprovedText;
pub use approved::OfferedText;
pub(crate) use card::CardPrompt;
pub use draft::{Draft, Entry};
pub use fault::{Fault, fill as fill_fault};
pub(crate) use fault::{Told, told};
pub use hours::Opening;
pub(crate) use hours::{Hours, Span};
pub(crate) use playbook::{Playbook, Step};
pub(crate) use prompt::Prompt;
pub(crate) use reader::{Document, Node, Table};
pub use settings::{Corner, FileKind, FilePolicy, Identity, Localized, Newsletter, Retention, Settings, Webhook};
pub(crate) use template::{Template, Templates};
pub(crate) use texts::{Say, Texts};

use crate::blanks::Blanks;
use crate::knowledge::Knowledge;
use crate::state::State;
use texts::Defaults;

/// The only version of the format there is.
const VERSION: i64 = 1;

/// A manifest, compiled: everything a conversation needs to know of its tenant.
#[derive(Debug)]
pub struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) settings: Settings,
    pub(crate) zone: TimeZone,
    pub(crate) hours: Hours,
    /// When nothing leaves that nobody has asked for, on the person's clock.
    pub(crate) quiet_hours: Option<Span>,
    pub(crate) playbook: Playbook,
    pub(crate) knowledge: Knowledge,
    pub(crate) texts: Texts,
    pub(crate) templates: Templates,
    /// Texts that providers have approved.
    pub(crate) approved: Vec<ApprovedText>,
}

impl Tenant {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    ///
    /// All faults found, in the order of their place.
    pub fn parse(id: &TenantId, toml: &str) -> Result<Self, Vec<Fault>> {
        Document::read(toml, |root| Self::read(id, root))
    }

    /// The public look of the tenant and what the edges need to know of it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// When the business is open from `now` on: the spans that have not ended yet, in order, as many
    /// as a page needs to tell when somebody is back. `None`: it is never closed.
    #[must_use]
    pub fn openings(&self, now: Timestamp) -> Option<Vec<Opening>> {
        self.hours.openings(now, &self.zone)
    }

    /// What a person agrees to who ticks a form's box for text messages.
    #[must_use]
    pub fn sms_consent(&self, language: Language) -> String {
        let template = self.texts.get(Say::SmsConsent).get(language, ChannelKind::Form);
        self.templates.fill(template, |blank| {
            (blank == "business").then(|| self.settings.name.clone())
        })
    }

    /// The approved texts that the provider of this conversation has, as the person would read them now.
    #[must_use]
    pub fn offered_texts(&self, state: &State, now: Timestamp) -> Vec<OfferedText> {
        let blanks = Blanks::new(self, state, now);
        let known = self
            .approved
            .iter()
            .filter(|text| text.is_known_to(state.lane.as_ref()));
        known.map(|text| text.offer(blanks)).collect()
    }

    /// A phone number in E.164, read as a person of the tenant's region writes it.
    #[must_use]
    pub fn read_phone(&self, claim: &str) -> Option<Personal> {
        crate::reading::known_phone(self, claim).map(|(phone, _)| phone)
    }

    fn read(id: &TenantId, root: &Table<'_>) -> Option<Self> {
        if root
            .require("version")
            .and_then(|node| node.integer(VERSION..=VERSION))
            .is_none()
        {
            // What another version means is not for this one to judge.
            root.entries();
            return None;
        }
        let mut templates = Templates::new(&Playbook::keys(root));
        let profile = root.require("profile").and_then(|node| node.table());
        let languages = profile
            .as_ref()
            .map_or_else(|| vec![Language::default()], settings::languages);
        let profile = profile.and_then(|table| Profile::read(&table, &languages));
        Defaults::with(languages[0], |defaults| {
            let playbook = root
                .require("playbook")
                .and_then(|node| Playbook::read(&node.table()?, &languages, defaults, &mut templates));
            let knowledge = match root.get("knowledge") {
                None => Some(Knowledge::empty()),
                Some(node) => node
                    .table()
                    .and_then(|table| Knowledge::read(&table, &languages, &mut templates)),
            };
            let texts = match root.get("texts") {
                None => Texts::read(None, &languages, defaults, &mut templates),
                Some(node) => node
                    .table()
                    .and_then(|table| Texts::read(Some(&table), &languages, defaults, &mut templates)),
            };
            let approved = root.get("templates").map_or(Some(Vec::new()), |node| {
                ApprovedText::read_all(&node, &languages, &mut templates)
            });
            let profile = profile?;
            Some(Self {
                id: id.clone(),
                settings: profile.settings,
                zone: profile.zone,
                hours: profile.hours,
                quiet_hours: profile.quiet_hours,
                playbook: playbook?,
                knowledge: knowledge?,
                texts: texts?,
                templates,
                approved: approved?,
            })
        })
    }
}

/// What `[profile]` says.
struct Profile {
    settings: Settings,
    zone: TimeZone,
    hours: Hours,
    quiet_hours: Option<Span>,
}

impl Profile {
    fn read(table: &Table<'_>, languages: &[Language]) -> Option<Self> {
        let hours = match table.get("hours") {
            None => Some(Hours::default()),
            Some(node) => node.table().and_then(|table| Hours::read(&table)),
        };
        let quiet_hours = table
            .get("quiet_hours")
            .map_or(Some(Some(Span::NIGHT)), |node| Span::read_quiet(&node));
        let zone = settings::time_zone(table);
        let settings = Settings::read(table, languages);
        table.finish();
        Some(Self {
            settings: settings?,
            zone: zone?,
            hours: hours?,
            quiet_hours: quiet_hours?,
        })
    }
}

/// Longest time a manifest may name: 30 days.
const DURATION_MAX: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Reads `90s`, `10m`, `26h`, `3d`.
pub(crate) fn duration(node: &Node<'_>) -> Option<Duration> {
    let text = node.text()?;
    let seconds = |digits: &str, unit: u64| digits.parse::<u64>().ok()?.checked_mul(unit);
    let read = text
        .strip_suffix('s')
        .and_then(|digits| seconds(digits, 1))
        .or_else(|| seconds(text.strip_suffix('m')?, 60))
        .or_else(|| seconds(text.strip_suffix('h')?, 60 * 60))
        .or_else(|| seconds(text.strip_suffix('d')?, 24 * 60 * 60))
        .map(Duration::from_secs)
        .filter(|duration| *duration <= DURATION_MAX);
    if read.is_none() {
        node.fault(told!(
            "`{}` is not a time such as 90s, 10m, 26h or 3d, at most 30d",
            text
        ));
    }
    read
}
