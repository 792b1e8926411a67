//! Reads TOML by hand instead of by derive: a manifest with five faults shall be told of all five,
//! each with its place, and keys nobody asked for are faults too.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, Told, fill_fault, told};

/// More faults than this are not collected: whoever has fifty needs no fifty-first.
const FAULTS_MAX: usize = 50;

/// A document being read, and the faults found so far.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    text: &'a str,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> Document<'a> {
    /// Reads a document with `read`; any fault makes the whole of it void.
    ///
    /// # Errors
    ///
    /// All faults found, in the order of their place.
    pub(crate) fn read<T>(text: &'a str, read: impl FnOnce(&Table<'_>) -> Option<T>) -> Result<T, Vec<Fault>> {
        let document = Document {
            text,
            faults: RefCell::new(Vec::new()),
        };
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            document.fault(
                error.span().map_or(0, |span| span.start),
                "",
                error.message().to_owned(),
            );
        }
        let whole = (errors.is_empty())
            .then(|| {
                let table = Table::new(&document, String::new(), 0, root.get_ref());
                let whole = read(&table);
                table.finish();
                whole
            })
            .flatten();
        let mut faults = document.faults.into_inner();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        match whole {
            Some(whole) if faults.is_empty() => Ok(whole),
            _ => Err(faults),
        }
    }

    fn fault(&self, offset: usize, path: &str, message: impl Into<Told>) {
        let (line, column) = self.place(offset);
        let Told { says, with } = message.into();
        let mut faults = self.faults.borrow_mut();
        if faults.len() < FAULTS_MAX {
            faults.push(Fault {
                line,
                column,
                path: path.to_owned(),
                message: fill_fault(says, &with),
                says,
                with,
            });
        }
    }

    /// Line and column of a byte offset, both from 1.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }
}

/// A table of a document. Remembers which of its keys were asked for.
#[derive(Debug)]
pub(crate) struct Table<'s> {
    document: &'s Document<'s>,
    path: String,
    offset: usize,
    entries: &'s DeTable<'s>,
    asked: RefCell<Vec<String>>,
}

impl<'s> Table<'s> {
    fn new(document: &'s Document<'s>, path: String, offset: usize, entries: &'s DeTable<'s>) -> Self {
        Self {
            document,
            path,
            offset,
            entries,
            asked: RefCell::new(Vec::new()),
        }
    }

    /// The line the table begins on, from 1.
    pub(crate) fn line(&self) -> usize {
        self.document.place(self.offset).0
    }

    /// Notes that the table as a whole is not right.
    pub(crate) fn fault(&self, message: impl Into<Told>) {
        self.document.fault(self.offset, &self.path, message);
    }

    /// The entry at `key`, if there is one.
    pub(crate) fn get(&self, key: &str) -> Option<Node<'s>> {
        self.asked.borrow_mut().push(key.to_owned());
        let (name, value) = self.entries.get_key_value(key)?;
        Some(self.node(name, value))
    }

    /// The entry at `key`; its absence is a fault.
    pub(crate) fn require(&self, key: &str) -> Option<Node<'s>> {
        let node = self.get(key);
        if node.is_none() {
            let path = join(&self.path, key);
            self.document.fault(self.offset, &path, told!("`{}` is missing", key));
        }
        node
    }

    /// Every entry; all count as asked for.
    pub(crate) fn entries(&self) -> Vec<(&'s str, Node<'s>)> {
        let entries: &'s DeTable<'s> = self.entries;
        entries
            .iter()
            .map(|(name, value)| {
                self.asked.borrow_mut().push(name.get_ref().to_string());
                (name.get_ref().as_ref(), self.node(name, value))
            })
            .collect()
    }

    /// Notes keys that nobody asked for. To be called when everything was.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for name in self.entries.keys() {
            if !asked.iter().any(|key| key == name.get_ref()) {
                self.document.fault(
                    name.span().start,
                    &join(&self.path, name.get_ref()),
                    told!("`{}` is not a key that is known here", name.get_ref()),
                );
            }
        }
    }

    fn node(&self, name: &Spanned<std::borrow::Cow<'s, str>>, value: &'s Spanned<DeValue<'s>>) -> Node<'s> {
        Node {
            document: self.document,
            path: join(&self.path, name.get_ref()),
            // Tables written with headers have no place of their own worth showing: the key has.
            offset: if value.get_ref().is_table() {
                name.span().start
            } else {
                value.span().start
            },
            value: value.get_ref(),
        }
    }
}

