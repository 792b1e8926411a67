//! Receivers that keep failing, and since when.

use std::collections::BTreeMap;

use frontdesk_core::Timestamp;
use parking_lot::Mutex;

/// The receivers to which sending rests. Bounded by the senders there are.
#[derive(Debug, Default)]
pub(crate) struct Resting(Mutex<BTreeMap<String, Timestamp>>);

impl Resting {
    /// Sending to a receiver rests now, or does not.
    pub fn note(&self, sender: &str, is_resting: bool, now: Timestamp) {
        let mut resting = self.0.lock();
        if !is_resting {
            resting.remove(sender);
        } else if !resting.contains_key(sender) {
            resting.insert(sender.to_owned(), now);
        }
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<(String, Timestamp)> {
        let resting = self.0.lock();
        resting.iter().map(|(sender, since)| (sender.clone(), *since)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_lasts_from_its_first_failure_to_a_success() {
        let resting = Resting::default();
        let at = Timestamp::from_millis;
        resting.note("carrier", true, at(1));
        resting.note("carrier", true, at(2));
        resting.note("other", false, at(2));
        assert_eq!(resting.all(), [("carrier".to_owned(), at(1))]);
        resting.note("carrier", false, at(3));
        assert_eq!(resting.all(), []);
    }
}
