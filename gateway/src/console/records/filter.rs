//! Which part of a list is looked at, as the address says it.

use frontdesk_core::ports::desk::Search;
use frontdesk_core::ports::reader::{Cursor, Page, Scope};
use frontdesk_core::records::Lead;
use frontdesk_core::{ChannelKind, TenantId, Timestamp};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use crate::console::list::{After, address};
use crate::console::search::search;
use crate::console::texts::{Texts, fill};
use crate::console::{Colleague, Console, Error};

/// Characters of what is looked up.
const SEARCH_CHARACTERS_MAX: usize = 200;

/// What the form above a list holds.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    /// One business of those the reader may see; empty is all of them.
    #[serde(default)]
    pub tenant: String,
    /// The first day, such as `2026-05-01`.
    #[serde(default)]
    pub from: String,
    /// The last day.
    #[serde(default)]
    pub until: String,
    /// What is looked up.
    #[serde(default)]
    pub q: String,
    /// `all` shows what is hidden otherwise.
    #[serde(default)]
    pub show: String,
    /// Where records came from, such as `BOOKING`; empty is everywhere.
    #[serde(default)]
    pub source: String,
    /// How they stand: `new` shows what nobody has handled yet; of messages, a group of statuses.
    #[serde(default)]
    pub status: String,
    /// With this tag; empty is with or without.
    #[serde(default)]
    pub tag: String,
    /// Over which channel; empty is any.
    #[serde(default)]
    pub channel: String,
    /// `in` or `out`, of messages; empty is both.
    #[serde(default)]
    pub direction: String,
    /// What was done with rows of it just now; links leave it behind.
    #[serde(default)]
    pub told: String,
    /// Where the page before ended.
    #[serde(flatten)]
    pub after: After,
}

/// What a list is asked for beside its time.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What is looked up.
    pub text: Option<String>,
    /// Who may be meant by it.
    pub search: Option<Search>,
    /// What is hidden otherwise, too.
    pub is_all: bool,
    /// Where it came from.
    pub source: Option<String>,
    /// What nobody has handled yet.
    pub is_new: bool,
    /// How they stand, as the list calls it.
    pub status: String,
    /// With this tag.
    pub tag: Option<String>,
    /// Over which channel.
    pub channel: Option<ChannelKind>,
    /// Only what came in, or only what left.
    pub is_inbound: Option<bool>,
}

/// A filter that makes sense.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// In whose words.
    pub texts: &'static Texts,
    /// Whose data.
    pub scope: Scope,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// The part to start with.
    pub part: Page,
    /// The rest.
    pub asked: Asked,
}

impl Filter {
    /// What it asks for.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when the business is not one of the reader's or there is no such channel, [`Error::Invalid`] when a day
    /// is none.
    pub fn wanted(&self, console: &Console, colleague: &Colleague) -> Result<Wanted, Error> {
        let scope = narrowed(&colleague.scope, &self.tenant)?;
        let zone = zone(console, &scope);
        let from = start(&self.from, &zone, colleague.texts)?;
        let until = day(&self.until, colleague.texts)?
            .map(|day| day.checked_add(1.day()).map_err(|_| bad_day(colleague.texts)))
            .transpose()?;
        let end = until
            .map(|day| midnight(day, &zone))
            .map(|at| Cursor { at, id: Uuid::nil() });
        let mut part = self.after.page()?;
        part.after = part.after.or(end);
        let text = self.q.trim();
        if text.chars().count() > SEARCH_CHARACTERS_MAX {
            return Err(Error::TooLarge);
        }
        let channel = Some(self.channel.as_str()).filter(|code| !code.is_empty());
        let channel = channel.map(str::parse).transpose().map_err(|_| Error::NotFound)?;
        let is_looked_up = !text.is_empty();
        Ok(Wanted {
            texts: colleague.texts,
            asked: Asked {
                text: is_looked_up.then(|| text.to_owned()),
                search: is_looked_up.then(|| search(console, &scope, text)),
                is_all: self.show == "all",
                source: (!self.source.is_empty()).then(|| self.source.clone()),
                is_new: self.status == Lead::NEW,
                status: self.status.clone(),
                tag: (!self.tag.is_empty()).then(|| self.tag.clone()),
                channel,
                is_inbound: match self.direction.as_str() {
                    "in" => Some(true),
                    "out" => Some(false),
                    _ => None,
                },
            },
            scope,
            from,
            part,
        })
    }

