//! How often one person may be written to from one number: some messages at once, then one in a while.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::Line;

/// Messages to one person at once, and the pause after each from then on, in milliseconds.
const USUAL: (i64, i64) = (45, 6_000);
/// The same of [`SHY`].
const STRICT: (i64, i64) = (1, 3_000);
/// A number that may be written to less often than others, to be met by a test.
const SHY: &str = "+15005550007";
/// Pairs remembered.
const PAIRS_MAX: usize = 1_024;

/// When each pair has made up for what was sent, in milliseconds since the Unix epoch.
#[derive(Debug, Default)]
pub(super) struct Pairs(Mutex<HashMap<Line, i64>>);

impl Pairs {
    /// Counts a message; `false` when it is one too many.
    pub fn admit(&self, line: &Line, now_ms: i64) -> bool {
        let (at_once, pause) = if line.customer == SHY { STRICT } else { USUAL };
        let mut pairs = self.0.lock();
        if pairs.len() >= PAIRS_MAX {
            pairs.retain(|_, even_at| *even_at > now_ms);
        }
        let even_at = pairs.get(line).copied().unwrap_or(now_ms).max(now_ms);
        if even_at - now_ms > (at_once - 1) * pause {
            return false;
        }
        pairs.insert(line.clone(), even_at + pause);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_at_once_then_one_in_a_while() {
        let pairs = Pairs::default();
        let line = |customer: &str| Line {
            channel: "whatsapp_cloud".to_owned(),
            customer: customer.to_owned(),
            business: "1".to_owned(),
        };
        let one = line("+12125550100");
        assert!((0..45).all(|_| pairs.admit(&one, 1_000)));
        assert!(!pairs.admit(&one, 1_000));
        assert!(pairs.admit(&line("+12125550101"), 1_000), "somebody else");
        assert!(!pairs.admit(&one, 6_999));
        assert!(pairs.admit(&one, 7_000));
        assert!(!pairs.admit(&one, 7_000));
    }
}
