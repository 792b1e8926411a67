use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A person's words or contact details.
///
/// Serialises and compares as the text it holds, but its `Debug` shows only how long the text is,
/// so that a log line which prints an event by mistake prints no personal data.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Personal(String);

impl Personal {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. The caller answers for where it goes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the text away.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Personal {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Personal {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹{} characters›", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::Personal;

    #[test]
    fn debug_hides_the_text() {
        let shown = format!("{:?}", Personal::new("+15551234567"));
        assert_eq!(shown, "‹12 characters›");
    }
}
