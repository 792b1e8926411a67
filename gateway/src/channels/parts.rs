//! Messages that leave in several parts, one after the other: each has an id of its own at the provider,
//! and is told of by itself.

use std::fmt;
use std::str::FromStr;

use frontdesk_core::ports::outbox::{SendError, Sent};
use frontdesk_core::ports::reports::BETWEEN_IDS;

/// In place of an id that the provider did not tell.
const NO_ID: &str = "?";

/// The parts of a message as they leave.
#[derive(Debug, Default)]
pub struct Parts(Vec<Option<String>>);

impl Parts {
    /// Notes how the next part has left.
    ///
    /// # Errors
    ///
    /// It did not. With a part gone out already, trying all of the message again would say that part
    /// twice: then nobody can tell what arrived.
    pub fn note(&mut self, result: Result<Sent, SendError>) -> Result<(), SendError> {
        match result {
            Ok(sent) => {
                self.0.push(sent.external_id);
                Ok(())
            }
            Err(error) if self.0.is_empty() => Err(error),
            Err(error) => Err(SendError::Unknown {
                reason: format!("the message was sent in part only: {error}"),
            }),
        }
    }

    /// All of them have left.
    #[must_use]
    pub fn sent(self) -> Sent {
        let is_known = self.0.iter().any(Option::is_some);
        let ids: Vec<&str> = self.0.iter().map(|id| id.as_deref().unwrap_or(NO_ID)).collect();
        Sent {
            external_id: is_known.then(|| ids.join(&BETWEEN_IDS.to_string())),
            answer: None,
        }
    }
}

/// The ids of the parts of a message, from what is noted of it.
pub fn ids(external_id: &str) -> impl DoubleEndedIterator<Item = &str> {
    external_id.split(BETWEEN_IDS)
}

/// What goes along with a message where the provider gives it back with its reports: so these are understood
/// although the answer to its sending was lost, or comes after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The message's place in its conversation.
    pub seq: u64,
    /// In how many parts it leaves.
    pub parts: u32,
}

impl Mark {
    /// Of the message at this place, which leaves in so many parts.
    #[must_use]
    pub fn new(seq: u64, parts: usize) -> Self {
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        Self { seq, parts }
    }
}

impl fmt::Display for Mark {
    /// `12`; of three parts `12/3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts {
            0 | 1 => write!(f, "{}", self.seq),
            parts => write!(f, "{}/{parts}", self.seq),
        }
    }
}

/// It is no mark of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMark;

impl FromStr for Mark {
    type Err = NoMark;

    fn from_str(text: &str) -> Result<Self, NoMark> {
        let (seq, parts) = text.split_once('/').unwrap_or((text, "1"));
        Ok(Self {
            seq: seq.parse().map_err(|_| NoMark)?,
            parts: parts.parse().ok().filter(|parts| *parts > 0).ok_or(NoMark)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: Option<&str>) -> Result<Sent, SendError> {
        Ok(Sent {
            external_id: id.map(str::to_owned),
            answer: None,
        })
    }

    #[test]
    fn all_ids_are_kept_and_what_broke_off_is_not_tried_again() {
        let together = |ids: &[Option<&str>]| {
            let mut parts = Parts::default();
            ids.iter().for_each(|id| parts.note(sent(*id)).unwrap());
            parts.sent().external_id
        };
        assert_eq!(together(&[Some("a")]).as_deref(), Some("a"));
        assert_eq!(together(&[Some("a"), None, Some("c")]).as_deref(), Some("a ? c"));
        assert_eq!(together(&[None, None]), None);
        assert_eq!(ids("a ? c").next_back(), Some("c"));

        let refused = || Err(SendError::permanent("no"));
        let mut parts = Parts::default();
        assert_eq!(parts.note(refused()), Err(SendError::permanent("no")));
        parts.note(sent(Some("a"))).unwrap();
        assert!(matches!(parts.note(refused()), Err(SendError::Unknown { reason }) if reason.contains("in part")));
    }

    #[test]
    fn a_mark_comes_back_as_it_was_given() {
        for (mark, text) in [(Mark::new(12, 1), "12"), (Mark::new(12, 3), "12/3")] {
            assert_eq!((mark.to_string().as_str(), text.parse()), (text, Ok(mark)));
        }
        for text in ["", "a", "1/0", "1/", "-1", "1/2/3"] {
            assert_eq!(text.parse::<Mark>(), Err(NoMark), "{text}");
        }
    }
}
