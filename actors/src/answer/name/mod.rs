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
use super::text::{Kind, Text, fold};
use super::{Asked, NoAnswer, refusal};

mod case;
mod clause;
mod inflection;
mod shape;
mod signature;
mod spelling;
mod words;

/// Letters of a name, at least and at most.
const LETTERS: Range<usize> = 2..101;
/// Letters of a name that is a word elsewhere ("Ли", "An"), and shows only by what stands before it.
const SHORT_MAX: usize = 2;
/// Words of a name without particles.
const WORDS_MAX: usize = 4;

#[derive(Debug)]
struct Wordings {
    strong: Phrases,
    weak: Phrases,
    booking: Phrases,
    surname: Phrases,
    given: Phrases,
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
        given: list("given"),
        nickname: list("nickname"),
        correction: list("correction"),
    }
});

/// How sure it is that the words after it are the person's name, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Introduction {
    /// Alone in a clause beside other facts, and no name that is known.
    Guess,
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
    read_text(&Text::new(written), asked, &[], false)
}

/// Reads an already normalised message; `taken` are tokens that are something else, and
/// `tells_booking` whether the message says when or how many.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_text(
    text: &Text,
    asked: &Asked,
    taken: &[Range<usize>],
    tells_booking: bool,
) -> Result<String, NoAnswer> {
    let reader = Reader {
        text,
        taken,
        is_asked: *asked == Asked::Name,
        // Asked something else, "Austin, 20 people" answers that.
        tells_booking: tells_booking && matches!(asked, Asked::Open | Asked::PartySize | Asked::DateTime),
    };
    reader
        .name()
        .filter(|name| name.chars().count() <= SHORT_MAX || is_name(name))
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
        tells_booking: false,
    };
    alone.name().as_deref() == Some(name)
}

#[derive(Debug)]
struct Reader<'a> {
    text: &'a Text,
    taken: &'a [Range<usize>],
    is_asked: bool,
    tells_booking: bool,
}

