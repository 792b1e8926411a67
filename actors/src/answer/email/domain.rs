//! The domain after an at, also by the names people say for well-known providers.

use super::atoms::{Atom, Part};

/// Words of a domain said before its first dot ("g mail", "my company").
const LABEL_WORDS_MAX: usize = 5;
/// Labels of a domain that are read.
const LABELS_MAX: usize = 5;

/// A domain as it was found.
#[derive(Debug)]
pub(super) struct Domain {
    pub(super) name: String,
    pub(super) tokens_end: usize,
    /// A dot of it was said as a word.
    pub(super) is_spoken: bool,
    /// Only the last label was said (".co").
    pub(super) is_ending: bool,
}

/// Endings people leave the dot out of, and that end a domain for sure.
const ENDINGS: [&str; 34] = [
    "com", "net", "org", "edu", "gov", "io", "co", "us", "uk", "es", "mx", "ar", "cl", "pe", "ru", "ua", "by", "kz",
    "de", "fr", "it", "info", "biz", "me", "eu", "cat", "pl", "ca", "dev", "app", "ai", "tv", "su", "online",
];

const PROVIDERS: [&str; 21] = [
    "gmail",
    "googlemail",
    "yahoo",
    "hotmail",
    "outlook",
    "icloud",
    "mail",
    "yandex",
    "ukr",
    "live",
    "aol",
    "msn",
    "proton",
    "protonmail",
    "rambler",
    "bk",
    "inbox",
    "list",
    "ya",
    "zoho",
    "meta",
];

/// Reads the domain that starts at atom `from`.
pub(super) fn read(atoms: &[Atom], from: usize) -> Option<Domain> {
    let (first, mut next) = first_label(atoms, from)?;
    let mut labels = vec![first];
    let mut is_spoken = false;
    while labels.len() < LABELS_MAX && is_dot(atoms, next, labels.len()) {
        let Some((label, end)) = label(atoms, next + 1) else {
            break;
        };
        is_spoken |= atoms[next].is_spoken;
        labels.push(label);
        next = end;
    }
    if labels.len() == 1 {
        return without_dot(atoms, from);
    }
    let ending = ending_of(labels.last()?);
    if let Some(last) = labels.last_mut() {
        *last = ending;
    }
    let host = labels.len() - 2;
    labels[host] = provider_of(&labels[host]);
    Some(Domain {
        name: romanised(&labels.join(".")),
        tokens_end: atoms[next - 1].tokens.end,
        is_spoken,
        is_ending: false,
    })
}

/// The words before the first dot, joined: "g mail", "hot mail", "my-company".
fn first_label(atoms: &[Atom], from: usize) -> Option<(String, usize)> {
    let mut label = String::new();
    let mut words = 0;
    let mut next = from;
    while let Some(atom) = atoms.get(next) {
        match &atom.part {
            Part::Letters(letters) => {
                let is_glued = atom.is_glued && next > from && !atoms[next - 1].is_spoken;
                words += usize::from(!is_glued && letters.chars().count() > 1);
                if words > LABEL_WORDS_MAX {
                    return None;
                }
                label.push_str(letters);
            }
            Part::Sign(sign @ ('-' | '_')) if atom.is_spoken || atom.is_glued => label.push(*sign),
            Part::Sign('.') => break,
            _ => return (!label.is_empty()).then_some((label, next)),
        }
        next += 1;
    }
    label.retain(|letter| letter != '\'');
    (!label.is_empty()).then_some((label, next))
}

/// One label after a dot: letters, with what is glued to them, or letters said one by one.
fn label(atoms: &[Atom], from: usize) -> Option<(String, usize)> {
    let Part::Letters(first) = &atoms.get(from)?.part else {
        return None;
    };
    let mut label = first.clone();
    let mut is_spelled = first.chars().count() == 1;
    let mut next = from + 1;
    while let Some(atom) = atoms.get(next) {
        match &atom.part {
            Part::Letters(letters) => {
                let is_single = letters.chars().count() == 1;
                is_spelled &= is_single;
                if !(atom.is_glued || (is_spelled && label.len() < 4)) {
                    break;
                }
                label.push_str(letters);
            }
            Part::Sign('-') if atom.is_glued && atoms.get(next + 1).is_some_and(|after| after.is_glued) => {
                label.push('-');
            }
            Part::Sign('-') if atom.is_spoken => label.push('-'),
            _ => break,
        }
        next += 1;
    }
    Some((label.trim_end_matches('-').to_owned(), next))
}

/// Whether a domain ends in this label.
pub(super) fn is_ending(label: &str) -> bool {
    ENDINGS.contains(&ending_of(label).as_str())
}

/// Whether the atom is a dot of the domain and not the end of the sentence.
fn is_dot(atoms: &[Atom], at: usize, labels: usize) -> bool {
    let Some(atom) = atoms.get(at) else { return false };
    if atom.part == Part::Comma {
        // After a dot a comma ends the address: "a@b.com,me too".
        return labels == 1;
    }
    if atom.part != Part::Sign('.') {
        return false;
    }
    let Some(next) = atoms.get(at + 1) else { return false };
    let is_ending_next = || match &next.part {
        Part::Letters(letters) => is_ending(letters),
        _ => false,
    };
    atom.is_spoken || (next.is_glued && (atom.is_glued || is_ending_next())) || (labels == 1 && is_ending_next())
}

