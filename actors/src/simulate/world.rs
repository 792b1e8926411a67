use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::records::Record;
use frontdesk_core::{
    Author, Behaviour, ConversationStatus, DedupeKey, DeliveryStatus, Effect, InboundEvent, OperatorAct, Passage,
    Payload, Step as Outcome, Timestamp, Transport,
};
use serde_json::Value as Json;

use super::report::Report;
use super::script::{Kill, Script, Step};
use super::telling::{differences, local, moved, what, who, words};
use crate::{CALL_PROGRESS, Dialogue, State, Tenant};

/// Timers that fire while time passes once; more is a loop.
const FIRINGS_MAX: usize = 100;
/// A snapshot above this size has become a history, in bytes.
const SNAPSHOT_BYTES_MAX: usize = 16 * 1024;

/// What is durable, and what came of the step being played.
pub(super) struct World {
    tenant: Arc<Tenant>,
    script: Script,
    now: Timestamp,
    clock: String,
    events: usize,
    last_event: Option<InboundEvent>,
    // Durable, as the store would have it.
    snapshot: String,
    status: ConversationStatus,
    receipts: HashSet<DedupeKey>,
    timers: BTreeMap<String, Timestamp>,
    stored: BTreeSet<(&'static str, String)>,
    last_seq: u64,
    // Of the step being played.
    said: Vec<String>,
    buttons: Vec<String>,
    /// Approved texts that left, by their keys.
    templates: Vec<String>,
    /// Why words were held back.
    held_back: Vec<String>,
    /// What was asked outside, by name.
    asked: Vec<String>,
    written: Vec<Json>,
    emitted: Vec<String>,
    decided: Vec<String>,
}

impl World {
    /// An empty store at the script's beginning.
    pub(super) fn new(script: &Script, tenant: Arc<Tenant>) -> Result<Self, String> {
        let start = script
            .start
            .to_zoned(tenant.zone.clone())
            .map_err(|_| "`start` is no time on the tenant's clock".to_owned())?;
        let mut world = Self {
            tenant,
            script: script.clone(),
            now: Timestamp::from(start.timestamp()),
            clock: String::new(),
            events: 0,
            last_event: None,
            snapshot: "{}".to_owned(),
            status: ConversationStatus::Open,
            receipts: HashSet::new(),
            timers: BTreeMap::new(),
            stored: BTreeSet::new(),
            last_seq: 0,
            said: Vec::new(),
            buttons: Vec::new(),
            templates: Vec::new(),
            held_back: Vec::new(),
            asked: Vec::new(),
            written: Vec::new(),
            emitted: Vec::new(),
            decided: Vec::new(),
        };
        world.set_clock(world.now);
        Ok(world)
    }

    /// Forgets what came of the step before.
    pub(super) fn begin_step(&mut self) {
        self.said.clear();
        self.buttons.clear();
        self.templates.clear();
        self.held_back.clear();
        self.asked.clear();
        self.written.clear();
        self.emitted.clear();
        self.decided.clear();
    }

