//! The parts of an address as typed or spelled: at, dot, other signs, letters and words.

use std::ops::Range;

use super::function_word::is_function_word;
use super::remark::{is_alphabet, letter_remark, remark};
use crate::answer::text::{self, Kind, Text, numbers};

/// One part of a message, as far as addresses are concerned.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// `@`, "at", "arroba", "собака".
    At,
    /// A dot, underscore, dash or another sign of a local part.
    Sign(char),
    /// Letters or digits, lower case.
    Letters(String),
    /// A comma where a dot is meant, as in "gmail,com".
    Comma,
    /// Anything that ends an address.
    Break,
}

/// A part and where it stands.
#[derive(Debug)]
pub(super) struct Atom {
    pub(super) part: Part,
    pub(super) tokens: Range<usize>,
    /// Nothing stands between it and the atom before.
    pub(super) is_glued: bool,
    /// It was said as a word, not typed as a sign.
    pub(super) is_spoken: bool,
    /// A word that introduces an address ("email", "is", "correo") and is hardly part of one.
    pub(super) is_function_word: bool,
}

/// Splits a message into atoms.
pub(super) fn read(text: &Text) -> Vec<Atom> {
    let mut atoms = Vec::with_capacity(text.tokens().len());
    let mut at = 0;
    while at < text.tokens().len() {
        let said = remark(text, at).or_else(|| letter_remark(text, at, &mut atoms));
        if let Some(end) = said {
            at = end;
            continue;
        }
        let (part, end, is_spoken) = part(text, at);
        let plain_end = end;
        // "J as in John", "eme de mama": the explanation repeats the letter.
        let end = match &part {
            Part::Letters(letter) => after_explanation(text, letter, end),
            _ => end,
        };
        atoms.push(Atom {
            is_glued: text.tokens()[at].is_glued,
            is_function_word: matches!(part, Part::Letters(_)) && end == plain_end && is_function_word(text.word(at)),
            part,
            tokens: at..end,
            is_spoken,
        });
        at = end;
    }
    atoms
}

fn part(text: &Text, at: usize) -> (Part, usize, bool) {
    let word = text.word(at);
    match text.kind(at) {
        Some(Kind::Mark('@')) => (Part::At, at + 1, false),
        Some(Kind::Mark('(' | '[' | '{' | '<')) => bracketed(text, at),
        Some(Kind::Mark(',')) if is_mistyped_dot(text, at) => (Part::Comma, at + 1, false),
        Some(Kind::Mark(mark)) if is_sign(mark) => (Part::Sign(mark), at + 1, false),
        Some(Kind::Digits) => (Part::Letters(word.to_owned()), at + 1, false),
        Some(Kind::Word) => word_part(text, at),
        _ => (Part::Break, at + 1, false),
    }
}

/// Whether the comma stands inside a word and before an ending: the keys are neighbours.
fn is_mistyped_dot(text: &Text, at: usize) -> bool {
    let is_glued = |at: usize| text.tokens().get(at).is_some_and(|token| token.is_glued);
    is_glued(at) && is_glued(at + 1) && super::domain::is_ending(text.word(at + 1))
}

fn is_sign(mark: char) -> bool {
    matches!(mark, '.' | '_' | '-' | '+' | '%' | '&' | '=' | '~')
}

/// "(at)", "[dot]".
fn bracketed(text: &Text, at: usize) -> (Part, usize, bool) {
    let closes = matches!(text.kind(at + 2), Some(Kind::Mark(')' | ']' | '}' | '>')));
    match spoken_sign(text, at + 1) {
        Some((part, end)) if closes && end == at + 2 => (part, at + 3, true),
        _ if closes && text.kind(at + 1) == Some(Kind::Mark('@')) => (Part::At, at + 3, true),
        _ => (Part::Break, at + 1, false),
    }
}

fn word_part(text: &Text, at: usize) -> (Part, usize, bool) {
    if is_typed_on(text, at) {
        return (Part::Letters(plain(text.said(at))), at + 1, false);
    }
    if is_alphabet(text.word(at)) {
        return (Part::Break, at + 1, true);
    }
    if let Some((part, end)) = spoken_sign(text, at) {
        return (part, end, true);
    }
    if let Some(letter) = initial(text, at) {
        return (Part::Letters(letter.to_owned()), at + 1, false);
    }
    if let Some((letters, end)) = doubled(text, at) {
        return (Part::Letters(letters), end, false);
    }
    if let Some(number) = numbers::at(text, at)
        && (number.class == numbers::Class::Cardinal || number.class == numbers::Class::Multiplier && number.tokens > 1)
        && !matches!(
            text.word(at),
            "second" | "raz" | "раз" | "un" | "uno" | "una" | "ten" | "one" | "once"
        )
    {
        return (Part::Letters(number.value.to_string()), at + number.tokens, false);
    }
    if matches!(text.word(at), "uno" | "one" | "ten" | "once") {
        let value = numbers::word(text.word(at)).map_or(1, |number| number.value);
        return (Part::Letters(value.to_string()), at + 1, false);
    }
    let letters = letter_name(text, at).map_or_else(|| plain(text.said(at)), str::to_owned);
    (Part::Letters(letters), at + 1, false)
}

