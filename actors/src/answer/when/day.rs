//! Days as people say them: "tomorrow", "next Friday", "el 5 de mayo", "через тиждень".

use super::Thanksgiving;
use super::clock::{clock_at, is_date_ordinal};
use super::feast::named_day_at;
use super::lexicon::Lex;
use super::line::Line;
use super::month::{is_modal_may, month_at, year_at};
use super::piece::{Number, What};

/// A day as said, before it is looked up in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// Days from today.
    Relative(i32),
    /// Months from today.
    Months(i32),
    /// The next such weekday.
    Weekday(i8),
    /// "next Friday": this week's or next week's.
    NextWeekday(i8),
    /// "a week from Friday".
    WeekdayPlus(i8, i32),
    /// A day of a month; the year when it was said.
    Date { month: u32, day: u32, year: Option<u32> },
    /// "the 5th".
    OfMonth(u32),
    /// "the 5th of next month".
    OfNextMonth(u32),
    /// "3/4": day and month in an order the region decides.
    Numeric { first: u32, second: u32, year: Option<u32> },
    /// "next week": names a day only together with a weekday.
    NextWeek,
    /// "in two weeks", "через неделю": the same weekday, or another one said with it.
    Weeks(i32),
    /// "this week", "in May", "7-8 December": many days.
    Vague,
    /// "this weekend".
    Weekend,
    /// "the first Saturday of December"; -1 is the last one, and the days are counted from there.
    OfWeekday {
        nth: i8,
        weekday: i8,
        month: MonthSaid,
        plus_days: i8,
    },
    /// The holiday of a country, else of the tenant's; and days from it.
    Thanksgiving { of: Option<Thanksgiving>, plus_days: i8 },
    /// "next month": to be asked, but for a day of the month said with it.
    NextMonth,
    /// "Easter", "the end of the month": must be asked, whatever weekday is said with it.
    Unclear,
    /// "last Friday", "yesterday": not when somebody wants to come.
    Past,
}

/// Which month a weekday is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MonthSaid {
    /// January is 1.
    Named(u32),
    /// "of the month": this one, or the next when its day has passed.
    Coming,
    /// "of next month".
    Next,
}

/// The day that starts at `at`, and the place after it.
pub(crate) fn day_at(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    if let Some(found) = named_day_at(line, at) {
        return Some(found);
    }
    match line.what(at)? {
        What::Triple(parts) => triple(parts).map(|day| (day, at + 1)),
        What::Pair { left, right, mark } => pair_at(line, at, left, right, mark),
        What::Number(number) => number_at(line, at, number),
        What::Word(lex) => word_at(line, at, lex),
        _ => None,
    }
}

fn triple([a, b, c]: [Number; 3]) -> Option<Day> {
    if a.digits == 4 {
        return Some(Day::Date {
            year: Some(a.value),
            month: b.value,
            day: c.value,
        });
    }
    let year = if c.digits == 2 { 2000 + c.value } else { c.value };
    Some(numeric(a.value, b.value, Some(year)))
}

fn numeric(first: u32, second: u32, year: Option<u32>) -> Day {
    if first == second || first > 12 {
        Day::Date {
            month: second,
            day: first,
            year,
        }
    } else if second > 12 {
        Day::Date {
            month: first,
            day: second,
            year,
        }
    } else {
        Day::Numeric { first, second, year }
    }
}

fn pair_at(line: &Line<'_>, at: usize, left: Number, right: Number, mark: char) -> Option<(Day, usize)> {
    if matches!(line.lex(at + 1), Lex::Month(_)) {
        return Some((Day::Vague, at + 2));
    }
    let is_day = |value: u32| (1..=31).contains(&value);
    // "13/13" is a date that does not exist.
    if mark == '/'
        && (13..=31).contains(&left.value)
        && (13..=31).contains(&right.value)
        && !is_counted_or_timed(line, at + 1)
    {
        return Some((Day::Unclear, at + 1));
    }
    let is_date = is_day(left.value) && is_day(right.value) && (left.value <= 12 || right.value <= 12);
    // "24/7" is always, not the 24th of July.
    let is_always = mark == '/' && left.value == 24 && right.value == 7 && right.digits == 1;
    if is_always || !is_date || left.digits > 2 || right.digits > 2 || is_counted_or_timed(line, at + 1) {
        return None;
    }
    let found = match mark {
        '/' => numeric(left.value, right.value, None),
        '.' if right.value <= 12 && right.digits == 2 => {
            // "12.05" is a time after "at" and a date elsewhere.
            let preposition = line.lex(line.back(at, &[Lex::The, Lex::About]));
            let is_time = left.value <= 24
                && (matches!(preposition, Lex::At | Lex::InV | Lex::Las | Lex::Until | Lex::After)
                    || line.lex(line.before(at)) == Lex::About);
            if is_time {
                return None;
            }
            Day::Date {
                month: right.value,
                day: left.value,
                year: None,
            }
        }
        '-' if left.digits == 2
            && right.digits == 2
            && right.value <= 12
            && left.value > 12
            && (left.value > 24 || line.lex(line.before(at)) == Lex::On) =>
        {
            Day::Date {
                month: right.value,
                day: left.value,
                year: None,
            }
        }
        _ => return None,
    };
    Some((found, at + 1))
}

