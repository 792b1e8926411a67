//! What days brought, without counting them anew for every look at the start page: what is over is
//! counted once and remembered, so that only the last minutes are counted again.

use std::collections::HashMap;
use std::time::Duration;

use frontdesk_core::ports::pulse::{Counts, Pulse};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store;
use frontdesk_core::{TenantId, Timestamp};
use parking_lot::Mutex;

/// Spans remembered; with more, all are forgotten and counted again.
const SPANS_MAX: usize = 10_000;
/// How long a moment may still gain something: a turn is dated before it is committed.
const SETTLES_WITHIN: Duration = Duration::from_secs(120);

/// Whose span, and its beginning.
type Span = (Option<TenantId>, Timestamp);

/// What is remembered of spans.
#[derive(Debug, Default)]
pub struct Tally(Mutex<HashMap<Span, (Timestamp, Counts)>>);

fn sum(one: Counts, other: Counts) -> Counts {
    Counts {
        conversations: one.conversations + other.conversations,
        leads: one.leads + other.leads,
    }
}

impl Tally {
    /// What was begun from `from` on and before `until`.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn counts(
        &self,
        pulse: &dyn Pulse,
        scope: &Scope,
        (from, until): (Timestamp, Timestamp),
        now: Timestamp,
    ) -> Result<Counts, store::Error> {
        let span = (scope.tenant().cloned(), from);
        let settles = i64::try_from(SETTLES_WITHIN.as_millis()).unwrap_or(i64::MAX);
        let settled = until.min(Timestamp::from_millis(now.as_millis() - settles));
        let known = self.0.lock().get(&span).copied();
        let (mut end, mut counts) = known.unwrap_or_else(|| (from, Counts::default()));
        if end < settled {
            counts = sum(counts, pulse.counts(scope, end, settled).await?);
            end = settled;
            self.remember(span, end, counts);
        }
        if end < until {
            counts = sum(counts, pulse.counts(scope, end, until).await?);
        }
        Ok(counts)
    }

    fn remember(&self, span: Span, end: Timestamp, counts: Counts) {
        let mut spans = self.0.lock();
        if spans.len() >= SPANS_MAX {
            spans.clear();
        }
        spans.insert(span, (end, counts));
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    /// One conversation begins each minute; what is counted is written down.
    #[derive(Default)]
    struct EachMinute(Mutex<Vec<(i64, i64)>>);

    const MINUTE: i64 = 60_000;

    #[async_trait]
    impl Pulse for EachMinute {
        async fn counts(&self, _: &Scope, from: Timestamp, until: Timestamp) -> Result<Counts, store::Error> {
            let (from, until) = (from.as_millis() / MINUTE, until.as_millis() / MINUTE);
            self.0.lock().push((from, until));
            Ok(Counts {
                conversations: u64::try_from(until - from).unwrap(),
                leads: 0,
            })
        }

        async fn first_replies(&self, _: &Scope, _: Timestamp, _: u32) -> Result<Vec<u64>, store::Error> {
            Ok(Vec::new())
        }

        async fn first_human_replies(&self, _: &Scope, _: Timestamp, _: u32) -> Result<Vec<u64>, store::Error> {
            Ok(Vec::new())
        }

        async fn failed_sends(&self, _: &Scope, _: Timestamp, _: u32) -> Result<u64, store::Error> {
            Ok(0)
        }
    }

    #[tokio::test]
    async fn only_what_is_not_over_is_counted_again() {
        let (tally, pulse) = (Tally::default(), EachMinute::default());
        let minute = |minute| Timestamp::from_millis(minute * MINUTE);
        let counts = async |from, until, now| {
            let span = (minute(from), minute(until));
            let counts = tally.counts(&pulse, &Scope::All, span, minute(now)).await;
            (counts.unwrap().conversations, std::mem::take(&mut *pulse.0.lock()))
        };
        assert_eq!(counts(0, 60, 100).await, (60, vec![(0, 60)]));
        assert_eq!(counts(0, 60, 101).await, (60, vec![]), "it is over");
        assert_eq!(counts(60, 100, 100).await, (40, vec![(60, 98), (98, 100)]));
        assert_eq!(counts(60, 105, 105).await, (45, vec![(98, 103), (103, 105)]));
        assert_eq!(counts(60, 120, 130).await, (60, vec![(103, 120)]));
        assert_eq!(counts(130, 131, 131).await, (1, vec![(130, 131)]), "it has just begun");
    }
}
