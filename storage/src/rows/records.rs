//! People, and what is known of them.

use frontdesk_core::ports::files::File;
use frontdesk_core::ports::people::{Address, Erasure, Merge, Spoken, Tagged};
use frontdesk_core::ports::reader::{LedgerRow, SourceRow};
use frontdesk_core::ports::store::Error;
use frontdesk_core::records::{Consent, Contact, Lead, Subscription};
use frontdesk_core::{ConversationId, FileId, RecordId};

use super::{Cells, conversation, count, get, maybe_time, personal, tags, time};
use crate::codec::{self, from_column, from_json, raw_json};

pub(crate) fn contact(row: &impl Cells) -> Result<Contact, Error> {
    let language: Option<&str> = get(row, 6)?;
    Ok(Contact {
        id: RecordId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        name: personal(row, 2)?,
        phone: personal(row, 3)?,
        phone_extension: personal(row, 4)?,
        email: personal(row, 5)?,
        language: language.map(codec::language).transpose()?,
        tags: tags(row, 10)?,
        conversation: ConversationId(get(row, 7)?),
        created_at: time(row, 8)?,
        updated_at: time(row, 9)?,
    })
}

pub(crate) fn tagged(changed: &[impl Cells], full: i64) -> Result<Tagged, Error> {
    let whose = |row| Ok((RecordId(get(row, 0)?), codec::tenant(get(row, 1)?)?));
    Ok(Tagged {
        changed: changed.iter().map(whose).collect::<Result<_, Error>>()?,
        full: from_column(full),
    })
}

pub(crate) fn lead(row: &impl Cells) -> Result<Lead, Error> {
    Ok(Lead {
        id: RecordId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        source: get(row, 2)?,
        status: get(row, 3)?,
        name: personal(row, 4)?,
        phone: personal(row, 5)?,
        email: personal(row, 6)?,
        context: from_json("context", get(row, 7)?)?,
        channel: codec::channel(get(row, 8)?)?,
        conversation: ConversationId(get(row, 9)?),
        created_at: time(row, 10)?,
        updated_at: time(row, 11)?,
    })
}

pub(crate) fn subscription(row: &impl Cells) -> Result<Subscription, Error> {
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
        unsubscribed_at: maybe_time(row, 9)?,
        confirmed_at: maybe_time(row, 10)?,
    })
}

pub(crate) fn consent(row: &impl Cells) -> Result<Consent, Error> {
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

pub(crate) fn ledger(row: &impl Cells) -> Result<LedgerRow, Error> {
    Ok(LedgerRow {
        tenant: codec::tenant(get(row, 0)?)?,
        channel: codec::channel(get(row, 1)?)?,
        receipts: count(row, 2)?,
        processed: count(row, 3)?,
        parked: count(row, 4)?,
        refused: count(row, 5)?,
        recovered: count(row, 6)?,
        turns: count(row, 7)?,
        waiting: count(row, 8)?,
    })
}

pub(crate) fn source(row: &impl Cells) -> Result<SourceRow, Error> {
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

pub(crate) fn address(row: &impl Cells) -> Result<Address, Error> {
    Ok(Address {
        kind: get(row, 0)?,
        address: get::<String>(row, 1)?.into(),
        is_proved: get(row, 2)?,
        conversation: ConversationId(get(row, 3)?),
        channel: codec::channel(get(row, 4)?)?,
        at: time(row, 5)?,
    })
}

pub(crate) fn spoken(row: &impl Cells) -> Result<Spoken, Error> {
    Ok(Spoken {
        conversation: conversation(row)?,
        state: raw_json("snapshot", get(row, 9)?)?,
    })
}

pub(crate) fn merge(row: &impl Cells) -> Result<Merge, Error> {
    Ok(Merge {
        id: get(row, 0)?,
        tenant: codec::tenant(get(row, 1)?)?,
        kept: RecordId(get(row, 2)?),
        merged: RecordId(get(row, 3)?),
        reason: get(row, 4)?,
        by: get(row, 5)?,
        at: time(row, 6)?,
        undone_at: maybe_time(row, 7)?,
        undone_by: get(row, 8)?,
    })
}

pub(crate) fn erasure(row: &impl Cells) -> Result<Erasure, Error> {
    Ok(Erasure {
        id: get(row, 0)?,
        at: time(row, 1)?,
        tenant: codec::tenant(get(row, 2)?)?,
        contact: RecordId(get(row, 3)?),
        by: get(row, 4)?,
        counts: from_json("counts", get(row, 5)?)?,
        swept_at: maybe_time(row, 6)?,
    })
}

pub(crate) fn file(row: &impl Cells) -> Result<File, Error> {
    Ok(File {
        id: FileId(get(row, 0)?),
        conversation: ConversationId(get(row, 1)?),
        tenant: codec::tenant(get(row, 2)?)?,
        name: get::<String>(row, 3)?.into(),
        media_type: get(row, 4)?,
        bytes: count(row, 5)?,
        uploaded_at: time(row, 6)?,
        seq: get::<Option<i64>>(row, 7)?.map(from_column),
    })
}
