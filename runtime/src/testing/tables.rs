//! The rows of a [`super::MemoryStore`] and what the calls do to them.

use std::collections::{BTreeMap, HashMap, HashSet};

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::{Cargo, Claim, Entry, Settled, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::{Committed, Error, Stored};
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{
    Author, ChannelKind, ConversationId, DeadLetterId, DedupeKey, DeliveryStatus, InboundEvent, Message, OutboxId,
    Outcome, Payload, Personal, Receipt, StatusChange, TenantId, TimerChange, TimerName, Timestamp, Turn,
};

/// Where an outbox entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// Waits for its hour and its turn.
    Pending,
    /// Claimed.
    Sending,
    /// The receiver has it.
    Sent,
    /// Sent or not, nobody can tell.
    Unknown,
    /// Given up.
    Dead,
}

impl EntryState {
    const fn is_in_line(self) -> bool {
        matches!(self, Self::Pending | Self::Sending)
    }
}

impl OutboxRow {
    /// Whether those behind it wait: for a message that is asked after, nobody does.
    fn is_in_line(&self) -> bool {
        let is_asked_after = self.entry.unsure_since.is_some() && matches!(self.entry.cargo, Cargo::Message { .. });
        self.state.is_in_line() && !is_asked_after
    }
}

/// An outbox entry and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// The entry, with its latest epoch, hour and count of attempts.
    pub entry: Entry,
    /// Where it stands.
    pub state: EntryState,
    /// When it was claimed last.
    pub claimed_at: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
}

pub(super) struct ConversationRow {
    pub stored: Stored,
    pub tenant: TenantId,
    pub channel: ChannelKind,
    pub address: Personal,
    pub messages: Vec<Message>,
    /// One record a turn.
    pub records: Vec<String>,
}

pub(super) struct LetterRow {
    pub letter: DeadLetter,
    pub is_resolved: bool,
}

#[derive(Default)]
pub(super) struct Tables {
    pub conversations: HashMap<ConversationId, ConversationRow>,
    pub receipts: HashMap<DedupeKey, Receipt>,
    pub letters: HashMap<DeadLetterId, LetterRow>,
    pub timers: BTreeMap<(ConversationId, TimerName), Timestamp>,
    pub outbox: Vec<OutboxRow>,
    places: HashMap<OutboxId, usize>,
}

impl Tables {
    pub fn commit(&mut self, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
        let mut fresh = HashMap::new();
        let answers: Vec<Committed> = turns.iter().map(|turn| self.judge(turn, &mut fresh)).collect();
        let accepted: Vec<&Turn> = turns
            .iter()
            .zip(&answers)
            .filter_map(|(turn, answer)| (*answer == Committed::Done).then_some(turn))
            .collect();
        // All or nothing: what cannot be written is found before anything is.
        let mut conversations = HashSet::new();
        for turn in &accepted {
            if !conversations.insert(turn.conversation) {
                return Err(invalid("a batch held two turns of one conversation"));
            }
            self.check(turn)?;
        }
        accepted.into_iter().for_each(|turn| self.write(turn));
        Ok(answers)
    }

    fn judge(&self, turn: &Turn, fresh: &mut HashMap<DedupeKey, Receipt>) -> Committed {
        let dedupe = turn.receipt.dedupe;
        if let Some(receipt) = fresh.get(&dedupe).or_else(|| self.receipts.get(&dedupe)) {
            let may_replace = turn.is_replay && receipt.outcome == Outcome::Parked;
            if !may_replace {
                return Committed::Duplicate(receipt.clone());
            }
        }
        let stored = self.conversations.get(&turn.conversation);
        if turn.version != stored.map_or(0, |row| row.stored.version) + 1 {
            return Committed::Conflict;
        }
        fresh.insert(dedupe, turn.receipt.clone());
        Committed::Done
    }

