//! Places in a manifest's tree: found, read, written, taken away.

use frontdesk_core::{ChannelKind, Language};
use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike};

use super::Entry;

/// The name of the wording that serves every channel without one of its own.
const ANY: &str = "any";

/// A part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'p> {
    Key(&'p str),
    Index(usize),
}

/// The parts of a path such as `playbook.steps[2].ask`.
pub(super) fn steps(path: &str) -> Vec<Step<'_>> {
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

/// What stands at `path` as it is written.
pub(super) fn find<'i>(item: &'i Item, path: &[Step<'_>]) -> Option<&'i Item> {
    let [step, rest @ ..] = path else {
        return Some(item);
    };
    match step {
        Step::Key(key) => find(item.as_table_like()?.get(key)?, rest),
        Step::Index(index) => find(item.get(index)?, rest),
    }
}

/// [`find`] to be changed.
pub(super) fn find_mut<'i>(item: &'i mut Item, path: &[Step<'_>]) -> Option<&'i mut Item> {
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

/// What stands at `path`, where a bare text also stands for its language and every channel.
pub(super) fn read(item: &Item, path: &[Step<'_>], main: Option<Language>) -> Option<Entry> {
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

/// Puts `entry` at `path`, making tables and unfolding bare texts on the way.
pub(super) fn write(
    table: &mut dyn TableLike,
    path: &[Step<'_>],
    main: Option<Language>,
    entry: &Entry,
    is_root: bool,
) {
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

/// Takes away what stands at `path`, and the tables that are empty without it.
pub(super) fn remove(table: &mut dyn TableLike, path: &[Step<'_>], main: Option<Language>) {
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
pub(super) fn localize(item: &mut Item, before: Language, languages: &[Language]) {
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