impl Reader<'_> {
    fn name(&self) -> Option<String> {
        let candidates = self.candidates();
        let chosen = self.chosen(&candidates)?;
        let is_refusal = matches!(chosen.introduction, Introduction::Bare | Introduction::Guess)
            && !words::is_given(self.text.word(chosen.tokens.start))
            && !matches!(
                self.text.word(chosen.tokens.start.wrapping_sub(1)),
                "а" | "but" | "sino"
            )
            && !candidates.iter().any(|known| self.corrects(known, chosen))
            && matches!(refusal::reason(self.text), NoAnswer::Refused | NoAnswer::Later);
        if is_refusal {
            None
        } else {
            self.finished(chosen, &candidates)
        }
    }

    fn candidates(&self) -> Vec<Candidate> {
        let flat = self.text.to_read();
        let wordings = &*WORDINGS;
        let mut found: Vec<Candidate> = Vec::new();
        for (phrases, introduction) in [
            (&wordings.strong, Introduction::Strong),
            (&wordings.weak, Introduction::Weak),
            (&wordings.booking, Introduction::Booking),
            (&wordings.nickname, Introduction::Booking),
            (&wordings.surname, Introduction::Booking),
        ] {
            for range in phrases.ranges(&flat) {
                let at = self.text.token_at(range.end.saturating_sub(1)) + 1;
                let first = self.text.token_at(range.start);
                // The "es" of "marta@ruiz.es" introduces nobody, nor does "no es" the person.
                let is_surname = introduction == Introduction::Strong
                    && matches!(self.text.word(first.wrapping_sub(1)), "last" | "family" | "second");
                let is_none = is_surname
                    || self.is_taken(first)
                    || self.is_after_denial(first)
                    || spelling::goes_on(self.text, first);
                if !is_none && !self.is_someone_elses(first) {
                    found.extend(self.introduced(at, introduction));
                }
            }
        }
        if !found.is_empty() && wordings.surname.are_in_flat(&flat) {
            // "apellidos Gil Robles nombre Marta"
            let given = wordings.given.ranges(&flat).filter_map(|range| {
                let at = self.text.token_at(range.end.saturating_sub(1)) + 1;
                self.introduced(at, Introduction::Strong)
            });
            found.extend(given);
        }
        found.extend(self.present());
        found.extend(self.named_before());
        found.extend(self.signature());
        found.extend(self.regards());
        if self.is_asked || self.is_beside_facts() {
            self.add_bare(&mut found);
        }
        found.sort_by_key(|candidate| candidate.tokens.start);
        found
    }

    /// "my wife's name is", "его зовут", "not".
    fn is_someone_elses(&self, first: usize) -> bool {
        // "my boss is Steve but I'm Chidi", "it's for my boss, I'm Keisha": a turn begins anew.
        let is_turn = |at: &usize| {
            self.text.is_clause_mark(*at) || matches!(self.text.word(*at), "but" | "pero" | "а" | "но" | "але")
        };
        let from = (first.saturating_sub(2)..first)
            .rfind(is_turn)
            .map_or_else(|| first.saturating_sub(2), |turn| turn + 1);
        (from..=first)
            .filter(|&at| at < first || self.text.word(at) != "it")
            .any(|at| words::is_kin(self.text.word(at)))
            || (first..first + 4).any(|at| words::is_kin(self.text.word(at)) && self.text.word(at + 1) == "name")
    }

    fn introduced(&self, after: usize, introduction: Introduction) -> Option<Candidate> {
        // "Sofía, con f"
        if spelling::remark(self.text, after.wrapping_sub(1)).is_some() {
            return None;
        }
        let at = self.skip_lead(after);
        // "I'm a regular" says what somebody is, not who.
        let is_kind = (after..at).any(|at| matches!(self.text.word(at), "a" | "an"));
        if is_kind && !words::is_given(self.text.word(at)) {
            return None;
        }
        if matches!(self.text.word(at), "not" | "no" | "не") {
            return None;
        }
        let mut candidate = self.name_at(at, introduction)?;
        let declines = matches!(
            self.text.word(at - 1),
            "на" | "для" | "от" | "від" | "имя" | "імя" | "спросить" | "спитати" | "запитати"
        );
        if declines {
            inflection::undo(&mut candidate.words);
            // "на Веронику", but neither "на завтра" nor "на террасе".
            if introduction == Introduction::Weak && !words::is_given(&fold(&candidate.words[0])) {
                return None;
            }
        }
        // "llámame al 644 55 66 77"
        if let [only] = candidate.words.as_slice()
            && words::is_particle(only)
        {
            return None;
        }
        // "Sam" in "table for 2, name sam", but not the part in "skip the name part".
        if introduction == Introduction::Weak
            && self.text.word(at - 1) == "name"
            && !words::is_given(self.text.word(at))
        {
            return None;
        }
        // "I'm Trish's husband, Carl"
        if words::is_kin(self.text.word(candidate.tokens.end)) {
            return None;
        }
        // "¿Es necesario?" asks; "¿es Juan?" hardly ever is said of oneself either.
        let is_asked_about = introduction == Introduction::Weak
            && self.text.word(candidate.tokens.end) == "?"
            && !words::is_given(self.text.word(at));
        let is_sure = introduction == Introduction::Strong
            || introduction == Introduction::Booking && self.is_of_booking(after)
            || self.is_name_like(&candidate) && !is_asked_about;
        is_sure.then_some(candidate)
    }

    /// Whether the wording before `at` can only be followed by a name: "a nombre de", "under the name", "на имя".
    fn is_of_booking(&self, at: usize) -> bool {
        match self.text.word(at.wrapping_sub(1)) {
            "de" => self.text.word(at.wrapping_sub(2)) == "nombre",
            "of" => self.text.word(at.wrapping_sub(2)) == "name",
            word => matches!(word, "name" | "имя" | "імя" | "фамилию" | "прізвище"),
        }
    }

    /// After "I'm", "это" or "under" words must look like a name.
    fn is_name_like(&self, candidate: &Candidate) -> bool {
        let first = self.text.word(candidate.tokens.start);
        if words::is_given(first) {
            return true;
        }
        // "soy la mamá de Sofía"
        if words::is_kin(first) {
            return false;
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
                || matches!(self.text.word(next), "from" | "with" | "из" | "із" | "з")
        };
        let says_who = matches!(
            self.text.word(candidate.tokens.start.wrapping_sub(1)),
            "im" | "am" | "soy" | "я"
        ) && !self.taken.is_empty()
            && candidate.words.len() == 1;
        (are_capital && is_cased) || ((self.is_asked || says_who) && ends_clause && !is_plain_word(first))
    }

    fn is_taken(&self, at: usize) -> bool {
        self.taken.iter().any(|tokens| tokens.contains(&at))
    }

    /// The last correction, else the surest introduction, the first of equals.
    fn chosen<'c>(&self, candidates: &'c [Candidate]) -> Option<&'c Candidate> {
        let mut best: Option<&Candidate> = None;
        for candidate in candidates {
            let replaces = best.is_none_or(|known| {
                candidate.tokens.start > known.tokens.start
                    && (candidate.introduction > known.introduction
                        || completes(&known.words, &candidate.words)
                        || self.corrects(known, candidate))
            });
            if replaces {
                best = Some(candidate);
            }
        }
        best
    }

    /// "Jon, sorry, Jane", "Tom, well Thomas Becker actually": the later one takes the earlier one back.
    fn corrects(&self, known: &Candidate, candidate: &Candidate) -> bool {
        let gap = self.text.part(known.tokens.end, candidate.tokens.start);
        let is_said_after = matches!(
            self.text.word(candidate.tokens.end),
            "actually" | "rather" | "correctly"
        );
        candidate.introduction >= Introduction::Bare
            && known.tokens.end <= candidate.tokens.start
            && (is_said_after || WORDINGS.correction.are_in_flat(&gap))
    }

    /// "…, last name Kumar": the words of a surname said apart from the given name.
    fn surname(&self, candidate: &Candidate) -> Vec<String> {
        let said = WORDINGS
            .surname
            .ranges(&self.text.to_read())
            .map(|range| self.skip_lead(self.text.token_at(range.end.saturating_sub(1)) + 1))
            .filter(|at| !candidate.tokens.contains(at))
            .find_map(|at| self.name_at(at, Introduction::Strong));
        said.map_or_else(Vec::new, |surname| surname.words)
    }

    /// "it's Nguyen, first name Linh": what was said before the given name is the surname.
    fn surname_before(&self, candidate: &Candidate, others: &[Candidate]) -> Vec<String> {
        let is_given = WORDINGS.given.ranges(&self.text.to_read()).any(|range| {
            let first = self.text.token_at(range.start);
            // "Женя, полное имя Евгений Марков" says all of the name.
            let is_full = matches!(
                self.text.word(first.wrapping_sub(1)),
                "полное" | "повне" | "мое" | "моє"
            );
            let at = self.text.token_at(range.end.saturating_sub(1)) + 1;
            !is_full && self.skip_lead(at) == candidate.tokens.start
        });
        others
            .iter()
            .rfind(|other| is_given && other.tokens.end <= candidate.tokens.start && other.words.len() <= 2)
            .map_or_else(Vec::new, |other| other.words.clone())
    }

    /// "McAllister, Fiona": a surname alone, and a given name that ends the message.
    fn given_after(&self, candidate: &Candidate, others: &[Candidate]) -> Option<Vec<String>> {
        let is_surname = matches!(candidate.introduction, Introduction::Bare | Introduction::Guess)
            && !words::is_given(self.text.word(candidate.tokens.start))
            && self.text.word(candidate.tokens.end) == ",";
        let given = others
            .iter()
            .find(|other| is_surname && other.tokens.start == candidate.tokens.end + 1)?;
        let is_last = given.tokens.end == self.text.tokens().len();
        (is_last && given.words.len() == 1 && words::is_given(self.text.word(given.tokens.start)))
            .then(|| given.words.clone())
    }

    /// "Iryna Koval, sorry, Kovalchuk": one word of a longer name said again.
    fn put_right(&self, candidate: &Candidate, others: &[Candidate]) -> Option<Vec<String>> {
        let [said] = candidate.words.as_slice() else {
            return None;
        };
        let corrected = others.iter().rfind(|known| self.corrects(known, candidate))?;
        spelling::put_right(&corrected.words, said)
    }

    /// Spelling applied, written as a name, checked.
    fn finished(&self, candidate: &Candidate, others: &[Candidate]) -> Option<String> {
        let mut words = self.given_after(candidate, others).unwrap_or_default();
        words.extend(
            self.put_right(candidate, others)
                .unwrap_or_else(|| candidate.words.clone()),
        );
        let surname = self.surname(candidate);
        words.extend(if surname.is_empty() {
            self.surname_before(candidate, others)
        } else {
            surname
        });
        let mut at = candidate.tokens.end;
        while at < self.text.tokens().len() {
            if let Some(remark) = spelling::remark(self.text, at) {
                at = remark.end;
                continue;
            }
            match spelling::spelled(self.text, at) {
                Some((letters, end)) if !self.is_taken(at) => {
                    spelling::replace(&mut words, &letters);
                    at = end;
                    // "gwen g-w-e-n stacy", "Donna, D-O-N-N-A, Fitch"
                    let rest_at = at + usize::from(self.text.word(at) == ",");
                    if words.len() == 1
                        && let Some(rest) = self.name_at(rest_at, Introduction::Bare)
                        && (rest_at == at || rest.words.len() == 1 && self.ends_with_clause(rest.tokens.end))
                    {
                        at = rest.tokens.end;
                        words.extend(rest.words);
                    }
                }
                _ => at += 1,
            }
        }
        spelling::apply_remarks(self.text, candidate.tokens.end, &mut words);
        words.dedup_by(|next, word| fold(next) == fold(word));
        let name = case::written(&words, |word| words::is_particle(&fold(word)));
        let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
        (LETTERS.contains(&letters) && name.chars().count() < LETTERS.end).then_some(name)
    }
}

/// Words by whose ending nobody is called: "raining", "срочно".
fn is_plain_word(word: &str) -> bool {
    let letters = word.chars().count();
    letters > 5 && (word.ends_with("ing") || word.ends_with("но"))
}

/// "Bond, James Bond": the second is the first and more.
fn completes(known: &[String], candidate: &[String]) -> bool {
    let same = |one: &[String], other: &[String]| one.iter().zip(other).all(|(one, other)| fold(one) == fold(other));
    candidate.len() > known.len()
        && (same(known, candidate) || same(known, &candidate[candidate.len() - known.len()..]))
}

#[cfg(test)]
mod tests;
