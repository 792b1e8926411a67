//! What is measured of the chat. Handles are kept: looking a metric up by name for every frame
//! would cost more than reading the frame.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use super::wire::Code;
use crate::metrics::{CHAT_MESSAGES, CHAT_REFUSALS, CHAT_SOCKETS, CHAT_TURN_SECONDS};

/// The chat's metrics.
pub struct Metrics {
    sockets: Gauge,
    messages: Counter,
    turn: Histogram,
}

/// Counts a socket as open until it is dropped.
pub struct Open(Gauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl Metrics {
    /// Looks the handles up.
    pub fn new() -> Self {
        Self {
            sockets: gauge!(CHAT_SOCKETS),
            messages: counter!(CHAT_MESSAGES),
            turn: histogram!(CHAT_TURN_SECONDS),
        }
    }

    /// A socket is open.
    pub fn opened(&self) -> Open {
        self.sockets.increment(1.0);
        Open(self.sockets.clone())
    }

    /// A message was answered, after `took`.
    pub fn turn(&self, took: Duration) {
        self.messages.increment(1);
        self.turn.record(took.as_secs_f64());
    }

    /// A frame was refused.
    pub fn refused(&self, code: Code) {
        counter!(CHAT_REFUSALS, "code" => code.as_str()).increment(1);
    }
}
