//! The second chance of dead letters: an event that failed has its turn, a request that could not be
//! read goes through its reader once more.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::ports::store;
use frontdesk_core::{DeadLetterId, InboundEvent, TenantId};
use frontdesk_runtime::{Refused, ReplayError};

use super::parking::kept;
use super::{Again, ITEMS_MAX, Intake, UNOWNED};
use crate::channels::{News, Request, Ungathered, Unreadable};

/// Why the receipt of a kept request says refused in the end: what it said has receipts of its own.
const READ_AGAIN: &str = "read_again";

/// Gives dead letters another try.
pub struct Replays {
    intake: Arc<Intake>,
}

impl fmt::Debug for Replays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replays").finish_non_exhaustive()
    }
}

/// What a replay led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The event had its turn.
    Turn {
        /// The conversation's version after it.
        version: u64,
    },
    /// The request was read, and everything it says was taken in.
    Request {
        /// How many things it said.
        items: usize,
    },
}

/// Why a dead letter still waits.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such letter, or it was dealt with, or it is another tenant's.
    #[error("there is no such dead letter waiting")]
    NotFound,
    /// It was tried and refused again.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The request still cannot be taken in, for this reason.
    #[error("{0}")]
    Unreadable(String),
}

impl From<ReplayError> for Error {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::NotFound => Self::NotFound,
            ReplayError::Refused(refused) => Self::Refused(refused),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        tracing::warn!(%error, "a dead letter could not be read");
        Self::Refused(Refused::Unavailable)
    }
}

impl From<Ungathered> for Error {
    fn from(error: Ungathered) -> Self {
        match error {
            Ungathered::Unreadable(unreadable) => unreadable.into(),
            Ungathered::Unanswered(SendError::Permanent { reason, .. }) => Self::Unreadable(reason),
            Ungathered::Unanswered(_) => Self::Refused(Refused::Unavailable),
        }
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable.0)
    }
}

impl From<Again> for Error {
    fn from(Again { after_s }: Again) -> Self {
        Self::Refused(Refused::Busy {
            retry_after: Duration::from_secs(after_s),
        })
    }
}

impl Replays {
    /// Of what `intake` keeps, and of whatever else failed.
    #[must_use]
    pub const fn new(intake: Arc<Intake>) -> Self {
        Self { intake }
    }

    /// A letter that waits, of `tenant` only if one is given.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn letter(
        &self,
        id: DeadLetterId,
        tenant: Option<&TenantId>,
    ) -> Result<Option<DeadLetter>, store::Error> {
        self.intake.store.parked(id, tenant).await
    }

    /// The body of the request that a letter is, if it is one.
    #[must_use]
    pub fn unread(letter: &DeadLetter) -> Option<String> {
        let (request, _) = kept(&letter.event)?;
        Some(String::from_utf8_lossy(&request.body).into_owned())
    }

    /// Tries a letter again, of `tenant` only if one is given.
    ///
    /// # Errors
    ///
    /// There is no such letter waiting, or it failed again; then it still waits.
    pub async fn replay(&self, id: DeadLetterId, tenant: Option<&TenantId>) -> Result<Replayed, Error> {
        let letter = self.intake.store.parked(id, tenant).await?.ok_or(Error::NotFound)?;
        match kept(&letter.event) {
            Some((request, holder)) => {
                let items = self.read_again(&request, holder.as_ref(), &letter.event).await?;
                Ok(Replayed::Request { items })
            }
            None => {
                let delivered = self.intake.runtime.replay(id, tenant).await?;
                Ok(Replayed::Turn {
                    version: delivered.version,
                })
            }
        }
    }

    /// Reads a kept request once more, and delivers what it says; tells how many things those are. What was
    /// delivered before is a duplicate.
    async fn read_again(
        &self,
        request: &Request,
        holder: Option<&TenantId>,
        letter: &InboundEvent,
    ) -> Result<usize, Error> {
        let intake = &*self.intake;
        let reader = intake.accounts.reader(request.uri.path(), holder);
        let nobodys = || Error::Unreadable("no channel is called at this address any more".to_owned());
        let items = reader.ok_or_else(nobodys)?.gather(request).await?;
        let count = items.len();
        if count > ITEMS_MAX {
            return Err(Unreadable::new("too many things in one request").into());
        }
        if let Some(reason) = items.iter().find_map(|item| match &item.news {
            News::Unreadable { reason, .. } => Some(reason.clone()),
            _ => None,
        }) {
            return Err(reason.into());
        }
        let mail = intake.sort(holder, items);
        if mail.is_unowned {
            return Err(Unreadable::new(UNOWNED).into());
        }
        intake.take_items(mail.items).await?;
        intake.store.resolve(letter, READ_AGAIN, intake.clock.now()).await?;
        Ok(count)
    }
}
