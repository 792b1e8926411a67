//! Names that stand alone in their clause: "Anna", "Frank, party of six", "john smith 4 ppl tmrw 8".

use super::{Candidate, Introduction, Reader, SHORT_MAX, spelling, words};
use crate::answer::text::{Kind, numbers};
use crate::answer::when::lexicon::{Lex, lookup};

/// Words of a name that is known by nothing but its place.
const WORDS_MAX: usize = 3;

impl Reader<'_> {
    /// Clauses that are nothing but a name and politeness.
    pub(super) fn add_bare(&self, found: &mut Vec<Candidate>) {
        let mut at = 0;
        while at < self.text.tokens().len() {
            let mut start = self.skip_lead(at);
            let end = self.clause_end(start.max(at));
            start = self.after_denied(start, end).unwrap_or(start);
            let is_guess = !self.is_asked && !words::is_given(self.text.word(start));
            let introduction = if is_guess {
                Introduction::Guess
            } else {
                Introduction::Bare
            };
            if let Some(candidate) = self.name_at(start, introduction)
                && self.only_politeness(candidate.tokens.end, end)
                && !self.is_denied(&candidate)
                && !found.iter().any(|known| known.tokens.contains(&start))
                && self.text.word(end) != "?"
                && !is_company(self.text.word(at))
                && !is_verb(self.text.word(start))
                && (self.is_asked || self.stands_out(&candidate, at, end))
            {
                found.push(candidate);
            }
            at = end + 1;
        }
    }

    /// Whether the message tells something that a name is written beside.
    pub(super) fn is_beside_facts(&self) -> bool {
        self.tells_booking || !self.taken.is_empty()
    }

    /// Where no name was asked: whether the clause `from..end` is the name of who writes.
    fn stands_out(&self, candidate: &Candidate, from: usize, end: usize) -> bool {
        let start = candidate.tokens.start;
        // "Hi Bob", "thanks Bob" is said to Bob.
        let lead = (from..start)
            .rfind(|&at| self.text.is_clause_mark(at))
            .map_or(from, |mark| mark + 1);
        if (lead..start).any(|at| is_address(self.text.word(at))) {
            return false;
        }
        let first = self.text.word(start);
        if lookup(first) != Lex::Other && candidate.words.len() == 1 {
            return false;
        }
        if !self.taken.is_empty() {
            return true;
        }
        let is_cased = self.text.clean().chars().any(char::is_lowercase);
        let is_capital = |word: &String| word.chars().next().is_some_and(|letter| !letter.is_lowercase());
        let are_capital = is_cased
            && candidate
                .words
                .iter()
                .all(|word| is_capital(word) || words::is_particle(word));
        if words::is_given(first) {
            let is_plain = words::is_word_too(first) || first.chars().count() <= SHORT_MAX;
            return are_capital || !is_plain && candidate.words.len() < WORDS_MAX;
        }
        let is_first = (0..start).all(|at| self.text.kind(at) != Some(Kind::Word));
        let is_clause = end >= self.text.tokens().len() || self.text.is_clause_mark(end);
        let is_known = !is_first || candidate.words.len() > 1 || is_surname(first);
        are_capital && is_known && (is_clause || is_surname(first)) && candidate.words.len() <= WORDS_MAX
    }

    /// Fillers and titles before a name.
    pub(super) fn skip_lead(&self, at: usize) -> usize {
        let mut at = at;
        while at < self.text.tokens().len() {
            let word = self.text.word(at);
            let is_name_next = !words::is_given(word);
            // "it's spelled A I N E"
            if word == "a" && spelling::spelled(self.text, at).is_some() {
                break;
            }
            if let Some(end) = self.short_title(at) {
                at = end;
                continue;
            }
            let is_lead = words::is_title(word)
                || (words::is_filler(word) && is_name_next)
                || is_drawn_out(self.text.said(at))
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
                        | "spelled"
                        | "spelt"
                        | "это"
                        | "це"
                        | "а"
                        | "sino"
                )
                || self.is_unit(at)
                || (word == "." && at > 0 && words::is_title(self.text.word(at - 1)));
            if !is_lead || self.text.kind(at) == Some(Kind::Mark('@')) {
                break;
            }
            at += 1;
        }
        at
    }

    /// The "pax" of "2 pax Giulia Conti" and the "h" of "22h. Marina": what digits count.
    fn is_unit(&self, at: usize) -> bool {
        let follows_digits = self.text.kind(at.wrapping_sub(1)) == Some(Kind::Digits);
        follows_digits
            && self.tells_booking
            && (self.text.tokens()[at].is_glued || lookup(self.text.word(at)) == Lex::People)
    }

    /// The place after "г-н", "г-жа" or "п.".
    fn short_title(&self, at: usize) -> Option<usize> {
        if self.text.word(at) == "п" && self.text.kind(at + 1) == Some(Kind::Mark('.')) {
            return Some(at + 2);
        }
        let is_title = self.text.word(at) == "г"
            && self.text.kind(at + 1) == Some(Kind::Mark('-'))
            && matches!(self.text.word(at + 2), "н" | "жа");
        is_title.then_some(at + 3)
    }

    /// "it's Carlos, no Carla": what follows a bare "not" is not the name.
    fn is_denied(&self, candidate: &Candidate) -> bool {
        candidate.tokens.start > 1 && self.is_after_denial(candidate.tokens.start)
    }

    pub(super) fn is_after_denial(&self, at: usize) -> bool {
        at > 0 && matches!(self.text.word(at - 1), "no" | "not" | "не" | "ні")
    }

    /// After "не Марина, а" or "not Jon but": where the right name begins.
    fn after_denied(&self, at: usize, end: usize) -> Option<usize> {
        let is_denial = matches!(self.text.word(at), "no" | "not" | "не" | "ні");
        let turns = |at: &usize| matches!(self.text.word(*at), "а" | "але" | "but" | "sino");
        (is_denial && at + 2 < end)
            .then(|| (at + 2..end).find(turns))
            .flatten()
            .map(|turn| turn + 1)
    }

    fn clause_end(&self, from: usize) -> usize {
        (from..self.text.tokens().len())
            .find(|&at| {
                let is_initial = self.text.word(at) == "."
                    && at > 0
                    && self.text.kind(at - 1) == Some(Kind::Word)
                    && self.text.word(at - 1).chars().count() == 1;
                // "Guadalupe pero me dicen Lupita"
                let is_turn = at > from
                    && !self.is_after_denial(from + 1)
                    && matches!(self.text.word(at), "pero" | "but" | "но" | "але" | "aunque");
                (self.text.is_clause_mark(at) && !is_initial)
                    || is_turn
                    || matches!(self.text.kind(at), Some(Kind::Mark('/' | '|')))
                    || self.is_taken(at)
                    || self.begins_handle(at)
                    || (self.is_beside_facts() && self.begins_fact(at))
            })
            .unwrap_or_else(|| self.text.tokens().len())
    }

    /// The "@" of "@sjbakes" and "Derek @ Blue Sky", not the one of "kate@x.org".
    pub(super) fn begins_handle(&self, at: usize) -> bool {
        let is_glued = |at: usize| self.text.tokens().get(at).is_some_and(|token| token.is_glued);
        self.text.kind(at) == Some(Kind::Mark('@')) && !is_glued(at)
    }

    /// Digits, and words that say when or how many: "mike 6 ppl", "Лиза на двоих".
    fn begins_fact(&self, at: usize) -> bool {
        match self.text.kind(at) {
            Some(Kind::Digits) => true,
            Some(Kind::Word) if self.tells_booking => {
                let word = self.text.word(at);
                numbers::word(word).is_some()
                    || matches!(
                        lookup(word),
                        Lex::Na
                            | Lex::For
                            | Lex::At
                            | Lex::InV
                            | Lex::Day(_)
                            | Lex::Tonight
                            | Lex::Manana
                            | Lex::Weekday(_)
                            | Lex::Table
                            | Lex::People
                            | Lex::Child
                    )
            }
            _ => false,
        }
    }
}

