//! One field of the form: a place in the manifest, and what stands there.

use std::collections::HashMap;

use frontdesk_actors::{Draft, Entry};
use frontdesk_core::Language;

use crate::console::texts::own_name;

/// Which widget a field is.
#[derive(Debug)]
pub enum Kind {
    /// A line of text.
    Line,
    /// Words of more than one line.
    Words,
    /// A list of texts, one a line.
    Lines,
    /// A table of texts, `key value` a line.
    Pairs,
    /// A whole number.
    Number,
    /// A web address.
    Address,
    /// Something that is not shown again; empty keeps it.
    Secret,
    /// A colour.
    Color,
    /// A time zone.
    Zone,
    /// One of several: what is stored, and its words.
    Choice(Vec<(&'static str, &'static str)>),
    /// Any of several: what is stored, and its words.
    Several(Vec<(&'static str, &'static str)>),
    /// The languages of the business, the main one first.
    Languages,
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its place in the manifest, and its name in the form.
    pub path: String,
    /// What it is called.
    pub label: String,
    /// What else is to be known.
    pub hint: &'static str,
    /// Which widget it is.
    pub kind: Kind,
    /// What stands there; empty when nothing does.
    pub value: String,
    /// What counts while nothing stands there.
    pub default: String,
    /// What is wrong with it.
    pub faults: Vec<String>,
    /// What a colleague wrote here meanwhile.
    pub theirs: Option<String>,
}

/// What the form sent, by name.
pub type Sent = HashMap<String, Vec<String>>;

impl Field {
    /// The field of a place in a manifest.
    pub fn new(draft: &Draft, path: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        let path = path.into();
        Self {
            value: match kind {
                Kind::Secret => String::new(),
                _ => value(draft.get(&path)),
            },
            path,
            label: label.into(),
            hint: "",
            kind,
            default: String::new(),
            faults: Vec::new(),
            theirs: None,
        }
    }

    /// The same, with something to know beside it.
    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// The same, with what counts while nothing stands there.
    #[must_use]
    pub fn or(self, default: impl Into<String>) -> Self {
        Self {
            default: default.into(),
            ..self
        }
    }

    /// Lines the widget shows.
    #[must_use]
    pub fn rows(&self) -> usize {
        let text = if self.value.is_empty() {
            &self.default
        } else {
            &self.value
        };
        let lines: usize = text.lines().map(|line| 1 + line.chars().count() / 70).sum();
        lines.clamp(2, 10)
    }

    /// Whether a code is among the value's; the form of [`Kind::Languages`] and [`Kind::Several`].
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.value.lines().any(|line| line == code)
    }

    /// Whether a language is the main one.
    #[must_use]
    pub fn is_main(&self, code: &str) -> bool {
        self.value.lines().next() == Some(code)
    }

    /// The languages there are, by code.
    #[must_use]
    pub fn languages(&self) -> Vec<(&'static str, &'static str)> {
        let language = |language: Language| (language.code(), own_name(language));
        Language::ALL.into_iter().map(language).collect()
    }

    /// What was sent for it, when that is something else than what stands there.
    pub fn change(&self, sent: &Sent) -> Option<String> {
        let values = sent.get(&self.path)?;
        let typed = match self.kind {
            Kind::Several(_) => {
                let ticked = values.iter().filter(|value| !value.is_empty());
                ticked.map(String::as_str).collect::<Vec<_>>().join("\n")
            }
            Kind::Languages => {
                let mut codes: Vec<&str> = Vec::new();
                for code in values {
                    if !codes.contains(&code.as_str()) {
                        codes.push(code);
                    }
                }
                codes.join("\n")
            }
            _ => tidy(values.last().map(String::as_str).unwrap_or_default()),
        };
        let is_kept_secret = matches!(self.kind, Kind::Secret) && typed.is_empty();
        (!is_kept_secret && typed != tidy(&self.value)).then_some(typed)
    }

    /// Puts what was typed where it belongs.
    pub fn write(&self, draft: &mut Draft, typed: &str) {
        if typed.is_empty() {
            draft.remove(&self.path);
            return;
        }
        let entry = match self.kind {
            Kind::Lines | Kind::Several(_) => Entry::Lines(lines(typed).map(str::to_owned).collect()),
            Kind::Pairs => Entry::Pairs(lines(typed).map(pair).collect()),
            // What is no number is kept as it was typed, and told with the other faults.
            Kind::Number => typed
                .parse()
                .map_or_else(|_| Entry::Text(typed.to_owned()), Entry::Number),
            Kind::Languages => {
                let languages: Vec<Language> = typed.lines().filter_map(Language::from_tag).collect();
                draft.set_languages(&languages);
                return;
            }
            _ => Entry::Text(typed.to_owned()),
        };
        draft.set(&self.path, &entry);
    }
}

/// Without what browsers and people add: their line ends, spaces around lines, empty lines at the ends.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    lines.join("\n")
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty())
}

fn pair(line: &str) -> (String, String) {
    let (key, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (key.to_owned(), text.trim().to_owned())
}

fn value(entry: Option<Entry>) -> String {
    match entry {
        None => String::new(),
        Some(Entry::Text(text)) => text,
        Some(Entry::Lines(lines)) => lines.join("\n"),
        Some(Entry::Pairs(pairs)) => {
            let lines: Vec<String> = pairs.iter().map(|(key, text)| format!("{key} {text}")).collect();
            lines.join("\n")
        }
        Some(Entry::Number(number)) => number.to_string(),
        Some(Entry::Flag(flag)) => flag.to_string(),
    }
}

/// The default wording at a place of [`Draft::defaults`].
pub fn wording(defaults: &Draft, path: &str) -> String {
    value(defaults.get(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(path: &str, value: &str) -> Sent {
        Sent::from([(path.to_owned(), vec![value.to_owned()])])
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let draft =
            Draft::parse("profile.name = \"Café\"\nprofile.hours.exceptions = { 2026-12-25 = \"closed\" }").unwrap();
        let name = Field::new(&draft, "profile.name", "Name", Kind::Line);
        assert_eq!(name.change(&Sent::new()), None);
        assert_eq!(name.change(&sent("profile.name", " Café\r\n")), None);
        assert_eq!(name.change(&sent("profile.name", "Bar")).as_deref(), Some("Bar"));
        let days = Field::new(&draft, "profile.hours.exceptions", "Days", Kind::Pairs);
        assert_eq!(days.value, "2026-12-25 closed");
        let secret = Field::new(&draft, "profile.name", "Secret", Kind::Secret);
        assert_eq!(secret.value, "");
        assert_eq!(secret.change(&sent("profile.name", "")), None);
    }

    #[test]
    fn what_was_typed_is_written_in_its_shape() {
        let mut draft = Draft::parse("").unwrap();
        for (kind, typed, expected) in [
            (Kind::Line, "a b", Some(Entry::Text("a b".to_owned()))),
            (
                Kind::Lines,
                "a\nb",
                Some(Entry::Lines(vec!["a".to_owned(), "b".to_owned()])),
            ),
            (
                Kind::Pairs,
                "2026-12-25  closed",
                Some(Entry::Pairs(vec![("2026-12-25".to_owned(), "closed".to_owned())])),
            ),
            (Kind::Number, "30", Some(Entry::Number(30))),
            (Kind::Number, "soon", Some(Entry::Text("soon".to_owned()))),
            (Kind::Line, "", None),
        ] {
            Field::new(&draft, "profile.x", "X", kind).write(&mut draft, typed);
            assert_eq!(draft.get("profile.x"), expected, "{typed}");
        }
    }
}
