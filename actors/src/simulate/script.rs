use crate::Fault;

/// A conversation to play: what is said and done, and what is expected to come of it.
#[derive(Clone, Debug, Default)]
pub struct Script {}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    ///
    /// All faults found, in the order of their place.
    pub fn parse(_toml: &str) -> Result<Self, Vec<Fault>> {
        Ok(Self::default())
    }
}
