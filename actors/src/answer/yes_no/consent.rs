//! Whether a yes or no to the newsletter is about the newsletter.
//!
//! People answer something else than what was asked: "please send the menu first", "let's do 7 pm". Neither
//! consent nor its refusal is heard in that: the answer stands by itself, as in "yes, and make it 20 people".

use super::{WORDINGS, YesNo, polarity, without_questions};
use crate::answer::text::Text;
use crate::answer::text::phrases::{Flat, Phrases};
use crate::answer::when::scan::{Item, scan};
use crate::answer::{Asked, refusal};

/// Words that a yes may have beside it without being about something else: "ok thank you so much".
const REST_MAX: usize = 3;
/// As many digits are a number to call, not "once in 2 weeks".
const DIGITS_MIN: usize = 5;
/// What a clause of its own begins with, beside a comma.
const JOINTS: [&str; 9] = [" and ", " but ", " y ", " pero ", " и ", " но ", " і ", " й ", " але "];

/// The answer to the question about the newsletter: unclear where what looks like one is about something else,
/// `None` where nothing looks like one.
pub(super) fn answer(flat: &Flat<'_>) -> Option<YesNo> {
    let rest = rest(flat);
    // The message also asks something, or tells a day, an hour, a number.
    if asks(&rest) || tells(&rest) {
        let said = clauses(flat)
            .filter(is_answer_alone)
            .filter_map(|clause| polarity(&clause))
            .last();
        return Some(said.map_or(YesNo::Unclear, YesNo::of));
    }
    let is_about_it = || is_clear(flat) || words(&rest) <= REST_MAX || WORDINGS.news.are_in_flat(flat);
    // A refusal that was none costs a letter, a consent that was none costs more.
    polarity(flat).map(|is_yes| {
        if is_yes && !is_about_it() {
            YesNo::Unclear
        } else {
            YesNo::of(is_yes)
        }
    })
}

fn asks(rest: &Flat<'_>) -> bool {
    // "Why not?" is spent by now.
    let is_asked = |clause: &str| clause.ends_with(" ? ") && clause.contains(char::is_alphanumeric);
    rest.as_str().split_inclusive(" ? ").any(is_asked) || refusal::asks_in(rest) || WORDINGS.question.are_in_flat(rest)
}

fn tells(rest: &Flat<'_>) -> bool {
    let digits = rest.as_str().bytes().filter(u8::is_ascii_digit).count();
    let is_told = |item: &Item| {
        matches!(
            item,
            Item::Day(_) | Item::Time(_) | Item::VagueTime | Item::Elapsed(_) | Item::Count(_)
        )
    };
    let items = || scan(&Text::new(rest.as_str()), &Asked::Open).items;
    digits >= DIGITS_MIN || items().iter().any(|placed| is_told(&placed.item))
}

/// Whether a clause answers and does nothing else, or ends with the answer: "10/10 yes".
fn is_answer_alone(clause: &Flat<'_>) -> bool {
    let rest = rest(clause);
    let ends = |list: &Phrases| {
        list.ranges(clause)
            .any(|range| range.end == clause.as_str().trim_end().len())
    };
    is_clear(clause) && (words(&rest) <= REST_MAX && !tells(&rest) || ends(&WORDINGS.yes) || ends(&WORDINGS.no))
}

/// Whether a word says yes or no whatever else is said. "I would like" may like anything.
fn is_clear(flat: &Flat<'_>) -> bool {
    let is_said = |wordings: &Phrases| wordings.ranges(flat).any(|range| !is_liking(&flat.as_str()[range]));
    let lists = &*WORDINGS;
    [
        &lists.yes,
        &lists.no,
        &lists.yes_idioms,
        &lists.no_idioms,
        &lists.negated,
    ]
    .into_iter()
    .any(is_said)
}

fn is_liking(wording: &str) -> bool {
    let first = wording.split(' ').next().unwrap_or_default();
    matches!(
        first,
        "i" | "we" | "id" | "wed" | "хочу" | "хотим" | "хочемо" | "quiero" | "quisiera"
    )
}

/// What is left when all that says yes or no is taken away.
fn rest<'t>(flat: &Flat<'t>) -> Flat<'t> {
    let lists = &*WORDINGS;
    [
        &lists.unclear,
        &lists.negated,
        &lists.yes_idioms,
        &lists.no_idioms,
        &lists.yes,
        &lists.no,
        &lists.weak_yes,
        &lists.weak_no,
        &lists.courtesy,
    ]
    .into_iter()
    .fold(flat.clone(), |rest, list| list.blanked(rest))
}

fn words(flat: &Flat<'_>) -> usize {
    let is_word = |word: &&str| word.contains(char::is_alphanumeric);
    flat.as_str().split(' ').filter(is_word).count()
}

/// The clauses of a message that ask nothing, each in the form of a message.
fn clauses(flat: &Flat<'_>) -> impl Iterator<Item = Flat<'static>> {
    let told = without_questions(flat.as_str());
    let split = JOINTS.into_iter().fold(told, |told, joint| told.replace(joint, " , "));
    let clauses: Vec<Flat<'static>> = split
        .split(['.', ',', '?'])
        .map(|clause| Flat::new(format!(" {} ", clause.trim())))
        .collect();
    clauses.into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::YesNo;
    use crate::answer::Asked;

    #[track_caller]
    fn assert_answers(answer: YesNo, messages: &[&str]) {
        for message in messages {
            assert_eq!(read(message, &Asked::Newsletter), answer, "{message}");
        }
    }

    #[test]
    fn what_is_about_something_else_is_no_consent() {
        assert_answers(
            YesNo::Unclear,
            &[
                "please send the menu first",
                "i would like 20 people",
                "i would like vegetarian food please",
                "let's do 7pm",
                "can you do it on friday",
                "correct number is 415 555 0102",
                "ok one more question",
                "great, and what about the price",
                "wait, make it 20 people and sunday instead",
                "quiero una mesa para 12",
                "хочу столик на восьмерых",
                "давайте в семь вечера",
                "добре, а скільки це коштує",
                "ок, запишіть мене на суботу о 19:00",
            ],
        );
    }

    #[test]
    fn nor_is_it_a_refusal() {
        assert_answers(
            YesNo::Unclear,
            &[
                "make it 30 guests",
                "para 30 personas el sabado 28",
                "без свинины на 20 человек",
            ],
        );
    }

    #[test]
    fn an_answer_stands_beside_other_matters() {
        assert_answers(
            YesNo::Yes,
            &[
                "yes, and make it 20 people",
                "sure! can you do 7pm instead?",
                "sí, y somos 12",
                "да, и нас будет восемь",
                "так, а о котрій ви відкриваєтесь?",
                "i would love to hear about new dishes",
                "yes that would be lovely thank you so much",
                "хочу получать новости",
            ],
        );
        assert_answers(
            YesNo::No,
            &[
                "no thanks, but make it 20 people",
                "for sure not",
                "нет, спасибо, а во сколько вы закрываетесь?",
            ],
        );
    }
}
