//! From what was said to the calendar.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, ToSpan};

use super::clock::Clock;
use super::day::{Day, MonthSaid};
use super::lexicon::Part;
use super::scan::{Item, Placed};
use super::{Context, DateOrder, When};

/// What a message says about when, corrections applied.
#[derive(Debug, Default)]
struct Said {
    days: Vec<Day>,
    times: Vec<Clock>,
    parts: Vec<Part>,
    elapsed: Option<i64>,
    is_vague_time: bool,
    is_sometime: bool,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Certain {
    date: Date,
    /// Today's date for a bare weekday or day of the month: with a time that has passed it is the next one.
    next: Option<Date>,
}

/// What is known about the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    Certain(Certain),
    Ambiguous,
}

/// Looks up what was said in the calendar.
pub(crate) fn resolve(items: &[Placed], context: &Context<'_>) -> When {
    let said = said(items);
    if let Some(minutes) = said.elapsed {
        return elapsed(minutes, context);
    }
    let known = day_of(&said, context);
    let is_vague = said.is_vague_time || said.times.len() > 1;
    match (known, said.times.first()) {
        (Known::Ambiguous, _) => When {
            ambiguous: true,
            ..When::default()
        },
        (Known::Certain(day), _) if is_vague => When {
            date_only: Some(day.date),
            ambiguous: true,
            ..When::default()
        },
        (_, _) if is_vague => When {
            ambiguous: true,
            ..When::default()
        },
        (Known::Certain(day), Some(clock)) => on_day(day, *clock, &said, context),
        (Known::Nothing, Some(clock)) => next_time(*clock, &said, context),
        (Known::Certain(day), None) => When {
            date_only: Some(day.date),
            ..When::default()
        },
        (Known::Nothing, None) => When {
            ambiguous: !said.parts.is_empty() || said.is_sometime,
            ..When::default()
        },
    }
}

/// Collects the items; after a correction the later one of a kind replaces the earlier ones.
fn said(items: &[Placed]) -> Said {
    let mut said = Said::default();
    let (mut fixes_day, mut fixes_time) = (false, false);
    let mut is_move = false;
    let mut is_choice = false;
    let mut is_past = false;
    for placed in items {
        // "yesterday at 7" tells what was, not what shall be.
        if std::mem::take(&mut is_past) && matches!(placed.item, Item::Time(_)) {
            continue;
        }
        match placed.item {
            Item::Fix => (fixes_day, fixes_time) = (true, true),
            Item::Move => is_move = true,
            Item::Or => is_choice = true,
            Item::Day(Day::Past) => is_past = true,
            Item::Day(day) => {
                if std::mem::take(&mut fixes_day) || (is_move && !merges(&said.days, day)) {
                    said.days.clear();
                    said.parts.clear();
                }
                said.days.push(day);
            }
            Item::Time(clock) => {
                if std::mem::take(&mut fixes_time) || (is_move && !is_choice) {
                    said.times.clear();
                    said.is_vague_time = false;
                }
                let is_same = said.times.iter().any(|known| is_same_time(known, &clock));
                if !is_same {
                    said.times.push(clock);
                }
            }
            Item::VagueTime => {
                if std::mem::take(&mut fixes_time) {
                    said.times.clear();
                }
                said.is_vague_time = true;
            }
            Item::Part(part) => said.parts.push(part),
            Item::Elapsed(minutes) => said.elapsed = Some(minutes),
            Item::Sometime => said.is_sometime = true,
            Item::Count(_) | Item::Open(_) | Item::Not => {}
        }
    }
    // "Easter brunch on April 5": the date answers what the feast leaves open.
    if said
        .days
        .iter()
        .any(|day| matches!(day, Day::Date { .. } | Day::Numeric { .. }))
    {
        said.days.retain(|day| *day != Day::Unclear);
    }
    in_next_month(&mut said.days);
    said
}

/// "next month on the 5th" is one day.
fn in_next_month(days: &mut Vec<Day>) {
    if !days.contains(&Day::NextMonth) {
        return;
    }
    let of_month = days.iter_mut().find_map(|day| match *day {
        Day::OfMonth(number) => Some((day, number)),
        _ => None,
    });
    if let Some((day, number)) = of_month {
        *day = Day::OfNextMonth(number);
        days.retain(|day| *day != Day::NextMonth);
    }
}

