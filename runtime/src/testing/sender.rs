use std::collections::VecDeque;

use async_trait::async_trait;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Entry, SendError, Sender, Sent};
use parking_lot::Mutex;
use serde_json::Value;

use super::ManualClock;

/// How a [`RecordingSender`] answers one send.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Takes it, under the entry's own id.
    Take,
    /// Takes it and answers an inquiry.
    Answer(Value),
    /// Does not.
    Fail(SendError),
    /// Never answers.
    Hang,
    /// Panics.
    Panic,
}

/// A sender that remembers what it was given and answers as told; untold, it takes everything.
#[derive(Debug)]
pub struct RecordingSender {
    clock: ManualClock,
    is_idempotent: bool,
    found: Mutex<VecDeque<Result<Option<Sent>, SendError>>>,
    traces: Mutex<Vec<(Timestamp, Timestamp)>>,
    replies: Mutex<VecDeque<Reply>>,
    attempts: Mutex<Vec<(Timestamp, Entry)>>,
}

impl RecordingSender {
    /// A sender that cannot tell a repeated entry from a new one.
    #[must_use]
    pub fn new(clock: &ManualClock) -> Self {
        Self {
            clock: clock.clone(),
            is_idempotent: false,
            found: Mutex::default(),
            traces: Mutex::default(),
            replies: Mutex::default(),
            attempts: Mutex::default(),
        }
    }

    /// The same, but one that recognises an entry it had before.
    #[must_use]
    pub fn idempotent(self) -> Self {
        Self {
            is_idempotent: true,
            ..self
        }
    }

    /// Answers the next questions what became of an entry so, in this order; untold, it finds nothing.
    pub fn find(&self, found: impl IntoIterator<Item = Result<Option<Sent>, SendError>>) {
        self.found.lock().extend(found);
    }

    /// When it was asked, and since when the entry may have been taken.
    #[must_use]
    pub fn traces(&self) -> Vec<(Timestamp, Timestamp)> {
        self.traces.lock().clone()
    }

    /// Answers the next sends so, in this order.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().extend(replies);
    }

    /// Every entry it was handed, and when.
    #[must_use]
    pub fn attempts(&self) -> Vec<(Timestamp, Entry)> {
        self.attempts.lock().clone()
    }
}

#[async_trait]
impl Sender for RecordingSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        self.attempts.lock().push((self.clock.now(), entry.clone()));
        let reply = self.replies.lock().pop_front().unwrap_or(Reply::Take);
        let answer = match reply {
            Reply::Take => None,
            Reply::Answer(answer) => Some(answer),
            Reply::Fail(error) => return Err(error),
            Reply::Hang => std::future::pending().await,
            Reply::Panic => panic!("told to panic"),
        };
        Ok(Sent {
            external_id: Some(entry.id.to_string()),
            answer,
        })
    }

    fn is_idempotent(&self) -> bool {
        self.is_idempotent
    }

    async fn trace(&self, _entry: &Entry, since: Timestamp) -> Result<Option<Sent>, SendError> {
        self.traces.lock().push((self.clock.now(), since));
        self.found.lock().pop_front().unwrap_or(Ok(None))
    }
}
