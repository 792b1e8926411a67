//! How fast one person may be written to from one number, whoever carries WhatsApp's messages: some at once,
//! then one in a while. Kept ahead: a message that is refused for it is told so late by some, and is lost then.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::SendError;
use parking_lot::Mutex;

/// Messages to one person at once: some less than the 45 that WhatsApp takes, because it counts what leaves
/// by a colleague's own phone, too.
const AT_ONCE: i64 = 40;
/// The pause after each message from then on.
const PAUSE_MS: i64 = 6_000;
/// Pairs remembered.
const PAIRS_MAX: usize = 32_768;
/// What a pair owes that is near its limit, in milliseconds. A number that sends as fast as it may (1,000 a
/// second) brings fewer than [`PAIRS_MAX`] of them about.
const NEAR_MS: i64 = AT_ONCE / 2 * PAUSE_MS;

/// Whose messages to whom: an address of ours and a person's.
type Pair = (String, String);

/// The pace of every pair.
pub struct Pace {
    clock: Arc<dyn Clock>,
    /// When each pair has made up for what was sent, in milliseconds since the Unix epoch.
    pairs: Mutex<HashMap<Pair, i64>>,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace")
            .field("pairs", &self.pairs.lock().len())
            .finish_non_exhaustive()
    }
}

impl Pace {
    /// Nobody has been written to.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            pairs: Mutex::default(),
        }
    }

    /// Sends so many messages that leave together, if they are not too many by now. Those of which the carrier
    /// has certainly taken none are not counted: what waits for an account to be mended is not slowed by its own
    /// tries.
    ///
    /// # Errors
    ///
    /// [`SendError::NotNow`]: they would be too many by now; or what `sending` ends with.
    pub async fn keep<T>(
        &self,
        ours: &str,
        theirs: &str,
        messages: usize,
        sending: impl Future<Output = Result<T, SendError>>,
    ) -> Result<T, SendError> {
        self.admit(ours, theirs, messages)?;
        sending
            .await
            .inspect_err(|error| self.take_back(ours, theirs, messages, error))
    }

    fn admit(&self, ours: &str, theirs: &str, messages: usize) -> Result<(), SendError> {
        let messages = i64::try_from(messages).unwrap_or(i64::MAX).min(AT_ONCE);
        let now_ms = self.clock.now().as_millis();
        let pair = (ours.to_owned(), theirs.to_owned());
        let mut pairs = self.pairs.lock();
        let even_at = pairs.get(&pair).copied().unwrap_or(now_ms).max(now_ms);
        let wait_ms = even_at - now_ms - (AT_ONCE - messages) * PAUSE_MS;
        if wait_ms > 0 {
            return Err(SendError::NotNow {
                wait_ms: wait_ms.unsigned_abs(),
            });
        }
        let is_known = pairs.contains_key(&pair);
        if !is_known && pairs.len() >= PAIRS_MAX {
            pairs.retain(|_, even_at| *even_at > now_ms + NEAR_MS);
        }
        // Of a pair that cannot be remembered WhatsApp tells.
        if is_known || pairs.len() < PAIRS_MAX {
            pairs.insert(pair, even_at + messages * PAUSE_MS);
        }
        Ok(())
    }

    fn take_back(&self, ours: &str, theirs: &str, messages: usize, error: &SendError) {
        if matches!(error, SendError::Unknown { .. }) {
            return;
        }
        let messages = i64::try_from(messages).unwrap_or(i64::MAX).min(AT_ONCE);
        if let Some(even_at) = self.pairs.lock().get_mut(&(ours.to_owned(), theirs.to_owned())) {
            *even_at -= messages * PAUSE_MS;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use frontdesk_core::Timestamp;

    use super::*;

    /// A clock that stands still, in milliseconds.
    #[derive(Debug)]
    struct Still(AtomicI64);

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    fn pace() -> (Arc<Still>, Pace) {
        let clock = Arc::new(Still(1_000.into()));
        let pace = Pace::new(Arc::clone(&clock) as Arc<dyn Clock>);
        (clock, pace)
    }

    fn wait_ms(result: Result<(), SendError>) -> u64 {
        match result {
            Ok(()) => 0,
            Err(SendError::NotNow { wait_ms }) => wait_ms,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn what_was_not_taken_is_not_counted() {
        let (_, pace) = pace();
        let unknown = SendError::Unknown { reason: String::new() };
        for _ in 0..2 * AT_ONCE {
            pace.admit("1", "+1", 1).unwrap();
            pace.take_back("1", "+1", 1, &SendError::permanent("the account is refused"));
        }
        for _ in 0..AT_ONCE {
            pace.admit("1", "+1", 1).unwrap();
            pace.take_back("1", "+1", 1, &unknown);
        }
        assert_eq!(wait_ms(pace.admit("1", "+1", 1)), 6_000, "these may have been taken");
    }

    #[test]
    fn some_at_once_then_one_in_a_while() {
        let (clock, pace) = pace();
        let say = |to: &str, messages| wait_ms(pace.admit("1", to, messages));
        for _ in 0..AT_ONCE {
            assert_eq!(say("+1", 1), 0);
        }
        assert_eq!(say("+1", 1), 6_000);
        assert_eq!(say("+2", 1), 0, "somebody else");
        assert_eq!(wait_ms(pace.admit("2", "+1", 1)), 0, "another number of ours");
        clock.0.fetch_add(6_000, Ordering::Relaxed);
        assert_eq!(say("+1", 2), 6_000, "those that leave together wait together");
        assert_eq!(say("+1", 1), 0);
        assert_eq!(say("+1", 1), 6_000);
        assert_eq!(say("+3", usize::MAX), 0, "what is too much for anybody leaves once");
        assert_eq!(say("+3", 1), 6_000);
    }

    #[test]
    fn those_near_their_limit_are_remembered_and_the_others_bounded() {
        let (_, pace) = pace();
        for _ in 0..AT_ONCE {
            pace.admit("1", "+1", 1).unwrap();
        }
        for number in 0..2 * PAIRS_MAX {
            pace.admit("1", &format!("+5{number}"), 1).unwrap();
            assert!(pace.pairs.lock().len() <= PAIRS_MAX);
        }
        assert_eq!(wait_ms(pace.admit("1", "+1", 1)), 6_000);
    }
}
