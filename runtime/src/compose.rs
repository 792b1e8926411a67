//! From what a step wants to what is committed: effects become rows.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::ports::outbox::{Cargo, Entry};
use frontdesk_core::ports::store::Stored;
use frontdesk_core::records::Record;
use frontdesk_core::{
    Author, Content, Decision, DeliveryStatus, Effect, Epoch, EventId, InboundEvent, Message, OperatorAct, Outcome,
    Payload, Personal, Receipt, Say, StatusChange, Step, TimerChange, TimerName, Timestamp, Transport, Turn,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The smallest step of time.
const MOMENT: Duration = Duration::from_millis(1);

/// A conversation in memory: its state and the head of its row.
#[derive(Clone)]
pub(crate) struct Memory<S> {
    pub state: Arc<S>,
    pub version: u64,
    pub last_seq: u64,
    pub owner: Option<Personal>,
}

impl<S: Default + DeserializeOwned> Memory<S> {
    /// From its row; nothing yet when there is none.
    pub fn read(stored: Option<Stored>) -> Result<Self, serde_json::Error> {
        let Some(stored) = stored else {
            return Ok(Self {
                state: Arc::default(),
                version: 0,
                last_seq: 0,
                owner: None,
            });
        };
        Ok(Self {
            state: Arc::new(serde_json::from_str(&stored.snapshot)?),
            version: stored.version,
            last_seq: stored.last_seq,
            owner: stored.owner,
        })
    }
}

/// What is kept of a turn for people who ask why. What stands in rows of its own (messages,
/// records, the conversation) is only pointed at.
#[derive(Serialize)]
struct Account<'a> {
    event: Happened<'a>,
    decisions: &'a [Decision],
    effects: &'a [Mark],
}

#[derive(Serialize)]
struct Happened<'a> {
    id: EventId,
    received_at: Timestamp,
    #[serde(flatten)]
    payload: &'a Payload,
}

/// An effect, as it is kept.
#[derive(Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
enum Mark {
    Say { seq: u64 },
    SetTimer { name: TimerName, due: Timestamp },
    CancelTimer { name: TimerName },
    Ask { name: String, lane: String },
    Emit { name: String, lane: String },
    Record { record: &'static str },
    Status(StatusChange),
}

/// Builds the turn of one event, and the memory after it.
pub(crate) fn compose<S: Serialize>(
    event: &InboundEvent,
    before: &Memory<S>,
    step: Step<S>,
    now: Timestamp,
    is_replay: bool,
) -> Result<(Turn, Memory<S>), serde_json::Error> {
    let mut rows = Rows::new(event, before, now);
    rows.add_own(event);
    step.effects.into_iter().for_each(|effect| rows.add(effect));
    let record = serde_json::to_string(&Account {
        event: Happened {
            id: event.id,
            received_at: event.received_at,
            payload: &event.payload,
        },
        decisions: &step.decisions,
        effects: &rows.marks,
    })?;
    let own_seq = own_seq(event, &rows.messages);
    let after = Memory {
        version: before.version + 1,
        last_seq: rows.last_seq,
        owner: before.owner.clone().or_else(|| event.sender.clone()),
        state: Arc::new(step.state),
    };
    let turn = Turn {
        conversation: event.conversation,
        tenant: event.tenant.clone(),
        channel: event.channel,
        address: event.address.clone(),
        owner: after.owner.clone(),
        version: after.version,
        last_seq: after.last_seq,
        status: step.status,
        snapshot: serde_json::to_string(&*after.state)?,
        record,
        receipt: receipt(event, Outcome::Processed { seq: own_seq }),
        is_replay,
        messages: rows.messages,
        status_changes: rows.status_changes,
        timers: rows.timers,
        outbox: rows.outbox,
        records: rows.records,
        at: now,
    };
    Ok((turn, after))
}

/// The row of a turn as the hot store keeps it.
pub(crate) fn stored(turn: &Turn) -> Stored {
    Stored {
        id: turn.conversation,
        owner: turn.owner.clone(),
        version: turn.version,
        last_seq: turn.last_seq,
        status: turn.status,
        snapshot: turn.snapshot.clone(),
    }
}

/// What is kept of an event.
pub(crate) fn receipt(event: &InboundEvent, outcome: Outcome) -> Receipt {
    Receipt {
        dedupe: event.dedupe,
        event: event.id,
        tenant: event.tenant.clone(),
        channel: event.channel,
        conversation: event.conversation,
        kind: event.payload.kind().to_owned(),
        received_at: event.received_at,
        outcome,
    }
}

/// The `seq` of what the event's own author said; 0 when they said nothing.
fn own_seq(event: &InboundEvent, messages: &[Message]) -> u64 {
    let author = match &event.payload {
        Payload::Message(_) => Author::User,
        Payload::Operator(OperatorAct::Say { .. } | OperatorAct::Wrote { .. } | OperatorAct::SendTemplate { .. }) => {
            Author::Operator
        }
        Payload::Operator(OperatorAct::Test { .. }) => Author::Bot,
        _ => return 0,
    };
    let own = messages.iter().find(|message| message.author == author);
    own.map_or(0, |message| message.seq)
}

/// How many messages back an answer counts for: what is further back it does not answer.
const EARLIER_MAX: u64 = 16;

/// The rows of a turn as they gather.
struct Rows<'a> {
    event: &'a InboundEvent,
    now: Timestamp,
    version: u64,
    last_seq: u64,
    before_seq: u64,
    messages: Vec<Message>,
    status_changes: Vec<StatusChange>,
    timers: Vec<TimerChange>,
    outbox: Vec<Entry>,
    records: Vec<Record>,
    marks: Vec<Mark>,
}

