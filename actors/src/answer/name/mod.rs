//! The person's own name, as they say it.
//!
//! ```text
//!  "hi, my wife's name is Mary but I'm tom o'brien, B-R-I-E-N"
//!      │ introductions   what may come before a name, strong or weak; someone else's is none
//!      ▼
//!   words up to what ends a name; titles and fillers dropped
//!      │ spelling        letters said, remarks ("without the h")
//!      ▼
//!   Tom O'Brien
//! ```
//!
//! Only where a name was asked is a bare reply one, in any script; elsewhere a person
//! must introduce themselves, and "I'm hungry" does not.

use std::ops::Range;
use std::sync::LazyLock;

use super::text::phrases::Phrases;
use super::text::{Kind, Text};
use super::{Asked, NoAnswer, refusal};

mod case;
mod shape;
mod spelling;
mod words;

/// Letters of a name, at least and at most.
const LETTERS: Range<usize> = 2..101;
/// Words of a name without particles.
const WORDS_MAX: usize = 4;

#[derive(Debug)]
struct Wordings {
    strong: Phrases,
    weak: Phrases,
    booking: Phrases,
    surname: Phrases,
    nickname: Phrases,
    correction: Phrases,
}

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    let list = |section| Phrases::new(include_str!("name.txt"), section);
    Wordings {
        strong: list("strong"),
        weak: list("weak"),
        booking: list("booking"),
        surname: list("surname"),
        nickname: list("nickname"),
        correction: list("correction"),
    }
});

/// How sure it is that the words after it are the person's name, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Introduction {
    /// Of a booking, or a nickname.
    Booking,
    Bare,
    Weak,
    Strong,
}

#[derive(Debug)]
struct Candidate {
    words: Vec<String>,
    tokens: Range<usize>,
    introduction: Introduction,
}

/// Reads the person's own name.
///
/// # Errors
///
/// Why there is none: refused, a question back, later, or not an answer.
pub fn read(written: &str, asked: &Asked) -> Result<String, NoAnswer> {
    read_text(&Text::new(written), asked, &[])
}

/// Reads an already normalised message; `taken` are tokens that are something else.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_text(text: &Text, asked: &Asked, taken: &[Range<usize>]) -> Result<String, NoAnswer> {
    let reader = Reader {
        text,
        taken,
        is_asked: *asked == Asked::Name,
    };
    reader
        .name()
        .filter(|name| is_name(name))
        .ok_or_else(|| refusal::reason(text))
}

/// Whether a name would be taken for one when it stood alone; a name that would not is
/// more likely a misread phrase.
fn is_name(name: &str) -> bool {
    let text = Text::new(name);
    let alone = Reader {
        text: &text,
        taken: &[],
        is_asked: true,
    };
    alone.name().as_deref() == Some(name)
}

#[derive(Debug)]
struct Reader<'a> {
    text: &'a Text,
    taken: &'a [Range<usize>],
    is_asked: bool,
}

