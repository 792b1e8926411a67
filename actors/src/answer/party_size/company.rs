//! People named one by one: "me and my wife", "с детьми", "plus a baby".

use super::relation::{is_relation, is_relative, people_of};
use super::{Count, skip_words};
use crate::answer::text::is_cyrillic;
use crate::answer::when::lexicon::Lex;
use crate::answer::when::line::Line;
use crate::answer::when::piece::What;

/// "plus one", "and a baby", "with a toddler", "con mi mujer", "y un bebé".
pub(crate) fn joined_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let next = line.skip(at + 1, &[Lex::The]);
    if line.lex(at) == Lex::Plus && line.is_word(next, &["me", "myself", "yo", "я"]) && is_end(line, next + 1) {
        return Some((Count::Plus(1), next + 1));
    }
    if line.lex(at) == Lex::Plus || (line.lex(at) == Lex::And && line.is_word(at, &["+", ""])) {
        if let Some(number) = line
            .number(next)
            .filter(|number| number.value <= 20 && !number.is_ordinal)
        {
            let noun = line.lex(next + 1);
            if noun == Lex::Child {
                return Some((Count::Children(number.value), next + 2));
            }
            return Some((Count::Plus(number.value), next + 1 + usize::from(noun == Lex::People)));
        }
        if line.lex(next) == Lex::Child || is_high_chair(line, next) {
            return Some((Count::Plus(1), line.skip(next, &[Lex::Child])));
        }
    }
    if line.lex(at) == Lex::And && next > at + 1 && is_high_chair(line, next) {
        return Some((Count::Plus(1), next + 1));
    }
    if matches!(line.lex(at), Lex::And | Lex::With | Lex::Plus) {
        let owned = skip_words(
            line,
            next,
            &[
                "my", "our", "their", "his", "her", "mi", "mis", "su", "sus", "nuestro", "nuestra", "наш", "наша",
            ],
        );
        if owned > next && line.lex(owned) == Lex::Child {
            return Some((Count::Children(plural_children(line.word(owned))), owned + 1));
        }
        if line.lex(at) == Lex::With && line.lex(next) == Lex::Child && counts_everybody(line, line.before(at)) {
            return Some((Count::Included(plural_children(line.word(next))), next + 1));
        }
        let has_article = next > at + 1 || line.word(at + 1).starts_with(is_cyrillic);
        if line.lex(next) == Lex::Child && (has_article || is_singular_child(line.word(next))) {
            return Some((Count::Children(plural_children(line.word(next))), next + 1));
        }
        // "a family of 4 and grandma", "somos 4 y mi suegra": beside those counted
        let before = line.before(at);
        let is_after_count = line.number(before).is_some()
            || line.lex(before) == Lex::People
            || line.is_word(before, &["us"]) && line.is_word(line.before(before), &["of"]);
        if line.lex(at) != Lex::With && is_after_count && is_relative(line, owned) {
            return Some((Count::Plus(people_of(line.word(owned))), owned + 1));
        }
        if line.is_word(at, &["with", "con"]) && is_relative(line, next) {
            return Some((Count::Companions(1), next + 1));
        }
    }
    if matches!(line.lex(at), Lex::And | Lex::Plus)
        && line.is_word(at + 1, &["another", "otra"])
        && line.is_word(at + 2, &["couple", "pareja"])
    {
        return Some((Count::Plus(2), at + 3));
    }
    if line.lex(at) == Lex::For && line.is_word(next, &["couple", "pareja"]) && !line.is_word(next + 1, &["of", "de"]) {
        return Some((Count::Group(2), next + 1));
    }
    if line.lex(at) == Lex::For && line.is_word(next, &["me", "mi", "myself"]) && is_end(line, next + 1) {
        return Some((Count::Alone, next + 1));
    }
    None
}

/// "somos cinco", "we are five", "нас пятеро": with the children, too.
fn counts_everybody(line: &Line<'_>, number_at: usize) -> bool {
    line.number(number_at).is_some()
        && line.is_word(
            line.before(number_at),
            &[
                "somos",
                "seremos",
                "are",
                "were",
                "нас",
                "будет",
                "буде",
                "будем",
                "будемо",
            ],
        )
}

