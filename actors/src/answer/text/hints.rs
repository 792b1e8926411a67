//! Which lists may have a wording in a message, found in one pass over it.
//!
//! Every wording needs some words to stand in the message ("call me back" needs " call me "). All
//! of them together are one automaton; what it meets tells which lists are worth searching. Most
//! messages meet few, and a list that was not met has no wording in the message, for certain.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind};

use super::phrases;

/// Every file of wordings. The place of a section among all of them is its bit; a list from elsewhere
/// has none and is always searched.
const FILES: [&str; 9] = [
    include_str!("../../interrupts/interrupts.txt"),
    include_str!("../../small_talk.txt"),
    include_str!("../../concern.txt"),
    include_str!("../name/name.txt"),
    include_str!("../party_size.txt"),
    include_str!("../preference.txt"),
    include_str!("../qualify/qualify.txt"),
    include_str!("../refusal/refusal.txt"),
    include_str!("../yes_no/yes_no.txt"),
];

/// Longest part of a wording that is looked for, in bytes: more tells hardly more.
const NEEDED_BYTES_MAX: usize = 12;

/// Long enough to be looked for no further, in bytes.
const NEEDED_BYTES: usize = 5;

/// A set of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints(u128);

impl Hints {
    /// The lists that may have a wording in a flat text.
    pub(super) fn of(flat: &str) -> Self {
        let index = &*INDEX;
        let met = index.needed.find_overlapping_iter(flat);
        Self(met.fold(index.always, |all, met| all | index.lists[met.pattern()]))
    }

    /// The set of one list; `None` when it is not among the files.
    pub(super) fn of_list(source: &str, section: &str) -> Option<Self> {
        let place = sections().position(|(file, name)| file == source && name == section)?;
        Some(Self(1 << place))
    }

    /// Whether the sets have a list in common.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

struct Index {
    needed: AhoCorasick,
    /// The lists that need each of them.
    lists: Vec<u128>,
    /// The lists with a wording that needs nothing in particular.
    always: u128,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut lists: HashMap<Vec<u8>, u128> = HashMap::new();
    let mut always = 0;
    for (place, (file, section)) in sections().enumerate() {
        assert!(place < 128, "a set of lists holds 128");
        for wording in phrases::wordings(file, section) {
            match needed(wording) {
                Some(words) => words
                    .into_iter()
                    .for_each(|words| *lists.entry(words).or_default() |= 1 << place),
                None => always |= 1 << place,
            }
        }
    }
    let (needed, lists): (Vec<_>, Vec<_>) = lists.into_iter().unzip();
    let needed = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(needed)
        .expect("the words of our own files fit an automaton");
    Index { needed, lists, always }
});

fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES
        .into_iter()
        .flat_map(|file| phrases::sections(file).map(move |section| (file, section)))
}

/// One of these stands in every text that a wording is in: what some part of it begins with,
/// whichever part says most in the fewest words. `None` when no part needs anything in particular.
fn needed(wording: &str) -> Option<Vec<Vec<u8>>> {
    let pattern = regex_syntax::parse(&phrases::gapped(wording)).ok()?;
    let parts = match pattern.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(&pattern),
    };
    let mut extractor = Extractor::new();
    extractor.limit_literal_len(NEEDED_BYTES_MAX);
    let mut best: Option<(usize, Vec<Vec<u8>>)> = None;
    for from in 0..parts.len() {
        let words = extractor.extract(&Hir::concat(parts[from..].to_vec()));
        let Some(words) = words.literals() else { continue };
        let says = words.iter().map(|word| word.as_bytes().trim_ascii().len()).min();
        let says = says.unwrap_or(0);
        let is_better = |best: &(usize, Vec<_>)| says > best.0 || (says == best.0 && words.len() < best.1.len());
        if says > 0 && best.as_ref().is_none_or(is_better) {
            best = Some((says, words.iter().map(|word| word.as_bytes().to_vec()).collect()));
        }
        if says >= NEEDED_BYTES {
            break;
        }
    }
    Some(best?.1)
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::super::phrases::Phrases;
    use super::*;

    #[test]
    fn what_a_wording_needs_stands_in_every_text_it_is_in() {
        let needs = |wording| {
            let mut words = needed(wording).unwrap_or_default();
            words.sort();
            words
                .into_iter()
                .map(|word| String::from_utf8(word).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(needs("stop"), [" stop "]);
        assert_eq!(needs("^(hi|hello)$"), [" hello ", " hi "]);
        assert_eq!(needs("отмен~"), [" отмен"]);
        assert_eq!(needs("(please )*(call|ring)~( me| us)*"), ["call", "ring"]);
        assert!(needs("_ _").is_empty(), "anything");
    }

    #[test]
    fn a_list_that_is_not_met_has_no_wording_in_the_message() {
        let messages = include_str!("../../../training/intent/en.txt").lines();
        let messages = messages.chain(include_str!("../../../tests/reading/interrupts.jsonl").lines());
        let (mut met, mut matched) = (0, 0);
        let lists: Vec<(Hints, Phrases)> = sections()
            .map(|(file, section)| (Hints::of_list(file, section).unwrap(), Phrases::new(file, section)))
            .collect();
        for message in messages {
            let text = Text::new(message);
            for (list, phrases) in &lists {
                let is_met = Hints::of(text.flat()).meets(*list);
                let is_match = phrases.is_match(text.flat());
                assert!(is_met || !is_match, "{message}");
                met += u32::from(is_met);
                matched += u32::from(is_match);
            }
        }
        assert!(matched > 0 && met < 8 * matched, "{met} met, {matched} matched");
    }

    #[test]
    fn every_list_has_a_set_of_its_own() {
        let sets: Vec<u128> = sections()
            .filter_map(|(file, section)| Some(Hints::of_list(file, section)?.0))
            .collect();
        assert_eq!(sets.len(), sections().count());
        assert_eq!(sets.iter().sum::<u128>().count_ones() as usize, sets.len());
        assert_eq!(Hints::of_list("[own]\nhello", "own"), None);
    }
}
