//! The start page: the day in numbers, the week in bars, and what needs somebody first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use frontdesk_core::ports::desk::{Filter, Order};
use frontdesk_core::ports::pulse::Counts;
use frontdesk_core::ports::reader::{LedgerRow, Page as Part, Scope};
use frontdesk_core::{ConversationStatus, Timestamp};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

use super::inbox::{COUNT_MAX, Row};
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html};
use super::texts::{Texts, fill};
use super::{Colleague, Console, Error, alarms, wanted};
use crate::books;

/// Days shown, today included.
const DAYS: u32 = 7;
/// People shown of those who wait.
const WAITING_MAX: u32 = 5;
/// Alarms shown.
const ALARMS_MAX: u32 = 5;
/// Dead letters and failed sends counted.
const TROUBLES_MAX: u32 = 100;
/// Replies of today that a median is taken of.
const REPLIES_MAX: u32 = 200;
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

/// Something that needs somebody to look.
struct Notice {
    href: &'static str,
    count: String,
    text: &'static str,
}

impl Notice {
    /// `count` things at `href`, if there are any.
    fn of(count: u64, href: &'static str, text: &'static str) -> Option<Self> {
        (count > 0).then(|| Self {
            href,
            text,
            count: if count >= u64::from(TROUBLES_MAX) {
                format!("{}+", TROUBLES_MAX - 1)
            } else {
                count.to_string()
            },
        })
    }
}

/// Whether everything that came in is accounted for.
struct Balance {
    /// Events that came in; `None` while those before an update are being counted.
    receipts: Option<u64>,
    is_balanced: bool,
}

impl Balance {
    async fn load(console: &Console, scope: &Scope) -> Result<Self, Error> {
        let rows = books::ledger(&*console.books, &*console.reader, scope).await?;
        Ok(Self {
            receipts: rows.as_ref().map(|rows| rows.iter().map(|row| row.receipts).sum()),
            is_balanced: rows.iter().flatten().all(LedgerRow::is_balanced),
        })
    }

    const fn is_broken(&self) -> bool {
        !self.is_balanced
    }
}

#[derive(Template)]
#[template(path = "console/home.html")]
struct Page {
    shell: Shell,
    with_person: u64,
    today: Counts,
    failed_sends: u64,
    balance: Balance,
    first_reply: String,
    human_reply: String,
    bars: Vec<Bar>,
    notices: Vec<Notice>,
    waiting: Vec<Row>,
    alarms: Vec<alarms::Row>,
}

impl Page {
    const fn width() -> u32 {
        DAYS * WIDTH
    }
}

/// The beginnings of the days shown and the end of the last one, where the business is; in UTC for
/// whoever sees every tenant.
fn midnights(console: &Console, colleague: &Colleague) -> Result<Vec<Timestamp>, jiff::Error> {
    let tenant = colleague
        .user
        .tenant
        .as_ref()
        .and_then(|tenant| console.tenants.find(tenant));
    let zone = tenant
        .and_then(|tenant| TimeZone::get(&tenant.settings().time_zone).ok())
        .unwrap_or(TimeZone::UTC);
    days_until(&console.clock.now().to_jiff().to_zoned(zone))
}

fn days_until(now: &Zoned) -> Result<Vec<Timestamp>, jiff::Error> {
    let today = now.start_of_day()?;
    let last = i64::from(DAYS);
    (1..=last + 1)
        .map(|day| {
            let midnight = today.checked_add((day - last).days())?.start_of_day()?;
            Ok(midnight.timestamp().into())
        })
        .collect()
}

/// The days as bars, the tallest as high as the picture.
fn bars(days: &[(Timestamp, Counts)]) -> Vec<Bar> {
    let tallest = days.iter().map(|(_, counts)| counts.conversations.max(counts.leads));
    let tallest = tallest.max().unwrap_or(0).max(1);
    let bar = |((at, counts), x): (&(Timestamp, Counts), u32)| Bar {
        at: (*at).into(),
        conversations: counts.conversations,
        leads: counts.leads,
        x,
        height: counts.conversations * HEIGHT / tallest,
        leads_height: counts.leads * HEIGHT / tallest,
    };
    days.iter().zip((0..).step_by(WIDTH as usize)).map(bar).collect()
}

