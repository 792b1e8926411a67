//! The pages of the form: which fields each has, for the manifest at hand.

use frontdesk_actors::{Draft, Entry};
use frontdesk_core::{ChannelKind, Language};

use super::field::{Field, Kind, wording};
use crate::console::texts::{Texts, own_name};

/// A page of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// Name, languages, hours, newsletter, notifications, how long things are kept.
    Business,
    /// How the chat looks, and where.
    Widget,
    /// The steps of the playbook.
    Questions,
    /// The facts the bot knows.
    Answers,
    /// Everything else it says.
    Words,
}

/// Fields that belong together.
#[derive(Debug, Default)]
pub struct Group {
    /// What they are about.
    pub title: String,
    /// What is to be known of them.
    pub lead: &'static str,
    /// The fields.
    pub fields: Vec<Field>,
    /// Fields that few need; shown on demand.
    pub more: Vec<Field>,
    /// What is pressed for them, where that is not what it mostly is.
    pub more_title: &'static str,
    /// What the manifest calls it, where that is told.
    pub key: Option<String>,
    /// The list element they belong to, when it can be taken out.
    pub element: Option<String>,
    /// Their place in a list whose order can be changed, as the manifest has it that is changed.
    pub place: Option<usize>,
}

impl Group {
    /// Whether something in [`Self::more`] needs a look.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.more
            .iter()
            .any(|field| !field.faults.is_empty() || field.theirs.is_some())
    }
}

impl Sheet {
    /// Where the questions are in a manifest.
    pub const STEPS: &'static str = "playbook.steps";

    /// All of them, in order.
    pub const ALL: [Self; 5] = [
        Self::Business,
        Self::Widget,
        Self::Questions,
        Self::Answers,
        Self::Words,
    ];

    /// Its part of the address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Widget => "chat",
            Self::Questions => "questions",
            Self::Answers => "answers",
            Self::Words => "words",
        }
    }

    /// The page of an address.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.code() == code)
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self, texts: &Texts) -> &'static str {
        let own = &texts.settings;
        match self {
            Self::Business => own.business,
            Self::Widget => own.widget,
            Self::Questions => own.questions,
            Self::Answers => own.answers,
            Self::Words => own.words,
        }
    }

    /// The list whose elements its paths count, if they do.
    #[must_use]
    pub const fn list(self) -> Option<&'static str> {
        match self {
            Self::Questions => Some(Self::STEPS),
            Self::Answers => Some("knowledge.facts"),
            Self::Business | Self::Widget | Self::Words => None,
        }
    }

    /// Its fields for a manifest.
    #[must_use]
    pub fn groups(self, draft: &Draft, texts: &'static Texts) -> Vec<Group> {
        let made = Making {
            draft,
            defaults: Draft::defaults(),
            texts,
            languages: languages(draft),
        };
        match self {
            Self::Business => made.business(),
            Self::Widget => made.widget(),
            Self::Questions => made.questions(),
            Self::Answers => made.answers(),
            Self::Words => made.words(),
        }
    }
}

/// The languages a manifest lists, the main one first.
pub fn languages(draft: &Draft) -> Vec<Language> {
    let Some(Entry::Lines(codes)) = draft.get("profile.languages") else {
        return vec![Language::default()];
    };
    codes.iter().filter_map(|code| Language::from_tag(code)).collect()
}

/// What fields are made from.
struct Making<'d> {
    draft: &'d Draft,
    defaults: Draft,
    texts: &'static Texts,
    languages: Vec<Language>,
}

