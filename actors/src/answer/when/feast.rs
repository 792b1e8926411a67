//! Days that are known by a name: feasts, "the first Saturday of December", "the end of the month".

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::date;

use super::Thanksgiving;
use super::day::{Day, MonthSaid};
use super::lexicon::Lex;
use super::line::Line;
use super::piece::What;
use crate::answer::text::WordMap;

/// The day named at `at`, and the place after it.
pub(super) fn named_day_at(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    weekday_of_month(line, at)
        .or_else(|| fixed_feast(line, at))
        .or_else(|| part_of_period(line, at))
        .or_else(|| counted_period(line, at))
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

/// "the first week of December", "two Fridays from now": many days, or one that is to be asked.
fn counted_period(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    let number = line.number(at)?;
    if !number.is_ordinal {
        let is_weekdays = matches!(line.lex(at + 1), Lex::Weekday(_)) && line.word(at + 1).ends_with("days");
        return is_weekdays.then_some((Day::Unclear, at + 2));
    }
    let month = line.skip(at + 2, &[Lex::The]);
    let is_period = line.lex(at + 1) == Lex::Week && matches!(line.lex(month), Lex::Month(_) | Lex::MonthUnit);
    is_period.then_some((Day::Unclear, month + 1))
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

/// Names of feasts with a fixed date, by their first word.
static FIXED: LazyLock<WordMap<&'static str, Vec<Feast>>> = LazyLock::new(|| {
    let mut feasts: WordMap<&str, Vec<Feast>> = WordMap::default();
    let lines = include_str!("feasts.txt").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let (date, names) = line.split_once(": ").expect("a line has its date");
        let (month, day) = date.split_once('-').expect("a date has its month");
        for name in names.split(", ") {
            let mut words = name.split(' ');
            let first = words.next().expect("a name has a word");
            let feast = Feast {
                rest: words.collect(),
                month: month.parse().expect("a month is a number"),
                day: day.parse().expect("a day is a number"),
            };
            feasts.entry(first).or_default().push(feast);
        }
    }
    for known in feasts.values_mut() {
        known.sort_by_key(|feast| std::cmp::Reverse(feast.rest.len()));
    }
    feasts
});

/// A feast with a fixed date.
#[derive(Debug)]
struct Feast {
    /// The words of its name after the first.
    rest: Vec<&'static str>,
    month: i8,
    day: i8,
}

/// Feasts with a fixed date that people book tables for, and the days around them.
fn fixed_feast(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    // "The day after Christmas", "the day before New Year's Eve".
    if line.lex(at) == Lex::DayUnit && matches!(line.lex(at + 1), Lex::After | Lex::Before) {
        let (feast, end) = feast_at(line, line.skip(at + 2, &[Lex::The]))?;
        let by = if line.lex(at + 1) == Lex::After { 1 } else { -1 };
        return Some((feast.shifted(by), end));
    }
    // "A fin de año" is some day late in the year.
    if line.is_word(at, &["fin"]) && line.is_word(line.before(at), &["a"]) {
        return None;
    }
    // "bill nye" is a name: the short form follows no word of another kind.
    let is_after_word = matches!(line.what(line.before(at)), Some(What::Word(Lex::Other)));
    if is_after_word && line.is_word(at, &["nye"]) {
        return None;
    }
    let (feast, end) = feast_at(line, at)?;
    Some((feast.shifted(0), end))
}

fn feast_at(line: &Line<'_>, at: usize) -> Option<(&'static Feast, usize)> {
    let fits = |feast: &&Feast| (at + 1..).zip(&feast.rest).all(|(at, word)| line.word(at) == *word);
    let feast = FIXED.get(line.word(at))?.iter().find(fits)?;
    Some((feast, at + 1 + feast.rest.len()))
}

impl Feast {
    /// The day so many days after it; in a leap year, so that none is lost.
    fn shifted(&self, days: i8) -> Day {
        let day = date(2024, self.month, self.day) + days.days();
        Day::Date {
            month: u32::from(day.month().unsigned_abs()),
            day: u32::from(day.day().unsigned_abs()),
            year: None,
        }
    }
}

/// Thanksgiving, the evening before and the Friday after.
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
        // Kept by Canadian shops too, and after the American holiday there.
        "black" if line.lex(at + 1) == Lex::Weekday(5) => {
            let of = Some(Thanksgiving::American);
            return Some((Day::Thanksgiving { of, plus_days: 1 }, at + 2));
        }
        "day" if line.is_word(at + 2, &["thanksgiving"]) => match line.word(at + 1) {
            "after" => (1, at + 3),
            "before" => (-1, at + 3),
            _ => return None,
        },
        "canadian" | "american" | "us" if line.is_word(at + 1, &["thanksgiving"]) => {
            (0, at + 2 + usize::from(line.lex(at + 2) == Lex::DayUnit))
        }
        _ => return None,
    };
    let is_canadian = line.is_word(at, &["canadian"])
        || line.is_word(end, &["canadiense", "canada"])
        || line.is_word(end, &["in", "en"]) && line.is_word(end + 1, &["canada"]);
    let of = match line.word(at) {
        _ if is_canadian => Some(Thanksgiving::Canadian),
        "american" | "us" => Some(Thanksgiving::American),
        _ => None,
    };
    Some((Day::Thanksgiving { of, plus_days }, end))
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
        "new" if line.is_word(at + 1, &["years", "year"]) => at + 2,
        "super" if line.is_word(at + 1, &["bowl"]) => at + 2,
        "semana" if line.is_word(at + 1, &["santa"]) => at + 2,
        "dia" if is_parents(line.word(line.skip(at + 1, &[Lex::The, Lex::Las]))) => {
            line.skip(at + 1, &[Lex::The, Lex::Las]) + 1
        }
        _ if is_stem(word, &["пасх", "рождеств", "різдв", "сочельник", "святвеч"]) => {
            at + 1
        }
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
