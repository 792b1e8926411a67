//! A manifest's text, changed by place: what is not touched stays as it was written, comments
//! included.
//!
//! A place is a path as a [`Fault`] names it, such as `playbook.steps[2].ask.en.any`. A text of a
//! tenant may be written in several shapes: bare, by language, by language and channel. A path may
//! always name all of them; what is written is unfolded only as far as a change needs it.

use frontdesk_core::Language;
use toml_edit::{Array, DocumentMut, Item};

use super::{Fault, texts};

mod place;

use place::{find, find_mut, localize, read, remove, steps, write};

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A text.
    Text(String),
    /// A list of texts.
    Lines(Vec<String>),
    /// A table of texts.
    Pairs(Vec<(String, String)>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

/// A manifest being changed.
#[derive(Clone, Debug)]
pub struct Draft {
    document: DocumentMut,
}

impl Draft {
    /// Reads the text as TOML; whether it is a manifest says [`super::Tenant::parse`].
    ///
    /// # Errors
    ///
    /// The faults of the text, when it is no TOML.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        match text.parse() {
            Ok(document) => Ok(Self { document }),
            // The other reader goes on after a fault and tells them all.
            Err(_) => Err(super::Document::read(text, |root| {
                root.entries();
                None::<()>
            })
            .err()
            .unwrap_or_default()),
        }
    }

    /// The wordings that come with the program: `texts.done`, `ask.phone`, `again.phone` and so on.
    #[must_use]
    pub fn defaults() -> Self {
        Self::parse(texts::DEFAULTS).expect("the defaults are compiled in, and a test reads them")
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> String {
        self.document.to_string()
    }

    /// What stands at `path`, if anything does.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Entry> {
        let main = self.main_language();
        read(self.document.as_item(), &steps(path), main)
    }

    /// How many elements the list at `path` has; 0 without one.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        match find(self.document.as_item(), &steps(path)) {
            Some(Item::ArrayOfTables(tables)) => tables.len(),
            Some(item) => item.as_array().map_or(0, Array::len),
            None => 0,
        }
    }

    /// Whether there is anything at `path`, whatever it is.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        find(self.document.as_item(), &steps(path)).is_some()
    }

    /// Puts `entry` at `path`; tables on the way are made, and so is the element after the last of a
    /// list. A path that leads through something else changes nothing.
    pub fn set(&mut self, path: &str, entry: &Entry) {
        let main = self.main_language();
        write(self.document.as_table_mut(), &steps(path), main, entry, true);
    }

    /// What stands at `path`, to be changed.
    pub(super) fn item_mut(&mut self, path: &str) -> Option<&mut Item> {
        find_mut(self.document.as_item_mut(), &steps(path))
    }

    /// Takes away what stands at `path`, and the tables that are empty without it.
    pub fn remove(&mut self, path: &str) {
        let main = self.main_language();
        remove(self.document.as_table_mut(), &steps(path), main);
    }

    /// Makes `languages` those of the tenant, the main one first. Every text follows: a language that
    /// comes begins with the words of the main one, one that goes takes its words along.
    pub fn set_languages(&mut self, languages: &[Language]) {
        let Some((main, _)) = languages.split_first() else {
            return;
        };
        let before = self.main_language();
        for path in self.localized() {
            let target = steps(&path);
            let Some(item) = find_mut(self.document.as_item_mut(), &target) else {
                continue;
            };
            localize(item, before.unwrap_or(*main), languages);
        }
        let codes = languages.iter().map(|language| language.code().to_owned());
        self.set("profile.languages", &Entry::Lines(codes.collect()));
    }

    /// The language a bare text is in.
    fn main_language(&self) -> Option<Language> {
        let list = find(self.document.as_item(), &steps("profile.languages"))?.as_array()?;
        Language::from_tag(list.get(0)?.as_str()?)
    }

    /// The places of every text that is there in the tenant's languages.
    fn localized(&self) -> Vec<String> {
        let mut places = vec!["profile.greeting".to_owned(), "profile.newsletter.text".to_owned()];
        for step in 0..self.count("playbook.steps") {
            let step = format!("playbook.steps[{step}]");
            places.extend(["ask", "again", "why", "accepted"].map(|name| format!("{step}.{name}")));
            let choices = 0..self.count(&format!("{step}.choices"));
            places.extend(choices.map(|choice| format!("{step}.choices[{choice}].label")));
        }
        for fact in 0..self.count("knowledge.facts") {
            let names = ["asked", "answer", "card.title", "card.text"];
            places.extend(names.map(|name| format!("knowledge.facts[{fact}].{name}")));
        }
        let texts = find(self.document.as_item(), &steps("texts")).and_then(Item::as_table_like);
        places.extend(texts.into_iter().flat_map(|table| {
            let names: Vec<String> = table.iter().map(|(name, _)| format!("texts.{name}")).collect();
            names
        }));
        places.retain(|place| self.has(place));
        places
    }
}

#[cfg(test)]
mod tests {
    use frontdesk_core::TenantId;

    use super::*;
    use crate::{Tenant, demo};

    const PLAIN: &str = r##"# Whose it is.
version = 1

[profile]
name = "Café" # as on the door
languages = ["en"]
region = "US"
time_zone = "America/New_York"
greeting = "Hi!" # short

[playbook]
steps = [{ key = "name", ask = "Who is it?" }, { key = "phone" }]
"##;

    fn draft(text: &str) -> Draft {
        Draft::parse(text).unwrap()
    }

