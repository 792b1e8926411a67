//! The start page: the day in numbers, the week in bars, and who waits.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use frontdesk_core::ports::desk::DayCounts;
use frontdesk_core::ports::reader::Page as Part;
use frontdesk_core::{ConversationStatus, Timestamp};
use jiff::ToSpan;
use jiff::tz::TimeZone;

use super::inbox::{COUNT_MAX, Row, View};
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html};
use super::{Colleague, Console, Error, alarms};

/// Days shown, today included.
const DAYS: u32 = 7;
/// People shown of those who wait.
const WAITING_MAX: u32 = 5;
/// Alarms shown.
const ALARMS_MAX: u32 = 5;
/// Dead letters counted.
const DEAD_LETTERS_MAX: u32 = 100;
/// Height of the bars, in units of the picture.
const HEIGHT: u64 = 100;
/// Width of a day, in units of the picture.
const WIDTH: u32 = 40;

/// A day of the week's picture.
struct Bar {
    at: Moment,
    conversations: u64,
    leads: u64,
    x: u32,
    height: u64,
    leads_height: u64,
}

impl Bar {
    const fn top(height: u64) -> u64 {
        HEIGHT - height
    }
}

#[derive(Template)]
#[template(path = "console/home.html")]
struct Page {
    shell: Shell,
    with_person: u64,
    today: DayCounts,
    dead_letters: usize,
    bars: Vec<Bar>,
    waiting: Vec<Row>,
    alarms: Vec<alarms::Row>,
}

impl Page {
    const fn width() -> u32 {
        DAYS * WIDTH
    }
}

/// Midnight of the first day shown, where the business is; UTC for whoever sees every tenant.
fn since(console: &Console, colleague: &Colleague) -> Timestamp {
    let tenant = colleague
        .user
        .tenant
        .as_ref()
        .and_then(|tenant| console.tenants.find(tenant));
    let zone = tenant
        .and_then(|tenant| TimeZone::get(&tenant.settings().time_zone).ok())
        .unwrap_or(TimeZone::UTC);
    let today = console.clock.now().to_jiff().to_zoned(zone).start_of_day();
    let first = today.and_then(|today| today.checked_sub((i64::from(DAYS) - 1).days()));
    first.map_or_else(|_| console.clock.now(), |first| first.timestamp().into())
}

/// The days as bars, the tallest as high as the picture.
fn bars(days: &[DayCounts], since: Timestamp) -> Vec<Bar> {
    let on = |day| {
        days.iter()
            .find(|counts| counts.day == day)
            .copied()
            .unwrap_or_default()
    };
    let tallest = days
        .iter()
        .map(|counts| counts.conversations.max(counts.leads))
        .max()
        .unwrap_or(0)
        .max(1);
    let bar = |day: u32| {
        let counts = on(day);
        let length = std::time::Duration::from_secs(u64::from(day) * 24 * 60 * 60);
        Bar {
            at: since.plus(length).into(),
            conversations: counts.conversations,
            leads: counts.leads,
            x: day * WIDTH,
            height: counts.conversations * HEIGHT / tallest,
            leads_height: counts.leads * HEIGHT / tallest,
        }
    };
    (0..DAYS).map(bar).collect()
}

/// `GET /console`
pub async fn page(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    let (scope, since) = (&colleague.scope, since(&console, &colleague));
    let days = console.desk.days(scope, since).await?;
    let counts = console.desk.queue_counts(scope, COUNT_MAX).await?;
    let some = |limit| Part { after: None, limit };
    let waiting = Some(ConversationStatus::NeedsPerson);
    let rows = console.desk.queue(scope, waiting, some(WAITING_MAX)).await?;
    let dead_letters = console
        .reader
        .dead_letters(scope, false, some(DEAD_LETTERS_MAX))
        .await?;
    let sees_all = colleague.user.tenant.is_none();
    let row = |row| Row::new(row, View::WAITING, None, sees_all, colleague.texts);
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Home).await?,
        with_person: counts.with_person,
        today: days
            .iter()
            .find(|counts| counts.day == DAYS - 1)
            .copied()
            .unwrap_or_default(),
        dead_letters: dead_letters.items.len(),
        bars: bars(&days, since),
        waiting: rows.items.into_iter().map(row).collect(),
        alarms: alarms::Row::open(&console, scope, colleague.texts, ALARMS_MAX).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tallest_bar_fills_the_picture() {
        let counts = |day, conversations, leads| DayCounts {
            day,
            conversations,
            leads,
        };
        let bars = bars(&[counts(1, 4, 1), counts(6, 8, 2)], Timestamp::from_millis(0));
        let heights: Vec<_> = bars.iter().map(|bar| (bar.height, bar.leads_height)).collect();
        assert_eq!(heights, [(0, 0), (50, 12), (0, 0), (0, 0), (0, 0), (0, 0), (100, 25)]);
    }

    #[test]
    fn a_week_of_nothing_is_drawn() {
        assert!(bars(&[], Timestamp::from_millis(0)).iter().all(|bar| bar.height == 0));
    }
}
