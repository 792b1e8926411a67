//! What people say about the spelling of an address: "one word", "with a K", "latin letters".

use super::atoms::{Atom, Part};
use crate::answer::text::{Kind, Text};

/// Words about the spelling that are no part of the address.
pub(super) fn remark(text: &Text, at: usize) -> Option<usize> {
    const REMARKS: &[&[&str]] = &[
        &["all", "one", "word"],
        &["all", "in", "one", "word"],
        &["one", "word"],
        &["no", "spaces"],
        &["no", "space"],
        &["without", "spaces"],
        &["all", "lowercase"],
        &["all", "lower", "case"],
        &["all", "together"],
        &["lowercase"],
        &["lower", "case"],
        &["uppercase"],
        &["capital"],
        &["todo", "junto"],
        &["todo", "seguido"],
        &["sin", "espacios"],
        &["sin", "espacio"],
        &["todo", "en", "minusculas"],
        &["en", "minusculas"],
        &["en", "minuscula"],
        &["minuscula"],
        &["todo", "en", "minuscula"],
        &["mayuscula"],
        &["слитно"],
        &["все", "слитно"],
        &["одним", "словом"],
        &["без", "пробелов"],
        &["без", "пробілів"],
        &["разом"],
        &["все", "разом"],
        &["с", "маленькой", "буквы"],
        &["с", "большой", "буквы"],
        &["маленькими", "буквами"],
        &["з", "маленької", "літери"],
        &["все", "маленькими", "буквами"],
        &["усе", "маленькими", "літерами"],
        &["все", "маленькими", "літерами"],
        &["маленькими", "літерами"],
        &["все", "маленькими"],
        &["усе", "маленькими"],
        &["всі", "маленькі"],
        &["все", "строчными"],
        &["латинскими"],
        &["английскими", "буквами"],
        &["по", "английски"],
        &["first", "initial"],
        &["uh"],
        &["um"],
        &["then"],
        &["the", "number"],
        &["the", "letter"],
        &["letter"],
        &["цифра"],
        &["цифрой"],
    ];
    let is_before_at = text.kind(at + 1) == Some(Kind::Mark('@'));
    if !is_before_at && matches!(text.kind(at), Some(Kind::Mark('"' | '«' | '»' | '“' | '”' | '„'))) {
        return Some(at + 1);
    }
    let first = text.word(at);
    // "к о л я латиницей собака": what was spelled already.
    if is_alphabet(first) && matches!(text.word(at + 1), "собака" | "собачка" | "равлик" | "эт" | "ет")
    {
        return Some(at + 1);
    }
    let follows = |rest: &[&str]| rest.iter().zip(at + 1..).all(|(word, at)| text.word(at) == *word);
    let length = REMARKS
        .iter()
        .filter(|remark| remark[0] == first && follows(&remark[1..]))
        .map(|remark| remark.len())
        .max()?;
    Some(at + length)
}

/// "latin letters": what stands before it only says what is spelled after it.
pub(super) fn is_alphabet(word: &str) -> bool {
    matches!(word, "латиницей" | "латиницею")
}

/// Applies "with a k", "con k", "через к" between a word and the at; the token after it.
pub(super) fn letter_remark(text: &Text, at: usize, atoms: &mut [Atom]) -> Option<usize> {
    if !matches!(text.word(at), "with" | "con" | "через") {
        return None;
    }
    let letter_at = at + 1 + usize::from(matches!(text.word(at + 1), "a" | "an" | "the" | "la"));
    let letter = text.word(letter_at);
    let is_letter = text.kind(letter_at) == Some(Kind::Word) && letter.chars().count() == 1;
    let next = letter_at + 1 + usize::from(text.kind(letter_at + 1) == Some(Kind::Mark(',')));
    if !is_letter || !matches!(text.word(next), "at" | "arroba" | "собака" | "собачка" | "равлик") {
        return None;
    }
    let Some(Atom {
        part: Part::Letters(word),
        ..
    }) = atoms.last_mut()
    else {
        return None;
    };
    let twin = match letter {
        "c" => "k",
        "k" => "c",
        "s" => "z",
        "z" => "s",
        "i" => "y",
        "y" => "i",
        _ => "",
    };
    if letter == "k" && word.starts_with("ch") {
        *word = word.replacen("ch", letter, 1);
    } else if !twin.is_empty() && !word.contains(letter) {
        *word = word.replacen(twin, letter, 1);
    }
    Some(next)
}