impl<'a> Rows<'a> {
    const fn new<S>(event: &'a InboundEvent, before: &Memory<S>, now: Timestamp) -> Self {
        Self {
            event,
            now,
            version: before.version + 1,
            last_seq: before.last_seq,
            before_seq: before.last_seq,
            messages: Vec::new(),
            status_changes: Vec::new(),
            timers: Vec::new(),
            outbox: Vec::new(),
            records: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// What the event itself leaves: the person's message, the timer that came due.
    fn add_own(&mut self, event: &InboundEvent) {
        match &event.payload {
            Payload::Message(said) => {
                let content = Content {
                    text: said.text.clone(),
                    attachments: said.attachments.clone(),
                    recovered_from: said.sent_at.filter(|_| said.is_recovered),
                    late_from: event.late_from(),
                    ..Content::default()
                };
                self.log(
                    Author::User,
                    content,
                    DeliveryStatus::Delivered,
                    None,
                    said.external_id.clone(),
                );
            }
            Payload::Timer { name, due } => self.timers.push(TimerChange::Fired {
                name: name.clone(),
                due: *due,
            }),
            Payload::Operator(_) | Payload::Status { .. } | Payload::Answer(_) | Payload::Fact(_) => {}
        }
    }

    fn add(&mut self, effect: Effect) {
        let mark = match effect {
            Effect::Say(say) => {
                self.say(say);
                Mark::Say { seq: self.last_seq }
            }
            Effect::SetTimer { name, due } => {
                // Later than now: set to an hour at which it already came due, it would be the same
                // event again, and a duplicate.
                let due = due.max(self.now.plus(MOMENT));
                self.timer(TimerChange::Set {
                    name: name.clone(),
                    due,
                });
                Mark::SetTimer { name, due }
            }
            Effect::CancelTimer { name } => {
                self.timer(TimerChange::Remove { name: name.clone() });
                Mark::CancelTimer { name }
            }
            Effect::Ask(inquiry) => {
                let (name, lane) = (inquiry.name.clone(), inquiry.lane.clone());
                self.leave(lane.clone(), Cargo::Inquiry(inquiry), self.now);
                Mark::Ask { name, lane }
            }
            Effect::Emit(emission) => {
                let (name, lane) = (emission.name.clone(), emission.lane.clone());
                self.leave(lane.clone(), Cargo::Emission(emission), self.now);
                Mark::Emit { name, lane }
            }
            Effect::Record(record) => {
                let mark = Mark::Record { record: kind(&record) };
                self.records.push(record);
                mark
            }
            Effect::Status(change) => {
                let change = self.placed(change);
                if change.from_seq <= change.up_to_seq {
                    self.status_changes.push(change.clone());
                }
                Mark::Status(change)
            }
        };
        self.marks.push(mark);
    }

    /// With the places of the messages it means.
    fn placed(&self, change: StatusChange) -> StatusChange {
        if change.up_to_seq != StatusChange::EARLIER {
            return change;
        }
        StatusChange {
            from_seq: change.from_seq.max(self.before_seq.saturating_sub(EARLIER_MAX) + 1),
            up_to_seq: self.before_seq,
            ..change
        }
    }

    fn say(&mut self, say: Say) {
        let leaves = say.status == DeliveryStatus::Pending;
        let is_logged = self.event.channel.profile().transport == Transport::Log;
        let status = if leaves && is_logged {
            DeliveryStatus::Sent
        } else {
            say.status
        };
        if leaves && !is_logged {
            let cargo = Cargo::Message {
                seq: self.last_seq + 1,
                content: say.content.clone(),
            };
            let not_before = say.not_before.unwrap_or(self.now).max(self.now);
            let lane = say
                .lane
                .map_or_else(|| self.event.channel.code().to_owned(), String::from);
            self.leave(lane, cargo, not_before);
        }
        self.log(say.author, say.content, status, say.reason, None);
    }

    fn log(
        &mut self,
        author: Author,
        content: Content,
        status: DeliveryStatus,
        reason: Option<String>,
        external_id: Option<String>,
    ) {
        self.last_seq += 1;
        self.messages.push(Message {
            id: self.event.id.message(self.messages.len()),
            seq: self.last_seq,
            author,
            content,
            at: self.now,
            status,
            reason,
            external_id,
        });
    }

    /// The last word on a name wins; a timer set anew is not removed for having come due.
    fn timer(&mut self, change: TimerChange) {
        let name = name_of(&change).clone();
        self.timers.retain(|other| *name_of(other) != name);
        self.timers.push(change);
    }

    fn leave(&mut self, lane: String, cargo: Cargo, not_before: Timestamp) {
        // Grows from turn to turn and within a turn, which has far fewer than 2^16 effects.
        let ordinal = (self.version << 16) + u64::try_from(self.outbox.len()).unwrap_or(u64::MAX);
        self.outbox.push(Entry {
            id: self.event.id.outbox(self.outbox.len()),
            conversation: self.event.conversation,
            tenant: self.event.tenant.clone(),
            channel: self.event.channel,
            address: self.event.address.clone(),
            lane,
            ordinal,
            cargo,
            not_before,
            attempts: 0,
            epoch: Epoch::default(),
            unsure_since: None,
        });
    }
}

const fn kind(record: &Record) -> &'static str {
    match record {
        Record::Contact(_) => "contact",
        Record::Lead(_) => "lead",
        Record::Newsletter(_) => "newsletter",
        Record::Consent(_) => "consent",
        Record::Ticket(_) => "ticket",
        Record::Address(_) => "address",
    }
}

fn name_of(change: &TimerChange) -> &TimerName {
    match change {
        TimerChange::Set { name, .. } | TimerChange::Remove { name } | TimerChange::Fired { name, .. } => name,
    }
}
