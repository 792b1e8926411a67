//! The numbers of conversations that had a turn lately, so that a commit need not look them up.
//!
//! A number is its conversation's until the conversation is removed: by an erasure, here or in another
//! process. Whoever removes some holds the writer's connection and forgets them all.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use frontdesk_core::ConversationId;

/// Numbers remembered at least, once there were as many; at most twice of it.
const NUMBERS_MAX: usize = 32_768;

/// Numbers by conversation. Used only by whoever holds the writer's connection.
#[derive(Default)]
pub(super) struct Numbers(Mutex<Generations>);

/// When the young ones are many, the old ones go.
#[derive(Default)]
struct Generations {
    young: HashMap<ConversationId, i64>,
    old: HashMap<ConversationId, i64>,
    data_version: i64,
}

impl Numbers {
    /// Forgets all of them.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    /// Forgets all of them if another process has written since: `data_version` differs then.
    pub(super) fn keep_while(&self, data_version: i64) {
        let mut generations = self.lock();
        if generations.data_version != data_version {
            generations.clear();
            generations.data_version = data_version;
        }
    }

    /// The number of a conversation, if it is remembered.
    pub(super) fn get(&self, id: ConversationId) -> Option<i64> {
        let generations = self.lock();
        let found = generations.young.get(&id).or_else(|| generations.old.get(&id));
        found.copied()
    }

    /// Remembers numbers that were committed.
    pub(super) fn remember(&self, numbers: impl Iterator<Item = (ConversationId, i64)>) {
        let mut generations = self.lock();
        if generations.young.len() >= NUMBERS_MAX {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.extend(numbers);
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        // Whoever panicked holding it left a number out, never a wrong one in.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(number: usize) -> ConversationId {
        ConversationId(uuid::Uuid::from_u128(number as u128))
    }

    #[test]
    fn what_was_used_lately_is_remembered_and_the_rest_is_bounded() {
        let numbers = Numbers::default();
        for number in 0..NUMBERS_MAX * 5 {
            numbers.remember([(conversation(number), 7)].into_iter());
        }
        assert_eq!(numbers.get(conversation(NUMBERS_MAX * 4 + 1)), Some(7));
        assert_eq!(numbers.get(conversation(1)), None);
        let generations = numbers.lock();
        assert!(generations.young.len() + generations.old.len() <= NUMBERS_MAX * 2);
    }

    #[test]
    fn numbers_are_forgotten_when_another_process_wrote() {
        let numbers = Numbers::default();
        numbers.keep_while(1);
        numbers.remember([(conversation(1), 7)].into_iter());
        numbers.keep_while(1);
        assert_eq!(numbers.get(conversation(1)), Some(7));
        numbers.keep_while(2);
        assert_eq!(numbers.get(conversation(1)), None);
    }
}
