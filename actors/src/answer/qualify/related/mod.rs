//! Which choice a message means that names none: "tying the knot" is a wedding.
//!
//! People say one thing in many wordings, and a tenant lists a few of them. A choice that is named
//! by one wording of a section is named by all of them; a section that two choices share tells
//! nothing.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Choice, Found, choice};
use crate::answer::text::{Text, phrases};

const FILES: [&str; 2] = [include_str!("services.txt"), include_str!("people.txt")];

/// Less sure than the choice's own wordings: it is taken, unless the person is unsure too.
const CONFIDENCE: f64 = 0.75;

/// One word of a wording.
struct Part {
    letters: String,
    /// Whether more letters may follow.
    is_stem: bool,
}

/// Every wording, found by its first word in one pass.
struct Index {
    firsts: AhoCorasick,
    /// Each wording's words and the section it stands in.
    wordings: Vec<(Vec<Part>, usize)>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let sections = FILES
        .into_iter()
        .flat_map(|file| phrases::sections(file).map(move |section| (file, section)));
    let wordings: Vec<(Vec<Part>, usize)> = sections
        .enumerate()
        .flat_map(|(place, (file, section))| {
            phrases::wordings(file, section)
                .flat_map(|line| line.split(','))
                .map(move |wording| (parts(wording), place))
        })
        .collect();
    let first = |(parts, _): &(Vec<Part>, usize)| {
        let end = if parts[0].is_stem { "" } else { " " };
        format!(" {}{end}", parts[0].letters)
    };
    let firsts = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(wordings.iter().map(first))
        .expect("the words of our own files fit an automaton");
    Index { firsts, wordings }
});

fn parts(wording: &str) -> Vec<Part> {
    let part = |word: &str| Part {
        letters: Text::new(word.trim_end_matches('~')).flat().trim().to_owned(),
        is_stem: word.ends_with('~'),
    };
    wording.split_whitespace().map(part).collect()
}

/// The choice whose section a message speaks of.
pub(super) fn find(text: &Text, choices: &[Choice]) -> Option<Found> {
    let said = sections(text.flat());
    if said.is_empty() {
        return None;
    }
    let named: Vec<Vec<usize>> = choices.iter().map(sections_of).collect();
    let owner = |section: usize| {
        let mut owners = (0..choices.len()).filter(|&at| named[at].contains(&section));
        owners.next().filter(|_| owners.next().is_none())
    };
    let mut meant: Vec<(usize, bool)> = said
        .into_iter()
        .filter_map(|(section, is_denied)| Some((owner(section)?, is_denied)))
        .collect();
    if meant.is_empty() {
        return None;
    }
    meant.retain(|(_, is_denied)| !is_denied);
    meant.sort_unstable();
    meant.dedup_by_key(|(at, _)| *at);
    Some(match meant.as_slice() {
        [(one, _)] => choice::answer(choices, *one, CONFIDENCE),
        _ => Found::Unclear,
    })
}

/// The sections that a choice is named by.
fn sections_of(choice: &Choice) -> Vec<usize> {
    let value = choice.value.replace(['_', '-'], " ");
    let wordings = std::iter::once(&value).chain(&choice.synonyms);
    wordings
        .flat_map(|wording| sections(Text::new(wording).flat()))
        .map(|(section, _)| section)
        .collect()
}

/// The sections with a wording in a flat text, and whether the word before it denies it.
fn sections(flat: &str) -> Vec<(usize, bool)> {
    let index = &*INDEX;
    let mut found: Vec<(usize, bool)> = index
        .firsts
        .find_overlapping_iter(flat)
        .filter_map(|met| {
            let (parts, section) = &index.wordings[met.pattern()];
            let before = flat[..met.start()].rsplit(' ').next().unwrap_or_default();
            stand_at(parts, &flat[met.start()..]).then(|| (*section, choice::DENIALS.contains(&before)))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn stand_at(parts: &[Part], flat: &str) -> bool {
    let mut words = flat.split_whitespace();
    parts.iter().all(|part| {
        words.next().is_some_and(|word| {
            let rest = word.strip_prefix(part.letters.as_str());
            rest.is_some_and(|rest| part.is_stem || rest.is_empty())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Vec<Choice> {
        let choice = |value: &str, synonym: &str| Choice {
            value: value.into(),
            synonyms: vec![synonym.into()],
            min: None,
            max: None,
        };
        vec![
            choice("boda", "enlace"),
            choice("cumple", "birthday"),
            choice("deep_clean", "full"),
        ]
    }

    fn meant(message: &str) -> Option<String> {
        match find(&Text::new(message), &choices())? {
            Found::One(value, _) => value.as_str().map(str::to_owned),
            Found::Unclear => Some("unclear".to_owned()),
        }
    }

    #[test]
    fn what_is_said_otherwise_is_the_choice_of_its_section() {
        assert_eq!(meant("we are tying the knot").as_deref(), Some("boda"));
        assert_eq!(meant("дочке исполнится пять").as_deref(), Some("cumple"));
        assert_eq!(meant("генеральную, пожалуйста").as_deref(), Some("deep_clean"));
        assert_eq!(meant("tying my shoes"), None);
    }

    #[test]
    fn what_two_choices_share_or_the_person_denies_tells_nothing() {
        let twice = [choices(), choices()].concat();
        assert!(find(&Text::new("tying the knot"), &twice).is_none());
        assert_eq!(meant("not married").as_deref(), Some("unclear"));
        assert_eq!(meant("my birthday and my bride").as_deref(), Some("unclear"));
    }

    #[test]
    fn every_wording_is_found_in_itself() {
        for (parts, section) in &INDEX.wordings {
            let words: Vec<&str> = parts.iter().map(|part| part.letters.as_str()).collect();
            let flat = format!(" {} ", words.join(" "));
            assert!(sections(&flat).iter().any(|(found, _)| found == section), "{flat}");
        }
    }
}
