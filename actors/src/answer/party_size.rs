//! How many people need a seat.
//!
//! A message is a list of counts: a group ("table for four"), people named one by
//! one ("me and my wife"), children and late-comers who are added, somebody who
//! cannot come. [`read`] adds them up. Everybody who needs a seat counts, a baby
//! in a high chair too; for a range the upper end counts.

use std::sync::LazyLock;

use super::Asked;
use super::text::phrases::Phrases;
use super::text::Text;
use super::when::lexicon::Lex;
use super::when::line::Line;
use super::when::piece::What;
use super::when::scan::{Item, Placed, scan};

/// The largest party that is read as one; beyond it a number is something else.
const PARTY_MAX: u32 = 2_000;

/// A head count, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// A whole party: "table for four", "we are six", "ten people".
    Group(u32),
    /// Adults or people said with others: "two adults and ...".
    Adults(u32),
    /// Children.
    Children(u32),
    /// Children or others already counted: "including two kids".
    Included(u32),
    /// Companions of the speaker: "my wife", "with three friends".
    Companions(u32),
    /// The speaker.
    Me,
    /// The speaker alone: "just me".
    Alone,
    /// One more: "plus one", "and a baby".
    Plus(u32),
}

/// Reads how many people come.
///
/// A bare number counts when the party size was asked; hours, dates, phones and
/// prices never do.
#[must_use]
pub fn read(text: &Text, asked: &Asked) -> Option<u32> {
    let scan = scan(text, asked);
    settle(&scan.items, text)
}

static MINUS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("party_size.txt"), "cannot_come"));

/// Adds up the counts of a message.
pub(crate) fn settle(items: &[Placed], text: &Text) -> Option<u32> {
    let mut tally = Tally::default();
    let mut is_fixed = false;
    for placed in items {
        match placed.item {
            Item::Fix => is_fixed = true,
            Item::Count(count) => {
                if std::mem::take(&mut is_fixed) && matches!(count, Count::Group(_) | Count::Adults(_) | Count::Alone) {
                    tally = Tally::default();
                }
                tally.add(count);
            }
            _ => {}
        }
    }
    let total = tally.total()?;
    let total = total - u32::from(total > 1 && MINUS.are_in(text));
    (1..=PARTY_MAX).contains(&total).then_some(total)
}

#[derive(Debug, Default)]
struct Tally {
    group: Option<u32>,
    adults: u32,
    children: u32,
    companions: u32,
    plus: u32,
    is_me: bool,
    is_alone: bool,
}

impl Tally {
    fn add(&mut self, count: Count) {
        match count {
            Count::Group(people) => self.group = Some(people),
            Count::Adults(people) => self.adults = self.adults.saturating_add(people),
            Count::Children(children) => self.children = self.children.saturating_add(children),
            Count::Companions(people) => self.companions = self.companions.saturating_add(people),
            Count::Plus(people) => self.plus = self.plus.saturating_add(people),
            Count::Me => self.is_me = true,
            Count::Alone => self.is_alone = true,
            Count::Included(_) => {}
        }
    }

    fn total(&self) -> Option<u32> {
        if let Some(group) = self.group {
            // "four of us, two adults and two kids" explains the group.
            let explained = self.adults.saturating_add(self.children);
            let added = if self.adults > 0 && explained == group { 0 } else { self.children.saturating_add(if self.adults == group { 0 } else { self.adults }) };
            return Some(group.saturating_add(added).saturating_add(self.plus));
        }
        if self.adults > 0 {
            let me = u32::from(self.is_me);
            return Some(self.adults.saturating_add(self.children).saturating_add(self.plus).saturating_add(self.companions).saturating_add(me));
        }
        if self.companions > 0 || (self.is_me && self.children > 0) || self.is_alone {
            let company = if self.is_alone { 0 } else { self.companions.saturating_add(self.children) };
            return Some(1_u32.saturating_add(company).saturating_add(self.plus));
        }
        (self.children > 0).then(|| self.children.saturating_add(self.plus))
    }
}

/// The count that starts at `at`, and the place after it.
pub(crate) fn count_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    if let Some(found) = number_of_people(line, at) {
        return Some(found);
    }
    match line.lex(at) {
        Lex::With | Lex::Plus | Lex::And | Lex::For => joined_at(line, at),
        Lex::Including => included_at(line, at),
        _ => named_at(line, at),
    }
}

