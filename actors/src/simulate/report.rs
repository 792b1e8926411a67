use std::fmt;

/// What happened: the transcript, and the expectation that failed, if one did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    lines: Vec<String>,
    failure: Option<String>,
}

impl Report {
    /// Whether every expectation was met.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.failure.is_none()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        self.failure.iter().try_for_each(|failure| writeln!(f, "FAILED {failure}"))
    }
}
