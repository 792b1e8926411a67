//! Watches what one client is given, over all of its connections.

use std::collections::BTreeSet;

use super::Violation;

/// What a client has of its conversation. Says so whenever it is given something twice, late or not at all.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    /// Everything up to here was given.
    contiguous: u64,
    /// Given, with something missing before it. An acknowledgement may overtake a message and the other way round.
    ahead: BTreeSet<u64>,
    /// The last message frame of this connection: messages come in order.
    newest_message: u64,
}

impl Tracker {
    /// The last `seq` up to which nothing is missing: what `resumeFrom` says.
    #[must_use]
    pub const fn contiguous(&self) -> u64 {
        self.contiguous
    }

    /// A new connection resumes from [`Self::contiguous`]: everything later is given again.
    pub fn reconnect(&mut self) {
        self.ahead.clear();
        self.newest_message = self.contiguous;
    }

    /// A `message` frame came.
    pub fn message(&mut self, seq: u64) -> Option<Violation> {
        let has = self.has(seq);
        let after = self.newest_message;
        self.newest_message = after.max(seq);
        if has {
            return Some(Violation::DeliveredTwice { seq });
        }
        self.take(seq);
        (seq < after).then_some(Violation::DeliveredOutOfOrder { seq, after })
    }

    /// An `ack` frame came for message `id`, whose place was `known` already.
    pub fn ack(&mut self, id: &str, known: Option<u64>, seq: u64) -> Option<Violation> {
        if let Some(first) = known {
            return (first != seq).then(|| Violation::AckChanged {
                id: id.to_owned(),
                first,
                again: seq,
            });
        }
        if self.has(seq) {
            // The place belongs to a message that came before: two messages with one `seq`.
            return Some(Violation::DeliveredTwice { seq });
        }
        self.take(seq);
        None
    }

    /// What is missing once everything acknowledged and answered has come.
    #[must_use]
    pub fn missing(&self) -> Option<Violation> {
        (!self.ahead.is_empty()).then_some(Violation::NotDelivered {
            seq: self.contiguous + 1,
        })
    }

    fn has(&self, seq: u64) -> bool {
        seq <= self.contiguous || self.ahead.contains(&seq)
    }

    fn take(&mut self, seq: u64) {
        self.ahead.insert(seq);
        while self.ahead.remove(&(self.contiguous + 1)) {
            self.contiguous += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undisturbed_dialogue_is_clean() {
        let mut tracker = Tracker::default();
        assert_eq!(tracker.ack("m1", None, 1), None);
        assert_eq!(tracker.message(2), None);
        // The acknowledgement may come after the reply.
        assert_eq!(tracker.message(4), None);
        assert_eq!(tracker.contiguous(), 2);
        assert_eq!(tracker.ack("m2", None, 3), None);
        assert_eq!((tracker.contiguous(), tracker.missing()), (4, None));
    }

    #[test]
    fn a_resumed_message_is_new_and_its_second_ack_is_not() {
        let mut tracker = Tracker::default();
        tracker.reconnect();
        assert_eq!(tracker.message(1), None);
        assert_eq!(tracker.ack("m1", Some(1), 1), None);
        assert_eq!(
            tracker.ack("m1", Some(1), 3),
            Some(Violation::AckChanged {
                id: "m1".into(),
                first: 1,
                again: 3
            })
        );
    }

    #[test]
    fn what_was_ahead_may_come_again_after_a_reconnect_only() {
        let mut tracker = Tracker::default();
        assert_eq!(tracker.message(2), None);
        assert_eq!(tracker.missing(), Some(Violation::NotDelivered { seq: 1 }));
        assert_eq!(tracker.message(2), Some(Violation::DeliveredTwice { seq: 2 }));
        tracker.reconnect();
        assert_eq!(tracker.message(1), None);
        assert_eq!(tracker.message(2), None);
        assert_eq!(tracker.message(1), Some(Violation::DeliveredTwice { seq: 1 }));
    }

    #[test]
    fn a_later_message_before_an_earlier_one_is_out_of_order() {
        let mut tracker = Tracker::default();
        assert_eq!(tracker.message(3), None);
        assert_eq!(
            tracker.message(2),
            Some(Violation::DeliveredOutOfOrder { seq: 2, after: 3 })
        );
    }

    #[test]
    fn two_messages_at_one_place_are_seen() {
        let mut tracker = Tracker::default();
        assert_eq!(tracker.ack("m1", None, 1), None);
        assert_eq!(tracker.ack("m2", None, 1), Some(Violation::DeliveredTwice { seq: 1 }));
    }
}
