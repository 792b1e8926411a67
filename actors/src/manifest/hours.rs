//! When a business is open, on its own clock.

use frontdesk_core::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use super::told;

use super::reader::{Node, Table};

/// Most separate spans one day may be open.
const SPANS_MAX: usize = 4;
/// Most coming openings that are told.
const OPENINGS_MAX: usize = 14;
/// How many days ahead the next opening is looked for: the longest holidays and some.
const OPENING_DAYS_MAX: usize = 62;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Opening hours: a week, and days that differ. Without any, a business is never closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hours {
    week: Vec<(Weekday, Vec<Span>)>,
    exceptions: Vec<(Date, Vec<Span>)>,
}

/// One span of a day, from opening to closing; closing at or before opening is on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Opens.
    pub(crate) from: Time,
    /// Closes.
    pub(crate) until: Time,
}

/// One time a business is open, as moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// It opens.
    pub from: Timestamp,
    /// It closes.
    pub until: Timestamp,
}

impl Span {
    /// When most people do not want to be woken, and many laws forbid it.
    pub(crate) const NIGHT: Self = Self {
        from: Time::constant(21, 0, 0, 0),
        until: Time::constant(8, 0, 0, 0),
    };

    /// Reads the hours of one day, such as `21:00-08:00`; `Some(None)` for `none`.
    pub(crate) fn read_quiet(node: &Node<'_>) -> Option<Option<Self>> {
        let text = node.text()?;
        if text.trim() == "none" {
            return Some(None);
        }
        let span = span(text);
        if span.is_none() {
            node.fault(told!("`{}` is not a span such as 21:00-08:00, or none", text));
        }
        span.map(Some)
    }

    /// The end of the span that `moment` lies in; `None` when it lies in none.
    pub(crate) fn end_around(&self, moment: DateTime) -> Option<DateTime> {
        let (time, today) = (moment.time(), moment.date());
        let is_over_midnight = self.until <= self.from;
        let last_day = match (is_over_midnight, time >= self.from, time < self.until) {
            (false, true, true) | (true, false, true) => today,
            (true, true, _) => today.tomorrow().ok()?,
            _ => return None,
        };
        Some(last_day.to_datetime(self.until))
    }
}

impl Hours {
    /// Reads `monday = "12:00-15:00, 18:00-23:00"`, `sunday = "closed"`, `exceptions."2026-12-25" = "closed"`.
    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        let mut hours = Self::default();
        let mut is_whole = true;
        for (name, weekday) in WEEKDAYS {
            // A day that is not listed is a day the business is closed.
            let spans = table.get(name).map_or(Some(Vec::new()), |node| spans(&node));
            is_whole &= spans.is_some();
            hours.week.push((weekday, spans.unwrap_or_default()));
        }
        if let Some(exceptions) = table.get("exceptions").and_then(|node| node.table()) {
            for (day, node) in exceptions.entries() {
                match (day.parse::<Date>(), spans(&node)) {
                    (Ok(date), Some(spans)) => hours.exceptions.push((date, spans)),
                    (Err(_), _) => {
                        node.fault(told!("`{}` is not a date such as 2026-12-25", day));
                        is_whole = false;
                    }
                    (_, None) => is_whole = false,
                }
            }
        }
        table.finish();
        is_whole.then_some(hours)
    }

    /// The spans a day is open, exceptions heeded.
    pub(crate) fn on(&self, date: Date) -> &[Span] {
        self.exceptions
            .iter()
            .find(|(day, _)| *day == date)
            .map(|(_, spans)| spans)
            .or_else(|| {
                let (_, spans) = self.week.iter().find(|(weekday, _)| *weekday == date.weekday())?;
                Some(spans)
            })
            .map_or(&[], Vec::as_slice)
    }

    /// The coming openings, see [`super::Tenant::openings`].
    pub(crate) fn openings(&self, now: Timestamp, zone: &TimeZone) -> Option<Vec<Opening>> {
        if self.week.is_empty() {
            return None;
        }
        let today = now.to_jiff().to_zoned(zone.clone()).date();
        // Yesterday's last span may end today.
        let openings = today
            .saturating_sub(1.day())
            .series(1.day())
            .take(OPENING_DAYS_MAX)
            .flat_map(|day| self.on(day).iter().filter_map(move |span| opening(*span, day, zone)))
            .filter(|opening| opening.until > now)
            .take(OPENINGS_MAX)
            .collect();
        Some(openings)
    }

    /// From the earliest opening to the latest closing of the week; `None` without hours.
    ///
    /// What a bare "at seven" means is decided by it: the hours of the very day would only matter
    /// where the same hour is possible in the morning and in the evening of different days.
    pub(crate) fn widest(&self) -> Option<(Time, Time)> {
        let spans = || self.week.iter().flat_map(|(_, spans)| spans);
        let opens = spans().map(|span| span.from).min()?;
        // Closing after midnight is later than any closing before it.
        let closes = spans().max_by_key(|span| (span.until <= span.from, span.until))?.until;
        Some((opens, closes))
    }
}