pub(super) fn is_counted_or_timed(line: &Line<'_>, at: usize) -> bool {
    matches!(
        line.lex(at),
        Lex::People | Lex::Child | Lex::Am | Lex::Pm | Lex::OClock | Lex::Money
    )
}

fn number_at(line: &Line<'_>, at: usize, number: Number) -> Option<(Day, usize)> {
    if number.is_collective || number.value == 0 || number.digits > 2 {
        return None;
    }
    // "a week from", "2 weeks from Friday"
    if line.lex(at + 1) == Lex::Week
        && let Some(found) = weeks_from(line, at + 2, i32::try_from(number.value).ok()?)
    {
        return Some(found);
    }
    if number.value > 99 {
        return None;
    }
    // "4 или 5 декабря"
    if line.lex(at + 1) == Lex::Or
        && line.number(at + 2).is_some_and(|other| other.value <= 31)
        && matches!(line.lex(at + 3), Lex::Month(_))
    {
        return Some((Day::Vague, at + 4));
    }
    let after = line.skip(at + 1, &[Lex::The, Lex::DateNoun]);
    if let Lex::Month(month) = line.lex(after)
        && !is_modal_may(line, after)
    {
        let (year, end) = year_at(line, after + 1);
        return Some((
            Day::Date {
                month: u32::from(month.unsigned_abs()),
                day: number.value,
                year,
            },
            end,
        ));
    }
    if number.value > 31 {
        return None;
    }
    if after < line.len() && line.lex(after) == Lex::Next && line.lex(after + 1) == Lex::MonthUnit {
        return Some((Day::OfNextMonth(number.value), after + 2));
    }
    if line.lex(at + 1) == Lex::DateNoun {
        return Some((Day::OfMonth(number.value), at + 2));
    }
    let is_date = is_date_ordinal(line.word(at), number) && stands_as_date(line, at, number);
    let before = line.before(at);
    let after_article = number.digits > 0
        && number.value <= 31
        && !number.is_ordinal
        && (line.is_word(before, &["el", "числа"])
            || line.is_word(before, &["dia"]) && !line.is_word(before, &["dias"]))
        && !super::clock::is_counted(line, at + 1);
    if is_date || after_article || is_weekday_then_date(line, at, number) {
        return Some((Day::OfMonth(number.value), at + 1));
    }
    None
}

/// "viernes 13", "Friday 24": a number that cannot be an hour, or follows a Spanish weekday without an article of hours.
fn is_weekday_then_date(line: &Line<'_>, at: usize, number: Number) -> bool {
    let before = line.before(at);
    // "el viernes dieciocho a las nueve", but "friday nineteen thirty"
    let is_day_in_words = number.value > 12
        && line.number(at + 1).is_none()
        && line.lex(at + 1) != Lex::Hour
        && has_certain_clock_after(line, at + 1);
    matches!(line.lex(before), Lex::Weekday(_))
        && (number.digits > 0 || is_day_in_words)
        && !number.has_zero
        && number.value <= 31
        && clock_at(line, at).is_none_or(|(clock, _)| !clock.is_certain)
        && !super::clock::is_counted(line, at + 1)
        && (number.value > 12 || has_certain_clock_after(line, at + 1))
}

fn has_certain_clock_after(line: &Line<'_>, from: usize) -> bool {
    (from..line.len()).any(|at| {
        let after_preposition = matches!(line.lex(line.before(at)), Lex::At | Lex::Las | Lex::InV);
        clock_at(line, at).is_some_and(|(clock, _)| clock.is_certain || after_preposition)
    })
}

