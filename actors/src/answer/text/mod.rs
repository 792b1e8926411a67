//! A message made ready for reading: normalised once, then looked up.
//!
//! [`Text`] keeps two views of the same message:
//!
//! ```text
//!  written  "DON’T  text me… +1 (555) 123-4567 👍🏽"
//!  clean    "DON'T text me... +1 (555) 123-4567 👍"   what answers are cut from
//!  flat     " dont text me . + 1 , 555 , 123 4567 👍 "  what phrases are looked up in
//! ```
//!
//! `flat` is lower case without accents and apostrophes, one space around every
//! token, and clause marks reduced to `.`, `?` and `,`.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;
use hints::Hints;
use phrases::Flat;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

mod hints;
pub mod numbers;
pub mod phrases;

/// What single words mean. Read from files of our own, so the hash need not withstand anybody.
pub(crate) type WordMap<W, T> = HashMap<W, T, FixedState>;

/// A list of single words.
pub(crate) type WordSet = HashSet<&'static str, FixedState>;

/// Characters of a message that are read; the rest is ignored.
const READ_CHARS_MAX: usize = 4_000;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, with apostrophes inside.
    Word,
    /// Decimal digits.
    Digits,
    /// One punctuation mark or symbol.
    Mark(char),
    /// One emoji.
    Emoji,
}

/// A word, a run of digits, a mark or an emoji of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is made of.
    pub kind: Kind,
    /// First byte in [`Text::clean`].
    pub start: usize,
    /// Byte after the last one in [`Text::clean`].
    pub end: usize,
    /// Whether nothing stands between this token and the one before it.
    pub is_glued: bool,
    flat_start: usize,
    flat_end: usize,
}

/// A normalised message and its tokens.
#[derive(Clone, Debug)]
pub struct Text {
    clean: String,
    flat: String,
    tokens: Vec<Token>,
    hints: Hints,
}

impl Text {
    /// Normalises and tokenises a message.
    #[must_use]
    pub fn new(written: &str) -> Self {
        let clean = clean(written);
        let mut text = Self {
            flat: String::with_capacity(clean.len() + 16),
            tokens: Vec::with_capacity(clean.len() / 4 + 1),
            hints: Hints::default(),
            clean,
        };
        text.tokenise();
        text.hints = Hints::of(&text.flat);
        text
    }

    /// The message in composed form, with plain apostrophes and without invisible characters.
    #[must_use]
    pub fn clean(&self) -> &str {
        &self.clean
    }

    /// The folded tokens with one space before and after each; see the module's picture.
    #[must_use]
    pub fn flat(&self) -> &str {
        &self.flat
    }