    /// Delivers a new event, through whatever befalls it.
    pub(super) fn deliver(&mut self, payload: &Payload, step: &Step, report: &mut Report) -> Result<(), String> {
        self.events += 1;
        let mut payload = payload.clone();
        if let Payload::Message(message) = &mut payload {
            message.external_id = Some(format!("m{}", self.events));
            message.locale = message.locale.or(self.script.locale);
            let ago = step
                .written_ago
                .map(|ago| i64::try_from(ago.as_millis()).unwrap_or(i64::MAX));
            message.sent_at = ago.map(|ago| Timestamp::from_millis(self.now.as_millis().saturating_sub(ago)));
        }
        if let Payload::Operator(
            OperatorAct::CancelTimer { name, due, .. } | OperatorAct::FireTimer { name, due, .. },
        ) = &mut payload
        {
            *due = self.timers.get(&name.0).copied().unwrap_or_default();
        }
        let dedupe = self.key(&["event", &self.events.to_string()]);
        let event = self.event(dedupe, payload);
        report.note(&self.clock, who(&event.payload), what(&event.payload));
        match step.kill {
            None => self.turn(&event, report)?,
            Some(Kill::BeforeCommit) => {
                let _lost = self.step(&event)?;
                report.note(
                    &self.clock,
                    "kill",
                    "before the commit: the turn is lost, the sender sends again",
                );
                self.turn(&event, report)?;
            }
            Some(Kill::AfterCommit) => {
                self.turn(&event, report)?;
                report.note(
                    &self.clock,
                    "kill",
                    "after the commit: the sender heard nothing and sends again",
                );
                self.turn(&event, report)?;
            }
        }
        self.last_event = Some(event);
        // The next event is never received in the same millisecond.
        self.set_clock(self.now.plus(Duration::from_millis(1)));
        Ok(())
    }

    /// Delivers the last event once more.
    pub(super) fn deliver_again(&mut self, report: &mut Report) -> Result<(), String> {
        match self.last_event.clone() {
            Some(event) => self.turn(&event, report),
            None => Ok(()),
        }
    }

    /// The provider took the last messages and never said so.
    pub(super) fn lose_provider_answer(&mut self, report: &mut Report) -> Result<(), String> {
        self.events += 1;
        let dedupe = self.key(&["status", &self.events.to_string()]);
        let event = self.event(
            dedupe,
            Payload::Status {
                from_seq: self.last_seq,
                up_to_seq: self.last_seq,
                status: DeliveryStatus::Unknown,
                reason: Some("the provider did not answer".to_owned()),
                fault: None,
            },
        );
        report.note(&self.clock, "provider", "did not answer: sent or not, nobody can tell");
        self.turn(&event, report)
    }

    /// Lets time pass; timers fire when they come due.
    pub(super) fn advance(&mut self, duration: Duration, report: &mut Report) -> Result<(), String> {
        let end = self.now.plus(duration);
        for _ in 0..FIRINGS_MAX {
            let next = self.timers.iter().map(|(name, due)| (*due, name.clone())).min();
            let Some((due, name)) = next.filter(|(due, _)| *due <= end) else {
                self.set_clock(end);
                report.note(&self.clock, "time", format!("{duration:?} later"));
                return Ok(());
            };
            self.set_clock(due.max(self.now));
            report.note(&self.clock, "timer", format!("{name} fires"));
            let dedupe = self.key(&["timer", &name, &due.as_millis().to_string()]);
            let event = self.event(
                dedupe,
                Payload::Timer {
                    name: name.as_str().into(),
                    due,
                },
            );
            self.timers.remove(&name);
            self.turn(&event, report)?;
        }
        Err(format!("more than {FIRINGS_MAX} timers fired: they set each other"))
    }

    /// One turn: the same event twice is none, and nothing is heard of before the commit.
    fn turn(&mut self, event: &InboundEvent, report: &mut Report) -> Result<(), String> {
        if self.receipts.contains(&event.dedupe) {
            report.note(&self.clock, "duplicate", "acknowledged again, nothing changed");
            return Ok(());
        }
        let before: State = self.state();
        let outcome = self.step(event)?;
        check_laws(&before, event, &outcome)?;
        self.commit(event, outcome, report);
        Ok(())
    }

    /// Takes the step on the state as stored, twice: the same input must give the same output.
    fn step(&self, event: &InboundEvent) -> Result<Outcome<State>, String> {
        let state = self.state();
        let outcome = Dialogue.step(&self.tenant, &state, event, self.now);
        let again = Dialogue.step(&self.tenant, &state, event, self.now);
        let is_same = outcome.state == again.state && outcome.effects == again.effects;
        is_same
            .then_some(outcome)
            .ok_or_else(|| "the same step gave two different outcomes".to_owned())
    }