/// Whether an ordinal stands where a date does, and not as "the second option" or "5th Avenue".
fn stands_as_date(line: &Line<'_>, at: usize, number: Number) -> bool {
    let next = at + 1;
    if line.lex(next) == Lex::Street || matches!(line.lex(next), Lex::People | Lex::Table | Lex::Label | Lex::Hour) {
        return false;
    }
    if number.digits > 0 {
        return line.lex(next) != Lex::Other
            || line.what(next).is_none_or(|what| !matches!(what, What::Word(_)))
            || number.value > 12
            || !line.word(next).is_ascii();
    }
    if line.word(at).starts_with(crate::answer::text::is_cyrillic) {
        let is_noun_phrase = line.lex(next) == Lex::Other && matches!(line.what(next), Some(What::Word(_)));
        return !is_noun_phrase;
    }
    // English "on the fifth", "the fifth at seven".
    let is_noun_phrase = matches!(line.what(next), Some(What::Word(Lex::Other)));
    line.lex(line.before(at)) == Lex::The
        && matches!(
            line.lex(line.back(at, &[Lex::The])),
            Lex::On | Lex::For | Lex::Weekday(_)
        )
        && !is_noun_phrase
}

fn word_at(line: &Line<'_>, at: usize, lex: Lex) -> Option<(Day, usize)> {
    match lex {
        Lex::Day(-1) => Some((Day::Past, at + 1)),
        Lex::Day(days) => Some(relative(line, at, i32::from(days))),
        Lex::Tonight => Some((Day::Relative(0), at + 1)),
        Lex::Manana => manana(line, at),
        Lex::Weekday(_) if is_every_week(line, at) => None,
        Lex::Weekday(weekday) => Some(weekday_at(line, at, weekday)),
        Lex::Month(month) => month_at(line, at, month),
        Lex::Next | Lex::Coming | Lex::This | Lex::Last => modified(line, at, lex),
        Lex::Weekend => Some((Day::Weekend, at + 1)),
        Lex::Week => week_at(line, at),
        Lex::The if line.lex(at + 1) == Lex::Week => weeks_from(line, at + 2, 1),
        Lex::DateNoun if line.number(at + 1).is_some_and(|number| number.value <= 31) => {
            Some((Day::OfMonth(line.number(at + 1)?.value), at + 2))
        }
        Lex::MonthUnit if is_que_viene(line, at + 1) => Some((Day::NextMonth, at + 3)),
        Lex::DayUnit if line.is_word(at + 1, &["after"]) && line.lex(at + 2) == Lex::Day(1) => {
            Some((Day::Relative(2), at + 3))
        }
        Lex::Other if line.is_word(at, &["fin"]) && line.lex(at + 2) == Lex::Week => Some((Day::Weekend, at + 3)),
        Lex::Other if line.is_word(at, &["fortnight"]) => {
            Some(weeks_from(line, at + 1, 2).unwrap_or((Day::Weeks(2), at + 1)))
        }
        // "на той неделе": the next one, or the last.
        _ if line.is_word(at, &["той", "том"]) && matches!(line.lex(at + 1), Lex::Week | Lex::MonthUnit) => {
            Some((Day::Unclear, at + 2))
        }
        Lex::Other if line.is_word(at, &["same", "mismo"]) => same_day_next_week(line, at),
        _ => None,
    }
}

/// "tomorrow", "tomorrow week", "mañana pasado"; "the day after tomorrow" is read from its start.
fn relative(line: &Line<'_>, at: usize, days: i32) -> (Day, usize) {
    // "de hoy en ocho": the Spanish week counts both its ends.
    if line.is_word(at, &["hoy"]) && line.is_word(at + 1, &["en"]) {
        match line.number(at + 2).map(|number| number.value) {
            Some(8) => return (Day::Relative(7), at + 3),
            Some(15) => return (Day::Relative(14), at + 3),
            _ => {}
        }
    }
    if line.lex(at + 1) == Lex::Week && days >= 0 {
        return (Day::Relative(days + 7), at + 2);
    }
    (Day::Relative(days), at + 1)
}

fn manana(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    let before = line.before(at);
    if line.is_word(before, &["la", "esta"]) {
        return None;
    }
    Some((Day::Relative(1), at + 1))
}

