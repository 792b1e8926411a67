//! Why a frame was not accepted.

use std::borrow::Cow;

use frontdesk_runtime::Refused;

/// The stable code of an `error` frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Not JSON.
    BadJson,
    /// A field is missing or wrong.
    BadFrame,
    /// No such frame.
    UnknownType,
    /// More bytes than a frame may have.
    TooLarge,
    /// Nothing but white space.
    Empty,
    /// More characters than a message may have.
    TooLong,
    /// Control characters.
    BadCharacters,
    /// No such tenant.
    UnknownTenant,
    /// Somebody else's thread, a missing proof, or a site that may not embed the chat.
    Forbidden,
    /// `resumeFrom` lies beyond the end.
    BadResume,
    /// A file of the message was not uploaded to this thread, or is gone.
    BadAttachment,
    /// The message failed again and again: it is kept, and a colleague looks at it.
    Parked,
    /// Too many frames.
    RateLimited,
    /// Too much is waiting.
    Busy,
    /// The database is away, or the server is about to end.
    Unavailable,
}

impl Code {
    /// The name in frames, logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::BadFrame => "bad_frame",
            Self::UnknownType => "unknown_type",
            Self::TooLarge => "too_large",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::BadCharacters => "bad_characters",
            Self::UnknownTenant => "unknown_tenant",
            Self::Forbidden => "forbidden",
            Self::BadResume => "bad_resume",
            Self::BadAttachment => "bad_attachment",
            Self::Parked => "parked",
            Self::RateLimited => "rate_limited",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
        }
    }

    /// Whether the same frame may be accepted later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Busy | Self::Unavailable)
    }
}

/// A frame that was not accepted: the code and a plain sentence for whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// What is wrong and what to do.
    pub message: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with a sentence.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The thread is somebody else's.
    #[must_use]
    pub const fn foreign_thread() -> Self {
        Self {
            code: Code::Forbidden,
            message: Cow::Borrowed("This conversation belongs to somebody else. Start a new one with a new threadId."),
        }
    }

    /// There is no such tenant.
    #[must_use]
    pub const fn unknown_tenant() -> Self {
        Self {
            code: Code::UnknownTenant,
            message: Cow::Borrowed("There is no such tenant. Check the tenant's short name."),
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Busy { .. } => Self::new(Code::Busy, "Too much is waiting just now. Send it again in a moment."),
            Refused::Forbidden => Self::foreign_thread(),
            Refused::UnknownTenant => Self::unknown_tenant(),
            Refused::Unavailable => Self::new(
                Code::Unavailable,
                "The service cannot store anything just now. Send it again in a moment.",
            ),
            // Not retryable: sending it again would find it parked again, until a colleague replays it.
            Refused::Parked => Self::new(
                Code::Parked,
                "This message could not be processed. It is kept, and a colleague will look at it.",
            ),
            Refused::ShuttingDown => Self::new(
                Code::Unavailable,
                "The service is restarting. Connect again in a moment.",
            ),
        }
    }
}
