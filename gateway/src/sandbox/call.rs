//! Calls that a customer places on the phone on screen.

use serde::Deserialize;

use super::{Desk, Line};

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallEnd {
    /// Somebody answers, talks and hangs up.
    Answered,
    /// It rings, and nobody answers.
    Missed,
    /// Nobody answers but the mailbox.
    Voicemail,
}

impl CallEnd {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Answered, Self::Missed, Self::Voicemail];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Missed => "missed",
            Self::Voicemail => "voicemail",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
    }
}

/// A call that a customer places.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which line: the customer's number and ours.
    pub line: Line,
    /// The call's id at the provider.
    pub id: String,
    /// How it ends.
    pub end: CallEnd,
    /// When it ends, in milliseconds since the Unix epoch: it began some time before.
    pub ended_at_ms: i64,
}

impl Line {
    /// Where the phone shows the calls of this line: they are no messages.
    #[must_use]
    pub fn of_calls(&self) -> Self {
        Self {
            channel: format!("{}_calls", self.channel),
            ..self.clone()
        }
    }
}

impl Desk {
    /// Shows a call as the code of its end.
    pub(super) fn show_call(&self, call: &Call) {
        self.show_own(&call.line.of_calls(), &call.id, call.end.code(), call.ended_at_ms);
    }
}
