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
pub(crate) const fn span_of(at: i64) -> i64 {
    at.div_euclid(SPAN_MS)
}

/// The first span that is not over.
pub(crate) const fn current(now: Timestamp) -> i64 {
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
