//! Months and years beside the day: "december 5", "dec 4 or 5", "in May".

use super::day::{Day, is_counted_or_timed};
use super::lexicon::Lex;
use super::line::Line;
use super::piece::What;

/// The day of a month named at `at`, or the month alone.
pub(super) fn month_at(line: &Line<'_>, at: usize, month: i8) -> Option<(Day, usize)> {
    let month_number = u32::from(month.unsigned_abs());
    let day_at = line.skip(at + 1, &[Lex::The]);
    if let Some(day) = line.number(day_at)
        && day.value <= 31
        && day.digits <= 2
        && day.value > 0
        && !day.is_collective
        && !is_time_of_month(line, at, day_at)
    {
        // "dec 4 or 5"
        let is_choice = line.lex(day_at + 1) == Lex::Or
            && line
                .number(day_at + 2)
                .is_some_and(|other| other.value > day.value && other.value <= 31)
            && !is_counted_or_timed(line, day_at + 3);
        if is_choice {
            return Some((Day::Vague, day_at + 3));
        }
        let (year, end) = year_at(line, day_at + 1);
        return Some((
            Day::Date {
                month: month_number,
                day: day.value,
                year,
            },
            end,
        ));
    }
    let is_named = matches!(
        line.lex(line.before(at)),
        Lex::InElapsed | Lex::InV | Lex::For | Lex::Na | Lex::Next | Lex::This | Lex::About
    ) || line.is_word(line.before(at), &["por", "sometime"])
        || is_month_alone(line, at);
    (is_named && !is_modal_may(line, at)).then_some((Day::Vague, at + 1))
}

/// "december", "декабрь": a month that says nothing else; not what is as often a name or a verb.
fn is_month_alone(line: &Line<'_>, at: usize) -> bool {
    let is_long = line.word(at).chars().count() > 5;
    let is_name = line.is_word(at, &["august", "agosto"]);
    let ends = |at: usize| !matches!(line.what(at), Some(What::Word(_) | What::Number(_) | What::Foreign));
    is_long && !is_name && ends(line.before(at)) && ends(at + 1)
}

/// "in May 7 people": the number belongs to what follows it.
fn is_time_of_month(line: &Line<'_>, month_at: usize, day_at: usize) -> bool {
    let is_modal = line.word(month_at) == "may" && day_at != month_at + 1;
    is_modal || super::clock::is_counted(line, day_at + 1)
}

/// English "may" between a pronoun and a verb is not the month.
pub(super) fn is_modal_may(line: &Line<'_>, at: usize) -> bool {
    line.word(at) == "may"
        && line.is_word(
            at + 1,
            &["i", "we", "you", "be", "need", "have", "come", "change", "not", "also"],
        )
}

pub(super) fn year_at(line: &Line<'_>, at: usize) -> (Option<u32>, usize) {
    let year_at = if matches!(line.what(at), Some(What::Comma)) || matches!(line.lex(at), Lex::The) {
        at + 1
    } else {
        at
    };
    match line.number(year_at) {
        Some(year)
            if (1900..2200).contains(&year.value)
                && (year.digits == 4 || year.digits == 0)
                && !is_clock_year(line, year_at) =>
        {
            (Some(year.value), line.skip(year_at + 1, &[Lex::Year]))
        }
        _ => (None, at),
    }
}

/// "May 5 1930": half past seven, not 96 years ago; a year stands alone or before a comma.
fn is_clock_year(line: &Line<'_>, at: usize) -> bool {
    line.number(at)
        .is_some_and(|year| year.value < 2000 && year.value % 100 < 60 && year.digits == 4)
        || matches!(line.lex(at + 1), Lex::Hour | Lex::OClock | Lex::Am | Lex::Pm)
}
