//! Which of the choices was meant.

use serde_json::Value;

use super::{Choice, Found, Question, amount, related};
use crate::answer::text::numbers;
use crate::answer::text::{Text, is_cyrillic};
use crate::answer::when::lexicon::is_one_edit_apart;

/// A choice found at a place of the message.
#[derive(Clone, Copy, Debug)]
struct Hit {
    choice: usize,
    start: usize,
    words: usize,
    confidence: f64,
    is_denied: bool,
}

/// The choice a message names, if any.
pub(super) fn find(text: &Text, question: &Question) -> Option<Found> {
    let words: Vec<&str> = (0..text.tokens().len()).map(|at| text.word(at)).collect();
    let hits = longest(named(&words, &question.choices));
    let hits = after_correction(&words, hits);
    let mut meant: Vec<Hit> = Vec::new();
    for hit in hits.iter().filter(|hit| !hit.is_denied) {
        if !meant.iter().any(|known| known.choice == hit.choice) {
            meant.push(*hit);
        }
    }
    match meant.as_slice() {
        [] if hits.is_empty() => bracket(text, question)
            .or_else(|| related::find(text, &question.choices))
            .or_else(|| by_place(&words, text, question)),
        // One was denied: which of the others is not said.
        [] => Some(Found::Unclear),
        [one] => Some(answer(&question.choices, one.choice, one.confidence)),
        _ => Some(Found::Unclear),
    }
}

pub(super) fn answer(choices: &[Choice], choice: usize, confidence: f64) -> Found {
    Found::One(Value::String(choices[choice].value.clone()), confidence)
}

fn named(words: &[&str], choices: &[Choice]) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (choice, option) in choices.iter().enumerate() {
        let value = option.value.replace(['_', '-'], " ");
        for wording in std::iter::once(value.as_str()).chain(option.synonyms.iter().map(String::as_str)) {
            let parts: Vec<String> = Text::new(wording)
                .flat()
                .split_whitespace()
                .map(str::to_owned)
                .collect();
            // A wording of digits alone is compared as a number, not by its letters.
            if parts.is_empty() {
                continue;
            }
            for start in 0..words.len() {
                if let Some((length, confidence)) = matches_at(words, start, &parts) {
                    let is_denied = is_denied(words, start, start + length);
                    hits.push(Hit {
                        choice,
                        start,
                        words: length,
                        confidence,
                        is_denied,
                    });
                }
            }
        }
    }
    hits
}

/// Whether the parts of a wording stand at `start`; marks without meaning are skipped.
fn matches_at(words: &[&str], start: usize, parts: &[String]) -> Option<(usize, f64)> {
    let mut at = start;
    let mut confidence: f64 = 0.95;
    for (index, part) in parts.iter().enumerate() {
        while index > 0 && words.get(at).is_some_and(|word| word.is_empty()) {
            at += 1;
        }
        confidence = confidence.min(likeness(words.get(at)?, part)?);
        at += 1;
    }
    Some((at - start, confidence))
}

/// How surely a word is another one: the same, an inflection, a misspelling.
fn likeness(said: &str, wording: &str) -> Option<f64> {
    if said == wording {
        return Some(0.95);
    }
    if said.is_empty() || said.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (said_letters, letters) = (said.chars().count(), wording.chars().count());
    let shared = said.chars().zip(wording.chars()).take_while(|(a, b)| a == b).count();
    let is_slavic = said.starts_with(is_cyrillic);
    let endings = said_letters.max(letters) - shared;
    if is_slavic
        && shared >= 3
        && endings <= 4
        && shared >= letters.saturating_sub(3).max(3)
        && (shared >= 4 || endings <= 2)
    {
        return Some(0.85);
    }
    let is_plural = |a: &str, b: &str| a.strip_suffix("es") == Some(b) || a.strip_suffix('s') == Some(b);
    if is_plural(said, wording) || is_plural(wording, said) {
        return Some(0.9);
    }
    if is_inflection(said, wording) {
        return Some(0.9);
    }
    // Two letters off, the first one must be right: "leaking" is not "cleaning".
    let misspelled = (letters >= 5 && is_one_edit_apart(said, wording))
        || (letters >= 8 && said.chars().next() == wording.chars().next() && distance(said, wording) <= 2);
    misspelled.then_some(0.8)
}

