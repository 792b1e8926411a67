//! Word lists that tell names from other words.

use std::sync::LazyLock;

use crate::answer::text::WordSet;

/// The lists of `words.txt`.
#[derive(Debug)]
pub(super) struct Words {
    titles: WordSet,
    particles: WordSet,
    fillers: WordSet,
    stop: WordSet,
    given: WordSet,
    kin: WordSet,
    words_too: WordSet,
    surnames: WordSet,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let source = include_str!("words.txt");
    let mut given = section(source, "given");
    let words_too = section(source, "words_too");
    given.extend(&words_too);
    let mut stop = section(source, "stop");
    // "Will", "May", "Paz" are names where a name was asked.
    stop.retain(|word| !given.contains(word));
    Words {
        titles: section(source, "titles"),
        particles: section(source, "particles"),
        fillers: section(source, "fillers"),
        stop,
        given,
        kin: section(source, "kin"),
        words_too,
        surnames: section(source, "surnames"),
    }
});

fn section(source: &'static str, name: &str) -> WordSet {
    source
        .lines()
        .skip_while(|line| line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) != Some(name))
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
}

pub(super) fn is_title(word: &str) -> bool {
    WORDS.titles.contains(word)
}

pub(super) fn is_particle(word: &str) -> bool {
    WORDS.particles.contains(word)
}

pub(super) fn is_filler(word: &str) -> bool {
    WORDS.fillers.contains(word)
}

pub(super) fn is_stop(word: &str) -> bool {
    WORDS.stop.contains(word)
}

pub(super) fn is_given(word: &str) -> bool {
    WORDS.given.contains(word)
}

pub(super) fn is_kin(word: &str) -> bool {
    WORDS.kin.contains(word)
}

/// Whether a given name is as often a plain word: "will", "may", "rose".
pub(super) fn is_word_too(word: &str) -> bool {
    WORDS.words_too.contains(word)
}

/// Whether a word that ends a name elsewhere is a surname after a given name: "Rich Price".
pub(super) fn is_surname(word: &str) -> bool {
    WORDS.surnames.contains(word)
}
