//! What a run says: to a reader, as JSON, as a page.

mod html;
mod text;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::clock;
use crate::measure::Latency;
use crate::scenario::Settings;
use crate::verify::Finding;

/// Findings kept word by word; all are counted.
const FINDINGS_KEPT: usize = 200;

/// The result of one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Which scenario, or which part of one.
    pub scenario: String,
    /// The run's name, part of every thread's name.
    pub run: String,
    /// Seed of every random choice: the same seed makes the same choices.
    pub seed: u64,
    /// Clients.
    pub connections: usize,
    /// Turns a second asked for; none in a closed loop.
    pub rate: Option<f64>,
    /// Seconds measured.
    pub duration_seconds: f64,
    /// When it ended, in milliseconds since 1970.
    pub ended_at_ms: i64,
    /// The numbers.
    pub figures: Vec<Figure>,
    /// Distributions of latencies.
    pub latencies: Vec<Latency>,
    /// Turns answered in each second.
    pub per_second: Vec<u32>,
    /// Things that must never be seen, the first few.
    pub findings: Vec<Finding>,
    /// All of them, counted.
    pub findings_total: usize,
    /// Failures that are not findings, in words, the first few.
    pub failures: Vec<String>,
    /// Whether the run must count as failed.
    pub is_failed: bool,
}

impl Outcome {
    /// An empty result of a run with `settings`.
    #[must_use]
    pub fn new(scenario: &str, settings: &Settings) -> Self {
        Self {
            scenario: scenario.to_owned(),
            run: settings.run.name().to_owned(),
            seed: settings.seed,
            connections: settings.connections,
            rate: settings.rate,
            duration_seconds: settings.duration.as_secs_f64(),
            ended_at_ms: clock::unix_millis(),
            figures: Vec::new(),
            latencies: Vec::new(),
            per_second: Vec::new(),
            findings: Vec::new(),
            findings_total: 0,
            failures: Vec::new(),
            is_failed: false,
        }
    }

    /// Adds findings; a single one fails the run.
    pub fn find(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.findings_total += 1;
            self.is_failed = true;
            if self.findings.len() < FINDINGS_KEPT {
                self.findings.push(finding);
            }
        }
    }

    /// Adds a failure in words; it fails the run.
    pub fn fail(&mut self, what: impl Into<String>) {
        self.is_failed = true;
        if self.failures.len() < FINDINGS_KEPT {
            self.failures.push(what.into());
        }
    }

    /// The number of that name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<f64> {
        self.figures
            .iter()
            .find(|figure| figure.name == name)
            .map(|figure| figure.value)
    }
}

/// One number.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What it counts.
    pub name: String,
    /// How many or how much.
    pub value: f64,
    /// Of what.
    pub unit: String,
}

impl Figure {
    /// A number with its name and unit.
    #[must_use]
    pub fn new(name: &str, value: f64, unit: &str) -> Self {
        Self {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
        }
    }
}

/// A line of the benchmark's table.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// What is measured.
    pub what: String,
    /// What shall be reached, in words.
    pub target: String,
    /// What was reached, in words.
    pub reached: String,
    /// Whether that is enough.
    pub is_met: bool,
    /// The target at the pace of the machine, where it is one of speed.
    pub at_pace: Option<Scaled>,
}

impl Line {
    /// Whether the target at the machine's pace was reached.
    #[must_use]
    pub fn is_met_at_pace(&self) -> bool {
        self.at_pace.as_ref().is_some_and(|scaled| scaled.is_met)
    }

    /// How it ended, in a sign.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.is_met {
            true => "✓",
            false if self.is_met_at_pace() => "✓ at its pace",
            false => "✗",
        }
    }
}

/// A target as much lower, or later, as the machine is slower than the one that targets are set for.
#[derive(Clone, Debug, Serialize)]
pub struct Scaled {
    /// What shall be reached, in words.
    pub target: String,
    /// Whether it was.
    pub is_met: bool,
}

/// Everything one invocation says.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The benchmark's table, when there is one.
    pub table: Vec<Line>,
    /// The scenarios, in the order they ran.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// Whether anything failed. A benchmark's target that was missed is not a failure.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.is_failed)
    }

    /// The summary for a reader; the table is Markdown.
    #[must_use]
    pub fn text(&self) -> String {
        text::render(self)
    }

    /// The page: one file, nothing loaded from elsewhere.
    #[must_use]
    pub fn html(&self) -> String {
        html::render(self)
    }

    /// Writes JSON and page where asked to.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn write(&self, json: Option<&Path>, html: Option<&Path>) -> Result<()> {
        if let Some(path) = json {
            let text = serde_json::to_string_pretty(self).context("cannot serialise the report")?;
            fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        if let Some(path) = html {
            fs::write(path, self.html()).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}