/// The place after "on lap", "in a stroller": a child there needs no seat.
pub(super) fn without_seat(line: &Line<'_>, at: usize) -> Option<usize> {
    const REACH: usize = 5;
    if line.lex(line.before(at)) != Lex::Child {
        return None;
    }
    let is_place = |at: &usize| {
        line.is_word(
            *at,
            &[
                "lap",
                "laps",
                "stroller",
                "pram",
                "pushchair",
                "carriage",
                "brazos",
                "carriola",
                "carrito",
                "cochecito",
                "коляске",
                "колясці",
                "візочку",
                "руках",
            ],
        )
    };
    (at..at + REACH)
        .find(is_place)
        .filter(|place| !line.has_mark_between(at, *place))
        .map(|place| place + 1)
}

fn is_end(line: &Line<'_>, at: usize) -> bool {
    !matches!(
        line.what(at),
        Some(What::Word(Lex::And | Lex::Plus | Lex::With | Lex::Other))
    ) && line.number(at).is_none()
}

fn is_high_chair(line: &Line<'_>, at: usize) -> bool {
    (line.is_word(at, &["high"]) && line.is_word(at + 1, &["chair", "chairs"]))
        || line.is_word(at, &["highchair", "trona"])
}

fn is_singular_child(word: &str) -> bool {
    plural_children(word) == 1
}

/// How many children a word without a number means: one, or two for a plural.
fn plural_children(word: &str) -> u32 {
    const PLURALS: [&str; 18] = [
        "twins",
        "gemelos",
        "mellizos",
        "kids",
        "children",
        "babies",
        "toddlers",
        "infants",
        "bebes",
        "ninos",
        "ninas",
        "hijos",
        "hijas",
        "дети",
        "детей",
        "детьми",
        "діти",
        "дітей",
    ];
    if PLURALS.contains(&word) || word == "дітьми" || word.starts_with("близн") {
        2
    } else {
        1
    }
}

pub(crate) fn included_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let next = line.skip(at + 1, &[Lex::The]);
    if let Some(number) = line.number(next) {
        return Some((
            Count::Included(number.value),
            next + 1 + usize::from(matches!(line.lex(next + 1), Lex::Child | Lex::People)),
        ));
    }
    if line.lex(next) == Lex::Child
        || is_relative(line, next)
        || line.is_word(next, &["me", "myself", "мной", "меня", "мене"])
    {
        return Some((Count::Included(1), next + 1));
    }
    None
}