/// Words that come before the name of who is spoken to.
fn is_address(word: &str) -> bool {
    matches!(
        word,
        "hi" | "hello"
            | "hey"
            | "thanks"
            | "thank"
            | "thx"
            | "hola"
            | "gracias"
            | "buenas"
            | "buenos"
            | "привет"
            | "здравствуйте"
            | "добрый"
            | "спасибо"
            | "привіт"
            | "вітаю"
            | "добрий"
            | "доброго"
            | "дякую"
    )
}

/// Forms of business: "ИП Сидоренко" is whom somebody works for.
fn is_company(word: &str) -> bool {
    matches!(
        word,
        "ип" | "ооо"
            | "зао"
            | "оао"
            | "фоп"
            | "тов"
            | "пп"
            | "компания"
            | "компанія"
            | "фирма"
            | "фірма"
            | "empresa"
    )
}

/// Whether a word ends as most Russian and Ukrainian surnames do.
fn is_surname(word: &str) -> bool {
    let endings = [
        "енко",
        "чук",
        "щук",
        "ский",
        "ская",
        "ський",
        "ська",
        "цький",
        "цька",
        "швили",
        "швілі",
        "ова",
        "ева",
        "єва",
    ];
    let is_long = word.chars().count() > 5;
    is_long && (endings.iter().any(|ending| word.ends_with(ending)) || word.ends_with("нов") || word.ends_with("рнов"))
}

/// Russian and Ukrainian verbs of the speaker: "запізнююсь", "бронирую".
fn is_verb(word: &str) -> bool {
    let endings = [
        "аюсь",
        "яюсь",
        "ююсь",
        "ирую",
        "ую",
        "аю",
        "яю",
        "емся",
        "емось",
        "имся",
        "имось",
    ];
    word.chars().count() > 4 && endings.iter().any(|ending| word.ends_with(ending))
}

/// "эээ", "uhhh": one letter held, not an initial.
fn is_drawn_out(said: &str) -> bool {
    let mut letters = said.chars().flat_map(char::to_lowercase);
    let first = letters.next();
    let mut held = 0;
    let is_held = letters.all(|letter| {
        held += 1;
        Some(letter) == first
    });
    is_held && held >= 1 && first.is_some_and(char::is_alphabetic)
}