fn weekday_at(line: &Line<'_>, at: usize, weekday: i8) -> (Day, usize) {
    let next = at + 1;
    // "el viernes en ocho", "en quince": one or two weeks after the next one.
    if line.is_word(next, &["en"])
        && let Some(number) = line.number(next + 1)
        && matches!(number.value, 8 | 15)
        && line.lex(next + 2) != Lex::DayUnit
    {
        return (
            Day::WeekdayPlus(weekday, if number.value == 8 { 1 } else { 2 }),
            next + 2,
        );
    }
    if line.lex(next) == Lex::Week && !line.has_mark_between(at, next) {
        return (Day::WeekdayPlus(weekday, 1), next + 1);
    }
    if line.lex(next) == Lex::After && line.lex(next + 1) == Lex::Next {
        return (Day::Unclear, next + 2);
    }
    if line.lex(next) == Lex::Next && !matches!(line.lex(next + 1), Lex::Week | Lex::Weekday(_) | Lex::MonthUnit) {
        return (Day::NextWeekday(weekday), next + 1);
    }
    if is_que_viene(line, next) {
        return (Day::NextWeekday(weekday), next + 2);
    }
    if line.lex(next) == Lex::Last && line.is_word(next, &["pasado"]) {
        return (Day::Past, next + 1);
    }
    (Day::Weekday(weekday), next)
}

/// "open on sundays", "los domingos", "по воскресеньям": no day of its own.
fn is_every_week(line: &Line<'_>, at: usize) -> bool {
    let before = line.before(at);
    match line.word(before) {
        "on" => line.word(at).ends_with("days"),
        "los" => true,
        "по" => line.word(at).ends_with('м') || line.word(at).ends_with('х'),
        _ => false,
    }
}

fn is_que_viene(line: &Line<'_>, at: usize) -> bool {
    line.is_word(at, &["que"]) && line.is_word(at + 1, &["viene"])
}

/// "next Friday", "this weekend", "la próxima semana", "в следующем месяце".
fn modified(line: &Line<'_>, at: usize, lex: Lex) -> Option<(Day, usize)> {
    if lex == Lex::Last && line.lex(at + 1) == Lex::Manana {
        return Some((Day::Relative(2), at + 2));
    }
    let noun = line.skip(at + 1, &[Lex::Coming]);
    let found = match (lex, line.lex(noun)) {
        (Lex::Last, Lex::Weekday(_) | Lex::Week | Lex::Weekend | Lex::MonthUnit | Lex::Part(_)) => Day::Past,
        (Lex::Next, Lex::Weekday(weekday)) => Day::NextWeekday(weekday),
        (_, Lex::Weekday(weekday)) => Day::Weekday(weekday),
        (_, Lex::Weekend) => Day::Weekend,
        (Lex::Next, Lex::Week) => Day::NextWeek,
        (_, Lex::Week) => Day::Vague,
        (Lex::Next, Lex::MonthUnit) => Day::NextMonth,
        (_, Lex::MonthUnit | Lex::Month(_)) if line.number(noun + 1).is_none_or(|day| day.value > 31) => Day::Vague,
        (Lex::This, Lex::Part(_)) => return Some((Day::Relative(0), noun)),
        (Lex::This, Lex::Manana) => return Some((Day::Relative(0), noun)),
        (Lex::Next, Lex::DayUnit) => Day::Relative(1),
        _ => return None,
    };
    Some((found, noun + 1))
}

/// "la semana que viene", "week of the 5th".
fn week_at(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    if is_que_viene(line, at + 1) {
        return Some((Day::NextWeek, at + 3));
    }
    if line.lex(at + 1) == Lex::Next || line.is_word(at + 1, &["entrante"]) {
        return Some((Day::NextWeek, at + 2));
    }
    None
}

/// After "a week", "two weeks": "from Friday", "from today", "on Friday".
fn weeks_from(line: &Line<'_>, at: usize, weeks: i32) -> Option<(Day, usize)> {
    if !matches!(line.lex(at), Lex::From | Lex::On) {
        return None;
    }
    if line.is_word(at + 1, &["now"]) {
        return Some((Day::Weeks(weeks), at + 2));
    }
    let (day, end) = day_at(line, at + 1)?;
    match day {
        Day::Relative(days) => Some((Day::Relative(days + 7 * weeks), end)),
        Day::Weekday(weekday) => Some((Day::WeekdayPlus(weekday, weeks), end)),
        _ => None,
    }
}

/// "same day next week", "el mismo día de la próxima semana".
fn same_day_next_week(line: &Line<'_>, at: usize) -> Option<(Day, usize)> {
    let next = line.skip(at + 2, &[Lex::The]);
    let is_next_week =
        line.lex(at + 1) == Lex::DayUnit && line.lex(next) == Lex::Next && line.lex(next + 1) == Lex::Week;
    is_next_week.then_some((Day::Relative(7), next + 2))
}
