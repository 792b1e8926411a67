//! How many people need a seat.
//!
//! A message is a list of counts: a group ("table for four"), people named one by
//! one ("me and my wife"), children and late-comers who are added, somebody who
//! cannot come. [`read`] adds them up. Everybody who needs a seat counts, a baby
//! in a high chair too; for a range the upper end counts.

use super::Asked;
use super::text::Text;
use super::when::lexicon::Lex;
use super::when::line::Line;
use super::when::piece::What;
use super::when::scan::{Item, Placed, scan};

mod company;
mod lead;
mod missing;
mod quantity;
mod relation;

pub(crate) use quantity::{quantity, range_at};

/// Words between a number and the people it counts.
const DESCRIPTIONS: [&str; 17] = [
    "more",
    "other",
    "hungry",
    "small",
    "little",
    "young",
    "old",
    "pequenos",
    "маленьких",
    "маленькими",
    "взрослых",
    "дорослих",
    "mas",
    "extra",
    "close",
    "lovely",
    "grown",
];

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
    /// Some of those counted cannot come: "but two dropped out".
    Missing(u32),
}

impl Count {
    /// Whether it can be the whole party, so that a number beside it is something else.
    pub(crate) const fn is_whole(self) -> bool {
        matches!(
            self,
            Self::Group(_) | Self::Adults(_) | Self::Companions(_) | Self::Me | Self::Alone
        )
    }
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
    let total = tally.total()?.saturating_sub(tally.missing);
    let total = total - u32::from(total > 1 && missing::is_one_missing(text));
    (1..=PARTY_MAX).contains(&total).then_some(total)
}

#[derive(Debug, Default)]
struct Tally {
    group: Option<u32>,
    adults: u32,
    children: u32,
    companions: u32,
    plus: u32,
    missing: u32,
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
            Count::Missing(people) => self.missing = self.missing.saturating_add(people),
            Count::Me => self.is_me = true,
            Count::Alone => self.is_alone = true,
            Count::Included(_) => {}
        }
    }

    fn total(&self) -> Option<u32> {
        if let Some(group) = self.group {
            // "four of us, two adults and two kids" explains the group.
            let explained = self.adults.saturating_add(self.children);
            let added = if self.adults > 0 && explained == group {
                0
            } else {
                self.children
                    .saturating_add(if self.adults == group { 0 } else { self.adults })
            };
            return Some(group.saturating_add(added).saturating_add(self.plus));
        }
        if self.adults > 0 {
            let me = u32::from(self.is_me);
            return Some(
                self.adults
                    .saturating_add(self.children)
                    .saturating_add(self.plus)
                    .saturating_add(self.companions)
                    .saturating_add(me),
            );
        }
        if self.companions > 0 || (self.is_me && self.children.saturating_add(self.plus) > 0) || self.is_alone {
            return Some(
                1_u32
                    .saturating_add(self.companions)
                    .saturating_add(self.children)
                    .saturating_add(self.plus),
            );
        }
        (self.children > 0).then(|| self.children.saturating_add(self.plus))
    }
}

/// The count that starts at `at`, and the place after it.
pub(crate) fn count_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    if let Some(missing) = missing::missing_at(line, at) {
        return Some(missing);
    }
    let (count, end) = number_of_people(line, at).or_else(|| match line.lex(at) {
        Lex::With | Lex::Plus | Lex::And | Lex::For => company::joined_at(line, at),
        Lex::Including => company::included_at(line, at),
        _ => company::named_at(line, at),
    })?;
    match (count, company::without_seat(line, end)) {
        (Count::Plus(people) | Count::Children(people), Some(end)) => Some((Count::Included(people), end)),
        _ => Some((count, end)),
    }
}

/// "me" or "a couple" alone, when the party size was asked.
pub(crate) fn alone_at(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let is_alone = at == 0 && line.len() <= 2 && line.is_word(at, &["me", "i", "yo", "я", "solo", "sola", "alone"]);
    if is_alone {
        return Some((Count::Alone, at + 1));
    }
    // "a couple", "un par", "полдюжины"
    let is_word = at == 0 && line.len() <= 3 && line.number(at).is_none();
    let (people, end) = quantity(line, at).filter(|(_, end)| is_word && *end >= line.len())?;
    Some((Count::Group(people), end))
}

