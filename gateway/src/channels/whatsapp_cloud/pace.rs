//! How fast one person may be written to from one number, whoever carries WhatsApp's messages: some at once,
//! then one in a while. Kept ahead: a message that is refused for it is told so late by some, and is lost then.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError};
use frontdesk_core::ports::reports::Reports;
use frontdesk_core::{ConversationId, Timestamp};
use parking_lot::Mutex;

use crate::channels::Outside;

/// Messages to one person at once: some less than the 45 that WhatsApp takes, because it counts what leaves
/// by a colleague's own phone, too.
const AT_ONCE: i64 = 40;
/// The pause after each message from then on.
const PAUSE_MS: i64 = 6_000;
/// A conversation with fewer messages than this, of both sides, is not near its limit.
const FEW: u64 = AT_ONCE.unsigned_abs() / 2;
/// Messages looked at of a pair that is not remembered: more than can count any more.
const LOOKED_AT_MAX: u32 = 80;
/// Pairs remembered.
const PAIRS_MAX: usize = 32_768;
/// What a pair owes that is near its limit, in milliseconds. A number that sends as fast as it may (1,000 a
/// second) brings fewer than [`PAIRS_MAX`] of them about.
const NEAR_MS: i64 = AT_ONCE / 2 * PAUSE_MS;

/// Whose messages to whom: an address of ours and a person's.
type Pair = (String, String);