    /// What a database's keys would refuse.
    fn check(&self, turn: &Turn) -> Result<(), Error> {
        let stored = self.conversations.get(&turn.conversation);
        let mut last_seq = stored.map_or(0, |row| row.stored.last_seq);
        for message in &turn.messages {
            if message.seq != last_seq + 1 {
                return Err(invalid("a message is not next in its conversation"));
            }
            last_seq = message.seq;
        }
        if last_seq != turn.last_seq {
            return Err(invalid("the last seq is not that of the last message"));
        }
        if turn.outbox.iter().any(|entry| self.places.contains_key(&entry.id)) {
            return Err(invalid("an outbox entry exists"));
        }
        Ok(())
    }

    fn write(&mut self, turn: &Turn) {
        if turn.is_replay
            && let Some(row) = self.letters.get_mut(&turn.receipt.event.dead_letter())
        {
            row.is_resolved = true;
        }
        self.receipts.insert(turn.receipt.dedupe, turn.receipt.clone());
        let row = self
            .conversations
            .entry(turn.conversation)
            .or_insert_with(|| ConversationRow {
                stored: Stored {
                    id: turn.conversation,
                    owner: None,
                    version: 0,
                    last_seq: 0,
                    status: turn.status,
                    snapshot: String::new(),
                },
                tenant: turn.tenant.clone(),
                channel: turn.channel,
                address: turn.address.clone(),
                messages: Vec::new(),
                records: Vec::new(),
            });
        row.stored.owner = row.stored.owner.take().or_else(|| turn.owner.clone());
        row.stored.version = turn.version;
        row.stored.last_seq = turn.last_seq;
        row.stored.status = turn.status;
        row.stored.snapshot.clone_from(&turn.snapshot);
        row.messages.extend(turn.messages.iter().cloned());
        row.records.push(turn.record.clone());
        turn.status_changes.iter().for_each(|change| row.change_status(change));
        for change in &turn.timers {
            self.change_timer(turn.conversation, change);
        }
        for entry in &turn.outbox {
            let before = self.outbox.iter().filter(|row| row.is_in_line());
            let before = before.filter(|row| line(&row.entry) == line(entry));
            let not_before = before
                .map(|row| row.entry.not_before)
                .fold(entry.not_before, Timestamp::max);
            self.places.insert(entry.id, self.outbox.len());
            self.outbox.push(OutboxRow {
                entry: Entry {
                    not_before,
                    ..entry.clone()
                },
                state: EntryState::Pending,
                claimed_at: None,
                reason: None,
            });
        }
    }

    fn change_timer(&mut self, conversation: ConversationId, change: &TimerChange) {
        match change {
            TimerChange::Set { name, due } => {
                self.timers.insert((conversation, name.clone()), *due);
            }
            TimerChange::Remove { name } => {
                self.timers.remove(&(conversation, name.clone()));
            }
            TimerChange::Fired { name, due } => {
                let key = (conversation, name.clone());
                if self.timers.get(&key) == Some(due) {
                    self.timers.remove(&key);
                }
            }
        }
    }

    pub fn refuse(&mut self, receipts: &[Receipt]) {
        for receipt in receipts {
            self.receipts.entry(receipt.dedupe).or_insert_with(|| receipt.clone());
        }
    }

    pub fn due_timers(&self, window: &Window) -> Vec<DueTimer> {
        let mut due: Vec<(Timestamp, ConversationId, &TimerName)> = self
            .timers
            .iter()
            .map(|((conversation, name), due)| (*due, *conversation, name))
            .filter(|(due, conversation, name)| {
                let is_after = |(at, id, last): &(Timestamp, ConversationId, TimerName)| {
                    (due, conversation, *name) > (at, id, last)
                };
                *due <= window.until
                    && window.owned.epoch(conversation.shard()).is_some()
                    && window.after.as_ref().is_none_or(is_after)
            })
            .collect();
        due.sort_unstable();
        due.truncate(window.limit as usize);
        due.into_iter()
            .filter_map(|(due, conversation, name)| {
                let row = self.conversations.get(&conversation)?;
                Some(DueTimer {
                    due,
                    name: name.clone(),
                    conversation,
                    tenant: row.tenant.clone(),
                    channel: row.channel,
                    address: row.address.clone(),
                })
            })
            .collect()
    }

