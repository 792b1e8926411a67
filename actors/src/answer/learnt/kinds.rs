//! What single words are about.

use std::sync::LazyLock;

use crate::answer::text::{WordMap, fold};

/// A set of kinds, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u32);

impl Kinds {
    /// Digits, whatever they count.
    pub(super) const NUMBER: Self = Self(1 << 31);

    /// The kinds of a folded word; a word may be of several.
    pub(super) fn of(word: &str) -> Self {
        let lexicon = &*LEXICON;
        let mut kinds = lexicon.words.get(word).copied().unwrap_or_default();
        for (end, letter) in word.char_indices().take(STEM_CHARS_MAX) {
            if let Some(&stem) = lexicon.stems.get(&word[..end + letter.len_utf8()]) {
                kinds = kinds.and(stem);
            }
        }
        kinds
    }

    /// Both sets.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The kinds one by one.
    pub(super) fn each(self) -> impl Iterator<Item = u8> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let kind = u8::try_from(left.trailing_zeros()).ok().filter(|&kind| kind < 32)?;
            left &= left - 1;
            Some(kind)
        })
    }
}

/// Letters of the longest stem in the lexicon.
const STEM_CHARS_MAX: usize = 16;

#[derive(Debug, Default)]
struct Lexicon {
    words: WordMap<String, Kinds>,
    stems: WordMap<String, Kinds>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("kinds.txt")));

impl Lexicon {
    /// Reads `[kind]` lines, each followed by lines of its words; `~` ends a stem.
    fn parse(source: &str) -> Self {
        let mut lexicon = Self::default();
        let mut kind = None;
        for line in source.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                kind = Some(kind.map_or(Kinds(1), |Kinds(bit)| Kinds(bit << 1)));
                continue;
            }
            for word in line.split_whitespace() {
                let kind = kind.expect("a word stands below its kind");
                let (list, word) = match word.strip_suffix('~') {
                    Some(stem) => (&mut lexicon.stems, stem),
                    None => (&mut lexicon.words, word),
                };
                let kinds = list.entry(fold(word)).or_default();
                *kinds = kinds.and(kind);
            }
        }
        lexicon
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stem_is_short_enough_to_be_found() {
        let kinds = LEXICON.stems.keys();
        for stem in kinds {
            assert!(stem.chars().count() <= STEM_CHARS_MAX, "{stem}");
        }
    }

    #[test]
    fn kinds_leave_room_for_the_number() {
        let all = LEXICON.words.values().chain(LEXICON.stems.values());
        let all = all.fold(Kinds::default(), |all, kinds| all.and(*kinds));
        assert_eq!(all.0 & Kinds::NUMBER.0, 0);
    }

    #[test]
    fn words_and_stems_are_told_apart() {
        assert_ne!(Kinds::of("борща"), Kinds::default());
        assert_eq!(Kinds::of("борща"), Kinds::of("вареники"));
        assert_eq!(Kinds::of("panorama"), Kinds::default(), "`pan` is a word, not a stem");
    }
}
