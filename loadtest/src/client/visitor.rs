//! The fast visitor: one socket, one turn at a time, nothing kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::script::{Run, Thread};
use super::socket::{Error, Socket};
use crate::clock;
use crate::target::Target;
use crate::wire::{self, Frame, Kind, Role};

/// How often a turn refused for now is tried again.
const BUSY_ATTEMPTS: u32 = 8;
/// The first pause after a refusal; it doubles with each.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// When the two halves of a turn's answer came.
#[derive(Clone, Copy, Debug)]
pub struct TurnTimes {
    /// The acknowledgement: the turn is durable.
    pub acked: Instant,
    /// The acknowledgement and the bot's first reply.
    pub replied: Instant,
    /// How often the server asked to wait.
    pub busy: u32,
}

/// What answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A server that speaks the chat protocol.
    Chat,
    /// A server that sends every frame back: a turn ends with its own echo.
    Echo,
}

/// A visitor in the middle of a dialogue.
#[derive(Debug)]
pub struct Visitor {
    run: Arc<Run>,
    peer: Peer,
    socket: Socket,
    thread: Thread,
    turn: usize,
    last_seq: u64,
    is_contact_complete: bool,
    timeout: Duration,
    line: String,
    frame: String,
}

impl Visitor {
    /// Connects as visitor `number` and says `hello`.
    ///
    /// # Errors
    ///
    /// When the connection, the handshake or the `hello` fails, each within `timeout`.
    pub async fn open(
        target: &Target,
        peer: Peer,
        run: &Arc<Run>,
        number: u64,
        timeout: Duration,
    ) -> Result<Self, Error> {
        let mut visitor = Self {
            run: Arc::clone(run),
            peer,
            socket: Socket::connect(target, timeout).await?,
            thread: run.thread(number),
            turn: 0,
            last_seq: 0,
            is_contact_complete: false,
            timeout,
            line: String::new(),
            frame: String::new(),
        };
        visitor.hello().await?;
        Ok(visitor)
    }

    /// Turns taken in the current thread.
    #[must_use]
    pub const fn turns_taken(&self) -> usize {
        self.turn
    }

    /// Whether the server knew name, phone, email and newsletter at the last `hello`.
    #[must_use]
    pub const fn is_contact_complete(&self) -> bool {
        self.is_contact_complete
    }

    /// Goes on as visitor `number` with a thread of its own, on the same socket.
    ///
    /// # Errors
    ///
    /// When the server refuses or does not answer in time.
    pub async fn next_thread(&mut self, number: u64) -> Result<(), Error> {
        self.thread = self.run.thread(number);
        self.turn = 0;
        self.hello().await
    }

    /// Takes the next turn of the dialogue: sends the message, waits for its acknowledgement and a reply.
    ///
    /// # Errors
    ///
    /// When the connection breaks, the server refuses, or nothing comes in time. The turn is not counted as taken.
    pub async fn take_turn(&mut self) -> Result<TurnTimes, Error> {
        let id = super::message_id(self.turn);
        self.run.write_line(&mut self.line, self.thread.number, self.turn);
        wire::write_message(&mut self.frame, &id, &self.line, &self.thread.user, &self.thread.thread);
        let timeout = self.timeout;
        let times = tokio::time::timeout(timeout, self.exchange(&id))
            .await
            .map_err(|_| Error::Timeout(timeout))??;
        self.turn += 1;
        Ok(times)
    }

    /// Stays connected and says nothing, until the connection ends; returns why it did.
    pub async fn stay(&mut self) -> Error {
        loop {
            // Reading answers the server's pings, too.
            if let Err(error) = self.socket.next().await {
                return error;
            }
        }
    }

    /// Closes the socket.
    pub async fn close(self) {
        self.socket.close().await;
    }

    async fn exchange(&mut self, id: &str) -> Result<TurnTimes, Error> {
        self.socket.send(&self.frame).await?;
        if self.peer == Peer::Echo {
            self.socket.next().await?;
            let now = clock::now();
            return Ok(TurnTimes {
                acked: now,
                replied: now,
                busy: 0,
            });
        }
        let mut busy = 0;
        let mut ack: Option<(u64, Instant)> = None;
        let mut newest_reply = 0;
        loop {
            let text = self.socket.next().await?;
            let frame = Frame::parse(&text).map_err(|error| Error::Protocol(error.to_string()))?;
            match (frame.kind, frame.seq) {
                (Kind::Ack, Some(seq)) if frame.id.as_deref() == Some(id) => {
                    if seq <= self.last_seq {
                        return Err(Error::Protocol(format!(
                            "a new message got seq {seq} after {}",
                            self.last_seq
                        )));
                    }
                    ack.get_or_insert_with(|| (seq, clock::now()));
                }
                (Kind::Message, Some(seq)) if frame.role != Some(Role::User) => newest_reply = newest_reply.max(seq),
                (Kind::Error, _) => {
                    self.after_refusal(&frame, &mut busy).await?;
                    continue;
                }
                _ => continue,
            }
            // A reply left over from the turn before has a lower `seq` than this turn's own message.
            if let Some((seq, acked)) = ack
                && newest_reply > seq
            {
                self.last_seq = newest_reply;
                return Ok(TurnTimes {
                    acked,
                    replied: clock::now(),
                    busy,
                });
            }
        }
    }

    /// Waits and sends the same frame again, or gives up.
    async fn after_refusal(&mut self, frame: &Frame<'_>, busy: &mut u32) -> Result<(), Error> {
        let code = frame.code.as_deref().unwrap_or("no code");
        if !frame.retryable {
            return Err(Error::Refused(code.to_owned()));
        }
        if *busy == BUSY_ATTEMPTS {
            return Err(Error::Busy(code.to_owned()));
        }
        clock::sleep(BUSY_PAUSE * 2_u32.pow(*busy)).await;
        *busy += 1;
        self.socket.send(&self.frame).await
    }

    async fn hello(&mut self) -> Result<(), Error> {
        if self.peer == Peer::Echo {
            return Ok(());
        }
        wire::write_hello(
            &mut self.frame,
            self.run.tenant(),
            &self.thread.user,
            &self.thread.thread,
            None,
        );
        self.socket.send(&self.frame).await?;
        let timeout = self.timeout;
        let welcome = tokio::time::timeout(timeout, self.socket.welcome(&self.thread.thread))
            .await
            .map_err(|_| Error::Timeout(timeout))??;
        self.last_seq = welcome.seq;
        self.is_contact_complete = welcome.is_contact_complete;
        Ok(())
    }
}
