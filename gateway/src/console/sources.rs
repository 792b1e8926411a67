//! The report of sources: how many people each brought in, and what is known of them.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::reader::{Scope, SourceRow};
use serde::Deserialize;

use super::list::address;
use super::records::filter::{narrowed, zone};
use super::session::Shared;
use super::shell::{Section, Shell, html};
use super::tabs::{self, Tab};
use super::texts::{Texts, fill};
use super::{Colleague, Error};

/// Where it is.
pub const PATH: &str = "/console/sources";
/// The periods to choose from, in days; 0 is from the beginning.
const PERIODS: [u16; 4] = [1, 7, 30, 0];
/// The period shown when none is asked for.
const PERIOD: u16 = 30;

/// Which leads are counted.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// One business.
    #[serde(default)]
    tenant: String,
    /// The days up to now.
    days: Option<u16>,
}

struct Period {
    href: String,
    title: String,
    is_current: bool,
}

/// How many of the leads have something.
struct Share {
    title: &'static str,
    count: u64,
    percent: u64,
}

struct Source {
    name: String,
    tenant: Option<String>,
    leads: u64,
    shares: [Share; 4],
}

impl Source {
    fn new(row: SourceRow, shows_tenant: bool, texts: &'static Texts) -> Self {
        let share = |title, count: u64| Share {
            title,
            count,
            percent: (count * 100).checked_div(row.leads).unwrap_or(0),
        };
        Self {
            shares: [
                share(texts.records.name, row.with_name),
                share(texts.records.phone, row.with_phone),
                share(texts.records.email, row.with_email),
                share(texts.reports.consent, row.with_consent),
            ],
            leads: row.leads,
            tenant: shows_tenant.then(|| row.tenant.into()),
            name: texts.source(&row.source).to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "console/sources.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    periods: Vec<Period>,
    tenants: Vec<String>,
    tenant: String,
    days: u16,
    rows: Vec<Source>,
    leads: u64,
    shows_tenant: bool,
}

/// `GET /console/sources`
pub async fn page(State(console): Shared, colleague: Colleague, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let texts = colleague.texts;
    let scope = narrowed(&colleague.scope, &asked.tenant)?;
    let days = asked.days.filter(|days| PERIODS.contains(days)).unwrap_or(PERIOD);
    let now = console.clock.now();
    let from = beginning(now, days, &zone(&console, &scope));
    let found = console
        .reader
        .sources(&scope, from, Timestamp::from_millis(i64::MAX))
        .await?;
    let shows_tenant = scope == Scope::All;
    let period = |period: u16| Period {
        href: address(PATH, &[("tenant", &asked.tenant), ("days", &period.to_string())], None),
        title: match period {
            0 => texts.reports.ever.to_owned(),
            1 => texts.reports.today.to_owned(),
            days => fill(texts.reports.days, days),
        },
        is_current: period == days,
    };
    let mut rows: Vec<Source> = found
        .into_iter()
        .map(|row| Source::new(row, shows_tenant, texts))
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.leads));
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Reports).await?,
        tabs: tabs::reports(texts, PATH),
        periods: PERIODS.into_iter().map(period).collect(),
        tenants: if colleague.user.tenant.is_none() {
            console.tenants.ids().into_iter().map(Into::into).collect()
        } else {
            Vec::new()
        },
        tenant: asked.tenant.clone(),
        days,
        leads: rows.iter().map(|row| row.leads).sum(),
        rows,
        shows_tenant,
    })
}

/// The midnight that so many days, today included, began with.
fn beginning(now: Timestamp, days: u16, zone: &jiff::tz::TimeZone) -> Timestamp {
    let before = i64::from(days) - 1;
    let start = (days > 0).then(|| {
        let today = now.to_jiff().to_zoned(zone.clone()).start_of_day().ok()?;
        today.checked_sub(jiff::Span::new().days(before)).ok()
    });
    start.flatten().map_or(Timestamp::from_millis(0), |at| {
        Timestamp::from_millis(at.timestamp().as_millisecond())
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn periods_begin_at_midnight_and_include_today() {
        let now = Timestamp::from_millis(
            "2026-11-21T09:30:00Z"
                .parse::<jiff::Timestamp>()
                .unwrap()
                .as_millisecond(),
        );
        let zone = TimeZone::get("America/New_York").unwrap();
        assert_eq!(beginning(now, 1, &zone).to_string(), "2026-11-21T05:00:00.000Z");
        assert_eq!(beginning(now, 7, &zone).to_string(), "2026-11-15T05:00:00.000Z");
        assert_eq!(beginning(now, 0, &zone).as_millis(), 0);
    }
}
