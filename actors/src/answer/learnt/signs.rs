//! What of a message speaks for a label: the kinds of its words, which of them stand
//! together, the words and how they begin, and runs of their letters, which survive typos and
//! endings.

use super::kinds::Kinds;
use crate::answer::text::Text;

/// Words of a message that are looked at; who needs more has said it before.
const WORDS_MAX: usize = 120;
/// Letters of a word that stand for all its forms.
const STEM_CHARS: usize = 4;
/// Letters of a run.
const RUN_CHARS: usize = 4;
/// From so many words on a message is just long.
const LONG_WORDS: usize = 9;

/// Gives `each` a number for every sign: the same one for the same sign.
pub(super) fn each_sign(text: &Text, mut each: impl FnMut(usize)) {
    let mut sign = |hash: Hash| each(hash.number());
    let mut letters = String::with_capacity(text.flat().len());
    letters.push(' ');
    let mut kinds_of_all = Kinds::default();
    let mut before = Word {
        stem: "",
        kinds: Kinds::default(),
    };
    let mut words = 0;
    for word in text.flat().split_ascii_whitespace().take(WORDS_MAX) {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let said = if is_number { "0" } else { word };
        let kinds = if is_number { Kinds::NUMBER } else { Kinds::of(word) };
        letters.push_str(said);
        letters.push(' ');
        let stem = stem(said);
        let begins = Hash::of(b's').with(stem.as_bytes());
        sign(begins);
        if stem.len() < said.len() {
            sign(begins.with(&said.as_bytes()[stem.len()..]));
        }
        let word = Word { stem, kinds };
        if words > 0 {
            neighbours(&before, &word, &mut sign);
        } else {
            sign(Hash::of(b'f').with(stem.as_bytes()));
        }
        kinds_of_all = kinds_of_all.and(kinds);
        before = word;
        words += 1;
    }
    runs(&letters, &mut sign);
    company(kinds_of_all, &mut sign);
    sign(Hash::of(b'l').with(&[u8::try_from(words.min(LONG_WORDS)).unwrap_or(u8::MAX)]));
    sign(Hash::of(b'='));
}

struct Word<'t> {
    stem: &'t str,
    kinds: Kinds,
}

/// A word's beginning; the whole of a short one.
fn stem(word: &str) -> &str {
    word.char_indices()
        .nth(STEM_CHARS)
        .map_or(word, |(end, _)| &word[..end])
}

/// "a pizza", "no pizza": a kind beside a word, and a kind beside a kind.
fn neighbours(left: &Word<'_>, right: &Word<'_>, sign: &mut impl FnMut(Hash)) {
    for kind in left.kinds.each() {
        sign(Hash::of(b'<').with(&[kind]).with(right.stem.as_bytes()));
        for next in right.kinds.each() {
            sign(Hash::of(b'x').with(&[kind, next]));
        }
    }
    for kind in right.kinds.each() {
        sign(Hash::of(b'>').with(&[kind]).with(left.stem.as_bytes()));
    }
}

/// The kinds that are in a message at all, alone and by twos.
fn company(kinds: Kinds, sign: &mut impl FnMut(Hash)) {
    for kind in kinds.each() {
        sign(Hash::of(b'k').with(&[kind]));
        for other in kinds.each().filter(|&other| other > kind) {
            sign(Hash::of(b'&').with(&[kind, other]));
        }
    }
}

/// Every run of letters within a word; the gap beside it is one of its letters.
fn runs(letters: &str, sign: &mut impl FnMut(Hash)) {
    let starts = letters.char_indices().map(|(at, _)| at);
    let ends = starts.clone().chain([letters.len()]).skip(RUN_CHARS);
    for (start, end) in starts.zip(ends) {
        let run = &letters.as_bytes()[start..end];
        if !run[1..run.len() - 1].contains(&b' ') {
            sign(Hash::of(b'r').with(run));
        }
    }
}

/// FNV-1a: the same on every machine and for good, as the table of weights needs it.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    /// Begins with what sort of sign it is.
    const fn of(sort: u8) -> Self {
        Self(0xcbf2_9ce4_8422_2325).with(&[sort])
    }

    const fn with(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() {
            self.0 = (self.0 ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
            at += 1;
        }
        self
    }

    const fn number(self) -> usize {
        // The upper bits have seen every byte.
        (self.0 >> 40) as usize
    }
}