    /// Its fields for an address, the place left out.
    pub fn fields(&self) -> [(&'static str, &str); 10] {
        [
            ("tenant", &self.tenant),
            ("from", &self.from),
            ("until", &self.until),
            ("q", &self.q),
            ("show", &self.show),
            ("source", &self.source),
            ("status", &self.status),
            ("tag", &self.tag),
            ("channel", &self.channel),
            ("direction", &self.direction),
        ]
    }

    /// How many of its fields leave something out.
    pub fn count(&self) -> usize {
        self.fields().iter().filter(|(_, value)| !value.is_empty()).count()
    }
}

/// A choice of days, by a click.
#[derive(Debug)]
pub struct Period {
    /// Where it is.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// It is the one looked at.
    pub is_current: bool,
}

/// The days one mostly looks at: today, a week, a month, all.
pub fn periods(path: &str, filter: &Filter, today: Date, texts: &Texts) -> Vec<Period> {
    let since = |days: i32| today.checked_sub(days.days()).unwrap_or(today).to_string();
    let own = [
        (texts.reports.today.to_owned(), since(0)),
        (fill(texts.reports.days, 7), since(6)),
        (fill(texts.reports.days, 30), since(29)),
        (texts.reports.ever.to_owned(), String::new()),
    ];
    let period = |(title, from): (String, String)| {
        let fields: Vec<(&str, &str)> = filter
            .fields()
            .into_iter()
            .filter(|(name, _)| !matches!(*name, "from" | "until"))
            .chain([("from", from.as_str())])
            .collect();
        Period {
            href: address(path, &fields, None),
            title,
            is_current: filter.from == from && filter.until.is_empty(),
        }
    };
    own.into_iter().map(period).collect()
}

/// When the day began that it is.
pub fn dawn(console: &Console, scope: &Scope) -> Timestamp {
    midnight(today(console, scope), &zone(console, scope))
}

/// The day it is.
pub fn today(console: &Console, scope: &Scope) -> Date {
    console.clock.now().to_jiff().to_zoned(zone(console, scope)).date()
}

/// A scope, or the one business of it that is asked for.
///
/// # Errors
///
/// [`Error::NotFound`] when the business is not one of the scope's.
pub fn narrowed(scope: &Scope, tenant: &str) -> Result<Scope, Error> {
    if tenant.is_empty() {
        return Ok(scope.clone());
    }
    let tenant: TenantId = tenant.parse().map_err(|_| Error::NotFound)?;
    match scope.tenant() {
        Some(own) if *own != tenant => Err(Error::NotFound),
        _ => Ok(Scope::Tenant(tenant)),
    }
}

/// The zone whose days are meant: the business's, or UTC for several.
pub fn zone(console: &Console, scope: &Scope) -> TimeZone {
    let tenant = scope.tenant().and_then(|tenant| console.tenants.find(tenant));
    tenant
        .and_then(|tenant| TimeZone::get(&tenant.settings().time_zone).ok())
        .unwrap_or(TimeZone::UTC)
}

/// When a day starts.
///
/// # Errors
///
/// [`Error::Invalid`] when it is no day.
pub fn start(text: &str, zone: &TimeZone, texts: &Texts) -> Result<Option<Timestamp>, Error> {
    Ok(day(text, texts)?.map(|day| midnight(day, zone)))
}

fn day(text: &str, texts: &Texts) -> Result<Option<Date>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| bad_day(texts))
}

fn bad_day(texts: &Texts) -> Error {
    Error::Invalid(texts.records.bad_day)
}

fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    let start = zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible();
    // Only at the ends of the calendar is there no such moment.
    let end = if day.year() > 0 {
        jiff::Timestamp::MAX
    } else {
        jiff::Timestamp::MIN
    };
    let at = start.unwrap_or(end);
    Timestamp::from_millis(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_the_midnight_of_its_zone() {
        let texts = Texts::of(frontdesk_core::Language::En);
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let start = start("2026-07-01", &zone, texts).unwrap().unwrap();
        assert_eq!(start.to_string(), "2026-07-01T07:00:00.000Z");
        for wrong in ["2026-02-30", "tomorrow", "2026-13-01"] {
            assert_eq!(
                super::start(wrong, &zone, texts),
                Err(Error::Invalid(texts.records.bad_day))
            );
        }
    }

    #[test]
    fn nobody_narrows_to_a_business_of_others() {
        let own = Scope::Tenant("one".parse().unwrap());
        assert_eq!(narrowed(&own, ""), Ok(own.clone()));
        assert_eq!(narrowed(&own, "one"), Ok(own.clone()));
        assert_eq!(narrowed(&own, "other"), Err(Error::NotFound));
        assert_eq!(narrowed(&Scope::All, "one"), Ok(own));
    }
}
