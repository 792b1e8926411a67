//! The rarer rows of a group of turns, gathered by table. Each table's rows reach the database as
//! one JSON array, because most commits have none of them.

use std::collections::HashMap;
use std::hash::Hash;

use frontdesk_core::ports::outbox::{Cargo, Entry};
use frontdesk_core::records::{
    AddressKnown, ConsentGiven, ContactChange, LeadChange, NewsletterChange, Proved, Record, TicketChange,
};
use frontdesk_core::{StatusChange, TimerChange, Turn};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::codec::{to_column, to_json};

/// Parts of some rows such that no part holds two of the same key, in order: a statement changes a
/// row of a table once, so two changes of it take two statements. Nearly always there is one part.
pub(crate) fn rounds<'r, T, K: Eq + Hash>(rows: &'r [T], key: impl Fn(&'r T) -> K) -> Vec<Vec<&'r T>> {
    let mut met: HashMap<K, usize> = HashMap::with_capacity(rows.len());
    let mut parts: Vec<Vec<&T>> = Vec::new();
    for row in rows {
        let round = met.entry(key(row)).and_modify(|count| *count += 1).or_insert(0);
        if *round == parts.len() {
            parts.push(Vec::new());
        }
        parts[*round].push(row);
    }
    parts
}

/// Rows by table, in the order of the turns.
#[derive(Default)]
pub(crate) struct Batch<'a> {
    pub(crate) status_changes: Vec<StatusRow<'a>>,
    pub(crate) timers_removed: Vec<TimerKey<'a>>,
    pub(crate) timers_set: Vec<TimerRow<'a>>,
    pub(crate) outbox: Vec<OutboxRow<'a>>,
    pub(crate) contacts: Vec<ContactRow<'a>>,
    pub(crate) leads: Vec<LeadRow<'a>>,
    pub(crate) newsletter: Vec<NewsletterRow<'a>>,
    pub(crate) consents: Vec<ConsentRow<'a>>,
    pub(crate) tickets_opened: Vec<TicketRow<'a>>,
    pub(crate) tickets_closed: Vec<TicketEnd<'a>>,
    pub(crate) addresses: Vec<AddressRow<'a>>,
    pub(crate) files: Vec<FileRow>,
}

/// A file that a message carries from now on.
#[derive(Serialize)]
pub(crate) struct FileRow {
    id: Uuid,
    conversation_id: Uuid,
    seq: i64,
}

#[derive(Serialize)]
pub(crate) struct StatusRow<'a> {
    conversation_id: Uuid,
    from_seq: i64,
    up_to_seq: i64,
    status: &'static str,
    rank: u8,
    /// Ranks of the statuses it may follow, as bits.
    after: u32,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct TimerKey<'a> {
    conversation_id: Uuid,
    name: &'a str,
    /// Only if it is set to this hour; `None` whenever it is.
    due_at: Option<i64>,
}

#[derive(Serialize)]
pub(crate) struct TimerRow<'a> {
    conversation_id: Uuid,
    name: &'a str,
    due_at: i64,
    shard: u16,
}

#[derive(Serialize)]
pub(crate) struct OutboxRow<'a> {
    id: Uuid,
    conversation_id: Uuid,
    tenant: &'a str,
    channel: &'static str,
    address: &'a str,
    shard: u16,
    lane: &'a str,
    ordinal: i64,
    /// JSON in JSON: it is stored as the text it is.
    cargo: String,
    seq: Option<i64>,
    not_before: i64,
    attempts: u32,
}

#[derive(Serialize)]
pub(crate) struct ContactRow<'a> {
    pub(crate) id: Uuid,
    pub(crate) tenant: &'a str,
    pub(crate) person: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) phone_extension: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) language: Option<&'static str>,
    pub(crate) proved: Proved,
    pub(crate) conversation_id: Uuid,
    pub(crate) at: i64,
}

#[derive(Serialize)]
pub(crate) struct LeadRow<'a> {
    pub(crate) id: Uuid,
    pub(crate) tenant: &'a str,
    pub(crate) person: &'a str,
    pub(crate) source: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) context: &'a Map<String, Value>,
    pub(crate) channel: &'static str,
    pub(crate) proved: Proved,
    pub(crate) conversation_id: Uuid,
    pub(crate) at: i64,
}

#[derive(Serialize)]
pub(crate) struct NewsletterRow<'a> {
    pub(crate) id: Uuid,
    pub(crate) tenant: &'a str,
    pub(crate) email: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) source: &'a str,
    pub(crate) email_consent: Option<bool>,
    pub(crate) sms_consent: Option<bool>,
    pub(crate) is_confirmed: bool,
    pub(crate) at: i64,
}

