//! Finds the way out of an entry: the account its lane names, else the tenant's first address on the
//! channel.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Entry, Lane, SendError, Sender, Sent};
use frontdesk_core::ports::registry::Route;
use frontdesk_core::{Fault, Timestamp};

use super::accounts::{Accounts, Exit};
use crate::tenants::Directory;
use crate::watch::Signs;

/// Hands entries to the sender of their account: the tenant's own one, where it has one.
pub struct Dispatcher {
    accounts: Arc<Accounts>,
    tenants: Arc<Directory>,
    signs: Arc<Signs>,
    clock: Arc<dyn Clock>,
}

impl Dispatcher {
    /// Over the accounts that have a way out.
    pub const fn new(
        accounts: Arc<Accounts>,
        tenants: Arc<Directory>,
        signs: Arc<Signs>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            accounts,
            tenants,
            signs,
            clock,
        }
    }

    /// The tenant's first address on the channel that one of the senders serves.
    fn first_account(&self, entry: &Entry) -> Option<Lane> {
        let serves = |route: Route| {
            let provider = route.provider.filter(|name| self.accounts.sends(name))?;
            Some(Lane::of_account(&provider, &route.address))
        };
        self.tenants
            .routes_of(&entry.tenant, entry.channel)
            .into_iter()
            .find_map(serves)
    }

    /// Sees whether the provider lets the account in.
    fn note(&self, entry: &Entry, result: &Result<Sent, SendError>) {
        match result {
            Ok(_) => self.signs.taken(&entry.tenant, &entry.lane),
            Err(SendError::Permanent {
                fault: Some(Fault::Account),
                ..
            }) => self.signs.refused(&entry.tenant, &entry.lane, self.clock.now()),
            Err(_) => {}
        }
    }

    /// The entry with the account it leaves over, and that account's sender.
    fn address<'a>(&self, entry: &'a Entry) -> Result<(Cow<'a, Entry>, Arc<dyn Sender>), SendError> {
        // Who called over an account that carries calls alone is written to from another one.
        let entry = if entry.our_address().is_some() && self.accounts.sends(entry.sender()) {
            Cow::Borrowed(entry)
        } else {
            let lane = self.first_account(entry).ok_or_else(|| SendError::Permanent {
                reason: format!("the tenant has no address on the channel '{}'", entry.channel.code()),
                fault: Some(Fault::Account),
            })?;
            Cow::Owned(Entry {
                lane: lane.into(),
                ..entry.clone()
            })
        };
        match self.accounts.exit(&entry.tenant, entry.sender()) {
            Exit::Open(sender) => Ok((entry, sender)),
            Exit::Shut(reason) => Err(SendError::Permanent {
                reason: format!("the tenant's own account cannot be used: {reason}"),
                fault: Some(Fault::Account),
            }),
            Exit::None => Err(SendError::permanent(format!(
                "there is no way out '{}'",
                entry.sender()
            ))),
        }
    }
}

#[async_trait]
impl Sender for Dispatcher {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let (entry, sender) = self.address(entry)?;
        let result = sender.send(&entry).await;
        self.note(&entry, &result);
        result
    }

    async fn trace(&self, entry: &Entry, since: Timestamp) -> Result<Option<Sent>, SendError> {
        let (entry, sender) = self.address(entry)?;
        sender.trace(&entry, since).await
    }
}