/// "gmail com", "мейл ру", "укр нет": a provider whose dot was not said.
fn without_dot(atoms: &[Atom], from: usize) -> Option<Domain> {
    let mut host = String::new();
    for (index, atom) in atoms.iter().enumerate().skip(from).take(LABEL_WORDS_MAX) {
        let Part::Letters(letters) = &atom.part else {
            return None;
        };
        let ending = ending_of(letters);
        let provider = provider_of(&host);
        if !atom.is_glued && ENDINGS.contains(&ending.as_str()) && PROVIDERS.contains(&provider.as_str()) {
            return Some(Domain {
                name: format!("{provider}.{ending}"),
                tokens_end: atoms[index].tokens.end,
                is_spoken: true,
                is_ending: false,
            });
        }
        host.push_str(letters);
    }
    None
}

/// A domain or an ending said without an at, as in "it's .co not .com".
pub(super) fn correction(atoms: &[Atom], from: usize) -> Option<Domain> {
    let mut found: Option<Domain> = None;
    for at in from..atoms.len() {
        if atoms[at].part == Part::At {
            return None;
        }
        if atoms[at].part != Part::Sign('.') {
            continue;
        }
        let Some((label, end)) = label(atoms, at + 1) else {
            continue;
        };
        let ending = ending_of(&label);
        if !is_ending(&ending) {
            continue;
        }
        let before = at
            .checked_sub(1)
            .filter(|&before| before >= from)
            .map(|before| &atoms[before]);
        let host = before.filter(|before| (atoms[at].is_glued || atoms[at].is_spoken) && !before.is_function_word);
        if is_denied(before) || found.is_some() {
            continue;
        }
        let tokens_end = atoms[end - 1].tokens.end;
        found = Some(match host.map(|host| &host.part) {
            Some(Part::Letters(host)) if host.chars().count() > 1 && !is_denial(host) => Domain {
                name: romanised(&format!("{}.{ending}", provider_of(host))),
                tokens_end,
                is_spoken: atoms[at].is_spoken,
                is_ending: false,
            },
            _ => Domain {
                name: ending,
                tokens_end,
                is_spoken: atoms[at].is_spoken,
                is_ending: true,
            },
        });
    }
    found
}

fn is_denied(before: Option<&Atom>) -> bool {
    matches!(before.map(|atom| &atom.part), Some(Part::Letters(word)) if is_denial(word))
}

fn is_denial(word: &str) -> bool {
    matches!(word, "not" | "no" | "не" | "ні" | "instead" | "of" | "than")
}

/// The ending as it is written: "ком" is com.
fn ending_of(label: &str) -> String {
    let latin = match label {
        "ком" | "кон" | "kom" => "com",
        "ру" | "эрю" => "ru",
        "нет" | "нэт" => "net",
        "юа" | "уа" | "юэй" => "ua",
        "орг" => "org",
        "ес" | "эс" => "es",
        "инфо" => "info",
        "ме" | "ми" => "me",
        "бай" => "by",
        "кз" => "kz",
        "ио" => "io",
        "су" => "su",
        other => other,
    };
    romanised(latin)
}

/// The host as its owner writes it: "джимейл" is gmail.
fn provider_of(label: &str) -> String {
    let latin = match label {
        "мейл" | "майл" | "мэйл" | "маил" | "меил" | "мэил" | "мел" => "mail",
        "гмейл" | "гмаил" | "гмайл" | "гмэйл" | "джимейл" | "джимэйл" | "джимайл" | "жмейл" | "джимаил" | "гугл"
        | "gимейл" | "жимейл" | "jimeil" | "gemail" | "jemail" => "gmail",
        "geemail" | "jeemail" | "gmeil" | "jimail" | "geimeil" | "gimeil" | "yimeil" | "yimail" | "джімейл"
        | "джимеил" | "жімейл" | "гімейл" => "gmail",
        "яндекс" | "янд" => "yandex",
        "рамблер" => "rambler",
        "укр" | "юкр" => "ukr",
        "айклауд" | "айклоуд" | "иклауд" => "icloud",
        "аутлук" | "оутлук" | "аутлок" => "outlook",
        "хотмейл" | "хотмаил" | "хотмайл" | "готмейл" | "готмайл" | "jotmeil" | "otmeil" | "hotmeil" => {
            "hotmail"
        }
        "autluk" | "autlook" | "aulook" => "outlook",
        "yaju" | "yajoo" | "yahu" => "yahoo",
        "яху" | "яхо" | "йаху" => "yahoo",
        "инбокс" | "інбокс" => "inbox",
        "лист" | "ліст" => "list",
        "бк" | "бека" => "bk",
        "протон" => "proton",
        "протонмейл" => "protonmail",
        "мета" => "meta",
        "я" => "ya",
        "ай" | "и" => "i",
        "лайв" => "live",
        other => other,
    };
    latin.to_owned()
}

/// Cyrillic letters in the Latin ones addresses are made of.
pub(super) fn romanised(word: &str) -> String {
    let mut latin = String::with_capacity(word.len());
    for letter in word.chars() {
        latin.push_str(match letter {
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' | 'ґ' => "g",
            'д' => "d",
            'е' | 'ё' | 'э' => "e",
            'є' => "ie",
            'ж' => "zh",
            'з' => "z",
            'и' => "i",
            'і' => "i",
            'ї' => "i",
            'й' => "y",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => "h",
            'ц' => "ts",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "sch",
            'ъ' | 'ь' => "",
            'ы' => "y",
            'ю' => "yu",
            'я' => "ya",
            _ => {
                latin.push(letter);
                continue;
            }
        });
    }
    latin
}
