//! A rehearsal: a conversation with a manifest that is not published yet, in simulated time.
//!
//! One line is what the customer says; `+26h` lets time pass. The dialogue is the real one.

use std::sync::Arc;

use frontdesk_actors::simulate::{self, Script};
use frontdesk_actors::{Fault, Tenant};
use frontdesk_core::{ChannelKind, Decision, TenantId};
use serde_json::json;

use crate::console::texts::Texts;

/// Lines of a rehearsal.
const LINES_MAX: usize = 100;
/// Characters of all lines together.
const CHARACTERS_MAX: usize = 20_000;

/// The channels that are rehearsed.
pub const CHANNELS: [ChannelKind; 5] = [
    ChannelKind::WebChat,
    ChannelKind::Sms,
    ChannelKind::Messenger,
    ChannelKind::Instagram,
    ChannelKind::Whatsapp,
];

/// Who a line is by that tells what was decided.
const DECIDED: &str = "decided";

/// Who lines are by that say what a turn writes, for whoever reads a simulation.
const WRITTEN: [&str; 5] = ["emit", "outbox", "record", "state", "status"];

/// What happened, one a line.
#[derive(Debug)]
pub struct Line {
    /// On the business's clock.
    pub clock: String,
    /// `person`, `bot`, or what else it was.
    pub who: String,
    /// What was said or done.
    pub what: String,
}

impl Line {
    /// Whether it is something that was said, and not how it came about.
    #[must_use]
    pub fn is_said(&self) -> bool {
        matches!(self.who.as_str(), "person" | "bot")
    }

    /// What was decided, as a sentence.
    #[must_use]
    pub fn decided(&self, texts: &Texts) -> Option<String> {
        let (rule, outcome) = self.what.split_once(": ").filter(|_| self.who == DECIDED)?;
        Some(texts.decided(&Decision::new(rule, outcome)))
    }
}

/// How it went.
#[derive(Debug, Default)]
pub struct Rehearsal {
    /// The transcript.
    pub lines: Vec<Line>,
    /// Why it broke off, if it did.
    pub failure: Option<String>,
}

/// Plays the lines of `text` with a customer of `tenant`.
#[must_use]
pub fn rehearse(id: &TenantId, tenant: Arc<Tenant>, channel: ChannelKind, text: &str) -> Rehearsal {
    let script = match script(id, channel, text) {
        Ok(script) => script,
        Err(failure) => {
            return Rehearsal {
                lines: Vec::new(),
                failure: Some(failure),
            };
        }
    };
    let report = simulate::run(&script, |_| Some(Arc::clone(&tenant)));
    let line = |note: &simulate::Note| Line {
        clock: note.clock.clone(),
        who: note.who.trim().to_owned(),
        what: note.what.clone(),
    };
    Rehearsal {
        lines: report
            .notes()
            .iter()
            .map(line)
            .filter(|line| !WRITTEN.contains(&line.who.as_str()))
            .collect(),
        failure: report.failure().map(|(_, why)| why.to_owned()),
    }
}

fn script(id: &TenantId, channel: ChannelKind, text: &str) -> Result<Script, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > LINES_MAX || text.chars().count() > CHARACTERS_MAX {
        return Err(format!("at most {LINES_MAX} lines and {CHARACTERS_MAX} characters"));
    }
    let steps: Vec<_> = lines
        .into_iter()
        .map(|line| match pause(line) {
            Some(pause) => json!({"advance": pause}),
            None => json!({"say": line}),
        })
        .collect();
    let script = json!({"tenant": id.as_str(), "channel": channel.code(), "step": steps});
    let text = toml::to_string(&script).map_err(|error| error.to_string())?;
    Script::parse(&text).map_err(|faults| {
        faults
            .iter()
            .map(|Fault { message, .. }| message.as_str())
            .collect::<Vec<_>>()
            .join("; ")
    })
}

/// The time that passes, when the line lets time pass: `+10m`, `+26h`, `+3d`.
fn pause(line: &str) -> Option<&str> {
    let pause = line.strip_prefix('+')?;
    let digits = pause.strip_suffix(['s', 'm', 'h', 'd'])?;
    let is_pause = (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_pause.then_some(pause)
}

#[cfg(test)]
mod tests {
    use frontdesk_actors::demo;

    use super::*;

    fn catering() -> (TenantId, Arc<Tenant>) {
        let (id, manifest) = demo::MANIFESTS.iter().find(|(id, _)| *id == "demo-catering").unwrap();
        let id: TenantId = id.parse().unwrap();
        let tenant = Tenant::parse(&id, manifest).unwrap();
        (id, Arc::new(tenant))
    }

    #[test]
    fn lines_are_said_and_time_passes() {
        let (id, tenant) = catering();
        let text = "Hi, a party for 10 people\n\n+2d\nJohn \"Jack\" Smith\n";
        let rehearsal = rehearse(&id, tenant, ChannelKind::Sms, text);
        assert_eq!(rehearsal.failure, None);
        let said: Vec<_> = rehearsal.lines.iter().filter(|line| line.who == "person").collect();
        assert_eq!(said.len(), 2, "{rehearsal:?}");
        assert!(said[1].what.contains("John \"Jack\" Smith"), "{said:?}");
        assert!(
            rehearsal.lines.iter().any(|line| line.who == "bot" && line.is_said()),
            "{rehearsal:?}"
        );
        assert!(said[0].clock != said[1].clock, "{said:?}");
        let texts = Texts::of(frontdesk_core::Language::Es);
        let told: Vec<String> = rehearsal.lines.iter().filter_map(|line| line.decided(texts)).collect();
        assert!(told.contains(&"Lo que quiere: una reserva".to_owned()), "{told:?}");
        assert!(
            !rehearsal.lines.iter().any(|line| line.what.contains("awaited")),
            "{rehearsal:?}"
        );
    }

    #[test]
    fn phone_numbers_are_words_and_not_pauses() {
        for (line, wanted) in [
            ("+26h", Some("26h")),
            ("+90s", Some("90s")),
            ("+14155550101", None),
            ("+1d more", None),
            ("+d", None),
        ] {
            assert_eq!(pause(line), wanted, "{line}");
        }
    }

    #[test]
    fn a_rehearsal_is_bounded() {
        let (id, tenant) = catering();
        let rehearsal = rehearse(&id, tenant, ChannelKind::Sms, &"hi\n".repeat(LINES_MAX + 1));
        assert!(rehearsal.failure.is_some() && rehearsal.lines.is_empty());
    }
}
