//! Compares the history the server tells with what a client sent and was promised.

use std::collections::HashSet;

use super::Violation;
use crate::client::{Run, Sent, message_id};
use crate::wire::Role;

/// One message of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its place.
    pub seq: u64,
    /// Who wrote it.
    pub role: Role,
    /// Its text.
    pub content: String,
}

/// How many messages the bot writes in each turn of a dialogue that nothing disturbs: `[0]` before the first message
/// of the visitor, `[n]` in answer to the n-th.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    replies: Vec<usize>,
}

impl Reference {
    /// Counts the replies of an undisturbed history.
    #[must_use]
    pub fn from_history(history: &[Entry]) -> Self {
        Self {
            replies: groups(history).into_iter().map(|(_, replies)| replies).collect(),
        }
    }

    /// The number of the visitor's messages it knows the answers to.
    #[must_use]
    pub fn turns(&self) -> usize {
        self.replies.len() - 1
    }

    /// Whether every message of the visitor is answered.
    #[must_use]
    pub fn answers_everything(&self) -> bool {
        self.replies.iter().skip(1).all(|replies| *replies > 0)
    }
}

/// Compares a thread's whole history with what was sent. Without a `reference` the visitor's messages may stand in
/// any order and replies are not counted: so it is when messages were sent out of order on purpose.
#[must_use]
pub fn check(run: &Run, sent: &Sent, history: &[Entry], reference: Option<&Reference>) -> Vec<Violation> {
    let mut violations = Vec::new();
    check_sequence(history, &mut violations);
    check_messages(run, sent, history, &mut violations);
    check_ids(history, &mut violations);
    if let Some(reference) = reference {
        check_order(sent, history, &mut violations);
        check_replies(reference, history, &mut violations);
    }
    violations
}

fn check_sequence(history: &[Entry], violations: &mut Vec<Violation>) {
    let mut expected = 1;
    for entry in history {
        if entry.seq != expected {
            violations.push(Violation::Gap {
                expected,
                found: entry.seq,
            });
        }
        expected = entry.seq + 1;
    }
}

fn check_messages(run: &Run, sent: &Sent, history: &[Entry], violations: &mut Vec<Violation>) {
    for (turn, acknowledged) in sent.acks.iter().enumerate() {
        let id = message_id(turn);
        let mut found = users(history).filter(|entry| entry.id == id);
        let Some(first) = found.next() else {
            if let Some(seq) = *acknowledged {
                violations.push(Violation::Lost { id, seq });
            }
            continue;
        };
        let times = 1 + found.count();
        if let Some(acknowledged) = *acknowledged
            && acknowledged != first.seq
        {
            violations.push(Violation::Moved {
                id: id.clone(),
                acknowledged,
                found: first.seq,
            });
        }
        if first.content != run.line(sent.number, turn) {
            violations.push(Violation::Altered { id: id.clone() });
        }
        if times > 1 {
            violations.push(Violation::Doubled { id, times });
        }
    }
    let known: HashSet<_> = (0..sent.acks.len()).map(message_id).collect();
    let strangers = users(history).filter(|entry| !known.contains(&entry.id));
    violations.extend(strangers.map(|entry| Violation::NeverSent { id: entry.id.clone() }));
}

/// Every message has an id of its own, the bot's included: a reply stored twice keeps its id.
fn check_ids(history: &[Entry], violations: &mut Vec<Violation>) {
    let mut seen = HashSet::new();
    let again = history
        .iter()
        .filter(|entry| entry.role != Role::User && !seen.insert(entry.id.as_str()));
    violations.extend(again.map(|entry| Violation::Doubled {
        id: entry.id.clone(),
        times: 2,
    }));
}

fn check_order(sent: &Sent, history: &[Entry], violations: &mut Vec<Violation>) {
    let place = |turn: usize| {
        users(history)
            .find(|entry| entry.id == message_id(turn))
            .map(|entry| entry.seq)
    };
    let mut before = 0;
    for turn in (0..sent.acks.len()).rev() {
        let Some(seq) = place(turn) else { continue };
        if before != 0 && seq > before {
            violations.push(Violation::Reordered {
                id: message_id(turn + 1),
            });
        }
        before = seq;
    }
}

fn check_replies(reference: &Reference, history: &[Entry], violations: &mut Vec<Violation>) {
    for (position, (id, found)) in groups(history).into_iter().enumerate() {
        let expected = reference.replies.get(position).copied().unwrap_or(0);
        if expected != found {
            violations.push(Violation::Replies {
                id: id.to_owned(),
                expected,
                found,
            });
        }
    }
}

/// The messages of the visitor with the number of messages that follow each, after what precedes the first.
fn groups(history: &[Entry]) -> Vec<(&str, usize)> {
    let mut groups = vec![("", 0)];
    for entry in history {
        match entry.role {
            Role::User => groups.push((entry.id.as_str(), 0)),
            Role::Bot | Role::Operator => groups.last_mut().expect("starts with one").1 += 1,
        }
    }
    groups
}

