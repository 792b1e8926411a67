//! The page: tables and plots in one file, drawn as SVG, nothing loaded from elsewhere.

use std::fmt::Write as _;

use super::text::number;
use super::{Outcome, Report};
use crate::measure::Latency;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const MARGIN: f64 = 48.0;
const COLOURS: [&str; 3] = ["#1f6feb", "#2da44e", "#bf8700"];
/// The plot's last percentile; 100 has no place on a logarithmic axis.
const LAST_PERCENTILE: f64 = 99.99;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:820px;margin:2rem auto;padding:0 1rem;color:#1f2328;background:#fff}\
table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #d1d9e0;padding:.3rem .8rem;text-align:left}\
td.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:#cf222e}.good{color:#1a7f37}\
svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#59636e}";

pub(super) fn render(report: &Report) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Load test</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style><h1>Load test</h1>"
    );
    write_table(&mut page, report).expect("writing to a string cannot fail");
    for outcome in &report.outcomes {
        write_outcome(&mut page, outcome).expect("writing to a string cannot fail");
    }
    page.push_str("</html>\n");
    page
}

fn write_table(page: &mut String, report: &Report) -> std::fmt::Result {
    if report.table.is_empty() {
        return Ok(());
    }
    page.push_str("<table><tr><th>what<th>to reach<th>at this machine's pace<th>reached<th>");
    for line in &report.table {
        let class = if line.is_met || line.is_met_at_pace() {
            "good"
        } else {
            "bad"
        };
        let at_pace = line.at_pace.as_ref().map_or("", |scaled| &scaled.target);
        write!(
            page,
            "<tr><td>{}<td>{}<td>{}<td class=\"{class}\">{}<td>{}",
            escape(&line.what),
            escape(&line.target),
            escape(at_pace),
            escape(&line.reached),
            line.verdict(),
        )?;
    }
    page.push_str("</table>");
    Ok(())
}

fn write_outcome(page: &mut String, outcome: &Outcome) -> std::fmt::Result {
    let (class, verdict) = if outcome.is_failed {
        ("bad", "failed")
    } else {
        ("good", "ok")
    };
    write!(
        page,
        "<h2>{} <span class=\"{class}\">{verdict}</span></h2>",
        escape(&outcome.scenario)
    )?;
    let rate = outcome
        .rate
        .map_or_else(|| "closed loop".to_owned(), |rate| format!("{} turns/s", number(rate)));
    write!(
        page,
        "<p>{} clients, {rate}, {} s, seed {}, run {}</p><table>",
        outcome.connections,
        number(outcome.duration_seconds),
        outcome.seed,
        escape(&outcome.run)
    )?;
    for figure in &outcome.figures {
        let (name, unit) = (escape(&figure.name), escape(&figure.unit));
        write!(page, "<tr><td>{name}<td class=\"n\">{}<td>{unit}", number(figure.value))?;
    }
    page.push_str("</table>");
    if outcome.latencies.iter().any(|latency| latency.count > 0) {
        write_percentiles(page, &outcome.latencies)?;
    }
    if outcome.per_second.len() > 1 {
        write_throughput(page, &outcome.per_second)?;
    }
    let failures = outcome.failures.iter().map(|failure| escape(failure));
    let findings = outcome
        .findings
        .iter()
        .map(|finding| escape(&format!("{}: {}", finding.thread, finding.violation)));
    for item in failures.chain(findings) {
        write!(page, "<p class=\"bad\">{item}</p>")?;
    }
    if outcome.findings_total > outcome.findings.len() {
        write!(
            page,
            "<p class=\"bad\">… {} findings in all</p>",
            outcome.findings_total
        )?;
    }
    Ok(())
}

