//! What of a message speaks for a label: the kinds of its words, which of them stand
//! together, the words and how they begin, the pairs of them, runs of their letters, which survive
//! typos and endings, and whether something is asked.

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
pub(super) fn each_sign(text: &Text, mut each: impl FnMut(u64)) {
    let mut sign = |hash: Hash| each(hash.number());
    let mut letters = String::with_capacity(text.flat().len());
    letters.push(' ');
    let mut kinds_of_all = Kinds::default();
    let mut first = "";
    let (mut before, mut two_before) = (Word::default(), Word::default());
    let mut words = 0;
    let mut asks = false;
    for said in text.flat().split_ascii_whitespace().take(WORDS_MAX) {
        let is_number = said.bytes().all(|byte| byte.is_ascii_digit());
        let (said, kinds) = if is_number {
            ("0", Kinds::NUMBER)
        } else {
            (said, Kinds::of(said))
        };
        letters.push_str(said);
        letters.push(' ');
        let word = Word {
            stem: stem(said),
            kinds,
        };
        let begins = Hash::of(b's').with(word.stem.as_bytes());
        sign(begins);
        if word.stem.len() < said.len() {
            sign(begins.with(&said.as_bytes()[word.stem.len()..]));
        }
        if words == 0 {
            first = word.stem;
            opening(&word, &mut sign);
        } else {
            neighbours(&before, &word, &mut sign);
        }
        if words > 1 {
            sign(pair(b'3', &two_before, &word));
        }
        kinds_of_all = kinds_of_all.and(kinds);
        asks |= said == "?";
        (two_before, before) = (before, word);
        words += 1;
    }
    if words > 0 {
        sign(Hash::of(b'e').with(before.stem.as_bytes()));
    }
    runs(&letters, &mut sign);
    company(kinds_of_all, &mut sign);
    manner(asks, first, kinds_of_all, &mut sign);
    sign(Hash::of(b'l').with(&[u8::try_from(words.min(LONG_WORDS)).unwrap_or(u8::MAX)]));
    sign(Hash::of(b'='));
}

#[derive(Default)]
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

/// What a message begins with.
fn opening(word: &Word<'_>, sign: &mut impl FnMut(Hash)) {
    sign(Hash::of(b'f').with(word.stem.as_bytes()));
    for kind in word.kinds.each() {
        sign(Hash::of(b'j').with(&[kind]));
    }
}

/// "a pizza", "no pizza": a word beside a word, a kind beside a word, and a kind beside a kind.
fn neighbours(left: &Word<'_>, right: &Word<'_>, sign: &mut impl FnMut(Hash)) {
    sign(pair(b'2', left, right));
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

/// Two words in their order.
const fn pair(sort: u8, left: &Word<'_>, right: &Word<'_>) -> Hash {
    Hash::of(sort)
        .with(left.stem.as_bytes())
        .with(b" ")
        .with(right.stem.as_bytes())
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

/// Whether something is asked, of what kind, and how the question begins.
fn manner(asks: bool, first: &str, kinds: Kinds, sign: &mut impl FnMut(Hash)) {
    sign(Hash::of(b'?').with(&[u8::from(asks)]));
    if asks {
        sign(Hash::of(b'!').with(first.as_bytes()));
        for kind in kinds.each() {
            sign(Hash::of(b'Q').with(&[kind]));
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

    /// All bytes of the sign in all bits of the number, the upper ones above all.
    const fn number(self) -> u64 {
        (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}