/// Whether anything can be an at: nearly always there is none.
pub(super) fn may_have_at(text: &Text) -> bool {
    let is_at_sign = |at: usize| text.kind(at) == Some(Kind::Mark('@')) || is_at(text.word(at));
    (0..text.tokens().len()).any(is_at_sign)
}

/// Whether the at is said by this word.
fn is_at(word: &str) -> bool {
    matches!(
        word,
        "at" | "arroba"
            | "aroba"
            | "собака"
            | "собачка"
            | "собаку"
            | "собачку"
            | "собаки"
            | "эт"
            | "ет"
            | "равлик"
            | "песик"
            | "sobaka"
            | "собакой"
    )
}

/// The "nine" of "hey@studio-nine.es" and the "dot" of "dot@ant.org": typed, words mean themselves.
fn is_typed_on(text: &Text, at: usize) -> bool {
    let is_glued = |at: usize| text.tokens().get(at).is_some_and(|token| token.is_glued);
    let is_at = |at: &usize| text.kind(*at) == Some(Kind::Mark('@'));
    let after = (0..at)
        .rev()
        .take_while(|&before| is_glued(before + 1))
        .any(|before| is_at(&before));
    after
        || (at + 1..)
            .take_while(|&next| is_glued(next))
            .any(|next| is_at(&next) && is_glued(next + 1))
}

fn spoken_sign(text: &Text, at: usize) -> Option<(Part, usize)> {
    let (word, next) = (text.word(at), text.word(at + 1));
    let two = |sign| Some((Part::Sign(sign), at + 2));
    match (word, next) {
        ("guion", "bajo")
        | ("guion", "subrayado")
        | ("barra" | "raya", "baja")
        | ("under", "score" | "scor")
        | ("low", "dash")
        | ("нижнее" | "нижний" | "нижнего", _)
        | ("нижнє" | "нижній", _)
            if is_underscore_rest(next) =>
        {
            return two('_');
        }
        ("guion" | "raya", "medio" | "media") => return two('-'),
        ("sub", "guion") => return two('_'),
        ("at", "sign" | "symbol" | "rate") => return Some((Part::At, at + 2)),
        ("at", "the") if text.word(at + 2) == "rate" => return Some((Part::At, at + 3)),
        ("signo", "arroba") => return Some((Part::At, at + 2)),
        _ => {}
    }
    let part = match word {
        _ if is_at(word) => Part::At,
        "dot" | "punto" | "точка" | "крапка" | "точку" | "крапку" | "дот" | "period" | "tochka" | "krapka"
        | "пункт" => Part::Sign('.'),
        "underscore"
        | "underline"
        | "subrayado"
        | "subguion"
        | "подчеркивание"
        | "подчерк"
        | "андерскор"
        | "підкреслення"
        | "андерскоре"
        | "подчеркивания" => Part::Sign('_'),
        "dash" | "hyphen" | "minus" | "guion" | "дефис" | "тире" | "минус" | "дефіс" | "мінус" => {
            Part::Sign('-')
        }
        "plus" | "плюс" => Part::Sign('+'),
        "mas" if is_between_words(text, at) => Part::Sign('+'),
        _ => return None,
    };
    Some((part, at + 1))
}

/// "raul más eventos", not "nada más ana".
fn is_between_words(text: &Text, at: usize) -> bool {
    let before = text.word(at.wrapping_sub(1));
    let is_word = |at: usize| text.kind(at) == Some(Kind::Word);
    at > 0 && is_word(at - 1) && is_word(at + 1) && !matches!(before, "nada" | "algo" | "no" | "y" | "es")
}

fn is_underscore_rest(next: &str) -> bool {
    [
        "baj",
        "subray",
        "score",
        "scor",
        "dash",
        "подчерк",
        "підкресл",
        "тире",
        "пробел",
        "пробіл",
    ]
    .iter()
    .any(|stem| next.starts_with(stem))
}

/// A letter by its name before a dot: "jota punto perez", "эм точка иванова". Only names that nobody is called.
fn initial(text: &Text, at: usize) -> Option<&'static str> {
    // "rosa punto eme arroba"
    let is_after_sign = matches!(
        text.word(at.wrapping_sub(1)),
        "punto" | "точка" | "крапка" | "bajo" | "guion"
    ) && matches!(text.word(at + 1), "arroba" | "собака" | "собачка" | "равлик");
    let is_sign = is_after_sign
        || matches!(
            text.word(at + 1),
            "punto"
                | "guion"
                | "точка"
                | "крапка"
                | "нижнее"
                | "нижнє"
                | "подчеркивание"
                | "підкреслення"
                | "дефис"
                | "дефіс"
        );
    let letter = match text.word(at) {
        "jota" => "j",
        "hache" => "h",
        "equis" => "x",
        "zeta" => "z",
        "uve" => "v",
        "efe" | "эф" | "еф" => "f",
        "ele" | "эль" | "ель" => "l",
        "eme" | "эм" | "ем" => "m",
        "ene" | "эн" | "ен" => "n",
        "erre" | "эр" | "ер" => "r",
        "ese" | "эс" | "ес" => "s",
        "ка" => "k",
        "тэ" | "те" => "t",
        "пэ" | "пе" => "p",
        "бэ" | "бе" => "b",
        "вэ" | "ве" => "v",
        "гэ" | "ге" => "g",
        "дэ" | "де" => "d",
        _ => return None,
    };
    is_sign.then_some(letter)
}

