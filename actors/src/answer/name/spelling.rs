//! Names spelled letter by letter, and remarks on their spelling.

use crate::answer::email::{self, name_of_letter};
use crate::answer::text::{Kind, Text, fold};

/// Fewest letters that are a spelled name; fewer are initials.
const LETTERS_MIN: usize = 3;

/// The words of a name with the one replaced that sounds like the word said: "Koval" by "Kovalchuk".
pub(super) fn put_right(words: &[String], said: &str) -> Option<Vec<String>> {
    const ALIKE_MIN: usize = 4;
    let letters = |word: &str| fold(word).chars().collect::<Vec<char>>();
    let said_letters = letters(said);
    let is_alike = |word: &String| {
        let word = letters(word);
        let pairs = || word.iter().zip(&said_letters);
        let pairs_back = word.iter().rev().zip(said_letters.iter().rev());
        let begins = pairs().take_while(|(left, right)| left == right).count();
        let ends = pairs_back.take_while(|(left, right)| left == right).count();
        begins.max(ends) >= ALIKE_MIN
    };
    let place = words.iter().position(is_alike).filter(|_| words.len() > 1)?;
    let mut put_right = words.to_vec();
    said.clone_into(&mut put_right[place]);
    Some(put_right)
}

/// A name spelled from token `at` on ("J-O-N", "jay oh en"), and the token after it.
pub(super) fn spelled(text: &Text, at: usize) -> Option<(String, usize)> {
    let mut letters = String::new();
    let mut next = at;
    let mut end = at;
    while next < text.tokens().len() {
        match letter(text, next) {
            Some(letter) => {
                letters.push_str(letter);
                // "P as in Peter"
                next = email::after_explanation(text, &fold(letter), next + 1);
                end = next;
            }
            None if matches!(text.kind(next), Some(Kind::Mark('-' | '.' | ',' | '—'))) => next += 1,
            None => break,
        }
    }
    (letters.chars().count() >= LETTERS_MIN).then_some((letters, end))
}

/// Whether token `at` is a letter after another one: the "I-M" of "J-A-I-M-E" introduces nobody.
pub(super) fn goes_on(text: &Text, at: usize) -> bool {
    let is_letter = |at: usize| text.kind(at) == Some(Kind::Word) && text.said(at).chars().count() == 1;
    let is_dash = text.kind(at.wrapping_sub(1)) == Some(Kind::Mark('-'));
    is_letter(at) && is_letter(at.wrapping_sub(1 + usize::from(is_dash)))
}

fn letter(text: &Text, at: usize) -> Option<&str> {
    if text.kind(at) != Some(Kind::Word) {
        return None;
    }
    let said = text.said(at);
    if said.chars().count() == 1 {
        return Some(said);
    }
    name_of_letter(text.word(at))
}

/// Puts a spelled word in the place of the word it spells, or after the others.
pub(super) fn replace(words: &mut Vec<String>, spelled: &str) {
    let first = |word: &str| fold(word).chars().next().map(sound);
    let sounds_like = |word: &&mut String| {
        first(word) == first(spelled) && word.chars().count().abs_diff(spelled.chars().count()) <= 3
    };
    match words.iter_mut().find(sounds_like) {
        Some(word) => *word = spelled.to_lowercase(),
        None => words.push(spelled.to_lowercase()),
    }
}

/// The letter it is heard as: "Caitlin" may be spelled with a K.
const fn sound(letter: char) -> char {
    match letter {
        'c' => 'k',
        'g' => 'j',
        'z' => 's',
        'y' => 'i',
        'ґ' => 'г',
        'є' => 'е',
        other => other,
    }
}

/// A remark on the spelling: "without the h", "with a K", "sin hache".
#[derive(Debug)]
pub(super) struct Remark {
    takes_away: bool,
    letter: String,
    /// The token after it.
    pub(super) end: usize,
}

/// The remark that starts at token `at`.
pub(super) fn remark(text: &Text, at: usize) -> Option<Remark> {
    let takes_away = matches!(text.word(at), "without" | "minus" | "sin" | "без" | "no");
    let puts_in = matches!(text.word(at), "with" | "con" | "через" | "з" | "с");
    if !takes_away && !puts_in {
        return None;
    }
    let skipped = (1..=2).take_while(|offset| {
        matches!(
            text.word(at + offset),
            "the" | "a" | "an" | "la" | "any" | "una" | "букву" | "букви" | "буквы" | "літеру" | "літери"
        )
    });
    let at_letter = at + 1 + skipped.count();
    Some(Remark {
        takes_away,
        letter: fold(letter(text, at_letter)?),
        end: at_letter + 1,
    })
}

/// Applies the remarks said from token `at` on.
pub(super) fn apply_remarks(text: &Text, at: usize, words: &mut [String]) {
    for remark in (at..text.tokens().len()).filter_map(|at| remark(text, at)) {
        if remark.takes_away {
            remove(words, &remark.letter);
        } else if remark.letter == "h" {
            insert_h(words);
        } else {
            exchange(words, &remark.letter);
        }
    }
}

/// "Sara with an h", "Jon with an h": the silent letter goes where it is usual.
fn insert_h(words: &mut [String]) {
    let Some(word) = words.first_mut().filter(|word| !fold(word).contains('h')) else {
        return;
    };
    let folded = fold(word);
    match folded.as_str() {
        "jon" => word.insert(2, 'h'),
        _ if folded.starts_with('t') => word.insert(1, 'h'),
        _ if folded.ends_with('a') => word.push('h'),
        _ => {}
    }
}

fn remove(words: &mut [String], letter: &str) {
    let Some(word) = words.iter_mut().find(|word| fold(word).contains(letter)) else {
        return;
    };
    let at = word.char_indices().find(|(_, own)| fold(&own.to_string()) == letter);
    if let Some((at, own)) = at
        && word.chars().count() > 2
    {
        word.replace_range(at..at + own.len_utf8(), "");
    }
}

/// "Mark with a c": the letter that sounds the same gives way.
fn exchange(words: &mut [String], letter: &str) {
    let twin = match letter {
        "c" => "k",
        "k" => "c",
        "s" => "z",
        "z" => "s",
        "i" => "y",
        "y" => "i",
        "v" => "b",
        _ => return,
    };
    if words.iter().any(|word| fold(word).contains(letter)) {
        return;
    }
    let Some(word) = words.iter_mut().find(|word| fold(word).contains(twin)) else {
        return;
    };
    let at = word.char_indices().find(|(_, own)| own.to_lowercase().eq(twin.chars()));
    if let Some((at, own)) = at {
        let replacement = if own.is_uppercase() {
            letter.to_uppercase()
        } else {
            letter.to_owned()
        };
        word.replace_range(at..at + own.len_utf8(), &replacement);
    }
}
