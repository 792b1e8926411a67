//! One visitor: the socket, what is said, and how a turn is taken.

mod conversation;
mod script;
mod socket;
mod visitor;

pub use conversation::{Conversation, Sent, read_history};
pub use script::{DIALOGUE_TURNS, Run, Thread, message_id};
pub use socket::{Error, Socket, Welcome};
pub use visitor::{Peer, TurnTimes, Visitor};
