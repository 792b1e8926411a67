//! What a form changes in a manifest, and how it goes together with what a colleague changed.

use frontdesk_actors::{Draft, Entry, Fault};

use super::field::{Field, Sent};
use super::sheet::{FILE_KINDS, Group, Sheet};
use crate::console::texts::Texts;

/// The words beside the box for the newsletter.
const CONSENT: &str = "profile.newsletter.text.";
/// Their version.
const CONSENT_VERSION: &str = "profile.newsletter.version";
/// Where news is posted; without an address there is nothing to sign either.
const WEBHOOK: &str = "profile.webhook";

/// Which files visitors may send.
const FILES: &str = "profile.files";

/// A manifest with the changes of a form in it.
#[derive(Debug)]
pub struct Edited {
    /// The manifest, its questions in the order that was sent.
    pub draft: Draft,
    /// The fields of the form, as they are now.
    pub groups: Vec<Group>,
    /// The places that were changed.
    changed: Vec<String>,
    /// Which element of the list comes where; the fields count them as they were.
    order: Vec<usize>,
}

impl Edited {
    /// Puts what was sent over `base` into `target`; the same manifest, or what became of it meanwhile.
    pub fn new(sheet: Sheet, base: &Draft, mut target: Draft, sent: &Sent, texts: &'static Texts) -> Self {
        let mut changed = Vec::new();
        for group in sheet.groups(base, texts) {
            for field in group.fields.iter().chain(&group.more) {
                let Some(typed) = field.change(sent) else { continue };
                name_element(&mut target, &group, &field.path, &typed);
                field.write(&mut target, &typed);
                changed.push(field.path.clone());
            }
        }
        for element in taken_out(sheet, base, sent, texts) {
            target.remove(&element);
        }
        if !target.has(&format!("{WEBHOOK}.url")) && changed.iter().any(|path| path.starts_with(WEBHOOK)) {
            target.remove(WEBHOOK);
        }
        if !target.has(FILE_KINDS) && changed.iter().any(|path| path == FILE_KINDS) {
            target.remove(FILES);
        }
        let mut groups = sheet.groups(&target, texts);
        let is_reworded = changed.iter().any(|path| path.starts_with(CONSENT));
        if is_reworded
            && target.get(CONSENT_VERSION).is_some()
            && target.get(CONSENT_VERSION) == base.get(CONSENT_VERSION)
        {
            let version = fields(&mut groups).find(|field| field.path == CONSENT_VERSION);
            version
                .into_iter()
                .for_each(|field| field.faults.push(texts.settings.consent_version_fault.to_owned()));
        }
        let order = order(sheet, base, sent);
        if let Some(list) = sheet.list()
            && !order.is_empty()
        {
            target.reorder(list, &order);
            // What has no place of its own stands below.
            let place = |group: &Group| order.iter().position(|place| group.place == Some(*place));
            groups.sort_by_key(|group| place(group).unwrap_or(usize::MAX));
        }
        Self {
            draft: target,
            groups,
            changed,
            order,
        }
    }

    /// Whether the fields themselves have faults, whatever the manifest says.
    #[must_use]
    pub fn has_own_faults(&self) -> bool {
        self.groups
            .iter()
            .flat_map(|group| group.fields.iter().chain(&group.more))
            .any(|field| !field.faults.is_empty())
    }

    /// Puts each fault beside its field; returns those that belong to other pages.
    pub fn place(&mut self, faults: Vec<Fault>, texts: &Texts) -> Vec<Fault> {
        let mut elsewhere = Vec::new();
        for fault in faults {
            let path = self.as_counted(&fault.path);
            match place(&mut self.groups, &path) {
                Some(field) => field.faults.push(texts.told(&fault)),
                None => elsewhere.push(fault),
            }
        }
        elsewhere
    }

    /// A place of the manifest as the fields count it.
    fn as_counted(&self, path: &str) -> String {
        let counted = || {
            let (list, rest) = path.split_once('[')?;
            let (index, rest) = rest.split_once(']')?;
            let place = self.order.get(index.parse::<usize>().ok()?)?;
            (list == Sheet::STEPS).then(|| format!("{list}[{place}]{rest}"))
        };
        counted().unwrap_or_else(|| path.to_owned())
    }