/// "me", "my wife", "вдвоём", "с женой", "just me".
pub(crate) fn named_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let word = line.word(at);
    if matches!(
        word,
        "just" | "nomas" | "only" | "solo" | "solamente" | "только" | "тільки" | "лише" | "один" | "одна"
    ) && line.is_word(at + 1, &["me", "myself", "yo", "я", "для"])
        && (line.word(at + 1) != "для" || line.is_word(at + 2, &["меня", "себя", "мене", "себе"]))
        && is_end(line, at + 2)
    {
        return Some((Count::Alone, at + 2));
    }
    if word == "nada" && line.is_word(at + 1, &["mas"]) && line.is_word(at + 2, &["yo"]) && is_end(line, at + 3) {
        return Some((Count::Alone, at + 3));
    }
    // "8 incluyéndome", "8 вместе со мной"
    if word == "incluyendome" {
        return Some((Count::Included(1), at + 1));
    }
    if matches!(word, "вместе" | "разом") && line.is_word(at + 2, &["мной", "мною"]) {
        return Some((Count::Included(1), at + 3));
    }
    if matches!(word, "я" | "yo" | "буду") && line.is_word(at + 1, &["один", "одна", "сам", "сама", "solo", "sola"])
    {
        return Some((Count::Alone, at + 2));
    }
    if matches!(word, "me" | "myself") && line.is_word(at + 1, &["alone", "only"]) {
        return Some((Count::Alone, at + 2));
    }
    if matches!(word, "alone" | "myself") && line.len() <= 3 {
        return Some((Count::Alone, at + 1));
    }
    if matches!(word, "nosotros" | "nosotras")
        && let Some(number) = line
            .number(at + 1)
            .filter(|number| !number.is_ordinal && number.value <= 50)
        && (is_end(line, at + 2) || line.lex(at + 2) == Lex::Plus)
    {
        return Some((Count::Group(number.value), at + 2));
    }
    // "los tres", "just us two"; digits after them are mostly something else
    if matches!(word, "los" | "us")
        && let Some(number) = line
            .number(at + 1)
            .filter(|number| !number.is_ordinal && number.digits == 0 && number.value <= 20)
        && is_end(line, at + 2)
    {
        return Some((Count::Group(number.value), at + 2));
    }
    if word == "both" && line.is_word(at + 1, &["of"]) && line.is_word(at + 2, &["us"]) {
        return Some((Count::Group(2), at + 3));
    }
    if word == "solo" && line.is_word(at + 1, &["diner", "dining", "guest", "traveler", "traveller"]) {
        return Some((Count::Alone, at + 2));
    }
    if is_company(line, at) {
        return Some((Count::Me, at + 1));
    }
    if matches!(word, "с" | "со" | "з" | "із" | "зі") {
        return slavic_company(line, at);
    }
    let relative_at = line.skip(at, &[Lex::The]);
    let is_with_speaker = line.is_word(line.before(at), &["the"])
        && matches!(line.lex(at + 1), Lex::And | Lex::Plus)
        && line.is_word(at + 2, &["me", "i", "myself"]);
    let is_owned = is_with_speaker
        || line.is_word(
            line.before(at),
            &[
                "my",
                "mi",
                "моя",
                "мой",
                "мій",
                "моей",
                "моего",
                "моєї",
                "мого",
                "mis",
                "our",
                "her",
                "his",
                "their",
                "su",
                "sus",
                "его",
                "ее",
                "його",
                "її",
            ],
        )
        || line.is_word(at, &["my", "mi", "моя", "мой", "мій"]);
    let noun = if line.is_word(at, &["my", "mi", "моя", "мой", "мій", "мою", "мои", "мої", "mis"]) {
        at + 1
    } else {
        relative_at
    };
    let is_listed = is_listed(line, at, noun);
    // "муж, я и близнецы", "wife, two kids and me": a list that names the speaker needs no "my".
    let is_first = at == 0
        || line.what(line.before(at)) == Some(What::Comma)
        || line.is_word(
            line.before(at),
            &[
                "будут",
                "будуть",
                "прийдуть",
                "придут",
                "vamos",
                "iremos",
                "vienen",
                "its",
            ],
        );
    let is_own = is_first && names_speaker(line, noun + 1);
    let is_said_after_speaker =
        line.is_word(line.back(line.before(at), &[]), &["я", "yo", "me", "мне", "мені"]) && is_listed;
    if (is_owned || is_own || is_said_after_speaker) && is_listed && is_relative(line, noun) {
        return Some((Count::Companions(people_of(line.word(noun))), noun + 1));
    }
    None
}

/// Whether the speaker is named among the next in a list: ", я и", ", two kids and me".
fn names_speaker(line: &Line<'_>, from: usize) -> bool {
    const REACH: usize = 8;
    (from..from + REACH)
        .take_while(|&at| {
            matches!(line.what(at), Some(What::Comma | What::Number(_)))
                || matches!(line.lex(at), Lex::And | Lex::Plus | Lex::The | Lex::Child | Lex::People)
                || is_relative(line, at)
                || line.is_word(at, &["my", "our", "mi", "mis"])
        })
        .any(|at| {
            (line.lex(at) == Lex::And || line.what(at) == Some(What::Comma))
                && line.is_word(at + 1, &["me", "i", "myself", "yo", "я"])
        })
}

/// "me and ...", "... and I", "mi mujer y yo", "я и ...", "мы с ...".
fn is_company(line: &Line<'_>, at: usize) -> bool {
    let joins = |place: usize| matches!(line.lex(place), Lex::And | Lex::Plus) || line.what(place) == Some(What::Comma);
    match line.word(at) {
        "me" | "myself" | "i" | "yo" | "я" | "мне" | "мені" | "меня" | "мене" => {
            ((line.lex(at + 1) == Lex::Plus || line.is_word(at + 1, &["+"])) && line.number(at + 2).is_some())
                || (matches!(line.lex(at + 1), Lex::And | Lex::Plus) && is_person(line, at + 2))
                || (joins(at + 1) && is_person(line, at + 2))
                || (matches!(line.lex(line.before(at)), Lex::And) && is_person_before(line, line.before(at)))
        }
        _ => false,
    }
}