    fn commit(&mut self, event: &InboundEvent, outcome: Outcome<State>, report: &mut Report) {
        self.receipts.insert(event.dedupe);
        if matches!(event.payload, Payload::Message(_)) {
            self.last_seq += 1;
        }
        for decision in &outcome.decisions {
            report.note(
                &self.clock,
                "  decided",
                format!("{}: {}", decision.rule, decision.outcome),
            );
            self.decided.push(decision.rule.clone());
        }
        for effect in outcome.effects {
            self.take_effect(effect, report);
        }
        let snapshot = serde_json::to_string(&outcome.state).unwrap_or_default();
        for change in differences(&self.snapshot, &snapshot) {
            report.note(&self.clock, "  state", change);
        }
        if outcome.status != self.status {
            report.note(&self.clock, "  status", outcome.status.code());
        }
        self.snapshot = snapshot;
        self.status = outcome.status;
    }

    fn take_effect(&mut self, effect: Effect, report: &mut Report) {
        match effect {
            Effect::Say(say) => {
                self.last_seq += 1;
                let words = words(&say.content);
                if say.status == DeliveryStatus::Pending {
                    report.note(&self.clock, say.author.code(), words);
                    if self.script.channel.profile().transport == Transport::Outbox {
                        report.note(&self.clock, "  outbox", self.script.channel.code());
                    }
                    if let Some(Passage::Template(approved)) = say.content.passage {
                        report.note(
                            &self.clock,
                            "  template",
                            format!("{} ({})", approved.key, approved.locale),
                        );
                        self.templates.push(approved.key);
                    }
                    self.buttons = say.content.quick_replies.into_iter().map(|reply| reply.label).collect();
                    self.said.push(say.content.text.into_string());
                } else {
                    let reason = say.reason.unwrap_or_default();
                    report.note(&self.clock, "  kept back", format!("{words} ({reason})"));
                    self.held_back.push(reason);
                }
            }
            Effect::SetTimer { name, due } => {
                let local = local(due, &self.tenant);
                report.note(&self.clock, "  timer", format!("{name} set to {local}"));
                self.timers.insert(name.0, due);
            }
            Effect::CancelTimer { name } => {
                report.note(&self.clock, "  timer", format!("{name} cancelled"));
                self.timers.remove(&name.0);
            }
            Effect::Ask(inquiry) => {
                report.note(&self.clock, "  ask", format!("{} → {}", inquiry.name, inquiry.lane));
                self.asked.push(inquiry.name);
            }
            Effect::Emit(emission) => {
                let line = format!("{} → {} {}", emission.name, emission.lane, emission.body);
                report.note(&self.clock, "  emit", line);
                self.emitted.push(emission.name);
            }
            Effect::Record(record) => {
                let json = serde_json::to_value(&record).unwrap_or_default();
                report.note(&self.clock, "  record", &json);
                self.stored.insert(key(&record));
                self.written.push(json);
            }
            Effect::Status(change) => report.note(&self.clock, "  status", moved(&change)),
        }
    }

    fn event(&self, dedupe: DedupeKey, payload: Payload) -> InboundEvent {
        let comes_over_it = match &payload {
            Payload::Message(_) => true,
            Payload::Fact(fact) => fact.name == CALL_PROGRESS,
            _ => false,
        };
        let mut event = InboundEvent::new(
            self.script.tenant.clone(),
            self.script.channel,
            self.script.address.clone(),
            dedupe,
            self.now,
            payload,
        );
        event.lane = self.script.account.clone().filter(|_| comes_over_it);
        event
    }

    fn key(&self, parts: &[&str]) -> DedupeKey {
        DedupeKey::derive(&self.script.tenant, self.script.channel, parts)
    }

    fn set_clock(&mut self, now: Timestamp) {
        self.now = now;
        self.clock = local(now, &self.tenant);
    }

    fn state(&self) -> State {
        serde_json::from_str(&self.snapshot).expect("a snapshot was checked before it was kept")
    }

