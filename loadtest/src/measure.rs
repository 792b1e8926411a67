//! Latencies and counts of one run.

use std::ops::Range;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

/// The longest latency told apart; longer ones count as this.
const LATENCY_MAX: Duration = Duration::from_secs(120);
/// The longest run whose turns are counted second by second.
const SECONDS_MAX: usize = 4 * 3600;
/// The percentiles of a summary, and of the curve in the report.
const CURVE: [f64; 20] = [
    0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 85.0, 90.0, 95.0, 97.0, 98.0, 99.0, 99.5, 99.9, 99.95, 99.99,
    100.0,
];

/// What the clients of one thread saw.
#[derive(Clone, Debug)]
pub struct Recorder {
    window: Range<Instant>,
    /// From the intended time to the acknowledgement.
    acked: Histogram<u32>,
    /// From the intended time to the reply.
    replied: Histogram<u32>,
    /// From the intended time to the sending: what the client itself was late.
    late: Histogram<u32>,
    per_second: Vec<u32>,
    turns: u64,
    turns_in_time: u64,
    busy: u64,
}

impl Recorder {
    /// A recorder of the turns intended within `window`: earlier ones are warm-up.
    #[must_use]
    pub fn new(window: Range<Instant>) -> Self {
        Self {
            window,
            acked: histogram(),
            replied: histogram(),
            late: histogram(),
            per_second: Vec::new(),
            turns: 0,
            turns_in_time: 0,
            busy: 0,
        }
    }

    /// One turn: when it should have been sent, when it was, when it was acknowledged and answered, and how often the
    /// server asked to wait.
    pub fn turn(&mut self, intended: Instant, sent: Instant, acked: Instant, replied: Instant, busy: u32) {
        if !self.window.contains(&intended) {
            return;
        }
        let since = replied.saturating_duration_since(self.window.start);
        let second = usize::try_from(since.as_secs()).unwrap_or(SECONDS_MAX).min(SECONDS_MAX);
        if self.per_second.len() <= second {
            self.per_second.resize(second + 1, 0);
        }
        self.per_second[second] += 1;
        self.turns += 1;
        self.turns_in_time += u64::from(replied < self.window.end);
        self.busy += u64::from(busy);
        self.acked.saturating_record(micros(acked - intended));
        self.replied.saturating_record(micros(replied - intended));
        self.late
            .saturating_record(micros(sent.saturating_duration_since(intended)));
    }

    /// Adds what another thread saw.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.acked, &other.acked),
            (&mut self.replied, &other.replied),
            (&mut self.late, &other.late),
        ] {
            mine.add(theirs).expect("all histograms have the same bounds");
        }
        if self.per_second.len() < other.per_second.len() {
            self.per_second.resize(other.per_second.len(), 0);
        }
        for (mine, theirs) in self.per_second.iter_mut().zip(&other.per_second) {
            *mine += theirs;
        }
        self.turns += other.turns;
        self.turns_in_time += other.turns_in_time;
        self.busy += other.busy;
    }

    /// Turns counted.
    #[must_use]
    pub const fn turns(&self) -> u64 {
        self.turns
    }

    /// Turns answered before the end of the window: what a rate is computed from. Later answers count as latencies
    /// only.
    #[must_use]
    pub const fn turns_in_time(&self) -> u64 {
        self.turns_in_time
    }

    /// How often the server asked to wait.
    #[must_use]
    pub const fn busy(&self) -> u64 {
        self.busy
    }

    /// Turns answered in each second.
    #[must_use]
    pub fn per_second(&self) -> &[u32] {
        &self.per_second
    }

    /// The latencies, to be reported.
    #[must_use]
    pub fn latencies(&self) -> Vec<Latency> {
        vec![
            Latency::of("intended → reply", &self.replied),
            Latency::of("intended → ack", &self.acked),
            Latency::of("intended → sent", &self.late),
        ]
    }

    /// The share of acknowledgements that came later than `limit` after the intended time.
    #[must_use]
    pub fn share_acked_after(&self, limit: Duration) -> f64 {
        let within = self.acked.count_between(0, micros(limit));
        1.0 - within as f64 / self.acked.len().max(1) as f64
    }

    /// The 99th percentile from the intended time to the reply, in milliseconds.
    #[must_use]
    pub fn reply_p99_ms(&self) -> f64 {
        millis(self.replied.value_at_quantile(0.99))
    }
}