/// "4 people", "2 adults", "5 or 6 guests", "8-10 человек", "four of us", "party of six", "somos cinco".
fn number_of_people(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    if let Some(found) = group_lead(line, at) {
        return Some(found);
    }
    let (people, end) = quantity(line, at)?;
    if line.number(at).is_some_and(|number| number.is_collective) && !is_time_of_day(line, end) {
        let end = line.skip(end, &[Lex::The, Lex::People]);
        return Some((child_or(line, at, end, people), end.max(at + 1)));
    }
    let noun = line.skip(end, &[Lex::The]);
    if line.is_word(end, &["of"]) && line.is_word(end + 1, &["us", "you"]) {
        return Some((Count::Group(people), end + 2));
    }
    if line.is_word(end, &["de"]) && line.is_word(end + 1, &["nosotros", "ellos"]) {
        return Some((Count::Group(people), end + 2));
    }
    let adjective = noun + usize::from(line.is_word(noun, &["more", "other", "hungry", "small", "little", "young", "old", "pequenos", "маленьких", "маленькими", "взрослых", "дорослих", "mas", "extra", "close"]));
    match line.lex(adjective) {
        Lex::People => Some((people_kind(line, at, adjective, people), adjective + 1)),
        Lex::Child => Some((children_kind(line, at, people), adjective + 1)),
        _ if line.is_word(adjective, &["men", "women", "ladies", "girls", "boys", "guys", "hombres", "mujeres", "chicos", "chicas", "девушки", "девушек", "парня", "мужчин", "мужчины", "женщин", "женщины", "чоловіки", "жінки", "жінок", "чоловіків", "дівчат"]) => {
            Some((Count::Adults(people), adjective + 1))
        }
        _ => None,
    }
}

fn child_or(line: &Line<'_>, at: usize, end: usize, people: u32) -> Count {
    if line.lex(end) == Lex::Child { children_kind(line, at, people) } else if is_of_speaker(line, at) { Count::Companions(people) } else { Count::Group(people) }
}

/// "с двумя друзьями", "me and 3 friends": companions of somebody who is not counted yet.
fn people_kind(line: &Line<'_>, at: usize, noun_at: usize, people: u32) -> Count {
    let is_company = line.is_word(noun_at, &["friends", "amigos", "folks"]) || line.word(noun_at).starts_with("друз");
    if is_adults(line.word(noun_at)) {
        return if is_partitive(line, at) { Count::Included(people) } else { Count::Adults(people) };
    }
    if is_of_speaker(line, at) && (is_company || line.lex(line.before(at)) == Lex::And || line.is_word(line.before(at), &["и", "і", "y", "with", "con", "с", "з"])) {
        return Count::Companions(people);
    }
    if line.lex(line.before(at)) == Lex::Plus || line.is_word(noun_at - 1, &["more", "mas", "extra"]) {
        return Count::Plus(people);
    }
    Count::Group(people)
}

fn is_adults(word: &str) -> bool {
    word.starts_with("adult") || word.starts_with("взросл") || word.starts_with("доросл")
}

/// Whether the speaker or "with" stands right before: "me and", "я и", "con", "с".
fn is_of_speaker(line: &Line<'_>, at: usize) -> bool {
    let before = line.before(at);
    if line.lex(before) == Lex::With && !is_adults(line.word(at + 1)) {
        return !line.is_word(line.before(before), &["table"]);
    }
    let speaker = line.back(at, &[Lex::And, Lex::Plus, Lex::The, Lex::From]);
    line.is_word(speaker, &["me", "i", "myself", "yo", "я", "мной", "мною", "меня", "мене", "mi"])
}

fn children_kind(line: &Line<'_>, at: usize, children: u32) -> Count {
    if is_partitive(line, at) { Count::Included(children) } else { Count::Children(children) }
}

/// "two of them kids", "including two kids", "из них двое детей", "party of six with two kids".
fn is_partitive(line: &Line<'_>, at: usize) -> bool {
    let words = ["them", "which", "whom", "ellos", "них", "том", "тому", "cuales", "from", "are"];
    let lead = line.before(at);
    line.lex(lead) == Lex::Including
        || line.is_word(lead, &words)
        || (line.lex(lead) == Lex::And && line.is_word(line.before(lead), &words))
}