fn is_same_time(known: &Clock, said: &Clock) -> bool {
    known.hour % 12 == said.hour % 12
        && known.minute == said.minute
        && (known.part.is_none() || said.part.is_none() || known.part == said.part)
}

/// Whether a day adds to the days before it instead of replacing them: "Friday" and "the 5th".
fn merges(days: &[Day], day: Day) -> bool {
    let is_weekday = |day: &Day| matches!(day, Day::Weekday(_));
    days.is_empty() || days.iter().any(is_weekday) != is_weekday(&day)
}

fn elapsed(minutes: i64, context: &Context<'_>) -> When {
    let later = context
        .now
        .to_zoned(context.zone.clone())
        .and_then(|now| now.checked_add(minutes.minutes()))
        .map(|then| then.datetime());
    match later {
        Ok(then) if then >= context.now => When {
            datetime: Some(whole_minute(then)),
            ..When::default()
        },
        _ => When {
            ambiguous: true,
            ..When::default()
        },
    }
}

fn whole_minute(moment: DateTime) -> DateTime {
    moment.date().at(moment.hour(), moment.minute(), 0, 0)
}

/// The day all that was said about the day agrees on.
fn day_of(said: &Said, context: &Context<'_>) -> Known {
    let today = context.now.date();
    let weekday = said.days.iter().rev().find_map(|day| match day {
        Day::Weekday(weekday) => Some(*weekday),
        _ => None,
    });
    let weekdays = said.days.iter().filter(|day| matches!(day, Day::Weekday(_))).count();
    let others: Vec<Day> = said
        .days
        .iter()
        .copied()
        .filter(|day| !matches!(day, Day::Weekday(_)))
        .collect();
    let same_weekday = weekdays <= 1
        || said
            .days
            .iter()
            .filter(|day| matches!(day, Day::Weekday(_)))
            .all(|day| Some(*day) == weekday.map(Day::Weekday));
    if !same_weekday {
        return Known::Ambiguous;
    }
    match (weekday, others.as_slice()) {
        (None, []) => Known::Nothing,
        (Some(weekday), []) => bare_weekday(weekday, today),
        (Some(weekday), [Day::NextWeek]) => week_day(today, 1, weekday),
        (Some(weekday), [Day::Weeks(weeks)]) => week_day(today, *weeks, weekday),
        (Some(weekday), [Day::Vague | Day::Weekend]) => bare_weekday(weekday, today),
        (weekday, [first, rest @ ..]) => {
            let known = date_of(*first, context);
            let agree = rest.iter().all(|day| same_date(date_of(*day, context), known));
            match known {
                Known::Certain(day)
                    if agree && weekday.is_none_or(|weekday| number_of(day.date.weekday()) == weekday) =>
                {
                    known
                }
                Known::Certain(_) | Known::Ambiguous => Known::Ambiguous,
                Known::Nothing => Known::Nothing,
            }
        }
    }
}

fn same_date(one: Known, other: Known) -> bool {
    match (one, other) {
        (Known::Certain(one), Known::Certain(other)) => one.date == other.date,
        _ => false,
    }
}

fn certain(date: Option<Date>) -> Known {
    date.map_or(Known::Ambiguous, |date| Known::Certain(Certain { date, next: None }))
}

fn plus(date: Date, span: Span) -> Option<Date> {
    date.checked_add(span).ok()
}

fn number_of(weekday: Weekday) -> i8 {
    weekday.to_monday_one_offset()
}

/// The next such weekday; today's counts while the time is still ahead.
fn bare_weekday(weekday: i8, today: Date) -> Known {
    let ahead = (weekday - number_of(today.weekday())).rem_euclid(7);
    let Some(date) = plus(today, i32::from(ahead).days()) else {
        return Known::Ambiguous;
    };
    let next = if ahead == 0 { plus(today, 7.days()) } else { None };
    Known::Certain(Certain { date, next })
}

