//! Conversations, and what is to be done for them.

use frontdesk_core::ports::desk::QueueRow;
use frontdesk_core::ports::outbox::Entry;
use frontdesk_core::ports::reader::{ConversationRow, Cursor, DeadLetterRow, MessageRow, RefusedRow, TrafficRow};
use frontdesk_core::ports::store::{Error, Stored};
use frontdesk_core::ports::timers::DueTimer;
use frontdesk_core::{
    ConversationId, DeadLetterId, DedupeKey, Epoch, EventId, Message, MessageId, OutboxId, Personal, Receipt, TimerName,
};

use super::{Cells, count, get, maybe_time, personal, tags, time};
use crate::codec::{self, raw_json};
use crate::error::unreadable;

pub(crate) fn receipt(row: &impl Cells) -> Result<Receipt, Error> {
    Ok(Receipt {
        dedupe: DedupeKey(get(row, 0)?),
        event: EventId(get(row, 1)?),
        tenant: codec::tenant(get(row, 2)?)?,
        channel: codec::channel(get(row, 3)?)?,
        conversation: ConversationId(get(row, 4)?),
        kind: get(row, 5)?,
        received_at: time(row, 6)?,
        outcome: codec::outcome(get(row, 7)?, get(row, 8)?, get(row, 9)?)?,
    })
}

pub(crate) fn stored(row: &impl Cells) -> Result<Stored, Error> {
    Ok(Stored {
        id: ConversationId(get(row, 0)?),
        owner: personal(row, 1)?,
        version: count(row, 2)?,
        last_seq: count(row, 3)?,
        status: codec::conversation_status(get(row, 4)?)?,
        snapshot: get(row, 5)?,
    })
}

pub(crate) fn message(row: &impl Cells) -> Result<Message, Error> {
    Ok(Message {
        id: MessageId(get(row, 0)?),
        seq: count(row, 1)?,
        author: codec::author(get(row, 2)?)?,
        content: codec::content(get(row, 3)?, get(row, 4)?)?,
        at: time(row, 5)?,
        status: codec::delivery_status(get(row, 6)?)?,
        reason: get(row, 7)?,
        external_id: get(row, 8)?,
    })
}

pub(crate) fn due_timer(row: &impl Cells) -> Result<DueTimer, Error> {
    Ok(DueTimer {
        due: time(row, 0)?,
        name: TimerName(get(row, 1)?),
        conversation: ConversationId(get(row, 2)?),
        tenant: codec::tenant(get(row, 3)?)?,
        channel: codec::channel(get(row, 4)?)?,
        address: get::<String>(row, 5)?.into(),
    })
}

pub(crate) fn entry(row: &impl Cells) -> Result<Entry, Error> {
    Ok(Entry {
        id: OutboxId(get(row, 0)?),
        conversation: ConversationId(get(row, 1)?),
        tenant: codec::tenant(get(row, 2)?)?,
        channel: codec::channel(get(row, 3)?)?,
        address: get::<String>(row, 4)?.into(),
        lane: get(row, 5)?,
        ordinal: count(row, 6)?,
        cargo: codec::from_json("cargo", get(row, 7)?)?,
        not_before: time(row, 8)?,
        attempts: u32::try_from(get::<i64>(row, 9)?).map_err(|_| unreadable("attempts"))?,
        epoch: Epoch(get(row, 10)?),
        unsure_since: maybe_time(row, 11)?,
    })
}

pub(crate) fn conversation(row: &impl Cells) -> Result<ConversationRow, Error> {
    Ok(ConversationRow {
        id: ConversationId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        channel: codec::channel(get(row, 2)?)?,
        address: get::<String>(row, 3)?.into(),
        status: codec::conversation_status(get(row, 4)?)?,
        version: count(row, 5)?,
        last_seq: count(row, 6)?,
        created_at: time(row, 7)?,
        updated_at: time(row, 8)?,
    })
}

/// A conversation that may be shown: its place in the order, and whether it is wanted.
pub(crate) fn candidate(row: &impl Cells) -> Result<(Cursor, bool), Error> {
    let cursor = Cursor {
        id: get(row, 0)?,
        at: time(row, 1)?,
    };
    Ok((cursor, get(row, 2)?))
}

/// What is shown of a conversation.
pub(crate) fn queue_row(row: &impl Cells) -> Result<QueueRow, Error> {
    let author: Option<&str> = get(row, 10)?;
    let text: Option<String> = get(row, 11)?;
    let last = author.map(codec::author).transpose()?;
    Ok(QueueRow {
        conversation: conversation(row)?,
        state: raw_json("snapshot", get(row, 9)?)?,
        last: last.zip(text.map(Personal::from)),
        assignee: get(row, 12)?,
        tags: tags(row, 13)?,
    })
}

pub(crate) fn message_row(row: &impl Cells) -> Result<MessageRow, Error> {
    Ok(MessageRow {
        message: message(row)?,
        conversation: ConversationId(get(row, 9)?),
        tenant: codec::tenant(get(row, 10)?)?,
        channel: codec::channel(get(row, 11)?)?,
        address: get::<String>(row, 12)?.into(),
        state: raw_json("snapshot", get(row, 13)?)?,
    })
}

pub(crate) fn traffic(row: &impl Cells) -> Result<TrafficRow, Error> {
    Ok(TrafficRow {
        tenant: codec::tenant(get(row, 0)?)?,
        channel: codec::channel(get(row, 1)?)?,
        is_inbound: get(row, 2)?,
        last_at: time(row, 3)?,
        count: count(row, 4)?,
        looked_at: count(row, 5)?,
    })
}

pub(crate) fn dead_letter(row: &impl Cells) -> Result<DeadLetterRow, Error> {
    Ok(DeadLetterRow {
        id: DeadLetterId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        channel: codec::channel(get(row, 2)?)?,
        conversation: ConversationId(get(row, 3)?),
        kind: get(row, 4)?,
        error: get(row, 5)?,
        attempts: u32::try_from(get::<i64>(row, 6)?).map_err(|_| unreadable("attempts"))?,
        parked_at: time(row, 7)?,
        resolved_at: maybe_time(row, 8)?,
    })
}

pub(crate) fn refused(row: &impl Cells) -> Result<RefusedRow, Error> {
    let conversation: Option<_> = get(row, 3)?;
    Ok(RefusedRow {
        id: EventId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        channel: codec::channel(get(row, 2)?)?,
        conversation: conversation.map(ConversationId),
        kind: get(row, 4)?,
        reason: get::<Option<String>>(row, 5)?.unwrap_or_default(),
        received_at: time(row, 6)?,
    })
}