    pub fn claim(&mut self, claim: &Claim) -> Vec<Entry> {
        let mut first: HashMap<(ConversationId, String), u64> = HashMap::new();
        for row in self.outbox.iter().filter(|row| row.is_in_line()) {
            let place = first.entry(line(&row.entry)).or_insert(row.entry.ordinal);
            *place = row.entry.ordinal.min(*place);
        }
        let mut due: Vec<&mut OutboxRow> = self
            .outbox
            .iter_mut()
            .filter(|OutboxRow { entry, state, .. }| {
                *state == EntryState::Pending
                    && entry.not_before <= claim.now
                    && claim.owned.epoch(entry.conversation.shard()).is_some()
                    && first.get(&line(entry)).is_none_or(|first| *first >= entry.ordinal)
            })
            .collect();
        due.sort_unstable_by_key(|row| (row.entry.not_before, row.entry.ordinal, row.entry.id));
        let claimed = due.into_iter().take(claim.limit as usize).map(|row| {
            row.state = EntryState::Sending;
            row.entry.epoch = claim.owned.epoch(row.entry.conversation.shard()).unwrap_or_default();
            row.claimed_at = Some(claim.now);
            row.entry.clone()
        });
        claimed.collect()
    }

    pub fn claimed(&self, owned: &Ownership) -> Vec<Entry> {
        let is_ours = |entry: &Entry| owned.epoch(entry.conversation.shard()) == Some(entry.epoch);
        let sending = self.outbox.iter().filter(|row| row.state == EntryState::Sending);
        sending
            .filter(|row| is_ours(&row.entry))
            .map(|row| row.entry.clone())
            .collect()
    }

    pub fn settle(&mut self, settlements: &[Settlement]) {
        for settlement in settlements {
            let Some(place) = self.places.get(&settlement.id) else {
                continue;
            };
            let row = &mut self.outbox[*place];
            if row.state != EntryState::Sending || row.entry.epoch != settlement.epoch {
                continue;
            }
            let (state, status, next, reason) = match &settlement.result {
                Settled::Sent { .. } => (EntryState::Sent, Some(DeliveryStatus::Sent), None, None),
                Settled::RetryAt { at, reason } | Settled::Waiting { at, reason } => (
                    EntryState::Pending,
                    Some(DeliveryStatus::Retrying),
                    Some(*at),
                    Some(reason),
                ),
                Settled::Unsure { since, at, reason } => {
                    row.entry.unsure_since = Some(*since);
                    (
                        EntryState::Pending,
                        Some(DeliveryStatus::Unknown),
                        Some(*at),
                        Some(reason),
                    )
                }
                Settled::Unknown { reason } => (EntryState::Unknown, Some(DeliveryStatus::Unknown), None, Some(reason)),
                Settled::Dead { reason } => (EntryState::Dead, Some(DeliveryStatus::Failed), None, Some(reason)),
                Settled::Released { at } => (EntryState::Pending, None, Some(*at), None),
            };
            row.state = state;
            let is_attempt = status.is_some() && !matches!(settlement.result, Settled::Waiting { .. });
            row.entry.attempts += u32::from(is_attempt);
            row.entry.not_before = next.unwrap_or(row.entry.not_before);
            row.reason = reason.cloned();
            let is_sent_again = !matches!(settlement.result, Settled::Unsure { .. });
            let put_off = next.filter(|_| is_sent_again).map(|at| (row.entry.clone(), at));
            if let (Some(status), Some(message)) = (status, carried(&mut self.conversations, &row.entry)) {
                advance(message, status, reason);
                if let Settled::Sent { external_id } = &settlement.result {
                    message.external_id = message.external_id.take().or_else(|| external_id.clone());
                }
            }
            if let Some((first, at)) = put_off {
                self.put_off_behind(&first, at);
            }
        }
    }

