//! When a business is open, on its own clock.

use jiff::civil::{Date, Time, Weekday};

use super::reader::{Node, Table};

/// Most separate spans one day may be open.
const SPANS_MAX: usize = 4;

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
                        node.fault(format!("`{day}` is not a date such as 2026-12-25"));
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

fn spans(node: &Node<'_>) -> Option<Vec<Span>> {
    let text = node.text()?;
    if text.trim() == "closed" {
        return Some(Vec::new());
    }
    let spans: Option<Vec<Span>> = text.split(',').map(span).collect();
    match spans {
        Some(spans) if spans.len() <= SPANS_MAX => Some(spans),
        Some(_) => {
            node.fault(format!("a day has at most {SPANS_MAX} spans"));
            None
        }
        None => {
            node.fault(format!(
                "`{text}` is not a span such as 12:00-23:00, several separated by commas, or closed"
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
