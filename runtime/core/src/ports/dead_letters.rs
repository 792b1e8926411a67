//! Events that could not be dealt with, kept until a person has looked.

use crate::{InboundEvent, Timestamp};

/// A parked event.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// The event; its id is the letter's.
    pub event: InboundEvent,
    /// What went wrong, without personal data.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was parked.
    pub parked_at: Timestamp,
}
