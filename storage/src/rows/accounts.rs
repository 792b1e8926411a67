//! How our accounts at providers stand.

use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::upkeep::{AccountState, Failing, Part, Subscription};
use frontdesk_core::ports::watch::Refusal;

use super::{Cells, count, get, maybe_time, time};
use crate::codec;
use crate::error::unreadable;

pub(crate) fn refusal(row: &impl Cells) -> Result<Refusal, Error> {
    Ok(Refusal {
        tenant: codec::tenant(get(row, 0)?)?,
        lane: get(row, 1)?,
        since: time(row, 2)?,
        count: count(row, 3)?,
        is_told_late: get(row, 4)?,
        last_at: time(row, 5)?,
    })
}

pub(crate) fn account_state(row: &impl Cells) -> Result<AccountState, Error> {
    let subscription: Option<String> = get(row, 6)?;
    Ok(AccountState {
        tenant: codec::tenant(get(row, 0)?)?,
        provider: get(row, 1)?,
        fingerprint: get(row, 2)?,
        due_at: time(row, 3)?,
        checked_at: maybe_time(row, 4)?,
        ends_at: maybe_time(row, 5)?,
        subscription: subscription
            .zip(maybe_time(row, 7)?)
            .map(|(id, ends_at)| Subscription { id, ends_at }),
        failing: failing(row)?,
    })
}

fn failing(row: &impl Cells) -> Result<Option<Failing>, Error> {
    let part: Option<String> = get(row, 8)?;
    let Some(part) = part else { return Ok(None) };
    Ok(Some(Failing {
        part: Part::from_code(&part).ok_or_else(|| unreadable("part of an account"))?,
        since: time(row, 9)?,
        count: count(row, 10)?,
        error: get(row, 11)?,
    }))
}