/// A quantity of people: "4", "5 or 6", "8-10", "a couple of", "half a dozen".
fn quantity(line: &Line<'_>, at: usize) -> Option<(u32, usize)> {
    match line.what(at)? {
        What::Number(number) if !number.is_ordinal && (1..=PARTY_MAX).contains(&number.value) => {
            let (people, end) = (number.value, at + 1);
            let is_range = matches!(line.lex(end), Lex::Or | Lex::To) || line.what(end) == Some(What::Dash) || line.is_word(end, &["a", "maybe", "може", "может"]);
            if is_range && let Some(upper) = line.number(end + 1).filter(|upper| upper.value > people && upper.value <= PARTY_MAX) {
                return Some((upper.value, end + 2));
            }
            Some((people, end))
        }
        What::Pair { left, right, mark: '-' } if left.value <= right.value && right.value <= PARTY_MAX => Some((right.value, at + 1)),
        What::Word(Lex::The) if line.is_word(at + 1, &["dozen", "couple"]) => {
            let people = if line.is_word(at + 1, &["dozen"]) { 12 } else { 2 };
            Some((people, at + 2 + usize::from(line.is_word(at + 2, &["of"]) && !line.is_word(at + 3, &["us"]))))
        }
        What::Word(Lex::Half) if line.is_word(at + 1, &["docena", "dozen"]) => Some((6, at + 2)),
        What::Word(Lex::Half) if line.is_word(at + 2, &["dozen"]) => Some((6, at + 3)),
        What::Word(_) => {
            let people = match line.word(at) {
                "dozen" | "docena" | "дюжина" | "дюжину" | "дюжины" => 12,
                "couple" | "пара" | "пару" | "par" | "pareja" => 2,
                "полтора" => return None,
                _ => return None,
            };
            Some((people, at + 1 + usize::from(line.is_word(at + 1, &["of", "de"]))))
        }
        _ => None,
    }
}

fn is_time_of_day(line: &Line<'_>, at: usize) -> bool {
    matches!(line.lex(at), Lex::DayUnit | Lex::Hour | Lex::Week)
}

/// "party of six", "somos cinco", "нас четверо", "there are 6", "будет 5".
fn group_lead(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let start = match line.word(at) {
        "party" | "group" | "grupo" | "family" | "familia" | "компания" | "компанія" | "группа" | "группу" | "група" | "групу" => {
            let of = at + 1;
            let is_of = line.is_word(of, &["of", "de", "из", "з", "із", "size"]) || line.number(of).is_some();
            if !is_of {
                return None;
            }
            line.skip(if line.number(of).is_some() { of } else { of + 1 }, &[Lex::About, Lex::The])
        }
        "somos" | "seremos" | "seriamos" | "vamos" | "seriamo" | "estaremos" => line.skip(at + 1, &[Lex::About, Lex::The]),
        "нас" => line.skip(skip_words(line, at + 1, &["будет", "буде", "всего", "всього", "где", "то"]), &[Lex::About]),
        "ourselves" => return None,
        "будет" | "буде" | "будем" | "будемо" if line.is_word(at + 1, &["нас"]) => line.skip(at + 2, &[Lex::About]),
        "будем" | "будемо" | "прийдем" | "придем" | "прийдемо" => at + 1,
        "there" if line.is_word(at + 1, &["are", "is", "will"]) => skip_words(line, at + 2, &["be", "about", "around", "only", "gonna"]),
        "theres" | "therell" => skip_words(line, at + 1, &["be", "about", "around", "only"]),
        "were" | "we" => skip_words(line, at + 1, &["are", "re", "will", "be", "ll", "about", "around", "only", "just", "have", "ve", "got"]),
        "well" if line.is_word(at + 1, &["be"]) => skip_words(line, at + 2, &["about", "around", "only"]),
        _ => return None,
    };
    let (people, end) = quantity(line, start)?;
    let is_people = !matches!(line.lex(end), Lex::Hour | Lex::OClock | Lex::Am | Lex::Pm | Lex::Minute | Lex::Money | Lex::Week | Lex::DayUnit | Lex::MonthUnit | Lex::Year)
        && !matches!(line.what(start), Some(What::Clock { .. }));
    // "we have two kids", "somos dos adultos y tres niños": the noun decides.
    let noun = line.lex(line.skip(end, &[Lex::The]));
    if noun == Lex::Child || is_adults(line.word(end)) || !is_people {
        return None;
    }
    let is_weak = matches!(line.word(at), "we" | "there" | "well" | "theres") && matches!(line.what(end), Some(What::Word(Lex::Other)));
    if is_weak && !line.is_word(end, &["but", "total", "altogether", "in", "coming", "and"]) {
        return None;
    }
    let end = if noun == Lex::People { line.skip(end, &[Lex::The]) + 1 } else { end };
    let end = if line.is_word(end, &["of"]) && line.is_word(end + 1, &["us"]) { end + 2 } else { end };
    Some((Count::Group(people), end))
}

