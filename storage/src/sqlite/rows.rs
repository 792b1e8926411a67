//! Rows, read by the place of their columns: each statement lists them in the order used here.

use frontdesk_core::ports::outbox::Entry;
use frontdesk_core::ports::reader::{ConversationRow, DeadLetterRow, SourceRow};
use frontdesk_core::ports::registry::{ApiKey, User};
use frontdesk_core::ports::store::{Error, Stored};
use frontdesk_core::ports::timers::DueTimer;
use frontdesk_core::records::{Consent, Contact, Lead, Subscription};
use frontdesk_core::{
    ApiKeyId, ConversationId, DeadLetterId, DedupeKey, Epoch, EventId, Message, MessageId, OutboxId, Personal, Receipt,
    RecordId, TimerName, Timestamp, UserId,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};

use crate::codec::{self, from_column};
use crate::error::{port, unreadable};

/// One column.
pub(super) fn get<'r, T>(row: &'r SqliteRow, index: usize) -> Result<T, Error>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
{
    row.try_get(index).map_err(port)
}

pub(super) fn time(row: &SqliteRow, index: usize) -> Result<Timestamp, Error> {
    get(row, index).map(Timestamp::from_millis)
}

fn count(row: &SqliteRow, index: usize) -> Result<u64, Error> {
    get(row, index).map(from_column)
}

fn personal(row: &SqliteRow, index: usize) -> Result<Option<Personal>, Error> {
    Ok(get::<Option<String>>(row, index)?.map(Personal::from))
}

pub(super) fn receipt(row: &SqliteRow) -> Result<Receipt, Error> {
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

pub(super) fn stored(row: &SqliteRow) -> Result<Stored, Error> {
    Ok(Stored {
        id: ConversationId(get(row, 0)?),
        owner: personal(row, 1)?,
        version: count(row, 2)?,
        last_seq: count(row, 3)?,
        status: codec::conversation_status(get(row, 4)?)?,
        snapshot: get(row, 5)?,
    })
}

pub(super) fn message(row: &SqliteRow) -> Result<Message, Error> {
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

pub(super) fn due_timer(row: &SqliteRow) -> Result<DueTimer, Error> {
    Ok(DueTimer {
        due: time(row, 0)?,
        name: TimerName(get(row, 1)?),
        conversation: ConversationId(get(row, 2)?),
        tenant: codec::tenant(get(row, 3)?)?,
        channel: codec::channel(get(row, 4)?)?,
        address: get::<String>(row, 5)?.into(),
    })
}

pub(super) fn entry(row: &SqliteRow) -> Result<Entry, Error> {
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
        unsure_since: get::<Option<i64>>(row, 11)?.map(Timestamp::from_millis),
    })
}

pub(super) fn conversation(row: &SqliteRow) -> Result<ConversationRow, Error> {
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

pub(super) fn contact(row: &SqliteRow) -> Result<Contact, Error> {
    let language: Option<&str> = get(row, 6)?;
    Ok(Contact {
        id: RecordId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        name: personal(row, 2)?,
        phone: personal(row, 3)?,
        phone_extension: personal(row, 4)?,
        email: personal(row, 5)?,
        language: language.map(codec::language).transpose()?,
        conversation: ConversationId(get(row, 7)?),
        created_at: time(row, 8)?,
        updated_at: time(row, 9)?,
    })
}

pub(super) fn lead(row: &SqliteRow) -> Result<Lead, Error> {
    Ok(Lead {
        id: RecordId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        source: get(row, 2)?,
        status: get(row, 3)?,
        name: personal(row, 4)?,
        phone: personal(row, 5)?,
        email: personal(row, 6)?,
        context: codec::from_json("context", get(row, 7)?)?,
        channel: codec::channel(get(row, 8)?)?,
        conversation: ConversationId(get(row, 9)?),
        created_at: time(row, 10)?,
        updated_at: time(row, 11)?,
    })
}

pub(super) fn subscription(row: &SqliteRow) -> Result<Subscription, Error> {
    Ok(Subscription {
        id: RecordId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        email: get::<String>(row, 2)?.into(),
        name: personal(row, 3)?,
        phone: personal(row, 4)?,
        source: get(row, 5)?,
        email_consent: get(row, 6)?,
        sms_consent: get(row, 7)?,
        subscribed_at: time(row, 8)?,
        unsubscribed_at: get::<Option<i64>>(row, 9)?.map(Timestamp::from_millis),
        confirmed_at: get::<Option<i64>>(row, 10)?.map(Timestamp::from_millis),
    })
}

pub(super) fn consent(row: &SqliteRow) -> Result<Consent, Error> {
    Ok(Consent {
        id: RecordId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        channel: codec::channel(get(row, 2)?)?,
        conversation: ConversationId(get(row, 3)?),
        subject: get::<String>(row, 4)?.into(),
        purpose: get(row, 5)?,
        is_granted: get(row, 6)?,
        words_shown: get(row, 7)?,
        words_said: get::<String>(row, 8)?.into(),
        at: time(row, 9)?,
    })
}

pub(super) fn source(row: &SqliteRow) -> Result<SourceRow, Error> {
    Ok(SourceRow {
        tenant: codec::tenant(get(row, 0)?)?,
        source: get(row, 1)?,
        leads: count(row, 2)?,
        with_name: count(row, 3)?,
        with_phone: count(row, 4)?,
        with_email: count(row, 5)?,
        with_consent: count(row, 6)?,
    })
}

pub(super) fn dead_letter(row: &SqliteRow) -> Result<DeadLetterRow, Error> {
    Ok(DeadLetterRow {
        id: DeadLetterId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        channel: codec::channel(get(row, 2)?)?,
        conversation: ConversationId(get(row, 3)?),
        kind: get(row, 4)?,
        error: get(row, 5)?,
        attempts: u32::try_from(get::<i64>(row, 6)?).map_err(|_| unreadable("attempts"))?,
        parked_at: time(row, 7)?,
        resolved_at: get::<Option<i64>>(row, 8)?.map(Timestamp::from_millis),
    })
}

pub(super) fn user(row: &SqliteRow) -> Result<User, Error> {
    let tenant: Option<&str> = get(row, 4)?;
    let language: Option<&str> = get(row, 6)?;
    Ok(User {
        id: UserId(get(row, 0)?),
        email: get(row, 1)?,
        password_hash: get(row, 2)?,
        role: codec::role(get(row, 3)?)?,
        tenant: tenant.map(codec::tenant).transpose()?,
        name: get(row, 5)?,
        language: language.map(codec::language).transpose()?,
        created_at: time(row, 7)?,
    })
}

pub(super) fn key(row: &SqliteRow) -> Result<ApiKey, Error> {
    let hash: &[u8] = get(row, 1)?;
    Ok(ApiKey {
        id: ApiKeyId(get(row, 0)?),
        secret_hash: hash.try_into().map_err(|_| unreadable("hash of a secret"))?,
        tenant: codec::tenant(get(row, 2)?)?,
        role: codec::role(get(row, 3)?)?,
        created_at: time(row, 4)?,
    })
}
