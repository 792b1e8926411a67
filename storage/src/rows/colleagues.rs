//! Who works here, and what they keep.

use frontdesk_core::ports::desk::{Assignment, Note};
use frontdesk_core::ports::presets::{CannedReply, SavedView};
use frontdesk_core::ports::registry::{ApiKey, User};
use frontdesk_core::ports::second_step::SecondStep;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::watch::{Alarm, Trouble};
use frontdesk_core::{ApiKeyId, ConversationId, UserId};

use super::{Cells, count, get, maybe_time, time};
use crate::codec;
use crate::error::unreadable;

pub(crate) fn user(row: &impl Cells) -> Result<User, Error> {
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

pub(crate) fn key(row: &impl Cells) -> Result<ApiKey, Error> {
    let hash: &[u8] = get(row, 1)?;
    Ok(ApiKey {
        id: ApiKeyId(get(row, 0)?),
        secret_hash: hash.try_into().map_err(|_| unreadable("hash of a secret"))?,
        tenant: codec::tenant(get(row, 2)?)?,
        role: codec::role(get(row, 3)?)?,
        created_at: time(row, 4)?,
    })
}

pub(crate) fn note(row: &impl Cells) -> Result<Note, Error> {
    Ok(Note {
        id: get(row, 0)?,
        conversation: ConversationId(get(row, 1)?),
        tenant: codec::tenant(get(row, 2)?)?,
        user: UserId(get(row, 3)?),
        author: get(row, 4)?,
        text: get::<String>(row, 5)?.into(),
        at: time(row, 6)?,
    })
}

pub(crate) fn assignment(row: &impl Cells) -> Result<Assignment, Error> {
    Ok(Assignment {
        conversation: ConversationId(get(row, 0)?),
        tenant: codec::tenant(get(row, 1)?)?,
        user: UserId(get(row, 2)?),
        name: get(row, 3)?,
        at: time(row, 4)?,
    })
}

pub(crate) fn canned_reply(row: &impl Cells) -> Result<CannedReply, Error> {
    Ok(CannedReply {
        id: get(row, 0)?,
        tenant: codec::tenant(get(row, 1)?)?,
        shortcut: get(row, 2)?,
        text: get(row, 3)?,
        revision: count(row, 4)?,
        author: get(row, 5)?,
        updated_at: time(row, 6)?,
    })
}

pub(crate) fn saved_view(row: &impl Cells) -> Result<SavedView, Error> {
    Ok(SavedView {
        user: UserId(get(row, 0)?),
        name: get(row, 1)?,
        query: get(row, 2)?,
        at: time(row, 3)?,
    })
}

pub(crate) fn alarm(row: &impl Cells) -> Result<Alarm, Error> {
    let by: Option<String> = get(row, 8)?;
    let at = maybe_time(row, 9)?;
    Ok(Alarm {
        id: get(row, 0)?,
        trouble: Trouble {
            cause: codec::cause(get(row, 1)?)?,
            subject: get(row, 2)?,
            tenant: codec::tenant(get(row, 3)?)?,
            count: count(row, 4)?,
            moment: time(row, 5)?,
        },
        opened_at: time(row, 6)?,
        closed_at: maybe_time(row, 7)?,
        acknowledged: by.zip(at),
    })
}

pub(crate) fn second_step(row: &impl Cells) -> Result<SecondStep, Error> {
    Ok(SecondStep {
        user: UserId(get(row, 0)?),
        key_id: get(row, 1)?,
        sealed: get(row, 2)?,
        began_at: time(row, 3)?,
        confirmed_at: maybe_time(row, 4)?,
        recovery_codes: u32::try_from(get::<i64>(row, 5)?).unwrap_or(u32::MAX),
    })
}