/// A weekday of the calendar week `weeks` after this one.
fn week_day(today: Date, weeks: i32, weekday: i8) -> Known {
    let days = weeks * 7 + i32::from(weekday - number_of(today.weekday()));
    certain(plus(today, days.days()).filter(|date| *date >= today))
}

fn date_of(day: Day, context: &Context<'_>) -> Known {
    let today = context.now.date();
    match day {
        Day::Relative(days) => certain(plus(today, days.days())),
        Day::Months(months) => certain(plus(today, months.months())),
        Day::Weeks(weeks) => certain(plus(today, weeks.weeks())),
        Day::Weekday(weekday) => bare_weekday(weekday, today),
        Day::NextWeekday(weekday) => next_weekday(weekday, today),
        Day::WeekdayPlus(weekday, weeks) => match bare_weekday(weekday, today) {
            Known::Certain(day) => certain(plus(day.date, weeks.weeks())),
            other => other,
        },
        Day::Date { month, day, year } => calendar_date(month, day, year, today),
        Day::OfMonth(day) => day_of_month(day, today),
        Day::OfNextMonth(day) => {
            certain(plus(today.first_of_month(), 1.months()).and_then(|first| in_month(first, day)))
        }
        Day::Numeric { first, second, year } => match context.date_order {
            DateOrder::MonthFirst => calendar_date(first, second, year, today),
            DateOrder::DayFirst => calendar_date(second, first, year, today),
            DateOrder::Unknown => Known::Ambiguous,
        },
        Day::OfWeekday {
            nth,
            weekday,
            month,
            plus_days,
        } => certain(of_weekday(nth, weekday, month, plus_days, today)),
        Day::Thanksgiving { of, plus_days } => {
            let (nth, weekday, month) = of.unwrap_or(context.thanksgiving).rule();
            certain(of_weekday(nth, weekday, MonthSaid::Named(month), plus_days, today))
        }
        Day::NextWeek | Day::NextMonth | Day::Vague | Day::Weekend | Day::Unclear => Known::Ambiguous,
        Day::Past => Known::Nothing,
    }
}

/// "next Friday": clear only where the nearest one and next week's are the same day.
fn next_weekday(weekday: i8, today: Date) -> Known {
    let now = number_of(today.weekday());
    let nearest = (weekday - now - 1).rem_euclid(7) + 1;
    let next_week = 7 + weekday - now;
    if nearest == next_week {
        certain(plus(today, i32::from(nearest).days()))
    } else {
        Known::Ambiguous
    }
}

/// The next such day that has not passed: "the first Saturday of December".
fn of_weekday(nth: i8, weekday: i8, month: MonthSaid, plus_days: i8, today: Date) -> Option<Date> {
    let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
    let this_month = today.first_of_month();
    let firsts = match month {
        MonthSaid::Named(month) => {
            let month = i8::try_from(month).ok()?;
            [today.year(), today.year().saturating_add(1)].map(|year| Date::new(year, month, 1).ok())
        }
        MonthSaid::Coming => [Some(this_month), plus(this_month, 1.months())],
        MonthSaid::Next => [plus(this_month, 1.months()), None],
    };
    firsts
        .into_iter()
        .flatten()
        .filter_map(|first| first.nth_weekday_of_month(nth, weekday).ok())
        .filter_map(|date| plus(date, i32::from(plus_days).days()))
        .find(|date| *date >= today)
}

fn in_month(first: Date, day: u32) -> Option<Date> {
    let day = i8::try_from(day).ok()?;
    Date::new(first.year(), first.month(), day).ok()
}

fn calendar_date(month: u32, day: u32, year: Option<u32>, today: Date) -> Known {
    let date = |year: i16| {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(year, month, day).ok()
    };
    if let Some(year) = year {
        // A birth date, not a slip of the year.
        if i32::try_from(year).is_ok_and(|year| year < i32::from(today.year()) - 1) {
            return Known::Nothing;
        }
        let said = i16::try_from(year).ok().and_then(date);
        return certain(said.filter(|date| *date >= today));
    }
    match date(today.year()) {
        Some(date) if date == today => Known::Certain(Certain { date, next: None }),
        Some(this_year) if this_year < today => certain(date(today.year().saturating_add(1))),
        found => certain(found),
    }
}

