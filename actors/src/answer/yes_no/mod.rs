//! Yes, no, later or unclear.
//!
//! Wordings are found in order of strength: idioms first, so that the "no" of "no
//! problem" is spent before plain words are looked up. Of the hits that remain the
//! last one decides ("да нет, давайте" is a yes), and a clear yes or no is not
//! undone by a polite "that's fine" or a "don't" about something else. What was learnt from other lines
//! has a say where none is found, and against the lists where the whole message is far more like another answer.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::learnt::Model;
use super::text::phrases::{Flat, Phrases};
use super::text::{Kind, Text};
use super::when::scan::{Item, scan};
use super::{Asked, refusal};

/// The answer to a yes/no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum YesNo {
    /// The person agrees.
    Yes,
    /// The person declines.
    No,
    /// The person will decide another time.
    Later,
    /// Neither; a question back is unclear too.
    Unclear,
}

mod consent;

impl YesNo {
    const fn of(is_yes: bool) -> Self {
        if is_yes { Self::Yes } else { Self::No }
    }
}

#[derive(Debug)]
struct Wordings {
    reservation: Phrases,
    courtesy: Phrases,
    conditional: Phrases,
    unclear: Phrases,
    negated: Phrases,
    yes_idioms: Phrases,
    no_idioms: Phrases,
    yes: Phrases,
    no: Phrases,
    weak_yes: Phrases,
    weak_no: Phrases,
    farewell: Phrases,
    retracted: Phrases,
    confirmed: Phrases,
    misfit: Phrases,
    newsletter_yes: Phrases,
    newsletter_no: Phrases,
    news: Phrases,
    question: Phrases,
}

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    let list = |section| Phrases::new(include_str!("yes_no.txt"), section);
    Wordings {
        reservation: list("reservation"),
        courtesy: list("courtesy"),
        conditional: list("conditional"),
        unclear: list("unclear"),
        negated: list("negated"),
        yes_idioms: list("yes_idioms"),
        no_idioms: list("no_idioms"),
        yes: list("yes"),
        no: list("no"),
        weak_yes: list("weak_yes"),
        weak_no: list("weak_no"),
        farewell: list("farewell"),
        retracted: list("retracted"),
        confirmed: list("confirmed"),
        misfit: list("misfit"),
        newsletter_yes: list("newsletter_yes"),
        newsletter_no: list("newsletter_no"),
        news: list("news"),
        question: list("question"),
    }
});

/// Reads yes, no or later; `asked` tells whether wordings about the newsletter count.
#[must_use]
pub fn read(written: &str, asked: &Asked) -> YesNo {
    let text = Text::new(written);
    read_text(&text, asked)
}

/// Reads an already normalised message.
#[must_use]
pub fn read_text(text: &Text, asked: &Asked) -> YesNo {
    let listed = by_lists(text, asked);
    // What was asked in words of its own is corrected by answers that the lines do not know.
    match asked {
        Asked::Question(_) => listed,
        _ => doubted(listed, text, asked),
    }
}

fn by_lists(text: &Text, asked: &Asked) -> YesNo {
    let wordings = &*WORDINGS;
    let flat = without_reservation(wordings.farewell.blanked(text.to_read()));
    // "Only if it's free" is neither yes nor no, whatever else is said.
    if wordings
        .conditional
        .are_in_flat(&wordings.courtesy.blanked(flat.clone()))
    {
        return YesNo::Unclear;
    }
    if *asked == Asked::Newsletter
        && let Some(wish) = newsletter_wish_in(&flat)
    {
        return YesNo::of(wish);
    }
    if refusal::is_later_in(&flat) {
        // "No, wait, yes" waits for nothing.
        let decided = polarity(&wordings.retracted.blanked(flat.clone()));
        return match decided.filter(|_| wordings.retracted.are_in_flat(&flat)) {
            Some(is_yes) => YesNo::of(is_yes),
            None => YesNo::Later,
        };
    }
    if *asked != Asked::Newsletter && wordings.confirmed.are_in_flat(&flat) {
        return YesNo::Yes;
    }
    if matches!(asked, Asked::Question(_)) && wordings.misfit.are_in_flat(&flat) && !refusal::is_question(text) {
        return YesNo::No;
    }
    let said = match asked {
        Asked::Newsletter => consent::answer(&flat),
        _ => polarity(&flat).map(YesNo::of),
    };
    match said {
        Some(answer) => answer,
        None if flat.as_str().contains(" ? ") => YesNo::Unclear,
        None => match by_symbol(text) {
            YesNo::Unclear if corrects(text, asked) => YesNo::No,
            YesNo::Unclear if !wordings.unclear.are_in_flat(&flat) => by_likeness(text),
            answer => answer,
        },
    }
}

