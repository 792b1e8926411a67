//! A manifest's text, changed by place: what is not touched stays as it was written, comments
//! included.
//!
//! A place is a path as a [`Fault`] names it, such as `playbook.steps[2].ask.en.any`. A text of a
//! tenant may be written in several shapes: bare, by language, by language and channel. A path may
//! always name all of them; what is written is unfolded only as far as a change needs it.

use frontdesk_core::{ChannelKind, Language};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike};

use super::{Fault, texts};

/// The name of the wording that serves every channel without one of its own.
const ANY: &str = "any";

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

/// A part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'p> {
    Key(&'p str),
    Index(usize),
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
            places.extend(["asked", "answer"].map(|name| format!("knowledge.facts[{fact}].{name}")));
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

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (key, indices) = part.split_once('[').unwrap_or((part, ""));
        steps.push(Step::Key(key));
        let indices = indices
            .split('[')
            .filter_map(|index| index.strip_suffix(']')?.parse().ok());
        steps.extend(indices.map(Step::Index));
    }
    steps
}

fn find<'i>(item: &'i Item, path: &[Step<'_>]) -> Option<&'i Item> {
    let [step, rest @ ..] = path else {
        return Some(item);
    };
    match step {
        Step::Key(key) => find(item.as_table_like()?.get(key)?, rest),
        Step::Index(index) => find(item.get(index)?, rest),
    }
}

fn find_mut<'i>(item: &'i mut Item, path: &[Step<'_>]) -> Option<&'i mut Item> {
    let [step, rest @ ..] = path else {
        return Some(item);
    };
    match step {
        Step::Key(key) => find_mut(item.as_table_like_mut()?.get_mut(key)?, rest),
        Step::Index(index) => find_mut(item.get_mut(index)?, rest),
    }
}

/// Whether a bare text is what `key` asks for: it is in the main language, for any channel.
fn is_bare(key: &str, main: Option<Language>) -> bool {
    key == ANY || main.is_some_and(|main| main.code() == key)
}

fn read(item: &Item, path: &[Step<'_>], main: Option<Language>) -> Option<Entry> {
    let [step, rest @ ..] = path else {
        return entry(item);
    };
    match step {
        Step::Key(key) => match item.as_table_like() {
            Some(table) => read(table.get(key)?, rest, main),
            None if is_bare(key, main) => read(item, rest, main),
            None => None,
        },
        Step::Index(index) => read(item.get(index)?, rest, main),
    }
}

fn entry(item: &Item) -> Option<Entry> {
    if let Some(table) = item.as_table_like() {
        let pair = |(key, item): (&str, &Item)| Some((key.to_owned(), item.as_str()?.to_owned()));
        return table.iter().map(pair).collect::<Option<_>>().map(Entry::Pairs);
    }
    if let Some(list) = item.as_array() {
        let lines = list.iter().map(|value| value.as_str().map(str::to_owned));
        return lines.collect::<Option<_>>().map(Entry::Lines);
    }
    let text = item.as_str().map(|text| Entry::Text(text.to_owned()));
    text.or_else(|| item.as_integer().map(Entry::Number))
        .or_else(|| item.as_bool().map(Entry::Flag))
}

fn value(entry: &Entry) -> toml_edit::Value {
    match entry {
        Entry::Text(text) => text.as_str().into(),
        Entry::Lines(lines) => lines.iter().map(String::as_str).collect::<Array>().into(),
        Entry::Pairs(pairs) => pairs
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect::<InlineTable>()
            .into(),
        Entry::Number(number) => (*number).into(),
        Entry::Flag(flag) => (*flag).into(),
    }
}

/// Puts a value where another one may stand, whose comment stays.
fn assign(table: &mut dyn TableLike, key: &str, entry: &Entry) {
    let mut fresh = value(entry);
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            *fresh.decor_mut() = old.decor().clone();
            *old = fresh;
        }
        _ => {
            table.insert(key, Item::Value(fresh));
        }
    }
}

fn write(table: &mut dyn TableLike, path: &[Step<'_>], main: Option<Language>, entry: &Entry, is_root: bool) {
    let [Step::Key(key), rest @ ..] = path else {
        return;
    };
    match rest {
        [] => assign(table, key, entry),
        [Step::Index(index), rest @ ..] => write_element(table, key, *index, rest, main, entry),
        [Step::Key(next), beyond @ ..] => {
            let is_leaf = table
                .get(key)
                .is_some_and(|item| item.is_value() && item.as_table_like().is_none());
            let is_for_any = matches!(beyond, [] | [Step::Key(ANY)]);
            if is_leaf && is_bare(next, main) && is_for_any {
                let shorter: Vec<_> = std::iter::once(path[0]).chain(beyond.iter().copied()).collect();
                return write(table, &shorter, main, entry, is_root);
            }
            if is_leaf {
                unfold(table, key, next, main);
            } else if table.get(key).is_none() {
                // At the top a table has a header of its own; below it is written `a.b = …`.
                let mut fresh = Table::new();
                fresh.set_dotted(!is_root);
                table.insert(key, Item::Table(fresh));
            }
            if let Some(inner) = table.get_mut(key).and_then(Item::as_table_like_mut) {
                write(inner, rest, main, entry, false);
            }
        }
    }
}

/// Writes into an element of a list; into a new one where it is the next after the last.
fn write_element(
    table: &mut dyn TableLike,
    key: &str,
    index: usize,
    rest: &[Step<'_>],
    main: Option<Language>,
    entry: &Entry,
) {
    if table.get(key).is_none() {
        table.insert(key, Item::ArrayOfTables(ArrayOfTables::new()));
    }
    let element: Option<&mut dyn TableLike> = match table.get_mut(key) {
        Some(Item::ArrayOfTables(tables)) => {
            if tables.len() == index {
                tables.push(Table::new());
            }
            tables.get_mut(index).map(|table| table as &mut dyn TableLike)
        }
        Some(Item::Value(toml_edit::Value::Array(list))) => {
            if list.len() == index {
                list.push(InlineTable::new());
            }
            let element = list.get_mut(index).and_then(|value| value.as_inline_table_mut());
            element.map(|table| table as &mut dyn TableLike)
        }
        _ => None,
    };
    if let Some(element) = element {
        write(element, rest, main, entry, false);
    }
}

/// Makes `{ any = "…" }` or `{ en = "…" }` of a bare text, so that another one finds its place beside.
fn unfold(table: &mut dyn TableLike, key: &str, beside: &str, main: Option<Language>) {
    let is_channel = beside.parse::<ChannelKind>().is_ok();
    let own = match main {
        _ if is_channel => ANY,
        Some(main) => main.code(),
        None => return,
    };
    let Some(Item::Value(bare)) = table.get_mut(key) else {
        return;
    };
    let mut inner = bare.clone();
    inner.decor_mut().clear();
    let mut outer = InlineTable::new();
    outer.insert(own, inner);
    *outer.decor_mut() = bare.decor().clone();
    *bare = outer.into();
}

fn remove(table: &mut dyn TableLike, path: &[Step<'_>], main: Option<Language>) {
    let [Step::Key(key), rest @ ..] = path else {
        return;
    };
    match rest {
        [] => {
            table.remove(key);
        }
        [Step::Index(index)] => match table.get_mut(key) {
            Some(Item::ArrayOfTables(tables)) if *index < tables.len() => {
                tables.remove(*index);
            }
            Some(Item::Value(toml_edit::Value::Array(list))) if *index < list.len() => {
                list.remove(*index);
            }
            _ => {}
        },
        [Step::Index(index), rest @ ..] => {
            let element = table.get_mut(key).and_then(|item| item.get_mut(index));
            if let Some(element) = element.and_then(Item::as_table_like_mut) {
                remove(element, rest, main);
            }
        }
        [Step::Key(next), beyond @ ..] => match table.get_mut(key) {
            Some(item) if item.as_table_like().is_none() && is_bare(next, main) => {
                let shorter: Vec<_> = std::iter::once(path[0]).chain(beyond.iter().copied()).collect();
                remove(table, &shorter, main);
            }
            Some(item) => {
                let Some(inner) = item.as_table_like_mut() else {
                    return;
                };
                remove(inner, rest, main);
                if inner.is_empty() {
                    table.remove(key);
                }
            }
            None => {}
        },
    }
}

/// Brings one text into the languages of the tenant.
fn localize(item: &mut Item, before: Language, languages: &[Language]) {
    let is_by_language = item.as_table_like().is_some_and(|table| {
        table
            .iter()
            .all(|(key, _)| Language::ALL.iter().any(|language| language.code() == key))
    });
    if !is_by_language {
        if languages == [before] {
            return;
        }
        let Ok(mut bare) = item.clone().into_value() else {
            return;
        };
        bare.decor_mut().clear();
        let mut table = InlineTable::new();
        table.insert(before.code(), bare);
        *item = Item::Value(table.into());
    }
    let Some(table) = item.as_table_like_mut() else {
        return;
    };
    let Some(words) = table.get(before.code()).cloned() else {
        return;
    };
    for language in languages {
        if table.get(language.code()).is_none() {
            table.insert(language.code(), words.clone());
        }
    }
    for language in Language::ALL {
        if !languages.contains(&language) {
            table.remove(language.code());
        }
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