    /// Notes beside each changed field what a colleague wrote there meanwhile, where it differs.
    pub fn note_theirs(&mut self, sheet: Sheet, base: &Draft, current: &Draft, texts: &'static Texts) {
        let value = |draft: &Draft, path: &str| {
            let mut groups = sheet.groups(draft, texts);
            fields(&mut groups)
                .find(|field| field.path == path)
                .map(|field| std::mem::take(&mut field.value))
                .unwrap_or_default()
        };
        for path in self.changed.clone() {
            let theirs = value(current, &path);
            if theirs == value(base, &path) {
                continue;
            }
            let own = fields(&mut self.groups).find(|field| field.path == path && field.value != theirs);
            own.into_iter().for_each(|field| field.theirs = Some(theirs.clone()));
        }
    }
}

/// Whether the paths of a page mean the same in both manifests.
#[must_use]
pub fn is_same_list(sheet: Sheet, base: &Draft, current: &Draft) -> bool {
    let Some(list) = sheet.list() else { return true };
    let keys = |draft: &Draft| -> Vec<Option<Entry>> {
        let key = |index| draft.get(&format!("{list}[{index}].key"));
        (0..draft.count(list)).map(key).collect()
    };
    keys(base) == keys(current)
}

fn fields(groups: &mut [Group]) -> impl Iterator<Item = &mut Field> {
    groups
        .iter_mut()
        .flat_map(|group| group.fields.iter_mut().chain(&mut group.more))
}

/// The elements whose box "remove" was ticked, the last one first: the others keep their places.
fn taken_out(sheet: Sheet, base: &Draft, sent: &Sent, texts: &'static Texts) -> Vec<String> {
    let ticked = sent.get("remove").map(Vec::as_slice).unwrap_or_default();
    let elements = sheet.groups(base, texts).into_iter().filter_map(|group| group.element);
    let mut out: Vec<String> = elements.filter(|element| ticked.contains(element)).collect();
    out.reverse();
    out
}

/// The order that was sent, with the step that a button moves; empty when nothing moves.
fn order(sheet: Sheet, base: &Draft, sent: &Sent) -> Vec<usize> {
    if sheet != Sheet::Questions {
        return Vec::new();
    }
    let as_it_was: Vec<usize> = (0..base.count(Sheet::STEPS)).collect();
    let given = sent.get("order").map(Vec::as_slice).unwrap_or_default();
    let mut order: Vec<usize> = given.iter().filter_map(|place| place.parse().ok()).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if sorted != as_it_was {
        order.clone_from(&as_it_was);
    }
    let wish = sent.get("move").and_then(|wishes| wishes.last()?.split_once(' '));
    let from = wish.and_then(|(_, place)| order.iter().position(|own| place.parse() == Ok(*own)));
    match (wish, from) {
        (Some(("up", _)), Some(from)) if from > 0 => order.swap(from, from - 1),
        (Some(("down", _)), Some(from)) if from + 1 < order.len() => order.swap(from, from + 1),
        _ => {}
    }
    if order == as_it_was { Vec::new() } else { order }
}

/// Gives a fact that comes with this change the key that nobody has to think of.
fn name_element(target: &mut Draft, group: &Group, path: &str, typed: &str) {
    const FACTS: &str = "knowledge.facts";
    let is_new = group.element.is_none() && path.starts_with(FACTS) && !typed.is_empty();
    let Some((element, _)) = path.split_once(']').filter(|_| is_new) else {
        return;
    };
    let key = format!("{element}].key");
    if target.has(&key) {
        return;
    }
    let taken: Vec<Option<Entry>> = (0..target.count(FACTS))
        .map(|index| target.get(&format!("{FACTS}[{index}].key")))
        .collect();
    let name = (1..=taken.len() + 1)
        .map(|number| Entry::Text(format!("answer_{number}")))
        .find(|name| !taken.contains(&Some(name.clone())));
    target.set(&key, &name.expect("of more names than facts one is free"));
}

/// The field a fault belongs to: the nearest one around its place, else the first one within.
fn place<'g>(groups: &'g mut [Group], path: &str) -> Option<&'g mut Field> {
    let is_within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let all = || groups.iter().flat_map(|group| group.fields.iter().chain(&group.more));
    let around = all()
        .filter(|field| is_within(path, &field.path))
        .max_by_key(|field| field.path.len());
    let nearest = around.or_else(|| all().find(|field| !path.is_empty() && is_within(&field.path, path)));
    let nearest = nearest?.path.clone();
    fields(groups).find(|field| field.path == nearest)
}