fn users(history: &[Entry]) -> impl Iterator<Item = &Entry> {
    history.iter().filter(|entry| entry.role == Role::User)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dialogue of `turns` turns with one reply each, and what its client knows.
    fn dialogue(turns: usize) -> (Run, Sent, Vec<Entry>) {
        let run = Run::new("demo-catering");
        let mut history = Vec::new();
        let mut acks = Vec::new();
        for turn in 0..turns {
            let seq = 2 * turn as u64 + 1;
            let content = run.line(3, turn);
            history.push(Entry {
                id: message_id(turn),
                seq,
                role: Role::User,
                content,
            });
            history.push(Entry {
                id: format!("b{turn}"),
                seq: seq + 1,
                role: Role::Bot,
                content: "ok".into(),
            });
            acks.push(Some(seq));
        }
        (run, Sent { number: 3, acks }, history)
    }

    fn renumber(history: &mut [Entry]) {
        for (entry, seq) in history.iter_mut().zip(1..) {
            entry.seq = seq;
        }
    }

    #[test]
    fn a_clean_history_has_no_findings() {
        let (run, sent, history) = dialogue(5);
        let reference = Reference::from_history(&history);
        assert!(reference.answers_everything());
        assert_eq!(reference.turns(), 5);
        assert_eq!(check(&run, &sent, &history, Some(&reference)), []);
    }

    #[test]
    fn an_unacknowledged_message_may_be_there_or_not() {
        let (run, mut sent, mut history) = dialogue(3);
        let reference = Reference::from_history(&history);
        sent.acks[2] = None;
        assert_eq!(check(&run, &sent, &history, Some(&reference)), []);
        history.truncate(4);
        assert_eq!(check(&run, &sent, &history, Some(&reference)), []);
    }

    #[test]
    fn a_lost_message_is_found() {
        let (run, sent, mut history) = dialogue(3);
        let reference = Reference::from_history(&history);
        history.truncate(4);
        assert_eq!(
            check(&run, &sent, &history, Some(&reference)),
            [Violation::Lost {
                id: "m3".into(),
                seq: 5
            }]
        );
    }

    #[test]
    fn a_doubled_message_is_found() {
        let (run, sent, mut history) = dialogue(2);
        let reference = Reference::from_history(&history);
        let copy = history[2].clone();
        history.push(copy);
        renumber(&mut history);
        let found = check(&run, &sent, &history, Some(&reference));
        assert!(
            found.contains(&Violation::Doubled {
                id: "m2".into(),
                times: 2
            }),
            "{found:?}"
        );
    }

    #[test]
    fn a_doubled_reply_is_found_with_the_same_and_with_another_id() {
        let (run, sent, mut history) = dialogue(2);
        let reference = Reference::from_history(&history);
        let mut copy = history[1].clone();
        history.insert(2, copy.clone());
        renumber(&mut history);
        let found = check(&run, &sent, &history, Some(&reference));
        assert!(
            found.contains(&Violation::Doubled {
                id: "b0".into(),
                times: 2
            }),
            "{found:?}"
        );
        assert!(
            found.contains(&Violation::Replies {
                id: "m1".into(),
                expected: 1,
                found: 2
            }),
            "{found:?}"
        );

        "other".clone_into(&mut copy.id);
        history[2] = copy;
        renumber(&mut history);
        let found = check(&run, &sent, &history, Some(&reference));
        assert!(
            found.contains(&Violation::Replies {
                id: "m1".into(),
                expected: 1,
                found: 2
            }),
            "{found:?}"
        );
    }

    #[test]
    fn a_missing_reply_is_found() {
        let (run, sent, mut history) = dialogue(2);
        let reference = Reference::from_history(&history);
        history.pop();
        assert_eq!(
            check(&run, &sent, &history, Some(&reference)),
            [Violation::Replies {
                id: "m2".into(),
                expected: 1,
                found: 0
            }]
        );
    }

    #[test]
    fn a_gap_and_a_moved_message_are_found() {
        let (run, sent, mut history) = dialogue(2);
        let reference = Reference::from_history(&history);
        history.remove(1);
        let found = check(&run, &sent, &history, Some(&reference));
        assert!(found.contains(&Violation::Gap { expected: 2, found: 3 }), "{found:?}");
        renumber(&mut history);
        let found = check(&run, &sent, &history, Some(&reference));
        assert!(
            found.contains(&Violation::Moved {
                id: "m2".into(),
                acknowledged: 3,
                found: 2
            }),
            "{found:?}"
        );
    }

    #[test]
    fn reordered_messages_are_found_only_where_order_was_kept() {
        let (run, mut sent, mut history) = dialogue(2);
        let reference = Reference::from_history(&history);
        history.swap(0, 2);
        renumber(&mut history);
        sent.acks = vec![Some(3), Some(1)];
        assert_eq!(
            check(&run, &sent, &history, Some(&reference)),
            [Violation::Reordered { id: "m2".into() }]
        );
        assert_eq!(check(&run, &sent, &history, None), []);
    }

    #[test]
    fn altered_and_foreign_messages_are_found() {
        let (run, sent, mut history) = dialogue(2);
        "something else".clone_into(&mut history[0].content);
        "stranger".clone_into(&mut history[2].id);
        let found = check(&run, &sent, &history, None);
        assert!(found.contains(&Violation::Altered { id: "m1".into() }), "{found:?}");
        assert!(
            found.contains(&Violation::NeverSent { id: "stranger".into() }),
            "{found:?}"
        );
        assert!(
            found.contains(&Violation::Lost {
                id: "m2".into(),
                seq: 3
            }),
            "{found:?}"
        );
    }
}
