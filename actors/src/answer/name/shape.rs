//! Where a name begins and ends among other words.

use super::{Candidate, Introduction, Reader, WORDS_MAX, spelling, words};
use crate::answer::text::{Kind, is_keyboard_row, is_laughter, numbers};

impl Reader<'_> {
    /// The words of a name that starts at token `at`.
    pub(super) fn name_at(&self, at: usize, introduction: Introduction) -> Option<Candidate> {
        if let Some((letters, end)) = spelling::spelled(self.text, at) {
            let mut words = vec![letters.to_lowercase()];
            let mut end = end;
            // "C A T H E R I N E Jones"
            while words.len() < WORDS_MAX && !self.is_taken(end) && self.is_name_word(end, true) {
                words.push(self.text.said(end).to_owned());
                end += 1;
            }
            return Some(Candidate {
                words,
                tokens: at..end,
                introduction,
            });
        }
        let mut words: Vec<String> = Vec::new();
        let mut count = 0;
        let mut next = at;
        let mut end = at;
        while count < WORDS_MAX && !self.is_taken(next) && self.is_name_word(next, !words.is_empty()) {
            let word = self.text.word(next);
            let is_spelling = || spelling::spelled(self.text, next).is_some();
            if !words.is_empty() && (words::is_particle(word) && self.leaves_name(next, count) || is_spelling()) {
                break;
            }
            let (said, after) = self.word_with_hyphens(next);
            // The "al" of "al-Farsi" is no word of its own.
            let is_particle = words::is_particle(word) && !words.is_empty() && after == next + 1;
            words.push(said);
            next = after;
            count += usize::from(!is_particle);
            if !is_particle {
                end = next;
            }
        }
        while words
            .last()
            .is_some_and(|word| words::is_particle(&word.to_lowercase()))
            && words.len() > 1
        {
            words.pop();
        }
        // "@john" is a handle; "John Smith 1234" is a label, not a person.
        let is_handle = at > 0 && matches!(self.text.kind(at - 1), Some(Kind::Mark('@' | '#' | '_')));
        let is_label = matches!(
            self.text.kind(end),
            Some(Kind::Digits | Kind::Mark('@' | '_' | '#' | '$' | '%' | '/'))
        ) && self.taken.is_empty()
            && (introduction == Introduction::Bare || self.text.tokens()[end].is_glued);
        // "soy de Madrid": a name does not begin with a small particle.
        let is_origin = words
            .first()
            .is_some_and(|word| matches!(word.as_str(), "de" | "del" | "da" | "la" | "y" | "e" | "el"));
        if words.is_empty() || is_handle || is_label || is_origin {
            return None;
        }
        Some(Candidate {
            words,
            tokens: at..end,
            introduction,
        })
    }

    fn is_name_word(&self, at: usize, is_inside: bool) -> bool {
        if self.text.kind(at) != Some(Kind::Word) {
            return false;
        }
        let word = self.text.word(at);
        let is_ending = is_inside && (words::is_filler(word) || words::is_title(word)) && !words::is_given(word);
        let is_particle = words::is_particle(word) && is_inside;
        if is_particle {
            return self.text.kind(at + 1) == Some(Kind::Word) || self.word_with_hyphens(at).1 > at + 1;
        }
        // "Nguyễn Văn An", "Đỗ", "Le": short names that are words elsewhere.
        let is_capital = |at: usize| self.text.said(at).starts_with(char::is_uppercase);
        let is_short_name = at > 0
            && word.chars().count() <= 2
            && is_capital(at)
            && (is_capital(at - 1) == is_inside)
            && self.text.clean().chars().any(char::is_lowercase);
        (!words::is_stop(word) || is_short_name)
            && !is_ending
            && (is_inside || !words::is_filler(word) || words::is_given(word))
            && numbers::word(word).is_none()
            && !is_keyboard_row(word)
            && !is_laughter(word)
    }

    /// Whether "de" begins a company or town and not the rest of the name.
    fn leaves_name(&self, at: usize, count: usize) -> bool {
        match self.text.word(at) {
            "de" | "del" | "da" => {
                let is_article = matches!(self.text.word(at + 1), "la" | "los" | "las" | "el");
                let is_introduced = at > count + 1;
                !is_article && count >= 2 && is_introduced
            }
            "y" | "e" => count < 2 || !self.text.said(at + 1).starts_with(char::is_uppercase),
            _ => false,
        }
    }

    /// "Jean-Luc" is one word; so is the initial in "John F. Kennedy".
    fn word_with_hyphens(&self, at: usize) -> (String, usize) {
        let mut said = self.text.said(at).to_owned();
        let mut next = at + 1;
        let is_glued = |at: usize| self.text.tokens().get(at).is_some_and(|token| token.is_glued);
        while self.text.kind(next) == Some(Kind::Mark('-'))
            && is_glued(next)
            && is_glued(next + 1)
            && self.text.kind(next + 1) == Some(Kind::Word)
        {
            said.push('-');
            said.push_str(self.text.said(next + 1));
            next += 2;
        }
        let is_letter = |word: &str| word.chars().count() == 1;
        let mut is_initial = is_letter(&said);
        while is_initial
            && self.text.kind(next) == Some(Kind::Mark('.'))
            && is_glued(next)
            && self.text.kind(next + 1) == Some(Kind::Word)
        {
            said.push('.');
            next += 1;
            // "J.R." is one word.
            is_initial = is_glued(next) && is_letter(self.text.word(next));
            if is_initial {
                said.push_str(self.text.said(next));
                next += 1;
            }
        }
        (said, next)
    }

    /// Whether nothing but politeness and remarks on the spelling stands between two tokens.
    pub(super) fn only_politeness(&self, from: usize, to: usize) -> bool {
        let mut at = from;
        while at < to {
            // "gwen g-w-e-n stacy"
            if let Some((_, end)) = spelling::spelled(self.text, at) {
                at = (end..to).find(|&next| !self.is_name_word(next, true)).unwrap_or(to);
                continue;
            }
            if !self.is_polite(from, at) {
                return false;
            }
            at += 1;
        }
        true
    }

    fn is_polite(&self, from: usize, at: usize) -> bool {
        let word = self.text.word(at);
        let before = if at > from { self.text.word(at - 1) } else { "" };
        let is_spelling = word.chars().count() <= 2 && self.text.kind(at) == Some(Kind::Word);
        word.is_empty()
            || self.text.kind(at) == Some(Kind::Emoji)
            || words::is_filler(word)
            || words::is_title(word)
            || is_spelling && self.speaks_of_spelling(from, at)
            || is_remark(word)
            // Where somebody is from ends with the clause: "Frank with Delta Airlines".
            || (from..at).any(|before| matches!(self.text.word(before), "from" | "with" | "w" | "из" | "із" | "з" | "с"))
            || matches!(
                before,
                "from" | "de" | "with" | "con" | "the" | "without" | "an" | "a" | "no" | "not" | "не"
            )
    }

    /// Whether letters may follow: "spelled s h a u n", "con th".
    fn speaks_of_spelling(&self, from: usize, at: usize) -> bool {
        (from..at).any(|before| {
            matches!(
                self.text.word(before),
                "spelled" | "spelt" | "spelling" | "thats" | "with" | "con" | "deletreo" | "letras" | "through"
            )
        })
    }
}

/// Words about a name and its spelling that are no part of it.
fn is_remark(word: &str) -> bool {
    matches!(
        word,
        "." | "from"
            | "de"
            | "with"
            | "con"
            | "w"
            | "para"
            | "a"
            | "sus"
            | "spelled"
            | "spelt"
            | "jr"
            | "sr"
            | "ii"
            | "iii"
            | "зовут"
            | "звати"
            | "звуть"
            | "without"
            | "sin"
            | "без"
            | "через"
            | "мягкий"
            | "мягкого"
            | "твердый"
            | "знак"
            | "знака"
            | "no"
            | "not"
            | "не"
            | "the"
            | "and"
            | "из"
            | "із"
            | "я"
            | "y"
            | "и"
            | "і"
    )
}