impl Reader<'_> {
    fn name(&self) -> Option<String> {
        let candidates = self.candidates();
        let chosen = self.chosen(&candidates)?;
        let is_refusal = chosen.introduction == Introduction::Bare
            && !words::is_given(self.text.word(chosen.tokens.start))
            && matches!(refusal::reason(self.text), NoAnswer::Refused | NoAnswer::Later);
        if is_refusal { None } else { self.finished(chosen) }
    }

    fn candidates(&self) -> Vec<Candidate> {
        let flat = self.text.flat();
        let wordings = &*WORDINGS;
        let mut found: Vec<Candidate> = Vec::new();
        for (phrases, introduction) in [
            (&wordings.strong, Introduction::Strong),
            (&wordings.weak, Introduction::Weak),
            (&wordings.booking, Introduction::Booking),
            (&wordings.nickname, Introduction::Booking),
        ] {
            for range in phrases.ranges(flat) {
                let at = self.text.token_at(range.end.saturating_sub(1)) + 1;
                let first = self.text.token_at(range.start);
                if !self.is_someone_elses(first) {
                    found.extend(self.introduced(at, introduction));
                }
            }
        }
        if self.is_asked || !self.taken.is_empty() {
            self.add_bare(&mut found);
        }
        found.sort_by_key(|candidate| candidate.tokens.start);
        found
    }

    /// "my wife's name is", "его зовут", "not".
    fn is_someone_elses(&self, first: usize) -> bool {
        (first.saturating_sub(2)..=first)
            .filter(|&at| at < first || self.text.word(at) != "it")
            .any(|at| words::is_kin(self.text.word(at)))
            || (first..first + 4).any(|at| words::is_kin(self.text.word(at)) && self.text.word(at + 1) == "name")
    }

    fn introduced(&self, at: usize, introduction: Introduction) -> Option<Candidate> {
        let at = self.skip_lead(at);
        if matches!(self.text.word(at), "not" | "no" | "не") {
            return None;
        }
        let candidate = self.name_at(at, introduction)?;
        let is_sure = introduction == Introduction::Strong || self.is_name_like(&candidate);
        is_sure.then_some(candidate)
    }

    /// After "I'm", "это" or "under" words must look like a name.
    fn is_name_like(&self, candidate: &Candidate) -> bool {
        let first = self.text.word(candidate.tokens.start);
        if words::is_given(first) {
            return true;
        }
        let is_capital = |word: &String| {
            word.chars()
                .next()
                .is_some_and(|letter| letter.is_uppercase() || !letter.is_lowercase())
        };
        let is_cased = self.text.clean().chars().any(char::is_lowercase);
        let are_capital = candidate
            .words
            .iter()
            .all(|word| is_capital(word) || words::is_particle(&word.to_lowercase()));
        let ends_clause = {
            let next = candidate.tokens.end;
            next >= self.text.tokens().len()
                || self.text.is_clause_mark(next)
                || self.text.kind(next) == Some(Kind::Emoji)
                || words::is_filler(self.text.word(next))
        };
        (are_capital && is_cased) || (self.is_asked && ends_clause)
    }

    /// Fillers and titles before a name.
    fn skip_lead(&self, at: usize) -> usize {
        let mut at = at;
        while at < self.text.tokens().len() {
            let word = self.text.word(at);
            let is_name_next = !words::is_given(word);
            let is_lead = words::is_title(word)
                || (words::is_filler(word) && is_name_next)
                || matches!(
                    word,
                    "the"
                        | "a"
                        | "el"
                        | "la"
                        | "los"
                        | ","
                        | ""
                        | "yo"
                        | "я"
                        | "is"
                        | "its"
                        | "это"
                        | "це"
                        | "а"
                        | "sino"
                )
                || (word == "." && at > 0 && words::is_title(self.text.word(at - 1)));
            if !is_lead || self.text.kind(at) == Some(Kind::Mark('@')) {
                break;
            }
            at += 1;
        }
        at
    }

    /// Clauses that are nothing but a name and politeness.
    fn add_bare(&self, found: &mut Vec<Candidate>) {
        let mut at = 0;
        while at < self.text.tokens().len() {
            let start = self.skip_lead(at);
            let end = self.clause_end(start.max(at));
            if let Some(candidate) = self.name_at(start, Introduction::Bare)
                && self.only_politeness(candidate.tokens.end, end)
                && !self.is_denied(&candidate)
                && !found.iter().any(|known| known.tokens.start == candidate.tokens.start)
                && self.text.word(end) != "?"
            {
                found.push(candidate);
            }
            at = end + 1;
        }
    }

    /// "it's Carlos, no Carla": what follows a bare "not" is not the name.
    fn is_denied(&self, candidate: &Candidate) -> bool {
        let start = candidate.tokens.start;
        start > 1 && matches!(self.text.word(start - 1), "no" | "not" | "не" | "ні")
    }

    fn clause_end(&self, from: usize) -> usize {
        (from..self.text.tokens().len())
            .find(|&at| {
                let is_initial = self.text.word(at) == "." && at > 0 && self.text.word(at - 1).chars().count() == 1;
                (self.text.is_clause_mark(at) && !is_initial)
                    || self.is_taken(at)
                    || (!self.taken.is_empty() && self.text.kind(at) == Some(Kind::Digits))
            })
            .unwrap_or_else(|| self.text.tokens().len())
    }

    fn only_politeness(&self, from: usize, to: usize) -> bool {
        (from..to).all(|at| {
            let word = self.text.word(at);
            word.is_empty()
                || self.text.kind(at) == Some(Kind::Emoji)
                || words::is_filler(word)
                || matches!(
                    word,
                    "." | "from" | "de" | "with" | "jr" | "sr" | "ii" | "iii" | "зовут" | "звати" | "звуть"
                )
                || (at > from
                    && matches!(
                        self.text.word(at - 1),
                        "from" | "de" | "with" | "the" | "without" | "an" | "a" | "no"
                    ))
                || matches!(word, "without" | "sin" | "без" | "no" | "the" | "and" | "y" | "и" | "і")
        })
    }

    fn is_taken(&self, at: usize) -> bool {
        self.taken.iter().any(|tokens| tokens.contains(&at))
    }

    /// The last correction, else the surest introduction, the first of equals.
    fn chosen<'c>(&self, candidates: &'c [Candidate]) -> Option<&'c Candidate> {
        let mut best: Option<&Candidate> = None;
        for candidate in candidates {
            let replaces = best.is_none_or(|known| {
                let gap = self.flat_between(known.tokens.end, candidate.tokens.start);
                candidate.tokens.start > known.tokens.start
                    && (candidate.introduction > known.introduction
                        || (WORDINGS.correction.are_in_flat(&gap) && candidate.introduction >= Introduction::Bare))
            });
            if replaces {
                best = Some(candidate);
            }
        }
        best
    }

    fn flat_between(&self, from: usize, to: usize) -> String {
        let mut flat = String::from(" ");
        for at in from..to.max(from) {
            let word = self.text.word(at);
            if !word.is_empty() {
                flat.push_str(word);
                flat.push(' ');
            }
        }
        flat
    }

    /// "…, last name Kumar": the words of a surname said after the given name.
    fn surname(&self, candidate: &Candidate) -> Vec<String> {
        WORDINGS
            .surname
            .ranges(self.text.flat())
            .map(|range| self.text.token_at(range.end.saturating_sub(1)) + 1)
            .filter(|&at| at > candidate.tokens.end)
            .find_map(|at| self.name_at(self.skip_lead(at), Introduction::Strong))
            .map_or_else(Vec::new, |surname| surname.words)
    }

    /// Spelling applied, written as a name, checked.
    fn finished(&self, candidate: &Candidate) -> Option<String> {
        let mut words = candidate.words.clone();
        words.extend(self.surname(candidate));
        let mut at = candidate.tokens.end;
        while at < self.text.tokens().len() {
            match spelling::spelled(self.text, at) {
                Some((letters, end)) if !self.is_taken(at) => {
                    spelling::replace(&mut words, &letters);
                    at = end;
                }
                _ => at += 1,
            }
        }
        spelling::apply_remarks(self.text, candidate.tokens.end, &mut words);
        let name = case::written(&words, words::is_particle);
        let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
        (LETTERS.contains(&letters) && name.chars().count() < LETTERS.end).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read_as(message: &str, name: &str) {
        assert_eq!(read(message, &Asked::Name).as_deref(), Ok(name), "{message}");
    }

    #[test]
    fn introductions_are_understood() {
        is_read_as("Sure, it's John Smith", "John Smith");
        is_read_as("me llamo Ana", "Ana");
        is_read_as("soy la Sra. García López de Acme", "García López");
        is_read_as("мене звати Олена Коваленко", "Олена Коваленко");
        is_read_as("my wife's name is Mary but I'm Tom", "Tom");
        is_read_as("booking under Garcia", "Garcia");
    }

    #[test]
    fn bare_replies_are_names_in_any_script() {
        for name in [
            "John Smith",
            "Will",
            "Роза",
            "李伟",
            "Nguyễn Văn An",
            "Juana de la Cruz",
        ] {
            is_read_as(name, name);
        }
        is_read_as("john mcdonald", "John McDonald");
    }

    #[test]
    fn spelling_and_corrections_are_applied() {
        is_read_as("J-O-N", "Jon");
        is_read_as("John, sorry, I mean Jane", "Jane");
        is_read_as("no wait, Jon without the h", "Jon");
        is_read_as("John without the h", "Jon");
        is_read_as("John Smith, S-M-Y-T-H", "John Smyth");
    }

    #[test]
    fn phrases_are_no_names() {
        for message in [
            "I want to book for 10",
            "hello",
            "what?",
            "yes",
            "a@b.com",
            "5551234",
            "SMS Lead 1234",
            "@handle",
        ] {
            assert!(read(message, &Asked::Name).is_err(), "{message}");
        }
        assert!(read("I'm hungry", &Asked::Open).is_err());
    }
}
