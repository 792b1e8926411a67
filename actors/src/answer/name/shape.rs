//! Where a name begins and ends among other words.

use super::{Candidate, Introduction, Reader, WORDS_MAX, spelling, words};
use crate::answer::email::name_of_letter;
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
        while count < WORDS_MAX {
            // "Guadalupe (Lupita) Sandoval"
            if !words.is_empty() && self.is_pet_name(next) {
                next += 3;
            }
            if self.is_taken(next) || !self.is_name_word(next, !words.is_empty()) {
                break;
            }
            let word = self.text.word(next);
            let is_spelling = || spelling::spelled(self.text, next).is_some();
            if !words.is_empty() && (words::is_particle(word) && self.leaves_name(next, count) || is_spelling()) {
                break;
            }
            let (said, after) = self.word_with_hyphens(next);
            // The "al" of "al-Farsi" is no word of its own.
            let is_particle =
                words::is_particle(word) && !words.is_empty() && after == next + 1 && !is_after_fathers_name(word);
            words.push(said);
            next = after;
            count += usize::from(!is_particle);
            if !is_particle {
                end = next;
            }
        }
        let is_loose = |word: &String| {
            let word = word.to_lowercase();
            words::is_particle(&word) && !is_after_fathers_name(&word)
        };
        while words.last().is_some_and(is_loose) && words.len() > 1 {
            words.pop();
        }
        // "@john" is a handle; "John Smith 1234" is a label, not a person.
        let is_handle = at > 0 && matches!(self.text.kind(at - 1), Some(Kind::Mark('@' | '#' | '_')));
        let is_label = matches!(
            self.text.kind(end),
            Some(Kind::Digits | Kind::Mark('@' | '_' | '#' | '$' | '%' | '/'))
        ) && self.taken.is_empty()
            && !self.begins_handle(end)
            && !(self.tells_booking && self.text.kind(end) == Some(Kind::Digits))
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

    /// "(Lupita)" between the words of a name.
    fn is_pet_name(&self, at: usize) -> bool {
        self.text.kind(at) == Some(Kind::Mark('('))
            && self.text.kind(at + 1) == Some(Kind::Word)
            && self.text.kind(at + 2) == Some(Kind::Mark(')'))
            && self.text.said(at + 3).starts_with(char::is_uppercase)
    }

    fn is_name_word(&self, at: usize, is_inside: bool) -> bool {
        if self.text.kind(at) != Some(Kind::Word) {
            return false;
        }
        let word = self.text.word(at);
        let is_ending = is_inside && (words::is_filler(word) || words::is_title(word)) && !words::is_given(word);
        let is_particle = words::is_particle(word) && is_inside;
        if is_particle {
            return is_after_fathers_name(word)
                || self.text.kind(at + 1) == Some(Kind::Word)
                || self.word_with_hyphens(at).1 > at + 1;
        }
        // "Nguyễn Văn An", "Đỗ", "Le": short names that are words elsewhere.
        let is_capital = |at: usize| self.text.said(at).starts_with(char::is_uppercase);
        let is_short_name = at > 0
            && word.chars().count() <= 2
            && is_capital(at)
            && (is_capital(at - 1) == is_inside)
            && self.text.clean().chars().any(char::is_lowercase);
        // "Ли Мин"
        let is_short_name = is_short_name
            || at == 0
                && word.chars().count() == 2
                && is_capital(0)
                && is_capital(1)
                && !words::is_stop(self.text.word(1))
                && self.text.word_count() == 2;
        // "Rich Price", "Hope Solo", "Ana Mesa"
        if is_inside
            && words::is_surname(word)
            && words::is_given(self.text.word(at.wrapping_sub(1)))
            && self.ends_with_clause(at + 1)
        {
            return true;
        }
        (!words::is_stop(word) || is_short_name)
            && !is_ending
            && (is_inside || !words::is_filler(word) || words::is_given(word))
            && (numbers::word(word).is_none() || is_capital(at) && self.is_beside_given(at))
            && !is_keyboard_row(word)
            && !is_laughter(word)
    }

    /// "Сорока Анна": a surname that is a number elsewhere.
    fn is_beside_given(&self, at: usize) -> bool {
        words::is_given(self.text.word(at + 1)) || words::is_given(self.text.word(at.wrapping_sub(1)))
    }

    pub(super) fn ends_with_clause(&self, at: usize) -> bool {
        at >= self.text.tokens().len()
            || self.text.is_clause_mark(at)
            || self.is_taken(at)
            || matches!(self.text.word(at), "here" | "speaking" | "aqui")
    }

    /// Whether "de" begins a company or town and not the rest of the name.
    fn leaves_name(&self, at: usize, count: usize) -> bool {
        match self.text.word(at) {
            "de" | "del" | "da" => {
                let is_article = matches!(self.text.word(at + 1), "la" | "los" | "las" | "el");
                // "dra. Beatriz Montes de Oca": a title introduces nobody.
                let first = at.saturating_sub(count);
                let is_lead = |&before: &usize| {
                    let word = self.text.word(before);
                    word != "." && !words::is_title(word)
                };
                let is_introduced = first > 1 && (0..first).any(|before| is_lead(&before));
                // "habla Esteban de Grupo Lala" tells the company, "soy Rosa de León" the name.
                let says_company = matches!(
                    self.text.word(at.wrapping_sub(count + 1)),
                    "habla" | "hablando" | "saluda" | "escribe" | "llama"
                );
                !is_article
                    && (is_business(self.text.word(at + 1))
                        || count >= 2 && is_introduced
                        || count == 1 && says_company)
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
            || (is_place_of_letter(word) || name_of_letter(word).is_some()) && self.speaks_of_spelling(from, at)
            // Where somebody is from ends with the clause: "Frank with Delta Airlines".
            || (from..at).any(|before| matches!(self.text.word(before), "from" | "with" | "w" | "из" | "із" | "з" | "с"))
            || matches!(
                before,
                "from" | "de" | "with" | "con" | "the" | "without" | "an" | "a" | "no" | "not" | "не" | "sin" | "без" | "через"
            )
    }

    /// Whether letters may follow: "spelled s h a u n", "con th".
    fn speaks_of_spelling(&self, from: usize, at: usize) -> bool {
        (from..at).any(|before| {
            matches!(
                self.text.word(before),
                "spelled"
                    | "spelt"
                    | "spelling"
                    | "thats"
                    | "with"
                    | "con"
                    | "deletreo"
                    | "letras"
                    | "through"
                    | "через"
                    | "no"
                    | "sin"
                    | "без"
                    | "з"
                    | "с"
            )
        })
    }
}

/// What begins the name of a business: "Jaime de Hotel Miramar".
fn is_business(word: &str) -> bool {
    matches!(
        word,
        "hotel"
            | "grupo"
            | "empresa"
            | "construcciones"
            | "restaurante"
            | "clinica"
            | "agencia"
            | "inmobiliaria"
            | "viajes"
            | "bodegas"
            | "talleres"
            | "estudio"
    )
}

/// "Али оглы": what follows a father's name and may end the whole.
fn is_after_fathers_name(word: &str) -> bool {
    matches!(word, "оглы" | "огли" | "кызы" | "кизи")
}

/// Where a letter stands, and its kind: "no h at the end", "con y griega", "з однією н".
fn is_place_of_letter(word: &str) -> bool {
    matches!(
        word,
        "at" | "end"
            | "middle"
            | "beginning"
            | "start"
            | "silent"
            | "letter"
            | "griega"
            | "acento"
            | "tilde"
            | "latina"
            | "final"
            | "chica"
            | "grande"
            | "letra"
            | "конце"
            | "середине"
            | "начале"
            | "кінці"
            | "середині"
            | "початку"
            | "буквой"
            | "букву"
            | "літерою"
            | "літеру"
            | "одной"
            | "двумя"
            | "однією"
            | "двома"
            | "мягким"
            | "мяким"
            | "мякого"
            | "знаком"
            | "твердым"
    )
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
            | "меня"
            | "мене"
            | "without"
            | "с"
            | "со"
            | "зі"
            | "з"
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