/// "4 people", "2 adults", "5 or 6 guests", "8-10 человек", "four of us", "party of six", "somos cinco".
fn number_of_people(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    if let Some(found) = lead::group_lead(line, at).or_else(|| lead::labelled(line, at)) {
        return Some(found);
    }
    if line.is_word(at, &["un", "una", "a", "one"]) && line.is_word(at + 1, &["persona", "person", "comensal"]) {
        return Some((Count::Group(1), at + 2));
    }
    // Russian says "человек десять" for about ten.
    if (line.word(at).starts_with("человек") || line.is_word(at, &["осіб", "гостей", "чоловік", "персон", "людей"]))
        && quantity(line, at + 1).is_some()
        && !line.has_mark_between(at, at + 2)
        && line.lex(at + 2) != Lex::People
        && line.number(line.before(at)).is_none()
    {
        return quantity(line, at + 1).map(|(people, end)| (Count::Group(people), end));
    }
    let (people, end) = quantity(line, at)?;
    if line.number(at).is_some_and(|number| number.is_collective) && !is_time_of_day(line, end) {
        let end = line.skip(end, &[Lex::The, Lex::People]);
        return Some((child_or(line, at, end, people), end.max(at + 1)));
    }
    if line.is_word(end - 1, &["couple", "pareja"]) && matches!(line.lex(end), Lex::And | Lex::With) {
        return Some((Count::Group(people), end));
    }
    let noun = line.skip(end, &[Lex::The, Lex::Ish]);
    let is_measured = quantity::measure(line.word(end - 1)).is_some() || quantity::is_couples(line.word(end - 1));
    // "A dozen roses" are no guests.
    if is_measured && !matches!(line.what(end), Some(What::Word(Lex::Other | Lex::People | Lex::Child))) {
        return Some((Count::Group(people), end));
    }
    if line.is_word(end, &["of"]) && line.is_word(end + 1, &["us", "you"]) {
        return Some((Count::Group(people), end + 2));
    }
    if line.is_word(end, &["de"]) && line.is_word(end + 1, &["nosotros", "ellos"]) {
        return Some((Count::Group(people), end + 2));
    }
    let is_described = line.is_word(noun, &DESCRIPTIONS) && matches!(line.lex(noun + 1), Lex::People | Lex::Child);
    let adjective = noun + usize::from(is_described);
    match line.lex(adjective) {
        Lex::People => Some((people_kind(line, at, adjective, people), adjective + 1)),
        Lex::Child => Some((children_kind(line, at, people), adjective + 1)),
        _ if line.is_word(
            adjective,
            &[
                "men",
                "women",
                "ladies",
                "girls",
                "boys",
                "guys",
                "hombres",
                "mujeres",
                "chicos",
                "chicas",
                "девушки",
                "девушек",
                "парня",
                "мужчин",
                "мужчины",
                "женщин",
                "женщины",
                "чоловіки",
                "жінки",
                "жінок",
                "чоловіків",
                "дівчат",
            ],
        ) =>
        {
            Some((Count::Adults(people), adjective + 1))
        }
        // "2 are kids", "2 son niños": some of those counted.
        _ if line.is_word(noun, &["are", "is", "son", "es"])
            && matches!(line.lex(noun + 1), Lex::Child | Lex::People) =>
        {
            Some((Count::Included(people), noun + 2))
        }
        _ if line.is_word(noun, &["total", "altogether", "всего", "всього", "загалом"]) => {
            Some((Count::Group(people), noun + 1))
        }
        _ if line.is_word(end, &["en"]) && line.is_word(end + 1, &["total"]) => Some((Count::Group(people), end + 2)),
        // "my two sisters", "мама и две сестры"
        _ if company::is_relatives(line, adjective)
            && (company::is_owner(line, line.before(at))
                || line.is_word(line.before(at), &["с", "со", "з", "зі", "із"])
                || matches!(line.lex(line.before(at)), Lex::And | Lex::With | Lex::Plus)
                || line.what(line.before(at)) == Some(What::Comma)) =>
        {
            Some((Count::Companions(people), adjective + 1))
        }
        _ if line.is_word(end, &["more", "others", "mas"]) && is_of_speaker(line, at) => {
            Some((Count::Companions(people), end + 1))
        }
        // "yo y otros 3", "me and another 2"
        _ if is_more(line, line.before(at)) && is_of_speaker(line, at) => Some((Count::Companions(people), end)),
        _ => None,
    }
}

/// "more", "others" before a number: people beside those named already.
fn is_more(line: &Line<'_>, at: usize) -> bool {
    line.is_word(
        at,
        &[
            "otros",
            "otras",
            "another",
            "other",
            "еще",
            "ещё",
            "ще",
            "другие",
            "інші",
        ],
    )
}

fn child_or(line: &Line<'_>, at: usize, end: usize, people: u32) -> Count {
    if line.lex(end) == Lex::Child {
        children_kind(line, at, people)
    } else if is_after_group(line, at) && is_company(line, line.before(end)) {
        people_kind(line, at, line.before(end), people)
    } else if is_after_group(line, at) && is_company(line, end) {
        people_kind(line, at, end, people)
    } else if is_of_speaker(line, at) {
        Count::Companions(people)
    } else {
        Count::Group(people)
    }
}