/// "double t", "triple five".
fn doubled(text: &Text, at: usize) -> Option<(String, usize)> {
    // "два нуля", "dos ceros"
    if let Some(count) = numbers::word(text.word(at)).filter(|count| (2..=4).contains(&count.value))
        && matches!(text.word(at + 1), "нуля" | "нулі" | "ceros" | "zeros" | "zeroes")
    {
        return Some(("0".repeat(count.value as usize), at + 2));
    }
    let times = match text.word(at) {
        "double" | "doble" | "двойная" | "подвійна" | "двойное" => 2,
        "triple" => 3,
        _ => return None,
    };
    let next = text.word(at + 1);
    if let Some(number) = numbers::word(next).filter(|number| number.value < 10) {
        return Some((number.value.to_string().repeat(times), at + 2));
    }
    // "double o seven"
    if matches!(next, "o" | "oh") && numbers::word(text.word(at + 2)).is_some_and(|number| number.value < 10) {
        return Some(("0".repeat(times), at + 2));
    }
    let is_letter = next.chars().count() == 1 && text.kind(at + 1) == Some(Kind::Word);
    is_letter.then(|| (plain(next).repeat(times), at + 2))
}

/// A letter by its name, only next to another letter: "jay oh h n".
fn letter_name(text: &Text, at: usize) -> Option<&'static str> {
    let name = name_of_letter(text.word(at))?;
    let is_letter = |at: usize| {
        name_of_letter(text.word(at)).is_some()
            || (text.kind(at) == Some(Kind::Word) && text.word(at).chars().count() == 1)
    };
    let has_neighbour = is_letter(at + 1) || at.checked_sub(1).is_some_and(is_letter);
    has_neighbour.then_some(name)
}

/// The letter an English or Spanish letter name stands for.
pub(in crate::answer) fn name_of_letter(word: &str) -> Option<&'static str> {
    Some(match word {
        "ay" | "eh" => "a",
        "bee" | "be" => "b",
        "cee" | "see" | "sea" | "ce" => "c",
        "dee" => "d",
        "ee" => "e",
        "ef" | "eff" | "efe" => "f",
        "gee" => "g",
        "aitch" | "haitch" | "hache" => "h",
        "eye" => "i",
        "jay" | "jota" => "j",
        "kay" | "ka" => "k",
        "el" | "ell" | "ele" => "l",
        "em" | "eme" => "m",
        "en" | "ene" => "n",
        "oh" => "o",
        "pee" | "pe" => "p",
        "cue" | "queue" | "cu" => "q",
        "ar" | "are" | "erre" | "ere" => "r",
        "ess" | "es" | "ese" => "s",
        "tee" | "te" => "t",
        "you" => "u",
        "vee" | "uve" => "v",
        "ex" | "equis" => "x",
        "why" | "wye" | "ye" => "y",
        "zee" | "zed" | "zeta" => "z",
        _ => return None,
    })
}

/// The token after "as in John" said of `letter`; `end` where nothing explains it.
pub(in crate::answer) fn after_explanation(text: &Text, letter: &str, end: usize) -> usize {
    if letter.chars().count() != 1 {
        return end;
    }
    let word = match (text.word(end), text.word(end + 1)) {
        ("as", "in") | ("like", "in") | ("like", "the") => end + 2,
        ("for" | "like" | "as" | "de" | "como" | "как" | "як" | "in", _) => end + 1,
        _ => return end,
    };
    if plain(text.said(word)).starts_with(letter) && text.word(word).chars().count() > 1 {
        word + 1
    } else {
        end
    }
}

/// Lower case without accents; Cyrillic as Latin: look-alikes inside a Latin word by
/// shape, a Cyrillic word by sound.
pub(super) fn plain(word: &str) -> String {
    let is_mixed = word.chars().any(|letter| letter.is_ascii_alphabetic());
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        if !text::is_cyrillic(letter) {
            plain.push(text::fold_letter(letter));
        } else if is_mixed {
            plain.push(latin_twin(letter));
        } else {
            // Kept as it is until the address is put together: "точка ком" is not "kom".
            plain.push(if letter == 'ё' { 'е' } else { letter });
        }
    }
    plain
}

fn latin_twin(letter: char) -> char {
    match letter {
        'а' => 'a',
        'е' | 'ё' => 'e',
        'о' => 'o',
        'р' => 'p',
        'с' => 'c',
        'х' => 'x',
        'у' => 'y',
        'і' => 'i',
        'ѕ' => 's',
        'ј' => 'j',
        'к' => 'k',
        'м' => 'm',
        'т' => 't',
        'н' => 'h',
        'в' => 'b',
        _ => letter,
    }
}