fn skip_words(line: &Line<'_>, mut at: usize, words: &[&str]) -> usize {
    while line.is_word(at, words) {
        at += 1;
    }
    at
}

/// "plus one", "and a baby", "with a toddler", "con mi mujer", "y un bebé".
fn joined_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let next = line.skip(at + 1, &[Lex::The]);
    if line.lex(at) == Lex::Plus || (line.lex(at) == Lex::And && line.is_word(at, &["+", ""])) {
        if let Some(number) = line.number(next).filter(|number| number.value <= 20 && !number.is_ordinal) {
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
    if matches!(line.lex(at), Lex::And | Lex::With) {
        let has_article = next > at + 1 || line.word(at + 1).starts_with(super::text::is_cyrillic);
        if line.lex(next) == Lex::Child && (has_article || is_singular_child(line.word(next))) {
            return Some((Count::Children(plural_children(line.word(next))), next + 1));
        }
        if line.is_word(at, &["with", "con"]) && is_relative(line, next) {
            return Some((Count::Companions(1), next + 1));
        }
    }
    if line.lex(at) == Lex::For && line.is_word(next, &["me", "mi", "myself"]) && is_end(line, next + 1) {
        return Some((Count::Alone, next + 1));
    }
    None
}

fn is_end(line: &Line<'_>, at: usize) -> bool {
    !matches!(line.what(at), Some(What::Word(Lex::And | Lex::Plus | Lex::With | Lex::Other)))
        && line.number(at).is_none()
}

fn is_high_chair(line: &Line<'_>, at: usize) -> bool {
    (line.is_word(at, &["high"]) && line.is_word(at + 1, &["chair", "chairs"])) || line.is_word(at, &["highchair", "trona"])
}

fn is_singular_child(word: &str) -> bool {
    plural_children(word) == 1
}

/// How many children a word without a number means: one, or two for a plural.
fn plural_children(word: &str) -> u32 {
    const PLURALS: [&str; 15] = ["kids", "children", "babies", "toddlers", "infants", "bebes", "ninos", "ninas", "hijos", "hijas", "дети", "детей", "детьми", "діти", "дітей"];
    if PLURALS.contains(&word) || word == "дітьми" { 2 } else { 1 }
}

fn included_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let next = line.skip(at + 1, &[Lex::The]);
    if let Some(number) = line.number(next) {
        return Some((Count::Included(number.value), next + 1 + usize::from(matches!(line.lex(next + 1), Lex::Child | Lex::People))));
    }
    if line.lex(next) == Lex::Child || is_relative(line, next) || line.is_word(next, &["me", "myself", "мной", "меня", "мене"]) {
        return Some((Count::Included(1), next + 1));
    }
    None
}

/// "me", "my wife", "вдвоём", "с женой", "just me".
fn named_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let word = line.word(at);
    if matches!(word, "just" | "only" | "solo" | "solamente" | "только" | "тільки" | "лише" | "один" | "одна")
        && line.is_word(at + 1, &["me", "myself", "yo", "я", "для"])
        && (line.word(at + 1) != "для" || line.is_word(at + 2, &["меня", "себя", "мене", "себе"]))
        && is_end(line, at + 2)
    {
        return Some((Count::Alone, at + 2));
    }
    if matches!(word, "я" | "yo") && line.is_word(at + 1, &["один", "одна", "сам", "сама", "solo", "sola"]) {
        return Some((Count::Alone, at + 2));
    }
    if matches!(word, "me" | "myself") && line.is_word(at + 1, &["alone", "only"]) {
        return Some((Count::Alone, at + 2));
    }
    if matches!(word, "alone" | "myself") && line.len() <= 3 {
        return Some((Count::Alone, at + 1));
    }
    if is_company(line, at) {
        return Some((Count::Me, at + 1));
    }
    if matches!(word, "с" | "со" | "з" | "із" | "зі") {
        return slavic_company(line, at);
    }
    let relative_at = line.skip(at, &[Lex::The]);
    let is_owned = line.is_word(line.before(at), &["my", "mi", "моя", "мой", "мій", "mis", "our", "her", "his"]) || line.is_word(at, &["my", "mi", "моя", "мой", "мій"]);
    let noun = if line.is_word(at, &["my", "mi", "моя", "мой", "мій", "мою", "мои", "мої", "mis"]) { at + 1 } else { relative_at };
    let is_listed = is_listed(line, at, noun);
    if is_owned && is_listed && is_relative(line, noun) {
        let people = if line.word(noun) == "parents" || line.word(noun) == "padres" || line.word(noun).starts_with("родител") || line.word(noun).starts_with("батьк") { 2 } else { 1 };
        return Some((Count::Companions(people), noun + 1));
    }
    None
}