    /// [`Self::flat`] in a form that wordings can be looked up in and blanked out of.
    #[must_use]
    pub const fn to_read(&self) -> Flat<'_> {
        Flat::part(self.flat.as_str(), self.hints)
    }

    /// What [`Self::to_read`] has of the tokens `from..to`.
    #[must_use]
    pub fn part(&self, from: usize, to: usize) -> Flat<'_> {
        let start = |index: usize| self.tokens.get(index).map_or(self.flat.len(), |token| token.flat_start);
        // With the space before the first token and the one after the last.
        Flat::part(&self.flat[start(from) - 1..start(to.max(from))], self.hints)
    }

    /// The tokens in order.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The folded form of token `index`; empty beyond the end and for marks without meaning.
    #[must_use]
    pub fn word(&self, index: usize) -> &str {
        self.tokens
            .get(index)
            .map_or("", |token| &self.flat[token.flat_start..token.flat_end])
    }

    /// Token `index` as it was written; empty beyond the end.
    #[must_use]
    pub fn said(&self, index: usize) -> &str {
        self.tokens
            .get(index)
            .map_or("", |token| &self.clean[token.start..token.end])
    }

    /// The kind of token `index`.
    #[must_use]
    pub fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// Whether token `index` ends a clause: a full stop, question mark, comma or line end.
    #[must_use]
    pub fn is_clause_mark(&self, index: usize) -> bool {
        matches!(self.word(index), "." | "?" | ",")
    }

    /// The first token that ends after byte `flat_position` of [`Text::flat`].
    #[must_use]
    pub fn token_at(&self, flat_position: usize) -> usize {
        self.tokens.partition_point(|token| token.flat_end <= flat_position)
    }

    /// How many words and runs of digits the message has.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.tokens
            .iter()
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Digits))
            .count()
    }

    fn tokenise(&mut self) {
        let clean = std::mem::take(&mut self.clean);
        self.flat.push(' ');
        let mut chars = clean.char_indices().peekable();
        let mut end_before = 0;
        while let Some((start, first)) = chars.next() {
            if first.is_whitespace() && first != '\n' {
                continue;
            }
            let kind = kind_of(first);
            let mut end = start + first.len_utf8();
            while let Some(&(at, next)) = chars.peek() {
                let after = clean[at + next.len_utf8()..].chars().next();
                if !continues(kind, next, after) {
                    break;
                }
                end = at + next.len_utf8();
                chars.next();
            }
            let is_glued = start == end_before && start > 0;
            let flat_start = self.flat.len();
            match kind {
                Kind::Word => fold_into(&clean[start..end], &mut self.flat),
                Kind::Digits | Kind::Emoji => self.flat.push_str(&clean[start..end]),
                Kind::Mark(mark) => {
                    let next = clean[end..].chars().next();
                    if let Some(mark) = flat_mark(mark, is_glued, next) {
                        self.flat.push(mark);
                    }
                }
            }
            let flat_end = self.flat.len();
            if flat_end > flat_start {
                self.flat.push(' ');
            }
            end_before = end;
            self.tokens.push(Token {
                kind,
                start,
                end,
                is_glued,
                flat_start,
                flat_end,
            });
        }
        self.clean = clean;
    }
}

/// Folds one word as [`Text`] does: lower case, no accents, no apostrophes, `ё` as `е`.
#[must_use]
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

/// Whether a folded word is keys hit in a row ("asdfgh").
#[must_use]
pub fn is_keyboard_row(word: &str) -> bool {
    const ROWS: [&str; 10] = [
        "asdf", "qwer", "zxcv", "hjkl", "йцук", "фыва", "фіва", "ячсм", "lkj", "asd",
    ];
    let holds = |row: &str| word.as_bytes().windows(row.len()).any(|part| part == row.as_bytes());
    ROWS.into_iter().any(holds)
}

/// Whether a folded word is laughter ("jajaja", "ахаха", "hehe").
#[must_use]
pub fn is_laughter(word: &str) -> bool {
    const SYLLABLES: [&str; 9] = ["ja", "je", "ji", "ha", "he", "хи", "ха", "хе", "хі"];
    let laughs = |syllable: &str| {
        let times = times(word.as_bytes(), syllable.as_bytes());
        times >= 2 && word.len() - times * syllable.len() < syllable.len()
    };
    SYLLABLES.into_iter().any(laughs)
}

/// How often a part is found one after the other. Searching for a text prepares itself for longer than
/// a word lasts.
fn times(mut word: &[u8], part: &[u8]) -> usize {
    let mut times = 0;
    while word.len() >= part.len() {
        let is_there = word.starts_with(part);
        times += usize::from(is_there);
        word = &word[if is_there { part.len() } else { 1 }..];
    }
    times
}

/// Whether `letter` belongs to the Cyrillic script.
#[must_use]
pub fn is_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{400}'..='\u{52f}')
}

fn clean(written: &str) -> String {
    let mut clean = String::with_capacity(written.len());
    for letter in written
        .chars()
        .take(READ_CHARS_MAX)
        .map(|letter| if letter == '№' { '#' } else { letter })
        .nfkc()
    {
        match letter {
            '’' | '‘' | 'ʼ' | '`' | '´' | '′' | 'ʹ' | '‛' => clean.push('\''),
            '\r' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '–' | '—' | '―' | '−' | '‒' => clean.push('—'),
            '\u{2010}' | '\u{2011}' => clean.push('-'),
            _ if is_invisible(letter) => {}
            _ => clean.push(letter),
        }
    }
    clean
}

/// Zero-width characters, direction marks, variation selectors, skin tones and controls.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}')
        || (letter.is_control() && !letter.is_whitespace())
}