    /// Whoever stands behind an entry is due no sooner than it is.
    fn put_off_behind(&mut self, first: &Entry, at: Timestamp) {
        let rows = self.outbox.iter_mut().filter(|row| row.state == EntryState::Pending);
        for row in rows.filter(|row| line(&row.entry) == line(first) && row.entry.ordinal > first.ordinal) {
            row.entry.not_before = row.entry.not_before.max(at);
        }
    }

    pub fn abandon_claims(&mut self, owned: &Ownership) -> u64 {
        let mut count = 0;
        let reason = "the process ended while sending".to_owned();
        for row in &mut self.outbox {
            let owned_since = owned.epoch(row.entry.conversation.shard());
            let is_lost = owned_since.is_some_and(|epoch| row.entry.epoch < epoch);
            if row.state != EntryState::Sending || !is_lost {
                continue;
            }
            row.state = EntryState::Pending;
            row.entry.unsure_since = row.entry.unsure_since.or(row.claimed_at);
            row.entry.attempts += 1;
            row.reason = Some(reason.clone());
            if let Some(message) = carried(&mut self.conversations, &row.entry) {
                advance(message, DeliveryStatus::Unknown, Some(&reason));
            }
            count += 1;
        }
        count
    }

    pub fn park(&mut self, letter: &DeadLetter) {
        let event = &letter.event;
        let receipt = crate::compose::receipt(event, Outcome::Parked);
        let receipt = self.receipts.entry(event.dedupe).or_insert(receipt);
        if receipt.event == event.id && receipt.outcome == Outcome::Parked {
            let row = self.letters.entry(event.id.dead_letter()).or_insert_with(|| LetterRow {
                letter: letter.clone(),
                is_resolved: false,
            });
            row.letter = letter.clone();
        }
        if let Payload::Timer { name, due } = &event.payload {
            let fired = TimerChange::Fired {
                name: name.clone(),
                due: *due,
            };
            self.change_timer(event.conversation, &fired);
        }
    }

    pub fn resolve(&mut self, event: &InboundEvent, reason: &str) {
        let Some(row) = self
            .letters
            .get_mut(&event.id.dead_letter())
            .filter(|row| !row.is_resolved)
        else {
            return;
        };
        row.is_resolved = true;
        if let Some(receipt) = self.receipts.get_mut(&event.dedupe) {
            receipt.outcome = Outcome::Refused {
                reason: reason.to_owned(),
            };
        }
    }
}

impl ConversationRow {
    fn change_status(&mut self, change: &StatusChange) {
        for message in &mut self.messages {
            let is_meant = (change.from_seq..=change.up_to_seq).contains(&message.seq);
            if is_meant && message.author != Author::User {
                advance(message, change.status, change.reason.as_ref());
            }
        }
    }
}

fn advance(message: &mut Message, status: DeliveryStatus, reason: Option<&String>) {
    if message.status.may_become(status) {
        message.status = status;
        message.reason = reason.cloned();
    }
}

fn carried<'a>(
    conversations: &'a mut HashMap<ConversationId, ConversationRow>,
    entry: &Entry,
) -> Option<&'a mut Message> {
    let Cargo::Message { seq, .. } = &entry.cargo else {
        return None;
    };
    let row = conversations.get_mut(&entry.conversation)?;
    row.messages.iter_mut().find(|message| message.seq == *seq)
}

fn line(entry: &Entry) -> (ConversationId, String) {
    (entry.conversation, entry.lane.clone())
}

fn invalid(reason: &str) -> Error {
    Error::Invalid(reason.to_owned())
}
