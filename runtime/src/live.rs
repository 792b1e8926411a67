//! Open sockets of conversations.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use frontdesk_core::{Author, Message, SessionId};

/// What reaches an open socket.
#[derive(Clone, Debug)]
pub enum Live {
    /// A committed message.
    Message(Arc<Message>),
    /// Somebody is typing.
    Typing(Author),
}

/// A fresh id for a socket.
#[must_use]
pub fn next_session() -> SessionId {
    static LAST: AtomicU64 = AtomicU64::new(0);
    SessionId(LAST.fetch_add(1, Ordering::Relaxed) + 1)
}

/// A socket's place among those of a conversation; dropping it leaves.
#[derive(Debug)]
pub struct Membership {}