/// The pace of every pair. What left before the start, over another node, or is forgotten is asked of the log:
/// a start at zero would let a pair have all at once again, and a start at the limit would keep everybody waiting.
pub struct Pace {
    clock: Arc<dyn Clock>,
    log: Option<Arc<dyn Reports>>,
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
    /// Nobody has been written to but those the log tells of.
    #[must_use]
    pub fn new(outside: &Outside) -> Self {
        Self {
            clock: Arc::clone(&outside.clock),
            log: outside.reports.clone(),
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
        entry: &Entry,
        messages: usize,
        sending: impl Future<Output = Result<T, SendError>>,
    ) -> Result<T, SendError> {
        let pair = (ours.to_owned(), entry.address.as_str().to_owned());
        let before = match &entry.cargo {
            Cargo::Message { seq, .. } if *seq > FEW && !self.pairs.lock().contains_key(&pair) => {
                self.even_at(entry.conversation).await
            }
            _ => 0,
        };
        self.admit(&pair, before, messages)?;
        sending
            .await
            .inspect_err(|error| self.take_back(&pair, messages, error))
    }

    /// When a pair has made up for what the log says was sent. A log that does not tell holds up nobody: what
    /// is too much comes back, and is sent later.
    async fn even_at(&self, conversation: ConversationId) -> i64 {
        let Some(log) = &self.log else {
            return 0;
        };
        let since = Timestamp::from_millis(self.clock.now().as_millis() - 2 * AT_ONCE * PAUSE_MS);
        match log.said_since(conversation, since, LOOKED_AT_MAX).await {
            Ok(said) => said
                .iter()
                .fold(0, |even_at, at| at.as_millis().max(even_at) + PAUSE_MS),
            Err(error) => {
                tracing::debug!(%error, "the log could not be asked for the pace of a pair");
                0
            }
        }
    }

    /// `before` is when the pair has made up for what is not remembered of it.
    fn admit(&self, pair: &Pair, before: i64, messages: usize) -> Result<(), SendError> {
        let messages = i64::try_from(messages).unwrap_or(i64::MAX).min(AT_ONCE);
        let now_ms = self.clock.now().as_millis();
        let mut pairs = self.pairs.lock();
        let even_at = pairs.get(pair).copied().unwrap_or(before).max(now_ms);
        let wait_ms = even_at - now_ms - (AT_ONCE - messages) * PAUSE_MS;
        if wait_ms > 0 {
            return Err(SendError::NotNow {
                wait_ms: wait_ms.unsigned_abs(),
            });
        }
        let is_known = pairs.contains_key(pair);
        if !is_known && pairs.len() >= PAIRS_MAX {
            pairs.retain(|_, even_at| *even_at > now_ms + NEAR_MS);
        }
        // Of a pair that cannot be remembered WhatsApp tells.
        if is_known || pairs.len() < PAIRS_MAX {
            pairs.insert(pair.clone(), even_at + messages * PAUSE_MS);
        }
        Ok(())
    }

    fn take_back(&self, pair: &Pair, messages: usize, error: &SendError) {
        if matches!(error, SendError::Unknown { .. }) {
            return;
        }
        let messages = i64::try_from(messages).unwrap_or(i64::MAX).min(AT_ONCE);
        if let Some(even_at) = self.pairs.lock().get_mut(pair) {
            *even_at -= messages * PAUSE_MS;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use url::Url;

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
        let url = Url::parse("https://example.com").unwrap();
        let outside = Outside::new(url, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        (clock, Pace::new(&outside))
    }

    fn pair(ours: &str, theirs: &str) -> Pair {
        (ours.to_owned(), theirs.to_owned())
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
        let pair = pair("1", "+1");
        for _ in 0..2 * AT_ONCE {
            pace.admit(&pair, 0, 1).unwrap();
            pace.take_back(&pair, 1, &SendError::permanent("the account is refused"));
        }
        for _ in 0..AT_ONCE {
            pace.admit(&pair, 0, 1).unwrap();
            pace.take_back(&pair, 1, &unknown);
        }
        assert_eq!(wait_ms(pace.admit(&pair, 0, 1)), 6_000, "these may have been taken");
    }

    #[test]
    fn some_at_once_then_one_in_a_while() {
        let (clock, pace) = pace();
        let say = |to: &str, messages| wait_ms(pace.admit(&pair("1", to), 0, messages));
        for _ in 0..AT_ONCE {
            assert_eq!(say("+1", 1), 0);
        }
        assert_eq!(say("+1", 1), 6_000);
        assert_eq!(say("+2", 1), 0, "somebody else");
        let another = wait_ms(pace.admit(&pair("2", "+1"), 0, 1));
        assert_eq!(another, 0, "another number of ours");
        clock.0.fetch_add(6_000, Ordering::Relaxed);
        assert_eq!(say("+1", 2), 6_000, "those that leave together wait together");
        assert_eq!(say("+1", 1), 0);
        assert_eq!(say("+1", 1), 6_000);
        assert_eq!(say("+3", usize::MAX), 0, "what is too much for anybody leaves once");
        assert_eq!(say("+3", 1), 6_000);
    }

    #[test]
    fn what_left_before_counts_once() {
        let (clock, pace) = pace();
        let now_ms = clock.now().as_millis();
        let one = pair("1", "+1");
        assert_eq!(wait_ms(pace.admit(&one, now_ms + AT_ONCE * PAUSE_MS, 1)), 6_000);
        assert_eq!(wait_ms(pace.admit(&one, now_ms + PAUSE_MS, 1)), 0);
        assert_eq!(pace.pairs.lock()[&one], now_ms + 2 * PAUSE_MS);
        pace.admit(&one, now_ms + AT_ONCE * PAUSE_MS, 1).unwrap();
        assert_eq!(
            pace.pairs.lock()[&one],
            now_ms + 3 * PAUSE_MS,
            "what is remembered is known better"
        );
    }

    #[test]
    fn those_near_their_limit_are_remembered_and_the_others_bounded() {
        let (_, pace) = pace();
        for _ in 0..AT_ONCE {
            pace.admit(&pair("1", "+1"), 0, 1).unwrap();
        }
        for number in 0..2 * PAIRS_MAX {
            pace.admit(&pair("1", &format!("+5{number}")), 0, 1).unwrap();
            assert!(pace.pairs.lock().len() <= PAIRS_MAX);
        }
        assert_eq!(wait_ms(pace.admit(&pair("1", "+1"), 0, 1)), 6_000);
    }
}
