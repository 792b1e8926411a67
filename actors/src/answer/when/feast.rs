//! Days that are known by a name: feasts, "the first Saturday of December", "the end of the month".

use super::day::{Day, MonthSaid};
use super::lexicon::Lex;
use super::line::Line;

/// The day named at `at`, and the place after it.
pub(super) fn named_day_at(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    weekday_of_month(line, at)
        .or_else(|| part_of_period(line, at))
        .or_else(|| fixed_feast(line, at))
        .or_else(|| thanksgiving(line, at))
        .or_else(|| movable_feast(line, at))
}

/// "the first Saturday of December", "el último viernes del mes", "в первую субботу декабря".
fn weekday_of_month(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    let is_last = line.lex(at) == Lex::Last || is_stem(line.word(at), &["ultim", "последн", "останн"]);
    let nth = match line.number(at) {
        _ if is_last => -1,
        Some(number) if number.is_ordinal => i8::try_from(number.value).ok().filter(|nth| (1..=5).contains(nth))?,
        // Ukrainian "другу" is "second" only before such a weekday.
        _ if is_stem(line.word(at), &["друг"]) => 2,
        _ => return None,
    };
    let Lex::Weekday(weekday) = line.lex(at + 1) else {
        return None;
    };
    let month_at = line.skip(at + 2, &[Lex::The, Lex::InElapsed, Lex::InV]);
    let (month, end) = match line.lex(month_at) {
        Lex::Month(month) => (MonthSaid::Named(u32::from(month.unsigned_abs())), month_at + 1),
        Lex::MonthUnit if month_at > at + 2 || is_last => (MonthSaid::Coming, month_at + 1),
        Lex::Next if line.lex(month_at + 1) == Lex::MonthUnit => (MonthSaid::Next, month_at + 2),
        _ => return None,
    };
    let day = Day::OfWeekday {
        nth,
        weekday,
        month,
        plus_days: 0,
    };
    Some((day, end))
}

/// "the end of the month", "mid December", "a finales de mes", "в начале декабря".
fn part_of_period(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    const PARTS: [&str; 26] = [
        "end",
        "beginning",
        "start",
        "middle",
        "mid",
        "late",
        "early",
        "fin",
        "final",
        "finales",
        "fines",
        "principios",
        "mediados",
        "inicios",
        "comienzos",
        "конце",
        "конец",
        "концу",
        "начале",
        "началу",
        "середине",
        "кінці",
        "кінець",
        "наприкінці",
        "початку",
        "середині",
    ];
    if !line.is_word(at, &PARTS) {
        return None;
    }
    let period = line.skip(at + 1, &[Lex::The, Lex::This, Lex::Next]);
    let is_period = match line.lex(period) {
        Lex::MonthUnit | Lex::Month(_) | Lex::Year => true,
        // "fin de semana" is the weekend.
        Lex::Week => line.word(at) != "fin",
        _ => false,
    };
    is_period.then_some((Day::Unclear, period + 1))
}

/// Feasts with a fixed date that people book tables for.
fn fixed_feast(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    let date = |month, day| Day::Date { month, day, year: None };
    let after_day = |end: usize| end + usize::from(line.lex(end) == Lex::DayUnit);
    let is_eve = line.is_word(at + 1, &["eve"]);
    Some(match line.word(at) {
        "christmas" | "xmas" if is_eve => (date(12, 24), at + 2),
        "christmas" | "xmas" => (date(12, 25), after_day(at + 1)),
        "new" if line.is_word(at + 1, &["years", "year"]) => match line.word(at + 2) {
            "eve" => (date(12, 31), at + 3),
            "day" => (date(1, 1), at + 3),
            _ => (Day::Unclear, at + 2),
        },
        "nye" | "nochevieja" => (date(12, 31), at + 1),
        "fin" if line.is_word(at + 1, &["de"]) && line.is_word(at + 2, &["ano"]) => (date(12, 31), at + 3),
        "ano" if line.is_word(at + 1, &["nuevo"]) => (date(1, 1), at + 2),
        "nochebuena" => (date(12, 24), at + 1),
        "navidad" => (date(12, 25), at + 1),
        "valentines" | "valentine" => (date(2, 14), after_day(at + 1)),
        "valentin" if line.is_word(line.before(at), &["san"]) => (date(2, 14), at + 1),
        "святого" if is_stem(line.word(at + 1), &["валентин"]) => (date(2, 14), at + 2),
        "halloween" => (date(10, 31), at + 1),
        _ => return None,
    })
}

/// The fourth Thursday of November, the evening before and the Friday after.
fn thanksgiving(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    // "the Thursday after Thanksgiving" is some other day.
    let is_of_other = matches!(line.lex(line.before(at)), Lex::After | Lex::Before);
    if is_of_other && line.is_word(at, &["thanksgiving"]) {
        return Some((Day::Unclear, at + 1));
    }
    let (plus_days, end) = match line.word(at) {
        "thanksgiving" | "turkey" if line.is_word(at + 1, &["eve"]) => (-1, at + 2),
        "thanksgiving" => (0, at + 1 + usize::from(line.lex(at + 1) == Lex::DayUnit)),
        "turkey" if line.lex(at + 1) == Lex::DayUnit => (0, at + 2),
        "accion" if line.is_word(at + 2, &["gracias"]) => (0, at + 3),
        "black" if line.lex(at + 1) == Lex::Weekday(5) => (1, at + 2),
        "day" if line.is_word(at + 2, &["thanksgiving"]) => match line.word(at + 1) {
            "after" => (1, at + 3),
            "before" => (-1, at + 3),
            _ => return None,
        },
        _ => return None,
    };
    let day = Day::OfWeekday {
        nth: 4,
        weekday: 4,
        month: MonthSaid::Named(11),
        plus_days,
    };
    Some((day, end))
}

/// Feasts whose date differs by year, country or church: asked, never guessed.
fn movable_feast(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    let word = line.word(at);
    let is_before_day = line.lex(at + 1) == Lex::DayUnit;
    let end = match word {
        "easter" | "pascua" | "pascuas" | "passover" | "hanukkah" | "chanukah" | "ramadan" | "diwali" | "carnaval"
        | "великдень" | "великодня" => at + 1,
        "mothers" | "mother" | "fathers" | "father" | "labor" | "labour" | "memorial" | "presidents"
            if is_before_day =>
        {
            at + 2
        }
        "good" if line.lex(at + 1) == Lex::Weekday(5) => at + 2,
        "super" if line.is_word(at + 1, &["bowl"]) => at + 2,
        "semana" if line.is_word(at + 1, &["santa"]) => at + 2,
        "dia" if is_parents(line.word(line.skip(at + 1, &[Lex::The, Lex::Las]))) => {
            line.skip(at + 1, &[Lex::The, Lex::Las]) + 1
        }
        _ if is_stem(word, &["пасх", "рождеств", "різдв"]) => at + 1,
        _ if is_stem(word, &["новый", "нового", "новий", "новому", "новом"])
            && is_stem(line.word(at + 1), &["год", "рік", "рок"]) =>
        {
            at + 2
        }
        _ => return None,
    };
    Some((Day::Unclear, end))
}

fn is_parents(word: &str) -> bool {
    matches!(word, "madre" | "madres" | "padre" | "padres")
}

fn is_stem(word: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| word.starts_with(stem))
}
