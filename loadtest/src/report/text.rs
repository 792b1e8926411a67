//! The summary on the terminal.

use std::fmt::Write as _;

use super::{Outcome, Report};

/// Findings shown; the JSON has more.
const SHOWN: usize = 10;
/// Characters of a latency's name, unless one is longer.
const LATENCY_WIDTH: usize = 20;

pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    for outcome in &report.outcomes {
        write_outcome(&mut text, outcome).expect("writing to a string cannot fail");
    }
    if !report.table.is_empty() {
        text.push_str("\n| what | to reach | at this machine's pace | reached | |\n|---|---|---|---|---|\n");
    }
    for line in &report.table {
        let (what, target, reached) = (&line.what, &line.target, &line.reached);
        let at_pace = line.at_pace.as_ref().map_or("", |scaled| &scaled.target);
        writeln!(
            text,
            "| {what} | {target} | {at_pace} | {reached} | {} |",
            line.verdict()
        )
        .expect("writing to a string cannot fail");
    }
    text
}

fn write_outcome(text: &mut String, outcome: &Outcome) -> std::fmt::Result {
    let verdict = if outcome.is_failed { "FAILED" } else { "ok" };
    let loop_kind = outcome
        .rate
        .map_or_else(|| "closed loop".to_owned(), |rate| format!("{rate} turns/s asked for"));
    writeln!(
        text,
        "\n{} · {} clients · {loop_kind} · seed {} · run {} · {verdict}",
        outcome.scenario, outcome.connections, outcome.seed, outcome.run
    )?;
    for figure in &outcome.figures {
        writeln!(
            text,
            "  {:<44} {:>14} {}",
            figure.name,
            number(figure.value),
            figure.unit
        )?;
    }
    let longest = outcome
        .latencies
        .iter()
        .map(|latency| latency.name.chars().count())
        .max();
    let width = longest.unwrap_or_default().max(LATENCY_WIDTH);
    if longest.is_some() {
        writeln!(
            text,
            "  {:<width$} {:>9} {:>9} {:>9} {:>9} {:>9}  ms",
            "latency", "p50", "p90", "p99", "p99.9", "max"
        )?;
    }
    for latency in &outcome.latencies {
        write!(text, "  {:<width$}", latency.name)?;
        for percentile in [50.0, 90.0, 99.0, 99.9, 100.0] {
            write!(text, " {:>9.2}", latency.at(percentile))?;
        }
        text.push('\n');
    }
    for failure in outcome.failures.iter().take(SHOWN) {
        writeln!(text, "  failure: {failure}")?;
    }
    for finding in outcome.findings.iter().take(SHOWN) {
        writeln!(text, "  finding: {}: {}", finding.thread, finding.violation)?;
    }
    if outcome.findings_total > SHOWN {
        writeln!(text, "  … {} findings in all", outcome.findings_total)?;
    }
    Ok(())
}

/// Few digits for large numbers, more for small ones.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 1000.0 {
        format!("{value:.0}")
    } else if value.abs() >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_they_need() {
        for (value, shown) in [(20_123.4, "20123"), (7.0, "7"), (3.456, "3.46"), (0.0412, "0.0412")] {
            assert_eq!(number(value), shown);
        }
    }
}