#[derive(Serialize)]
pub(crate) struct ConsentRow<'a> {
    pub(crate) id: Uuid,
    pub(crate) tenant: &'a str,
    pub(crate) channel: &'static str,
    pub(crate) conversation_id: Uuid,
    pub(crate) subject: &'a str,
    pub(crate) purpose: &'a str,
    pub(crate) is_granted: bool,
    pub(crate) words_shown: &'a str,
    pub(crate) words_said: &'a str,
    pub(crate) at: i64,
}

#[derive(Serialize)]
pub(crate) struct TicketRow<'a> {
    id: Uuid,
    tenant: &'a str,
    channel: &'static str,
    conversation_id: Uuid,
    reason: &'a str,
    context: &'a Map<String, Value>,
    at: i64,
}

#[derive(Serialize)]
pub(crate) struct TicketEnd<'a> {
    id: Uuid,
    tenant: &'a str,
    at: i64,
}

#[derive(Serialize)]
pub(crate) struct AddressRow<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) person: &'a str,
    pub(crate) conversation_id: Uuid,
    pub(crate) channel: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) address: &'a str,
    pub(crate) is_proved: bool,
    pub(crate) at: i64,
}

impl<'a> StatusRow<'a> {
    pub(crate) const fn conversation(&self) -> Uuid {
        self.conversation_id
    }
}

impl<'a> ContactRow<'a> {
    pub(crate) const fn person(&self) -> (&'a str, &'a str) {
        (self.tenant, self.person)
    }
}

impl<'a> LeadRow<'a> {
    pub(crate) const fn person(&self) -> (&'a str, &'a str) {
        (self.tenant, self.person)
    }
}

impl<'a> NewsletterRow<'a> {
    pub(crate) const fn subscriber(&self) -> (&'a str, &'a str) {
        (self.tenant, self.email)
    }
}

impl<'a> Batch<'a> {
    /// Gathers the rows of some turns.
    pub(crate) fn of(turns: &[&'a Turn]) -> Self {
        let mut batch = Self::default();
        for turn in turns {
            let conversation_id = turn.conversation.0;
            let changes = turn.status_changes.iter();
            batch
                .status_changes
                .extend(changes.map(|change| status_row(turn, change)));
            for timer in &turn.timers {
                match timer {
                    TimerChange::Remove { name } => batch.timers_removed.push(TimerKey {
                        conversation_id,
                        name: &name.0,
                        due_at: None,
                    }),
                    TimerChange::Fired { name, due } => batch.timers_removed.push(TimerKey {
                        conversation_id,
                        name: &name.0,
                        due_at: Some(due.as_millis()),
                    }),
                    TimerChange::Set { name, due } => batch.timers_set.push(TimerRow {
                        conversation_id,
                        name: &name.0,
                        due_at: due.as_millis(),
                        shard: turn.shard().0,
                    }),
                }
            }
            batch.outbox.extend(turn.outbox.iter().map(outbox_row));
            for record in &turn.records {
                batch.add_record(turn, record);
            }
            for message in &turn.messages {
                let carried = message.content.attachments.iter().filter_map(|file| file.file);
                batch.files.extend(carried.map(|file| FileRow {
                    id: file.0,
                    conversation_id,
                    seq: to_column(message.seq),
                }));
            }
        }
        batch
    }

    fn add_record(&mut self, turn: &'a Turn, record: &'a Record) {
        match record {
            Record::Contact(change) => self.contacts.push(contact_row(turn, change)),
            Record::Lead(change) => self.leads.push(lead_row(turn, change)),
            Record::Newsletter(change) => self.newsletter.push(newsletter_row(turn, change)),
            Record::Consent(given) => self.consents.push(consent_row(turn, given)),
            Record::Ticket(change) if change.is_open => self.tickets_opened.push(ticket_row(turn, change)),
            Record::Ticket(change) => self.tickets_closed.push(TicketEnd {
                id: change.id.0,
                tenant: turn.tenant.as_str(),
                at: turn.at.as_millis(),
            }),
            Record::Address(known) => self.addresses.push(address_row(turn, known)),
        }
    }
}

fn status_row<'a>(turn: &Turn, change: &'a StatusChange) -> StatusRow<'a> {
    StatusRow {
        conversation_id: turn.conversation.0,
        from_seq: to_column(change.from_seq),
        up_to_seq: to_column(change.up_to_seq),
        status: change.status.code(),
        rank: change.status.rank(),
        after: change.status.ranks_before(),
        reason: change.reason.as_deref(),
    }
}

