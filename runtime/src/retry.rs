//! Pauses between tries.

use std::time::Duration;

/// Pauses that double from a first one up to a longest one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    pub base: Duration,
    pub max: Duration,
}

impl Backoff {
    /// The pause after the `failures`-th failure in a row, counted from 1.
    pub fn after(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_longest() {
        let backoff = Backoff {
            base: Duration::from_secs(1),
            max: Duration::from_secs(16),
        };
        let seconds: Vec<u64> = (1..=7).map(|failures| backoff.after(failures).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 16, 16]);
        assert_eq!(backoff.after(u32::MAX), Duration::from_secs(16));
    }
}
