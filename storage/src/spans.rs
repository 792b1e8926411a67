//! Spans of days that reports are counted by ahead. A report adds up the spans within its period and counts
//! the rest, so a longer span means fewer rows to add up and more leads to count: at 500 leads a day and
//! three years both take about as long.

use frontdesk_core::Timestamp;

/// The length of a span.
pub(crate) const SPAN_MS: i64 = 4 * 24 * 60 * 60 * 1_000;

/// After so long nothing is added to what is over: a turn is dated before it is committed. What comes
/// later all the same is counted in the next round.
const SETTLES_WITHIN_MS: i64 = 10 * 60 * 1_000;

/// The span of a moment.
const fn span_of(at: i64) -> i64 {
    at.div_euclid(SPAN_MS)
}

/// Where counting ahead stands: every span before `until` is counted, the round goes on with the span
/// `next`, and not before `due_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Round {
    pub(crate) until: i64,
    pub(crate) next: i64,
    pub(crate) due_at: i64,
}

/// What is done next of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Spans whose sums go: of those whose leads were all erased nothing comes instead.
    pub(crate) cleared: (i64, i64),
    /// The span that is counted; none at the end of a round.
    pub(crate) counted: Option<i64>,
    /// Where it stands then.
    pub(crate) round: Round,
}

impl Round {
    /// The step to the next lead there is from `next` on, first heard of at `lead`.
    pub(crate) fn step(self, lead: Option<i64>, now: Timestamp, next_round: Timestamp) -> Step {
        let current = current(now);
        let counted = lead.map(span_of).filter(|span| *span < current);
        let end = counted.map_or(current, |span| span + 1);
        Step {
            cleared: (self.next, end),
            counted,
            round: Self {
                until: self.until.max(end),
                next: if counted.is_some() { end } else { 0 },
                due_at: if counted.is_some() {
                    self.due_at
                } else {
                    next_round.as_millis()
                },
            },
        }
    }
}

/// The first span that is not over.
const fn current(now: Timestamp) -> i64 {
    span_of(now.as_millis() - SETTLES_WITHIN_MS)
}

/// A period in three parts, each from its beginning up to and without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// What is counted before the spans, in milliseconds.
    pub(crate) head: (i64, i64),
    /// Spans to add up.
    pub(crate) spans: (i64, i64),
    /// What is counted after them.
    pub(crate) tail: (i64, i64),
}

impl Parts {
    /// Of a period, when the spans before `counted` are there to be added up.
    pub(crate) fn of(from: Timestamp, until: Timestamp, counted: i64) -> Self {
        let (from, until) = (from.as_millis(), until.as_millis());
        let first = span_of(from) + i64::from(from.rem_euclid(SPAN_MS) > 0);
        let end = span_of(until).min(counted);
        if end <= first {
            return Self {
                head: (from, until),
                spans: (0, 0),
                tail: (0, 0),
            };
        }
        Self {
            head: (from, first * SPAN_MS),
            spans: (first, end),
            tail: (end * SPAN_MS, until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(from: i64, until: i64, counted: i64) -> Parts {
        Parts::of(Timestamp::from_millis(from), Timestamp::from_millis(until), counted)
    }

    #[test]
    fn a_round_goes_from_lead_to_lead_and_rests_at_its_end() {
        let round = |until, next, due_at| Round { until, next, due_at };
        let (now, later) = (
            Timestamp::from_millis(10 * SPAN_MS),
            Timestamp::from_millis(11 * SPAN_MS),
        );
        let step = |from: Round, lead: Option<i64>| from.step(lead, now, later);
        let first = step(round(0, 0, 7), Some(3 * SPAN_MS + 1));
        assert_eq!(first.cleared, (0, 4), "also what was of days without leads");
        assert_eq!((first.counted, first.round), (Some(3), round(4, 4, 7)));
        let end = step(round(4, 4, 7), Some(9 * SPAN_MS + 1));
        assert_eq!(end.counted, None, "this one is not settled yet");
        assert_eq!((end.cleared, end.round), ((4, 9), round(9, 0, later.as_millis())));
        assert_eq!(step(round(9, 4, 7), None).round, round(9, 0, later.as_millis()));
    }

    #[test]
    fn whole_spans_are_added_up_and_the_rest_is_counted() {
        let (span, ever) = (SPAN_MS, i64::MAX);
        let made = |head, spans, tail| Parts { head, spans, tail };
        assert_eq!(parts(0, ever, 10), made((0, 0), (0, 10), (10 * span, ever)));
        assert_eq!(parts(1, 5 * span, 10), made((1, span), (1, 5), (5 * span, 5 * span)));
        assert_eq!(
            parts(span, 5 * span + 3, 10),
            made((span, span), (1, 5), (5 * span, 5 * span + 3))
        );
        assert_eq!(
            parts(9 * span + 1, ever, 10),
            made((9 * span + 1, ever), (0, 0), (0, 0))
        );
        assert_eq!(parts(1, span, 10), made((1, span), (0, 0), (0, 0)));
        assert_eq!(
            parts(0, ever, 0),
            made((0, ever), (0, 0), (0, 0)),
            "nothing is counted yet"
        );
    }
}
