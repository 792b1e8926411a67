//! Names that no wording introduces: "Bob here, …" and the last line of a message.

use super::{Candidate, Introduction, Reader, words};
use crate::answer::text::Kind;

/// Words of a name, and of where somebody is from, before "here".
const WORDS_MAX: usize = 4;

impl Reader<'_> {
    /// "Hi, Bob here, need a quote"; only with a given name, since "parking here?" is not one.
    pub(super) fn present(&self) -> Option<Candidate> {
        let is_here = |&at: &usize| {
            matches!(
                self.text.word(at),
                "here"
                    | "speaking"
                    | "calling"
                    | "aca"
                    | "aqui"
                    | "habla"
                    | "беспокоит"
                    | "турбує"
                    | "пишет"
                    | "пише"
                    | "звонит"
                    | "дзвонить"
            )
        };
        let here = (1..self.text.tokens().len()).find(is_here)?;
        let starts = here.saturating_sub(WORDS_MAX)..here;
        // "Parking here?" asks; "Eldar here, need a quote" tells.
        let is_asked_about = (here..self.text.tokens().len())
            .find(|&at| self.text.is_clause_mark(at))
            .is_some_and(|at| self.text.word(at) == "?");
        let is_cased = self.text.clean().chars().any(char::is_lowercase);
        starts
            .filter(|&at| {
                let is_name = words::is_given(self.text.word(at))
                    || (self.is_asked || is_cased && !is_asked_about)
                        && self.text.said(at).starts_with(char::is_uppercase);
                self.begins_clause(at) && is_name
            })
            .filter_map(|at| self.name_at(at, Introduction::Weak))
            // "Yadira por acá", "Paula from Acme here"
            .find(|candidate| {
                let end = candidate.tokens.end;
                end == here
                    || matches!(
                        self.text.word(end),
                        "por" | "al" | "from" | "at" | "with" | "de" | "из" | "із" | "з"
                    )
            })
    }

    /// "Rob's my name", "Ann is the name": the name stands before what tells that it is one.
    pub(super) fn named_before(&self) -> Option<Candidate> {
        let word = |at: usize| self.text.word(at);
        let told = (1..self.text.tokens().len())
            .find(|&at| matches!((word(at), word(at + 1)), ("my" | "the", "name") | ("mi", "nombre")))?;
        let is_apart = matches!(word(told - 1), "is" | "es");
        let end = told - usize::from(is_apart);
        let start = (end.saturating_sub(WORDS_MAX)..end).find(|&at| self.begins_clause(at))?;
        let mut candidate = self.name_at(start, Introduction::Strong)?;
        if !is_apart {
            let last = candidate.words.last_mut()?;
            *last = last.strip_suffix("'s")?.to_owned();
        }
        (candidate.tokens.end == end && !candidate.words.iter().any(|word| words::is_stop(word))).then_some(candidate)
    }

    fn begins_clause(&self, at: usize) -> bool {
        at == 0 || self.text.is_clause_mark(at - 1) || words::is_filler(self.text.word(at - 1))
    }

    /// The last line, or what stands after a dash at the end: "Thanks,⏎Sarah Connor".
    pub(super) fn signature(&self) -> Option<Candidate> {
        let is_word = |&at: &usize| self.text.kind(at) == Some(Kind::Word) && !self.is_taken(at);
        let last = (0..self.text.tokens().len()).rev().find(is_word)?;
        let before = (0..last).rev().find(|&at| self.ends_line(at))?;
        let greeting = (0..before).rev().find(|&at| self.text.kind(at) == Some(Kind::Word))?;
        let first = (before + 1..=last).find(|&at| self.text.kind(at) == Some(Kind::Word))?;
        let candidate = self.name_at(first, Introduction::Weak)?;
        let is_whole = candidate.tokens.end == last + 1 && candidate.words.len() <= WORDS_MAX;
        let are_capital = candidate.words.iter().all(|word| word.starts_with(char::is_uppercase));
        let is_signed = is_signoff(self.text.word(greeting)) && are_capital;
        (is_whole && (is_signed || words::is_given(self.text.word(first)))).then_some(candidate)
    }

    /// "Best regards, Olu Adeyemi": all that follows what letters end with. "Thanks, Bob" may be said to Bob.
    pub(super) fn regards(&self) -> Option<Candidate> {
        let last = self.text.tokens().len().checked_sub(1)?;
        let greeting = (0..last).rev().find(|&at| {
            let is_best = self.text.word(at) == "best" && self.text.word(at + 1) == ",";
            ends_letter(self.text.word(at)) || is_best
        })?;
        let candidate = self.name_at(self.skip_lead(greeting + 1), Introduction::Weak)?;
        let are_capital = candidate.words.iter().all(|word| word.starts_with(char::is_uppercase));
        let is_last =
            (candidate.tokens.end..=last).all(|at| self.text.kind(at) != Some(Kind::Word) || self.is_taken(at));
        (are_capital && is_last && candidate.words.len() <= WORDS_MAX).then_some(candidate)
    }

    fn ends_line(&self, at: usize) -> bool {
        let is_dash = matches!(self.text.kind(at), Some(Kind::Mark('-' | '—' | '~')))
            && self
                .text
                .tokens()
                .get(at + 1)
                .is_some_and(|next| !next.is_glued || at == 0)
            && self.text.tokens().get(at).is_some_and(|dash| !dash.is_glued);
        self.text.kind(at) == Some(Kind::Mark('\n')) || is_dash
    }
}

/// What letters end with and no greeting begins with.
fn ends_letter(word: &str) -> bool {
    matches!(
        word,
        "regards"
            | "sincerely"
            | "yours"
            | "truly"
            | "wishes"
            | "saludos"
            | "atentamente"
            | "cordialmente"
            | "уважением"
            | "повагою"
    )
}

/// What people write above their name.
fn is_signoff(word: &str) -> bool {
    matches!(
        word,
        "thanks"
            | "thx"
            | "you"
            | "regards"
            | "best"
            | "cheers"
            | "sincerely"
            | "yours"
            | "truly"
            | "wishes"
            | "gracias"
            | "saludos"
            | "atentamente"
            | "спасибо"
            | "уважением"
            | "дякую"
            | "повагою"
    )
}