/// Latency by percentile, both axes logarithmic: each step to the right is ten times rarer.
fn write_percentiles(page: &mut String, latencies: &[Latency]) -> std::fmt::Result {
    let values = || {
        latencies
            .iter()
            .flat_map(|latency| &latency.percentiles_ms)
            .map(|(_, ms)| ms.max(0.01))
    };
    let low = values().fold(f64::INFINITY, f64::min).log10().floor();
    let high = values().fold(0.01, f64::max).log10().ceil().max(low + 1.0);
    let rarity = |percentile: f64| -(1.0 - percentile.min(LAST_PERCENTILE) / 100.0).log10();
    let x = |percentile: f64| MARGIN + rarity(percentile) / rarity(LAST_PERCENTILE) * (WIDTH - 2.0 * MARGIN);
    let y = |ms: f64| HEIGHT - MARGIN - (ms.max(0.01).log10() - low) / (high - low) * (HEIGHT - 2.0 * MARGIN);

    open_plot(page, "Latency by percentile, milliseconds")?;
    for percentile in [0.0, 90.0, 99.0, 99.9, 99.99] {
        grid(page, x(percentile), MARGIN, x(percentile), HEIGHT - MARGIN)?;
        label(
            page,
            x(percentile),
            HEIGHT - MARGIN + 16.0,
            "middle",
            &format!("p{percentile}"),
        )?;
    }
    for power in low as i32..=high as i32 {
        let ms = 10_f64.powi(power);
        grid(page, MARGIN, y(ms), WIDTH - MARGIN, y(ms))?;
        label(page, MARGIN - 6.0, y(ms) + 4.0, "end", &ms.to_string())?;
    }
    for (position, latency) in latencies.iter().enumerate() {
        let colour = COLOURS[position % COLOURS.len()];
        let points = latency
            .percentiles_ms
            .iter()
            .filter(|(percentile, _)| *percentile <= LAST_PERCENTILE);
        polyline(page, colour, points.map(|(percentile, ms)| (x(*percentile), y(*ms))))?;
        let offset = MARGIN + 8.0 + 150.0 * position as f64;
        write!(
            page,
            "<rect x=\"{offset}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{colour}\"/>",
            HEIGHT - 18.0
        )?;
        label(page, offset + 16.0, HEIGHT - 9.0, "start", &latency.name)?;
    }
    page.push_str("</svg>");
    Ok(())
}

fn write_throughput(page: &mut String, per_second: &[u32]) -> std::fmt::Result {
    let top = f64::from(per_second.iter().copied().max().unwrap_or(1).max(1));
    let x = |second: usize| MARGIN + second as f64 / (per_second.len() - 1) as f64 * (WIDTH - 2.0 * MARGIN);
    let y = |turns: f64| HEIGHT - MARGIN - turns / top * (HEIGHT - 2.0 * MARGIN);
    open_plot(page, "Turns answered in each second")?;
    for share in [0.0, 0.5, 1.0] {
        grid(page, MARGIN, y(top * share), WIDTH - MARGIN, y(top * share))?;
        label(
            page,
            MARGIN - 6.0,
            y(top * share) + 4.0,
            "end",
            &number((top * share).round()),
        )?;
    }
    label(
        page,
        WIDTH - MARGIN,
        HEIGHT - MARGIN + 16.0,
        "end",
        &format!("{} s", per_second.len()),
    )?;
    polyline(
        page,
        COLOURS[0],
        per_second
            .iter()
            .enumerate()
            .map(|(second, turns)| (x(second), y(f64::from(*turns)))),
    )?;
    page.push_str("</svg>");
    Ok(())
}

fn open_plot(page: &mut String, title: &str) -> std::fmt::Result {
    write!(
        page,
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        escape(title)
    )?;
    label(page, MARGIN, MARGIN - 16.0, "start", title)
}

fn grid(page: &mut String, x1: f64, y1: f64, x2: f64, y2: f64) -> std::fmt::Result {
    write!(
        page,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#d1d9e0\"/>"
    )
}

fn label(page: &mut String, x: f64, y: f64, anchor: &str, text: &str) -> std::fmt::Result {
    write!(
        page,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        escape(text)
    )
}

fn polyline(page: &mut String, colour: &str, points: impl Iterator<Item = (f64, f64)>) -> std::fmt::Result {
    write!(
        page,
        "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"{colour}\" points=\""
    )?;
    for (x, y) in points {
        write!(page, "{x:.1},{y:.1} ")?;
    }
    page.push_str("\"/>");
    Ok(())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Line;

    #[test]
    fn the_page_escapes_what_it_shows_and_loads_nothing() {
        let line = Line {
            what: "<script>".into(),
            target: "a & b".into(),
            reached: "1".into(),
            is_met: true,
            at_pace: None,
        };
        let page = render(&Report {
            table: vec![line],
            outcomes: Vec::new(),
        });
        assert!(page.contains("&lt;script&gt;") && page.contains("a &amp; b"));
        assert!(!page.contains("<script") && !page.contains("http"));
    }

    #[test]
    fn plots_have_only_finite_coordinates() {
        let latency = Latency {
            name: "n".into(),
            count: 1,
            mean_ms: 0.0,
            percentiles_ms: vec![(0.0, 0.0), (50.0, 0.5), (100.0, 90.0)],
        };
        let mut page = String::new();
        write_percentiles(&mut page, &[latency]).unwrap();
        write_throughput(&mut page, &[0, 0]).unwrap();
        assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    }
}