fn is_person(line: &Line<'_>, at: usize) -> bool {
    let at = skip_words(
        line,
        at,
        &[
            "my",
            "mi",
            "mis",
            "моя",
            "мой",
            "мій",
            "мои",
            "мої",
            "моей",
            "моего",
            "моєї",
            "мого",
            "a",
            "the",
            "un",
            "una",
            "another",
            "our",
            "nuestros",
            "nuestras",
            "наши",
            "наші",
            "наших",
        ],
    );
    let is_more = super::is_more(line, at) || super::is_more(line, line.before(at));
    let at = at + usize::from(super::is_more(line, at));
    is_relative(line, at)
        || matches!(line.lex(at), Lex::Child | Lex::People)
        || (line.number(at).is_some() && is_relatives(line, at + 1))
        || (line.number(at).is_some_and(|number| number.value <= 50)
            && (is_more
                || matches!(line.lex(at + 1), Lex::Child | Lex::People)
                || line.is_word(at + 1, &["more", "others", "other", "mas"])))
}

fn is_person_before(line: &Line<'_>, at: usize) -> bool {
    let before = line.before(at);
    let is_named = line.what(before) == Some(What::Word(Lex::Other)) && is_relative(line, line.before(before));
    is_relative(line, before) || matches!(line.lex(before), Lex::Child | Lex::People) || is_named
}

/// The noun, or the name after it that the speaker joins: "mi marido Luis y yo".
fn with_name(line: &Line<'_>, noun: usize) -> usize {
    let is_named = line.what(noun + 1) == Some(What::Word(Lex::Other))
        && line.lex(noun + 2) == Lex::And
        && line.is_word(noun + 3, &["me", "i", "myself", "yo", "я"]);
    noun + usize::from(is_named)
}

/// Whether a relative is named as somebody who comes: "and my wife", "me, my wife", "my wife and I".
fn is_listed(line: &Line<'_>, at: usize, noun: usize) -> bool {
    let lead = line.before(at);
    let lead = if line.is_word(
        lead,
        &[
            "my",
            "mi",
            "our",
            "his",
            "her",
            "their",
            "su",
            "моей",
            "моего",
            "моєї",
            "мого",
            "его",
            "ее",
            "його",
            "її",
        ],
    ) {
        line.before(lead)
    } else {
        lead
    };
    let noun = with_name(line, noun);
    let joins = matches!(line.lex(noun + 1), Lex::And | Lex::Plus) || line.what(noun + 1) == Some(What::Comma);
    let follows = joins && (line.is_word(noun + 2, &["i", "me", "yo", "я", "myself"]) || is_person(line, noun + 2));
    let follows = follows
        || line.lex(noun + 1) == Lex::And
            && line.lex(noun + 2) == Lex::For
            && line.is_word(noun + 3, &["me", "mi", "меня", "мене"]);
    let is_after_me =
        matches!(line.lex(lead), Lex::And | Lex::Plus | Lex::With) || line.what(lead) == Some(What::Comma);
    // "A table for my wife" is not for the speaker alone; "it's for my sister" says for whom it is.
    let is_table = line.lex(lead) == Lex::For && line.lex(line.before(lead)) == Lex::Table;
    follows || is_after_me || is_table
}

/// "мы с женой", "с мужем и двумя детьми", "з дружиною".
fn slavic_company(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let noun = skip_words(line, at + 1, &["моей", "моим", "моєю", "моїм", "своей", "своєю"]);
    if is_relative(line, noun) {
        return Some((Count::Companions(people_of(line.word(noun))), noun + 1));
    }
    if line.lex(noun) == Lex::Child {
        return Some((Count::Children(plural_children(line.word(noun))), noun + 1));
    }
    None
}

/// Several of a relation: "sisters", "hermanas", "сестры".
pub(super) fn is_relatives(line: &Line<'_>, at: usize) -> bool {
    let word = line.word(at);
    is_relative(line, at) || word.strip_suffix('s').is_some_and(is_relation)
}

/// "my", "mis", "мои".
pub(super) fn is_owner(line: &Line<'_>, at: usize) -> bool {
    line.is_word(
        at,
        &["my", "our", "mis", "nuestros", "nuestras", "мои", "мої", "наши", "наші"],
    )
}