impl Making<'_> {
    fn field(&self, path: impl Into<String>, label: impl Into<String>, kind: Kind) -> Field {
        Field::new(self.draft, path, label, kind)
    }

    /// A label that tells the language, where there is more than one.
    fn label(&self, label: &str, language: Language) -> String {
        if self.languages.len() < 2 {
            label.to_owned()
        } else {
            format!("{label} · {}", own_name(language))
        }
    }

    /// One text in every language.
    fn in_languages(&self, path: &str, label: &str, kind: fn() -> Kind) -> Vec<Field> {
        let field = |language: &Language| {
            let path = format!("{path}.{}", language.code());
            self.field(path, self.label(label, *language), kind())
        };
        self.languages.iter().map(field).collect()
    }

    /// A prompt in every language, in the wording for every channel; `default` is its place among the
    /// wordings of the program.
    fn prompt(&self, path: &str, label: &str, default: &str) -> Vec<Field> {
        let field = |language: &Language| {
            let code = language.code();
            self.field(format!("{path}.{code}.any"), self.label(label, *language), Kind::Words)
                .or(wording(&self.defaults, &format!("{default}.{code}.any")))
        };
        self.languages.iter().map(field).collect()
    }

    /// The wordings of a prompt that one channel has of its own, there or `offered`.
    fn on_channels(&self, path: &str, label: &str, default: &str, offered: &[ChannelKind]) -> Vec<Field> {
        let mut fields = Vec::new();
        for language in &self.languages {
            let code = language.code();
            for channel in ChannelKind::ALL {
                let own = format!("{path}.{code}.{}", channel.code());
                if !offered.contains(&channel) && !self.draft.has(&own) {
                    continue;
                }
                let label = format!("{label} · {}", self.texts.channels.of(channel));
                let default = wording(&self.defaults, &format!("{default}.{code}.{}", channel.code()));
                fields.push(self.field(own, self.label(&label, *language), Kind::Words).or(default));
            }
        }
        fields
    }

    fn business(&self) -> Vec<Group> {
        let own = &self.texts.settings;
        let profile = vec![
            self.field("profile.name", own.name, Kind::Line),
            self.field("profile.languages", own.main_language, Kind::Languages),
            self.field("profile.region", own.region, Kind::Line)
                .hint(own.region_hint),
            self.field("profile.time_zone", own.time_zone, Kind::Zone),
        ];
        let days = [
            ("monday", own.monday),
            ("tuesday", own.tuesday),
            ("wednesday", own.wednesday),
            ("thursday", own.thursday),
            ("friday", own.friday),
            ("saturday", own.saturday),
            ("sunday", own.sunday),
        ];
        let day = |(day, label)| self.field(format!("profile.hours.{day}"), label, Kind::Line);
        let mut hours: Vec<Field> = days.into_iter().map(day).collect();
        hours.push(
            self.field("profile.hours.exceptions", own.exceptions, Kind::Pairs)
                .hint(own.exceptions_hint),
        );
        hours.push(
            self.field("profile.quiet_hours", own.quiet_hours, Kind::Line)
                .hint(own.quiet_hours_hint)
                .or("21:00-08:00"),
        );
        let mut consent = self.in_languages("profile.newsletter.text", own.consent_text, || Kind::Words);
        consent.push(self.field("profile.newsletter.version", own.consent_version, Kind::Line));
        let notifications = vec![
            self.field("profile.webhook.url", own.webhook_url, Kind::Address),
            self.field("profile.webhook.secret", own.webhook_secret, Kind::Secret)
                .hint(own.secret_hint),
        ];
        let kinds = [
            ("conversations", own.keep_conversations),
            ("dead_letters", own.keep_dead_letters),
            ("audit", own.keep_audit),
        ];
        let days = |(name, label)| self.field(format!("profile.retention.{name}"), label, Kind::Number);
        let retention = kinds.into_iter().map(days).collect();
        vec![
            group(own.profile, "", profile),
            group(own.hours, own.hours_lead, hours),
            group(own.consent, own.consent_lead, consent),
            group(own.notifications, own.notifications_lead, notifications),
            group(own.retention, own.retention_lead, retention),
        ]
    }

    fn widget(&self) -> Vec<Group> {
        let own = &self.texts.settings;
        let corners = vec![("right", own.right), ("left", own.left)];
        let mut look = vec![
            self.field("profile.color", own.color, Kind::Color).or("#1f5fbf"),
            self.field("profile.corner", own.corner, Kind::Choice(corners))
                .or("right"),
        ];
        look.extend(self.in_languages("profile.greeting", own.greeting, || Kind::Words));
        look.push(
            self.field("profile.avatar_url", own.avatar_url, Kind::Address)
                .hint(own.avatar_hint),
        );
        let sites = self
            .field("profile.allowed_origins", own.allowed_origins, Kind::Lines)
            .hint(own.allowed_origins_hint);
        let kinds = vec![
            ("images", own.images),
            ("documents", own.documents),
            ("audio", own.audio),
            ("video", own.video),
        ];
        let files = vec![
            self.field(FILE_KINDS, own.file_kinds, Kind::Several(kinds)),
            self.field("profile.files.max_mb", own.file_megabytes, Kind::Number)
                .hint(own.file_megabytes_hint)
                .or("10"),
        ];
        vec![
            group(own.look, "", look),
            group(own.files, own.files_lead, files),
            group(own.sites, "", vec![sites]),
        ]
    }

    fn questions(&self) -> Vec<Group> {
        let own = &self.texts.settings;
        let step = |index: usize| {
            let path = format!("playbook.steps[{index}]");
            let key = match self.draft.get(&format!("{path}.key")) {
                Some(Entry::Text(key)) => key,
                _ => String::new(),
            };
            let place = |name: &str| (format!("{path}.{name}"), format!("{name}.{key}"));
            let ((ask, ask_default), (why, why_default)) = (place("ask"), place("why"));
            let (accepted, accepted_default) = place("accepted");
            let mut more = self.on_channels(&ask, own.ask, &ask_default, &CHANNELS);
            let accepts = match self.draft.get(&format!("{path}.accept")) {
                Some(Entry::Text(accepts)) => accepts,
                _ => key.clone(),
            };
            let again = |language: &Language| {
                let code = language.code();
                self.field(
                    format!("{path}.again.{code}"),
                    self.label(own.again, *language),
                    Kind::Lines,
                )
                .or(wording(&self.defaults, &format!("again.{accepts}.{code}")))
            };
            more.extend(self.languages.iter().map(again));
            more.push(
                self.field(format!("{path}.was"), own.was, Kind::Lines)
                    .hint(own.was_hint),
            );
            for (name, label, default) in [(why, own.why, why_default), (accepted, own.accepted, accepted_default)] {
                more.extend(self.prompt(&name, label, &default));
                more.extend(self.on_channels(&name, label, &default, &[]));
            }
            let mut fields = self.prompt(&ask, own.ask, &ask_default);
            for choice in 0..self.draft.count(&format!("{path}.choices")) {
                let label = format!("{} {}", own.label, choice + 1);
                fields.extend(self.in_languages(&format!("{path}.choices[{choice}].label"), &label, || Kind::Line));
            }
            Group {
                title: self.texts.thread.field(&key),
                fields,
                more,
                key: Some(key),
                place: Some(index),
                ..Group::default()
            }
        };
        let steps = (0..self.draft.count(Sheet::STEPS)).map(step);
        steps.chain([self.channel_orders()]).collect()
    }

    /// The order of the questions on channels that have one of their own, and those that could.
    fn channel_orders(&self) -> Group {
        let own = &self.texts.settings;
        let key = |index: usize| wording(self.draft, &format!("{}[{index}].key", Sheet::STEPS));
        let keys: Vec<String> = (0..self.draft.count(Sheet::STEPS)).map(key).collect();
        let order = |channel: ChannelKind| {
            let path = format!("playbook.order.{}", channel.code());
            let label = self.texts.channels.of(channel);
            self.field(path, label, Kind::Lines).or(keys.join("\n"))
        };
        let (fields, more) = CHANNELS
            .into_iter()
            .map(order)
            .partition(|order| !order.value.is_empty());
        Group {
            title: own.channel_order.to_owned(),
            lead: own.channel_order_lead,
            fields,
            more,
            more_title: own.other_channels,
            ..Group::default()
        }
    }

    fn answers(&self) -> Vec<Group> {
        let own = &self.texts.settings;
        let count = self.draft.count("knowledge.facts");
        let fact = |index: usize| {
            let path = format!("knowledge.facts[{index}]");
            let main = self.languages.first().map_or("en", |language| language.code());
            let asked = wording(self.draft, &format!("{path}.asked.{main}"));
            let mut fields = self.in_languages(&format!("{path}.asked"), own.asked, || Kind::Lines);
            fields.extend(self.in_languages(&format!("{path}.answer"), own.answer, || Kind::Words));
            let first = asked.lines().next().unwrap_or_default().to_owned();
            let is_new = index == count;
            Group {
                title: if is_new { own.new_answer.to_owned() } else { first },
                fields,
                element: (!is_new).then_some(path),
                ..Group::default()
            }
        };
        (0..=count).map(fact).collect()
    }

    fn words(&self) -> Vec<Group> {
        let own = |(name, label): (&str, &'static str)| {
            let path = format!("texts.{name}");
            let fields = if name == "nudges" {
                let nudge = |language: &Language| {
                    let path = format!("{path}.{}", language.code());
                    let default = wording(&self.defaults, &path);
                    self.field(path, self.label(label, *language), Kind::Lines).or(default)
                };
                self.languages.iter().map(nudge).collect()
            } else {
                self.prompt(&path, label, &path)
            };
            Group {
                title: label.to_owned(),
                fields,
                more: self.on_channels(&path, label, &path, &[]),
                ..Group::default()
            }
        };
        self.texts.says.all().into_iter().map(own).collect()
    }
}

/// Which kinds of files visitors may send; without any there is no section.
pub const FILE_KINDS: &str = "profile.files.kinds";

/// The channels a question is worded for on their own.
const CHANNELS: [ChannelKind; 6] = [
    ChannelKind::WebChat,
    ChannelKind::Sms,
    ChannelKind::Messenger,
    ChannelKind::Instagram,
    ChannelKind::Whatsapp,
    ChannelKind::Voice,
];

fn group(title: &str, lead: &'static str, fields: Vec<Field>) -> Group {
    Group {
        title: title.to_owned(),
        lead,
        fields,
        ..Group::default()
    }
}
