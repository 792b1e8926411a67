//! One visitor: the socket, what is said, and how a turn is taken. And whoever merely posts.

mod conversation;
mod post;
mod script;
mod socket;
mod visitor;

pub use conversation::{Conversation, Sent, read_history};
pub use post::{Error as PostError, Post};
pub use script::{DIALOGUE_TURNS, Run, Thread, message_id};
pub use socket::{Error, Socket, Welcome};
pub use visitor::{Peer, TurnTimes, Visitor};