/// A distribution of latencies.
#[derive(Clone, Debug, Serialize)]
pub struct Latency {
    /// From what to what.
    pub name: String,
    /// How many.
    pub count: u64,
    /// The mean.
    pub mean_ms: f64,
    /// Percentile (0–100) and the latency at most so many per cent took.
    pub percentiles_ms: Vec<(f64, f64)>,
}

impl Latency {
    /// Reads a histogram of microseconds.
    #[must_use]
    pub fn of(name: &str, histogram: &Histogram<u32>) -> Self {
        let at = |percentile: f64| (percentile, millis(histogram.value_at_quantile(percentile / 100.0)));
        Self {
            name: name.to_owned(),
            count: histogram.len(),
            mean_ms: histogram.mean() / 1000.0,
            percentiles_ms: CURVE.into_iter().map(at).collect(),
        }
    }

    /// The latency at one of the curve's percentiles.
    #[must_use]
    pub fn at(&self, percentile: f64) -> f64 {
        self.percentiles_ms
            .iter()
            .find(|(at, _)| *at >= percentile)
            .map_or(f64::NAN, |(_, ms)| *ms)
    }
}

/// An empty distribution of microseconds, up to the longest latency told apart.
#[must_use]
pub fn histogram() -> Histogram<u32> {
    Histogram::new_with_bounds(1, micros(LATENCY_MAX), 3).expect("the bounds are constants that fit")
}

/// A latency as it is recorded.
#[must_use]
pub fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX).max(1)
}

fn millis(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64() * 1000.0
}

/// When the turns of a run at a fixed rate shall be sent. Drawn before the run and kept whatever the server does.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Turns per second, all clients together.
    pub rate: f64,
    /// How many clients take turns.
    pub clients: usize,
}

impl Schedule {
    /// When client `client` shall send its `n`-th turn, counted from the start of the run.
    #[must_use]
    pub fn intended(&self, client: usize, n: u64) -> Duration {
        let position = n as f64 * self.clients as f64 + client as f64;
        Duration::from_secs_f64(position / self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn a_schedule_has_its_rate_and_no_two_turns_at_once() {
        let schedule = Schedule {
            rate: 500.0,
            clients: 7,
        };
        let mut times: Vec<_> = (0..7)
            .flat_map(|client| (0..100).map(move |n| schedule.intended(client, n)))
            .collect();
        times.sort();
        for (position, time) in times.iter().enumerate() {
            let expected = position as f64 / 500.0;
            assert!((time.as_secs_f64() - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn latency_counts_from_the_intended_time() {
        let start = clock::now();
        let ms = Duration::from_millis;
        let mut recorder = Recorder::new(start..start + ms(60_000));
        recorder.turn(start + ms(10), start + ms(110), start + ms(120), start + ms(130), 1);
        let latencies = recorder.latencies();
        for (latency, expected) in latencies.iter().zip([120.0, 110.0, 100.0]) {
            assert!((latency.at(99.0) - expected).abs() < 0.5, "{latency:?}");
        }
        assert_eq!((recorder.turns(), recorder.busy()), (1, 1));
    }

    #[test]
    fn warm_up_is_not_counted_and_recorders_add_up() {
        let start = clock::now() + Duration::from_secs(1);
        let ms = Duration::from_millis;
        let at = |after| start + ms(after);
        let before = start - Duration::from_millis(5);
        let mut a = Recorder::new(start..at(2001));
        a.turn(before, before, at(1), at(1), 0);
        assert_eq!(a.turns(), 0);
        a.turn(at(1), at(1), at(2), at(3), 0);
        let mut b = Recorder::new(start..at(2001));
        b.turn(at(2000), at(2000), at(2002), at(2003), 0);
        a.add(&b);
        assert_eq!((a.turns(), a.turns_in_time(), a.per_second()), (2, 1, &[1, 0, 1][..]));
    }
}
