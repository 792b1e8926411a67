//! The second chance of dead letters: an event that failed has its turn, a request that could not be
//! read goes through its reader once more.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use frontdesk_actors::Dialogue;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::ports::store::{self, Store};
use frontdesk_core::{DeadLetterId, InboundEvent, Payload, TenantId};
use frontdesk_runtime::{Refused, ReplayError, Runtime};

use super::intake::{Again, Intake, ReadAgainError, UNREADABLE, holder};
use super::{Channel, Request, Ungathered, Webhook};

/// Gives dead letters another try.
pub struct Replays {
    runtime: Runtime<Dialogue>,
    store: Arc<dyn Store>,
    intake: Arc<Intake>,
    webhooks: HashMap<&'static str, Arc<dyn Webhook>>,
}

impl fmt::Debug for Replays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replays")
            .field("webhooks", &self.webhooks.keys())
            .finish_non_exhaustive()
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

impl From<ReadAgainError> for Error {
    fn from(error: ReadAgainError) -> Self {
        match error {
            ReadAgainError::Ungathered(Ungathered::Unreadable(unreadable)) => Self::Unreadable(unreadable.0),
            ReadAgainError::Ungathered(Ungathered::Unanswered(SendError::Permanent { reason, .. })) => {
                Self::Unreadable(reason)
            }
            ReadAgainError::Ungathered(Ungathered::Unanswered(_)) => Self::Refused(Refused::Unavailable),
            ReadAgainError::Again(Again { after_s }) => Self::Refused(Refused::Busy {
                retry_after: Duration::from_secs(after_s),
            }),
        }
    }
}

impl Replays {
    /// Over the runtime, and the readers of all channels.
    #[must_use]
    pub fn new(runtime: Runtime<Dialogue>, store: Arc<dyn Store>, intake: Arc<Intake>, channels: &[Channel]) -> Self {
        let webhooks = channels.iter().flat_map(|channel| &channel.webhooks);
        Self {
            runtime,
            store,
            intake,
            webhooks: webhooks.map(|(path, webhook)| (*path, Arc::clone(webhook))).collect(),
        }
    }

    /// Tries a letter again, of `tenant` only if one is given.
    ///
    /// # Errors
    ///
    /// There is no such letter waiting, or it failed again; then it still waits.
    pub async fn replay(&self, id: DeadLetterId, tenant: Option<&TenantId>) -> Result<Replayed, Error> {
        let letter = self.store.parked(id, tenant).await?.ok_or(Error::NotFound)?;
        let Some(request) = kept(&letter.event) else {
            let delivered = self.runtime.replay(id, tenant).await?;
            return Ok(Replayed::Turn {
                version: delivered.version,
            });
        };
        let path = request.uri.path();
        let webhook = match holder(&letter.event) {
            Some(tenant) => self.intake.own_reader(path, &tenant),
            None => self.webhooks.get(path).cloned(),
        };
        let webhook =
            webhook.ok_or_else(|| Error::Unreadable("no channel is called at this address any more".to_owned()))?;
        let items = self.intake.read_again(&*webhook, &request, &letter.event).await?;
        Ok(Replayed::Request { items })
    }
}

/// The request that a letter is, if it is one.
fn kept(event: &InboundEvent) -> Option<Request> {
    match &event.payload {
        Payload::Fact(fact) if fact.name == UNREADABLE => Request::restore(&fact.data),
        _ => None,
    }
}