/// The one in the middle, in words; a dash when there is none.
fn median(mut waits_ms: Vec<u64>, texts: &Texts) -> String {
    let middle = waits_ms.len() / 2;
    if waits_ms.is_empty() {
        return "–".to_owned();
    }
    let (_, ms, _) = waits_ms.select_nth_unstable(middle);
    let own = &texts.home;
    match *ms {
        0..1_000 => own.at_once.to_owned(),
        ms @ 1_000..60_000 => fill(own.seconds, ms / 1_000),
        ms @ 60_000..7_200_000 => fill(own.minutes, ms / 60_000),
        ms => fill(own.hours, ms / 3_600_000),
    }
}

/// `GET /console`
pub async fn page(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    let (scope, texts, now) = (&colleague.scope, colleague.texts, console.clock.now());
    let midnights = midnights(&console, &colleague).map_err(|error| {
        tracing::error!(%error, "the days of the start page cannot be told");
        Error::Internal
    })?;
    let mut days = Vec::with_capacity(midnights.len());
    for pair in midnights.windows(2) {
        let span = (pair[0], pair[1].min(now));
        days.push((pair[0], console.tally.counts(&*console.pulse, scope, span, now).await?));
    }
    let (midnight, today) = days.last().copied().unwrap_or_else(|| (now, Counts::default()));
    let counts = console.desk.queue_counts(scope, COUNT_MAX).await?;
    let some = |limit| Part { after: None, limit };
    let filter = Filter::of(Some(ConversationStatus::NeedsPerson));
    let rows = console
        .desk
        .queue(scope, &filter, Order::OldestFirst, some(WAITING_MAX))
        .await?;
    let dead_letters = console.reader.dead_letters(scope, false, some(TROUBLES_MAX)).await?;
    let failed = console.pulse.failed_sends(scope, midnight, TROUBLES_MAX).await?;
    let first = console.pulse.first_replies(scope, midnight, REPLIES_MAX).await?;
    let human = console.pulse.first_human_replies(scope, midnight, REPLIES_MAX).await?;
    let view = wanted::of_status(ConversationStatus::NeedsPerson);
    let row = |row| Row::new(&console, &colleague, row, &view, None);
    // What else needs somebody is one more line here; alarms have a card of their own.
    let notices = [
        Notice::of(
            dead_letters.items.len() as u64,
            "/console/dead-letters",
            texts.home.dead_letters,
        ),
        Notice::of(failed, "/console/messages?status=troubled", texts.home.unsent),
    ];
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Home).await?,
        with_person: counts.with_person,
        today,
        failed_sends: failed,
        balance: Balance::load(&console, scope).await?,
        first_reply: median(first, texts),
        human_reply: median(human, texts),
        bars: bars(&days),
        notices: notices.into_iter().flatten().collect(),
        waiting: rows.items.into_iter().map(row).collect(),
        alarms: alarms::Row::open(&console, scope, colleague.texts, ALARMS_MAX).await?,
    })
}

#[cfg(test)]
mod tests {
    use frontdesk_core::Language;

    use super::*;

    #[test]
    fn the_tallest_bar_fills_the_picture() {
        let day = |day, conversations, leads| (Timestamp::from_millis(day), Counts { conversations, leads });
        let bars = bars(&[day(0, 0, 0), day(1, 4, 1), day(2, 8, 2)]);
        let heights: Vec<_> = bars.iter().map(|bar| (bar.x, bar.height, bar.leads_height)).collect();
        assert_eq!(heights, [(0, 0, 0), (40, 50, 12), (80, 100, 25)]);
    }

    #[test]
    fn a_week_of_nothing_is_drawn() {
        let nothing = (Timestamp::from_millis(0), Counts::default());
        assert!(bars(&[nothing; 7]).iter().all(|bar| bar.height == 0));
    }

    #[test]
    fn days_begin_at_midnight_where_the_business_is() {
        let now: Zoned = "2026-11-03T10:00:00-05:00[America/New_York]".parse().unwrap();
        let days = days_until(&now).unwrap();
        let hours: Vec<u64> = days
            .windows(2)
            .map(|pair| pair[1].since(pair[0]).as_secs() / 3_600)
            .collect();
        assert_eq!(hours, [24, 24, 24, 24, 25, 24, 24], "the clocks went back on the first");
        assert_eq!(days[6].to_string(), "2026-11-03T05:00:00.000Z");
    }

    #[test]
    fn the_middle_is_told_in_words() {
        let texts = Texts::of(Language::En);
        for (waits, told) in [
            (vec![], "–"),
            (vec![250], "< 1 s"),
            (vec![90_000, 1_000, 59_999], "59 s"),
            (vec![600_000, 600_000], "10 min"),
            (vec![8_000_000], "2 h"),
        ] {
            assert_eq!(median(waits, texts), told);
        }
    }
}
