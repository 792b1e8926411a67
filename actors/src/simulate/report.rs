use std::fmt;

/// What happened: the transcript, and the expectation that was not met, if one was not.
#[derive(Clone, Debug, Default)]
pub struct Report {
    lines: Vec<String>,
    failure: Option<Failure>,
}

#[derive(Clone, Debug)]
struct Failure {
    line: usize,
    why: String,
}

impl Report {
    /// Whether every expectation was met.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.failure.is_none()
    }

    /// The line of the step that failed (from 1) and what was not as expected.
    #[must_use]
    pub fn failure(&self) -> Option<(usize, &str)> {
        self.failure
            .as_ref()
            .map(|failure| (failure.line, failure.why.as_str()))
    }

    /// Adds a line to the transcript.
    pub(super) fn note(&mut self, clock: &str, who: &str, what: impl fmt::Display) {
        self.lines.push(format!("{clock}  {who:<9} {what}"));
    }

    pub(super) fn fail(&mut self, line: usize, why: String) {
        self.failure = Some(Failure { line, why });
    }
}

/// The transcript with timers, effects and state changes, and how it ended.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        match &self.failure {
            None => writeln!(f, "ok"),
            Some(Failure { line, why }) => writeln!(f, "FAILED at line {line}: {why}"),
        }
    }
}