/// "Tuesday" to "Monday at 6 pm, right?": what was repeated back is to be otherwise.
fn corrects(text: &Text, asked: &Asked) -> bool {
    let names = |text: &Text| {
        let items = scan(text, &Asked::Open).items;
        items
            .iter()
            .any(|placed| matches!(placed.item, Item::Day(_) | Item::Time(_) | Item::Count(_)))
    };
    match asked {
        Asked::Question(question) => !refusal::is_question(text) && names(text) && names(&Text::new(question)),
        _ => false,
    }
}

/// What the lines call the answers, in the order of their weights.
pub const LABELS: [&str; 4] = ["yes", "no", "later", "unclear"];

static MODEL: Model<{ LABELS.len() }> = Model::built_in(include_bytes!("../learnt/yes_no.bin"));

/// An answer in words that are in no list, where it is like those that were learnt from. What is
/// taken for consent has to be more like it than what is not.
fn by_likeness(text: &Text) -> YesNo {
    const UNCLEAR: usize = 3;
    const LEAD: i32 = 60;
    const LEAD_OF_CONSENT: i32 = 140;
    // A single word that is in no list is like many.
    if text.word_count() < 2 || refusal::is_question(text) {
        return YesNo::Unclear;
    }
    match MODEL.label_ahead_of(UNCLEAR, LEAD, text) {
        Some(0) if MODEL.label_ahead_of(UNCLEAR, LEAD_OF_CONSENT, text).is_some() => YesNo::Yes,
        Some(1) => YesNo::No,
        Some(2) => YesNo::Later,
        _ => YesNo::Unclear,
    }
}

const ANSWERS: [YesNo; LABELS.len()] = [YesNo::Yes, YesNo::No, YesNo::Later, YesNo::Unclear];

/// What the lists read, unless the message is far more like the lines of another answer: a listed word may stand in a
/// sentence that means something else.
fn doubted(listed: YesNo, text: &Text, asked: &Asked) -> YesNo {
    /// Fewer words are what the lists are for.
    const WORDS_MIN: usize = 3;
    const LEAD: i32 = 120;
    const LEAD_OF_CONSENT: i32 = 300;
    // What is about something else than the newsletter is told in `consent`.
    let is_settled = *asked == Asked::Newsletter && listed == YesNo::Unclear;
    if is_settled || text.word_count() < WORDS_MIN {
        return listed;
    }
    let ahead_by = |lead| MODEL.label_ahead_of(listed as usize, lead, text).map(|at| ANSWERS[at]);
    let answer = match ahead_by(LEAD) {
        Some(YesNo::Yes) if *asked == Asked::Newsletter => ahead_by(LEAD_OF_CONSENT),
        Some(YesNo::Unclear) if *asked == Asked::Newsletter => None,
        answer => answer,
    };
    answer.unwrap_or(listed)
}

/// What a message says about the newsletter by name ("no newsletter please"), if anything.
#[must_use]
pub fn newsletter_wish(text: &Text) -> Option<bool> {
    newsletter_wish_in(&text.to_read())
}

fn newsletter_wish_in(flat: &Flat<'_>) -> Option<bool> {
    let wordings = &*WORDINGS;
    if wordings.newsletter_no.are_in_flat(flat) {
        Some(false)
    } else if wordings.newsletter_yes.are_in_flat(flat) {
        Some(true)
    } else {
        None
    }
}