fn opening(span: Span, day: Date, zone: &TimeZone) -> Option<Opening> {
    let closing_day = if span.until <= span.from {
        day.tomorrow().ok()?
    } else {
        day
    };
    let moment = |day: Date, time: Time| Some(day.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp().into());
    Some(Opening {
        from: moment(day, span.from)?,
        until: moment(closing_day, span.until)?,
    })
}

fn spans(node: &Node<'_>) -> Option<Vec<Span>> {
    let text = node.text()?;
    if text.trim() == "closed" {
        return Some(Vec::new());
    }
    let spans: Option<Vec<Span>> = text.split(',').map(span).collect();
    match spans {
        Some(spans) if spans.len() <= SPANS_MAX => Some(spans),
        Some(_) => {
            node.fault(told!("a day has at most {} spans", SPANS_MAX));
            None
        }
        None => {
            node.fault(told!(
                "`{}` is not a span such as 12:00-23:00, several separated by commas, or closed",
                text
            ));
            None
        }
    }
}

fn span(text: &str) -> Option<Span> {
    let (from, until) = text.split_once(['-', '–'])?;
    Some(Span {
        from: clock(from.trim())?,
        until: clock(until.trim())?,
    })
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    match (hour, minute) {
        (24, 0) => Some(Time::midnight()),
        _ => Time::new(hour, minute, 0, 0).ok(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn span(from: i8, until: i8) -> Span {
        Span {
            from: time(from, 0, 0, 0),
            until: time(until, 0, 0, 0),
        }
    }

    /// Open on Fridays for lunch and from 19:00 until 2:00, on Mondays from 8:00; not at Christmas.
    fn hours() -> Hours {
        Hours {
            week: vec![
                (Weekday::Monday, vec![span(8, 17)]),
                (Weekday::Friday, vec![span(12, 15), span(19, 2)]),
            ],
            exceptions: vec![(jiff::civil::date(2026, 12, 25), Vec::new())],
        }
    }

    fn first(now: &str) -> String {
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let now: jiff::Timestamp = now.parse().unwrap();
        let openings = hours().openings(now.into(), &zone).unwrap();
        assert_eq!(openings.len(), OPENINGS_MAX);
        assert!(openings.is_sorted_by_key(|opening| opening.from));
        format!("{} {}", openings[0].from, openings[0].until)
    }

    #[test]
    fn the_next_opening_is_found_over_midnight_weekends_and_holidays() {
        for (now, expected) in [
            // Friday at noon, at four, at half past one in the night.
            (
                "2026-11-20T11:30:00Z",
                "2026-11-20T11:00:00.000Z 2026-11-20T14:00:00.000Z",
            ),
            (
                "2026-11-20T15:00:00Z",
                "2026-11-20T18:00:00.000Z 2026-11-21T01:00:00.000Z",
            ),
            (
                "2026-11-21T00:30:00Z",
                "2026-11-20T18:00:00.000Z 2026-11-21T01:00:00.000Z",
            ),
            (
                "2026-11-21T01:00:00Z",
                "2026-11-23T07:00:00.000Z 2026-11-23T16:00:00.000Z",
            ),
            // Christmas is a Friday.
            (
                "2026-12-24T09:00:00Z",
                "2026-12-28T07:00:00.000Z 2026-12-28T16:00:00.000Z",
            ),
        ] {
            assert_eq!(first(now), expected, "{now}");
        }
    }

    #[test]
    fn without_hours_nothing_is_ever_closed() {
        assert_eq!(
            Hours::default().openings(Timestamp::from_millis(0), &TimeZone::UTC),
            None
        );
    }
}
