use std::fmt;

/// What happened: the transcript, and the expectation that was not met, if one was not.
#[derive(Clone, Debug, Default)]
pub struct Report {
    notes: Vec<Note>,
    failure: Option<Failure>,
}

/// A line of the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The time on the tenant's clock.
    pub clock: String,
    /// Who said or did it: `user`, `bot`, `operator`, or the part of the dialogue, indented.
    pub who: String,
    /// What was said or done.
    pub what: String,
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

    /// The transcript.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
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
        self.notes.push(Note {
            clock: clock.to_owned(),
            who: who.to_owned(),
            what: what.to_string(),
        });
    }

    pub(super) fn fail(&mut self, line: usize, why: String) {
        self.failure = Some(Failure { line, why });
    }
}

/// The transcript with timers, effects and state changes, and how it ended.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Note { clock, who, what } in &self.notes {
            writeln!(f, "{clock}  {who:<9} {what}")?;
        }
        match &self.failure {
            None => writeln!(f, "ok"),
            Some(Failure { line, why }) => writeln!(f, "FAILED at line {line}: {why}"),
        }
    }
}
