//! `[[templates]]`: texts that a provider has approved, for when a channel takes no free words any more.

use std::collections::BTreeMap;

use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::{Approved, Content, Language, Passage, Personal};

use super::reader::{Node, Table};
use super::template::in_languages;
use super::{Localized, Template, Templates};
use crate::blanks::Blanks;
use crate::control::RESUME;
use crate::playbook::NUDGE;

/// Texts of one tenant.
const TEXTS_MAX: usize = 50;
/// Blanks of one text.
const PARAMETERS_MAX: usize = 10;
/// Characters of a text, filled or not.
const TEXT_CHARACTERS_MAX: usize = 1_024;
/// The senders that know such texts, each under a name or id of its own.
const SENDERS: [&str; 2] = ["whatsapp_cloud", "gupshup"];
/// The timers whose words an approved text may stand for.
const FOLLOW_UPS: [(&str, &str); 2] = [(NUDGE, NUDGE), (RESUME, RESUME)];
/// What stands where a blank has nothing to fill it.
const UNFILLED: &str = "…";

/// A text that a provider has approved.
#[derive(Debug)]
pub(crate) struct ApprovedText {
    /// Its name in the manifest.
    pub(crate) key: String,
    /// What it says, with `{{1}}` for the first blank.
    text: Localized<String>,
    locale: Localized<String>,
    parameters: Vec<Localized<Template>>,
    ids: Vec<(&'static str, Localized<String>)>,
    stands_for: Vec<&'static str>,
}

/// An approved text as a colleague sees it before sending it to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedText {
    /// Its name in the manifest.
    pub key: String,
    /// What the person would read; `…` where something is not known of them.
    pub words: String,
    /// Everything is known that it says.
    pub is_complete: bool,
}

impl ApprovedText {
    /// Reads all of them.
    pub(super) fn read_all(node: &Node<'_>, languages: &[Language], templates: &mut Templates) -> Option<Vec<Self>> {
        let nodes = node.list()?;
        if nodes.len() > TEXTS_MAX {
            node.fault(format!("there are at most {TEXTS_MAX} templates"));
        }
        let mut texts: Vec<Self> = Vec::new();
        for node in &nodes {
            let table = node.table()?;
            let text = Self::read(&table, languages, templates);
            table.finish();
            let Some(text) = text else { continue };
            if texts.iter().any(|other| other.key == text.key) {
                table.fault(format!("there are two templates `{}`", text.key));
            }
            texts.push(text);
        }
        (texts.len() == nodes.len()).then_some(texts)
    }

    fn read(table: &Table<'_>, languages: &[Language], templates: &mut Templates) -> Option<Self> {
        let word = |node: &Node<'_>| node.text().map(str::to_owned);
        let key = table.require("key").and_then(|node| word(&node));
        let text = table
            .require("text")
            .and_then(|node| in_some_languages(&node, languages, word));
        let languages: Vec<Language> = match &text {
            Some(text) => text.iter().map(|(language, _)| language).collect(),
            None => languages.to_vec(),
        };
        let languages = languages.as_slice();
        let locale = table.get("locale").map_or_else(
            || Some(own_codes(languages)),
            |node| in_languages_or_all(&node, languages, word),
        );
        let parameters = table.get("parameters").map_or(Some(Vec::new()), |node| {
            let mut parameter = |node: &Node<'_>| in_languages_or_all(node, languages, |node| templates.compile(node));
            node.list()?.iter().map(&mut parameter).collect()
        });
        let stands_for = table.get("stands_for").map_or(Some(Vec::new()), |node| {
            node.list()?.iter().map(|node| node.one_of(&FOLLOW_UPS)).collect()
        });
        let named = SENDERS.map(|sender| {
            let node = table.get(sender)?;
            Some(in_languages_or_all(&node, languages, word).map(|id| (sender, id)))
        });
        if named.iter().all(Option::is_none) {
            table.fault(format!("no provider has it: one of {} is needed", SENDERS.join(", ")));
        }
        let ids: Option<Vec<_>> = named.into_iter().flatten().collect();
        let (text, parameters) = (text?, parameters?);
        for (language, words) in text.iter() {
            if let Some(fault) = fault(words, parameters.len()) {
                table.fault(format!("{}: {fault}", language.code()));
            }
        }
        Some(Self {
            key: key?,
            text,
            locale: locale?,
            parameters,
            ids: ids?,
            stands_for: stands_for?,
        })
    }

    /// Whether it is said in place of what a timer has to say.
    pub(crate) fn stands_for(&self, timer: &str) -> bool {
        self.stands_for.contains(&timer)
    }

    /// Whether the provider that messages leave by has it.
    pub(crate) fn is_known_to(&self, lane: Option<&Lane>) -> bool {
        let sender = lane.and_then(|lane| lane.as_str().split_once(':'));
        sender.is_none_or(|(sender, _)| self.ids.iter().any(|(own, _)| *own == sender))
    }