/// The next month that has such a day.
fn day_of_month(day: u32, today: Date) -> Known {
    let months = (0..3).filter_map(|offset: i32| plus(today.first_of_month(), offset.months()));
    let mut dates = months
        .filter_map(|first| in_month(first, day))
        .filter(|date| *date >= today);
    let Some(date) = dates.next() else {
        return Known::Ambiguous;
    };
    let next = if date == today { dates.next() } else { None };
    Known::Certain(Certain { date, next })
}

/// A clock time on a day.
fn on_day(day: Certain, clock: Clock, said: &Said, context: &Context<'_>) -> When {
    let ambiguous = When {
        ambiguous: true,
        ..When::default()
    };
    let candidates = candidates(clock, said, context);
    let Some(first) = candidates.first() else {
        return When {
            date_only: Some(day.date),
            ..ambiguous
        };
    };
    for date in [Some(day.date), day.next].into_iter().flatten() {
        let ahead = candidates
            .iter()
            .filter_map(|time| at(date, *time))
            .find(|moment| *moment >= context.now);
        if let Some(moment) = ahead {
            return When {
                datetime: Some(moment),
                ..When::default()
            };
        }
    }
    // "tonight at 1": after midnight the night belongs to the day before.
    if first.hour < 5
        && said
            .parts
            .iter()
            .any(|part| matches!(part, Part::Night | Part::Evening))
        && let Some(next) = plus(day.date, 1.days())
    {
        return at(next, *first).map_or(ambiguous, |moment| When {
            datetime: Some(moment),
            ..When::default()
        });
    }
    ambiguous
}

/// The next such time: today if it is still ahead, else tomorrow.
fn next_time(clock: Clock, said: &Said, context: &Context<'_>) -> When {
    let candidates = candidates(clock, said, context);
    let today = context.now.date();
    let next = (0..=1)
        .filter_map(|days: i32| plus(today, days.days()))
        .flat_map(|date| candidates.iter().filter_map(move |time| at(date, *time)))
        .find(|moment| *moment >= context.now);
    match next {
        Some(moment) => When {
            datetime: Some(moment),
            ..When::default()
        },
        None => When {
            ambiguous: true,
            ..When::default()
        },
    }
}

/// A time of the day; midnight is hour 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    hour: u32,
    minute: u32,
}

fn at(date: Date, moment: Moment) -> Option<DateTime> {
    let (date, hour) = if moment.hour >= 24 {
        (plus(date, 1.days())?, moment.hour - 24)
    } else {
        (date, moment.hour)
    };
    Some(date.at(i8::try_from(hour).ok()?, i8::try_from(moment.minute).ok()?, 0, 0))
}

/// The times a clock may mean, the earliest first.
fn candidates(clock: Clock, said: &Said, context: &Context<'_>) -> Vec<Moment> {
    let moment = |hour: u32| Moment {
        hour,
        minute: clock.minute,
    };
    if let Some(part) = clock.part.or_else(|| said.parts.first().copied())
        && clock.hour <= 12
        && !(clock.is_exact && clock.part.is_none())
    {
        return vec![moment(hour_in(part, clock.hour))];
    }
    if clock.is_exact {
        return vec![moment(clock.hour)];
    }
    let is_open = |hour: &u32| {
        let time = i8::try_from(*hour % 24).ok().zip(i8::try_from(clock.minute).ok());
        time.and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok())
            .is_some_and(|time| context.hours.contain(time))
    };
    let hour = clock.hour % 12;
    [hour, hour + 12].into_iter().filter(is_open).map(moment).collect()
}

/// An hour of the twelve-hour clock in a part of the day.
const fn hour_in(part: Part, hour: u32) -> u32 {
    match part {
        Part::Dawn => hour % 12,
        Part::Morning => hour,
        Part::Day if hour == 11 || hour == 10 || hour == 12 => hour,
        Part::Afternoon if hour == 12 => 12,
        Part::Day | Part::Afternoon => hour + 12,
        Part::Evening | Part::Night if hour == 12 => 24,
        Part::Night if hour < 5 => hour,
        Part::Evening | Part::Night => hour + 12,
    }
}