fn outbox_row(entry: &Entry) -> OutboxRow<'_> {
    let seq = match &entry.cargo {
        Cargo::Message { seq, .. } => Some(to_column(*seq)),
        Cargo::Emission(_) | Cargo::Inquiry(_) => None,
    };
    OutboxRow {
        id: entry.id.0,
        conversation_id: entry.conversation.0,
        tenant: entry.tenant.as_str(),
        channel: entry.channel.code(),
        address: &entry.address,
        shard: entry.conversation.shard().0,
        lane: &entry.lane,
        ordinal: to_column(entry.ordinal),
        cargo: to_json(&entry.cargo),
        seq,
        not_before: entry.not_before.as_millis(),
        attempts: entry.attempts,
    }
}

fn contact_row<'a>(turn: &'a Turn, change: &'a ContactChange) -> ContactRow<'a> {
    ContactRow {
        id: change.id.0,
        tenant: turn.tenant.as_str(),
        person: change.key.as_str(),
        name: change.name.as_deref(),
        phone: change.phone.as_deref(),
        phone_extension: change.phone_extension.as_deref(),
        email: change.email.as_deref(),
        language: change.language.map(frontdesk_core::Language::code),
        proved: change.proved,
        conversation_id: turn.conversation.0,
        at: turn.at.as_millis(),
    }
}

fn lead_row<'a>(turn: &'a Turn, change: &'a LeadChange) -> LeadRow<'a> {
    LeadRow {
        id: change.id.0,
        tenant: turn.tenant.as_str(),
        person: change.key.as_str(),
        source: &change.source,
        name: change.name.as_deref(),
        phone: change.phone.as_deref(),
        email: change.email.as_deref(),
        context: &change.context,
        channel: turn.channel.code(),
        proved: change.proved,
        conversation_id: turn.conversation.0,
        at: turn.at.as_millis(),
    }
}

fn newsletter_row<'a>(turn: &'a Turn, change: &'a NewsletterChange) -> NewsletterRow<'a> {
    NewsletterRow {
        id: change.id.0,
        tenant: turn.tenant.as_str(),
        email: &change.email,
        name: change.name.as_deref(),
        phone: change.phone.as_deref(),
        source: &change.source,
        email_consent: change.email_consent,
        sms_consent: change.sms_consent,
        is_confirmed: change.is_confirmed,
        at: turn.at.as_millis(),
    }
}

fn consent_row<'a>(turn: &'a Turn, given: &'a ConsentGiven) -> ConsentRow<'a> {
    ConsentRow {
        id: given.id.0,
        tenant: turn.tenant.as_str(),
        channel: turn.channel.code(),
        conversation_id: turn.conversation.0,
        subject: &given.subject,
        purpose: &given.purpose,
        is_granted: given.is_granted,
        words_shown: &given.words_shown,
        words_said: &given.words_said,
        at: turn.at.as_millis(),
    }
}

fn ticket_row<'a>(turn: &'a Turn, change: &'a TicketChange) -> TicketRow<'a> {
    TicketRow {
        id: change.id.0,
        tenant: turn.tenant.as_str(),
        channel: turn.channel.code(),
        conversation_id: turn.conversation.0,
        reason: &change.reason,
        context: &change.context,
        at: turn.at.as_millis(),
    }
}

fn address_row<'a>(turn: &'a Turn, known: &'a AddressKnown) -> AddressRow<'a> {
    AddressRow {
        tenant: turn.tenant.as_str(),
        person: known.key.as_str(),
        conversation_id: turn.conversation.0,
        channel: turn.channel.code(),
        kind: known.kind.code(),
        address: &known.address,
        is_proved: known.is_proved,
        at: turn.at.as_millis(),
    }
}

#[cfg(test)]
mod tests {
    use super::rounds;

    #[test]
    fn rows_of_one_key_fall_into_rounds_of_their_own() {
        let rows = [(1, 'a'), (2, 'b'), (1, 'c'), (1, 'd'), (2, 'e')];
        let parts = rounds(&rows, |row| row.0);
        assert_eq!(
            parts,
            [vec![&(1, 'a'), &(2, 'b')], vec![&(1, 'c'), &(2, 'e')], vec![&(1, 'd')]]
        );
        assert!(rounds(&[] as &[i32], |row| *row).is_empty());
    }
}
