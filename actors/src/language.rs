//! Which language a person writes: told from the small words, and from a statistical model only
//! where a text is long enough for it to be right.

use std::sync::LazyLock;

use frontdesk_core::Language;

use crate::answer::text::{Kind, Text, WordMap, fold};

/// Below this many characters, or words, the statistical model guesses.
const MODEL_CHARS_MIN: usize = 21;
const MODEL_WORDS_MIN: usize = 4;

/// Set for words that tell the language but also carry a topic.
const TOPIC: u8 = 1 << 7;
/// Set for small words that are in names too, and so tell no language.
const PARTICLE: u8 = 1 << 6;

/// The telling words: a bit for each language they belong to, since many are shared.
static WORDS: LazyLock<WordMap<String, u8>> = LazyLock::new(|| {
    let mut words = WordMap::default();
    let mut bits = 0;
    for line in include_str!("language.txt").lines() {
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let (code, kind) = header.split_once(' ').unwrap_or((header, ""));
            let bit = Language::from_tag(code).map_or(0, |language| 1 << language as u8);
            bits = match kind {
                "topics" => bit | TOPIC,
                "particles" => PARTICLE,
                _ => bit,
            };
        } else {
            for word in line.split_whitespace() {
                *words.entry(fold(word)).or_default() |= bits;
            }
        }
    }
    words
});

/// Whether a folded word is one of the small ones that carry no topic.
pub(crate) fn is_function_word(word: &str) -> bool {
    WORDS.get(word).is_some_and(|bits| bits & TOPIC == 0)
}

/// The language to go on in: the message's own where it is plain, else `current`.
///
/// One telling word is enough for a first message, or where the script changes. Later two are
/// needed, since an English "no" is a Spanish one too and people borrow a "ciao" or an "ok".
pub(crate) fn follow(text: &Text, current: Option<Language>, is_first: bool) -> Option<Language> {
    let (heard, words) = detect(text)?;
    let is_other_script = current.is_some_and(|current| is_cyrillic_language(current) != is_cyrillic_language(heard));
    (is_first || is_other_script || words > 1).then_some(heard)
}

const fn is_cyrillic_language(language: Language) -> bool {
    matches!(language, Language::Ru | Language::Uk)
}

/// The language of a message and how many words tell it, when it is plain; `None` for names,
/// numbers and other words that belong to no language.
fn detect(text: &Text) -> Option<(Language, u32)> {
    let mut hits = [0_u32; Language::ALL.len()];
    for index in 0..text.tokens().len() {
        if text.kind(index) != Some(Kind::Word) {
            continue;
        }
        let word = text.word(index);
        let known = WORDS.get(word).copied().unwrap_or(0);
        for language in Language::ALL {
            hits[language as usize] += u32::from(known >> language as u8 & 1);
        }
        // Letters that only one of the two Cyrillic languages has.
        let said = text.said(index);
        hits[Language::Uk as usize] += u32::from(said.contains(['і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є', 'Ґ']));
        hits[Language::Ru as usize] += u32::from(said.contains(['ы', 'э', 'ъ', 'ё', 'Ы', 'Э', 'Ъ', 'Ё']));
    }
    let best = *hits.iter().max()?;
    let mut leaders = Language::ALL
        .into_iter()
        .filter(|language| hits[*language as usize] == best);
    match (best, leaders.next(), leaders.next()) {
        (1.., Some(language), None) => Some((language, best)),
        _ => by_model(text).map(|language| (language, u32::MAX)),
    }
}

/// Our languages, and the neighbours they are taken for: with all that the model knows it would cost
/// more than the rest of a turn.
static MODEL: LazyLock<whatlang::Detector> = LazyLock::new(|| {
    use whatlang::Lang::{Bel, Bul, Deu, Eng, Fra, Ita, Pol, Por, Rus, Spa, Ukr};
    whatlang::Detector::with_allowlist(vec![Eng, Spa, Rus, Ukr, Fra, Deu, Ita, Por, Pol, Bul, Bel])
});

fn by_model(text: &Text) -> Option<Language> {
    if text.clean().chars().count() < MODEL_CHARS_MIN || free_words(text) < MODEL_WORDS_MIN {
        return None;
    }
    let found = MODEL.detect(text.clean()).filter(whatlang::Info::is_reliable)?;
    match found.lang() {
        whatlang::Lang::Eng => Some(Language::En),
        whatlang::Lang::Spa => Some(Language::Es),
        whatlang::Lang::Rus => Some(Language::Ru),
        whatlang::Lang::Ukr => Some(Language::Uk),
        _ => None,
    }
}

/// Words that stand for themselves: the parts of an address or of a number belong to no language.
fn free_words(text: &Text) -> usize {
    let is_glued = |at: usize| text.tokens().get(at).is_some_and(|token| token.is_glued);
    (0..text.tokens().len())
        .filter(|&at| text.kind(at) == Some(Kind::Word) && !(is_glued(at) && joins(text, at - 1)))
        .filter(|&at| !(is_glued(at + 1) && is_glued(at + 2) && joins(text, at + 1)))
        .count()
}

/// Whether a mark joins words to one address.
fn joins(text: &Text, at: usize) -> bool {
    matches!(
        text.kind(at),
        Some(Kind::Mark('@' | '.' | '_' | '/' | ':') | Kind::Digits)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str) -> Option<Language> {
        detect(&Text::new(text)).map(|(language, _)| language)
    }

    #[test]
    fn a_lone_word_does_not_change_the_language() {
        let followed = |text: &str, is_first| follow(&Text::new(text), Some(Language::En), is_first);
        assert_eq!(followed("sí", false), None);
        assert_eq!(followed("hola", true), Some(Language::Es));
        assert_eq!(followed("дякую", false), Some(Language::Uk));
        assert_eq!(followed("prefiero en español, por favor", false), Some(Language::Es));
    }

    #[test]
    fn small_words_tell_the_language() {
        assert_eq!(detected("Hi, I want to book for 10 people"), Some(Language::En));
        assert_eq!(detected("hola, quiero reservar una mesa"), Some(Language::Es));
        assert_eq!(detected("хочу записаться на курс"), Some(Language::Ru));
        assert_eq!(detected("хочу записатися на курс, дякую"), Some(Language::Uk));
        assert_eq!(detected("привіт"), Some(Language::Uk));
    }

    #[test]
    fn names_and_numbers_belong_to_no_language() {
        for text in [
            "Juan Carlos",
            "Maria de la Cruz y Vega",
            "555-123-4567",
            "ana@example.com",
            "visitor1.kitchen-west@mail.example.com",
            "",
            "ok 👍",
        ] {
            assert_eq!(detected(text), None, "{text}");
        }
    }
}
