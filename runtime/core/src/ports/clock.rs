//! The time of day.

use std::fmt::Debug;

use crate::Timestamp;

/// Tells the time. The only way anything here learns it.
pub trait Clock: Send + Sync + Debug + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}
