//! Whether an account of ours is silent against its own habit. Pure.
//!
//! People write by the hour of the week: many on Friday evening, nobody on Sunday night. So the hours
//! since the last message are compared with the same hours of the weeks before. A silence is strange
//! when in each of those weeks at least [`USUAL_MIN`] messages came in the same hours: one week with a
//! rush makes no habit, and one quiet week ends it.

/// Hours of a week.
const WEEK: i64 = 7 * 24;
/// Weeks that are compared with, at most.
const WEEKS_MAX: i64 = 4;
/// Weeks that make a habit, at least.
const WEEKS_MIN: i64 = 2;
/// Messages that must be missing. Where seven are usual, none come by chance less than once in a
/// thousand times.
pub const USUAL_MIN: u64 = 7;

/// How many hours back counts are needed: what is compared, and the silence itself.
pub const HOURS_KEPT: i64 = (WEEKS_MAX + 1) * WEEK;

/// A silence that is strange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The last hour in which anybody wrote, in hours since the Unix epoch.
    pub last_heard: i64,
    /// How many messages came in the same hours of the week in which the fewest did.
    pub usual: u64,
}

/// Looks at one account: `counts` are its hours with messages, ascending; `hour` is the one that runs.
#[must_use]
pub fn silence(counts: &[(i64, u64)], hour: i64) -> Option<Silence> {
    let (first, last_heard) = (counts.first()?.0, counts.last()?.0);
    // The hour that runs is not over: somebody may write yet.
    let span = last_heard + 1..hour.min(last_heard + 1 + WEEK);
    let weeks = ((span.start - first) / WEEK).min(WEEKS_MAX);
    if span.is_empty() || weeks < WEEKS_MIN {
        return None;
    }
    let in_week = |back: i64| -> u64 {
        let same = span.start - back * WEEK..span.end - back * WEEK;
        let within = counts.iter().filter(|(hour, _)| same.contains(hour));
        within.map(|(_, count)| count).sum()
    };
    let usual = (1..=weeks).map(in_week).min()?;
    (usual >= USUAL_MIN).then_some(Silence { last_heard, usual })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three messages in every hour from 9 to 17, for so many days from hour 0 on.
    fn office_hours(days: i64) -> Vec<(i64, u64)> {
        (0..days * 24)
            .filter(|hour| (9..17).contains(&(hour % 24)))
            .map(|hour| (hour, 3))
            .collect()
    }

    #[test]
    fn a_night_is_no_silence_and_a_morning_is() {
        let counts = office_hours(21);
        let day = 21 * 24;
        for (hour, usual) in [
            (day, None),      // midnight
            (day + 9, None),  // the hour in which people begin to write runs
            (day + 11, None), // two hours are over: six messages
            (day + 12, Some(9)),
            (day + 24, Some(24)),
        ] {
            let found = silence(&counts, hour).map(|silence| silence.usual);
            assert_eq!(found, usual, "{hour}");
        }
        assert_eq!(silence(&counts, day + 12).unwrap().last_heard, day - 8);
    }

    #[test]
    fn two_weeks_make_a_habit() {
        let noon_after = |days: i64| silence(&office_hours(days), days * 24 + 13);
        assert_eq!(noon_after(7), None);
        assert_eq!(noon_after(13), None);
        assert!(noon_after(15).is_some());
    }

    #[test]
    fn one_rush_makes_no_habit_and_one_quiet_week_ends_it() {
        let noon = 28 * 24 + 12;
        let rush: Vec<(i64, u64)> = (0..28 * 24)
            .step_by(24)
            .map(|hour| (hour, 1))
            .chain([(noon - WEEK, 500)])
            .collect();
        let mut rush = rush;
        rush.sort_unstable();
        assert_eq!(silence(&rush, noon + 5), None);

        let mut quiet = office_hours(28);
        quiet.retain(|(hour, _)| !(14 * 24..21 * 24).contains(hour));
        assert_eq!(silence(&quiet, noon), None);
    }

    #[test]
    fn silences_of_any_length_are_measured_by_one_week() {
        let counts = office_hours(28);
        let after = |days: i64| silence(&counts, (28 + days) * 24).unwrap().usual;
        assert_eq!(after(7), after(60));
        assert_eq!(after(60), 7 * 24);
    }

    #[test]
    fn nothing_is_expected_where_nobody_ever_wrote() {
        assert_eq!(silence(&[], 1_000), None);
    }
}
