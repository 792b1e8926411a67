//! Frames of the chat socket: JSON text, one object a frame.
//!
//! What comes in is read in two steps, the type first, so that an unknown type, a wrong field and
//! plain nonsense are told apart, and the fields of one frame bother no other.

mod incoming;
mod outgoing;
mod refusal;

pub use incoming::{FRAME_BYTES_MAX, Incoming, Said, Visitor, parse};
pub use outgoing::Outgoing;
pub use refusal::{Code, Refusal};