    /// The moment, on the tenant's clock.
    pub(super) fn clock(&self) -> &str {
        &self.clock
    }

    /// What left in this step.
    pub(super) fn said(&self) -> &[String] {
        &self.said
    }

    /// The buttons under the last message of this step.
    pub(super) fn buttons(&self) -> &[String] {
        &self.buttons
    }

    /// The keys of the approved texts that left in this step.
    pub(super) fn templates(&self) -> &[String] {
        &self.templates
    }

    /// What was asked outside in this step, by name.
    pub(super) fn asked(&self) -> &[String] {
        &self.asked
    }

    /// Why words were held back in this step.
    pub(super) fn held_back(&self) -> &[String] {
        &self.held_back
    }

    /// Records written in this step.
    pub(super) fn written(&self) -> &[Json] {
        &self.written
    }

    /// How many records of a kind are stored.
    pub(super) fn stored(&self, kind: &str) -> usize {
        self.stored.iter().filter(|(stored, _)| *stored == kind).count()
    }

    /// News emitted in this step.
    pub(super) fn emitted(&self) -> &[String] {
        &self.emitted
    }

    /// Rules that decided in this step.
    pub(super) fn decided(&self) -> &[String] {
        &self.decided
    }

    /// Timers that are set, by name.
    pub(super) fn timers(&self) -> Vec<String> {
        self.timers.keys().cloned().collect()
    }

    /// Where the conversation stands.
    pub(super) fn status(&self) -> ConversationStatus {
        self.status
    }

    /// The state as stored.
    pub(super) fn state_json(&self) -> Json {
        serde_json::from_str(&self.snapshot).unwrap_or_default()
    }
}

/// What holds in every turn of every dialogue.
fn check_laws(before: &State, event: &InboundEvent, outcome: &Outcome<State>) -> Result<(), String> {
    let snapshot = serde_json::to_string(&outcome.state).map_err(|error| format!("no snapshot: {error}"))?;
    let restored: State =
        serde_json::from_str(&snapshot).map_err(|error| format!("the snapshot cannot be read again: {error}"))?;
    if restored != outcome.state {
        return Err("the state is another one after a snapshot".to_owned());
    }
    if snapshot.len() > SNAPSHOT_BYTES_MAX {
        return Err(format!("the snapshot has {} bytes", snapshot.len()));
    }
    let leaves = |author: Author| {
        outcome
            .effects
            .iter()
            .filter(move |effect| {
                matches!(effect, Effect::Say(say) if say.author == author && say.status == DeliveryStatus::Pending)
            })
            .count()
    };
    let leaving = leaves(Author::Bot) + leaves(Author::Operator);
    if before.is_opted_out && outcome.state.is_opted_out && leaving > 0 {
        return Err("something left after the person had opted out".to_owned());
    }
    let is_with_person = before.status() == ConversationStatus::WithPerson;
    let is_stop = outcome.state.is_opted_out && !before.is_opted_out;
    if is_with_person && outcome.status == ConversationStatus::WithPerson && leaves(Author::Bot) > 0 && !is_stop {
        return Err("the bot spoke while a person had the conversation".to_owned());
    }
    if leaves(Author::Bot) > 1 {
        return Err(format!("two replies to one {}", event.payload.kind()));
    }
    Ok(())
}

/// What makes two records the same stored one.
fn key(record: &Record) -> (&'static str, String) {
    match record {
        Record::Contact(contact) => ("contact", contact.key.as_str().to_owned()),
        Record::Lead(lead) => ("lead", lead.key.as_str().to_owned()),
        Record::Newsletter(newsletter) => ("newsletter", newsletter.email.as_str().to_owned()),
        Record::Consent(consent) => ("consent", consent.id.to_string()),
        Record::Ticket(ticket) => ("ticket", ticket.id.to_string()),
        Record::Address(known) => ("address", known.address.as_str().to_owned()),
    }
}