/// "с двумя друзьями", "me and 3 friends": companions of somebody who is not counted yet.
fn people_kind(line: &Line<'_>, at: usize, noun_at: usize, people: u32) -> Count {
    let is_company = is_company(line, noun_at);
    if is_adults(line.word(noun_at)) {
        return if is_partitive(line, at) {
            Count::Included(people)
        } else {
            Count::Adults(people)
        };
    }
    if is_of_speaker(line, at)
        && (is_company
            || line.lex(line.before(at)) == Lex::And
            || line.is_word(line.before(at), &["и", "і", "y", "with", "con", "с", "з"]))
    {
        return Count::Companions(people);
    }
    if is_company && is_after_group(line, at) {
        return Count::Plus(people);
    }
    if line.lex(line.before(at)) == Lex::Plus || line.is_word(noun_at - 1, &["more", "mas", "extra"]) {
        return Count::Plus(people);
    }
    Count::Group(people)
}

/// Friends and colleagues: whom somebody comes with.
fn is_company(line: &Line<'_>, at: usize) -> bool {
    line.is_word(
        at,
        &[
            "friends",
            "amigos",
            "amigas",
            "folks",
            "coworkers",
            "colleagues",
            "buddies",
            "cousins",
            "companeros",
            "companeras",
            "colegas",
        ],
    ) || line.word(at).starts_with("колле")
        || line.word(at).starts_with("колег")
        || line.word(at).starts_with("друз")
}

/// "family of 4 and two friends": beside those counted already.
fn is_after_group(line: &Line<'_>, at: usize) -> bool {
    let lead = line.before(at);
    let joint = if is_more(line, lead) { line.before(lead) } else { lead };
    let counted = line.before(joint);
    matches!(line.lex(joint), Lex::And | Lex::Plus)
        && (line.number(counted).is_some() || line.lex(counted) == Lex::People)
}

/// "and me", "y yo", "и я".
fn names_speaker(line: &Line<'_>, at: usize) -> bool {
    line.lex(at) == Lex::And && line.is_word(at + 1, &["me", "i", "myself", "yo", "я"])
}

fn is_adults(word: &str) -> bool {
    word.starts_with("adult") || word.starts_with("взросл") || word.starts_with("доросл")
}

/// Whether the speaker or "with" stands right before: "me and", "я и", "con", "с".
fn is_of_speaker(line: &Line<'_>, at: usize) -> bool {
    let before = line.before(at);
    // "с двумя друзьями"; "с 7 взрослых" is none of it.
    if line.is_word(before, &["с", "со", "з", "зі", "із"]) && is_company(line, at + 1) {
        return true;
    }
    // "a couple of friends and me"
    if (at + 1..at + 4).any(|noun| is_company(line, noun) && names_speaker(line, noun + 1)) {
        return true;
    }
    if line.lex(before) == Lex::With && !is_adults(line.word(at + 1)) {
        return !line.is_word(line.before(before), &["table"]);
    }
    let at = if is_more(line, before) { before } else { at };
    let speaker = line.back(at, &[Lex::And, Lex::Plus, Lex::The, Lex::From]);
    line.is_word(
        speaker,
        &["me", "i", "myself", "yo", "я", "мной", "мною", "меня", "мене", "mi"],
    )
}

fn children_kind(line: &Line<'_>, at: usize, children: u32) -> Count {
    if is_partitive(line, at) {
        Count::Included(children)
    } else {
        Count::Children(children)
    }
}

/// "two of them kids", "including two kids", "из них двое детей", "party of six with two kids".
fn is_partitive(line: &Line<'_>, at: usize) -> bool {
    let words = [
        "them", "which", "whom", "ellos", "них", "том", "тому", "cuales", "from", "are",
    ];
    let lead = line.before(at);
    // "we are two adults"
    if line.is_word(lead, &["are"]) && line.is_word(line.before(lead), &["we", "there"]) {
        return false;
    }
    line.lex(lead) == Lex::Including
        || line.is_word(lead, &["("])
        || line.is_word(lead, &words)
        || (line.lex(lead) == Lex::And && line.is_word(line.before(lead), &words))
}

fn is_time_of_day(line: &Line<'_>, at: usize) -> bool {
    matches!(line.lex(at), Lex::DayUnit | Lex::Hour | Lex::Week)
}

fn skip_words(line: &Line<'_>, mut at: usize, words: &[&str]) -> usize {
    while line.is_word(at, words) {
        at += 1;
    }
    at
}