/// "me and ...", "... and I", "mi mujer y yo", "я и ...", "мы с ...".
fn is_company(line: &Line<'_>, at: usize) -> bool {
    let joins = |place: usize| matches!(line.lex(place), Lex::And | Lex::Plus) || line.what(place) == Some(What::Comma);
    match line.word(at) {
        "me" | "myself" | "i" | "yo" | "я" | "мне" | "мені" => {
            (matches!(line.lex(at + 1), Lex::And | Lex::Plus) && is_person(line, at + 2))
                || (joins(at + 1) && is_person(line, at + 2))
                || (matches!(line.lex(line.before(at)), Lex::And) && is_person_before(line, line.before(at)))
        }
        _ => false,
    }
}

fn is_person(line: &Line<'_>, at: usize) -> bool {
    let at = skip_words(line, at, &["my", "mi", "mis", "моя", "мой", "мій", "мои", "мої", "a", "the", "un", "una", "another"]);
    is_relative(line, at) || matches!(line.lex(at), Lex::Child | Lex::People)
        || (line.number(at).is_some_and(|number| number.value <= 50) && (matches!(line.lex(at + 1), Lex::Child | Lex::People) || line.is_word(at + 1, &["more", "others", "other", "mas"])))
}

fn is_person_before(line: &Line<'_>, at: usize) -> bool {
    let before = line.before(at);
    is_relative(line, before) || matches!(line.lex(before), Lex::Child | Lex::People)
}

/// Whether a relative is named as somebody who comes: "and my wife", "me, my wife", "my wife and I".
fn is_listed(line: &Line<'_>, at: usize, noun: usize) -> bool {
    let lead = line.before(at);
    let lead = if line.is_word(lead, &["my", "mi", "our"]) { line.before(lead) } else { lead };
    let follows = matches!(line.lex(noun + 1), Lex::And | Lex::Plus) && (line.is_word(noun + 2, &["i", "me", "yo", "я", "myself"]) || is_person(line, noun + 2));
    let is_after_me = matches!(line.lex(lead), Lex::And | Lex::Plus | Lex::With) || line.what(lead) == Some(What::Comma);
    follows || is_after_me || line.lex(lead) == Lex::For
}

/// "мы с женой", "с мужем и двумя детьми", "з дружиною".
fn slavic_company(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let noun = skip_words(line, at + 1, &["моей", "моим", "моєю", "моїм", "своей", "своєю"]);
    if is_relative(line, noun) {
        return Some((Count::Companions(1), noun + 1));
    }
    if line.lex(noun) == Lex::Child {
        return Some((Count::Children(plural_children(line.word(noun))), noun + 1));
    }
    None
}

/// A relation of the speaker who would sit at the table.
fn is_relative(line: &Line<'_>, at: usize) -> bool {
    const WORDS: [&str; 62] = [
        "wife", "husband", "girlfriend", "boyfriend", "partner", "fiance", "fiancee", "mom", "mum", "dad", "mother",
        "father", "sister", "brother", "son", "daughter", "friend", "boss", "colleague", "hubby", "gf", "bf", "grandma",
        "grandpa", "grandmother", "grandfather", "parents", "coworker", "date", "cousin", "aunt", "uncle", "mujer",
        "marido", "esposa", "esposo", "novia", "novio", "pareja", "madre", "padre", "mama", "papa", "hermano", "hermana",
        "amigo", "amiga", "suegra", "suegro", "padres", "abuela", "abuelo", "spouse", "roommate", "neighbor", "niece",
        "nephew", "primo", "prima", "tia", "tio", "jefe",
    ];
    const STEMS: [&str; 26] = [
        "жен", "муж", "девушк", "парн", "друг", "подруг", "мам", "пап", "брат", "сестр", "дочк", "дочер", "сын", "дружин",
        "чолові", "хлопц", "дівчин", "подруж", "тат", "син", "доньк", "дочк", "коллег", "колег", "родител", "батьк",
    ];
    let word = line.word(at);
    WORDS.contains(&word) || (word.starts_with(super::text::is_cyrillic) && STEMS.iter().any(|stem| word.starts_with(stem)) && word.chars().count() <= 10)
}