/// "leaking" and "leak", "cleaned" and "cleaning": English endings on one stem.
fn is_inflection(said: &str, wording: &str) -> bool {
    const STEM_LETTERS_MIN: usize = 4;
    let stem = |word: &str| {
        let ending = ["ing", "ed", "er", "ers", "y"]
            .into_iter()
            .find(|ending| word.ends_with(ending));
        let letters = word.len() - ending.map_or(0, str::len);
        word[..letters].to_owned()
    };
    let (one, other) = (stem(said), stem(wording));
    one.len() >= STEM_LETTERS_MIN && one == other
}

/// Edit distance, up to 3.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    if a.chars().count().abs_diff(b.len()) > 2 {
        return 3;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(40).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()].min(3)
}

/// Of overlapping hits the longest one counts: "facebook ads" over "facebook".
fn longest(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        b.words
            .cmp(&a.words)
            .then(b.confidence.total_cmp(&a.confidence))
            .then(a.start.cmp(&b.start))
    });
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let overlaps = |known: &Hit| hit.start < known.start + known.words && known.start < hit.start + hit.words;
        let is_rival =
            |known: &Hit| known.words == hit.words && (known.confidence - hit.confidence).abs() < f64::EPSILON;
        if kept
            .iter()
            .all(|known| !overlaps(known) || (is_rival(known) && known.choice != hit.choice))
        {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.start);
    kept
}

/// Words that deny what follows.
pub(super) const DENIALS: [&str; 20] = [
    "not",
    "no",
    "не",
    "ни",
    "нет",
    "ні",
    "sin",
    "except",
    "кроме",
    "крім",
    "excepto",
    "but",
    "dont",
    "without",
    "без",
    "never",
    "окрім",
    "menos",
    "isnt",
    "nunca",
];
const FILLERS: [&str; 14] = [
    "a", "an", "the", "el", "la", "in", "on", "в", "у", "use", "really", "want", "like", "из",
];

/// "not Instagram", "anything but email"; "but" and "no" deny only right before.
fn is_denied(words: &[&str], start: usize, end: usize) -> bool {
    let mut before = start;
    for _ in 0..3 {
        let Some(previous) = before.checked_sub(1) else {
            return false;
        };
        let word = words[previous];
        if DENIALS.contains(&word) {
            let is_contrast = word == "but"
                && !words[..previous]
                    .iter()
                    .any(|word| matches!(*word, "anything" | "all" | "everything"));
            let is_answer = matches!(word, "no" | "нет" | "ні" | "но")
                && previous == 0
                && words.get(previous + 1).is_some_and(|next| *next == ",");
            return !is_contrast && !is_answer;
        }
        if !FILLERS.contains(&word) {
            break;
        }
        before = previous;
    }
    // Spanish and Russian also deny behind: "instagram no", "инстаграм нет".
    words.get(end).is_some_and(|word| matches!(*word, "no" | "нет" | "ні"))
        && words.get(end + 1).is_none_or(|word| matches!(*word, "," | "."))
        && words.len() <= end + 3
        && words.get(end + 2).is_none()
}

const CORRECTIONS: [&str; 14] = [
    "no",
    "wait",
    "actually",
    "sorry",
    "нет",
    "точнее",
    "вернее",
    "ні",
    "точніше",
    "perdon",
    "mejor",
    "rather",
    "ой",
    "лучше",
];

/// After "no wait" only what follows counts.
fn after_correction(words: &[&str], hits: Vec<Hit>) -> Vec<Hit> {
    let Some(fix) = words.iter().rposition(|word| CORRECTIONS.contains(word)) else {
        return hits;
    };
    let later: Vec<Hit> = hits
        .iter()
        .filter(|hit| hit.start > fix)
        .copied()
        .map(|hit| {
            // "no, Facebook" withdraws what stood before and does not deny what follows.
            let was_said = hits.iter().any(|earlier| earlier.start < fix);
            Hit {
                is_denied: hit.is_denied && !was_said,
                ..hit
            }
        })
        .collect();
    if later.is_empty() { hits } else { later }
}

