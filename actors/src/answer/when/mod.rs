//! When somebody wants to come: days and clock times in four languages.
//!
//! ```text
//!  Text ──► piece   words with a meaning, numbers, written times
//!             │ clock, day   "half seven", "el 5 de mayo", "через годину"
//!             ▼
//!           scan    items in order; bare numbers become hours or head counts
//!             │
//!             ▼
//!           resolve corrections, opening hours, the calendar ──► When
//! ```
//!
//! Conventions, beyond those of the product's design:
//!
//! - A bare hour is looked up within opening hours, the closing hour included:
//!   with 12:00–23:00 "at 11" is 23:00. Without such an hour it is ambiguous.
//! - "next Friday" is clear only where the nearest Friday and next week's Friday
//!   are the same day (weeks start on Monday).
//! - Midnight ends the day it is said with: "tonight at midnight" is 00:00 of tomorrow.
//! - A part of the day without an hour names no time: with a day it leaves
//!   `date_only`, alone it is ambiguous.
//! - A time that was said and has passed ("today at 5" at 6) is ambiguous.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::Asked;
use super::text::Text;

pub(crate) mod clock;
pub(crate) mod day;
mod decide;
mod elapsed;
mod feast;
mod foreign;
pub(crate) mod lexicon;
pub(crate) mod line;
mod month;
pub(crate) mod piece;
mod resolve;
pub(crate) mod scan;

/// When a tenant is open, on the tenant's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// First time a table can be had.
    pub opens: Time,
    /// Closing time; before or at `opens` it is on the next day.
    pub closes: Time,
}

impl Default for Hours {
    fn default() -> Self {
        Self {
            opens: Time::constant(12, 0, 0, 0),
            closes: Time::constant(23, 0, 0, 0),
        }
    }
}

impl Hours {
    /// Reads `12:00-23:00`; hyphen or dash, minutes may be missing.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let (opens, closes) = written.split_once(['-', '–', '—'])?;
        Some(Self {
            opens: time(opens)?,
            closes: time(closes)?,
        })
    }

    /// Whether a table can be had at `time`; the closing time counts as open.
    #[must_use]
    pub fn contain(&self, time: Time) -> bool {
        if self.opens < self.closes {
            (self.opens..=self.closes).contains(&time)
        } else {
            time >= self.opens || time <= self.closes
        }
    }
}

fn time(written: &str) -> Option<Time> {
    let (hour, minute) = written.trim().split_once(':').unwrap_or_else(|| (written.trim(), "0"));
    let hour: i8 = hour.parse().ok()?;
    let minute: i8 = minute.parse().ok()?;
    Time::new(if hour == 24 { 0 } else { hour }, minute, 0, 0).ok()
}

/// How "3/4" is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// March 4.
    MonthFirst,
    /// April 3.
    DayFirst,
    /// Nothing tells: ambiguous.
    #[default]
    Unknown,
}

impl DateOrder {
    /// The order of an ISO 3166 region.
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        if ["US", "PH", "PR", "GU"]
            .iter()
            .any(|code| region.eq_ignore_ascii_case(code))
        {
            Self::MonthFirst
        } else {
            Self::DayFirst
        }
    }

    /// The order where an IANA time zone is kept; unknown for zones of no place ("UTC").
    #[must_use]
    pub fn of_zone(zone: &str) -> Self {
        let is_in = |areas: &[&str]| areas.iter().any(|area| zone.starts_with(area));
        if MONTH_FIRST_ZONES.contains(&zone) || is_in(&MONTH_FIRST_AREAS) {
            Self::MonthFirst
        } else if is_in(&DAY_FIRST_AREAS) {
            Self::DayFirst
        } else {
            Self::Unknown
        }
    }
}

/// Whose Thanksgiving is meant where no country is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Thanksgiving {
    /// The fourth Thursday of November.
    #[default]
    American,
    /// The second Monday of October.
    Canadian,
}

impl Thanksgiving {
    /// The one kept in an ISO 3166 region.
    #[must_use]
    pub const fn of_region(region: &str) -> Self {
        if region.eq_ignore_ascii_case("CA") {
            Self::Canadian
        } else {
            Self::American
        }
    }

    /// Which weekday of which month: the number, the weekday (Monday is 1) and the month.
    const fn rule(self) -> (i8, i8, u32) {
        match self {
            Self::American => (4, 4, 11),
            Self::Canadian => (2, 1, 10),
        }
    }
}

/// Zones of the United States and its islands, and of the Philippines.
const MONTH_FIRST_ZONES: [&str; 22] = [
    "America/Adak",
    "America/Anchorage",
    "America/Boise",
    "America/Chicago",
    "America/Denver",
    "America/Detroit",
    "America/Indianapolis",
    "America/Juneau",
    "America/Los_Angeles",
    "America/Louisville",
    "America/Menominee",
    "America/Metlakatla",
    "America/New_York",
    "America/Nome",
    "America/Phoenix",
    "America/Puerto_Rico",
    "America/Sitka",
    "America/Yakutat",
    "Asia/Manila",
    "Pacific/Guam",
    "Pacific/Honolulu",
    "Pacific/Saipan",
];
/// Groups of such zones.
const MONTH_FIRST_AREAS: [&str; 4] = ["US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/"];
/// Continents whose other zones write the day first.
const DAY_FIRST_AREAS: [&str; 6] = ["Africa/", "America/", "Asia/", "Australia/", "Atlantic/", "Europe/"];

/// What a reading depends on besides the message.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Now, on the tenant's wall clock.
    pub now: DateTime,
    /// The tenant's time zone, for elapsed time.
    pub zone: &'a TimeZone,
    /// Opening hours.
    pub hours: Hours,
    /// The order of numeric dates.
    pub date_order: DateOrder,
    /// Whose Thanksgiving is kept.
    pub thanksgiving: Thanksgiving,
    /// What was asked last.
    pub asked: &'a Asked,
}

/// When somebody wants to come, as far as it was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// Day and time, never before now.
    pub datetime: Option<DateTime>,
    /// The day, when it is certain and no certain time was said.
    pub date_only: Option<Date>,
    /// Whether the person must be asked what was meant.
    pub ambiguous: bool,
}

/// Reads when somebody wants to come.
#[must_use]
pub fn read(text: &Text, context: &Context<'_>) -> When {
    read_items(&scan::scan(text, context.asked).items, context)
}

/// Reads what was found in a message for the same question.
#[must_use]
pub(crate) fn read_items(items: &[scan::Placed], context: &Context<'_>) -> When {
    resolve::resolve(items, context)
}