#[cfg(test)]
mod tests {
    use frontdesk_actors::{Tenant, demo};
    use frontdesk_core::{Language, TenantId};

    use super::super::field::Kind;
    use super::*;

    fn texts() -> &'static Texts {
        Texts::of(Language::En)
    }

    fn demo(name: &str) -> Draft {
        let (_, manifest) = demo::MANIFESTS.iter().find(|(id, _)| *id == name).unwrap();
        Draft::parse(manifest).unwrap()
    }

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        let mut sent = Sent::new();
        for (path, value) in pairs {
            sent.entry((*path).to_owned()).or_default().push((*value).to_owned());
        }
        sent
    }

    fn faults(draft: &Draft) -> Vec<Fault> {
        let id: TenantId = "cafe".parse().unwrap();
        Tenant::parse(&id, &draft.text()).err().unwrap_or_default()
    }

    fn edited(sheet: Sheet, pairs: &[(&str, &str)]) -> Edited {
        let base = demo("demo-catering");
        Edited::new(sheet, &base, base.clone(), &sent(pairs), texts())
    }

    #[test]
    fn a_form_sent_back_as_it_is_changes_nothing() {
        for (id, manifest) in demo::MANIFESTS {
            let base = Draft::parse(manifest).unwrap();
            for sheet in Sheet::ALL {
                let mut sent = Sent::new();
                for group in sheet.groups(&base, texts()) {
                    for field in group.fields.iter().chain(&group.more) {
                        let value = field.value.replace('\n', "\r\n");
                        let values = match field.kind {
                            Kind::Languages | Kind::Several(_) => field.value.lines().map(str::to_owned).collect(),
                            _ => vec![value],
                        };
                        sent.insert(field.path.clone(), values);
                    }
                }
                let edited = Edited::new(sheet, &base, base.clone(), &sent, texts());
                assert_eq!(edited.draft.text(), *manifest, "{id} {sheet:?}");
                assert_eq!(edited.changed, Vec::<String>::new(), "{id} {sheet:?}");
            }
        }
    }

    #[test]
    fn faults_stand_beside_their_fields() {
        let mut edited = edited(
            Sheet::Business,
            &[
                ("profile.name", ""),
                ("profile.hours.monday", "noon"),
                ("profile.hours.exceptions", "christmas closed"),
                ("profile.webhook.url", "https://example.com/hook"),
            ],
        );
        let faults = faults(&edited.draft);
        assert_eq!(edited.place(faults, texts()), []);
        let faulty: Vec<&str> = edited
            .groups
            .iter()
            .flat_map(|group| &group.fields)
            .filter(|field| !field.faults.is_empty())
            .map(|field| field.path.as_str())
            .collect();
        let expected = [
            "profile.name",
            "profile.hours.monday",
            "profile.hours.exceptions",
            "profile.webhook.secret",
        ];
        assert_eq!(faulty, expected);
    }

    #[test]
    fn an_answer_comes_and_another_one_goes() {
        let count = demo("demo-catering").count("knowledge.facts");
        let new = |name: &str| format!("knowledge.facts[{count}].{name}");
        let edited = edited(
            Sheet::Answers,
            &[
                (&new("asked.en"), "wheelchair\r\nramp"),
                (&new("asked.es"), "silla de ruedas"),
                (&new("answer.en"), "Yes."),
                (&new("answer.es"), "Sí."),
                ("remove", "knowledge.facts[0]"),
                ("remove", "profile"),
            ],
        );
        assert_eq!(faults(&edited.draft), []);
        assert_eq!(edited.draft.count("knowledge.facts"), count);
        let last = format!("knowledge.facts[{}].asked.en", count - 1);
        let expected = Entry::Lines(vec!["wheelchair".to_owned(), "ramp".to_owned()]);
        assert_eq!(edited.draft.get(&last), Some(expected));
    }

    #[test]
    fn questions_change_their_places() {
        let base = demo("demo-catering");
        let count = base.count(Sheet::STEPS);
        assert!(count > 2, "there is something to move");
        let key = |draft: &Draft, index: usize| draft.get(&format!("playbook.steps[{index}].key"));
        let send = |moves: &[(&str, &str)]| {
            let mut sent = sent(moves);
            sent.insert("order".to_owned(), (0..count).map(|place| place.to_string()).collect());
            Edited::new(Sheet::Questions, &base, base.clone(), &sent, texts())
        };
        assert_eq!(send(&[]).draft.text(), base.text());
        assert_eq!(
            send(&[("move", "up 0")]).draft.text(),
            base.text(),
            "there is no higher place"
        );
        let mut moved = send(&[("move", "down 0"), ("playbook.steps[0].ask.en.any", "{{ nonsense }}?")]);
        assert_eq!(key(&moved.draft, 0), key(&base, 1));
        assert_eq!(key(&moved.draft, 1), key(&base, 0));
        let places: Vec<_> = moved.groups.iter().filter_map(|group| group.place).collect();
        assert_eq!(places[..3], [1, 0, 2], "they are shown as they will be");
        let faults = faults(&moved.draft);
        assert!(
            faults
                .iter()
                .any(|fault| fault.path.starts_with("playbook.steps[1].ask")),
            "{faults:?}"
        );
        moved.place(faults, texts());
        let faulty = fields(&mut moved.groups)
            .find(|field| !field.faults.is_empty())
            .unwrap();
        assert_eq!(faulty.path, "playbook.steps[0].ask.en.any", "beside what was typed");
        let mut foreign = sent(&[]);
        foreign.insert("order".to_owned(), vec!["0".to_owned(), "0".to_owned()]);
        let edited = Edited::new(Sheet::Questions, &base, base.clone(), &foreign, texts());
        assert_eq!(edited.draft.text(), base.text());
    }

    #[test]
    fn files_are_allowed_and_refused_again() {
        let allowed = edited(
            Sheet::Widget,
            &[
                (FILE_KINDS, ""),
                (FILE_KINDS, "images"),
                (FILE_KINDS, "audio"),
                ("profile.files.max_mb", "5"),
            ],
        );
        assert_eq!(faults(&allowed.draft), []);
        let kinds = Entry::Lines(vec!["images".to_owned(), "audio".to_owned()]);
        assert_eq!(allowed.draft.get(FILE_KINDS), Some(kinds));
        assert_eq!(allowed.draft.get("profile.files.max_mb"), Some(Entry::Number(5)));
        let none = sent(&[(FILE_KINDS, "")]);
        let refused = Edited::new(Sheet::Widget, &allowed.draft, allowed.draft.clone(), &none, texts());
        assert!(!refused.draft.has(FILES));
        assert_eq!(faults(&refused.draft), []);
        let many = edited(
            Sheet::Widget,
            &[(FILE_KINDS, "images"), ("profile.files.max_mb", "500")],
        );
        assert_eq!(faults(&many.draft).len(), 1);
    }

    #[test]
    fn other_words_of_consent_are_another_version() {
        let words = ("profile.newsletter.text.en", "Send me everything");
        assert!(edited(Sheet::Business, &[words]).has_own_faults());
        let version = ("profile.newsletter.version", "2026-12");
        assert!(!edited(Sheet::Business, &[words, version]).has_own_faults());
    }

    #[test]
    fn changes_of_two_colleagues_go_together() {
        let base = demo("demo-catering");
        let theirs = sent(&[("profile.name", "Theirs"), ("profile.region", "ES")]);
        let current = Edited::new(Sheet::Business, &base, base.clone(), &theirs, texts()).draft;
        let own = sent(&[("profile.name", "Ours"), ("profile.quiet_hours", "none")]);
        let mut merged = Edited::new(Sheet::Business, &base, current.clone(), &own, texts());
        merged.note_theirs(Sheet::Business, &base, &current, texts());
        for (path, value) in [
            ("profile.name", "Ours"),
            ("profile.region", "ES"),
            ("profile.quiet_hours", "none"),
        ] {
            assert_eq!(merged.draft.get(path), Some(Entry::Text(value.to_owned())), "{path}");
        }
        let noted: Vec<_> = fields(&mut merged.groups)
            .filter_map(|field| field.theirs.clone())
            .collect();
        assert_eq!(noted, ["Theirs"]);
    }
}