    /// The text with its blanks filled; `None` when one stays empty or all of it is too long, which no
    /// provider takes.
    pub(crate) fn fill(&self, blanks: Blanks<'_>) -> Option<Content> {
        let blanks = self.in_own_language(blanks);
        let language = blanks.language;
        let parameters = self.values(blanks);
        let words = self.words(language, &parameters);
        if parameters.iter().any(String::is_empty) || words.chars().count() > TEXT_CHARACTERS_MAX {
            return None;
        }
        let id = |(sender, id): &(&str, Localized<String>)| ((*sender).to_owned(), id.get(language).clone());
        let approved = Approved {
            key: self.key.clone(),
            locale: self.locale.get(language).clone(),
            parameters: parameters.into_iter().map(Personal::from).collect(),
            ids: self.ids.iter().map(id).collect::<BTreeMap<_, _>>(),
        };
        Some(Content {
            passage: Some(Passage::Template(approved)),
            ..Content::text(words)
        })
    }

    /// As a colleague sees it.
    pub(crate) fn offer(&self, blanks: Blanks<'_>) -> OfferedText {
        let blanks = self.in_own_language(blanks);
        let values = self.values(blanks);
        let shown: Vec<String> = values
            .into_iter()
            .map(|value| if value.is_empty() { UNFILLED.to_owned() } else { value })
            .collect();
        OfferedText {
            key: self.key.clone(),
            words: self.words(blanks.language, &shown),
            is_complete: self.fill(blanks).is_some(),
        }
    }

    /// In the person's language, where the text is approved in it.
    fn in_own_language<'a>(&self, blanks: Blanks<'a>) -> Blanks<'a> {
        let mut own = self.text.iter().map(|(language, _)| language);
        let main = own.next().unwrap_or(blanks.language);
        let language = own.find(|language| *language == blanks.language).unwrap_or(main);
        Blanks { language, ..blanks }
    }

    /// What fills the blanks, on one line each: no provider takes more.
    fn values(&self, blanks: Blanks<'_>) -> Vec<String> {
        let language = blanks.language;
        let value = |parameter: &Localized<Template>| {
            let value = blanks.fill(parameter.get(language));
            value.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        self.parameters.iter().map(value).collect()
    }

    fn words(&self, language: Language, values: &[String]) -> String {
        let text = self.text.get(language).clone();
        values
            .iter()
            .enumerate()
            .fold(text, |words, (index, value)| words.replace(&place(index + 1), value))
    }
}

/// Where the value of this number goes, as providers write it.
fn place(number: usize) -> String {
    format!("{{{{{number}}}}}")
}

/// Where no locale is named, the language's own code.
fn own_codes(languages: &[Language]) -> Localized<String> {
    let code = |language: Language| language.code().to_owned();
    let first = languages.first().copied().unwrap_or_default();
    let all = Localized::new(first, code(first));
    languages
        .iter()
        .fold(all, |all, language| all.with(*language, code(*language)))
}

