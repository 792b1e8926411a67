//! A list of a manifest in another order: each element goes with its comments and the tables below it.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{Array, ArrayOfTables, Item, Table, Value};

use super::draft::Draft;

impl Draft {
    /// Puts the elements of the list at `path` into another order: `order` names, place by place, which
    /// one comes there. What does not name each element once changes nothing; `false` tells so.
    pub fn reorder(&mut self, path: &str, order: &[usize]) -> bool {
        let named: BTreeSet<usize> = order.iter().copied().collect();
        let is_complete = named.len() == order.len() && named.iter().copied().eq(0..self.count(path));
        if !is_complete {
            return false;
        }
        match self.item_mut(path) {
            Some(Item::ArrayOfTables(tables)) => reorder_tables(tables, order),
            Some(Item::Value(Value::Array(list))) => reorder_values(list, order),
            _ => {}
        }
        true
    }
}

fn reorder_values(list: &mut Array, order: &[usize]) {
    let decors: Vec<_> = list.iter().map(|value| value.decor().clone()).collect();
    let values: Vec<Value> = list.iter().cloned().collect();
    for (place, index) in order.iter().enumerate() {
        let mut value = values[*index].clone();
        *value.decor_mut() = decors[place].clone();
        list.replace_formatted(place, value);
    }
}

/// Tables are written where their positions say: the list keeps its positions, and its elements share
/// them out anew.
fn reorder_tables(tables: &mut ArrayOfTables, order: &[usize]) {
    let mut elements: Vec<Table> = order.iter().filter_map(|index| tables.get(*index).cloned()).collect();
    let mut free: Vec<isize> = Vec::new();
    let mut taken: Vec<Vec<isize>> = Vec::new();
    for element in &elements {
        let mut own = Vec::new();
        positions(element, &mut own);
        own.sort_unstable();
        free.extend(&own);
        taken.push(own);
    }
    free.sort_unstable();
    let mut free = free.into_iter();
    for (element, own) in elements.iter_mut().zip(taken) {
        let moved: BTreeMap<isize, isize> = own.into_iter().zip(free.by_ref()).collect();
        renumber(element, &moved);
    }
    tables.clear();
    tables.extend(elements);
}

fn positions(table: &Table, found: &mut Vec<isize>) {
    found.extend(table.position());
    for (_, item) in table.iter() {
        match item {
            Item::Table(inner) => positions(inner, found),
            Item::ArrayOfTables(list) => list.iter().for_each(|inner| positions(inner, found)),
            Item::None | Item::Value(_) => {}
        }
    }
}

fn renumber(table: &mut Table, moved: &BTreeMap<isize, isize>) {
    if let Some(position) = table.position() {
        table.set_position(moved.get(&position).copied());
    }
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => renumber(inner, moved),
            Item::ArrayOfTables(list) => list.iter_mut().for_each(|inner| renumber(inner, moved)),
            Item::None | Item::Value(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::draft::Entry;

    #[test]
    fn elements_go_with_their_comments_and_tables() {
        let text = "\
[profile]
name = \"Café\"

# who it is
[[playbook.steps]]
key = \"name\" # first

[playbook.steps.ask]
en = \"Name?\"

# how to reach them
[[playbook.steps]]
key = \"phone\"

[texts]
done = \"Thanks\"

[[playbook.steps]]
key = \"email\"

[[playbook.steps.choices]]
value = \"a\"
";
        let mut draft = Draft::parse(text).unwrap();
        assert!(draft.reorder("playbook.steps", &[2, 0, 1]));
        let key = |index: usize| draft.get(&format!("playbook.steps[{index}].key"));
        let keys: Vec<_> = (0..3).map(key).collect();
        assert_eq!(
            keys,
            ["email", "name", "phone"].map(|key| Some(Entry::Text(key.to_owned())))
        );
        let read = Draft::parse(&draft.text()).unwrap();
        for index in 0..3 {
            let path = format!("playbook.steps[{index}].key");
            assert_eq!(read.get(&path), draft.get(&path), "as it is written: {}", draft.text());
        }
        assert_eq!(
            read.get("playbook.steps[1].ask.en"),
            Some(Entry::Text("Name?".to_owned()))
        );
        assert_eq!(
            read.get("playbook.steps[0].choices[0].value"),
            Some(Entry::Text("a".to_owned()))
        );
        assert!(
            draft
                .text()
                .contains("# who it is\n[[playbook.steps]]\nkey = \"name\" # first"),
            "{}",
            draft.text()
        );
        assert!(draft.reorder("playbook.steps", &[1, 2, 0]));
        assert_eq!(draft.text(), text, "and back");
    }

    #[test]
    fn a_list_in_one_line_is_reordered_too() {
        let mut draft = Draft::parse("steps = [{ key = \"a\" }, { key = \"b\" }, { key = \"c\" }]\n").unwrap();
        assert!(draft.reorder("steps", &[1, 0, 2]));
        assert_eq!(
            draft.text(),
            "steps = [{ key = \"b\" }, { key = \"a\" }, { key = \"c\" }]\n"
        );
    }

    #[test]
    fn what_names_not_each_once_changes_nothing() {
        let text = "[[steps]]\nkey = \"a\"\n[[steps]]\nkey = \"b\"\n";
        for order in [&[0_usize][..], &[0, 0], &[0, 1, 2], &[0, 2], &[]] {
            let mut draft = Draft::parse(text).unwrap();
            assert!(!draft.reorder("steps", order), "{order:?}");
            assert_eq!(draft.text(), text);
        }
    }
}