/// One value of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node<'s> {
    document: &'s Document<'s>,
    path: String,
    offset: usize,
    value: &'s DeValue<'s>,
}

impl<'s> Node<'s> {
    /// Notes that the value is not right.
    pub(crate) fn fault(&self, message: impl Into<Told>) {
        self.document.fault(self.offset, &self.path, message);
    }

    /// Whether the value is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// Whether the value is a list.
    pub(crate) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    /// Whether the value is a text.
    pub(crate) fn is_text(&self) -> bool {
        self.value.is_str()
    }

    /// A text with something in it.
    pub(crate) fn text(&self) -> Option<&'s str> {
        match self.value {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.as_ref()),
            DeValue::String(_) => self.wrong("the text is empty"),
            _ => self.wrong("a text in quotes is expected here"),
        }
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong("`true` or `false` is expected here"),
        }
    }

    /// A whole number within bounds.
    pub(crate) fn integer(&self, bounds: RangeInclusive<i64>) -> Option<i64> {
        match self.value {
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .ok()
                .filter(|number| bounds.contains(number)),
            _ => None,
        }
        .or_else(|| {
            self.wrong(told!(
                "a whole number from {} to {} is expected here",
                bounds.start(),
                bounds.end()
            ))
        })
    }

    /// A number within bounds.
    pub(crate) fn number(&self, bounds: RangeInclusive<f64>) -> Option<f64> {
        match self.value {
            DeValue::Float(digits) => digits.as_str().parse().ok(),
            DeValue::Integer(digits) => digits.as_str().parse().ok(),
            _ => None,
        }
        .filter(|number| bounds.contains(number))
        .or_else(|| {
            self.wrong(told!(
                "a number from {} to {} is expected here",
                bounds.start(),
                bounds.end()
            ))
        })
    }

    /// A table.
    pub(crate) fn table(&self) -> Option<Table<'s>> {
        match self.value {
            DeValue::Table(entries) => Some(Table::new(self.document, self.path.clone(), self.offset, entries)),
            _ => self.wrong("a table is expected here"),
        }
    }

    /// A list; each element reads as a value of its own.
    pub(crate) fn list(&self) -> Option<Vec<Node<'s>>> {
        match self.value {
            DeValue::Array(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| Node {
                        document: self.document,
                        path: format!("{}[{index}]", self.path),
                        offset: item.span().start,
                        value: item.get_ref(),
                    })
                    .collect(),
            ),
            _ => self.wrong("a list is expected here"),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&self) -> Option<Vec<&'s str>> {
        self.list()?.iter().map(Node::text).collect()
    }

    /// Whether the value is a text without anything in it.
    pub(crate) fn is_empty_text(&self) -> bool {
        matches!(self.value, DeValue::String(text) if text.is_empty())
    }

    /// The value as JSON, whatever it is.
    pub(crate) fn json(&self) -> Json {
        match self.value {
            DeValue::String(text) => Json::from(text.as_ref()),
            DeValue::Integer(digits) => {
                i64::from_str_radix(digits.as_str(), digits.radix()).map_or(Json::Null, Json::from)
            }
            DeValue::Float(digits) => digits.as_str().parse::<f64>().map_or(Json::Null, Json::from),
            DeValue::Boolean(value) => Json::from(*value),
            DeValue::Datetime(moment) => Json::from(moment.to_string()),
            DeValue::Array(_) => Json::Array(self.list().unwrap_or_default().iter().map(Node::json).collect()),
            DeValue::Table(_) => Json::Object(
                self.table()
                    .map(|table| {
                        let entries = table.entries();
                        entries
                            .into_iter()
                            .map(|(key, node)| (key.to_owned(), node.json()))
                            .collect()
                    })
                    .unwrap_or_default(),
            ),
        }
    }

    /// One of the listed words.
    pub(crate) fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value)
            .or_else(|| {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                self.wrong(told!("`{}` is none of {}", text, known.join(", ")))
            })
    }

    fn wrong<T>(&self, message: impl Into<Told>) -> Option<T> {
        self.fault(message);
        None
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