/// Drops how a yes is meant: "yes, but no spam" is a yes, "but no spam" alone is not.
fn without_reservation(flat: Flat<'_>) -> Flat<'_> {
    let reservation = &WORDINGS.reservation;
    if !reservation.are_in_flat(&flat) {
        return flat;
    }
    let rest = reservation.blanked(flat.clone());
    if polarity(&rest) == Some(true) { rest } else { flat }
}

/// The last clear yes or no; of weak ones the last when there is no clear one.
fn polarity(flat: &Flat<'_>) -> Option<bool> {
    let wordings = &*WORDINGS;
    let rest = wordings.unclear.blanked(flat.clone());
    let (rest, negated) = take(&wordings.negated, rest);
    let (rest, yes_idiom) = take(&wordings.yes_idioms, rest);
    let (rest, no_idiom) = take(&wordings.no_idioms, rest);
    let rest = rest.blanked_by(without_questions);
    let (rest, yes) = take(&wordings.yes, rest);
    let (rest, no) = take(&wordings.no, rest);
    let later_of = |yes: Option<usize>, no: Option<usize>| (yes != no).then(|| yes > no);
    later_of(yes.max(yes_idiom), no.max(no_idiom).max(negated)).or_else(|| {
        let (rest, weak_no) = take(&wordings.weak_no, rest);
        let (_, weak_yes) = take(&wordings.weak_yes, rest);
        later_of(weak_yes, weak_no)
    })
}

/// Blanks the wordings and tells where the last of them stood.
fn take<'t>(phrases: &Phrases, flat: Flat<'t>) -> (Flat<'t>, Option<usize>) {
    let last = phrases.ranges(&flat).last().map(|range| range.start);
    (phrases.blanked(flat), last)
}

/// Drops the clauses that ask something: "is it free?" says neither yes nor no.
fn without_questions(flat: &str) -> String {
    let mut rest = String::with_capacity(flat.len());
    for clause in flat.split_inclusive(" ? ") {
        if !clause.ends_with(" ? ") {
            rest.push_str(clause);
            continue;
        }
        let asked_from = clause[..clause.len() - 3].rfind([',', '.']).unwrap_or(0);
        rest.push_str(&clause[..asked_from]);
        rest.extend(std::iter::repeat_n('*', clause.len() - asked_from - 1));
        rest.push(' ');
    }
    rest
}

/// A reply of signs alone: "+", "👍", "👎👎".
fn by_symbol(text: &Text) -> YesNo {
    let mut answer = YesNo::Unclear;
    for (index, token) in text.tokens().iter().enumerate() {
        match token.kind {
            Kind::Emoji => match text.said(index) {
                "👍" | "👌" | "✅" | "✔" | "☑" | "💯" | "🙆" | "🤝" | "🆗" => answer = YesNo::Yes,
                "👎" | "❌" | "✖" | "🚫" | "🙅" | "⛔" | "🛑" => answer = YesNo::No,
                _ => {}
            },
            Kind::Mark('+') if text.word_count() == 0 => answer = YesNo::Yes,
            Kind::Mark('-' | '—') if text.tokens().len() == 1 => answer = YesNo::No,
            _ => {}
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(message: &str) -> YesNo {
        read(message, &Asked::Newsletter)
    }

    #[test]
    fn negation_stays_in_its_idiom() {
        assert_eq!(answer("no problem, sure"), YesNo::Yes);
        assert_eq!(answer("claro que no"), YesNo::No);
        assert_eq!(answer("cómo no"), YesNo::Yes);
    }

    #[test]
    fn the_last_clear_word_decides() {
        assert_eq!(answer("да нет"), YesNo::No);
        assert_eq!(answer("да нет, давайте"), YesNo::Yes);
        assert_eq!(answer("No, that's fine"), YesNo::No);
    }

    #[test]
    fn consent_is_about_what_was_asked() {
        assert_eq!(answer("yes but not the newsletter"), YesNo::No);
        assert_eq!(read("+", &Asked::Open), YesNo::Yes);
    }
}
