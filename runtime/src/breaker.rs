//! A circuit breaker: stops trying a receiver that keeps failing, then lets one try through.

use std::time::Duration;

use tokio::time::Instant;

/// Closed until so many failures in a row; then open for a rest; then one probe decides.
#[derive(Debug)]
pub(crate) struct Breaker {
    failures_max: u32,
    rest: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    Probing,
}

/// Whether a try may be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Go on.
    Pass,
    /// A probe is under way; its end decides.
    Wait,
    /// Not before this moment.
    ShutUntil(Instant),
}

impl Breaker {
    pub fn new(failures_max: u32, rest: Duration) -> Self {
        Self {
            failures_max: failures_max.max(1),
            rest,
            state: State::Closed { failures: 0 },
        }
    }

    /// Whether a try would be let through now.
    pub fn gate(&self, now: Instant) -> Gate {
        match self.state {
            State::Closed { .. } => Gate::Pass,
            State::Open { until } if now >= until => Gate::Pass,
            State::Open { until } => Gate::ShutUntil(until),
            State::Probing => Gate::Wait,
        }
    }

    /// A try begins; after a rest it is the probe.
    pub fn begin(&mut self) {
        if matches!(self.state, State::Open { .. }) {
            self.state = State::Probing;
        }
    }

    /// A try came through.
    pub fn succeeded(&mut self) {
        self.state = State::Closed { failures: 0 };
    }

    /// A try failed; returns whether that opened the breaker.
    pub fn failed(&mut self, now: Instant) -> bool {
        let open = State::Open { until: now + self.rest };
        match &mut self.state {
            State::Closed { failures } => {
                *failures += 1;
                if *failures < self.failures_max {
                    return false;
                }
                self.state = open;
                true
            }
            State::Probing => {
                self.state = open;
                true
            }
            // A try begun before it opened: the rest is under way already.
            State::Open { .. } => false,
        }
    }

    /// What was let through was not tried after all; a probe is still to be made.
    pub fn not_tried(&mut self, now: Instant) {
        if matches!(self.state, State::Probing) {
            self.state = State::Open { until: now };
        }
    }

    /// Whether trying rests, or is being probed after a rest.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, State::Closed { .. })
    }

    /// Whether it is as good as new.
    pub fn is_calm(&self) -> bool {
        matches!(self.state, State::Closed { failures: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_rests_and_probes() {
        let rest = Duration::from_secs(10);
        let start = Instant::now();
        let mut breaker = Breaker::new(2, rest);
        assert!(!breaker.failed(start));
        assert!(breaker.failed(start));
        assert_eq!(breaker.gate(start), Gate::ShutUntil(start + rest));

        let later = start + rest;
        assert_eq!(breaker.gate(later), Gate::Pass);
        breaker.begin();
        assert_eq!(breaker.gate(later), Gate::Wait);
        assert!(breaker.failed(later));
        assert_eq!(breaker.gate(later), Gate::ShutUntil(later + rest));

        breaker.begin();
        breaker.succeeded();
        assert!(breaker.is_calm());
        assert_eq!(breaker.gate(later), Gate::Pass);
    }

    #[test]
    fn a_probe_that_was_not_made_is_still_to_be_made() {
        let now = Instant::now();
        let mut breaker = Breaker::new(1, Duration::from_secs(1));
        assert!(breaker.failed(now));
        let later = now + Duration::from_secs(1);
        breaker.begin();
        breaker.not_tried(later);
        assert_eq!(breaker.gate(later), Gate::Pass);
        assert!(!breaker.is_calm(), "one success decides, and there was none");
    }

    #[test]
    fn a_success_forgets_earlier_failures() {
        let now = Instant::now();
        let mut breaker = Breaker::new(2, Duration::from_secs(1));
        assert!(!breaker.failed(now));
        breaker.succeeded();
        assert!(!breaker.failed(now));
        assert_eq!(breaker.gate(now), Gate::Pass);
    }
}