    fn text(words: &str) -> Entry {
        Entry::Text(words.to_owned())
    }

    fn assert_manifest(draft: &Draft) {
        let id: TenantId = "cafe".parse().unwrap();
        let parsed = Tenant::parse(&id, &draft.text());
        assert!(parsed.is_ok(), "{:?}\n{}", parsed.err(), draft.text());
    }

    #[test]
    fn what_is_not_touched_stays_as_it_was_written() {
        for (_, manifest) in demo::MANIFESTS {
            assert_eq!(draft(manifest).text(), *manifest);
        }
        let mut changed = draft(PLAIN);
        changed.set("profile.name", &text("Bistro"));
        assert_eq!(changed.text(), PLAIN.replace("\"Café\"", "\"Bistro\""));
        changed.set("profile.greeting.en", &text("Hello!"));
        assert!(
            changed.text().contains("greeting = \"Hello!\" # short\n"),
            "{}",
            changed.text()
        );
        assert_manifest(&changed);
    }

    #[test]
    fn a_text_unfolds_as_far_as_a_change_needs() {
        let mut draft = draft(PLAIN);
        let ask = "playbook.steps[0].ask";
        for path in [ask, "playbook.steps[0].ask.en", "playbook.steps[0].ask.en.any"] {
            assert_eq!(draft.get(path), Some(text("Who is it?")), "{path}");
        }
        assert_eq!(draft.get("playbook.steps[0].ask.en.sms"), None);
        draft.set("playbook.steps[0].ask.en.sms", &text("Name?"));
        assert_eq!(
            draft.get("playbook.steps[0].ask.en.sms"),
            Some(text("Name?")),
            "{}",
            draft.text()
        );
        assert_eq!(draft.get("playbook.steps[0].ask.en.any"), Some(text("Who is it?")));
        draft.remove("playbook.steps[0].ask.en.sms");
        draft.remove("playbook.steps[0].ask.en.any");
        assert!(!draft.has(ask), "{}", draft.text());
        assert_manifest(&draft);
    }

    #[test]
    fn tables_and_elements_are_made_on_the_way_and_go_when_empty() {
        let mut draft = draft(PLAIN);
        draft.set("profile.newsletter.version", &text("1"));
        draft.set("profile.newsletter.text.en", &text("News"));
        draft.set("texts.done.en.any", &text("Done!"));
        for (index, key) in ["parking", "dogs"].into_iter().enumerate() {
            draft.set(&format!("knowledge.facts[{index}].key"), &text(key));
            let asked = Entry::Lines(vec![key.to_owned(), format!("any {key}")]);
            draft.set(&format!("knowledge.facts[{index}].asked.en"), &asked);
            draft.set(&format!("knowledge.facts[{index}].answer.en"), &text("Yes."));
        }
        assert_eq!(draft.count("knowledge.facts"), 2);
        assert_manifest(&draft);
        draft.set("knowledge.facts[9].key", &text("nowhere"));
        assert_eq!(draft.count("knowledge.facts"), 2);
        draft.remove("knowledge.facts[0]");
        assert_eq!(draft.get("knowledge.facts[0].key"), Some(text("dogs")));
        draft.remove("profile.newsletter.version");
        draft.remove("profile.newsletter.text.en");
        draft.remove("texts.done.en.any");
        assert!(
            !draft.has("profile.newsletter") && !draft.has("texts"),
            "{}",
            draft.text()
        );
        assert_manifest(&draft);
    }

    #[test]
    fn values_of_every_shape_come_back() {
        let mut draft = draft(PLAIN);
        let pairs = vec![("2026-12-25".to_owned(), "closed".to_owned())];
        for (path, entry) in [
            ("profile.hours.monday", text("10:00-12:00")),
            ("profile.hours.exceptions", Entry::Pairs(pairs)),
            ("profile.identity.key", text("0123456789abcdef")),
            ("profile.identity.required", Entry::Flag(true)),
            ("profile.retention.conversations", Entry::Number(365)),
            ("playbook.nudge.after", text("20m")),
            ("playbook.nudge.times", Entry::Number(2)),
            ("playbook.nudge.channels", Entry::Lines(vec!["sms".to_owned()])),
        ] {
            draft.set(path, &entry);
            assert_eq!(draft.get(path), Some(entry), "{path}\n{}", draft.text());
        }
        assert_manifest(&draft);
    }

    #[test]
    fn texts_follow_the_languages() {
        for (id, manifest) in demo::MANIFESTS {
            let mut draft = draft(manifest);
            draft.set_languages(&Language::ALL);
            assert_manifest(&draft);
            let greeting = draft.get("profile.greeting.uk");
            assert!(greeting.is_some(), "{id}");
            draft.set_languages(&[Language::Uk]);
            assert_manifest(&draft);
            assert_eq!(draft.get("profile.greeting.uk"), greeting, "{id}");
            assert_eq!(draft.get("profile.greeting.en"), None, "{id}");
        }
        let mut plain = draft(PLAIN);
        plain.set_languages(&[Language::En, Language::Es]);
        assert_eq!(plain.get("profile.greeting.es"), Some(text("Hi!")), "{}", plain.text());
        assert_manifest(&plain);
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_place() {
        let faults = Draft::parse("version = 1\nname = \"open").unwrap_err();
        assert_eq!(faults[0].line, 2);
        assert_eq!(
            Draft::defaults()
                .get("again.phone.en")
                .map(|entry| matches!(entry, Entry::Lines(_))),
            Some(true)
        );
    }
}
