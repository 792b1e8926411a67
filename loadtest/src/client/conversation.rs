//! The careful visitor: remembers everything it sent and was told, over any number of connections.

use std::sync::Arc;
use std::time::Duration;

use super::script::{Run, Thread, message_id};
use super::socket::{Error, Socket};
use crate::verify::{Entry, Finding, Tracker, Violation};
use crate::wire::{self, Frame, Kind, Role};

/// The longest history read back. A dialogue of the load test is a hundredth of it.
const MAX_HISTORY: usize = 10_000;

/// What a visitor sent, and what it was promised. Enough to check the history against, and small: a fault run keeps
/// hundreds of thousands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The visitor's number in the run; its thread and its texts follow from it.
    pub number: u64,
    /// One per message sent, in order: the acknowledged `seq`, or `None` while unacknowledged.
    pub acks: Vec<Option<u64>>,
}

/// A dialogue that survives its connections.
#[derive(Debug)]
pub struct Conversation {
    run: Arc<Run>,
    thread: Thread,
    sent: Sent,
    /// Where the history said the visitor's own messages are; by turn.
    seen: Vec<Option<u64>>,
    /// The newest message of somebody else.
    newest_reply: u64,
    tracker: Tracker,
    violations: Vec<Violation>,
    frame: String,
}

impl Conversation {
    /// Visitor `number`, who has said nothing yet.
    #[must_use]
    pub fn new(run: &Arc<Run>, number: u64) -> Self {
        Self {
            run: Arc::clone(run),
            thread: run.thread(number),
            sent: Sent {
                number,
                acks: Vec::new(),
            },
            seen: Vec::new(),
            newest_reply: 0,
            tracker: Tracker::default(),
            violations: Vec::new(),
            frame: String::new(),
        }
    }

    /// Messages sent so far, acknowledged or not.
    #[must_use]
    pub const fn sent(&self) -> &Sent {
        &self.sent
    }

    /// Turns that are acknowledged and answered.
    #[must_use]
    pub fn turns_done(&self) -> usize {
        self.sent.acks.len() - usize::from(self.is_waiting())
    }

    /// Whether the last message lacks its acknowledgement or its reply.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        match self.sent.acks.last() {
            None => false,
            Some(None) => true,
            Some(Some(seq)) => self.newest_reply < *seq,
        }
    }

    /// Says `hello` on a new connection and reads everything missed since.
    ///
    /// # Errors
    ///
    /// When the connection is gone, the server refuses, or nothing comes within `timeout`.
    pub async fn resume(&mut self, socket: &mut Socket, timeout: Duration) -> Result<(), Error> {
        self.tracker.reconnect();
        let from = self.tracker.contiguous();
        wire::write_hello(
            &mut self.frame,
            self.run.tenant(),
            &self.thread.user,
            &self.thread.thread,
            Some(from),
        );
        socket.send(&self.frame).await?;
        within(timeout, async {
            let mut end = None;
            while end.is_none_or(|end| self.tracker.contiguous() < end) {
                end = self.receive(socket).await?.or(end);
            }
            Ok(())
        })
        .await
    }

    /// Takes one turn: the one begun before the connection broke, or the next.
    ///
    /// # Errors
    ///
    /// When the connection is gone, the server refuses, or nothing comes within `timeout`. The turn stays begun.
    pub async fn take_turn(&mut self, socket: &mut Socket, timeout: Duration) -> Result<(), Error> {
        if !self.is_waiting() {
            self.sent.acks.push(None);
            self.seen.push(None);
        }
        let turn = self.sent.acks.len() - 1;
        if self.sent.acks[turn].is_none() {
            self.send(socket, turn).await?;
        }
        self.wait(socket, timeout).await
    }

    /// Sends the message of `turn`, for the first time or again.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn send(&mut self, socket: &mut Socket, turn: usize) -> Result<(), Error> {
        let line = self.run.line(self.thread.number, turn);
        let id = message_id(turn);
        wire::write_message(&mut self.frame, &id, &line, &self.thread.user, &self.thread.thread);
        socket.send(&self.frame).await
    }

    /// Notes that messages up to `turns` were or will be sent, in whatever order.
    pub fn announce(&mut self, turns: usize) {
        self.sent.acks.resize(turns.max(self.sent.acks.len()), None);
        self.seen.resize(self.sent.acks.len(), None);
    }

    /// Reads until the last message is acknowledged and answered.
    ///
    /// # Errors
    ///
    /// When the connection is gone, the server refuses, or nothing comes within `timeout`.
    pub async fn wait(&mut self, socket: &mut Socket, timeout: Duration) -> Result<(), Error> {
        within(timeout, async {
            while self.is_waiting() {
                self.receive(socket).await?;
            }
            Ok(())
        })
        .await
    }

    /// Reads until every message is acknowledged.
    ///
    /// # Errors
    ///
    /// When the connection is gone, the server refuses, or nothing comes within `timeout`.
    pub async fn wait_for_acks(&mut self, socket: &mut Socket, timeout: Duration) -> Result<(), Error> {
        within(timeout, async {
            while self.sent.acks.contains(&None) {
                self.receive(socket).await?;
            }
            Ok(())
        })
        .await
    }

    /// Ends the dialogue: what was sent, and what was seen that must not be.
    #[must_use]
    pub fn finish(mut self) -> (Sent, Vec<Finding>) {
        if !self.is_waiting() {
            self.violations.extend(self.tracker.missing());
        }
        let findings = Finding::of(&self.thread.thread, self.violations).collect();
        (self.sent, findings)
    }

    /// Reads one frame; returns the `seq` of a `welcome`.
    async fn receive(&mut self, socket: &mut Socket) -> Result<Option<u64>, Error> {
        let text = socket.next().await?;
        let frame = Frame::parse(&text).map_err(|error| Error::Protocol(error.to_string()))?;
        match (frame.kind, frame.seq) {
            (Kind::Welcome, Some(seq)) => return Ok(Some(seq)),
            (Kind::Ack, Some(seq)) => self.on_ack(frame.id.as_deref().unwrap_or_default(), seq),
            (Kind::Message, Some(seq)) => self.on_message(&frame, seq),
            (Kind::Error, _) => {
                let code = frame.code.as_deref().unwrap_or("no code").to_owned();
                return Err(if frame.retryable {
                    Error::Busy(code)
                } else {
                    Error::Refused(code)
                });
            }
            _ => {}
        }
        Ok(None)
    }

    fn on_ack(&mut self, id: &str, seq: u64) {
        let Some(turn) = self.turn_of(id) else {
            self.violations.push(Violation::NeverSent { id: id.to_owned() });
            return;
        };
        let known = self.sent.acks[turn].or(self.seen[turn]);
        self.violations.extend(self.tracker.ack(id, known, seq));
        self.sent.acks[turn].get_or_insert(seq);
    }

    fn on_message(&mut self, frame: &Frame<'_>, seq: u64) {
        self.violations.extend(self.tracker.message(seq));
        if frame.role != Some(Role::User) {
            self.newest_reply = self.newest_reply.max(seq);
            return;
        }
        let id = frame.id.as_deref().unwrap_or_default();
        match self.turn_of(id) {
            Some(turn) => self.seen[turn] = Some(seq),
            None => self.violations.push(Violation::NeverSent { id: id.to_owned() }),
        }
    }

    fn turn_of(&self, id: &str) -> Option<usize> {
        (0..self.sent.acks.len()).find(|turn| message_id(*turn) == id)
    }
}