/// A number or range that falls into one choice's bracket.
fn bracket(text: &Text, question: &Question) -> Option<Found> {
    let bounded: Vec<(usize, &Choice)> = question
        .choices
        .iter()
        .enumerate()
        .filter(|(_, choice)| choice.min.is_some() || choice.max.is_some())
        .collect();
    if bounded.is_empty() {
        return None;
    }
    let range = amount::range(text)?;
    if range.is_choice {
        return Some(Found::Unclear);
    }
    let contains = |choice: &Choice, value: f64| {
        choice.min.is_none_or(|min| value >= min) && choice.max.is_none_or(|max| value <= max)
    };
    let fits = |choice: &Choice| match (range.min, range.max) {
        (Some(min), Some(max)) => contains(choice, min) && contains(choice, max),
        (Some(min), None) => contains(choice, min) && choice.max.is_none(),
        (None, Some(max)) => contains(choice, max) && choice.min.is_none_or(|lowest| lowest <= 0.0),
        (None, None) => false,
    };
    let fitting: Vec<usize> = bounded
        .iter()
        .filter(|(_, choice)| fits(choice))
        .map(|(index, _)| *index)
        .collect();
    match fitting.as_slice() {
        [one] => Some(answer(&question.choices, *one, 0.9)),
        // On the border of two brackets the one that begins there is meant.
        [first, second] if range.min == range.max => {
            let begins = |index: usize| question.choices[index].min == range.min;
            let index = if begins(*second) { *second } else { *first };
            Some(if begins(*first) || begins(*second) {
                answer(&question.choices, index, 0.75)
            } else {
                Found::Unclear
            })
        }
        _ => Some(Found::Unclear),
    }
}

/// "2", "the second one", "последний": a choice by its place.
fn by_place(words: &[&str], text: &Text, question: &Question) -> Option<Found> {
    let count = question.choices.len();
    if words.iter().any(|word| {
        [
            "last",
            "ultimo",
            "ultima",
            "последний",
            "последняя",
            "последнее",
            "останній",
            "остання",
            "останнє",
        ]
        .contains(word)
    }) && text.word_count() <= 6
    {
        return Some(answer(&question.choices, count.checked_sub(1)?, 0.8));
    }
    if let Some(place) = by_letter(words, text).filter(|place| *place < count) {
        return Some(answer(&question.choices, place, 0.85));
    }
    if words.iter().any(|word| matches!(*word, "middle" | "medio")) && count == 3 && text.word_count() <= 4 {
        return Some(answer(&question.choices, 1, 0.8));
    }
    let mut places: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match numbers::at(text, at) {
            Some(number) => {
                places.push(usize::try_from(number.value).unwrap_or(usize::MAX));
                at += number.tokens;
            }
            None => at += 1,
        }
    }
    // "both of them", "оба": two choices, not the second one.
    if words
        .iter()
        .any(|word| matches!(*word, "both" | "ambos" | "ambas" | "оба" | "обе" | "обидва" | "обидві"))
    {
        return Some(Found::Unclear);
    }
    let is_pronoun = matches!(words.iter().filter(|word| !word.is_empty()).count(), 0..=6);
    match places.as_slice() {
        // "the second one": "one" is a pronoun here.
        [place, 1] if words.contains(&"one") && (1..=count).contains(place) && is_pronoun => {
            Some(answer(&question.choices, place - 1, 0.85))
        }
        [place] if (1..=count).contains(place) && is_pronoun => Some(answer(&question.choices, place - 1, 0.85)),
        [] => None,
        _ => Some(Found::Unclear),
    }
}

/// "B", "option c", "вариант б": a choice by its letter.
fn by_letter(words: &[&str], text: &Text) -> Option<usize> {
    let last = words.iter().rev().find(|word| !matches!(**word, "" | "." | ","))?;
    let place = ["a", "b", "c", "d", "e"]
        .iter()
        .position(|letter| letter == last)
        .or_else(|| ["а", "б", "в", "г", "д"].iter().position(|letter| letter == last))?;
    let is_named = words.iter().any(|word| {
        matches!(
            *word,
            "option" | "choice" | "answer" | "letter" | "opcion" | "вариант" | "варіант"
        )
    });
    (text.word_count() == 1 || (is_named && text.word_count() <= 3)).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::text::fold;

    #[test]
    fn inflections_and_misspellings_are_alike() {
        assert!(likeness(&fold("инстаграме"), &fold("инстаграм")).is_some());
        assert!(likeness(&fold("свадьбу"), &fold("свадьба")).is_some());
        assert!(likeness("instagarm", "instagram").is_some());
        assert!(likeness("facebok", "facebook").is_some());
        assert!(likeness("email", "gmail").is_some_and(|sure| sure < 0.95));
        assert!(likeness("cat", "car").is_none());
    }
}