fn kind_of(letter: char) -> Kind {
    if letter.is_alphabetic() {
        Kind::Word
    } else if letter.is_ascii_digit() {
        Kind::Digits
    } else if matches!(letter, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}') {
        Kind::Emoji
    } else {
        Kind::Mark(letter)
    }
}

fn continues(kind: Kind, next: char, after: Option<char>) -> bool {
    match kind {
        Kind::Word => {
            next.is_alphabetic() || is_combining(next) || (next == '\'' && after.is_some_and(char::is_alphabetic))
        }
        Kind::Digits => next.is_ascii_digit(),
        Kind::Mark(_) | Kind::Emoji => false,
    }
}

fn is_combining(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// What a mark becomes in the flat view; `None` when it carries no meaning there.
fn flat_mark(mark: char, is_glued: bool, next: Option<char>) -> Option<char> {
    let is_inside = is_glued && next.is_some_and(char::is_alphanumeric);
    match mark {
        '.' | '!' | '。' if !is_inside => Some('.'),
        '?' => Some('?'),
        '\n' => Some('.'),
        ',' | ';' | ':' | '(' | ')' | '—' if !is_inside => Some(','),
        '—' => Some(','),
        '-' if !is_glued && next.is_none_or(char::is_whitespace) => Some(','),
        '@' | '#' | '$' | '€' | '£' | '₽' | '₴' | '%' | '&' | '/' | '+' | '_' | '=' => Some(mark),
        _ => None,
    }
}

fn fold_into(word: &str, folded: &mut String) {
    let start = folded.len();
    let mut repeats = 0;
    let mut before = '\0';
    let mut has_latin = false;
    let mut has_cyrillic = false;
    for letter in word.chars().flat_map(char::to_lowercase) {
        let letter = fold_letter(letter);
        if letter == '\'' || is_combining(letter) {
            continue;
        }
        repeats = if letter == before { repeats + 1 } else { 0 };
        before = letter;
        if repeats == 2 {
            // Three in a row is emphasis ("stooop"), never spelling: keep one.
            folded.pop();
        }
        if repeats >= 2 {
            continue;
        }
        has_latin |= letter.is_ascii_alphabetic();
        has_cyrillic |= is_cyrillic(letter);
        folded.push(letter);
    }
    if has_latin && has_cyrillic {
        let mixed = folded.split_off(start);
        folded.extend(mixed.chars().map(cyrillic_twin));
    }
}

pub(super) fn fold_letter(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    match letter {
        'ё' => 'е',
        'ґ' => 'г',
        'ß' => 's',
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'ı' => 'i',
        _ if is_cyrillic(letter) => letter,
        _ => {
            let mut base = letter;
            decompose_canonical(letter, |part| {
                if part.is_ascii_alphabetic() {
                    base = part;
                }
            });
            base
        }
    }
}

/// The Cyrillic letter a Latin one is mistaken for when both stand in one word.
fn cyrillic_twin(letter: char) -> char {
    match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(written: &str) -> String {
        Text::new(written).flat().to_owned()
    }

    #[test]
    fn folds_case_accents_apostrophes_and_emphasis() {
        assert_eq!(flat("DON’T  stooop"), " dont stop ");
        assert_eq!(flat("Sí, mañana; ¿vale?"), " si , manana , vale ? ");
        assert_eq!(flat("п’ять ёлок"), " пять елок ");
    }

    #[test]
    fn mixed_scripts_become_one() {
        assert_eq!(flat("CТОП"), " стоп ");
    }

    #[test]
    fn marks_inside_words_are_not_clause_marks() {
        assert_eq!(flat("a@b.com e-mail 7:30."), " a @ b com e mail 7 30 . ");
    }

    #[test]
    fn emoji_lose_their_skin_tone() {
        assert_eq!(flat("ok 👍🏽!"), " ok 👍 . ");
    }

    #[test]
    fn spans_point_into_the_clean_text() {
        let text = Text::new("Hi\u{200b} José,  call");
        assert_eq!(text.said(1), "José");
        assert_eq!(text.word(1), "jose");
        assert_eq!(text.token_at(1), 0);
        assert_eq!(text.word(text.token_at(4)), "jose");
    }
}