/// What there is in at least one language, whichever of them the tenant speaks at present: a provider
/// approves each language by itself. That of the tenant's main language serves the others.
fn in_some_languages<T>(
    node: &Node<'_>,
    languages: &[Language],
    read: impl FnMut(&Node<'_>) -> Option<T>,
) -> Option<Localized<T>> {
    let main = *languages.first()?;
    if !node.is_table() {
        return in_languages(node, &[main], read);
    }
    let table = node.table()?;
    let is_there = |language: &Language| table.get(language.code()).is_some();
    let mut there: Vec<Language> = Language::ALL.into_iter().filter(is_there).collect();
    there.sort_by_key(|language| *language != main);
    if there.is_empty() {
        node.fault(format!("the text is needed in a language, such as {}", main.code()));
        return None;
    }
    in_languages(node, &there, read)
}

/// What differs by language, or the bare value where it is the same in all of them.
fn in_languages_or_all<T>(
    node: &Node<'_>,
    languages: &[Language],
    mut read: impl FnMut(&Node<'_>) -> Option<T>,
) -> Option<Localized<T>> {
    if node.is_table() {
        return in_languages(node, languages, read);
    }
    Some(Localized::new(*languages.first()?, read(node)?))
}

/// What is wrong with a text that has so many blanks.
fn fault(words: &str, parameters: usize) -> Option<String> {
    if parameters > PARAMETERS_MAX {
        return Some(format!("a template has at most {PARAMETERS_MAX} parameters"));
    }
    if words.chars().count() > TEXT_CHARACTERS_MAX {
        return Some(format!("a template has at most {TEXT_CHARACTERS_MAX} characters"));
    }
    if let Some(number) = (1..=parameters).find(|number| !words.contains(&place(*number))) {
        return Some(format!("the text has no place {} for a parameter", place(number)));
    }
    let places = words.matches("{{").count();
    (places > parameters).then(|| format!("the text has {places} places and the template {parameters} parameters"))
}

#[cfg(test)]
mod tests {
    use frontdesk_core::Timestamp;

    use super::*;
    use crate::state::{State, Value};
    use crate::{Fault, Tenant};

    const BUSINESS: &str = r#"version = 1
[profile]
name = "Ember & Oak"
languages = ["en", "es"]
region = "US"
time_zone = "America/Los_Angeles"
greeting = { en = "Hi!", es = "¡Hola!" }
[playbook]
steps = [{ key = "name" }, { key = "phone" }]
"#;

    const GOOD: &str = r#"
[[templates]]
key = "back"
stands_for = ["nudge"]
text.en = "Hi {{1}}, this is {{2}}. Shall we go on?"
text.es = "Hola {{1}}, somos {{2}}. ¿Seguimos?"
locale = { en = "en_US", es = "es_MX" }
parameters = [
  { en = "{% if first_name %}{{ first_name }}{% else %}there{% endif %}", es = "{{ first_name }}" },
  "{{ business }}",
]
whatsapp_cloud = "back_1"
"#;

    fn parse(more: &str) -> Result<Tenant, Vec<Fault>> {
        Tenant::parse(&"test".parse().unwrap(), &format!("{BUSINESS}{more}"))
    }

    fn state(language: Language, name: Option<&str>) -> State {
        let mut state = State {
            language: Some(language),
            ..State::default()
        };
        if let Some(name) = name {
            state.answers.insert("name".to_owned(), Value::Text(name.into()));
        }
        state
    }

    #[test]
    fn blanks_are_filled_on_one_line_and_none_stays_empty() {
        let tenant = parse(GOOD).unwrap();
        let fill = |state: &State| {
            let now = Timestamp::from_millis(0);
            let tenant = &tenant;
            tenant.approved[0].fill(Blanks::new(tenant, state, now))
        };
        let content = fill(&state(Language::En, Some("Ana\n María"))).unwrap();
        assert_eq!(&*content.text, "Hi Ana, this is Ember & Oak. Shall we go on?");
        let Some(Passage::Template(approved)) = content.passage else {
            panic!("not a template: {content:?}")
        };
        assert_eq!((approved.key.as_str(), approved.locale.as_str()), ("back", "en_US"));
        let values: Vec<&str> = approved.parameters.iter().map(|value| &**value).collect();
        assert_eq!(values, ["Ana", "Ember & Oak"]);
        assert_eq!(approved.ids["whatsapp_cloud"], "back_1");
        let stranger = fill(&state(Language::En, None)).unwrap();
        assert_eq!(&*stranger.text, "Hi there, this is Ember & Oak. Shall we go on?");
        assert_eq!(
            fill(&state(Language::Es, None)),
            None,
            "an empty blank is refused everywhere"
        );
        let long = "x".repeat(TEXT_CHARACTERS_MAX);
        assert_eq!(
            fill(&state(Language::Es, Some(&long))),
            None,
            "and so is too long a text"
        );
    }

    #[test]
    fn a_text_may_be_approved_in_some_languages_only() {
        let spanish = GOOD
            .replace("text.en = \"Hi {{1}}, this is {{2}}. Shall we go on?\"\n", "")
            .replace("en = \"en_US\", ", "")
            .replace(
                "en = \"{% if first_name %}{{ first_name }}{% else %}there{% endif %}\", ",
                "",
            );
        let tenant = parse(&spanish).unwrap();
        let state = state(Language::En, Some("Ana"));
        let filled = tenant.approved[0].fill(Blanks::new(&tenant, &state, Timestamp::from_millis(0)));
        assert_eq!(&*filled.unwrap().text, "Hola Ana, somos Ember & Oak. ¿Seguimos?");
        let faults = parse(&spanish.replace("{ es = \"es_MX\" }", "{ en = \"en_US\" }")).unwrap_err();
        assert!(
            faults.iter().any(|fault| fault.to_string().contains("`es` is missing")),
            "{faults:?}"
        );
    }

    #[test]
    fn a_colleague_sees_what_is_missing() {
        let tenant = parse(GOOD).unwrap();
        let offered = tenant.offered_texts(&state(Language::Es, None), Timestamp::from_millis(0));
        let expected = OfferedText {
            key: "back".to_owned(),
            words: "Hola …, somos Ember & Oak. ¿Seguimos?".to_owned(),
            is_complete: false,
        };
        assert_eq!(offered, [expected]);
        let elsewhere = State {
            lane: Some(Lane::of_account("gupshup", "DemoApp")),
            ..state(Language::En, None)
        };
        assert_eq!(tenant.offered_texts(&elsewhere, Timestamp::from_millis(0)), []);
    }

    #[test]
    fn what_no_provider_would_take_is_told() {
        for (from, to, told) in [
            ("{{1}}, this", "{{3}}, this", "no place {{1}}"),
            (
                "{{1}}, this",
                "{{1}} {{3}}, this",
                "3 places and the template 2 parameters",
            ),
            ("nudge", "birthday", "`birthday` is none of nudge, resume"),
            ("whatsapp_cloud = \"back_1\"\n", "", "no provider has it"),
            ("key = \"back\"\n", "", "`key` is missing"),
            ("{{ business }}", "{{ busyness }}", "nothing is called `busyness`"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let faults = parse(&GOOD.replacen(from, to, 1)).unwrap_err();
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert!(all.iter().any(|fault| fault.contains(told)), "{told}: {all:?}");
        }
        let twice = parse(&format!("{GOOD}{GOOD}")).unwrap_err();
        assert!(twice[0].to_string().contains("two templates"), "{twice:?}");
    }
}