/// Reads the whole history of visitor `number` as a client that has nothing.
///
/// # Errors
///
/// When the connection is gone, the server refuses, nothing comes within `timeout`, or it never ends.
pub async fn read_history(socket: &mut Socket, run: &Run, number: u64, timeout: Duration) -> Result<Vec<Entry>, Error> {
    let thread = run.thread(number);
    let mut frame = String::new();
    wire::write_hello(&mut frame, run.tenant(), &thread.user, &thread.thread, Some(0));
    socket.send(&frame).await?;
    within(timeout, collect_history(socket, &thread.thread)).await
}

async fn collect_history(socket: &mut Socket, thread: &str) -> Result<Vec<Entry>, Error> {
    let mut history = Vec::new();
    let mut end = None;
    loop {
        if end.is_some_and(|end| end == 0 || history.last().is_some_and(|last: &Entry| last.seq >= end)) {
            return Ok(history);
        }
        if history.len() > MAX_HISTORY {
            return Err(Error::Protocol(format!(
                "a history of more than {MAX_HISTORY} messages"
            )));
        }
        let text = socket.next().await?;
        let frame = Frame::parse(&text).map_err(|error| Error::Protocol(error.to_string()))?;
        match frame.kind {
            Kind::Welcome if frame.thread_id.as_deref().is_none_or(|id| id == thread) => {
                end = Some(
                    frame
                        .seq
                        .ok_or_else(|| Error::Protocol("a welcome without seq".to_owned()))?,
                );
            }
            Kind::Message => history.push(entry(&frame)?),
            Kind::Error => return Err(Error::Refused(frame.code.as_deref().unwrap_or("no code").to_owned())),
            _ => {}
        }
    }
}

fn entry(frame: &Frame<'_>) -> Result<Entry, Error> {
    let missing = |what: &str| Error::Protocol(format!("a message without {what}"));
    Ok(Entry {
        id: frame.id.as_deref().ok_or_else(|| missing("id"))?.to_owned(),
        seq: frame.seq.ok_or_else(|| missing("seq"))?,
        role: frame.role.ok_or_else(|| missing("role"))?,
        content: frame.content.as_deref().ok_or_else(|| missing("content"))?.to_owned(),
    })
}

async fn within<T>(timeout: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(timeout, work)
        .await
        .map_err(|_| Error::Timeout(timeout))?
}
